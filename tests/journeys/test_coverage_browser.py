"""Who has not been heard, in a real browser: a coordinator at a desk, an ambassador on a phone, nothing for axe."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from axe import DESK, PHONE
from axe import faults_on_every_screen as faults_on
from builders import WARD, WAVE, a_door, a_submission, an_instance
from engage.app import create_app
from engage.collection.accounts import sign_in_link
from engage.collection.receive import receive_submissions
from engage.storage import areas, coverage, scopes, staff
from engage.storage.instance import Instance
from services import a_web_server
from staffing import an_email, with_person

#: Somebody of another district who goes to school in the ward.
VISITOR = {"area_relation": ["study_work"], "home_district": "E07000172"}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Instance, str]]:
    """Serve a survey that forty people have answered, with a coordinator and an ambassador of one place."""
    instance = an_instance(tmp_path_factory.mktemp("instance"), surveyed=True)
    for role in ("coordinator", "ambassador"):
        with_person(instance, role)
    with instance.database.writing() as session:
        account = next(one for one in staff.list_all(session) if one.role == "ambassador")
        scopes.put(session, account.id, scopes.Scope(areas=frozenset({"place:clifton"})))
        receive_submissions(session, a_door(instance), [a_submission() for _ in range(13)])
        receive_submissions(session, a_door(instance), [a_submission(**VISITOR) for _ in range(27)])
        districts = [area.code for area in areas.read_tree(session).areas if area.level == "district"]
        known = [(code, "single_year_of_age", "30", 1000) for code in districts]
        areas.put_margins(session, [*known, *((code, "sex", "female", 510) for code in districts)])
    with a_web_server(create_app(instance)) as port:
        yield instance, f"http://127.0.0.1:{port}"


def signed_in(browser: Browser, served: tuple[Instance, str], role: str, width: int) -> Page:
    instance, address = served
    with instance.database.writing() as session:
        token = sign_in_link(session, instance.settings.keys, an_email(role), instance.now(), "test")
    page = browser.new_context(viewport={"width": width, "height": 740}).new_page()
    page.goto(f"{address}/staff/in/{token}")
    page.get_by_role("main").get_by_role("button").click()
    return page


def faults_on_every_screen(page: Page, name: str) -> list[str]:
    page.wait_for_load_state()  # with its style sheets
    return faults_on(page, name)


def test_a_coordinator_finds_who_is_missing_sets_targets_and_sends_the_report(
    browser: Browser, served: tuple[Instance, str]
) -> None:
    instance, address = served
    page = signed_in(browser, served, "coordinator", DESK)
    page.goto(f"{address}/staff/coverage")
    expect(page.get_by_role("row", name="Broxtowe")).to_contain_text("27")
    faults = faults_on_every_screen(page, "coverage")
    page.set_viewport_size({"width": DESK, "height": 740})
    page.get_by_role("link", name="Targets", exact=True).click()
    page.get_by_label("People in all").fill("800")
    page.get_by_label("For which areas").select_option("district")
    page.get_by_role("button", name="Suggest").click()
    expect(page.get_by_label("All of Nottingham")).to_have_value("100")
    faults += faults_on_every_screen(page, "targets")
    page.get_by_label("All of Nottingham").fill("120")
    page.get_by_role("button", name="Set these targets").click()
    expect(page.get_by_role("status")).to_contain_text("targets were changed")
    with instance.database.reading() as session:
        assert coverage.targets(session, "feeling-safe", WAVE)["area", "E06000018"] == 120
    page.get_by_role("link", name="What can be shown").click()
    page.get_by_label("Of these, how many will come in").fill("50")
    page.get_by_role("button", name="Work it out").first.click()
    expect(page.get_by_role("row", name="Nottingham district")).to_contain_text("By itself, can be shown.")
    faults += faults_on_every_screen(page, "planner")
    page.get_by_role("link", name="How questions go").click()
    faults += faults_on_every_screen(page, "quality")
    page.get_by_role("link", name="Progress report").click()
    expect(page.get_by_role("article")).to_contain_text("40 of 820 wanted replies")
    page.get_by_label("coordinator@example.org").check()
    page.get_by_role("button", name="Keep this list").click()
    page.get_by_role("button", name="Send this month so far").click()
    expect(page.get_by_role("status")).to_have_text("One report went out.")
    faults += faults_on_every_screen(page, "progress")
    assert faults == []
    page.context.close()


def test_an_ambassador_on_a_phone_sees_where_to_go_and_no_counts(
    browser: Browser, served: tuple[Instance, str]
) -> None:
    page = signed_in(browser, served, "ambassador", PHONE)
    page.goto(f"{served[1]}/staff/coverage")
    expect(page.get_by_role("heading", level=1)).to_have_text("Who was heard: Clifton and Wilford")
    expect(page.get_by_role("region", name="Age", exact=True)).to_contain_text("Few or none: 13 to 15")
    expect(page.get_by_role("main")).not_to_contain_text("27")
    expect(page.get_by_role("link", name="Targets")).to_have_count(0)
    page.get_by_role("link", name="Clifton East").click()
    expect(page).to_have_url(f"{served[1]}/staff/coverage?area={WARD}&survey=feeling-safe&wave={WAVE}")
    assert faults_on_every_screen(page, "an ambassador's coverage") == []
    page.context.close()
