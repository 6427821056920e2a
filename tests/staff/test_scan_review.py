"""Scans before a person: decided question by question beside the picture, undone, stored, read twice, settled."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import cache

import cv2
import numpy as np
import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from builders import NOW, WAVE
from engage.channels.paper.forms_reviewed import HELD_FOR
from engage.channels.paper.page_reader import PageRead
from engage.collection.batches import PrintRun, hand_out, open_batch
from engage.collection.paper import issue_forms
from engage.response.serials import spoken
from engage.storage import audit, batches, forms, safeguarding, scan_reads, scans
from engage.storage.batches import Rules
from engage.storage.instance import Instance
from marked import AGREED, library_layout, library_survey, seen
from scanning import forms_of_library, pictures, scanned, stored, take
from staffing import an_email, csrf_token, post, signed_in, text_of

TICKS: Mapping[str, Sequence[str]] = {
    **AGREED,
    "area": ["E06000018"],
    "safe_day": ["neither"],
    "unsafe_reasons": ["dark", "threats"],
}
ADDRESS = "/staff/scans/review/"
States = Mapping[tuple[str, str], str]
#: A tick somebody has to look at, in a question with one answer and in one with several.
DOUBTS: States = {("safe_day", "fairly_safe"): "doubtful", ("good_here", "school"): "doubtful"}


@cache
def grey_page() -> bytes:
    """Return the picture of a page, darker towards its foot."""
    grey = np.repeat(np.linspace(250, 120, 1782).astype(np.uint8)[:, None], 1260, axis=1)
    return bytes(cv2.imencode(".jpg", grey)[1])


def sheet(states: States = DOUBTS, written: Sequence[str] = (), **more: Sequence[str]) -> list[PageRead]:
    pages = seen(library_layout(), {**TICKS, **more}, states=states, written=written)
    return [replace(page, straight=grey_page()) for page in pages]


def waiting_form(instance: Instance, states: States = DOUBTS, **how: Sequence[str]) -> str:
    """Return the serial of a form that waits for a person."""
    serial = forms_of_library(instance)[0]
    take(instance, sheet(states, **how), serial)
    return serial


def decide(
    client: FlaskClient, serial: str, question: str, act: str = "save", fields: Mapping[str, object] | None = None
) -> TestResponse:
    return post(client, ADDRESS + serial, {"question": question, "act": act, **(fields or {})})


def actions(instance: Instance, serial: str) -> list[str]:
    with instance.database.reading() as session:
        return [line.action for line in audit.lines_about(session, serial)]


def kinds(instance: Instance, serial: str) -> dict[str, str]:
    with instance.database.reading() as session:
        return {one.question: one.kind for one in scan_reads.decisions_of(session, serial)}


@pytest.fixture
def coordinator(app: Flask) -> FlaskClient:
    return signed_in(app, "coordinator")


def test_a_form_is_stored_when_its_last_question_is_decided_and_the_next_one_opens(
    surveyed: Instance, coordinator: FlaskClient
) -> None:
    first, second = waiting_form(surveyed), waiting_form(surveyed)
    first, second = sorted((first, second))
    assert "2 forms wait for a person" in text_of(coordinator.get("/staff/scans/review"))
    opened = coordinator.get(ADDRESS + first)
    assert "1 of 2." in text_of(opened)
    assert "may or may not be a tick" in text_of(opened)
    assert decide(coordinator, first, "safe_day", fields={"a.safe_day": "fairly_safe"}).status_code == 303
    assert stored(surveyed, first) is None
    assert "2 of 2." in text_of(coordinator.get(ADDRESS + first))
    done = decide(coordinator, first, "good_here", fields={"a.good_here": ["school"]})
    assert done.headers["Location"].startswith(ADDRESS + second)
    assert "is stored" in text_of(coordinator.get(done.headers["Location"]))
    kept = stored(surveyed, first)
    assert kept is not None
    assert (kept.answers["safe_day"], kept.answers["good_here"]) == ("fairly_safe", ["school"])
    assert actions(surveyed, first) == ["scan.opened", "scan.decided", "scan.decided"]


def test_a_guess_that_is_accepted_stands_as_read_and_an_empty_or_illegible_question_has_no_answer(
    surveyed: Instance, coordinator: FlaskClient
) -> None:
    states = {**DOUBTS, ("trust_police", "some"): "doubtful", ("belonging", "dk"): "doubtful"}
    serial = waiting_form(surveyed, states)
    page = coordinator.get(f"{ADDRESS}{serial}?q=good_here").get_data(as_text=True)
    assert re.findall(r'value="(\w+)" data-key="\w" checked', page) == ["school"]
    decide(coordinator, serial, "good_here", fields={"a.good_here": ["school"]})
    decide(coordinator, serial, "trust_police", "empty")
    decide(coordinator, serial, "belonging", "illegible")
    assert kinds(surveyed, serial) == {"good_here": "as_read", "trust_police": "empty", "belonging": "illegible"}
    decide(coordinator, serial, "safe_day", fields={"a.safe_day": "neither"})
    kept = stored(surveyed, serial)
    assert kept is not None
    assert set(kept.answers) == {"good_here", "safe_day", "unsafe_reasons"}


def test_a_decision_is_undone_until_the_form_is_stored(surveyed: Instance, coordinator: FlaskClient) -> None:
    serial = waiting_form(surveyed)
    decide(coordinator, serial, "safe_day", fields={"a.safe_day": "neither"})
    undone = post(coordinator, f"{ADDRESS}{serial}/undo")
    assert undone.headers["Location"].endswith("?q=safe_day")
    assert kinds(surveyed, serial) == {}
    assert actions(surveyed, serial)[-1] == "scan.undone"
    decide(coordinator, serial, "safe_day", fields={"a.safe_day": "very_safe"})
    decide(coordinator, serial, "good_here", "empty")
    kept = stored(surveyed, serial)
    assert kept is not None
    assert kept.answers["safe_day"] == "very_safe"
    assert decide(coordinator, serial, "safe_day", "empty").status_code == 404


def test_what_is_written_is_typed_off_and_nothing_typed_is_no_decision(
    surveyed: Instance, coordinator: FlaskClient
) -> None:
    serial = waiting_form(surveyed, {}, written=["say_more", "communities", "area"])
    empty = decide(coordinator, serial, "say_more", fields={"a.say_more": " "})
    assert (empty.status_code, "or say that it is empty" in text_of(empty)) == (422, True)
    unknown = decide(coordinator, serial, "area", fields={"area_written": "Narnia"})
    assert unknown.status_code == 422
    assert 'value="Narnia"' in unknown.get_data(as_text=True)
    decide(coordinator, serial, "area", fields={"area_written": "Nottingham"})
    decide(coordinator, serial, "say_more", fields={"a.say_more": "More lamps in the park"})
    decide(coordinator, serial, "communities", fields={"a.communities": ["somali"], "own_words": "Yemeni"})
    kept = stored(surveyed, serial)
    assert kept is not None
    assert kept.answers["say_more"] == "More lamps in the park"
    assert kept.answers["communities"] == ["somali", {"other": "Yemeni"}]
    assert kept.area == "E06000018"


def test_a_form_lies_before_one_person_at_a_time(app: Flask, surveyed: Instance, coordinator: FlaskClient) -> None:
    serial = waiting_form(surveyed)
    coordinator.get(ADDRESS + serial)
    analyst = signed_in(app, "analyst")
    assert analyst.get(ADDRESS + serial).status_code == 409
    assert decide(analyst, serial, "safe_day", "empty").status_code == 409
    assert "has it on the screen" in text_of(analyst.get("/staff/scans/review"))
    post(coordinator, f"{ADDRESS}{serial}/back")
    assert analyst.get(ADDRESS + serial).status_code == 200
    assert actions(surveyed, serial) == ["scan.opened", "scan.put_back", "scan.opened"]
    with surveyed.database.writing() as session:
        form = scans.get_form(session, serial)
        assert form is not None
        scans.mark_form(session, replace(form, held_at=NOW - HELD_FOR - timedelta(seconds=1)))
    assert coordinator.get(ADDRESS + serial).status_code == 200


def test_a_picture_is_for_whoever_has_the_form_open_and_is_kept_nowhere(
    app: Flask, surveyed: Instance, coordinator: FlaskClient
) -> None:
    serial = waiting_form(surveyed)
    with surveyed.database.reading() as session:
        page = next(one for one in scans.pages_of_form(session, serial) if one.page == 2)
    whole, part = f"{ADDRESS}{serial}/{page.id}", f"{ADDRESS}{serial}/{page.id}?q=safe_day"
    assert coordinator.get(part).status_code == 404
    coordinator.get(ADDRESS + serial)
    answer = coordinator.get(part)
    assert (answer.mimetype, answer.headers["Cache-Control"]) == ("image/jpeg", "no-store")
    crop = cv2.imdecode(np.frombuffer(answer.data, np.uint8), cv2.IMREAD_UNCHANGED)
    assert crop is not None
    assert crop.ndim == 2
    box = next(one for one in library_layout().pages[1].boxes if one.question == "safe_day")
    assert abs(int(crop[0, 0]) - round(250 - 130 * (box.y - 5) * 6 / 1782)) <= 2
    assert len(coordinator.get(whole).data) > len(answer.data)
    assert coordinator.get(f"{ADDRESS}{serial}/{page.id}?q=gender").status_code == 404
    assert signed_in(app, "analyst").get(part).status_code == 404


def test_whoever_handed_a_form_out_does_not_look_at_it(app: Flask, surveyed: Instance) -> None:
    coordinator, analyst = signed_in(app, "coordinator"), signed_in(app, "analyst")
    with surveyed.database.writing() as session:
        survey, keys = library_survey(), surveyed.settings.keys
        run = PrintRun(survey.slug, survey.version, WAVE, "en", "standard", 1)
        batch = open_batch(session, run, "test", NOW)
        printed = (library_layout(), survey, WAVE, "en", "standard", None, 1, NOW, "test", batch)
        [(serial, _)] = issue_forms(session, keys, *printed)
        hand_out(session, keys, batch.id, an_email("coordinator"), "test", NOW)
    take(surveyed, sheet(), serial)
    assert coordinator.get(ADDRESS + serial).status_code == 403
    assert "you handed it out" in text_of(coordinator.get("/staff/scans/review"))
    assert analyst.get(ADDRESS + serial).status_code == 200


def test_that_nothing_of_a_form_is_kept_is_asked_twice_and_can_be_undone(
    surveyed: Instance, coordinator: FlaskClient
) -> None:
    serial = waiting_form(surveyed, consent=[])
    page = coordinator.get(f"{ADDRESS}{serial}").get_data(as_text=True)
    assert " checked" not in page
    assert 'value="empty"' not in page
    decide(coordinator, serial, "consent", fields={"consent": "no"})
    assert "Nothing of this form will be kept" in text_of(coordinator.get(ADDRESS + serial))
    post(coordinator, f"{ADDRESS}{serial}/undo")
    assert len(pictures(surveyed)) == len(library_layout().pages)
    decide(coordinator, serial, "consent", fields={"consent": "no"})
    assert post(coordinator, f"{ADDRESS}{serial}/store").status_code == 303
    form = scanned(surveyed, serial)
    assert form is not None
    assert (form.state, pictures(surveyed), stored(surveyed, serial)) == ("refused", [], None)


def test_a_form_that_nobody_can_use_is_marked_as_spoilt_and_scanned_anew_when_that_is_taken_back(
    surveyed: Instance, coordinator: FlaskClient
) -> None:
    serial = waiting_form(surveyed)
    assert post(coordinator, f"{ADDRESS}{serial}/spoilt", {"because": "bored"}).status_code == 422
    post(coordinator, f"{ADDRESS}{serial}/spoilt", {"because": "torn"})
    form = scanned(surveyed, serial)
    assert form is not None
    assert (form.state, pictures(surveyed)) == ("spoilt", [])
    assert {page.kept.page.problem for page in take(surveyed, sheet({}), serial)} == {"form_spoilt"}
    with surveyed.database.writing() as session:
        forms.wait_again(session, serial, "printed")
    take(surveyed, sheet({}), serial)
    assert stored(surveyed, serial) is not None


def test_a_drawing_is_shown_only_when_asked_for(surveyed: Instance, coordinator: FlaskClient) -> None:
    layout = library_layout("easy_read")
    serial = forms_of_library(surveyed, style="easy_read")[0]
    pages = seen(layout, TICKS, written=["say_more"])
    take(surveyed, [replace(page, straight=grey_page()) for page in pages], serial)
    page = coordinator.get(f"{ADDRESS}{serial}?q=say_more")
    assert "There may be a drawing here" in text_of(page)
    assert "<img" not in page.get_data(as_text=True)
    assert "<img" in coordinator.get(f"{ADDRESS}{serial}?q=say_more&drawing=1").get_data(as_text=True)


def test_a_reader_who_is_worried_tells_whoever_is_on_duty_once_and_goes_on(
    app: Flask, surveyed: Instance, coordinator: FlaskClient
) -> None:
    serial = waiting_form(surveyed)
    page = f"/staff/scans/review/{serial}"
    for _ in range(2):
        answer = post(coordinator, f"{page}/worried", {"question": "say_more"}, follow_redirects=True)
        assert "whoever is on duty is told that you are worried" in text_of(answer)
    assert post(coordinator, f"{page}/worried", {"question": "no_such"}).status_code == 400
    with surveyed.database.reading() as session:
        (item,) = safeguarding.open_items(session)
    assert (item.list_code, item.channel, item.question) == ("reader_worried", "paper_read", "say_more")
    shown = text_of(signed_in(app, "admin").get("/staff/duty"))
    assert "Somebody of the team is worried" in shown and f"form {spoken(serial)}" in shown


def second_form(instance: Instance) -> str:
    """Return the serial of a stored form that was chosen to be read twice; "ambassador" has read it first."""
    with instance.database.writing() as session:
        batches.put_rules(session, "feeling-safe", Rules(second_percent=100))
    return waiting_form(instance, {})


def again(**more: object) -> dict[str, object]:
    """Return the fields of a second reading that finds what the first found."""
    said: dict[str, object] = {"consent": "yes", "age_band": "25-34", "assisted": "none", "area": "E06000018"}
    return {**said, "a.safe_day": "neither", "a.unsafe_reasons": ["threats", "dark"], **more}


def test_two_equal_readings_agree_and_are_forgotten(surveyed: Instance, coordinator: FlaskClient) -> None:
    serial = second_form(surveyed)
    page = coordinator.get(f"/staff/scans/second/{serial}").get_data(as_text=True)
    assert 'data-key="3" checked' not in page
    assert 'E06000018" selected' not in page
    post(coordinator, f"/staff/scans/second/{serial}", again())
    with surveyed.database.reading() as session:
        reading = scan_reads.get_second(session, serial)
    assert reading is not None
    assert (reading.state, reading.first, reading.second, reading.differing) == ("agreed", {}, {}, 0)
    assert "0.0 %" in text_of(coordinator.get("/staff/scans/review"))
    assert actions(surveyed, serial) == ["scan.opened", "scan.read_again"]


def test_where_two_readings_differ_a_third_person_settles_only_that(
    app: Flask, surveyed: Instance, coordinator: FlaskClient
) -> None:
    serial = second_form(surveyed)
    post(coordinator, f"/staff/scans/second/{serial}", again(**{"a.safe_day": "very_safe", "a.gender": "male"}))
    compare = f"/staff/scans/compare/{serial}"
    assert coordinator.get(compare).status_code == 403
    analyst = signed_in(app, "analyst")
    page = text_of(analyst.get(compare))
    assert ("Very safe" in page, "left empty" in page, "threats" in page.lower()) == (True, True, False)
    token = csrf_token(analyst, compare)
    half = analyst.post(compare, data={"csrf_token": token, "keep.safe_day": "second"})
    assert half.status_code == 422
    post(analyst, compare, {"keep.safe_day": "second", "keep.gender": "first"})
    kept = stored(surveyed, serial)
    assert kept is not None
    assert (kept.answers["safe_day"], "gender" in kept.answers) == ("very_safe", False)
    with surveyed.database.reading() as session:
        forms_read, questions, differing = scan_reads.count_compared(session, "feeling-safe")
        reading = scan_reads.get_second(session, serial)
    assert (forms_read, differing, questions > 30) == (1, 2, True)
    assert reading is not None
    assert (reading.state, reading.first, reading.second) == ("reconciled", {}, {})
    assert actions(surveyed, serial)[-1] == "scan.reconciled"


def test_whoever_read_a_form_first_does_not_read_it_a_second_time(surveyed: Instance, coordinator: FlaskClient) -> None:
    with surveyed.database.writing() as session:
        batches.put_rules(session, "feeling-safe", Rules(second_percent=100))
    serial = waiting_form(surveyed, {("safe_day", "very_safe"): "doubtful"})
    decide(coordinator, serial, "safe_day", fields={"a.safe_day": "neither"})
    assert stored(surveyed, serial) is not None
    assert coordinator.get(f"/staff/scans/second/{serial}").status_code == 403
    assert "1 more waits for somebody who has not read it" in text_of(coordinator.get("/staff/scans/review"))


def test_forms_that_wait_are_named_at_home_under_scans_and_under_review(
    surveyed: Instance, coordinator: FlaskClient
) -> None:
    serial = waiting_form(surveyed)
    for address in ("/staff/", "/staff/scans"):
        page = coordinator.get(address)
        assert "1 scanned form waits for a person" in text_of(page)
        assert 'href="/staff/scans/review"' in page.get_data(as_text=True)
    queue = coordinator.get("/staff/review")
    assert "1 item waits" in text_of(queue)
    assert f'href="/staff/scans/review/{serial}"' in queue.get_data(as_text=True)
