"""What is left of answers once the time to keep own words, or drawings, is over."""

from collections.abc import Mapping, Sequence
from typing import Any

from engage.questionnaire.model import TEXT_TYPES, Questionnaire, QuestionType
from engage.response.drawings import LINES, MAY_SHOW, OUTLINES, WORDS

#: Stands for words beside an option: that somebody named something of their own still counts.
FORGOTTEN = "…"


def without_words(answers: Mapping[str, Any], questionnaire: Questionnaire) -> dict[str, Any]:
    """Return answers without what people wrote themselves: texts, words beside options, words about drawings."""
    left = {}
    for question_id, answer in answers.items():
        question = questionnaire.question(question_id)
        if question is None or question.type in TEXT_TYPES:
            continue
        is_drawing = question.type is QuestionType.DRAWING
        kept = _drawing_without(answer, (WORDS,)) if is_drawing else _without_write_in(answer)
        if kept is not None:
            left[question_id] = kept
    return left


def without_drawings(answers: Mapping[str, Any], questionnaire: Questionnaire) -> dict[str, Any]:
    """Return answers without what people drew; words about it stay."""
    left = {}
    for question_id, answer in answers.items():
        question = questionnaire.question(question_id)
        is_drawing = question is not None and question.type is QuestionType.DRAWING
        kept = _drawing_without(answer, (LINES, OUTLINES, MAY_SHOW)) if is_drawing else answer
        if kept is not None:
            left[question_id] = kept
    return left


def _drawing_without(answer: Any, parts: Sequence[str]) -> Any:
    """Return a drawing without some of its parts, None where nothing is left."""
    if not isinstance(answer, Mapping):
        return None
    left = {name: part for name, part in answer.items() if name not in parts}
    return left if set(left) & {LINES, OUTLINES, WORDS} else None


def _without_write_in(answer: Any) -> Any:
    match answer:
        case Mapping():
            return dict.fromkeys(answer, FORGOTTEN)
        case list() | tuple():
            return [_without_write_in(entry) for entry in answer]
        case _:
            return answer
