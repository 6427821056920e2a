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
from engage.jobs import (
    JobRefused,
    Progress,
    Sweeper,
    ask,
    cancel,
    files_of,
    making,
    queue_of,
    retry,
    run,
    start_embedded,
)
from engage.jobs.runners import new_runner
from engage.jobs.sweeping import DIED_TOO_OFTEN, MOST_ATTEMPTS, NOT_RESUMED
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


#: The second kind is one that is begun again after a crash.
WORKS = {"count": count_to_three, "paper.read": count_to_three}
#: A run of a job by a process of this machine that is no more.
A_DEAD_RUNNER = "|".join([new_runner().split("|")[0], "999999999", "17", "ab"])


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


def test_of_jobs_that_a_crash_left_behind_only_those_that_can_go_on_do(instance: Instance) -> None:
    goes_on, begun, cancelled = (ask(instance, kind, {}, by="test") for kind in ("paper.read", "count", "paper.read"))
    with instance.database.writing() as session:
        for job_id in (goes_on, begun, cancelled):
            stored.claim(session, job_id, A_DEAD_RUNNER, instance.now())
        stored.ask_to_cancel(session, cancelled, instance.now())
    stop = Event()
    thread = start_embedded(instance, WORKS, stop)
    assert wait_for(instance, goes_on).state == "done"
    assert wait_for(instance, begun).message == NOT_RESUMED
    assert wait_for(instance, cancelled).state == "cancelled"
    stop.set()
    instance.job_asked.set()
    thread.join(10)


def test_a_runner_without_a_sign_of_life_loses_its_job_and_writes_nothing_more(instance: Instance) -> None:
    job_id, sweeper = ask(instance, "paper.read", {}, by="test"), Sweeper(instance, lease=0)

    def goes_silent(_instance: Instance, _parameters: Mapping[str, Any], progress: Progress) -> str:
        progress(1, 3)
        sweeper.sweep()
        time.sleep(0.01)
        sweeper.sweep()
        assert job(instance, job_id).state == "waiting"
        run(instance, job_id, WORKS)
        time.sleep(0.31)
        progress(2, 3)
        return pytest.fail("went on with a job that another runner had done")

    run(instance, job_id, {"paper.read": goes_silent})
    done = job(instance, job_id)
    assert (done.state, done.file, done.attempts) == ("done", "three.txt", 2)


def test_a_job_that_kills_every_worker_is_given_up(instance: Instance) -> None:
    job_id = ask(instance, "paper.read", {}, by="test")
    for _ in range(MOST_ATTEMPTS):
        with instance.database.writing() as session:
            assert stored.claim(session, job_id, A_DEAD_RUNNER, instance.now())
        Sweeper(instance).sweep()
    assert job(instance, job_id).message == DIED_TOO_OFTEN.format(count=MOST_ATTEMPTS)


def test_a_cancelled_job_stops_at_its_next_step_keeps_no_half_file_and_can_be_asked_for_again(
    instance: Instance,
) -> None:
    def writes(instance: Instance, _parameters: Mapping[str, Any], progress: Progress) -> str:
        with making(instance, "three.txt") as file:
            file.write(b"one")
            cancel(instance, job_id)
            time.sleep(0.31)
            progress(1, 3)
        return "three.txt"

    job_id = ask(instance, "count", {}, by="test")
    run(instance, job_id, {"count": writes})
    assert (job(instance, job_id).state, list(files_of(instance).iterdir())) == ("cancelled", [])
    assert not cancel(instance, job_id)
    assert retry(instance, job_id)
    run(instance, job_id, WORKS)
    assert (job(instance, job_id).state, job(instance, job_id).done) == ("done", 3)
    assert not retry(instance, job_id)


def test_a_process_that_stops_hands_its_job_back_and_one_that_waits_is_cancelled_at_once(instance: Instance) -> None:
    stop = Event()
    job_id = ask(instance, "count", {}, by="test")
    stop.set()
    run(instance, job_id, WORKS, stop=stop)
    assert job(instance, job_id).state == "waiting"
    assert cancel(instance, job_id)
    assert job(instance, job_id).state == "cancelled"


def test_jobs_outlive_a_redis_that_is_emptied_or_away(instance: Instance, redis_url: str) -> None:
    away = Instance(replace(instance.settings, redis_url="redis://127.0.0.1:1/0"), instance.database, instance.now)
    asked_without = ask(away, "count", {}, by="test")
    queued = Instance(replace(instance.settings, redis_url=redis_url), instance.database, instance.now)
    queue, asked_before = queue_of(redis_url), ask(queued, "count", {}, by="test")
    queue.connection.flushall()
    sweeper = Sweeper(queued)
    for _ in range(3):
        sweeper.sweep()
    assert sorted(queue.get_job_ids()) == sorted(map(str, (asked_without, asked_before)))
    queue.empty()


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
