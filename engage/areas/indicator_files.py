"""Reads indicators of other suppliers, such as recorded offences by area, from CSV files with their small print."""

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from engage.areas.area_records import column_names
from engage.areas.model import level_of_code
from engage.areas.reference_files import FaultsFound, Table, ValueFaulty, quoted, read_table, records

#: Columns that every file needs beside the area's code.
NEEDED = ("period", "value", "source", "licence", "indicator", "definition")
#: A year, its quarter or month, a financial year, or from one month to another: "2025", "2025-Q3", "2025/26".
_PERIOD = re.compile(
    r"(?P<year>(?:19|20)[0-9]{2})(?:-Q[1-4]|-(?:0[1-9]|1[0-2])|/(?P<next>[0-9]{2}))?"
    r"|(?:19|20)[0-9]{2}-(?:0[1-9]|1[0-2])/(?:19|20)[0-9]{2}-(?:0[1-9]|1[0-2])"
)
_NUMBER = re.compile(r"[0-9]{1,12}(?:\.[0-9]{1,12})?")
#: What suppliers write in place of a figure they do not show.
_MARKS = frozenset({"*", "c", "[c]", "x", "[x]", ":", "s", "suppressed"})
_YES, _NO = frozenset({"yes", "true", "1", "y"}), frozenset({"", "no", "false", "0", "n"})
#: characters
_LONGEST, _LONGEST_DEFINITION = 100, 1000
#: How far a value may lie from numerator over denominator: suppliers round.
_TOLERANCE = 0.02


@dataclass(frozen=True)
class IndicatorHead:
    """One measure: its value is the numerator over the denominator, times `per`."""

    name: str
    source: str
    licence: str
    definition: str
    per: float


@dataclass(frozen=True)
class IndicatorFigure:
    """The figure of one area in one period; without value and numerator where the supplier shows none."""

    area: str
    period: str
    value: float | None
    numerator: float | None
    denominator: float | None
    is_suppressed: bool
    recording_break: str


def read_indicators(lines: Iterable[str], *, known: Iterable[str]) -> dict[IndicatorHead, tuple[IndicatorFigure, ...]]:
    """Read indicators from the lines of a CSV file.

    Columns: an area code (`area`, `wd25cd`, `lad25cd` …), `period` (2025, 2025-Q3, 2025-04, 2025/26 or
    2025-04/2025-06), `value`, `indicator`, `source`, `licence`, `definition`, and where known `numerator`,
    `denominator`, `per` (1 where left out), `break` (why it cannot be compared with periods before) and
    `suppressed`. A mark such as * in place of a value means suppressed. `known` holds the areas there are.
    Raises `ReferenceFileFaulty` with every fault found.
    """
    faults, areas = FaultsFound(), frozenset(known)
    table = read_table(lines, faults)
    area_column = _area_column(table, faults)
    found: dict[IndicatorHead, dict[tuple[str, str], IndicatorFigure]] = {}
    for line, record in records(table):
        try:
            head, figure = _head(record), _figure(record, record[area_column], areas)
            _check_new(head, figure, found)
            found.setdefault(head, {})[figure.area, figure.period] = figure
        except ValueFaulty as fault:
            faults.add("line", line, fault.code, fault.detail)
    faults.raise_if_any()
    if not found:
        faults.refuse("file", None, "empty", "there are no figures in this file")
    return {head: tuple(figures.values()) for head, figures in found.items()}


def _area_column(table: Table, faults: FaultsFound) -> str:
    columns = column_names(table.headers)
    if not columns:
        faults.refuse("line", table.header_line, "no_code_column", "there is no column of area codes")
    missing = [name for name in NEEDED if name not in table.headers]
    if missing:
        faults.refuse(
            "line", table.header_line, "no_column", f"these columns are missing: {', '.join(map(quoted, missing))}"
        )
    return columns[0][0]


def _head(record: Mapping[str, str]) -> IndicatorHead:
    name, source, licence = (_text(record, column, _LONGEST) for column in ("indicator", "source", "licence"))
    per = _number(record, "per")
    if per is not None and per <= 0:
        raise ValueFaulty("bad_number", "per must be more than 0, such as 1000")
    return IndicatorHead(name, source, licence, _text(record, "definition", _LONGEST_DEFINITION), per or 1.0)


