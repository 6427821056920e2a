"""Lays out one question as one block: number, who it is for, words, boxes or space; it never splits."""

from collections.abc import Callable, Mapping

from engage.channels.paper.choices import Choice, label_start, set_choices
from engage.channels.paper.figures import has_figure
from engage.channels.paper.form import Form
from engage.channels.paper.layout import Figure
from engage.channels.paper.rules import label_of, next_after, rule_of
from engage.channels.paper.sketch import TYPOGRAPHY, Block, Sketch, baseline_in, line_height_of
from engage.questionnaire.model import (
    AGE_BANDS,
    ASSISTANCE,
    HOME_ELSEWHERE,
    Option,
    Question,
    QuestionType,
)

#: Millimetres: distance between the lines to write on, and between the parts of a question.
LINE_GAP, PART_GAP = 10.0, 1.0
#: Millimetres a number or a date is given to be written in.
_SHORT_SPACE = 50.0


def question_block(form: Form, question: Question, width: float) -> Block:
    """Return the block of a question for a column of this width (mm)."""
    sketch = Sketch(form, width)
    x = _head(form, sketch, question)
    _BODIES[question.type](form, sketch, question, x)
    return sketch.finish()


def assisted_block(form: Form, width: float) -> Block:
    """Return the block that asks who is helping; private questions are then left out."""
    sketch = Sketch(form, width)
    x = sketch.typography.gutter
    _number(form, sketch, "assisted")
    sketch.phrase("paper.assisted", x=x, is_bold=True)
    sketch.phrase("paper.assisted_hint", x=x, is_small=True)
    sketch.skip(PART_GAP)
    choices = [_coded(form, "assisted", code, f"assisted.{code}") for code in ASSISTANCE]
    set_choices(sketch, choices, x=x)
    return sketch.finish()


def _head(form: Form, sketch: Sketch, question: Question) -> float:
    """Set everything above the boxes and return where they start."""
    sizes = sketch.typography
    picture = question.picture if sizes.question_figure and has_figure(question.picture) else None
    x = sizes.gutter + (sizes.question_figure + PART_GAP * 3 if picture else 0.0)
    if note := form.words(f"{question.id}.note", question):
        sketch.paragraph(note.text, note.language, sizes.small_pt)
        sketch.skip(2 * PART_GAP)
    top = sketch.y
    if picture:
        side = sizes.question_figure
        sketch.put(Figure(sizes.gutter, top, side, side, picture))
    if rule := rule_of(form, question):
        sketch.paragraph(rule, form.language_of(rule), sizes.small_pt, x=x, is_bold=True)
    if question.alone:
        sketch.phrase("paper.alone", x=x, is_small=True, is_bold=True)
    _number(form, sketch, question.id)
    text = form.words(f"{question.id}.text", question)
    if text:
        is_bold = question.type is not QuestionType.NOTE
        end = sketch.paragraph(text.text, text.language, sizes.body_pt, x=x, is_bold=is_bold)
        _instruction(form, sketch, question, x, end)
    _below(form, sketch, question, x)
    if picture:
        sketch.skip(max(0.0, top + sizes.question_figure - sketch.y))
    sketch.skip(PART_GAP)
    return sizes.gutter


def _number(form: Form, sketch: Sketch, question_id: str) -> None:
    if question_id in form.numbers:
        size = sketch.typography.body_pt
        baseline = baseline_in(sketch.y, size, form.language)
        sketch.line(str(form.numbers[question_id]), "en", size, x=0, baseline=baseline, is_bold=True)


def _instruction(form: Form, sketch: Sketch, question: Question, x: float, end: float) -> None:
    """Say how many to tick, behind the question where there is room."""
    words = _how_many(form, question)
    if words is None:
        return
    size, language = sketch.typography.small_pt, form.language_of(words)
    room = sketch.width - end - PART_GAP * 2
    probe = Sketch(form, sketch.width)
    probe.paragraph(words, language, size, x=end + PART_GAP * 2, width=10_000)
    needed = sum(mark.w for mark in probe.marks)
    if needed <= room:
        last = sketch.y - line_height_of(sketch.typography.body_pt, form.language)
        baseline = baseline_in(last, sketch.typography.body_pt, form.language)
        sketch.line(words, language, size, x=end + PART_GAP * 2, baseline=baseline)
    else:
        sketch.paragraph(words, language, size, x=x)


def _how_many(form: Form, question: Question) -> str | None:
    following = form.following(question)
    if question.max_choices and following:
        number = str(form.numbers[question.id])
        return form.say("paper.tick_up_to_in", most=str(question.max_choices), number=number)
    if question.max_choices:
        return form.say("paper.tick_up_to", most=str(question.max_choices))
    if question.type in (QuestionType.SINGLE_CHOICE, QuestionType.AGE_BAND, QuestionType.HOME_DISTRICT):
        return form.say("paper.tick_one")
    return form.say("paper.tick_all") if question.is_multiple else None


def _below(form: Form, sketch: Sketch, question: Question, x: float) -> None:
    """Set the hint and why we ask; a hint that only repeats how many to tick is left out."""
    size = sketch.typography.small_pt
    hint = form.words(f"{question.id}.hint", question)
    why = form.words(f"{question.id}.why", question)
    if hint:
        sketch.paragraph(hint.text, hint.language, size, x=x)
    if why:
        words = form.say("paper.why", why=why.text)
        sketch.paragraph(words, form.language_of(words), size, x=x)
    following = form.following(question)
    if following and (most := form.words(f"{following.id}.text", following)):
        sketch.skip(PART_GAP)
        _number(form, sketch, following.id)
        end = sketch.paragraph(most.text, most.language, sketch.typography.body_pt, x=x, is_bold=True)
        words = form.say("paper.tick_one_in", number=str(form.numbers[following.id]))
        sketch.paragraph(words, form.language_of(words), size, x=x if end > sketch.width / 2 else x)


