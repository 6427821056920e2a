"""A tablet in a youth club without a signal: prepared, handed from person to person, brought home, reported lost."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from axe import violations
from builders import DISTRICT, with_survey
from channels.web.tiny import EVERY_TYPE, a_questionnaire
from conftest import BROWSER_ARGUMENTS, chromium
from device import Place
from engage.collection.accounts import sign_in_link
from engage.collection.tablets import revoke_tablet
from engage.storage import review, safeguarding, tablets
from staffing import an_email, with_person

PIN = "4711"
#: Goes through the survey of whoever begins, past every question, as fast as the page allows; returns the receipt.
SKIP_THROUGH = """
async () => {
  const soon = () => new Promise((resolve) => setTimeout(resolve, 0));
  const until = async (found) => {
    for (let tries = 0; tries < 5000; tries += 1) {
      const part = found();
      if (part) return part;
      await soon();
    }
    throw new Error("nothing came: " + document.querySelector("#main").textContent);
  };
  (await until(() => document.querySelector("[data-language=en] > button"))).click();
  (await until(() => document.querySelector("[data-styles=en]:not([hidden]) [data-style=standard]"))).click();
  (await until(() => document.querySelector("#consent"))).click();
  document.querySelector("#main [value='25-34']").click();
  document.querySelector("#main [value=next]").click();
  await until(() => document.querySelector("#main [value=skip]"));
  for (;;) {
    const page = document.querySelector("#main form");
    const skip = page.querySelector("[value=skip]");
    (skip || page.querySelector("button")).click();
    const next = await until(() => {
      const shown = document.querySelector("#main form") || document.querySelector("#main [data-next]");
      return shown !== page && shown;
    });
    if (next.matches("[data-next]")) break;
  }
  const receipt = document.querySelector("#main .receipt").textContent;
  document.querySelector("#main [data-next] button").click();
  return receipt;
}
"""


@contextmanager
def a_tablet(browser: Browser, place: Place) -> Iterator[BrowserContext]:
    """Open a tablet that somebody holds upright."""
    context = browser.new_context(base_url=place.address, viewport={"width": 800, "height": 1100}, has_touch=True)
    context.set_default_timeout(20_000)
    yield context
    context.close()


def signed_in(context: BrowserContext, place: Place) -> Page:
    """Sign an ambassador in by a link."""
    instance = place.instance
    with_person(instance, "ambassador")
    with instance.database.writing() as session:
        keys, now = instance.settings.keys, instance.now()
        token = sign_in_link(session, keys, an_email("ambassador"), now, "test")
    page = context.new_page()
    page.goto(f"/staff/in/{token}")
    page.locator("main button").click()
    return page


def prepare(context: BrowserContext, place: Place, *languages: str, survey: str = "feeling-safe") -> Page:
    """Prepare the tablet as its page asks, and come to its lock."""
    page = signed_in(context, place)
    page.goto(f"/staff/tablets?survey={survey}")
    page.get_by_label("What you call this tablet").fill("Blue tablet")
    page.get_by_label("Session or venue").fill("Youth club")
    page.locator("#area").select_option(DISTRICT)
    for language in languages:
        page.locator(f"input[name=languages][value='{language}']").check()
    page.locator("#pin").fill(PIN)
    page.locator("#pin-again").fill(PIN)
    page.get_by_role("button", name="Prepare this tablet").click()
    expect(page.get_by_role("heading", name="For the person who brought this tablet")).to_be_visible(timeout=60_000)
    return page


def unlock(page: Page) -> None:
    page.locator("#pin").fill(PIN)
    page.get_by_role("button", name="Open").click()
    expect(page.get_by_text("Answered on this tablet")).to_be_visible()


def counts(page: Page) -> tuple[str, str]:
    """Return what the tablet says was answered on it, and what waits."""
    return page.locator("[data-answered]").inner_text(), page.locator("[data-waiting]").inner_text()


def kept_on(page: Page) -> str:
    """Return everything this origin keeps in the browser, but for the prepared pages, as one text."""
    kept: str = page.evaluate(
        """async () => {
          const found = [document.title, location.href, JSON.stringify(history.state), document.cookie];
          found.push(JSON.stringify({ ...localStorage }), JSON.stringify({ ...sessionStorage }));
          for (const { name } of await indexedDB.databases()) {
            const store = await new Promise((resolve) => {
              const opening = indexedDB.open(name);
              opening.onsuccess = () => resolve(opening.result);
            });
            for (const part of store.objectStoreNames) {
              const all = await new Promise((resolve) => {
                const asked = store.transaction(part).objectStore(part).getAll();
                asked.onsuccess = () => resolve(asked.result);
              });
              found.push(JSON.stringify(all));
            }
            store.close();
          }
          return found.join("\\n");
        }"""
    )
    return kept


def on_tablets(place: Place) -> list[tablets.Tablet]:
    with place.instance.database.reading() as session:
        return tablets.list_all(session)


def test_a_tablet_goes_from_person_to_person_without_a_network(browser: Browser, place: Place) -> None:
    before = set(place.stored())
    with a_tablet(browser, place) as tablet:
        page = prepare(tablet, place, "ar")
        assert page.request.get("/staff/tablets", max_redirects=0).status == 303, "the ambassador is still signed in"
        tablet.set_offline(True)
        page.reload()
        unlock(page)
        page.get_by_role("button", name="Hand the tablet over").click()
        page.get_by_role("button", name="العربية").click()
        page.locator("[data-styles=ar] [data-style=easy_read]").click()
        page.locator("#consent").check()
        assert page.locator("html").get_attribute("dir") == "rtl"
        page.locator("#main [value='16-17']").check()
        page.locator("#main [value=next]").click()
        page.locator(f"#main [value='{DISTRICT}']").first.check()
        page.locator("#main [value=next]").click()
        page.locator("#main input[type=radio]").first.check()
        page.locator("#main .leave, .top .leave").click()
        expect(page.locator("#pin")).to_be_visible()
        assert "يوث" not in kept_on(page) and DISTRICT not in kept_on(page).replace('"area":{"code":"' + DISTRICT, "")
        unlock(page)
        page.get_by_role("button", name="Hand the tablet over").click()
        receipts = {page.evaluate(SKIP_THROUGH) for _ in range(2)}
        assert len(receipts) == 2
        page.get_by_role("button", name="For the person who brought this tablet").click()
        unlock(page)
        assert counts(page) == ("2", "2")
        tablet.set_offline(False)
        page.get_by_role("button", name="Send now").click()
        expect(page.get_by_text("Everything is sent.")).to_be_visible()
        assert counts(page) == ("2", "0")
    new = set(place.stored()) - before
    assert len(new) == 2
    assert on_tablets(place)[0].received == 2


def test_an_ambassador_practises_and_worries_on_a_tablet_that_nobody_is_signed_in_on(
    browser: Browser, place: Place
) -> None:
    before = set(place.stored())
    with a_tablet(browser, place) as tablet:
        page = prepare(tablet, place)
        tablet.set_offline(True)
        unlock(page)
        page.get_by_role("button", name="Practise: nothing is kept").click()
        page.evaluate(SKIP_THROUGH)
        expect(page.locator("#main .practice")).to_be_visible()
        page.get_by_role("button", name="For the person who brought this tablet").click()
        unlock(page)
        assert counts(page) == ("0", "0")
        page.get_by_role("link", name="I’m worried about someone").click()
        page.locator("[value=weapon]").check()
        page.get_by_role("button", name="Tell whoever is on duty").click()
        expect(page.locator("[data-state=waits]")).to_be_visible()
        assert "weapon" not in kept_on(page)
        tablet.set_offline(False)
        expect(page.locator("[data-state=told]")).to_be_visible()
    with place.instance.database.reading() as session:
        [item] = safeguarding.open_items(session)
    told = "told by tablet Blue tablet of ambassador@example.org"
    assert (item.list_code, item.reference, item.response_id) == ("weapon", told, None)
    assert set(place.stored()) == before


def test_a_wrong_pin_opens_nothing_and_many_wrong_ones_make_it_wait(browser: Browser, place: Place) -> None:
    with a_tablet(browser, place) as tablet:
        page = prepare(tablet, place)
        for _ in range(5):
            page.locator("#pin").fill("0000")
            page.get_by_role("button", name="Open").click()
            expect(page.get_by_text("That is not the PIN.")).to_be_visible()
            page.locator("#pin-problem").evaluate("(said) => { said.textContent = ''; }")
        page.reload()
        page.locator("#pin").fill(PIN)
        page.get_by_role("button", name="Open").click()
        expect(page.locator("#pin-problem")).to_contain_text("Wait")


def test_a_lost_tablet_is_not_trusted_and_loses_nothing(browser: Browser, place: Place) -> None:
    before, held = set(place.stored()), len(place.held())
    with a_tablet(browser, place) as tablet:
        page = prepare(tablet, place)
        tablet.set_offline(True)
        unlock(page)
        page.get_by_role("button", name="Hand the tablet over").click()
        page.evaluate(SKIP_THROUGH)
        instance = place.instance
        lost = next(one for one in on_tablets(place) if one.received == 0 and one.revoked_on is None)
        with instance.database.writing() as session:
            for one in tablets.list_all(session):
                revoke_tablet(session, instance.settings.keys, one.id, "test", instance.now())
        tablet.set_offline(False)
        page.get_by_role("button", name="For the person who brought this tablet").click()
        unlock(page)
        page.get_by_role("button", name="Send now").click()
        expect(page.get_by_text("Everything is sent.")).to_be_visible()
    assert set(place.stored()) == before
    assert len(place.held()) == held + 1
    with place.instance.database.reading() as session:
        item = review.waiting(session)[-1]
    assert item.notes[0]["code"] == "tablet_revoked"
    assert next(one for one in on_tablets(place) if one.id == lost.id).received == 0


@pytest.mark.parametrize("width", [360, 800])
def test_the_tablets_own_pages_have_nothing_for_axe_to_find(browser: Browser, place: Place, width: int) -> None:
    with a_tablet(browser, place) as tablet:
        page = prepare(tablet, place, "ar")
        page.set_viewport_size({"width": width, "height": 800})

        def look() -> list[Any]:
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
            return violations(page)

        assert look() == []
        unlock(page)
        assert look() == []
        page.get_by_role("button", name="Hand the tablet over").click()
        page.get_by_role("button", name="العربية").click()
        assert look() == []


@pytest.mark.sweep
def test_three_hundred_answers_come_home_once_though_the_tablet_dies_on_the_way(
    browser: Browser, place: Place, tmp_path: Path
) -> None:
    with_survey(place.instance, a_questionnaire(*EVERY_TYPE[:2], EVERY_TYPE[5]))
    before, held, profile = set(place.stored()), place.held(), tmp_path / "profile"

    def switched_on() -> BrowserContext:
        tablet = browser.browser_type.launch_persistent_context(
            profile, executable_path=chromium(), args=BROWSER_ARGUMENTS, base_url=place.address
        )
        tablet.set_default_timeout(30_000)
        return tablet

    tablet = switched_on()
    page = prepare(tablet, place, survey="tiny")
    tablet.set_offline(True)
    unlock(page)
    page.get_by_role("button", name="Hand the tablet over").click()
    receipts = {page.evaluate(SKIP_THROUGH) for _ in range(300)}
    assert len(receipts) == 300
    page.get_by_role("button", name="For the person who brought this tablet").click()
    unlock(page)
    assert counts(page) == ("300", "300")
    place.sky.weather = lambda _: "cut" if len(place.sky.came) == 7 else None
    tablet.set_offline(False)
    page.evaluate("document.querySelector('[data-act=send]').click()")
    while len(place.sky.came) < 7:
        page.wait_for_timeout(20)
    subprocess.run(["pkill", "-9", "-f", str(profile)], check=False)
    assert 100 <= len(set(place.stored()) - before) < 300
    tablet = switched_on()
    page = tablet.new_page()
    page.goto("/s/tiny/outreach")
    unlock(page)
    page.get_by_role("button", name="Send now").click()
    expect(page.get_by_text("Everything is sent.")).to_be_visible()
    assert counts(page) == ("300", "0")
    tablet.close()
    assert len(set(place.stored()) - before) == 300
    assert sum(one.received for one in on_tablets(place) if one.received > 10) == 300
    assert place.held() == held
