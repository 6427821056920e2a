"""Every page a respondent may see, without its script: axe-core in light and dark, and the Nu HTML checker."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Response

from axe import COLOURS, violations
from browsing import press
from builders import DISTRICT, WARD, an_instance, with_survey
from engage.app import create_app
from engage.collection.clips import keep_clip
from engage.questionnaire.library import read_library_survey
from engage.storage import areas
from nu_checker import html_errors, nu_checker
from services import a_web_server
from sounds import a_wav

LIBRARY = read_library_survey("feeling-safe")
#: Tigrinya has an alphabet of its own, Arabic runs from right to left.
LANGUAGES = [tag for tag in ("en", "ar", "ti") if LIBRARY.language(tag)]
KINDS = [(language, style) for language in LANGUAGES for style in ("standard", "easy_read")]
#: Those in which a page's HTML differs by more than its words.
KINDS_OF_HTML = [("en", "standard"), ("ar", "easy_read")]
#: The others are looked at by scripts/sweep.
LOOKED_AT = [kind if kind in KINDS_OF_HTML else pytest.param(*kind, marks=pytest.mark.sweep) for kind in KINDS]
PHONE = {"width": 360, "height": 740}

Look = Callable[[str], None]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve the library survey, open under one code and over under another, with a postcode and recordings."""
    instance = an_instance(tmp_path_factory.mktemp("instance"), surveyed=True)
    with_survey(instance, replace(LIBRARY, slug="over", code="over"), state="closed")
    with instance.database.writing() as session:
        areas.put_postcodes(session, [("NG11AA", WARD)])
        for key in ("safe_day.text@easy_read", "scale.safety.safe@easy_read", "consent.statement@easy_read"):
            now = instance.now()
            keep_clip(session, instance.settings.keys, LIBRARY, "en", key, a_wav(), actor="test", now=now)
    with a_web_server(create_app(instance)) as port:
        yield f"http://127.0.0.1:{port}"
    instance.database.close()


@contextmanager
def a_phone(browser: Browser, address: str) -> Iterator[Page]:
    """Open a phone on which the survey's script never arrives: axe needs one of its own."""
    # Without motion no colour is caught on its way to another.
    context = browser.new_context(base_url=address, viewport=PHONE, bypass_csp=True, reduced_motion="reduce")
    context.set_default_timeout(10_000)
    context.route("**/survey.js*", lambda route: route.abort())
    yield context.new_page()
    context.close()


def walk(page: Page, language: str, style: str, look: Look) -> None:
    """Go through every page of the survey, taking every wrong turn there is, and look at each."""
    _before_the_questions(page, language, style, look)
    _where(page, look)
    while not page.url.partition("?")[0].endswith("/check"):
        number = page.url.partition("?")[0].rsplit("/", 1)[1]
        look(f"question-{number}")
        _answer_wrongly(page, look, number)
        press(page, "button[value=skip]")
    look("check")
    press(page, "main form button")
    look("thanks")
    receipt = page.inner_text(".receipt")
    for name, path in (("code", "/w/"), ("withdraw", f"/w/{receipt}"), ("not-found", "/s/nowhere")):
        page.goto(f"{path}?lang={language}&style={style}")
        look(name)
    page.goto(f"/s/over?lang={language}&style={style}")
    look("closed")
    page.goto(f"/w/?lang={language}")
    page.fill("#code", "nonsense")
    press(page, "main form button")
    look("code-wrong")


def _before_the_questions(page: Page, language: str, style: str, look: Look) -> None:
    page.goto(f"/s/local?lang={language}&style={style}")
    look("start")
    press(page, "main form button.button")
    look("first")
    press(page, "button[value=next]")
    look("first-problem")
    page.check("#consent")
    page.check("#age_band-under-13")
    press(page, "button[value=next]")
    look("turned-away")
    page.goto(f"/s/local?lang={language}&style={style}")
    press(page, "main form button.button")
    page.check("#consent")
    page.check("[id='age_band-16-17']")
    press(page, "button[value=next]")


def _where(page: Page, look: Look) -> None:
    look("area")
    page.fill("#postcode", "NG1")
    press(page, "button[value=next]")
    look("area-problem")
    page.fill("#postcode", "")
    page.check(f"#district-{DISTRICT}")
    press(page, "button[value=next]")
    look("area-inside")
    page.check(f"#area-{WARD}")
    press(page, "button[value=next]")


