"""Draws on a map of wards what each will be able to show, where outlines were imported."""

from dataclasses import dataclass

from engage.areas import Level
from engage.reporting.ground import Ground
from engage.reporting.maps import MapArea, draw_map
from engage.reporting.planner import Plan, Planned
from engage.storage import areas
from engage.storage.database import Session

#: What may be shown of a ward → its tone, as the share that maps shade by.
TONES = {
    "ok": 0.9,
    "care": 0.7,
    "low": 0.7,
    "place": 0.45,
    "wider": 0.25,
    "not_enough": 0.0,
}


@dataclass(frozen=True)
class _Tone:
    """The tone of a ward, as maps take it."""

    share: float | None
    option: str = ""
    shown: str = ""
    low: float | None = None
    high: float | None = None


def draw_plan(session: Session, ground: Ground, plan: Plan) -> str | None:
    """Return the map, None where most wards have no outline."""
    wards = [one for one in plan.areas if one.level == "ward"]
    outlines = areas.boundaries_of(session, [ward.code for ward in wards])
    if len(outlines) * 2 <= len(wards):
        return None
    drawn = [
        MapArea(
            ward.name, _district(ground, ward), _Tone(TONES[_kind(ground, ward)]), ward.words, outlines.get(ward.code)
        )
        for ward in wards
    ]
    return draw_map(drawn, "What each ward will be able to show")


def _kind(ground: Ground, ward: Planned) -> str:
    if not ward.stands_in:
        return ward.quality
    place = ground.tree.place_of(ward.code)
    return "place" if place is not None and place.name == ward.stands_in else "wider"


def _district(ground: Ground, ward: Planned) -> str:
    return next((area.name for area in ground.above(ward.code) if area.level is Level.DISTRICT), "")
