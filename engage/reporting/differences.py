"""Compares printed figures when a release is made: areas and communities with the rest, a wave with the one before."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import ceil, floor
from typing import NamedTuple

from engage.reporting.ground import Ground
from engage.results.bounds import FLOOR
from engage.results.comparison import (
    LEAST_COMPARED,
    Difference,
    ShareBoxes,
    compare_boxes,
    flag_differences,
    printed_boxes,
    rest_boxes,
)
from engage.results.modes import MODE
from engage.results.plan import AREA, COMMUNITY
from engage.results.published import HIDDEN, OVER, UNDER, PublishedCell, PublishedRow, PublishedTable
from engage.results.trend import Stratum, is_same_mix, standardised_change
from engage.storage.release_extras import ReleaseExtra

#: What is said of a difference; never a rank.
HIGHER, LOWER, NO_DIFFERENCE = "higher", "lower", "no_clear_difference"
#: How two waves were compared: as people answered; as if they had answered in the earlier wave's ways; not at all.
AS_ANSWERED, STANDARDISED, MIX_DIFFERS = "as_answered", "standardised", "mix_differs"
#: The strata that both waves have must hold this part of the earlier wave's answers (proportion).
LEAST_STRATA = 0.8

#: What stands for a share that is printed as a band (proportion).
_BAND_SHARES = {UNDER: 0.05, OVER: 0.95}

#: Names a printed row: question, what rows are, the area a breakdown is within, and the row.
RowName = tuple[str, str, str | None, str]


class _Test(NamedTuple):
    """One answer of one row to be compared."""

    row: RowName
    option: str
    share: float
    other: float
    difference: Difference


@dataclass(frozen=True)
class Wave:
    """The printed tables of one wave, as they are compared: those by area, by mode, and how people answered."""

    tables: Sequence[PublishedTable]
    mode: PublishedTable | None
    #: Rows of which half or more came from one batch; they are not compared.
    batch: Collection[RowName] = ()

    @cached_property
    def by_mode(self) -> dict[tuple[str, str], PublishedTable]:
        """Return the tables by mode, by question and area."""
        return {(table.question, str(table.area)): table for table in self.tables if table.rows == MODE}

    def rows(self, kind: str) -> dict[RowName, PublishedRow]:
        """Return the rows of tables by area or by a breakdown that hold their own figures and enough people."""
        return {
            name: row
            for table in self.tables
            if table.rows == kind
            for row in table.rows_shown
            if (name := (table.question, table.rows, table.area, row.row)) not in self.batch and _is_comparable(row)
        }

    def modes(self, area: str) -> PublishedRow | None:
        """Return how people answered in an area, where that row is its own."""
        rows = self.mode.rows_shown if self.mode else ()
        return next((row for row in rows if row.row == area and row.shown_for == area), None)


def against_rest(wave: Wave, ground: Ground, questions: Collection[str]) -> Iterator[ReleaseExtra]:
    """Yield, for each area and each community with figures of its own, every shown answer beside the rest's."""
    wholes = {(name[0], name[3]): row for name, row in wave.rows(AREA).items()}
    for kind in (AREA, COMMUNITY):
        tests = [
            test
            for name, row in wave.rows(kind).items()
            if name[0] in questions
            and (whole := wholes.get((name[0], _whole_of(ground, name))))
            and name[3] != whole.row
            for test in _with_rest(name, row, whole)
        ]
        for (within, code), cells in _by_place(tests).items():
            yield ReleaseExtra("against_rest", {"rows": kind, "row": code, "cells": cells}, within or code)


def change_since(
    wave: Wave, before: Wave, ground: Ground, questions: Collection[str], head: Mapping[str, str]
) -> Iterator[ReleaseExtra]:
    """Yield, for each area, every answer shown in both waves beside the earlier one; `head` says which that was.

    `questions` are those that both waves asked alike. Where people answered in other ways than last time, districts
    and police force areas are compared way by way, and smaller areas not at all.
    """
    now, then = wave.rows(AREA), before.rows(AREA)
    areas = dict.fromkeys(name[3] for name in now if name in then and name[0] in questions)
    how = {area: _how(wave, before, area, ground) for area in areas}
    tests: list[_Test] = []
    for name, row in now.items():
        if name not in then or name[0] not in questions:
            continue
        match how[name[3]]:
            case "as_answered":
                tests += _with_earlier(name, row, then[name])
            case "standardised":
                tests += _by_mode(name, wave, before)
    cells = _by_place(tests)
    for area in areas:
        document = {**head, "how": how[area], "cells": cells.get((None, area), [])}
        yield ReleaseExtra("change", document, area)


def verdict_of(difference: Difference, *, is_flagged: bool) -> str:
    """Return what may be said of a difference: its direction only where it is flagged and all boxes agree on it."""
    if is_flagged and difference.low > 0:
        return HIGHER
    return LOWER if is_flagged and difference.high < 0 else NO_DIFFERENCE


