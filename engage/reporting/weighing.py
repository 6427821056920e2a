"""Makes what is published of residents: their answers weighted to the census, and who answered beside it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engage.reporting.holding import LEAST_CHANGE, hold_small_changes
from engage.reporting.residents import EVERYBODY, IN_DISTRICT, IN_FORCE, Residents, cell_of, margins_of
from engage.results.bounds import round_count
from engage.results.plan import AREA, ReleasePlan
from engage.results.published import PublishedTable, table_from_document
from engage.results.suppression import publish_areas
from engage.results.tabulation import GroupCounts, TableQuestion
from engage.results.weighted import (
    ALL,
    LEAST_WEIGHTED_BASE,
    RESIDENTS,
    PublishedWeighted,
    Weighed,
    WeighedBase,
    publish_weighted,
)
from engage.results.weighting import Cell, Margin, effective_size, weigh
from engage.storage.database import Session
from engage.storage.release_extras import ReleaseExtra

#: People who live in an area or told of it, but not both: fewer would be given away by tables with and without them.
LEAST_STRANGERS = 11
#: Raw counts by question and breakdown.
Counted = Mapping[tuple[str, str], GroupCounts]


def resident_tables(
    session: Session, residents: Residents, plan: ReleasePlan, former: Iterable[ReleaseExtra]
) -> Iterator[PublishedTable]:
    """Yield, for each question that the census asked too, who of the residents of its areas answered.

    Only areas with census counts are in it, and only where so many live there or told of it, but not both, that
    this and the table of all who told of it do not give a few away. Figures of the release before stand where
    few came.
    """
    known = {extra.question: _own_rows(extra.document) for extra in former}
    areas = [residents.ground.table_area(area) for area in residents.ground.at_levels({"district", "force"})]
    for question in residents.questions:
        census = census_shares(session, residents, question.id)
        apart = [area for area in areas if residents.strangers[area.code, question.id] >= LEAST_STRANGERS]
        shown = [area for area in apart if area.code in census]
        if not shown:
            continue
        counts = residents.counts(question)
        made = publish_areas(counts, shown, plan).to_document()
        old = [known[question.id]] if question.id in known else []
        (held,) = hold_small_changes([made], old, {(question.id, AREA): counts}, areas)
        yield table_from_document(held)


def who_answered(
    session: Session, residents: Residents, own: Iterable[PublishedTable], tables: Iterable[PublishedTable]
) -> Iterator[ReleaseExtra]:
    """Yield who answered beside the census shares of each area: the residents, or else all who told of the area.

    `tables` are those of the release: an area that has no row of its own among the residents' has its row there.
    """
    by_question = {table.question: table for table in own}
    for table in tables:
        census = census_shares(session, residents, table.question) if table.rows == AREA else {}
        if census:
            found = by_question[table.question].rows_shown if table.question in by_question else ()
            rows = {row.row: row for row in found if row.base is not None}
            others = {row.row: row for row in table.rows_shown if row.row in census and row.row not in rows}
            shown = [row.to_document() for row in (*rows.values(), *others.values())]
            document = {**table.to_document(), "rows_shown": shown}
            extra = {"table": document, "census": census, "residents": list(rows)}
            yield ReleaseExtra("who_answered", extra, None, table.question)


def census_shares(session: Session, residents: Residents, question: str) -> dict[str, dict[str, float]]:
    """Return the census shares of a question's answers, by district and police force area."""
    place = next((place for place, each in enumerate(residents.questions) if each.id == question), None)
    if place is None:
        return {}
    codes = [area.code for area in residents.ground.at_levels({"district", "force"})]
    found = {code: margins_of(session, residents.ground, residents, code)[place] for code in codes}
    return {code: _shares(margin) for code, margin in found.items() if margin}


def weighted_figures(
    session: Session, residents: Residents, questions: Iterable[TableQuestion], counted: Counted
) -> Iterator[PublishedWeighted]:
    """Yield the weighted figures of districts and police force areas that have enough people and a census count.

    They are the residents' where enough others answered; else everybody's, as figures with and without a few
    would give those few away.
    """
    questions = tuple(questions)
    for area in residents.ground.at_levels({"district", "force"}):
        margins = margins_of(session, residents.ground, residents, area.code)
        scales = {whose: _scale(residents, area.code, whose, margins) for whose in (RESIDENTS, ALL)}
        for question in questions:
            bases = {whose: _base(residents, counted, question.id, area.code, whose) for whose in scales}
            whose = RESIDENTS if bases[ALL] - bases[RESIDENTS] >= LEAST_CHANGE else ALL
            scale = scales[whose]
            made = _weighted(counted[question.id, scale.breakdown], area.code, scale) if scale else None
            if made:
                yield made


