"""GOV.UK Notify: callbacks with a bearer token, texts sent and listed through its interface."""

import hashlib
import hmac
import json
from base64 import urlsafe_b64encode
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

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
    usual_refusal,
)
from engage.channels.sms.providers.signing import header, is_same, readable, time_in
from engage.channels.sms.segments import GSM_BASIC, GSM_EXTENSION, to_gsm

REQUEST_CONTENT_TYPE = "application/json"
BASE = "https://api.notifications.service.gov.uk"
#: Characters of a text that Notify sends at most.
LONGEST_TEXT = 918
#: Letters beside GSM-7 that every version of Notify's sanitiser keeps: Welsh with a circumflex.
WELSH = frozenset("âêîôûŵŷÂÊÎÔÛŴŶ")
#: The one field of the template, which has to read `((message))`.
PLACEHOLDER = "message"
#: A Notify key is a name, the service's id and the secret, the two of them UUIDs, with hyphens between.
_UUID = 36
_SCHEME = "bearer"
_LONGEST_ID, _LONGEST_NUMBER = 100, 64


def verify(raw_body: bytes, headers: Mapping[str, str], url: str, secrets: Sequence[str], now: datetime) -> bool:
    """Say whether the request brings one of the tokens: Notify signs nothing, and says no time.

    The id of the message is kept against copies.
    """
    del raw_body, url, now
    scheme, _, token = header(headers, "Authorization").partition(" ")
    matches = [is_same(token.strip(), secret) for secret in secrets if secret]
    return scheme.lower() == _SCHEME and any(matches)


def parse(raw_body: bytes) -> InboundMessage | StatusReport | ParseFault:
    """Return the text or the delivery receipt in a callback: both may be sent to the same address."""
    try:
        document = json.loads(raw_body.decode("utf-8"))
    except (ValueError, RecursionError):
        return ParseFault("body_malformed", "not JSON in UTF-8")
    if not isinstance(document, dict):
        return ParseFault("body_malformed", "not a JSON object")
    if "source_number" not in document and "status" in document:
        return _receipt(document)
    return _message(document, "source_number", "destination_number", "message", "date_received")


def render(reply: str | None) -> tuple[bytes, str]:
    """Return the empty answer: replies go through the interface."""
    del reply
    return b"{}", "application/json"


def is_lossy(text: str) -> bool:
    """Say whether Notify may turn letters of a text into others or into question marks.

    Its sanitiser did so with every script but ours and strips Polish and Romanian accents
    (notifications-utils, sanitise_text.py); newer versions are said to keep other scripts, so an account may
    be marked to send them.
    """
    return not set(to_gsm(text)) <= GSM_BASIC | GSM_EXTENSION | WELSH


def _send(outgoing: Outgoing, account: Account, now: datetime) -> HttpCall | NotTaken:
    if account.get("scripts") != "all" and is_lossy(outgoing.text):
        return NotTaken("lossy_text")
    if len(outgoing.text) > LONGEST_TEXT:
        return NotTaken("too_long")
    document = {
        "phone_number": outgoing.number,
        "template_id": account.get("template"),
        "personalisation": {PLACEHOLDER: outgoing.text},
        "reference": outgoing.reference,
    }
    return _call("POST", "/v2/notifications/sms", account, now, json.dumps(document, ensure_ascii=False).encode())


def _read_sent(answer: HttpAnswer) -> Sending:
    document = answer.document()
    if answer.status == 201 and isinstance(document, dict) and isinstance(document.get("id"), str):  # noqa: PLR2004
        return Taken(document["id"])
    if 200 <= answer.status < 300:  # noqa: PLR2004 - success without the id that stands for it
        return Unclear("answer_unread")
    return usual_refusal(answer, f"notify_{answer.status}")


def _look_up(outgoing: Outgoing, account: Account, now: datetime) -> HttpCall:
    query = urlencode({"reference": outgoing.reference, "template_type": "sms"})
    return _call("GET", f"/v2/notifications?{query}", account, now)


def _read_look_up(answer: HttpAnswer, outgoing: Outgoing) -> Sending:
    document = answer.document()
    found = document.get("notifications") if isinstance(document, dict) else None
    if answer.status != 200 or not isinstance(found, list):  # noqa: PLR2004
        return Unclear(f"notify_{answer.status}")
    for sent in found:
        if isinstance(sent, dict) and sent.get("reference") == outgoing.reference:
            return Taken(str(sent.get("id")))
    return NotTaken("never_arrived", again=True)


