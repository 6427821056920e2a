"""SMS Gateway for Android: signed for five minutes, a text has one name however often the phone sends it."""

import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engage.channels.sms.message import InboundMessage, ParseFault, StatusReport
from engage.channels.sms.providers.calls import (
    Account,
    HttpAnswer,
    HttpCall,
    NotTaken,
    Outgoing,
    Taken,
    Unclear,
    is_web_address,
)
from engage.channels.sms.providers.smsgate import API, PAGE, parse, render, sign, verify

NOW = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
SECRET = "a-signing-key-for-this-phone"
#: As the documentation prints it (Webhooks, Receive the payload).
EVENT = {
    "deviceId": "ffffffffceb0b1db0000018e937c815b",
    "event": "sms:received",
    "id": "Ey6ECgOkVVFjz3CL48B8C",
    "payload": {
        "messageId": "abc123",
        "message": "Android is always a sweet treat!",
        "sender": "+447700900001",
        "phoneNumber": "+447700900001",
        "recipient": None,
        "simNumber": 1,
        "receivedAt": "2026-11-21T15:46:11.000+07:00",
    },
    "webhookId": "unique-id",
}
STAMP = str(int(NOW.timestamp()))
ACCOUNT = Account("+447700900002", {"user": "ABCDEF", "password": "secret"})
REFERENCE = "5d1cbe5e-7a3f-4f0e-8a83-2a3d5f6b7c8d"
OUTGOING = Outgoing("Ankieta: żółw سلام", "+447700900001", REFERENCE, "", NOW)


def body(document: Any) -> bytes:
    return json.dumps(document, ensure_ascii=False).encode()


def the_documented_signature(secret: str, payload: str, timestamp: str) -> str:
    """Return what the documentation's own Python example computes."""
    return hmac.new(secret.encode(), (payload + timestamp).encode(), hashlib.sha256).hexdigest()


def _verify(raw: bytes, signature: str, stamp: str = STAMP, *secrets: str) -> bool:
    return verify(raw, {"x-signature": signature, "x-timestamp": stamp}, "", secrets or (SECRET,), NOW)


def test_what_the_app_signs_comes_in() -> None:
    raw = body(EVENT)
    signature = the_documented_signature(SECRET, raw.decode(), STAMP)
    assert signature == sign(raw, STAMP, SECRET)
    assert _verify(raw, signature) and _verify(raw, signature.upper())
    assert _verify(raw, signature, STAMP, "new", SECRET)
    assert not _verify(raw + b" ", signature) and not _verify(raw, signature, STAMP, "new", "")


@pytest.mark.parametrize(("seconds", "is_good"), [(300, True), (-300, True), (301, False), (-301, False)])
def test_a_signature_is_good_for_five_minutes(seconds: int, is_good: bool) -> None:
    stamp = str(int(NOW.timestamp()) + seconds)
    assert _verify(body(EVENT), sign(body(EVENT), stamp, SECRET), stamp) is is_good


@pytest.mark.parametrize("stamp", ["", "x", "-1", "1e9", "١٢٣", "9" * 13])
def test_a_strange_timestamp_is_refused_not_a_crash(stamp: str) -> None:
    assert not _verify(body(EVENT), sign(body(EVENT), stamp, SECRET), stamp)
    assert not _verify(body(EVENT), "é")


def test_an_event_becomes_a_message() -> None:
    message = parse(body(EVENT))
    assert isinstance(message, InboundMessage)
    assert (message.sender, message.recipient) == ("+447700900001", "")
    assert message.text == "Android is always a sweet treat!"
    assert message.received_at == datetime(2026, 11, 21, 8, 46, 11, tzinfo=UTC)


def test_an_older_app_names_the_sender_otherwise() -> None:
    payload = {name: value for name, value in EVENT["payload"].items() if name != "sender"}  # type: ignore[attr-defined]
    assert parse(body(EVENT | {"payload": payload})) == parse(body(EVENT))


def name_of(**changes: Any) -> str:
    message = parse(body(EVENT | {"payload": EVENT["payload"] | changes}))  # type: ignore[operator]
    assert isinstance(message, InboundMessage)
    return message.provider_id


def test_a_text_has_one_name_however_often_the_phone_sends_it() -> None:
    again = parse(body(EVENT | {"id": "another", "deviceId": "restored"}))
    assert isinstance(again, InboundMessage)
    assert again.provider_id == name_of(messageId="other", receivedAt="2026-11-21T08:46:11Z")
    assert (
        len({name_of(), name_of(message="5"), name_of(receivedAt="2026-11-21T15:46:12+07:00"), name_of(sender="+44")})
        == 4
    )


def test_texts_in_the_inbox_have_the_name_they_had_in_the_webhook() -> None:
    listed = {
        "id": "text:123",
        "type": "SMS",
        "sender": "+447700900001",
        "recipient": None,
        "simNumber": 1,
        "contentPreview": "Android is always a sweet treat!",
        "createdAt": "2026-11-21T08:46:11.000Z",
    }
    found = API.read_list(HttpAnswer(200, body([listed, listed | {"isEncrypted": True}, {}])), NOW, None)
    assert found is not None
    assert [one.provider_id for one in found.messages] == [name_of()]
    assert (found.next, found.unread) == (None, 2)


