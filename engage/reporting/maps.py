"""Draws wards as a map for staff: by their outlines where these were imported, else as tiles by district."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from itertools import groupby, pairwise
from math import cos, radians
from typing import Any

from engage.reporting.words import Figure, percent

#: Units of a map's width; a tile, and the tiles in a row.
MAP_WIDTH = 720
TILE_WIDTH, TILE_HEIGHT, TILES_IN_ROW = 56, 34, 12
#: Least share of each tone, lightest first, with its colour: tones that stay apart in black and white.
TONES = ((0.0, "#e8f0f4"), (0.2, "#bcd3dd"), (0.4, "#84abbd"), (0.6, "#467f99"), (0.8, "#12455e"))

_INK, _PAPER = "#0b2b40", "#ffffff"
#: From this tone on, figures in a tile are white.
_DARK = 0.6
_HEADING = 26

Geometry = Mapping[str, Any]


@dataclass(frozen=True)
class MapArea:
    """A ward on the map: its name and district, its own published figure if it has one, and what is said of it."""

    name: str
    district: str
    figure: Figure | None
    said: str
    outline: Geometry | None = None

    @property
    def share(self) -> float | None:
        """Return the share that the ward is shaded by, None where it has none of its own."""
        return self.figure.share if self.figure else None


def draw_map(areas: Sequence[MapArea], title: str) -> str:
    """Return the wards as an SVG image: by their outlines where most have one, else as tiles."""
    outlined = [area for area in areas if area.outline]
    return _draw_outlines(outlined, title) if len(outlined) * 2 > len(areas) else _draw_tiles(areas, title)


def tone_of(share: float | None) -> str:
    """Return the colour of a share; white where there is none."""
    if share is None:
        return _PAPER
    return next(colour for least, colour in reversed(TONES) if share >= least)


def _draw_tiles(areas: Sequence[MapArea], title: str) -> str:
    parts: list[str] = []
    height = 0
    for district, found in groupby(areas, key=lambda area: area.district):
        height += _HEADING
        parts.append(f'<text x="2" y="{height - 8}" font-weight="bold">{escape(district)}</text>')
        tiles = list(found)
        for place, area in enumerate(tiles):
            row, column = divmod(place, TILES_IN_ROW)
            parts.append(_tile(area, 2 + column * (TILE_WIDTH + 3), height + row * (TILE_HEIGHT + 3)))
        height += ((len(tiles) - 1) // TILES_IN_ROW + 1) * (TILE_HEIGHT + 3)
    return _image(parts, height + 4, title)


def _tile(area: MapArea, x: int, y: int) -> str:
    share = area.share
    figure = "–" if share is None else str(percent(share))
    ink = _PAPER if share is not None and share >= _DARK else _INK
    dashes = ' stroke-dasharray="4 3"' if share is None else ""
    return (
        f"<g><title>{escape(f'{area.name}: {area.said}')}</title>"
        f'<rect x="{x}" y="{y}" width="{TILE_WIDTH}" height="{TILE_HEIGHT}" fill="{tone_of(share)}" '
        f'stroke="{_INK}"{dashes}/><text x="{x + TILE_WIDTH // 2}" y="{y + 22}" text-anchor="middle" '
        f'fill="{ink}">{figure}</text></g>'
    )


def _draw_outlines(areas: Sequence[MapArea], title: str) -> str:
    points = [point for area in areas for ring in _rings(area.outline) for point in ring]
    west, east = min(x for x, _ in points), max(x for x, _ in points)
    south, north = min(y for _, y in points), max(y for _, y in points)
    # A degree of longitude is shorter than one of latitude; at this size the earth is flat.
    narrowing = cos(radians((south + north) / 2))
    scale = (MAP_WIDTH - 4) / ((east - west) * narrowing)
    height = round((north - south) * scale) + 4

    def place(point: Sequence[float]) -> tuple[int, int]:
        return round((point[0] - west) * narrowing * scale) + 2, round((north - point[1]) * scale) + 2

    parts = []
    for area in areas:
        drawn = "".join(_ring([place(point) for point in ring]) for ring in _rings(area.outline))
        dashes = ' stroke-dasharray="4 3"' if area.share is None else ""
        parts.append(
            f'<path d="{drawn}" fill="{tone_of(area.share)}" fill-rule="evenodd" stroke="{_INK}" '
            f'stroke-width="0.8"{dashes}><title>{escape(f"{area.name}: {area.said}")}</title></path>'
        )
    return _image(parts, height, title)


def _rings(outline: Geometry | None) -> Iterator[Sequence[Sequence[float]]]:
    """Yield the rings of a GeoJSON polygon or of several."""
    if outline is None:
        return
    polygons = outline["coordinates"] if outline["type"] == "MultiPolygon" else [outline["coordinates"]]
    for polygon in polygons:
        yield from polygon


def _ring(points: Sequence[tuple[int, int]]) -> str:
    """Return a ring as a path, without the points that fall together at this size."""
    kept = [points[0], *(after for before, after in pairwise(points) if after != before)]
    return "M" + "L".join(f"{x} {y}" for x, y in kept) + "Z"


def _image(parts: Sequence[str], height: int, title: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {MAP_WIDTH} {height}" role="img" '
        f'font-family="Noto Sans, Segoe UI, sans-serif" font-size="14" fill="{_INK}"><title>{escape(title)}</title>'
        f'<rect width="{MAP_WIDTH}" height="{height}" fill="{_PAPER}"/>{"".join(parts)}</svg>'
    )
