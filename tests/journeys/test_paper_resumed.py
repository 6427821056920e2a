"""Reading scans goes on where it broke off, whoever dies: the web process or a worker of the queue."""

import io
import os
import signal
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
from engage.jobs import Progress
from engage.questionnaire.definition import parse_definition
from engage.response.serials import response_id_of
from engage.staff.scanning import read_job, send_files
from engage.storage import jobs as stored_jobs
from engage.storage import responses, scans
from engage.storage.instance import Instance, utc_now
from engage.worker import WORKS
from questionnaire.tiny import a_document, a_question, options
from scanner import as_pdf, print_forms_of, scanned_pages

COPIES = 14
TICKS = {"consent": ["yes"], "age_band": ["25-34"], "assisted": ["none"], "about": ["a_bit"]}


class Killed(BaseException):
    """Stands for a process that is no more."""


@pytest.fixture
def place(tmp_path: Path) -> Instance:
    """Return an instance with a survey of one page."""
    instance = an_instance(tmp_path, now=utc_now)
    questions = a_question("age_band", "age_band"), a_question("about", options=options("a_lot", "a_bit", "not"))
    with_survey(instance, parse_definition(a_document(*questions, slug="small", code="small")))
    return instance


def scanned_heap(instance: Instance) -> tuple[bytes, tuple[str, ...], int]:
    """Return a scan of many forms, their serials and how many pages it has."""
    layout, serials, pdf = print_forms_of(instance, "small", COPIES)
    pages = [page for form in scanned_pages(pdf, layout, [TICKS] * COPIES) for page in form]
    return as_pdf(pages), serials, len(pages)


def ended(instance: Instance, job: UUID, seconds: float = 120.0) -> str:
    """Wait for the end of a job and return its state."""
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        with instance.database.reading() as session:
            found = stored_jobs.get(session, job)
        if found and found.state in ("done", "failed"):
            return found.state
        time.sleep(0.05)
    return "still running"


def pages_kept(instance: Instance, job: UUID) -> list[int]:
    with instance.database.reading() as session:
        [file] = scans.files_of_job(session, job)
        return [page.pdf_page for page in scans.pages_of_file(session, file.id)]


def how_many_stored(instance: Instance, serials: tuple[str, ...]) -> int:
    with instance.database.reading() as session:
        return sum(responses.get(session, response_id_of(serial)) is not None for serial in serials)


def test_after_a_crash_of_the_web_process_the_rest_is_read_and_nothing_twice(place: Instance) -> None:
    content, serials, count = scanned_heap(place)
    job = send_files(place, [("heap.pdf", io.BytesIO(content))], source="upload", by="test")

    def dies_at_the_fifth_page(instance: Instance, parameters: Mapping[str, Any], progress: Progress) -> None:
        def until_then(done: int, total: int) -> None:
            progress(done, total)
            if done == 5:
                raise Killed

        read_job(instance, parameters, until_then)

    with pytest.raises(Killed):
        jobs.run(place, job, {"paper.read": dies_at_the_fifth_page})
    assert pages_kept(place, job) == [1, 2, 3, 4, 5]
    stop = Event()
    thread = jobs.start_embedded(place, WORKS, stop)
    try:
        assert ended(place, job) == "done"
    finally:
        stop.set()
        place.job_asked.set()
        thread.join(10)
    assert pages_kept(place, job) == list(range(1, count + 1))
    assert how_many_stored(place, serials) == COPIES


def test_a_worker_that_is_killed_while_reading_leaves_the_rest_to_the_next(place: Instance, redis_url: str) -> None:
    content, serials, count = scanned_heap(place)
    queued = Instance(replace(place.settings, redis_url=redis_url), place.database, utc_now)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("ENGAGE_")} | {
        "ENGAGE_INSTANCE": str(place.settings.instance),
        "ENGAGE_DATABASE_URL": place.settings.database_url,
        "ENGAGE_REDIS_URL": redis_url,
    }
    engage = Path(sys.executable).with_name("engage")
    worker = subprocess.Popen([engage, "worker"], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        job = send_files(queued, [("heap.pdf", io.BytesIO(content))], source="upload", by="test")
        while len(pages_kept(queued, job)) < 3:
            assert worker.poll() is None
            time.sleep(0.01)
        os.kill(_at_work(worker.pid), signal.SIGKILL)
        before = len(pages_kept(queued, job))
        assert ended(queued, job) == "done"
    finally:
        worker.terminate()
        worker.wait(30)
    assert before < count
    assert pages_kept(queued, job) == list(range(1, count + 1))
    assert how_many_stored(queued, serials) == COPIES


def _at_work(worker: int) -> int:
    """Return the process in which the worker runs the job: the child that is no Python of multiprocessing."""
    children = Path(f"/proc/{worker}/task/{worker}/children").read_text(encoding="ascii").split()
    [found] = [pid for pid in children if b"multiprocessing" not in Path(f"/proc/{pid}/cmdline").read_bytes()]
    return int(found)
