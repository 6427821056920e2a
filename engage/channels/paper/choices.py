"""Sets things to tick: in one row where they fit, else in columns that keep every label short."""

from collections.abc import Sequence
from dataclasses import dataclass

from reportlab.lib.units import mm

from engage.channels.paper.layout import Box, Figure
from engage.channels.paper.sketch import Sketch, baseline_in, line_height_of
from engage.channels.paper.text import text_width, wrap_text

#: Side of a box to tick (mm).
BOX = 4.0
#: Space between a box and its label, and from one box to the next in a two-box list (mm).
LABEL_GAP, BOX_PITCH = 2.0, 8.5
#: White above and below a label within its row (mm).
_ROW_MARGIN = 1.0
#: Lines a label may take before fewer columns are tried.
_MOST_LABEL_LINES = 2
#: Spare width a cell of a single row may be given (mm), so that short rows stay together.
_MOST_SPARE = 12.0


@dataclass(frozen=True)
class Choice:
    """One thing to tick: its boxes are (question, option), one or, where one may matter most, two."""

    label: str
    language: str
    boxes: tuple[tuple[str, str], ...]
    figure: str | None = None
    #: "go to question 7", where the next question is not for people who tick this.
    goes_to: str | None = None
    is_bold: bool = False


def set_choices(sketch: Sketch, choices: Sequence[Choice], *, x: float, heads: Sequence[str] = ()) -> None:
    """Set the choices from `x` (mm) to the end of the block, and move the sketch below them.

    `heads` are printed above the columns of boxes of a two-box list.
    """
    row = None if heads else _one_row(sketch, choices, x)
    if row is not None:
        _set_row(sketch, choices, x, row)
        return
    columns = _columns(sketch, choices, x)
    rows = -(-len(choices) // columns)
    cell = (sketch.width - x) / columns
    if heads:
        _set_heads(sketch, heads, [x + column * cell for column in range(columns)])
    reads_across = rows <= _MOST_LABEL_LINES
    for at in range(rows):
        picked = choices[at * columns : (at + 1) * columns] if reads_across else choices[at::rows]
        _set_row(sketch, picked, x, [cell] * len(picked))


def label_start(sketch: Sketch, boxes: int) -> float:
    """Return how far from the start of a cell its label begins (mm), pictures aside."""
    return (boxes - 1) * BOX_PITCH + BOX + LABEL_GAP


def _set_heads(sketch: Sketch, heads: Sequence[str], starts: Sequence[float]) -> None:
    size = sketch.typography.small_pt
    for start in starts:
        for at, head in enumerate(heads):
            width = text_width(head, language="en", size_pt=size, is_bold=True)
            left = start + at * BOX_PITCH + (BOX - width) / 2
            sketch.line(head, "en", size, x=left, baseline=baseline_in(sketch.y, size, "en"), is_bold=True)
    sketch.skip(line_height_of(size, "en"))


def _one_row(sketch: Sketch, choices: Sequence[Choice], x: float) -> list[float] | None:
    """Return the width of each cell where all choices fit side by side."""
    if sketch.typography.most_columns == 1:
        return None
    needed = [_least_cell(sketch, choice) for choice in choices]
    spare = sketch.width - x - sum(needed)
    if spare < 0:
        return None
    return [width + min(spare / len(needed), _MOST_SPARE) for width in needed]


def _least_cell(sketch: Sketch, choice: Choice) -> float:
    size = sketch.typography.body_pt
    widest = text_width(choice.label, language=choice.language, size_pt=size)
    words = [text_width(word, language=choice.language, size_pt=size) for word in choice.label.split()]
    width = max([*words, widest / _MOST_LABEL_LINES])
    while width < widest and len(_label_lines(sketch, choice, width)) > _MOST_LABEL_LINES:
        width += 1.0
    return _start(sketch, choice) + min(width, widest) + 2 * LABEL_GAP


def _columns(sketch: Sketch, choices: Sequence[Choice], x: float) -> int:
    columns = min(sketch.typography.most_columns, len(choices))
    while columns > 1:
        room = (sketch.width - x) / columns
        if all(
            len(_label_lines(sketch, choice, _label_room(sketch, choice, room))) <= _MOST_LABEL_LINES
            for choice in choices
        ):
            break
        columns -= 1
    rows = -(-len(choices) // columns)
    return -(-len(choices) // rows)


def _start(sketch: Sketch, choice: Choice) -> float:
    figure = sketch.typography.option_figure + LABEL_GAP if choice.figure else 0.0
    return label_start(sketch, len(choice.boxes)) + figure


def _label_room(sketch: Sketch, choice: Choice, cell: float) -> float:
    return cell - _start(sketch, choice) - LABEL_GAP


def _label_lines(sketch: Sketch, choice: Choice, width: float) -> tuple[str, ...]:
    # A hair more than measured, so that a label given exactly its own width stays on one line.
    room = max(width, 1.0) + 0.01
    return wrap_text(
        choice.label,
        language=choice.language,
        size_pt=sketch.typography.body_pt,
        width_mm=room,
        is_bold=choice.is_bold,
    )


def _content_height(sketch: Sketch, choice: Choice, cell: float) -> float:
    lines = _label_lines(sketch, choice, _label_room(sketch, choice, cell))
    height = len(lines) * line_height_of(sketch.typography.body_pt, choice.language)
    if choice.goes_to:
        height += line_height_of(sketch.typography.small_pt, choice.language)
    return max(height, sketch.typography.option_figure if choice.figure else 0.0)


def _set_row(sketch: Sketch, choices: Sequence[Choice], x: float, cells: Sequence[float]) -> None:
    """Set one row; it is as high as its longest label needs, and never less than the pitch."""
    heights = [_content_height(sketch, choice, cell) for choice, cell in zip(choices, cells, strict=True)]
    for choice, cell, height in zip(choices, cells, heights, strict=True):
        _set_cell(sketch, choice, x, cell, height)
        x += cell
    sketch.skip(max(sketch.typography.pitch, max(heights) + 2 * _ROW_MARGIN))


def _set_cell(sketch: Sketch, choice: Choice, x: float, cell: float, height: float) -> None:
    """Set boxes, picture and label; boxes stand beside the first line, or the middle of a picture."""
    top = sketch.y + _ROW_MARGIN
    lines = _label_lines(sketch, choice, _label_room(sketch, choice, cell))
    line_height = line_height_of(sketch.typography.body_pt, choice.language)
    figure = sketch.typography.option_figure if choice.figure else 0.0
    label_height = len(lines) * line_height
    label_top = top + max(0.0, figure - label_height) / 2
    middle = top + height / 2 if figure else top + line_height / 2
    for at, (question, option) in enumerate(choice.boxes):
        sketch.put(Box(x + at * BOX_PITCH, middle - BOX / 2, BOX, BOX, question, option))
    start = x + _start(sketch, choice)
    if choice.figure:
        left = start - LABEL_GAP - figure
        sketch.put(Figure(left, top + (height - figure) / 2, figure, figure, choice.figure))
    _set_label(sketch, choice, lines, start, label_top)


def _set_label(sketch: Sketch, choice: Choice, lines: Sequence[str], x: float, top: float) -> None:
    size, small = sketch.typography.body_pt, sketch.typography.small_pt
    for line in lines:
        baseline = baseline_in(top, size, choice.language)
        sketch.line(line, choice.language, size, x=x, baseline=baseline, is_bold=choice.is_bold)
        top += line_height_of(size, choice.language)
    if choice.goes_to:
        baseline = baseline_in(top, small, choice.language)
        side = 0.714 * small / mm
        sketch.put(Figure(x, baseline - side, side, side, "arrow"))
        sketch.line(choice.goes_to, choice.language, small, x=x + side + 1.0, baseline=baseline)
