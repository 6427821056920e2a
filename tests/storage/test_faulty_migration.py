"""The step that lets faulty answers wait goes up and down with rows of every kind."""

from sqlalchemy import select

from builders import NOW, a_door, a_submission
from engage.collection.receive import receive_submission
from engage.collection.sealed import open_bundles, receive_bundles
from engage.collection.surveys import set_wave_state
from engage.sealing import read_keys
from engage.storage import review
from engage.storage.instance import Instance
from engage.storage.review import ReviewRow
from sealing_device import sealed_for


def kinds(instance: Instance) -> list[str]:
    with instance.database.reading() as session:
        return list(session.scalars(select(ReviewRow.kind).order_by(ReviewRow.id)))


def hold_one_faulty(instance: Instance) -> None:
    keys = read_keys(instance.settings.sealing_keys)
    bundles = open_bundles(keys, [sealed_for(instance, a_submission({"safe_day": "x"}))])
    with instance.database.writing() as session:
        assert receive_bundles(session, a_door(instance), bundles)[0].outcome.status == "held"


def test_faulty_answers_go_down_and_others_stay_and_both_can_wait_again(surveyed: Instance) -> None:
    hold_one_faulty(surveyed)
    with surveyed.database.writing() as session:
        keys = surveyed.settings.keys
        set_wave_state(session, keys, "feeling-safe", "2026-autumn", "closed", actor="test", now=NOW)
        assert receive_submission(session, a_door(surveyed), a_submission()).status == "held"
    assert kinds(surveyed) == ["faulty", "late"]
    surveyed.database.downgrade("0004")
    surveyed.database.upgrade()
    assert kinds(surveyed) == ["late"]
    hold_one_faulty(surveyed)
    with surveyed.database.reading() as session:
        assert sorted(item.kind for item in review.waiting(session)) == ["faulty", "late"]
