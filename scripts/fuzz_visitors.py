"""Who fuzzes the pages: reads a page's links and forms, sends the forms changed, and looks at every answer."""

import random
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from threading import Lock
from typing import Any
from urllib.parse import parse_qsl, urljoin, urlsplit

import requests

#: Headers that every answer has to have.
HEADERS = ("Content-Security-Policy", "Referrer-Policy", "X-Content-Type-Options", "X-Frame-Options")
#: What the server says before the application is asked, without a body: malformed, address too long, headers too large.
BEFORE_US = (400, 414, 431)
#: Seconds within which an answer has to be there.
PATIENCE = 60
#: Pages that one visitor opens while looking for forms, and pages of one shape that are opened.
MOST_PAGES, OF_ONE_SHAPE = 700, 3
#: Ways that end what the rest needs.
LEFT_ALONE = re.compile(r"/leave$|/sign-out|/staff/me|/staff/sessions|/people/\d+/(?:close|end)|/staff/second")
UNKNOWN_ID = "00000000-0000-4000-8000-000000000000"
#: What is put into fields.
NASTY = (
    *(
        "",
        " ",
        "0",
        "-1",
        "1e309",
        "99999999999999999999",
        "NaN",
        "null",
        "true",
        "[]",
        "{}",
        '{"a":',
        "\x00",
        "a\x00b",
    ),
    *(
        "'",
        '"',
        "' OR 1=1 --",
        "<script>alert(1)</script>",
        "{{7*7}}",
        "%s%n",
        "../../etc/passwd",
        "=cmd()",
        "\r\nX: y",
    ),
    *("é" * 300, "٣٤", "\u202eabc", "\ud83d\ude00" * 40, "\ufffe", "2026-13-40", "0000-00-00", "25:61", "E05012278"),
    *("place:nowhere", UNKNOWN_ID, "local", "feeling-safe", "x" * 5_000, "http://127.0.0.1:1/", "a@b", "+447700900000"),
)
FILES = (
    b"",
    b"\x00",
    b"%PDF-1.7\n%%EOF",
    b"\x89PNG\r\n\x1a\n" + b"\x00" * 40,
    b"PK\x03\x04" + b"\xff" * 60,
    b"a,b\n\x00,\xff",
)
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")


@dataclass(frozen=True)
class Form:
    """A form as a page has it: where it goes, how, and its fields with their first values."""

    action: str
    method: str
    fields: tuple[tuple[str, str], ...]
    files: tuple[str, ...] = ()


