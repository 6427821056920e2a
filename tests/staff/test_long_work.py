"""Long work as people follow it: on the page one's own, to an admin everybody's; and in the terminal."""

import sys
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from click.testing import CliRunner, Result
from flask import Flask

from builders import NOW, WAVE
from engage import jobs as works
from engage.cli import commands
from engage.cli.progress import show_progress
from engage.staff.printing import print_job
from engage.storage import batches, jobs
from engage.storage.instance import Instance
from engage.storage.jobs import Job
from staffing import an_email, post, signed_in, text_of


def a_job(instance: Instance, by: str, **fields: Any) -> Job:
    job = Job(uuid4(), fields.pop("kind", "paper.print"), fields.pop("parameters", {}), by, NOW, **fields)
    with instance.database.writing() as session:
        jobs.add(session, job)
    return job


def state_of(instance: Instance, job: Job) -> str:
    with instance.database.reading() as session:
        found = jobs.get(session, job.id)
    assert found is not None
    return found.state


def test_everybody_sees_and_stops_their_own_and_an_admin_everybodys(surveyed: Instance, app: Flask) -> None:
    coordinator, admin = signed_in(app, "coordinator"), signed_in(app, "admin")
    own = a_job(surveyed, an_email("coordinator"), state="running", done=1, total=4, runner="elsewhere|1|0|a")
    others = a_job(surveyed, "somebody@example.org")
    assert "under way, 1 of 4" in (page := text_of(coordinator.get("/staff/jobs")))
    assert "waiting to start" not in page
    assert "by somebody@example.org" in text_of(admin.get("/staff/jobs"))
    assert "Cancel this work" not in text_of(coordinator.get(f"/staff/jobs/{others.id}"))
    assert post(coordinator, f"/staff/jobs/{others.id}/cancel").status_code == 403
    assert post(coordinator, f"/staff/jobs/{own.id}/cancel").status_code == 303
    assert "Being cancelled: 1 of 4" in text_of(coordinator.get(f"/staff/jobs/{own.id}"))
    assert post(admin, f"/staff/jobs/{others.id}/cancel").status_code == 303
    assert state_of(surveyed, others) == "cancelled"
    assert "Nothing half made was kept" in text_of(admin.get(f"/staff/jobs/{others.id}"))
    assert post(admin, f"/staff/jobs/{others.id}/retry").status_code == 303
    assert state_of(surveyed, others) == "waiting"


def test_a_job_is_followed_cancelled_and_asked_for_again_in_the_terminal(surveyed: Instance, tmp_path: Path) -> None:
    def engage(*arguments: str) -> Result:
        environ = {"ENGAGE_INSTANCE": str(tmp_path), "ENGAGE_DATABASE_URL": surveyed.settings.database_url}
        return CliRunner().invoke(commands, ["jobs", *arguments], env=environ)

    job = a_job(surveyed, "somebody")
    begin = str(job.id)[:8]
    assert f"{job.id}  paper.print" in engage().output
    assert "cancelled" in engage("cancel", begin).output
    assert (watched := engage("watch", begin)).exit_code == 1
    assert "The job was cancelled" in watched.output
    assert engage("cancel", begin).exit_code == 1
    assert "waiting" in engage("retry", begin).output
    assert engage("retry", begin).exit_code == 1
    with surveyed.database.writing() as session:
        jobs.claim(session, job.id, "a|1|0|b", NOW)
        jobs.beat(session, job.id, "a|1|0|b", (4, 4))
        jobs.finish(session, job.id, "a|1|0|b", NOW, state="done")
    assert f"[{'#' * 40}] 4/4 done" in engage("watch", str(job.id)).output
    assert engage("watch", "0123").exit_code == 1


def test_a_print_run_that_was_recorded_before_its_worker_died_is_not_printed_again(
    surveyed: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    job_id = uuid4()
    order = {"survey": "feeling-safe", "language": "en", "style": "standard", "area": None, "count": 1, "by": "test"}
    parameters = order | {"wave": WAVE, "job": str(job_id)}
    name = print_job(surveyed, parameters, lambda _done, _total: None)
    assert print_job(surveyed, parameters, lambda _done, _total: pytest.fail("printed twice")) == name
    (works.files_of(surveyed) / name).unlink()
    with pytest.raises(works.JobRefused, match="no longer there"):
        print_job(surveyed, parameters, lambda _done, _total: None)
    with surveyed.database.reading() as session:
        assert len(batches.list_of(session, "feeling-safe")) == 1


def test_a_fault_of_the_moment_is_waited_out_and_one_that_lasts_is_told(
    surveyed: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engage.jobs.running._PAUSES", (0, 0))
    job = a_job(surveyed, "somebody", kind="results.summaries")
    for state in ("waiting", "waiting", "failed"):
        with pytest.raises(OSError, match="room"):
            works.run(surveyed, job.id, {"results.summaries": _no_room})
        assert state_of(surveyed, job) == state
    with surveyed.database.reading() as session:
        assert jobs.get(session, job.id).message == "there is no room left on the disk"


def _no_room(*_: object) -> None:
    raise OSError(28, "no room")


def test_a_command_draws_a_bar_for_whoever_looks_on(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    show_progress(1, 4)
    assert capsys.readouterr().err == ""
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    show_progress(1, 4)
    show_progress(4, 4)
    assert capsys.readouterr().err == f"\r\x1b[K[{'#' * 10}{'.' * 30}] 1/4\r\x1b[K[{'#' * 40}] 4/4\n"
