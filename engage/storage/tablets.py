"""Tablets that ambassadors take out: what each was prepared for, and whether it may still send."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Uuid, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from engage.storage.base import DOCUMENT, HASH, NAME, Base


class TabletRow(Base):
    """One preparation of a tablet; its token is kept as a hash, its PIN only on the tablet."""

    __tablename__ = "tablets"
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    token_hash: Mapped[str] = mapped_column(HASH, unique=True)
    survey: Mapped[str] = mapped_column(ForeignKey("surveys.slug"))
    #: What the ambassador calls it.
    label: Mapped[str] = mapped_column(NAME)
    #: The session or venue it is taken to; stands with the answers, so that half a base from one is seen.
    batch: Mapped[str] = mapped_column(NAME)
    area: Mapped[str | None] = mapped_column(NAME)
    languages: Mapped[list[str]] = mapped_column(DOCUMENT)
    styles: Mapped[list[str]] = mapped_column(DOCUMENT)
    prepared_by: Mapped[str] = mapped_column(NAME)
    #: Days in Europe/London; on the last one it may still be used.
    prepared_on: Mapped[date]
    last_day: Mapped[date]
    revoked_on: Mapped[date | None]
    last_seen_on: Mapped[date | None]
    #: Answers that came from it.
    received: Mapped[int]


@dataclass(frozen=True)
class Tablet:
    """One preparation of a tablet."""

    id: UUID
    token_hash: str
    survey: str
    label: str
    batch: str
    area: str | None
    languages: tuple[str, ...]
    styles: tuple[str, ...]
    prepared_by: str
    prepared_on: date
    last_day: date
    revoked_on: date | None = None
    last_seen_on: date | None = None
    received: int = 0


_FIELDS = tuple(Tablet.__dataclass_fields__)


def add(session: Session, tablet: Tablet) -> bool:
    """Store a tablet; false when its token is known already."""
    if find(session, tablet.token_hash) is not None:
        return False
    values: dict[str, Any] = {name: getattr(tablet, name) for name in _FIELDS}
    session.add(TabletRow(**values | {"languages": list(tablet.languages), "styles": list(tablet.styles)}))
    session.flush()
    return True


def get(session: Session, tablet_id: UUID) -> Tablet | None:
    """Return a tablet by its id."""
    row = session.get(TabletRow, tablet_id)
    return _tablet(row) if row else None


def find(session: Session, token_hash: str) -> Tablet | None:
    """Return the tablet that holds a token."""
    row = session.scalar(select(TabletRow).where(TabletRow.token_hash == token_hash))
    return _tablet(row) if row else None


def list_all(session: Session, prepared_by: str | None = None) -> list[Tablet]:
    """Return every tablet, or those somebody prepared, the newest first."""
    found = select(TabletRow).order_by(TabletRow.prepared_on.desc(), TabletRow.label, TabletRow.id)
    if prepared_by is not None:
        found = found.where(TabletRow.prepared_by == prepared_by)
    return [_tablet(row) for row in session.scalars(found)]


def revoke(session: Session, tablet_id: UUID, on: date) -> bool:
    """Take a tablet's right to send away; false when it was taken before."""
    changed = update(TabletRow).where(TabletRow.id == tablet_id, TabletRow.revoked_on.is_(None)).values(revoked_on=on)
    return session.execute(changed.returning(TabletRow.id)).first() is not None


def seen(session: Session, tablet_id: UUID, on: date, received: int) -> None:
    """Write down that a tablet was heard from, and how many new answers it brought."""
    counted = TabletRow.received + received
    session.execute(update(TabletRow).where(TabletRow.id == tablet_id).values(last_seen_on=on, received=counted))


def _tablet(row: TabletRow) -> Tablet:
    tablet = Tablet(**{name: getattr(row, name) for name in _FIELDS})
    return replace(tablet, languages=tuple(row.languages), styles=tuple(row.styles))
