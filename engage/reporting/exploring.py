"""Says what a release may show of an area, and why something is not shown: refused, too few, or for a wider area."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from engage.reporting.care import care_words
from engage.reporting.differences import RowName
from engage.reporting.labels import Labels
from engage.reporting.planning import release_plan
from engage.reporting.reading import Published, refusal_rule
from engage.results.plan import AREA, LEVELS, BreakdownRefused
from engage.results.published import HIDDEN, PublishedTable


@dataclass(frozen=True)
class Ways:
    """How an area may be looked at: breakdowns that may be shown, and those that may not by the rule they break."""

    shown: tuple[str, ...]
    refused: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Shortfall:
    """What a table lacks: names of rows, and how many cells."""

    #: Rows that show figures of their own, and all rows.
    own: int
    rows: int
    #: Rows that show a wider area's figures, each with that area.
    wider: tuple[tuple[str, str], ...]
    #: Rows with too few answers.
    missing: tuple[str, ...]
    #: Cells that read "<8" of rows with figures.
    hidden: int
    cells: int
    #: Names of rows of which half or more came from one session or venue.
    one_batch: tuple[str, ...]


def ways_of(published: Published, area: str, question: str | None = None) -> Ways:
    """Return by which breakdowns of the release plan this area may be shown, and why not by the others."""
    plan = release_plan(published.questionnaire)
    names = (AREA, *dict.fromkeys(name for level in LEVELS for name in plan.breakdowns(level)))
    rules = {name: _broken_rule(published, area, name, question) for name in names}
    refused = {
        rule: tuple(name for name in names if rules[name] == rule)
        for rule in dict.fromkeys(filter(None, rules.values()))
    }
    return Ways(tuple(name for name in names if rules[name] is None), refused)


def wider_area(published: Published, area: str, by: str, question: str | None = None) -> str | None:
    """Return the nearest area around this one that may be shown by what this one may not, if there is any."""
    above = (wider.code for wider in published.ground.above(area))
    return next((code for code in above if _broken_rule(published, code, by, question) is None), None)


def find_shortfall(table: PublishedTable, labels: Labels, one_batch: frozenset[RowName]) -> Shortfall:
    """Return what a table does not show, and which of its rows need care."""
    cells = [cell for row in table.rows_shown for cell in row.cells]
    own = [row for row in table.rows_shown if row.cells and row.shown_for in (row.row, table.area)]
    return Shortfall(
        own=len(own),
        rows=len(table.rows_shown),
        wider=tuple(_stand_ins(table, labels)),
        missing=tuple(str(labels.row(table.rows, row.row)) for row in table.rows_shown if not row.cells),
        hidden=sum(cell.shown == HIDDEN for cell in cells),
        cells=len(cells),
        one_batch=tuple(
            str(labels.row(table.rows, row.row)) for row in table.rows_shown if care_words(table, row, one_batch)
        ),
    )


def _stand_ins(table: PublishedTable, labels: Labels) -> Iterator[tuple[str, str]]:
    for row in table.rows_shown:
        if table.rows == AREA and row.shown_for not in (None, row.row):
            yield labels.area(row.row), labels.area(str(row.shown_for))


def _broken_rule(published: Published, area: str, by: str, question: str | None) -> str | None:
    try:
        published.check(area, by, question=question)
    except BreakdownRefused as refusal:
        return refusal_rule(refusal)
    return None
