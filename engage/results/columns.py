"""Holds answers in columns: of each question the distinct answers once, and for every person the number of theirs."""

from collections.abc import Callable, Hashable, Iterable, Sized
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.integer]
#: Pairs of values that are counted in a table of all of them; where there could be more, pairs are sorted.
MOST_PAIRS = 4_000_000
#: People counted at once, so that what is worked out on the way stays small.
AT_ONCE = 2**18


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
        return cls(numbers.astype(kind_of(known)), tuple(known))

    @classmethod
    def silent(cls, people: int) -> "Column":
        """Return the column of a question to which nobody gave anything."""
        return cls(np.zeros(people, np.uint8), (None,))

    def mapped(self, follow: Callable[[Any], Hashable]) -> "Column":
        """Return what follows from each value; what follows twice is one value."""
        known: dict[Hashable, int] = {}
        places = [known.setdefault(follow(value), len(known)) for value in self.values]
        if len(known) == len(self.values):
            return Column(self.numbers, tuple(known))
        return Column(np.array(places, kind_of(known))[self.numbers], tuple(known))

    def where(self, chosen: NDArray[np.bool_]) -> "Column":
        """Return the column of some of the people."""
        return Column(self.numbers[chosen], self.values)

    def used(self) -> "Column":
        """Return the column without the values that nobody gave."""
        is_used = self.people() > 0
        values = tuple(value for value, used in zip(self.values, is_used, strict=True) if used)
        return Column((np.cumsum(is_used) - 1).astype(kind_of(values))[self.numbers], values)

    def people(self) -> NDArray[np.int64]:
        """Return how many people gave each value."""
        return np.bincount(self.numbers, minlength=len(self.values))


def kind_of(values: Sized) -> np.dtype[Any]:
    """Return the smallest kind of number that there are enough of for distinct values."""
    return np.min_scalar_type(max(len(values) - 1, 0))


def together(*columns: Column) -> Column:
    """Return what each person gave to several questions, as one value: a tuple with an entry for each column."""
    first, *others = columns
    joined = Column(first.numbers, tuple((value,) for value in first.values))
    for other in others:
        mine, theirs, numbers = _numbered(joined, other)
        values = tuple((*joined.values[one], other.values[two]) for one, two in zip(mine, theirs, strict=True))
        joined = Column(numbers, values)
    return joined


def count_in(key: Column, given: Numbers, counts_in: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return how many people of each key count in each of some columns, shape (columns, keys).

    `given` is a number for each person; `counts_in` says in which columns whoever gave it counts, shape
    (columns, numbers). No matrices are multiplied: the threads that numpy starts for it cost more than they bring.
    """
    keys, width = len(key.values), counts_in.shape[1]
    if keys * width <= MOST_PAIRS:
        people = np.zeros(width * keys, np.int64)
        at_once = max(AT_ONCE, len(people))
        for begin in range(0, len(given), at_once):
            some = slice(begin, begin + at_once)
            people += np.bincount(_mixed(given[some], width, key.numbers[some], keys), minlength=len(people))
        table = people.reshape(width, keys)
        return np.stack([table[counts].sum(axis=0) for counts in counts_in])
    pairs, people = np.unique(_mixed(given, width, key.numbers, keys), return_counts=True)
    value, of_key = np.divmod(pairs, keys)
    chosen = [counts[value] for counts in counts_in]
    return np.stack([np.bincount(of_key[some], people[some], minlength=keys) for some in chosen]).astype(np.int64)


def _numbered(one: Column, other: Column) -> tuple[NDArray[np.int64], NDArray[np.int64], Numbers]:
    """Return the pairs of values that somebody gave, and for each person the number of theirs."""
    width = max(len(other.values), 1)
    mixed = _mixed(one.numbers, len(one.values), other.numbers, width)
    if len(one.values) * width <= MOST_PAIRS:
        is_given = np.bincount(mixed, minlength=1) > 0
        given = np.nonzero(is_given)[0]
        numbers = (np.cumsum(is_given) - 1).astype(kind_of(given))[mixed]
    else:
        given, inverse = np.unique(mixed, return_inverse=True)
        numbers = inverse.astype(kind_of(given))
    return given // width, given % width, numbers


def _mixed(first: Numbers, most: int, second: Numbers, width: int) -> NDArray[np.integer]:
    """Return for each person one number for both of theirs: the first is below `most`, the second below `width`.

    The smaller the numbers, the sooner they are counted.
    """
    kind = np.min_scalar_type(max(most, 1) * width)
    mixed: NDArray[np.integer] = first.astype(kind)
    mixed *= width
    mixed += second.astype(kind)
    return mixed
