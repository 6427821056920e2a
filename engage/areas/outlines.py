"""Draws boundaries as small outlines on one sheet, for a simple map without any map service."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import cos, radians
from typing import Any

#: A point of the sheet: whole units from the top left.
Point = tuple[int, int]
#: Corners of the smallest ring worth drawing.
_FEWEST_CORNERS = 3
#: Heights at which the widest stretch of an area is looked for, and a step that keeps them off its corners, in units.
_LEVELS, _BETWEEN = 8, 0.01


@dataclass(frozen=True)
class Outline:
    """One area on the sheet."""

    #: The value of an SVG path's `d`.
    path: str
    #: Where a number may stand: inside the largest part, in units.
    middle: Point


@dataclass(frozen=True)
class Sheet:
    """Outlines side by side, north up; sizes in units."""

    width: int
    height: int
    outlines: Mapping[str, Outline]


def draw_outlines(boundaries: Mapping[str, Mapping[str, Any]], width: int) -> Sheet:
    """Return the outlines of GeoJSON boundaries (longitude and latitude, RFC 7946) on a sheet so many units wide.

    Every position is moved to the nearest whole unit and repeated ones are left out: neighbours keep one common
    border, and the paths are short. Raises ValueError where there is nothing to draw.
    """
    rings = {code: [tuple(ring) for ring in _outer_rings(geometry)] for code, geometry in boundaries.items()}
    positions = [position for parts in rings.values() for ring in parts for position in ring]
    if not positions:
        raise ValueError("no boundary to draw")
    west, east = min(lon for lon, _ in positions), max(lon for lon, _ in positions)
    south, north = min(lat for _, lat in positions), max(lat for _, lat in positions)
    shrink = cos(radians((south + north) / 2))
    scale = width / ((east - west) * shrink)

    def place(position: tuple[float, float]) -> Point:
        return round((position[0] - west) * shrink * scale), round((north - position[1]) * scale)

    outlines = {code: outline for code, parts in rings.items() if (outline := _outline(_rings_on_sheet(parts, place)))}
    return Sheet(width, max(1, round((north - south) * scale)), outlines)


def _rings_on_sheet(
    rings: Sequence[Sequence[tuple[float, float]]], place: Callable[[tuple[float, float]], Point]
) -> list[list[Point]]:
    """Return rings on the sheet, without repeated points and without those too small to see."""
    drawn = []
    for ring in rings:
        points: list[Point] = []
        for position in ring:
            point = place(position)
            if not points or point != points[-1]:
                points.append(point)
        if len(points) > 1 and points[0] == points[-1]:
            points.pop()
        if len(points) >= _FEWEST_CORNERS:
            drawn.append(points)
    return drawn


def _outline(rings: list[list[Point]]) -> Outline | None:
    if not rings:
        return None
    path = "".join(_path(ring) for ring in rings)
    return Outline(path, _middle(max(rings, key=_area)))


def _outer_rings(geometry: Mapping[str, Any]) -> Iterator[list[tuple[float, float]]]:
    polygons = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    for polygon in polygons:
        yield [(position[0], position[1]) for position in polygon[0]]


def _path(ring: list[Point]) -> str:
    """Return a closed path with relative steps, which are shorter than places."""
    steps = [f"M{ring[0][0]} {ring[0][1]}l"]
    for (x, y), (next_x, next_y) in pairwise(ring):
        steps.append(f"{next_x - x} {next_y - y} ")
    return "".join(steps).strip() + "z"


def _area(ring: list[Point]) -> float:
    return abs(sum(x * next_y - next_x * y for (x, y), (next_x, next_y) in pairwise([*ring, ring[0]]))) / 2


def _middle(ring: list[Point]) -> Point:
    """Return a point inside a ring: in the middle of its widest stretch from side to side."""
    top, bottom = min(y for _, y in ring), max(y for _, y in ring)
    stretches = []
    for part in range(1, _LEVELS):
        level = top + (bottom - top) * part / _LEVELS + _BETWEEN
        crossings = sorted(_crossings(ring, level))
        stretches += [
            (right - left, left, right, level) for left, right in zip(crossings[::2], crossings[1::2], strict=True)
        ]
    _, left, right, level = max(stretches, default=(0, *ring[0][:1] * 2, ring[0][1]))
    return round((left + right) / 2), round(level)


def _crossings(ring: list[Point], level: float) -> Iterator[float]:
    for (x, y), (next_x, next_y) in pairwise([*ring, ring[0]]):
        if (y < level) != (next_y < level):
            yield x + (level - y) * (next_x - x) / (next_y - y)
