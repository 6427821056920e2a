"""What becomes of raw counts before anybody sees them."""

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engage.results.plan import BreakdownRefused
from engage.results.suppression import TableArea, publish_areas, publish_breakdown
from engage.results.tabulation import Breakdown, GroupCounts, People, Row, TableQuestion, tabulate
from results.outsider import PLAN, counts_of, published

DISTRICT = TableArea("E06000018", "district")
PLACE = TableArea("place:sneinton", "place", (DISTRICT,))
WARD = TableArea("E05012278", "ward", (PLACE, DISTRICT))


def row_of_ward(ward, place, district, shown=WARD):
    """The row of a ward (or of `shown`) whose own, place's and district's people all gave mixed answers."""
    people = {"E05012278": ward, "place:sneinton": place, "E06000018": district}
    question = TableQuestion("q", ("a", "b", "c"))
    bases = {(code, None): sum(cells) for code, cells in people.items()}
    counts = {option: {(code, None): cells[at] for code, cells in people.items()} for at, option in enumerate("abc")}
    counts = GroupCounts(question, "area", bases, counts)
    return publish_areas(counts, [shown], PLAN).rows_shown[0]


def test_a_base_of_nine_is_not_shown_and_ten_is():
    assert published((9, 0, 0)) == {
        "row": "E06000018",
        "shown_for": None,
        "base": None,
        "quality": "not_enough",
        "cells": [],
    }
    row = published((5, 3, 2))
    assert (row["base"], row["quality"]) == (10, "low")
    assert [cell["shown"] for cell in row["cells"]] == ["<8"] * 3


@pytest.mark.parametrize(
    ("count", "n", "shown"),
    [(0, None, "<8"), (1, None, "<8"), (7, None, "<8"), (8, 10, "10"), (12, 10, "10"), (13, 15, "15")],
)
def test_small_counts_and_zero_look_alike_and_others_are_rounded(count, n, shown):
    cell = published((count, 60, 40))["cells"][0]
    assert (cell["n"], cell["shown"]) == (n, shown)


def test_a_hidden_count_carries_no_figure_at_all():
    for count in range(8):
        cell = published((count, 62, 40 - count))["cells"][0]
        assert cell == {"option": "a", "n": None, "shown": "<8", "share": None, "low": None, "high": None}


def test_shares_and_intervals_depend_on_nothing_but_rounded_counts():
    rows = [published((50 + d, 22 + e, 13)) for d in range(-2, 3) for e in range(-2, 3)]
    by_print = {}
    for row in rows:
        for cell in row["cells"]:
            figures = (cell["share"], cell["low"], cell["high"])
            assert by_print.setdefault((cell["n"], row["base"]), figures) == figures
    assert published((50, 22, 13))["cells"][0] == {
        "option": "a",
        "n": 50,
        "shown": "50",
        "share": 0.59,
        "low": 0.44,
        "high": 0.73,
    }


@pytest.mark.parametrize(
    ("base", "quality"), [(10, "low"), (27, "low"), (28, "care"), (47, "care"), (48, "ok"), (500, "ok")]
)
def test_quality_goes_by_the_rounded_base(base, quality):
    assert published((base - 4, 2, 2))["quality"] == quality


@pytest.mark.parametrize(
    ("cells", "first"),
    [
        ((50, 0, 0), "over 90 %"),  # 50 of 50
        ((50, 3, 3), "over 90 %"),  # 50 of 55, and nothing else to be read
        ((45, 3, 2), "45"),  # 90 % and no more
        ((38, 6, 6), "40"),
        ((790, 9, 1), "790"),  # another count is shown beside it
        ((4990, 9, 1), "over 90 %"),  # its share would print as 1.00
    ],
)
def test_nearly_everybody_is_a_band(cells, first):
    assert published(cells)["cells"][0]["shown"] == first


def test_a_share_that_would_print_as_nothing_is_a_band():
    cell = published((9, 3000, 2000))["cells"][0]
    assert cell == {"option": "a", "n": None, "shown": "under 10 %", "share": None, "low": None, "high": None}


def test_an_option_that_everybody_ticked_among_others_is_a_band():
    row = published((60, 30, 20), 60, multiple=True)
    assert [cell["shown"] for cell in row["cells"]] == ["over 90 %", "30", "20"]


@pytest.mark.parametrize(
    ("ward", "place", "district", "shown_for", "base"),
    [
        ((14, 9, 5), (30, 20, 11), (90, 60, 30), "E05012278", 30),  # 28 people print as 30
        ((14, 9, 4), (30, 20, 11), (90, 60, 30), "place:sneinton", 60),
        ((0, 0, 0), (14, 9, 4), (90, 60, 30), "E06000018", 180),
        ((3, 0, 0), (6, 2, 1), (6, 3, 1), "E06000018", 10),
        ((3, 0, 0), (6, 2, 1), (6, 2, 1), None, None),
    ],
)
def test_a_ward_with_few_replies_is_shown_for_a_wider_area(ward, place, district, shown_for, base):
    row = row_of_ward(ward, place, district)
    assert (row.row, row.shown_for, row.base) == ("E05012278", shown_for, base)
    assert bool(row.cells) == (shown_for is not None)


