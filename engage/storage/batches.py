"""Batches of printed forms: for whom and where they were printed, and what became of the pile of paper."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, Uuid, func, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from engage.storage.base import NAME, Base, UtcTime
from engage.storage.forms import FormRow

STATES = ("printed", "handed_out", "returned", "destroyed")


class RulesRow(Base):
    """How a survey treats its paper; without a row the defaults of Rules hold."""

    __tablename__ = "paper_rules"
    __table_args__ = (
        CheckConstraint("second_percent BETWEEN 0 AND 100", name="a_share"),
        CheckConstraint("keep_days BETWEEN 0 AND 3650", name="some_days"),
    )
    survey: Mapped[str] = mapped_column(ForeignKey("surveys.slug"), primary_key=True)
    #: Per cent of scanned forms that a second person reads without seeing what the first one did.
    second_percent: Mapped[int]
    #: Days that paper and pictures of it are kept after they came back.
    keep_days: Mapped[int]


class BatchRow(Base):
    """One print run."""

    __tablename__ = "paper_batches"
    __table_args__ = (
        CheckConstraint("state IN ('printed', 'handed_out', 'returned', 'destroyed')", name="known_state"),
        CheckConstraint("count > 0", name="some_forms"),
        CheckConstraint("(handed_out_by IS NULL) = (handed_out_on IS NULL)", name="handed_out_by_somebody"),
        CheckConstraint(
            "returned_count IS NULL OR (returned_on IS NOT NULL AND returned_count BETWEEN 0 AND count)",
            name="no_more_back_than_printed",
        ),
        CheckConstraint(
            "(state = 'destroyed') = (destroyed_on IS NOT NULL) AND (destroyed_by IS NULL) = (destroyed_on IS NULL)",
            name="destroyed_by_somebody",
        ),
        ForeignKeyConstraint(["survey", "wave"], ["waves.survey", "waves.name"], name="fk_paper_batches_wave"),
        Index("ix_paper_batches_survey_wave", "survey", "wave"),
    )
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    #: What staff call it and what is written on the pile.
    code: Mapped[str] = mapped_column(NAME, unique=True)
    survey: Mapped[str] = mapped_column(NAME)
    version: Mapped[int]
    wave: Mapped[str] = mapped_column(NAME)
    language: Mapped[str] = mapped_column(NAME)
    style: Mapped[str] = mapped_column(NAME)
    area: Mapped[str | None] = mapped_column(NAME)
    venue: Mapped[str | None] = mapped_column(NAME)
    #: Who is to hand it out, as an account's e-mail address.
    ambassador: Mapped[str | None] = mapped_column(NAME)
    count: Mapped[int]
    printed_by: Mapped[str] = mapped_column(NAME)
    printed_at: Mapped[datetime] = mapped_column(UtcTime)
    job: Mapped[UUID | None] = mapped_column(Uuid)
    state: Mapped[str] = mapped_column(NAME)
    #: Who gave the forms to people: this person does not key them.
    handed_out_by: Mapped[str | None] = mapped_column(NAME)
    #: Days in Europe/London.
    handed_out_on: Mapped[date | None]
    returned_on: Mapped[date | None]
    returned_count: Mapped[int | None]
    #: The last day on which the paper may still be there.
    destroy_by: Mapped[date | None]
    destroyed_by: Mapped[str | None] = mapped_column(NAME)
    destroyed_on: Mapped[date | None]


@dataclass(frozen=True)
class Rules:
    """How a survey treats its paper: the share read twice (per cent) and the days paper and pictures are kept."""

    second_percent: int = 0
    keep_days: int = 90


@dataclass(frozen=True)
class Batch:
    """One print run and what became of it."""

    id: UUID
    code: str
    survey: str
    version: int
    wave: str
    language: str
    style: str
    area: str | None
    venue: str | None
    ambassador: str | None
    count: int
    printed_by: str
    printed_at: datetime
    job: UUID | None = None
    state: str = "printed"
    handed_out_by: str | None = None
    handed_out_on: date | None = None
    returned_on: date | None = None
    returned_count: int | None = None
    destroy_by: date | None = None
    destroyed_by: str | None = None
    destroyed_on: date | None = None

    @property
    def origin(self) -> str:
        """Return what stands with the responses from it: the venue as tablets name it, else the batch itself."""
        return self.venue or f"paper {self.code}"


_FIELDS = tuple(Batch.__dataclass_fields__)


def add(session: Session, batch: Batch) -> None:
    """Record a print run."""
    session.add(BatchRow(**{name: getattr(batch, name) for name in _FIELDS}))
    session.flush()


def get(session: Session, batch_id: UUID, *, lock: bool = False) -> Batch | None:
    """Return a batch by its id; `lock` keeps others from changing it until the transaction ends."""
    found = select(BatchRow).where(BatchRow.id == batch_id)
    row = session.scalar(found.with_for_update() if lock else found)
    return _batch(row) if row else None


def of_job(session: Session, job: UUID) -> Batch | None:
    """Return the batch that a job printed, if it got so far."""
    row = session.scalar(select(BatchRow).where(BatchRow.job == job))
    return _batch(row) if row else None


def find(session: Session, code: str) -> Batch | None:
    """Return a batch by its code."""
    row = session.scalar(select(BatchRow).where(BatchRow.code == code))
    return _batch(row) if row else None


def of_form(session: Session, serial: str) -> Batch | None:
    """Return the batch a form was printed in, None for an unknown form and for one printed before there were any."""
    row = session.scalar(select(BatchRow).join(FormRow, FormRow.batch == BatchRow.id).where(FormRow.serial == serial))
    return _batch(row) if row else None


def origin_of(session: Session, serial: str | None) -> str | None:
    """Return where a form was handed out, as it stands with the responses, None where nobody knows."""
    batch = of_form(session, serial) if serial else None
    return batch.origin if batch else None


def list_of(session: Session, survey: str, wave: str | None = None) -> list[Batch]:
    """Return the batches of a survey or of one of its waves, the newest first."""
    found = select(BatchRow).where(BatchRow.survey == survey).order_by(BatchRow.printed_at.desc(), BatchRow.code)
    if wave is not None:
        found = found.where(BatchRow.wave == wave)
    return [_batch(row) for row in session.scalars(found)]


def handed_by(session: Session, who: str) -> list[Batch]:
    """Return the batches that somebody handed out or is to, and that are not destroyed, the newest first."""
    hands = func.coalesce(BatchRow.handed_out_by, BatchRow.ambassador) == who
    found = select(BatchRow).where(hands, BatchRow.state != "destroyed")
    return [_batch(row) for row in session.scalars(found.order_by(BatchRow.printed_at.desc(), BatchRow.code))]


def overdue(session: Session, day: date) -> list[Batch]:
    """Return the batches whose paper should have been destroyed before a day, the oldest first."""
    found = select(BatchRow).where(BatchRow.destroy_by < day, BatchRow.state != "destroyed")
    return [_batch(row) for row in session.scalars(found.order_by(BatchRow.destroy_by, BatchRow.code))]


def keep(session: Session, batch: Batch) -> None:
    """Write down what became of a batch that is there."""
    values: dict[str, Any] = {name: getattr(batch, name) for name in _FIELDS if name != "id"}
    session.execute(update(BatchRow).where(BatchRow.id == batch.id).values(**values))


def count_forms(session: Session, batch_ids: Sequence[UUID]) -> dict[UUID, dict[str, int]]:
    """Return batch → state → how many of its forms are in it (fieldwork, not answers)."""
    found = select(FormRow.batch, FormRow.state, func.count()).where(FormRow.batch.in_(batch_ids))
    counts: dict[UUID, dict[str, int]] = {batch_id: {} for batch_id in batch_ids}
    for batch_id, state, count in session.execute(found.group_by(FormRow.batch, FormRow.state)):
        if batch_id is not None:
            counts[batch_id][state] = count
    return counts


def serials_of(session: Session, batch_id: UUID, state: str | None = None) -> list[str]:
    """Return the serials of a batch's forms, in order; `state` narrows them."""
    found = select(FormRow.serial).where(FormRow.batch == batch_id).order_by(FormRow.serial)
    return list(session.scalars(found.where(FormRow.state == state) if state else found))


def rules_of(session: Session, survey: str) -> Rules:
    """Return how a survey treats its paper."""
    row = session.get(RulesRow, survey)
    return Rules(row.second_percent, row.keep_days) if row else Rules()


def put_rules(session: Session, survey: str, rules: Rules) -> None:
    """Write down how a survey treats its paper."""
    session.merge(RulesRow(survey=survey, second_percent=rules.second_percent, keep_days=rules.keep_days))
    session.flush()


def _batch(row: BatchRow) -> Batch:
    return Batch(**{name: getattr(row, name) for name in _FIELDS})
