"""Lays out what surrounds the questions: who asks, the agreement, help lines, handing in and the slip to keep."""

from collections.abc import Iterator, Sequence

from engage.channels.paper.choices import Choice, set_choices
from engage.channels.paper.form import BANDS, Form
from engage.channels.paper.layout import Rule
from engage.channels.paper.sketch import TYPOGRAPHY, Block, Piece, Room, Sketch, line_height_of
from engage.questionnaire.model import HelpLine

#: White between a frame and what stands in it (mm).
PADDING = 2.5
#: Side of the QR code that leads to the survey online (mm), and the white it needs around it.
ONLINE_CODE, ONLINE_QUIET = 20.0, 3.0
#: Width of the way online where it stands beside the agreement (mm).
_ONLINE_COLUMN = 37.0
#: Help lines that fit on a page in small and in large type.
_MOST_HELP_LINES, _MOST_LARGE_HELP_LINES = 24, 6


def title_block(form: Form, room: Room) -> Block:
    """Return the title, what this is and who asks, and how to fill it in."""
    sketch = Sketch(form, room)
    sizes = sketch.typography
    if title := form.words("survey.title"):
        sketch.paragraph(title.text, title.language, sizes.title_pt, is_bold=True)
        sketch.skip(1.0)
    if intro := form.words("survey.intro"):
        sketch.paragraph(intro.text, intro.language, sizes.body_pt)
        sketch.skip(1.5)
    sketch.phrase("paper.how", is_bold=True)
    return sketch.finish()


def online_block(form: Form, room: Room) -> Block:
    """Return the frame with the address and the code for those who would rather answer online."""
    sketch = Sketch(form, room)
    width = sketch.width
    x = ONLINE_QUIET * 2 + ONLINE_CODE
    top = ONLINE_QUIET + PADDING / 3
    sketch.slot("online", ONLINE_CODE, ONLINE_CODE, x=top, y=top)
    sketch.skip(top)
    sketch.phrase("paper.online", x=x + PADDING, is_bold=True)
    sketch.phrase("paper.online_how", x=x + PADDING, is_small=True)
    size = sketch.typography.small_pt
    height = line_height_of(size, "en")
    sketch.slot("online_address", width - x - 2 * PADDING, height, x=x + PADDING, y=sketch.y, size_pt=size)
    sketch.skip(height)
    sketch.y = max(sketch.y + PADDING, ONLINE_CODE + 2 * top)
    sketch.frame(width)
    return sketch.finish()


def online_and_consent_block(form: Form, room: Room) -> Block:
    """Return both side by side: the way online at the start, far from the page code."""
    sketch = Sketch(form, room)
    room = Room(sketch.width - _ONLINE_COLUMN - PADDING)
    online = _online_column(form, consent_block(form, room).height)
    consent = consent_block(form, room, online.height)
    for mark in online.marks:
        sketch.put(mark)
    for mark in consent.marks:
        sketch.put(mark.moved(_ONLINE_COLUMN + PADDING, 0))
    sketch.skip(max(online.height, consent.height))
    return sketch.finish()


def _online_column(form: Form, height: float) -> Block:
    """Return the way online as a narrow frame at least so high."""
    sketch = Sketch(form, Room(_ONLINE_COLUMN))
    inner = _ONLINE_COLUMN - PADDING
    sketch.skip(PADDING / 2)
    sketch.paragraph(*sketch.said("paper.online"), sketch.typography.small_pt, x=PADDING, width=inner, is_bold=True)
    sketch.skip(ONLINE_QUIET)
    sketch.slot("online", ONLINE_CODE, ONLINE_CODE, x=(_ONLINE_COLUMN - ONLINE_CODE) / 2, y=sketch.y)
    sketch.skip(ONLINE_CODE + ONLINE_QUIET)
    sketch.paragraph(*sketch.said("paper.online_short"), sketch.typography.small_pt, x=PADDING, width=inner)
    sketch.y = max(height, sketch.y + PADDING / 2)
    sketch.frame(_ONLINE_COLUMN)
    return sketch.finish()


