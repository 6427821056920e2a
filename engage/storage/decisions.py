"""Decisions on what waited for review: who decided what, and the held answers and notes gone with it."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from engage.storage.review import ReviewItem, ReviewRow

_FIELDS = tuple(ReviewItem.__dataclass_fields__)


def waiting_item(session: Session, item_hash: str) -> ReviewItem | None:
    """Return an item that nobody has decided on yet."""
    row = session.scalar(select(ReviewRow).where(ReviewRow.item_hash == item_hash, ReviewRow.decision.is_(None)))
    return ReviewItem(**{name: getattr(row, name) for name in _FIELDS}) if row else None


def decide(session: Session, item_hash: str, decision: str, by: str) -> bool:
    """Record a decision and forget the held answers and what was noted; false when somebody decided before.

    The row itself stays, so that the same item never comes back.
    """
    found = select(ReviewRow).where(ReviewRow.item_hash == item_hash, ReviewRow.decision.is_(None))
    row = session.scalar(found.with_for_update())
    if row is None:
        return False
    row.decision, row.decided_by, row.body, row.notes = decision, by, {}, []
    session.flush()
    return True
