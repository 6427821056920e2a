"""Looks after jobs that nobody runs any more, and brings word again of those that Redis forgot."""

import logging
import time
from dataclasses import dataclass, field
from datetime import datetime
from threading import Event, Thread
from uuid import UUID

from redis import RedisError

from engage.jobs.asking import is_waiting_in, put_in_queue, queue_of
from engage.jobs.faults import where_it_failed
from engage.jobs.runners import is_dead
from engage.storage import jobs
from engage.storage.database import Session
from engage.storage.instance import Instance
from engage.storage.jobs import Job

#: Kinds of work that may be begun again after a crash: what was done goes on, or leaves nothing behind.
RESUMABLE = frozenset(
    {
        *("audit.check", "paper.print", "paper.read", "past.import", "responses.export"),
        *("results.export", "results.publish", "results.summaries"),
    }
)
#: Seconds between two looks, and without a sign of life until a runner on another machine counts as dead.
SWEEP_EVERY, LEASE = 5.0, 60.0
#: A job that was begun so often takes its worker with it each time.
MOST_ATTEMPTS = 4
#: What is said of a job that is not begun again.
DIED_TOO_OFTEN = "its worker died {count} times; ask for less at once, or look into the log"
NOT_RESUMED = "its worker died, and this work is not begun again by itself; nothing half made was kept"

_log = logging.getLogger("engage.jobs")


def take_up(session: Session, job: Job, now: datetime) -> str:
    """Say what becomes of a job whose runner died: it waits again, or is over. Returns its new state."""
    if job.cancel_asked:
        state, message = "cancelled", None
    elif job.kind not in RESUMABLE:
        state, message = "failed", NOT_RESUMED
    elif job.attempts >= MOST_ATTEMPTS:
        state, message = "failed", DIED_TOO_OFTEN.format(count=job.attempts)
    else:
        return "waiting" if jobs.hand_back(session, job.id, job.runner) else job.state
    is_over = jobs.finish(session, job.id, job.runner, now, state=state, message=message)
    return state if is_over else job.state


@dataclass
class Sweeper:
    """What one process remembers between two looks: how often each job had given a sign of life, and since when.

    Clocks of machines differ and jump, so a runner is taken for dead only when its count did not move for as long as
    this process itself has measured.
    """

    instance: Instance
    lease: float = LEASE
    _seen: dict[UUID, tuple[str | None, int, float]] = field(default_factory=dict)
    _waited: set[UUID] = field(default_factory=set)

    def sweep(self) -> None:
        """Look once."""
        with self.instance.database.reading() as session:
            running = jobs.in_state(session, "running")
            waiting = jobs.in_state(session, "waiting")
        self._seen = {job.id: self._look_at(job) for job in running}
        for job in running:
            if is_dead(job.runner) or time.monotonic() - self._seen[job.id][2] > self.lease:
                self._take_up(job)
        if self.instance.settings.redis_url:
            longer = [job for job in waiting if job.id in self._waited]
            self._waited = {job.id for job in waiting}
            if longer:
                _bring_word(self.instance.settings.redis_url, longer)

    def _look_at(self, job: Job) -> tuple[str | None, int, float]:
        """Return the job's runner, its signs of life, and since when they are the same."""
        before = self._seen.get(job.id)
        if before is not None and before[:2] == (job.runner, job.beats):
            return before
        return job.runner, job.beats, time.monotonic()

    def _take_up(self, job: Job) -> None:
        asked_at = time.monotonic()
        with self.instance.database.writing() as session:
            if time.monotonic() - asked_at > SWEEP_EVERY and not is_dead(job.runner):
                self._seen.pop(job.id)  # the runner waited for the database as we did: look at it anew
                return
            state = take_up(session, job, self.instance.now())
        _log.warning("job taken up", extra={"job": str(job.id), "kind": job.kind, "state": state})
        self.instance.job_asked.set()


def start_sweeping(instance: Instance, stop: Event) -> None:
    """Start the thread that looks after jobs; any number of processes may do so at once."""
    Thread(target=_again_and_again, args=(Sweeper(instance), stop), name="sweeper", daemon=True).start()


def _again_and_again(sweeper: Sweeper, stop: Event) -> None:
    while not stop.is_set():
        try:
            sweeper.sweep()
        except RedisError as error:
            _log.warning("the queue is away: %s", type(error).__name__)
        except Exception as error:  # noqa: BLE001 - the next look still comes; the log says where it failed
            _log.error("looking after jobs failed: %s\n%s", type(error).__name__, where_it_failed(error))
        stop.wait(SWEEP_EVERY)


def _bring_word(redis_url: str, waiting: list[Job]) -> None:
    """Bring word of jobs that the queue knows nothing of: Redis was away, or was emptied."""
    queue = queue_of(redis_url)
    known = is_waiting_in(queue)
    for job in waiting:
        if str(job.id) not in known:
            put_in_queue(queue, job.id)
