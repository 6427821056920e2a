"""Looks at pages in the browser with axe-core: on a telephone in the light and on a desk in the dark."""

from collections.abc import Collection
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

#: Pixels: a window of 1280 at 400 per cent, a telephone, and a desk.
NARROWEST, PHONE, DESK = 320, 360, 1280
#: What a page's colours decide; everything else is the same in the dark.
COLOURS = ("color-contrast", "link-in-text-block")
#: What hangs on its colours or on how wide it is.
IN_SIGHT = (*COLOURS, "scrollable-region-focusable", "target-size")


def violations(page: Page, rules: Collection[str] = ()) -> list[dict[str, Any]]:
    """Return what axe finds on a page, by all of its rules or by these alone."""
    if page.evaluate("typeof window.axe") == "undefined":
        page.evaluate(AXE_SCRIPT)
    options = {"resultTypes": ["violations"]} | ({"runOnly": list(rules)} if rules else {})
    found: list[dict[str, Any]] = page.evaluate(
        "(options) => axe.run(options).then((found) => found.violations)", options
    )
    return found


def faults_on_every_screen(page: Page, name: str) -> list[str]:
    """Return what is wrong with a page: what axe finds in the light and in the dark, and where it is cut off."""
    found = []
    for width, scheme in ((PHONE, "light"), (NARROWEST, "light"), (DESK, "dark")):
        page.set_viewport_size({"width": width, "height": 740})
        # Without motion no colour is caught on its way to another.
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light", reduced_motion="reduce")
        seen = page.evaluate("document.documentElement.scrollWidth")
        found += [f"{name}: {seen} px wide on a screen of {width}"] if seen > width else []
        if width != PHONE:
            faults = violations(page, IN_SIGHT if scheme == "dark" else ())
            found += [f"{name} ({scheme}): {fault['id']} {fault['nodes'][0]['html'][:200]}" for fault in faults]
    return found
