"""At simulated truths printed intervals hold the true share, and few flags are chance (scripts/coverage_trial)."""

from random import Random

import pytest

from engage.reporting.ground import Ground
from reporting.simulated_truths import flags_of_changes, flags_of_releases, nottinghamshire, printed_coverage


@pytest.fixture(scope="module")
def ground() -> Ground:
    """Return 188 wards with their places and districts."""
    return nottinghamshire()


def test_printed_intervals_hold_the_true_share_at_every_base_from_20_to_60() -> None:
    covered = printed_coverage(Random(1), 80)
    assert {base: round(tally.share, 3) for base, tally in covered.items() if tally.share < 0.93} == {}
    assert all(tally.tries >= 80 for tally in covered.values())


def test_where_all_wards_think_alike_hardly_a_release_flags_one(ground: Ground) -> None:
    spoilt, _ = flags_of_releases(Random(2), ground, 5)
    assert spoilt.hits == 0


def test_of_the_flags_of_wards_that_differ_few_are_false(ground: Ground) -> None:
    _, false = flags_of_releases(Random(3), ground, 5, differing=0.1)
    assert false.tries > 20
    assert false.share <= 0.05


def test_where_nothing_changed_hardly_a_pair_of_waves_flags_a_change(ground: Ground) -> None:
    assert flags_of_changes(Random(4), ground, 4).hits == 0
