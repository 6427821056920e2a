"""Reads the answer to one question out of a text, as the coded value a submission holds."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from engage.channels.sms.commands import Say
from engage.channels.sms.path import options_by_text
from engage.channels.sms.reading import (
    MOST_NUMBERED,
    read_choice,
    read_choices,
    read_date,
    read_number,
    read_order,
    read_words,
)
from engage.channels.sms.state import ConversationState
from engage.questionnaire.model import Option, Question, Questionnaire, QuestionType
from engage.questionnaire.wording import Words
from engage.response.answers import read_answer
from engage.response.folding import plain_words, word_list
from engage.response.problems import Problem


@dataclass(frozen=True)
class _Asked:
    question: Question
    options: tuple[Option, ...]
    #: Folded words → option, counted from 0.
    words: Mapping[str, int]
    joining: frozenset[str]
    counted: frozenset[str]


def answer_in(
    text: str, question: Question, questionnaire: Questionnaire, state: ConversationState, say: Say
) -> Any | None:
    """Return the coded answer a text clearly gives to a question, or None.

    Words behind a leading number or letter ("4 the lights are out") are not kept: they answer no question, and
    what nobody asked for is not stored.
    """
    if special := _special(text, question, state.language, say):
        return special
    options = options_by_text(questionnaire, question, state)
    asked = _Asked(
        question=question,
        options=options,
        words=_words(options, question, questionnaire, state, say),
        joining=word_list(say(state.language, "sms.words.and")),
        counted=word_list(say(state.language, "sms.words.counted")),
    )
    value = _READERS[question.type](text, asked)
    if value is None or question.is_envelope:
        return value
    answer = read_answer(question, options, state.facts, value)
    return None if isinstance(answer, Problem) else answer


def read_age(text: str, labels: Mapping[str, str], language: str, say: Say) -> str | None:
    """Return the age band a text names out of those offered (band → label, in order), or None."""
    words = _number_words(len(labels), language, say)
    words |= _unique((label, index) for index, label in enumerate(labels.values()))
    words |= {plain_words(band): index for index, band in enumerate(labels)}
    choice = read_choice(text, len(labels), words, word_list(say(language, "sms.words.counted")))
    return tuple(labels)[choice.index] if choice else None


def _special(text: str, question: Question, language: str, say: Say) -> str | None:
    folded = plain_words(text)
    return next((code for code in question.special if folded in word_list(say(language, f"sms.words.{code}"))), None)


def _words(
    options: tuple[Option, ...],
    question: Question,
    questionnaire: Questionnaire,
    state: ConversationState,
    say: Say,
) -> dict[str, int]:
    words = Words.for_facts(questionnaire, state.facts)
    labels = _unique((str(words.of_option(question, option)), at) for at, option in enumerate(options))
    return _number_words(len(options), state.language, say) | labels


def _unique(labels: Iterable[tuple[str, int]]) -> dict[str, int]:
    """Return folded label → option for the labels that name one option only."""
    folded = [(_plain_label(label), index) for label, index in labels]
    times = Counter(label for label, _ in folded)
    return {label: index for label, index in folded if label and times[label] == 1}


@lru_cache(maxsize=4096)
def _plain_label(label: str) -> str:
    """Return the folded words of a survey's own label, which every answer is held against."""
    return plain_words(label)


def _number_words(count: int, language: str, say: Say) -> dict[str, int]:
    """Return the language's own words for 1, 2, 3 …, which stand for options listed by number only."""
    if count > MOST_NUMBERED:
        return {}
    words = say(language, "sms.words.numbers").replace("،", ",").replace("、", ",").split(",")
    return _unique((word, index) for index, word in enumerate(words[:count]))


def _single(text: str, asked: _Asked) -> str | None:
    choice = read_choice(text, len(asked.options), asked.words, asked.counted)
    return asked.options[choice.index].code if choice else None


def _several(text: str, asked: _Asked) -> list[str] | None:
    chosen = read_choices(text, len(asked.options), asked.words, asked.joining, asked.counted)
    return [asked.options[index].code for index in chosen] if chosen else None


def _order(text: str, asked: _Asked) -> list[str] | None:
    named = read_order(text, len(asked.options), asked.joining)
    if named is None:
        choice = read_choice(text, len(asked.options), asked.words, asked.counted)
        named = (choice.index,) if choice else None
    return [asked.options[index].code for index in named] if named else None


def _number(text: str, _asked: _Asked) -> int | None:
    return read_number(text)


def _date(text: str, _asked: _Asked) -> str | None:
    return read_date(text)


def _text(text: str, asked: _Asked) -> str | None:
    return read_words(text, asked.question.max_length)


def _not_by_text(_text: str, _asked: _Asked) -> None:
    return None


#: How each type is read; age band and area are read by the conversation itself.
_READERS: dict[QuestionType, Callable[[str, _Asked], Any]] = {
    QuestionType.SINGLE_CHOICE: _single,
    QuestionType.SCALE: _single,
    QuestionType.MULTIPLE_CHOICE: _several,
    QuestionType.COMMUNITY: _several,
    QuestionType.AREA_RELATION: _several,
    QuestionType.RANKING: _order,
    QuestionType.NUMBER: _number,
    QuestionType.DATE: _date,
    QuestionType.SHORT_TEXT: _text,
    QuestionType.LONG_TEXT: _text,
    QuestionType.DRAWING: _not_by_text,
    QuestionType.NOTE: _not_by_text,
    QuestionType.AGE_BAND: _not_by_text,
    QuestionType.AREA: _not_by_text,
    QuestionType.HOME_DISTRICT: _not_by_text,
}
