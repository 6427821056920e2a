"""Jobs: long work with its state, its progress and who runs it, the same whether run embedded or by RQ."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import CheckConstraint, Uuid, func, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from engage.storage.base import DOCUMENT, NAME, Base, UtcTime

#: States in which a job still has something before it.
OPEN_STATES = ("waiting", "running")


class JobRow(Base):
    """One piece of long work."""

    __tablename__ = "jobs"
    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'running', 'done', 'failed', 'cancelled')", name="known_state"),
    )
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
    #: Who runs it; only they may say how far it is and how it ended.
    runner: Mapped[str | None] = mapped_column(NAME)
    #: Signs of life that the runner gave; a count, since no two machines' clocks agree.
    beats: Mapped[int] = mapped_column(server_default="0")
    #: How often it was begun.
    attempts: Mapped[int] = mapped_column(server_default="0")
    #: Whether somebody wants it to stop at its next step.
    cancel_asked: Mapped[bool] = mapped_column(server_default="0")
    started_at: Mapped[datetime | None] = mapped_column(UtcTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcTime)


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
    runner: str | None = None
    beats: int = 0
    attempts: int = 0
    cancel_asked: bool = False
    started_at: datetime | None = None
    ended_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Say whether something of it is still to come."""
        return self.state in OPEN_STATES


class Sign(NamedTuple):
    """What a runner hears when it gives a sign of life."""

    is_still_its: bool
    is_cancelled: bool


_FIELDS = tuple(Job.__dataclass_fields__)


def add(session: Session, job: Job) -> None:
    """Store a job."""
    session.add(JobRow(**{name: getattr(job, name) for name in _FIELDS}))
    session.flush()


def get(session: Session, job_id: UUID) -> Job | None:
    """Return a job by its id."""
    row = session.get(JobRow, job_id)
    return _job(row) if row else None


def claim(session: Session, job_id: UUID, runner: str, now: datetime) -> bool:
    """Take a waiting job to run it; false when somebody else did."""
    taken = (
        update(JobRow)
        .where(JobRow.id == job_id, JobRow.state == "waiting")
        .values(state="running", runner=runner, beats=0, attempts=JobRow.attempts + 1, started_at=now, ended_at=None)
    )
    return session.execute(taken.returning(JobRow.id)).first() is not None


def beat(session: Session, job_id: UUID, runner: str, progress: tuple[int, int] | None = None) -> Sign:
    """Give a sign of life, with how far the job is (done, total)."""
    said = {"done": progress[0], "total": progress[1]} if progress else {}
    sign = update(JobRow).where(JobRow.id == job_id, JobRow.state == "running", JobRow.runner == runner)
    found = session.execute(sign.values(beats=JobRow.beats + 1, **said).returning(JobRow.cancel_asked)).first()
    return Sign(found is not None, found is not None and bool(found[0]))


def finish(
    session: Session,
    job_id: UUID,
    runner: str | None,
    now: datetime,
    *,
    state: str,
    message: str | None = None,
    file: str | None = None,
) -> bool:
    """Record how a job ended; false when its runner lost it meanwhile, and then nothing is."""
    held = update(JobRow).where(JobRow.id == job_id, JobRow.state == "running", JobRow.runner == runner)
    ended = held.values(state=state, message=message, file=file, runner=None, ended_at=now)
    return session.execute(ended.returning(JobRow.id)).first() is not None


def hand_back(session: Session, job_id: UUID, runner: str | None) -> bool:
    """Let a job wait again whose runner stops or died; false when it is no longer that runner's."""
    held = update(JobRow).where(JobRow.id == job_id, JobRow.state == "running", JobRow.runner == runner)
    waits = held.values(state="waiting", runner=None)
    return session.execute(waits.returning(JobRow.id)).first() is not None


def ask_to_cancel(session: Session, job_id: UUID, now: datetime) -> bool:
    """Stop a job that waits at once, one that runs at its next step; false when it is over."""
    waiting = update(JobRow).where(JobRow.id == job_id, JobRow.state == "waiting")
    stopped = waiting.values(state="cancelled", ended_at=now, cancel_asked=True).returning(JobRow.id)
    if session.execute(stopped).first() is not None:
        return True
    running = update(JobRow).where(JobRow.id == job_id, JobRow.state == "running").values(cancel_asked=True)
    return session.execute(running.returning(JobRow.id)).first() is not None


def wait_again(session: Session, job_id: UUID) -> bool:
    """Let a job that failed or was cancelled wait anew; false when it is neither."""
    over = update(JobRow).where(JobRow.id == job_id, JobRow.state.in_(("failed", "cancelled")))
    anew = over.values(state="waiting", attempts=0, cancel_asked=False, message=None, ended_at=None, done=0, total=0)
    return session.execute(anew.returning(JobRow.id)).first() is not None


def in_state(session: Session, state: str) -> list[Job]:
    """Return the jobs in one state, oldest first."""
    asked = select(JobRow).where(JobRow.state == state).order_by(JobRow.asked_at, JobRow.id)
    return [_job(row) for row in session.scalars(asked)]


def count_by_state(session: Session) -> dict[str, int]:
    """Return how many jobs there are in each state."""
    counted = select(JobRow.state, func.count()).group_by(JobRow.state)
    return {str(state): int(count) for state, count in session.execute(counted)}


def forget_files(session: Session, asked_before: datetime, message: str) -> None:
    """Say of jobs that were asked for so long ago that their files are gone."""
    old = update(JobRow).where(JobRow.asked_at < asked_before, JobRow.file.is_not(None))
    session.execute(old.values(file=None, message=message))


def newest(session: Session, count: int, *, by: str | None = None, kinds: Sequence[str] | None = None) -> list[Job]:
    """Return the jobs asked for last, of everybody or one person, of every kind or some."""
    asked = select(JobRow).order_by(JobRow.asked_at.desc(), JobRow.id).limit(count)
    if by is not None:
        asked = asked.where(JobRow.asked_by == by)
    if kinds is not None:
        asked = asked.where(JobRow.kind.in_(kinds))
    return [_job(row) for row in session.scalars(asked)]


def _job(row: JobRow) -> Job:
    return Job(**{name: getattr(row, name) for name in _FIELDS})
