"""The one door: what it takes, what it refuses, and that it does each once."""

import json
from dataclasses import replace
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select

from builders import WAVE, a_door, a_submission, with_survey
from engage.collection.receive import Outcome, receive_submission, receive_submissions
from engage.collection.surveys import set_wave_state
from engage.response.receipts import tombstone_of
from engage.storage import audit, responses, review, tombstones
from engage.storage.audit import AuditRow
from engage.storage.instance import Instance
from engage.storage.responses import ResponseRow


def receive(instance: Instance, document: object) -> Outcome:
    with instance.database.writing() as session:
        return receive_submission(session, a_door(instance), document)


def codes(outcome: Outcome) -> list[str]:
    return [problem.code for problem in outcome.problems]


def counts(instance: Instance) -> tuple[int, int, int]:
    """Return how many responses, review items and audit lines there are."""
    with instance.database.reading() as session:
        stored = session.scalar(select(func.count()).select_from(ResponseRow))
        lines = session.scalar(select(func.count()).select_from(AuditRow))
        return stored, review.count_waiting(session), lines


def test_an_answer_is_stored_once_with_one_audit_line(surveyed: Instance) -> None:
    before = counts(surveyed)
    document = a_submission({"safe_day": "fairly_safe", "unsafe_reasons": ["dark", "threats"]})
    first, again = receive(surveyed, document), receive(surveyed, document)
    assert (first.status, again.status) == ("stored", "same")
    assert first.receipt == again.receipt
    assert counts(surveyed) == (before[0] + 1, before[1], before[2] + 1)


def test_other_times_are_the_same_answer(surveyed: Instance) -> None:
    document = a_submission()
    receive(surveyed, document | {"finished_at": "2026-11-21T10:03:10Z"})
    assert receive(surveyed, document | {"finished_at": "2026-11-21T11:00:00Z"}).status == "same"


def test_another_body_under_the_same_id_is_kept_for_review_once(surveyed: Instance) -> None:
    document = a_submission()
    receive(surveyed, document)
    other = document | {"answers": {"safe_day": "very_unsafe"}}
    assert [receive(surveyed, other).status for _ in range(3)] == ["conflict"] * 3
    stored, waiting, _ = counts(surveyed)
    assert (stored, waiting) == (1, 1)


def test_ticks_in_another_order_are_the_same_answer(surveyed: Instance) -> None:
    document = a_submission({"unsafe_reasons": ["threats", "dark"]})
    receive(surveyed, document)
    assert receive(surveyed, document | {"answers": {"unsafe_reasons": ["dark", "threats"]}}).status == "same"


@pytest.mark.parametrize(
    ("change", "code", "question"),
    [
        ({"answers": {"safe_day": "sort_of_safe"}}, "unknown_option", "safe_day"),
        ({"answers": {"safe_day": ["very_safe"]}}, "unknown_option", "safe_day"),
        ({"answers": {"unsafe_reasons": "dark"}}, "not_a_list", "unsafe_reasons"),
        ({"answers": {"unsafe_reasons": ["dark", "dark"]}}, "repeated_option", "unsafe_reasons"),
        ({"answers": {"unsafe_reasons": ["nothing", "dark"]}}, "exclusive_option", "unsafe_reasons"),
        ({"answers": {"good_things_to_do": "yes"}}, "question_not_asked", "good_things_to_do"),
        ({"answers": {"favourite_colour": "red"}}, "unknown_question", "favourite_colour"),
        ({"answers": {"area": "E05012278"}}, "unknown_question", "area"),
        ({"answers": {"say_more": "x" * 1_000_000}}, "too_long", "say_more"),
        ({"answers": {"say_more": "a\x00b"}}, "not_text", "say_more"),
        ({"area": "E05999999"}, "unknown_area", "area"),
        ({"area": "E05010458"}, "unknown_area", "area"),
        ({"home_district": "E05012278"}, "unknown_area", "home_district"),
        ({"language": "xx"}, "unknown_language", None),
        ({"survey": "another"}, "unknown_survey", None),
        ({"wave": "1999"}, "unknown_wave", None),
        ({"version": 7}, "unknown_version", None),
        ({"style": "loud"}, "field_malformed", None),
        ({"channel": "pigeon"}, "field_malformed", None),
        ({"response_id": "7"}, "field_malformed", None),
        ({"consent": {"version": 1, "given": "yes"}}, "field_malformed", None),
        ({"colour": "red"}, "unknown_field", None),
        ({"serial": "7KQM4RTXC"}, "field_malformed", None),
        ({"area_relation": ["own"]}, "unknown_option", "area_relation"),
    ],
)
def test_bad_input_is_a_clear_problem_and_leaves_nothing(
    surveyed: Instance, change: dict, code: str, question: str | None
) -> None:
    before = counts(surveyed)
    outcome = receive(surveyed, a_submission() | change)
    assert outcome.status == "refused"
    assert [(problem.code, problem.question) for problem in outcome.problems] == [(code, question)]
    assert counts(surveyed) == before


