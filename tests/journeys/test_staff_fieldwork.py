"""A coordinator's day: printing forms, opening and closing waves, signing languages off, trying the texts."""

import re
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient

from builders import WAVE, a_door, a_submission, with_survey
from engage import jobs
from engage.app import create_app
from engage.collection.fieldwork import band_of
from engage.collection.receive import receive_submission
from engage.collection.surveys import import_questionnaire, set_wave_state
from engage.jobs import files_of
from engage.questionnaire.library import read_library_survey
from engage.response.serials import read_serial
from engage.staff.jobs import JOB_PERMISSIONS
from engage.storage import audit, forms, questionnaires, waves
from engage.storage import jobs as stored_jobs
from engage.storage.instance import Instance
from engage.storage.jobs import Job
from engage.worker import WORKS
from ready import with_record
from staffing import an_email, post, printed_forms, signed_in, text_of

ORDER = {"survey": "feeling-safe", "wave": WAVE, "language": "en", "style": "standard", "area": "", "count": "3"}


@pytest.fixture
def coordinator(app: Flask) -> FlaskClient:
    return signed_in(app, "coordinator")


def answer(instance: Instance, count: int) -> None:
    for _ in range(count):
        with instance.database.writing() as session:
            receive_submission(session, a_door(instance), a_submission())


def a_job(instance: Instance, kind: str, **fields: Any) -> str:
    job = Job(uuid4(), kind, {"count": 3, "language": "en", "style": "standard"}, "somebody", instance.now(), **fields)
    with instance.database.writing() as session:
        stored_jobs.add(session, job)
    return f"/staff/jobs/{job.id}"


def test_forms_are_printed_by_a_job_and_fetched_as_one_file(surveyed: Instance, coordinator: FlaskClient) -> None:
    sent = post(coordinator, "/staff/paper", ORDER | {"area": "E05012278"})
    page = sent.headers["Location"]
    shown = coordinator.get(page).get_data(as_text=True)
    assert "Waiting to start" in shown
    assert '<noscript><meta http-equiv="refresh" content="2"></noscript>' in shown
    assert coordinator.get(f"{page}/file").status_code == 404
    with surveyed.database.reading() as session:
        [job] = stored_jobs.in_state(session, "waiting")
    jobs.run(surveyed, job.id, WORKS)
    assert "Done: 3 of 3." in text_of(coordinator.get(page))
    file = coordinator.get(f"{page}/file")
    assert file.data.startswith(b"%PDF")
    assert file.headers["Content-Disposition"].startswith("attachment")
    assert file.headers["Cache-Control"] == "no-store"
    file.close()
    with surveyed.database.reading() as session:
        printed = forms.newest(session, "feeling-safe", 10)
        layout = forms.get_layout(session, printed[0].layout_hash)
    assert [form.area for form in printed] == ["E05012278"] * 3
    assert all(read_serial(form.serial) == form.serial for form in printed)
    assert layout is not None
    assert layout["survey"] == "feeling-safe"


@pytest.mark.parametrize(
    "wrong",
    [
        {"count": "0"},
        {"count": "501"},
        {"count": "many"},
        {"language": "fr"},
        {"style": "braille"},
        {"area": "nowhere"},
        {"wave": "never"},
        {"survey": "none"},
    ],
)
def test_what_cannot_be_printed_is_said(surveyed: Instance, coordinator: FlaskClient, wrong: dict[str, str]) -> None:
    page = post(coordinator, "/staff/paper", ORDER | wrong)
    assert page.status_code == 422
    assert 'role="alert"' in page.get_data(as_text=True)
    with surveyed.database.reading() as session:
        assert stored_jobs.in_state(session, "waiting") == []


def test_how_far_a_job_is_can_be_seen_and_why_it_failed(surveyed: Instance, coordinator: FlaskClient) -> None:
    running = coordinator.get(a_job(surveyed, "paper.print", state="running", done=17, total=40))
    assert '<progress id="progress" value="17" max="40">' in running.get_data(as_text=True)
    failed = coordinator.get(a_job(surveyed, "paper.print", state="failed", message="no font for xx"))
    assert "It did not work: no font for xx." in text_of(failed)


def test_every_kind_of_job_is_for_somebody() -> None:
    assert set(JOB_PERMISSIONS) == set(WORKS)


def test_a_job_is_seen_only_by_those_who_may_ask_for_it(
    app: Flask, surveyed: Instance, coordinator: FlaskClient
) -> None:
    publishing, printing = a_job(surveyed, "results.publish"), a_job(surveyed, "paper.print")
    analyst = signed_in(app, "analyst")
    assert [analyst.get(page).status_code for page in (publishing, printing)] == [200, 404]
    assert [coordinator.get(page).status_code for page in (publishing, printing)] == [404, 200]


