"""Sending by Twilio: the very requests that Twilio's own library makes, and what its answers mean."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from requests import Request
from twilio.http import HttpClient
from twilio.http.response import Response
from twilio.rest import Client

from engage.channels.sms.providers.calls import Account, HttpAnswer, HttpCall, NotTaken, Outgoing, Taken, Unclear
from engage.channels.sms.providers.twilio_api import API, is_account

NOW = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
SID = "AC" + "0f" * 16
ACCOUNT = Account("+447700900002", {"account": SID, "auth_token": "token"})
TEXT = "Local survey, 1 of 4. żółw & سلام 😀"
OUTGOING = Outgoing(TEXT, "+447700900001", "5d1c", "https://survey.example.org/sms/twilio/9d4c", NOW)


class Notebook(HttpClient):
    """Stands where Twilio's library would reach the network; keeps what it would have sent."""

    def __init__(self) -> None:
        super().__init__(None, False, None)
        self.call: Any = None

    def request(self, method: str, url: str, params=None, data=None, headers=None, auth=None, **_more: Any) -> Response:  # type: ignore[no-untyped-def]
        self.call = Request(method, url, params=params, data=data, headers={}, auth=auth).prepare()
        return Response(200, json.dumps({"sid": "SM1"} if method == "POST" else {"messages": []}))


@pytest.fixture
def notebook() -> Notebook:
    return Notebook()


@pytest.fixture
def library(notebook: Notebook) -> Client:
    return Client(SID, "token", http_client=notebook)


def same_request(ours: HttpCall, theirs: Any) -> bool:
    """Say whether two requests say the same: method, address, sign-in, fields in whatever order."""
    where, there = urlsplit(ours.url), urlsplit(theirs.url)
    fields = sorted(parse_qsl((ours.body or b"").decode()))
    return (
        ours.method == theirs.method
        and (where.scheme, where.netloc, where.path) == (there.scheme, there.netloc, there.path)
        and sorted(parse_qsl(where.query)) == sorted(parse_qsl(there.query))
        and fields == sorted(parse_qsl(theirs.body or ""))
        and ours.headers["Authorization"] == theirs.headers["Authorization"]
    )


def test_a_text_is_sent_as_twilios_library_sends_it(library: Client, notebook: Notebook) -> None:
    ours = API.send(OUTGOING, ACCOUNT, NOW)
    assert isinstance(ours, HttpCall)
    library.messages.create(
        to="+447700900001",
        from_="+447700900002",
        body=TEXT,
        status_callback="https://survey.example.org/sms/twilio/9d4c",
    )
    assert same_request(ours, notebook.call)
    assert "token" not in repr(ours) and "+447700900001" not in repr(OUTGOING)


def test_texts_are_listed_as_twilios_library_lists_them(library: Client, notebook: Notebook) -> None:
    ours = API.list(ACCOUNT, NOW, None, NOW)
    library.messages.list(to="+447700900002", date_sent_after=NOW, page_size=1000, limit=1)
    asked = dict(parse_qsl(urlsplit(notebook.call.url).query))
    assert dict(parse_qsl(urlsplit(ours.url).query)) == asked | {"DateSent>": asked["DateSent>"][:10]}
    assert urlsplit(ours.url).path == urlsplit(notebook.call.url).path


def test_a_text_that_is_too_long_is_not_sent() -> None:
    long = Outgoing("a" * 1601, "+447700900001", "5d1c", "", NOW)
    assert API.send(long, ACCOUNT, NOW) == NotTaken("too_long")


def test_on_a_machine_without_https_no_status_is_asked_for() -> None:
    local = Outgoing(TEXT, "+447700900001", "5d1c", "http://127.0.0.1:8000/sms/twilio/9d4c", NOW)
    call = API.send(local, ACCOUNT, NOW)
    assert isinstance(call, HttpCall) and b"StatusCallback" not in (call.body or b"")


@pytest.mark.parametrize(
    ("status", "document", "means"),
    [
        (201, {"sid": "SM7", "status": "queued"}, Taken("SM7")),
        (201, {}, Unclear("answer_unread")),
        (400, {"code": 21610, "message": "…"}, NotTaken("opted_out")),
        (400, {"code": 21211}, NotTaken("twilio_21211")),
        (401, {"code": 20003}, NotTaken("twilio_20003", again=True)),
        (429, {}, NotTaken("twilio_429", again=True)),
        (503, None, NotTaken("twilio_503", again=True)),
        (500, None, Unclear("twilio_500")),
        (502, None, Unclear("twilio_502")),
    ],
)
def test_what_answers_mean(status: int, document: Any, means: object) -> None:
    assert API.read_sent(HttpAnswer(status, json.dumps(document).encode())) == means


def listed(**fields: Any) -> dict[str, Any]:
    return {
        "sid": "SM1",
        "direction": "inbound",
        "from": "+447700900001",
        "to": "+447700900002",
        "body": "4",
        "date_sent": "Sat, 21 Nov 2026 09:30:00 +0000",
        "date_created": "Sat, 21 Nov 2026 09:30:01 +0000",
    } | fields


def page(*messages: Any, following: str | None = None) -> HttpAnswer:
    return HttpAnswer(200, json.dumps({"messages": messages, "next_page_uri": following}).encode())


def test_a_text_that_may_have_gone_out_is_found_by_its_words_and_time() -> None:
    sent = listed(direction="outbound-api", body=TEXT, sid="SM9", date_created="Sat, 21 Nov 2026 10:00:03 +0000")
    old = sent | {"sid": "SM2", "date_created": "Sat, 21 Nov 2026 08:00:00 +0000"}
    assert API.read_look_up(page(sent, old), OUTGOING) == Taken("SM9")
    assert API.read_look_up(page(old), OUTGOING) == NotTaken("never_arrived", again=True)
    assert API.read_look_up(HttpAnswer(500, b""), OUTGOING) == Unclear("twilio_500")
    assert dict(parse_qsl(urlsplit(API.look_up(OUTGOING, ACCOUNT, NOW).url).query))["To"] == "+447700900001"


def test_only_texts_that_came_in_and_are_new_are_listed() -> None:
    since = NOW - timedelta(hours=1)
    answer = page(
        listed(),
        listed(sid="SM2", direction="outbound-reply"),
        listed(sid="SM3", date_sent="Sat, 21 Nov 2026 07:00:00 +0000"),
        listed(sid=None),
        following="/2010-04-01/Accounts/AC1/Messages.json?Page=1&PageToken=x",
    )
    found = API.read_list(answer, since, None)
    assert found is not None
    assert [(one.provider_id, one.text) for one in found.messages] == [("SM1", "4")]
    assert found.messages[0].received_at == datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
    assert found.unread == 1
    following = API.list(ACCOUNT, since, found.next, NOW)
    assert following.url == "https://api.twilio.com/2010-04-01/Accounts/AC1/Messages.json?Page=1&PageToken=x"
    assert API.read_list(HttpAnswer(401, b"{}"), since, None) is None


@pytest.mark.parametrize(
    "path", ["//example.org/2010-", "https://example.org/", "/2010-04-01@example.org", "/2010-/../x"]
)
def test_an_answer_leads_nowhere_else(path: str) -> None:
    assert urlsplit(API.list(ACCOUNT, NOW, path, NOW).url).netloc == "api.twilio.com"


def test_an_account_is_told_by_its_form() -> None:
    assert is_account(SID)
    assert not is_account(SID + "0") and not is_account("AC" + "x" * 32) and not is_account("")
