"""GOV.UK Notify: a bearer token, texts it would garble are never sent, a key signs in for 30 seconds."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import jwt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engage.channels.sms.message import InboundMessage, ParseFault, StatusReport
from engage.channels.sms.providers.calls import Account, HttpAnswer, HttpCall, NotTaken, Outgoing, Taken, Unclear
from engage.channels.sms.providers.notify import API, is_api_key, is_lossy, parse, render, token, verify

NOW = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
TOKEN = "a-token-of-this-channel"
SERVICE, SECRET = "26785a09-ab16-4eb0-8407-a37497a57506", "3d844edf-8d35-48ac-975b-e847b4f122b0"
KEY = f"engage-live-{SERVICE}-{SECRET}"
ACCOUNT = Account("+447700987654", {"api_key": KEY, "template": "f33517ff-2a88-4f6e-b855-c550268ce08a"})
OUTGOING = Outgoing("Local survey, 1 of 4.\nYes or no?", "+447700900001", "5d1c", "", NOW)
#: As the technical documentation prints it (Callbacks, Received text messages).
CALLBACK = {
    "id": "d3f1f8a4-7f1a-4f0e-8a83-2a3d5f6b7c8d",
    "source_number": "447700912345",
    "destination_number": "07700987654",
    "message": "Hello Notify!",
    "date_received": "2017-05-14T12:15:30.000000Z",
}
RECEIPT = {
    "id": "740e5834-3a29-46b4-9a6f-16142fde533a",
    "reference": "5d1c",
    "to": "07700912345",
    "status": "delivered",
    "created_at": "2017-05-14T12:15:30.000000Z",
    "completed_at": None,
    "sent_at": None,
    "notification_type": "sms",
    "template_id": "f33517ff-2a88-4f6e-b855-c550268ce08a",
    "template_version": 1,
}


def body(document: Any) -> bytes:
    return json.dumps(document).encode()


@pytest.mark.parametrize(
    ("sent", "is_genuine"),
    [
        (f"Bearer {TOKEN}", True),
        (f"bearer  {TOKEN}", True),
        ("Bearer the-old-token", True),
        (f"Bearer {TOKEN}x", False),
        (f"Basic {TOKEN}", False),
        (TOKEN, False),
        ("Bearer", False),
        ("Bearer é", False),
        ("", False),
    ],
)
def test_only_the_token_opens_the_door(sent: str, is_genuine: bool) -> None:
    assert verify(body(CALLBACK), {"authorization": sent}, "", (TOKEN, "the-old-token"), NOW) is is_genuine
    assert not verify(body(CALLBACK), {"Authorization": "Bearer "}, "", ("",), NOW)


def test_a_callback_becomes_a_message() -> None:
    assert parse(body(CALLBACK)) == InboundMessage(
        CALLBACK["id"], "447700912345", "07700987654", "Hello Notify!", datetime(2017, 5, 14, 12, 15, 30, tzinfo=UTC)
    )
    assert render("a reply") == (b"{}", "application/json")


def test_a_delivery_receipt_to_the_same_address_is_told_from_a_text() -> None:
    assert parse(body(RECEIPT)) == StatusReport(RECEIPT["id"], "delivered", "5d1c")
    assert parse(body(RECEIPT | {"reference": None})) == StatusReport(RECEIPT["id"], "delivered")


@pytest.mark.parametrize("field", ["id", "source_number", "destination_number", "message"])
def test_a_missing_field_is_named(field: str) -> None:
    assert parse(body({**CALLBACK, field: None})) == ParseFault("field_malformed", f"`{field}`")


@settings(deadline=None)
@given(st.binary(max_size=300), st.text(max_size=80))
def test_no_request_is_a_crash(raw: bytes, authorization: str) -> None:
    assert not verify(raw, {"Authorization": authorization}, "", (TOKEN,), NOW)
    parse(raw)


@pytest.mark.parametrize(
    ("text", "lossy"),
    [
        ("Local survey: “yes” – it’s fine… {~}", False),
        ("Prifysgol: tŷ, dŵr", False),
        ("Ankieta: żółw", True),
        ("استبيان", True),
        ("ሰላም", True),
        ("问卷", True),
        ("ok 😀", True),
    ],
)
def test_a_text_that_notify_would_garble_is_known(text: str, lossy: bool) -> None:
    assert is_lossy(text) is lossy
    sent = API.send(Outgoing(text, "+447700900001", "5d1c", "", NOW), ACCOUNT, NOW)
    assert (sent == NotTaken("lossy_text")) is lossy
    every_script = Account(ACCOUNT.number, {**ACCOUNT.fields, "scripts": "all"})
    assert isinstance(API.send(Outgoing(text, "+447700900001", "5d1c", "", NOW), every_script, NOW), HttpCall)


def test_a_text_over_918_characters_is_not_sent() -> None:
    assert API.send(Outgoing("a" * 919, "+447700900001", "5d1c", "", NOW), ACCOUNT, NOW) == NotTaken("too_long")


def test_the_key_signs_in_as_a_library_for_json_web_tokens_reads_it() -> None:
    call = API.send(OUTGOING, ACCOUNT, NOW)
    assert isinstance(call, HttpCall)
    assert (call.method, call.url) == ("POST", "https://api.notifications.service.gov.uk/v2/notifications/sms")
    scheme, _, sent = call.headers["Authorization"].partition(" ")
    claims = jwt.decode(sent, SECRET, algorithms=["HS256"], options={"verify_iat": False})
    assert (scheme, claims) == ("Bearer", {"iss": SERVICE, "iat": int(NOW.timestamp())})
    assert jwt.get_unverified_header(sent) == {"typ": "JWT", "alg": "HS256"}
    assert json.loads(call.body or b"") == {
        "phone_number": "+447700900001",
        "template_id": ACCOUNT.get("template"),
        "personalisation": {"message": OUTGOING.text},
        "reference": "5d1c",
    }
    with pytest.raises(jwt.InvalidSignatureError):
        jwt.decode(token(KEY[:-1] + "1", NOW), SECRET, algorithms=["HS256"], options={"verify_iat": False})


@pytest.mark.parametrize(
    ("status", "document", "means"),
    [
        (201, {"id": "740e", "reference": "5d1c"}, Taken("740e")),
        (201, {}, Unclear("answer_unread")),
        (400, {"errors": []}, NotTaken("notify_400")),
        (403, {"errors": []}, NotTaken("notify_403", again=True)),
        (429, {"errors": []}, NotTaken("notify_429", again=True)),
        (500, {"errors": []}, Unclear("notify_500")),
        (504, None, Unclear("notify_504")),
    ],
)
def test_what_answers_mean(status: int, document: Any, means: object) -> None:
    assert API.read_sent(HttpAnswer(status, body(document))) == means


def test_a_text_that_may_have_gone_out_is_found_by_our_own_name_for_it() -> None:
    call = API.look_up(OUTGOING, ACCOUNT, NOW)
    assert dict(parse_qsl(urlsplit(call.url).query)) == {"reference": "5d1c", "template_type": "sms"}
    found = HttpAnswer(200, body({"notifications": [{"id": "740e", "reference": "5d1c"}], "links": {}}))
    assert API.read_look_up(found, OUTGOING) == Taken("740e")
    none = HttpAnswer(200, body({"notifications": [], "links": {}}))
    assert API.read_look_up(none, OUTGOING) == NotTaken("never_arrived", again=True)
    assert API.read_look_up(HttpAnswer(502, b"<html>"), OUTGOING) == Unclear("notify_502")


def received(number: int, at: datetime) -> dict[str, Any]:
    return {
        "id": f"00000000-0000-4000-8000-{number:012}",
        "user_number": "447700912345",
        "notify_number": "07700987654",
        "created_at": at.isoformat().replace("+00:00", "Z"),
        "service_id": SERVICE,
        "content": str(number),
    }


def test_received_texts_are_listed_page_by_page_as_far_back_as_asked_for() -> None:
    first = API.list(ACCOUNT, NOW, None, NOW)
    assert first.url == "https://api.notifications.service.gov.uk/v2/received-text-messages"
    new = [received(number, NOW - timedelta(minutes=number)) for number in range(3)]
    since = NOW - timedelta(hours=1)
    whole = API.read_list(HttpAnswer(200, body({"received_text_messages": new})), since, None)
    assert whole is not None and [one.text for one in whole.messages] == ["0", "1", "2"]
    assert whole.next == new[-1]["id"]
    assert API.list(ACCOUNT, NOW, whole.next, NOW).url.endswith(f"?older_than={whole.next}")
    old = received(9, NOW - timedelta(days=2))
    part = API.read_list(HttpAnswer(200, body({"received_text_messages": [*new, old, {}]})), since, whole.next)
    assert part is not None and (len(part.messages), part.next, part.unread) == (3, None, 1)
    assert API.read_list(HttpAnswer(200, body({"received_text_messages": []})), since, "x") is not None
    assert API.read_list(HttpAnswer(403, b"{}"), since, None) is None


def test_a_key_is_told_by_its_form() -> None:
    assert is_api_key(KEY)
    assert not is_api_key(KEY[:-1]) and not is_api_key("") and not is_api_key(f"{SERVICE}{SECRET}")
