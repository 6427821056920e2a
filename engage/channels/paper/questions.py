"""Lays out one question as one block: its number, whom it is for, its words and its answers; it never splits."""

from dataclasses import replace
from typing import Any

from engage.channels.paper.answers import assisted_choices, set_answers
from engage.channels.paper.choices import set_choices
from engage.channels.paper.figures import has_figure
from engage.channels.paper.form import Form
from engage.channels.paper.layout import Figure
from engage.channels.paper.rules import rule_of
from engage.channels.paper.sketch import TYPOGRAPHY, Block, Piece, Room, Sketch, Typography, baseline_in
from engage.questionnaire.model import Question, QuestionType

#: Millimetres: a taller block would not fit on a page of its own, so it is set closer together.
TALLEST = 250.0
_CLOSER: tuple[dict[str, Any], ...] = (
    {"part_gap": 1.0, "pitch": 8.0, "most_label_lines": 6},
    {"has_group_names": False, "most_columns": 3},
    {"body_pt": 16.0, "small_pt": 16.0},
)
_ASKED_TO_TICK_ONE = (QuestionType.SINGLE_CHOICE, QuestionType.AGE_BAND, QuestionType.HOME_DISTRICT)


def question_block(form: Form, question: Question, room: Room) -> Block:
    """Return the block of a question for the room it has.

    A list too long for a page is set closer, then without the names of its groups, and only then smaller.
    """
    sizes = TYPOGRAPHY[form.style]
    block = _question_block(form, question, room, sizes)
    for changes in _CLOSER:
        if block.height <= TALLEST:
            break
        sizes = replace(sizes, **changes)
        block = _question_block(form, question, room, sizes)
    return block


def assisted_block(form: Form, room: Room) -> Block:
    """Return the block that asks who is helping; private questions are then left out."""
    sketch = Sketch(form, room)
    sizes = sketch.typography
    _set_number(sketch, "assisted")
    sketch.phrase("paper.assisted", x=sizes.gutter, is_bold=True)
    sketch.phrase("paper.assisted_hint", x=sizes.gutter, is_small=True)
    sketch.skip(sizes.part_gap)
    set_choices(sketch, assisted_choices(form), x=sizes.gutter)
    return sketch.finish()


def _question_block(form: Form, question: Question, room: Room, sizes: Typography) -> Block:
    sketch = Sketch(form, room, sizes)
    _set_head(sketch, question)
    set_answers(sketch, question)
    return sketch.finish()


def _set_head(sketch: Sketch, question: Question) -> None:
    """Set everything above the boxes."""
    form, sizes = sketch.form, sketch.typography
    picture = question.picture if sizes.question_figure and has_figure(question.picture) else None
    x = sizes.gutter + (sizes.question_figure + sizes.part_gap if picture else 0.0)
    if note := form.words(f"{question.id}.note", question):
        sketch.paragraph(note.text, note.language, sizes.small_pt)
        sketch.skip(2 * sizes.part_gap)
    top = sketch.y
    if picture:
        sketch.put(Figure(sizes.gutter, top, sizes.question_figure, sizes.question_figure, picture))
    if question.alone:
        sketch.phrase("paper.alone", x=x, is_small=True, is_bold=True)
    _set_number(sketch, question.id)
    _set_words(sketch, question, x)
    _set_matters_most(sketch, question, x)
    if picture:
        sketch.skip(max(0.0, top + sizes.question_figure - sketch.y))
    sketch.skip(sizes.part_gap)


def _set_number(sketch: Sketch, question_id: str) -> None:
    number = sketch.form.numbers.get(question_id)
    if number is not None:
        size = sketch.typography.body_pt
        baseline = baseline_in(sketch.y, size, sketch.form.language)
        sketch.line(str(number), "en", size, x=0, baseline=baseline, is_bold=True)


def _set_words(sketch: Sketch, question: Question, x: float) -> None:
    """Set the question and what stands below it; how many to tick goes behind it where there is room."""
    sizes = sketch.typography
    asking, below = _asking(sketch.form, question), _below(sketch.form, question)
    if words := _how_many(sketch.form, question):
        piece = Piece(words, sketch.form.language_of(words), sizes.small_pt)
        if not below or sketch.is_free_behind(asking, piece, x=x):
            asking.append(piece)
        else:
            below.insert(0, piece)
    sketch.pieces(asking, x=x)
    for paragraph in [[piece] for piece in below] if sizes.is_large else [below]:
        sketch.pieces(paragraph, x=x, size_pt=sizes.small_pt)


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


def _how_many(form: Form, question: Question) -> str | None:
    """Return how many to tick, None where the hint says it or a scale speaks for itself."""
    hint = form.words(f"{question.id}.hint", question)
    if question.type is QuestionType.RANKING:
        most = str(question.max_choices)
        return form.say("ranking.hint_most", most=most) if question.max_choices else form.say("ranking.hint")
    if question.max_choices:
        most = str(question.max_choices)
        if form.following(question):
            return form.say("paper.tick_up_to_in", most=most, number=str(form.numbers[question.id]))
        return None if hint and most in hint.text else form.say("paper.tick_up_to", most=most)
    if question.type in _ASKED_TO_TICK_ONE:
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


def _only_repeats(form: Form, question: Question, hint: str) -> bool:
    """Say whether a hint is one sentence about how many to tick, which is already printed."""
    ends = sum(hint.count(sign) for sign in ".\u06d4\u3002\u1362")
    return ends <= 1 and form.following(question) is not None and str(question.max_choices) in hint


def _was_said(form: Form, question: Question, why: str) -> bool:
    """Say whether the question before gave the same reason."""
    place = form.questions.index(question)
    before = form.questions[place - 1] if place else None
    wording = form.words(f"{before.id}.why", before) if before else None
    return wording is not None and wording.text == why


def _set_matters_most(sketch: Sketch, question: Question, x: float) -> None:
    """Set the question which of the ticks matters most; its boxes stand beside this question's own."""
    form, sizes = sketch.form, sketch.typography
    following = form.following(question)
    if following is None or (most := form.words(f"{following.id}.text", following)) is None:
        return
    sketch.skip(sizes.part_gap)
    _set_number(sketch, following.id)
    words = form.say("paper.tick_one_in", number=str(form.numbers[following.id]))
    asking = Piece(most.text, most.language, sizes.body_pt, is_bold=True)
    sketch.pieces([asking, Piece(words, form.language_of(words), sizes.small_pt)], x=x)
