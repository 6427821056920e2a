"""The rounds: what waits goes out by itself, word is sent, and a process that dies sends nothing twice."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from threading import Event

import pytest

from builders import NOW, an_instance, with_survey
from engage.channels.sms.rounds import start_rounds
from engage.channels.sms.sending import send_texts, settle_unsure
from engage.channels.sms.setup import Setup, open_channel, send_test
from engage.channels.sms.silence import silent_channels, tell_of_silence
from engage.collection.safeguarding import Danger, put_on_duty, raise_item
from engage.storage import outbox, safeguarding, texts
from engage.storage.instance import Instance, utc_now
from engage.storage.safeguarding import DutyContact
from engage.storage.texts import TextChannel
from gateways import OURS, PERSON, Gateway, Notify, Received, SmsGate, running

#: Sends what waits in an instance and says so; run in a process of its own.
SENDER = """
import os
from engage.channels.sms.sending import send_texts
from engage.settings import load_settings
from engage.storage.instance import open_instance
send_texts(open_instance(load_settings(os.environ)))
"""


class Silent(Notify):
    """A Notify that takes a text and then never answers."""

    def begin(self) -> None:
        super().begin()
        self.has_taken, self.go_on = Event(), Event()

    def answer(self, request: Received) -> tuple[int, object]:
        answered = super().answer(request)
        if request.method == "POST" and not self.go_on.is_set():
            self.has_taken.set()
            self.go_on.wait(30)
        return answered


def a_channel(instance: Instance, gateway: Gateway, provider: str) -> TextChannel:
    keys = instance.settings.keys
    with instance.database.writing() as session:
        put_on_duty(session, keys, DutyContact("feeling-safe", "duty@example.org", "Duty", NOW), "test")
        wanted = Setup(OURS, gateway.account(), silence_hours=2)
        channel, _ = open_channel(session, keys, provider, "feeling-safe", "", wanted, "test", instance.now())
        send_test(session, keys, channel.id, PERSON, "test", instance.now())
    return channel


def waits_for(fact: Callable[[], bool], seconds: float = 20) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if fact():
            return True
        time.sleep(0.05)
    return False


def state_of(instance: Instance, channel: TextChannel) -> list[str]:
    with instance.database.reading() as session:
        return [text.state for text in outbox.newest(session, channel.id, 9)]


def test_what_waits_goes_out_by_itself_and_word_is_sent(tmp_path: Path) -> None:
    instance = an_instance(tmp_path, surveyed=True)
    stop = Event()
    with running(SmsGate()) as gateway:
        channel = a_channel(instance, gateway, "smsgate")
        with instance.database.writing() as session:
            danger = Danger("feeling-safe", "sms", "ab12", "en", "weapon")
            item = raise_item(session, instance.settings.keys, danger, "test", NOW)
        start_rounds(instance, stop)
        try:
            assert waits_for(lambda: state_of(instance, channel) == ["sent"])
            assert waits_for(lambda: bool(list((tmp_path / "mail").glob("*.eml"))))
        finally:
            stop.set()
    with instance.database.reading() as session:
        found = safeguarding.get(session, item.id)
    assert found is not None and found.notified_at == NOW


@pytest.mark.skipif("TEST_POSTGRESQL" in os.environ, reason="the other process opens the embedded database")
def test_a_sender_that_is_killed_while_it_sends_has_sent_once(tmp_path: Path) -> None:
    instance = an_instance(tmp_path, now=utc_now)
    with_survey(instance)
    with running(Silent()) as gateway:
        channel = a_channel(instance, gateway, "notify")
        environ = {**os.environ, "ENGAGE_INSTANCE": str(tmp_path)}
        with subprocess.Popen([sys.executable, "-c", SENDER], env=environ) as sender:
            has_taken = gateway.has_taken.wait(30)
            sender.send_signal(signal.SIGKILL)
        gateway.go_on.set()
        assert has_taken
        assert state_of(instance, channel) == ["sending"]
        assert send_texts(instance) == 0
        later = replace(instance, now=lambda: utc_now() + timedelta(minutes=5))
        settle_unsure(later)
        send_texts(later)
        assert len(gateway.sent) == 1
        assert state_of(instance, channel) == ["sent"]


def test_a_silent_channel_is_told_of_once_for_each_silence(tmp_path: Path) -> None:
    instance = an_instance(tmp_path, surveyed=True)
    with running(SmsGate()) as gateway:
        channel = a_channel(instance, gateway, "smsgate")
    assert silent_channels(instance) == []
    later = replace(instance, now=lambda: NOW + timedelta(hours=3))
    told = tell_of_silence(later, silent_channels(later), {})
    assert told == {channel.id: NOW}
    assert tell_of_silence(later, silent_channels(later), told) == {}
    with later.database.writing() as session:
        texts.note_received(session, channel.id, NOW + timedelta(hours=3))
    assert silent_channels(later) == []
    much_later = replace(instance, now=lambda: NOW + timedelta(hours=6))
    assert tell_of_silence(much_later, silent_channels(much_later), told).keys() == {channel.id}
    assert len(list((tmp_path / "mail").glob("*.eml"))) == 2
