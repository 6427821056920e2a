"""Sets things to tick: in one row where they fit, else in columns that keep every label short."""

from collections.abc import Sequence
from dataclasses import dataclass

from reportlab.lib.units import mm

from engage.channels.paper.layout import Box, Figure
from engage.channels.paper.sketch import Sketch, baseline_in, line_height_of
from engage.channels.paper.text import is_written_without_spaces, text_width, unbroken_parts, wrap_text

#: Side of a box to tick (mm).
BOX = 4.0
#: Space from one box to the next in a two-box list (mm).
BOX_PITCH = 8.5
#: Space between the end of a label and the box of the next column (mm).
_COLUMN_GAP = 3.0
#: White above and below a label within its row (mm).
_ROW_MARGIN = 0.6
#: Steps in which the lines of a label are made even (mm).
_EVENING = 1.0
#: Spare width a cell of a single row may be given (mm), so that short rows stay together.
_MOST_SPARE = 12.0
#: Side of the arrow, and the white behind it, as shares of the type size.
_ARROW_SHARE, _ARROW_GAP = 0.714, 0.35
_MOST_ROWS_READ_ACROSS = 2
#: With two boxes a row, more columns than this get mixed up.
_MOST_TWO_BOX_COLUMNS = 3


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
    #: The label stands as if there were a picture, in line with labels that have one.
    is_indented: bool = False


def set_choices(sketch: Sketch, choices: Sequence[Choice], *, x: float) -> None:
    """Set the choices from `x` (mm) to the end of the block, and move the sketch below them."""
    sketch.step_past_code()
    row = _one_row(sketch, choices, x)
    if row is not None:
        _set_row(sketch, choices, x, row)
    else:
        set_columns(sketch, choices, columns_for(sketch, [choices], x), x=x)


def set_columns(
    sketch: Sketch, choices: Sequence[Choice], columns: int, *, x: float, width: float | None = None
) -> None:
    """Set the choices in so many columns of equal width, up to `width` (mm) from the start of the block."""
    width = width or sketch.width
    for row in _rows(choices, columns):
        # One column may grow wider below the page code; several must stay in line.
        cell = ((sketch.width if columns == 1 else width) - x) / columns
        _set_row(sketch, row, x, [cell] * len(row))


def label_start(sketch: Sketch, boxes: int) -> float:
    """Return how far from the start of a cell its label begins (mm), pictures aside."""
    return (boxes - 1) * BOX_PITCH + BOX + sketch.typography.label_gap


def set_heads(sketch: Sketch, heads: Sequence[str], columns: int, *, x: float, width: float) -> None:
    """Set the number of each question above its column of boxes, for lists with two boxes a row."""
    size = sketch.typography.small_pt
    for column in range(columns):
        for at, head in enumerate(heads):
            wide = text_width(head, language="en", size_pt=size, is_bold=True)
            left = x + column * (width - x) / columns + at * BOX_PITCH + (BOX - wide) / 2
            sketch.line(head, "en", size, x=left, baseline=baseline_in(sketch.y, size, "en"), is_bold=True)
    sketch.skip(line_height_of(size, "en") + _ROW_MARGIN / 3)


def _one_row(sketch: Sketch, choices: Sequence[Choice], x: float) -> list[float] | None:
    """Return the width of each cell where all choices fit side by side."""
    if any(choice.figure for choice in choices):
        return None
    most_lines = 1 if sketch.typography.is_large else sketch.typography.most_label_lines
    for lines in range(1, most_lines + 1):
        needed = [_least_cell(sketch, choice, lines) for choice in choices]
        spare = sketch.width - x - sum(needed)
        if spare >= 0:
            return [width + min(spare / len(needed), _MOST_SPARE) for width in needed]
    return None


def _least_cell(sketch: Sketch, choice: Choice, lines: int) -> float:
    size = sketch.typography.body_pt
    widest = text_width(choice.label, language=choice.language, size_pt=size)
    parts = [part for _, part in unbroken_parts(choice.label)]
    words = [text_width(part, language=choice.language, size_pt=size) for part in parts]
    width = max([*words, widest / lines])
    while width < widest and len(_label_lines(sketch, choice, width)) > lines:
        width += 1.0
    if choice.goes_to:
        width = max(width, _arrow_width(sketch, choice))
        widest = max(widest, width)
    return _start(sketch, choice) + min(width, widest) + _COLUMN_GAP


def columns_for(sketch: Sketch, lists: Sequence[Sequence[Choice]], x: float) -> int:
    """Return in how many columns these lists together stand lowest without labels of too many lines."""
    choices = [choice for listed in lists for choice in listed]
    most = min(sketch.typography.most_columns, max(len(listed) for listed in lists))
    if any(choice.figure for choice in choices):
        most = 1
    if any(len(choice.boxes) > 1 for choice in choices):
        most = min(most, _MOST_TWO_BOX_COLUMNS)
    heights = {}
    for columns in range(1, most + 1):
        cell = (sketch.width - x) / columns
        lines = max(len(_label_lines(sketch, choice, _label_room(sketch, choice, cell))) for choice in choices)
        if columns == 1 or lines <= sketch.typography.most_label_lines + 1:
            heights[columns] = sum(_height_in(sketch, listed, columns, cell) for listed in lists)
    return min(heights, key=lambda columns: (heights[columns], columns))


