"""A respondent without JavaScript: reads pages, follows links and presses buttons, by any way of fetching."""

from collections.abc import Callable
from dataclasses import dataclass
from http.cookiejar import CookieJar
from typing import Any, Protocol
from urllib.error import HTTPError
from urllib.parse import urlencode, urlsplit
from urllib.request import HTTPCookieProcessor, HTTPRedirectHandler, OpenerDirector, Request, build_opener

from bs4 import BeautifulSoup, Tag
from flask.testing import FlaskClient


@dataclass(frozen=True)
class Fetched:
    """What a server answered."""

    status: int
    headers: Any
    text: str


class Fetch(Protocol):
    """Gets a page, or posts fields to it, without following redirects."""

    def __call__(self, address: str, fields: list[tuple[str, str]] | None = None) -> Fetched: ...


def by_client(client: FlaskClient) -> Fetch:
    """Fetch inside this process."""

    def fetch(address: str, fields: list[tuple[str, str]] | None = None) -> Fetched:
        if fields is None:
            response = client.get(address)
        else:
            body = urlencode(fields)
            response = client.post(address, data=body, content_type="application/x-www-form-urlencoded")
        return Fetched(response.status_code, response.headers, response.get_data(as_text=True))

    return fetch


def by_http(base: str) -> Fetch:
    """Fetch over a real connection, with a cookie jar like a browser's."""

    class NoRedirects(HTTPRedirectHandler):
        def redirect_request(self, *_args: object, **_kwargs: object) -> None:
            return None

    opener: OpenerDirector = build_opener(NoRedirects, HTTPCookieProcessor(CookieJar()))

    def fetch(address: str, fields: list[tuple[str, str]] | None = None) -> Fetched:
        body = None if fields is None else urlencode(fields).encode()
        try:
            response = opener.open(Request(base + address, data=body))
        except HTTPError as error:
            response = error
        with response:
            return Fetched(response.status, response.headers, response.read().decode())

    return fetch


class Respondent:
    """One person with one phone."""

    def __init__(self, fetch: Fetch, code: str = "local", after: Callable[[Fetched], None] | None = None) -> None:
        self._fetch = fetch
        self._after = after
        self.code = code
        self.address = ""
        self.status = 0
        self.headers: Any = None
        self.text = ""

    @property
    def page(self) -> BeautifulSoup:
        """Return the page in front of the person."""
        return BeautifulSoup(self.text, "html.parser")

    @property
    def heading(self) -> str:
        """Return the page's first heading."""
        found = self.page.h1
        return found.get_text(" ", strip=True) if found else ""

    @property
    def is_at_check(self) -> bool:
        """Say whether the answers are shown to be checked."""
        return self.address.endswith("/check")

    def opens(self, address: str) -> "Respondent":
        """Open an address and go where it leads."""
        return self._arrive(address, self._fetch(address))

    def starts(self, language: str = "en", style: str = "standard") -> "Respondent":
        """Start in a language and style."""
        return self.opens(f"/s/{self.code}?lang={language}&style={style}").presses()

    def agrees(self, age_band: str | None = "25-34", assisted: str = "none", *, agreed: bool = True) -> "Respondent":
        """Fill in the first page."""
        fields = {"consent": "yes" if agreed else None, "age_band": age_band, "assisted": assisted}
        return self.presses("next", **fields)

    def presses(self, action: str | None = None, **fields: Any) -> "Respondent":
        """Post the page's form with these fields filled in (a list for several ticks, None for nothing)."""
        form = self.page.select_one("main form") or self.page.form
        assert form is not None, f"no form on {self.address}"
        sent = [pair for pair in _as_it_stands(form) if pair[0] not in fields]
        for name, value in fields.items():
            sent.extend((name, entry) for entry in (value if isinstance(value, list) else [value]) if entry is not None)
        if action:
            sent.append(("action", action))
        address = str(form.get("action") or self.address)
        return self._arrive(address, self._fetch(address, sent))

    def skips_to(self, number: int) -> "Respondent":
        """Skip until the page with this number is there."""
        while self.address.partition("?")[0] != f"/s/{self.code}/{number}":
            assert not self.is_at_check, f"page {number} was never asked"
            self.skips()
        return self

    def skips(self) -> "Respondent":
        """Skip one question, or pass a note."""
        return self.presses("skip")

    def skips_the_rest(self) -> "Respondent":
        """Skip until the answers are to be checked."""
        while not self.is_at_check:
            self.skips()
        return self

    def sends(self) -> "Respondent":
        """Send the answers that were checked."""
        return self.presses()

    def _arrive(self, address: str, fetched: Fetched) -> "Respondent":
        while fetched.status in (302, 303) and fetched.headers["Location"].startswith("/"):
            address = fetched.headers["Location"]
            fetched = self._fetch(address)
        self.address, self.status = urlsplit(address)._replace(scheme="", netloc="").geturl(), fetched.status
        self.headers, self.text = fetched.headers, fetched.text
        if self._after:
            self._after(fetched)
        return self


def _as_it_stands(form: Tag) -> list[tuple[str, str]]:
    """Return what a browser would send if nothing were touched."""
    sent = []
    for field in form.select("input[name], textarea[name]"):
        kind = field.get("type", "text")
        if kind in ("radio", "checkbox") and not field.has_attr("checked"):
            continue
        value = field.get_text().removeprefix("\n") if field.name == "textarea" else str(field.get("value", ""))
        sent.append((str(field["name"]), value))
    return sent
