"""The simple map of a district: its wards as outlines to tap, numbered as in the list beside it."""

from dataclasses import dataclass

from engage.areas.outlines import Point, draw_outlines
from engage.channels.web.ground import Ground
from engage.storage import areas
from engage.storage.database import Session

#: Units from side to side; about the pixels of a small phone.
WIDTH = 360


@dataclass(frozen=True)
class WardOnMap:
    """One ward on the map; `number` is its place in the list."""

    code: str
    name: str
    number: int
    path: str
    middle: Point


@dataclass(frozen=True)
class WardMap:
    """The wards of a district side by side, north up; sizes in units."""

    district: str
    width: int
    height: int
    wards: tuple[WardOnMap, ...]


def ward_map(session: Session, ground: Ground, district: str) -> WardMap | None:
    """Return the map of a district, None where the boundary of one of its wards was not imported."""
    _, wards = ground.inside(district)
    boundaries = areas.boundaries_of(session, [ward.code for ward in wards])
    if not wards or len(boundaries) < len(wards):
        return None
    sheet = draw_outlines(boundaries, WIDTH)
    drawn = tuple(
        WardOnMap(ward.code, ward.name, number, outline.path, outline.middle)
        for number, ward in enumerate(wards, start=1)
        if (outline := sheet.outlines.get(ward.code))
    )
    return WardMap(district, sheet.width, sheet.height, drawn)
