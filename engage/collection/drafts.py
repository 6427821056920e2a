"""Answers in progress on the web: begun under a random token, kept in step with the routing, sent once."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from engage.collection.broken_off import count_broken_off
from engage.questionnaire.model import Facts, Question, Questionnaire, QuestionType
from engage.questionnaire.routing import asked_questions, options_asked, route_of
from engage.response.answers import read_answer
from engage.response.problems import Problem
from engage.storage import drafts
from engage.storage.database import Session
from engage.storage.drafts import Draft
from engage.storage.waves import Wave

#: A draft nobody has touched for so long is gone.
LIFETIME = timedelta(hours=2)
#: So long after sending the last page can still be opened; then nothing of the draft is left.
LIFETIME_SENT = timedelta(minutes=10)
#: The key in the envelope of the district whose places somebody is looking at; it is never sent.
OPEN_DISTRICT = "open_district"
#: The key in the envelope of the fields that could not be taken last, until the next answer; it is never sent.
REFUSED = "refused"
#: The key in the envelope of the language somebody read before this one; it is never sent.
READ_BEFORE = "read_before"
#: The key in the envelope of answers that are thrown away; they are never sent and never counted.
PRACTICE = "practice"
#: The key in the envelope of who reads the questions out, where somebody answers by telephone.
TELEPHONE = "telephone"
#: Bytes of a token.
TOKEN_BYTES = 24


def begin_draft(session: Session, wave: Wave, envelope: dict[str, Any], now: datetime) -> str:
    """Begin a draft for somebody who may take part; returns the token, which is kept nowhere but with the person."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    draft = Draft(
        token_hash=_hash(token),
        response_id=uuid4(),
        survey=wave.survey,
        version=wave.version,
        wave=wave.name,
        started_at=now,
        touched_at=now,
        envelope=envelope,
    )
    drafts.put(session, draft)
    purge_drafts(session, now)
    return token


def find_draft(
    session: Session, token: str | None, survey: str, now: datetime, *, is_practice: bool = False
) -> Draft | None:
    """Return the draft of this token, unless it is of another survey or too old; practice and real stay apart."""
    draft = drafts.get(session, _hash(token)) if token else None
    if draft is None or draft.survey != survey or draft.envelope.get(PRACTICE, False) != is_practice:
        return None
    lifetime = LIFETIME if draft.receipt is None else LIFETIME_SENT
    return draft if draft.touched_at >= now - lifetime else None


def discard_draft(session: Session, token: str | None) -> None:
    """Delete the draft of this token, whatever survey it is of; unsent, it is counted as broken off."""
    gone = drafts.remove(session, _hash(token)) if token else None
    if gone is not None:
        _count_broken_off(session, [gone])


def purge_drafts(session: Session, now: datetime) -> int:
    """Delete every draft that is too old; returns how many. Those unsent are counted as broken off."""
    gone = drafts.purge(session, untouched_since=now - LIFETIME, sent_since=now - LIFETIME_SENT)
    _count_broken_off(session, gone)
    return len(gone)


def facts_of(draft: Draft) -> Facts:
    """Return what routing may ask about whoever is answering."""
    envelope = draft.envelope
    return Facts(
        channel=_channel(draft),
        language=envelope["language"],
        style=envelope["style"],
        assisted=envelope["assisted"],
        age_band=envelope["age_band"],
        area_relation=tuple(envelope.get("area_relation") or ()),
    )


def answer_in(draft: Draft, question: Question) -> Any:
    """Return what was answered to a question, None where nothing was."""
    return draft.envelope.get(question.id) if question.is_envelope else draft.answers.get(question.id)


def save_answer(
    session: Session, questionnaire: Questionnaire, draft: Draft, question: Question, value: Any, now: datetime
) -> Draft:
    """Keep a coded answer, or with None that there is none, and that the question was put to the person."""
    kept = dict(draft.envelope if question.is_envelope else draft.answers)
    kept.pop(question.id, None)
    if value is not None:
        kept[question.id] = value
    changed = replace(draft, envelope=kept) if question.is_envelope else replace(draft, answers=kept)
    closed = {name: entry for name, entry in changed.envelope.items() if name not in (OPEN_DISTRICT, REFUSED)}
    seen = dict.fromkeys((*draft.seen, question.id))
    changed = replace(changed, envelope=closed, seen=tuple(seen))
    return _put(session, _standing(questionnaire, changed) if changes_path(questionnaire, question) else changed, now)


