"""Sets what is answered by hand: a sheet to draw on with a tick that it may be shown, and boxes for numbers."""

from engage.channels.paper.choices import Choice, set_choices
from engage.channels.paper.figures import has_figure
from engage.channels.paper.layout import Figure, Space
from engage.channels.paper.rules import label_of
from engage.channels.paper.sketch import TYPOGRAPHY, Sketch, baseline_in, line_height_of
from engage.channels.paper.text import wrap_text
from engage.questionnaire.model import Option, Question
from engage.questionnaire.wording import option_key
from engage.response.drawings import MAY_SHOW, SHEET_HEIGHT, SHEET_WIDTH

#: Height of the sheet to draw on (mm), in usual print and in large; it is as wide as the sheet on a screen is.
_SHEET, _LARGE_SHEET = 75.0, 110.0
#: Side of a box for a number, in usual print and in large, and white above and below it (mm).
_NUMBER, _LARGE_NUMBER, _ROW_MARGIN = 7.5, 10.0, 0.8


def set_drawing(sketch: Sketch, question: Question) -> None:
    """Set a sheet to draw on, and below it the box that allows to show it."""
    sizes, form = sketch.typography, sketch.form
    sketch.step_past_code()
    sketch.phrase("drawing.paper_hint", x=sizes.gutter, is_small=True)
    sketch.skip(sizes.part_gap)
    height = _LARGE_SHEET if sizes.is_large else _SHEET
    width = min(sketch.width - sizes.gutter, height * SHEET_WIDTH / SHEET_HEIGHT)
    sketch.space(question.id, width * SHEET_HEIGHT / SHEET_WIDTH, x=sizes.gutter, width=width)
    sketch.skip(sizes.part_gap)
    label = form.say("drawing.may_show")
    set_choices(sketch, [Choice(label, form.language_of(label), ((question.id, MAY_SHOW),))], x=sizes.gutter)


def set_ranking(sketch: Sketch, question: Question) -> None:
    """Set a box for a number beside every option, one below the other."""
    sketch.step_past_code()
    for option in sketch.form.options_of(question):
        _set_ranked(sketch, question, option)


def _set_ranked(sketch: Sketch, question: Question, option: Option) -> None:
    form, sizes = sketch.form, sketch.typography
    side = _LARGE_NUMBER if sizes.is_large else _NUMBER
    wording = form.words(option_key(question, option.code), question, option)
    label = label_of(form, question, option, wording.text if wording else option.code)
    language = wording.language if wording else form.language
    has_picture = TYPOGRAPHY[form.style].option_figure > 0 and has_figure(option.picture)
    figure = sizes.option_figure if has_picture else 0.0
    start = sizes.gutter + side + sizes.label_gap + (figure + sizes.label_gap if figure else 0.0)
    room = sketch.width - start
    lines = wrap_text(label, language=language, size_pt=sizes.body_pt, width_mm=room)
    height = max(side, figure, len(lines) * line_height_of(sizes.body_pt, language)) + 2 * _ROW_MARGIN
    middle = sketch.y + height / 2
    sketch.put(Space(sizes.gutter, middle - side / 2, side, side, question.id))
    if figure and option.picture:
        left = sizes.gutter + side + sizes.label_gap
        sketch.put(Figure(left, middle - figure / 2, figure, figure, option.picture))
    top = middle - len(lines) * line_height_of(sizes.body_pt, language) / 2
    for line in lines:
        sketch.line(line, language, sizes.body_pt, x=start, baseline=baseline_in(top, sizes.body_pt, language))
        top += line_height_of(sizes.body_pt, language)
    sketch.skip(height)
