"""Drawings before a person: waiting, looked at, shown or kept back, taken back; every look is written down."""

from dataclasses import replace
from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask import Flask

from builders import WAVE, a_door, a_submission, with_survey
from by_hand import HOUSE, a_layout_by_hand, a_survey_by_hand, drawn_on
from engage.app import create_app
from engage.collection.paper import issue_forms
from engage.collection.receive import receive_submission
from engage.collection.withdrawal import erase_response
from engage.collection.words import gather_words
from engage.storage import audit, drawings, safeguarding, words
from engage.storage.drawings import Drawing
from engage.storage.instance import Instance
from marked import AGREED, seen
from scanning import stored, take
from staffing import an_email, post, signed_in


@pytest.fixture
def app(instance: Instance) -> Flask:
    with_survey(instance, a_survey_by_hand())
    return create_app(instance)


def drawn(instance: Instance, **fields: Any) -> str:
    """Take in a drawing; returns its owner's receipt."""
    answer = {"lines": HOUSE} | fields
    document = a_submission({"scene": answer}, survey="hand", area_relation=[])
    with instance.database.writing() as session:
        outcome = receive_submission(session, a_door(instance), document)
    assert outcome.status == "stored" and outcome.receipt, outcome
    return outcome.receipt


def in_state(instance: Instance, state: str) -> list[Drawing]:
    with instance.database.reading() as session:
        return drawings.in_state(session, "hand", WAVE, state)


def acts(instance: Instance) -> list[str]:
    with instance.database.reading() as session:
        return [line.action for line in audit.all_lines(session) if line.action.startswith("drawing.")]


def test_a_drawing_waits_is_seen_only_when_asked_for_and_every_look_is_written_down(
    instance: Instance, app: Flask
) -> None:
    drawn(instance, may_show=True)
    (one,) = in_state(instance, "waiting")
    address = f"/staff/drawings/{one.reference}/scene"
    reviewer = signed_in(app, "analyst")
    assert "How drawings are looked at" in reviewer.get("/staff/drawings").text
    assert "<path" not in reviewer.get(address).text
    assert acts(instance) == []
    page = BeautifulSoup(reviewer.get(f"{address}?look=1").text, "html.parser")
    picture = page.select_one("svg")
    assert picture is not None and not picture.select("script, image, use, a, foreignObject")
    path = picture.select_one("path")
    assert path is not None and str(path["d"]).startswith("M100 400L100 200")
    assert acts(instance) == ["drawing.opened"]
    assert signed_in(app, "ambassador").get(address).status_code == 403


def test_a_decision_stands_until_it_is_taken_back(instance: Instance, app: Flask) -> None:
    drawn(instance, may_show=True)
    (one,) = in_state(instance, "waiting")
    address = f"/staff/drawings/{one.reference}/scene"
    reviewer = signed_in(app, "analyst")
    for decision, state in (("shown", "shown"), ("place", "kept_back"), ("waiting", "waiting")):
        assert post(reviewer, address, {"decision": decision}).status_code == 303
        (found,) = in_state(instance, state)
        assert (found.reason, found.decided_by) == {
            "shown": (None, an_email("analyst")),
            "place": ("place", an_email("analyst")),
            "waiting": (None, None),
        }[decision]
    assert acts(instance) == ["drawing.shown", "drawing.kept_back", "drawing.waiting"]


def test_without_its_owners_tick_a_drawing_is_never_shown(instance: Instance, app: Flask) -> None:
    drawn(instance)
    (one,) = in_state(instance, "waiting")
    reviewer = signed_in(app, "analyst")
    assert 'value="shown"' not in reviewer.get(f"/staff/drawings/{one.reference}/scene?look=1").text
    assert post(reviewer, f"/staff/drawings/{one.reference}/scene", {"decision": "shown"}).status_code == 409
    assert len(in_state(instance, "waiting")) == 1
    post(reviewer, f"/staff/drawings/{one.reference}/scene", {"decision": "not_agreed"})
    assert [one.reason for one in in_state(instance, "kept_back")] == ["not_agreed"]


def test_a_drawing_that_may_mean_danger_goes_to_whoever_is_on_duty(instance: Instance, app: Flask) -> None:
    drawn(instance)
    (one,) = in_state(instance, "waiting")
    reviewer = signed_in(app, "analyst")
    for _ in range(2):
        post(reviewer, f"/staff/drawings/{one.reference}/scene", {"decision": "danger"})
    with instance.database.reading() as session:
        (item,) = safeguarding.open_items(session)
    assert (item.survey, item.question, item.list_code) == ("hand", "scene", "reader_worried")


def test_a_drawing_goes_with_its_response(instance: Instance, app: Flask) -> None:
    receipt = drawn(instance, may_show=True)
    (one,) = in_state(instance, "waiting")
    with instance.database.writing() as session:
        assert erase_response(session, instance.settings.keys, receipt, actor="owner", now=instance.now())
    assert in_state(instance, "waiting") == []
    reviewer = signed_in(app, "analyst")
    assert reviewer.get(f"/staff/drawings/{one.reference}/scene?look=1").status_code == 404
    gone = post(reviewer, f"/staff/drawings/{one.reference}/scene", {"decision": "shown"})
    assert gone.location.endswith("done=gone")


def test_a_drawing_on_a_scanned_sheet_is_kept_as_outlines_and_waits_like_any_other(
    instance: Instance, app: Flask
) -> None:
    layout, survey = a_layout_by_hand(), a_survey_by_hand()
    with instance.database.writing() as session:
        ((serial, _),) = issue_forms(
            session, instance.settings.keys, layout, survey, WAVE, "en", "standard", None, 1, instance.now(), "test"
        )
    states = {("scene", "may_show"): "marked"}
    pages = seen(layout, AGREED, states=states, written=["scene", "matters"])
    take(instance, [replace(page, straight=drawn_on(layout, page.page or 0)) for page in pages], serial)
    reviewer, address = signed_in(app, "analyst"), f"/staff/scans/review/{serial}"
    page = BeautifulSoup(reviewer.get(f"{address}?q=scene").text, "html.parser")
    assert page.select_one("[name=may_show][checked]") and "Keep the drawing" in page.text
    for question, act, fields in (
        ("matters", "save", {"a.matters": "2 - 1 1"}),
        ("matters", "save", {"a.matters": "2 - 1 3"}),
        ("scene", "drawn", {"a.scene": "Our kitchen", "may_show": "yes"}),
    ):
        said = post(reviewer, address, {"question": question, "act": act, **fields})
    assert said.status_code == 303
    answers = stored(instance, serial).answers
    assert answers["matters"] == ["police", "lights", "buses"]
    scene = answers["scene"]
    assert len(scene["outlines"]) == 2 and scene["may_show"] and scene["words"] == "Our kitchen"
    assert [one.question for one in in_state(instance, "waiting")] == ["scene"]


def test_words_beside_a_drawing_are_looked_after_like_any_other(instance: Instance, app: Flask) -> None:
    drawn(instance, words="I want to kill myself")
    with instance.database.writing() as session:
        gather_words(session, "hand", WAVE)
        assert sum(words.count_states(session, "hand", WAVE).values()) == 1
        (item,) = safeguarding.open_items(session)
    assert (item.question, item.list_code) == ("scene", "self_harm")
