"""Asks for jobs, takes them back and asks again; the database knows every job, Redis only brings word of it."""

import logging
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from redis import Redis, RedisError
from rq import Queue, Retry

from engage.storage import jobs
from engage.storage.instance import Instance
from engage.storage.jobs import Job

#: Name of the RQ queue, and the function its workers run.
QUEUE = "engage"
RUN = "engage.worker.run_job"
#: The longest a job may take under RQ.
LONGEST = timedelta(hours=6)
#: How often RQ hands out a job again whose worker died.
MOST_HANDED_OUT = 3
#: Seconds that whoever asks for a job waits for Redis.
_PATIENCE = 5

_log = logging.getLogger("engage.jobs")


def ask(instance: Instance, kind: str, parameters: Mapping[str, Any], *, by: str, job_id: UUID | None = None) -> UUID:
    """Store a job and start it; returns its id at once, the one given where somebody chose it before."""
    job = Job(job_id or uuid4(), kind, dict(parameters), by, instance.now())
    with instance.database.writing() as session:
        jobs.add(session, job)
    send_word(instance, job.id)
    return job.id


def cancel(instance: Instance, job_id: UUID) -> bool:
    """Stop a job: at once where it waits, at its next step where it runs. False when it is over already."""
    with instance.database.writing() as session:
        return jobs.ask_to_cancel(session, job_id, instance.now())


def retry(instance: Instance, job_id: UUID) -> bool:
    """Begin a job anew that failed or was cancelled. False when it is neither."""
    with instance.database.writing() as session:
        is_waiting = jobs.wait_again(session, job_id)
    if is_waiting:
        send_word(instance, job_id)
    return is_waiting


def send_word(instance: Instance, job_id: UUID) -> None:
    """Tell whoever runs jobs that one waits. Where Redis is away, the sweeper tells them later."""
    instance.job_asked.set()
    if not instance.settings.redis_url:
        return
    try:
        put_in_queue(queue_of(instance.settings.redis_url), job_id)
    except RedisError as error:
        _log.warning("job waits for the queue", extra={"job": str(job_id), "fault": type(error).__name__})


def put_in_queue(queue: Queue, job_id: UUID) -> None:
    """Put word of a job into the queue, under the job's own id: it is never there twice under two."""
    seconds = int(LONGEST.total_seconds())
    queue.enqueue(RUN, str(job_id), job_id=str(job_id), job_timeout=seconds, retry=Retry(max=MOST_HANDED_OUT))


def queue_of(redis_url: str) -> Queue:
    """Return the queue on a Redis."""
    return Queue(
        QUEUE, connection=Redis.from_url(redis_url, socket_timeout=_PATIENCE, socket_connect_timeout=_PATIENCE)
    )


def is_waiting_in(queue: Queue) -> set[str]:
    """Return the ids of the jobs that the queue holds word of."""
    return set(queue.get_job_ids())
