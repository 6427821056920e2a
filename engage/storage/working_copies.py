"""Working copies: questionnaires while they are written, with who changed them and the way back."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, UniqueConstraint, Uuid, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engage.storage.base import DOCUMENT, NAME, Base, UtcTime

#: Steps of one copy that can be taken back.
MOST_STEPS = 100


class WorkingCopyRow(Base):
    """A questionnaire somebody writes; nobody is asked anything by it before it is published."""

    __tablename__ = "working_copies"
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    #: The survey that it becomes a version of; a new one may not be there yet.
    survey: Mapped[str] = mapped_column(NAME, index=True)
    #: What it was begun from: `nothing`, `library`, `survey` or `file`.
    begun_from: Mapped[str] = mapped_column(NAME)
    begun_by: Mapped[str] = mapped_column(NAME)
    begun_at: Mapped[datetime] = mapped_column(UtcTime)
    changed_by: Mapped[str] = mapped_column(NAME)
    changed_at: Mapped[datetime] = mapped_column(UtcTime)
    #: Counts the changes.
    revision: Mapped[int]
    document: Mapped[dict[str, Any]] = mapped_column(DOCUMENT)
    #: Language → key → what was said of a wording: hash of source and words, whether reviewed, by whom, when.
    reviews: Mapped[dict[str, Any]] = mapped_column(DOCUMENT)


class WorkingStepRow(Base):
    """One change of a working copy, with what brings the document back to before it."""

    __tablename__ = "working_steps"
    __table_args__ = (UniqueConstraint("copy", "revision"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    copy: Mapped[UUID] = mapped_column(ForeignKey("working_copies.id"))
    #: The revision that the change made.
    revision: Mapped[int]
    #: What was done, in words.
    what: Mapped[str]
    by: Mapped[str] = mapped_column(NAME)
    at: Mapped[datetime] = mapped_column(UtcTime)
    back: Mapped[list[Any]] = mapped_column(DOCUMENT)


@dataclass(frozen=True)
class WorkingCopy:
    """A questionnaire while it is written."""

    id: UUID
    survey: str
    begun_from: str
    begun_by: str
    begun_at: datetime
    changed_by: str
    changed_at: datetime
    revision: int
    document: dict[str, Any]
    reviews: Mapping[str, Any]


@dataclass(frozen=True)
class Step:
    """One change: what was done, by whom, when, and what brings the document back."""

    revision: int
    what: str
    by: str
    at: datetime
    back: list[Any]


def add(session: Session, copy: WorkingCopy) -> None:
    """Store a new working copy."""
    session.add(WorkingCopyRow(**vars(copy)))
    session.flush()


def get(session: Session, copy_id: UUID, *, for_change: bool = False) -> WorkingCopy | None:
    """Return a working copy; for a change it is locked until the transaction ends."""
    found = select(WorkingCopyRow).where(WorkingCopyRow.id == copy_id)
    row = session.scalar(found.with_for_update() if for_change else found)
    return _copy(row) if row else None


def list_all(session: Session) -> list[WorkingCopy]:
    """Return every working copy, the last changed first."""
    return [_copy(row) for row in session.scalars(select(WorkingCopyRow).order_by(WorkingCopyRow.changed_at.desc()))]


def of_survey(session: Session, survey: str) -> list[WorkingCopy]:
    """Return the working copies of a survey, the last changed first."""
    return [copy for copy in list_all(session) if copy.survey == survey]


def put(session: Session, copy: WorkingCopy) -> None:
    """Store what changed about a working copy."""
    row = session.get(WorkingCopyRow, copy.id)
    assert row is not None  # noqa: S101 - the caller read it in this transaction
    row.survey, row.document, row.reviews = copy.survey, copy.document, dict(copy.reviews)
    row.changed_by, row.changed_at, row.revision = copy.changed_by, copy.changed_at, copy.revision
    session.flush()


def add_step(session: Session, copy_id: UUID, step: Step) -> None:
    """Store a change, and forget those so long ago that nobody takes them back."""
    session.add(WorkingStepRow(copy=copy_id, **vars(step)))
    oldest = step.revision - MOST_STEPS
    session.execute(delete(WorkingStepRow).where(WorkingStepRow.copy == copy_id, WorkingStepRow.revision <= oldest))
    session.flush()


def last_step(session: Session, copy_id: UUID) -> Step | None:
    """Return the last change that can be taken back."""
    found = select(WorkingStepRow).where(WorkingStepRow.copy == copy_id).order_by(WorkingStepRow.revision.desc())
    row = session.scalar(found.limit(1))
    return Step(row.revision, row.what, row.by, row.at, row.back) if row else None


def remove_step(session: Session, copy_id: UUID, revision: int) -> None:
    """Forget a change that was taken back."""
    session.execute(delete(WorkingStepRow).where(WorkingStepRow.copy == copy_id, WorkingStepRow.revision == revision))


def remove(session: Session, copy_id: UUID) -> None:
    """Delete a working copy with its steps."""
    session.execute(delete(WorkingStepRow).where(WorkingStepRow.copy == copy_id))
    session.execute(delete(WorkingCopyRow).where(WorkingCopyRow.id == copy_id))
    session.flush()


def _copy(row: WorkingCopyRow) -> WorkingCopy:
    return WorkingCopy(
        id=row.id,
        survey=row.survey,
        begun_from=row.begun_from,
        begun_by=row.begun_by,
        begun_at=row.begun_at,
        changed_by=row.changed_by,
        changed_at=row.changed_at,
        revision=row.revision,
        document=row.document,
        reviews=row.reviews,
    )
