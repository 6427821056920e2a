"""A stranger writes a small survey in a real browser, pilots it and answers it: by keyboard, and on a phone."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from axe import faults_on_every_screen
from browsing import a_desk, press
from builders import DISTRICT, an_instance
from engage.storage import questionnaires, waves
from engage.storage.instance import Instance
from gateways import serving
from staffing import PASSWORD, an_email, with_person

ARABIC = "هل تستخدم الحديقة؟"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    """Serve an instance with a coordinator and no survey but the library's."""
    instance = an_instance(tmp_path_factory.mktemp("instance"), surveyed=True)
    with_person(instance, "coordinator", PASSWORD)
    with serving(instance) as known:
        yield known
    instance.database.close()


def at_the_desk(browser: Browser, served: Instance, **kind: Any) -> AbstractContextManager[Page]:
    """Open the coordinator's browser."""
    return a_desk(browser, served.settings.public_url, an_email("coordinator"), **kind)


def by_key(page: Page, selector: str, *keys: str) -> None:
    """Press keys on something; Enter and the page that comes of it are waited for."""
    page.locator(selector).first.focus()
    for key in keys:
        if key == "Enter":
            with page.expect_navigation():
                page.keyboard.press(key)
        elif key in ("Space", "Control+End"):
            page.keyboard.press(key)
        elif page.locator(":focus").evaluate("(node) => node.tagName === 'SELECT'"):
            arrow_to(page, key)
        else:
            page.keyboard.insert_text(key)


def arrow_to(page: Page, start: str) -> None:
    """Go down a list to the option that starts like this: letters typed slowly would each begin a search of its own."""
    chosen = "(node) => node.selectedOptions[0].text.trim()"
    while not page.locator(":focus").evaluate(chosen).startswith(start):
        page.keyboard.press("ArrowDown")


def test_a_survey_is_written_translated_and_piloted_by_keyboard_alone(browser: Browser, served: Instance) -> None:
    with at_the_desk(browser, served, viewport={"width": 1280, "height": 900}) as page:
        page.goto("/staff/author")
        by_key(page, "#name", "Parks survey")
        by_key(page, "#area", "Nottingham")
        by_key(page, "button[value=nothing]", "Enter")
        copy = page.url
        by_key(page, "#text", "Do you use the park?")
        by_key(page, "#options", "Yes\nNo")
        by_key(page, "form[data-adds] button", "Enter")
        expect(page.frame_locator(".device iframe").locator("h1")).to_have_text("Do you use the park?")
        by_key(page, "textarea[id='w:text']", "Control+End", " Or any other?")
        expect(page.frame_locator(".device iframe").locator("h1")).to_contain_text("Or any other?")
        by_key(page, ".save button", "Enter")
        expect(page.locator("[role=status].told")).to_contain_text("Changed “Do you use the park?”")
        by_key(page, "#looks #form", "Pa")
        expect(page.locator("#preview img")).to_be_visible()
        for kind, words in (("Sev", "How do you get there?"), ("Ans", "What matters most there?")):
            page.goto(copy)
            by_key(page, "#text", words)
            by_key(page, "#type", kind)
            by_key(page, "#options", "Lamps\nBenches")
            by_key(page, "form[data-adds] button", "Enter")
        by_key(page, "#condition a", "Enter")
        by_key(page, "select[name='c.0:subject']", "Do")
        page.wait_for_selector("input[name='c.0:codes']")
        expect(page.locator("select[name='c.0:subject']")).to_be_focused()
        by_key(page, "input[name='c.0:codes'][value=yes]", "Space")
        by_key(page, "#condition button[value=save]:visible >> nth=-1", "Enter")
        expect(page.locator("#condition")).to_contain_text("Asked when “Do you use the park?")
        page.goto(copy)
        by_key(page, "#tag", "ar")
        by_key(page, "form:has(#tag) button", "Enter")
        by_key(page, "textarea[name='w:use_park.text']", ARABIC)
        by_key(page, ".save button", "Enter")
        page.goto(copy)
        by_key(page, "form[action$=publish] button", "Enter")
        by_key(page, "a:has-text('Its waves')", "Enter")
        by_key(page, "#wave", "2026-w")
        by_key(page, "form:has(#wave) button", "Enter")
        by_key(page, "button[value=pilot]", "Enter")
        expect(page.locator(".life [aria-current]")).to_have_text("pilot")
    with served.database.reading() as session:
        survey, wave = questionnaires.get(session, "parks-survey"), waves.current(session, "parks-survey")
    assert survey is not None and wave is not None
    assert [question.id for question in survey.questions] == [
        "age_band",
        "area",
        "use_park",
        "get_there",
        "matters_most_there",
    ]
    assert survey.language("ar").wording["use_park.text"] == ARABIC  # type: ignore[union-attr]
    assert wave.state == "pilot"
    answers_in_arabic(browser, served)


