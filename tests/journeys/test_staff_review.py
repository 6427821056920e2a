"""What waits for a person: late answers, second entries, conflicts and notes, each decided once and written down."""

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from builders import WAVE, a_door, a_submission, with_survey
from engage.collection.receive import Outcome, receive_submission
from engage.collection.review import DECISIONS, DecisionRefused, decide
from engage.collection.surveys import set_wave_state
from engage.collection.withdrawal import erase_response
from engage.questionnaire.library import read_library_survey
from engage.response.receipts import tombstone_of
from engage.response.serials import response_id_of, spoken
from engage.storage import audit, responses, review
from engage.storage.decisions import waiting_item
from engage.storage.instance import Instance
from engage.storage.review import KINDS, ReviewItem
from staffing import an_email, post, printed_forms, signed_in, text_of


def receive(instance: Instance, document: dict[str, Any]) -> Outcome:
    with instance.database.writing() as session:
        return receive_submission(session, a_door(instance), document)


def close_wave(instance: Instance) -> None:
    keys, now = instance.settings.keys, instance.now()
    with instance.database.writing() as session:
        set_wave_state(session, keys, "feeling-safe", WAVE, "closed", actor="test", now=now)


def waiting(instance: Instance) -> list[ReviewItem]:
    with instance.database.reading() as session:
        return review.waiting(session)


def answers_of(instance: Instance, response_id: Any) -> dict[str, Any] | None:
    with instance.database.reading() as session:
        found = responses.get(session, response_id)
        return found.answers if found else None


def acts_on(instance: Instance, item: ReviewItem) -> list[tuple[str, str]]:
    with instance.database.reading() as session:
        lines = audit.lines_about(session, tombstone_of(item.response_id))
        return [(line.action, line.actor) for line in lines if line.action.startswith("review.")]


def a_late_answer(instance: Instance, **fields: Any) -> ReviewItem:
    close_wave(instance)
    receive(instance, a_submission({"safe_day": "very_safe", "say_more": "my very own words"}, **fields))
    [item] = waiting(instance)
    return item


def a_second_entry(instance: Instance) -> tuple[str, ReviewItem]:
    serial = printed_forms(instance, read_library_survey("feeling-safe"))[0]
    sheet = {"response_id": str(response_id_of(serial)), "serial": serial, "channel": "paper_keyed", "keyed_by": "a"}
    receive(instance, a_submission({"safe_day": "neither"}, **sheet))
    receive(instance, a_submission({"safe_day": "very_unsafe"}, **sheet))
    [item] = waiting(instance)
    return serial, item


@pytest.fixture
def coordinator(app: Flask) -> FlaskClient:
    return signed_in(app, "coordinator")


def test_every_kind_of_item_can_be_decided() -> None:
    assert set(DECISIONS) == set(KINDS)


def test_a_late_answer_counts_once_it_is_accepted(surveyed: Instance, coordinator: FlaskClient) -> None:
    item = a_late_answer(surveyed)
    listed = coordinator.get("/staff/review")
    assert "Came after the wave closed" in text_of(listed)
    assert "my very own words" not in text_of(listed)
    page = f"/staff/review/{item.item_hash}"
    assert "my very own words" in text_of(coordinator.get(page))
    answer = post(coordinator, page, {"decision": "accept"}, follow_redirects=True)
    assert "Nothing waits for a decision" in text_of(answer)
    assert answers_of(surveyed, item.response_id) == {"safe_day": "very_safe", "say_more": "my very own words"}
    assert ("review.opened", an_email("coordinator")) in acts_on(surveyed, item)
    assert acts_on(surveyed, item)[-1] == ("review.accept", an_email("coordinator"))


def test_an_accepted_answer_is_as_if_it_had_come_in_time(surveyed: Instance) -> None:
    document = a_submission({"safe_day": "very_safe"})
    close_wave(surveyed)
    receive(surveyed, document)
    [item] = waiting(surveyed)
    with surveyed.database.writing() as session:
        assert decide(session, surveyed.settings.keys, item.item_hash, "accept", "somebody", surveyed.now()).is_stored
    assert receive(surveyed, document).status == "same"
    assert waiting(surveyed) == []


def test_a_discarded_answer_is_forgotten_and_does_not_come_back(surveyed: Instance, coordinator: FlaskClient) -> None:
    document = a_submission({"safe_day": "very_safe", "say_more": "my very own words"})
    close_wave(surveyed)
    receive(surveyed, document)
    [item] = waiting(surveyed)
    post(coordinator, f"/staff/review/{item.item_hash}", {"decision": "discard"})
    receive(surveyed, document)
    assert (waiting(surveyed), answers_of(surveyed, item.response_id)) == ([], None)
    surveyed.database.close()
    kept = b"".join(path.read_bytes() for path in surveyed.settings.instance.glob("engage.sqlite*"))
    assert b"my very own words" not in kept


def test_a_second_entry_stands_beside_the_first(surveyed: Instance, coordinator: FlaskClient) -> None:
    serial, item = a_second_entry(surveyed)
    said = text_of(coordinator.get(f"/staff/review/{item.item_hash}"))
    assert spoken(serial) in said
    assert "(differs) Neither safe nor unsafe Very unsafe" in said
    assert "Age 25 to 34 25 to 34" in said


