"""Reads the sheets of a workbook into plain cells, whoever made it, and comes to no harm from any file."""

import io
import re
import warnings
import zipfile
import zlib
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException

from engage.questionnaire.faults import DefinitionFaulty, Fault

#: Bytes of a workbook, packed and unpacked.
LARGEST_PACKED = 20_000_000
LARGEST_UNPACKED = 60_000_000
#: Rows and columns of a sheet, and sheets of a workbook.
MOST_ROWS = 20_000
MOST_COLUMNS = 2_000
MOST_SHEETS = 60
#: No row of a workbook has a higher number, empty or not; openpyxl would count to any.
LAST_ROW = 1_048_576
#: How an old or locked workbook begins (OLE compound file).
_OLD_OR_LOCKED = b"\xd0\xcf\x11\xe0"
#: A sign that XML cannot hold, as workbooks write it (ECMA-376 part 1, ST_Xstring).
_ESCAPED = re.compile("_x((?![dD][89a-fA-F])[0-9A-Fa-f]{4})_")
_LIKE_ESCAPED = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
#: Whatever openpyxl raises over a damaged file.
_DAMAGE = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    InvalidFileException,
    zlib.error,
    LookupError,
    ValueError,
    TypeError,
    AttributeError,
    OSError,
    EOFError,
    SyntaxError,
    RuntimeError,
    ArithmeticError,
    AssertionError,
)


@dataclass(frozen=True)
class Cell:
    """What one cell says as text, where it stands, and why it cannot be taken where it cannot."""

    place: str
    raw: str = ""
    problem: str | None = None
    is_formula: bool = False

    @property
    def text(self) -> str:
        """Return a name, code or expression: no-break spaces and byte order marks are none, blanks at the ends go."""
        return unescaped(self.raw.replace("\u00a0", " ").replace("\ufeff", "").strip())

    @property
    def words(self) -> str:
        """Return words as people read them, with the no-break spaces within and such blanks as were escaped."""
        return unescaped(self.raw.strip("\ufeff").strip())


@dataclass(frozen=True)
class Sheet:
    """A sheet: its headings by column, from 1 on, and its rows that say anything."""

    name: str
    headings: dict[int, Cell]
    #: Number of the row, as the sheet shows it → its cells by column.
    rows: dict[int, dict[int, Cell]]

    def formulas(self) -> frozenset[tuple[int, int]]:
        """Return (row, column) of its formulas."""
        lines = {1: self.headings} | self.rows
        return frozenset((row, at) for row, cells in lines.items() for at, cell in cells.items() if cell.is_formula)

    def place(self, row: int, column: int = 1) -> str:
        """Return a place such as `survey!B12`."""
        return f"{self.name}!{get_column_letter(column)}{row}"