def changes_path(questionnaire: Questionnaire, question: Question) -> bool:
    """Say whether what else is asked or offered may depend on the answer to a question."""
    return question.is_envelope or question.id in questionnaire.steering


def open_district(
    session: Session, questionnaire: Questionnaire, draft: Draft, code: str | None, now: datetime
) -> Draft:
    """Keep which district somebody is choosing a place in, until the next answer; None is back at the list."""
    return change_envelope(session, questionnaire, draft, {OPEN_DISTRICT: code, REFUSED: None}, now)


def change_envelope(
    session: Session, questionnaire: Questionnaire, draft: Draft, changes: dict[str, Any], now: datetime
) -> Draft:
    """Change the language, the style, the age band or who helps; answers that no longer stand go."""
    return _put(session, _standing(questionnaire, replace(draft, envelope=draft.envelope | changes)), now)


def submission_document(draft: Draft, now: datetime) -> dict[str, Any]:
    """Return the draft as the submission it becomes."""
    envelope = draft.envelope
    return {
        "response_id": str(draft.response_id),
        "survey": draft.survey,
        "version": draft.version,
        "wave": draft.wave,
        "channel": _channel(draft),
        "language": envelope["language"],
        "style": envelope["style"],
        "assisted": envelope["assisted"],
        "area": envelope.get("area"),
        "area_relation": list(envelope.get("area_relation") or ()),
        "home_district": envelope.get("home_district"),
        "consent": {"version": envelope["consent_version"], "given": True, "age_band": envelope["age_band"]},
        "started_at": draft.started_at.isoformat(),
        "finished_at": now.isoformat(),
        "answers": dict(draft.answers),
        **({"keyed_by": envelope[TELEPHONE]} if TELEPHONE in envelope else {}),
    }


def _channel(draft: Draft) -> str:
    return "phone" if TELEPHONE in draft.envelope else "web"


def finish_draft(session: Session, draft: Draft, receipt: str, now: datetime) -> None:
    """Leave of a draft that was sent only what the last page shows: the receipt, and how and to whom it speaks.

    The age stays because places to get help go by it; the id of the response and when it was begun do not.
    """
    envelope = {name: draft.envelope[name] for name in ("language", "style", "age_band")} | {"assisted": "none"}
    left = Draft(
        token_hash=draft.token_hash,
        response_id=uuid4(),
        survey=draft.survey,
        version=draft.version,
        wave=draft.wave,
        started_at=now,
        touched_at=now,
        envelope=envelope,
        receipt=receipt,
    )
    drafts.put(session, left)
    purge_drafts(session, now)


def _count_broken_off(session: Session, gone: Sequence[Draft]) -> None:
    unsent = [draft for draft in gone if draft.receipt is None and not draft.envelope.get(PRACTICE)]
    if unsent:
        count_broken_off(session, [(draft, facts_of(draft)) for draft in unsent])


def _put(session: Session, draft: Draft, now: datetime) -> Draft:
    """Store a draft; one that was sent lives no longer for being read again."""
    kept = replace(draft, touched_at=now if draft.receipt is None else draft.touched_at)
    drafts.put(session, kept)
    return kept


def _standing(questionnaire: Questionnaire, draft: Draft) -> Draft:
    """Drop every answer to a question no longer asked, or no longer offered, until nothing more falls."""
    while True:
        facts = facts_of(draft)
        route = route_of(questionnaire, facts)
        asked = asked_questions(questionnaire, facts, draft.answers)
        answers = {
            question.id: draft.answers[question.id]
            for question in asked
            if question.id in draft.answers and _still_reads(questionnaire, question, facts, route, draft)
        }
        ids = {question.id for question in asked}
        envelope = {name: value for name, value in draft.envelope.items() if name not in _ASKED_ONLY or name in ids}
        if answers == draft.answers and envelope == draft.envelope:
            return draft
        gone = set(draft.answers) - set(answers)
        seen = tuple(question_id for question_id in draft.seen if question_id not in gone)
        draft = replace(draft, answers=answers, envelope=envelope, seen=seen)


#: Fields of the envelope that are answers to questions; who was not asked has none.
_ASKED_ONLY = frozenset({QuestionType.AREA, QuestionType.AREA_RELATION, QuestionType.HOME_DISTRICT})


def _still_reads(questionnaire: Questionnaire, question: Question, facts: Facts, route: str, draft: Draft) -> bool:
    options = options_asked(questionnaire, question, facts, draft.answers, route)
    return not isinstance(read_answer(question, options, facts, draft.answers[question.id]), Problem)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
