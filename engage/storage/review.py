"""The review queue: what waits for a person, each item once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Uuid, delete, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engage.storage.base import DOCUMENT, HASH, NAME, Base, UtcTime, insert_into

KINDS = ("late", "conflict", "second_entry", "paper_notes", "faulty")


class ReviewRow(Base):
    """One item; for held answers `body` is the whole submission."""

    __tablename__ = "review_items"
    __table_args__ = (
        CheckConstraint("kind IN ('late', 'conflict', 'second_entry', 'paper_notes', 'faulty')", name="known_kind"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(NAME)
    response_id: Mapped[UUID] = mapped_column(Uuid, index=True)
    survey: Mapped[str] = mapped_column(NAME)
    #: Of kind, id and body: the same item never comes twice.
    item_hash: Mapped[str] = mapped_column(HASH, unique=True)
    receipt_key: Mapped[str] = mapped_column(HASH, index=True)
    body: Mapped[dict[str, Any]] = mapped_column(DOCUMENT)
    notes: Mapped[list[dict[str, Any]]] = mapped_column(DOCUMENT)
    at: Mapped[datetime] = mapped_column(UtcTime)
    decision: Mapped[str | None] = mapped_column(NAME)
    decided_by: Mapped[str | None] = mapped_column(NAME)


@dataclass(frozen=True)
class ReviewItem:
    """Something a person has to look at."""

    kind: str
    response_id: UUID
    survey: str
    item_hash: str
    receipt_key: str
    body: dict[str, Any]
    notes: Sequence[dict[str, Any]]
    at: datetime


_FIELDS = tuple(ReviewItem.__dataclass_fields__)


def add(session: Session, item: ReviewItem) -> bool:
    """Put an item into the queue; false when it is there already."""
    values = {name: getattr(item, name) for name in _FIELDS} | {"notes": list(item.notes)}
    statement = insert_into(session, ReviewRow).values(**values).on_conflict_do_nothing(index_elements=["item_hash"])
    return bool(session.execute(statement.returning(ReviewRow.id)).first())


def waiting(session: Session) -> list[ReviewItem]:
    """Return what nobody has decided on, oldest first."""
    found = select(ReviewRow).where(ReviewRow.decision.is_(None)).order_by(ReviewRow.id)
    return [ReviewItem(**{name: getattr(row, name) for name in _FIELDS}) for row in session.scalars(found)]


def count_waiting(session: Session) -> int:
    """Return how many items wait."""
    return session.scalar(select(func.count()).where(ReviewRow.decision.is_(None))) or 0


def holds(session: Session, response_id: UUID) -> bool:
    """Say whether anything of this response is in the queue."""
    found = select(ReviewRow.id).where(ReviewRow.response_id == response_id).limit(1)
    return session.execute(found).first() is not None


def find_by_receipt(session: Session, receipt_key: str) -> UUID | None:
    """Return the id of a held response by its receipt's keyed hash."""
    return session.scalar(select(ReviewRow.response_id).where(ReviewRow.receipt_key == receipt_key).limit(1))


def remove(session: Session, response_id: UUID) -> None:
    """Delete every item about a response."""
    session.execute(delete(ReviewRow).where(ReviewRow.response_id == response_id))