def test_a_ward_whose_sum_would_pin_a_count_is_shown_for_a_wider_area():
    row = row_of_ward((18, 18, 0), (30, 20, 11), (90, 60, 30))
    assert (row.shown_for, row.base) == ("place:sneinton", 60)


def test_a_place_rolls_up_to_its_district_and_a_district_stands_by_itself():
    few = (9, 3, 2)
    assert row_of_ward((0, 0, 0), few, (90, 60, 30), shown=PLACE).shown_for == "E06000018"
    row = row_of_ward((0, 0, 0), (0, 0, 0), few, shown=DISTRICT)
    assert (row.shown_for, row.base, row.quality) == ("E06000018", 15, "low")


def test_a_table_in_which_everything_is_hidden_is_still_a_table():
    counts = counts_of((0, 0, 0))
    areas = [WARD, DISTRICT, TableArea("E07000170", "district")]
    table = publish_areas(counts, areas, PLAN)
    assert [row.row for row in table.rows_shown] == ["E05012278", "E06000018", "E07000170"]
    assert all(row.quality == "not_enough" for row in table.rows_shown)


def test_rows_stand_in_the_order_asked_for():
    rows = [Row(("E06000018",), {"gender": code}, {"q": "a"}) for code in ["boy"] * 90 + ["girl"] * 20]
    counts = tabulate(People.of(rows), [TableQuestion("q", ("a", "b"))], [Breakdown("gender", ("gender",))])
    table = publish_breakdown(counts["q", "gender"], DISTRICT, ["girl", "other", "boy"], PLAN)
    assert [(row.row, row.shown_for, row.base) for row in table.rows_shown] == [
        ("girl", "girl", 20),
        ("other", None, None),
        ("boy", "boy", 90),
    ]
    assert (table.rows, table.area) == ("gender", "E06000018")


def test_no_cross_outside_the_plan_becomes_a_table():
    by_gender = GroupCounts(TableQuestion("q", ("a",)), "gender", {}, {"a": {}})
    with pytest.raises(BreakdownRefused, match="ward_by_demographic"):
        publish_breakdown(by_gender, WARD, ["girl"], PLAN)
    who_answered = GroupCounts(TableQuestion("communities", ("somali",)), "area", {}, {"somali": {}})
    with pytest.raises(BreakdownRefused, match="ward_by_demographic"):
        publish_areas(who_answered, [DISTRICT, WARD], PLAN)


def test_counts_by_a_breakdown_make_no_table_by_area():
    by_gender = GroupCounts(TableQuestion("q", ("a",)), "gender", {}, {"a": {}})
    with pytest.raises(ValueError, match="names its area"):
        publish_areas(by_gender, [DISTRICT], PLAN)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32), st.integers(0, 400), st.floats(0.02, 1))
def test_nothing_but_multiples_of_five_leaves_random_microdata(seed, size, lean):
    random = Random(seed)
    rows = [_random_row(random, lean) for _ in range(size)]
    questions = [TableQuestion("safe", ("a", "b", "c")), TableQuestion("why", ("x", "y", "z"), multiple=True)]
    tables = tabulate(People.of(rows), questions, [Breakdown()])
    for counts in tables.values():
        table = publish_areas(counts, [*_WARDS, *_DISTRICTS], PLAN).to_document()
        for row in table["rows_shown"]:
            _check_row(row, counts)


_DISTRICTS = [TableArea(f"d{n}", "district") for n in range(2)]
_WARDS = [TableArea(f"w{n}", "ward", (_DISTRICTS[n % 2],)) for n in range(5)]


def _random_row(random, lean):
    ward = random.choice(_WARDS)
    chances = (1, lean, lean**2)
    safe = random.choices(("a", "b", "c"), chances)[0]
    why = tuple({random.choices(("x", "y", "z"), chances)[0] for _ in range(random.randint(0, 3))})
    return Row((ward.code, ward.rolls_up_to[0].code), {}, {"safe": safe, "why": why})


def _check_row(row, counts):
    if row["shown_for"] is None:
        assert (row["base"], row["cells"], row["quality"]) == (None, [], "not_enough")
        return
    group = (row["shown_for"], None)
    assert counts.base(group) >= 10
    assert row["base"] % 5 == 0
    assert abs(row["base"] - counts.base(group)) <= 2
    for cell, raw in zip(row["cells"], counts.cells(group), strict=True):
        assert (cell["shown"] == "<8") == (raw < 8)
        if cell["n"] is None:
            assert cell["shown"] in {"<8", "over 90 %", "under 10 %"}
            assert cell["share"] is cell["low"] is cell["high"] is None
        else:
            assert cell["n"] % 5 == 0
            assert cell["n"] >= 10
            assert abs(cell["n"] - raw) <= 2
            assert 0 < cell["share"] < 1
            assert cell["share"] == round(cell["n"] / row["base"], 2)
            assert cell["low"] <= raw / counts.base(group) <= cell["high"]
