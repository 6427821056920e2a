"""Writes published tables by area as GeoJSON (RFC 7946), with the boundaries that were imported."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from engage.areas import ATTRIBUTION, Area, Level
from engage.reporting.exports.lines import Value, cell_figures
from engage.reporting.exports.taken import FormatRefused, Taken
from engage.reporting.ground import LEVEL_NAMES, Ground
from engage.reporting.reading import Published, release_document
from engage.results.plan import AREA
from engage.results.published import PublishedRow, PublishedTable
from engage.storage import areas
from engage.storage.database import Session

Geometry = Mapping[str, Any]


def find_boundaries(
    session: Session, published: Published, tables: Sequence[PublishedTable]
) -> dict[str, Mapping[str, Any]]:
    """Return the geometries of the areas in the tables; of an area without a boundary, those of its wards together."""
    ground = published.ground
    rows = {row.row for table in tables if table.rows == AREA for row in table.rows_shown if row.row in ground}
    wards = {code: _wards_of(ground, code) for code in rows}
    wanted = rows.union(*wards.values()) if rows else rows
    known = areas.boundaries_of(session, sorted(wanted))
    found = {
        code: known.get(code) or _together([known[ward] for ward in wards[code] if ward in known]) for code in rows
    }
    return {code: geometry for code, geometry in found.items() if geometry}


def write_geojson(taken: Taken) -> bytes:
    """Return a feature for each area, its figures under flat names such as `safe_day__safe__share`.

    An area whose boundary is not known has no geometry. Raises FormatRefused where rows are not areas.
    """
    if not taken.tables or any(table.rows != AREA for table in taken.tables):
        raise FormatRefused("geojson holds figures by area; groups of people have no boundaries")
    head = {name: value for name, value in release_document(taken.published, ()).items() if name != "tables"}
    codes = dict.fromkeys(row.row for table in taken.tables for row in table.rows_shown)
    features = [_feature(taken, code) for code in codes]
    document = {
        "type": "FeatureCollection",
        **head,
        "note": taken.tables[0].note,
        "attribution": ATTRIBUTION,
        "features": features,
    }
    return json.dumps(document, ensure_ascii=False).encode()


def figure_name(*parts: str) -> str:
    """Return the name of a figure among a feature's properties: question, answer and what it is of it."""
    return "__".join(parts)


def _feature(taken: Taken, code: str) -> dict[str, Any]:
    area = taken.published.ground.tree.get(code)
    properties: dict[str, Value] = {"code": code, "name": taken.labels.area(code)}
    properties["level"] = LEVEL_NAMES[area.level] if area else None
    for table in taken.tables:
        row = next((row for row in table.rows_shown if row.row == code), None)
        if row:
            properties |= _figures(table, row, taken.care(table, row))
    return {"type": "Feature", "id": code, "geometry": taken.boundaries.get(code), "properties": properties}


def _figures(table: PublishedTable, row: PublishedRow, care: str | None) -> dict[str, Value]:
    heads: dict[str, Value] = {"base": row.base, "quality": row.quality, "shown_for": row.shown_for, "care": care}
    figures = {figure_name(table.question, name): value for name, value in heads.items()}
    for cell in row.cells:
        figures |= {
            figure_name(table.question, cell.option, name): value
            for name, value in cell_figures(cell).items()
            if name != "option"
        }
    return figures


def _wards_of(ground: Ground, code: str) -> tuple[str, ...]:
    area: Area = ground.area(code)
    if area.level is Level.WARD:
        return ()
    return area.wards or tuple(ward.code for ward in ground.within(code, "ward"))


def _together(geometries: Sequence[Geometry]) -> Geometry | None:
    """Return several geometries as one of many polygons, None of none."""
    polygons = [
        polygon
        for geometry in geometries
        for polygon in (geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]])
    ]
    return {"type": "MultiPolygon", "coordinates": polygons} if polygons else None
