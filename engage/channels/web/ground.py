"""The area question: a full postcode, or a district and then a place or ward in it, or the district as a whole."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from werkzeug.datastructures import MultiDict

from engage.areas import Area, AreaTree, Level, parse_postcode
from engage.response.problems import Problem
from engage.storage import areas
from engage.storage.database import Session

#: The names of fields; the last is hidden and says which district was open on the page that is posted.
POSTCODE, DISTRICT, AREA, INSIDE = "postcode", "district", "area", "in"


@dataclass(frozen=True)
class OpenDistrict:
    """Somebody chose a district and may now choose a place in it."""

    code: str


@dataclass(frozen=True)
class County:
    """Districts to choose from under the county they are in; `area` is None where there is no county."""

    area: Area | None
    districts: tuple[Area, ...]


@dataclass(frozen=True)
class Ground:
    """The areas a survey is about, as they are on a day."""

    tree: AreaTree
    roots: tuple[str, ...]
    on_date: date

    def districts(self) -> tuple[Area, ...]:
        """Return the districts with any ground of the survey in them."""
        whole = self.tree.at_level(Level.DISTRICT, on_date=self.on_date)
        around = {
            district.code for root in self.roots if root in self.tree and (district := self.tree.district_of(root))
        }
        return tuple(area for area in whole if self.has(area.code) or area.code in around)

    def counties(self) -> tuple[County, ...]:
        """Return the districts by county, those without one first."""
        groups: dict[str | None, list[Area]] = {None: []}
        for district in sorted(self.districts(), key=lambda area: area.name):
            parent = self.tree.get(district.parent) if district.parent else None
            county = parent.code if parent and parent.level is Level.COUNTY else None
            groups.setdefault(county, []).append(district)
        return tuple(
            County(self.tree[code] if code and self.has(code) else None, tuple(group))
            for code, group in groups.items()
            if group
        )

    def inside(self, district: str) -> tuple[tuple[Area, ...], tuple[Area, ...]]:
        """Return the named places and the wards of a district that belong to the survey, by name."""
        places = self.tree.children(district, level=Level.PLACE)
        return self._named(places), self._named(self.tree.children(district, level=Level.WARD))

    def has(self, code: str) -> bool:
        """Say whether an area belongs to the survey."""
        return any(self.tree.is_within(code, root) for root in self.roots)

    def _named(self, found: Iterable[Area]) -> tuple[Area, ...]:
        kept = (area for area in found if area.is_current(self.on_date) and self.has(area.code))
        return tuple(sorted(kept, key=lambda area: area.name))


def read_area(session: Session, ground: Ground, form: MultiDict[str, str]) -> str | OpenDistrict | Problem | None:
    """Return the area in a posted page; of a postcode only its ward is kept."""
    typed = form.get(POSTCODE, "").strip()
    if typed:
        return _of_postcode(session, ground, typed)
    district, area = form.get(DISTRICT), form.get(AREA)
    if district is not None:
        return _of_list(ground, district)
    if area is None:
        return None
    return area if ground.has(area) else Problem("unknown_area", "area")


def _of_postcode(session: Session, ground: Ground, typed: str) -> str | Problem:
    postcode = parse_postcode(typed)
    ward = areas.ward_of_postcode(session, postcode) if postcode else None
    if ward is None:
        return Problem("area_not_found", "area")
    return ward if ground.has(ward) else Problem("unknown_area", "area")


def _of_list(ground: Ground, code: str) -> str | OpenDistrict | Problem:
    if code in {district.code for district in ground.districts()}:
        return OpenDistrict(code)
    return code if ground.has(code) else Problem("unknown_area", "area")
