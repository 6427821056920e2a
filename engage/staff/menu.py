"""The menu of the staff pages: what somebody may open, grouped by what people do."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from flask import current_app, request, url_for

from engage.staff.access import access_of, may
from engage.storage.staff import Account

#: Heading → pages as view and words. A page is listed for whoever its view lets in, so a line here is all it needs.
GROUPS: Sequence[tuple[str, Sequence[tuple[str, str]]]] = (
    ("Today", (("home", "Home"), ("list_visits", "Visits"), ("duty", "Duty"), ("list_jobs", "Long work"))),
    (
        "Fieldwork",
        (
            ("coverage", "Coverage"),
            ("calendar", "Who was asked"),
            ("my_batches", "My paper forms"),
            ("list_tablets", "Tablets"),
            ("telephone", "By telephone"),
            ("my_training", "Training"),
            ("practice", "Practise"),
            ("list_organisations", "Organisations"),
        ),
    ),
    ("Paper", (("key_a_form", "Key a form"), ("scans", "Scans"), ("paper", "Print forms"))),
    (
        "Surveys",
        (
            ("surveys", "Surveys"),
            ("author", "Write questions"),
            ("set_up", "Set-up"),
            ("translations", "Translations"),
            ("text_channels", "Text channels"),
            ("text_simulator", "Try by text"),
        ),
    ),
    (
        "Answers",
        (
            ("review", "Review"),
            ("list_drawings", "Drawings"),
            ("own_words", "Own words"),
            ("texts_to_translate", "Answers to translate"),
        ),
    ),
    (
        "Results",
        (
            ("results", "Results"),
            ("summaries", "Summaries"),
            ("list_reports", "Reports"),
            ("in_public", "In public"),
            ("raw_data", "Raw data"),
            ("past_waves", "Past waves"),
        ),
    ),
    ("Administration", (("people", "People"), ("keeping", "Keeping"), ("audit_log", "Audit"))),
)
#: Roles whose first page is another than home.
_NO_HOME = ("translator", "coder")


@dataclass(frozen=True)
class MenuPage:
    """A page that may be opened, and whether the reader is on it or on one that stands below it."""

    address: str
    words: str
    is_here: bool = False


@dataclass(frozen=True)
class MenuGroup:
    """Pages that belong together."""

    words: str
    pages: tuple[MenuPage, ...]

    @property
    def is_here(self) -> bool:
        """Say whether the reader is on one of its pages."""
        return any(page.is_here for page in self.pages)


def menu_of(account: Account | None) -> list[MenuGroup]:
    """Return what somebody may open; nothing for somebody who is not signed in."""
    if account is None:
        return []
    open_to = [(words, list(_pages(account, pages))) for words, pages in GROUPS]
    here = _here([address for _, pages in open_to for address, _ in pages])
    shown = [(words, tuple(MenuPage(at, name, at == here) for at, name in pages)) for words, pages in open_to if pages]
    return [MenuGroup(words, pages) for words, pages in shown]


def _pages(account: Account, pages: Sequence[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    for view, words in pages:
        access = access_of(f"staff.{view}") if f"staff.{view}" in current_app.view_functions else None
        is_open = access is not None and (
            not access.permissions or any(may(account, one) for one in access.permissions)
        )
        if is_open and not (view == "home" and account.role in _NO_HOME):
            yield url_for(f"staff.{view}"), words


def _here(addresses: list[str]) -> str | None:
    """Return the address that stands above the page asked for, the nearest of several."""
    path = url_for("staff.key_a_form") if request.path.startswith("/f/") else request.path
    above = [one for one in addresses if path == one or (one != "/staff/" and path.startswith(one.rstrip("/") + "/"))]
    return max(above, key=len, default=None)
