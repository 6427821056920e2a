"""The job process: every kind of long work by its name, run by RQ or by the web process itself."""

import logging
import os
import time
from collections.abc import Mapping
from functools import cache
from multiprocessing import get_context
from threading import Event
from uuid import UUID

from redis import Redis, RedisError
from rq import Queue, Worker

from engage import jobs
from engage.channels.sms.rounds import start_rounds
from engage.housekeeping import start_housekeeping
from engage.jobs import QUEUE, Work, start_sweeping
from engage.logs import log_as_told
from engage.settings import load_settings
from engage.staff.audit_check import check_job
from engage.staff.exporting import export_job
from engage.staff.past_waves import past_job
from engage.staff.printing import print_job
from engage.staff.publishing import publish_job
from engage.staff.row_files import rows_job
from engage.staff.scanning import read_job
from engage.staff.summarising import summaries_job
from engage.storage.instance import Instance, open_instance

#: Seconds after which a worker looks again for jobs whose worker has died.
LOOKED_AFTER = 60
#: Seconds until a worker whose queue went away looks for it again.
AGAIN_AFTER = 2.0
#: Seconds that RQ stops waiting for a job before its time to live is over.
_RQ_MARGIN = 15

_log = logging.getLogger("engage.jobs")

WORKS: Mapping[str, Work] = {
    "audit.check": check_job,
    "past.import": past_job,
    "paper.print": print_job,
    "paper.read": read_job,
    "responses.export": rows_job,
    "results.export": export_job,
    "results.publish": publish_job,
    "results.summaries": summaries_job,
}


def run_job(job_id: str) -> None:
    """Run a job that RQ hands to this process; one that another process runs is left to it."""
    jobs.run(_instance(), UUID(job_id), WORKS)


def run_worker(redis_url: str) -> None:
    """Run jobs from the queue until the process is stopped, beside it the rounds that send texts and keep house.

    The rounds go in a process of their own: RQ forks one for each job, which threads do not survive well.
    """
    log_as_told(serves=True)
    rounds = get_context("spawn").Process(target=_go_rounds, args=(os.getpid(),), name="rounds", daemon=True)
    rounds.start()
    try:
        while not _has_worked(redis_url):
            time.sleep(AGAIN_AFTER)
    finally:
        rounds.terminate()


def _has_worked(redis_url: str) -> bool:
    """Run jobs until the process is asked to end; false where Redis went away in the middle of one."""
    connection = Redis.from_url(redis_url)
    # A worker that waits for jobs looks around only when its own time to live runs out.
    worker_ttl = LOOKED_AFTER + _RQ_MARGIN
    try:
        queues = [Queue(QUEUE, connection=connection)]
        Worker(queues, connection=connection, maintenance_interval=LOOKED_AFTER, worker_ttl=worker_ttl).work()
    except RedisError as error:
        _log.warning("the queue is away", extra={"fault": type(error).__name__})
        return False
    return True


def _go_rounds(parent: int) -> None:
    """Go the rounds as long as the worker lives."""
    log_as_told(serves=True)
    stop = Event()
    start_rounds(_instance(), stop)
    start_housekeeping(_instance(), stop)
    start_sweeping(_instance(), stop)
    while os.getppid() == parent:
        time.sleep(1)
    stop.set()


@cache
def _instance() -> Instance:
    return open_instance(load_settings(os.environ))
