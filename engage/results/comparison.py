"""Compares two shares over all the raw counts that may stand behind what is printed; flags what is not chance."""

from collections.abc import Iterator, Sequence
from itertools import product
from math import erfc, sqrt
from typing import NamedTuple

from engage.results.bounds import HIDDEN_BOX, Box, base_box, count_box
from engage.results.intervals import wilson_interval

#: Of the differences that a release flags, at most this share are chance alone (Benjamini and Hochberg).
FALSE_FLAGS = 0.05
#: Both sides of a comparison need this many people at least (after rounding).
LEAST_COMPARED = 30


class ShareBoxes(NamedTuple):
    """The raw counts and the raw bases that an outsider can think of behind a share (people)."""

    n: Box
    base: Box


class Difference(NamedTuple):
    """How far apart two shares are, first less second, as proportions: the widest over their boxes."""

    low: float
    high: float
    #: The greatest probability, over the boxes, that chance alone makes a difference as large; 1 where they disagree.
    p: float


def printed_boxes(n_rounded: int | None, base_rounded: int) -> ShareBoxes:
    """Return the boxes of a share as it is printed; a hidden count may be any small one."""
    return ShareBoxes(HIDDEN_BOX if n_rounded is None else count_box(n_rounded), base_box(base_rounded))


def rest_boxes(whole: ShareBoxes, part: ShareBoxes) -> ShareBoxes | None:
    """Return the boxes of those in the whole who are not in the part; None where that may be nobody."""
    n = Box(max(0, whole.n.low - part.n.high), whole.n.high - part.n.low)
    base = Box(whole.base.low - part.base.high, whole.base.high - part.base.low)
    return ShareBoxes(n, base) if n.high >= 0 and base.low > 0 else None


def joined_boxes(parts: Sequence[ShareBoxes]) -> ShareBoxes:
    """Return the boxes of several groups taken together, no person in two of them."""
    n = Box(sum(part.n.low for part in parts), sum(part.n.high for part in parts))
    return ShareBoxes(n, Box(sum(part.base.low for part in parts), sum(part.base.high for part in parts)))


def newcombe_interval(n: int, base: int, other_n: int, other_base: int) -> tuple[float, float]:
    """Return the 95 % hybrid score interval of the difference of two shares, all counts exact.

    Method 10 of Newcombe 1998, Statistics in Medicine 17:873-890: it squares the way from each share to the
    end of its Wilson interval. Raises ValueError where there is no share.
    """
    low, high = wilson_interval(n, base)
    other_low, other_high = wilson_interval(other_n, other_base)
    share, other = n / base, other_n / other_base
    down = sqrt((share - low) ** 2 + (other_high - other) ** 2)
    up = sqrt((high - share) ** 2 + (other - other_low) ** 2)
    return share - other - down, share - other + up


def pooled_p(n: int, base: int, other_n: int, other_base: int) -> float:
    """Return the two-sided p of the z test that pools both groups under no difference."""
    pooled = (n + other_n) / (base + other_base)
    spread = sqrt(pooled * (1 - pooled) * (1 / base + 1 / other_base))
    if spread == 0:
        return 1.0
    return erfc(abs(n / base - other_n / other_base) / spread / sqrt(2))


def corners(boxes: ShareBoxes) -> Iterator[tuple[int, int]]:
    """Yield the ends of the count with the ends of the base; nobody counts who is not in the base."""
    for n, base in product(dict.fromkeys(boxes.n), dict.fromkeys(boxes.base)):
        yield min(n, base), base


def compare_boxes(first: ShareBoxes, second: ShareBoxes) -> Difference:
    """Return how far the first share lies above the second, whatever raw counts in the boxes are the true ones.

    The ends of the boxes are looked at: nothing between them reaches further.
    """
    pairs = list(product(corners(first), corners(second)))
    intervals = [newcombe_interval(*one, *other) for one, other in pairs]
    signs = {_sign(one, other) for one, other in pairs}
    p = max(pooled_p(*one, *other) for one, other in pairs) if len(signs) == 1 else 1.0
    return Difference(min(low for low, _ in intervals), max(high for _, high in intervals), p)


def flag_differences(p_values: Sequence[float], *, false_flags: float = FALSE_FLAGS) -> tuple[bool, ...]:
    """Return which of the differences are flagged, so that few of those flagged are chance alone.

    The step-up procedure of Benjamini and Hochberg 1995, JRSS B 57:289-300: all up to the last p, in order,
    that is no more than its rank's part of `false_flags`.
    """
    ranked = sorted(p_values)
    tests = len(ranked)
    within = [p for rank, p in enumerate(ranked, start=1) if p <= rank * false_flags / tests]
    return tuple(bool(within) and p <= within[-1] for p in p_values)


def _sign(one: tuple[int, int], other: tuple[int, int]) -> int:
    ahead, behind = one[0] * other[1], other[0] * one[1]
    return (ahead > behind) - (ahead < behind)
