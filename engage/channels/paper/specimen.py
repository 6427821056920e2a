"""Draws one question as it is printed, as a picture, for whoever is still writing it."""

from io import BytesIO
from threading import Lock

import pypdfium2

from engage.channels.paper.composition import CODE_END, LEFT, RIGHT
from engage.channels.paper.drawing import PrintedForm, print_forms
from engage.channels.paper.form import Form
from engage.channels.paper.layout import PAGE_HEIGHT, PAGE_WIDTH, Layout, Page
from engage.channels.paper.questions import question_block
from engage.channels.paper.sketch import Room
from engage.questionnaire.model import Question

#: White around the block (mm), and dots for each millimetre: enough to read on a fine screen.
_AROUND, _DOTS = 6.0, 5.0
_POINTS_PER_MM = 72 / 25.4
#: pdfium works for one thread at a time.
_ONE_AT_A_TIME = Lock()


def printed_with(form: Form, question: Question) -> Question | None:
    """Return the question in whose block a question is printed: its own, that of its ticks, or None where it is not."""
    asked = {each.id: each for each in form.questions}
    if question.id not in asked:
        return None
    return asked.get(question.options_from) if question.options_from else question


def draw_specimen(form: Form, question: Question) -> bytes:
    """Return the block of a question as PNG, as wide as a page. Raises FontMissing.

    It is drawn by what prints forms, from the layout that is read again, so nothing can look different on paper.
    """
    block = question_block(form, question, Room(RIGHT - LEFT))
    marks = [mark.moved(LEFT, CODE_END) for mark in block.marks]
    if form.is_right_to_left:
        marks = [mark.mirrored() for mark in marks]
    layout = Layout(
        survey=form.questionnaire.slug,
        version=form.questionnaire.version,
        language=form.language,
        style=form.style,
        is_right_to_left=form.is_right_to_left,
        numbers=dict(form.numbers),
        pages=(Page.holding(1, marks),),
    )
    pdf = BytesIO()
    print_forms(layout, [PrintedForm("", "")], "", pdf)
    return _cut_out(pdf.getvalue(), CODE_END - _AROUND, block.height + 2 * _AROUND)


def _cut_out(pdf: bytes, top: float, height: float) -> bytes:
    """Return a strip of the first page as PNG; millimetres from its top."""
    scale = _DOTS / _POINTS_PER_MM
    below = max(PAGE_HEIGHT - top - height, 0.0)
    side = LEFT - _AROUND
    with _ONE_AT_A_TIME:
        document = pypdfium2.PdfDocument(pdf)
        try:
            crop = tuple(part * _POINTS_PER_MM for part in (side, below, PAGE_WIDTH - RIGHT - _AROUND, top))
            picture = document[0].render(scale=scale, crop=crop, grayscale=True).to_pil()
        finally:
            document.close()
    out = BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()
