"""Twilio: form posts signed over the address and the sorted fields, answered in TwiML."""

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import SplitResult, parse_qsl, urlsplit
from xml.sax.saxutils import escape

from engage.channels.sms.message import InboundMessage, ParseFault, StatusReport
from engage.channels.sms.providers.signing import header, is_same, readable

REQUEST_CONTENT_TYPE = "application/x-www-form-urlencoded"
SIGNATURE_HEADER = "X-Twilio-Signature"
#: Bytes, and fields of a form.
LARGEST_BODY = 64 * 1024
MOST_FIELDS = 200
#: What Twilio's own opt-out keywords say; it answers these itself and refuses our reply (error 21610).
OPTED_OUT = "STOP"
#: How a channel's requests are signed: with the account's auth token, or with a shared key of its own.
ALGORITHMS: Mapping[str, Callable[..., Any]] = {"HMAC-SHA1": hashlib.sha1, "HMAC-SHA256": hashlib.sha256}
AUTH_TOKEN, SHARED_KEY = ALGORITHMS
#: Now and then a long text comes as base64 of itself; so long it has to be at least, and have no space.
_SHORTEST_ENCODED = 80
_ENCODED = re.compile(r"[A-Za-z0-9+/]+={0,2}")
_DEFAULT_PORTS = {"https": 443, "http": 80}
_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def verify(
    raw_body: bytes,
    headers: Mapping[str, str],
    url: str,
    secrets: Sequence[str],
    now: datetime,
    algorithm: str = AUTH_TOKEN,
) -> bool:
    """Say whether one of the auth tokens, or shared keys, signed these fields for this address.

    `url` is the configured public base with the raw path and query: behind a proxy the Host header is not
    what Twilio called. It is tried with and without the port, as Twilio itself is not consistent. Nothing in
    the signature is about time, so the caller keeps the message id against replays. The algorithm is the one
    the channel was set up with, whatever a header asks for (Twilio, "Security", and twilio-python's
    RequestValidator).
    """
    del now
    fields = _fields(raw_body)
    if isinstance(fields, ParseFault):
        return False
    signed = "".join(name + value for name, value in sorted(set(fields)))
    given = header(headers, SIGNATURE_HEADER)
    matches = [
        is_same(given, _signature(address + signed, secret, algorithm))
        for secret in secrets
        if secret
        for address in _addresses(url)
    ]
    return any(matches)


def parse(raw_body: bytes) -> InboundMessage | StatusReport | ParseFault:
    """Return the text or the status in a form post, or why there is none; unknown fields are left alone."""
    fields = _fields(raw_body)
    if isinstance(fields, ParseFault):
        return fields
    form = dict(reversed(fields))
    if "MessageStatus" in form and "Body" not in form:
        return _status(form)
    for name in ("MessageSid", "From", "To"):
        if not form.get(name):
            return ParseFault("field_missing", f"`{name}`")
    if "Body" not in form:
        return ParseFault("field_missing", "`Body`")
    return InboundMessage(
        provider_id=form["MessageSid"],
        sender=form["From"],
        recipient=form["To"],
        text=readable(_decoded(form["Body"])),
        opted_out=form.get("OptOutType", "").upper() == OPTED_OUT,
    )


def render(reply: str | None) -> tuple[bytes, str]:
    """Return TwiML that sends the reply, or nothing; and its content type."""
    message = "" if reply is None else f"<Message>{escape(_NO_XML.sub('', reply))}</Message>"
    document = f'<?xml version="1.0" encoding="UTF-8"?><Response>{message}</Response>'
    return document.encode(), "text/xml; charset=utf-8"


def _fields(raw_body: bytes) -> list[tuple[str, str]] | ParseFault:
    if len(raw_body) > LARGEST_BODY:
        return ParseFault("body_too_large", f"at most {LARGEST_BODY} bytes")
    try:
        body = raw_body.decode("utf-8")
    except UnicodeDecodeError:
        return ParseFault("body_malformed", "not a form in UTF-8")
    try:
        return parse_qsl(body, keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError:
        return ParseFault("too_many_fields", f"at most {MOST_FIELDS}")


def _status(form: Mapping[str, str]) -> StatusReport | ParseFault:
    if not form.get("MessageSid") or not form["MessageStatus"]:
        return ParseFault("field_missing", "`MessageSid` or `MessageStatus`")
    return StatusReport(form["MessageSid"], form["MessageStatus"])


def _decoded(text: str) -> str:
    """Return a text that came as base64 as it was written; anything that could be a text stays as it is."""
    if len(text) < _SHORTEST_ENCODED or len(text) % 4 or not _ENCODED.fullmatch(text):
        return text
    try:
        decoded = base64.b64decode(text, validate=True).decode("utf-8")
    except (binascii.Error, UnicodeDecodeError):
        return text
    return decoded if " " in decoded and decoded.replace("\n", "").isprintable() else text


def _signature(text: str, secret: str, algorithm: str) -> str:
    return base64.b64encode(hmac.new(secret.encode(), text.encode(), ALGORITHMS[algorithm]).digest()).decode()


def _addresses(url: str) -> tuple[str, ...]:
    parts = urlsplit(url)
    host = parts.netloc.rpartition(":")[0] if parts.port else parts.netloc.rstrip(":")
    port = parts.port or _DEFAULT_PORTS.get(parts.scheme)
    return tuple(dict.fromkeys((url, _at(parts, host), _at(parts, f"{host}:{port}"))))


def _at(parts: SplitResult, netloc: str) -> str:
    return parts._replace(netloc=netloc).geturl()
