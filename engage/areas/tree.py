"""Holds all known areas as one tree, from wards and named places up to police force areas."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from engage.areas.model import PARENT_LEVELS, Area, Level


class AreasFaulty(Exception):
    """The areas do not make one tree; `faults` says in sentences what is wrong with which code."""

    def __init__(self, faults: tuple[str, ...]) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults


class UnknownArea(LookupError):
    """Nobody told us of an area with this code."""


@dataclass(frozen=True)
class AreaTree:
    """All known areas, those of today and those no longer in use.

    Raises `AreasFaulty` when a code stands twice, a parent is unknown or of the wrong level, a ward is in two
    places or a place reaches beyond its district.
    """

    areas: tuple[Area, ...]

    def __post_init__(self) -> None:
        """Refuse areas that do not fit together."""
        faults = tuple(_faults_of(self.areas))
        if faults:
            raise AreasFaulty(faults)

    def __contains__(self, code: object) -> bool:
        """Say whether the code is known, current or not."""
        return code in self._by_code

    def __iter__(self) -> Iterator[Area]:
        """Go through all known areas in the order they were given."""
        return iter(self.areas)

    def __len__(self) -> int:
        """Count the known areas."""
        return len(self.areas)

    def __getitem__(self, code: str) -> Area:
        """Return the area with this code, or raise `UnknownArea`."""
        try:
            return self._by_code[code]
        except KeyError:
            raise UnknownArea(code) from None

    def get(self, code: str) -> Area | None:
        """Return the area with this code, or None."""
        return self._by_code.get(code)

    def current(self, on_date: date) -> tuple[Area, ...]:
        """Return the areas in use on that day."""
        return tuple(area for area in self.areas if area.is_current(on_date))

    def at_level(self, level: Level, *, on_date: date | None = None) -> tuple[Area, ...]:
        """Return the areas of one level; with a day, only those in use then."""
        return tuple(a for a in self.areas if a.level is level and (on_date is None or a.is_current(on_date)))

    def children(self, code: str, *, level: Level | None = None) -> tuple[Area, ...]:
        """Return the areas directly below: a place's wards, and for the others those whose parent it is.

        Places lie across the wards of a district, so they come only when `level` asks for them.
        """
        area = self[code]
        is_place = area.level is Level.PLACE
        below = tuple(self[ward] for ward in area.wards) if is_place else self._by_parent.get(code, ())
        if level is None:
            return tuple(child for child in below if child.level is not Level.PLACE)
        return tuple(child for child in below if child.level is level)

    def ancestors(self, code: str) -> tuple[Area, ...]:
        """Return the areas above by parent, nearest first; a ward's place is not among them."""
        found: list[Area] = []
        parent = self[code].parent
        while parent is not None:
            found.append(self[parent])
            parent = found[-1].parent
        return tuple(found)

    def district_of(self, code: str) -> Area | None:
        """Return the district an area is or lies in; None for a county or a police force area."""
        return next((a for a in (self[code], *self.ancestors(code)) if a.level is Level.DISTRICT), None)

    def place_of(self, ward: str) -> Area | None:
        """Return the named place a ward belongs to; None when it has none or is not a ward."""
        return self._place_by_ward.get(self[ward].code)

    def wards_of(self, code: str, *, on_date: date | None = None) -> tuple[Area, ...]:
        """Return all wards in an area (a ward is in itself); with a day, only those in use then."""
        area = self[code]
        if area.level is Level.WARD:
            wards: tuple[Area, ...] = (area,)
        elif area.level in {Level.PLACE, Level.DISTRICT}:
            wards = self.children(code)
        else:
            wards = tuple(ward for below in self.children(code) for ward in self.wards_of(below.code))
        return tuple(ward for ward in wards if on_date is None or ward.is_current(on_date))

    def is_within(self, code: str, root: str) -> bool:
        """Say whether an area is `root` or lies wholly in it; False when either is unknown."""
        if code not in self or root not in self:
            return False
        place = self.place_of(code)
        above = {code, *(area.code for area in self.ancestors(code))}
        return root in above or (place is not None and place.code == root)

    def with_areas(self, newer: Iterable[Area]) -> "AreaTree":
        """Return the tree with areas added or replaced; what a newer one leaves open stays as it was known.

        Raises `AreasFaulty` as the tree itself does.
        """
        merged = dict(self._by_code)
        for area in newer:
            known = merged.get(area.code)
            merged[area.code] = area if known is None else _filled_from(area, known)
        return AreaTree(tuple(merged.values()))

    @cached_property
    def _by_code(self) -> dict[str, Area]:
        return {area.code: area for area in self.areas}

    @cached_property
    def _by_parent(self) -> dict[str, tuple[Area, ...]]:
        found: dict[str, list[Area]] = {}
        for area in self.areas:
            if area.parent is not None:
                found.setdefault(area.parent, []).append(area)
        return {parent: tuple(below) for parent, below in found.items()}

    @cached_property
    def _place_by_ward(self) -> dict[str, Area]:
        return {ward: area for area in self.areas if area.level is Level.PLACE for ward in area.wards}


def _filled_from(area: Area, known: Area) -> Area:
    return replace(
        area,
        parent=area.parent or known.parent,
        valid_from=area.valid_from or known.valid_from,
        valid_to=area.valid_to or known.valid_to,
        wards=area.wards or known.wards,
    )


def _faults_of(areas: tuple[Area, ...]) -> Iterator[str]:
    by_code = {area.code: area for area in areas}
    for code, times in Counter(area.code for area in areas).items():
        if times > 1:
            yield f"{code} stands {times} times"
    for area in areas:
        yield from _parent_faults(area, by_code)
        yield from _ward_faults(area, by_code)
    members = Counter(ward for area in areas if area.level is Level.PLACE for ward in area.wards)
    for ward, times in members.items():
        if times > 1:
            yield f"ward {ward} is in {times} places"


def _parent_faults(area: Area, by_code: dict[str, Area]) -> Iterator[str]:
    parent = by_code.get(area.parent) if area.parent is not None else None
    if area.parent is not None and parent is None:
        yield f"{area.code} has the unknown parent {area.parent}"
    elif parent is not None and parent.level not in PARENT_LEVELS[area.level]:
        yield f"{area.code} is a {area.level} and cannot lie directly in the {parent.level} {parent.code}"
    elif parent is None and area.level in {Level.WARD, Level.PLACE}:
        yield f"{area.code} is a {area.level} without a district"


def _ward_faults(area: Area, by_code: dict[str, Area]) -> Iterator[str]:
    if area.level is not Level.PLACE:
        if area.wards:
            yield f"{area.code} is a {area.level} and cannot list wards"
        return
    if not area.wards:
        yield f"{area.code} has no wards"
    for code in area.wards:
        ward = by_code.get(code)
        if ward is None or ward.level is not Level.WARD:
            yield f"{area.code} lists {code}, which is not a known ward"
        elif ward.parent != area.parent:
            yield f"{area.code} lists {code}, which is not in its district {area.parent}"
