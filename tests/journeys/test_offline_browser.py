"""The whole survey away from the network: finished, kept sealed, sent once; and no trace of it where it is over."""

import json
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from conftest import BROWSER_ARGUMENTS
from device import Place, a_phone, until

#: What somebody writes where they may; it must be readable nowhere on the device.
OWN_WORDS = "the lane behind the chip shop"
#: Words that name the topic, in English, Arabic and Tigrinya.
TOPIC = re.compile(r"safe|violen|police|crime|knife|أمان|آمن|عنف|شرطة|ውሑስ|ፖሊስ|ዓመጽ", re.IGNORECASE)
#: Everything that a page of this address can find on the device.
TRACES = """async () => {
  const found = { local: { ...localStorage }, session: { ...sessionStorage }, cookies: document.cookie };
  found.state = history.state;
  const text = (value) => JSON.stringify(value, (name, entry) =>
    entry instanceof Uint8Array ? String.fromCharCode(...entry) : entry);
  for (const { name } of await indexedDB.databases()) {
    const store = await new Promise((resolve) => {
      indexedDB.open(name).onsuccess = ({ target }) => resolve(target.result);
    });
    for (const part of store.objectStoreNames) {
      found["store " + name + " " + part] = await new Promise((resolve) => {
        store.transaction(part).objectStore(part).getAll().onsuccess = ({ target }) => resolve(text(target.result));
      });
    }
    store.close();
  }
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) {
      const answer = await cache.match(request);
      found["cache " + name + " " + request.url] = await answer.text() + text([...answer.headers]);
    }
  }
  return found;
}"""


@contextmanager
def a_browser(browser: Browser, place: Place, profile: Path) -> Iterator[BrowserContext]:
    """Open a browser that keeps what it has when it is closed."""
    context = browser.browser_type.launch_persistent_context(
        profile,
        executable_path=next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None),
        args=BROWSER_ARGUMENTS,
        base_url=place.address,
    )
    context.set_default_timeout(15_000)
    try:
        yield context
    finally:
        context.close()


def traces(page: Page) -> dict[str, Any]:
    """Return what the device has kept, as a page of the same address finds it."""
    found: dict[str, Any] = page.evaluate(TRACES)
    return found


def elsewhere(context: BrowserContext) -> Page:
    """Open a page of the same address that is none of the survey's."""
    page = context.new_page()
    page.goto("/healthz")
    return page


def wait_until_kept(page: Page, *parts: str) -> None:
    """Wait until the survey would open without a network."""
    for part in parts or ("/whole?lang=en", "/rest"):
        until(page, f"caches.match('/s/offline').then(Boolean) && caches.keys().then(async (names) => {{ "
              f"for (const name of names) for (const r of await (await caches.open(name)).keys()) "
              f"if (r.url.includes('{part}')) return true; return false; }})")  # fmt: skip


def opened(context: BrowserContext, address: str = "/s/local") -> Page:
    """Open the survey and wait until it would work without a network."""
    page = context.new_page()
    page.goto(address)
    wait_until_kept(page)
    return page


def step_of(page: Page) -> int:
    return int(page.evaluate("(history.state || { step: 0 }).step"))


def go_on(page: Page, press: str) -> None:
    """Press a button and wait for the page that follows."""
    before = step_of(page)
    page.click(press)
    for _ in range(100):
        if step_of(page) > before:
            return
        page.wait_for_timeout(50)
    raise AssertionError(page.inner_text("main"))


def answers_everything(page: Page) -> None:
    """Answer every question up to the page on which answers are checked."""
    page.bring_to_front()  # browsers let what nobody looks at run slowly
    go_on(page, "form[data-start] button")
    page.check("#consent")
    page.check("[id='age_band-25-34']")
    go_on(page, "main button[value=next]")
    while not page.query_selector("dl.check"):
        if page.query_selector("main textarea"):
            page.fill("main textarea", OWN_WORDS)
        elif choice := page.query_selector("main form input[type=radio], main form input[type=checkbox]"):
            choice.check()
        else:
            go_on(page, "main button[value=skip]")
            continue
        go_on(page, "main button[value=next]")