def answers_in_arabic(browser: Browser, served: Instance) -> None:
    """Answer the piloted survey on a phone without a script; the third question comes only after a yes."""
    context = browser.new_context(base_url=served.settings.public_url, java_script_enabled=False)
    page = context.new_page()
    page.goto("/s/parkssurvey?lang=ar")
    press(page, "main form button")
    page.check("#consent")
    page.check("[id='age_band-25-34']")
    press(page, "button[value=next]")
    page.check(f"#district-{DISTRICT}")
    press(page, "button[value=next]")
    press(page, "button[value=skip]")
    assert page.inner_text("h1").startswith("Do you") or ARABIC in page.inner_text("h1")
    page.check("#answer-yes")
    press(page, "button[value=next]")
    press(page, "button[value=skip]")
    expect(page.locator("ol.ranked")).to_be_visible()
    press(page, "button[value=skip]")
    press(page, "main form button:not([value=back])")
    assert page.url.endswith("/thanks")
    context.close()


def test_on_a_phone_without_scripts_everything_works_by_its_buttons(browser: Browser, served: Instance) -> None:
    kind = {"viewport": {"width": 360, "height": 740}, "java_script_enabled": False}
    with at_the_desk(browser, served, **kind) as page:
        page.goto("/staff/author")
        page.fill("#name", "Bus survey")
        page.select_option("#area", DISTRICT)
        page.click("button[value=nothing]")
        copy = page.url
        for text in ("Which bus?", "Which stop?"):
            page.goto(copy)
            page.fill("#text", text)
            page.fill("#options", "One\nTwo")
            page.click("form[data-adds] button")
        page.click("button[value='down:o0']")
        assert page.input_value("[id='o0:label']") == "Two"
        page.goto(copy)
        page.click("[aria-label='Which stop?: one up']")
        page.click("[aria-label='Which bus?: remove']")
        expect(page.locator(".questions li")).to_have_count(3)
        page.click(".told button")
        assert page.inner_text(".questions li:last-child a").endswith("Which bus?")
        page.click(".questions li:last-child a")
        page.select_option("#looks #form", "text")
        page.click("#looks button")
        assert "Which bus?" in page.inner_text(".phone")
        assert "plain letters" in page.inner_text("#preview")


def test_axe_finds_nothing_and_nothing_is_wider_than_the_screen(browser: Browser, served: Instance) -> None:
    with at_the_desk(browser, served) as page:
        page.goto("/staff/author")
        page.select_option("#source", "survey:feeling-safe")
        page.click("form:has(#source) button")
        copy = page.url
        parts = (
            "",
            "/question/unsafe_reasons?form=easy_read&lang=ar",
            "/question/home_district/condition",
            "/words/ar",
        )
        for part in (*parts, "/scale/safety", "/head", "/routes", "/borrow"):
            page.goto(copy + part)
            assert faults_on_every_screen(page, part) == []
        page.goto("/staff/author/versions/feeling-safe")
        assert faults_on_every_screen(page, "versions") == []
