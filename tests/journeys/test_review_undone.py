"""One queue for everything doubtful: copies across channels among it, each decision written down and undone exactly."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from builders import NOW, a_door, a_submission, an_instance, with_survey
from engage.app import create_app
from engage.collection.copies import look_for_copies
from engage.collection.receive import receive_submission
from engage.collection.undoing import CannotBeUndone, settle_decisions, undo
from engage.response.receipts import receipt_of, tombstone_of
from engage.storage import audit, responses, review
from engage.storage.instance import Instance
from engage.storage.review import ReviewItem
from engage.storage.tables import METADATA
from staffing import post, signed_in, text_of

ANSWERS = {
    "safe_day": "very_safe",
    "safe_dark": "fairly_unsafe",
    "would_help": ["lights"],
    "unsafe_reasons": ["dark"],
    "say_more": "The lamps on the path by the canal have been broken since last March",
}
#: Tables that a decision may touch: with these as they were, everything is.
TOUCHED = ("responses", "review_items", "tombstones", "paper_forms", "safeguarding_items", "drafts")


class Desk:
    """A reviewer's desk on an instance whose clock can be moved."""

    def __init__(self, folder: Any) -> None:
        self.clock = NOW
        self.instance: Instance = an_instance(folder, now=lambda: self.clock)
        with_survey(self.instance)
        self.app: Flask = create_app(self.instance)
        self.reviewer: FlaskClient = signed_in(self.app, "analyst")
        look_for_copies(self.instance)

    def comes_in(self, answers: dict[str, Any] | None = None, **fields: Any) -> str:
        document = a_submission(answers or ANSWERS, **fields)
        with self.instance.database.writing() as session:
            assert receive_submission(session, a_door(self.instance), document).status == "stored"
        return str(document["response_id"])

    def waiting(self) -> list[ReviewItem]:
        with self.instance.database.reading() as session:
            return review.waiting(session)

    def stored(self, item: ReviewItem) -> bool:
        with self.instance.database.reading() as session:
            return responses.get(session, item.response_id) is not None

    def rows(self) -> dict[str, list[tuple[Any, ...]]]:
        """Return every row that a decision may touch, but for the place in the order of arrival."""
        found = {}
        with self.instance.database.reading() as session:
            for name in TOUCHED:
                table = METADATA.tables[name]
                kept = [column for column in table.columns if column.name != "sequence"]
                found[name] = sorted(map(repr, session.execute(table.select().with_only_columns(*kept)).all()))
        return found

    def decides(self, item: ReviewItem, decision: str) -> Any:
        return post(self.reviewer, f"/staff/review/{item.item_hash}", {"decision": decision})

    def undoes(self, item: ReviewItem) -> Any:
        return post(self.reviewer, f"/staff/review/{item.item_hash}/undo")


@pytest.fixture
def desk(tmp_path: Any) -> Desk:
    return Desk(tmp_path)


def test_the_same_answers_by_two_channels_minutes_apart_are_put_before_a_person(desk: Desk) -> None:
    first = desk.comes_in(channel="web")
    desk.clock += timedelta(minutes=1)
    assert look_for_copies(desk.instance) == 0
    desk.clock += timedelta(minutes=4)
    later = desk.comes_in(channel="outreach")
    desk.comes_in({"safe_day": "neither"})
    assert look_for_copies(desk.instance) == 1
    assert look_for_copies(desk.instance) == 0
    (item,) = desk.waiting()
    assert (str(item.response_id), str(item.other_id)) == (later, first)
    listed = text_of(desk.reviewer.get("/staff/review"))
    assert "May have come in twice" in listed and "minutes before" in listed and "lamps" not in listed
    page = text_of(desk.reviewer.get(f"/staff/review/{item.item_hash}"))
    assert "Came first" in page and "Outreach" in page


def test_the_same_answers_hours_apart_are_chance(desk: Desk) -> None:
    desk.comes_in()
    look_for_copies(desk.instance)
    for _ in range(3):
        desk.clock += timedelta(minutes=20)
        desk.comes_in({"safe_day": "neither"})
        look_for_copies(desk.instance)
    desk.comes_in()
    assert look_for_copies(desk.instance) == 0


