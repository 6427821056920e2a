"""Once somebody is done, said STOP or fell silent, their number is nowhere: not in the database, the logs or a copy."""

import base64
import hashlib
import logging
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from builders import NOW, an_instance, with_survey
from engage.app import create_app
from engage.channels.sms.sending import send_texts
from engage.channels.sms.setup import Setup, open_channel
from engage.channels.sms.upkeep import look_after_conversations
from engage.collection import safeguarding as duty_queue
from engage.collection.duty_notices import send_duty_notices
from engage.collection.retention import forget_what_is_over
from engage.storage import safeguarding
from engage.storage.instance import Instance
from engage.storage.safeguarding import DutyContact, Rule
from engage.storage.tables import Base
from gateways import KINDS, OURS, TWILIO_TOKEN, join, running, serving
from phone import SECRET, Phone

PROVIDERS = ("json", "twilio", "notify", "smsgate")
WHOLE = ("LOCAL", "YES", "4", "Bulwell", "5", "C")
#: What somebody does → the texts; each of them has a telephone of their own.
LIVES = {
    "done": WHOLE,
    "done in one": ("LOCAL Bulwell 5 C 4", "YES"),
    "stop": (*WHOLE[:4], "STOP"),
    "stop at first": ("STOP",),
    "silent": WHOLE[:4],
    "silent before yes": WHOLE[:1],
    "no": ("LOCAL", "NO"),
    "child": ("LOCAL", "YES", "1"),
    "danger": (*WHOLE[:4], "he hit me again"),
    "nonsense": ("hello", "hello", "hello"),
}


@dataclass
class Town:
    """An instance, a channel of a provider, and the phones of everybody there."""

    instance: Instance
    clock: list[datetime]
    says: Callable[[str, str], None]

    def number_of(self, life: str) -> str:
        return f"+4477009{list(LIVES).index(life) + 40:05}"

    def lives(self) -> None:
        """Let everybody text, half a minute apart."""
        for life, said in LIVES.items():
            for text in said:
                self.waits(seconds=30)
                self.says(self.number_of(life), text)

    def waits(self, **time: float) -> None:
        self.clock[0] += timedelta(**time)

    def keeps_house(self) -> None:
        look_after_conversations(self.instance)
        send_texts(self.instance)
        send_duty_notices(self.instance)
        with self.instance.database.writing() as session:
            forget_what_is_over(session, self.instance.now())

    def dump(self) -> str:
        """Return every row of every table."""
        with self.instance.database.reading() as session:
            rows = (session.execute(table.select()).all() for table in Base.metadata.sorted_tables)
            return "\n".join(str(row) for some in rows for row in some)

    def copied(self, to: Path) -> Iterator[tuple[Path, bytes]]:
        """Yield every file of a copy of the instance's folder; the database lies in it where it is SQLite."""
        shutil.copytree(self.instance.settings.instance, to)
        yield from ((path, path.read_bytes()) for path in to.rglob("*") if path.is_file())

    def sealed(self) -> int:
        """Return how many numbers are kept sealed."""
        with self.instance.database.reading() as session:
            tables = ("text_conversations", "text_outbox", "safeguarding_items")
            counts = [f"SELECT count(*) FROM {table} WHERE number_sealed IS NOT NULL" for table in tables]
            return sum(session.connection().exec_driver_sql(count).scalar() or 0 for count in counts)


@contextmanager
def a_town(folder: Path, provider: str) -> Iterator[Town]:
    clock = [NOW]
    instance = an_instance(folder, now=lambda: clock[0])
    with_survey(instance)
    with ExitStack() as stack:
        gateway: Any = stack.enter_context(running(KINDS[provider]())) if provider != "json" else None
        served = stack.enter_context(serving(instance)) if gateway else instance
        channel, plain = opened(served, provider, gateway.account() if gateway else {})
        if gateway is None:
            client = create_app(served).test_client()
            yield Town(served, clock, lambda number, text: _texted(Phone(client, served, channel, number), text))
            return
        join(gateway, served, provider, channel, plain)
        gateway.now = served.now

        def says(number: str, text: str) -> None:
            assert gateway.receives(text, sender=number, at=clock[0]) == 200
            send_texts(served)

        yield Town(served, clock, says)


def _texted(phone: Phone, text: str) -> None:
    phone.sends(text)


def opened(instance: Instance, provider: str, account: dict[str, str]) -> tuple[Any, str]:
    """Open a channel of a survey whose policy keeps numbers of people in danger; returns its id and secret."""
    keys, secret = instance.settings.keys, {"twilio": TWILIO_TOKEN, "json": SECRET}.get(provider, "")
    wanted = Setup(OURS if provider != "json" else "", account | ({"reminders": "yes"} if provider == "twilio" else {}))
    with instance.database.writing() as session:
        duty_queue.put_on_duty(session, keys, DutyContact("feeling-safe", "duty@example.org", "Duty", NOW), "test")
        duty_queue.put_rule(session, keys, Rule("feeling-safe", 60, keeps_number=True), "test", NOW)
        channel, plain = open_channel(session, keys, provider, "feeling-safe", secret, wanted, "test", NOW)
    return channel.id, plain


