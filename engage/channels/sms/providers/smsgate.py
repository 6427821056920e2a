"""SMS Gateway for Android (sms-gate.app): a charity's own phone, signed webhooks, texts sent through its interface."""

import hashlib
import hmac
import json
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, urlencode

from engage.channels.sms.message import InboundMessage, ParseFault, StatusReport
from engage.channels.sms.providers.calls import (
    Account,
    AccountField,
    Api,
    HttpAnswer,
    HttpCall,
    NotTaken,
    Outgoing,
    Page,
    Sending,
    Taken,
    Unclear,
    basic,
    usual_refusal,
)
from engage.channels.sms.providers.signing import header, is_same, readable, time_in

REQUEST_CONTENT_TYPE = "application/json"
SIGNATURE_HEADER, TIMESTAMP_HEADER = "X-Signature", "X-Timestamp"
#: Seconds a signature is good for, before and after; each retry is signed anew.
SIGNATURE_LIFE = 300
BASE = "https://api.sms-gate.app/3rdparty/v1"
#: Seconds after which the phone gives a text up: a reply an hour late only confuses.
TEXT_LIFE = 3600
#: Texts on one page of the inbox, the most there may be.
PAGE = 500
#: Characters of a signing key; the one the app makes itself has 8, which can be guessed.
SHORTEST_SECRET = 16
_STATUSES = {"sms:sent": "sent", "sms:delivered": "delivered", "sms:failed": "failed"}
_TIMESTAMP = re.compile(r"[0-9]{1,12}")
_LONGEST_ID, _LONGEST_NUMBER = 100, 64


def sign(raw_body: bytes, timestamp: str, secret: str) -> str:
    """Return the signature the app puts beside a body: hex HMAC-SHA256 of the body and the timestamp behind it."""
    return hmac.new(secret.encode(), raw_body + timestamp.encode(), hashlib.sha256).hexdigest()


def verify(raw_body: bytes, headers: Mapping[str, str], url: str, secrets: Sequence[str], now: datetime) -> bool:
    """Say whether one of the keys signed this body within the last or next 300 seconds."""
    del url  # only the body and its time are signed
    timestamp = header(headers, TIMESTAMP_HEADER)
    if not _TIMESTAMP.fullmatch(timestamp) or abs(now.timestamp() - int(timestamp)) > SIGNATURE_LIFE:
        return False
    given = header(headers, SIGNATURE_HEADER).lower()
    matches = [is_same(given, sign(raw_body, timestamp, secret)) for secret in secrets if secret]
    return any(matches)


def parse(raw_body: bytes) -> InboundMessage | StatusReport | ParseFault | None:
    """Return the text or the status in an event; None for events that are neither, such as a ping."""
    try:
        document = json.loads(raw_body.decode("utf-8"))
    except (ValueError, RecursionError):
        return ParseFault("body_malformed", "not JSON in UTF-8")
    payload = document.get("payload") if isinstance(document, dict) else None
    if not isinstance(document, dict) or not isinstance(document.get("event"), str):
        return ParseFault("field_malformed", "`event`")
    event = document["event"]
    if event != "sms:received" and event not in _STATUSES:
        return None
    if not isinstance(payload, dict):
        return ParseFault("field_malformed", "`payload`")
    if event in _STATUSES:
        return _status(payload, _STATUSES[event])
    sender = payload.get("sender") or payload.get("phoneNumber")
    return _message(sender, payload.get("recipient"), payload.get("message"), payload.get("receivedAt"))


def render(reply: str | None) -> tuple[bytes, str]:
    """Return the empty answer: replies go through the interface."""
    del reply
    return b"{}", "application/json"


def _status(payload: Mapping[str, Any], status: str) -> StatusReport | ParseFault:
    provider_id = payload.get("messageId")
    if not isinstance(provider_id, str) or not 0 < len(provider_id) <= _LONGEST_ID:
        return ParseFault("field_malformed", "`messageId`")
    return StatusReport(provider_id, status)


