"""Says what an area is: its code, its name, its level and how long it has been valid."""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Level(StrEnum):
    """Where an area stands between a ward and a police force area.

    A `PLACE` is a named group of whole wards of one district. It stands beside the others and not between
    ward and district: a ward's parent is always its district.
    """

    FORCE_AREA = "force_area"
    COUNTY = "county"
    DISTRICT = "district"
    PLACE = "place"
    WARD = "ward"


#: Which levels may stand directly above each level. Unitary authorities are districts whose parent is the
#: police force area itself.
PARENT_LEVELS: dict[Level, frozenset[Level]] = {
    Level.FORCE_AREA: frozenset(),
    Level.COUNTY: frozenset({Level.FORCE_AREA}),
    Level.DISTRICT: frozenset({Level.COUNTY, Level.FORCE_AREA}),
    Level.PLACE: frozenset({Level.DISTRICT}),
    Level.WARD: frozenset({Level.DISTRICT}),
}

#: The first three characters of a GSS code (Office for National Statistics, Register of Geographic Codes).
_LEVEL_OF_PREFIX = {
    "E05": Level.WARD,
    "W05": Level.WARD,
    "S13": Level.WARD,
    "N08": Level.WARD,
    "E06": Level.DISTRICT,
    "E07": Level.DISTRICT,
    "E08": Level.DISTRICT,
    "E09": Level.DISTRICT,
    "W06": Level.DISTRICT,
    "S12": Level.DISTRICT,
    "N09": Level.DISTRICT,
    "E10": Level.COUNTY,
    "E11": Level.COUNTY,
    "E23": Level.FORCE_AREA,
    "W15": Level.FORCE_AREA,
}
_GSS_CODE = re.compile(r"[ENSW][0-9]{8}")
_PLACE_CODE = re.compile(r"place:[a-z0-9]+(?:-[a-z0-9]+)*")
#: characters
_LONGEST_PLACE_CODE = 66


@dataclass(frozen=True)
class Area:
    """One area that people can tell about or live in.

    `code` is a GSS code or `place:<slug>`. `parent` is the code of the area directly above, None where there
    is none or it is not known. A date left out means that it is not known to us; `valid_to` is the last day.
    `wards` is filled for a place only: the codes of its wards.
    """

    code: str
    name: str
    level: Level
    parent: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    wards: tuple[str, ...] = ()

    def is_current(self, on_date: date) -> bool:
        """Say whether the area was in use on that day, as far as its dates are known."""
        begun = self.valid_from is None or self.valid_from <= on_date
        return begun and (self.valid_to is None or on_date <= self.valid_to)


def level_of_code(code: str) -> Level | None:
    """Return the level an area code names, None when it is not the code of an area we know how to place."""
    if len(code) <= _LONGEST_PLACE_CODE and _PLACE_CODE.fullmatch(code):
        return Level.PLACE
    if _GSS_CODE.fullmatch(code):
        return _LEVEL_OF_PREFIX.get(code[:3])
    return None
