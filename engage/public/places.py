"""Lists the places there are results for: districts, in each its named places, in each their wards."""

from dataclasses import dataclass

from engage.areas import Area, Level
from engage.reporting.ground import LEVEL_NAMES, Ground


@dataclass(frozen=True)
class ListedPlace:
    """A named place with its wards; `area` is None for wards that lie in none."""

    area: Area | None
    wards: tuple[Area, ...]


@dataclass(frozen=True)
class ListedDistrict:
    """A district with what lies in it."""

    area: Area
    places: tuple[ListedPlace, ...]


@dataclass(frozen=True)
class FoundPlace:
    """A place whose name was asked for, and the district it lies in."""

    area: Area
    district: Area | None


@dataclass(frozen=True)
class ListedGround:
    """The wider areas of a survey and its districts, by name, and the places that somebody looks for."""

    wider: tuple[Area, ...]
    districts: tuple[ListedDistrict, ...]
    found: tuple[FoundPlace, ...]


def list_places(ground: Ground, typed: str) -> ListedGround:
    """Return every place of a survey's ground; places without their district stand for themselves.

    Found are those that have the words typed in their name, the widest first.
    """
    districts = tuple(_district(ground, area) for area in _by_name(ground.at_levels({"district"})))
    within = {area.code for district in districts for area in _all_of(district)}
    wider = tuple(area for area in ground.areas if area.code not in within)
    return ListedGround(wider, districts, _found(ground, typed))


def _found(ground: Ground, typed: str) -> tuple[FoundPlace, ...]:
    words = typed.casefold().split()
    if not words:
        return ()
    found = (area for area in ground.areas if all(word in area.name.casefold() for word in words))
    ordered = sorted(found, key=lambda area: (list(LEVEL_NAMES).index(area.level), area.name))
    return tuple(FoundPlace(area, _district_above(ground, area)) for area in ordered)


def _district(ground: Ground, district: Area) -> ListedDistrict:
    wards = _by_name(ground.within(district.code, "ward"))
    places = _by_name(ground.within(district.code, "place"))
    listed = [ListedPlace(place, tuple(ward for ward in wards if ward.code in place.wards)) for place in places]
    placed = {ward.code for place in listed for ward in place.wards}
    others = tuple(ward for ward in wards if ward.code not in placed)
    return ListedDistrict(district, (*listed, *((ListedPlace(None, others),) if others else ())))


def _all_of(district: ListedDistrict) -> tuple[Area, ...]:
    places = tuple(place.area for place in district.places if place.area)
    return (district.area, *places, *(ward for place in district.places for ward in place.wards))


def _by_name(areas: tuple[Area, ...]) -> tuple[Area, ...]:
    return tuple(sorted(areas, key=lambda area: area.name))


def _district_above(ground: Ground, area: Area) -> Area | None:
    return next((above for above in ground.above(area.code) if above.level is Level.DISTRICT), None)
