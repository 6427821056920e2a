"""Channels and duty in a real browser: nothing for axe to find, nothing wider than a phone."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from axe import faults_on_every_screen
from browsing import a_desk
from builders import NOW, an_instance
from engage.channels.sms.outgoing import queue_text
from engage.channels.sms.setup import Setup, open_channel
from engage.collection.numbers import seal_number
from engage.collection.safeguarding import Danger, acknowledge, close, put_on_duty, put_rule, raise_item
from engage.storage import outbox, texts
from engage.storage.instance import Instance
from engage.storage.safeguarding import DutyContact, Rule
from gateways import OURS, PERSON, Notify, serving
from staffing import PASSWORD, an_email, with_person


def filled(folder: Path) -> tuple[Instance, str]:
    """Return an instance with a channel that has something of everything, and the channel's page."""
    instance = an_instance(folder, surveyed=True)
    for role in ("admin", "coordinator"):
        with_person(instance, role, PASSWORD)
    keys = instance.settings.keys
    with instance.database.writing() as session:
        contact = DutyContact("feeling-safe", an_email("coordinator"), "Amina Warsame", NOW)
        put_on_duty(session, keys, contact, "test")
        put_rule(session, keys, Rule("feeling-safe", keeps_number=True), "test", NOW)
        wanted = Setup(OURS, {**Notify().account(), "base": "https://example.org"}, silence_hours=24)
        channel, _ = open_channel(session, keys, "notify", "feeling-safe", "", wanted, "test", NOW)
        for source in ("a", "b"):
            queue_text(session, keys, channel, "k" * 64, PERSON, "Hello", source=source, now=NOW)
        outbox.claim(session, outbox.newest(session, channel.id, 1)[0].id, NOW - timedelta(minutes=9))
        texts.note_received(session, channel.id, NOW - timedelta(days=2))
        sealed = seal_number(keys, PERSON)
        for minutes, kind in ((70, "self_harm"), (5, "weapon"), (300, "running_away")):
            danger = Danger("feeling-safe", "sms", "ab12cd34ef56", "so", kind, sealed)
            item = raise_item(session, keys, danger, "test", NOW - timedelta(minutes=minutes))
            if kind == "weapon":
                acknowledge(session, keys, item.id, an_email("coordinator"), NOW)
        close(session, keys, item.id, "help_given", an_email("coordinator"), NOW)
    return instance, f"/staff/channels/{channel.id}"


@pytest.fixture(scope="module")
def shown(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Page, str]]:
    """Yield a coordinator's browser and the address of the channel's page."""
    instance, channel = filled(tmp_path_factory.mktemp("instance"))
    with serving(instance) as served, a_desk(browser, served.settings.public_url, an_email("coordinator")) as page:
        yield page, channel
    instance.database.close()


def test_nothing_for_axe_to_find_and_nothing_wider_than_the_screen(shown: tuple[Page, str]) -> None:
    page, channel = shown
    for address in ("/staff/channels", channel, "/staff/duty", "/staff/text"):
        page.goto(address)
        assert faults_on_every_screen(page, address) == []


def test_an_item_is_taken_up_and_closed_by_hand(shown: tuple[Page, str]) -> None:
    page, _ = shown
    page.goto("/staff/duty")
    late = page.locator("article.late")
    assert "minutes late" in late.inner_text()
    late.get_by_role("button", name="Close:").click()
    assert "Choose what became of it." in page.inner_text("[role=alert]")
    page.locator("article.late").get_by_role("button", name="I have it").click()
    assert "You have it." in page.inner_text("[role=status]")
    taken = page.locator("article", has_text="hurting or killing themselves")
    taken.get_by_label("What became of it").select_option("passed_on")
    taken.get_by_role("button", name="Close:").click()
    assert "Closed." in page.inner_text("[role=status]")
    assert "Passed to somebody else" in page.inner_text("section[aria-labelledby=closed]")
