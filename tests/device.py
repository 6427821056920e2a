"""A device in tests: the shipped script in real Chromium, on a server under a sky of its own."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page
from sqlalchemy import select

from engage.channels.web.scripts import joined
from engage.sealing import current_key
from engage.storage.instance import Instance
from engage.storage.responses import ResponseRow
from engage.storage.review import ReviewRow
from weather import Line, Sky

PARTS = ("bytes", "seal", "store", "outbox", "saved", "offline")
#: Makes the functions of the script reachable from a test, as they are shipped.
REACHABLE = """
window.device = { sealTo, sealAnswers, receiptOf, newResponseId, fromHex, toHex, keepAnswers, sendWaiting,
  onWaiting, startSending, saveRescueFile, saveForLater, openSaved, hasSaved, forgetSaved, allIn, isDue, restOf,
  keepOffline, forgetSurvey };
"""
SCRIPT = f'(() => {{ "use strict";\n{joined(PARTS)}\n{REACHABLE}\n}})()'


class Place:
    """A server with the library survey open, the sky over it, the line to it, and what it has stored."""

    def __init__(self, instance: Instance, address: str, sky: Sky, line: Line) -> None:
        self.instance, self.address, self.sky, self.line = instance, address, sky, line
        key = current_key(instance.settings.sealing_keys)
        self.plan = {"code": "local", "sealing": {"id": key.id, "public_key": key.public_key}}

    def stored(self) -> dict[str, Any]:
        with self.instance.database.reading() as session:
            return {str(row.response_id): row.answers for row in session.scalars(select(ResponseRow))}

    def held(self) -> list[str]:
        with self.instance.database.reading() as session:
            return [str(row.response_id) for row in session.scalars(select(ReviewRow))]


@contextmanager
def a_phone(browser: Browser, place: Place, clock: str = "") -> Iterator[BrowserContext]:
    """Open a phone with nothing on it, its clock changed by a script before any other."""
    context = browser.new_context(base_url=place.address)
    context.set_default_timeout(20_000)
    if clock:
        context.add_init_script(clock)
    try:
        yield context
    finally:
        context.close()


def a_tab(context: BrowserContext) -> Page:
    page = context.new_page()
    page.goto("/healthz")
    page.evaluate(SCRIPT)
    return page


def finish(page: Page, place: Place, document: dict[str, Any]) -> None:
    page.evaluate("([plan, submission]) => device.keepAnswers(plan, submission)", [place.plan, document])


def finish_quietly(page: Page, place: Place, *documents: dict[str, Any]) -> None:
    """Finish with no network, and let the try to send come to its end."""
    page.context.set_offline(True)
    for document in documents:
        finish(page, place, document)
    page.evaluate("device.sendWaiting()")
    page.context.set_offline(False)


def waiting(page: Page) -> list[dict[str, Any]]:
    records: list[dict[str, Any]] = page.evaluate("device.allIn('outbox')")
    return records


def settle(page: Page, tries: int = 1) -> None:
    """Try everything that waits, so many times."""
    for _ in range(tries):
        page.evaluate("device.sendWaiting(true)")


def until(page: Page, holds: str, seconds: int = 20) -> None:
    """Wait until something holds; the policy of our pages lets no test do so inside the page."""
    for _ in range(seconds * 10):
        if page.evaluate(holds):
            return
        page.wait_for_timeout(100)
    raise AssertionError(holds)


def ids(*documents: dict[str, Any]) -> set[str]:
    return {document["response_id"] for document in documents}
