"""Runs one job at a time from its claim to its end, with signs of life, and hands it back where it cannot go on."""

import errno
import logging
import time
from collections.abc import Callable, Mapping
from threading import Event, Thread
from typing import Any
from uuid import UUID

from engage.jobs.faults import JobCancelled, JobInterrupted, JobLost, JobRefused, JobStopped, where_it_failed
from engage.jobs.runners import is_dead, new_runner
from engage.jobs.sweeping import RESUMABLE, start_sweeping, take_up
from engage.phrases import using
from engage.storage import jobs, phrases
from engage.storage.instance import Instance
from engage.storage.jobs import Job
from engage.storage.probing import is_passing

#: Seconds after which the embedded worker looks again by itself.
POLL = 5.0
#: Seconds between two signs of life, and at least between two steps that are written down.
BEAT, STEP = 5.0, 0.3
#: Seconds to wait before each further try to write down how a job ended.
_TRIES = (0, 1, 2, 4, 8, 15, 30)
#: Seconds to wait out a fault of the moment before a job is handed back the first, second, third time.
_PAUSES = (2, 10, 30)
#: What is said of work that failed for no reason of whoever asked.
FAULT = "a fault of the system; the log says more"
NO_ROOM = "there is no room left on the disk"

#: Says how far a job is: (done, total). Raises JobInterrupted where the job is to go no further.
Progress = Callable[[int, int], None]
#: Does one kind of work with its parameters; returns the name of a file it made in `files_of`, or None.
Work = Callable[[Instance, Mapping[str, Any], Progress], str | None]

_log = logging.getLogger("engage.jobs")


class _Held:
    """A job that this process runs: tells how far it is, and hears whether it may go on."""

    def __init__(self, instance: Instance, job: Job, runner: str, stop: Event | None) -> None:
        self.instance, self.job, self.runner = instance, job, runner
        self._stop, self._over = stop, Event()
        self._progress = (job.done, job.total)
        self._sign = jobs.Sign(is_still_its=True, is_cancelled=False)
        self._written_at = 0.0
        self._beating = Thread(target=self._beat_on, name="job beats", daemon=True)
        self._beating.start()

    def tell(self, done: int, total: int) -> None:
        """Say how far the job is; what comes quicker than anybody reads is written down later."""
        self._progress = (done, total)
        if time.monotonic() - self._written_at >= STEP:
            self._written_at = time.monotonic()
            self._try_to_beat()
        if not self._sign.is_still_its:
            raise JobLost
        if self._sign.is_cancelled:
            raise JobCancelled
        if self._stop is not None and self._stop.is_set():
            raise JobStopped

    def let_go(self) -> None:
        """Give no more signs of life."""
        self._over.set()
        self._beating.join()

    def finish(self, state: str, *, message: str | None = None, file: str | None = None) -> None:
        """Write down how the job ended, however long the database is away."""

        def end() -> None:
            with self.instance.database.writing() as session:
                jobs.beat(session, self.job.id, self.runner, self._progress)
                now = self.instance.now()
                jobs.finish(session, self.job.id, self.runner, now, state=state, message=message, file=file)

        _however_often(end)
        _log.info("job ended", extra={"job": str(self.job.id), "kind": self.job.kind, "state": state})

    def waits_out(self, error: Exception) -> bool:
        """Wait where a fault is one of the moment and hand the job back; false where it is none, or lasts."""
        job = self.job
        if job.kind not in RESUMABLE or job.attempts > len(_PAUSES) or not is_passing(error):
            return False
        time.sleep(_PAUSES[job.attempts - 1])
        self.hand_back()
        return True

    def hand_back(self) -> None:
        """Let another process go on with the job."""

        def back() -> None:
            with self.instance.database.writing() as session:
                jobs.hand_back(session, self.job.id, self.runner)

        _however_often(back)

    def _beat_on(self) -> None:
        while not self._over.wait(BEAT):
            self._try_to_beat()

    def _try_to_beat(self) -> None:
        try:
            with self.instance.database.writing() as session:
                self._sign = jobs.beat(session, self.job.id, self.runner, self._progress)
        except Exception as error:  # noqa: BLE001 - the next sign may come through; the work goes on meanwhile
            _log.warning("no sign of life", extra={"job": str(self.job.id), "fault": type(error).__name__})


def run(instance: Instance, job_id: UUID, works: Mapping[str, Work], *, stop: Event | None = None) -> None:
    """Run a waiting job to its end, or one whose runner died; a fault is recorded and raised again if unforeseen.

    Whoever else is handed the same job finds it taken. When `stop` is set it is handed back at its next step.
    """
    runner = new_runner()
    with instance.database.writing() as session:
        job = jobs.get(session, job_id)
        if job is not None and job.state == "running" and is_dead(job.runner):
            take_up(session, job, instance.now())
        job = jobs.get(session, job_id) if jobs.claim(session, job_id, runner, instance.now()) else None
        interface = phrases.read_interface(session)
    if job is not None:
        with using(interface):
            _run_held(_Held(instance, job, runner, stop), works[job.kind])


def start_embedded(instance: Instance, works: Mapping[str, Work], stop: Event) -> Thread:
    """Start the threads that run jobs inside the web process, and that take up those a crash left behind."""
    start_sweeping(instance, stop)
    thread = Thread(target=_run_embedded, args=(instance, works, stop), name="jobs", daemon=True)
    thread.start()
    return thread


def _run_held(held: _Held, work: Work) -> None:
    """Do the work and write down how it ended."""
    try:
        file = work(held.instance, held.job.parameters, held.tell)
    except JobRefused as refusal:
        held.finish("failed", message=str(refusal))
    except JobCancelled:
        held.finish("cancelled")
    except JobLost:
        _log.warning("job lost to another runner", extra={"job": str(held.job.id), "kind": held.job.kind})
    except Exception as error:
        if not held.waits_out(error):
            is_full = isinstance(error, OSError) and error.errno == errno.ENOSPC
            held.finish("failed", message=NO_ROOM if is_full else FAULT)
        raise
    except BaseException as stopped:
        held.hand_back()
        if not isinstance(stopped, JobInterrupted):
            raise
    else:
        held.finish("done", file=file)
    finally:
        held.let_go()


def _run_embedded(instance: Instance, works: Mapping[str, Work], stop: Event) -> None:
    while not stop.is_set():
        try:
            with instance.database.reading() as session:
                waiting = jobs.in_state(session, "waiting")
            for job in waiting:
                if not stop.is_set():
                    _run_one(instance, job, works, stop)
        except Exception as error:  # noqa: BLE001 - the database may be away; the next look still comes
            _log.error("the jobs were not looked at: %s", type(error).__name__)
        instance.job_asked.wait(POLL)
        instance.job_asked.clear()


def _run_one(instance: Instance, job: Job, works: Mapping[str, Work], stop: Event) -> None:
    try:
        run(instance, job.id, works, stop=stop)
    except Exception as error:  # noqa: BLE001 - recorded with the job; the next job still runs
        names = {"job": str(job.id), "kind": job.kind, "fault": type(error).__name__}
        _log.error("job failed\n%s", where_it_failed(error), extra=names)


def _however_often(write: Callable[[], None]) -> None:
    """Write something down, again after a pause where the database is away. Raises what the last try did."""
    for wait in _TRIES[:-1]:
        time.sleep(wait)
        try:
            write()
        except Exception as error:  # noqa: BLE001 - tried again, at last outside of this
            _log.warning("the end of a job waits to be written down", extra={"fault": type(error).__name__})
        else:
            return
    time.sleep(_TRIES[-1])
    write()
