"""The review and duty queues by keyboard alone, with nothing for axe to find."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from axe import faults_on_every_screen
from browsing import a_desk
from builders import NOW, a_door, a_submission, an_instance
from engage.collection.copies import look_for_copies
from engage.collection.receive import receive_submission
from engage.collection.safeguarding import name_owner, put_on_duty, put_rule
from engage.storage import audit, review, safeguarding
from engage.storage.instance import Instance
from engage.storage.safeguarding import DutyContact, Rule
from gateways import serving
from staffing import PASSWORD, an_email, with_person

ANSWERS = {"safe_day": "very_safe", "say_more": "The lamps by the canal have been broken since last March"}


def filled(folder: Path) -> Instance:
    """Return an instance with copies, a conflict and a flag in its queues."""
    instance = an_instance(folder, surveyed=True)
    email, keys = with_person(instance, "coordinator", PASSWORD), instance.settings.keys
    look_for_copies(instance)
    conflict = a_submission({"safe_day": "neither"})
    with instance.database.writing() as session:
        put_on_duty(session, keys, DutyContact("feeling-safe", email, "Amina Warsame", NOW), "test")
        name_owner(session, keys, "feeling-safe", email, "test", NOW)
        put_rule(session, keys, Rule("feeling-safe", owner=email, shows_words=True), "test", NOW)
        for document in (
            *(a_submission(ANSWERS, channel=channel) for channel in ("web", "outreach", "web")),
            conflict,
            conflict | {"answers": {"safe_day": "very_safe"}},
            a_submission({"say_more": "i want to die, ring me on 07700 900123"}),
        ):
            receive_submission(session, a_door(instance), document)
    look_for_copies(instance)
    return instance


@pytest.fixture(scope="module")
def desk(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Page, Instance]]:
    """Yield the browser of a coordinator who is on duty, and the instance."""
    instance = filled(tmp_path_factory.mktemp("instance"))
    with serving(instance) as served, a_desk(browser, served.settings.public_url, an_email("coordinator")) as page:
        yield page, instance
    instance.database.close()


def hashes(instance: Instance) -> list[str]:
    with instance.database.reading() as session:
        return [item.item_hash for item in review.waiting(session)]


def presses(page: Page, key: str) -> None:
    """Press a key and wait for the page it leads to."""
    with page.expect_navigation():
        page.keyboard.press(key)


def reaches(page: Page, label: str) -> None:
    """Go with the tab key to something by its name."""
    for _ in range(80):
        page.keyboard.press("Tab")
        if label in page.evaluate("document.activeElement.ariaLabel || document.activeElement.textContent || ''"):
            return
    raise AssertionError(f"{label} is not to be reached by keyboard")


def test_nothing_for_axe_to_find_and_nothing_wider_than_the_screen(desk: tuple[Page, Instance]) -> None:
    page, instance = desk
    for address in ("/staff/review", f"/staff/review/{hashes(instance)[-1]}", "/staff/duty"):
        page.goto(address)
        assert faults_on_every_screen(page, address) == []


def test_every_decision_of_the_review_is_a_key_and_another_undoes_it(desk: tuple[Page, Instance]) -> None:
    page, instance = desk
    waiting = hashes(instance)
    assert len(waiting) == 3
    page.goto("/staff/review")
    for _ in range(2):
        page.keyboard.press("ArrowDown")
    presses(page, "Enter")
    assert page.url.endswith(waiting[1])
    assert page.evaluate("document.activeElement.id") == "item"
    presses(page, "2")
    assert hashes(instance) == [waiting[0], waiting[2]] and waiting[2] in page.url
    assert "Decided. Set the later one aside" in page.inner_text("[role=status]")
    presses(page, "u")
    assert (hashes(instance), waiting[1] in page.url) == (waiting, True)
    for _ in range(2):
        presses(page, "1")
    presses(page, "1")
    assert hashes(instance) == [] and "Nothing waits for a decision" in page.inner_text("main")
    page.goto("/staff/review")
    reaches(page, "Undo: ")
    presses(page, "Enter")
    assert len(hashes(instance)) == 1
    reaches(page, "Single keys are on")
    page.keyboard.press("Enter")
    page.keyboard.press("1")
    assert len(hashes(instance)) == 1 and page.locator("#keys-switch").inner_text() == "Single keys are off"


def test_what_waits_for_duty_is_read_taken_up_and_closed_by_keyboard(desk: tuple[Page, Instance]) -> None:
    page, instance = desk
    page.goto("/staff/duty")
    assert "Nottingham" in page.inner_text("article.card") and "want to die" not in page.inner_text("main")
    reaches(page, "Read what was written")
    presses(page, "Enter")
    assert "i want to die" in page.inner_text("blockquote") and "900123" not in page.inner_text("main")
    for label, keys in (("I have it", ""), ("What became", "999"), ("Close: ", "")):
        if keys:
            page.locator("label", has_text=label).first.focus()
            page.get_by_label(label).first.focus()
            page.keyboard.type(keys)
        else:
            reaches(page, label)
            presses(page, "Enter")
    with instance.database.reading() as session:
        (closed,) = safeguarding.closed_items(session, 5)
        acts = [line.action for line in audit.lines_about(session, str(closed.id))]
    assert closed.outcome == "emergency"
    assert acts == [f"safeguarding.{act}" for act in ("raised", "words_read", "acknowledged", "closed")]
