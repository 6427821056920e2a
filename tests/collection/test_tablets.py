"""Tablets bring what they collected; one reported lost is no longer trusted, and nothing it brings is thrown away."""

import hashlib
from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest

from builders import DISTRICT, NOW, a_door, a_submission
from engage.collection.receive import receive_submission, receive_submissions
from engage.collection.review import decide
from engage.collection.tablets import (
    Preparation,
    TabletRefused,
    door_of,
    note_arrivals,
    prepare_tablet,
    revoke_tablet,
    tablet_of,
)
from engage.storage import audit, responses, review, tablets
from engage.storage.instance import Instance

TOKEN = "5f" * 32
WANTED = Preparation(
    survey="feeling-safe",
    label="Blue tablet",
    batch="Youth club, Tuesday",
    area=DISTRICT,
    languages=("en", "ar"),
    styles=("standard", "easy_read"),
    days=7,
    token_hash=hashlib.sha256(TOKEN.encode()).hexdigest(),
)


def prepared(instance: Instance, wanted: Preparation = WANTED) -> tablets.Tablet:
    with instance.database.writing() as session:
        return prepare_tablet(session, instance.settings.keys, wanted, "amb@example.org", NOW)


def test_a_tablet_is_known_by_the_token_it_made_and_lasts_for_its_days(surveyed: Instance) -> None:
    tablet = prepared(surveyed)
    with surveyed.database.reading() as session:
        assert tablet_of(session, TOKEN) == tablet
        assert tablet_of(session, TOKEN + "0") is None
    assert (tablet.prepared_on, tablet.last_day) == (date(2026, 11, 21), date(2026, 11, 28))


def test_what_a_tablet_brings_is_counted_and_stands_with_its_session(surveyed: Instance) -> None:
    tablet = prepared(surveyed)
    bodies = [a_submission(channel="outreach") for _ in range(3)]
    for _ in range(2):
        with surveyed.database.writing() as session:
            outcomes = receive_submissions(session, door_of(tablet, surveyed.settings.keys, NOW), bodies)
            note_arrivals(session, tablet, outcomes, NOW)
    with surveyed.database.reading() as session:
        stored = [responses.get(session, UUID(body["response_id"])) for body in bodies]
        known = tablets.get(session, tablet.id)
    assert {(one.channel, one.batch) for one in stored if one} == {("outreach", "Youth club, Tuesday")}
    assert known and (known.received, known.last_seen_on) == (3, date(2026, 11, 21))


def test_what_a_lost_tablet_brings_waits_for_a_person_and_may_be_taken_in(surveyed: Instance) -> None:
    tablet, keys = prepared(surveyed), surveyed.settings.keys
    body, before = a_submission(channel="outreach"), a_submission(channel="outreach")
    with surveyed.database.writing() as session:
        assert receive_submission(session, door_of(tablet, keys, NOW), before).status == "stored"
        revoke_tablet(session, keys, tablet.id, "amb@example.org", NOW)
        revoke_tablet(session, keys, tablet.id, "amb@example.org", NOW)
        lost = tablet_of(session, TOKEN)
        assert lost and lost.revoked_on == date(2026, 11, 21)
        held = receive_submission(session, door_of(lost, keys, NOW), body)
        again = receive_submission(session, door_of(lost, keys, NOW), before)
    assert (held.status, [problem.code for problem in held.problems]) == ("held", ["tablet_revoked"])
    assert again.status == "same"
    with surveyed.database.writing() as session:
        (item,) = review.waiting(session)
        assert decide(session, keys, item.item_hash, "accept", "analyst@example.org", NOW).is_stored
        assert responses.get(session, UUID(body["response_id"])) is not None
        lines = [line.action for line in audit.lines_about(session, "feeling-safe")]
    assert lines.count("tablet.revoked") == 1


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"survey": "no-such"}, "survey"),
        ({"languages": ()}, "languages"),
        ({"languages": ("en", "xx")}, "languages"),
        ({"styles": ("braille",)}, "styles"),
        ({"label": ""}, "label"),
        ({"batch": "x" * 101}, "batch"),
        ({"area": "E12000001"}, "area"),
        ({"days": 0}, "days"),
        ({"days": 31}, "days"),
        ({"token_hash": TOKEN.upper()}, "token_hash"),
    ],
)
def test_what_cannot_be_prepared_names_the_field(surveyed: Instance, change: dict[str, object], field: str) -> None:
    with pytest.raises(TabletRefused) as refusal:
        prepared(surveyed, replace(WANTED, **change))  # type: ignore[arg-type]
    assert refusal.value.field == field
    with surveyed.database.reading() as session:
        assert tablets.list_all(session) == []


def test_a_tablet_speaks_only_for_people_in_front_of_it(surveyed: Instance) -> None:
    door = door_of(prepared(surveyed), surveyed.settings.keys, NOW)
    with surveyed.database.writing() as session:
        refused = receive_submission(session, door, a_submission(channel="phone"))
        open_door = receive_submission(
            session, replace(a_door(surveyed), channels=frozenset({"web"})), a_submission(channel="outreach")
        )
    assert [problem.code for problem in refused.problems] == ["channel_needs_token"]
    assert [problem.code for problem in open_door.problems] == ["channel_needs_token"]
