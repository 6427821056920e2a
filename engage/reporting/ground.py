"""Knows a survey's ground: the areas it speaks of, their levels, and which of them each answer counts in."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from engage.areas import Area, AreaTree, Level
from engage.questionnaire.model import Questionnaire
from engage.results.suppression import TableArea

#: The release plan's word for each level of area.
LEVEL_NAMES = {
    Level.FORCE_AREA: "force",
    Level.COUNTY: "county",
    Level.DISTRICT: "district",
    Level.PLACE: "place",
    Level.WARD: "ward",
}


class AreaNotInSurvey(LookupError):
    """An area was asked for that the survey does not speak of."""

    code = "unknown_area"

    def __init__(self, area: str) -> None:
        super().__init__(f"no area of this survey has the code {area[:100]!r}")


@dataclass(frozen=True)
class Ground:
    """The areas of a survey in the order they are shown: each followed by those within it, places before wards."""

    tree: AreaTree
    roots: tuple[str, ...]
    areas: tuple[Area, ...]

    @classmethod
    def of(cls, questionnaire: Questionnaire, tree: AreaTree, on_date: date) -> "Ground":
        """Return the ground of a survey as its areas are in use on that day."""
        roots = tuple(code for code in questionnaire.areas if code in tree)
        below = {area.code: area for root in roots for area in _with_all_below(tree, tree[root])}
        return cls(tree, roots, tuple(area for area in below.values() if area.is_current(on_date)))

    def __contains__(self, code: object) -> bool:
        """Say whether the survey speaks of the area."""
        return code in self._codes

    def area(self, code: str) -> Area:
        """Return an area of the survey, or raise AreaNotInSurvey."""
        if code not in self._codes:
            raise AreaNotInSurvey(code)
        return self.tree[code]

    def level(self, code: str) -> str:
        """Return the level of an area in the words of the release plan, or raise AreaNotInSurvey."""
        return LEVEL_NAMES[self.area(code).level]

    def at_levels(self, levels: Collection[str]) -> tuple[Area, ...]:
        """Return the areas of some levels, in order."""
        return tuple(area for area in self.areas if LEVEL_NAMES[area.level] in levels)

    def within(self, root: str, level: str) -> tuple[Area, ...]:
        """Return the areas of a level inside an area of the survey, in order."""
        self.area(root)
        return tuple(area for area in self.at_levels({level}) if self.tree.is_within(area.code, root))

    def above(self, code: str) -> tuple[Area, ...]:
        """Return the areas of the survey that an area lies in, nearest first: a ward's place comes first."""
        place = self.tree.place_of(code)
        over = (*((place,) if place else ()), *self.tree.ancestors(code))
        return tuple(area for area in over if area.code in self)

    def path(self, told_about: str | None) -> tuple[str, ...]:
        """Return every area of the survey that an answer about an area counts in.

        An answer that names no area counts in the whole ground where that is one area: it was given in a
        survey about it.
        """
        if told_about is None or told_about not in self.tree:
            return self.roots if len(self.roots) == 1 else ()
        own = (told_about,) if told_about in self else ()
        return (*own, *(area.code for area in self.above(told_about)))

    def table_area(self, area: Area) -> TableArea:
        """Return an area as it stands in a table: a ward rolls up to its place, then both to their district."""
        wider = self.above(area.code) if area.level in (Level.WARD, Level.PLACE) else ()
        stand_ins = (above for above in wider if above.level in (Level.PLACE, Level.DISTRICT))
        rolls_up_to = tuple(TableArea(above.code, LEVEL_NAMES[above.level]) for above in stand_ins)
        return TableArea(area.code, LEVEL_NAMES[area.level], rolls_up_to)

    @cached_property
    def _codes(self) -> frozenset[str]:
        return frozenset(area.code for area in self.areas)


def _with_all_below(tree: AreaTree, area: Area) -> Iterator[Area]:
    yield area
    if area.level is Level.PLACE:
        return
    if area.level is Level.DISTRICT:
        yield from tree.children(area.code, level=Level.PLACE)
    for below in tree.children(area.code):
        yield from _with_all_below(tree, below)
