"""What passes between us and a provider's own interface: calls, answers, and what they mean."""

import json
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from engage.channels.sms.message import InboundMessage

#: A provider says so when we ask too often or its queue is full: nothing was sent.
NOT_NOW = frozenset({429, 503})
#: Signing in failed: somebody has to mend the account, and then it can go out.
NOT_ALLOWED = frozenset({401, 403})
_FIRST_FAULT_OF_THEIRS = 500


@dataclass(frozen=True)
class HttpCall:
    """A request to a provider, ready to be made."""

    method: str
    url: str
    headers: Mapping[str, str] = field(repr=False)
    body: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True)
class HttpAnswer:
    """What a provider answered."""

    status: int
    body: bytes = field(repr=False)

    def document(self) -> Any:
        """Return the JSON of the body, None where there is none."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            return None


@dataclass(frozen=True)
class Outgoing:
    """One text to somebody."""

    text: str = field(repr=False)
    #: Of the person, E.164.
    number: str = field(repr=False)
    #: Our own name for it, the same at every try.
    reference: str
    #: Where the provider may report what becomes of it.
    status_url: str
    #: No try was made before.
    since: datetime


@dataclass(frozen=True)
class Account:
    """What talking to a provider takes, secrets opened."""

    #: Ours, E.164.
    number: str | None
    fields: Mapping[str, str] = field(repr=False)

    def get(self, name: str) -> str:
        """Return a field, empty where there is none."""
        return self.fields.get(name, "")


@dataclass(frozen=True)
class Taken:
    """The provider has the text, under its own name for it."""

    provider_id: str | None


@dataclass(frozen=True)
class NotTaken:
    """The provider surely does not have the text; `again` says whether another try has a point."""

    fault: str
    again: bool = False


@dataclass(frozen=True)
class Unclear:
    """Nobody knows whether the provider has the text: it is looked up before anything is tried again."""

    fault: str


Sending = Taken | NotTaken | Unclear


@dataclass(frozen=True)
class Page:
    """Some of the texts that a provider has received, and where to go on; None at the end."""

    messages: tuple[InboundMessage, ...]
    next: str | None
    #: Entries that are no text we can read.
    unread: int = 0


@dataclass(frozen=True)
class AccountField:
    """One thing that somebody types in to set a provider up."""

    name: str
    label: str
    hint: str = ""
    is_secret: bool = False
    is_needed: bool = True
    default: str = ""
    #: (value, words) where one of a few is chosen.
    choices: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Api:
    """How a provider's own interface is spoken; pure functions, so they are tried without a server."""

    fields: tuple[AccountField, ...]
    #: A text → the call that sends it, or why it cannot be sent; the moment goes into signatures.
    send: Callable[[Outgoing, Account, datetime], HttpCall | NotTaken]
    read_sent: Callable[[HttpAnswer], Sending]
    #: Asks whether a text that may have gone out did.
    look_up: Callable[[Outgoing, Account, datetime], HttpCall]
    read_look_up: Callable[[HttpAnswer, Outgoing], Sending]
    #: Asks for texts received since a moment: (account, since, where to go on, now).
    list: Callable[[Account, datetime, str | None, datetime], HttpCall]
    #: (answer, since, where this page began) → None where the answer is no list.
    read_list: Callable[[HttpAnswer, datetime, str | None], Page | None]


def basic(user: str, password: str) -> str:
    """Return the header that signs in with a name and a password (RFC 7617)."""
    return "Basic " + b64encode(f"{user}:{password}".encode()).decode()


def usual_refusal(answer: HttpAnswer, fault: str) -> Sending:
    """Return what an answer other than success means, where a provider has no rule of its own."""
    if answer.status in NOT_NOW or answer.status in NOT_ALLOWED:
        return NotTaken(fault, again=True)
    if answer.status >= _FIRST_FAULT_OF_THEIRS:
        return Unclear(fault)
    return NotTaken(fault)


def is_web_address(address: str) -> bool:
    """Say whether an address is one that a provider's interface can stand at."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    is_whole = parts.scheme in ("http", "https") and not parts.query and not parts.fragment
    return is_whole and parts.hostname is not None and not is_nobodys(parts.hostname)


def is_nobodys(host: str) -> bool:
    """Say whether no gateway stands at an address: link-local ones are where clouds tell machines their secrets."""
    try:
        address = ip_address(host)
    except ValueError:
        return False
    address = getattr(address, "ipv4_mapped", None) or address
    return address.is_link_local or address.is_unspecified or address.is_multicast
