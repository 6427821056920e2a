"""Drafts: answers in progress on the web without JavaScript, under a random token, purged by age."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Uuid, and_, delete, or_
from sqlalchemy.orm import Mapped, Session, mapped_column

from engage.storage.base import DOCUMENT, HASH, NAME, Base, UtcTime


class DraftRow(Base):
    """One draft; the token itself is only in the person's cookie."""

    __tablename__ = "drafts"
    token_hash: Mapped[str] = mapped_column(HASH, primary_key=True)
    response_id: Mapped[UUID] = mapped_column(Uuid)
    survey: Mapped[str] = mapped_column(NAME)
    version: Mapped[int]
    wave: Mapped[str] = mapped_column(NAME)
    envelope: Mapped[dict[str, Any]] = mapped_column(DOCUMENT)
    answers: Mapped[dict[str, Any]] = mapped_column(DOCUMENT)
    seen: Mapped[list[str]] = mapped_column(DOCUMENT)
    receipt: Mapped[str | None] = mapped_column(NAME)
    started_at: Mapped[datetime] = mapped_column(UtcTime)
    touched_at: Mapped[datetime] = mapped_column(UtcTime, index=True)


@dataclass(frozen=True)
class Draft:
    """Answers in progress; `envelope` holds the fields of the submission that are not answers."""

    token_hash: str
    response_id: UUID
    survey: str
    version: int
    wave: str
    started_at: datetime
    touched_at: datetime
    envelope: dict[str, Any] = field(default_factory=dict)
    answers: dict[str, Any] = field(default_factory=dict)
    #: Ids of the questions that were put before the person, answered or skipped.
    seen: tuple[str, ...] = ()
    #: Set once the answers were sent; the answers are then gone from here, and both times are when that was.
    receipt: str | None = None


_FIELDS = tuple(Draft.__dataclass_fields__)


def put(session: Session, draft: Draft) -> None:
    """Store a draft as it now is."""
    session.merge(DraftRow(**{name: getattr(draft, name) for name in _FIELDS} | {"seen": list(draft.seen)}))
    session.flush()


def get(session: Session, token_hash: str) -> Draft | None:
    """Return a draft by the hash of its token."""
    row = session.get(DraftRow, token_hash)
    return Draft(**{name: getattr(row, name) for name in _FIELDS} | {"seen": tuple(row.seen)}) if row else None


def remove(session: Session, token_hash: str) -> None:
    """Delete a draft."""
    session.execute(delete(DraftRow).where(DraftRow.token_hash == token_hash))


def remove_with_receipt(session: Session, receipt: str) -> None:
    """Delete what is left of the draft that became the response under this receipt."""
    session.execute(delete(DraftRow).where(DraftRow.receipt == receipt))


def purge(session: Session, *, untouched_since: datetime, sent_since: datetime) -> int:
    """Delete drafts nobody touched since the one time, and those sent before the other; returns how many."""
    is_sent = and_(DraftRow.receipt.is_not(None), DraftRow.touched_at < sent_since)
    is_over = or_(DraftRow.touched_at < untouched_since, is_sent)
    return len(session.execute(delete(DraftRow).where(is_over).returning(DraftRow.token_hash)).all())
