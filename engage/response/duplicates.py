"""Finds answers that may have come in twice; a person decides whether they have.

Two copies of one paper form never get here: its id is made from its serial, so that they meet at the door as a
second entry. What is left are the same answers under two ids: keyed and scanned from a photocopy, sent again by a
tablet or a phone that had lost track, or sent by somebody many times over.
"""

import json
from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from uuid import UUID

from engage.questionnaire.model import SPECIAL_CODES
from engage.response.folding import plain_words

#: Answers in common from which the same ones are no chance: people of one street tick alike, but not that often.
FEWEST_ANSWERS = 6
#: Of one tablet or venue less is needed.
FEWEST_OF_BATCH = 4
#: Characters of free text, folded, from which two people would not have written the same.
FEWEST_LETTERS = 30
#: Why two responses look alike, the surest first.
REASONS = ("same_words", "same_batch", "same_answers")


@dataclass(frozen=True)
class Arrived:
    """A response as it is compared: the survey and wave, who says it, by which batch, and what was answered."""

    response_id: UUID
    survey: str
    wave: str
    #: Area told about and age band: the same person says the same of these.
    area: str | None
    age_band: str | None
    batch: str | None
    answers: Mapping[str, object]
    #: Free text of every question.
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class Copy:
    """A response that may be a copy of one that came minutes before it."""

    later: UUID
    earlier: UUID
    reason: str


def find_copies(before: Iterable[Arrived], new: Iterable[Arrived]) -> list[Copy]:
    """Return which of the new responses look like one of the last minutes, or like a new one before it.

    Alike are answers that differ in one question at most, and long texts with the same words. Each response is
    compared with all others by the marks it leaves, so that the time taken grows with their number only.
    """
    seen: Mapping[str, dict[Hashable, UUID]] = MappingProxyType({reason: {} for reason in REASONS})
    for arrived in before:
        _leave_marks(seen, arrived)
    found = []
    for arrived in new:
        like = _first_like(seen, arrived)
        if like is not None:
            found.append(like)
        _leave_marks(seen, arrived)
    return found


def _first_like(seen: Mapping[str, dict[Hashable, UUID]], arrived: Arrived) -> Copy | None:
    for reason, mark in _marks(arrived):
        earlier = seen[reason].get(mark)
        if earlier is not None and earlier != arrived.response_id:
            return Copy(arrived.response_id, earlier, reason)
    return None


def _leave_marks(seen: Mapping[str, dict[Hashable, UUID]], arrived: Arrived) -> None:
    for reason, mark in _marks(arrived):
        seen[reason].setdefault(mark, arrived.response_id)


def _marks(arrived: Arrived) -> Iterator[tuple[str, Hashable]]:
    """Yield what another response has to share with this one to look like it, the surest first."""
    where = (arrived.survey, arrived.wave)
    for text in arrived.words:
        plain = plain_words(text)
        if len(plain) >= FEWEST_LETTERS:
            yield "same_words", (where, plain)
    answers = {
        question: json.dumps(answer, sort_keys=True)
        for question, answer in arrived.answers.items()
        if answer not in SPECIAL_CODES  # many say everywhere that they do not know, or would rather not say
    }
    person = (*where, arrived.area, arrived.age_band)
    if arrived.batch is not None and len(answers) >= FEWEST_OF_BATCH:
        yield "same_batch", (person, arrived.batch, frozenset(answers.items()))
    if len(answers) >= FEWEST_ANSWERS:
        whole = frozenset(answers.items())
        yield "same_answers", (person, whole)
        if len(answers) > FEWEST_ANSWERS:
            for pair in answers.items():
                yield "same_answers", (person, whole - {pair})
