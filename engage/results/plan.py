"""Declares which crosses of a survey's answers a release may hold, and refuses every other."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

#: Levels of area, from the smallest to the largest.
LEVELS = ("ward", "place", "district", "county", "force")
#: The breakdown by area itself: its rows are areas.
AREA = "area"
#: The one demographic that may be crossed with a second.
COMMUNITY = "community"
#: The two broad ages that a community may be crossed with.
AGE_GROUP = "age_group"
#: The name of that cross, as `--by` takes it.
COMMUNITY_BY_AGE = "community_by_age"

UNDER_25, FROM_25 = "under_25", "25_and_over"
#: Every age band folds into one broad age; they nest, so that no second set of bands can be subtracted.
AGE_GROUPS: Mapping[str, str] = {
    "under-13": UNDER_25,
    "13-15": UNDER_25,
    "16-17": UNDER_25,
    "18-24": UNDER_25,
    "25+": FROM_25,
    "25-34": FROM_25,
    "35-49": FROM_25,
    "50-64": FROM_25,
    "65+": FROM_25,
}

_DEMOGRAPHIC_LEVELS = ("district", "force")


class Refusal(StrEnum):
    """Why a cross is not in the release plan."""

    UNKNOWN_LEVEL = "unknown_level"
    UNKNOWN_BREAKDOWN = "unknown_breakdown"
    WARD_BY_DEMOGRAPHIC = "ward_by_demographic"
    PLACE_BY_DEMOGRAPHIC = "place_by_demographic"
    COUNTY_BY_DEMOGRAPHIC = "county_by_demographic"
    TWO_DEMOGRAPHICS = "two_demographics"
    COMMUNITY_BY_AGE_BELOW_FORCE = "community_by_age_below_force"
    SECOND_AGE_BANDS = "second_age_bands"


class BreakdownRefused(Exception):
    """A cross was asked for that the release plan does not declare."""

    def __init__(self, code: Refusal, detail: str) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail


@dataclass(frozen=True, slots=True)
class ReleasePlan:
    """The fixed set of tables that a survey's releases may hold.

    `demographics` gives for the name of each breakdown the question it is read from, in the order offered:
    `{"age_band": "age_band", "community": "communities"}`.
    """

    demographics: Mapping[str, str]

    def breakdowns(self, level: str) -> tuple[str, ...]:
        """Return the names of the demographic breakdowns that areas of this level may have."""
        if level not in _DEMOGRAPHIC_LEVELS:
            return ()
        crossed = COMMUNITY in self.demographics and level == "force"
        return (*self.demographics, *((COMMUNITY_BY_AGE,) if crossed else ()))

    def parts(self, breakdown: str) -> tuple[str, ...]:
        """Return the demographics that a breakdown crosses: none for areas, two for communities by age."""
        match breakdown:
            case "area":
                return ()
            case "community_by_age":
                return (COMMUNITY, AGE_GROUP)
            case _:
                return (breakdown,)

    def check_breakdown(self, level: str, by: Sequence[str] = (), *, question: str | None = None) -> str:
        """Return the name of the breakdown, or raise BreakdownRefused.

        `by` names what stands in the rows beside the answers of an area of this level: nothing or "area"
        for areas; the name of a level ("ward") asks for its areas. `question` is the question in the
        columns: one about the person is a demographic too.
        """
        if level not in LEVELS:
            raise BreakdownRefused(Refusal.UNKNOWN_LEVEL, level)
        level = min([level, *(name for name in by if name in LEVELS)], key=LEVELS.index)
        parts = [part for name in by if name not in LEVELS for part in self.parts(name)]
        for part in parts:
            if part not in self.demographics and part != AGE_GROUP:
                raise BreakdownRefused(Refusal.UNKNOWN_BREAKDOWN, part)
        if question in self.demographics.values():
            parts.append(f"question:{question}")
        if sorted(parts) == sorted((AGE_GROUP, COMMUNITY)):
            self._check_community_by_age(level)
            return COMMUNITY_BY_AGE
        self._check_single(level, parts)
        return next((part for part in parts if part in self.demographics), AREA)

    def _check_community_by_age(self, level: str) -> None:
        if COMMUNITY not in self.demographics:
            raise BreakdownRefused(Refusal.UNKNOWN_BREAKDOWN, COMMUNITY)
        if level != "force":
            raise BreakdownRefused(Refusal.COMMUNITY_BY_AGE_BELOW_FORCE, level)

    def _check_single(self, level: str, parts: Sequence[str]) -> None:
        if len(parts) > 1:
            raise BreakdownRefused(Refusal.TWO_DEMOGRAPHICS, " x ".join(parts))
        if AGE_GROUP in parts:
            raise BreakdownRefused(Refusal.SECOND_AGE_BANDS, AGE_GROUP)
        if parts and level not in _DEMOGRAPHIC_LEVELS:
            raise BreakdownRefused(Refusal(f"{level}_by_demographic"), f"{level} x {parts[0]}")


def age_group(age_band: str | None) -> str | None:
    """Return the broad age of an age band: under 25, 25 and over, or None where it is not known."""
    return None if age_band is None else AGE_GROUPS.get(age_band)
