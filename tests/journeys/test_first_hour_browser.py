"""The first hour in a real browser: a stranger opens a survey on an empty instance, and an old wave is mapped."""

import csv
import re
from collections.abc import Iterator
from pathlib import Path
from threading import Event

import pyotp
import pytest
from openpyxl import Workbook
from playwright.sync_api import Browser, Locator, Page, expect

from axe import faults_on_every_screen
from builders import NOW, an_instance
from engage import jobs
from engage.app import create_app
from engage.staff.first_person import first_link
from engage.storage import waves
from engage.storage.instance import Instance
from engage.worker import WORKS
from services import a_web_server
from staffing import PASSWORD

#: What a stranger fills in, item by item; the rest is only read and signed.
FILLED = {
    "controller": {"organisation": "Nottinghamshire VRU", "contact": "dpo@example.org"},
    "ethics": {"reference": "UoN 2026/1"},
    "people": {"email": "cora@example.org"},
    "duty": {"name": "Ann"},
    "wave": {"closes_on": "2026-12-20"},
}
CHOSEN = {"duty": {"owner": "ann@example.org", "email": "ann@example.org"}}
TICKED = {"basis": ["public_task", "equality"], "languages": ["yes"]}
#: From choosing the library survey to its being open, as the README says; words typed are not counted.
PRESSES = 30
HEADS = ["ID", "Ward", "Age", "safe_day", "after dark?", "Date"]
ROWS = [
    ["1", "Clifton East", "19", "Very safe", "OK", "21/11/2019"],
    ["2", "Clifton West", "44", "Fairly unsafe", "bad", "22/11/2019"],
    ["3", "Nowhere at all", "44", "Fairly unsafe", "bad", "22/11/2019"],
]


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Instance, str, str]]:
    """Serve an instance that nobody has used, its jobs beside it; yields it, its address and the first link."""
    instance = an_instance(tmp_path_factory.mktemp("instance"))
    app, stop = create_app(instance), Event()
    link = first_link(app) or ""
    with a_web_server(app) as port:
        jobs.start_embedded(instance, WORKS, stop)
        yield instance, f"http://127.0.0.1:{port}", link
    stop.set()
    instance.database.close()


def comes_in(page: Page, link: str) -> None:
    """Take the first link: address, password, authenticator app."""
    page.goto(link)
    page.get_by_label("Your e-mail address").fill("ann@example.org")
    page.get_by_role("button", name="Go on").click()
    page.get_by_label("New password").fill(PASSWORD)
    page.get_by_role("button", name="Keep this password").click()
    secret = re.search(r"\b[A-Z2-7]{4}(?: [A-Z2-7]{4}){7}\b", page.inner_text("main"))
    assert secret
    page.locator("input[name=code]").fill(pyotp.TOTP(secret[0].replace(" ", "")).at(NOW))
    page.locator("input[name=code]").press("Enter")
    page.wait_for_url("**/staff/me/app")


def presses(target: Locator, pressed: list[str], choice: str | None = None) -> None:
    """Press a button, a link or a box, or choose in a list, and write it down."""
    pressed.append(choice or target.evaluate("it => it.textContent || it.value"))
    if choice:
        target.select_option(choice)
    else:
        target.click()


def signs_everything(page: Page, pressed: list[str]) -> list[str]:
    """Go through the list, item after item as the pages lead on; returns what axe found on the way."""
    faults = []
    presses(page.locator("ol.checklist a").first, pressed)
    while (item := page.url.partition("/set-up/feeling-safe/")[2].partition("?")[0]) != "":
        if item == "notice":
            faults += faults_on_every_screen(page, item)
        for name, words in FILLED.get(item, {}).items():
            page.locator(f"[name={name}]").fill(words)
        for name, value in CHOSEN.get(item, {}).items():
            presses(page.locator(f"select[name={name}]"), pressed, value)
        for value in TICKED.get(item, []):
            presses(page.locator(f"[value={value}]"), pressed)
        for box in page.locator("[name=checked]").all():
            presses(box, pressed)
        presses(page.locator("main form.card button"), pressed)
        if page.locator("#link").count():
            presses(page.get_by_role("link", name="Go on"), pressed)
        expect(page.locator("[role=alert]")).to_have_count(0)
    return faults


def test_a_stranger_gets_from_an_empty_instance_to_an_open_survey_in_the_browser_alone(
    browser: Browser, empty: tuple[Instance, str, str], tmp_path: Path
) -> None:
    instance, address, link = empty
    context = browser.new_context(base_url=address, viewport={"width": 360, "height": 740})
    context.set_default_timeout(15_000)
    page = context.new_page()
    comes_in(page, link)
    page.goto("/staff/")
    page.get_by_role("link", name="There is no survey yet: set one up").click()
    faults = faults_on_every_screen(page, "choose a survey")
    pressed: list[str] = []
    presses(page.get_by_role("button", name="Start with feeling-safe"), pressed)
    page.get_by_role("button", name="Open the survey").click()
    expect(page.get_by_role("alert")).to_contain_text("13 items are missing")
    faults += faults_on_every_screen(page, "the list") + signs_everything(page, pressed)
    presses(page.get_by_role("button", name="Open the survey"), pressed)
    expect(page.get_by_role("status")).to_contain_text("The survey is open")
    assert len(pressed) == PRESSES, pressed
    faults += faults_on_every_screen(page, "the open survey")
    with instance.database.reading() as session:
        (wave,) = waves.list_of(session, "feeling-safe")
    assert wave.state == "open"
    page.goto("/s/local")
    page.get_by_role("link", name="What happens to your answers").click()
    faults += faults_on_every_screen(page, "privacy notice")
    faults += an_old_wave_is_mapped(page, instance, tmp_path)
    assert faults == []
    context.close()


def an_old_wave_is_mapped(page: Page, instance: Instance, folder: Path) -> list[str]:
    """Bring the same rows in from CSV and from a workbook by the screen; returns what axe found."""
    table, book = folder / "old.csv", Workbook()
    with table.open("w", encoding="cp1252", newline="") as file:
        csv.writer(file, delimiter=";").writerows([HEADS, *ROWS])
    for row in [HEADS, *ROWS]:
        book.active.append(row)
    book.save(folder / "old.xlsx")
    faults = []
    for file, became in ((table, "2,stored"), (folder / "old.xlsx", "2,was here already")):
        page.goto("/staff/past-waves")
        page.get_by_label("File").set_input_files(file)
        page.get_by_role("button", name="Look at the columns").click()
        page.get_by_label("Column after dark? tells").select_option("question:safe_dark")
        page.get_by_label("Name of the wave").fill("2019-autumn")
        page.get_by_label("How do you know that they agreed?").fill("a box on the form of 2019")
        faults += faults_on_every_screen(page, "columns") if file is table else []
        page.get_by_role("button", name="Go on to the values").click()
        page.get_by_label("OK (1)").select_option("code:fairly_safe")
        page.get_by_label("bad (2)").select_option("code:very_unsafe")
        faults += faults_on_every_screen(page, "values") if file is table else []
        page.get_by_role("button", name="Look at the rows").click()
        expect(page.get_by_role("row", name="4 Ward No area of this survey")).to_have_count(1)
        faults += faults_on_every_screen(page, "rows") if file is table else []
        page.get_by_role("button", name="Bring 2 rows in").click()
        with page.expect_download() as fetched:
            page.get_by_role("link", name="Fetch the file").click()
        report = fetched.value.path().read_text(encoding="utf-8-sig")
        assert became in report
        assert "4,refused,Ward" in report
    return faults
