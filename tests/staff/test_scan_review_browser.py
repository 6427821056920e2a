"""Scans before a person in a real browser: keys alone suffice, nothing for axe, nothing wider than a phone."""

from collections.abc import Iterator
from dataclasses import replace

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from playwright.sync_api import Browser, Page, expect

from axe import violations
from browsing import a_desk
from builders import an_instance
from engage.channels.paper.layout import Page as LaidOut
from engage.channels.paper.page_reader import PageRead
from engage.storage import batches, scan_reads
from engage.storage.batches import Rules
from engage.storage.instance import Instance
from gateways import serving
from marked import AGREED, library_layout, seen
from scanning import forms_of_library, stored, take
from staffing import PASSWORD, an_email, with_person

QUEUE = "/staff/scans/review"
TICKS = {**AGREED, "area": ["E06000018"], "trust_police": ["some", "not_much"]}
#: A tick in doubt, two ticks where one is asked for, ticks in doubt among several, and something written.
DOUBTS = {("safe_day", "neither"): "doubtful", ("good_here", "school"): "doubtful"}


def pages(written: tuple[str, ...], doubts: dict[tuple[str, str], str]) -> list[PageRead]:
    """Return the pages of a form with their pictures."""
    ticks = TICKS if doubts else {**TICKS, "trust_police": ["some"]}
    read = seen(library_layout(), ticks, states=doubts, written=written)
    return [
        replace(page, straight=outlines(printed)) for page, printed in zip(read, library_layout().pages, strict=True)
    ]


def outlines(page: LaidOut) -> bytes:
    """Return a picture with the boxes of a page."""
    grey: NDArray[np.uint8] = np.full((1782, 1260), 255, np.uint8)
    for box in page.boxes:
        left, top, side = (round(6 * length) for length in (box.x, box.y, box.w))
        cv2.rectangle(grey, (left, top), (left + side, top + side), 0, 2)
    return bytes(cv2.imencode(".jpg", grey)[1])


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> tuple[Instance, list[str]]:
    """Return an instance with two forms before a person and one to be read twice, and their serials."""
    instance = an_instance(tmp_path_factory.mktemp("instance"), surveyed=True)
    with_person(instance, "coordinator", PASSWORD)
    with instance.database.writing() as session:
        batches.put_rules(session, "feeling-safe", Rules(second_percent=100))
    serials = sorted(forms_of_library(instance, 2))
    for serial in serials:
        take(instance, pages(("say_more",), DOUBTS), serial)
    again = forms_of_library(instance)
    take(instance, pages((), {}), again[0])
    return instance, [*serials, *again]


@pytest.fixture(scope="module")
def shown(browser: Browser, filled: tuple[Instance, list[str]]) -> Iterator[Page]:
    """Yield a coordinator's browser."""
    with serving(filled[0]) as served, a_desk(browser, served.settings.public_url, an_email("coordinator")) as page:
        yield page
    filled[0].database.close()


def test_nothing_for_axe_to_find_and_nothing_wider_than_the_screen(
    shown: Page, filled: tuple[Instance, list[str]]
) -> None:
    first, _, again = filled[1]
    screen, second = f"{QUEUE}/{first}", f"/staff/scans/second/{again}"
    for width, address in ((1280, screen), (1280, second), (360, QUEUE), (360, f"{screen}?q=say_more"), (360, second)):
        shown.set_viewport_size({"width": width, "height": 800})
        shown.emulate_media(color_scheme="dark" if width == 360 else "light")
        shown.goto(address)
        assert shown.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
        assert violations(shown) == []


def is_at(shown: Page, place: str, focus: str = "#question") -> None:
    """Wait until a question is on the screen and takes keys."""
    expect(shown.locator(".keys strong")).to_have_text(place)
    expect(shown.locator(focus)).to_be_focused()


def test_a_form_is_reviewed_with_the_keyboard_alone(shown: Page, filled: tuple[Instance, list[str]]) -> None:
    instance, (first, second, _) = filled
    shown.set_viewport_size({"width": 1280, "height": 800})
    shown.goto(f"{QUEUE}/{first}")
    keys, picture = shown.keyboard, shown.locator(".scan img")
    is_at(shown, "1 of 4.")
    width, height = picture.evaluate("(one) => one.decode().then(() => [one.naturalWidth, one.naturalHeight])")
    assert (width > 900, height < 300) == (True, True)
    keys.press("p")
    expect(picture).to_have_js_property("naturalHeight", 1782)
    keys.press("Enter")
    is_at(shown, "2 of 4.")
    keys.press("u")
    is_at(shown, "1 of 4.")
    keys.press("2")
    is_at(shown, "2 of 4.")
    keys.press("1")
    expect(shown.locator("input:checked")).to_have_count(2)
    keys.press("Enter")
    is_at(shown, "3 of 4.")
    keys.press("ArrowLeft")
    is_at(shown, "2 of 4.")
    keys.press("ArrowRight")
    is_at(shown, "3 of 4.")
    keys.press("i")
    is_at(shown, "4 of 4.", "#written")
    keys.type("People in pain")
    keys.press("Escape")
    keys.press("p")
    expect(shown.locator("#written")).to_have_value("People in pain")
    keys.press("Tab")
    keys.press("Enter")
    shown.wait_for_url(f"**/{second}?done={first}&as=entered")
    kept = stored(instance, first)
    assert kept is not None
    assert kept.answers == {
        "safe_day": "fairly_safe",
        "good_here": ["look_out", "school"],
        "say_more": "People in pain",
    }
    with instance.database.reading() as session:
        kinds = [one.kind for one in scan_reads.decisions_of(session, first)]
    assert kinds == ["chosen", "chosen", "illegible", "typed"]
