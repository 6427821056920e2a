"""Staff open and look after channels for texts: nothing without a duty contact, secrets once, every act audited."""

import re
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient

from builders import NOW
from engage.channels.sms.outgoing import queue_text
from engage.channels.sms.providers.json_webhook import sign
from engage.collection.safeguarding import put_on_duty
from engage.storage import audit, outbox, texts
from engage.storage.safeguarding import DutyContact
from engage.storage.texts import TextChannel
from gateways import API_SECRET, SERVICE, TEMPLATE, TWILIO_ACCOUNT
from phone import Phone
from staffing import post, signed_in, text_of

KEY = f"engage-live-{SERVICE}-{API_SECRET}"


@pytest.fixture
def coordinator(app: Flask) -> FlaskClient:
    """Return somebody who looks after channels, of a survey with a duty contact."""
    instance = app.extensions["engage"]
    with instance.database.writing() as session:
        contact = DutyContact("feeling-safe", "duty@example.org", "Duty", NOW)
        put_on_duty(session, instance.settings.keys, contact, "test")
    return signed_in(app, "coordinator")


def known(app: Flask) -> list[TextChannel]:
    with app.extensions["engage"].database.reading() as session:
        return texts.list_channels(session)


def acts(app: Flask, subject: str) -> list[str]:
    with app.extensions["engage"].database.reading() as session:
        return [line.action for line in audit.lines_about(session, subject)]


def opened(app: Flask, client: FlaskClient, provider: str, **fields: str) -> tuple[UUID, str]:
    """Open a channel; return its id and the secret that the page shows."""
    page = post(client, "/staff/channels", {"survey": "feeling-safe", "provider": provider} | fields)
    assert page.status_code == 200, text_of(page)
    found = re.search(r'id="secret-shown">([^<]+)<', page.get_data(as_text=True))
    assert found
    (channel,) = known(app)
    return channel.id, found[1]


def changed(client: FlaskClient, channel: UUID, **fields: Any) -> Any:
    return post(client, f"/staff/channels/{channel}", {"number": "+447700900999"} | fields)


def test_a_survey_without_a_duty_contact_opens_no_channel(app: Flask) -> None:
    client = signed_in(app, "coordinator")
    assert "nobody is on duty" in text_of(client.get("/staff/channels"))
    refused = post(client, "/staff/channels", {"survey": "feeling-safe", "provider": "json"})
    assert refused.status_code == 422
    assert "nobody is on duty" in text_of(refused)
    assert known(app) == []


def test_a_secret_is_shown_once_and_opens_the_webhook(app: Flask, coordinator: FlaskClient) -> None:
    channel, secret = opened(app, coordinator, "json")
    instance = app.extensions["engage"]
    assert "Local survey" in (Phone(app.test_client(), instance, channel).sends("LOCAL", secret=secret) or "")
    page = coordinator.get(f"/staff/channels/{channel}")
    assert secret not in page.get_data(as_text=True)
    assert f"/sms/json/{channel}" in text_of(page)
    assert "21 November 2026, 10:00" in text_of(page)
    assert known(app)[0].secrets[0] != secret, "sealed"
    assert acts(app, str(channel)) == ["text_channel.added"]


def test_two_secrets_count_while_one_is_changed(app: Flask, coordinator: FlaskClient) -> None:
    channel, old = opened(app, coordinator, "json")
    phone = Phone(app.test_client(), app.extensions["engage"], channel)
    page = post(coordinator, f"/staff/channels/{channel}/secret", {"act": "new", "secret": "a-secret-of-our-own"})
    assert "a-secret-of-our-own" in text_of(page)
    assert phone.sends("LOCAL", secret=old) and phone.sends("LOCAL", secret="a-secret-of-our-own")
    assert post(coordinator, f"/staff/channels/{channel}/secret", {"act": "drop"}).status_code == 303
    assert phone.sends("LOCAL", secret="a-secret-of-our-own")
    with pytest.raises(AssertionError):
        phone.sends("LOCAL", secret=old)
    assert acts(app, str(channel))[1:] == ["text_channel.secret_rotated", "text_channel.old_secret_dropped"]


