"""Reads what a release compares: an area with the rest and with the wave before, who answered with the census."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engage.areas import Level
from engage.reporting.differences import AS_ANSWERED, HIGHER, LOWER, MIX_DIFFERS, NO_DIFFERENCE, STANDARDISED
from engage.reporting.planning import table_questions
from engage.reporting.reading import Published, find_tables, last_release, open_release
from engage.results.modes import MODE
from engage.results.plan import AREA
from engage.results.published import PublishedCell, PublishedRow, PublishedTable, table_from_document
from engage.results.weighted import ALL, RESIDENTS, PublishedWeighted, weighted_from_document
from engage.storage import release_extras, waves
from engage.storage.database import Session

#: What a verdict and the way two waves were compared may be.
VERDICTS = (HIGHER, LOWER, NO_DIFFERENCE)
WAYS_COMPARED = (AS_ANSWERED, STANDARDISED, MIX_DIFFERS)
#: Fewer or more of a group answered than live there, beyond what chance makes; or about as many.
FEWER, MORE, ABOUT_AS_MANY = "fewer", "more", "about_as_many"

#: A question's id and an answer's code.
CellName = tuple[str, str]


@dataclass(frozen=True)
class Compared:
    """One answer beside the same answer of others, from printed figures.

    `low` and `high` hold this share less the other's, as proportions, whatever raw counts stand behind them;
    `verdict` is HIGHER or LOWER only where that, and the correction over the whole release, allow it.
    """

    question: str
    option: str
    verdict: str
    share: float
    other: float
    low: float
    high: float


@dataclass(frozen=True)
class Change:
    """What changed since an earlier wave; `how` is one of AS_ANSWERED, STANDARDISED and MIX_DIFFERS."""

    wave: str
    release: str
    how: str
    cells: Mapping[CellName, Compared]


@dataclass(frozen=True)
class TrendPoint:
    """One answer's printed figure in one wave."""

    wave: str
    base: int
    share: float
    low: float
    high: float


@dataclass(frozen=True)
class ModeEffect:
    """People who answered in this way gave an answer more or less often than people of their ages on a screen."""

    mode: str
    option: str
    verdict: str


@dataclass(frozen=True)
class WhoCell:
    """How many residents of a group answered, beside its share of all who live there (of the groups compared)."""

    option: str
    shown: str
    share: float | None
    low: float | None
    high: float | None
    census: float | None
    verdict: str | None


@dataclass(frozen=True)
class WhoAnswered:
    """Who answered, by one question about the person."""

    question: str
    base: int
    quality: str
    cells: tuple[WhoCell, ...]
    #: RESIDENTS of the area; ALL who told of it, where too few live elsewhere to tell the two apart safely.
    whose: str = RESIDENTS


def compare_with_rest(session: Session, published: Published, code: str) -> dict[CellName, Compared]:
    """Return an area's answers beside those of the rest of the survey's ground; only what could be compared."""
    published.ground.area(code)
    return _against_rest(session, published, code, AREA, code)


def compare_group_with_rest(session: Session, published: Published, by: str, row: str) -> dict[CellName, Compared]:
    """Return the answers of a group in the whole ground, such as a community, beside everybody else's."""
    return _against_rest(session, published, published.ground.roots[0], by, row)


def change_since_last(session: Session, published: Published, code: str) -> Change | None:
    """Return what changed in an area since the wave before; None where there is nothing to compare with."""
    published.ground.area(code)
    found = release_extras.of_release(session, published.release, "change", area=code)
    document = next((extra.document for extra in found), None)
    if document is None:
        return None
    return Change(document["wave"], document["release"], document["how"], _cells(document))


def trend_of(session: Session, published: Published, code: str, question: str, option: str) -> tuple[TrendPoint, ...]:
    """Return an answer's figures in every published wave up to this one that asked alike, oldest first."""
    asked = {each.id: each for each in table_questions(published.questionnaire)}.get(question)
    points: list[TrendPoint] = []
    for wave in waves.list_of(session, published.release.survey):
        release = last_release(session, published.release.survey, wave.name)
        other = open_release(session, release) if release else None
        if other and asked in table_questions(other.questionnaire) and code in other.ground:
            points += _point(wave.name, find_tables(session, other, area=code), question, option)
        if wave.name == published.release.wave:
            break
    return tuple(points)


def channel_split(session: Session, published: Published, code: str) -> PublishedRow | None:
    """Return by which ways people answered about an area, as a row of a published table."""
    for extra in release_extras.of_release(session, published.release, "mode", question=MODE):
        rows = [row for row in extra.document["rows_shown"] if row["row"] == code]
        if rows:
            return table_from_document({**extra.document, "rows_shown": rows}).rows_shown[0]
    return None


def mode_effects(session: Session, published: Published, code: str) -> dict[str, tuple[ModeEffect, ...]]:
    """Return by question which answers another way of answering made more or less likely, in an area's force area."""
    over = (published.ground.area(code), *published.ground.above(code))
    return {
        str(extra.question): tuple(ModeEffect(**effect) for effect in extra.document["effects"])
        for area in over
        if area.level is Level.FORCE_AREA
        for extra in release_extras.of_release(session, published.release, "mode", area=area.code)
    }


def who_answered(session: Session, published: Published, code: str) -> tuple[WhoAnswered, ...]:
    """Return who of an area's residents answered beside the census; districts and police force areas only."""
    made = []
    for extra in release_extras.of_release(session, published.release, "who_answered"):
        rows = [row for row in extra.document["table"]["rows_shown"] if row["row"] == code]
        if rows and rows[0]["base"] is not None:
            row = table_from_document({**extra.document["table"], "rows_shown": rows}).rows_shown[0]
            census = extra.document["census"][code]
            cells = tuple(_who(cell, census.get(cell.option)) for cell in row.cells)
            whose = RESIDENTS if code in extra.document["residents"] else ALL
            made.append(WhoAnswered(str(extra.question), row.base or 0, row.quality, cells, whose))
    return tuple(made)


def weighted_figures(session: Session, published: Published, code: str) -> dict[str, PublishedWeighted]:
    """Return the weighted figures of a district or police force area by question id."""
    found = release_extras.of_release(session, published.release, "weighted", area=code)
    return {str(extra.question): weighted_from_document(extra.document) for extra in found}


def _against_rest(session: Session, published: Published, area: str, by: str, row: str) -> dict[CellName, Compared]:
    found = release_extras.of_release(session, published.release, "against_rest", area=area)
    documents = (extra.document for extra in found)
    return next((_cells(document) for document in documents if (document["rows"], document["row"]) == (by, row)), {})


def _cells(document: Mapping[str, Any]) -> dict[CellName, Compared]:
    return {(cell["question"], cell["option"]): Compared(**cell) for cell in document["cells"]}


def _point(wave: str, tables: Sequence[PublishedTable], question: str, option: str) -> Iterator[TrendPoint]:
    for row in (row for table in tables if table.question == question for row in table.rows_shown):
        for cell in row.cells:
            is_own = row.shown_for == row.row and cell.option == option
            if is_own and cell.share is not None and cell.low is not None and cell.high is not None:
                yield TrendPoint(wave, row.base or 0, cell.share, cell.low, cell.high)


def _who(cell: PublishedCell, census: float | None) -> WhoCell:
    verdict = None
    if census is not None and cell.low is not None and cell.high is not None:
        verdict = FEWER if cell.high < census else MORE if cell.low > census else ABOUT_AS_MANY
    return WhoCell(cell.option, cell.shown, cell.share, cell.low, cell.high, census, verdict)
