"""What arithmetic within one row tells an outsider, against plain enumeration."""

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engage.results.bounds import HIDDEN_BOX, Box, base_box, count_box, is_row_wide, narrow_row, round_count

boxes = st.builds(lambda low, width: Box(low, low + width), st.integers(0, 12), st.integers(0, 7))


@pytest.mark.parametrize(("count", "rounded"), [(8, 10), (12, 10), (13, 15), (17, 15), (18, 20), (1002, 1000)])
def test_counts_go_to_the_nearest_five(count, rounded):
    assert round_count(count) == rounded


def test_boxes_hold_exactly_the_counts_that_print_alike():
    for rounded in range(10, 100, 5):
        assert [n for n in range(8, 110) if round_count(n) == rounded] == _values(count_box(rounded))
        assert [n for n in range(10, 110) if round_count(n) == rounded] == _values(base_box(rounded))


@pytest.mark.parametrize("count", [0, 5, 8, 12, 51])
def test_what_is_not_rounded_has_no_box(count):
    with pytest.raises(ValueError, match="not a rounded count"):
        count_box(count)


@settings(max_examples=100, deadline=None)
@given(st.lists(boxes, min_size=1, max_size=3), boxes, st.booleans())
def test_bounds_within_a_row_are_those_of_enumeration(cells, base, multiple):
    possible = [
        (*counts, people)
        for counts in product(*map(_values, cells))
        for people in _values(base)
        if (max(counts) <= people <= sum(counts) if multiple else people == sum(counts))
    ]
    if not possible:
        return
    narrowed, narrowed_base = narrow_row(cells, base, multiple=multiple)
    for box, values in zip([*narrowed, narrowed_base], zip(*possible, strict=True), strict=True):
        assert box == Box(min(values), max(values))


def test_a_row_of_wide_boxes_is_wide():
    assert is_row_wide([count_box(50), count_box(20), HIDDEN_BOX], base_box(75), multiple=False)


def test_a_row_whose_sum_pins_a_count_is_not_wide():
    assert not is_row_wide([count_box(10)] * 4, base_box(50), multiple=False)
    assert not is_row_wide([count_box(15), count_box(15), HIDDEN_BOX], base_box(25), multiple=False)
    assert is_row_wide([count_box(10)] * 4, base_box(25), multiple=True)


def test_a_base_that_nearly_no_ticks_explain_is_not_wide():
    assert not is_row_wide([count_box(15), HIDDEN_BOX], base_box(25), multiple=True)


def _values(box):
    return list(range(box.low, box.high + 1))
