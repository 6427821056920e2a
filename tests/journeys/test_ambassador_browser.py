"""An evening of an ambassador with a phone in one hand, where the network comes and goes; and who waits for them."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from playwright.sync_api import Browser, Page, expect

from axe import faults_on_every_screen
from builders import NOW, WARD, WAVE
from device import Place
from engage.collection.accounts import sign_in_link
from engage.questionnaire.library import read_library_survey
from engage.storage import safeguarding, visits
from engage.storage.safeguarding import Item
from engage.storage.visits import Visit
from staffing import a_batch, an_email, with_person

#: Everything that the page keeps on a device.
KEPT = """
new Promise((done) => {
  indexedDB.open("worries").onsuccess = ({ target }) => {
    const all = target.result.transaction("kept").objectStore("kept").getAll();
    all.onsuccess = () => done(JSON.stringify(all.result));
  };
})
"""
#: Waits until the phone has the page, and what opens it without a network.
UNTIL_KEPT = """
async () => {
  for (;;) {
    const known = await navigator.serviceWorker.getRegistration("/staff/worried");
    const page = await caches.match("/staff/worried", { ignoreVary: true });
    if (page && known?.active?.state === "activated") return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
"""
PHONE: dict[str, Any] = {"viewport": {"width": 360, "height": 740}, "has_touch": True}


@contextmanager
def a_person(browser: Browser, place: Place, role: str, **kind: Any) -> Iterator[Page]:
    """Open a browser of somebody who came in by a link."""
    instance = place.instance
    with_person(instance, role)
    with instance.database.writing() as session:
        token = sign_in_link(session, instance.settings.keys, an_email(role), instance.now(), "test")
    context = browser.new_context(base_url=place.address, **kind)
    context.set_default_timeout(10_000)
    page = context.new_page()
    page.goto(f"/staff/in/{token}")
    page.locator("main button").click()
    page.wait_for_url("**/staff/")
    yield page
    context.close()


def waiting(place: Place) -> list[Item]:
    """Return what waits in the duty queue."""
    with place.instance.database.reading() as session:
        return safeguarding.open_items(session)


def only_visit(place: Place) -> Visit:
    """Return the one visit there is."""
    with place.instance.database.reading() as session:
        [visit] = visits.list_of(session)
    return visit


def test_an_evening_with_one_thumb_and_no_network(browser: Browser, place: Place) -> None:
    with a_person(browser, place, "ambassador", **PHONE) as page:
        page.click("main >> text=Visits")
        page.click("main >> text=Write down a visit")
        page.fill("#place", "Youth club")
        page.select_option("#area", WARD)
        page.click("main button >> text=Keep")
        page.click("button >> text=Check in")
        expect(page.locator("#safe")).to_have_text("Checked in")
        page.context.set_offline(True)
        for _ in range(3):
            page.click("[aria-label='One more: Took part']")
        page.click("[aria-label='One more: No time']")
        expect(page.locator("#tally-state")).to_contain_text("Kept on this phone")
        expect(page.locator("#n-asked")).to_have_value("4")
        page.context.set_offline(False)
        expect(page.locator("#tally-state")).to_have_text("Counts kept.")
        tally = only_visit(place).tally
        assert (tally.asked, tally.took_part, dict(tally.declined)) == (4, 3, {"no_time": 1})
        assert page.evaluate("Object.keys(localStorage).length") == 0
        page.click("button >> text=Check out")
        expect(page.locator("#safe")).to_have_text("Checked out")
        assert not only_visit(place).is_out


def test_a_worry_without_a_network_is_sealed_on_the_phone_and_told_once_there_is_one(
    browser: Browser, place: Place
) -> None:
    with a_person(browser, place, "ambassador", **PHONE) as page:
        page.evaluate(UNTIL_KEPT)
        page.context.set_offline(True)
        page.click("text=I’m worried about someone")
        expect(page.locator("a[href='tel:999']")).to_be_visible()
        page.check("[value=being_hurt]")
        page.click("main button >> text=Tell whoever is on duty")
        expect(page.locator("[data-state=waits]")).to_be_visible()
        kept = page.evaluate(KEPT)
        assert "being_hurt" not in kept and "ciphertext" in kept
        assert waiting(place) == []
        page.reload()
        expect(page.locator("[data-state=waits]")).to_be_visible()
        page.context.set_offline(False)
        expect(page.locator("[data-state=told]")).to_be_visible()
        [item] = waiting(place)
        assert (item.list_code, item.response_id, item.reference) == (
            "being_hurt",
            None,
            f"told by {an_email('ambassador')}",
        )


def test_nothing_to_find_for_axe_on_a_phone_and_on_a_desk(browser: Browser, place: Place) -> None:
    instance = place.instance
    a_batch(instance, read_library_survey("feeling-safe"), 4, area=WARD, ambassador=an_email("coordinator"))
    with a_person(browser, place, "coordinator") as page:
        late = Visit(
            id=(first := only_visit(place)).id,
            survey="feeling-safe",
            wave=WAVE,
            area=WARD,
            place="Youth club",
            day=NOW.date(),
            ambassador=first.ambassador,
            planned_by="test",
            planned_at=NOW,
            checked_in_at=NOW - timedelta(hours=3),
            back_by=NOW - timedelta(hours=1),
        )
        with instance.database.writing() as session:
            visits.put(session, late)
        page.goto("/staff/")
        expect(page.locator(".urgent")).to_contain_text("Not checked out: ambassador@example.org, Youth club")
        page.click(".menu summary")
        faults = faults_on_every_screen(page, "home with the menu open")
        at = f"/staff/visits/{late.id}"
        for address in (
            *(at, f"{at}/session?language=ar", "/staff/visits/calendar"),
            *("/staff/my-batches", "/staff/training", "/staff/worried"),
        ):
            assert page.goto(address).ok, address
            faults += faults_on_every_screen(page, address)
        assert faults == []