def reads_in(page: Page, language: str) -> None:
    """Choose another language."""
    page.evaluate(f"document.querySelector('a[hreflang={language}]').click()")


def finishes(page: Page) -> str:
    """Send the answers and return the receipt."""
    page.click("main form button.button")
    page.wait_for_selector(".receipt bdi")
    return page.inner_text(".receipt bdi")


def all_sent(page: Page) -> bool:
    return all(kept == "[]" for name, kept in traces(page).items() if name.endswith(" outbox"))


def wait_until_sent(page: Page, seconds: int = 40) -> None:
    for _ in range(seconds * 5):
        if all_sent(page):
            return
        page.wait_for_timeout(200)
    raise AssertionError("still waiting")


@pytest.fixture
def before(place: Place) -> set[str]:
    """Return what was stored before this test."""
    return set(place.stored())


def new(place: Place, before: set[str]) -> list[dict[str, Any]]:
    return [answers for response_id, answers in place.stored().items() if response_id not in before]


def shows_nothing(found: dict[str, Any]) -> None:
    """Hold what a device has kept against the topic and the answers."""
    for where, kept in found.items():
        text = f"{where} {kept if isinstance(kept, str) else json.dumps(kept, ensure_ascii=False)}"
        assert OWN_WORDS not in text, where
        assert not (match := TOPIC.search(text)), (where, match, text[:300])


def test_a_survey_opened_once_is_answered_without_a_network_after_the_browser_was_closed_and_is_stored_once(
    browser: Browser, place: Place, before: set[str], tmp_path: Path
) -> None:
    with a_browser(browser, place, tmp_path) as context:
        opened(context)
    place.line.cut()
    with a_browser(browser, place, tmp_path) as context:
        page = context.new_page()
        page.goto("/s/local")
        answers_everything(page)
        finishes(page)
        assert "will be sent" in page.inner_text("main") or "are sent" in page.inner_text("main")
        assert not all_sent(page)
    with a_browser(browser, place, tmp_path) as context:
        page = context.new_page()
        page.goto("/s/local")
        assert "You are offline" in page.inner_text("body")
        assert not all_sent(page)
        place.line.mend()
        page.goto("/s/local")
        wait_until_sent(page)
    (answers,) = new(place, before)
    assert answers["say_more"] == OWN_WORDS
    assert len(answers) > 10


def test_the_network_going_in_the_middle_is_not_noticed(browser: Browser, place: Place, before: set[str]) -> None:
    with a_phone(browser, place) as phone:
        page = opened(phone)
        place.line.cut()
        answers_everything(page)
        finishes(page)
        place.line.mend()
        page.evaluate("dispatchEvent(new Event('online'))")
        wait_until_sent(page)
    assert len(new(place, before)) == 1


@pytest.mark.parametrize("weather", [500, 429, "cut", (503, ("Retry-After", "2"))])
def test_whatever_the_server_says_first_the_answers_are_stored_once(
    browser: Browser, place: Place, before: set[str], weather: Any
) -> None:
    with a_phone(browser, place) as phone:
        page = opened(phone)
        answers_everything(page)
        place.sky.weather = lambda _: weather if len(place.sky.came) < 3 else None
        finishes(page)
        page.wait_for_selector(".waiting")
        for _ in range(40):
            page.evaluate("dispatchEvent(new Event('online'))")
            page.wait_for_timeout(500)
            if all_sent(page):
                break
        assert all_sent(page)
        assert len(place.sky.came) >= 3
    assert len(new(place, before)) == 1