def forms_of(number: str) -> tuple[bytes, ...]:
    """Return what a number may be found by: as it is written, encoded, or hashed without a key."""
    digits, national = number.lstrip("+"), "0" + number[3:]
    written = (number, digits, f"00{digits}", national)
    spaced = (f"{national[:5]} {national[5:]}", f"+44 {national[1:5]} {national[5:]}", national[1:])
    encoded = [base64.b64encode(form.encode()).rstrip(b"=") for form in written]
    hexed = [form.encode().hex().encode() for form in written]
    hashed = [hash_of(form.encode()) for form in written for hash_of in (hashlib.sha256, hashlib.sha1, hashlib.md5)]
    return (
        *(form.encode() for form in (*written, *spaced, f"%2B{digits}")),
        *encoded,
        *hexed,
        *(some.hexdigest().encode() for some in hashed),
        *(some.digest() for some in hashed),
    )


def found_in(content: bytes, town: Town) -> set[str]:
    """Return whose numbers stand in something."""
    return {life for life in LIVES if any(form in content for form in forms_of(town.number_of(life)))}


@pytest.mark.parametrize("provider", PROVIDERS)
def test_in_the_end_no_number_is_left_in_database_logs_or_a_copy(
    tmp_path: Path, provider: str, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    with a_town(tmp_path / "instance", provider) as town:
        town.lives()
        assert town.sealed() >= 1, "somebody in danger may have to be found"
        assert not found_in(town.dump().encode(), town), "nor is it there in clear meanwhile"
        town.waits(hours=3)
        town.keeps_house()
        town.waits(hours=72)
        town.keeps_house()
        assert town.sealed() == 0
        contents = [town.dump().encode(), caplog.text.encode(), "".join(capfd.readouterr()).encode()]
        contents += [content for _, content in town.copied(tmp_path / "copy")]
        assert [found_in(content, town) for content in contents] == [set()] * len(contents)
        assert len(contents) > 5


def test_once_somebody_is_done_or_said_stop_their_number_is_not_kept_even_sealed(tmp_path: Path) -> None:
    with a_town(tmp_path / "instance", "notify") as town:
        for life in ("done", "done in one", "stop", "stop at first", "no", "child"):
            for text in LIVES[life]:
                town.waits(seconds=30)
                town.says(town.number_of(life), text)
            assert town.sealed() == 0, life
        town.says(town.number_of("silent"), "LOCAL")
        town.says(town.number_of("silent"), "YES")
        assert town.sealed() == 1, "there is one to remind"


def test_a_number_goes_when_an_item_of_the_duty_queue_is_closed(tmp_path: Path) -> None:
    with a_town(tmp_path / "instance", "json") as town:
        for text in LIVES["danger"]:
            town.says(town.number_of("danger"), text)
        assert town.sealed() == 1
        with town.instance.database.writing() as session:
            (item,) = safeguarding.open_items(session)
            outcome = min(safeguarding.OUTCOMES)
            duty_queue.close(session, town.instance.settings.keys, item.id, outcome, "duty@example.org", NOW)
        assert town.sealed() == 0


def test_a_fault_of_ours_says_nothing_of_text_or_number(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    with a_town(tmp_path / "instance", "json") as town:
        with town.instance.database.writing() as session:
            session.connection().exec_driver_sql("ALTER TABLE text_conversations RENAME TO gone")
        with pytest.raises(AssertionError):
            town.says(town.number_of("danger"), "he hit me again")
        assert "fault at text_webhooks.receive_text" in caplog.text
        assert not found_in(caplog.text.encode(), town)
        assert "hit me" not in caplog.text


def test_the_search_finds_a_number_in_any_form(tmp_path: Path) -> None:
    town = Town(an_instance(tmp_path), [NOW], lambda _number, _text: None)
    number = town.number_of("done")
    forms = (number, number[1:], f"00{number[1:]}", f"0{number[3:]}", f"+44 7700 {number[-6:]}", f"%2B{number[1:]}")
    assert all(found_in(f"from {form}, he said".encode(), town) == {"done"} for form in forms)
    assert found_in(b"x" + base64.b64encode(number.encode()), town) == {"done"}
    assert found_in(hashlib.sha256(number.encode()).hexdigest().encode(), town) == {"done"}
    assert not found_in(f"from {town.number_of('stop')}".encode(), town) - {"stop"}