def test_no_file_outside_the_folder_is_handed_out(surveyed: Instance, coordinator: FlaskClient) -> None:
    page = a_job(surveyed, "paper.print", state="done", file="../keys.json")
    assert (surveyed.settings.instance / "keys.json").is_file()
    files_of(surveyed)
    assert coordinator.get(f"{page}/file").status_code == 404


def state_of(instance: Instance, wave: str = WAVE) -> str | None:
    with instance.database.reading() as session:
        found = waves.get(session, "feeling-safe", wave)
        return found.state if found else None


def test_a_wave_is_begun_opened_and_closed(surveyed: Instance, coordinator: FlaskClient) -> None:
    page = "/staff/surveys/feeling-safe/waves"
    refused = post(coordinator, page, {"wave": "2027-spring", "state": "pilot"})
    assert refused.status_code == 422 and "name an owner and a duty contact first" in text_of(refused)
    assert 'href="/staff/set-up/feeling-safe/duty"' in refused.get_data(as_text=True) and "`" not in text_of(refused)
    for fields in ({"act": "owner"}, {"act": "add", "name": "Amina"}):
        named = {"survey": "feeling-safe", "email": an_email("coordinator")} | fields
        assert post(coordinator, "/staff/duty", named).status_code == 303
    with_record(surveyed, wave="2027-spring")
    for state in ("draft", "pilot", "open", "collecting"):
        assert post(coordinator, page, {"wave": "2027-spring", "state": state}).status_code == 303
        assert state_of(surveyed, "2027-spring") == state
    assert post(coordinator, page, {"wave": "2027-spring", "state": "closed"}).status_code == 422
    assert state_of(surveyed, "2027-spring") == "collecting"
    post(coordinator, page, {"wave": "2027-spring", "state": "closed", "sure": "yes"})
    assert state_of(surveyed, "2027-spring") == "closed"
    refused = post(coordinator, page, {"wave": "2027-spring", "state": "open"})
    assert refused.status_code == 422
    assert "is closed and cannot be open" in text_of(refused)


def test_a_wave_needs_a_name(coordinator: FlaskClient) -> None:
    for name in ("", " ", "x" * 61, "a\nb"):
        page = post(coordinator, "/staff/surveys/feeling-safe/waves", {"wave": name, "state": "draft"})
        assert page.status_code == 422


def test_a_language_is_signed_off_and_the_reader_is_told_no_more(surveyed: Instance, coordinator: FlaskClient) -> None:
    page = "/staff/surveys/feeling-safe/languages/so"
    assert post(coordinator, page, {"state": "reviewed", "version": "1"}).status_code == 303
    with surveyed.database.reading() as session:
        survey = questionnaires.get(session, "feeling-safe")
        acts = [(line.action, line.detail) for line in audit.lines_about(session, "feeling-safe")]
    assert survey is not None
    assert {language.tag: language.review for language in survey.languages}["so"] == "reviewed"
    assert acts[-1] == ("language.reviewed", {"version": 1, "language": "so", "state": "reviewed"})
    for tag, state in (("so", "source"), ("en", "reviewed"), ("fr", "reviewed")):
        assert post(coordinator, f"/staff/surveys/feeling-safe/languages/{tag}", {"state": state}).status_code == 422


def test_a_help_line_that_was_checked_says_when(surveyed: Instance, coordinator: FlaskClient) -> None:
    assert "Childline, 0800 1111 Never checked" in text_of(coordinator.get("/staff/surveys/feeling-safe"))
    post(coordinator, "/staff/surveys/feeling-safe/help-lines/childline", {"version": "1"})
    assert "Childline, 0800 1111 Checked on 2026-11-21" in text_of(coordinator.get("/staff/surveys/feeling-safe"))
    assert post(coordinator, "/staff/surveys/feeling-safe/help-lines/nobody").status_code == 422


def test_words_may_change_while_answers_come_in(surveyed: Instance, coordinator: FlaskClient) -> None:
    answer(surveyed, 1)
    post(coordinator, "/staff/surveys/feeling-safe/languages/so", {"state": "reviewed"})
    answer(surveyed, 1)
    library = read_library_survey("feeling-safe")
    languages = (
        replace(known, wording={**known.wording, "survey.title": "Su'aalo"}) if known.tag == "so" else known
        for known in library.languages
    )
    changed = replace(library, languages=tuple(languages))
    for definition, change in ((library, "unchanged"), (changed, "words")):
        with surveyed.database.writing() as session:
            keys, now = surveyed.settings.keys, surveyed.now()
            assert import_questionnaire(session, keys, definition, actor="test", now=now).change == change


def test_the_version_that_is_answered_is_the_one_signed_off(surveyed: Instance, coordinator: FlaskClient) -> None:
    second = replace(read_library_survey("feeling-safe"), version=2)
    with surveyed.database.writing() as session:
        import_questionnaire(session, surveyed.settings.keys, second, actor="test", now=surveyed.now())
    page = coordinator.get("/staff/surveys/feeling-safe").get_data(as_text=True)
    assert set(re.findall(r'name="version" value="(\d+)"', page)) == {"1"}
    page = coordinator.get("/staff/surveys/feeling-safe?version=2").get_data(as_text=True)
    assert set(re.findall(r'name="version" value="(\d+)"', page)) == {"2"}
    assert coordinator.get("/staff/surveys/feeling-safe?version=3").status_code == 404


