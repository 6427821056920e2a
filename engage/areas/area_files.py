"""Reads files of areas, GeoJSON boundaries or CSV lists, as the Office for National Statistics and we write them."""

import io
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from engage.areas.area_records import areas_in_record, column_names
from engage.areas.boundaries import boundary_fault
from engage.areas.model import Area
from engage.areas.reference_files import FaultsFound, ValueFaulty, quoted, read_table, records

#: One row or feature: "line" or "feature", its number from 1, its values by lower-case name, its geometry.
_Record = tuple[str, int, Mapping[str, str], object]


@dataclass(frozen=True)
class ReadArea:
    """An area as it stands in a file; `boundary` is a GeoJSON geometry in WGS 84, None when there is none."""

    area: Area
    boundary: dict[str, object] | None = None


def read_area_file(text: str, suffix: str) -> tuple[ReadArea, ...]:
    """Read areas from a GeoJSON FeatureCollection (`.geojson`, `.json`) or a CSV list (`.csv`).

    Codes, names and areas above are found under the names of the Office for National Statistics (`WD25CD`,
    `WD25NM`, `LAD25CD`, any year) and under plain ones (`code`, `name`, `level`, `parent_code`, `ward_code`,
    `lad_code`). An area above that the file names with code and name is returned too, before the areas in it;
    its own parent may be open (None), to be filled from what is known (`AreaTree.with_areas`). Raises
    `ReferenceFileFaulty` with every fault found: nothing of a faulty file is returned.
    """
    faults = FaultsFound()
    match suffix.lower().removeprefix("."):
        case "csv":
            found: Iterable[_Record] = _csv_records(text, faults)
        case "geojson" | "json":
            found = _geojson_records(text, faults)
        case _:
            faults.refuse("file", None, "unknown_format", f"areas are read from GeoJSON and CSV, not {suffix}")
    read, above = _read_records(found, faults)
    faults.raise_if_any()
    if not read:
        faults.refuse("file", None, "empty", "there are no areas in this file")
    return (*(ReadArea(area) for code, area in above.items() if code not in read), *read.values())


def _read_records(found: Iterable[_Record], faults: FaultsFound) -> tuple[dict[str, ReadArea], dict[str, Area]]:
    read: dict[str, ReadArea] = {}
    above: dict[str, Area] = {}
    for where, number, record, geometry in found:
        try:
            area, *named_above = areas_in_record(record)
            boundary = _boundary(geometry)
        except ValueFaulty as fault:
            faults.add(where, number, fault.code, fault.detail)
            continue
        if area.code in read:
            faults.add(where, number, "area_twice", f"{area.code} stands in this file already")
            continue
        read[area.code] = ReadArea(area, boundary)
        for parent in named_above:
            if above.setdefault(parent.code, parent) != parent:
                detail = f"{parent.code} is described in two ways in this file"
                faults.add(where, number, "area_differs", detail)
    return read, above


def _boundary(geometry: object) -> dict[str, object] | None:
    if geometry is None:
        return None
    fault = boundary_fault(geometry)
    if fault is not None:
        raise ValueFaulty("bad_boundary", fault)
    return dict(geometry) if isinstance(geometry, dict) else None


def _csv_records(text: str, faults: FaultsFound) -> Iterator[_Record]:
    table = read_table(io.StringIO(text, newline=""), faults)
    if not column_names(table.headers):
        shown = ", ".join(map(quoted, table.headers[:8]))
        faults.refuse("line", table.header_line, "no_code_column", f"no column of area codes is among these: {shown}")
    for line, record in records(table):
        yield "line", line, record, None


def _geojson_records(text: str, faults: FaultsFound) -> Iterator[_Record]:
    try:
        document = json.loads(text.removeprefix("\ufeff"))
    except json.JSONDecodeError as error:
        faults.refuse("line", error.lineno, "not_json", f"this is not JSON ({error.msg})")
    except (RecursionError, ValueError):
        faults.refuse("file", None, "not_json", "this is not JSON that can be read")
    features = document.get("features") if isinstance(document, dict) else None
    if not isinstance(features, list) or document.get("type") != "FeatureCollection":
        faults.refuse("file", None, "not_geojson", "this is not a GeoJSON FeatureCollection")
    for number, feature in enumerate(features, start=1):
        properties = feature.get("properties") if isinstance(feature, dict) else None
        if not isinstance(properties, dict):
            faults.add("feature", number, "not_geojson", "this feature has no properties")
            continue
        yield "feature", number, _texts(properties), feature.get("geometry")


def _texts(properties: Mapping[str, object]) -> dict[str, str]:
    return {
        "_".join(name.split()).lower(): str(value).strip()
        for name, value in properties.items()
        if isinstance(value, str | int | float)
    }
