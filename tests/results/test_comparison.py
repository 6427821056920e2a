"""Differences of shares agree with published worked examples, and flags hold whatever raw counts stand behind them."""

from itertools import product

import pytest
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import confint_proportions_2indep, proportions_ztest

from engage.results.bounds import Box
from engage.results.comparison import (
    ShareBoxes,
    compare_boxes,
    flag_differences,
    joined_boxes,
    newcombe_interval,
    pooled_p,
    printed_boxes,
    rest_boxes,
)

#: Newcombe 1998, Statistics in Medicine 17:873-890, table II, method 10.
NEWCOMBE = [
    ((56, 70, 48, 80), (0.0524, 0.3339)),
    ((9, 10, 3, 10), (0.1705, 0.8090)),
    ((6, 7, 2, 7), (0.0582, 0.8062)),
    ((5, 56, 0, 29), (-0.0381, 0.1926)),
    ((0, 10, 0, 20), (-0.1611, 0.2775)),
    ((0, 10, 0, 10), (-0.2775, 0.2775)),
    ((10, 10, 0, 20), (0.6791, 1.0000)),
    ((10, 10, 0, 10), (0.6075, 1.0000)),
]
#: The 15 p-values of Benjamini and Hochberg 1995, JRSS B 57:289-300, section 4.2: their procedure rejects four,
#: Bonferroni's three.
THROMBOLYSIS = [
    0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344,
    0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0000,
]  # fmt: skip


@pytest.mark.parametrize(("counts", "printed"), NEWCOMBE)
def test_differences_have_the_limits_that_newcombe_printed(counts, printed) -> None:
    assert tuple(round(end, 4) for end in newcombe_interval(*counts)) == printed


def test_differences_have_the_limits_of_another_program() -> None:
    for n, base, other_n, other_base in product((0, 8, 31), (31, 64), (5, 19), (19, 250)):
        theirs = confint_proportions_2indep(n, base, other_n, other_base, method="newcomb")
        assert newcombe_interval(n, base, other_n, other_base) == pytest.approx(theirs, abs=1e-9)


def test_the_pooled_test_has_the_p_of_another_program() -> None:
    for n, base, other_n, other_base in product((4, 8, 31), (31, 64), (5, 19), (20, 250)):
        _, theirs = proportions_ztest([n, other_n], [base, other_base])
        assert pooled_p(n, base, other_n, other_base) == pytest.approx(theirs, abs=1e-12)


def test_where_everybody_says_the_same_nothing_differs() -> None:
    assert pooled_p(30, 30, 50, 50) == 1.0


def test_four_of_the_fifteen_differences_of_benjamini_and_hochberg_are_flagged() -> None:
    assert flag_differences(THROMBOLYSIS) == (True,) * 4 + (False,) * 11
    assert sum(p <= 0.05 / len(THROMBOLYSIS) for p in THROMBOLYSIS) == 3


def test_flags_are_those_of_another_program_in_any_order() -> None:
    mixed = [*THROMBOLYSIS[7:], 0.0019, 0.0019, *THROMBOLYSIS[:7]]
    assert flag_differences(mixed) == tuple(multipletests(mixed, 0.05, "fdr_bh")[0])
    assert flag_differences([]) == ()


def test_nothing_between_the_ends_of_the_boxes_reaches_further() -> None:
    for shown in ((10, 30, 15, 30), (10, 30, 20, 35), (25, 30, 10, 30), (15, 100, 40, 250), (30, 30, 25, 30)):
        first, second = printed_boxes(*shown[:2]), printed_boxes(*shown[2:])
        pairs = list(product(every_pair(first), every_pair(second)))
        intervals = [newcombe_interval(*one, *other) for one, other in pairs]
        compared = compare_boxes(first, second)
        assert compared.low == pytest.approx(min(low for low, _ in intervals), abs=1e-12)
        assert compared.high == pytest.approx(max(high for _, high in intervals), abs=1e-12)
        assert compared.p >= max(pooled_p(*one, *other) for one, other in pairs) - 1e-12


def test_counts_that_may_lie_either_way_are_no_difference() -> None:
    assert pooled_p(250, 500, 265, 500) < 1
    assert compare_boxes(printed_boxes(50, 100), printed_boxes(50, 100)).p == 1.0


def test_a_difference_that_only_the_rounded_counts_show_is_not_certain() -> None:
    rounded = pooled_p(15, 30, 25, 30)
    assert rounded < 0.01
    assert compare_boxes(printed_boxes(15, 30), printed_boxes(25, 30)).p > 5 * rounded


def test_the_rest_is_what_the_whole_leaves_of_either_end() -> None:
    rest = rest_boxes(printed_boxes(100, 300), printed_boxes(20, 50))
    assert rest == ShareBoxes(Box(76, 84), Box(246, 254))
    assert rest_boxes(printed_boxes(20, 50), printed_boxes(20, 50)) is None


def test_a_hidden_count_may_be_any_small_one() -> None:
    assert printed_boxes(None, 50) == ShareBoxes(Box(0, 7), Box(48, 52))
    joined = joined_boxes([printed_boxes(None, 50), printed_boxes(10, 30)])
    assert joined == ShareBoxes(Box(8, 19), Box(76, 84))


def every_pair(boxes: ShareBoxes) -> list[tuple[int, int]]:
    """Return every count with every base, nobody counted who is not in the base."""
    counts, bases = (range(box.low, box.high + 1) for box in boxes)
    return [(min(n, base), base) for n, base in product(counts, bases)]
