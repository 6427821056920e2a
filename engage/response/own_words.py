"""Finds what somebody wrote in words of their own among their answers."""

from collections.abc import Iterator, Mapping, Sequence

from engage.questionnaire.model import TEXT_TYPES, Questionnaire, QuestionType
from engage.response.drawings import words_about

#: Types whose answers are words and no codes.
WORDED_TYPES = TEXT_TYPES | {QuestionType.DRAWING}


def own_words(answers: Mapping[str, object], questionnaire: Questionnaire | None) -> Iterator[tuple[str, str]]:
    """Yield every question with a text that somebody wrote there: free text, and words beside an option.

    Of a question nobody knows, as in answers that wait for review, every text counts.
    """
    for question_id, value in answers.items():
        question = questionnaire.question(question_id) if questionnaire else None
        is_worded = question is None or question.type in WORDED_TYPES
        for text in _texts(value, is_worded=is_worded):
            yield question_id, text


def text_of(answer: object) -> str | None:
    """Return the one text of an answer: free text itself, or the words beside a drawing or instead of one."""
    return answer if isinstance(answer, str) else words_about(answer)


def asks_for_own_words(questionnaire: Questionnaire) -> bool:
    """Say whether a survey has a question that is answered in words of one's own."""
    return any(question.type in WORDED_TYPES for question in questionnaire.questions)


def _texts(value: object, *, is_worded: bool) -> Iterator[str]:
    match value:
        case str():
            if is_worded:
                yield value
        case Mapping():
            for inside in value.values():
                yield from _texts(inside, is_worded=True)
        case Sequence():
            for inside in value:
                yield from _texts(inside, is_worded=is_worded)