def _list(account: Account, since: datetime, older_than: str | None, now: datetime) -> HttpCall:
    """Notify lists the newest first, 250 a page, for as long as the service keeps texts (7 days by default)."""
    del since
    query = f"?{urlencode({'older_than': older_than})}" if older_than else ""
    return _call("GET", f"/v2/received-text-messages{query}", account, now)


def _read_list(answer: HttpAnswer, since: datetime, older_than: str | None) -> Page | None:
    del older_than
    document = answer.document()
    listed = document.get("received_text_messages") if isinstance(document, dict) else None
    if answer.status != 200 or not isinstance(listed, list):  # noqa: PLR2004
        return None
    read = [_message(one, "user_number", "notify_number", "content", "created_at") for one in listed]
    messages = [one for one in read if isinstance(one, InboundMessage)]
    fresh = tuple(one for one in messages if one.received_at is None or one.received_at >= since)
    goes_on = bool(messages) and len(fresh) == len(messages)
    goes_on_at = messages[-1].provider_id if goes_on else None
    return Page(fresh, goes_on_at, unread=len(read) - len(messages))


def _call(method: str, path: str, account: Account, now: datetime, body: bytes | None = None) -> HttpCall:
    headers = {"Authorization": f"Bearer {token(account.get('api_key'), now)}", "Accept": "application/json"}
    if body is not None:
        headers["Content-Type"] = "application/json"
    return HttpCall(method, (account.get("base") or BASE).rstrip("/") + path, headers, body)


def token(api_key: str, now: datetime) -> str:
    """Return the JWT (HS256, RFC 7519) that signs in with a key; Notify takes it for 30 seconds."""
    service, secret = api_key[-2 * _UUID - 1 : -_UUID - 1], api_key[-_UUID:]
    claims = {"iss": service, "iat": int(now.timestamp())}
    signed = ".".join(_segment(json.dumps(part).encode()) for part in ({"typ": "JWT", "alg": "HS256"}, claims))
    return f"{signed}.{_segment(hmac.new(secret.encode(), signed.encode(), hashlib.sha256).digest())}"


def is_api_key(api_key: str) -> bool:
    """Say whether a key ends, as every key of Notify does, in the service's id and the secret."""
    try:
        service, secret = UUID(api_key[-2 * _UUID - 1 : -_UUID - 1]), UUID(api_key[-_UUID:])
    except ValueError:
        return False
    return api_key.endswith(f"-{service}-{secret}")


def _segment(content: bytes) -> str:
    return urlsafe_b64encode(content).rstrip(b"=").decode()


def _receipt(document: Mapping[str, Any]) -> StatusReport | ParseFault:
    provider_id, status = document.get("id"), document.get("status")
    if not isinstance(provider_id, str) or not isinstance(status, str) or not 0 < len(provider_id) <= _LONGEST_ID:
        return ParseFault("field_malformed", "`id` or `status`")
    return StatusReport(provider_id, status[:_LONGEST_ID], reference=str(document.get("reference") or "") or None)


def _message(document: Any, sender: str, recipient: str, text: str, at: str) -> InboundMessage | ParseFault:
    if not isinstance(document, dict):
        return ParseFault("body_malformed", "not a JSON object")
    for name, longest in (("id", _LONGEST_ID), (sender, _LONGEST_NUMBER), (recipient, _LONGEST_NUMBER)):
        value = document.get(name)
        if not isinstance(value, str) or not 0 < len(value) <= longest:
            return ParseFault("field_malformed", f"`{name}`")
    if not isinstance(document.get(text), str):
        return ParseFault("field_malformed", f"`{text}`")
    content = readable(document[text])
    return InboundMessage(document["id"], document[sender], document[recipient], content, time_in(document.get(at)))


API = Api(
    fields=(
        AccountField(
            "api_key",
            "API key",
            "In Notify under API integration, API keys: a live key. It ends in two ids of 36 characters.",
            is_secret=True,
        ),
        AccountField("template", "Template id", "Of a text message template that reads only ((message))."),
        AccountField(
            "scripts",
            "Other scripts",
            "Choose to send them only once a test text in Arabic arrived as it was sent.",
            is_needed=False,
            choices=(("", "never send what Notify may garble"), ("all", "Notify sends every script")),
        ),
        AccountField("base", "Address of the interface", is_needed=False, default=BASE),
    ),
    send=_send,
    read_sent=_read_sent,
    look_up=_look_up,
    read_look_up=_read_look_up,
    list=_list,
    read_list=_read_list,
)
