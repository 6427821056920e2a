"""Finds who has not been heard yet while fieldwork runs, by where people live, and says where to go next."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice

from engage.areas import Area, Level
from engage.questionnaire.model import Questionnaire
from engage.reporting.coverage_census import Census, read_census
from engage.reporting.coverage_heard import EVERYBODY, Heard, read_heard
from engage.reporting.coverage_people import FEW_OR_NONE, is_small, tells_who
from engage.reporting.ground import Ground
from engage.reporting.labels import Labels
from engage.results.suppression import LEAST_LOCAL_BASE
from engage.storage import areas as stored_areas
from engage.storage import coverage, questionnaires, waves
from engage.storage.coverage import AGE, DISABILITY, ETHNIC_GROUP, FOR_AREA, REPLIES
from engage.storage.database import Session

#: Bands in which counts are told to those who may not see them.
NONE, FEW, ENOUGH = "none", "few", "enough"
BANDS = (NONE, FEW, FEW_OR_NONE, ENOUGH)
#: More areas than this that are equally empty are no place to go first.
_MOST_FIRST = 3
#: So many groups are named in one sentence.
_MOST_NAMED = 2
_YOUNG = ("13-15", "16-17")
#: What has to be read to find who is short.
SHORTFALL_KINDS = (REPLIES, AGE, ETHNIC_GROUP, DISABILITY)


@dataclass(frozen=True)
class Shortfall:
    """An area from which fewer have been heard than are wanted, and groups of which few or none have been."""

    area: str
    name: str
    wanted: int
    heard: int
    #: Such as "aged 13 to 17": of these there are few or none yet.
    scarce: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        """Return what it says to somebody who may see counts."""
        counted = f"{self.name}: {self.heard} of {self.wanted} wanted" if self.heard else ""
        return "; ".join([counted or f"{self.name}: nobody yet, {self.wanted} wanted", *self._scarce()])

    @property
    def banded(self) -> str:
        """Return what it says to everybody else who does fieldwork there."""
        return "; ".join([f"{self.name}: {'few so far' if self.heard else 'nobody yet'}", *self._scarce()])

    @property
    def missing(self) -> int:
        """Return how many replies are missing."""
        return max(0, self.wanted - self.heard)

    def _scarce(self) -> Iterator[str]:
        if self.scarce:
            yield f"{FEW_OR_NONE} {f' and {FEW_OR_NONE} '.join(self.scarce)} yet"


@dataclass(frozen=True)
class Fieldwork:
    """A wave under way: where it asks, what it asks, whom it heard, whom it wants to, and who lives there."""

    survey: str
    wave: str
    questionnaire: Questionnaire
    ground: Ground
    heard: Heard
    census: Census
    targets: Mapping[tuple[str, str], int]

    @property
    def has_area_targets(self) -> bool:
        """Say whether targets are set for areas."""
        return any(kind == FOR_AREA for kind, _ in self.targets)

    def wanted(self, area: str) -> int | None:
        """Return how many replies are wanted of an area's residents: its own target, or those of areas in it."""
        own = self.targets.get((FOR_AREA, area))
        if own is not None or area not in self.ground:
            return own
        inside = [
            wanted
            for (kind, code), wanted in self.targets.items()
            if kind == FOR_AREA and code != area and self._counts_in(code, area)
        ]
        return sum(inside) if inside else None

    def aimed_at(self) -> Mapping[str, int]:
        """Return the areas that have a target; without any, those that could be shown on their own, and from when."""
        if self.has_area_targets:
            return {
                code: wanted
                for (kind, code), wanted in self.targets.items()
                if kind == FOR_AREA and code in self.ground
            }
        return {area.code: LEAST_LOCAL_BASE for area in smallest_shown(self.ground)}

    def _counts_in(self, code: str, area: str) -> bool:
        """Say whether an area's target is part of another's: no area above it, within that other, has its own."""
        if not self.ground.tree.is_within(code, area):
            return False
        over = [above.code for above in self.ground.above(code)] if code in self.ground else []
        between = over[: over.index(area)] if area in over else []
        return not any((FOR_AREA, above) in self.targets for above in between)


