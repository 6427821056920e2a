"""Decides what is told, while fieldwork runs, of who people are: nothing of a few, no small count, no exact one."""

from engage.results.bounds import FLOOR, LEAST_BASE, round_count
from engage.storage.coverage import CHANNEL

#: Stands where nothing is told.
TOO_FEW = "Too few replies to say who."
#: What the bands of people read: that there is nobody of a kind is told no more than that there is one.
FEW_OR_NONE = "few or none"
#: How they are told that there are enough.
ENOUGH = "enough"
NONE = "none"


def tells_who(replies: int, kind: str) -> bool:
    """Say whether so many replies of an area, or of the whole survey, are told by a kind of people; ways always are."""
    return kind == CHANNEL or replies >= LEAST_BASE


def is_small(count: int) -> bool:
    """Say whether so few people are of a kind that it is never told how many, nor whether there is anybody."""
    return count < FLOOR


def told_count(count: int) -> str:
    """Return how many people are of a kind, as whoever sees counts may read it."""
    if not count:
        return NONE
    return f"1 to {FLOOR - 1}" if is_small(count) else f"about {round_count(count)}"


def told_band(count: int, wanted: int) -> str:
    """Return how many people are of a kind, as whoever sees bands may read it."""
    return FEW_OR_NONE if is_small(count) or count < wanted else ENOUGH


def countable(count: int) -> int:
    """Return a count as shares are made from it: no more can be worked out from them than is told."""
    return round_count(FLOOR // 2) if 0 < count < FLOOR else round_count(count)