def _height_in(sketch: Sketch, choices: Sequence[Choice], columns: int, cell: float) -> float:
    return sum(_row_height(sketch, row, [cell] * len(row)) for row in _rows(choices, columns))


def _rows(choices: Sequence[Choice], columns: int) -> list[Sequence[Choice]]:
    """Return the choices row by row: two rows are read across, more are read down their columns."""
    rows = -(-len(choices) // columns)
    if rows <= _MOST_ROWS_READ_ACROSS:
        return [choices[at * columns : (at + 1) * columns] for at in range(rows)]
    return [choices[at::rows] for at in range(rows)]


def _start(sketch: Sketch, choice: Choice) -> float:
    sizes = sketch.typography
    figure = sizes.option_figure + sizes.label_gap if choice.figure or choice.is_indented else 0.0
    return label_start(sketch, len(choice.boxes)) + figure


def _label_room(sketch: Sketch, choice: Choice, cell: float) -> float:
    return cell - _start(sketch, choice) - _COLUMN_GAP


def _label_lines(sketch: Sketch, choice: Choice, width: float) -> tuple[str, ...]:
    # A hair more than measured, so that a label given exactly its own width stays on one line.
    room = max(width, 1.0) + 0.01
    lines = _wrapped_label(sketch, choice, room)
    if not is_written_without_spaces(choice.label):
        return lines
    # Lines of like length, so that no single sign is left over for the last one.
    while len(lines) > 1 and room > _EVENING:
        room -= _EVENING
        narrower = _wrapped_label(sketch, choice, room)
        if len(narrower) > len(lines):
            break
        lines = narrower
    return lines


def _wrapped_label(sketch: Sketch, choice: Choice, width: float) -> tuple[str, ...]:
    return wrap_text(
        choice.label,
        language=choice.language,
        size_pt=sketch.typography.body_pt,
        width_mm=width,
        is_bold=choice.is_bold,
    )


def _content_height(sketch: Sketch, choice: Choice, cell: float) -> float:
    lines = _label_lines(sketch, choice, _label_room(sketch, choice, cell))
    height = len(lines) * line_height_of(sketch.typography.body_pt, choice.language)
    if choice.goes_to:
        height += line_height_of(sketch.typography.small_pt, choice.language)
    return max(height, sketch.typography.option_figure if choice.figure else 0.0)


def _row_height(sketch: Sketch, choices: Sequence[Choice], cells: Sequence[float]) -> float:
    """Return the height of a row: what its longest label needs, and never less than the pitch."""
    heights = [_content_height(sketch, choice, cell) for choice, cell in zip(choices, cells, strict=True)]
    return max(sketch.typography.pitch, max(heights) + 2 * _ROW_MARGIN)


def _set_row(sketch: Sketch, choices: Sequence[Choice], x: float, cells: Sequence[float]) -> None:
    height = _row_height(sketch, choices, cells)
    for choice, cell in zip(choices, cells, strict=True):
        _set_cell(sketch, choice, x, cell, _content_height(sketch, choice, cell))
        x += cell
    sketch.skip(height)


def _set_cell(sketch: Sketch, choice: Choice, x: float, cell: float, height: float) -> None:
    """Set boxes, picture and label; boxes stand beside the first line, or the middle of a picture."""
    top = sketch.y + max(_ROW_MARGIN, (BOX - height) / 2)
    lines = _label_lines(sketch, choice, _label_room(sketch, choice, cell))
    size = sketch.typography.body_pt
    line_height = line_height_of(size, choice.language)
    figure = sketch.typography.option_figure if choice.figure else 0.0
    # The same for every language in a row, so that its boxes stand in line.
    middle = top + (height if figure else line_height_of(size, sketch.form.language)) / 2
    label_top = middle - (len(lines) if figure else 1) * line_height / 2
    for at, (question, option) in enumerate(choice.boxes):
        sketch.put(Box(x + at * BOX_PITCH, middle - BOX / 2, BOX, BOX, question, option))
    start = x + _start(sketch, choice)
    if choice.figure:
        left = start - sketch.typography.label_gap - figure
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
        side = _ARROW_SHARE * small / mm
        sketch.put(Figure(x, baseline - side, side, side, "arrow"))
        sketch.line(choice.goes_to, choice.language, small, x=x + side + _ARROW_GAP * small / mm, baseline=baseline)


def _arrow_width(sketch: Sketch, choice: Choice) -> float:
    small = sketch.typography.small_pt
    words = text_width(choice.goes_to or "", language=choice.language, size_pt=small)
    return (_ARROW_SHARE + _ARROW_GAP) * small / mm + words
