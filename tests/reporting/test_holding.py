"""Two releases of one wave, subtracted by somebody who knows who came and went in between."""

from typing import Any

import pytest

from engage.reporting.holding import hold_small_changes
from engage.results.plan import ReleasePlan
from engage.results.suppression import TableArea, publish_areas, publish_breakdown
from engage.results.tabulation import GroupCounts, TableQuestion

DISTRICT = TableArea("E06000018", "district")
PLACE = TableArea("place:clifton", "place", (DISTRICT,))
WARD = TableArea("E05012278", "ward", (PLACE, DISTRICT))
AREAS = (DISTRICT, PLACE, WARD)
PLAN = ReleasePlan({"gender": "gender"})
QUESTION = TableQuestion("q", ("a", "b"))


def a_release(ward: tuple[int, int], place: tuple[int, int] = (0, 0), district: tuple[int, int] = (0, 0)) -> Any:
    """The counts of a ward, of what else is in its place, and of what else is in its district, with their table."""
    in_place = (ward[0] + place[0], ward[1] + place[1])
    in_district = (in_place[0] + district[0], in_place[1] + district[1])
    people = {WARD.code: ward, PLACE.code: in_place, DISTRICT.code: in_district}
    bases = {(code, None): sum(cells) for code, cells in people.items()}
    counts = {option: {(code, None): cells[at] for code, cells in people.items()} for at, option in enumerate("ab")}
    counted = {("q", "area"): GroupCounts(QUESTION, "area", bases, counts)}
    return counted, publish_areas(counted["q", "area"], AREAS, PLAN).to_document()


def after(former: Any, new: Any) -> dict[str, Any]:
    """The rows of the second release."""
    held = hold_small_changes([new[1]], [former[1]], new[0], AREAS)
    return {row["row"]: row for row in held[0]["rows_shown"]}


def rows(release: Any) -> dict[str, Any]:
    """The rows of a release by itself."""
    return {row["row"]: row for row in release[1]["rows_shown"]}


def test_one_answer_more_across_a_rounding_edge_is_not_read_off() -> None:
    former, new = a_release((32, 20)), a_release((33, 20))
    assert rows(former)["E05012278"] != rows(new)["E05012278"]
    assert after(former, new) == rows(former)


def test_one_answer_taken_back_is_not_read_off() -> None:
    former, new = a_release((33, 20)), a_release((32, 20))
    assert after(former, new) == rows(former)


@pytest.mark.parametrize("people", range(1, 10))
def test_up_to_nine_people_never_change_a_figure(people: int) -> None:
    for size in range(40, 60):
        former = a_release((size, 20))
        assert after(former, a_release((size + people, 20))) == rows(former)
        assert after(former, a_release((size - people, 20))) == rows(former)


@pytest.mark.parametrize("change", [18, -18])
def test_many_people_do_change_it(change: int) -> None:
    new = a_release((60 + change, 20))
    assert after(a_release((60, 20)), new) == rows(new)


def test_a_ward_that_gained_one_answer_too_few_before_stays_with_its_place() -> None:
    former, new = a_release((20, 7), place=(40, 40)), a_release((20, 8), place=(40, 40))
    assert rows(former)["E05012278"]["shown_for"] == PLACE.code
    assert rows(new)["E05012278"]["shown_for"] == WARD.code
    assert after(former, new)["E05012278"]["shown_for"] == PLACE.code


def test_a_ward_that_gained_many_is_shown_for_itself() -> None:
    new = a_release((30, 15), place=(40, 40))
    assert after(a_release((20, 7), place=(40, 40)), new)["E05012278"]["shown_for"] == WARD.code


def test_a_ward_that_lost_a_few_keeps_its_figures_and_one_that_lost_most_does_not() -> None:
    former = a_release((28, 7), place=(40, 40))
    few, most = a_release((20, 7), place=(40, 40)), a_release((9, 9), place=(40, 40))
    assert rows(few)["E05012278"]["shown_for"] == PLACE.code
    assert after(former, few)["E05012278"] == rows(former)["E05012278"]
    assert after(former, most)["E05012278"]["shown_for"] == PLACE.code


def test_a_ward_shown_for_its_place_shows_the_figures_its_place_shows() -> None:
    former, new = a_release((10, 5), place=(40, 40)), a_release((10, 5), place=(42, 41))
    held = after(former, new)
    assert {**held["E05012278"], "row": PLACE.code} == held[PLACE.code] == rows(former)[PLACE.code]


def test_groups_within_an_area_are_held_too() -> None:
    def by_gender(girls: int) -> Any:
        bases = {("E06000018", "girl"): girls, ("E06000018", "boy"): 40}
        counts = {"a": {("E06000018", "girl"): girls, ("E06000018", "boy"): 20}, "b": {("E06000018", "boy"): 20}}
        counted = {("q", "gender"): GroupCounts(QUESTION, "gender", bases, counts)}
        return counted, publish_breakdown(counted["q", "gender"], DISTRICT, ("girl", "boy"), PLAN).to_document()

    assert after(by_gender(9), by_gender(10))["girl"]["base"] is None
    assert after(by_gender(32), by_gender(33))["girl"]["base"] == 30
    assert after(by_gender(32), by_gender(60))["girl"]["base"] == 60


def test_a_table_that_is_new_goes_out_as_it_is() -> None:
    new = a_release((33, 20))
    assert hold_small_changes([new[1]], [], new[0], AREAS) == [new[1]]
