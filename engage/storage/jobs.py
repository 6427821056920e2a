"""Jobs: long work with its state and progress, the same whether run embedded or by RQ."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Uuid, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from engage.storage.base import DOCUMENT, NAME, Base, UtcTime


class JobRow(Base):
    """One piece of long work."""

    __tablename__ = "jobs"
    __table_args__ = (CheckConstraint("state IN ('waiting', 'running', 'done', 'failed')", name="known_state"),)
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    kind: Mapped[str] = mapped_column(NAME)
    parameters: Mapped[dict[str, Any]] = mapped_column(DOCUMENT)
    state: Mapped[str] = mapped_column(NAME, index=True)
    done: Mapped[int]
    total: Mapped[int]
    #: What went wrong, without anybody's answers.
    message: Mapped[str | None]
    #: File name in the instance's `files` folder, where the job made one.
    file: Mapped[str | None] = mapped_column(NAME)
    asked_by: Mapped[str] = mapped_column(NAME)
    asked_at: Mapped[datetime] = mapped_column(UtcTime)


@dataclass(frozen=True)
class Job:
    """One piece of long work; `done` of `total` steps."""

    id: UUID
    kind: str
    parameters: dict[str, Any]
    asked_by: str
    asked_at: datetime
    state: str = "waiting"
    done: int = 0
    total: int = 0
    message: str | None = None
    file: str | None = None


_FIELDS = tuple(Job.__dataclass_fields__)


def add(session: Session, job: Job) -> None:
    """Store a job that waits to be run."""
    session.add(JobRow(**{name: getattr(job, name) for name in _FIELDS}))
    session.flush()


def get(session: Session, job_id: UUID) -> Job | None:
    """Return a job by its id."""
    row = session.get(JobRow, job_id)
    return _job(row) if row else None


def claim(session: Session, job_id: UUID) -> bool:
    """Take a waiting job to run it; false when somebody else did."""
    taken = update(JobRow).where(JobRow.id == job_id, JobRow.state == "waiting").values(state="running")
    return session.execute(taken.returning(JobRow.id)).first() is not None


def release(session: Session, job_id: UUID, kinds: Collection[str]) -> None:
    """Put a job of some kinds back into the queue whose runner died."""
    left = update(JobRow).where(JobRow.id == job_id, JobRow.state == "running", JobRow.kind.in_(kinds))
    session.execute(left.values(state="waiting"))


def set_progress(session: Session, job_id: UUID, done: int, total: int) -> None:
    """Say how far a job is."""
    session.execute(update(JobRow).where(JobRow.id == job_id).values(done=done, total=total))


def finish(session: Session, job_id: UUID, *, state: str, message: str | None = None, file: str | None = None) -> None:
    """Record how a job ended."""
    session.execute(update(JobRow).where(JobRow.id == job_id).values(state=state, message=message, file=file))


def wait_again(session: Session) -> None:
    """Put jobs whose process died back into the queue, at the start of the only process that runs them."""
    session.execute(update(JobRow).where(JobRow.state == "running").values(state="waiting", done=0))


def waiting(session: Session) -> list[Job]:
    """Return the jobs that wait, oldest first."""
    return [
        _job(row) for row in session.scalars(select(JobRow).where(JobRow.state == "waiting").order_by(JobRow.asked_at))
    ]


def forget_files(session: Session, asked_before: datetime, message: str) -> None:
    """Say of jobs that were asked for so long ago that their files are gone."""
    old = update(JobRow).where(JobRow.asked_at < asked_before, JobRow.file.is_not(None))
    session.execute(old.values(file=None, message=message))


def newest(session: Session, count: int) -> list[Job]:
    """Return the jobs asked for last."""
    return [_job(row) for row in session.scalars(select(JobRow).order_by(JobRow.asked_at.desc()).limit(count))]


def _job(row: JobRow) -> Job:
    return Job(**{name: getattr(row, name) for name in _FIELDS})
