"""Each provider from end to end, over real sockets: texts in by the webhook, replies out, missed ones fetched."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from werkzeug import Response

from builders import NOW, WAVE, an_instance, with_survey
from engage.channels.sms.backfill import BackfillFailed, backfill
from engage.channels.sms.calling import CallFailed, make_call
from engage.channels.sms.providers.calls import HttpAnswer, HttpCall
from engage.channels.sms.sending import OTHER_LETTERS, send_texts, settle_unsure
from engage.channels.sms.setup import Setup, open_channel, send_test
from engage.collection.safeguarding import put_on_duty
from engage.storage import outbox, responses, texts
from engage.storage.instance import Instance
from engage.storage.safeguarding import DutyContact
from engage.storage.texts import TextChannel
from gateways import KINDS, OURS, PERSON, TWILIO_TOKEN, join, running, serving
from services import a_web_server

ANSWERS = ("LOCAL", "YES", "4", "Bulwell", "5", "C")


@dataclass
class Line:
    """A channel with its gateway: somebody's texts go in at one end, and replies come out at it."""

    gateway: Any
    instance: Instance
    channel: TextChannel

    def sends(self, *said: str, **fields: Any) -> None:
        for text in said:
            assert self.gateway.receives(text, **fields) == 200
            send_texts(self.instance)

    def later(self, **time: float) -> None:
        then = self.instance.now() + timedelta(**time)
        self.instance = replace(self.instance, now=lambda: then)

    def stored(self) -> list[responses.Response]:
        with self.instance.database.reading() as session:
            return list(responses.of_wave(session, "feeling-safe", WAVE))

    def waiting(self) -> list[outbox.OutboundText]:
        with self.instance.database.reading() as session:
            return outbox.newest(session, self.channel.id, 100)


Opening = Callable[..., AbstractContextManager[Line]]


