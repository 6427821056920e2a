"""Reads a list of postcodes with the ward each lies in, one row at a time."""

import re
from collections.abc import Container, Iterable, Iterator

from engage.areas.model import Level, level_of_code
from engage.areas.postcodes import parse_postcode
from engage.areas.reference_files import FaultsFound, Table, quoted, read_table

#: What the columns are called in the ONS Postcode Directory, the National Statistics Postcode Lookup and
#: plain lists; the first that a file has is read.
_POSTCODE_COLUMNS = ("postcode", "pcds", "pcd", "pcd7", "pcd8", "pcd2")
_WARD_COLUMNS = ("ward", "ward_code", "wardcode", "osward", "wdcd", "wd_code", "admin_ward_code")
_YEARED_WARD_COLUMN = re.compile(r"wd[0-9]{2}_?cd")
#: What the ONS Postcode Directory writes where a postcode has no ward (Channel Islands, Isle of Man, none).
_NO_WARD = re.compile(r"|[A-Z]99999999")


def read_postcodes(lines: Iterable[str], *, wards: Container[str] | None = None) -> Iterator[tuple[str, str]]:
    """Yield (postcode in its plain form, ward code) from the lines of a CSV file, holding no more than a row.

    Rows without a ward are passed over. With `wards`, so are the rows of other wards, before their postcode is
    looked at: a file of the whole country can be read for one force area. Raises `ReferenceFileFaulty` with
    all faults (at most `MOST_FAULTS`) after the last good row, so keep the rows only when the generator ends.
    A postcode that stands twice is yielded twice.
    """
    faults = FaultsFound()
    table = read_table(lines, faults)
    postcode_at = _postcode_column(table, faults)
    ward_at = _ward_column(table, faults)
    known: set[str] = set()
    for line, row in table.rows:
        ward = row[ward_at].strip()
        if _NO_WARD.fullmatch(ward) or (wards is not None and ward not in wards):
            continue
        if ward not in known:
            if level_of_code(ward) is not Level.WARD:
                faults.add("line", line, "bad_ward", f"{quoted(ward)} is not the code of a ward")
                continue
            known.add(ward)
        postcode = parse_postcode(row[postcode_at])
        if postcode is None:
            faults.add("line", line, "bad_postcode", f"{quoted(row[postcode_at])} is not a full postcode")
        else:
            yield postcode, ward
    faults.raise_if_any()


def _postcode_column(table: Table, faults: FaultsFound) -> int:
    return _column(table, _POSTCODE_COLUMNS, "postcodes", faults)


def _ward_column(table: Table, faults: FaultsFound) -> int:
    """Find the column of wards; of several with a year, as `wd24cd` and `wd25cd`, the newest."""
    yeared = sorted(filter(_YEARED_WARD_COLUMN.fullmatch, table.headers), reverse=True)
    return _column(table, (*yeared, *_WARD_COLUMNS), "wards", faults)


def _column(table: Table, names: Iterable[str], of_what: str, faults: FaultsFound) -> int:
    found = next((name for name in names if name in table.headers), None)
    if found is None:
        faults.refuse("line", table.header_line, "no_column", f"there is no column of {of_what}")
    return table.headers.index(found)
