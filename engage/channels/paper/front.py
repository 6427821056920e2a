"""Lays out what surrounds the questions: who asks, the agreement, help lines, handing in and the slip to keep."""

from collections.abc import Sequence

from engage.channels.paper.choices import Choice, set_choices
from engage.channels.paper.form import BANDS, Form
from engage.channels.paper.layout import Rule
from engage.channels.paper.sketch import TYPOGRAPHY, Block, Sketch, baseline_in, line_height_of
from engage.questionnaire.model import HelpLine

#: White between a frame and what stands in it (mm).
PADDING = 3.0
#: Side of the QR code that leads to the survey online (mm), and the white it needs around it.
ONLINE_CODE, ONLINE_QUIET = 20.0, 3.0
#: Height of the slip to tear off (mm).
SLIP = {"standard": 34.0, "easy_read": 52.0, "large_print": 58.0}


def title_block(form: Form, width: float) -> Block:
    """Return the title, what this is and who asks, and how to fill it in."""
    sketch = Sketch(form, width)
    sizes = sketch.typography
    if title := form.words("survey.title"):
        sketch.paragraph(title.text, title.language, sizes.title_pt, is_bold=True)
        sketch.skip(1.5)
    if intro := form.words("survey.intro"):
        sketch.paragraph(intro.text, intro.language, sizes.body_pt)
        sketch.skip(1.5)
    sketch.phrase("paper.how", is_bold=True)
    return sketch.finish()


def online_block(form: Form, width: float) -> Block:
    """Return the frame with the address and the code for those who would rather answer online."""
    sketch = Sketch(form, width)
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
    sketch.frame(0)
    return sketch.finish()


def consent_block(form: Form, width: float) -> Block:
    """Return the agreement with its box; for the survey rule `parent_opt_in` also the parent's."""
    sketch = Sketch(form, width)
    sketch.skip(PADDING)
    inner = Sketch(form, width - 2 * PADDING)
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
    sketch.y = inner.y + PADDING / 2
    sketch.frame(0, weight_pt=1.0)
    return sketch.finish()


def help_block(form: Form, width: float) -> Block | None:
    """Return the help lines of everyone who may hold this form, in two columns where the style has columns."""
    lines = [line for line in form.questionnaire.help_lines if _is_for_form(form, line)]
    if not lines:
        return None
    sketch = Sketch(form, width)
    sketch.phrase("help.title", is_bold=True)
    sketch.skip(0.5)
    columns = 2 if sketch.typography.most_columns > 1 else 1
    gutter = 6.0
    cell = (width + gutter) / columns - gutter
    for at in range(0, len(lines), columns):
        _help_row(form, sketch, lines[at : at + columns], cell, gutter)
    return sketch.finish()


def closing_block(form: Form, width: float) -> Block:
    """Return the words of thanks and how to hand the form in."""
    sketch = Sketch(form, width)
    sketch.phrase("paper.thanks", is_bold=True)
    sketch.phrase("paper.hand_in")
    return sketch.finish()


def slip_block(form: Form, width: float) -> Block:
    """Return the slip to keep: it carries the code to take an answer back, and no word of the subject."""
    sketch = Sketch(form, width)
    sizes = sketch.typography
    sketch.put(Rule(-10.0, 0, width + 20.0, 0, 0.7, is_dashed=True))
    sketch.skip(4.0)
    sketch.phrase("paper.slip_keep", is_bold=True)
    sketch.phrase("paper.slip_how", is_small=True)
    sketch.skip(1.0)
    height = line_height_of(sizes.title_pt, "en")
    code = 50.0 * sizes.title_pt / TYPOGRAPHY["standard"].title_pt
    address_y = sketch.y + (height - line_height_of(sizes.small_pt, "en")) / 2
    fits = code + 90.0 * sizes.small_pt / TYPOGRAPHY["standard"].small_pt < width
    sketch.slot("receipt", code, height, x=0, y=sketch.y, size_pt=sizes.title_pt)
    if not fits:
        sketch.skip(height)
        address_y = sketch.y
    x = code + PADDING * 2 if fits else 0.0
    small = line_height_of(sizes.small_pt, "en")
    sketch.slot("receipt_address", width - x, small, x=x, y=address_y, size_pt=sizes.small_pt)
    sketch.skip(height if fits else small)
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
        language = form.language_of(title)
        sketch.paragraph(title, language, size, x=x, width=x + cell, is_bold=True)
        if what := form.words(f"help.{line.id}.what"):
            sketch.paragraph(what.text, what.language, size, x=x, width=x + cell)
        bottom = max(bottom, sketch.y)
    sketch.y = bottom + 1.2