@pytest.mark.parametrize("document", [None, [], "x", 7, {}, {"answers": {}}])
def test_what_is_no_submission_is_refused(surveyed: Instance, document: object) -> None:
    assert receive(surveyed, document).status == "refused"


def test_all_problems_come_back_together(surveyed: Instance) -> None:
    wrong = a_submission({"safe_day": "x", "nonsense": 1, "unsafe_reasons": ["y"]}, area="E05", language="xx")
    assert sorted(codes(receive(surveyed, wrong))) == [
        "unknown_area",
        "unknown_language",
        "unknown_option",
        "unknown_option",
        "unknown_question",
    ]


def test_a_problem_never_repeats_what_was_answered(surveyed: Instance) -> None:
    outcome = receive(surveyed, a_submission({"say_more": "my secret " * 500, "safe_day": "my secret"}))
    assert "secret" not in json.dumps([problem.to_document() for problem in outcome.problems])


@pytest.mark.parametrize(
    ("state", "status"),
    [("draft", "refused"), ("pilot", "stored"), ("open", "stored"), ("collecting", "stored"), ("closed", "held")],
)
def test_each_wave_state_takes_what_it_should(instance: Instance, state: str, status: str) -> None:
    with_survey(instance, state=state)
    outcome = receive(instance, a_submission())
    assert outcome.status == status
    assert codes(outcome) == {"refused": ["wave_not_open"], "held": ["wave_closed"]}.get(status, [])


def test_a_retry_after_closing_is_the_same_receipt_and_a_late_answer_is_held_once(surveyed: Instance) -> None:
    early, late = a_submission(), a_submission()
    receive(surveyed, early)
    with surveyed.database.writing() as session:
        set_wave_state(
            session, surveyed.settings.keys, "feeling-safe", WAVE, "closed", actor="test", now=surveyed.now()
        )
    assert receive(surveyed, early).status == "same"
    assert [receive(surveyed, late).status for _ in range(2)] == ["held", "held"]
    assert counts(surveyed)[:2] == (1, 1)


def test_pilot_answers_never_count(instance: Instance) -> None:
    with_survey(instance, state="pilot")
    receive(instance, a_submission())
    with instance.database.reading() as session:
        assert list(responses.of_wave(session, "feeling-safe", WAVE)) == []


def test_a_batch_is_one_audit_line_and_good_ones_are_kept(surveyed: Instance) -> None:
    before = counts(surveyed)
    documents = [a_submission(), a_submission({"safe_day": "x"}), None, a_submission()]
    with surveyed.database.writing() as session:
        outcomes = receive_submissions(session, a_door(surveyed), documents)
    assert [outcome.status for outcome in outcomes] == ["stored", "refused", "refused", "stored"]
    assert counts(surveyed) == (before[0] + 2, before[1], before[2] + 1)


def test_a_batch_treats_each_as_if_it_came_alone(surveyed: Instance) -> None:
    known, erased, twice = a_submission(), a_submission(), a_submission()
    receive(surveyed, known)
    erased_id = UUID(str(erased["response_id"]))
    with surveyed.database.writing() as session:
        tombstones.raise_over(session, [tombstone_of(erased_id)])
    other = {**twice, "answers": {"safe_day": "very_unsafe"}}
    documents = [known, erased, twice, twice, other, {**known, "answers": {"safe_day": "very_unsafe"}}]
    with surveyed.database.writing() as session:
        outcomes = receive_submissions(session, a_door(surveyed), documents)
        assert responses.get(session, erased_id) is None
    assert [outcome.status for outcome in outcomes] == ["same", "same", "stored", "same", "conflict", "conflict"]