@pytest.mark.parametrize("secret", ["short", "with a space in it", "nön-äscii-secret-here", "x" * 201])
def test_a_secret_that_could_be_guessed_is_refused(app: Flask, coordinator: FlaskClient, secret: str) -> None:
    refused = post(coordinator, "/staff/channels", {"survey": "feeling-safe", "provider": "smsgate", "secret": secret})
    assert refused.status_code == 422
    assert known(app) == []


def test_an_account_is_filled_in_and_its_secrets_never_come_back(app: Flask, coordinator: FlaskClient) -> None:
    channel, _ = opened(app, coordinator, "notify")
    page = text_of(coordinator.get(f"/staff/channels/{channel}"))
    assert "fill in: API key, Template id" in page and "service name off" in page
    fields = {"account.api_key": KEY, "account.template": TEMPLATE, "part_price": "2.4", "silence_hours": "24"}
    assert changed(coordinator, channel, **fields).status_code == 303
    (kept,) = known(app)
    assert (kept.number, kept.part_price, kept.silence_hours) == ("+447700900999", 240, 24)
    assert kept.account["template"] == TEMPLATE and KEY not in str(kept.account)
    assert KEY not in coordinator.get(f"/staff/channels/{channel}").get_data(as_text=True)
    assert changed(coordinator, channel, **{"account.api_key": "", "account.template": TEMPLATE}).status_code == 303
    assert known(app)[0].account["api_key"] == kept.account["api_key"], "left empty, it stays"
    with app.extensions["engage"].database.reading() as session:
        lines = [line.detail for line in audit.lines_about(session, str(channel))]
    assert KEY not in str(lines) and {"account", "api_key"} & set(str(lines).split("'"))


@pytest.mark.parametrize(
    ("provider", "fields", "words"),
    [
        ("notify", {"account.api_key": "abc"}, "no key of Notify"),
        ("notify", {"account.template": "abc"}, "36 characters"),
        ("notify", {"account.scripts": "some"}, "choose one"),
        ("twilio", {"account.account": "AC1"}, "32 letters and digits"),
        ("twilio", {"account.base": "ftp://example.org"}, "an address"),
        ("json", {"number": "12 people"}, "country code"),
        ("json", {"silence_hours": "-1"}, "number"),
        ("json", {"silence_hours": "9999"}, "hours"),
        ("json", {"part_price": "a lot"}, "pence"),
        ("json", {"part_price": "1e9"}, "pence"),
        ("json", {"part_price": "nan"}, "pence"),
    ],
)
def test_what_cannot_be_right_is_refused_in_words(
    app: Flask, coordinator: FlaskClient, provider: str, fields: dict[str, str], words: str
) -> None:
    channel, _ = opened(app, coordinator, provider)
    before = known(app)
    refused = changed(coordinator, channel, **fields)
    assert refused.status_code == 422
    assert words in text_of(refused)
    assert known(app) == before


def test_a_test_text_waits_to_be_sent_and_its_number_is_sealed(app: Flask, coordinator: FlaskClient) -> None:
    channel, _ = opened(app, coordinator, "twilio", number="+447700900999", secret="b" * 32)
    path = f"/staff/channels/{channel}/test"
    assert "first fill in: Account SID" in text_of(post(coordinator, path, {"to": "07700 900123"}))
    changed(coordinator, channel, **{"account.account": TWILIO_ACCOUNT})
    assert post(coordinator, path, {"to": "not a number"}).status_code == 422
    assert post(coordinator, path, {"to": "07700 900123", "script": "other"}).status_code == 303
    with app.extensions["engage"].database.reading() as session:
        (text,) = outbox.newest(session, channel, 9)
    assert text.kind == "test" and "ፈተና" in (text.text or "")
    assert "7700900123" not in str(text)
    assert "Test text" in text_of(coordinator.get(f"/staff/channels/{channel}"))


