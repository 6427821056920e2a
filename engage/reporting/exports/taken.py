"""Holds what is taken away in one export: tables of one release, their words, and boundaries where a map needs them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from engage.reporting.care import care_words
from engage.reporting.companions import Companions
from engage.reporting.differences import RowName
from engage.reporting.labels import Labels
from engage.reporting.reading import Published
from engage.results.published import PublishedRow, PublishedTable

#: Says how far the writing of a file is: (steps done, steps there are).
Progress = Callable[[int, int], None]


def unheard(_done: int, _total: int) -> None:
    """Tell nobody how far it is."""


class FormatRefused(Exception):
    """Results do not come in this format; the message says why."""

    code = "unknown_format"


@dataclass(frozen=True)
class Taken:
    """Tables of one release as somebody takes them away."""

    published: Published
    tables: Sequence[PublishedTable]
    labels: Labels
    #: Area code → GeoJSON geometry; read for GeoJSON only.
    boundaries: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    #: Names of rows of which half or more came from one session or venue.
    one_batch: frozenset[RowName] = frozenset()
    #: Begins a CSV file with the mark by which spreadsheets know UTF-8.
    byte_order_mark: bool = True
    #: What goes with the tables; read for formats that hold it.
    companions: Companions = field(default_factory=dict)
    #: Which of them a CSV file holds in place of the tables; empty for the tables.
    part: str = ""
    #: Hears how far the writing is, of formats that take long.
    progress: Progress = unheard

    def care(self, table: PublishedTable, row: PublishedRow) -> str | None:
        """Return what makes a row's figures need care besides a small base, None where nothing does."""
        return care_words(table, row, self.one_batch)
