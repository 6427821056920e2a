"""Lets published figures stand until enough people came or went, so that two releases cannot be subtracted.

Whoever saw a release and knows of one answer that came in, or was taken back, since then would read that
answer off the next release. So a figure of a wave is published anew only where its rounded base moved
by 15 or more, so eleven people at least came or went; until then the former one stands.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engage.results.bounds import LEAST_BASE, round_count
from engage.results.hierarchy import RowKey
from engage.results.plan import AREA
from engage.results.suppression import LEAST_LOCAL_BASE, TableArea
from engage.results.tabulation import Group, GroupCounts

#: How far apart two rounded bases must be (people): then the raw ones are 11 apart at the least, whatever
#: the rounding did. The rule reads rounded bases only, so that holding a figure back tells nothing either.
LEAST_CHANGE = 15

_LOCAL_LEVELS = ("ward", "place")

Document = Mapping[str, Any]
#: What names a table: its question, its breakdown, and the area that a breakdown is within.
_Key = tuple[str, str, str | None]


@dataclass(frozen=True)
class _Figures:
    """One table's rows of own figures, former and new, and how many people answered now."""

    former: Mapping[str, Document]
    new: Mapping[str, Document]
    people: Callable[[str], int]
    #: Rows whose new figures would give a count away, by code.
    withdrawn: Collection[str] = ()

    def settle(self, code: str, least: int) -> Document | None:
        """Return the figures that go out for a group of its own, or None."""
        former, new = self.former.get(code), self.new.get(code)
        if code in self.withdrawn:
            return former
        if former is None:
            return new if new and new["base"] >= least + LEAST_CHANGE else None
        base = new["base"] if new else round_count(self.people(code))
        return new if abs(base - former["base"]) >= LEAST_CHANGE else former


def hold_small_changes(
    tables: Iterable[Document],
    former: Iterable[Document],
    counted: Mapping[tuple[str, str], GroupCounts],
    areas: Sequence[TableArea],
    withdrawn: Collection[RowKey] = (),
) -> list[Document]:
    """Return the new tables with the former figures where a group changed by too few people.

    `counted` gives the raw counts the new tables were made of; `areas` how each area rolls up. Of rows that
    were withdrawn, the former figures stand too: those are out.
    """
    known = {_key(document): document for document in former}
    by_code = {area.code: area for area in areas}
    return [
        _held(document, known[_key(document)], counted, by_code, withdrawn) if _key(document) in known else document
        for document in tables
    ]


def _held(
    new: Document,
    former: Document,
    counted: Mapping[tuple[str, str], GroupCounts],
    areas: Mapping[str, TableArea],
    withdrawn: Collection[RowKey],
) -> Document:
    counts, within = counted[new["question"], new["rows"]], new.get("area")
    kept_back = {row.code or row.area for row in withdrawn if row.rows == new["rows"] and within in (None, row.area)}
    figures = _Figures(_own_rows(former), _own_rows(new), lambda code: counts.base(_group(within, code)), kept_back)
    codes = [row["row"] for row in new["rows_shown"]]
    if new["rows"] == AREA:
        return {**new, "rows_shown": [_area_row(figures, areas[code]) for code in codes]}
    return {**new, "rows_shown": [figures.settle(code, LEAST_BASE) or _empty(code) for code in codes]}


def _area_row(figures: _Figures, area: TableArea) -> Document:
    for stand_in in (area, *area.rolls_up_to):
        least = LEAST_LOCAL_BASE if stand_in.level in _LOCAL_LEVELS else LEAST_BASE
        settled = figures.settle(stand_in.code, least)
        if settled:
            return {**settled, "row": area.code}
    return _empty(area.code)


def _own_rows(table: Document) -> dict[str, Document]:
    return {row["row"]: row for row in table["rows_shown"] if row["shown_for"] == row["row"]}


def _empty(code: str) -> Document:
    return {"row": code, "shown_for": None, "base": None, "quality": "not_enough", "cells": []}


def _group(within: str | None, code: str) -> Group:
    return (code, None) if within is None else (within, code)


def _key(table: Document) -> _Key:
    return table["question"], table["rows"], table.get("area")