def test_a_silent_channel_is_seen_at_once(app: Flask, coordinator: FlaskClient) -> None:
    channel, secret = opened(app, coordinator, "json")
    changed(coordinator, channel, silence_hours="2", number="80000")
    for page in ("/staff/", "/staff/channels", f"/staff/channels/{channel}"):
        assert "silent" not in text_of(coordinator.get(page)).lower() or page.endswith(str(channel))
    with app.extensions["engage"].database.writing() as session:
        texts.note_received(session, channel, NOW - timedelta(hours=3))
    assert "silent for too long" in text_of(coordinator.get("/staff/channels"))
    assert "has been silent" in text_of(coordinator.get("/staff/"))
    assert "No text has come in for more than 2 hours" in text_of(coordinator.get(f"/staff/channels/{channel}"))
    Phone(app.test_client(), app.extensions["engage"], channel).sends("LOCAL", secret=secret)
    assert "silent for too long" not in text_of(coordinator.get("/staff/channels"))


def test_the_cost_of_each_language_and_what_notify_cannot_send_stand_on_the_page(
    app: Flask, coordinator: FlaskClient
) -> None:
    channel, _ = opened(app, coordinator, "notify")
    cost = text_of(coordinator.get(f"/staff/channels/{channel}")).partition("Cost of a completed answer")[2]
    assert re.search(r"English \d+ in \d+ texts \d parts? [\d.]+p yes", cost)
    assert re.search(r"Arabic \d+ in \d+ texts \d parts? [\d.]+p no", cost)
    dearer = changed(coordinator, channel, part_price="10")
    assert dearer.status_code == 303
    assert re.search(r"Arabic [^£]*£\d", text_of(coordinator.get(f"/staff/channels/{channel}")))


def test_staff_decide_over_a_text_of_which_nobody_knows(app: Flask, coordinator: FlaskClient) -> None:
    channel, _ = opened(app, coordinator, "smsgate")
    instance = app.extensions["engage"]
    keys = instance.settings.keys
    with instance.database.writing() as session:
        for source in ("a", "b"):
            queue_text(session, keys, known(app)[0], "k" * 64, "+447700900123", "Hello", source=source, now=NOW)
        for text in outbox.newest(session, channel, 9):
            outbox.claim(session, text.id, NOW - timedelta(minutes=10))
    page = coordinator.get(f"/staff/channels/{channel}")
    assert "Nobody knows whether these went out" in text_of(page)
    with instance.database.reading() as session:
        first, second = outbox.newest(session, channel, 9)
    for text, act in ((first, "sent"), (second, "again")):
        assert post(coordinator, f"/staff/channels/{channel}/texts/{text.id}", {"act": act}).status_code == 303
        assert acts(app, str(text.id)) == [f"text.settled_{act}"]
    with instance.database.reading() as session:
        assert {text.state for text in outbox.newest(session, channel, 9)} == {"sent", "waiting"}
    assert post(coordinator, f"/staff/channels/{channel}/texts/{uuid4()}", {"act": "sent"}).status_code == 404


def test_the_simulator_says_what_each_reply_takes(app: Flask, coordinator: FlaskClient) -> None:
    kept = re.search(r'name="kept" value="([^"]+)"', coordinator.get("/staff/text").get_data(as_text=True))
    assert kept
    said = post(coordinator, "/staff/text", {"survey": "feeling-safe", "text": "LOCAL ar", "kept": kept[1]})
    assert re.search(r"\d parts, [\d.]+p, not in the plain alphabet; GOV.UK Notify may not send it", text_of(said))
    assert re.search(r"So far \d parts? were sent, about [\d.]+p", text_of(said))


def test_a_webhook_of_another_provider_is_unknown(app: Flask, coordinator: FlaskClient) -> None:
    channel, secret = opened(app, coordinator, "json")
    stamp = str(int(NOW.timestamp()))
    headers = {"X-Engage-Timestamp": stamp, "X-Engage-Signature": sign(b"{}", stamp, secret)}
    answer = app.test_client().post(f"/sms/notify/{channel}", data=b"{}", headers=headers)
    assert answer.status_code == 404
