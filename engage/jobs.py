"""Long work with progress: the same job functions, run by a thread of the web process or by RQ workers."""

import logging
import traceback
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from threading import Event, Thread
from typing import Any
from uuid import UUID, uuid4

from redis import Redis
from rq import Queue, Retry

from engage.phrases import using
from engage.storage import jobs, phrases
from engage.storage.instance import Instance
from engage.storage.jobs import Job

#: Name of the RQ queue, and the function its workers run.
QUEUE = "engage"
RUN = "engage.worker.run_job"
#: The longest a job may take under RQ.
LONGEST = timedelta(hours=6)
#: How often RQ hands out a job again whose worker died; only those in RESUMABLE then go on.
MOST_RESUMED = 3
#: Kinds of work that may be begun again after a crash: what was done goes on, or leaves nothing behind.
RESUMABLE = frozenset({"paper.print", "paper.read"})
#: Seconds after which the embedded worker looks again by itself.
POLL = 5.0

#: Says how far a job is: (done, total).
Progress = Callable[[int, int], None]
#: Does one kind of work with its parameters; returns the name of a file it made in `files_of`, or None.
Work = Callable[[Instance, Mapping[str, Any], Progress], str | None]

_log = logging.getLogger("engage.jobs")


class JobRefused(Exception):
    """Work that cannot be done as asked; the message is shown to whoever asked."""


def ask(instance: Instance, kind: str, parameters: Mapping[str, Any], *, by: str, job_id: UUID | None = None) -> UUID:
    """Store a job and start it; returns its id at once, the one given where somebody chose it before."""
    job = Job(job_id or uuid4(), kind, dict(parameters), by, instance.now())
    with instance.database.writing() as session:
        jobs.add(session, job)
    if instance.settings.redis_url:
        queue = Queue(QUEUE, connection=Redis.from_url(instance.settings.redis_url))
        queue.enqueue(RUN, str(job.id), job_timeout=int(LONGEST.total_seconds()), retry=Retry(max=MOST_RESUMED))
    instance.job_asked.set()
    return job.id


def run(instance: Instance, job_id: UUID, works: Mapping[str, Work], *, is_only_runner: bool = False) -> None:
    """Run a waiting job to its end; a fault is recorded with the job and raised again only if unforeseen.

    `is_only_runner` says that nobody else can be at it: one left running by a crash is then taken up again.
    """
    with instance.database.writing() as session:
        if is_only_runner:
            jobs.release(session, job_id, RESUMABLE)
        job = jobs.get(session, job_id) if jobs.claim(session, job_id) else None
        interface = phrases.read_interface(session)
    if job is None:
        return
    try:
        with using(interface):
            file = works[job.kind](instance, job.parameters, _progress(instance, job_id))
    except JobRefused as refusal:
        _finish(instance, job_id, "failed", message=str(refusal))
    except Exception:
        _finish(instance, job_id, "failed", message="a fault of the system; the log says more")
        raise
    else:
        _finish(instance, job_id, "done", file=file)


def start_embedded(instance: Instance, works: Mapping[str, Work], stop: Event) -> Thread:
    """Start the thread that runs jobs inside the web process, beginning with those a crash left behind."""
    with instance.database.writing() as session:
        jobs.wait_again(session)
    thread = Thread(target=_run_embedded, args=(instance, works, stop), name="jobs", daemon=True)
    thread.start()
    return thread


def files_of(instance: Instance) -> Path:
    """Return the folder in which jobs leave the files they make."""
    folder = instance.settings.instance / "files"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def where_it_failed(error: Exception) -> str:
    """Return the lines of code a fault went through, without its message: that could quote an answer."""
    return "".join(traceback.format_tb(error.__traceback__))


def _run_embedded(instance: Instance, works: Mapping[str, Work], stop: Event) -> None:
    while not stop.is_set():
        instance.job_asked.wait(POLL)
        instance.job_asked.clear()
        with instance.database.reading() as session:
            waiting = jobs.waiting(session)
        for job in waiting:
            try:
                run(instance, job.id, works)
            except Exception as error:  # noqa: BLE001 - recorded with the job; the next job still runs
                _log.error(
                    "job %s of kind %s failed: %s\n%s", job.id, job.kind, type(error).__name__, where_it_failed(error)
                )


def _progress(instance: Instance, job_id: UUID) -> Progress:
    def report(done: int, total: int) -> None:
        with instance.database.writing() as session:
            jobs.set_progress(session, job_id, done, total)

    return report


def _finish(
    instance: Instance, job_id: UUID, state: str, *, message: str | None = None, file: str | None = None
) -> None:
    with instance.database.writing() as session:
        jobs.finish(session, job_id, state=state, message=message, file=file)