def hold_weighted(
    made: Iterable[PublishedWeighted], former: Iterable[ReleaseExtra], residents: Residents, counted: Counted
) -> Iterator[ReleaseExtra]:
    """Yield weighted figures as they go out: those of the release before where too few people came or went."""
    known = {(str(extra.area), str(extra.question)): extra.document for extra in former}
    new = {(figures.area, figures.question): figures.to_document() for figures in made}
    for area, question in dict.fromkeys((*new, *known)):
        figures, before = new.get((area, question)), known.get((area, question))
        if before is None:
            is_clear = not known or (figures and figures["base"] >= LEAST_WEIGHTED_BASE + LEAST_CHANGE)
            settled = figures if is_clear else None
        else:
            base = _base(residents, counted, question, area, before["whose"])
            settled = figures if abs(base - before["base"]) >= LEAST_CHANGE else before
        if settled:
            yield ReleaseExtra("weighted", settled, area, question)


@dataclass(frozen=True)
class _Scale:
    """The weights of those who told of an area: its residents, or everybody."""

    whose: str
    breakdown: str
    weights: Mapping[Cell, float]
    #: Which of a person's categories are weighted by, and the questions they answer.
    places: tuple[int, ...]
    variables: tuple[str, ...]


def _scale(residents: Residents, area: str, whose: str, found: Sequence[Margin | None]) -> _Scale | None:
    breakdown = _breakdown(residents, area, whose)
    cells = residents.cells_of(area, breakdown)
    margins = {place: margin for place, margin in enumerate(found) if margin and _is_answered(cells, place, margin)}
    people = _by_margins(cells, tuple(margins))
    if not margins or round_count(sum(people.values())) < LEAST_WEIGHTED_BASE:
        return None
    variables = tuple(margin.variable for margin in margins.values())
    return _Scale(whose, breakdown, weigh(people, tuple(margins.values())), tuple(margins), variables)


def _breakdown(residents: Residents, area: str, whose: str) -> str:
    if whose == ALL:
        return EVERYBODY
    return IN_DISTRICT if area in residents.districts else IN_FORCE


def _base(residents: Residents, counted: Counted, question: str, area: str, whose: str) -> int:
    """Return how many people answered a question of an area, rounded."""
    counts = counted.get((question, _breakdown(residents, area, whose)))
    bases = counts.bases.items() if counts else ()
    return round_count(sum(people for group, people in bases if group[0] == area))


def _weighted(counts: GroupCounts, area: str, scale: _Scale) -> PublishedWeighted | None:
    groups = {group: _chosen(cell_of(str(group[1])), scale.places) for group in counts.bases if group[0] == area}
    if not groups:
        return None
    weight = {group: scale.weights[cell] for group, cell in groups.items()}
    answered: dict[Cell, float] = {(str(group[1]),): counts.base(group) for group in groups}
    effective = effective_size(answered, {(str(group[1]),): weight[group] for group in groups})
    people = sum(counts.base(group) for group in groups)
    base = WeighedBase(people, sum(counts.base(group) * weight[group] for group in groups), effective)
    answers = [
        Weighed(
            code,
            sum(by_group.get(group, 0) for group in groups),
            sum(by_group.get(group, 0) * weight[group] for group in groups),
        )
        for code, by_group in counts.counts.items()
    ]
    about = (counts.question.id, counts.question.codes, area, scale.whose)
    return publish_weighted(about, base, answers, scale.variables)


def _own_rows(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return the rows of a stored table that were of residents alone."""
    rows = [row for row in document["table"]["rows_shown"] if row["row"] in document["residents"]]
    return {**document["table"], "rows_shown": rows}


def _is_answered(cells: Mapping[Cell, int], place: int, margin: Margin) -> bool:
    """Say whether half or more of the people gave an answer that the census knows."""
    known = sum(people for cell, people in cells.items() if cell[place] in margin.people)
    return 2 * known >= sum(cells.values()) > 0


def _by_margins(cells: Mapping[Cell, int], places: tuple[int, ...]) -> dict[Cell, int]:
    """Return people by the categories that have a census count."""
    found: dict[Cell, int] = {}
    for cell, people in cells.items():
        chosen = _chosen(cell, places)
        found[chosen] = found.get(chosen, 0) + people
    return found


def _chosen(cell: Cell, places: tuple[int, ...]) -> Cell:
    return tuple(cell[place] for place in places)


def _shares(margin: Margin) -> dict[str, float]:
    total = sum(margin.people.values())
    return {code: round(people / total, 2) for code, people in margin.people.items()}
