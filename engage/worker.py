"""The job process: every kind of long work by its name, run by RQ or by the web process itself."""

import os
import time
from collections.abc import Mapping
from functools import cache
from multiprocessing import get_context
from threading import Event
from uuid import UUID

from redis import Redis
from rq import Queue, Worker

from engage import jobs
from engage.channels.sms.rounds import start_rounds
from engage.jobs import QUEUE, Work
from engage.settings import load_settings
from engage.staff.printing import print_job
from engage.staff.publishing import publish_job
from engage.storage.instance import Instance, open_instance

WORKS: Mapping[str, Work] = {
    "paper.print": print_job,
    "results.publish": publish_job,
}


def run_job(job_id: str) -> None:
    """Run a job that RQ hands to this process."""
    jobs.run(_instance(), UUID(job_id), WORKS)


def run_worker(redis_url: str) -> None:
    """Run jobs from the queue until the process is stopped, and beside it the rounds that send texts and word.

    The rounds go in a process of their own: RQ forks one for each job, which threads do not survive well.
    """
    rounds = get_context("spawn").Process(target=_go_rounds, args=(os.getpid(),), name="rounds", daemon=True)
    rounds.start()
    connection = Redis.from_url(redis_url)
    try:
        Worker([Queue(QUEUE, connection=connection)], connection=connection).work()
    finally:
        rounds.terminate()


def _go_rounds(parent: int) -> None:
    """Go the rounds as long as the worker lives."""
    stop = Event()
    start_rounds(_instance(), stop)
    while os.getppid() == parent:
        time.sleep(1)
    stop.set()


@cache
def _instance() -> Instance:
    return open_instance(load_settings(os.environ))
