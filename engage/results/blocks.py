"""Lays out every figure of a question as a whole number between bounds, tied to others by sums, and narrows them."""

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engage.results.hierarchy import Hierarchy, Whole

#: No count is larger (people).
MOST = 10_000_000
#: Rounds of narrowing after which what is left to gain is left to the linear programs.
ROUNDS = 100

_FREE = 1_000_000_000_000


@dataclass(frozen=True)
class Shape:
    """The columns of a question: how many answers, and how they add up to the base.

    Of several answers some stand alone ("nothing"): whoever gives one gives no other. `most_answers` is how
    many anybody may give.
    """

    options: int
    multiple: bool = False
    alone: tuple[int, ...] = ()
    most_answers: int | None = None

    @property
    def width(self) -> int:
        """Count the columns: the answers, then the base."""
        return self.options + 1


@dataclass(frozen=True, eq=False)
class Sums:
    """Sums of figures times small whole numbers, each between a least and a most value."""

    starts: Whole
    places: Whole
    times: Whole
    least: Whole
    most: Whole

    @cached_property
    def owners(self) -> Whole:
        """Give for each entry the sum it stands in."""
        return np.repeat(np.arange(len(self.least)), np.diff(self.starts))

    @cached_property
    def by_place(self) -> tuple[Whole, Whole, Whole]:
        """Order the entries by figure: the order, the figures that occur, and where each begins."""
        order = np.argsort(self.places, kind="stable")
        occurring, begins = np.unique(self.places[order], return_index=True)
        return order, occurring, begins.astype(np.int64)

    def values(self, figures: NDArray[Any]) -> NDArray[Any]:
        """Work the sums out."""
        return np.add.reduceat(self.times * figures[self.places], self.starts[:-1])

    def hold(self, figures: Whole) -> NDArray[np.bool_]:
        """Say of each sum whether it lies between its bounds."""
        values = self.values(figures)
        return (self.least <= values) & (values <= self.most)


class _Writer:
    def __init__(self) -> None:
        self.parts: list[tuple[Whole, Whole, int, int]] = []

    def add(self, places: Whole, times: Whole, least: int, most: int) -> None:
        """Add one sum for each line of places."""
        self.parts.append((places, times, least, most))

    def written(self) -> Sums:
        lengths = np.concatenate([np.full(len(places), places.shape[1]) for places, *_ in self.parts])
        return Sums(
            np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64),
            np.concatenate([places.ravel() for places, *_ in self.parts]),
            np.concatenate([np.tile(times, len(places)) for places, times, *_ in self.parts]),
            np.concatenate([np.full(len(places), least) for places, _, least, _ in self.parts]),
            np.concatenate([np.full(len(places), most) for places, _, _, most in self.parts]),
        )


@lru_cache(maxsize=256)
def sums_of(hierarchy: Hierarchy, shape: Shape, changes: tuple[tuple[int, int], ...] = ()) -> Sums:
    """Return every sum between the figures of a question, at each time it was published.

    A figure's place is (time x rows + row) x columns + column. `changes` tells of each time after the first
    how many people came and how many went since the one before, at the most.
    """
    writer = _Writer()
    size = hierarchy.size * shape.width
    for time in range(len(changes) + 1):
        begins = time * size + np.arange(hierarchy.size)[:, None] * shape.width
        for columns, times, least, most in row_sums(shape):
            writer.add(begins + columns[None, :], times, least, most)
        for whole, parts in hierarchy.sums:
            members = begins[[*parts, whole], 0]
            times = np.array([1] * len(parts) + [-1])
            writer.add(members[None, :] + np.arange(shape.width)[:, None], times, 0, 0)
    for time, (came, went) in enumerate(changes, start=1):
        now = time * size + np.arange(size)
        writer.add(np.stack([now, now - size], axis=1), np.array([1, -1]), -went, came)
    return writer.written()


def narrow(sums: Sums, low: Whole, high: Whole) -> tuple[Whole, Whole]:
    """Return the bounds as narrow as the sums make them one by one.

    Where the sums tie the figures in no circle nothing narrower can be said; elsewhere it is a beginning.
    An empty box (low above high) means that no counts agree with what is printed.
    """
    order, occurring, begins = sums.by_place
    times, places, owners = sums.times, sums.places, sums.owners
    adds, size = times > 0, np.abs(times)
    for _ in range(ROUNDS):
        least, most = np.where(adds, low[places], high[places]), np.where(adds, high[places], low[places])
        over = sums.most - np.add.reduceat(times * least, sums.starts[:-1])
        under = np.add.reduceat(times * most, sums.starts[:-1]) - sums.least
        up, down = over[owners] // size, under[owners] // size
        tops = np.where(adds, least + up, most + down)
        floors = np.where(adds, most - down, least - up)
        narrowed_high, narrowed_low = high.copy(), low.copy()
        narrowed_high[occurring] = np.minimum(high[occurring], np.minimum.reduceat(tops[order], begins))
        narrowed_low[occurring] = np.maximum(low[occurring], np.maximum.reduceat(floors[order], begins))
        if np.array_equal(narrowed_high, high) and np.array_equal(narrowed_low, low):
            break
        low, high = narrowed_low, narrowed_high
        if (low > high).any():
            break
    return low, high


def row_sums(shape: Shape) -> list[tuple[Whole, Whole, int, int]]:
    """Return the sums within one row: its columns, how often each counts, and between which bounds."""
    base = shape.options
    if not shape.multiple:
        return [(np.arange(base + 1), np.array([1] * base + [-1]), 0, 0)]
    others = [column for column in range(base) if column not in shape.alone]
    alone = list(shape.alone)
    # Whoever gave none of the answers that stand alone gave one of the others, and each of them once.
    ends = [*alone, base]
    givers = [1] * len(alone) + [-1]
    sums = [(np.array([other, *ends]), np.array([1, *givers]), -_FREE, 0) for other in others]
    sums.append((np.array([*others, *ends]), np.array([1] * len(others) + givers), 0, _FREE))
    if shape.most_answers and shape.most_answers < len(others):
        counted = [shape.most_answers * times for times in givers]
        sums.append((np.array([*others, *ends]), np.array([1] * len(others) + counted), -_FREE, 0))
    if not others:
        sums.append((np.array(ends), np.array(givers), 0, 0))
    return sums
