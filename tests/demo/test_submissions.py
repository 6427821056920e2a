"""Made-up submissions look like those of a real wave, and every answer is one that was asked."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from engage.demo.filling import CLOSED_WAVE
from engage.demo.people import CHANNELS, Fieldwork
from engage.demo.submissions import daily_submissions
from engage.questionnaire.model import ASSISTANCE, STYLES
from engage.response.answers import check_answers
from engage.response.consent import consent_problem
from engage.response.serials import read_serial, response_id_of
from engage.response.submission import Submission, parse_submission

#: Answers on the safety scale that mean safe.
SAFE = ("very_safe", "fairly_safe", "safe")


def drawn(fieldwork: Fieldwork, count: int, seed: int) -> list[dict[str, Any]]:
    return [one for _, some in daily_submissions(fieldwork, CLOSED_WAVE, count, seed) for one in some]


@pytest.fixture(scope="module")
def wave(fieldwork: Fieldwork) -> list[dict[str, Any]]:
    """Return a wave of 2,000 submissions."""
    return drawn(fieldwork, 2000, 7)


def share_safe(submissions: Iterable[Mapping[str, Any]], question: str) -> float:
    given = [one["answers"][question] for one in submissions if question in one["answers"]]
    return sum(answer in SAFE for answer in given) / len(given)


def test_the_same_seed_makes_the_same_submissions(fieldwork: Fieldwork) -> None:
    assert drawn(fieldwork, 150, 3) == drawn(fieldwork, 150, 3)


def test_another_seed_makes_other_people(fieldwork: Fieldwork) -> None:
    first = {one["response_id"] for one in drawn(fieldwork, 150, 3)}
    assert first.isdisjoint(one["response_id"] for one in drawn(fieldwork, 150, 4))


def test_every_answer_is_one_that_was_asked_and_offered(fieldwork: Fieldwork, wave: list[dict[str, Any]]) -> None:
    for document in wave:
        submission = parse_submission(document)
        assert isinstance(submission, Submission)
        checked = check_answers(fieldwork.questionnaire, submission.facts, submission.answers, from_paper=True)
        assert (checked.problems, checked.notes) == ((), ())
        assert list(checked.answers) == list(submission.answers)
        assert consent_problem(fieldwork.questionnaire.consent.rule, submission.consent) is None


def test_nobody_under_thirteen_answers_and_many_are_young(wave: list[dict[str, Any]]) -> None:
    ages = Counter(one["consent"]["age_band"] for one in wave)
    assert "under-13" not in ages
    assert ages["13-15"] + ages["16-17"] + ages["18-24"] > 0.4 * len(wave)


def test_every_channel_language_style_and_help_is_there(fieldwork: Fieldwork) -> None:
    small = drawn(fieldwork, 600, 1)
    assert {one["channel"] for one in small} == set(CHANNELS)
    assert {one["language"] for one in small} == {"en", "so", "pl", "ar", "ur"}
    assert {one["style"] for one in small} == set(STYLES)
    assert {one["assisted"] for one in small} == set(ASSISTANCE)


def test_only_paper_has_a_serial_and_its_id_comes_from_it(fieldwork: Fieldwork, wave: list[dict[str, Any]]) -> None:
    for one in wave:
        if one["channel"] in ("paper_keyed", "paper_read"):
            assert read_serial(one["serial"]) == one["serial"]
            assert one["response_id"] == str(response_id_of(one["serial"]))
            assert (one["language"], one["style"]) in fieldwork.printed
        else:
            assert one["serial"] is None
            assert UUID(one["response_id"]).version == 4


def test_somebody_who_is_helped_is_not_asked_what_is_answered_alone(wave: list[dict[str, Any]]) -> None:
    helped = [one["answers"] for one in wave if one["assisted"] != "none"]
    assert helped
    assert not any({"safe_home", "trusted_person", "say_more"} & set(answers) for answers in helped)


def test_a_home_district_is_given_by_those_who_live_elsewhere_and_are_asked(wave: list[dict[str, Any]]) -> None:
    with_home = [one for one in wave if one["home_district"] is not None]
    assert len(with_home) > 0.1 * len(wave)
    assert not any("live" in one["area_relation"] or one["channel"] == "sms" for one in with_home)
    assert any(one["home_district"] == "elsewhere" for one in with_home)


def test_wards_are_heard_unevenly(fieldwork: Fieldwork) -> None:
    submissions = drawn(fieldwork, 6000, 1)
    areas = Counter(one["area"] for one in submissions)
    wards = sorted(areas[place.code] for place in fieldwork.places if place.code and place.code.startswith("E05"))
    assert len(wards) == 188
    assert wards[-1] > 5 * wards[94] > 0
    assert sum(count <= 3 for count in wards) >= 20
    assert sum(60 <= count <= 160 for count in wards) >= 10
    assert areas[None]
    assert areas["place:sneinton"]
    assert areas["E06000018"]


def test_after_dark_feels_less_safe_and_most_so_to_women_and_girls(wave: list[dict[str, Any]]) -> None:
    female = [one for one in wave if one["answers"].get("gender") == "female"]
    male = [one for one in wave if one["answers"].get("gender") == "male"]
    assert share_safe(wave, "safe_dark") < share_safe(wave, "safe_day") - 0.15
    assert share_safe(female, "safe_dark") < share_safe(male, "safe_dark") - 0.1


def test_more_is_skipped_towards_the_end(wave: list[dict[str, Any]]) -> None:
    adults = [one["answers"] for one in wave if one["channel"] == "web" and one["style"] == "standard"]
    assert sum("safe_day" in answers for answers in adults) > 1.05 * sum(
        "ethnic_group" in answers for answers in adults
    )


def test_a_minority_writes_in_its_own_words(wave: list[dict[str, Any]]) -> None:
    texts = [one["answers"]["say_more"] for one in wave if "say_more" in one["answers"]]
    assert 0.03 * len(wave) < len(texts) < 0.2 * len(wave)


def test_days_lie_within_the_wave_and_are_spread_over_it(fieldwork: Fieldwork) -> None:
    days = [day for day, _ in daily_submissions(fieldwork, CLOSED_WAVE, 600, 1)]
    assert days == sorted(set(days))
    assert len(days) > 40
    assert days[0] >= date(2026, 3, 2)
    assert days[-1] <= date(2026, 4, 26)