def test_the_inbox_is_listed_page_by_page() -> None:
    call = API.list(ACCOUNT, NOW - timedelta(days=1), None, NOW)
    assert dict(parse_qsl(urlsplit(call.url).query)) == {
        "type": "SMS",
        "limit": "500",
        "offset": "0",
        "from": "2026-11-20T10:00:00Z",
    }
    full = API.read_list(HttpAnswer(200, body([{}] * PAGE)), NOW, "500")
    assert full is not None and full.next == "1000"
    assert API.read_list(HttpAnswer(501, b"{}"), NOW, None) is None


@pytest.mark.parametrize(
    ("event", "status"), [("sms:sent", "sent"), ("sms:delivered", "delivered"), ("sms:failed", "failed")]
)
def test_what_became_of_a_text_is_told_from_a_text(event: str, status: str) -> None:
    document = EVENT | {"event": event, "payload": {"messageId": REFERENCE, "phoneNumber": "+44", "reason": "x"}}
    assert parse(body(document)) == StatusReport(REFERENCE, status)
    assert parse(body(EVENT | {"event": event, "payload": {}})) == ParseFault("field_malformed", "`messageId`")


@pytest.mark.parametrize("event", ["system:ping", "mms:received", "sms:data-received"])
def test_other_events_are_let_pass(event: str) -> None:
    assert parse(body(EVENT | {"event": event})) is None


@pytest.mark.parametrize(
    "document", [{}, [], {"event": 1}, {"event": "sms:received"}, {"event": "sms:received", "payload": {"sender": ""}}]
)
def test_what_is_no_text_is_a_fault(document: Any) -> None:
    assert isinstance(parse(body(document)), ParseFault)
    assert isinstance(parse(b"\xff"), ParseFault)


@settings(deadline=None)
@given(st.binary(max_size=300), st.text(max_size=80), st.text(max_size=20))
def test_no_request_is_a_crash(raw: bytes, signature: str, stamp: str) -> None:
    assert not _verify(raw, signature, stamp)
    parse(raw)


def test_a_text_goes_out_under_our_own_name_for_it() -> None:
    call = API.send(OUTGOING, ACCOUNT, NOW)
    assert isinstance(call, HttpCall)
    assert (call.method, call.url) == ("POST", "https://api.sms-gate.app/3rdparty/v1/messages")
    assert call.headers["Authorization"] == "Basic QUJDREVGOnNlY3JldA=="
    document = json.loads(call.body or b"")
    assert document["id"] == REFERENCE and document["textMessage"] == {"text": OUTGOING.text}
    assert document["phoneNumbers"] == ["+447700900001"]
    assert "deviceId" not in document and "simNumber" not in document
    phone = Account(None, {"base": "http://192.168.1.10:8080/", "user": "sms", "device": "abc", "sim": "2"})
    local = API.send(OUTGOING, phone, NOW)
    assert isinstance(local, HttpCall) and local.url == "http://192.168.1.10:8080/messages"
    assert {"deviceId": "abc", "simNumber": 2}.items() <= json.loads(local.body or b"").items()
    assert render("a reply") == (b"{}", "application/json")


@pytest.mark.parametrize(
    ("status", "document", "means"),
    [
        (202, {"id": REFERENCE, "state": "Pending"}, Taken(REFERENCE)),
        (409, {"message": "exists"}, Taken(None)),
        (400, {"message": "…"}, NotTaken("smsgate_400")),
        (401, {}, NotTaken("smsgate_401", again=True)),
        (503, {}, NotTaken("smsgate_503", again=True)),
        (500, {}, Unclear("smsgate_500")),
    ],
)
def test_what_answers_mean(status: int, document: Any, means: object) -> None:
    assert API.read_sent(HttpAnswer(status, body(document))) == means


def test_a_text_that_may_have_gone_out_is_asked_for() -> None:
    assert API.look_up(OUTGOING, ACCOUNT, NOW).url.endswith(f"/messages/{REFERENCE}")
    assert API.read_look_up(HttpAnswer(200, b"{}"), OUTGOING) == Taken(REFERENCE)
    assert API.read_look_up(HttpAnswer(404, b"{}"), OUTGOING) == NotTaken("never_arrived", again=True)
    assert API.read_look_up(HttpAnswer(502, b""), OUTGOING) == Unclear("smsgate_502")


@pytest.mark.parametrize(
    ("address", "is_taken"),
    [
        ("http://192.168.1.10:8080/", True),
        ("https://api.example.org", True),
        ("http://169.254.169.254/latest/meta-data", False),
        ("http://[fe80::1]/", False),
        ("http://[::ffff:169.254.169.254]/", False),
        ("http://0.0.0.0:8080", False),
        ("file:///etc/passwd", False),
        ("http://", False),
    ],
)
def test_a_gateway_stands_at_no_address_by_which_machines_learn_their_secrets(address: str, is_taken: bool) -> None:
    assert is_web_address(address) is is_taken
