"""The staff pages in a real browser: a form keyed by keyboard alone, and nothing for axe to find."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Page, expect

from axe import faults_on_every_screen
from browsing import a_desk
from builders import WARD, a_door, a_submission, an_instance
from engage.app import create_app
from engage.collection.accounts import invite, sign_in_link
from engage.collection.batches import hand_out, take_back
from engage.collection.receive import receive_submission
from engage.questionnaire.library import read_library_survey
from engage.response.serials import response_id_of, spoken
from engage.storage import forms, jobs, responses, review
from engage.storage.instance import Instance
from engage.storage.jobs import Job
from engage.storage.responses import Response
from scanning import a_sending
from services import a_web_server
from staffing import PASSWORD, a_batch, an_email, printed_forms, with_person, with_second_step


@dataclass(frozen=True)
class Served:
    """An instance and where it is served."""

    instance: Instance
    address: str

    def stored(self, serial: str) -> Response | None:
        """Return the response of a form."""
        with self.instance.database.reading() as session:
            return responses.get(session, response_id_of(serial))

    def state_of(self, serial: str) -> str:
        """Return what became of a form."""
        with self.instance.database.reading() as session:
            found = forms.get(session, serial)
            assert found is not None
            return found.state


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Serve the library survey with an admin and an ambassador."""
    instance = an_instance(tmp_path_factory.mktemp("instance"), surveyed=True)
    for role in ("admin", "ambassador"):
        with_person(instance, role, PASSWORD)
    with a_web_server(create_app(instance)) as port:
        yield Served(instance, f"http://127.0.0.1:{port}")
    instance.database.close()


@contextmanager
def a_page(browser: Browser, served: Served, role: str | None = "ambassador", **kind: Any) -> Iterator[Page]:
    """Open a browser of somebody's own, signed in by password; a fault of a script fails the test."""
    with a_desk(browser, served.address, role and an_email(role), **kind) as page:
        if role:
            with_second_step(served.instance, an_email(role))
            page.goto("/staff/")
        yield page


def a_form(served: Served, **kind: str) -> str:
    return printed_forms(served.instance, read_library_survey("feeling-safe"), **kind)[0]


def focused(page: Page) -> str:
    """Return which question the keyboard is at."""
    return str(page.evaluate("(document.activeElement.closest('fieldset') || document.activeElement).id"))


def test_a_whole_form_is_keyed_by_keyboard_alone(browser: Browser, served: Served) -> None:
    serial, following = a_form(served), a_form(served)
    with a_page(browser, served) as page:
        page.goto("/staff/entry")
        page.wait_for_function("document.activeElement.id === 'serial'")
        page.keyboard.type(spoken(serial).lower())
        page.keyboard.press("Enter")
        page.wait_for_url(f"**/f/{serial}")
        assert focused(page) == "f-consent"
        page.keyboard.type("1")  # the agreement is ticked
        page.keyboard.type("5")  # 25 to 34
        page.keyboard.type("1")  # nobody helps
        page.keyboard.press("Enter")  # out of habit: the tick has gone on already
        assert focused(page) == "f-area"
        page.keyboard.type("clifton east")
        page.keyboard.press("Enter")
        page.keyboard.type("13")  # lives there and spends time there
        assert focused(page) == "f-area_relation"
        page.keyboard.press("Enter")
        page.keyboard.type("s")  # the district is left empty
        page.keyboard.type("12345 ")  # five scales, and the town centre at night left empty
        assert focused(page) == "f-unsafe_reasons"
        page.keyboard.type("3f3f")  # threats and dark places ticked, then both taken back
        page.keyboard.type("3f")
        page.keyboard.press("Enter")
        page.keyboard.type("f")  # dark places matter most
        while focused(page) != "f-say_more":
            page.keyboard.type("s")
        page.keyboard.type("More lights, 3 of them\nplease")
        page.keyboard.press("Tab")
        assert focused(page) == "f-gender"
        while focused(page) != "f-communities":
            page.keyboard.press("ArrowDown")
        page.keyboard.type("1")
        page.keyboard.press("Enter")
        while focused(page) != "enter":
            page.keyboard.type("s")
        page.keyboard.press("Enter")
        page.wait_for_url("**/staff/entry?**")
        assert f"Form {spoken(serial)} entered." in page.inner_text("main")
        page.wait_for_function("document.activeElement.id === 'serial'")
        page.keyboard.type(following)
        page.keyboard.press("Enter")
        page.wait_for_url(f"**/f/{following}")
    kept = served.stored(serial)
    assert kept is not None
    assert (kept.age_band, kept.area, kept.area_relation) == ("25-34", WARD, ("live", "spend_time"))
    assert kept.answers == {
        "safe_day": "very_safe",
        "safe_dark": "fairly_safe",
        "safe_transport": "neither",
        "safe_school": "fairly_unsafe",
        "safe_online": "very_unsafe",
        "unsafe_reasons": ["threats", "dark"],
        "unsafe_most": "dark",
        "say_more": "More lights, 3 of them\nplease",
        "communities": ["somali"],
    }


