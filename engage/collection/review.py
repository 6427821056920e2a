"""Review: a person decides on what waited, late answers and second entries among it."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType

from sqlalchemy.orm import Session

from engage.collection.receive import ALL_CHANNELS, Door, _Arrival, _check, _response
from engage.response.receipts import tombstone_of
from engage.response.submission import canonical_body
from engage.settings import Keys
from engage.storage import audit, decisions, forms, responses, tombstones
from engage.storage.review import ReviewItem

#: Kind of item → what may be decided. `accept` stores the held answers, `use_second` puts them in the place of
#: the first, `keep_first` and `discard` forget them, `seen` is for notes on a form whose answers are stored.
DECISIONS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "late": ("accept", "discard"),
        "conflict": ("keep_first",),
        "second_entry": ("keep_first", "use_second"),
        "paper_notes": ("seen",),
    }
)
#: Decisions that store the held answers.
_STORING = ("accept", "use_second")


class DecisionRefused(Exception):
    """A decision that cannot be carried out; the message says why."""


@dataclass(frozen=True)
class Decided:
    """A decision that was carried out; `is_stored` where the held answers now count."""

    item: ReviewItem
    decision: str
    is_stored: bool


def open_item(session: Session, keys: Keys, item_hash: str, by: str, now: datetime) -> ReviewItem | None:
    """Return a waiting item for somebody to read, and write down that they did where it holds answers."""
    item = decisions.waiting_item(session, item_hash)
    if item is not None and item.body:
        _audit(session, keys, "review.opened", item, by, now)
    return item


def decide(session: Session, keys: Keys, item_hash: str, decision: str, by: str, now: datetime) -> Decided:
    """Carry a decision out; what was held is gone afterwards. Raises DecisionRefused."""
    item = decisions.waiting_item(session, item_hash)
    if item is None:
        raise DecisionRefused("somebody has decided on this already, or the person has taken the answers back")
    if decision not in DECISIONS[item.kind]:
        raise DecisionRefused(f"{decision!r} cannot be decided on this")
    is_stored = decision in _STORING and _store(session, keys, item, now)
    decisions.decide(session, item_hash, decision, by)
    _audit(session, keys, f"review.{decision}", item, by, now)
    return Decided(item, decision, is_stored)


def accept_held(session: Session, keys: Keys, item_hash: str, by: str, now: datetime) -> Decided:
    """Store the held answers of a late item, or put a second entry in the place of the first.

    Raises DecisionRefused.
    """
    item = decisions.waiting_item(session, item_hash)
    return decide(session, keys, item_hash, "use_second" if item and item.kind == "second_entry" else "accept", by, now)


def _store(session: Session, keys: Keys, item: ReviewItem, now: datetime) -> bool:
    """Store held answers with the door's own checks; false where the person has taken them back since."""
    if tombstones.stands_over(session, tombstone_of(item.response_id)):
        return False
    door = Door(keys, now, "review", ALL_CHANNELS)
    arrival = _check(session, door, item.body)
    if not isinstance(arrival, _Arrival):
        raise DecisionRefused("these answers no longer pass the checks: " + ", ".join(p.code for p in arrival))
    if item.kind == "second_entry":
        responses.remove(session, item.response_id)
    body_hash = hashlib.sha256(canonical_body(arrival.submission).encode()).hexdigest()
    form = forms.get(session, arrival.submission.serial) if arrival.submission.serial else None
    keyed_by = form.entered_by if form and item.kind == "late" else None
    arrival = replace(arrival, submission=replace(arrival.submission, keyed_by=keyed_by))
    if not responses.add(session, _response(door, arrival, body_hash)):
        raise DecisionRefused("answers of this person are stored already")
    return True


def _audit(session: Session, keys: Keys, action: str, item: ReviewItem, by: str, now: datetime) -> None:
    subject = tombstone_of(item.response_id)
    audit.append(session, keys.audit, at=now, actor=by, action=action, subject=subject, detail={"kind": item.kind})
