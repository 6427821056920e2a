"""The survey's pages in a real browser without the script: nothing cut off, nothing fetched from elsewhere."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from axe import violations
from browsing import press
from builders import DISTRICT, an_instance
from engage.app import create_app
from engage.storage import areas
from services import a_web_server

#: Where "leave this page" goes here: a page of this server that is no page of the survey.
ELSEWHERE = "/healthz"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve the library survey on a free port, with a postcode to look up."""
    instance = an_instance(tmp_path_factory.mktemp("instance"), surveyed=True)
    with instance.database.writing() as session:
        areas.put_postcodes(session, [("NG11AA", "E05012278")])
    elsewhere = replace(instance, settings=replace(instance.settings, leave_url=ELSEWHERE))
    with a_web_server(create_app(elsewhere)) as port:
        yield f"http://127.0.0.1:{port}"
    instance.database.close()


@contextmanager
def a_page(browser: Browser, address: str, **kind: Any) -> Iterator[Page]:
    """Open a phone of its own, with nothing on it, to which the script never comes."""
    context = browser.new_context(base_url=address, **kind)
    context.set_default_timeout(10_000)
    context.route("**/survey.js*", lambda route: route.abort())
    yield context.new_page()
    context.close()


def let_in(page: Page, language: str = "en", style: str = "standard", age_band: str = "25-34") -> None:
    """Start, agree and give an age."""
    page.goto(f"/s/local?lang={language}&style={style}")
    press(page, "main form button")
    page.check("#consent")
    page.check(f"[id='age_band-{age_band}']")
    press(page, "button[value=next]")


def skip_to(page: Page, end: str) -> None:
    """Skip until the address ends like this."""
    while not page.url.partition("?")[0].endswith(end):
        press(page, "button[value=skip]")


@pytest.mark.parametrize(
    ("language", "style", "scheme", "width"),
    [
        ("en", "standard", "light", 360),
        pytest.param("en", "large_print", "dark", 320, marks=pytest.mark.sweep),
        ("ar", "standard", "dark", 1280),
        pytest.param("ur", "easy_read", "light", 360, marks=pytest.mark.sweep),
        pytest.param("pl", "easy_read", "light", 320, marks=pytest.mark.sweep),
    ],
)
def test_axe_finds_nothing_and_nothing_is_cut_off(
    browser: Browser, address: str, language: str, style: str, scheme: Any, width: int
) -> None:
    found = []
    # axe is put into the page as a script, which our own policy would refuse.
    kind = {"viewport": {"width": width, "height": 740}, "color_scheme": scheme, "bypass_csp": True}
    with a_page(browser, address, **kind) as page:

        def look() -> None:
            assert page.evaluate("document.documentElement.scrollWidth") <= width, page.url
            faults = violations(page)
            found.extend((page.url, entry["id"], [node["html"] for node in entry["nodes"]]) for entry in faults)

        page.goto(f"/s/local?lang={language}&style={style}")
        look()
        press(page, "main form button")
        page.check("#age_band-under-13")
        press(page, "button[value=next]")
        look()
        page.go_back()
        press(page, "button[value=next]")
        let_in(page, language, style)
        page.fill("#postcode", "NG1")
        press(page, "button[value=next]")
        look()
        page.fill("#postcode", "")
        page.check(f"#district-{DISTRICT}")
        press(page, "button[value=next]")
        look()
        press(page, "button[value=next]")
        for name in ("/6", "/12", "/22", "/34", "/check"):
            skip_to(page, name)
            look()
        press(page, "main form button")
        look()
        page.goto("/w/")
        look()
    assert found == []


def test_the_whole_way_needs_no_script_and_nothing_from_elsewhere(browser: Browser, address: str) -> None:
    with a_page(browser, address, java_script_enabled=False, viewport={"width": 360, "height": 740}) as page:
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.goto("/s/local")
        assert 2 <= len([url for url in asked if not url.startswith("data:")]) <= 4
        let_in(page)
        skip_to(page, "/check")
        press(page, "main form button")
        assert page.locator(".receipt").count() == 1
        assert all(url.startswith((address, "data:")) for url in asked)
        assert len(page.context.cookies()) == 1


