"""Sets text in every script of the platform: wraps by measured width, puts runs in visual order, draws them."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby

from bidi import algorithm
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from engage.channels.paper.fonts import BOLD, REGULAR, FontMissing, Glyph, Typeface, typefaces
from engage.channels.paper.fonts import is_right_to_left as runs_right_to_left
from engage.phrases import script_of

NO_BREAK_SPACE = "\u00a0"
#: reportlab's number for the non-zero fill rule.
FILL_NON_ZERO = 1
#: The rectangle a glyph may take, in ems: left, bottom, right, top.
_GLYPH_EDGES = (-1, -1, 3, 2)
#: Marks that steer direction and draw nothing; the algorithm here knows the older ones only.
_ISOLATES = re.compile("[\u2066-\u2069]")
_BETWEEN_DIGITS = re.compile(r"(?<=\d) (?=\d)")
#: Signs of scripts without spaces, and those among them that open or close what stands beside them.
_IDEOGRAPHS, _OPENING, _CLOSING = (
    "\u3000-\u30ff\u3400-\u9fff\uf900-\uff60",
    "（《〈「『【〔“‘",
    "）》〉」』】〕”’，。、；：？！％…—·",
)
_IS_IDEOGRAPHIC = re.compile(f"[{_IDEOGRAPHS}]")
_UNBROKEN = re.compile(
    f"[{_OPENING}]*(?:(?![{_OPENING}{_CLOSING}])(?:[{_IDEOGRAPHS}]|[^{_IDEOGRAPHS}{_OPENING}{_CLOSING}]+))?[{_CLOSING}]*"
)


@dataclass(frozen=True)
class Run:
    """A piece of one line in one face and one direction, ready to draw."""

    text: str
    face: Typeface
    is_right_to_left: bool
    glyphs: tuple[Glyph, ...]
    #: Ems, so that it serves every size.
    width: float


def keep_numbers_together(text: str) -> str:
    """Put no-break spaces between groups of digits.

    Without them a telephone number is broken over lines, and inside right-to-left text "0800 1111" shows as
    "1111 0800".
    """
    return _BETWEEN_DIGITS.sub(NO_BREAK_SPACE, text)


def wrap_text(
    text: str, *, language: str, size_pt: float, width_mm: float, indent_mm: float = 0.0, is_bold: bool = False
) -> tuple[str, ...]:
    """Return the text in lines no wider than `width_mm`, each still in logical order.

    Line breaks in the text are kept. The first line begins `indent_mm` in, and is empty where not even a
    word fits behind that. Raises FontMissing where no font has a character.
    """
    limit, indent = width_mm * mm / size_pt, indent_mm * mm / size_pt
    lines: list[str] = []
    for paragraph in keep_numbers_together(text).split("\n"):
        lines.extend(_wrapped(paragraph, language, limit, 0.0 if lines else indent, is_bold=is_bold))
    return tuple(lines)


def is_written_without_spaces(text: str) -> bool:
    """Say whether a text has signs of a script in which a line may end after almost any sign."""
    return _IS_IDEOGRAPHIC.search(text) is not None


def unbroken_parts(text: str) -> Iterator[tuple[str, str]]:
    """Yield the parts of a text that stay on one line, each with the space before it.

    Chinese has no spaces: a line may end between any two signs, but never before a closing sign or after an
    opening one.
    """
    for at, word in enumerate(text.split(" ")):
        gap = " " if at else ""
        if not is_written_without_spaces(word):
            yield gap, word
            continue
        for part in filter(None, _UNBROKEN.findall(word)):
            yield gap, part
            gap = ""


def text_width(text: str, *, language: str, size_pt: float, is_bold: bool = False) -> float:
    """Return the width of one line in millimetres."""
    return sum(run.width for run in visual_runs(text, language, is_bold=is_bold)) * size_pt / mm


def visual_order(text: str, *, language: str) -> str:
    """Return the characters of one line as they stand on the paper from left to right."""
    return "".join(
        piece[::-1] if is_backwards else piece
        for piece, is_backwards in _pieces_in_visual_order(text, is_right_to_left=runs_right_to_left(language))
    )


@lru_cache(maxsize=8192)
def visual_runs(text: str, language: str, *, is_bold: bool = False) -> tuple[Run, ...]:
    """Return the runs of one line from left to right, shaped."""
    faces = typefaces(script_of(language), BOLD if is_bold else REGULAR)
    runs: list[Run] = []
    for piece, is_backwards in _pieces_in_visual_order(text, is_right_to_left=runs_right_to_left(language)):
        parts = [_run(part, face, is_right_to_left=is_backwards) for part, face in _by_face(piece, faces)]
        runs.extend(reversed(parts) if is_backwards else parts)
    return tuple(runs)


def draw_text(
    canvas: Canvas, text: str, x_pt: float, y_pt: float, *, language: str, size_pt: float, is_bold: bool = False
) -> None:
    """Draw one line with its left end at (x, y), in points on the canvas as it stands.

    Plain Latin letters become ordinary text, which can be searched and copied; everything else is drawn as
    outlines, filled by the non-zero rule because letters of joined scripts overlap.
    """
    for run in visual_runs(text, language, is_bold=is_bold):
        if run.face.can_be_selected(run.text) and not run.is_right_to_left:
            canvas.setFont(run.face.pdf_name, size_pt)
            canvas.drawString(x_pt, y_pt, run.text)
        else:
            _draw_outlines(canvas, run, x_pt, y_pt, size_pt)
        x_pt += run.width * size_pt


def _wrapped(paragraph: str, language: str, limit: float, indent: float, *, is_bold: bool) -> Iterator[str]:
    line, used = "", indent
    for gap, word in unbroken_parts(paragraph):
        space = _ems(gap, language, is_bold=is_bold) if gap else 0.0
        for part in _fitting_parts(word, language, limit, is_bold=is_bold):
            width = _ems(part, language, is_bold=is_bold)
            needed = width + (space if line else 0.0)
            if used and used + needed > limit:
                yield line
                line, used = part, width
            else:
                line, used = f"{line}{gap}{part}" if line else part, used + needed
    yield line


def _fitting_parts(word: str, language: str, limit: float, *, is_bold: bool) -> Iterator[str]:
    """Yield the word whole, or cut where it alone is wider than a line."""
    while len(word) > 1 and _ems(word, language, is_bold=is_bold) > limit:
        end = len(word) - 1
        while end > 1 and _ems(word[:end], language, is_bold=is_bold) > limit:
            end -= 1
        yield word[:end]
        word = word[end:]
    yield word


@lru_cache(maxsize=8192)
def _ems(text: str, language: str, *, is_bold: bool) -> float:
    return sum(run.width for run in visual_runs(text, language, is_bold=is_bold))


def _run(text: str, face: Typeface, *, is_right_to_left: bool) -> Run:
    glyphs, width = face.shape(text, is_right_to_left=is_right_to_left)
    return Run(text, face, is_right_to_left, glyphs, width / face.units)


def _by_face(piece: str, faces: tuple[Typeface, ...]) -> Iterator[tuple[str, Typeface]]:
    for face, signs in groupby(piece, key=lambda sign: _face_for(sign, faces)):
        yield "".join(signs), face


def _face_for(sign: str, faces: tuple[Typeface, ...]) -> Typeface:
    for face in faces:
        if ord(sign) in face.covered:
            return face
    raise FontMissing(f"no installed font has U+{ord(sign):04X}")


def _pieces_in_visual_order(text: str, *, is_right_to_left: bool) -> list[tuple[str, bool]]:
    """Split a line into pieces of one direction, from left to right; each keeps its logical order.

    Levels come from python-bidi's reading of the Unicode bidirectional algorithm; the reordering of whole
    runs is its rule L2, from the highest level down to the lowest odd one.
    """
    pieces = [
        ("".join(sign for sign, _ in signs), level)
        for level, signs in groupby(_levels(text, is_right_to_left=is_right_to_left), key=lambda pair: pair[1])
    ]
    highest = max((level for _, level in pieces), default=0)
    for level in range(highest, 0, -1):
        pieces = _turned(pieces, level)
    return [(piece, level % 2 == 1) for piece, level in pieces]


def _turned(pieces: list[tuple[str, int]], level: int) -> list[tuple[str, int]]:
    """Reverse the order of each stretch of pieces at or above a level."""
    turned: list[tuple[str, int]] = []
    for is_above, group in groupby(pieces, key=lambda piece: piece[1] >= level):
        stretch = list(group)
        turned.extend(stretch[::-1] if is_above else stretch)
    return turned


def _levels(text: str, *, is_right_to_left: bool) -> list[tuple[str, int]]:
    if not is_right_to_left and text.isascii():
        return [(sign, 0) for sign in text]
    storage = algorithm.get_empty_storage()
    storage["base_level"] = int(is_right_to_left)
    storage["base_dir"] = "R" if is_right_to_left else "L"
    algorithm.get_embedding_levels(_ISOLATES.sub("", text), storage)
    algorithm.explicit_embed_and_overrides(storage)
    algorithm.resolve_weak_types(storage)
    algorithm.resolve_neutral_types(storage, debug=False)
    algorithm.resolve_implicit_levels(storage, debug=False)
    return [(char["ch"], char["level"]) for char in storage["chars"]]


def _draw_outlines(canvas: Canvas, run: Run, x_pt: float, y_pt: float, size_pt: float) -> None:
    scale = size_pt / run.face.units
    for glyph in run.glyphs:
        if not run.face.outline(glyph.index):
            continue
        canvas.saveState()
        canvas.transform(scale, 0, 0, scale, x_pt + glyph.x * scale, y_pt + glyph.y * scale)
        canvas.doForm(_glyph_form(canvas, run.face, glyph.index))
        canvas.restoreState()


def _glyph_form(canvas: Canvas, face: Typeface, index: int) -> str:
    """Return the name of the form that draws a glyph; each is kept once in a document."""
    name = f"{face.file.name}-{face.weight}-{index}"
    if not canvas.hasForm(name):
        canvas.beginForm(name, *(edge * round(face.units) for edge in _GLYPH_EDGES))
        path = canvas.beginPath()
        draw: dict[str, Callable[..., None]] = {
            "M": path.moveTo,
            "L": path.lineTo,
            "C": path.curveTo,
            "Z": path.close,
        }
        for kind, values in face.outline(index):
            draw[kind](*values)
        canvas.drawPath(path, stroke=0, fill=1, fillMode=FILL_NON_ZERO)
        canvas.endForm()
    return name
