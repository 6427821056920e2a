"""Attacks a whole release from outside, with a model of its own and linear programs over all that is printed.

It shares nothing with the audit but the printed tables: every person falls in one finest cell (ward or none, group or
none, answer), every printed number is a box around the sum of some of them.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import product
from random import Random

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csr_array, vstack

from engage.results.audit import audit_release, rows_to_withdraw
from engage.results.audited import AuditedQuestion, PrintedRow, Sheet
from engage.results.blocks import Shape
from engage.results.bounds import LEAST_BASE, Box
from engage.results.hierarchy import Hierarchy, RowKey, Split
from engage.results.plan import AREA, ReleasePlan
from engage.results.published import PublishedRow
from engage.results.suppression import TableArea, printed_boxes, publish_areas, publish_breakdown
from engage.results.tabulation import Breakdown, GroupCounts, People, Row, TableQuestion, tabulate

FORCE = "F"
DISTRICTS: Mapping[str, Sequence[str]] = {"D1": ("W1", "W2", "W3"), "D2": ("W4", "W5")}
GROUPS = ("g1", "g2", "g3")
ANSWERS = ("a", "b", "c")
PLAN = ReleasePlan({"group": "group"})
QUESTION = TableQuestion("q", ANSWERS)
AREAS = (
    TableArea(FORCE, "force"),
    *(TableArea(district, "district") for district in DISTRICTS),
    *(
        TableArea(ward, "ward", (TableArea(district, "district"),))
        for district, wards in DISTRICTS.items()
        for ward in wards
    ),
)
#: A finest cell: district, ward or none, group or none, answer.
Cell = tuple[str, str | None, str | None, str]
CELLS: tuple[Cell, ...] = tuple(
    (district, ward, group, answer)
    for district, wards in DISTRICTS.items()
    for ward, group, answer in product((*wards, None), (*GROUPS, None), ANSWERS)
)


def people_of(seed: int) -> list[Row]:
    """Draw who answered: wards and groups of very different size, some people with no ward or no group."""
    rng = Random(seed)
    size = rng.choice((60, 120, 250, 500))
    weights = [rng.random() ** 3 for _ in range(7)]
    answers = {group: [rng.random() ** 2 + 0.02 for _ in ANSWERS] for group in (*GROUPS, None)}
    places = [(district, ward) for district, wards in DISTRICTS.items() for ward in (*wards, None)]
    share = [rng.random() ** 2 + 0.03 for _ in (*GROUPS, None)]
    people = []
    for _ in range(size):
        district, ward = rng.choices(places, weights)[0]
        group = rng.choices((*GROUPS, None), share)[0]
        answer = rng.choices(ANSWERS, answers[group])[0]
        path = (FORCE, district, *((ward,) if ward else ()))
        people.append(Row(path, {"group": group}, {"q": answer}))
    return people


def count(people: Sequence[Row]) -> dict[str, GroupCounts]:
    """Return the raw counts by area and by group."""
    crossed = Breakdown("group", ("group",), frozenset((FORCE, *DISTRICTS)))
    counted = tabulate(People.of(people), [QUESTION], [Breakdown(), crossed])
    return {AREA: counted["q", AREA], "group": counted["q", "group"]}


def print_rows(counted: Mapping[str, GroupCounts], withdrawn: frozenset[RowKey]) -> dict[RowKey, PublishedRow]:
    """Return the rows with figures of their own that disclosure control lets through."""
    by_area = publish_areas(counted[AREA], AREAS, PLAN, {(key.area, key.code) for key in withdrawn if key.rows == AREA})
    rows = {RowKey(AREA, row.row): row for row in by_area.rows_shown if row.base and row.shown_for == row.row}
    gone = {(key.area, key.code) for key in withdrawn if key.rows == "group"}
    for area in AREAS[: 1 + len(DISTRICTS)]:
        table = publish_breakdown(counted["group"], area, GROUPS, PLAN, gone)
        rows |= {RowKey("group", area.code, row.row): row for row in table.rows_shown if row.base}
    return rows


def hierarchy() -> Hierarchy:
    """Return how the rows add up."""
    areas = [RowKey(AREA, area.code) for area in AREAS]
    groups = [RowKey("group", area, code) for area in (FORCE, *DISTRICTS) for code in GROUPS]
    districts = tuple(RowKey(AREA, district) for district in DISTRICTS)
    splits = [Split(RowKey(AREA, FORCE), districts, is_complete=True)]
    splits += [Split(RowKey(AREA, top), tuple(RowKey(AREA, w) for w in wards)) for top, wards in DISTRICTS.items()]
    splits += [
        Split(RowKey(AREA, area), tuple(RowKey("group", area, code) for code in GROUPS)) for area in (FORCE, *DISTRICTS)
    ]
    splits += [
        Split(
            RowKey("group", FORCE, code), tuple(RowKey("group", place, code) for place in DISTRICTS), is_complete=True
        )
        for code in GROUPS
    ]
    return Hierarchy((*areas, *groups), tuple(splits))


HIERARCHY = hierarchy()


def cleared(counted: Mapping[str, GroupCounts], *, is_audited: bool = True) -> tuple[dict[RowKey, PublishedRow], int]:
    """Return the rows that go out after the audit, and how many it withdrew."""
    withdrawn: frozenset[RowKey] = frozenset()
    while True:
        rows = print_rows(counted, withdrawn)
        if not is_audited:
            return rows, 0
        question = audited(counted, rows, withdrawn)
        audit = audit_release([question])
        if not audit.findings:
            return rows, len(withdrawn)
        chosen = rows_to_withdraw([question], audit.findings)["q"]
        assert not withdrawn.intersection(chosen)
        withdrawn = withdrawn.union(chosen)


def audited(
    counted: Mapping[str, GroupCounts], rows: Mapping[RowKey, PublishedRow], withdrawn: frozenset[RowKey]
) -> AuditedQuestion:
    """Return the question as the audit takes it."""
    counts = {}
    for key in HIERARCHY.keys:
        group = (key.area, key.code)
        counts[key] = (*counted[key.rows].cells(group), counted[key.rows].base(group))
    printed = {key: PrintedRow(row.base or 0, printed_boxes(row)) for key, row in rows.items()}
    bases = dict(small_bases(counts, rows, withdrawn))
    return AuditedQuestion("q", Shape(len(ANSWERS)), HIERARCHY, (Sheet(printed, bases, counts),))


def small_bases(
    counts: Mapping[RowKey, Sequence[int]], rows: Mapping[RowKey, PublishedRow], withdrawn: frozenset[RowKey]
) -> Iterator[tuple[RowKey, Box]]:
    """Yield what is known of rows that are not shown: that too few answered."""
    for key in HIERARCHY.keys:
        top = 27 if key.area.startswith("W") else LEAST_BASE - 1
        if key not in rows and key not in withdrawn and counts[key][-1] <= top:
            yield key, Box(0, top)


@dataclass(frozen=True)
class Attack:
    """What an outsider knows of sums of the finest cells: each between two numbers."""

    sums: Sequence[Sequence[int]]
    bounds: Sequence[tuple[float, float]]

    @cached_property
    def below(self) -> tuple[csr_array, np.ndarray]:
        """Return the sums and their negatives with what each cannot exceed."""
        lines = np.repeat(range(len(self.sums)), [len(each) for each in self.sums])
        ones = np.ones(len(lines))
        matrix = csr_array((ones, (lines, np.concatenate(self.sums))), shape=(len(self.sums), len(CELLS)))
        least, most = (np.array(side) for side in zip(*self.bounds, strict=True))
        return csr_array(vstack([matrix, -matrix])), np.concatenate([most, -least])

    def reach(self, figure: Sequence[int]) -> tuple[int, int]:
        """Return the least and the greatest whole number a sum of cells can be."""
        sums, most = self.below
        worth = np.zeros(len(CELLS))
        worth[list(figure)] = 1
        ends = []
        for sign in (1, -1):
            solved = linprog(sign * worth, A_ub=sums, b_ub=most, bounds=(0, None))
            assert solved.success, solved.message
            ends.append(sign * solved.fun)
        return int(np.ceil(ends[0] - 1e-6)), int(np.floor(ends[1] + 1e-6))


def cells_of(key: RowKey, answer: str | None) -> list[int]:
    """Return the places of the finest cells that a figure is the sum of."""

    def is_in(cell: Cell) -> bool:
        district, ward, group, given = cell
        is_there = key.area in (FORCE, district, ward) and answer in (None, given)
        return is_there and (key.rows == AREA or group == key.code)

    return [place for place, cell in enumerate(CELLS) if is_in(cell)]


def attack_on(rows: Mapping[RowKey, PublishedRow]) -> Attack:
    """Return what the printed rows tell."""
    sums, bounds = [], []
    for key, row in rows.items():
        boxes = printed_boxes(row)
        base = row.base or 0
        for answer, box in zip((*ANSWERS, None), (*boxes, Box(max(LEAST_BASE, base - 2), base + 2)), strict=True):
            sums.append(cells_of(key, answer))
            bounds.append((box.low, box.high))
    return Attack(sums, bounds)


@dataclass(frozen=True)
class Left:
    """How few values any hidden and any rounded figure of a release is left."""

    hidden: int = 99
    rounded: int = 99


def narrowest(counted: Mapping[str, GroupCounts], rows: Mapping[RowKey, PublishedRow]) -> Left:
    """Return how few values the figures of a release are left; fails if the attack misses the truth."""
    if not rows:
        return Left()
    attack, left = attack_on(rows), Left()
    for key, row in rows.items():
        group = (key.area, key.code)
        true = (*counted[key.rows].cells(group), counted[key.rows].base(group))
        shown = (*(cell.shown for cell in row.cells), str(row.base))
        for answer, people, said in zip((*ANSWERS, None), true, shown, strict=True):
            low, high = attack.reach(cells_of(key, answer))
            assert low <= people <= high, (key, answer, people, low, high)
            kind = "hidden" if said == "<8" else "rounded"
            left = replace(left, **{kind: min(getattr(left, kind), high - low + 1)})
    return left


@dataclass(frozen=True)
class AttackedWave:
    """One wave's release, attacked with and without the audit."""

    rows: int
    withdrawn: int
    left: Left
    left_unaudited: Left


def attacked_waves(seed: int) -> Iterator[AttackedWave]:
    """Publish two waves of one survey and attack both."""
    for wave in range(2):
        counted = count(people_of(2 * seed + wave))
        rows, withdrawn = cleared(counted)
        unaudited, _ = cleared(counted, is_audited=False)
        yield AttackedWave(len(rows), withdrawn, narrowest(counted, rows), narrowest(counted, unaudited))