def test_enter_leaves_no_question_empty(browser: Browser, served: Served) -> None:
    with a_page(browser, served) as page:
        page.goto(f"/f/{a_form(served)}")
        expect(page.locator("#keys")).to_be_in_viewport()
        page.keyboard.type("1")
        page.keyboard.press("Enter")
        page.keyboard.press("Enter")
        assert focused(page) == "f-age_band"
        page.keyboard.type("5")
        page.keyboard.press("ArrowUp")
        page.keyboard.press("Enter")  # answered already
        assert focused(page) == "f-assisted"
        page.focus("#f-unsafe_reasons")
        page.keyboard.press("Enter")
        assert focused(page) == "f-unsafe_reasons"
        expect(page.locator("#keys")).to_be_in_viewport()
        page.keyboard.type("3")
        page.keyboard.press("Enter")
        assert focused(page) == "f-unsafe_most"


def test_a_slip_is_corrected_by_going_back(browser: Browser, served: Served) -> None:
    serial = a_form(served)
    with a_page(browser, served) as page:
        page.goto(f"/f/{serial}")
        page.keyboard.type("15")
        page.keyboard.press("ArrowUp")
        assert focused(page) == "f-age_band"
        page.keyboard.type("6")
        page.keyboard.press("ArrowUp")
        page.keyboard.type("s")
        assert page.input_value("[name=age_band]:checked") == ""
        page.keyboard.press("ArrowUp")
        page.keyboard.type("8")
        assert page.input_value("[name=age_band]:checked") == "65+"


def test_a_tick_that_means_nothing_is_kept_is_said_before_it_is_sent(browser: Browser, served: Served) -> None:
    serial = a_form(served)
    with a_page(browser, served) as page:
        page.goto(f"/f/{serial}")
        page.keyboard.type("1")
        page.keyboard.type("1")  # 12 or under
        assert focused(page) == "enter"
        expect(page.locator("#refusal")).to_contain_text("Nothing of this form will be kept")
        page.focus("#f-age_band")
        page.keyboard.type("2")
        expect(page.locator("#refusal")).to_be_empty()
        assert served.state_of(serial) == "printed"
        page.focus("#f-age_band")
        page.keyboard.type("1")
        page.keyboard.press("Enter")
        page.wait_for_url("**/staff/entry?**")
        assert "Destroy the sheet now" in page.inner_text("main")
    assert (served.state_of(serial), served.stored(serial)) == ("refused", None)


def test_the_keyboard_is_where_the_problem_is(browser: Browser, served: Served) -> None:
    serial = a_form(served)
    with a_page(browser, served) as page:
        page.goto(f"/f/{serial}")
        page.keyboard.type("15s")
        page.keyboard.type("Atlantis")
        page.focus("#enter")
        page.keyboard.press("Enter")
        expect(page.locator("#faults")).to_be_visible()
        assert focused(page) == "f-area"
        assert page.input_value("#area_written") == "Atlantis"


def test_boxes_work_as_boxes_do_for_who_walks_through_them(browser: Browser, served: Served) -> None:
    with a_page(browser, served) as page:
        page.goto(f"/f/{a_form(served)}")
        page.focus("[name='a.unsafe_reasons'][value=threats]")
        page.keyboard.press("Space")
        assert page.is_checked("[name='a.unsafe_reasons'][value=threats]")
        page.focus("[name='a.safe_day'][value=very_safe]")
        page.keyboard.press("ArrowRight")
        assert page.is_checked("[name='a.safe_day'][value=fairly_safe]")