def test_what_a_batch_stores_is_what_each_would_be_alone(surveyed: Instance) -> None:
    answers = {
        "safe_day": "very_safe",
        "unsafe_reasons": ["dark", "traffic"],
        "communities": ["polish", {"other": "x"}],
    }
    differing = ({"area_relation": []}, {"area_relation": ["live", "spend_time"]}, {"area": None, "age_band": "16-17"})
    alone, together = ([a_submission(answers, **more) for more in differing] for _ in range(2))
    for document in alone:
        receive(surveyed, document)
    with surveyed.database.writing() as session:
        receive_submissions(session, a_door(surveyed), together)
        for one, other in zip(alone, together, strict=True):
            found = [responses.get(session, UUID(str(document["response_id"]))) for document in (one, other)]
            ids = {name: getattr(found[0], name) for name in ("response_id", "body_hash", "receipt_key")}
            assert replace(found[1], **ids) == found[0]


def test_nobody_sends_by_a_channel_that_is_not_theirs(surveyed: Instance) -> None:
    door = a_door(surveyed)
    with surveyed.database.writing() as session:
        outcome = receive_submission(session, type(door)(door.keys, door.now, "api"), a_submission(channel="phone"))
    assert codes(outcome) == ["channel_needs_token"]


def test_a_response_may_stop_at_the_district(surveyed: Instance) -> None:
    assert receive(surveyed, a_submission(area="E06000018")).status == "stored"
    assert receive(surveyed, a_submission(area="place:sneinton")).status == "stored"
    assert receive(surveyed, a_submission(area=None, area_relation=[])).status == "stored"


def test_where_somebody_lives_is_not_the_area_told_about(surveyed: Instance) -> None:
    document = a_submission(area_relation=["spend_time"], home_district="E07000172")
    receive(surveyed, document)
    with surveyed.database.reading() as session:
        (response,) = responses.of_wave(session, "feeling-safe", WAVE)
    assert (response.area, response.home_district) == ("E05012278", "E07000172")


def test_under_sixteens_are_not_asked_for_own_words_about_their_community(surveyed: Instance) -> None:
    answers = {"communities": ["somali", {"other": "Bravanese"}]}
    assert codes(receive(surveyed, a_submission(answers, age_band="13-15"))) == ["write_in_not_offered"]
    assert receive(surveyed, a_submission(answers, age_band="16-17")).status == "stored"


def test_private_questions_are_left_out_when_somebody_helps(surveyed: Instance) -> None:
    answers = {"safe_home": "fairly_safe"}
    assert receive(surveyed, a_submission(answers)).status == "stored"
    assert codes(receive(surveyed, a_submission(answers, assisted="family"))) == ["question_not_asked"]


def test_easy_read_answers_are_in_the_short_codes_only(surveyed: Instance) -> None:
    assert receive(surveyed, a_submission({"safe_day": "between"}, style="easy_read")).status == "stored"
    assert codes(receive(surveyed, a_submission({"safe_day": "very_safe"}, style="easy_read"))) == ["unknown_option"]
    assert codes(receive(surveyed, a_submission({"safe_day": "between"}))) == ["unknown_option"]


def test_the_audit_chain_shows_an_edit_a_gap_and_a_cut_tail(surveyed: Instance) -> None:
    for _ in range(5):
        receive(surveyed, a_submission())
    key, outside = surveyed.settings.keys.audit, surveyed.database.audit_head.read()
    with surveyed.database.reading() as session:
        assert audit.find_tampering(session, key, outside) is None
        last = session.scalar(select(func.max(AuditRow.number)))
    for change in ("UPDATE audit_lines SET actor = 'x' WHERE number = 3", "DELETE FROM audit_lines WHERE number = 3"):
        with surveyed.database.reading() as session:
            session.connection().exec_driver_sql(change)
            assert "3" in (audit.find_tampering(session, key, outside) or "")
    with surveyed.database.reading() as session:
        session.connection().exec_driver_sql(f"DELETE FROM audit_lines WHERE number = {last}")
        session.connection().exec_driver_sql(
            f"UPDATE audit_head SET number = {last - 1}, mac = (SELECT mac FROM audit_lines WHERE number = {last - 1})"
        )
        assert "more was written" in (audit.find_tampering(session, key, outside) or "")


def test_ids_are_random_and_tell_no_time(surveyed: Instance) -> None:
    version_1 = "6ba7b810-9dad-11d1-80b4-00c04fd430c8"
    assert codes(receive(surveyed, a_submission(response_id=version_1))) == ["field_malformed"]
    assert receive(surveyed, a_submission(response_id=str(uuid4()))).status == "stored"