@pytest.mark.parametrize("days", [2, -2])
def test_a_clock_that_is_off_by_two_days_loses_nothing(
    browser: Browser, place: Place, before: set[str], days: int
) -> None:
    jump = days * 86_400_000
    clock = f"const OwnDate = Date; Date = class extends OwnDate {{ constructor(...a) {{ a.length ? super(...a) : super(OwnDate.now() + {jump}); }} static now() {{ return OwnDate.now() + {jump}; }} }};"  # noqa: E501 - one script
    with a_phone(browser, place, clock) as phone:
        page = opened(phone)
        answers_everything(page)
        finishes(page)
        wait_until_sent(page)
    assert len(new(place, before)) == 1


def test_two_tabs_that_finish_at_once_are_two_responses(browser: Browser, place: Place, before: set[str]) -> None:
    with a_phone(browser, place) as phone:
        tabs = [opened(phone), opened(phone)]
        for tab in tabs:
            answers_everything(tab)
        for tab in tabs:
            tab.evaluate("() => { document.querySelector('main form button.button').click(); }")
        receipts = {tab.inner_text(".receipt bdi") for tab in tabs if tab.wait_for_selector(".receipt bdi")}
        wait_until_sent(tabs[0])
    assert len(receipts) == 2
    assert len(new(place, before)) == 2


def test_answers_go_by_themselves_once_there_is_a_network_though_the_page_was_closed(
    browser: Browser, place: Place, before: set[str]
) -> None:
    with a_phone(browser, place) as phone:
        page = opened(phone)
        other = phone.new_page()
        phone.set_offline(True)
        answers_everything(page)
        finishes(page)
        page.wait_for_timeout(1_000)
        page.close()
        assert new(place, before) == []
        phone.set_offline(False)
        for _ in range(60):
            if new(place, before):
                break
            other.wait_for_timeout(500)
    assert len(new(place, before)) == 1


def test_every_language_that_was_opened_works_without_a_network(browser: Browser, place: Place) -> None:
    with a_phone(browser, place) as phone:
        page = opened(phone)
        go_on(page, "form[data-start] button")
        reads_in(page, "ar")
        page.wait_for_selector("html[lang=ar]")
        wait_until_kept(page, "/whole?lang=ar")
        page.close()
        place.line.cut()
        page = phone.new_page()
        page.goto("/s/local")
        go_on(page, "form[data-start] button")
        reads_in(page, "ar")
        page.wait_for_selector("html[lang=ar]")
        reads_in(page, "pl")
        page.wait_for_selector(".problems, .problem, [role=alert]")
        assert page.get_attribute("html", "lang") == "ar"


def test_while_the_survey_is_open_it_is_kept_and_after_finishing_nothing_names_it(
    browser: Browser, place: Place, tmp_path: Path
) -> None:
    profile = tmp_path / "profile"
    with a_browser(browser, place, profile) as context:
        page = opened(context)
        assert TOPIC.search(json.dumps(traces(page), ensure_ascii=False))
        place.line.cut()
        answers_everything(page)
        assert OWN_WORDS not in json.dumps(traces(page))
        finishes(page)
        until(page, "caches.keys().then((names) => !names.some((name) => name.startsWith('engage-pages')))")
        assert all(isinstance(entry, int | float) for entry in (page.evaluate("history.state") or {}).values())
        assert not TOPIC.search(page.title())
        other = context.new_page()
        other.goto("/s/local")
        assert "You are offline" in other.inner_text("body")
        assert not TOPIC.search(other.content())
        shows_nothing(traces(page))
        assert not all_sent(page)
    for path in profile.rglob("*"):
        if path.is_file():
            held = path.read_bytes()
            assert OWN_WORDS.encode() not in held, path
            assert OWN_WORDS.encode("utf-16-le") not in held, path


@pytest.mark.parametrize("how", ["tap", "shift"])
def test_after_leaving_nothing_names_the_survey(browser: Browser, place: Place, how: str) -> None:
    with a_phone(browser, place) as phone:
        page = opened(phone)
        answers_everything(page)
        page.route("https://www.bbc.co.uk/**", lambda route: route.fulfill(body="Weather"))
        if how == "tap":
            page.click("a.leave")
        else:
            for _ in range(3):
                page.keyboard.press("Shift")
        page.wait_for_url("https://www.bbc.co.uk/weather")
        page.wait_for_timeout(500)
        shows_nothing(traces(elsewhere(phone)))
        page.go_back()
        assert OWN_WORDS not in page.content()