def _answer_wrongly(page: Page, look: Look, number: str) -> None:
    """Tick all there is to tick, where that is a mistake, or answer what brings help up on the next page."""
    ticks = page.locator("main input[type=checkbox]")
    if ticks.count() > 1 and page.locator(".specials").count():
        for tick in ticks.all():
            tick.check()
        press(page, "button[value=next]")
        look(f"question-{number}-problem")


@pytest.mark.parametrize(("language", "style"), LOOKED_AT)
def test_axe_finds_nothing_in_the_browser_on_any_page_in_light_and_dark(
    browser: Browser, address: str, language: str, style: str
) -> None:
    found, seen = [], []
    with a_phone(browser, address) as page:

        def look(name: str) -> None:
            seen.append(name)
            assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], name
            for scheme, rules in (("light", ()), ("dark", COLOURS)):
                page.emulate_media(color_scheme=scheme)
                found.extend((name, scheme, entry["id"], _nodes(entry)) for entry in violations(page, rules))

        walk(page, language, style, look)
    assert len(seen) > (35 if style == "standard" else 25)
    assert found == []


def _nodes(entry: dict[str, Any]) -> list[str]:
    return [node["html"] for node in entry["nodes"]]


#: A window of 1280 by 1024 pixels at 400 per cent.
ENLARGED = {"width": 320, "height": 256}
#: Whether the way out, which stays in sight, lies over what has the focus.
IS_COVERED = """() => {
    const focused = document.activeElement.closest("label") || document.activeElement;
    if (focused === document.body || focused.matches(".leave, .skip-link")) return false;
    const box = focused.getBoundingClientRect(), way = document.querySelector(".leave").getBoundingClientRect();
    const apart = box.bottom <= way.top || box.top >= way.bottom || box.right <= way.left || box.left >= way.right;
    return !apart && box.height < way.top;
}"""


@pytest.mark.parametrize("style", ["standard", "easy_read", "large_print"])
def test_at_400_per_cent_in_the_browser_nothing_runs_over_and_nothing_covers_the_focus(
    browser: Browser, address: str, style: str
) -> None:
    with a_phone(browser, address) as page:
        page.set_viewport_size(ENLARGED)
        _before_the_questions(page, "en", style, lambda name: _fits(page, name))
        _where(page, lambda name: _fits(page, name))
        for key in ["Tab"] * 12 + ["Shift+Tab"] * 12:
            page.keyboard.press(key)
            assert not page.evaluate(IS_COVERED), page.evaluate("document.activeElement.outerHTML")


def _fits(page: Page, name: str) -> None:
    assert page.evaluate("document.documentElement.scrollWidth") <= ENLARGED["width"], name


def test_every_target_in_the_browser_is_large_enough_for_a_thumb(browser: Browser, address: str) -> None:
    small: list[Any] = []
    with a_phone(browser, address) as page:

        def look(name: str) -> None:
            found = page.evaluate("least => (" + TOO_SMALL + ")(least)", SMALLEST_TARGET)
            small.extend((name, *target) for target in found)

        walk(page, "en", "standard", look)
    assert small == []


#: Pixels, both ways.
SMALLEST_TARGET = 48
#: Targets, other than links within a sentence, that are smaller.
TOO_SMALL = """least => {
    document.querySelectorAll("details").forEach((part) => { part.open = true; });
    const targets = document.querySelectorAll("a, button, summary, label.choice, input[type=text], textarea");
    return [...targets]
        .filter((target) => target.offsetParent && !target.matches(".skip-link, h1 *, p:not([class]) > a:not([class])"))
        .map((target) => [target.textContent.trim(), target.getBoundingClientRect()])
        .filter(([, box]) => box.width < least || box.height < least)
        .map(([text, box]) => [text, box.width, box.height]);
}"""


def test_the_nu_checker_has_nothing_against_what_the_browser_gets(
    browser: Browser, address: str, tmp_path: Path
) -> None:
    checker = nu_checker()
    if checker is None:
        pytest.skip("NO NU CHECKER: nobody checked the HTML; npm install --prefix .venv/nu vnu-jar, and Java")
    pages: dict[str, str] = {}
    with a_phone(browser, address) as page:
        arrived: dict[str, Response] = {}
        page.on("response", lambda response: arrived.update({response.url: response}))
        for language, style in KINDS_OF_HTML:

            def look(name: str, kind: str = f"{language}-{style}") -> None:
                pages[f"{kind}-{name}"] = arrived[page.url].text()

            walk(page, language, style, look)
    assert len(pages) > 25 * len(KINDS_OF_HTML)
    assert html_errors(checker, pages, tmp_path) == []
