"""Reports in the browser: begun, written, moved on, commented through a link, frozen, taken away; other data beside."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from engage.app import create_app
from engage.collection.reference import import_indicators
from engage.storage import audit, reports
from engage.storage.instance import Instance
from reporting.answered import DISTRICT, FAR_DISTRICT, FAR_WARD, SURVEY, a_released_instance, safe_day
from staffing import post, signed_in, text_of

HEAD = "area,period,indicator,source,licence,definition,value,numerator,denominator,per"
ABOUT = "Violence with injury,A police force,OGL v3.0,Offences recorded among residents"
RECORDED = [
    HEAD,
    f"{DISTRICT},2025,{ABOUT},1,300,300000,1000",
    f"{FAR_DISTRICT},2025,{ABOUT},3,300,100000,1000",
    f"E07000172,2025,{ABOUT},3,300,100000,1000",
    f"E07000173,2025,{ABOUT},3,300,100000,1000",
]


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    """Return an instance with one published wave: Nottingham feels less safe than Ashfield."""
    groups = [*safe_day(11, 13, 57), *safe_day(58, 12, 11, area=FAR_WARD)]
    instance = a_released_instance(tmp_path_factory.mktemp("reports"), groups)
    with instance.database.writing() as session:
        import_indicators(session, instance.settings.keys, RECORDED, actor="test", now=instance.now())
    yield instance
    instance.database.close()


@pytest.fixture(scope="module")
def app(released: Instance) -> Flask:
    """Return the application on it."""
    return create_app(released)


@pytest.fixture(scope="module")
def analyst(app: Flask) -> FlaskClient:
    """Return somebody who may write reports."""
    return signed_in(app, "analyst")


def a_report(client: FlaskClient) -> str:
    """Begin a report, write it, and ask for comments; returns the address of its page."""
    path = post(client, "/staff/reports", {"survey": SURVEY, "title": "How safe it feels"}).headers["Location"]
    post(client, f"{path}/section", {"heading": "What we heard", "body": "Many spoke of the dark."})
    made = {"words": "Light the paths.", "owner": "City Council", "layer": "community"}
    table = {"question": "safe_day", "breakdown": "area", "area": DISTRICT}
    assert post(client, f"{path}/recommendation", made | table).status_code == 303
    for state in ("draft", "comments"):
        assert post(client, f"{path}/state", {"state": state}).status_code == 303
    return path


def a_link(client: FlaskClient, path: str) -> str:
    """Invite somebody and return the path of their link."""
    page = post(client, f"{path}/invitation", {"name": "Amina, youth club"}).get_data(as_text=True)
    found = re.search(r"/staff/comments/[\w-]{43}", page)
    assert found is not None
    return found[0]


def test_a_stakeholder_comments_without_an_account_and_sees_what_became_of_it(app: Flask, analyst: FlaskClient) -> None:
    path = a_report(analyst)
    link, stranger = a_link(analyst, path), app.test_client()
    page = stranger.get(link)
    assert page.status_code == 200
    assert "Light the paths." in text_of(page)
    assert "Sign out" not in text_of(page)
    sent = post(stranger, link, {"about": "Recommendation 1", "words": "And the bus stops."})
    assert "Your comment is kept" in text_of(sent)
    assert stranger.get(path).headers["Location"].startswith("/staff/sign-in")
    said = analyst.get(path).get_data(as_text=True)
    number = re.search(r'id="answer-(\d+)"', said)
    assert number is not None
    assert "And the bus stops." in said
    post(analyst, f"{path}/comment", {"part": number[1], "state": "taken_up", "answer": ""})
    assert "taken up" in text_of(stranger.get(link))
    assert "Thank you" in text_of(post(stranger, link, {"act": "done"}))
    assert stranger.get(link).status_code == 404


def test_another_stakeholders_comments_are_not_shown(app: Flask, analyst: FlaskClient) -> None:
    path = a_report(analyst)
    first, second = a_link(analyst, path), a_link(analyst, path)
    post(app.test_client(), first, {"about": "The whole report", "words": "Between us only."})
    assert "Between us only." not in text_of(app.test_client().get(second))


def test_a_link_is_too_old_after_three_weeks(released: Instance, analyst: FlaskClient) -> None:
    link = a_link(analyst, a_report(analyst))
    later = Instance(released.settings, released.database, lambda: released.now() + timedelta(days=22))
    assert create_app(later).test_client().get(link).status_code == 404


def test_a_final_report_can_no_longer_be_written(released: Instance, analyst: FlaskClient) -> None:
    path = a_report(analyst)
    assert post(analyst, f"{path}/state", {"state": "final"}).status_code == 303
    refused = post(analyst, f"{path}/section", {"heading": "More", "body": "words"})
    assert refused.status_code == 422
    assert "a final report is frozen" in text_of(refused)
    with released.database.reading() as session:
        report = reports.get(session, int(path.rpartition("/")[2]))
        assert report is not None
        assert [line.actor for line in audit.lines_about(session, f"report {report.id}")] == ["analyst@example.org"] * 6
    assert str(report.content_hash) in text_of(analyst.get(path))


@pytest.mark.parametrize(("form", "begins"), [("docx", b"PK"), ("pdf", b"%PDF-1.7"), ("html", b"<!DOCTYPE html>")])
def test_a_report_is_taken_away_in_each_form(analyst: FlaskClient, form: str, begins: bytes) -> None:
    path = a_report(analyst)
    answer = analyst.get(f"{path}/file?format={form}")
    assert answer.data.startswith(begins)
    assert f".{form}" in answer.headers["Content-Disposition"]
    assert analyst.get(f"{path}/file?format=exe").status_code == 404


def test_a_recommendation_without_a_table_that_may_be_shown_is_refused_with_the_reason(analyst: FlaskClient) -> None:
    path = a_report(analyst)
    made = {"words": "Ask.", "owner": "Us", "layer": "society", "question": "safe_day"}
    refused = post(analyst, f"{path}/recommendation", made | {"breakdown": "age_band", "area": FAR_WARD})
    assert refused.status_code == 422
    assert "a ward is never broken down by who people are" in text_of(refused)


def test_places_that_feel_unsafe_with_little_recorded_are_named_and_the_other_way_round(analyst: FlaskClient) -> None:
    said = text_of(analyst.get("/staff/beside?question=safe_day&level=district"))
    lists = said[said.index("Where the two differ") : said.index("Both, side by side")]
    first, second = lists.split("is said less than elsewhere")
    assert "Nottingham" in first
    assert "Ashfield" in second
    assert "Not for enforcement" in said
    assert "Much never is" in said
    assert not re.search(r"real risk|true risk|fear of crime", said, re.IGNORECASE)


def test_wards_never_stand_beside_other_data(analyst: FlaskClient) -> None:
    page = analyst.get("/staff/beside?question=safe_day&level=ward").get_data(as_text=True)
    assert "Clifton East" not in page[page.index("Where the two differ") : page.index("Slides for partners")]
    assert '<option value="place" selected>' in page


@pytest.mark.parametrize(("form", "begins"), [("pptx", b"PK"), ("pdf", b"%PDF-1.7"), ("html", b"<!DOCTYPE html>")])
def test_slides_are_taken_away_in_each_form(analyst: FlaskClient, form: str, begins: bytes) -> None:
    answer = analyst.get(f"/staff/slides?format={form}&area={DISTRICT}&question=safe_day&level=district")
    assert answer.data.startswith(begins)
    assert analyst.get("/staff/slides?format=pdf&area=E05000000").status_code == 404
