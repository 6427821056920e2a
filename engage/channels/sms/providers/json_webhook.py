"""Our own plain signed JSON webhook, for gateways that speak nothing else."""

import hashlib
import hmac
import json
import re
from collections.abc import Mapping, Sequence
from datetime import datetime

from engage.channels.sms.message import InboundMessage, ParseFault
from engage.channels.sms.providers.signing import header, is_same, readable, time_in

REQUEST_CONTENT_TYPE = "application/json"
TIMESTAMP_HEADER = "X-Engage-Timestamp"
SIGNATURE_HEADER = "X-Engage-Signature"
#: Seconds a signature is good for, before and after.
SIGNATURE_LIFE = 300
#: Bytes.
LARGEST_BODY = 64 * 1024
#: Characters of a message id, and of a telephone number or sender name.
LONGEST_ID = 100
LONGEST_NUMBER = 64
_TIMESTAMP = re.compile(r"[0-9]{1,12}")


def sign(raw_body: bytes, timestamp: str, secret: str) -> str:
    """Return the signature a sender puts beside a body: hex HMAC-SHA256 of timestamp, full stop, raw body."""
    return hmac.new(secret.encode(), timestamp.encode() + b"." + raw_body, hashlib.sha256).hexdigest()


def verify(raw_body: bytes, headers: Mapping[str, str], url: str, secrets: Sequence[str], now: datetime) -> bool:
    """Say whether one of the secrets signed this body within the last or next 300 seconds."""
    del url  # only the body and its time are signed
    timestamp = header(headers, TIMESTAMP_HEADER)
    if len(raw_body) > LARGEST_BODY or not _TIMESTAMP.fullmatch(timestamp):
        return False
    if abs(now.timestamp() - int(timestamp)) > SIGNATURE_LIFE:
        return False
    given = header(headers, SIGNATURE_HEADER).lower()
    matches = [is_same(given, sign(raw_body, timestamp, secret)) for secret in secrets if secret]
    return any(matches)


def parse(raw_body: bytes) -> InboundMessage | ParseFault:
    """Return the message in a body `{"id","from","to","text","received_at"}`, or why there is none."""
    if len(raw_body) > LARGEST_BODY:
        return ParseFault("body_too_large", f"at most {LARGEST_BODY} bytes")
    try:
        document = json.loads(raw_body.decode("utf-8"))
    except (ValueError, RecursionError):
        return ParseFault("body_malformed", "not JSON in UTF-8")
    if not isinstance(document, dict):
        return ParseFault("body_malformed", "not a JSON object")
    return _message(document)


def render(reply: str | None) -> tuple[bytes, str]:
    """Return the body that takes the reply back, and its content type."""
    return json.dumps({"reply": reply}, ensure_ascii=False).encode(), "application/json"


def _message(document: Mapping[str, object]) -> InboundMessage | ParseFault:
    texts: dict[str, str] = {}
    for field, longest in (("id", LONGEST_ID), ("from", LONGEST_NUMBER), ("to", LONGEST_NUMBER)):
        value = document.get(field)
        if not isinstance(value, str) or not 0 < len(value) <= longest or not value.isprintable():
            return ParseFault("field_malformed", f"`{field}`: expected 1 to {longest} printable characters")
        texts[field] = value
    text = document.get("text")
    if not isinstance(text, str):
        return ParseFault("field_malformed", "`text`: expected a text")
    received_at = _time(document.get("received_at"))
    if isinstance(received_at, ParseFault):
        return received_at
    return InboundMessage(texts["id"], texts["from"], texts["to"], readable(text), received_at)


def _time(value: object) -> datetime | ParseFault | None:
    time = time_in(value)
    if time is None and value is not None:
        return ParseFault("field_malformed", "`received_at`: expected a time such as 2026-11-21T10:00:00Z")
    return time
