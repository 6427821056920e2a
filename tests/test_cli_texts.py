"""Texts from the command line: nothing opens without somebody on duty, secrets once, missed texts fetched."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from builders import an_instance, with_survey
from engage.cli import commands
from engage.storage import outbox, texts
from engage.storage.instance import Instance, utc_now
from engage.storage.texts import TextChannel
from gateways import OURS, SmsGate, running
from staffing import an_email, with_person


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Instance:
    """Return an instance that commands find."""
    monkeypatch.setenv("ENGAGE_INSTANCE", str(tmp_path))
    made = an_instance(tmp_path)
    monkeypatch.setenv("ENGAGE_DATABASE_URL", made.settings.database_url)
    with_survey(made)
    with_person(made, "coordinator")
    return made


def run(*words: str, **more: Any) -> Result:
    return CliRunner().invoke(commands, list(words), **more)


def put_on_duty() -> Result:
    return run("text", "duty", "feeling-safe", "--email", an_email("coordinator"), "--name", "Amina")


def known(instance: Instance) -> list[TextChannel]:
    with instance.database.reading() as session:
        return texts.list_channels(session)


def test_a_channel_opens_once_somebody_is_on_duty(here: Instance) -> None:
    refused = run("text", "channel", "add", "smsgate", "--survey", "feeling-safe")
    assert refused.exit_code == 1 and "nobody is on duty" in refused.output
    assert known(here) == []
    assert put_on_duty().exit_code == 0
    made = run("text", "channel", "add", "smsgate", "--survey", "feeling-safe", "--number", OURS)
    assert made.exit_code == 0, made.output
    (channel,) = known(here)
    assert f"webhook: {here.settings.public_url}/sms/smsgate/{channel.id}" in made.output
    assert "Turn RCS off on the phone" in made.output
    secret = made.output.partition("secret:")[2].split()[0]
    listed = run("text", "channel", "list")
    assert str(channel.id) in listed.output and "never" in listed.output and secret not in listed.output


def test_who_is_on_duty_is_said_and_changed(here: Instance) -> None:
    unknown = run("text", "duty", "feeling-safe", "--email", "x@example.org", "--name", "X")
    assert unknown.exit_code == 1 and "there is no account" in unknown.output
    nameless = run("text", "duty", "feeling-safe", "--email", an_email("coordinator"))
    assert nameless.exit_code == 1 and "--name" in nameless.output
    assert "Amina <coordinator@example.org>" in put_on_duty().output
    with_person(here, "ambassador")
    wrong_role = run("text", "duty", "feeling-safe", "--email", an_email("ambassador"), "--name", "X")
    assert wrong_role.exit_code == 1 and "coordinator" in wrong_role.output
    rule = run("text", "duty", "feeling-safe", "--within", "15", "--keep-numbers")
    assert "look within 15 minutes; numbers are kept sealed, shown to two roles together" in rule.output
    assert "numbers are not kept" in run("text", "duty", "feeling-safe", "--no-keep-numbers").output
    last = run("text", "duty", "feeling-safe", "--email", an_email("coordinator"), "--remove")
    assert last.exit_code == 1 and "nobody else is on duty" in last.output
    assert run("text", "duty", "none").exit_code == 1


def test_a_channel_is_changed_and_its_secret_rotated(here: Instance) -> None:
    put_on_duty()
    run("text", "channel", "add", "notify", "--survey", "feeling-safe")
    channel = str(known(here)[0].id)
    assert run("text", "channel", "set", channel, "--account", "template").exit_code == 2
    faulty = run("text", "channel", "set", channel, "--account", "template=x")
    assert faulty.exit_code == 1 and "36 characters" in faulty.output
    assert run("text", "channel", "set", channel, "--number", OURS, "--silence-hours", "24").exit_code == 0
    assert run("text", "channel", "set", channel, "--part-price", "2.7").exit_code == 0
    (kept,) = known(here)
    assert (kept.number, kept.silence_hours, kept.part_price) == (OURS, 24, 270)
    assert run("text", "channel", "set", channel, "--silence-hours", "0").exit_code == 0
    assert known(here)[0].silence_hours is None
    assert "secret:" in run("text", "channel", "rotate", channel).output
    assert len(known(here)[0].secrets) == 2
    assert run("text", "channel", "rotate", channel, "--drop-old").exit_code == 0
    assert len(known(here)[0].secrets) == 1
    assert run("text", "channel", "rotate", channel, "--secret", "short").exit_code == 1
    assert run("text", "channel", "rotate", "00000000-0000-4000-8000-000000000000").exit_code == 1


def test_missed_texts_are_fetched(here: Instance) -> None:
    put_on_duty()
    with running(SmsGate()) as gateway:
        account = [part for name, value in gateway.account().items() for part in ("--account", f"{name}={value}")]
        assert run("text", "channel", "add", "smsgate", "--survey", "feeling-safe", *account).exit_code == 0
        (channel,) = known(here)
        an_hour_ago = utc_now() - timedelta(hours=1)
        gateway.arrived("LOCAL", at=an_hour_ago)
        gateway.arrived("x", at=an_hour_ago)["isEncrypted"] = True
        fetched = run("text", "backfill", str(channel.id), "--days", "90")
        assert fetched.exit_code == 0, fetched.output
        assert "1 listed, 0 known, 1 taken in" in fetched.output and "1 could not be read" in fetched.output
        assert "1 known, 0 taken in" in run("text", "backfill", str(channel.id), "--days", "90").output
    with here.database.reading() as session:
        assert [text.state for text in outbox.newest(session, channel.id, 9)] == ["waiting"]
    assert run("text", "backfill", str(channel.id)).exit_code == 1
    assert run("text", "backfill", "00000000-0000-4000-8000-000000000000").exit_code == 1


def test_a_channel_without_an_account_fetches_nothing(here: Instance) -> None:
    put_on_duty()
    run("text", "channel", "add", "json", "--survey", "feeling-safe")
    refused = run("text", "backfill", str(known(here)[0].id))
    assert refused.exit_code == 1 and "keeps no list" in refused.output


def test_the_simulator_says_what_each_reply_takes(here: Instance) -> None:
    said = run("text", "simulate", "feeling-safe", input="LOCAL ar\nSTOP\n")
    assert said.exit_code == 0
    assert all(line.startswith("< ") for line in said.stdout.splitlines())
    assert "parts, UCS-2," in said.stderr and "# in all" in said.stderr


def test_the_survey_check_says_what_a_survey_costs_by_text() -> None:
    checked = run("survey", "check", "feeling-safe")
    assert checked.exit_code == 0
    assert "by text: en: 6 texts of" in checked.output and "by text: ar: 6 texts of" in checked.output