def _with_rest(name: RowName, row: PublishedRow, whole: PublishedRow) -> Iterator[_Test]:
    for cell, other in _both(row, whole):
        boxes = _boxes(cell, row)
        rest = rest_boxes(_boxes(other, whole), boxes)
        base = (whole.base or 0) - (row.base or 0)
        if rest is None or base < LEAST_COMPARED:
            continue
        share = min(max(((other.n or 0) - (cell.n or 0)) / base, 0.0), 1.0)
        yield _Test(name, cell.option, cell.share or 0.0, round(share, 2), compare_boxes(boxes, rest))


def _with_earlier(name: RowName, row: PublishedRow, before: PublishedRow) -> Iterator[_Test]:
    for cell, other in _both(row, before):
        difference = compare_boxes(_boxes(cell, row), _boxes(other, before))
        yield _Test(name, cell.option, cell.share or 0.0, other.share or 0.0, difference)


def _by_mode(name: RowName, wave: Wave, before: Wave) -> Iterator[_Test]:
    """Yield the comparisons of an area's answers with each way of answering kept as it was in the earlier wave."""
    now, then = _mode_rows(wave, name), _mode_rows(before, name)
    modes = [mode for mode in then if mode in now]
    people = sum(then[mode].base or 0 for mode in modes)
    if not people or people < LEAST_STRATA * sum(row.base or 0 for row in then.values()):
        return
    parts = [(then[mode].base or 0) / people for mode in modes]
    for option in dict.fromkeys(cell.option for mode in modes for cell in then[mode].cells):
        found = [(now[mode], _cell(now[mode], option), then[mode], _cell(then[mode], option)) for mode in modes]
        if not all(_is_bounded(one) and _is_bounded(other) for _, one, _, other in found):
            continue
        strata = [
            Stratum(part, _boxes(one, row), _boxes(other, earlier))
            for part, (row, one, earlier, other) in zip(parts, found, strict=True)
        ]
        share = sum(part * _share(one, row) for part, (row, one, _, _) in zip(parts, found, strict=True))
        other = sum(part * _share(one, row) for part, (_, _, row, one) in zip(parts, found, strict=True))
        yield _Test(name, option, round(share, 2), round(other, 2), standardised_change(strata))


def _how(wave: Wave, before: Wave, area: str, ground: Ground) -> str:
    """Return how an area's two waves can be compared."""
    now, then = wave.modes(area), before.modes(area)
    if now is None or then is None:
        return MIX_DIFFERS
    mix, earlier = ({cell.option: _share(cell, row) for cell in row.cells} for row in (now, then))
    if is_same_mix(mix, earlier):
        return AS_ANSWERED
    return STANDARDISED if ground.level(area) in ("district", "force") else MIX_DIFFERS


def _by_place(tests: Sequence[_Test]) -> dict[tuple[str | None, str], list[dict[str, object]]]:
    """Return the comparisons of each row, flagged so that few of all those flagged here are chance alone."""
    found: dict[tuple[str | None, str], list[dict[str, object]]] = {}
    flags = flag_differences([test.difference.p for test in tests])
    for test, is_flagged in zip(tests, flags, strict=True):
        cell = {
            "question": test.row[0],
            "option": test.option,
            "verdict": verdict_of(test.difference, is_flagged=is_flagged),
            "share": test.share,
            "other": test.other,
            "low": max(-1.0, floor(test.difference.low * 100) / 100),
            "high": min(1.0, ceil(test.difference.high * 100) / 100),
        }
        found.setdefault((test.row[2], test.row[3]), []).append(cell)
    return found


def _whole_of(ground: Ground, name: RowName) -> str:
    """Return the widest area of the survey that a row lies in."""
    area = name[2] or name[3]
    return next((above.code for above in reversed(ground.above(area)) if above.code in ground.roots), area)


def _is_comparable(row: PublishedRow) -> bool:
    return row.shown_for == row.row and row.base is not None and row.base >= LEAST_COMPARED


def _both(row: PublishedRow, other: PublishedRow) -> Iterator[tuple[PublishedCell, PublishedCell]]:
    """Yield the answers that have a figure in both rows."""
    figures = {cell.option: cell for cell in other.cells if cell.n is not None}
    for cell in row.cells:
        if cell.n is not None and cell.option in figures:
            yield cell, figures[cell.option]


def _mode_rows(wave: Wave, name: RowName) -> dict[str, PublishedRow]:
    table = wave.by_mode.get((name[0], name[3]))
    return {row.row: row for row in table.rows_shown if row.base is not None} if table else {}


def _cell(row: PublishedRow, option: str) -> PublishedCell:
    return next(cell for cell in row.cells if cell.option == option)


def _boxes(cell: PublishedCell, row: PublishedRow) -> ShareBoxes:
    return printed_boxes(cell.n, row.base or 0)


def _is_bounded(cell: PublishedCell) -> bool:
    """Say whether a cell shows a figure or a small count; bands leave the count open."""
    return cell.n is not None or cell.shown == HIDDEN


def _share(cell: PublishedCell, row: PublishedRow) -> float:
    """Return a cell's share as near as its print tells; a small count as half of what is hidden."""
    if cell.share is not None:
        return cell.share
    return _BAND_SHARES.get(cell.shown, FLOOR / 2 / (row.base or 1))