def _choices(form: Form, sketch: Sketch, question: Question, x: float) -> None:
    following = form.following(question)
    heads = [str(form.numbers[question.id]), str(form.numbers[following.id])] if following else []
    options = form.options_of(question)
    special = [_coded(form, question.id, code, f"option.{code}") for code in question.special]
    groups = list(dict.fromkeys(option.group for option in options))
    for group in groups:
        choices = [_choice(form, question, option) for option in options if option.group == group]
        # Where options stand in groups, "I don't know" stands with the ones outside, or else at the end.
        if group == (None if None in groups else groups[-1]):
            choices += special
        if group is not None and (name := form.words(f"{question.id}.group.{group}", question)):
            start = x + label_start(sketch, 1 + bool(following))
            sketch.paragraph(name.text, name.language, sketch.typography.small_pt, x=start, is_bold=True)
        set_choices(sketch, choices, x=x, heads=heads)
        heads = heads if sketch.typography.most_columns > 1 else []


def _choice(form: Form, question: Question, option: Option) -> Choice:
    prefix = f"scale.{question.scale}" if question.scale else f"{question.id}.option"
    wording = form.words(f"{prefix}.{option.code}", question, option)
    label = label_of(form, question, option, wording.text if wording else option.code)
    following = form.following(question)
    boxes = [(question.id, option.code)]
    if following and not option.exclusive:
        boxes.append((following.id, option.code))
    goes_to = next_after(form, question, option.code)
    return Choice(
        label=label,
        language=wording.language if wording else form.language,
        boxes=tuple(boxes),
        figure=option.picture if has_figure(option.picture) and _prints_figures(form) else None,
        goes_to=form.say("paper.go_to", number=str(goes_to)) if goes_to else None,
    )


def _prints_figures(form: Form) -> bool:
    return TYPOGRAPHY[form.style].option_figure > 0


def _coded(form: Form, question_id: str, code: str, key: str) -> Choice:
    label = form.say(key)
    return Choice(label, form.language_of(label), ((question_id, code),))


def _communities(form: Form, sketch: Sketch, question: Question, x: float) -> None:
    _choices(form, sketch, question, x)
    sketch.skip(PART_GAP)
    sketch.phrase("paper.own_community", x=x, is_small=True)
    sketch.space(question.id, LINE_GAP, x=x, width=(sketch.width - x) * 0.6)


def _ages(form: Form, sketch: Sketch, question: Question, x: float) -> None:
    set_choices(sketch, [_coded(form, question.id, band, f"age_band.{band}") for band in AGE_BANDS], x=x)
    sketch.phrase("paper.under_13", x=x, is_small=True, is_bold=True)


def _area(form: Form, sketch: Sketch, question: Question, x: float) -> None:
    sketch.phrase("paper.area_write", x=x, is_small=True)
    sketch.skip(PART_GAP)
    sketch.space(question.id, LINE_GAP, x=x, width=sketch.width - x)
    sketch.skip(2 * PART_GAP)
    if form.districts:
        sketch.phrase("paper.area_tick", x=x, is_small=True)
        set_choices(sketch, _district_choices(form, question), x=x)


def _home_district(form: Form, sketch: Sketch, question: Question, x: float) -> None:
    elsewhere = _coded(form, question.id, HOME_ELSEWHERE, "paper.elsewhere")
    set_choices(sketch, [*_district_choices(form, question), elsewhere], x=x)


def _district_choices(form: Form, question: Question) -> list[Choice]:
    return [Choice(name, "en", ((question.id, code),)) for code, name in form.districts.items()]


def _short_answer(_form: Form, sketch: Sketch, question: Question, x: float) -> None:
    sketch.space(question.id, LINE_GAP, x=x, width=min(_SHORT_SPACE, sketch.width - x))


def _date(form: Form, sketch: Sketch, question: Question, x: float) -> None:
    sketch.phrase("paper.date", x=x, is_small=True)
    _short_answer(form, sketch, question, x)


def _line(_form: Form, sketch: Sketch, question: Question, x: float) -> None:
    sketch.space(question.id, LINE_GAP, x=x, width=sketch.width - x)


def _long_answer(form: Form, sketch: Sketch, question: Question, x: float) -> None:
    # Easy read may be answered by drawing, so its space has no lines.
    gap = 0.0 if form.style == "easy_read" else LINE_GAP
    sketch.space(question.id, sketch.typography.long_answer, x=x, width=sketch.width - x, line_gap=gap)


def _nothing(_form: Form, _sketch: Sketch, _question: Question, _x: float) -> None:
    """A note asks nothing."""


_BODIES: Mapping[QuestionType, Callable[[Form, Sketch, Question, float], None]] = {
    QuestionType.SINGLE_CHOICE: _choices,
    QuestionType.MULTIPLE_CHOICE: _choices,
    QuestionType.SCALE: _choices,
    QuestionType.COMMUNITY: _communities,
    QuestionType.AREA_RELATION: _choices,
    QuestionType.AGE_BAND: _ages,
    QuestionType.AREA: _area,
    QuestionType.HOME_DISTRICT: _home_district,
    QuestionType.NUMBER: _short_answer,
    QuestionType.DATE: _date,
    QuestionType.SHORT_TEXT: _line,
    QuestionType.LONG_TEXT: _long_answer,
    QuestionType.NOTE: _nothing,
}
