"""Files that take long are made as jobs: asked for on their page, fetched by whoever may make them, made once."""

import io
import os
import time
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient
from openpyxl import load_workbook
from rq import SimpleWorker

from builders import WAVE
from engage import jobs
from engage.app import create_app
from engage.collection.scan_files import folder_of, remove_unknown
from engage.jobs import QUEUE, JobCancelled, Sweeper, ask, files_of, queue_of
from engage.jobs.runners import new_runner
from engage.reporting.microdata import HANDED_OUT, Handout
from engage.staff.exporting import ExportOrder, export_job
from engage.storage import audit
from engage.storage import jobs as stored
from engage.storage.instance import Instance
from engage.worker import WORKS
from reporting.answered import DISTRICT, FORCE, SURVEY, a_released_instance, safe_day
from staffing import an_email, post, signed_in, text_of

EXPORT = asdict(ExportOrder(SURVEY, WAVE, FORCE, "district", "safe_day", "xlsx", "0a1b2c3d-none"))
ROWS = asdict(Handout(SURVEY, WAVE, "jsonl", "weights for the needs assessment"))


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    """Return an instance with one published wave."""
    instance = a_released_instance(tmp_path_factory.mktemp("files"), safe_day(37, 13, 11))
    yield instance
    instance.database.close()


@pytest.fixture(scope="module")
def admin(released: Instance) -> FlaskClient:
    """Return somebody who may take everything."""
    return signed_in(create_app(released), "admin")


def made_by(instance: Instance, client: FlaskClient, page: str, form: dict[str, str]) -> str:
    """Ask for a file, let its job run and return the job's page."""
    asked = post(client, page, form)
    assert asked.status_code == 303
    at = asked.headers["Location"]
    jobs.run(instance, UUID(at.rpartition("/")[2]), WORKS)
    return at


def fetched(client: FlaskClient, at: str) -> bytes:
    """Return the file that a job made."""
    with client.get(f"{at}/file") as file:
        assert (file.status_code, file.headers["Cache-Control"]) == (200, "no-store")
        return file.data


def test_tables_that_take_long_are_made_as_a_job_and_fetched_by_those_who_reach_their_area(
    released: Instance, admin: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = {"survey": SURVEY, "wave": WAVE, "area": "", "by": "district", "question": "safe_day"}
    assert admin.get("/staff/results/file", query_string=asked | {"format": "xlsx"}).status_code == 200
    assert "takes a while" not in text_of(admin.get("/staff/results", query_string=asked))

    monkeypatch.setattr("engage.reporting.exports.LONGEST_WAIT", 0)
    led_to = admin.get("/staff/results/file", query_string=asked | {"format": "xlsx"})
    assert led_to.status_code == 303
    assert "This much takes a while: Make the XLSX Make the PDF Make the DOCX" in text_of(
        admin.get(led_to.headers["Location"])
    )
    at = made_by(released, admin, "/staff/results/file", asked | {"format": "xlsx"})
    assert "Writing results as a file Done" in text_of(admin.get(at))
    sheet = load_workbook(io.BytesIO(fetched(admin, at)))["results"]
    heads, *rows = sheet.iter_rows(values_only=True)
    assert {row[heads.index("question")] for row in rows} == {"safe_day"}
    assert DISTRICT in {row[heads.index("row")] for row in rows}
    assert signed_in(create_app(released), "coordinator").get(f"{at}/file").status_code == 404
    assert post(admin, "/staff/results/file", asked | {"format": "exe"}).status_code == 404


def test_rows_lie_sealed_for_whoever_is_on_record_for_them_and_for_an_hour(
    released: Instance, admin: FlaskClient
) -> None:
    form = {"wave": f"{SURVEY}/{WAVE}", "form": "jsonl", "areas": "district"}
    assert "say what it is for" in text_of(post(admin, "/staff/raw-data", form | {"reason": "no"}))
    at = made_by(released, admin, "/staff/raw-data", form | {"reason": "weights for the needs assessment"})
    assert "Only you can fetch it" in text_of(admin.get(at))
    assert fetched(admin, at).count(b"\n") == 61
    with released.database.reading() as session:
        job = stored.get(session, UUID(at.rpartition("/")[2]))
        [line] = audit.last_of(session, HANDED_OUT, 1)
    assert job is not None and job.file is not None
    assert (line.actor, line.detail["rows"], line.detail["format"]) == (an_email("admin"), 61, "jsonl")
    assert not (files_of(released) / job.file).exists()
    assert b"safe_day" not in (folder_of(released.settings) / job.file).read_bytes()

    others = replace(job, id=uuid4(), asked_by="somebody@example.org")
    with released.database.writing() as session:
        stored.add(session, others)
    assert "Fetch the file" not in text_of(admin.get(f"/staff/jobs/{others.id}"))
    assert admin.get(f"/staff/jobs/{others.id}/file").status_code == 404
    an_hour_ago = time.time() - 3601
    os.utime(folder_of(released.settings) / job.file, (an_hour_ago, an_hour_ago))
    remove_unknown(released.settings, ())
    assert admin.get(f"{at}/file").status_code == 404


def test_a_workbook_that_nobody_wants_any_more_leaves_nothing_on_disk(
    released: Instance, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))

    def stop(_done: int, _total: int) -> None:
        raise JobCancelled

    before = list(files_of(released).iterdir())
    with pytest.raises(JobCancelled):
        export_job(released, EXPORT, stop)
    assert (list(tmp_path.iterdir()), list(files_of(released).iterdir())) == ([], before)


@pytest.mark.parametrize(
    ("kind", "parameters"),
    [
        ("results.export", EXPORT),
        ("responses.export", {**ROWS, "job": "0a1b2c3d-none", "by": "test"}),
        ("audit.check", {}),
    ],
)
def test_a_file_whose_worker_was_killed_is_made_by_the_next_one_and_there_is_one_of_it(
    released: Instance, redis_url: str, monkeypatch: pytest.MonkeyPatch, kind: str, parameters: dict[str, Any]
) -> None:
    queued = Instance(replace(released.settings, redis_url=redis_url), released.database, released.now)
    monkeypatch.setattr("engage.worker._instance", lambda: queued)
    queue, job_id = queue_of(redis_url), ask(queued, kind, parameters, by="test")
    WORKS[kind](queued, parameters, lambda _done, _total: None)  # died behind its file, before it could say so
    with released.database.writing() as session:
        machine = new_runner().split("|")[0]
        assert stored.claim(session, job_id, f"{machine}|999999999|17|ab", released.now())
    queue.connection.flushall()
    sweeper = Sweeper(queued)
    for _ in range(3):
        sweeper.sweep()
    SimpleWorker([QUEUE], connection=queue.connection).work(burst=True)
    with released.database.reading() as session:
        done = stored.get(session, job_id)
    assert done is not None
    assert (done.state, done.attempts, done.message) == ("done", 2, None)
    folder = folder_of(released.settings) if kind == "responses.export" else files_of(released)
    there = [path.name for path in folder.glob(f"*0a1b2c3d{Path(done.file or '').suffix}*")]
    assert done.file is None or there == [done.file]