class PageParts(HTMLParser):
    """Reads the links and forms of a page."""

    def __init__(self, address: str) -> None:
        super().__init__()
        self.address = address
        self.links: list[str] = []
        self.forms: list[Form] = []
        self._form: dict[str, str] | None = None
        self._fields: list[tuple[str, str]] = []
        self._files: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take a link, a form or one of its fields."""
        known = {name: value or "" for name, value in attrs}
        if tag == "a" and "href" in known:
            self.links.append(urljoin(self.address, known["href"]))
        elif tag == "form":
            self._form, self._fields, self._files = known, [], []
        elif self._form is not None and known.get("name"):
            if known.get("type") == "file":
                self._files.append(known["name"])
            elif tag in ("input", "select", "textarea", "button"):
                self._fields.append((known["name"], known.get("value", "")))

    def handle_endtag(self, tag: str) -> None:
        """Keep a form that is over."""
        if tag == "form" and self._form is not None:
            action = urljoin(self.address, self._form.get("action") or self.address)
            method = self._form.get("method", "get").upper()
            self.forms.append(Form(action, method, tuple(self._fields), tuple(self._files)))
            self._form = None


@dataclass
class Tally:
    """What was sent, and what came back that should not have."""

    sent: Counter[str] = field(default_factory=Counter)
    statuses: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    lock: Lock = field(default_factory=Lock)

    def take(self, kind: str, said: str, answer: requests.Response) -> None:
        """Count an answer and look at it."""
        is_ours = answer.content or answer.status_code not in BEFORE_US
        missing = [name for name in HEADERS if name not in answer.headers] if is_ours else []
        with self.lock:
            self.sent[kind] += 1
            self.statuses[f"{kind} {answer.status_code // 100}xx"] += 1
            if answer.status_code >= 500:  # noqa: PLR2004 - our fault
                self.faults.append(f"{answer.status_code} {said}")
            if missing:
                self.faults.append(f"without {', '.join(missing)}: {answer.status_code} {said}")
            if b"Traceback (most recent" in answer.content:
                self.faults.append(f"a traceback in the answer: {said}")


@dataclass
class Visitor:
    """Somebody with a browser's cookies: looks for forms, and sends them changed."""

    name: str
    base: str
    tally: Tally
    chance: random.Random
    session: requests.Session = field(default_factory=requests.Session)
    #: A page with a form, and the token that forms have now.
    home: str = "/s/local/1"
    token: str = ""

    def renew(self) -> None:
        """Fetch the token that forms have now: without it nothing gets behind the first door."""
        answer = self.open(self.base + self.home)
        found = re.search(r'name="csrf_token" value="([^"]+)"', answer.text if answer is not None else "")
        self.token = found[1] if found else self.token

    def open(self, address: str) -> requests.Response | None:
        """Open a page; None where the server hung up, which is a fault."""
        return self.send("GET", address)

    def send(self, method: str, address: str, **more: object) -> requests.Response | None:
        """Send one request and have its answer looked at."""
        said = f"{method} {address.removeprefix(self.base)[:150]} {str(more)[:150]}"
        try:
            answer = self._asked(method, address, more)
        except (requests.ConnectionError, requests.Timeout) as error:
            with self.tally.lock:
                self.tally.faults.append(f"{type(error).__name__}: {said}")
            return None
        except (requests.RequestException, UnicodeError, ValueError):
            return None  # the client itself refuses to send this
        self.tally.take(self.name, said, answer)
        return answer

    def _asked(self, method: str, address: str, more: Mapping[str, Any]) -> requests.Response:
        """Ask once more where a connection that was kept open had just been closed; twice in a row is a fault."""
        try:
            return self.session.request(method, address, timeout=PATIENCE, allow_redirects=False, **more)
        except requests.ConnectionError:
            fresh = {"Connection": "close"}
            return self.session.request(method, address, timeout=PATIENCE, allow_redirects=False, headers=fresh, **more)

    def crawl(self, starts: tuple[str, ...]) -> list[Form]:
        """Return the forms of every page that links lead to, some of each shape."""
        waiting, known = [urljoin(self.base, start) for start in starts], set[str]()
        shapes: Counter[str] = Counter()
        forms: dict[tuple[str, str, tuple[str, ...]], Form] = {}
        while waiting and len(known) < MOST_PAGES:
            address = waiting.pop(0).partition("#")[0]
            shape = _shape(address)
            if address in known or not address.startswith(self.base) or LEFT_ALONE.search(urlsplit(address).path):
                continue
            known.add(address)
            shapes[shape] += 1
            if shapes[shape] > OF_ONE_SHAPE or (answer := self.open(address)) is None:
                continue
            if "Location" in answer.headers:
                waiting.append(urljoin(address, answer.headers["Location"]))
            if "html" not in answer.headers.get("Content-Type", ""):
                continue
            parts = PageParts(address)
            parts.feed(answer.text)
            waiting += parts.links
            for form in parts.forms:
                names = tuple(dict.fromkeys(name for name, _ in form.fields))
                if form.action.startswith(self.base) and not LEFT_ALONE.search(urlsplit(form.action).path):
                    forms.setdefault((_shape(form.action), form.method, names), form)
        return list(forms.values())

    def strike(self, form: Form) -> None:
        """Send a form with something about it that no page would send."""
        now = ((name, self.token if name == "csrf_token" else value) for name, value in form.fields)
        fields = [(name, value) for name, value in now if self.chance.random() > 0.05]  # noqa: PLR2004
        for _ in range(self.chance.randint(0, 3)):
            fields = self._changed(fields)
        address, method = form.action, form.method
        if self.chance.random() < 0.06:  # noqa: PLR2004
            address = self._elsewhere(address)
        if self.chance.random() < 0.06:  # noqa: PLR2004
            method = self.chance.choice(METHODS)
        if method in ("GET", "HEAD"):
            self.send(method, address, params=fields)
        elif form.files or self.chance.random() < 0.03:  # noqa: PLR2004
            files = [(name, ("a\x07.pdf", self.chance.choice(FILES))) for name in form.files or ("file",)]
            self.send(method, address, data=fields, files=files)
        else:
            self.send(method, address, data=self._body(fields))

    def _changed(self, fields: list[tuple[str, str]]) -> list[tuple[str, str]]:
        kept = [name for name, _ in fields if name != "csrf_token"]
        if not kept:
            return [*fields, (self.chance.choice(("x", "decision", "\x00")), self.chance.choice(NASTY))]
        name, value = self.chance.choice(kept), self.chance.choice(NASTY)
        match self.chance.randrange(5):
            case 0:
                return [(known, old) for known, old in fields if known != name]
            case 1:
                return [*fields, (name, value)] * self.chance.choice((1, 1, 40))
            case 2:
                return [*fields, (name + self.chance.choice(("[]", ".x", "-1", "\x00")), value)]
            case _:
                return [(known, value if known == name else old) for known, old in fields]

    def _body(self, fields: list[tuple[str, str]]) -> object:
        draw = self.chance.random()
        if draw < 0.02:  # noqa: PLR2004
            return b"\xff\xfe%zz&=&&a=%00"
        return [*fields, ("more", "y" * 600_000)] if draw < 0.03 else fields  # noqa: PLR2004

    def _elsewhere(self, address: str) -> str:
        """Return an address with another id in it, or none."""
        parts = address.split("/")
        at = self.chance.randrange(3, len(parts)) if len(parts) > 3 else len(parts) - 1  # noqa: PLR2004
        parts[at] = self.chance.choice((UNKNOWN_ID, "%00", "x" * 300, "..", "0", "-1", "%F0%9F%98%80", "E05012278"))
        return "/".join(parts)


def _shape(address: str) -> str:
    """Return an address without its ids, so that pages of one shape are known as such."""
    found = urlsplit(address)
    path = re.sub(r"[0-9a-f-]{16,}|\d+|E0\d{7}|[A-Z0-9]{6,}", "*", found.path)
    return path + "?" + "&".join(sorted({name for name, _ in parse_qsl(found.query)}))
