"""Explore: one question by one breakdown, and in plain words why something is not shown."""

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from builders import WARD
from engage.app import create_app
from reporting.answered import DISTRICT, FORCE, NEIGHBOUR, a_released_instance, people, safe_day
from staffing import signed_in, text_of

PAGE = "/staff/results/explore"


@pytest.fixture(scope="module")
def analyst(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    """Return an analyst of an instance with one published wave."""
    groups = [
        *safe_day(60, 40, 2),
        *safe_day(4, 4, 4, area=NEIGHBOUR),
        people(12, {"safe_day": "neither"}, age_band="16-17"),
    ]
    instance = a_released_instance(tmp_path_factory.mktemp("explore"), groups, is_synthetic=True)
    yield signed_in(create_app(instance), "analyst")
    instance.database.close()


def told(analyst: FlaskClient, **asked: str) -> str:
    """Return what the page says."""
    return text_of(analyst.get(PAGE, query_string={"question": "safe_day"} | asked))


def test_a_question_of_an_area_is_shown_with_what_is_not_in_it_and_why(analyst: FlaskClient) -> None:
    said = told(analyst, area=WARD)
    assert "How safe do you feel outside in Clifton East in the daytime?" in said
    assert "1 of 3 cells read <8: up to 7 people, nobody included." in said
    assert "This is not shown" not in said


def test_small_wards_are_named_with_the_area_that_stands_in(analyst: FlaskClient) -> None:
    said = told(analyst, area=DISTRICT, by="ward")
    assert "Clifton West → Clifton and Wilford" in said
    assert "of 20 rows show figures of their own" in said


def test_groups_that_are_too_small_are_named(analyst: FlaskClient) -> None:
    said = told(analyst, area=FORCE, by="age_band")
    assert "Fewer than 10 people, or figures that would give one of them away: 13 to 15" in said


@pytest.mark.parametrize(
    ("asked", "why", "nearest"),
    [
        ({"area": WARD, "by": "community"}, "a ward is never broken down by who people are", "Nottingham"),
        ({"area": WARD, "by": "community", "also": "age_band"}, "only one thing about people", None),
        ({"area": WARD, "by": "gender", "question": "gender"}, "only one thing about people", None),
        ({"area": WARD, "question": "gender"}, "a ward is never broken down by who people are", "Nottingham"),
        (
            {"area": DISTRICT, "by": "community_by_age"},
            "for the whole police force area only",
            "Nottingham and Nottinghamshire",
        ),
        ({"area": "E05999999"}, "no area of this survey has the code", None),
    ],
)
def test_what_is_refused_says_why_and_where_it_may_be_seen(
    analyst: FlaskClient, asked: dict[str, str], why: str, nearest: str | None
) -> None:
    said = told(analyst, **asked)
    assert "This is not shown" in said
    assert why in said
    assert ("The nearest that may be shown by the same" in said) == (nearest is not None)
    assert nearest is None or f"by the same: {nearest}" in said
    assert "Take away" not in said


def test_every_breakdown_is_listed_with_yes_or_the_reason(analyst: FlaskClient) -> None:
    at_ward, at_force = told(analyst, area=WARD), told(analyst)
    assert "This question may be shown by: the area itself ." in at_ward
    assert "Not by age band, gender," in at_ward
    assert ": a ward is never broken down by who people are; a district is." in at_ward
    assert "Not by community by age: communities by age are shown for the whole police force area only." in at_ward
    assert "community by age ." in at_force
    assert "Not by" not in at_force


def test_a_release_that_is_not_there_is_said(analyst: FlaskClient) -> None:
    assert "Nothing is published yet" in told(analyst, wave="1999")