def _check_new(
    head: IndicatorHead,
    figure: IndicatorFigure,
    found: Mapping[IndicatorHead, Mapping[tuple[str, str], IndicatorFigure]],
) -> None:
    """Refuse a second definition, licence or `per` of an indicator, and a second figure of an area and period."""
    if (figure.area, figure.period) in found.get(head, {}):
        place = f"{figure.area} in {figure.period}"
        raise ValueFaulty("figure_twice", f"{head.name} of {place} stands in this file already")
    if any(one != head and (one.name, one.source) == (head.name, head.source) for one in found):
        raise ValueFaulty(
            "head_differs", f"{quoted(head.name)} has another licence, definition or per further up in this file"
        )


def _figure(record: Mapping[str, str], area: str, known: frozenset[str]) -> IndicatorFigure:
    if level_of_code(area) is None:
        raise ValueFaulty("bad_code", f"{quoted(area)} is not the code of an area")
    if area not in known:
        raise ValueFaulty("unknown_area", f"no area here has the code {quoted(area)}")
    denominator = _number(record, "denominator")
    broken = _short(record.get("break", ""), "break", _LONGEST_DEFINITION)
    if _is_suppressed(record):
        return IndicatorFigure(area, _period(record["period"]), None, None, denominator, True, broken)  # noqa: FBT003
    value, numerator = _number(record, "value"), _number(record, "numerator")
    if value is None:
        raise ValueFaulty("no_value", "there is no value; write * where the supplier shows none")
    _check_value(value, numerator, denominator, _number(record, "per") or 1.0)
    return IndicatorFigure(area, _period(record["period"]), value, numerator, denominator, False, broken)  # noqa: FBT003


def _is_suppressed(record: Mapping[str, str]) -> bool:
    said = record.get("suppressed", "").lower()
    if said not in _YES | _NO:
        raise ValueFaulty("bad_mark", f"{quoted(said)} in suppressed is neither yes nor no")
    is_marked = record["value"].lower() in _MARKS
    if said in _YES and record["value"] and not is_marked:
        raise ValueFaulty("suppressed_value", "this figure is said to be suppressed and has a value")
    return said in _YES or is_marked


def _check_value(value: float, numerator: float | None, denominator: float | None, per: float) -> None:
    if denominator == 0:
        raise ValueFaulty("bad_number", "the denominator is 0")
    if numerator is None or denominator is None:
        return
    made = numerator / denominator * per
    if not math.isclose(value, made, rel_tol=_TOLERANCE, abs_tol=0.06):
        raise ValueFaulty(
            "value_differs", f"{value:g} is not {numerator:g} of {denominator:g} per {per:g}, which makes {made:.3g}"
        )


def _period(text: str) -> str:
    match = _PERIOD.fullmatch(text)
    if match is None:
        raise ValueFaulty("bad_period", f"{quoted(text)} is no period such as 2025, 2025-Q3, 2025-04 or 2025/26")
    if match["next"] and int(match["next"]) != (int(match["year"]) + 1) % 100:
        raise ValueFaulty("bad_period", f"{quoted(text)} is no financial year: one year follows the other")
    return text


def _number(record: Mapping[str, str], column: str) -> float | None:
    text = record.get(column, "").replace(",", "")
    if not text or text.lower() in _MARKS:
        return None
    if not _NUMBER.fullmatch(text):
        raise ValueFaulty("bad_number", f"{quoted(text)} in {column} is not a number")
    return float(text)


def _text(record: Mapping[str, str], column: str, longest: int) -> str:
    text = _short(record[column], column, longest)
    if not text:
        raise ValueFaulty("empty_cell", f"{column} is empty")
    return text


def _short(text: str, column: str, longest: int) -> str:
    if len(text) > longest or not text.isprintable():
        raise ValueFaulty("bad_text", f"{column} has more than {longest} characters, or some that cannot be shown")
    return text


def period_words(period: str) -> str:
    """Return a period as a reader is told it: "2025-Q3" is July to September 2025."""
    year, _, rest = period.partition("-")
    if rest.startswith("Q") and len(rest) == 2:  # noqa: PLR2004 - "Q3"
        quarters = {
            "Q1": "January to March",
            "Q2": "April to June",
            "Q3": "July to September",
            "Q4": "October to December",
        }
        return f"{quarters[rest]} {year}"
    return period.replace("/", " to ") if "-" in period else period
