"""Something drawn and something ranked in a real browser: on a phone without a network, on a tablet, before staff."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from builders import WAVE, a_door, a_submission, an_instance, with_survey
from by_hand import HOUSE, a_survey_by_hand
from channels.web.scripted import PHONE, Scripted, someone
from device import Place
from engage.app import create_app
from engage.collection.receive import receive_submission
from engage.storage import drawings
from journeys.test_outreach_browser import a_tablet, prepare, unlock
from staffing import PASSWORD, an_email, with_person
from weather import served

#: Says whether the script for what is done by hand is kept on the device.
IS_KEPT = "async () => !!(await caches.match(document.querySelector('script[data-by-hand]').src, { ignoreVary: true }))"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """Serve the survey by hand."""
    instance = an_instance(tmp_path_factory.mktemp("instance"))
    with_survey(instance, a_survey_by_hand())
    with served(create_app(instance)) as (address, sky, line):
        yield Place(instance, address, sky, line)
    instance.database.close()


def draw(page: Page, *corners: tuple[float, float]) -> None:
    """Draw a line through places on the sheet, as shares of its width and height."""
    expect(page.locator(".sheet")).to_be_visible()
    page.locator("canvas").scroll_into_view_if_needed()
    box = page.locator("canvas").bounding_box()
    assert box is not None
    places = [(box["x"] + across * box["width"], box["y"] + down * box["height"]) for across, down in corners]
    page.mouse.move(*places[0])
    page.mouse.down()
    for at in places[1:]:
        page.mouse.move(*at, steps=6)
    page.mouse.up()


def rank_by_hand(page: Page) -> None:
    """Put buses first by its button and lights second by its number."""
    page.locator("li:has(#rank-buses) [data-moves='-1']").click()
    page.locator("#rank-lights").select_option("2")
    assert page.locator(".ranked label").all_inner_texts()[:2] == [
        "Safer buses and trams in the evening",
        "Better street lights",
    ]


def violations(page: Page) -> list[str]:
    return [one["id"] for one in Axe().run(page).response["violations"]]


def is_no_wider(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


@pytest.mark.parametrize(("language", "style"), [("en", "easy_read"), ("ar", "standard")])
def test_what_is_drawn_without_a_network_comes_in_as_lines(
    browser: Browser, place: Place, language: str, style: str
) -> None:
    before = len(place.stored())
    with someone(browser, place.address, "hand", bypass_csp=True, reduced_motion="reduce") as person:
        page = person.starts(language, style).agrees().skips().page
        expect(page.locator(".moves").first).to_be_visible()
        page.wait_for_function(IS_KEPT)
        assert (violations(page), is_no_wider(page)) == ([], True)
        page.context.set_offline(True)
        rank_by_hand(page)
        person.goes_on()
        draw(page, (0.2, 0.8), (0.5, 0.2), (0.8, 0.8))
        draw(page, (0.1, 0.1), (0.4, 0.4))
        page.locator("[data-draws=undo]").click()
        assert (violations(page), is_no_wider(page)) == ([], True)
        page.locator("[name=may_show]").check()
        person.goes_on().travels("back")
        draw(page, (0.5, 0.9), (0.5, 0.9))
        person.goes_on().sends()
        page.context.set_offline(False)
        comes_in(page, place, before)
        # A browser says of every try to send that there is no network.
        person.errors[:] = [error for error in person.errors if "ERR_INTERNET_DISCONNECTED" not in error]
    answers = list(place.stored().values())[-1]
    assert answers["matters"] == ["buses", "lights"]
    scene = answers["scene"]
    assert [len(line) for line in scene["lines"]] == [6, 2] and scene["may_show"] is True


def comes_in(page: Page, place: Place, before: int) -> None:
    """Wait until one more answer is stored."""
    for _ in range(100):
        if len(place.stored()) > before:
            return
        page.wait_for_timeout(100)
    raise AssertionError("nothing came in")


def test_a_prepared_tablet_draws_where_there_is_no_signal(browser: Browser, place: Place) -> None:
    with a_tablet(browser, place) as context:
        page = prepare(context, place, "en", survey="hand")
        context.set_offline(True)
        unlock(page)
        page.get_by_role("button", name="Hand the tablet over").click()
        person = Scripted(page, "hand")
        page.locator("[data-language=en] > button").click()
        page.locator("[data-style=standard]").first.click()
        person.agrees().skips().skips()
        draw(page, (0.2, 0.2), (0.7, 0.7))
        assert page.locator("[name=drawing]").input_value() == "[[120,90,420,315]]"


def test_somebody_decides_on_drawings_by_keys_alone(browser: Browser, place: Place) -> None:
    instance = place.instance
    document = a_submission({"scene": {"lines": HOUSE, "may_show": True}}, survey="hand", area_relation=[])
    with_person(instance, "coordinator", PASSWORD)
    with instance.database.writing() as session:
        waiting = len(drawings.in_state(session, "hand", WAVE, "waiting"))
        assert receive_submission(session, a_door(instance), document).status == "stored"
    context = browser.new_context(base_url=place.address, viewport=PHONE, bypass_csp=True, reduced_motion="reduce")
    page = context.new_page()
    page.goto("/staff/sign-in")
    page.fill("[name=email]", an_email("coordinator"))
    page.fill("[name=password]", PASSWORD)
    page.click("main button")
    page.goto("/staff/drawings")
    for key, heading in (("n", "Draw a place"), ("l", "Draw a place")):
        assert (violations(page), is_no_wider(page)) == ([], True)
        page.keyboard.press(key)
        expect(page.locator("h1")).to_contain_text(heading)
    expect(page.locator(".drawn svg")).to_be_visible()
    assert (violations(page), is_no_wider(page)) == ([], True)
    page.keyboard.press("s")
    expect(page.locator(".done")).to_contain_text("may be shown")
    context.close()
    with instance.database.reading() as session:
        assert len(drawings.in_state(session, "hand", WAVE, "waiting")) == waiting
        assert len(drawings.in_state(session, "hand", WAVE, "shown")) == 1
