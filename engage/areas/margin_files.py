"""Reads census margins: how many people of each age, sex, ethnic group and so on live in an area."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from engage.areas.area_records import column_names
from engage.areas.model import level_of_code
from engage.areas.reference_files import FaultsFound, Table, ValueFaulty, quoted, read_table, records


@dataclass(frozen=True)
class Margin:
    """A number of residents of one area in one category of one variable."""

    area: str
    variable: str
    category: str
    count: int


#: (variable, category, where the count stands)
_Column = tuple[str, str, str]

#: Wide files: a column's name says variable and category.
_WIDE_COLUMNS: tuple[tuple[re.Pattern[str], str, Callable[[re.Match[str]], str]], ...] = (
    (re.compile(r"female|male"), "sex", lambda found: found[0]),
    (re.compile(r"age_([0-9]+)_([0-9]+)"), "age", lambda found: f"{found[1]}-{found[2]}"),
    (re.compile(r"age_([0-9]+)_plus"), "age", lambda found: f"{found[1]}+"),
    (re.compile(r"eth_(asian|black|mixed|other|white)"), "ethnic_group_5", lambda found: found[1]),
    (re.compile(r"disabled_(yes|no)"), "disability", lambda found: found[1]),
    (re.compile(r"rel_([a-z_]+)"), "religion", lambda found: found[1]),
    (re.compile(r"[0-9]{1,2}|[0-9]{2,3}\+"), "single_year_of_age", lambda found: found[0]),
)
#: Columns that hold no category: totals, names, further codes, and how many small areas a figure was summed from.
_PASSED_OVER = re.compile(
    r"all|total|year|vru|area|ward|lad|district|county|(?:[a-z]+_)?(?:name|code)|[a-z]+[0-9]{2}(?:cd|nmw?)|n_[a-z0-9]+"
)
_SUMMED_FROM = re.compile(r"n_[a-z]+[0-9]{2}")
_COUNT_COLUMNS = ("count", "value", "observation", "obs_value")
#: Long files of one variable: the column its categories stand in.
_CATEGORY_COLUMNS = {
    "ethnic_group": "ethnic_group",
    "sex": "sex",
    "age": "age",
    "age_band": "age",
    "religion": "religion",
    "disability": "disability",
    "single_year_of_age": "single_year_of_age",
}
#: The 19 tick boxes of the Census 2021 ethnic group question and their five headings.
_ETHNIC_HEADINGS = {
    "Asian, Asian British or Asian Welsh": "asian",
    "Black, Black British, Black Welsh, Caribbean or African": "black",
    "Mixed or Multiple ethnic groups": "mixed",
    "Other ethnic group": "other",
    "White": "white",
}
_ETHNIC_BOXES = {
    ("asian", "Bangladeshi"): "asian_bangladeshi",
    ("asian", "Chinese"): "asian_chinese",
    ("asian", "Indian"): "asian_indian",
    ("asian", "Pakistani"): "asian_pakistani",
    ("asian", "Other Asian"): "asian_other",
    ("black", "African"): "black_african",
    ("black", "Caribbean"): "black_caribbean",
    ("black", "Other Black"): "black_other",
    ("mixed", "White and Asian"): "mixed_white_asian",
    ("mixed", "White and Black African"): "mixed_white_black_african",
    ("mixed", "White and Black Caribbean"): "mixed_white_black_caribbean",
    ("mixed", "Other Mixed or Multiple ethnic groups"): "mixed_other",
    ("other", "Arab"): "other_arab",
    ("other", "Any other ethnic group"): "other_any",
    ("white", "English, Welsh, Scottish, Northern Irish or British"): "white_british",
    ("white", "Gypsy or Irish Traveller"): "white_gypsy_traveller",
    ("white", "Irish"): "white_irish",
    ("white", "Roma"): "white_roma",
    ("white", "Other White"): "white_other",
}
_VARIABLE = re.compile(r"[a-z][a-z0-9_]{0,39}")
#: characters
_LONGEST_CATEGORY = 80
_COUNT = re.compile(r"[0-9]{1,9}")


def read_margins(lines: Iterable[str]) -> tuple[Margin, ...]:
    """Read census margins from the lines of a CSV file, long or wide.

    Long: `area,variable,category,count`, or one variable's own column (`ethnic_group`, `sex`, `age`,
    `religion`, `disability`) beside `count`. Wide: one column a category (`female`, `age_16_24`,
    `age_65_plus`, `eth_asian`, `disabled_yes`, `rel_sikh`, single years `0` to `90+`); a row said to be summed
    from no small areas has no figures and is passed over. Totals are not read. Raises `ReferenceFileFaulty`
    with every fault found.
    """
    faults = FaultsFound()
    table = read_table(lines, faults)
    margins: dict[tuple[str, str, str], Margin] = {}
    for line, margin in _margins_of(table, faults):
        key = (margin.area, margin.variable, margin.category)
        if key in margins:
            faults.add("line", line, "margin_twice", f"{' '.join(key)} stands in this file already")
        margins[key] = margin
    faults.raise_if_any()
    if not margins:
        faults.refuse("file", None, "empty", "there are no figures in this file")
    return tuple(margins.values())


def _margins_of(table: Table, faults: FaultsFound) -> Iterator[tuple[int, Margin]]:
    area_columns = column_names(table.headers)
    if not area_columns:
        faults.refuse("line", table.header_line, "no_code_column", "there is no column of area codes")
    area_column = area_columns[0][0]
    count_column = next((name for name in _COUNT_COLUMNS if name in table.headers), None)
    if count_column is not None:
        return _long_margins(table, area_column, count_column, faults)
    columns = _wide_columns(table, {code for code, _ in area_columns}, faults)
    return _wide_margins(table, area_column, columns, faults)


def _wide_columns(table: Table, codes: set[str], faults: FaultsFound) -> tuple[_Column, ...]:
    columns: list[_Column] = []
    for header in table.headers:
        if header in codes or not header or _PASSED_OVER.fullmatch(header):
            continue
        named = _wide_column(header)
        if named is None:
            detail = f"the column {quoted(header)} names no variable we know"
            faults.add("line", table.header_line, "unknown_column", detail)
        else:
            columns.append((*named, header))
    if not columns:
        faults.refuse("line", table.header_line, "no_column", "there is no column of counts")
    return tuple(columns)


def _wide_column(header: str) -> tuple[str, str] | None:
    for pattern, variable, category in _WIDE_COLUMNS:
        match = pattern.fullmatch(header)
        if match is not None:
            return variable, category(match)
    return None


def _wide_margins(
    table: Table, area_column: str, columns: tuple[_Column, ...], faults: FaultsFound
) -> Iterator[tuple[int, Margin]]:
    summed_from = next(filter(_SUMMED_FROM.fullmatch, table.headers), None)
    for line, record in records(table):
        if summed_from is not None and record[summed_from] == "0":
            continue
        for variable, category, column in columns:
            try:
                yield line, _margin(record[area_column], variable, category, record[column])
            except ValueFaulty as fault:
                faults.add("line", line, fault.code, f"{fault.detail} (column {column})")


def _long_margins(
    table: Table, area_column: str, count_column: str, faults: FaultsFound
) -> Iterator[tuple[int, Margin]]:
    plain = {"variable", "category"} <= set(table.headers)
    own_columns = [header for header in _CATEGORY_COLUMNS if header in table.headers]
    if not plain and len(own_columns) != 1:
        detail = "beside the counts there must be variable and category, or one column such as sex or age"
        faults.refuse("line", table.header_line, "no_column", detail)
    for line, record in records(table):
        try:
            variable, category = (
                (record["variable"], record["category"]) if plain else _own_category(own_columns[0], record)
            )
            yield line, _margin(record[area_column], variable, category, record[count_column])
        except ValueFaulty as fault:
            faults.add("line", line, fault.code, fault.detail)


def _own_category(column: str, record: Mapping[str, str]) -> tuple[str, str]:
    label = record[column]
    if column != "ethnic_group":
        return _CATEGORY_COLUMNS[column], label.lower()
    heading, colon, box = label.partition(":")
    group = _ETHNIC_HEADINGS.get(heading.strip(), "")
    code = _ETHNIC_BOXES.get((group, box.strip())) if colon else group
    if not code:
        raise ValueFaulty("unknown_category", f"{quoted(label)} is not a Census 2021 ethnic group")
    return ("ethnic_group_19" if colon else "ethnic_group_5"), code


def _margin(area: str, variable: str, category: str, count: str) -> Margin:
    if level_of_code(area) is None:
        raise ValueFaulty("bad_code", f"{quoted(area)} is not the code of an area")
    if not _VARIABLE.fullmatch(variable):
        raise ValueFaulty("bad_variable", f"{quoted(variable)} cannot name a variable")
    if not 0 < len(category) <= _LONGEST_CATEGORY or not category.isprintable():
        raise ValueFaulty("bad_category", f"{quoted(category)} cannot name a category")
    if not _COUNT.fullmatch(count):
        raise ValueFaulty("bad_count", f"{quoted(count)} is not a count of people")
    return Margin(area, variable, category, int(count))
