"""Holds figures in the only form in which they may leave, and reads them back from a stored release.

`PublishedCell`, `PublishedRow` and `PublishedTable` are sealed: making one takes a token that belongs to
this module and to `engage.results.suppression` alone, so that no other code can put a raw count in one by
oversight. Whatever is not rounded is refused even there. Shares and intervals are worked out here from
the rounded figures, so nobody can bring their own.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import InitVar, dataclass
from hashlib import sha256
from math import ceil, floor
from typing import Any, Self

from engage.results.bounds import base_box, count_box
from engage.results.intervals import widest_interval
from engage.results.plan import AREA

#: What a release says it was made by.
RULE = "floor-8, base 10, rounding 5"
#: Whom the shares speak of; never "of residents".
NOTE = "of the people who answered"
#: What stands for any small count, zero too.
HIDDEN = "<8"
#: What stands for a share too near nobody or everybody.
UNDER, OVER = "under 10 %", "over 90 %"
#: Quality by rounded base, best first (people).
QUALITIES = ((50, "ok"), (30, "care"), (10, "low"))
#: The quality of a row that is not shown.
NOT_ENOUGH = "not_enough"

#: For engage.results.suppression only.
_CONTROL_SEAL = object()


class TableUnfit(ValueError):
    """A stored document is no table that disclosure control could have made."""


def _check_seal(seal: object) -> None:
    if seal is not _CONTROL_SEAL:
        raise TypeError("only engage.results.suppression makes published figures")


@dataclass(frozen=True, slots=True)
class PublishedCell:
    """One answer in one row: a rounded count with its share, or "<8" or a band with no figure at all."""

    option: str
    n: int | None
    shown: str
    share: float | None
    low: float | None
    high: float | None
    seal: InitVar[object]

    def __post_init__(self, seal: object) -> None:
        """Refuse a cell made elsewhere, or with a count that is not rounded."""
        _check_seal(seal)
        if self.n is not None:
            count_box(self.n)

    @classmethod
    def figure(cls, option: str, n: int, base: int, *, seal: object) -> Self:
        """Make a cell that shows a rounded count (people) of a rounded base, with its share and interval."""
        low, high = widest_interval(n, base)
        # The ends are rounded outwards, so that printing two decimals takes nothing off the interval.
        ends = floor(low * 100) / 100, ceil(high * 100) / 100
        return cls(option, n, str(n), round(n / base, 2), *ends, seal=seal)

    @classmethod
    def words(cls, option: str, shown: str, *, seal: object) -> Self:
        """Make a cell that shows "<8" or a band and no figure."""
        return cls(option, None, shown, None, None, None, seal=seal)

    def to_document(self) -> dict[str, object]:
        """Return the cell as it stands in a release's JSON."""
        figures = {"n": self.n, "shown": self.shown, "share": self.share, "low": self.low, "high": self.high}
        return {"option": self.option, **figures}


@dataclass(frozen=True, slots=True)
class PublishedRow:
    """One area or group: the figures shown for it, and the area they are the figures of.

    `shown_for` differs from `row` where a ward or place is shown for a wider area, and is None where
    nothing is shown; `base` is rounded (people).
    """

    row: str
    shown_for: str | None
    base: int | None
    quality: str
    cells: tuple[PublishedCell, ...]
    seal: InitVar[object]

    def __post_init__(self, seal: object) -> None:
        """Refuse a row made elsewhere, or with a base that is not rounded."""
        _check_seal(seal)
        if self.base is not None:
            base_box(self.base)

    @classmethod
    def shown(cls, row: str, shown_for: str, base: int, cells: Iterable[PublishedCell], *, seal: object) -> Self:
        """Make a row of figures; its quality goes by the rounded base (people)."""
        base_box(base)
        quality = next(quality for least, quality in QUALITIES if base >= least)
        return cls(row, shown_for, base, quality, tuple(cells), seal=seal)

    @classmethod
    def empty(cls, row: str, *, seal: object) -> Self:
        """Make the row of an area or group that has too few replies to show."""
        return cls(row, None, None, NOT_ENOUGH, (), seal=seal)

    def to_document(self) -> dict[str, object]:
        """Return the row as it stands in a release's JSON."""
        head = {"row": self.row, "shown_for": self.shown_for, "base": self.base, "quality": self.quality}
        return {**head, "cells": [cell.to_document() for cell in self.cells]}


@dataclass(frozen=True, slots=True)
class PublishedTable:
    """One question by area, or by one breakdown within an area.

    `codes` is "folded" or "long"; `rows` is "area" or the breakdown's name, and then `area` is the area the
    whole table speaks of. Rows stand in the order asked for, never in order of their figures.
    """

    question: str
    codes: str
    rows: str
    area: str | None
    rows_shown: tuple[PublishedRow, ...]
    seal: InitVar[object]
    note: str = NOTE

    def __post_init__(self, seal: object) -> None:
        """Refuse a table made elsewhere, or one that does not say whose figures it holds."""
        _check_seal(seal)
        if (self.area is None) != (self.rows == AREA):
            raise ValueError("a table by a breakdown names its area, a table by area names none")

    def to_document(self) -> dict[str, object]:
        """Return the table as it stands in a release's JSON."""
        head = {"question": self.question, "codes": self.codes, "rows": self.rows}
        area = {} if self.area is None else {"area": self.area}
        return {**head, **area, "note": self.note, "rows_shown": [row.to_document() for row in self.rows_shown]}


def table_from_document(document: Mapping[str, Any]) -> PublishedTable:
    """Return the table a stored release holds, or raise TableUnfit.

    The table is made anew from its rounded counts and must come out the same to the letter: so no raw
    count, share of raw counts, narrower interval or further field can hide in it.
    """
    try:
        rows = tuple(_row_from_document(row) for row in document["rows_shown"])
        table = PublishedTable(
            document["question"], document["codes"], document["rows"], document.get("area"), rows, seal=_CONTROL_SEAL
        )
        faithful = _canonical(table.to_document()) == _canonical(document)
    except (AttributeError, KeyError, TypeError, ValueError) as fault:
        raise TableUnfit(str(fault)) from fault
    if not faithful:
        raise TableUnfit(f"figures of {table.question} by {table.rows} are not what their counts make")
    return table


def release_hash(documents: Sequence[Mapping[str, Any]]) -> str:
    """Return the SHA-256 of a release's table documents in their order, as 64 hex digits.

    It goes over JSON with sorted keys, no spaces and UTF-8, so that anybody can work it out again.
    """
    return sha256(_canonical(list(documents)).encode()).hexdigest()


def _row_from_document(document: Mapping[str, Any]) -> PublishedRow:
    base, cells = document["base"], document["cells"]
    if base is None:
        return PublishedRow.empty(document["row"], seal=_CONTROL_SEAL)
    if not cells or not document["shown_for"]:
        raise ValueError(f"row {document['row']} has a base and no figures")
    made = (_cell_from_document(cell, base) for cell in cells)
    return PublishedRow.shown(document["row"], document["shown_for"], base, made, seal=_CONTROL_SEAL)


def _cell_from_document(document: Mapping[str, Any], base: int) -> PublishedCell:
    option, n, shown = document["option"], document["n"], document["shown"]
    if n is not None:
        return PublishedCell.figure(option, n, base, seal=_CONTROL_SEAL)
    if shown not in (HIDDEN, UNDER, OVER):
        raise ValueError(f"{shown!r} stands for no count")
    return PublishedCell.words(option, shown, seal=_CONTROL_SEAL)


def _canonical(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