def copies(desk: Desk, count: int) -> list[ReviewItem]:
    for _ in range(count + 1):
        desk.comes_in()
    look_for_copies(desk.instance)
    return desk.waiting()


def test_a_flood_of_copies_is_set_aside_by_one_decision_and_brought_back_by_one(desk: Desk) -> None:
    items = copies(desk, 3)
    before = desk.rows()
    assert desk.decides(items[1], "set_aside_all").status_code == 303
    assert [desk.stored(item) for item in items] == [False] * 3
    assert desk.waiting() == []
    assert desk.undoes(items[1]).status_code == 303
    assert desk.rows() == before


@pytest.mark.parametrize("decision", ["keep_both", "set_aside"])
def test_a_decision_on_copies_is_undone_exactly(desk: Desk, decision: str) -> None:
    (item,) = copies(desk, 1)
    before = desk.rows()
    told = desk.decides(item, decision)
    assert desk.rows() != before and desk.stored(item) == (decision == "keep_both")
    assert "Undo" in text_of(desk.reviewer.get(told.location))
    assert desk.undoes(item).status_code == 303
    assert desk.rows() == before
    assert desk.undoes(item).status_code == 409
    with desk.instance.database.reading() as session:
        acts = [line.action for line in audit.lines_about(session, tombstone_of(item.response_id))]
    assert [act for act in acts if act.startswith("review.") and act != "review.opened"] == [
        f"review.{decision}",
        "review.undone",
    ]


def held_items(desk: Desk) -> list[tuple[ReviewItem, str]]:
    """Return an item of every other kind with a decision on it that changes something."""
    first = a_submission({"safe_day": "neither"})
    for day in ("neither", "very_safe"):
        with desk.instance.database.writing() as session:
            receive_submission(session, a_door(desk.instance), first | {"answers": {"safe_day": day}})
    late = a_submission({"safe_day": "very_safe", "say_more": "my very own words"})
    with desk.instance.database.writing() as session:
        door = a_door(desk.instance)
        receive_submission(session, type(door)(**door.__dict__ | {"hold": "tablet_revoked"}), late)
    conflict, waits = desk.waiting()
    return [(conflict, "keep_first"), (waits, "accept"), (waits, "discard")]


def test_every_decision_on_what_was_held_is_undone_exactly_and_holds_after_a_day(desk: Desk) -> None:
    for item, decision in held_items(desk):
        before = desk.rows()
        assert desk.decides(item, decision).status_code == 303
        assert desk.rows() != before
        assert desk.undoes(item).status_code == 303
        assert desk.rows() == before
    desk.decides(item, "discard")
    desk.clock += timedelta(hours=25)
    with desk.instance.database.writing() as session:
        assert settle_decisions(session, desk.instance.settings.keys, desk.instance.now()) == 1
    with desk.instance.database.writing() as session, pytest.raises(CannotBeUndone):
        undo(session, desk.instance.settings.keys, item.item_hash, "somebody", desk.instance.now())


def test_what_was_set_aside_is_erased_after_a_day_and_a_late_retry_brings_nothing_back(desk: Desk) -> None:
    (item,) = copies(desk, 1)
    desk.decides(item, "set_aside")
    again = a_submission(ANSWERS) | {"response_id": str(item.response_id)}
    for wait in (timedelta(0), timedelta(hours=25)):
        desk.clock += wait
        with desk.instance.database.writing() as session:
            settle_decisions(session, desk.instance.settings.keys, desk.instance.now())
            assert receive_submission(session, a_door(desk.instance), again).status == "same"
        assert not desk.stored(item)
    assert not any(receipt_of(item.response_id) in str(rows) for rows in desk.rows().values())
    with desk.instance.database.reading() as session:
        assert not review.holds(session, item.response_id)


def test_an_older_decision_is_not_undone_over_a_newer_one(desk: Desk) -> None:
    (_, _), (late, _), _ = held_items(desk)
    desk.decides(late, "accept")
    with desk.instance.database.writing() as session:
        responses.remove(session, late.response_id)
    refused = desk.undoes(late)
    assert refused.status_code == 409 and "undo that first" in text_of(refused)
