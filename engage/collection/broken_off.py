"""Counts at which question people left who began on the web and sent nothing; what they had answered is gone."""

from collections.abc import Iterable

from engage.questionnaire.model import Facts, Questionnaire, QuestionType
from engage.questionnaire.routing import asked_questions
from engage.storage import coverage, questionnaires, waves
from engage.storage.coverage import QuestionCell, Went
from engage.storage.database import Session
from engage.storage.drafts import Draft


def count_broken_off(session: Session, left: Iterable[tuple[Draft, Facts]]) -> None:
    """Add drafts that go unsent to the counters of their waves; a pilot's are not counted."""
    cells: dict[QuestionCell, Went] = {}
    for draft, facts in left:
        wave = waves.get(session, draft.survey, draft.wave)
        questionnaire = questionnaires.get(session, draft.survey, draft.version)
        if wave is not None and questionnaire is not None and wave.state != "pilot":
            _add(cells, questionnaire, draft, facts)
    coverage.add_questions(session, cells)


def _add(cells: dict[QuestionCell, Went], questionnaire: Questionnaire, draft: Draft, facts: Facts) -> None:
    """Add every question the person had before them, up to the one they left at."""
    for question in asked_questions(questionnaire, facts, draft.answers):
        if question.type in (QuestionType.NOTE, QuestionType.AGE_BAND):  # the age is asked before a draft is begun
            continue
        key = (draft.survey, draft.wave, draft.version, question.id, facts.language, facts.style, facts.channel)
        went = cells.setdefault(QuestionCell(*key), Went())
        went.asked += 1
        if question.id not in draft.seen:
            went.broken_off += 1
            return
        kept = draft.envelope if question.is_envelope else draft.answers
        went.skipped += question.id not in kept