@pytest.fixture(scope="module")
def beginning(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of an instance in which the survey is open, to be copied: making one takes a second."""
    folder = tmp_path_factory.mktemp("beginning")
    made = an_instance(folder, surveyed=True)
    made.database.close()
    return folder


@pytest.fixture
def a_line(tmp_path: Path, beginning: Path) -> Opening:
    """Return what opens a line of a provider, in an instance of its own."""

    @contextmanager
    def line(provider: str, **account: str) -> Iterator[Line]:
        folder = tmp_path / "instance"
        if "TEST_POSTGRESQL" not in os.environ:
            shutil.copytree(beginning, folder)
        instance = an_instance(folder)
        if "TEST_POSTGRESQL" in os.environ:
            with_survey(instance)
        with running(KINDS[provider]()) as gateway, serving(instance) as served:
            keys = served.settings.keys
            secret = TWILIO_TOKEN if provider == "twilio" else ""
            with served.database.writing() as session:
                put_on_duty(session, keys, DutyContact("feeling-safe", "duty@example.org", "Duty", NOW), "test")
                wanted = Setup(OURS, gateway.account() | account)
                channel, plain = open_channel(session, keys, provider, "feeling-safe", secret, wanted, "test", NOW)
            join(gateway, served, provider, channel.id, plain)
            yield Line(gateway, served, channel)

    return line


@pytest.fixture(params=["notify", "smsgate"])
def line(request: pytest.FixtureRequest, a_line: Opening) -> Iterator[Line]:
    """Yield a line whose provider takes replies by its own interface."""
    with a_line(request.param) as made:
        yield made


@pytest.fixture(params=["notify", "smsgate", "twilio"])
def any_line(request: pytest.FixtureRequest, a_line: Opening) -> Iterator[Line]:
    """Yield a line of each provider that lists texts."""
    with a_line(request.param) as made:
        yield made


def test_a_conversation_goes_from_start_to_a_stored_response(line: Line) -> None:
    line.sends(*ANSWERS)
    assert [response.answers for response in line.stored()] == [
        {"safe_dark": "very_unsafe", "would_help": ["police_patrols"]}
    ]
    assert [number for number, _ in line.gateway.sent] == [PERSON] * 6
    assert "Local survey" in line.gateway.sent[0][1]


def test_in_a_quiet_moment_nothing_of_a_number_is_left_to_send(line: Line) -> None:
    line.sends(*ANSWERS)
    assert [(text.state, text.number_sealed) for text in line.waiting()] == [("sent", None)] * 6


def test_the_same_text_again_sends_nothing_twice(line: Line) -> None:
    message = line.gateway.arrived("LOCAL")
    assert [line.gateway.delivers(message) for _ in range(3)] == [200] * 3
    send_texts(line.instance)
    send_texts(line.instance)
    assert len(line.gateway.sent) == 1


def test_a_stranger_or_a_text_to_another_number_leaves_nothing(any_line: Line) -> None:
    any_line.gateway.secret = "a-secret-of-somebody-else"
    assert any_line.gateway.receives("LOCAL") == 403
    join(any_line.gateway, any_line.instance, "json", any_line.channel.id, "x")
    assert any_line.gateway.receives("LOCAL") == 404
    with any_line.instance.database.reading() as session:
        assert session.connection().exec_driver_sql("SELECT count(*) FROM text_messages").scalar() == 0


@pytest.mark.parametrize("provider", ["notify", "twilio"])
def test_a_text_to_a_number_that_is_not_ours_is_dropped_kindly(a_line: Opening, provider: str) -> None:
    with a_line(provider) as line:
        message = line.gateway.arrived("LOCAL")
        message["notify_number" if provider == "notify" else "to"] = "+447700900888"
        assert line.gateway.delivers(message) == 200
        with line.instance.database.reading() as session:
            assert session.connection().exec_driver_sql("SELECT count(*) FROM text_messages").scalar() == 0


def test_a_provider_that_is_busy_is_tried_again_later(line: Line) -> None:
    line.gateway.faults = [429, 429]
    line.sends("LOCAL")
    assert line.gateway.sent == []
    send_texts(line.instance)
    assert len(line.gateway.requests) == 1, "not before its time"
    line.later(seconds=11)
    send_texts(line.instance)
    line.later(seconds=21)
    send_texts(line.instance)
    assert len(line.gateway.sent) == 1
    assert [(text.state, text.tries, text.fault) for text in line.waiting()] == [("sent", 3, None)]


def test_a_text_of_which_nobody_knows_is_looked_up_and_never_sent_twice(any_line: Line) -> None:
    line = any_line
    with line.instance.database.writing() as session:
        send_test(session, line.instance.settings.keys, line.channel.id, PERSON, "test", line.instance.now())
    line.gateway.hang_ups = 1
    send_texts(line.instance)
    assert [text.state for text in line.waiting()] == ["sending"]
    settle_unsure(line.instance)
    assert [text.state for text in line.waiting()] == ["sending"], "it may still be on its way"
    line.later(minutes=3)
    settle_unsure(line.instance)
    send_texts(line.instance)
    assert len(line.gateway.sent) == 1
    assert [(text.state, bool(text.provider_id)) for text in line.waiting()] == [("sent", True)]


def test_a_text_that_never_arrived_is_sent_again(any_line: Line) -> None:
    line = any_line
    with line.instance.database.writing() as session:
        send_test(session, line.instance.settings.keys, line.channel.id, PERSON, "test", line.instance.now())
    line.gateway.faults = [500]
    send_texts(line.instance)
    line.later(minutes=3)
    settle_unsure(line.instance)
    assert [(text.state, text.fault) for text in line.waiting()] == [("waiting", "never_arrived")]
    line.later(minutes=1)
    send_texts(line.instance)
    assert len(line.gateway.sent) == 1


def test_a_provider_that_is_down_loses_nothing(a_line: Opening) -> None:
    with a_line("notify", base="http://127.0.0.1:9") as line:
        line.sends("LOCAL")
        assert [(text.state, text.fault) for text in line.waiting()] == [("waiting", "unreachable")]


def test_after_stop_nothing_goes_out_but_the_one_goodbye(line: Line) -> None:
    line.gateway.faults = [429] * 2
    line.sends("LOCAL", "YES")
    assert [text.state for text in line.waiting()] == ["waiting"] * 2
    line.sends("STOP")
    line.later(hours=1)
    send_texts(line.instance)
    assert len(line.gateway.sent) == 1
    assert "no more texts" in line.gateway.sent[0][1]
    assert sorted(text.state for text in line.waiting()) == ["dropped", "dropped", "sent"]
    line.sends("LOCAL", "YES")
    assert len(line.gateway.sent) == 1


def test_many_senders_at_once_send_each_text_once(line: Line) -> None:
    keys = line.instance.settings.keys
    with line.instance.database.writing() as session:
        for number in range(12):
            send_test(session, keys, line.channel.id, f"+4477009001{number:02}", "test", line.instance.now())
    senders = [Thread(target=send_texts, args=(line.instance,)) for _ in range(4)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    assert len(line.gateway.sent) == len(set(line.gateway.sent)) == 12


def test_a_day_old_text_is_given_up_and_its_number_goes(line: Line) -> None:
    line.gateway.faults = [429]
    line.sends("LOCAL")
    line.later(hours=25)
    send_texts(line.instance)
    assert [(text.state, text.fault, text.number_sealed) for text in line.waiting()] == [("failed", "too_late", None)]
    assert line.gateway.sent == []


def test_no_number_gets_twenty_equal_texts_in_an_hour(line: Line) -> None:
    keys = line.instance.settings.keys
    with line.instance.database.writing() as session:
        for _ in range(22):
            send_test(session, keys, line.channel.id, PERSON, "test", line.instance.now())
    send_texts(line.instance)
    assert len(line.gateway.sent) == 20
    assert sorted({(text.state, text.fault) for text in line.waiting()}, key=str) == [
        ("sent", None),
        ("waiting", "network_limit"),
    ]


def test_what_becomes_of_a_text_is_kept_once_for_each_status(any_line: Line) -> None:
    line = any_line
    with line.instance.database.writing() as session:
        send_test(session, line.instance.settings.keys, line.channel.id, PERSON, "test", line.instance.now())
    send_texts(line.instance)
    for status in ("sent", "delivered", "delivered", "sent"):
        assert line.gateway.reports(status) == 200
    (text,) = line.waiting()
    with line.instance.database.reading() as session:
        assert set(outbox.statuses(session, line.channel.id, text.provider_id or "")) == {"sent", "delivered"}


def test_texts_the_webhook_missed_are_fetched_and_answered(any_line: Line) -> None:
    line = any_line
    line.sends("LOCAL", at=NOW - timedelta(minutes=30))
    for text, minutes in (("YES", 20), ("4", 15), ("Bulwell", 10), ("5", 6)):
        line.gateway.arrived(text, at=NOW - timedelta(minutes=minutes))
    line.gateway.arrived("C", at=NOW - timedelta(minutes=5))
    fetched = backfill(line.instance, line.channel, NOW - timedelta(days=1), "test")
    assert (fetched.listed, fetched.known, fetched.taken, fetched.unread) == (6, 1, 5, 0)
    assert [response.answers for response in line.stored()] == [
        {"safe_dark": "very_unsafe", "would_help": ["police_patrols"]}
    ]
    send_texts(line.instance)
    replies = [text for _, text in line.gateway.sent]
    assert len(replies) == len(set(replies)) == (5 if line.channel.provider == "twilio" else 6)
    again = backfill(line.instance, line.channel, NOW - timedelta(days=1), "test")
    assert (again.known, again.taken) == (6, 0)
    send_texts(line.instance)
    assert len(line.gateway.sent) == len(replies)


def test_a_text_fetched_first_and_delivered_later_is_one_text(any_line: Line) -> None:
    line = any_line
    message = line.gateway.arrived("LOCAL", at=NOW - timedelta(minutes=30))
    assert backfill(line.instance, line.channel, NOW - timedelta(days=1), "test").taken == 1
    assert line.gateway.delivers(message) == 200
    assert backfill(line.instance, line.channel, NOW - timedelta(days=1), "test").taken == 0
    with line.instance.database.reading() as session:
        assert session.connection().exec_driver_sql("SELECT count(*) FROM text_messages").scalar() == 1


@pytest.mark.parametrize("provider", ["notify", "twilio"])
def test_a_long_list_is_read_page_by_page(a_line: Opening, provider: str) -> None:
    with a_line(provider) as line:
        line.gateway.page = 4
        for number in range(11):
            line.gateway.arrived("STOP", sender=f"+4477001{number:05}", at=NOW - timedelta(minutes=30 + number))
        assert backfill(line.instance, line.channel, NOW - timedelta(days=1), "test").taken == 11
        assert len([one for one in line.gateway.requests if one.method == "GET"]) >= 3


def test_a_text_that_just_came_in_is_left_to_the_webhook(any_line: Line) -> None:
    any_line.gateway.arrived("LOCAL", at=NOW - timedelta(seconds=90))
    assert backfill(any_line.instance, any_line.channel, NOW - timedelta(days=1), "test").listed == 0


def test_an_account_that_is_wrong_is_said_so(any_line: Line) -> None:
    wrong = {"api_key": "x", "password": "x", "auth_token": "x"}
    channel = replace(any_line.channel, account={**any_line.channel.account, **wrong})
    if channel.provider == "notify":
        any_line.gateway.faults = []
        channel = replace(channel, account={**channel.account, "base": "http://127.0.0.1:9"})
    with pytest.raises(BackfillFailed, match=r"answered 401|did not answer"):
        backfill(any_line.instance, channel, NOW - timedelta(days=1), "test")


def test_what_notify_would_garble_is_never_sent_and_people_are_told_where_to_go(a_line: Opening) -> None:
    with a_line("notify") as line:
        line.sends("LOCAL ar")
        ((_, text),) = line.gateway.sent
        assert text == OTHER_LETTERS.format(address=f"{line.instance.settings.public_url}/s/local")
        line.sends("english")
        assert "Local survey" in line.gateway.sent[-1][1] and "999" in line.gateway.sent[-1][1]


def test_a_notify_that_keeps_every_script_gets_it(a_line: Opening) -> None:
    with a_line("notify", scripts="all") as line:
        line.sends("LOCAL ar")
        assert any("؀" <= letter <= "ۿ" for letter in line.gateway.sent[0][1])


def test_twilio_is_answered_in_the_answer_and_no_number_is_kept(a_line: Opening) -> None:
    with a_line("twilio") as line:
        line.sends(*ANSWERS)
        assert len(line.stored()) == 1
        assert all("<Message>" in reply for reply in line.gateway.replies)
        assert line.gateway.sent == [] and line.waiting() == []


def test_nothing_secret_of_an_account_stands_in_the_database_as_it_is(any_line: Line) -> None:
    with any_line.instance.database.reading() as session:
        (row,) = session.connection().exec_driver_sql("SELECT * FROM text_channels")
    written = str(tuple(row))
    account = KINDS[any_line.channel.provider]().account()
    for secret in (any_line.gateway.secret, account.get("password"), account.get("api_key"), account.get("auth_token")):
        assert not secret or secret not in written


def test_the_gateway_of_a_phone_keeps_no_number_in_its_ids(a_line: Opening) -> None:
    with a_line("smsgate") as line:
        line.sends("LOCAL")
        with line.instance.database.reading() as session:
            rows = list(session.connection().exec_driver_sql("SELECT provider_id FROM text_messages"))
    assert all(len(row[0]) == 64 and "7700900123" not in row[0] for row in rows)


def test_a_channel_is_not_lost_with_the_answer(line: Line) -> None:
    with line.instance.database.reading() as session:
        kept = texts.get_channel(session, line.channel.id)
    assert kept is not None and kept.account.keys() == line.channel.account.keys()


def test_no_spelling_of_an_address_leads_a_call_where_no_gateway_may_stand() -> None:
    with a_web_server(Response("here")) as port:
        told = [make_call(HttpCall("GET", f"http://{host}:{port}/", {})) for host in ("127.0.0.1", "0", "0x0")]
    assert told == [HttpAnswer(200, b"here"), *[CallFailed(may_have_arrived=False)] * 2]
