"""Jobs: the same work embedded and by an RQ worker on a real Redis, with progress kept in the database."""

import os
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from threading import Event
from typing import Any
from uuid import UUID

import pytest

from builders import an_instance, with_survey
from engage import jobs
from engage.jobs import JobRefused, Progress, ask, files_of, run, start_embedded
from engage.storage import jobs as stored
from engage.storage.instance import Instance, utc_now


def count_to_three(_instance: Instance, parameters: Mapping[str, Any], progress: Progress) -> str | None:
    if parameters.get("refused"):
        raise JobRefused("not like this")
    if parameters.get("broken"):
        raise ZeroDivisionError
    for done in range(3):
        progress(done + 1, 3)
    return "three.txt"


WORKS = {"count": count_to_three}


def job(instance: Instance, job_id: UUID) -> stored.Job:
    with instance.database.reading() as session:
        found = stored.get(session, job_id)
    assert found is not None
    return found


def wait_for(instance: Instance, job_id: UUID, seconds: float = 60.0) -> stored.Job:
    ends = time.monotonic() + seconds
    while (found := job(instance, job_id)).state in ("waiting", "running") and time.monotonic() < ends:
        time.sleep(0.05)
    return found


def test_a_job_runs_in_the_web_process_and_says_how_far_it_is(instance: Instance) -> None:
    stop = Event()
    thread = start_embedded(instance, WORKS, stop)
    done = wait_for(instance, ask(instance, "count", {}, by="test"))
    assert (done.state, done.done, done.total, done.file) == ("done", 3, 3, "three.txt")
    refused = wait_for(instance, ask(instance, "count", {"refused": True}, by="test"))
    assert (refused.state, refused.message) == ("failed", "not like this")
    broken = wait_for(instance, ask(instance, "count", {"broken": True}, by="test"))
    assert broken.state == "failed"
    assert "division" not in (broken.message or "")
    assert wait_for(instance, ask(instance, "count", {}, by="test")).state == "done"
    stop.set()
    instance.job_asked.set()
    thread.join(10)


def test_a_job_is_run_once_however_often_it_is_handed_out(instance: Instance) -> None:
    job_id = ask(instance, "count", {}, by="test")
    run(instance, job_id, WORKS)
    run(instance, job_id, {"count": lambda *_: pytest.fail("ran twice")})
    assert job(instance, job_id).state == "done"


def test_a_job_that_a_crash_left_behind_is_run_again(instance: Instance) -> None:
    job_id = ask(instance, "count", {}, by="test")
    with instance.database.writing() as session:
        stored.claim(session, job_id)
    stop = Event()
    thread = start_embedded(instance, WORKS, stop)
    assert wait_for(instance, job_id).state == "done"
    stop.set()
    instance.job_asked.set()
    thread.join(10)


def test_a_worker_on_redis_prints_forms(tmp_path: Path, redis_url: str) -> None:
    instance = an_instance(tmp_path, now=utc_now)
    with_survey(instance)
    settings = instance.settings
    environment = {name: value for name, value in os.environ.items() if not name.startswith("ENGAGE_")} | {
        "ENGAGE_INSTANCE": str(settings.instance),
        "ENGAGE_DATABASE_URL": settings.database_url,
        "ENGAGE_REDIS_URL": redis_url,
    }
    queued = Instance(replace(settings, redis_url=redis_url), instance.database, utc_now)
    parameters = {"survey": "feeling-safe", "language": "en", "style": "standard", "area": None, "count": 2}
    job_id = ask(queued, "paper.print", parameters | {"by": "test"}, by="test")
    engage = Path(sys.executable).with_name("engage")
    worker = subprocess.Popen([engage, "worker"], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        done = wait_for(queued, job_id)
    finally:
        worker.terminate()
        worker.wait(20)
    assert (done.state, done.done, done.total, done.message) == ("done", 2, 2, None)
    assert (files_of(queued) / (done.file or "")).read_bytes().startswith(b"%PDF")
    instance.database.close()


def test_the_queue_runs_the_function_that_stands_there() -> None:
    module, _, name = jobs.RUN.rpartition(".")
    assert callable(getattr(__import__(module, fromlist=[name]), name))
