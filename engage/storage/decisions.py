"""Decisions on what waited for review: who decided what and when, and what is needed to undo it for a while."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, insert, or_, select, update
from sqlalchemy.orm import Session

from engage.storage.review import RUSH, ReviewItem, ReviewRow

_FIELDS = tuple(ReviewItem.__dataclass_fields__)


@dataclass(frozen=True)
class DecidedItem:
    """An item on which somebody has decided, and how everything stood before, sealed, while that can be undone."""

    item: ReviewItem
    decision: str
    by: str
    at: datetime
    undo_sealed: str


def waiting_item(session: Session, item_hash: str) -> ReviewItem | None:
    """Return an item that nobody has decided on yet."""
    row = session.scalar(select(ReviewRow).where(ReviewRow.item_hash == item_hash, ReviewRow.decision.is_(None)))
    return _item(row) if row else None


def any_item(session: Session, item_hash: str) -> ReviewItem | None:
    """Return an item, whether or not somebody has decided on it."""
    row = session.scalar(select(ReviewRow).where(ReviewRow.item_hash == item_hash))
    return _item(row) if row else None


def waiting_copies(session: Session, other_id: UUID) -> list[ReviewItem]:
    """Return every possible copy of one response that nobody has decided on yet."""
    found = select(ReviewRow).where(ReviewRow.other_id == other_id, ReviewRow.decision.is_(None))
    return [_item(row) for row in session.scalars(found.order_by(ReviewRow.id))]


def decide(
    session: Session,
    item_hash: str,
    decision: str,
    by: str,
    at: datetime,
    undo_sealed: str,
    kept: Mapping[str, Any] | None = None,
) -> bool:
    """Record a decision and forget the held answers and what was noted; false when somebody decided before.

    Of a rush `kept` stays while it can be undone: which answers it is of, none of which it holds.

    The row itself stays, so that the same item never comes back; `undo_sealed` goes when the time to undo is over.
    """
    found = select(ReviewRow).where(ReviewRow.item_hash == item_hash, ReviewRow.decision.is_(None))
    row = session.scalar(found.with_for_update())
    if row is None:
        return False
    row.decision, row.decided_by, row.decided_at, row.undo_sealed = decision, by, at, undo_sealed
    row.body, row.notes = dict(kept or {}), []
    session.flush()
    return True


def decided_item(session: Session, item_hash: str) -> DecidedItem | None:
    """Return an item whose decision can be undone."""
    row = session.scalar(select(ReviewRow).where(ReviewRow.item_hash == item_hash, ReviewRow.undo_sealed.is_not(None)))
    return _decided(row) if row else None


def decided_since(session: Session, moment: datetime, most: int) -> list[DecidedItem]:
    """Return the decisions that can be undone, the newest first; of a rush only the one on the whole of it."""
    found = select(ReviewRow).where(ReviewRow.undo_sealed.is_not(None), ReviewRow.decided_at >= moment)
    found = found.where(or_(ReviewRow.kind != RUSH, ReviewRow.other_id.is_(None)))
    rows = session.scalars(found.order_by(ReviewRow.decided_at.desc(), ReviewRow.id.desc()).limit(most))
    return [_decided(row) for row in rows]


def decided_before(session: Session, moment: datetime) -> list[DecidedItem]:
    """Return the decisions for whose undoing the time is over, and that still hold what it would take."""
    found = select(ReviewRow).where(ReviewRow.undo_sealed.is_not(None), ReviewRow.decided_at < moment)
    return [_decided(row) for row in session.scalars(found.order_by(ReviewRow.id))]


def wait_again(session: Session, item_hash: str, body: dict[str, Any], notes: Sequence[dict[str, Any]]) -> None:
    """Put an item back as it was before somebody decided on it."""
    back = {"decision": None, "decided_by": None, "decided_at": None, "undo_sealed": None}
    changed = update(ReviewRow).where(ReviewRow.item_hash == item_hash)
    session.execute(changed.values(body=body, notes=list(notes), **back))


def forget_undo(session: Session, item_hash: str) -> None:
    """Forget how everything stood before a decision: it holds for good."""
    session.execute(update(ReviewRow).where(ReviewRow.item_hash == item_hash).values(undo_sealed=None, body={}))


def add_parts(session: Session, parts: Sequence[DecidedItem]) -> None:
    """Record what one decision set aside of a rush, answer by answer."""
    decided = [{"decision": one.decision, "decided_by": one.by, "decided_at": one.at} for one in parts]
    rows = [
        {name: getattr(one.item, name) for name in _FIELDS} | more | {"undo_sealed": one.undo_sealed}
        for one, more in zip(parts, decided, strict=True)
    ]
    if rows:
        session.execute(insert(ReviewRow), rows)


def parts_of(session: Session, rush: UUID) -> list[DecidedItem]:
    """Return what a decision set aside of a rush, in the order in which it came."""
    found = select(ReviewRow).where(ReviewRow.kind == RUSH, ReviewRow.other_id == rush)
    return [_decided(row) for row in session.scalars(found.order_by(ReviewRow.id))]


def forget(session: Session, item_hash: str) -> None:
    """Delete an item: it is part of another one, which waits again."""
    session.execute(delete(ReviewRow).where(ReviewRow.item_hash == item_hash))


def _item(row: ReviewRow) -> ReviewItem:
    return ReviewItem(**{name: getattr(row, name) for name in _FIELDS})


def _decided(row: ReviewRow) -> DecidedItem:
    if row.decision is None or row.decided_by is None or row.decided_at is None or row.undo_sealed is None:
        raise ValueError("nobody has decided on this, or it holds for good")
    return DecidedItem(_item(row), row.decision, row.decided_by, row.decided_at, row.undo_sealed)
