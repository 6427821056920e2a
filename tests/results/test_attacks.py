"""Worked attacks on what is published: the traps of disclosure control, and rules left out on purpose."""

from collections.abc import Callable
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engage.results import suppression
from results.outsider import Publish, check_nothing_is_pinned, possible_counts, published

#: Shapes that a rule left out would give away: few, none, all but one, near a rounding edge.
_WORKED = [
    (12, 12, 12, 12),
    (13, 13, 0),
    (37, 9, 4),
    (26, 0, 0),
    (48, 3, 1),
    (52, 0, 0),
    (17, 11, 6),
    (8, 8),
    (10, 0),
    (43, 7),
    (22, 19, 13),
]


def without_floor(cells, base, multiple=False):
    """Small counts printed as they are."""
    row = published(cells, base, multiple)
    for cell, n in zip(row["cells"], cells, strict=False):
        if cell["shown"] == "<8":
            cell.update(n=n, shown=str(n))
    return row


def with_zeros_shown(cells, base, multiple=False):
    """Small counts hidden, zero printed."""
    row = published(cells, base, multiple)
    for cell, n in zip(row["cells"], cells, strict=False):
        if n == 0:
            cell.update(n=0, shown="0")
    return row


def with_raw_base(cells, base, multiple=False):
    """The base printed as it is."""
    row = published(cells, base, multiple)
    return row if row["base"] is None else row | {"base": base}


def with_raw_shares(cells, base, multiple=False):
    """Whole percentages of the raw counts beside a rounded base."""
    row = published(cells, base, multiple)
    for cell, n in zip(row["cells"], cells, strict=False):
        if cell["n"] is not None:
            cell["share"] = round(n / base, 2)
    return row


def without_row_check(cells, base, multiple=False):
    """Floor and rounding alone."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(suppression, "is_row_wide", lambda *_, **__: True)
        return published(cells, base, multiple)


def attack_every_worked_shape(publish: Publish) -> None:
    for cells in _WORKED:
        check_nothing_is_pinned(publish, cells, sum(cells), multiple=False)


def test_the_worked_attacks_leave_every_count_open():
    attack_every_worked_shape(published)


@pytest.mark.parametrize(
    "publish", [without_floor, with_zeros_shown, with_raw_base, with_raw_shares, without_row_check]
)
def test_the_same_attacks_catch_a_rule_left_out(publish: Publish):
    with pytest.raises(AssertionError):
        attack_every_worked_shape(publish)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.one_of(st.integers(0, 20), st.integers(0, 70)), min_size=1, max_size=3))
def test_no_row_of_single_answers_pins_a_count(cells):
    check_nothing_is_pinned(published, cells, sum(cells), multiple=False)


@settings(max_examples=80, deadline=None)
@given(st.lists(st.integers(0, 30), min_size=1, max_size=2), st.data())
def test_no_row_of_several_answers_pins_a_count(cells, data):
    base = data.draw(st.integers(max(cells), sum(cells)))
    check_nothing_is_pinned(published, cells, base, multiple=True)


def test_shares_of_raw_counts_pin_most_small_rows_and_ours_none():
    """Whole percentages of five raw counts beside a base rounded to 5 pin every count in most small rows."""
    random, rows, pinned = Random(7), 40, 0
    for _ in range(rows):
        base = random.randint(10, 29)
        cells = [0] * 5
        for _ in range(base):
            cells[random.choices(range(5), (4, 3, 2, 1, 1))[0]] += 1
        pinned += _ways_to_whole_percentages(cells, base) == 1
    assert pinned > rows * 0.9


def _ways_to_whole_percentages(cells, base):
    shares = [round(100 * n / base) for n in cells]
    rounded = (base + 2) // 5 * 5
    ways = 0
    for thought in range(rounded - 2, rounded + 3):
        options = [[n for n in range(thought + 1) if round(100 * n / thought) == share] for share in shares]
        sums = {0: 1}
        for ns in options:
            sums = _add(sums, ns)
        ways += sums.get(thought, 0)
    return ways


def _add(sums, ns):
    added: dict[int, int] = {}
    for total, ways in sums.items():
        for n in ns:
            added[total + n] = added.get(total + n, 0) + ways
    return added


def test_four_answers_of_twelve_would_be_read_off_exactly_so_the_row_is_not_shown():
    row = without_row_check((12, 12, 12, 12), 48)
    assert [cell["n"] for cell in row["cells"]] == [10, 10, 10, 10]
    assert possible_counts(row, without_row_check, multiple=False) == {(48, 12, 12, 12, 12)}
    assert published((12, 12, 12, 12))["quality"] == "not_enough"


def test_a_row_that_would_tell_nobody_apart_from_one_person_is_not_shown():
    row = without_row_check((13, 13, 0), 26)
    hidden = {cells[3] for cells in possible_counts(row, without_row_check, multiple=False)}
    assert hidden == {0, 1}
    assert published((13, 13, 0))["quality"] == "not_enough"


@pytest.mark.parametrize("everyone", [10, 12, 23, 48, 50, 52, 100, 640])
def test_that_everyone_gave_one_answer_cannot_be_read(everyone):
    row = published((everyone, 0, 0))
    assert [cell["shown"] for cell in row["cells"]] == ["over 90 %", "<8", "<8"]
    assert all(cell[key] is None for cell in row["cells"] for key in ("n", "share", "low", "high"))
    others = {cells[2] for cells in possible_counts(row, published, multiple=False)}
    assert len(others) >= 4


def test_one_more_reply_moves_a_figure_by_nothing_or_by_five():
    """Live figures would show that a reply came in (10 to 15): releases are frozen; a step tells no more."""
    shown = [published((n, 40, 40))["cells"][0]["n"] for n in range(8, 60)]
    assert {after - before for before, after in pairwise(shown)} == {0, 5}


def _narrowing_by_roll_up(shown_from: Callable[[int], bool]) -> list[int]:
    return [n for n in range(60) if shown_from(n) and (n + 2) // 5 * 5 == 30]


def test_roll_up_leaves_a_printed_base_of_thirty_its_five_values():
    assert _narrowing_by_roll_up(lambda n: (n + 2) // 5 * 5 >= suppression.LEAST_LOCAL_BASE) == [28, 29, 30, 31, 32]
    assert _narrowing_by_roll_up(lambda n: n >= suppression.LEAST_LOCAL_BASE) == [30, 31, 32]
