"""Undoing: for a day a decision of the review can be taken back, and everything stands exactly as it did before."""

import json
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any
from uuid import UUID

from engage.collection.erasure import Because, erase, gone_of
from engage.collection.numbers import open_answers, seal_answers
from engage.response.receipts import tombstone_of
from engage.settings import Keys
from engage.storage import audit, decisions, responses, tombstones
from engage.storage.database import Session
from engage.storage.decisions import DecidedItem
from engage.storage.responses import Response
from engage.storage.review import RUSH, ReviewItem

#: A decision can be undone for so long; what it set aside is erased for good then.
UNDO_LIFE = timedelta(hours=24)
#: Decisions that take stored answers out of what counts.
SETTING_ASIDE = frozenset({"set_aside", "set_aside_all", "set_aside_rush", "erase"})


#: Copies that one decision may set aside.
_MOST_TOGETHER = 100_000
#: Answers that are erased with one line in the log.
_ERASED_TOGETHER = 500


class CannotBeUndone(Exception):
    """A decision that stands; the message says why."""


@dataclass(frozen=True)
class Before:
    """How everything stood before a decision, and which answers the decision left stored."""

    item: ReviewItem
    stored: Response | None
    #: Hash of the body that the decision left stored, None where it left nothing.
    left: str | None


def seal_before(keys: Keys, before: Before) -> str:
    """Return how everything stood, sealed with a key that is in neither the database nor its backups."""
    stored = asdict(before.stored) if before.stored else None
    document = {"body": before.item.body, "notes": list(before.item.notes), "stored": stored, "left": before.left}
    return seal_answers(keys, json.dumps(document, default=str))


def undo(session: Session, keys: Keys, item_hash: str, by: str, now: datetime) -> ReviewItem:
    """Put an item, and the answers it is about, back as they were; returns it. Raises CannotBeUndone.

    Where several copies were set aside by one decision, all of them come back.
    """
    known = decisions.decided_item(session, item_hash)
    if known is None or known.at < now - UNDO_LIFE:
        raise CannotBeUndone("this decision can no longer be undone, or somebody has undone it")
    newest = responses.newest_sequence(session)
    for one in _decided_together(session, known):
        if one.item.kind == RUSH and one.item.other_id is None:
            _put_rush_back(session, keys, one, newest)
        else:
            _put_back(session, keys, one)
        subject, detail = tombstone_of(one.item.response_id), {"kind": one.item.kind, "decision": one.decision}
        audit.append(session, keys.audit, at=now, actor=by, action="review.undone", subject=subject, detail=detail)
    return known.item


def settle_decisions(session: Session, keys: Keys, now: datetime) -> int:
    """Let decisions hold for good whose time to be undone is over; returns how many."""
    over = decisions.decided_before(session, now - UNDO_LIFE)
    _erase_rushes(session, keys, [one for one in over if one.item.kind == RUSH and one.item.other_id], now)
    for known in over:
        if known.item.kind == RUSH:
            decisions.forget_undo(session, known.item.item_hash)
        elif known.decision in SETTING_ASIDE:
            because = Because("review", known.by, now, known.item.survey)
            erase(session, keys, gone_of(session, keys, [known.item.response_id]), because)
        else:
            decisions.forget_undo(session, known.item.item_hash)
    return len(over)


def _erase_rushes(session: Session, keys: Keys, parts: list[DecidedItem], now: datetime) -> None:
    """Erase the answers of rushes that were set aside, some hundreds at a time."""
    for (by, survey), found in groupby(parts, key=lambda one: (one.by, one.item.survey)):
        ids = [one.item.response_id for one in found]
        for at in range(0, len(ids), _ERASED_TOGETHER):
            gone = gone_of(session, keys, ids[at : at + _ERASED_TOGETHER])
            erase(session, keys, gone, Because("review", by, now, survey))


def _decided_together(session: Session, known: DecidedItem) -> list[DecidedItem]:
    """Return every item that the same decision was on: one, or all copies of the same answers."""
    if known.item.kind == RUSH:
        return [*decisions.parts_of(session, known.item.response_id), known]
    if known.decision != "set_aside_all":
        return [known]
    since = decisions.decided_since(session, known.at, _MOST_TOGETHER)
    named = (known.decision, known.at, known.by, known.item.other_id)
    return [one for one in since if (one.decision, one.at, one.by, one.item.other_id) == named]


def _put_back(session: Session, keys: Keys, known: DecidedItem) -> None:
    document = json.loads(open_answers(keys, known.undo_sealed))
    response_id = known.item.response_id
    now_stored = responses.get(session, response_id)
    if (now_stored.body_hash if now_stored else None) != document["left"]:
        raise CannotBeUndone("something else was decided on these answers since; undo that first")
    stored = _response_of(document["stored"])
    if known.decision in SETTING_ASIDE:
        tombstones.lift(session, tombstone_of(response_id))
    if (stored.body_hash if stored else None) != document["left"]:
        responses.remove(session, response_id)
        if stored:
            responses.add(session, stored)
    if known.item.kind == RUSH:
        decisions.forget(session, known.item.item_hash)
    else:
        decisions.wait_again(session, known.item.item_hash, document["body"], document["notes"])


def _put_rush_back(session: Session, keys: Keys, known: DecidedItem, newest: int) -> None:
    """Let a rush wait again; its answers, if they had been set aside, came back behind the newest one."""
    document = json.loads(open_answers(keys, known.undo_sealed))
    body, now_newest = document["body"], responses.newest_sequence(session)
    if now_newest > newest:
        body |= {"first": newest + 1, "last": now_newest}
    decisions.wait_again(session, known.item.item_hash, body, document["notes"])


def _response_of(document: dict[str, Any] | None) -> Response | None:
    if document is None:
        return None
    read = {
        "response_id": UUID(document["response_id"]),
        "area_relation": tuple(document["area_relation"]),
        "received_on": date.fromisoformat(document["received_on"]),
    }
    return Response(**document | read)
