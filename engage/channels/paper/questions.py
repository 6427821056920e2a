"""Lays out one question as one block: number, who it is for, words, boxes or space; it never splits."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from engage.channels.paper.branches import branches_of, set_branches
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
from engage.channels.paper.layout import Figure
from engage.channels.paper.rules import label_of, next_after, rule_of
from engage.channels.paper.sketch import TYPOGRAPHY, Block, Piece, Room, Sketch, Typography, baseline_in
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
#: Millimetres: a taller block would not fit on a page of its own.
TALLEST = 250.0
#: Millimetres a number or a date is given to be written in.
_SHORT_SPACE = 50.0


def question_block(form: Form, question: Question, room: Room) -> Block:
    """Return the block of a question for the room it has."""
    sizes = TYPOGRAPHY[form.style]
    block = _question_block(form, question, room, sizes)
    if block.height > TALLEST:
        block = _question_block(form, question, room, replace(sizes, most_columns=2, most_label_lines=4))
    return block


def _question_block(form: Form, question: Question, room: Room, sizes: Typography) -> Block:
    sketch = Sketch(form, room, sizes)
    x = _head(form, sketch, question)
    _BODIES[question.type](form, sketch, question, x)
    return sketch.finish()


def assisted_block(form: Form, room: Room) -> Block:
    """Return the block that asks who is helping; private questions are then left out."""
    sketch = Sketch(form, room)
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
    if question.alone:
        sketch.phrase("paper.alone", x=x, is_small=True, is_bold=True)
    _number(form, sketch, question.id)
    asking, below = _asking(form, question), _below(form, question)
    if words := _how_many(form, question):
        piece = Piece(words, form.language_of(words), sizes.small_pt)
        if not below or sketch.is_free_behind(asking, piece, x=x):
            asking.append(piece)
        else:
            below.insert(0, piece)
    sketch.pieces(asking, x=x)
    for paragraph in [[piece] for piece in below] if sizes.is_large else [below]:
        sketch.pieces(paragraph, x=x, size_pt=sizes.small_pt)
    _matters_most(form, sketch, question, x)
    if picture:
        sketch.skip(max(0.0, top + sizes.question_figure - sketch.y))
    sketch.skip(PART_GAP)
    return sizes.gutter


def _asking(form: Form, question: Question) -> list[Piece]:
    """Return whom a question is for and the question itself."""
    sizes = TYPOGRAPHY[form.style]
    pieces = []
    if rule := rule_of(form, question):
        pieces.append(Piece(rule, form.language_of(rule), sizes.body_pt))
    if text := form.words(f"{question.id}.text", question):
        is_bold = question.type is not QuestionType.NOTE
        pieces.append(Piece(text.text, text.language, sizes.body_pt, is_bold))
    return pieces


def _number(form: Form, sketch: Sketch, question_id: str) -> None:
    if question_id in form.numbers:
        size = sketch.typography.body_pt
        baseline = baseline_in(sketch.y, size, form.language)
        sketch.line(str(form.numbers[question_id]), "en", size, x=0, baseline=baseline, is_bold=True)


def _how_many(form: Form, question: Question) -> str | None:
    """Return how many to tick, None where the hint says it or a scale speaks for itself."""
    hint = form.words(f"{question.id}.hint", question)
    if question.max_choices:
        most = str(question.max_choices)
        if form.following(question):
            return form.say("paper.tick_up_to_in", most=most, number=str(form.numbers[question.id]))
        return None if hint and most in hint.text else form.say("paper.tick_up_to", most=most)
    if question.type in (QuestionType.SINGLE_CHOICE, QuestionType.AGE_BAND, QuestionType.HOME_DISTRICT):
        return form.say("paper.tick_one")
    return form.say("paper.tick_all") if question.is_multiple and not hint else None


def _below(form: Form, question: Question) -> list[Piece]:
    """Return the hint and why we ask, where they say something new."""
    size = TYPOGRAPHY[form.style].small_pt
    hint = form.words(f"{question.id}.hint", question)
    why = form.words(f"{question.id}.why", question)
    pieces = []
    if hint and not _only_repeats(form, question, hint.text):
        pieces.append(Piece(hint.text, hint.language, size))
    if why and not _was_said(form, question, why.text):
        words = form.say("paper.why", why=why.text)
        pieces.append(Piece(words, form.language_of(words), size))
    return pieces


def _matters_most(form: Form, sketch: Sketch, question: Question, x: float) -> None:
    """Set the question which of the ticks matters most; its boxes stand beside this question's own."""
    following = form.following(question)
    if following is None or (most := form.words(f"{following.id}.text", following)) is None:
        return
    sizes = sketch.typography
    sketch.skip(PART_GAP)
    _number(form, sketch, following.id)
    words = form.say("paper.tick_one_in", number=str(form.numbers[following.id]))
    asking = Piece(most.text, most.language, sizes.body_pt, is_bold=True)
    sketch.pieces([asking, Piece(words, form.language_of(words), sizes.small_pt)], x=x)