def read_fieldwork(session: Session, survey: str, wave: str, today: date, kinds: Collection[str] = ()) -> Fieldwork:
    """Return how a wave stands; some kinds of counts, or all. Raises LookupError where there is no such wave."""
    found = waves.get(session, survey, wave)
    questionnaire = questionnaires.get(session, survey, found.version) if found else None
    if questionnaire is None:
        raise LookupError(survey)
    ground = Ground.of(questionnaire, stored_areas.read_tree(session), today)
    heard = read_heard(session, survey, wave, ground, tuple(kinds))
    targets = coverage.targets(session, survey, wave)
    return Fieldwork(survey, wave, questionnaire, ground, heard, read_census(session, ground), targets)


def find_shortfalls(fieldwork: Fieldwork, areas: Collection[str] = ()) -> list[Shortfall]:
    """Return the areas with fewer replies of their residents than are wanted, the shortest first, then the largest."""
    tree, labels = fieldwork.ground.tree, Labels(fieldwork.questionnaire, fieldwork.ground.tree)
    residents = fieldwork.census.people
    short = [
        Shortfall(code, labels.area(code), wanted, heard, tuple(_scarce_in(fieldwork, labels, code, heard)))
        for code, wanted in fieldwork.aimed_at().items()
        if (heard := fieldwork.heard.of(code)) < wanted
        and (not areas or any(tree.is_within(code, area) for area in areas))
    ]
    return sorted(short, key=lambda one: (one.heard / one.wanted, -one.missing, -residents.get(one.area, 0), one.name))


def no_first_place(fieldwork: Fieldwork, short: Sequence[Shortfall], areas: Collection[str] = ()) -> str:
    """Return what is said instead of where to go first, where many areas are equally empty; else nothing."""
    if not any(fieldwork.heard.of(area) for area in areas or (EVERYBODY,)):
        return "Nobody has answered yet: begin anywhere."
    residents = fieldwork.census.people
    empty = [(one.missing, residents.get(one.area)) for one in short if not one.heard]
    alike = empty.count(empty[0]) if empty else 0
    return f"From {alike} areas nobody has answered yet: begin in any of them." if alike > _MOST_FIRST else ""


def smallest_shown(ground: Ground) -> tuple[Area, ...]:
    """Return the named places and the wards that are in none: what results are shown for on their own, or not."""
    placed = {ward for place in ground.at_levels({"place"}) for ward in place.wards}
    return tuple(
        area
        for area in ground.areas
        if area.level is Level.PLACE or (area.level is Level.WARD and area.code not in placed)
    )


def band_of(heard: int, wanted: int | None) -> str:
    """Return a count as a band: none, few, or enough for what is wanted or, without a target, to be shown."""
    if not heard:
        return NONE
    return ENOUGH if heard >= (wanted or LEAST_LOCAL_BASE) else FEW


def _scarce_in(fieldwork: Fieldwork, labels: Labels, area: str, heard: int) -> Iterable[str]:
    """Return up to two groups of an area of which few or none have answered; of a few replies nothing is told."""
    return islice(_scarce_groups(fieldwork, labels, area, heard), _MOST_NAMED) if tells_who(heard, AGE) else ()


def _scarce_groups(fieldwork: Fieldwork, labels: Labels, area: str, heard: int) -> Iterator[str]:
    ages = fieldwork.heard.categories(area, AGE)
    if is_small(sum(ages.get(band, 0) for band in _YOUNG)):
        yield "aged 13 to 17"
    groups, residents = fieldwork.heard.categories(area, ETHNIC_GROUP), fieldwork.census.shares(area, ETHNIC_GROUP)
    for code, share in sorted(residents.items(), key=lambda entry: -entry[1]):
        if not is_small(int(share * heard)) and is_small(groups.get(code, 0)):
            yield f"of the ethnic group {labels.option(ETHNIC_GROUP, code)}"
    if is_small(ages.get("65+", 0)):
        yield "aged 65 or over"
    if is_small(fieldwork.heard.of(area, DISABILITY, "yes")):
        yield "who are disabled"
