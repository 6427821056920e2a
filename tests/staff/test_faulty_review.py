"""Answers from a device that do not fit as they are: a person sees why, and keeps what can be kept."""

import json
from typing import Any
from uuid import UUID

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from builders import WAVE, a_submission
from engage.collection.withdrawal import erase_response
from engage.response.receipts import receipt_of
from engage.storage import review
from engage.storage.instance import Instance
from engage.storage.responses import ResponseRow
from sealing_device import sealed_for
from staffing import post, signed_in, text_of


def held(app: Flask, document: dict[str, Any]) -> str:
    """Send answers sealed and return the address of their item."""
    instance: Instance = app.extensions["engage"]
    answer = app.test_client().post("/api/v1/sealed", json={"sealed": [sealed_for(instance, document)]})
    assert answer.json["results"][0]["status"] == "held"
    with instance.database.reading() as session:
        return f"/staff/review/{review.waiting(session)[0].item_hash}"


def stored(app: Flask) -> list[ResponseRow]:
    instance: Instance = app.extensions["engage"]
    with instance.database.reading() as session:
        return list(session.scalars(select(ResponseRow)))


def decide(client: FlaskClient, address: str, decision: str) -> Any:
    return post(client, address, {"decision": decision})


def test_a_reviewer_sees_what_does_not_fit_and_keeps_the_rest(app: Flask) -> None:
    document = a_submission(
        {"safe_day": "very_safe", "safe_home": "no such", "no_such_question": "x"}, area="E05000001"
    )
    address = held(app, document)
    client = signed_in(app, "analyst")
    page = text_of(client.get(address))
    assert "Answers with something in them that does not fit" in page
    receipt = receipt_of(UUID(document["response_id"]))
    assert f"receipt beginning {receipt[:4]}" in page
    assert receipt not in page
    assert "Very safe" in page
    assert "No area has this code, or it lies outside the survey." in page
    assert "Not one of the answers offered." in page
    assert decide(client, address, "accept_rest").status_code == 303
    (response,) = stored(app)
    assert (response.answers, response.area, response.wave) == ({"safe_day": "very_safe"}, None, WAVE)
    assert "Nothing waits" in text_of(client.get("/staff/review"))


def test_answers_to_an_older_version_are_kept_as_far_as_they_still_fit(app: Flask) -> None:
    address = held(app, a_submission({"safe_day": "very_safe"}) | {"version": 7})
    assert decide(signed_in(app, "analyst"), address, "accept_rest").status_code == 303
    (response,) = stored(app)
    assert (response.version, response.answers) == (1, {"safe_day": "very_safe"})


def test_what_cannot_be_mended_is_said_and_goes_on_waiting(app: Flask) -> None:
    address = held(app, a_submission() | {"survey": "no-such-survey"})
    client = signed_in(app, "analyst")
    refused = decide(client, address, "accept_rest")
    assert refused.status_code == 409
    assert "no longer pass the checks: unknown_survey" in text_of(refused)
    assert stored(app) == []
    assert decide(client, address, "discard").status_code == 303
    assert client.get(address).status_code == 404


def test_a_decided_answer_sent_again_does_not_come_back(app: Flask) -> None:
    instance: Instance = app.extensions["engage"]
    bundle = sealed_for(instance, a_submission({"safe_day": "x"}))
    send = {"sealed": [bundle]}
    app.test_client().post("/api/v1/sealed", json=send)
    with instance.database.reading() as session:
        (item,) = review.waiting(session)
    client = signed_in(app, "analyst")
    decide(client, f"/staff/review/{item.item_hash}", "discard")
    assert app.test_client().post("/api/v1/sealed", json=send).json["results"][0]["status"] == "held"
    with instance.database.reading() as session:
        assert review.count_waiting(session) == 0


def test_answers_taken_back_while_they_waited_are_not_kept(app: Flask) -> None:
    instance: Instance = app.extensions["engage"]
    document = a_submission({"safe_day": "x"})
    address = held(app, document)
    with instance.database.writing() as session:
        receipt = receipt_of(UUID(document["response_id"]))
        assert erase_response(session, instance.settings.keys, receipt, actor="test", now=instance.now())
    client = signed_in(app, "analyst")
    assert client.get(address).status_code == 404
    assert decide(client, address, "accept_rest").status_code == 409
    assert stored(app) == []


def test_however_strange_a_held_answer_is_the_review_can_be_read(app: Flask) -> None:
    client = signed_in(app, "analyst")
    for value in (None, 1, "x", [], {}, [[]], {"a": {}}, True, 1e308, "\ud800\x00", "x" * 500):
        for name in a_submission():
            if name in ("consent", "channel"):
                continue
            answers = {"safe_day": value, "unsafe_reasons": [value], "x": value}
            document = a_submission(answers) | {name: value} if name != "answers" else a_submission(answers)
            instance: Instance = app.extensions["engage"]
            app.test_client().post("/api/v1/sealed", json={"sealed": [sealed_for(instance, document)]})
    with app.extensions["engage"].database.reading() as session:
        items = review.waiting(session)
    assert len(items) > 50
    assert client.get("/staff/review").status_code == 200
    for item in items:
        json.dumps(item.body)
        assert client.get(f"/staff/review/{item.item_hash}").status_code == 200
        assert decide(client, f"/staff/review/{item.item_hash}", "accept_rest").status_code in (303, 409)


def test_the_queue_counts_faulty_answers(app: Flask) -> None:
    held(app, a_submission({"safe_day": "x"}))
    with app.extensions["engage"].database.reading() as session:
        assert session.scalar(select(func.count()).select_from(ResponseRow)) == 0
        assert review.count_waiting(session) == 1
    assert "1 item waits for a decision" in text_of(signed_in(app, "analyst").get("/staff/"))
