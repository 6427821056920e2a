"""Says which published rows are made of which: areas of smaller areas, groups of people of smaller groups."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Whole = NDArray[np.int64]


class RowKey(NamedTuple):
    """Names one row of a question's figures: an area, or a group of people within one."""

    rows: str
    area: str
    code: str | None = None


@dataclass(frozen=True)
class Split:
    """People of one row who are parted among others, nobody in two of them.

    Where the parts are not complete, somebody may be in the whole and in none of them: in the district but
    in no ward, in the area but with no gender given.
    """

    whole: RowKey
    parts: tuple[RowKey, ...]
    is_complete: bool = False


@dataclass(frozen=True, eq=False)
class Hierarchy:
    """The rows a question can have, and how they add up.

    Each split that is not complete gets a row of its own for whoever is elsewhere, numbered after the keys.
    """

    keys: tuple[RowKey, ...]
    splits: tuple[Split, ...]

    @cached_property
    def number(self) -> Mapping[RowKey, int]:
        """Give the place of each key."""
        return {key: place for place, key in enumerate(self.keys)}

    @cached_property
    def sums(self) -> tuple[tuple[int, tuple[int, ...]], ...]:
        """Give each split by number: the whole, then everything that adds up to it."""
        rest = len(self.keys)
        found = []
        for split in self.splits:
            parts = [self.number[part] for part in split.parts]
            if not split.is_complete:
                parts.append(rest)
                rest += 1
            found.append((self.number[split.whole], tuple(parts)))
        return tuple(found)

    @cached_property
    def size(self) -> int:
        """Count the rows, those for whoever is elsewhere too."""
        return len(self.keys) + sum(not split.is_complete for split in self.splits)

    @cached_property
    def places_of(self) -> tuple[tuple[tuple[int, bool], ...], ...]:
        """Give for each row the splits it stands in, and whether as the whole."""
        found: list[list[tuple[int, bool]]] = [[] for _ in range(self.size)]
        for number, (whole, parts) in enumerate(self.sums):
            found[whole].append((number, True))
            for part in parts:
                found[part].append((number, False))
        return tuple(map(tuple, found))

    def reduced_to(self, keys: Collection[RowKey]) -> "Hierarchy":
        """Return the hierarchy of these rows and of all that they are parts of.

        Of rows that are left out, an outsider knows no more than that somebody may be elsewhere.
        """
        wanted = set(keys)
        grows = True
        while grows:
            wholes = {split.whole for split in self.splits if not wanted.isdisjoint(split.parts)}
            grows = not wholes <= wanted
            wanted |= wholes
        splits = []
        for split in self.splits:
            parts = tuple(part for part in split.parts if part in wanted)
            if parts:
                splits.append(Split(split.whole, parts, is_complete=split.is_complete and parts == split.parts))
        return Hierarchy(tuple(key for key in self.keys if key in wanted), tuple(splits))

    def beside(self, row: int) -> tuple[int, ...]:
        """Return a row and those it adds up with, by number: what tells anything about it."""
        near = {row: None}
        for number, _ in self.places_of[row]:
            whole, parts = self.sums[number]
            near |= dict.fromkeys((whole, *parts))
        return tuple(near)
