"""The command that brings recordings in keeps what it can, names what it cannot, and ends with 1 where anything was."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from builders import OPENED, with_survey
from engage.cli import commands
from engage.collection.reference import prepare
from engage.settings import load_settings
from engage.storage import clips
from engage.storage.instance import Instance, open_instance
from sounds import a_wav


def run(*arguments: str) -> Result:
    return CliRunner().invoke(commands, arguments)


def opened(folder: Path) -> Instance:
    """Open the instance that the commands work on."""
    instance = open_instance(load_settings({"ENGAGE_INSTANCE": str(folder / "instance")}))
    OPENED.append(instance)
    return instance


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with one recording, beside an instance in which the library survey is open."""
    for name in ("ENGAGE_DATABASE_URL", "ENGAGE_REDIS_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("ENGAGE_INSTANCE", str(tmp_path / "instance"))
    instance = opened(tmp_path)
    prepare(instance)
    with_survey(instance)
    (tmp_path / "clips" / "so").mkdir(parents=True)
    (tmp_path / "clips" / "so" / "safe_day.text@easy_read.wav").write_bytes(a_wav())
    return tmp_path / "clips"


def kept(folder: Path) -> set[str]:
    with opened(folder.parent).database.reading() as session:
        return set(clips.of_language(session, "feeling-safe", "so"))


def test_a_folder_of_recordings_is_kept(folder: Path) -> None:
    done = run("survey", "clips", "import", "feeling-safe", str(folder))
    assert (done.exit_code, done.output) == (0, "recordings kept: 1\n")
    assert kept(folder) == {"safe_day.text@easy_read"}


def test_what_cannot_be_kept_is_named_and_the_rest_is_kept(folder: Path) -> None:
    (folder / "so" / "safe_day.hint@easy_read.mp3").write_bytes(b"no sound")
    done = run("survey", "clips", "import", "feeling-safe", str(folder))
    assert done.exit_code == 1
    assert "so/safe_day.hint@easy_read.mp3: This is not a sound" in done.output
    assert kept(folder) == {"safe_day.text@easy_read"}


def test_a_survey_that_is_not_there_and_an_empty_folder_are_refused(folder: Path, tmp_path: Path) -> None:
    assert run("survey", "clips", "import", "nothing", str(folder)).exit_code == 1
    (tmp_path / "empty").mkdir()
    assert run("survey", "clips", "import", "feeling-safe", str(tmp_path / "empty")).exit_code == 1
    assert run("survey", "clips", "import", "feeling-safe", str(tmp_path / "none")).exit_code == 2


def test_checking_a_survey_says_what_is_hard_to_read(tmp_path: Path) -> None:
    definition = """
format: engage-questionnaire/1
slug: hard
code: hard
styles: [standard, easy_read]
areas: [E06000018]
title: Local survey
consent: {statement: It is your choice.}
questions:
  - {id: one, type: note, text: Utilise this; it is good., picture: ok}
"""
    (tmp_path / "hard.yaml").write_text(definition, encoding="utf-8")
    said = run("survey", "check", str(tmp_path / "hard.yaml")).output
    assert "note: easy read, one (en, one.text): 'utilise'" in said
    assert "leave out ; (sign_hard)" in said