def test_a_mistake_takes_the_focus_and_leads_to_its_field(browser: Browser, address: str) -> None:
    with a_page(browser, address) as page:
        let_in(page)
        page.fill("#postcode", "nowhere")
        press(page, "button[value=next]")
        page.wait_for_function("document.activeElement.className == 'problems'")
        page.click(".problems a")
        assert page.evaluate("document.activeElement.id") == "postcode"
        assert page.input_value("#postcode") == "nowhere"


def test_what_has_the_focus_is_never_under_the_bar_at_the_top(browser: Browser, address: str) -> None:
    with a_page(browser, address, viewport={"width": 360, "height": 500}) as page:
        let_in(page)
        skip_to(page, "/12")
        for key in ["Tab"] * 24 + ["Shift+Tab"] * 24:
            page.keyboard.press(key)
            hidden = page.evaluate(
                """() => {
                    const focused = document.activeElement.closest("label") || document.activeElement;
                    if (focused.closest(".top, .skip-link") || focused === document.body) return false;
                    const bar = document.querySelector(".top").getBoundingClientRect();
                    return focused.getBoundingClientRect().bottom <= bar.bottom;
                }"""
            )
            assert not hidden


def test_leaving_goes_away_at_once_and_back_finds_nothing(browser: Browser, address: str) -> None:
    with a_page(browser, address) as page:
        let_in(page)
        there = page.url
        press(page, "a.leave")
        assert page.url == f"{address}{ELSEWHERE}"
        assert page.context.cookies() == []
        page.go_back()
        assert page.goto(there).status == 410


def test_the_button_of_the_browser_goes_back_to_what_was_answered(browser: Browser, address: str) -> None:
    with a_page(browser, address) as page:
        let_in(page)
        skip_to(page, "/6")
        page.check("#answer-very_safe")
        press(page, "button[value=next]")
        page.go_back()
        assert page.is_checked("#answer-very_safe")


def test_after_a_missing_consent_nobody_is_asked_to_send_anything_again(browser: Browser, address: str) -> None:
    with a_page(browser, address) as page:
        page.goto("/s/local?lang=en")
        press(page, "main form button")
        page.check("#age_band-16-17")
        press(page, "button[value=next]")
        assert page.is_visible(".problems")
        assert page.is_checked("#age_band-16-17")
        page.check("#consent")
        press(page, "button[value=next]")
        assert page.is_visible("button[value=skip]")
        page.go_back()
        assert page.is_visible("#consent")
        assert not page.is_visible(".problems")


def test_the_other_language_is_one_tap_away_and_so_is_the_way_back(browser: Browser, address: str) -> None:
    with a_page(browser, address, java_script_enabled=False) as page:
        let_in(page, "ar")
        skip_to(page, "/6")
        page.check("#answer-very_safe")
        press(page, "button[value=next]")
        press(page, "button[value=back]")
        press(page, "footer .swap a[hreflang=en]")
        assert page.is_checked("#answer-very_safe")
        assert page.get_attribute("html", "lang") == "en"
        press(page, "footer .swap a[hreflang=ar]")
        assert page.is_checked("#answer-very_safe")
        assert page.get_attribute("html", "dir") == "rtl"


def test_after_a_mistake_nobody_is_asked_to_send_anything_again(browser: Browser, address: str) -> None:
    with a_page(browser, address) as page:
        let_in(page)
        page.fill("#postcode", "nowhere")
        press(page, "button[value=next]")
        assert page.input_value("#postcode") == "nowhere"
        page.fill("#postcode", "ng1 1aa")
        press(page, "button[value=next]")
        page.go_back()
        assert page.input_value("#postcode") == ""
        assert not page.is_visible(".problems")
