"""Taking an answer back: at once, for good, and no retry brings it back."""

import pytest
from sqlalchemy import func, select

from builders import a_door, a_submission
from engage.collection.receive import receive_submission
from engage.collection.withdrawal import erase_response
from engage.storage import responses, tombstones
from engage.storage.instance import Instance
from engage.storage.responses import ResponseRow


def count(instance: Instance) -> int:
    with instance.database.reading() as session:
        return session.scalar(select(func.count()).select_from(ResponseRow))


def test_a_receipt_takes_the_answer_back_and_a_late_retry_does_not_bring_it_again(surveyed: Instance) -> None:
    document = a_submission()
    with surveyed.database.writing() as session:
        receipt = receive_submission(session, a_door(surveyed), document).receipt
    assert receipt
    with surveyed.database.writing() as session:
        typed = receipt.lower().replace("-", " ")
        assert erase_response(session, surveyed.settings.keys, typed, actor="web", now=surveyed.now())
    assert count(surveyed) == 0
    with surveyed.database.writing() as session:
        assert receive_submission(session, a_door(surveyed), document).status == "same"
    assert count(surveyed) == 0
    with surveyed.database.writing() as session:
        assert not erase_response(session, surveyed.settings.keys, receipt, actor="web", now=surveyed.now())


def test_a_wrong_receipt_erases_nothing(surveyed: Instance) -> None:
    with surveyed.database.writing() as session:
        receive_submission(session, a_door(surveyed), a_submission())
        for wrong in ("", "XXXX-XXXX-XXXX", "2346-79CD-FGHJ", "a" * 500):
            assert not erase_response(session, surveyed.settings.keys, wrong, actor="web", now=surveyed.now())
    assert count(surveyed) == 1


def test_a_conflicting_second_body_goes_with_the_response(surveyed: Instance) -> None:
    document = a_submission()
    with surveyed.database.writing() as session:
        receipt = receive_submission(session, a_door(surveyed), document).receipt
        receive_submission(session, a_door(surveyed), document | {"answers": {}})
        assert erase_response(session, surveyed.settings.keys, receipt or "", actor="web", now=surveyed.now())
        tables = session.connection().exec_driver_sql("SELECT count(*) FROM review_items").scalar()
    assert tables == 0
    with surveyed.database.reading() as session:
        assert list(responses.of_wave(session, "feeling-safe", "2026-autumn")) == []


def test_an_answer_erased_while_its_retry_is_on_the_way_stays_erased(
    surveyed: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The retry has looked for a tombstone and found none when the erasure comes in between."""
    document = a_submission()
    with surveyed.database.writing() as session:
        receipt = receive_submission(session, a_door(surveyed), document).receipt
        erase_response(session, surveyed.settings.keys, receipt or "", actor="web", now=surveyed.now())
    look, looks = tombstones.stands_over, iter([False])
    monkeypatch.setattr(tombstones, "stands_over", lambda *given: next(looks, None) is None and look(*given))
    with surveyed.database.writing() as session:
        assert receive_submission(session, a_door(surveyed), document).status == "same"
    assert count(surveyed) == 0
