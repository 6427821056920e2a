"""The commands that keep an instance safe: keys turned over, a backup tried and brought back, the log checked."""

import json
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import pytest
from click.testing import CliRunner, Result
from flask import Flask

from builders import a_door, a_submission
from engage.app import create_app
from engage.cli import commands
from engage.collection.receive import receive_submission
from engage.response.receipts import receipt_of
from engage.settings import KEY_NAMES, load_settings
from engage.storage.instance import Instance
from staffing import signed_in

#: Runs a command on the instance in a folder.
Run = Callable[..., Result]


@pytest.fixture
def run(surveyed: Instance, tmp_path: Path) -> Run:
    """Return what runs a command on the surveyed instance, or on one in another folder."""

    def command(*arguments: str, folder: Path | None = None) -> Result:
        url = "" if folder else surveyed.settings.database_url
        environ = {"ENGAGE_INSTANCE": str(folder or tmp_path), "ENGAGE_DATABASE_URL": url}
        return CliRunner().invoke(commands, arguments, env=environ)

    return command


def test_a_backup_comes_back_on_another_machine_with_its_keys_and_without_what_was_erased_since(
    surveyed: Instance, tmp_path: Path, run: Run
) -> None:
    before, document = a_submission(), a_submission()
    with surveyed.database.writing() as session:
        receive_submission(session, a_door(surveyed), before)
        receive_submission(session, a_door(surveyed), document)
    assert run("responses", "erase", receipt_of(UUID(before["response_id"]))).exit_code == 0
    for name in KEY_NAMES:
        assert run("keys", "rotate", name).exit_code == 0
    backup, copy, other = str(tmp_path / "day.backup"), tmp_path / "copy.json", tmp_path / "other"
    assert run("backup", backup).exit_code == 0
    assert "is there already" in run("backup", backup).output
    assert "each with its checksum" in run("backup", "verify", backup).output
    assert run("keys", "export", "--out", str(copy)).exit_code == 0
    assert run("responses", "erase", receipt_of(UUID(document["response_id"]))).exit_code == 0
    assert "key for backups, which is not here" in run("restore", backup, "--without-erasures", folder=other).output
    assert "in use" in run("keys", "import", str(copy)).output
    assert "no copy" in run("keys", "import", backup, folder=other).output
    assert run("keys", "import", str(copy), folder=other).exit_code == 0
    assert load_settings({"ENGAGE_INSTANCE": str(other)}).keys.receipts.newest == 2
    refused = run("restore", backup, folder=other)
    assert (refused.exit_code, "no list of erasures" in refused.output) == (1, True)
    listed, newest = surveyed.settings.erasure_list, tmp_path / "newest.txt"
    newest.write_text(listed.read_text().splitlines()[1] + "\n")
    restored = run("restore", backup, "--erasures", str(newest), folder=other)
    assert (restored.exit_code, "erased again: 1 responses" in restored.output) == (0, True)
    assert "lacks 1 that the backup knows of" in restored.output
    checked = run("audit", "verify", folder=other)
    assert (checked.exit_code, "Restored from a backup" in checked.output) == (0, True)
    assert "restored" in run("retention", folder=other).output
    assert "0 responses had come back" in run("retention", "erase-again", folder=other).output


def test_a_copy_of_the_log_is_checked_with_its_key_and_a_changed_one_is_not_whole(
    surveyed: Instance, tmp_path: Path, run: Run
) -> None:
    log, key = tmp_path / "log.jsonl", tmp_path / "key.json"
    assert run("audit", "export", "--out", str(log)).exit_code == 0
    assert run("audit", "key", "--out", str(key)).exit_code == 0
    assert list(json.loads(key.read_text())) == ["audit"]
    assert run("audit", "verify", str(log), "--key", str(key)).exit_code == 0
    log.write_text(log.read_text().replace("wave.open", "wave.closed"))
    changed = run("audit", "verify", str(log), "--key", str(key))
    assert (changed.exit_code, "was changed" in changed.output) == (1, True)


def test_how_long_a_survey_keeps_answers_is_said_in_days(surveyed: Instance, run: Run) -> None:
    said = run("retention", "set", "feeling-safe", "--answers", "730", "--words", "never").output
    assert said.strip() == "feeling-safe: answers 730 days, own words until somebody says, drawings 365 days"
    assert run("retention", "set", "feeling-safe", "--answers", "soon").exit_code == 2
    assert run("retention", "set", "nothing", "--answers", "1").exit_code == 1
    assert run("retention", "run").exit_code == 0


def test_whoever_is_signed_in_stays_so_when_the_key_of_cookies_is_turned_over(
    surveyed: Instance, app: Flask, run: Run
) -> None:
    cookie = signed_in(app, "admin").get_cookie("session")
    assert cookie is not None
    assert run("keys", "rotate", "cookies").exit_code == 0
    environ = {"ENGAGE_INSTANCE": str(surveyed.settings.instance)}
    later = create_app(Instance(load_settings(environ), surveyed.database, surveyed.now)).test_client()
    later.set_cookie("session", cookie.value)
    assert later.get("/staff/").status_code == 200
    later.set_cookie("session", f"{cookie.value}x")
    assert later.get("/staff/").status_code == 303
