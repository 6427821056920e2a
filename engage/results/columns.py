"""Holds answers in columns: of each question the distinct answers once, and for every person the number of theirs."""

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.int32]
#: Pairs of values that are counted in a table of all of them; where there could be more, pairs are sorted.
MOST_PAIRS = 4_000_000


@dataclass(frozen=True)
class Column:
    """What each person gave, as the number of one of the distinct values."""

    #: One for each person, shape (people,).
    numbers: Numbers
    values: tuple[Any, ...]

    @classmethod
    def of(cls, given: Iterable[Hashable]) -> "Column":
        """Return the column of what each person gave, in their order."""
        known: dict[Hashable, int] = {}
        numbers = np.fromiter((known.setdefault(value, len(known)) for value in given), np.int32)
        return cls(numbers, tuple(known))

    @classmethod
    def silent(cls, people: int) -> "Column":
        """Return the column of a question to which nobody gave anything."""
        return cls(np.zeros(people, np.int32), (None,))

    def mapped(self, follow: Callable[[Any], Hashable]) -> "Column":
        """Return what follows from each value; what follows twice is one value."""
        known: dict[Hashable, int] = {}
        places = [known.setdefault(follow(value), len(known)) for value in self.values]
        if len(known) == len(self.values):
            return Column(self.numbers, tuple(known))
        return Column(np.array(places, np.int32)[self.numbers], tuple(known))

    def where(self, chosen: NDArray[np.bool_]) -> "Column":
        """Return the column of some of the people."""
        return Column(self.numbers[chosen], self.values)

    def used(self) -> "Column":
        """Return the column without the values that nobody gave."""
        is_used = self.people() > 0
        numbers = (np.cumsum(is_used) - 1).astype(np.int32)[self.numbers]
        return Column(numbers, tuple(value for value, used in zip(self.values, is_used, strict=True) if used))

    def people(self) -> NDArray[np.int64]:
        """Return how many people gave each value."""
        return np.bincount(self.numbers, minlength=len(self.values))


def together(*columns: Column) -> Column:
    """Return what each person gave to several questions, as one value: a tuple with an entry for each column."""
    first, *others = columns
    joined = Column(first.numbers, tuple((value,) for value in first.values))
    for other in others:
        mine, theirs, numbers = _numbered(joined, other)
        values = tuple((*joined.values[one], other.values[two]) for one, two in zip(mine, theirs, strict=True))
        joined = Column(numbers, values)
    return joined


def pairs(one: Column, other: Column) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Return every pair of values that somebody gave: the number of each, and how many people gave both."""
    mixed, width = _mixed(one, other)
    if len(one.values) * width <= MOST_PAIRS:
        people = np.bincount(mixed, minlength=1)
        given = np.nonzero(people)[0]
        return given // width, given % width, people[given]
    given, people = np.unique(mixed, return_counts=True)
    return given // width, given % width, people


def _numbered(one: Column, other: Column) -> tuple[NDArray[np.int64], NDArray[np.int64], Numbers]:
    """Return the pairs of values that somebody gave, and for each person the number of theirs."""
    mixed, width = _mixed(one, other)
    if len(one.values) * width <= MOST_PAIRS:
        is_given = np.bincount(mixed, minlength=1) > 0
        given = np.nonzero(is_given)[0]
        numbers = (np.cumsum(is_given) - 1).astype(np.int32)[mixed]
    else:
        given, inverse = np.unique(mixed, return_inverse=True)
        numbers = inverse.astype(np.int32)
    return given // width, given % width, numbers


def _mixed(one: Column, other: Column) -> tuple[NDArray[np.int64], int]:
    """Return for each person one number that stands for both of theirs, and how many the second may be."""
    width = max(len(other.values), 1)
    return one.numbers.astype(np.int64) * width + other.numbers, width