def test_the_simulator_carries_a_conversation_and_keeps_nothing(surveyed: Instance, coordinator: FlaskClient) -> None:
    page = coordinator.get("/staff/text")
    for text in ("LOCAL", "YES", "3", "Sneinton and the Meadows", "2", "SKIP"):
        kept = re.search(r'name="kept" value="([^"]+)"', page.get_data(as_text=True))
        assert kept
        data = {"survey": "feeling-safe", "text": text, "kept": kept[1]}
        page = post(coordinator, "/staff/text", data)
        assert page.status_code == 200
    said = text_of(page)
    assert said.count("Survey ") >= 6
    assert "You Sneinton and the Meadows" in said
    with surveyed.database.reading() as session:
        assert session.connection().exec_driver_sql("SELECT count(*) FROM responses").scalar() == 0
        assert session.connection().exec_driver_sql("SELECT count(*) FROM text_conversations").scalar() == 0


def test_a_conversation_that_somebody_made_up_is_not_taken(coordinator: FlaskClient) -> None:
    data = {"survey": "feeling-safe", "text": "LOCAL", "kept": '{"state": null, "texts": []}'}
    assert post(coordinator, "/staff/text", data).status_code == 400


def test_only_surveys_that_are_there_are_simulated(coordinator: FlaskClient) -> None:
    kept = re.search(r'name="kept" value="([^"]+)"', coordinator.get("/staff/text").get_data(as_text=True))
    assert kept
    page = post(coordinator, "/staff/text", {"survey": "no-such-survey", "text": "LOCAL", "kept": kept[1]})
    assert page.status_code == 404


def test_the_first_page_says_what_to_do_next(app: Flask, surveyed: Instance, coordinator: FlaskClient) -> None:
    said = text_of(coordinator.get("/staff/"))
    assert "languages are drafted by machine and not reviewed" in said
    assert "8 help lines have never been checked" in said
    with surveyed.database.writing() as session:
        keys, now = surveyed.settings.keys, surveyed.now()
        set_wave_state(session, keys, "feeling-safe", WAVE, "closed", actor="test", now=now)
    assert "No wave is open" in text_of(coordinator.get("/staff/"))
    assert "Publish or read the results" in text_of(signed_in(app, "analyst").get("/staff/"))


def test_who_plans_the_fieldwork_sees_numbers_and_an_ambassador_bands(
    app: Flask, surveyed: Instance, coordinator: FlaskClient
) -> None:
    answer(surveyed, 12)
    printed_forms(surveyed, read_library_survey("feeling-safe"), 3)
    assert "Replies 12 Web 12 Forms printed 3 Forms entered 0" in text_of(coordinator.get("/staff/"))
    ambassador = text_of(signed_in(app, "ambassador").get("/staff/"))
    assert "Replies few Web few Forms printed few Forms entered none" in ambassador


@pytest.mark.parametrize(
    ("count", "band"),
    [
        (0, "none"),
        (1, "1 to 9"),
        (9, "1 to 9"),
        (10, "10 to 49"),
        (99, "50 to 99"),
        (499, "100 to 499"),
        (10**6, "500 or more"),
    ],
)
def test_small_counts_are_told_as_bands(count: int, band: str) -> None:
    assert band_of(count) == band


def test_an_instance_without_a_survey_says_how_to_bring_one_in(instance: Instance) -> None:
    from engage.app import create_app

    admin = signed_in(create_app(instance), "admin")
    for page in ("/staff/", "/staff/surveys", "/staff/paper", "/staff/text", "/staff/review", "/staff/results"):
        assert admin.get(page).status_code == 200
    assert "There is no survey yet: set one up" in text_of(admin.get("/staff/"))


def test_staff_pages_are_kept_in_no_cache(coordinator: FlaskClient) -> None:
    for page in ("/staff/", "/staff/sign-in", "/staff/entry"):
        assert coordinator.get(page).headers["Cache-Control"] == "no-store"
    style = coordinator.get("/staff/static/staff.css")
    assert "no-store" not in style.headers["Cache-Control"]
    style.close()


def test_pilot_replies_are_told_apart_from_those_that_count(instance: Instance) -> None:
    with_survey(instance, state="pilot")
    answer(instance, 2)
    app = create_app(instance)
    coordinator = signed_in(app, "coordinator")
    for page in ("/staff/", "/staff/surveys/feeling-safe"):
        assert "2 pilot replies (they never count)" in text_of(coordinator.get(page)), page
    assert "Pilot replies (they never count): few" in text_of(signed_in(app, "ambassador").get("/staff/"))