def unescaped(text: str) -> str:
    """Return a text with its escaped signs as they are."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)


def escaped(text: str) -> str:
    """Return a text as a cell holds it: no sign is lost that XML or a reader would drop, such as a blank at an end."""
    held = _LIKE_ESCAPED.sub(lambda found: f"_x005F{found[0]}", text).replace("\r", "_x000D_")
    start, end = len(held) - len(held.lstrip("\ufeff").lstrip()), len(held.rstrip().rstrip("\ufeff"))
    return "".join(_hex(sign) if at < start or at >= end else sign for at, sign in enumerate(held))


def _hex(sign: str) -> str:
    return f"_x{ord(sign):04X}_"


def read_sheets(content: bytes, wanted: Collection[str]) -> dict[str, Sheet]:
    """Return the sheets by their names in small letters; those that nobody wants are empty. Raises DefinitionFaulty.

    The only sheet of a workbook is wanted whatever its name.
    """
    if len(content) > LARGEST_PACKED:
        raise _refused("file_too_large", f"over {LARGEST_PACKED // 1_000_000} MB")
    if content.startswith(_OLD_OR_LOCKED):
        raise _refused("not_a_workbook", "locked with a password, or an old .xls file: save it as .xlsx without one")
    try:
        _check_unpacked(content)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            sheets = _read_all(content, wanted, {}, data_only=False)
            formulas = {sheet.name: sheet.formulas() for sheet in sheets.values()}
            # A formula says what it showed when the file was saved: that is read in a second pass.
            return _read_all(content, wanted, formulas, data_only=True) if any(formulas.values()) else sheets
    except _DAMAGE as error:
        raise _refused("not_a_workbook", "this is not an XLSX workbook that can be read") from error


def _refused(code: str, detail: str) -> DefinitionFaulty:
    return DefinitionFaulty([Fault("workbook", code, detail)])


def _check_unpacked(content: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        if sum(part.file_size for part in packed.infolist()) > LARGEST_UNPACKED:
            raise _refused("file_too_large", f"unpacks to over {LARGEST_UNPACKED // 1_000_000} MB")


def _read_all(
    content: bytes, wanted: Collection[str], formulas: Mapping[str, frozenset[tuple[int, int]]], *, data_only: bool
) -> dict[str, Sheet]:
    return {
        name.strip().lower(): _read(name.strip(), sheet, formulas.get(name.strip(), frozenset()))
        for name, sheet in _sheets(content, wanted, data_only=data_only)
    }


def _sheets(content: bytes, wanted: Collection[str], *, data_only: bool) -> Iterator[tuple[str, Any]]:
    """Yield (name, sheet), with None for a sheet that nobody wants."""
    book = load_workbook(io.BytesIO(content), read_only=True, data_only=data_only)
    try:
        sheets = book.worksheets[:MOST_SHEETS]
        for sheet in sheets:
            sheet.reset_dimensions()
            is_wanted = len(sheets) == 1 or sheet.title.strip().lower() in wanted
            yield sheet.title, sheet if is_wanted else None
    finally:
        book.close()


def _width(sheet: Any) -> int:
    """Return how many columns have a heading: nothing beyond is read, however far the sheet claims to reach."""
    first = next(iter(sheet.iter_rows(max_row=1)), ())
    return min(len(first), MOST_COLUMNS)


def _read(name: str, sheet: Any, formulas: frozenset[tuple[int, int]]) -> Sheet:
    headings: dict[int, Cell] = {}
    rows: dict[int, dict[int, Cell]] = {}
    width = _width(sheet) if sheet else 0
    for number, cells in enumerate(sheet.iter_rows(max_col=width) if width else (), start=1):
        found = dict(_filled(name, number, cells, formulas))
        if number > (MOST_ROWS if found else LAST_ROW):
            raise DefinitionFaulty([Fault(f"{name}!A{number}", "too_many_rows", f"over {MOST_ROWS} rows")])
        if number == 1:
            headings = found
        elif found:
            rows[number] = found
    return Sheet(name, headings, rows)


def _filled(
    name: str, row: int, cells: Iterable[Any], formulas: frozenset[tuple[int, int]]
) -> Iterator[tuple[int, Cell]]:
    """Yield (column, cell) of every cell of a row that says anything, or cannot say it."""
    for column, given in enumerate(cells, start=1):
        if given.value is not None or (row, column) in formulas:
            place = f"{name}!{get_column_letter(column)}{row}"
            cell = _cell(place, given, is_formula=(row, column) in formulas)
            if cell.text or cell.problem:
                yield column, cell


def _cell(place: str, given: Any, *, is_formula: bool) -> Cell:
    value = given.value
    if given.data_type == "f" or (value is None and is_formula):
        problem = "holds a formula that was never worked out: type what it should say"
        return Cell(place, problem=problem, is_formula=True)
    if given.data_type == "e":
        return Cell(place, problem=f"holds the error {value}")
    if isinstance(value, date | datetime | time | timedelta):
        return Cell(place, problem="holds a date or time, not text: type it with an apostrophe before it")
    return Cell(place, "" if value is None else _said(value), is_formula=is_formula)


def _said(value: object) -> str:
    """Return a value as the sheet shows it: a whole number without its point, true and false as words."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:  # noqa: PLR2004 - exact up to there
        value = int(value)
    return str(value)
