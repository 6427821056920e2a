"""A respondent whose browser runs the script: presses what a person would press, and waits for what it brings."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, ElementHandle, Page

#: A small phone.
PHONE = {"width": 360, "height": 740}


class Scripted:
    """One person in front of one page."""

    def __init__(self, page: Page, code: str) -> None:
        self.page = page
        self.code = code
        self.errors: list[str] = []
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", lambda said: said.type == "error" and self.errors.append(said.text))

    @property
    def heading(self) -> str:
        """Return the page's first heading."""
        return self.page.inner_text("#main h1").strip()

    @property
    def is_at_check(self) -> bool:
        """Say whether the answers are shown to be checked."""
        return self.page.locator("dl.check").count() == 1

    @property
    def ticks(self) -> list[str]:
        """Return what can be ticked, in its order."""
        return [
            str(tick.get_attribute("value"))
            for tick in self.page.query_selector_all("#main input[type=radio], #main input[type=checkbox]")
        ]

    @property
    def ticked(self) -> list[str]:
        """Return what is ticked."""
        return [str(tick.get_attribute("value")) for tick in self.page.query_selector_all("#main input:checked")]

    def starts(self, language: str = "en", style: str = "standard") -> "Scripted":
        """Open the start page and press its button."""
        self.page.goto(f"/s/{self.code}?lang={language}&style={style}")
        return self.presses("form[data-start] button")

    def agrees(self, age_band: str | None = "25-34", assisted: str = "none") -> "Scripted":
        """Fill in the first page."""
        return self.gives(consent="yes", age_band=age_band, assisted=assisted).goes_on()

    def gives(self, **fields: Any) -> "Scripted":
        """Fill in fields of the page: name → value, or the values of several ticks."""
        for name, value in fields.items():
            for entry in value if isinstance(value, list) else [value]:
                field = self.page.locator(f'#main [name="{name}"]')
                if entry is None:
                    continue
                if field.first.get_attribute("type") in ("radio", "checkbox"):
                    self.page.locator(f'#main [name="{name}"][value="{entry}"]').check()
                else:
                    field.fill(entry)
        return self

    def goes_on(self) -> "Scripted":
        return self.presses("#main button[value=next]")

    def answers(self, **fields: Any) -> "Scripted":
        return self.gives(**fields).goes_on()

    def skips(self) -> "Scripted":
        """Skip one question, or pass a note."""
        has_skip = self.page.locator("#main button[value=skip]").count()
        return self.presses("#main button[value=skip]" if has_skip else "#main button[value=next]")

    def skips_to(self, heading: str) -> "Scripted":
        """Skip until a page begins with these words."""
        while not self.heading.startswith(heading):
            assert not self.is_at_check, f"{heading} was never asked"
            self.skips()
        return self

    def skips_the_rest(self) -> "Scripted":
        while not self.is_at_check:
            self.skips()
        return self

    def goes_back(self) -> "Scripted":
        return self.presses("#main button[value=back]")

    def sends(self) -> "Scripted":
        return self.presses("#main form button")

    def presses(self, button: str) -> "Scripted":
        """Press a button and wait for the page that it brings."""
        shown = self._shown()
        self.page.click(button)
        return self._sees_other_than(shown)

    def travels(self, move: str) -> "Scripted":
        """Go back or forward by the browser's own buttons."""
        shown = self._shown()
        self.page.evaluate(f"history.{move}()")
        return self._sees_other_than(shown)

    def makes_a_mistake(self, **fields: Any) -> str:
        """Fill in what cannot be taken, go on, and return what the page says to it."""
        self.gives(**fields)
        self.page.evaluate("document.querySelectorAll('.problems').forEach((shown) => (shown.id = 'said-before'))")
        self.page.click("#main button[value=next]")
        return self.page.locator(".problems:not(#said-before) a").inner_text()

    def sees(self, selector: str) -> bool:
        return self.page.locator(selector).count() > 0

    def _shown(self) -> ElementHandle:
        shown = self.page.query_selector("#main h1")
        assert shown is not None
        return shown

    def _sees_other_than(self, shown: ElementHandle) -> "Scripted":
        self.page.wait_for_function("old => !old.isConnected && document.querySelector('#main h1')", arg=shown)
        return self


@contextmanager
def someone(browser: Browser, address: str, code: str = "local", **kind: Any) -> Iterator[Scripted]:
    """Open a phone of its own, with nothing on it; at the end nothing may have gone wrong in its page."""
    context = browser.new_context(base_url=address, **({"viewport": PHONE} | kind))
    context.set_default_timeout(10_000)
    person = Scripted(context.new_page(), code)
    yield person
    context.close()
    assert person.errors == []
