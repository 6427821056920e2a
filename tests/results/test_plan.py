"""Which crosses a release may hold."""

from itertools import combinations, product

import pytest

from engage.results.plan import (
    AGE_GROUPS,
    COMMUNITY_BY_AGE,
    LEVELS,
    BreakdownRefused,
    Refusal,
    ReleasePlan,
    age_group,
)

PLAN = ReleasePlan({"age_band": "age_band", "gender": "gender", "community": "communities"})


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("by", [(), ("area",)])
def test_answers_by_area_are_published_at_every_level(level, by):
    assert PLAN.check_breakdown(level, by, question="safe_day") == "area"


@pytest.mark.parametrize(("level", "by"), [*product(["district", "force"], ["age_band", "gender", "community"])])
def test_one_demographic_is_published_for_districts_and_the_force_area(level, by):
    assert PLAN.check_breakdown(level, [by], question="safe_day") == by


@pytest.mark.parametrize("by", [["community", "age_group"], ["age_group", "community"], ["community_by_age"]])
def test_communities_by_broad_age_are_published_for_the_force_area(by):
    assert PLAN.check_breakdown("force", by) == COMMUNITY_BY_AGE


@pytest.mark.parametrize(
    ("level", "by", "code"),
    [
        ("ward", ["community"], Refusal.WARD_BY_DEMOGRAPHIC),
        ("place", ["gender"], Refusal.PLACE_BY_DEMOGRAPHIC),
        ("county", ["age_band"], Refusal.COUNTY_BY_DEMOGRAPHIC),
        ("force", ["ward", "community"], Refusal.WARD_BY_DEMOGRAPHIC),
        ("force", ["gender", "age_band"], Refusal.TWO_DEMOGRAPHICS),
        ("force", ["community", "age_band"], Refusal.TWO_DEMOGRAPHICS),
        ("force", ["community_by_age", "gender"], Refusal.TWO_DEMOGRAPHICS),
        ("force", ["gender", "gender"], Refusal.TWO_DEMOGRAPHICS),
        ("district", ["community", "age_group"], Refusal.COMMUNITY_BY_AGE_BELOW_FORCE),
        ("district", ["age_group"], Refusal.SECOND_AGE_BANDS),
        ("force", ["safe_day"], Refusal.UNKNOWN_BREAKDOWN),
        ("force", ["channel"], Refusal.UNKNOWN_BREAKDOWN),
        ("street", [], Refusal.UNKNOWN_LEVEL),
    ],
)
def test_every_other_cross_is_refused_with_its_reason(level, by, code):
    with pytest.raises(BreakdownRefused) as refused:
        PLAN.check_breakdown(level, by)
    assert refused.value.code == code
    assert refused.value.detail


def test_a_question_about_the_person_is_a_demographic_too():
    assert PLAN.check_breakdown("district", question="communities") == "area"
    with pytest.raises(BreakdownRefused, match="ward_by_demographic"):
        PLAN.check_breakdown("ward", question="communities")
    with pytest.raises(BreakdownRefused, match="two_demographics"):
        PLAN.check_breakdown("force", ["gender"], question="communities")
    with pytest.raises(BreakdownRefused, match="two_demographics"):
        PLAN.check_breakdown("force", ["community_by_age"], question="gender")


def test_a_survey_that_asks_for_no_community_has_no_table_by_community():
    plan = ReleasePlan({"gender": "gender"})
    assert plan.breakdowns("force") == ("gender",)
    for by in (["community"], ["community_by_age"]):
        with pytest.raises(BreakdownRefused, match="unknown_breakdown"):
            plan.check_breakdown("force", by)


def test_what_is_offered_at_a_level_is_all_that_is_allowed_there():
    offers = [*PLAN.demographics, "age_group", "community_by_age", "safe_day"]
    for level in LEVELS:
        allowed = {_allowed(level, by) for size in (1, 2, 3) for by in combinations(offers, size)} - {None}
        assert allowed == set(PLAN.breakdowns(level))


def _allowed(level, by):
    try:
        return PLAN.check_breakdown(level, by)
    except BreakdownRefused:
        return None


def test_broad_ages_only_join_whole_age_bands():
    assert {age_group(band) for band in AGE_GROUPS} == {"under_25", "25_and_over"}
    assert [age_group("18-24"), age_group("25-34"), age_group("25+")] == [
        "under_25",
        "25_and_over",
        "25_and_over",
    ]
    assert age_group("pns") is None
    assert age_group(None) is None
