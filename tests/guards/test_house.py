"""Rules of the house that no linter knows."""

import re
from pathlib import Path

import click

from engage.channels.sms.answers import _READERS as SMS_READERS
from engage.questionnaire.model import ENVELOPE_TYPES, QuestionType
from engage.response.answers import _READERS as ANSWER_READERS
from engage.settings import VARIABLES

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
SOURCES = [path for path in ROOT.glob("engage/**/*.py") if "versions" not in path.parts]

#: Styles, handlers and scripts that stand in a page itself; JSON is no script.
INLINE = r"<style|(?<![\w-])style=\"|\bon[a-z]+=\"|<script(?![^>]*\b(?:src=|type=\"application/json\"))"


def test_every_setting_stands_in_the_readme() -> None:
    assert [name for name in VARIABLES if f"`{name}`" not in README] == []


def test_every_command_stands_in_the_readme() -> None:
    from engage.cli import commands

    missing = []
    context = click.Context(commands)
    assert len(commands.list_commands(context)) > 10
    for name in commands.list_commands(context):
        command = commands.get_command(context, name)
        missing += [name] if f"engage {name}" not in README else []
        for below in getattr(command, "commands", {}):
            missing += [f"{name} {below}"] if f"`{below}" not in README and f"{name} {below}" not in README else []
    assert missing == []


def test_every_module_says_what_it_does() -> None:
    assert [str(path) for path in SOURCES if not path.read_text(encoding="utf-8").startswith('"""')] == []


def test_no_module_is_a_lumber_room() -> None:
    names = {"utils", "helpers", "common", "misc", "manager", "handler", "util", "helper"}
    assert [str(path) for path in SOURCES if path.stem in names] == []
    long = [str(path) for path in SOURCES if len(path.read_text(encoding="utf-8").splitlines()) > 350]
    assert long == []


def test_every_question_type_is_read_by_every_channel() -> None:
    assert set(ANSWER_READERS) == set(QuestionType)
    asked_by_text = set(QuestionType) - {QuestionType.NOTE, QuestionType.AGE_BAND, QuestionType.HOME_DISTRICT}
    assert asked_by_text - {QuestionType.AREA} <= set(SMS_READERS) | ENVELOPE_TYPES


def test_nothing_names_a_machine_path_or_is_left_undone() -> None:
    suspicious = re.compile(r"\bTODO\b|\bFIXME\b|\bXXX\b|/work/|/root/|NotImplementedError")
    found = [
        f"{path.relative_to(ROOT)}: {line}"
        for path in [*SOURCES, *ROOT.glob("scripts/*"), ROOT / "README.md", *ROOT.glob("engage/**/*.html")]
        if path.is_file()
        for line in path.read_text(encoding="utf-8").splitlines()
        if suspicious.search(line)
    ]
    assert found == []


def test_pages_bring_nothing_from_elsewhere_and_nothing_inline() -> None:
    for path in ROOT.glob("engage/**/*.html"):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r'(?:src|href)="https?://', text), path
        assert not re.search(INLINE, text), path
