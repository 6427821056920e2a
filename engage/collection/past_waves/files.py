"""Reads files of answers row by row, CSV or XLSX, however large; whatever cannot be read is named by its place."""

import codecs
import csv
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException

#: Rows, columns and characters of a cell; far above any real file of answers.
MOST_ROWS, MOST_COLUMNS, LONGEST_CELL = 200_000, 500, 20_000
#: Bytes of a workbook once it is unpacked.
LARGEST_UNPACKED = 1_000_000_000
_CHUNK = 1 << 20
_SEPARATORS = ",;\t|"
_MERGED = re.compile(rb'<mergeCell\s[^>]*ref="([A-Z]+[0-9]+:[A-Z]+[0-9]+)"')
#: Characters that a mark of merged cells may lie across two pieces of a sheet.
_OVERLAP = 200
#: Merged cells that a fault names.
_NAMED = 5


class FileFaulty(Exception):
    """A file that cannot be read as rows under headings; the message says where and why."""


@dataclass(frozen=True)
class Row:
    """One row: its number in the file (from 1, the headings among them), its cells by column, and what is wrong."""

    number: int
    cells: Sequence[str]
    #: Column, from 0 → why its cell cannot be read.
    problems: dict[int, str]

    @property
    def is_empty(self) -> bool:
        """Say whether nothing stands in it."""
        return not any(self.cells) and not self.problems


def read_heads(path: Path, sheet: str | None = None) -> tuple[str, ...]:
    """Return the headings of a file. Raises FileFaulty."""
    return tuple(_checked_heads(next(_all_rows(path, sheet), None)))


def read_rows(path: Path, sheet: str | None = None) -> Iterator[Row]:
    """Yield the rows below the headings that are not empty, each with as many cells. Raises FileFaulty."""
    rows = _all_rows(path, sheet)
    width = len(_checked_heads(next(rows, None)))
    for count, row in enumerate(rows):
        if count >= MOST_ROWS:
            raise FileFaulty(f"row {row.number}: a file has at most {MOST_ROWS} rows; part it")
        if row.is_empty:
            continue
        problems = dict(row.problems)
        if any(row.cells[width:]):
            problems[width] = "there are more cells than headings"
        for at, cell in enumerate(row.cells[:width]):
            if len(cell) > LONGEST_CELL:
                problems[at] = f"the cell has more than {LONGEST_CELL} characters"
        yield Row(row.number, [*row.cells[:width], *[""] * (width - len(row.cells))], problems)


def column_name(at: int) -> str:
    """Return a column's letters, as spreadsheets name it."""
    return str(get_column_letter(at + 1))


def _all_rows(path: Path, sheet: str | None) -> Iterator[Row]:
    with path.open("rb") as file:
        start = file.read(4)
    if start == b"PK\x03\x04":
        return _workbook_rows(path, sheet)
    if start == b"\xd0\xcf\x11\xe0":
        raise FileFaulty("this is an old .xls workbook, or one with a password: save it as .xlsx or CSV")
    return _csv_rows(path)


def _checked_heads(row: Row | None) -> list[str]:
    heads = [" ".join(cell.split()) for cell in row.cells] if row else []
    while heads and not heads[-1]:
        heads.pop()
    if not heads:
        raise FileFaulty("row 1: there are no headings")
    if len(heads) > MOST_COLUMNS:
        raise FileFaulty(f"row 1: more than {MOST_COLUMNS} columns")
    for at, head in enumerate(heads):
        if not head:
            raise FileFaulty(f"row 1, column {column_name(at)}: there is no heading")
        if head in heads[:at]:
            raise FileFaulty(f"row 1, column {column_name(at)}: the heading {head!r} stands twice")
    return heads


def _csv_rows(path: Path) -> Iterator[Row]:
    encoding = _encoding_of(path)
    with path.open("r", encoding=encoding, newline="") as file:
        try:
            first = file.readline()
            file.seek(0)
            reader = csv.reader(_without_nul(file), delimiter=_separator_of(first), strict=True)
            # A quoted cell may hold several lines: spreadsheets count it as one row all the same.
            for number, cells in enumerate(reader, start=1):
                yield Row(number, [cell.strip() for cell in cells], {})
        except csv.Error as error:
            raise FileFaulty(f"line {reader.line_num}: {error}") from error
        except UnicodeDecodeError as error:  # what is not UTF-16 was found before
            raise FileFaulty("the file begins as UTF-16 and does not go on so: save it as UTF-8") from error