@pytest.mark.parametrize(("decision", "kept"), [("keep_first", "neither"), ("use_second", "very_unsafe")])
def test_of_two_entries_the_one_that_is_right_is_kept(
    surveyed: Instance, coordinator: FlaskClient, decision: str, kept: str
) -> None:
    _, item = a_second_entry(surveyed)
    post(coordinator, f"/staff/review/{item.item_hash}", {"decision": decision})
    assert answers_of(surveyed, item.response_id) == {"safe_day": kept}
    assert waiting(surveyed) == []
    assert post(coordinator, f"/staff/review/{item.item_hash}/undo").status_code == 303
    assert (answers_of(surveyed, item.response_id), waiting(surveyed)) == ({"safe_day": "neither"}, [item])


def test_a_pilots_answer_stays_one_when_its_second_entry_is_used_in_an_open_wave(instance: Instance) -> None:
    with_survey(instance, state="pilot")
    _, item = a_second_entry(instance)
    keys, now = instance.settings.keys, instance.now()
    with instance.database.writing() as session:
        set_wave_state(session, keys, "feeling-safe", WAVE, "open", actor="test", now=now)
    with instance.database.writing() as session:
        decide(session, keys, item.item_hash, "use_second", "somebody", now)
    with instance.database.reading() as session:
        kept = responses.get(session, item.response_id)
    assert kept is not None
    assert (kept.answers, kept.is_pilot) == ({"safe_day": "very_unsafe"}, True)


def test_an_answer_from_the_web_is_never_replaced(surveyed: Instance, coordinator: FlaskClient) -> None:
    document = a_submission({"safe_day": "neither"})
    receive(surveyed, document)
    receive(surveyed, document | {"answers": {"safe_day": "very_safe"}})
    [item] = waiting(surveyed)
    for decision in ("use_second", "accept", "nonsense"):
        assert post(coordinator, f"/staff/review/{item.item_hash}", {"decision": decision}).status_code == 409
    post(coordinator, f"/staff/review/{item.item_hash}", {"decision": "keep_first"})
    assert answers_of(surveyed, item.response_id) == {"safe_day": "neither"}


def test_notes_on_a_form_name_its_serial_and_are_looked_at(surveyed: Instance, coordinator: FlaskClient) -> None:
    serial = printed_forms(surveyed, read_library_survey("feeling-safe"))[0]
    sheet = {"response_id": str(response_id_of(serial)), "serial": serial, "channel": "paper_keyed", "keyed_by": "a"}
    receive(surveyed, a_submission({"unsafe_reasons": ["threats", "drugs", "dark", "hate"]}, **sheet))
    [item] = waiting(surveyed)
    said = text_of(coordinator.get("/staff/review"))
    assert f"form {spoken(serial)}" in said
    assert "What, if anything, makes you feel unsafe in this place? More ticks than the question allows" in said
    post(coordinator, f"/staff/review/{item.item_hash}", {"decision": "seen"})
    assert waiting(surveyed) == []


def test_an_item_is_decided_once(surveyed: Instance, coordinator: FlaskClient) -> None:
    item = a_late_answer(surveyed)
    page = f"/staff/review/{item.item_hash}"
    assert post(coordinator, page, {"decision": "accept"}).status_code == 303
    again = post(coordinator, page, {"decision": "discard"})
    assert again.status_code == 409
    assert "decided on this already" in text_of(again)
    assert coordinator.get(page).status_code == 404
    assert answers_of(surveyed, item.response_id) is not None


def test_what_was_taken_back_meanwhile_is_neither_shown_nor_stored(
    surveyed: Instance, coordinator: FlaskClient
) -> None:
    document = a_submission({"safe_day": "very_safe"})
    close_wave(surveyed)
    outcome = receive(surveyed, document)
    [item] = waiting(surveyed)
    with surveyed.database.writing() as session:
        assert outcome.receipt
        erase_response(session, surveyed.settings.keys, outcome.receipt, actor="test", now=surveyed.now())
    assert coordinator.get(f"/staff/review/{item.item_hash}").status_code == 404
    with surveyed.database.writing() as session, pytest.raises(DecisionRefused):
        decide(session, surveyed.settings.keys, item.item_hash, "accept", "somebody", surveyed.now())
    assert answers_of(surveyed, item.response_id) is None


def test_two_late_answers_of_one_person_cannot_both_count(surveyed: Instance, coordinator: FlaskClient) -> None:
    close_wave(surveyed)
    document = a_submission({"safe_day": "very_safe"})
    receive(surveyed, document)
    receive(surveyed, document | {"answers": {"safe_day": "neither"}})
    first, second = waiting(surveyed)
    post(coordinator, f"/staff/review/{first.item_hash}", {"decision": "accept"})
    refused = post(coordinator, f"/staff/review/{second.item_hash}", {"decision": "accept"})
    assert refused.status_code == 409
    assert answers_of(surveyed, first.response_id) == {"safe_day": "very_safe"}
    with surveyed.database.reading() as session:
        assert waiting_item(session, second.item_hash) is not None


def test_the_log_is_whole_after_all_that(surveyed: Instance, coordinator: FlaskClient) -> None:
    _, item = a_second_entry(surveyed)
    post(coordinator, f"/staff/review/{item.item_hash}", {"decision": "use_second"})
    with surveyed.database.reading() as session:
        key, head = surveyed.settings.keys.audit, surveyed.database.audit_head.read()
        assert audit.find_tampering(session, key, head) is None
