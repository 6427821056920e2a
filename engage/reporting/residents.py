"""Sees who lives where: people who answered by home district, and the census counts they are set beside."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from engage.areas import Level
from engage.questionnaire.model import Questionnaire
from engage.reporting.ground import Ground
from engage.reporting.planning import TABLE_AGE_BANDS, table_questions
from engage.results.plan import AREA
from engage.results.tabulation import Breakdown, Given, Group, GroupCounts, TableQuestion
from engage.results.weighting import Cell, Margin
from engage.storage import areas
from engage.storage.database import Session
from engage.storage.responses import Response

#: Questions about the person that the census asked too, and its variable; ages start at 13, so from single years.
CENSUS_VARIABLES = {"age_band": "single_year_of_age", "gender": "sex", "ethnic_group": "ethnic_group_5"}
#: What a person's combination of categories is counted by: those who live in the district, those who live in the
#: police force area, and everybody who told of it.
IN_DISTRICT, IN_FORCE, EVERYBODY = "weighed_in_district", "weighed_in_force", "weighed"
#: Stands for no answer.
_SILENT = "-"
_LIVES_THERE = "live"
_BETWEEN = "|"
_ORDERED = frozenset({"age_band"})
#: The youngest age of each band that goes out, in years.
_YOUNGEST = {band: int(band.split("-")[0].rstrip("+")) for band in TABLE_AGE_BANDS}


@dataclass
class Residents:
    """Counts those who live in the ground while responses go by; people who only know a place are not in it."""

    ground: Ground
    questionnaire: Questionnaire
    #: Residents by home and answer: (district or police force area, question id, code).
    answers: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    #: Residents who told of the area they live in, and everybody who told of it, by combination of categories.
    cells: Counter[tuple[str, Cell]] = field(default_factory=Counter)
    everybody: Counter[tuple[str, Cell]] = field(default_factory=Counter)
    #: Those who answered a question about themselves and live in an area or told of it, but not both.
    strangers: Counter[tuple[str, str]] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        """Choose the questions that the census asked too."""
        found = {question.id: question for question in table_questions(self.questionnaire)}
        self.questions: tuple[TableQuestion, ...] = tuple(found[name] for name in CENSUS_VARIABLES if name in found)
        self.forces = tuple(area.code for area in self.ground.at_levels({"force"}))
        self.districts = frozenset(area.code for area in self.ground.at_levels({"district"}))

    def breakdowns(self) -> list[Breakdown]:
        """Return what answers are to be counted by, so that they can be weighted."""
        return [
            Breakdown(IN_DISTRICT, (IN_DISTRICT,), self.districts),
            Breakdown(IN_FORCE, (IN_FORCE,), frozenset(self.forces)),
            Breakdown(EVERYBODY, (EVERYBODY,), self.districts.union(self.forces)),
        ]

    def note(self, response: Response, given: Mapping[str, Given], path: tuple[str, ...]) -> dict[str, Given]:
        """Count one response where the person lives; return the categories by which its answers are weighted."""
        homes = tuple(self._homes(response, path))
        codes = [self._code(question, given) for question in self.questions]
        for home in homes:
            for question, code in zip(self.questions, codes, strict=True):
                if code != _SILENT:
                    self.answers[home, question.id, code] += 1
        told_of = [home for home in homes if home in path]
        known = [code for code in path if code in self.districts or code in self.forces]
        self.cells.update((home, tuple(codes)) for home in told_of)
        self.everybody.update((area, tuple(codes)) for area in known)
        for area in set(homes).symmetric_difference(known):
            answered = [question.id for question, code in zip(self.questions, codes, strict=True) if code != _SILENT]
            self.strangers.update((area, question_id) for question_id in answered)
        cell = _BETWEEN.join(codes)
        return {
            IN_DISTRICT: cell if self.districts.intersection(told_of) else None,
            IN_FORCE: cell if set(self.forces).intersection(told_of) else None,
            EVERYBODY: cell,
        }

    def counts(self, question: TableQuestion) -> GroupCounts:
        """Return the raw counts of residents by home for a question about the person."""
        counts: dict[str, dict[Group, int]] = {code: {} for code in question.columns}
        bases: Counter[Group] = Counter()
        for (home, asked, code), people in self.answers.items():
            if asked == question.id and code in counts:
                counts[code][home, None] = people
                bases[home, None] += people
        return GroupCounts(question, AREA, bases, counts)

    def cells_of(self, area: str, breakdown: str) -> dict[Cell, int]:
        """Return how many of those counted by a weighing breakdown told of the area, by combination of categories."""
        counted = self.everybody if breakdown == EVERYBODY else self.cells
        return {cell: people for (home, cell), people in counted.items() if home == area}

    def _homes(self, response: Response, path: tuple[str, ...]) -> Iterator[str]:
        """Yield the district and the police force area a person lives in, as far as they said."""
        home = response.home_district
        if home is None and _LIVES_THERE in response.area_relation:
            home = next((code for code in path if code in self.districts), None)
            if home is None:
                yield from (code for code in path if code in self.forces)
        if home in self.districts:
            yield str(home)
            yield from (force for force in self.forces if self.ground.tree.is_within(str(home), force))

    def _code(self, question: TableQuestion, given: Mapping[str, Given]) -> str:
        return next(iter(question.codes_given(given.get(question.id))), _SILENT)


def cell_of(code: str) -> Cell:
    """Return the combination of categories that a row of a weighing breakdown is."""
    return tuple(code.split(_BETWEEN))


def margins_of(session: Session, ground: Ground, residents: Residents, area: str) -> tuple[Margin | None, ...]:
    """Return the census counts of an area, a margin for each question that the census asked; None where unknown.

    A police force area without figures of its own has the sum of its districts', if all of them have some.
    """
    return tuple(
        _margin(question, _people(session, ground, area, CENSUS_VARIABLES[question.id]))
        for question in residents.questions
    )


def _people(session: Session, ground: Ground, area: str, variable: str) -> Mapping[str, int]:
    own = areas.margins_of(session, area, variable)
    if own or ground.area(area).level is Level.DISTRICT:
        return own
    parts = [areas.margins_of(session, part.code, variable) for part in ground.within(area, "district")]
    if not parts or not all(parts):
        return {}
    return {code: sum(part.get(code, 0) for part in parts) for code in {code for part in parts for code in part}}


def _margin(question: TableQuestion, people: Mapping[str, int]) -> Margin | None:
    if question.id == "age_band":
        people = _by_band(people)
    known = {code: people[code] for code in question.columns if people.get(code)}
    return Margin(question.id, known, question.id in _ORDERED) if len(known) > 1 and len(known) == len(people) else None


def _by_band(people: Mapping[str, int]) -> dict[str, int]:
    """Return people by age band from single years; those under 13 are not asked and not in it."""
    bands: dict[str, int] = {}
    for year, count in people.items():
        age = int(year.rstrip("+")) if year.rstrip("+").isdigit() else 0
        band = next((band for band, least in reversed(_YOUNGEST.items()) if age >= least), None)
        if band is not None:
            bands[band] = bands.get(band, 0) + count
    return bands
