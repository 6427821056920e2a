"""Sets side by side what young people, adults and practitioners said who were asked the same."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import ceil, floor

from engage.reporting.differences import verdict_of
from engage.reporting.planning import is_opinion, table_questions
from engage.reporting.reading import Published, find_tables
from engage.results.bounds import FLOOR
from engage.results.comparison import (
    LEAST_COMPARED,
    ShareBoxes,
    compare_boxes,
    corners,
    flag_differences,
    joined_boxes,
    printed_boxes,
)
from engage.results.intervals import wilson_interval
from engage.results.plan import FROM_25, UNDER_25, age_group
from engage.results.published import HIDDEN, PublishedRow, PublishedTable
from engage.storage.database import Session

YOUNG, ADULTS, PRACTITIONERS = "young", "adults", "practitioners"
#: Which broad age each side is.
_SIDES = {UNDER_25: YOUNG, FROM_25: ADULTS}
_AGES = "age_band"


@dataclass(frozen=True)
class GapSide:
    """What one group said: about how many answered (rounded), their share and its interval over all boxes."""

    who: str
    base: int
    share: float
    low: float
    high: float


@dataclass(frozen=True)
class PerceptionGap:
    """One answer of those asked the same; `verdicts` says of every other group whether it lies above the young."""

    question: str
    option: str
    sides: tuple[GapSide, ...]
    verdicts: Mapping[str, str]


@dataclass(frozen=True)
class _Side:
    who: str
    boxes: ShareBoxes
    n: float
    base: int


def perception_gaps(
    session: Session, published: Published, code: str, practitioners: Published | None = None
) -> tuple[PerceptionGap, ...]:
    """Return the gaps between generations in a district or police force area, and to practitioners where given.

    Young people are 13 to 24, from the printed rows of the age bands; a band too small to show is in neither
    side. `practitioners` is the release of another survey: its questions count where they were asked alike.
    Raises BreakdownRefused for other levels of area.
    """
    others = _practitioner_rows(session, published, practitioners, code)
    found = [
        (table.question, option, sides)
        for table in find_tables(session, published, area=code, by=_AGES)
        if (question := published.questionnaire.question(table.question)) and is_opinion(question)
        for option in _options(table)
        if len(sides := tuple(_sides(table, option, others.get(table.question)))) > 1
    ]
    differences = [compare_boxes(side.boxes, sides[0].boxes) for *_, sides in found for side in sides[1:]]
    flags = flag_differences([difference.p for difference in differences])
    judged = zip(differences, flags, strict=True)
    verdicts = iter([verdict_of(difference, is_flagged=is_flagged) for difference, is_flagged in judged])
    return tuple(
        PerceptionGap(question, option, tuple(map(_shown, sides)), {side.who: next(verdicts) for side in sides[1:]})
        for question, option, sides in found
    )


def _sides(table: PublishedTable, option: str, practitioners: PublishedRow | None) -> Iterator[_Side]:
    """Yield the young first, then whoever can be compared with them; nothing without the young."""
    for broad, who in _SIDES.items():
        rows = [row for row in table.rows_shown if age_group(row.row) == broad and row.base is not None]
        side = _joined(who, rows, option)
        if side is None and who == YOUNG:
            return
        if side is not None:
            yield side
    side = _joined(PRACTITIONERS, [practitioners] if practitioners else [], option)
    if side is not None:
        yield side


def _joined(who: str, rows: Sequence[PublishedRow], option: str) -> _Side | None:
    """Return some rows as one group; None where they are too few, or one shows a band that leaves its count open."""
    cells = [next(cell for cell in row.cells if cell.option == option) for row in rows]
    base = sum(row.base or 0 for row in rows)
    if base < LEAST_COMPARED or any(cell.n is None and cell.shown != HIDDEN for cell in cells):
        return None
    if all(cell.n is None for cell in cells):
        return None
    boxes = joined_boxes([printed_boxes(cell.n, row.base or 0) for cell, row in zip(cells, rows, strict=True)])
    return _Side(who, boxes, sum(FLOOR / 2 if cell.n is None else cell.n for cell in cells), base)


def _shown(side: _Side) -> GapSide:
    intervals = [wilson_interval(n, base) for n, base in corners(side.boxes)]
    low = floor(min(low for low, _ in intervals) * 100) / 100
    high = ceil(max(high for _, high in intervals) * 100) / 100
    return GapSide(side.who, side.base, round(side.n / side.base, 2), low, high)


def _options(table: PublishedTable) -> tuple[str, ...]:
    return next((tuple(cell.option for cell in row.cells) for row in table.rows_shown if row.cells), ())


def _practitioner_rows(
    session: Session, published: Published, practitioners: Published | None, code: str
) -> dict[str, PublishedRow]:
    """Return what practitioners said about the area, by the questions they were asked alike."""
    if practitioners is None or code not in practitioners.ground:
        return {}
    asked = table_questions(published.questionnaire)
    alike = {question.id for question in table_questions(practitioners.questionnaire) if question in asked}
    tables = find_tables(session, practitioners, area=code)
    rows = {table.question: table.rows_shown[0] for table in tables if table.question in alike}
    return {question: row for question, row in rows.items() if row.base is not None and row.shown_for == row.row}
