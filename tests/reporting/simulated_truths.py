"""Simulates what people really think, lets them answer by chance, and reads what would be printed of them."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from random import Random

from engage.areas import east_midlands_tree
from engage.questionnaire.library import read_library_survey
from engage.reporting.differences import NO_DIFFERENCE, Wave, against_rest, change_since
from engage.reporting.ground import Ground
from engage.results.modes import MODE, MODES
from engage.results.plan import AREA, ReleasePlan
from engage.results.published import PublishedTable
from engage.results.suppression import TableArea, publish_areas
from engage.results.tabulation import Group, GroupCounts, TableQuestion
from engage.storage.release_extras import ReleaseExtra

#: A question on three faces, and several like it in one release.
FACES = ("safe", "between", "unsafe")
PLAN = ReleasePlan({})
#: How far wards that think otherwise lie from the others (proportion).
APART = 0.25
#: Bases of wards in a release (people).
BASES = range(20, 61)


@dataclass
class Tally:
    """How often something was so, of how many times."""

    hits: int = 0
    tries: int = 0

    def count(self, *, hit: bool) -> None:
        self.tries += 1
        self.hits += hit

    @property
    def share(self) -> float:
        return self.hits / self.tries if self.tries else 0.0


def nottinghamshire() -> Ground:
    """Return the ground of the library survey: 188 wards with their named places and districts."""
    return Ground.of(read_library_survey("feeling-safe"), east_midlands_tree(), date(2026, 11, 21))


def printed_coverage(rng: Random, rows_each: int) -> dict[int, Tally]:
    """Return, for each base of a district, how often printed intervals hold the true share."""
    covered: dict[int, Tally] = {base: Tally() for base in BASES}
    for base in BASES:
        for _ in range(rows_each):
            truth = _truth(rng)
            said = Counter(rng.choices(FACES, truth, k=base))
            table = _published("q", {("here", None): said}, [("here", "district")])
            for cell, share in zip(table.rows_shown[0].cells, truth, strict=False):
                if cell.low is not None and cell.high is not None:
                    covered[base].count(hit=cell.low <= share <= cell.high)
    return covered


def flags_of_releases(
    rng: Random, ground: Ground, releases: int, *, differing: float = 0.0, questions: int = 4
) -> tuple[Tally, Tally]:
    """Return how many releases have a false flag of a ward, and how many of all flags of wards are false.

    A part of the wards (`differing`) think otherwise, as many of them safer as less safe, so that the rest
    together thinks as every other ward does; without any, every flag is false.
    """
    spoilt, false = Tally(), Tally()
    wards = [ward.code for ward in ground.at_levels({"ward"})]
    for _ in range(releases):
        apart = rng.sample(wards, int(len(wards) * differing / 2) * 2)
        shifts = dict.fromkeys(apart[::2], APART) | dict.fromkeys(apart[1::2], -APART)
        tables = [_release_table(rng, ground, f"q{place}", shifts) for place in range(questions)]
        extras = against_rest(Wave(tables, None), ground, {table.question for table in tables})
        wrong = [extra.area not in shifts for extra in extras if extra.area in wards for _ in _flagged(extra)]
        for is_wrong in wrong:
            false.count(hit=is_wrong)
        spoilt.count(hit=any(wrong))
    return spoilt, false


def flags_of_changes(rng: Random, ground: Ground, pairs: int, *, questions: int = 4) -> Tally:
    """Return how many pairs of waves between which nothing changed have a flag all the same."""
    spoilt = Tally()
    for _ in range(pairs):
        seed = rng.random()
        waves = []
        for chance in (rng.random(), rng.random()):
            truths = Random(seed)
            tables = [
                _release_table(Random(chance + place), ground, f"q{place}", {}, truth=_truth(truths))
                for place in range(questions)
            ]
            waves.append(Wave(tables, _all_on_the_web(ground)))
        asked = {f"q{place}" for place in range(questions)}
        changes = change_since(*waves, ground, asked, {"wave": "before", "release": "0"})
        spoilt.count(hit=any(_flagged(extra) for extra in changes))
    return spoilt


def _flagged(extra: ReleaseExtra) -> list[str]:
    return [cell["option"] for cell in extra.document["cells"] if cell["verdict"] != NO_DIFFERENCE]


def _truth(rng: Random) -> tuple[float, ...]:
    safe = rng.uniform(APART, 1 - APART)
    between = (1 - safe) * rng.uniform(0.2, 0.8)
    return safe, between, 1 - safe - between


def _release_table(
    rng: Random,
    ground: Ground,
    question: str,
    shifts: Mapping[str, float],
    *,
    truth: tuple[float, ...] | None = None,
) -> PublishedTable:
    """Return one question of one release; every ward answers with 20 to 60 people."""
    truth = truth or _truth(rng)
    said: dict[Group, Counter[str]] = {}
    for ward in ground.at_levels({"ward"}):
        safe = truth[0] + shifts.get(ward.code, 0.0)
        weights = (safe, *(share * (1 - safe) / (1 - truth[0]) for share in truth[1:]))
        answers = Counter(rng.choices(FACES, weights, k=rng.choice(BASES)))
        for code in ground.path(ward.code):
            said.setdefault((code, None), Counter()).update(answers)
    areas = [(area.code, ground.level(area.code)) for area in ground.areas]
    return _published(question, said, areas, ground)


def _published(
    question: str, said: dict[Group, Counter[str]], areas: list[tuple[str, str]], ground: Ground | None = None
) -> PublishedTable:
    counts = {face: {group: answers[face] for group, answers in said.items()} for face in FACES}
    bases = {group: answers.total() for group, answers in said.items()}
    made = GroupCounts(TableQuestion(question, FACES), AREA, bases, counts)
    shown = [ground.table_area(ground.area(code)) if ground else TableArea(code, level) for code, level in areas]
    return publish_areas(made, shown, PLAN)


def _all_on_the_web(ground: Ground) -> PublishedTable:
    groups: dict[Group, int] = {(area.code, None): 100 for area in ground.areas}
    counts = {mode: groups if mode == "web" else {} for mode in MODES}
    made = GroupCounts(TableQuestion(MODE, MODES), AREA, groups, counts)
    return publish_areas(made, [ground.table_area(area) for area in ground.areas], PLAN)
