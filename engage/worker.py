"""The job process: every kind of long work by its name, run by RQ or by the web process itself."""

import os
from collections.abc import Mapping
from functools import cache
from uuid import UUID

from redis import Redis
from rq import Queue, Worker

from engage import jobs
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
    """Run jobs from the queue until the process is stopped."""
    connection = Redis.from_url(redis_url)
    Worker([Queue(QUEUE, connection=connection)], connection=connection).work()


@cache
def _instance() -> Instance:
    return open_instance(load_settings(os.environ))
