"""Visits: where people were asked, on which day, by whom, and how it went in tallies; nobody who was asked is named."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from types import MappingProxyType
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Uuid, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from engage.storage.base import DOCUMENT, NAME, Base, UtcTime
from engage.storage.outbox import SEALED

#: Why people say no, as far as they say; a tally for each.
REASONS = ("no_time", "asked_before", "no_trust", "not_interested", "language", "under_13", "no_reason")
#: How the people who took part did so.
NUMBERS = ("asked", "took_part", "needed_help")


class VisitRow(Base):
    """One visit to a place where people are asked to take part."""

    __tablename__ = "visits"
    __table_args__ = (
        CheckConstraint("asked >= 0 AND took_part >= 0 AND needed_help >= 0", name="no_less_than_nobody"),
        CheckConstraint("checked_out_at IS NULL OR checked_in_at IS NOT NULL", name="in_before_out"),
        CheckConstraint("(checked_in_at IS NULL) = (back_by IS NULL)", name="in_until_when"),
        CheckConstraint("number_sealed IS NULL OR checked_out_at IS NULL", name="number_only_while_out"),
    )
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    survey: Mapped[str] = mapped_column(ForeignKey("surveys.slug"), index=True)
    wave: Mapped[str] = mapped_column(NAME)
    area: Mapped[str] = mapped_column(NAME)
    #: Where: a club, a school, a square.
    place: Mapped[str] = mapped_column(NAME)
    #: Code of the community it is mostly about, as the survey names it.
    community: Mapped[str | None] = mapped_column(NAME)
    #: Who lends the room or brings people together.
    organisation: Mapped[UUID | None] = mapped_column(ForeignKey("organisations.id"))
    #: Day in Europe/London, and when it begins (HH:MM there), where that is known.
    day: Mapped[date] = mapped_column(index=True)
    begins: Mapped[str | None] = mapped_column(NAME)
    languages: Mapped[list[str]] = mapped_column(DOCUMENT)
    #: Who goes, as an account's e-mail address.
    ambassador: Mapped[str] = mapped_column(NAME)
    planned_by: Mapped[str] = mapped_column(NAME)
    planned_at: Mapped[datetime] = mapped_column(UtcTime)
    cancelled_on: Mapped[date | None]
    checked_in_at: Mapped[datetime | None] = mapped_column(UtcTime)
    #: When whoever goes will have checked out.
    back_by: Mapped[datetime | None] = mapped_column(UtcTime)
    checked_out_at: Mapped[datetime | None] = mapped_column(UtcTime)
    #: When word went out that somebody has not checked out.
    told_at: Mapped[datetime | None] = mapped_column(UtcTime)
    #: Where whoever goes can be called while they are out; forgotten when they check out.
    number_sealed: Mapped[str | None] = mapped_column(SEALED)
    asked: Mapped[int]
    took_part: Mapped[int]
    needed_help: Mapped[int]
    #: Reason → how many said no for it.
    declined: Mapped[dict[str, int]] = mapped_column(DOCUMENT)


@dataclass(frozen=True)
class Tally:
    """How a visit went, in numbers and nothing else (people)."""

    asked: int = 0
    took_part: int = 0
    needed_help: int = 0
    declined: Mapping[str, int] = field(default_factory=dict)

    @property
    def said_no(self) -> int:
        """Return how many declined."""
        return sum(self.declined.values())


@dataclass(frozen=True)
class Visit:
    """One visit to a place where people are asked to take part."""

    id: UUID
    survey: str
    wave: str
    area: str
    place: str
    day: date
    ambassador: str
    planned_by: str
    planned_at: datetime
    community: str | None = None
    organisation: UUID | None = None
    begins: str | None = None
    languages: tuple[str, ...] = ()
    cancelled_on: date | None = None
    checked_in_at: datetime | None = None
    back_by: datetime | None = None
    checked_out_at: datetime | None = None
    told_at: datetime | None = None
    number_sealed: str | None = None
    tally: Tally = Tally()

    @property
    def is_out(self) -> bool:
        """Say whether somebody has checked in and not out."""
        return self.checked_in_at is not None and self.checked_out_at is None

    def is_overdue(self, now: datetime) -> bool:
        """Say whether somebody should have checked out by now."""
        return self.is_out and self.back_by is not None and self.back_by <= now


_FIELDS = tuple(name for name in Visit.__dataclass_fields__ if name != "tally")


def put(session: Session, visit: Visit) -> None:
    """Store a visit, or everything that changed of one but its tally."""
    values = {name: getattr(visit, name) for name in _FIELDS} | {"languages": list(visit.languages)}
    row = session.get(VisitRow, visit.id)
    if row is None:
        session.add(VisitRow(**values, asked=0, took_part=0, needed_help=0, declined={}))
    else:
        for name, value in values.items():
            setattr(row, name, value)
    session.flush()


def put_tally(session: Session, visit_id: UUID, tally: Tally) -> None:
    """Store how a visit went."""
    values: dict[str, Any] = {name: getattr(tally, name) for name in NUMBERS} | {"declined": dict(tally.declined)}
    session.execute(update(VisitRow).where(VisitRow.id == visit_id).values(**values))


def get(session: Session, visit_id: UUID, *, lock: bool = False) -> Visit | None:
    """Return a visit by its id; `lock` keeps others from changing it until the transaction ends."""
    found = select(VisitRow).where(VisitRow.id == visit_id)
    row = session.scalar(found.with_for_update() if lock else found)
    return _visit(row) if row else None


def list_of(
    session: Session, *, since: date | None = None, until: date | None = None, ambassador: str | None = None
) -> list[Visit]:
    """Return the visits from one day to another that were not called off, the earliest first."""
    found = select(VisitRow).where(VisitRow.cancelled_on.is_(None))
    if since is not None:
        found = found.where(VisitRow.day >= since)
    if until is not None:
        found = found.where(VisitRow.day <= until)
    if ambassador is not None:
        found = found.where(VisitRow.ambassador == ambassador)
    return [_visit(row) for row in session.scalars(found.order_by(VisitRow.day, VisitRow.begins, VisitRow.place))]


def out_now(session: Session) -> list[Visit]:
    """Return the visits somebody has checked in to and not out of, whoever is due back first."""
    found = select(VisitRow).where(VisitRow.checked_in_at.is_not(None), VisitRow.checked_out_at.is_(None))
    return [_visit(row) for row in session.scalars(found.order_by(VisitRow.back_by))]


def helpers(session: Session, survey: str) -> set[UUID]:
    """Return the organisations of visits to which somebody came for a survey."""
    found = select(VisitRow.organisation).where(VisitRow.survey == survey, VisitRow.checked_in_at.is_not(None))
    return {one for one in session.scalars(found.where(VisitRow.organisation.is_not(None))) if one}


def _visit(row: VisitRow) -> Visit:
    tally = Tally(row.asked, row.took_part, row.needed_help, MappingProxyType(dict(row.declined)))
    visit = Visit(**{name: getattr(row, name) for name in _FIELDS}, tally=tally)
    return replace(visit, languages=tuple(row.languages))
