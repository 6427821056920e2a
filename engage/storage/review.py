"""The review queue: what waits for a person, each item once."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Text, Uuid, delete, func, or_, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from engage.storage.base import DOCUMENT, HASH, NAME, Base, UtcTime, insert_into
from engage.storage.erasure import Gone

KINDS = ("late", "conflict", "second_entry", "paper_notes", "faulty", "duplicate", "rush")
#: Many answers about one place: one item for all of them, which holds none; each part that was set aside has its own.
RUSH = "rush"


class ReviewRow(Base):
    """One item; for held answers `body` is the whole submission."""

    __tablename__ = "review_items"
    __table_args__ = (
        CheckConstraint(
            "kind IN ('late', 'conflict', 'second_entry', 'paper_notes', 'faulty', 'duplicate', 'rush')",
            name="known_kind",
        ),
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
    #: The response that this one may be a copy of; of a part of a rush, what stands for the whole rush.
    other_id: Mapped[UUID | None] = mapped_column(Uuid, index=True)
    decided_at: Mapped[datetime | None] = mapped_column(UtcTime)
    #: How everything stood before the decision, for as long as it can be undone.
    undo_sealed: Mapped[str | None] = mapped_column(Text)


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
    other_id: UUID | None = None


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


def rushes(session: Session) -> list[tuple[ReviewItem, str | None]]:
    """Return the rushes that wait or on which a decision can be undone, the oldest first, each with the decision."""
    found = select(ReviewRow).where(ReviewRow.kind == RUSH, ReviewRow.other_id.is_(None))
    found = found.where(or_(ReviewRow.decision.is_(None), ReviewRow.undo_sealed.is_not(None))).order_by(ReviewRow.id)
    return [
        (ReviewItem(**{name: getattr(row, name) for name in _FIELDS}), row.decision) for row in session.scalars(found)
    ]


def replace_body(session: Session, item_hash: str, body: dict[str, Any]) -> None:
    """Change what stands of a rush that waits: it goes on."""
    waits = update(ReviewRow).where(ReviewRow.item_hash == item_hash, ReviewRow.decision.is_(None))
    session.execute(waits.values(body=body))


def held_of(session: Session, response_id: UUID) -> list[dict[str, Any]]:
    """Return what is held of a response, as it came."""
    found = select(ReviewRow.body).where(ReviewRow.response_id == response_id, ReviewRow.decision.is_(None))
    return list(session.scalars(found.order_by(ReviewRow.id)))


def next_waiting(session: Session, item_hash: str) -> str | None:
    """Return the item that waits behind this one, else the one that waits longest."""
    waits = select(ReviewRow.item_hash).where(ReviewRow.decision.is_(None), ReviewRow.item_hash != item_hash)
    this = select(ReviewRow.id).where(ReviewRow.item_hash == item_hash).scalar_subquery()
    behind = session.scalar(waits.where(ReviewRow.id > this).order_by(ReviewRow.id).limit(1))
    return behind or session.scalar(waits.order_by(ReviewRow.id).limit(1))


def count_waiting(session: Session) -> int:
    """Return how many items wait."""
    return session.scalar(select(func.count()).where(ReviewRow.decision.is_(None))) or 0


def holds(session: Session, response_id: UUID) -> bool:
    """Say whether anything of this response is in the queue."""
    found = select(ReviewRow.id).where(ReviewRow.response_id == response_id).limit(1)
    return session.execute(found).first() is not None


def find_by_receipt(session: Session, *receipt_keys: str) -> UUID | None:
    """Return the id of a held response by its receipt's keyed hash, one for each version of the key."""
    return session.scalar(select(ReviewRow.response_id).where(ReviewRow.receipt_key.in_(receipt_keys)).limit(1))


def remove(session: Session, response_id: UUID) -> None:
    """Delete every item about a response, with what is kept to undo a decision on it."""
    concerned = or_(ReviewRow.response_id == response_id, ReviewRow.other_id == response_id)
    session.execute(delete(ReviewRow).where(concerned))


def erase(session: Session, gone: Gone) -> int:
    """Delete every item about responses that go; returns how many."""
    concerned = or_(ReviewRow.response_id.in_(gone.response_ids), ReviewRow.other_id.in_(gone.response_ids))
    erased = delete(ReviewRow).where(concerned).returning(ReviewRow.id)
    return len(session.execute(erased).all())


def held_of_wave(session: Session, survey: str, wave: str) -> list[UUID]:
    """Return the ids of responses of a wave that are held here."""
    found = select(ReviewRow.response_id, ReviewRow.body).where(ReviewRow.survey == survey)
    return [row.response_id for row in session.execute(found) if row.body.get("wave") == wave]


def change_held(session: Session, survey: str, wave: str, left_of: Callable[[dict[str, Any]], Any]) -> None:
    """Leave of the answers held of a wave what `left_of` returns of them."""
    for row in session.scalars(select(ReviewRow).where(ReviewRow.survey == survey)):
        answers = row.body.get("answers")
        if row.body.get("wave") == wave and isinstance(answers, dict) and (left := left_of(answers)) != answers:
            row.body = {**row.body, "answers": left}
    session.flush()


def all_ids(session: Session) -> Iterator[UUID]:
    """Yield the id of every response that something here is about."""
    yield from session.scalars(select(ReviewRow.response_id).distinct())