def consent_block(form: Form, room: Room, height: float = 0.0) -> Block:
    """Return the agreement with its box, at least so high; for the rule `parent_opt_in` also the parent's."""
    sketch = Sketch(form, room)
    width = sketch.width
    sketch.skip(PADDING)
    inner = Sketch(form, Room(width - 2 * PADDING))
    inner.y = sketch.y
    if statement := form.words("consent.statement"):
        inner.paragraph(statement.text, statement.language, sketch.typography.body_pt)
        inner.skip(1.0)
    boxes = [("consent", "yes", "paper.consent_yes")]
    if form.questionnaire.consent.rule == "parent_opt_in":
        boxes.append(("guardian", "agreed", "paper.guardian_agreed"))
    for question, option, key in boxes:
        label = form.say(key)
        choice = Choice(label, form.language_of(label), ((question, option),), is_bold=True)
        set_choices(inner, [choice], x=0)
    for mark in inner.marks:
        sketch.put(mark.moved(PADDING, 0))
    sketch.y = max(height, inner.y + PADDING / 2)
    sketch.frame(width, weight_pt=1.0)
    return sketch.finish()


def help_pages(form: Form) -> Iterator[tuple[HelpLine, ...]]:
    """Yield the help lines of everyone who may hold this form, as many at a time as fit on a page."""
    lines = [line for line in form.questionnaire.help_lines if _is_for_form(form, line)]
    most = _MOST_LARGE_HELP_LINES if TYPOGRAPHY[form.style].is_large else _MOST_HELP_LINES
    for at in range(0, len(lines), most):
        yield tuple(lines[at : at + most])


def help_block(form: Form, lines: Sequence[HelpLine], room: Room) -> Block:
    """Return help lines under their title, in two columns where the style has columns."""
    sketch = Sketch(form, room)
    if lines[0] is form.questionnaire.help_lines[0]:
        sketch.phrase("help.title", is_bold=True)
        sketch.skip(0.5)
    columns = 1 if sketch.typography.is_large else 2
    gutter = 6.0
    cell = (sketch.width + gutter) / columns - gutter
    for at in range(0, len(lines), columns):
        _help_row(form, sketch, lines[at : at + columns], cell, gutter)
    return sketch.finish()


def closing_block(form: Form, room: Room) -> Block:
    """Return the words of thanks and how to hand the form in."""
    sketch = Sketch(form, room)
    sketch.phrase("paper.thanks", is_bold=True)
    sketch.phrase("paper.hand_in")
    return sketch.finish()


def slip_block(form: Form, room: Room) -> Block:
    """Return the slip to keep: it carries the code to take an answer back, and no word of the subject."""
    sketch = Sketch(form, room)
    sizes = sketch.typography
    sketch.put(Rule(-5.0, 0, room.width + 10.0, 0, 0.7, is_dashed=True))
    sketch.skip(3.0)
    top = sketch.y
    has_two_columns = not sizes.is_large
    left = room.width * 0.5 if has_two_columns else room.width
    for key, size, is_bold in (("paper.slip_keep", sizes.body_pt, True), ("paper.slip_how", sizes.small_pt, False)):
        words = form.say(key)
        sketch.paragraph(words, form.language_of(words), size, width=left, is_bold=is_bold)
    end, x = sketch.y, 0.0
    if has_two_columns:
        sketch.y, x = top, left + PADDING
    for what, size in (("receipt", 0.85 * sizes.title_pt), ("receipt_address", sizes.small_pt)):
        height = line_height_of(size, "en")
        sketch.slot(what, room.width - x, height, x=x, y=sketch.y, size_pt=size)
        sketch.skip(height)
    sketch.y = max(sketch.y, end)
    return sketch.finish()


def _is_for_form(form: Form, line: HelpLine) -> bool:
    return not line.routes or any(form.route_of(band) in line.routes for band in BANDS)


def _help_row(form: Form, sketch: Sketch, lines: Sequence[HelpLine], cell: float, gutter: float) -> None:
    size, top, bottom = sketch.typography.small_pt, sketch.y, sketch.y
    for at, line in enumerate(lines):
        x = at * (cell + gutter)
        sketch.y = top
        name = form.words(f"help.{line.id}.name")
        title = form.say("paper.help_line", name=name.text if name else line.id, number=line.number)
        pieces = [Piece(title, form.language_of(title), size, is_bold=True)]
        if what := form.words(f"help.{line.id}.what"):
            pieces.append(Piece(what.text, what.language, size))
        sketch.pieces(pieces, x=x, width=x + cell, size_pt=size)
        bottom = max(bottom, sketch.y)
    sketch.y = bottom + 1.2 * sketch.typography.part_gap
