"""The counters of fieldwork: what is counted, that it is counted once, and that what is erased is taken off again."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import Any

from builders import DISTRICT, NOW, WARD, WAVE, a_door, a_submission
from engage.collection import drafts as answering
from engage.collection.erasure import Because, erase, gone_of
from engage.collection.receive import receive_submissions
from engage.reporting.coverage_counting import count_replies
from engage.storage import coverage, drafts, questionnaires, responses, waves
from engage.storage.instance import Instance

SURVEY = "feeling-safe"
#: A ward of Broxtowe and its district.
OTHER_DISTRICT = "E07000172"


def take_in(instance: Instance, *documents: dict[str, Any]) -> None:
    with instance.database.writing() as session:
        outcomes = receive_submissions(session, a_door(instance), documents)
    assert {outcome.status for outcome in outcomes} == {"stored"}


def rounds(instance: Instance) -> int:
    """Go two rounds of counting, two minutes apart: the first only looks how far the responses have come."""
    return sum(count_replies(replace(instance, now=lambda at=at: NOW + timedelta(minutes=at))) for at in (0, 2))


def heard(instance: Instance, *kinds: str) -> dict[tuple[str, str, str], int]:
    with instance.database.reading() as session:
        found = coverage.heard(session, SURVEY, WAVE, kinds)
        return {(home, kind, category): replies for home, kind, category, replies in found}


def went(instance: Instance, question: str) -> Counter[str]:
    with instance.database.reading() as session:
        found = coverage.questions(session, SURVEY, WAVE)
    total: Counter[str] = Counter()
    for cell, counts in found.items():
        total.update(vars(counts) if cell.question == question else {})
    return +total


def test_a_reply_counts_where_the_person_lives_and_apart_from_it_where_they_told_about(surveyed: Instance) -> None:
    lives_elsewhere = {"area_relation": ["study_work"], "home_district": OTHER_DISTRICT}
    take_in(
        surveyed,
        a_submission(),
        a_submission(**lives_elsewhere),
        a_submission(area_relation=["live"], home_district=DISTRICT),
        a_submission(area_relation=["pass_through"]),
    )
    assert rounds(surveyed) == 4
    assert heard(surveyed, "replies", "told") == {
        (WARD, "replies", ""): 2,
        (OTHER_DISTRICT, "replies", ""): 1,
        ("", "replies", ""): 1,
        (WARD, "told", ""): 4,
    }


def test_rounds_one_after_another_count_every_reply_once_and_erasure_takes_it_off(surveyed: Instance) -> None:
    first = a_submission({"ethnic_group": "black", "condition": "yes", "condition_reduces": "a_lot"})
    second = a_submission({"ethnic_group": "pns"}, age_band="16-17")
    take_in(surveyed, first, second)
    assert [rounds(surveyed), rounds(surveyed)] == [2, 0]
    assert heard(surveyed, "age_band", "ethnic_group", "disability") == {
        (WARD, "age_band", "25-34"): 1,
        (WARD, "age_band", "16-17"): 1,
        (WARD, "ethnic_group", "black"): 1,
        (WARD, "disability", "yes"): 1,
    }
    with surveyed.database.writing() as session:
        keys = surveyed.settings.keys
        going = next(
            reply for _, reply in responses.some_of_wave(session, SURVEY, WAVE, 0, 9) if reply.age_band == "25-34"
        )
        erase(session, keys, gone_of(session, keys, [going.response_id]), Because("withdrawn", "test", NOW))
    assert heard(surveyed, "replies", "age_band", "ethnic_group", "disability") == {
        (WARD, "replies", ""): 1,
        (WARD, "age_band", "16-17"): 1,
    }


def test_a_question_passed_over_is_counted_without_what_was_answered_to_others(surveyed: Instance) -> None:
    take_in(surveyed, a_submission({"safe_day": "very_safe"}), a_submission({"safe_dark": "dk"}))
    rounds(surveyed)
    assert went(surveyed, "safe_day") == {"asked": 2, "skipped": 1}
    assert went(surveyed, "safe_dark") == {"asked": 2, "skipped": 1}
    assert went(surveyed, "area") == {"asked": 2}
    assert went(surveyed, "home_district") == {}, "nobody who lives there is asked where they live"


def test_whoever_stops_texting_left_at_the_question_after_their_last_answer(surveyed: Instance) -> None:
    door = replace(a_door(surveyed), is_partial=True)
    by_text = a_submission({"safe_dark": "very_safe"}, channel="sms", area_relation=[])
    with surveyed.database.writing() as session:
        receive_submissions(session, door, [by_text])
    rounds(surveyed)
    assert went(surveyed, "safe_dark") == {"asked": 1}
    assert went(surveyed, "would_help") == {"asked": 1, "broken_off": 1}


def test_a_draft_left_or_thrown_away_is_broken_off_where_it_stood(surveyed: Instance) -> None:
    envelope = {"language": "so", "style": "standard", "assisted": "none", "age_band": "25-34", "consent_version": 1}
    with surveyed.database.writing() as session:
        wave, asked = waves.current(session, SURVEY), questionnaires.get(session, SURVEY)
        tokens = [answering.begin_draft(session, wave, dict(envelope), NOW) for _ in range(2)]
        for token in tokens:
            draft = answering.find_draft(session, token, SURVEY, NOW)
            for question, value in (("area", WARD), ("area_relation", ["live"]), ("safe_day", None)):
                draft = answering.save_answer(session, asked, draft, asked.question(question), value, NOW)
        answering.discard_draft(session, tokens[0])
        answering.purge_drafts(session, NOW + timedelta(hours=3))
        assert list(drafts.all_ids(session)) == []
    assert went(surveyed, "safe_day") == {"asked": 2, "skipped": 2}
    assert went(surveyed, "safe_dark") == {"asked": 2, "broken_off": 2}
    assert went(surveyed, "safe_transport") == {}