def _message(sender: Any, recipient: Any, text: Any, received_at: Any) -> InboundMessage | ParseFault:
    """Return a text under a name made of what it is.

    The event's own id is new each time it fires and `messageId` has 32 bits, so neither names a text. The
    moment is the network's (webhook and inbox say the same one), and the device is left out because the inbox
    does not say it. The name holds the number: it is hashed under a key before it is stored.
    """
    if not isinstance(sender, str) or not 0 < len(sender) <= _LONGEST_NUMBER:
        return ParseFault("field_malformed", "`sender`")
    if not isinstance(text, str):
        return ParseFault("field_malformed", "`message`")
    at = time_in(received_at)
    if at is None:
        return ParseFault("field_malformed", "`receivedAt`")
    content = readable(text)
    parts = (sender.strip(), at.astimezone(UTC).isoformat(timespec="seconds"), _digest(content))
    return InboundMessage("|".join(parts), sender, recipient if isinstance(recipient, str) else "", content, at)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _send(outgoing: Outgoing, account: Account, now: datetime) -> HttpCall | NotTaken:
    """The id is ours: the gateway takes the same one only once."""
    del now
    document: dict[str, Any] = {
        "id": outgoing.reference,
        "textMessage": {"text": outgoing.text},
        "phoneNumbers": [outgoing.number],
        "ttl": TEXT_LIFE,
        "withDeliveryReport": True,
    }
    if account.get("device"):
        document["deviceId"] = account.get("device")
    if account.get("sim").isdecimal():
        document["simNumber"] = int(account.get("sim"))
    return _call("POST", "/messages", account, json.dumps(document, ensure_ascii=False).encode())


def _read_sent(answer: HttpAnswer) -> Sending:
    document = answer.document()
    if answer.status == 409:  # noqa: PLR2004 - it has this id already
        return Taken(None)
    if 200 <= answer.status < 300:  # noqa: PLR2004
        sent = document.get("id") if isinstance(document, dict) else None
        return Taken(sent if isinstance(sent, str) else None)
    return usual_refusal(answer, f"smsgate_{answer.status}")


def _look_up(outgoing: Outgoing, account: Account, now: datetime) -> HttpCall:
    del now
    return _call("GET", f"/messages/{quote(outgoing.reference)}", account)


def _read_look_up(answer: HttpAnswer, outgoing: Outgoing) -> Sending:
    if answer.status == 200:  # noqa: PLR2004
        return Taken(outgoing.reference)
    if answer.status == 404:  # noqa: PLR2004
        return NotTaken("never_arrived", again=True)
    return Unclear(f"smsgate_{answer.status}")


def _list(account: Account, since: datetime, offset: str | None, now: datetime) -> HttpCall:
    del now
    begin = since.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    query = {"type": "SMS", "limit": str(PAGE), "offset": offset or "0", "from": begin}
    if account.get("device"):
        query["deviceId"] = account.get("device")
    return _call("GET", f"/inbox?{urlencode(query)}", account)


def _read_list(answer: HttpAnswer, since: datetime, offset: str | None) -> Page | None:
    del since
    listed = answer.document()
    if answer.status != 200 or not isinstance(listed, list):  # noqa: PLR2004
        return None
    read = [_listed(one) for one in listed]
    messages = tuple(one for one in read if isinstance(one, InboundMessage))
    goes_on = str(int(offset or 0) + PAGE) if len(listed) == PAGE else None
    return Page(messages, goes_on, unread=len(read) - len(messages))


def _listed(one: Any) -> InboundMessage | ParseFault:
    if not isinstance(one, dict) or one.get("isEncrypted") is True:
        return ParseFault("encrypted", "the phone encrypts its texts")
    return _message(one.get("sender"), one.get("recipient"), one.get("contentPreview"), one.get("createdAt"))


def _call(method: str, path: str, account: Account, body: bytes | None = None) -> HttpCall:
    headers = {"Authorization": basic(account.get("user"), account.get("password")), "Accept": "application/json"}
    if body is not None:
        headers["Content-Type"] = "application/json"
    return HttpCall(method, (account.get("base") or BASE).rstrip("/") + path, headers, body)


API = Api(
    fields=(
        AccountField("user", "User name", "On the Home tab of the app, under Cloud server or Local server."),
        AccountField("password", "Password", "Beside the user name.", is_secret=True),
        AccountField(
            "base",
            "Address of the interface",
            "Of your own server, or of the phone (http://192.168.…:8080) where it runs as local server.",
            is_needed=False,
            default=BASE,
        ),
        AccountField("device", "Device id", "Where several phones share the account.", is_needed=False),
        AccountField("sim", "SIM", "1, 2 or 3, where the phone holds more than one.", is_needed=False),
    ),
    send=_send,
    read_sent=_read_sent,
    look_up=_look_up,
    read_look_up=_read_look_up,
    list=_list,
    read_list=_read_list,
)
