"""Sees who lives where: people who answered by home district, and the census counts they are set beside."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from engage.areas import Level
from engage.questionnaire.model import Questionnaire
from engage.reporting.ground import Ground
from engage.reporting.planning import TABLE_AGE_BANDS, table_questions
from engage.results.columns import Column, together
from engage.results.plan import AREA
from engage.results.tabulation import Breakdown, Given, Group, GroupCounts, TableQuestion
from engage.results.weighting import Cell, Margin
from engage.storage import areas
from engage.storage.database import Session

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
    """Counts those who live in the ground; people who only know a place are not in it."""

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

    def take(
        self, home: Column, relation: Column, area_path: Column, answers: Mapping[str, Column]
    ) -> dict[str, Column]:
        """Count everybody where they live; return the categories by which their answers are weighted."""
        silent = Column.silent(len(home.numbers))
        given = together(home, relation, area_path, *(answers.get(question.id, silent) for question in self.questions))
        weighed = {
            (lives_in, known_by, path, *given_there): self._note(lives_in, known_by, path, given_there, int(people))
            for (lives_in, known_by, path, *given_there), people in zip(given.values, given.people(), strict=True)
        }
        return {
            name: given.mapped(lambda value: weighed[value][place])  # noqa: B023 - mapped at once
            for place, name in enumerate((IN_DISTRICT, IN_FORCE, EVERYBODY))
        }

    def _note(
        self, home: str | None, relation: Collection[str], path: tuple[str, ...], given: Sequence[Given], people: int
    ) -> tuple[Given, Given, Given]:
        """Count people who are alike where they live; return the categories by which their answers are weighted."""
        homes = tuple(self._homes(home, relation, path))
        codes = [self._code(question, answer) for question, answer in zip(self.questions, given, strict=True)]
        answered = [
            (question.id, code) for question, code in zip(self.questions, codes, strict=True) if code != _SILENT
        ]
        for living_in in homes:
            for question_id, code in answered:
                self.answers[living_in, question_id, code] += people
        told_of = [living_in for living_in in homes if living_in in path]
        known = [code for code in path if code in self.districts or code in self.forces]
        for area in told_of:
            self.cells[area, tuple(codes)] += people
        for area in known:
            self.everybody[area, tuple(codes)] += people
        for area in set(homes).symmetric_difference(known):
            for question_id, _ in answered:
                self.strangers[area, question_id] += people
        cell = _BETWEEN.join(codes)
        return (
            cell if self.districts.intersection(told_of) else None,
            cell if set(self.forces).intersection(told_of) else None,
            cell,
        )

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

    def _homes(self, home: str | None, relation: Collection[str], path: tuple[str, ...]) -> Iterator[str]:
        """Yield the district and the police force area a person lives in, as far as they said."""
        if home is None and _LIVES_THERE in relation:
            home = next((code for code in path if code in self.districts), None)
            if home is None:
                yield from (code for code in path if code in self.forces)
        if home in self.districts:
            yield str(home)
            yield from (force for force in self.forces if self.ground.tree.is_within(str(home), force))

    def _code(self, question: TableQuestion, given: Given) -> str:
        return next(iter(question.codes_given(given)), _SILENT)


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