def test_without_a_script_the_form_is_a_plain_form(browser: Browser, served: Served) -> None:
    serial = a_form(served)
    with a_page(browser, served, java_script_enabled=False) as page:
        page.goto(f"/f/{serial}")
        page.check("[name=consent][value=yes]")
        page.check("[name=age_band][value='65+']")
        page.select_option("#area", WARD)
        page.check("[name='a.unsafe_reasons'][value=dark]")
        page.click("#enter")
        assert f"Form {spoken(serial)} entered." in page.inner_text("main")
    kept = served.stored(serial)
    assert kept is not None
    assert (kept.age_band, kept.area, kept.answers) == ("65+", WARD, {"unsafe_reasons": ["dark"]})


def test_progress_is_seen_without_loading_the_page_again(browser: Browser, served: Served) -> None:
    now = served.instance.now()
    job = Job(uuid4(), "paper.print", {}, "test", now)
    with served.instance.database.writing() as session:
        jobs.add(session, job)
        jobs.claim(session, job.id, "test", now)
        jobs.beat(session, job.id, "test", (3, 40))
    with a_page(browser, served, "admin") as page:
        page.goto(f"/staff/jobs/{job.id}")
        page.evaluate("window.stayed = true")
        expect(page.locator("progress")).to_have_attribute("value", "3")
        with served.instance.database.writing() as session:
            jobs.beat(session, job.id, "test", (25, 40))
        expect(page.locator("progress")).to_have_attribute("value", "25")
        with served.instance.database.writing() as session:
            jobs.finish(session, job.id, "test", now, state="done", file="forms.pdf")
        expect(page.get_by_text("Fetch the file")).to_be_visible()
        assert page.evaluate("window.stayed")


def test_axe_finds_nothing_and_nothing_is_cut_off(browser: Browser, served: Served) -> None:
    found: list[str] = []
    opened, pages = _pages(served)
    for role, paths in ((None, opened), ("admin", pages)):
        # axe is put into the page as a script, which our own policy would refuse.
        with a_page(browser, served, role, bypass_csp=True) as page:
            for path in paths:
                page.goto(path)
                found += faults_on_every_screen(page, path)
    assert found == []


def _pages(served: Served) -> tuple[list[str], list[str]]:
    """Return the addresses of every page, those for everybody and those for an admin, each with something on it."""
    instance = served.instance
    keys, now = instance.settings.keys, instance.now()
    serial, other, third = a_form(served), a_form(served, language="ar", style="easy_read"), a_form(served)
    sheet = {"response_id": str(response_id_of(serial)), "serial": serial, "channel": "paper_keyed", "keyed_by": "a"}
    job = Job(uuid4(), "paper.print", {}, "test", now, state="running", done=3, total=40)
    survey = read_library_survey("feeling-safe")
    batch, serials = a_batch(instance, survey, venue="Hyson Green community library", ambassador="amina@example.org")
    _, [handed_out] = a_batch(instance, survey, 1, ambassador=an_email("admin"))
    with instance.database.writing() as session:
        link = sign_in_link(session, keys, an_email("admin"), now, "test")
        invitation = invite(session, keys, "new@example.org", "analyst", None, now, "test")
        receive_submission(session, a_door(instance), a_submission({"safe_day": "neither"}, **sheet))
        receive_submission(session, a_door(instance), a_submission({"safe_day": "very_safe"}, **sheet))
        forms.mark(session, serial, state="entered", by="somebody", at=now)
        forms.mark(session, serials[0], state="spoilt", by="somebody", at=now, because="torn")
        hand_out(session, keys, batch.id, "amina@example.org", "test", now)
        take_back(session, keys, batch.id, 2, "test", now)
        jobs.add(session, job)
        heap = a_sending(session, an_email("admin"), now)
        item = review.waiting(session)[0]
    opened = ["/staff/sign-in", f"/staff/in/{link}", f"/staff/in/{invitation}", "/staff/in/none"]
    return opened, [
        "/staff/",
        "/staff/entry",
        f"/staff/entry?done={serial}&as=second",
        "/staff/entry?serial=none",
        f"/f/{serial}",
        f"/f/{other}",
        f"/f/{third}",
        f"/f/{serials[0]}",
        f"/f/{handed_out}",
        "/staff/paper",
        "/staff/paper/batches",
        f"/staff/paper/batches/{batch.id}",
        f"/staff/jobs/{job.id}",
        "/staff/scans",
        f"/staff/scans/{heap}",
        "/staff/review",
        f"/staff/review/{item.item_hash}",
        "/staff/review/none",
        "/staff/surveys",
        "/staff/surveys/feeling-safe",
        "/staff/text",
        "/staff/results",
        "/staff/results/explore",
        "/staff/raw-data",
        "/staff/people",
    ]
