"""Releases: published tables of a wave, frozen; every way out reads the last one."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engage.storage.base import DOCUMENT, HASH, NAME, Base, UtcTime


class ReleaseRow(Base):
    """One act of publishing."""

    __tablename__ = "releases"
    id: Mapped[int] = mapped_column(primary_key=True)
    survey: Mapped[str] = mapped_column(NAME)
    wave: Mapped[str] = mapped_column(NAME)
    release_hash: Mapped[str] = mapped_column(HASH)
    rule: Mapped[str] = mapped_column(NAME)
    synthetic: Mapped[bool]
    published_at: Mapped[datetime] = mapped_column(UtcTime)
    published_by: Mapped[str] = mapped_column(NAME)


class ReleaseTableRow(Base):
    """One published table of a release: what disclosure control let through, nothing else."""

    __tablename__ = "release_tables"
    __table_args__ = (Index("ix_release_tables_place", "release_id", "rows", "area"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    release_id: Mapped[int] = mapped_column(ForeignKey("releases.id"))
    question: Mapped[str] = mapped_column(NAME)
    #: "area", or the breakdown its rows are.
    rows: Mapped[str] = mapped_column(NAME)
    #: The area a breakdown is about; none for tables by area.
    area: Mapped[str | None] = mapped_column(NAME)
    document: Mapped[dict[str, Any]] = mapped_column(DOCUMENT)


@dataclass(frozen=True)
class Release:
    """One act of publishing, without its tables."""

    id: int
    survey: str
    wave: str
    release_hash: str
    rule: str
    synthetic: bool
    published_at: datetime
    published_by: str


_FIELDS = tuple(Release.__dataclass_fields__)


def add(session: Session, release: Release, tables: Sequence[dict[str, Any]]) -> Release:
    """Store a release with its tables; its id is given here."""
    row = ReleaseRow(**{name: getattr(release, name) for name in _FIELDS if name != "id"})
    session.add(row)
    session.flush()
    session.add_all(
        ReleaseTableRow(
            release_id=row.id,
            question=table["question"],
            rows=table["rows"],
            area=table.get("area"),
            document=table,
        )
        for table in tables
    )
    session.flush()
    return _release(row)


def last(session: Session, survey: str, wave: str | None = None) -> Release | None:
    """Return the last release of a wave, or of any wave of the survey."""
    found = select(ReleaseRow).where(ReleaseRow.survey == survey).order_by(ReleaseRow.id.desc()).limit(1)
    row = session.scalar(found.where(ReleaseRow.wave == wave) if wave else found)
    return _release(row) if row else None


def get(session: Session, release_id: int) -> Release | None:
    """Return a release by its number."""
    row = session.get(ReleaseRow, release_id)
    return _release(row) if row else None


def list_of(session: Session, survey: str) -> list[Release]:
    """Return every release of a survey, newest first."""
    found = select(ReleaseRow).where(ReleaseRow.survey == survey).order_by(ReleaseRow.id.desc())
    return [_release(row) for row in session.scalars(found)]


def tables_of(session: Session, release: Release, rows: str, area: str | None = None) -> Iterator[dict[str, Any]]:
    """Yield the documents of a release's tables, in the order they were published."""
    found = select(ReleaseTableRow.document).where(ReleaseTableRow.release_id == release.id)
    found = found.where(ReleaseTableRow.rows == rows).order_by(ReleaseTableRow.id)
    yield from session.scalars(found.where(ReleaseTableRow.area == area) if area else found)


def has_question(session: Session, release: Release, question: str) -> bool:
    """Say whether a release has a table by area of a question."""
    found = select(ReleaseTableRow.id).where(ReleaseTableRow.release_id == release.id, ReleaseTableRow.rows == "area")
    return session.execute(found.where(ReleaseTableRow.question == question).limit(1)).first() is not None


def _release(row: ReleaseRow) -> Release:
    return Release(**{name: getattr(row, name) for name in _FIELDS})
