"""Plays the outsider who knows every rule, reads one published row and works backwards."""

from collections.abc import Callable, Iterator, Sequence
from itertools import product
from typing import Any

from engage.results.plan import ReleasePlan
from engage.results.suppression import TableArea, publish_areas
from engage.results.tabulation import GroupCounts, TableQuestion

Document = dict[str, Any]
#: From raw counts and raw base to a row's document.
Publish = Callable[[Sequence[int], int, bool], Document]

PLAN = ReleasePlan({"age_band": "age_band", "gender": "gender", "community": "communities"})


def counts_of(
    cells: Sequence[int], base: int | None = None, *, multiple: bool = False, area: str = "E06000018"
) -> GroupCounts:
    """Raw counts of one area: options a, b, c …; the base is their sum unless told."""
    options = tuple("abcdefghij"[: len(cells)])
    people = sum(cells) if base is None else base
    group = (area, None)
    counts = {option: {group: n} for option, n in zip(options, cells, strict=True)}
    return GroupCounts(TableQuestion("q", options, multiple=multiple), "area", {group: people}, counts)


def published(cells: Sequence[int], base: int | None = None, multiple: bool = False) -> Document:
    """The row that disclosure control makes of a district's raw counts."""
    counts = counts_of(cells, base, multiple=multiple)
    table = publish_areas(counts, [TableArea("E06000018", "district")], PLAN)
    return table.rows_shown[0].to_document()


def possible_counts(row: Document, publish: Publish, *, multiple: bool) -> set[tuple[int, ...]]:
    """Every base and raw counts, in that order, that would have been published as exactly this row."""
    found = set()
    for cells in product(*(_thinkable(cell, row["base"]) for cell in row["cells"])):
        for base in _bases(cells, row["base"], multiple=multiple):
            if base and publish(cells, base, multiple) == row:
                found.add((base, *cells))
    return found


def check_nothing_is_pinned(publish: Publish, cells: Sequence[int], base: int, *, multiple: bool) -> None:
    """Fail unless the outsider is left 4 values for a hidden count and 3 for every other figure."""
    row = publish(cells, base, multiple)
    if row["base"] is None:
        assert row["cells"] == []
        return
    possible = possible_counts(row, publish, multiple=multiple)
    assert (base, *cells) in possible, "the attack misses the truth"
    left = [len(set(values)) for values in zip(*possible, strict=True)]
    least = [3, *(4 if cell["shown"] == "<8" else 3 for cell in row["cells"])]
    assert all(have >= need for have, need in zip(left, least, strict=True)), (cells, base, left, row)


def _thinkable(cell: Document, base: int) -> range:
    if cell["n"] is not None:
        return range(max(0, cell["n"] - 3), cell["n"] + 4)
    if cell["shown"] == "over 90 %":
        return range(int(base * 0.6), base + 3)
    return range(9)


def _bases(cells: Sequence[int], base: int, *, multiple: bool) -> Iterator[int]:
    if not multiple:
        yield sum(cells)
        return
    yield from (n for n in range(base - 3, base + 4) if max(cells) <= n <= sum(cells))