def _without_nul(lines: Iterable[str]) -> Iterator[str]:
    for number, line in enumerate(lines, start=1):
        if "\0" in line:
            raise FileFaulty(f"line {number}: this is no text file")
        yield line


def _encoding_of(path: Path) -> str:
    """Return UTF-8 where every byte fits it, else the encoding of Western Windows (cp1252). Raises FileFaulty."""
    with path.open("rb") as file:
        start = file.read(2)
        if start in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
            return "utf-16"
        file.seek(0)
        decoder = codecs.getincrementaldecoder("utf-8")()
        try:
            while chunk := file.read(_CHUNK):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            _refuse_what_windows_lacks(path)
            return "cp1252"
    return "utf-8-sig"


def _refuse_what_windows_lacks(path: Path) -> None:
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            try:
                line.decode("cp1252")
            except UnicodeDecodeError as error:
                raise FileFaulty(f"line {number}: neither UTF-8 nor Windows text; save the file as UTF-8") from error


def _separator_of(line: str) -> str:
    counts = {sign: line.count(sign) for sign in _SEPARATORS}
    return max(counts, key=lambda sign: counts[sign])


def _workbook_rows(path: Path, sheet: str | None) -> Iterator[Row]:
    try:
        with zipfile.ZipFile(path) as packed:
            if sum(part.file_size for part in packed.infolist()) > LARGEST_UNPACKED:
                raise FileFaulty("this workbook is too large")
        with path.open("rb") as file:
            # Values as they are typed, so that a formula is seen as one.
            book = load_workbook(file, read_only=True)
            if sheet is not None and sheet not in book.sheetnames:
                raise FileFaulty(f"there is no sheet {sheet!r}; there are {', '.join(book.sheetnames)}")
            chosen: Any = book[sheet or book.sheetnames[0]]
            _refuse_merged(path, chosen)
            chosen.reset_dimensions()
            for number, cells in enumerate(chosen.iter_rows(), start=1):
                yield _row_of(number, cells)
            book.close()
    except (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, TypeError, OSError, SyntaxError) as error:
        raise FileFaulty("this is not an XLSX workbook we can read") from error


def _refuse_merged(path: Path, sheet: Any) -> None:
    """Look through a sheet as it is packed: reading it row by row does not tell which cells are merged."""
    found: list[str] = []
    with zipfile.ZipFile(path) as packed, packed.open(sheet._worksheet_path) as part:  # noqa: SLF001 - no other way
        before = b""
        while chunk := part.read(_CHUNK):
            found += [place.decode() for place in _MERGED.findall(before + chunk)]
            before = chunk[-_OVERLAP:]
    if found:
        places = list(dict.fromkeys(found))
        more = f" and {len(places) - _NAMED} more" if len(places) > _NAMED else ""
        raise FileFaulty(f"merged cells at {', '.join(places[:_NAMED])}{more}: part them")


def _row_of(number: int, cells: Sequence[Any]) -> Row:
    texts, problems = [], {}
    for at, cell in enumerate(_cells_to_read(cells)):
        kind, value = getattr(cell, "data_type", None), getattr(cell, "value", None)
        if kind == "f":
            problems[at] = "the cell holds a formula: copy and paste it as values"
        elif kind == "e":
            problems[at] = "the cell holds an error"
        texts.append("" if at in problems else _text_of(value))
    while texts and not texts[-1] and len(texts) - 1 not in problems:
        texts.pop()
    return Row(number, texts, problems)


def _cells_to_read(cells: Sequence[Any]) -> Sequence[Any]:
    """Return the cells of the columns that a file may have, and of all beyond, one in which something stands."""
    beyond = (cell for cell in reversed(cells[MOST_COLUMNS:]) if cell.value is not None)
    return [*cells[:MOST_COLUMNS], *islice(beyond, 1)]


def _text_of(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case datetime():
            return value.date().isoformat() if value.time() == time() else value.isoformat(sep=" ", timespec="seconds")
        case date():
            return value.isoformat()
        case float() if value.is_integer():
            return str(int(value))
        case time() | timedelta():
            return str(value)
        case _:
            return str(value).strip()
