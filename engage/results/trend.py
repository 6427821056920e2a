"""Says what changed between two waves, for the ways people answered as they were mixed in the earlier one."""

from collections.abc import Mapping, Sequence
from itertools import product
from math import erfc, sqrt
from typing import NamedTuple

from engage.results.comparison import Difference, ShareBoxes, compare_boxes, corners

#: Two waves were answered in the same ways where no way's share differs by more than this (proportion).
SAME_MIX = 0.10


class Stratum(NamedTuple):
    """Those who answered in one way: their part of the mix, and their share in the later and the earlier wave."""

    part: float
    now: ShareBoxes
    before: ShareBoxes


def is_same_mix(now: Mapping[str, float], before: Mapping[str, float]) -> bool:
    """Say whether two waves were answered in the same ways, by the share of each way (proportions)."""
    return all(abs(now.get(way, 0.0) - before.get(way, 0.0)) <= SAME_MIX for way in {*now, *before})


def standardised_change(strata: Sequence[Stratum]) -> Difference:
    """Return how far a share rose, had people answered in the earlier wave's ways; the widest over all boxes.

    Direct standardisation; the interval adds up those of the strata by the squares of their ways to the ends
    (Zou and Donner 2008, Statistics in Medicine 27:1693-1702), the p is of the weighted sum. Parts add up to 1.
    """
    reached = [_reach(stratum) for stratum in strata]
    least = sum(stratum.part * low for stratum, (low, _, _) in zip(strata, reached, strict=True))
    most = sum(stratum.part * high for stratum, (_, high, _) in zip(strata, reached, strict=True))
    intervals = [compare_boxes(stratum.now, stratum.before) for stratum in strata]
    both = list(zip(strata, intervals, reached, strict=True))
    down = sqrt(sum((stratum.part * (low - interval.low)) ** 2 for stratum, interval, (low, _, _) in both))
    up = sqrt(sum((stratum.part * (interval.high - high)) ** 2 for stratum, interval, (_, high, _) in both))
    nearest = max(least, -most, 0.0)
    spread = sqrt(sum((stratum.part**2) * variance for stratum, (_, _, variance) in zip(strata, reached, strict=True)))
    p = erfc(nearest / spread / sqrt(2)) if spread > 0 and nearest > 0 else 1.0
    return Difference(least - down, most + up, p)


def _reach(stratum: Stratum) -> tuple[float, float, float]:
    """Return the least and greatest difference over the boxes, and the greatest variance of it if nothing changed."""
    differences, variances = [], []
    for (n, base), (other_n, other_base) in product(corners(stratum.now), corners(stratum.before)):
        differences.append(n / base - other_n / other_base)
        pooled = (n + other_n) / (base + other_base)
        variances.append(pooled * (1 - pooled) * (1 / base + 1 / other_base))
    return min(differences), max(differences), max(variances)
