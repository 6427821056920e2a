"""Reads one row or feature of an area file, whatever its columns are called, into the areas it names."""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import NamedTuple

from engage.areas.model import PARENT_LEVELS, Area, Level, level_of_code
from engage.areas.reference_files import ValueFaulty, quoted

#: What columns of codes are called before `25CD`, `_code` or nothing, finest area first. The first that a
#: file has is the column of the areas it lists, the others name the areas above.
_STEMS = (
    *("", "area", "ward", "wd", "osward", "place"),
    *("lad", "ltla", "laua", "la", "district", "local_authority", "utla"),
    *("county", "cty", "ctyua", "pfa", "force_area", "police_force_area"),
)
_CODE_COLUMN = re.compile(r"(?P<stem>[a-z_]*?)(?:(?P<year>[0-9]{2})_?cd|_?code|_?cd)?")
_LEVEL_WORDS = {
    "wd": Level.WARD,
    "lad": Level.DISTRICT,
    "ltla": Level.DISTRICT,
    "unitary": Level.DISTRICT,
    "cty": Level.COUNTY,
    "pfa": Level.FORCE_AREA,
    **{level.value: level for level in Level},
}
_FINEST_FIRST = (Level.WARD, Level.PLACE, Level.DISTRICT, Level.COUNTY, Level.FORCE_AREA)
#: characters; the longest ward name in use has 53
_LONGEST_NAME = 120
_YEAR = re.compile(r"[12][0-9]{3}")


def column_names(headers: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """Return the (code column, name column) pairs among lower-case headers, the listed areas' own pair first.

    Of a column that stands with several years, as in `wd24cd` and `wd25cd`, the newest counts. A plain `ward`
    beside `ward_code` is the name.
    """
    present = tuple(headers)
    found: dict[int, tuple[bool, str, str, str]] = {}
    for header in present:
        match = _CODE_COLUMN.fullmatch(header)
        if match is None or not header or match["stem"] not in _STEMS:
            continue
        stem, year = match["stem"], match["year"] or ""
        pair = (header != stem, year, header, _name_column(header, stem, present))
        rank = _STEMS.index(stem)
        if rank not in found or found[rank] < pair:
            found[rank] = pair
    return tuple((code, name) for _, (_, _, code, name) in sorted(found.items()))


def areas_in_record(record: Mapping[str, str]) -> tuple[Area, ...]:
    """Return the area a row or feature lists, then the areas above that it names, nearest first.

    Raises `ValueFaulty` for a code, level, parent, date or name that cannot be used.
    """
    columns = column_names(record)
    if not columns:
        raise ValueFaulty("no_code_column", "there is no area code here")
    (own_code, own_name), *others = columns
    code = record[own_code]
    level = _level(code, record.get("level", ""))
    above = _areas_above(level, record, others)
    area = Area(
        code=code,
        name=_name(code, record.get(own_name, "")),
        level=level,
        parent=_parent(code, level, record, above),
        valid_from=_day(record, "valid_from"),
        valid_to=_day(record, "valid_to") or _last_seen(record),
        wards=_wards(level, record.get("wards", "")),
    )
    named = (Area(a.code, _name(a.code, a.name), a.level, _nearest_above(a.level, above)) for a in above if a.name)
    return (area, *named)


class _Above(NamedTuple):
    code: str
    level: Level
    name: str


def _name_column(header: str, stem: str, headers: tuple[str, ...]) -> str:
    if header.endswith("cd"):
        return f"{header[:-2]}nm"
    named = f"{stem}_name" if stem else "name"
    return stem if named not in headers and header != stem and stem in headers else named


def _level(code: str, word: str) -> Level:
    level = level_of_code(code)
    if level is None:
        raise ValueFaulty("bad_code", f"{quoted(code)} is not a code of a ward, district, county or force area")
    if word and _LEVEL_WORDS.get(word.lower()) is not level:
        raise ValueFaulty("bad_level", f"{code} is the code of a {level}, but the level says {quoted(word)}")
    return level


def _areas_above(level: Level, record: Mapping[str, str], columns: Iterable[tuple[str, str]]) -> tuple[_Above, ...]:
    """Return the areas above that a record tells of, nearest first, with "" where it gives no name.

    Codes of other geographies, and the stand-ins for "none" such as E99999999, are passed over.
    """
    found: dict[str, _Above] = {}
    for code_column, name_column in (*columns, ("parent_code", "parent_name"), ("parent", "parent_name")):
        code = record.get(code_column, "")
        above = level_of_code(code)
        if above is not None and _FINEST_FIRST.index(above) > _FINEST_FIRST.index(level):
            name = found[code].name if code in found else ""
            found[code] = _Above(code, above, name or record.get(name_column, ""))
    return tuple(sorted(found.values(), key=lambda area: _FINEST_FIRST.index(area.level)))


def _nearest_above(level: Level, above: Iterable[_Above]) -> str | None:
    return next((area.code for area in above if area.level in PARENT_LEVELS[level]), None)


def _parent(code: str, level: Level, record: Mapping[str, str], above: Iterable[_Above]) -> str | None:
    stated = record.get("parent_code") or record.get("parent") or ""
    if stated == code:  # A list of districts may give each as its own parent.
        return None
    parent = stated or _nearest_above(level, above)
    if parent is None:
        if level in {Level.WARD, Level.PLACE}:
            raise ValueFaulty("no_parent", f"{code} is a {level}, and its district is not named")
        return None
    if level_of_code(parent) not in PARENT_LEVELS[level]:
        raise ValueFaulty("bad_parent", f"{code} is a {level} and cannot lie directly in {quoted(parent)}")
    return parent


def _name(code: str, text: str) -> str:
    name = " ".join(text.split())
    if not name:
        raise ValueFaulty("no_name", f"{code} has no name")
    if len(name) > _LONGEST_NAME or not name.isprintable():
        raise ValueFaulty("bad_name", f"{quoted(name)} cannot be the name of {code}")
    return name


def _day(record: Mapping[str, str], column: str) -> date | None:
    text = record.get(column, "")
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise ValueFaulty("bad_date", f"{quoted(text)} in {column} is not a date like 2023-05-04") from None


def _last_seen(record: Mapping[str, str]) -> date | None:
    """Return the end of the last year in which a list of old areas saw this one: it may have ended later."""
    text = record.get("source_year_last_seen") or record.get("last_seen") or ""
    if not text:
        return None
    if not _YEAR.fullmatch(text):
        raise ValueFaulty("bad_date", f"{quoted(text)} is not a year")
    return date(int(text), 12, 31)


def _wards(level: Level, text: str) -> tuple[str, ...]:
    wards = tuple(text.replace(";", " ").split())
    if level is not Level.PLACE:
        if wards:
            raise ValueFaulty("not_a_place", f"only a place lists wards, and this is a {level}")
        return ()
    if not wards:
        raise ValueFaulty("no_wards", "this place lists no wards")
    wrong = [ward for ward in wards if level_of_code(ward) is not Level.WARD]
    if wrong or len(set(wards)) < len(wards):
        detail = f"{quoted(wrong[0])} is not the code of a ward" if wrong else "this place lists a ward twice"
        raise ValueFaulty("bad_wards", detail)
    return wards
