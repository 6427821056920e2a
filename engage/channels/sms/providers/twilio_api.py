"""Twilio's own interface: sends texts, looks up whether one went out, lists those received."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import quote, urlencode, urljoin, urlsplit

from engage.channels.sms.message import InboundMessage
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
from engage.channels.sms.providers.signing import readable
from engage.channels.sms.providers.twilio import AUTH_TOKEN, SHARED_KEY

BASE = "https://api.twilio.com"
#: Characters of a text that Twilio joins from parts.
LONGEST_TEXT = 1600
#: Texts on one page, the most there may be.
PAGE = 1000
#: How far the clocks of Twilio and ours may differ.
_CLOCKS = timedelta(minutes=2)
#: Twilio's code for somebody who said STOP to it.
_STOPPED = 21610
_ACCOUNT = re.compile(r"AC[0-9a-fA-F]{32}")


def is_account(sid: str) -> bool:
    """Say whether a text is the id of an account: AC and 32 hexadecimal digits."""
    return bool(_ACCOUNT.fullmatch(sid))


def _send(outgoing: Outgoing, account: Account, now: datetime) -> HttpCall | NotTaken:
    """Twilio takes no name of ours, so a text that may have gone out is looked up by number, words and time."""
    del now
    if len(outgoing.text) > LONGEST_TEXT:
        return NotTaken("too_long")
    form = {"To": outgoing.number, "From": account.number or "", "Body": outgoing.text}
    if outgoing.status_url.startswith("https://"):
        form["StatusCallback"] = outgoing.status_url
    return _call("POST", "/Messages.json", account, urlencode(form).encode())


def _read_sent(answer: HttpAnswer) -> Sending:
    document = answer.document()
    sid = document.get("sid") if isinstance(document, dict) else None
    if answer.status == 201 and isinstance(sid, str):  # noqa: PLR2004
        return Taken(sid)
    if 200 <= answer.status < 300:  # noqa: PLR2004 - success without the id that stands for it
        return Unclear("answer_unread")
    code = document.get("code") if isinstance(document, dict) else None
    if code == _STOPPED:
        return NotTaken("opted_out")
    return usual_refusal(answer, f"twilio_{code if isinstance(code, int) else answer.status}")


def _look_up(outgoing: Outgoing, account: Account, now: datetime) -> HttpCall:
    del now
    query = urlencode({"To": outgoing.number, "From": account.number or "", "PageSize": "100"})
    return _call("GET", f"/Messages.json?{query}", account)


def _read_look_up(answer: HttpAnswer, outgoing: Outgoing) -> Sending:
    listed = _listed(answer)
    if listed is None:
        return Unclear(f"twilio_{answer.status}")
    for sent in listed:
        made_at = _time(sent.get("date_created"))
        if sent.get("body") == outgoing.text and made_at and made_at >= outgoing.since - _CLOCKS:
            return Taken(str(sent.get("sid")))
    return NotTaken("never_arrived", again=True)


def _list(account: Account, since: datetime, path: str | None, now: datetime) -> HttpCall:
    """Twilio filters by day (UTC); the first page leads to the others."""
    del now
    if path is not None:
        return _call("GET", path, account)
    first_day = f"{since.astimezone(UTC):%Y-%m-%d}"
    query = urlencode({"To": account.number or "", "DateSent>": first_day, "PageSize": str(PAGE)})
    return _call("GET", f"/Messages.json?{query}", account)


def _read_list(answer: HttpAnswer, since: datetime, path: str | None) -> Page | None:
    del path
    listed = _listed(answer)
    if listed is None:
        return None
    inbound = [one for one in listed if one.get("direction") == "inbound"]
    read = [_message(one) for one in inbound]
    messages = tuple(one for one in read if one and (one.received_at is None or one.received_at >= since))
    goes_on = answer.document().get("next_page_uri")
    return Page(messages, goes_on if isinstance(goes_on, str) and goes_on else None, unread=read.count(None))


def _listed(answer: HttpAnswer) -> list[Mapping[str, Any]] | None:
    document = answer.document()
    listed = document.get("messages") if isinstance(document, dict) else None
    if answer.status != 200 or not isinstance(listed, list):  # noqa: PLR2004
        return None
    return [one for one in listed if isinstance(one, dict)]


def _message(one: Mapping[str, Any]) -> InboundMessage | None:
    sid, sender, recipient, body = (one.get(name) for name in ("sid", "from", "to", "body"))
    if not (isinstance(sid, str) and isinstance(sender, str) and isinstance(recipient, str) and isinstance(body, str)):
        return None
    at = _time(one.get("date_sent")) or _time(one.get("date_created"))
    return InboundMessage(sid, sender, recipient, readable(body), at)


def _time(value: object) -> datetime | None:
    """Return a time as Twilio writes it: `Sat, 21 Nov 2026 10:00:00 +0000` (RFC 2822)."""
    try:
        return parsedate_to_datetime(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _call(method: str, path: str, account: Account, body: bytes | None = None) -> HttpCall:
    """`path` stands under the account, or is a whole one that an answer named."""
    base, sid = (account.get("base") or BASE).rstrip("/"), account.get("account")
    url = urljoin(f"{base}/", path) if path.startswith("/2010-") else f"{base}/2010-04-01/Accounts/{quote(sid)}{path}"
    if urlsplit(url).netloc != urlsplit(base).netloc:
        url = base  # an answer leads nowhere else
    headers = {"Authorization": basic(sid, account.get("auth_token")), "Accept": "application/json"}
    if body is not None:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    return HttpCall(method, url, headers, body)


API = Api(
    fields=(
        AccountField("account", "Account SID", "On the first page of the Twilio console; begins with AC."),
        AccountField(
            "auth_token",
            "Auth token",
            "Beside it. Left empty where requests are signed with it too and it is the secret of this channel.",
            is_secret=True,
            is_needed=False,
        ),
        AccountField(
            "algorithm",
            "Requests are signed with",
            is_needed=False,
            default=AUTH_TOKEN,
            choices=((AUTH_TOKEN, "the auth token (HMAC-SHA1)"), (SHARED_KEY, "a shared key (HMAC-SHA256)")),
        ),
        AccountField(
            "reminders",
            "Reminder",
            is_needed=False,
            choices=(("", "none: no number is ever kept"), ("yes", "one after two hours; the number is kept sealed")),
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
