"""The interval beside each share, against published figures, statsmodels and chance itself."""

from math import comb
from random import Random

import pytest
from statsmodels.stats.proportion import proportion_confint

from engage.results.bounds import round_count
from engage.results.intervals import widest_interval, wilson_interval
from engage.results.suppression import _CONTROL_SEAL, PublishedCell


@pytest.mark.parametrize(
    ("n", "base", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_the_score_interval_is_the_one_newcombe_published_in_1998(n, base, low, high):
    assert wilson_interval(n, base) == pytest.approx((low, high), abs=5e-5)


def test_the_score_interval_is_the_one_of_statsmodels():
    for base in (1, 10, 37, 400, 12_345):
        for n in {0, 1, base // 3, base // 2, base - 1, base}:
            other = proportion_confint(n, base, method="wilson")
            assert wilson_interval(n, base) == pytest.approx(other, abs=1e-9)


@pytest.mark.parametrize(("n", "base"), [(1, 0), (-1, 10), (11, 10)])
def test_there_is_no_interval_of_an_impossible_share(n, base):
    with pytest.raises(ValueError, match="no share"):
        wilson_interval(n, base)


def test_the_published_interval_holds_the_interval_of_every_pair_of_counts_behind_it():
    for base in range(10, 70):
        for n in range(8, base + 1):
            low, high = widest_interval(round_count(n), round_count(base))
            own_low, own_high = proportion_confint(n, base, method="wilson")
            assert low <= own_low + 1e-12
            assert own_high - 1e-12 <= high


def test_the_published_interval_goes_no_further_than_the_counts_behind_it():
    pairs = [(n, base) for base in range(83, 88) for n in range(48, 53)]
    ends = [proportion_confint(n, base, method="wilson") for n, base in pairs]
    widest = (min(low for low, _ in ends), max(high for _, high in ends))
    assert widest_interval(50, 85) == pytest.approx(widest, abs=1e-9)


@pytest.mark.parametrize(("n", "base"), [(7, 50), (5, 50), (0, 50), (12, 50), (10, 12), (10, 5), (60, 50)])
def test_only_rounded_counts_have_a_published_interval(n, base):
    with pytest.raises(ValueError, match=r"rounded|no counts"):
        widest_interval(n, base)


def _printed(n, base):
    cell = PublishedCell.figure("a", round_count(n), round_count(base), seal=_CONTROL_SEAL)
    return cell.low, cell.high


def _of_rounded_counts_alone(n, base):
    return wilson_interval(min(round_count(n), round_count(base)), round_count(base))


def _coverage(interval, base, share):
    """The probability that the interval holds the true share, given that the count is printed at all."""
    chance = {n: comb(base, n) * share**n * (1 - share) ** (base - n) for n in range(8, base + 1)}
    held = sum(p for n, p in chance.items() if interval(n, base)[0] <= share <= interval(n, base)[1])
    return held / sum(chance.values())


@pytest.mark.parametrize("base", range(20, 63))
def test_printed_intervals_hold_the_true_share_as_often_as_they_say(base):
    assert min(_coverage(_printed, base, share / 20) for share in range(8, 20)) >= 0.94


def test_intervals_of_the_rounded_counts_alone_would_not():
    worst = [
        min(_coverage(_of_rounded_counts_alone, base, share / 20) for share in range(8, 20)) for base in range(20, 63)
    ]
    assert sum(coverage < 0.9 for coverage in worst) > 20


@pytest.mark.parametrize("base", range(20, 63, 3))
def test_simulated_surveys_agree_with_the_printed_intervals(base):
    random = Random(base)
    held = shown = 0
    for _ in range(1500):
        share = random.uniform(0.2, 0.95)
        n = sum(random.random() < share for _ in range(base))
        if n >= 8:
            low, high = _printed(n, base)
            shown += 1
            held += low <= share <= high
    assert held / shown >= 0.93
