"""Ambassadors prepare the tablet in hand and report one lost; others' tablets are not theirs to see."""

from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from engage.storage import tablets
from staffing import an_email, post, signed_in, text_of

FORM: dict[str, Any] = {
    "survey": "feeling-safe",
    "label": "Blue tablet",
    "batch": "Youth club",
    "area": "E05012278",
    "languages": ["en", "so"],
    "styles": ["standard"],
    "days": "7",
    "token_hash": "ab" * 32,
}


def prepare(client: FlaskClient, **changes: Any) -> Any:
    return post(client, "/staff/tablets", FORM | changes)


def known(app: Flask) -> list[tablets.Tablet]:
    with app.extensions["engage"].database.reading() as session:
        return tablets.list_all(session)


def test_an_ambassador_prepares_a_tablet(app: Flask) -> None:
    ambassador = signed_in(app, "ambassador")
    answer = prepare(ambassador)
    assert answer.status_code == 201
    told = answer.get_json()
    assert told["code"] == "local" and told["area"]["code"] == "E05012278" and told["last_day"] == "2026-11-28"
    assert told["languages"] == [{"tag": "en", "name": "English"}, {"tag": "so", "name": "Soomaali"}]
    (tablet,) = known(app)
    assert (tablet.token_hash, tablet.prepared_by) == ("ab" * 32, an_email("ambassador"))
    page = text_of(ambassador.get("/staff/tablets"))
    assert "Blue tablet" in page and "not heard from yet" in page
    assert "Clifton" not in page.partition("Prepared tablets")[2]


def test_a_wrong_field_is_named(app: Flask) -> None:
    answer = prepare(signed_in(app, "ambassador"), days="90")
    assert answer.status_code == 422
    assert answer.get_json() == {"field": "days", "problem": "choose from 1 to 30 days"}
    assert known(app) == []


def test_somebody_elses_tablet_is_neither_seen_nor_revoked(app: Flask) -> None:
    coordinator, ambassador = signed_in(app, "coordinator"), signed_in(app, "ambassador")
    assert prepare(coordinator).status_code == 201
    assert prepare(ambassador, label="Red tablet", token_hash="cd" * 32).status_code == 201
    assert "Blue tablet" not in text_of(ambassador.get("/staff/tablets"))
    assert "Red tablet" in text_of(coordinator.get("/staff/tablets"))
    ids = {tablet.label: tablet.id for tablet in known(app)}
    assert post(ambassador, f"/staff/tablets/{ids['Blue tablet']}/revoke").status_code == 404
    assert post(ambassador, f"/staff/tablets/{ids['Red tablet']}/revoke").status_code == 303
    assert post(coordinator, f"/staff/tablets/{ids['Blue tablet']}/revoke").status_code == 303
    assert {tablet.revoked_on is None for tablet in known(app)} == {False}
    assert "reported lost" in text_of(ambassador.get("/staff/tablets"))