def test_leaving_at_once_while_the_survey_is_being_kept_keeps_nothing(browser: Browser, place: Place) -> None:
    with a_phone(browser, place) as phone:
        page = phone.new_page()
        page.route("https://www.bbc.co.uk/**", lambda route: route.fulfill(body="Weather"))
        for wait in (0, 1_900, 2_050, 2_200, 2_500):
            page.goto("/s/local")
            page.wait_for_timeout(wait)
            page.click("a.leave")
            page.wait_for_url("https://www.bbc.co.uk/weather")
        page.wait_for_timeout(1_500)
        shows_nothing(traces(elsewhere(phone)))


def test_no_address_but_the_survey_s_own_is_ever_kept(browser: Browser, place: Place) -> None:
    with a_phone(browser, place) as phone:
        page = opened(phone)
        page.reload()
        for address in ("/results/local", "/w/", "/staff/sign-in", "/s/local/check", "/s/nothing", "/healthz"):
            page.goto(address)
        page.goto("/s/local")
        wait_until_kept(page)
        kept = {name.split(" ")[2].removeprefix(place.address) for name in traces(page) if name.startswith("cache ")}
        assert {re.sub(r"v=\w+", "v=", address) for address in kept} == {
            "/s/local", "/s/local/rest?lang=en&style=standard", "/s/local/whole?lang=en&style=standard", "/s/offline",
            "/survey.css?v=", "/survey.js?v=", "/survey-more.js?v=",
        }  # fmt: skip


def test_another_page_without_a_network_says_so_and_no_more(browser: Browser, place: Place) -> None:
    with a_phone(browser, place) as phone:
        page = opened(phone)
        place.line.cut()
        page.goto("/s/elsewhere")
        assert page.title() == "You are offline"
        assert not TOPIC.search(page.content())
        assert page.locator("a, button").count() == 0


def test_a_server_that_is_slow_or_down_gives_way_to_what_is_kept(browser: Browser, place: Place) -> None:
    with a_phone(browser, place) as phone:
        page = opened(phone)
        place.sky.elsewhere = 503
        page.goto("/s/local")
        assert page.locator("form[data-start]").count() == 1


def test_what_older_versions_kept_is_taken_away(browser: Browser, place: Place) -> None:
    with a_phone(browser, place) as phone:
        page = phone.new_page()
        page.goto("/healthz")
        old = "Promise.all(['engage-pages-old', 'engage-things-old', 'outreach'].map((name) => caches.open(name)))"
        page.evaluate(f"{old}.then(() => 0)")
        page = opened(phone)
        until(page, "caches.keys().then((names) => names.length === 3)")
        assert "outreach" in page.evaluate("caches.keys()")


def test_answers_saved_for_later_are_gone_on_with_after_the_browser_was_closed(
    browser: Browser, place: Place, before: set[str], tmp_path: Path
) -> None:
    with a_browser(browser, place, tmp_path) as context:
        page = opened(context)
        go_on(page, "form[data-start] button")
        page.check("#consent")
        page.check("[id='age_band-25-34']")
        go_on(page, "main button[value=next]")
        page.click("main button[value=save]")
        page.wait_for_selector(".receipt bdi")
        code = page.inner_text(".receipt bdi")
    with a_browser(browser, place, tmp_path) as context:
        page = opened(context)
        page.click("#have-code")
        page.fill("#code", "2222-2222")
        page.click("main form button.button")
        page.wait_for_selector("[role=alert], .problems")
        page.fill("#code", code.lower())
        page.click("main form button.button")
        page.wait_for_selector("#progress")
    assert new(place, before) == []
