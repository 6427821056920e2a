"""People before a real browser."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, Page

from staffing import PASSWORD


def press(page: Page, button: str) -> None:
    """Press a button and wait for the page it leads to."""
    with page.expect_navigation():
        page.click(button)


@contextmanager
def a_desk(browser: Browser, address: str, email: str | None, **kind: Any) -> Iterator[Page]:
    """Open a browser of somebody's own, signed in if they have an account; a script's fault fails the test."""
    context = browser.new_context(base_url=address, **kind)
    context.set_default_timeout(20_000)
    page, faults = context.new_page(), []
    page.on("pageerror", lambda error: faults.append(str(error)))
    if email:
        page.goto("/staff/sign-in")
        page.fill("#email", email)
        page.fill("#password", PASSWORD)
        press(page, "main button")
    yield page
    assert faults == []
    context.close()
