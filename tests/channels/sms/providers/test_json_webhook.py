"""Our own signed webhook: nothing unsigned, old or altered comes in."""

import hashlib
import hmac
import json
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engage.channels.sms.message import InboundMessage, ParseFault
from engage.channels.sms.providers import PROVIDERS
from engage.channels.sms.providers.json_webhook import parse, render, verify
from engage.storage.texts import PROVIDERS as KNOWN_PROVIDERS

NOW = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
STAMP = str(int(NOW.timestamp()))
BODY = json.dumps(
    {"id": "m1", "from": "+447700900001", "to": "60075", "text": "سلام 4", "received_at": "2026-11-21T10:00:00Z"}
).encode()
SECRET = "a-long-secret"


def _signature(body: bytes = BODY, stamp: str = STAMP, secret: str = SECRET) -> str:
    return hmac.new(secret.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def _verify(body: bytes = BODY, stamp: str = STAMP, signature: str | None = None, *secrets: str) -> bool:
    headers = {"x-engage-timestamp": stamp, "X-ENGAGE-SIGNATURE": _signature() if signature is None else signature}
    return verify(body, headers, "https://ignored.example/", secrets or (SECRET,), NOW)


def test_a_signed_body_comes_in() -> None:
    assert _verify()
    assert _verify(signature=_signature().upper())


def test_two_secrets_count_while_one_is_changed() -> None:
    assert _verify(BODY, STAMP, _signature(), "the-new-one", SECRET)
    assert not _verify(BODY, STAMP, _signature(), "the-new-one", "another")


@pytest.mark.parametrize(("seconds", "comes_in"), [(0, True), (300, True), (-300, True), (301, False), (-301, False)])
def test_a_signature_is_good_for_300_seconds(seconds: int, comes_in: bool) -> None:
    stamp = str(int(NOW.timestamp()) + seconds)
    assert _verify(stamp=stamp, signature=_signature(stamp=stamp)) is comes_in


def test_another_body_or_time_is_refused() -> None:
    assert not _verify(body=BODY + b" ")
    assert not _verify(stamp=str(int(STAMP) + 1))


@pytest.mark.parametrize("signature", ["", "é" * 64, "0" * 64, "0", "\x00", _signature()[:-1], _signature() + "0"])
def test_a_wrong_signature_is_refused_not_a_crash(signature: str) -> None:
    assert not _verify(signature=signature)


@pytest.mark.parametrize("stamp", ["", "now", "1e9", "-5", "٣", "9" * 400, f" {STAMP}", f"{STAMP}\n", "²", "inf"])
def test_a_time_that_is_none_is_refused_not_a_crash(stamp: str) -> None:
    assert not _verify(stamp=stamp, signature=_signature(stamp=stamp))


def test_missing_headers_and_empty_secrets_let_nothing_in() -> None:
    assert not verify(BODY, {}, "", (SECRET,), NOW)
    headers = {"X-Engage-Timestamp": STAMP, "X-Engage-Signature": _signature(secret="")}
    assert not verify(BODY, headers, "", ("",), NOW)
    assert not verify(BODY, headers, "", (), NOW)


def test_the_body_becomes_a_message() -> None:
    assert parse(BODY) == InboundMessage("m1", "+447700900001", "60075", "سلام 4", NOW)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"id": ""}, "field_malformed"),
        ({"id": 5}, "field_malformed"),
        ({"id": "x" * 201}, "field_malformed"),
        ({"from": None}, "field_malformed"),
        ({"from": "a\nb"}, "field_malformed"),
        ({"to": "\ud800"}, "field_malformed"),
        ({"text": None}, "field_malformed"),
        ({"received_at": "yesterday"}, "field_malformed"),
        ({"received_at": "2026-11-21T10:00:00"}, "field_malformed"),
        ({"received_at": 5}, "field_malformed"),
    ],
)
def test_a_malformed_field_is_named(change: dict[str, object], code: str) -> None:
    fault = parse(json.dumps(json.loads(BODY) | change).encode())
    assert isinstance(fault, ParseFault)
    assert fault.code == code
    assert next(iter(change)) in fault.detail


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b"\xff", b"{", b"[" * 60_000, b"9" * 5000, b"\xef\xbb\xbf{}"])
def test_what_is_no_json_object_is_a_fault(body: bytes) -> None:
    fault = parse(body)
    assert isinstance(fault, ParseFault)
    assert fault.code == "body_malformed"


def test_a_body_over_64_kilobytes_is_refused() -> None:
    body = json.dumps(json.loads(BODY) | {"text": "a" * 65_536}).encode()
    assert not _verify(body=body, signature=_signature(body=body))
    assert isinstance(parse(body), ParseFault)


def test_half_a_surrogate_pair_does_not_get_further() -> None:
    message = parse(json.dumps(json.loads(BODY) | {"text": "4 \ud83d", "received_at": None}).encode())
    assert isinstance(message, InboundMessage)
    assert message.text == "4 \N{REPLACEMENT CHARACTER}"


def test_the_reply_goes_back_as_json() -> None:
    assert render(None) == (b'{"reply": null}', "application/json")
    body, _ = render("Ankieta: ż 1\n2")
    assert json.loads(body) == {"reply": "Ankieta: ż 1\n2"}


@settings(deadline=None)
@given(st.binary(max_size=300), st.text(max_size=80), st.text(max_size=20))
def test_no_request_is_a_crash(body: bytes, signature: str, stamp: str) -> None:
    headers = {"X-Engage-Timestamp": stamp, "X-Engage-Signature": signature}
    assert not verify(body, headers, "", (SECRET,), NOW)
    parse(body)


def test_every_provider_a_channel_may_have_is_spoken() -> None:
    assert set(PROVIDERS) == set(KNOWN_PROVIDERS)
    assert PROVIDERS["json"].verify is verify
