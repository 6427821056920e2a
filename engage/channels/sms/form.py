"""Reads the form of one message, `LOCAL NG7 4 C 2`: the place, an answer to each question, the age band."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from engage.areas import parse_postcode, parse_postcode_district
from engage.channels.sms.answers import answer_in
from engage.channels.sms.context import Context
from engage.channels.sms.path import AGE, AREA, LISTED, asked_by_text, options_by_text
from engage.channels.sms.reading import mark_of
from engage.channels.sms.state import ConversationState
from engage.questionnaire.model import SHORT_AGE_BANDS, Question
from engage.response.folding import plain_words

#: Words that the name of a place may have.
_MOST_WORDS = 5
_APART = re.compile(r"[\s,;:/.]+")


@dataclass(frozen=True)
class Form:
    """A conversation with what one message told filled in."""

    state: ConversationState
    #: Every answer was there.
    is_whole: bool


@dataclass(frozen=True)
class _Reading:
    place: str
    #: One for each question that lists options, in their order, then one for the age band; or fewer.
    signs: tuple[str, ...]


def read_form(text: str, begun: ConversationState, context: Context) -> Form | None:
    """Return what the words behind the keyword tell, if they can be read in one way only.

    The number of answers is fixed, so `NG7 4 2 1` is nobody's guess: district NG7 with 4, 2, 1, or sector NG7 4
    with 2, 1. Words behind the last answer are a comment and are not kept. A place nobody knows is asked for.
    """
    questions = _questions_of_form(begun, context)
    expected = _signs_expected(questions, begun, context)
    readings = [reading for reading in _readings(text, expected) if _is_plausible(reading, len(expected), context)]
    if len(readings) != 1 or _is_sector(readings[0].place):
        return None
    state = _filled_in(readings[0], questions, begun, context)
    return Form(state, is_whole=len(readings[0].signs) == len(expected)) if state else None


def _questions_of_form(begun: ConversationState, context: Context) -> tuple[Question, ...]:
    asked = asked_by_text(context.questionnaire, begun)
    return tuple(question for question in asked if question.type in LISTED and question.id not in (AGE, AREA))


def _signs_expected(
    questions: Sequence[Question], begun: ConversationState, context: Context
) -> tuple[tuple[str, ...], ...]:
    counts = [len(options_by_text(context.questionnaire, question, begun)) for question in questions]
    return tuple(
        tuple(mark_of(at, count).casefold() for at in range(count)) for count in (*counts, len(SHORT_AGE_BANDS))
    )


def _readings(text: str, expected: Sequence[Sequence[str]]) -> Iterator[_Reading]:
    """Yield every way to part a text into a place and answers, with nothing else that could be an answer."""
    parts = [part for part in _APART.split(text) if plain_words(part)]
    for words in range(min(len(parts), _MOST_WORDS) + 1):
        tail = [plain_words(part) for part in parts[words:]]
        count = 0
        while count < min(len(tail), len(expected)) and tail[count] in expected[count]:
            count += 1
        rest = tail[count:]
        is_clean = not rest or (count == len(expected) and not _goes_on_counting(rest))
        if is_clean and (count or (words and not rest)):
            yield _Reading(" ".join(parts[:words]), tuple(tail[:count]))


def _goes_on_counting(rest: Sequence[str]) -> bool:
    """Say whether words behind the answers may be one answer more."""
    return rest[0].isdecimal() or (len(rest) == 1 and len(rest[0]) == 1)


def _is_plausible(reading: _Reading, whole: int, context: Context) -> bool:
    """Say whether the place can be one: known, part of a postcode, or just unknown beside all the answers."""
    place = reading.place
    if not place or len(reading.signs) == whole:
        return True
    if _is_sector(place) or parse_postcode_district(place) or parse_postcode(place):
        return True
    return context.find_area(place) is not None


def _is_sector(place: str) -> bool:
    """Say whether a place is half a postcode and the first digit of the other half, such as NG7 4."""
    half, _, digit = place.rpartition(" ")
    return len(digit) == 1 and digit.isdecimal() and parse_postcode_district(half) is not None


def _filled_in(
    reading: _Reading, questions: Sequence[Question], begun: ConversationState, context: Context
) -> ConversationState | None:
    """Return the conversation with place, age band and answers, or None where an answer is not allowed."""
    area = context.find_area(reading.place) if reading.place else None
    age = reading.signs[len(questions)] if len(reading.signs) > len(questions) else None
    state = replace(begun, area=area, age_band=SHORT_AGE_BANDS[int(age) - 1] if age else None)
    for question, sign in zip(questions, reading.signs, strict=False):
        value = answer_in(sign, question, context.questionnaire, state, context.say)
        if value is None:
            return None
        state = replace(state, answers={**state.answers, question.id: value})
    return state
