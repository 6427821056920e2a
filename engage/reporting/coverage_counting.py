"""Counts what came in since the round before into the counters of fieldwork, away from whoever is answering."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from engage.areas import AreaTree
from engage.questionnaire.model import Facts, Question, Questionnaire, QuestionType
from engage.questionnaire.routing import asked_questions
from engage.storage import areas, coverage, questionnaires, responses
from engage.storage.coverage import Cell, Counting, QuestionCell, Went
from engage.storage.database import Session
from engage.storage.instance import Instance
from engage.storage.responses import Reply, WithoutIds

#: Responses counted under one transaction.
BATCH = 1000
#: What was seen so long ago is there or never will be: transactions then under way have ended.
SETTLES_AFTER = timedelta(minutes=1)
#: A note takes no answer, and the age is asked before anybody has begun.
_UNCOUNTED = (QuestionType.NOTE, QuestionType.AGE_BAND)
#: What each question of the envelope is kept as.
_ENVELOPE = {
    QuestionType.AREA: "area",
    QuestionType.AREA_RELATION: "area_relation",
    QuestionType.HOME_DISTRICT: "home_district",
}


@dataclass(frozen=True)
class _Counted:
    """What some responses add to the counters, and how many they are."""

    responses: int
    up_to: int
    heard: Counter[Cell]
    asked: dict[QuestionCell, Went]


def count_replies(instance: Instance) -> int:
    """Count what had come at the round before; returns how many responses were new to the counters.

    Places are given out in order but not taken up in order: a response of a slow transaction may appear behind one
    that is counted already. So a round counts up to where the one before looked, at least a minute ago.
    """
    counted = 0
    while some := _count_some(instance):
        counted += some
    with instance.database.writing() as session:
        _look_ahead(session, instance.now())
    return counted


def question_cells(questionnaire: Questionnaire, reply: Reply) -> Iterator[tuple[QuestionCell, Went]]:
    """Yield how each question went that was put to somebody, without what they answered.

    Whoever broke off did so at the first question after the last one they answered.
    """
    said = reply.said
    asked = _asked(questionnaire, said)
    given = [_is_given(question, said) for question in asked]
    reached = len(asked)
    if said.is_partial:
        reached = max((place for place, is_given in enumerate(given, start=1) if is_given), default=0)
    for place, (question, is_given) in enumerate(zip(asked, given, strict=True)):
        if place > reached:
            return
        cell = cell_of(reply.survey, reply.wave, said.version, question.id, said)
        stopped = place == reached
        yield cell, Went(asked=1, skipped=int(not is_given and not stopped), broken_off=int(stopped))


def cell_of(survey: str, wave: str, version: int, question: str, reader: WithoutIds | Facts) -> QuestionCell:
    """Return the cell of a question for how somebody reads it."""
    return QuestionCell(survey, wave, version, question, reader.language, reader.style, reader.channel)


def _count_some(instance: Instance) -> int:
    """Count some responses; returns how many, 0 when there are no more, or when somebody else counts them."""
    with instance.database.snapshot() as session:
        before = coverage.counting(session)
        if before.seen_at > instance.now() - SETTLES_AFTER:
            return 0
        found = responses.come_after(session, before.counted, BATCH, up_to=before.seen)
        counted = _counted(session, areas.read_tree(session), found, before) if found else None
    if counted is None:
        return 0
    with instance.database.writing() as session:
        return counted.responses if _keep(session, before, counted) else 0


def _keep(session: Session, before: Counting, counted: _Counted) -> bool:
    """Add to the counters, unless another process did so or something was erased meanwhile: then it is done again."""
    now = coverage.counting(session, lock=True)
    still_there = responses.count_between(session, before.counted, counted.up_to)
    if now != before or still_there != counted.responses:
        return False
    coverage.count_in(session, counted.heard)
    coverage.add_questions(session, counted.asked)
    coverage.note_counting(session, replace(before, counted=counted.up_to))
    return True


def _look_ahead(session: Session, now: datetime) -> None:
    """Keep how far the responses have come; what is there now is counted by the next round."""
    before = coverage.counting(session, lock=True)
    newest = responses.newest_sequence(session)
    if newest > before.seen and (before.counted == before.seen or before.seen_at <= now - SETTLES_AFTER):
        coverage.note_counting(session, Counting(before.counted, newest, now))


def _counted(session: Session, tree: AreaTree, found: Sequence[Reply], before: Counting) -> _Counted:
    heard: Counter[Cell] = Counter()
    asked: defaultdict[QuestionCell, Went] = defaultdict(Went)
    for reply in found:
        heard.update(coverage.cells_of(tree, reply))
        questionnaire = None if reply.is_pilot else questionnaires.get(session, reply.survey, reply.said.version)
        if questionnaire is not None:
            add_up(asked, question_cells(questionnaire, reply))
    is_last = len(found) < BATCH
    return _Counted(len(found), before.seen if is_last else found[-1].sequence, heard, dict(asked))


def add_up(asked: defaultdict[QuestionCell, Went], cells: Iterable[tuple[QuestionCell, Went]]) -> None:
    """Add how questions went to what is known of them."""
    for cell, went in cells:
        total = asked[cell]
        total.asked += went.asked
        total.skipped += went.skipped
        total.broken_off += went.broken_off


def _asked(questionnaire: Questionnaire, said: WithoutIds) -> tuple[Question, ...]:
    facts = Facts(
        channel=said.channel,
        language=said.language,
        style=said.style,
        assisted=said.assisted,
        age_band=said.age_band,
        area_relation=tuple(said.area_relation),
    )
    asked = asked_questions(questionnaire, facts, said.answers)
    return tuple(question for question in asked if question.type not in _UNCOUNTED)


def _is_given(question: Question, said: WithoutIds) -> bool:
    kept: Any = getattr(said, _ENVELOPE[question.type]) if question.is_envelope else said.answers.get(question.id)
    return bool(kept) if isinstance(kept, list | tuple) else kept is not None
