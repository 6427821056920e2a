"""Lays out a choice whose options each lead to a closer question as one block: the closer boxes stand beside."""

from collections.abc import Mapping, Sequence

from engage.channels.paper.choices import Choice, set_choices
from engage.channels.paper.form import Form
from engage.channels.paper.layout import Figure
from engage.channels.paper.sketch import TYPOGRAPHY, Room, Sketch, baseline_in
from engage.questionnaire.conditions import AnswerIs
from engage.questionnaire.model import Question, QuestionType

#: Share of the width that the first choice takes; the closer boxes have the rest.
_FIRST_SHARE = 0.24
#: Room for the arrow and the number before the closer boxes (mm).
_NUMBER_ROOM = 10.0


def branches_of(form: Form, question: Question) -> Mapping[str, Question]:
    """Return option code to the closer question beside it; empty where the question is no such choice.

    It is one where the questions straight behind it are single choices in the same words, each asked of those
    who ticked one option. Large type has no room for two things side by side.
    """
    if question.type is not QuestionType.SINGLE_CHOICE or TYPOGRAPHY[form.style].is_large:
        return {}
    branches: dict[str, Question] = {}
    for closer in form.questions[form.questions.index(question) + 1 :]:
        code = _only_for(closer, question)
        if code is None or code in branches or closer.type is not QuestionType.SINGLE_CHOICE:
            break
        branches[code] = closer
    words = {str(form.words(f"{closer.id}.text", closer)) for closer in branches.values()}
    same_people = all(form.bands_of(closer) == form.bands_of(question) for closer in branches.values())
    return branches if len(branches) > 1 and len(words) == 1 and same_people else {}


def set_branches(
    sketch: Sketch, choices: Sequence[Choice], closer: Mapping[str, tuple[int, list[Choice]]], *, x: float
) -> None:
    """Set each choice with the number and the boxes of its closer question beside it.

    `closer` maps the code of an option to both.
    """
    second = x + (sketch.width - x) * _FIRST_SHARE + _NUMBER_ROOM
    for choice in choices:
        top = sketch.y
        first = Sketch(sketch.form, Room(second - _NUMBER_ROOM))
        set_choices(first, [choice], x=x)
        for mark in first.marks:
            sketch.put(mark.moved(0, top))
        (_, code), *_ = choice.boxes
        if code in closer:
            number, boxes = closer[code]
            _set_number(sketch, number, second - _NUMBER_ROOM)
            set_choices(sketch, boxes, x=second)
        sketch.y = max(sketch.y, top + first.y)


def _only_for(closer: Question, question: Question) -> str | None:
    match closer.show_when:
        case AnswerIs(question_id, (code,)) if question_id == question.id:
            return code
        case _:
            return None


def _set_number(sketch: Sketch, number: int, x: float) -> None:
    size = sketch.typography.body_pt
    baseline = baseline_in(sketch.y + 0.6, size, "en")
    sketch.put(Figure(x, baseline - 2.6, 2.6, 2.6, "arrow"))
    sketch.line(str(number), "en", size, x=x + 4.0, baseline=baseline, is_bold=True)
