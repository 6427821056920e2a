"""Sets what answers a question: one function for each question type."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from engage.channels.paper.branches import branches_of, set_branches
from engage.channels.paper.by_hand import set_drawing, set_ranking
from engage.channels.paper.choices import (
    Choice,
    columns_for,
    label_start,
    set_choices,
    set_columns,
    set_heads,
)
from engage.channels.paper.figures import has_figure
from engage.channels.paper.form import Form
from engage.channels.paper.rules import label_of, next_after
from engage.channels.paper.sketch import TYPOGRAPHY, Piece, Sketch
from engage.pictures import OF_HELPERS, OF_SPECIAL_CODES
from engage.questionnaire.model import (
    AGE_BANDS,
    ASSISTANCE,
    HOME_ELSEWHERE,
    Option,
    Question,
    QuestionType,
)

#: Millimetres between the lines to write on.
LINE_GAP = 10.0
#: Millimetres above and below the name of a group.
_NAME_GAP = 0.25
#: Millimetres a number or a date is given to be written in.
_SHORT_SPACE = 50.0


def set_answers(sketch: Sketch, question: Question) -> None:
    """Set the boxes or the space for an answer, and move the sketch below them."""
    _ANSWERS[question.type](sketch, question)


def assisted_choices(form: Form) -> list[Choice]:
    """Return who may be helping, to tick."""
    has_figures = TYPOGRAPHY[form.style].option_figure > 0
    choices = [_coded(form, "assisted", code, f"assisted.{code}") for code in ASSISTANCE]
    return [replace(choice, figure=OF_HELPERS[choice.boxes[0][1]] if has_figures else None) for choice in choices]


def _set_options(sketch: Sketch, question: Question) -> None:
    form = sketch.form
    options = form.options_of(question)
    groups = list(dict.fromkeys(option.group for option in options))
    if not sketch.typography.has_group_names:
        groups = [None]
    if branches := branches_of(form, question):
        _set_branching(sketch, question, branches)
    elif groups != [None] or form.following(question):
        _set_groups(sketch, question, groups)
    else:
        set_choices(sketch, _choices_of(form, question), x=sketch.typography.gutter)


def _set_groups(sketch: Sketch, question: Question, groups: Sequence[str | None]) -> None:
    """Set options in groups under their names, all in the same columns."""
    form, x = sketch.form, sketch.typography.gutter
    following = form.following(question)
    listed = _in_groups(form, question, groups)
    sketch.step_past_code()
    columns, width = columns_for(sketch, list(listed.values()), x), sketch.width
    if following:
        heads = [str(form.numbers[asked.id]) for asked in (question, following)]
        set_heads(sketch, heads, columns, x=x, width=width)
    for group, choices in listed.items():
        name = form.words(f"{question.id}.group.{group}", question) if group else None
        if name:
            start = x + label_start(sketch, 1 + bool(following))
            sketch.skip(sketch.typography.name_gap)
            sketch.paragraph(name.text, name.language, sketch.typography.small_pt, x=start, is_bold=True)
            sketch.skip(_NAME_GAP)
        set_columns(sketch, choices, columns, x=x, width=width)


def _in_groups(form: Form, question: Question, groups: Sequence[str | None]) -> Mapping[str | None, Sequence[Choice]]:
    """Return the choices by group; "I don't know" stands with those outside any, or else at the end."""
    place = None if None in groups else groups[-1]
    grouped = [option.group if option.group in groups else None for option in form.options_of(question)]
    grouped += [place] * len(question.special)
    choices = _choices_of(form, question)
    return {
        group: [choice for choice, its_group in zip(choices, grouped, strict=True) if its_group == group]
        for group in groups
    }


def _set_branching(sketch: Sketch, question: Question, branches: Mapping[str, Question]) -> None:
    """Set a choice with its closer questions beside it, and what they ask once for all of them."""
    form, sizes = sketch.form, sketch.typography
    first = next(iter(branches.values()))
    numbers = [form.numbers[closer.id] for closer in branches.values()]
    text = form.words(f"{first.id}.text", first)
    words = form.say("paper.closer", first=str(numbers[0]), last=str(numbers[-1]), text=str(text))
    pieces = [Piece(words, form.language_of(words), sizes.body_pt, is_bold=True)]
    if why := form.words(f"{first.id}.why", first):
        words = form.say("paper.why", why=why.text)
        pieces.append(Piece(words, form.language_of(words), sizes.small_pt))
    sketch.pieces(pieces, x=sizes.gutter)
    sketch.skip(sizes.part_gap)
    choices = [replace(choice, goes_to=None) for choice in _choices_of(form, question)]
    closer = {code: (form.numbers[other.id], _choices_of(form, other)) for code, other in branches.items()}
    set_branches(sketch, choices, closer, x=sizes.gutter)


def _choices_of(form: Form, question: Question) -> list[Choice]:
    """Return everything to tick; where some have a picture, all labels begin behind it."""
    choices = [_choice(form, question, option) for option in form.options_of(question)]
    has_figures = any(choice.figure for choice in choices)
    for code in question.special:
        figure = OF_SPECIAL_CODES[code] if has_figures else None
        choices.append(replace(_special(form, question, code), figure=figure))
    return [replace(choice, is_indented=True) for choice in choices] if has_figures else choices


def _choice(form: Form, question: Question, option: Option) -> Choice:
    prefix = f"scale.{question.scale}" if question.scale else f"{question.id}.option"
    wording = form.words(f"{prefix}.{option.code}", question, option)
    following = form.following(question)
    boxes = [(question.id, option.code)]
    if following and not option.exclusive:
        boxes.append((following.id, option.code))
    shows_figure = TYPOGRAPHY[form.style].option_figure > 0 and has_figure(option.picture)
    return Choice(
        label=label_of(form, question, option, wording.text if wording else option.code),
        language=wording.language if wording else form.language,
        boxes=tuple(boxes),
        figure=option.picture if shows_figure else None,
        goes_to=_goes_to(form, question, option.code),
    )


def _special(form: Form, question: Question, code: str) -> Choice:
    choice = _coded(form, question.id, code, f"option.{code}")
    return replace(choice, goes_to=_goes_to(form, question, code))


def _goes_to(form: Form, question: Question, code: str) -> str | None:
    number = next_after(form, question, code)
    return form.say("paper.go_to", number=str(number)) if number else None


def _coded(form: Form, question_id: str, code: str, key: str) -> Choice:
    label = form.say(key)
    return Choice(label, form.language_of(label), ((question_id, code),))


def _set_communities(sketch: Sketch, question: Question) -> None:
    _set_options(sketch, question)
    sketch.phrase("paper.own_community", x=sketch.typography.gutter, is_small=True)
    sketch.skip(sketch.typography.part_gap / 2)
    _set_line(sketch, question)


def _set_ages(sketch: Sketch, question: Question) -> None:
    x = sketch.typography.gutter
    bands = [_coded(sketch.form, question.id, band, f"age_band.{band}") for band in AGE_BANDS]
    set_choices(sketch, bands, x=x)
    sketch.phrase("paper.under_13", x=x, is_small=True, is_bold=True)


def _set_area(sketch: Sketch, question: Question) -> None:
    sizes = sketch.typography
    sketch.phrase("paper.area_write", x=sizes.gutter, is_small=True)
    sketch.skip(sizes.part_gap / 2)
    _set_line(sketch, question)
    sketch.skip(sizes.part_gap)
    if sketch.form.districts:
        sketch.phrase("paper.area_tick", x=sizes.gutter, is_small=True)
        sketch.skip(sizes.part_gap / 2)
        set_choices(sketch, _districts(sketch.form, question), x=sizes.gutter)


def _set_home_district(sketch: Sketch, question: Question) -> None:
    elsewhere = _coded(sketch.form, question.id, HOME_ELSEWHERE, "paper.elsewhere")
    set_choices(sketch, [*_districts(sketch.form, question), elsewhere], x=sketch.typography.gutter)


def _districts(form: Form, question: Question) -> list[Choice]:
    return [Choice(name, "en", ((question.id, code),)) for code, name in form.districts.items()]


def _set_short_answer(sketch: Sketch, question: Question) -> None:
    sketch.space(question.id, LINE_GAP, x=sketch.typography.gutter, width=_SHORT_SPACE)


def _set_date(sketch: Sketch, question: Question) -> None:
    sketch.phrase("paper.date", x=sketch.typography.gutter, is_small=True)
    _set_short_answer(sketch, question)


def _set_line(sketch: Sketch, question: Question) -> None:
    x = sketch.typography.gutter
    sketch.space(question.id, LINE_GAP, x=x, width=sketch.width - x)


def _set_long_answer(sketch: Sketch, question: Question) -> None:
    sizes = sketch.typography
    # Easy read may be answered by drawing, so its space has no lines.
    gap = 0.0 if sketch.form.style == "easy_read" else LINE_GAP
    width = sketch.width - sizes.gutter
    sketch.space(question.id, sizes.long_answer, x=sizes.gutter, width=width, line_gap=gap)


def _set_nothing(_sketch: Sketch, _question: Question) -> None:
    """Set nothing: a note asks nothing."""


_ANSWERS: Mapping[QuestionType, Callable[[Sketch, Question], None]] = {
    QuestionType.SINGLE_CHOICE: _set_options,
    QuestionType.MULTIPLE_CHOICE: _set_options,
    QuestionType.SCALE: _set_options,
    QuestionType.AREA_RELATION: _set_options,
    QuestionType.COMMUNITY: _set_communities,
    QuestionType.AGE_BAND: _set_ages,
    QuestionType.AREA: _set_area,
    QuestionType.HOME_DISTRICT: _set_home_district,
    QuestionType.NUMBER: _set_short_answer,
    QuestionType.DATE: _set_date,
    QuestionType.SHORT_TEXT: _set_line,
    QuestionType.LONG_TEXT: _set_long_answer,
    QuestionType.RANKING: set_ranking,
    QuestionType.DRAWING: set_drawing,
    QuestionType.NOTE: _set_nothing,
}
