"""Keeps what former releases of a wave said, and how many people came and went since."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from engage.reporting.printed import own_rows
from engage.results.audited import PrintedRow, Sheet
from engage.results.hierarchy import Hierarchy, RowKey
from engage.results.published import table_from_document
from engage.storage import audit, erasures, releases, responses
from engage.storage.database import Session
from engage.storage.releases import Release

#: Rows of one release by question.
Rows = Mapping[str, Mapping[RowKey, PrintedRow]]

#: Decisions that take an answer away, put another in its place or bring one back.
_DECISIONS = ("use_second", "erase", "set_aside", "set_aside_all", "set_aside_rush", "undone")
#: Decisions of one kind that are counted at the most; beyond that so many were made.
_MOST_DECISIONS = 10_000


@dataclass(frozen=True)
class Former:
    """The former releases of a wave, oldest first, and of each how many people came and went since, at the most."""

    releases: tuple[Rows, ...] = ()
    since: tuple[tuple[int, int], ...] = ()

    def last_rows(self, question: str) -> Mapping[RowKey, PrintedRow]:
        """Return what the last release says of a question."""
        return self.releases[-1].get(question, {}) if self.releases else {}

    def rows(self, question: str) -> frozenset[RowKey]:
        """Name the rows that any release printed of a question."""
        return frozenset(key for release in self.releases for key in release.get(question, {}))

    def sheets(self, question: str, hierarchy: Hierarchy) -> tuple[tuple[Sheet, ...], tuple[tuple[int, int], ...]]:
        """Return the figures that each release said anew, and how many came and went after each.

        Figures that stood are of the release before.
        """
        fresh = [(place, Sheet(rows)) for place, rows in self._fresh(question, hierarchy) if rows]
        return tuple(sheet for _, sheet in fresh), tuple(self.since[place] for place, _ in fresh)

    def _fresh(self, question: str, hierarchy: Hierarchy) -> Iterator[tuple[int, dict[RowKey, PrintedRow]]]:
        before: Mapping[RowKey, PrintedRow] = {}
        for place, release in enumerate(self.releases):
            rows = release.get(question, {})
            yield place, {key: row for key, row in rows.items() if before.get(key) != row and key in hierarchy.number}
            before = rows


def read_former(session: Session, survey: str, wave: str, breakdowns: Iterable[str]) -> Former:
    """Return what was published of a wave until now."""
    found = [release for release in reversed(releases.list_of(session, survey)) if release.wave == wave]
    names = tuple(breakdowns)
    return Former(
        tuple(_rows(session, release, names) for release in found),
        tuple(_since(session, survey, wave, release.published_at) for release in found),
    )


def _rows(session: Session, release: Release, breakdowns: Iterable[str]) -> Rows:
    rows: dict[str, dict[RowKey, PrintedRow]] = {}
    for name in breakdowns:
        for document in releases.tables_of(session, release, name):
            table = table_from_document(document)
            rows.setdefault(table.question, {}).update(own_rows([table]))
    return rows


def _since(session: Session, survey: str, wave: str, at: datetime) -> tuple[int, int]:
    """Return how many people came and went since a time, at the most: whoever came that day may have come after."""
    went = erasures.count_since(session, survey, wave, at)
    for decision in _DECISIONS:
        made = audit.last_of(session, f"review.{decision}", _MOST_DECISIONS)
        # Of a rush, one line is about all of its answers.
        went += sum(max(1, len(line.detail.get("of", ()))) for line in made if line.at >= at)
    return responses.count_since(session, survey, wave, at.date()) + went, went
