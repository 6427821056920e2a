"""What counts as a valid answer: every question type has one reader, and all problems come back together."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import isnan
from typing import Any

from engage.questionnaire.model import (
    TEXT_TYPES,
    Facts,
    Option,
    Question,
    Questionnaire,
    QuestionType,
)
from engage.questionnaire.reading import LARGEST_NUMBER, UNWRITABLE, is_day
from engage.questionnaire.routing import asked_questions, options_asked, route_of
from engage.response.drawings import LONGEST_DESCRIPTION, WORDS, read_drawn
from engage.response.problems import Problem, printable

#: Characters of a community somebody names in their own words.
LONGEST_WRITE_IN = 100
#: Age bands under 16, and not known: no own words that could single out a child (survey content, section 2).
NO_WRITE_IN = (None, "under-13", "13-15", "pns")
#: The ends of lines as Windows, old Macs and paged texts write them.
_LINE_END = re.compile(r"\r\n?|[\v\f]")


@dataclass(frozen=True)
class Checked:
    """Answers in the order asked and in coded values, what is wrong, and what paper brought besides."""

    answers: Mapping[str, Any]
    problems: tuple[Problem, ...]
    #: On paper: answers left out or over the limit, for a person to look at; never a reason to refuse.
    notes: tuple[Problem, ...] = ()


@dataclass(frozen=True)
class _Asked:
    question: Question
    options: tuple[Option, ...]
    facts: Facts

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(option.code for option in self.options)


_Read = Callable[[_Asked, Any], Any]


def check_answers(
    questionnaire: Questionnaire, facts: Facts, answers: Mapping[str, Any], *, from_paper: bool = False
) -> Checked:
    """Check answers against the questions this respondent is asked; nothing is silently mended.

    From paper, what cannot stand is noted instead of refused, as whoever filled in the form cannot be asked
    again: ticks over the limit are kept, an answer that stands alone ticked with others and answers to questions
    not asked are left out.
    """
    problems: list[Problem] = []
    notes: list[Problem] = []
    checked: dict[str, Any] = {}
    route = route_of(questionnaire, facts)
    for question in asked_questions(questionnaire, facts, answers):
        if not question.takes_answer or question.id not in answers:
            continue
        asked = _Asked(question, options_asked(questionnaire, question, facts, answers, route), facts)
        answer = read_answer(asked.question, asked.options, facts, answers[question.id])
        if not isinstance(answer, Problem):
            checked[question.id] = answer
        elif from_paper and answer.code == "too_many_choices":
            ticked = answers[question.id]
            checked[question.id] = ticked if question.type is QuestionType.RANKING else _in_order(asked, ticked)
            notes.append(answer)
        elif from_paper and answer.code == "exclusive_option":
            notes.append(answer)
        else:
            problems.append(answer)
    reported = {problem.question for problem in (*problems, *notes)}
    for question_id in answers:
        if question_id in checked or question_id in reported:
            continue
        if question_id not in questionnaire.answerable:
            problems.append(Problem("unknown_question", printable(question_id)))
        else:
            (notes if from_paper else problems).append(Problem("question_not_asked", question_id))
    return Checked(checked, tuple(problems), tuple(notes))


def read_answer(question: Question, options: tuple[Option, ...], facts: Facts, value: Any) -> Any:
    """Return the coded answer, or the Problem with it."""
    if isinstance(value, str) and value in question.special:
        return value
    return _READERS[question.type](_Asked(question, options, facts), value)


def _single(asked: _Asked, value: Any) -> Any:
    if not isinstance(value, str) or value not in asked.codes:
        return Problem("unknown_option", asked.question.id)
    return value


def _multiple(asked: _Asked, value: Any) -> Any:
    if not isinstance(value, list) or not value:
        return Problem("not_a_list", asked.question.id)
    codes = asked.codes
    if any(not isinstance(entry, str) or entry not in codes for entry in value):
        return Problem("unknown_option", asked.question.id)
    if len(set(value)) != len(value):
        return Problem("repeated_option", asked.question.id)
    if len(value) > 1 and any(option.exclusive for option in asked.options if option.code in value):
        return Problem("exclusive_option", asked.question.id)
    if asked.question.max_choices is not None and len(value) > asked.question.max_choices:
        return Problem("too_many_choices", asked.question.id, f"at most {asked.question.max_choices}")
    return _in_order(asked, value)


def _ranking(asked: _Asked, value: Any) -> Any:
    """Return the codes in the order given, which is the answer."""
    listed = _multiple(asked, value)
    return listed if isinstance(listed, Problem) else list(value)


def _drawing(asked: _Asked, value: Any) -> Any:
    question_id = asked.question.id
    if not isinstance(value, Mapping):
        return Problem("not_a_drawing", question_id)
    given: dict[str, Any] = {}
    if WORDS in value:
        words = _text_within(question_id, value[WORDS], LONGEST_DESCRIPTION)
        if isinstance(words, Problem):
            return words
        given = {WORDS: words}
    if set(value) == {WORDS}:
        return given
    drawn = read_drawn(value)
    return Problem("not_a_drawing", question_id, drawn) if isinstance(drawn, str) else drawn | given


def _community(asked: _Asked, value: Any) -> Any:
    if not isinstance(value, list) or not value:
        return Problem("not_a_list", asked.question.id)
    own = [entry for entry in value if isinstance(entry, Mapping)]
    coded = [entry for entry in value if not isinstance(entry, Mapping)]
    if own and asked.facts.age_band in NO_WRITE_IN:
        return Problem("write_in_not_offered", asked.question.id)
    if len(own) > 1 or any(set(entry) != {"other"} for entry in own):
        return Problem("unknown_option", asked.question.id)
    words = [_text_within(asked.question.id, entry["other"], LONGEST_WRITE_IN) for entry in own]
    problem = next((word for word in words if isinstance(word, Problem)), None)
    listed = _multiple(asked, coded) if coded else []
    if problem or isinstance(listed, Problem):
        return problem or listed
    if own and any(option.exclusive for option in asked.options if option.code in listed):
        return Problem("exclusive_option", asked.question.id)
    return [*listed, *({"other": word} for word in words)]


def _number(asked: _Asked, value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, int | float) or (isinstance(value, float) and isnan(value)):
        return Problem("not_a_number", asked.question.id)
    least, most = asked.question.minimum, asked.question.maximum
    if (isinstance(least, int | float) and value < least) or (isinstance(most, int | float) and value > most):
        return Problem("out_of_range", asked.question.id)
    if abs(value) > LARGEST_NUMBER:
        return Problem("out_of_range", asked.question.id)
    return int(value) if value == int(value) else value


def _text(asked: _Asked, value: Any) -> Any:
    return _text_within(asked.question.id, value, asked.question.max_length)


def _date(asked: _Asked, value: Any) -> Any:
    if not isinstance(value, str) or not is_day(value):
        return Problem("not_a_date", asked.question.id)
    least, most = asked.question.minimum, asked.question.maximum
    if (isinstance(least, str) and value < least) or (isinstance(most, str) and value > most):
        return Problem("out_of_range", asked.question.id)
    return value


def _never(asked: _Asked, _value: Any) -> Any:
    return Problem("unknown_question", asked.question.id)


def _text_within(question_id: str, value: Any, longest: int) -> Any:
    words = _LINE_END.sub("\n", value).strip() if isinstance(value, str) else ""
    if not words or UNWRITABLE.search(words):
        return Problem("not_text", question_id)
    return Problem("too_long", question_id, f"at most {longest} characters") if len(words) > longest else words


def _in_order(asked: _Asked, value: list[str]) -> list[str]:
    return [code for code in asked.codes if code in value]


_READERS: dict[QuestionType, _Read] = {
    QuestionType.SINGLE_CHOICE: _single,
    QuestionType.MULTIPLE_CHOICE: _multiple,
    QuestionType.SCALE: _single,
    QuestionType.NUMBER: _number,
    QuestionType.DATE: _date,
    QuestionType.COMMUNITY: _community,
    QuestionType.RANKING: _ranking,
    QuestionType.DRAWING: _drawing,
    **dict.fromkeys(TEXT_TYPES, _text),
    QuestionType.NOTE: _never,
    QuestionType.AGE_BAND: _never,
    QuestionType.AREA: _never,
    QuestionType.AREA_RELATION: _never,
    QuestionType.HOME_DISTRICT: _never,
}
