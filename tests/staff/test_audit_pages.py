"""The audit page answers who saw or changed this, and when; how long answers are kept is decided on its own page."""

import re
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from builders import NOW, WAVE, a_door, a_submission
from engage import jobs
from engage.collection.receive import receive_submission
from engage.collection.surveys import set_wave_state
from engage.collection.withdrawal import erase_response
from engage.response.receipts import receipt_of, tombstone_of
from engage.storage import audit, retention_rules
from engage.storage.instance import Instance
from engage.storage.retention_rules import RetentionRule
from engage.worker import WORKS
from staffing import post, signed_in

SURVEY = "feeling-safe"


@pytest.fixture
def held(app: Flask) -> Instance:
    """Return the instance behind the pages."""
    instance: Instance = app.extensions["engage"]
    return instance


@pytest.fixture
def admin(app: Flask) -> FlaskClient:
    """Return an admin."""
    return signed_in(app, "admin")


def received(instance: Instance) -> UUID:
    document = a_submission()
    with instance.database.writing() as session:
        receive_submission(session, a_door(instance), document)
    return UUID(document["response_id"])


def numbers_in(page: str) -> list[int]:
    """Return the numbers of the lines on a page."""
    return [int(number) for number in re.findall(r"line (\d+)</span>", page)]


def test_a_receipt_leads_to_everything_that_was_done_to_the_answers_even_once_they_are_gone(
    held: Instance, admin: FlaskClient
) -> None:
    response_id = received(held)
    received(held)
    receipt, tombstone = receipt_of(response_id), tombstone_of(response_id)
    before = admin.get("/staff/audit", query_string={"what": receipt}).text
    assert len(numbers_in(before)) == 1
    assert f"what={tombstone}" in before
    with held.database.writing() as session:
        erase_response(session, held.settings.keys, receipt, actor="respondent", now=NOW)
    after = admin.get("/staff/audit", query_string={"what": receipt.lower()}).text
    assert len(numbers_in(after)) == 2
    assert "response: erased" in after
    assert len(numbers_in(admin.get("/staff/audit", query_string={"what": receipt, "who": "respondent"}).text)) == 1


def test_the_log_is_read_page_by_page_by_day_and_as_a_file_and_reading_it_is_written_down(
    held: Instance, admin: FlaskClient
) -> None:
    for _ in range(60):
        received(held)
    first = admin.get("/staff/audit?act=response.stored").text
    assert len(numbers_in(first)) == 50
    older = first.split('">Older</a>')[0].rpartition('href="')[2].replace("&amp;", "&")
    assert len(numbers_in(admin.get(older).text)) == 10
    assert numbers_in(admin.get("/staff/audit?act=response.stored&since=2026-11-22").text) == []
    assert len(numbers_in(admin.get("/staff/audit?act=response.stored&since=2026-11-21&until=2026-11-21").text)) == 50
    file = admin.get("/staff/audit/file?act=response.stored").text
    assert file.count("\n") == 61
    with held.database.reading() as session:
        assert audit.last_of(session, "audit.read", 10)[0].actor == "admin@example.org"
        assert audit.last_of(session, "audit.exported", 10)[0].detail == {"by": ["act"]}


def checked(instance: Instance, client: FlaskClient) -> str:
    """Ask for the log to be checked, let the job run and return the page that says what it found."""
    at = post(client, "/staff/audit/check").headers["Location"]
    jobs.run(instance, UUID(at.rpartition("/")[2]), WORKS)
    return client.get(at).text


def test_the_page_says_whether_the_log_is_whole(held: Instance, admin: FlaskClient) -> None:
    received(held)
    assert "The log is whole" in checked(held, admin)
    with held.database.writing() as session:
        session.connection().exec_driver_sql("UPDATE audit_lines SET actor = 'x' WHERE number = 2")
    assert "line 2 was changed" in checked(held, admin)


def test_how_long_answers_are_kept_is_decided_per_survey_and_what_was_erased_is_listed(
    held: Instance, app: Flask
) -> None:
    coordinator = signed_in(app, "coordinator")
    response_id = received(held)
    with held.database.writing() as session:
        set_wave_state(session, held.settings.keys, SURVEY, WAVE, "closed", actor="test", now=NOW)
        erase_response(session, held.settings.keys, receipt_of(response_id), actor="respondent", now=NOW)
    page = coordinator.get("/staff/keeping").text
    assert "20 November 2029" in page
    assert "taken back by the person" in page
    days = {"answers": "730", "words": "30", "drawings": ""}
    assert post(coordinator, f"/staff/keeping/{SURVEY}", days).status_code == 303
    with held.database.reading() as session:
        assert retention_rules.of_survey(session, SURVEY) == RetentionRule(SURVEY, 730, 30, None)
    for wrong in ({"answers": "soon"}, {"answers": "99999"}):
        assert post(coordinator, f"/staff/keeping/{SURVEY}", days | wrong).status_code == 422
    assert "go for good" not in coordinator.get("/staff/").text
    assert post(coordinator, f"/staff/keeping/{SURVEY}", days | {"words": "20"}).status_code == 303
    assert (
        "Own words of feeling-safe, 2026-autumn go for good after 11 December 2026" in coordinator.get("/staff/").text
    )
    assert coordinator.get("/staff/audit").status_code == 403
