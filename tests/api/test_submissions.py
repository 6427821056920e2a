"""Submissions over HTTP: every status, batches, tokens, and nothing half-stored."""

import hashlib
import json
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from builders import WAVE, a_submission
from engage.collection.surveys import set_wave_state
from engage.storage import tokens
from engage.storage.instance import Instance
from engage.storage.responses import ResponseRow

URL = "/api/v1/submissions"


def stored(instance: Instance) -> int:
    with instance.database.reading() as session:
        return session.scalar(select(func.count()).select_from(ResponseRow))


def test_new_same_and_conflicting_submissions_have_their_own_status(client: FlaskClient) -> None:
    document = a_submission()
    first, again = client.post(URL, json=document), client.post(URL, json=document)
    other = client.post(URL, json=document | {"answers": {"safe_day": "very_unsafe"}})
    assert [answer.status_code for answer in (first, again, other)] == [201, 200, 409]
    assert first.json["receipt"] == again.json["receipt"]
    assert other.json["problems"][0]["code"] == "conflict"


@pytest.mark.parametrize("body", [b"", b"{", b"\xff\xfe", b"[" * 100_000, b"null", b'"x"', b"[]", b"{}"])
def test_what_is_no_submission_is_a_clear_problem(client: FlaskClient, surveyed: Instance, body: bytes) -> None:
    answer = client.post(URL, data=body, content_type="application/json")
    assert answer.status_code == 422
    assert all({"code", "question", "detail"} <= problem.keys() for problem in answer.json["problems"])
    assert stored(surveyed) == 0


def test_over_a_megabyte_is_too_large(client: FlaskClient, surveyed: Instance) -> None:
    answer = client.post(URL, json=a_submission({"say_more": "x" * 1_100_000}))
    assert (answer.status_code, answer.json["problems"][0]["code"]) == (413, "too_large")
    assert stored(surveyed) == 0


def test_a_batch_tells_of_each_in_order(client: FlaskClient, surveyed: Instance) -> None:
    good, bad, same = a_submission(), a_submission({"safe_day": "x"}), a_submission()
    client.post(URL, json=same)
    answer = client.post(URL, json={"submissions": [good, bad, "nonsense", same]})
    results = answer.json["results"]
    assert answer.status_code == 200
    assert [result["status"] for result in results] == ["stored", "refused", "refused", "same"]
    assert [result["response_id"] for result in results] == [
        good["response_id"],
        bad["response_id"],
        None,
        same["response_id"],
    ]
    assert stored(surveyed) == 2


@pytest.mark.parametrize("batch", [None, {}, "x", [{}] * 501])
def test_a_batch_that_is_none_is_refused_whole(client: FlaskClient, batch: object) -> None:
    assert client.post(URL, json={"submissions": batch}).status_code == 422


def test_other_channels_need_a_token(client: FlaskClient, surveyed: Instance) -> None:
    document = a_submission(channel="phone")
    assert client.post(URL, json=document).json["problems"][0]["code"] == "channel_needs_token"
    with surveyed.database.writing() as session:
        tokens.add(session, hashlib.sha256(b"secret").hexdigest(), "call centre")
    wrong = client.post(URL, json=document, headers={"Authorization": "Bearer other"})
    right = client.post(URL, json=document, headers={"Authorization": "Bearer secret"})
    assert (wrong.status_code, right.status_code) == (422, 201)


def test_a_late_submission_is_held_with_a_clear_problem(client: FlaskClient, surveyed: Instance) -> None:
    with surveyed.database.writing() as session:
        set_wave_state(
            session, surveyed.settings.keys, "feeling-safe", WAVE, "closed", actor="test", now=surveyed.now()
        )
    answer = client.post(URL, json=a_submission())
    assert (answer.status_code, answer.json["problems"][0]["code"]) == (202, "wave_closed")
    assert stored(surveyed) == 0


def test_every_question_of_the_survey_is_described_with_its_codes(client: FlaskClient) -> None:
    survey = client.get("/api/v1/surveys/feeling-safe").json
    questions = {question["id"]: question for question in survey["questions"]}
    assert {"area", "age_band", "safe_day", "unsafe_reasons", "say_more"} <= questions.keys()
    safe_day = questions["safe_day"]
    assert [option["code"] for option in safe_day["options"]][:5] == list(safe_day["fold"])
    assert set(safe_day["fold"].values()) == {"safe", "between", "unsafe"}
    assert survey["special_codes"] == ["dk", "pns", "na"]
    assert client.get("/api/v1/surveys/nothing").status_code == 404


def test_answers_made_from_the_description_alone_are_taken(client: FlaskClient) -> None:
    """A program that knows only the description answers every question of the adult route."""
    survey = client.get("/api/v1/surveys/feeling-safe").json
    answers = {}
    for question in survey["questions"]:
        if "adult" not in question["routes"] or not question["in_answers"] or question["show_when"]:
            continue
        offered = [option for option in question["options"] if "adult" in option.get("routes", ["adult"])]
        codes = [option["code"] for option in offered if not option.get("exclusive")]
        if question["options_from"]:
            codes = answers[question["options_from"]]
        if question["type"] in ("short_text", "long_text"):
            answers[question["id"]] = "words"
        elif codes:
            answers[question["id"]] = codes[: question["max_choices"] or 2] if question["multiple"] else codes[0]
    assert len(answers) > 15
    answer = client.post(URL, json=a_submission(answers, channel="api"))
    assert answer.json["problems"] == []
    assert answer.status_code == 201


def test_the_interface_describes_itself(client: FlaskClient) -> None:
    from openapi_spec_validator import validate

    document = client.get("/api/v1/openapi.json").json
    validate(document)
    codes = document["components"]["schemas"]["Problem"]["properties"]["code"]["enum"]
    assert {"unknown_option", "too_young", "wave_closed"} <= set(codes)


def test_nothing_sent_is_ever_a_server_fault(client: FlaskClient) -> None:
    for value in (None, 1, "x", [], {}, [[]], {"a": {}}, True, 1e308, "\ud800", "x" * 10_000):
        for name in a_submission():
            body = json.dumps(a_submission() | {name: value, "response_id": str(uuid4())})
            assert client.post(URL, data=body, content_type="application/json").status_code < 500
