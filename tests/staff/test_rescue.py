"""A rescue file from a device is taken in by staff: through the one door, once, without showing an answer."""

import io
import json
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from builders import a_submission
from engage.storage.audit import AuditRow
from engage.storage.instance import Instance
from engage.storage.responses import ResponseRow
from sealing_device import sealed_for
from staffing import an_email, post, signed_in, text_of

URL = "/staff/rescue"


def bring(client: Any, content: bytes) -> Any:
    data = {"file": (io.BytesIO(content), "waiting.json")}
    return post(client, URL, data, content_type="multipart/form-data")


def a_file(*sealed: object) -> bytes:
    return json.dumps({"format": "engage-rescue/1", "sealed": sealed}).encode()


def stored(instance: Instance) -> int:
    with instance.database.reading() as session:
        return session.scalar(select(func.count()).select_from(ResponseRow)) or 0


def test_a_rescue_file_is_taken_in_once_and_each_bundle_is_listed(app: Flask) -> None:
    instance: Instance = app.extensions["engage"]
    words = "the lane behind the chip shop"
    content = a_file(
        sealed_for(instance, a_submission({"say_more": words})),
        sealed_for(instance, a_submission({"safe_day": words})),
        sealed_for(instance, a_submission(age_band="under-13")),
        {"id": "broken"},
    )
    client = signed_in(app, "ambassador")
    first, again = text_of(bring(client, content)), text_of(bring(client, content))
    assert "1: stored 1: waits for review 1: refused, nothing of it is kept 1: cannot be read here" in first
    assert "1 stored" in first
    assert "2 waits for review not one of the answers offered" in first
    assert "3 refused, nothing of it is kept the survey is for people aged 13 and over" in first
    assert "4 cannot be read here; keep the file" in first
    assert "1: was here already" in again
    assert words not in first + again
    assert stored(instance) == 1


def test_the_log_says_who_brought_it(app: Flask) -> None:
    instance: Instance = app.extensions["engage"]
    client = signed_in(app, "coordinator")
    bring(client, a_file(sealed_for(instance, a_submission())))
    with instance.database.reading() as session:
        found = select(AuditRow.actor).where(AuditRow.action.startswith("response"))
        assert session.scalars(found).all() == [an_email("coordinator")]


def test_answers_of_a_tablet_come_in_by_its_rescue_file(app: Flask) -> None:
    instance: Instance = app.extensions["engage"]
    bring(signed_in(app, "ambassador"), a_file(sealed_for(instance, a_submission(channel="outreach"))))
    assert stored(instance) == 1


def test_more_bundles_than_go_at_once_are_taken_in(app: Flask) -> None:
    instance: Instance = app.extensions["engage"]
    client = signed_in(app, "ambassador")
    answer = bring(client, a_file(*(sealed_for(instance, a_submission()) for _ in range(230))))
    assert "230: stored" in text_of(answer)
    assert stored(instance) == 230


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "not JSON"),
        (b"\xff\xd8\xff", "not JSON"),
        (b"[]", "engage-rescue/1"),
        (b'{"format": "engage-rescue/2", "sealed": []}', "engage-rescue/1"),
        (b'{"format": "engage-rescue/1"}', "no list"),
    ],
)
def test_what_is_no_rescue_file_is_said_to_be_none(app: Flask, content: bytes, reason: str) -> None:
    answer = bring(signed_in(app, "analyst"), content)
    assert answer.status_code == 422
    assert reason in text_of(answer)


def test_nothing_chosen_is_said(app: Flask) -> None:
    answer = post(signed_in(app, "analyst"), URL, {}, content_type="multipart/form-data")
    assert (answer.status_code, "no file was chosen" in text_of(answer)) == (422, True)


def test_an_empty_file_holds_nothing(app: Flask) -> None:
    assert "holds no answers" in text_of(bring(signed_in(app, "analyst"), a_file()))


def test_home_leads_there(app: Flask) -> None:
    assert "Take in its rescue file" in text_of(signed_in(app, "analyst").get("/staff/"))
