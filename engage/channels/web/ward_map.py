"""The simple map of a district: its wards as outlines to tap, numbered as in the list beside it."""

from dataclasses import dataclass

from flask import abort, make_response, render_template
from werkzeug import Response

from engage.areas.outlines import Point, draw_outlines
from engage.channels.web.ground import Ground
from engage.channels.web.visit import ground_of, open_visit, this_instance
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


def districts_with_map(session: Session, ground: Ground) -> tuple[str, ...]:
    """Return the districts of which every ward has a boundary."""
    return tuple(district.code for district in ground.districts() if has_map(session, ground, district.code))


def has_map(session: Session, ground: Ground, district: str) -> bool:
    """Say whether every ward of a district has a boundary."""
    wards = [ward.code for ward in ground.inside(district)[1]]
    return bool(wards) and areas.with_boundaries(session).issuperset(wards)


def show_ward_map(code: str, district: str) -> Response:
    """Return the map of a district, for a script to put into its page."""
    with this_instance().database.reading() as session:
        visit = open_visit(session, code, with_draft=False)
        ground = ground_of(visit)
        is_known = district in {area.code for area in ground.districts()}
        drawn = ward_map(session, ground, district) if is_known else None
    if drawn is None:
        abort(404)
    return make_response(render_template("survey/ward_map.html", ward_map=drawn))


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