def _only_repeats(form: Form, question: Question, hint: str) -> bool:
    """Say whether a hint is one sentence about how many to tick, which is already printed."""
    ends = sum(hint.count(sign) for sign in ".。۔።")
    return ends <= 1 and bool(form.following(question)) and str(question.max_choices) in hint


def _was_said(form: Form, question: Question, why: str) -> bool:
    """Say whether the question before gave the same reason."""
    place = form.questions.index(question)
    before = form.questions[place - 1] if place else None
    wording = form.words(f"{before.id}.why", before) if before else None
    return wording is not None and wording.text == why


def _choices(form: Form, sketch: Sketch, question: Question, x: float) -> None:
    if branches := branches_of(form, question):
        _branches(form, sketch, question, x, branches)
        return
    options = form.options_of(question)
    special = [_special(form, question, code) for code in question.special]
    groups = list(dict.fromkeys(option.group for option in options))
    if groups == [None] and not form.following(question):
        set_choices(sketch, [*(_choice(form, question, option) for option in options), *special], x=x)
        return
    # Where options stand in groups, "I don't know" stands with the ones outside, or else at the end.
    place = None if None in groups else groups[-1]
    listed = {
        group: [_choice(form, question, option) for option in options if option.group == group]
        + (special if group == place else [])
        for group in groups
    }
    _groups(form, sketch, question, x, listed)


def _branches(form: Form, sketch: Sketch, question: Question, x: float, branches: Mapping[str, Question]) -> None:
    """Set a choice with its closer questions beside it, and what they ask once for all of them."""
    first = next(iter(branches.values()))
    text = form.words(f"{first.id}.text", first)
    numbers = [form.numbers[closer.id] for closer in branches.values()]
    words = form.say("paper.closer", first=str(numbers[0]), last=str(numbers[-1]), text=str(text))
    pieces = [Piece(words, form.language_of(words), sketch.typography.body_pt, is_bold=True)]
    if why := form.words(f"{first.id}.why", first):
        words = form.say("paper.why", why=why.text)
        pieces.append(Piece(words, form.language_of(words), sketch.typography.small_pt))
    sketch.pieces(pieces, x=x)
    sketch.skip(PART_GAP)
    choices = {option.code: _choice(form, question, option) for option in form.options_of(question)}
    closer = {code: (form.numbers[other.id], _plain_choices(form, other)) for code, other in branches.items()}
    plain = {code: replace(choice, goes_to=None) for code, choice in choices.items()}
    set_branches(sketch, plain, closer, x=x)
    special = [_coded(form, question.id, code, f"option.{code}") for code in question.special]
    if special:
        set_choices(sketch, special, x=x)


def _plain_choices(form: Form, question: Question) -> list[Choice]:
    options = [_choice(form, question, option) for option in form.options_of(question)]
    return [*options, *(_special(form, question, code) for code in question.special)]


def _groups(
    form: Form, sketch: Sketch, question: Question, x: float, listed: Mapping[str | None, Sequence[Choice]]
) -> None:
    """Set options in groups under their names, all in the same columns."""
    following = form.following(question)
    every = [choice for choices in listed.values() for choice in choices]
    sketch.step_past_code()
    columns, width = columns_for(sketch, every, x), sketch.width
    if following:
        heads = [str(form.numbers[asked.id]) for asked in (question, following)]
        set_heads(sketch, heads, columns, x=x, width=width)
    start = x + label_start(1 + bool(following))
    for group, choices in listed.items():
        name = form.words(f"{question.id}.group.{group}", question) if group else None
        if name:
            sketch.paragraph(name.text, name.language, sketch.typography.small_pt, x=start, is_bold=True)
        set_columns(sketch, choices, columns, x=x, width=width)


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


def _special(form: Form, question: Question, code: str) -> Choice:
    goes_to = next_after(form, question, code)
    words = form.say("paper.go_to", number=str(goes_to)) if goes_to else None
    return replace(_coded(form, question.id, code, f"option.{code}"), goes_to=words)


def _prints_figures(form: Form) -> bool:
    return TYPOGRAPHY[form.style].option_figure > 0


def _coded(form: Form, question_id: str, code: str, key: str) -> Choice:
    label = form.say(key)
    return Choice(label, form.language_of(label), ((question_id, code),))


def _communities(form: Form, sketch: Sketch, question: Question, x: float) -> None:
    _choices(form, sketch, question, x)
    sketch.phrase("paper.own_community", x=x, is_small=True)
    sketch.space(question.id, LINE_GAP, x=x, width=sketch.width - x)


def _ages(form: Form, sketch: Sketch, question: Question, x: float) -> None:
    set_choices(sketch, [_coded(form, question.id, band, f"age_band.{band}") for band in AGE_BANDS], x=x)
    sketch.phrase("paper.under_13", x=x, is_small=True, is_bold=True)


def _area(form: Form, sketch: Sketch, question: Question, x: float) -> None:
    sketch.phrase("paper.area_write", x=x, is_small=True)
    sketch.skip(PART_GAP / 2)
    sketch.space(question.id, LINE_GAP, x=x, width=sketch.width - x)
    sketch.skip(PART_GAP)
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
