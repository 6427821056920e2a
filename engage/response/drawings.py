"""What counts as a drawing: lines of small whole numbers on a sheet of fixed size, or words instead."""

from collections.abc import Iterator, Mapping
from typing import Any

#: The sheet that every drawing lies on, counted from its top left corner; 4 to 3 on every channel.
SHEET_WIDTH, SHEET_HEIGHT = 600, 450
#: Points of one drawing, and lines or outlines they may form.
MOST_POINTS, MOST_LINES = 3000, 400
#: Characters of a drawing that somebody describes in words.
LONGEST_DESCRIPTION = 500
#: How a drawing is held: lines of a pen as drawn on a screen, or outlines of ink as traced from paper.
LINES, OUTLINES = "lines", "outlines"
#: What is not drawn: own words beside a drawing or instead of one, and that others may see the drawing.
WORDS, MAY_SHOW = "words", "may_show"
#: Width of a pen's line, as drawn and as shown.
PEN = 6


def is_drawn(answer: object) -> bool:
    """Say whether a stored answer is a drawing rather than words about one."""
    return isinstance(answer, Mapping) and (LINES in answer or OUTLINES in answer)


def may_be_shown(answer: object) -> bool:
    """Say whether whoever drew it agreed that others see it."""
    return is_drawn(answer) and isinstance(answer, Mapping) and answer.get(MAY_SHOW) is True


def words_about(answer: object) -> str | None:
    """Return the words somebody gave with a drawing or instead of one."""
    words = answer.get(WORDS) if isinstance(answer, Mapping) else None
    return words if isinstance(words, str) else None


def read_drawn(value: Mapping[str, Any]) -> dict[str, Any] | str:
    """Return a drawing as it is stored, words aside, or what is wrong with it without any of it.

    A line is a flat list x, y, x, y, … of whole numbers on the sheet; a single point is a dot, an outline has at
    least three points.
    """
    kinds = [kind for kind in (LINES, OUTLINES) if kind in value]
    if len(kinds) != 1 or set(value) - {kinds[0], WORDS, MAY_SHOW}:
        return "expected `lines`, `outlines` or `words`"
    if not isinstance(value.get(MAY_SHOW, False), bool):
        return "expected true or false as `may_show`"
    lines = value[kinds[0]]
    least = 6 if kinds[0] == OUTLINES else 2
    if not isinstance(lines, list) or not lines or not all(_is_line(line, least) for line in lines):
        return f"expected lines of whole numbers on a sheet of {SHEET_WIDTH} by {SHEET_HEIGHT}"
    if len(lines) > MOST_LINES or sum(map(len, lines)) > 2 * MOST_POINTS:
        return f"at most {MOST_LINES} lines and {MOST_POINTS} points"
    return {kinds[0]: lines} | ({MAY_SHOW: True} if value.get(MAY_SHOW) else {})


def drawing_svg(answer: Mapping[str, Any], label: str) -> str:
    """Return a stored drawing as SVG made of nothing but numbers that were checked; `label` must be safe to print."""
    size = f'viewBox="0 0 {SHEET_WIDTH} {SHEET_HEIGHT}"'
    path = " ".join(_paths(answer))
    pen = f'fill="none" stroke="#111" stroke-width="{PEN}" stroke-linecap="round" stroke-linejoin="round"'
    ink = 'fill="#111" fill-rule="evenodd"' if OUTLINES in answer else pen
    paper = f'<rect width="{SHEET_WIDTH}" height="{SHEET_HEIGHT}" fill="#fff"/>'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-label="{label}">{paper}'
        f'<path d="{path}" {ink}/></svg>'
    )


def _is_line(line: object, least: int) -> bool:
    return (
        isinstance(line, list)
        and len(line) >= least
        and len(line) % 2 == 0
        and all(
            type(at) is int and 0 <= at <= (SHEET_HEIGHT if place % 2 else SHEET_WIDTH) for place, at in enumerate(line)
        )
    )


def _paths(answer: Mapping[str, Any]) -> Iterator[str]:
    end = "Z" if OUTLINES in answer else ""
    for line in answer.get(LINES) or answer.get(OUTLINES) or ():
        points = [f"{int(x)} {int(y)}" for x, y in zip(line[::2], line[1::2], strict=True)]
        yield f"M{points[0]}" + "".join(f"L{point}" for point in points[1:] or points) + end
