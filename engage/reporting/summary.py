"""Sums one area up: what people said there, good things first, as published and with whom it was shown for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engage.areas import Area, Level
from engage.reporting.planning import is_about_the_person
from engage.reporting.reading import Published, find_tables
from engage.results.published import PublishedRow, PublishedTable
from engage.storage.database import Session

#: Good things first, then how safe people feel, why, what would help, and whom they trust. What a survey asks
#: besides follows in its own order.
GOOD_ORDER = (
    "good_here",
    "safe_day",
    "safe_dark",
    "safe_transport",
    "safe_school",
    "safe_online",
    "safe_town_night",
    "safe_home",
    "would_help",
    "would_help_most",
    "unsafe_reasons",
    "unsafe_most",
    "violence_causes",
    "who_to_go_to",
    "what_stops",
    "trusted_person",
    "trust_police",
    "belonging",
    "good_things_to_do",
)
#: Who answered comes after what they said.
LAST = "area_relation"


@dataclass(frozen=True)
class SummaryEntry:
    """One question about the area: its row as published, and its district's beside it where both are shown."""

    table: PublishedTable
    row: PublishedRow
    beside: PublishedRow | None = None

    @property
    def question_id(self) -> str:
        """Return which question it is."""
        return self.table.question


@dataclass(frozen=True)
class AreaSummary:
    """What is published about one area."""

    area: Area
    #: The areas it lies in, nearest first.
    above: tuple[Area, ...]
    district: Area | None
    entries: tuple[SummaryEntry, ...]
    #: Who answered, by the questions about the person; districts and police force areas only.
    who: tuple[SummaryEntry, ...]

    @property
    def base(self) -> int | None:
        """Return about how many people answered about this very area (rounded), None where too few did."""
        bases = [row.base for row in self._rows if row.base is not None and row.shown_for == row.row]
        return max(bases, default=None)

    @property
    def stands_in(self) -> str | None:
        """Return the wider area that all figures are of, where they are all of one and the same."""
        shown = {row.shown_for for row in self._rows if row.shown_for is not None}
        return shown.pop() if len(shown) == 1 and self.area.code not in shown else None

    @property
    def _rows(self) -> Sequence[PublishedRow]:
        return [entry.row for entry in (*self.entries, *self.who)]


def summarise_area(session: Session, published: Published, code: str) -> AreaSummary:
    """Return what is published about an area. Raises AreaNotInSurvey."""
    area = published.ground.area(code)
    district = next((above for above in published.ground.above(code) if above.level is Level.DISTRICT), None)
    beside = _rows_by_question(find_tables(session, published, area=district.code)) if district else {}
    entries: list[SummaryEntry] = []
    who: list[SummaryEntry] = []
    for table in sorted(find_tables(session, published, area=code), key=_place):
        entry = _entry(table, beside.get(table.question))
        question = published.questionnaire.question(table.question)
        (who if question and is_about_the_person(question) else entries).append(entry)
    return AreaSummary(area, published.ground.above(code), district, tuple(entries), tuple(who))


def _entry(table: PublishedTable, district: PublishedRow | None) -> SummaryEntry:
    row = table.rows_shown[0]
    is_other = district is not None and district.base is not None and row.shown_for not in (None, district.row)
    return SummaryEntry(table, row, district if is_other else None)


def _place(table: PublishedTable) -> int:
    if table.question in GOOD_ORDER:
        return GOOD_ORDER.index(table.question)
    return len(GOOD_ORDER) + (table.question == LAST)


def _rows_by_question(tables: Sequence[PublishedTable]) -> Mapping[str, PublishedRow]:
    return {table.question: table.rows_shown[0] for table in tables}
