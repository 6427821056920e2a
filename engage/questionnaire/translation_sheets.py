"""Writes and reads translations as XLSX workbooks, however a spreadsheet program saved them again."""

import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException

from engage.phrases import direction, plural_categories
from engage.questionnaire.translation_rows import (
    REVIEWED,
    FileRow,
    Heading,
    TranslationFile,
    TranslationFileFaulty,
    check_size,
    clean,
    examples,
    shown_sources,
)
from engage.questionnaire.translations import Entry

#: Bytes that a workbook unpacks to.
LARGEST_UNPACKED = 60_000_000
#: Rows of a sheet.
MOST_ROWS = 20_000
#: The columns of a sheet; the last tells what the row said when it was exported.
COLUMNS = ("key", "context note", "source", "translation", "state", "mark")
#: Of the columns, in characters.
_WIDTHS = (34, 30, 60, 60, 18, 14)
_CATEGORY = re.compile(r"(.+) \[(zero|one|two|few|many|other)\]")


def write_xlsx(heading: Heading, entries: Iterable[Entry]) -> bytes:
    """Return a workbook: a row for each wording, of words that count one for each category of number.

    Every cell is text, so that nothing is ever worked out as a formula.
    """
    book = Workbook()
    sheet = book.active
    assert sheet is not None  # noqa: S101 - a new workbook has a sheet
    sheet.title = "words"
    sheet.sheet_view.rightToLeft = direction(heading.language) == "rtl"
    sheet.freeze_panes = "A2"
    _write_row(sheet, 1, COLUMNS)
    for number, cells in enumerate(_sheet_rows(entries, heading.language), start=2):
        _write_row(sheet, number, cells)
    for column, width in enumerate(_WIDTHS, start=1):
        sheet.cell(row=1, column=column).font = Font(bold=True)
        sheet.column_dimensions[get_column_letter(column)].width = width
    sheet.column_dimensions["F"].hidden = True
    about = book.create_sheet("about")
    _write_row(about, 1, ("language", heading.language))
    _write_row(about, 2, ("part", heading.catalogue))
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def read_xlsx_file(content: bytes, language: str) -> TranslationFile:
    """Return what a workbook says in a language, however its program saved it. Raises TranslationFileFaulty."""
    check_size(content)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            if sum(part.file_size for part in packed.infolist()) > LARGEST_UNPACKED:
                raise TranslationFileFaulty("this workbook is too large")
        book = load_workbook(io.BytesIO(content), read_only=True)
        about = _about(book)
        sheet = book["words"] if "words" in book.sheetnames else book[book.sheetnames[0]]
        found = tuple(_read_sheet(sheet))
        book.close()
    except (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, TypeError, OSError, SyntaxError) as error:
        raise TranslationFileFaulty("this is not an XLSX workbook we can read") from error
    return TranslationFile(about.get("language"), about.get("part"), tuple(_joined(found, language)))


def _sheet_rows(entries: Iterable[Entry], language: str) -> Iterator[tuple[str, ...]]:
    for entry in entries:
        if isinstance(entry.source, str):
            yield entry.key, entry.note, entry.source, str(entry.words or ""), entry.state, entry.mark
            continue
        categories, sources = plural_categories(language), shown_sources(entry.source, language)
        for number, category in enumerate(categories):
            key, note = f"{entry.key} [{category}]", f"{entry.note}; numbers such as {examples(language, category)}"
            yield key, note, sources[number], entry.words[number] if entry.words else "", entry.state, entry.mark


def _write_row(sheet: Any, number: int, cells: Iterable[str]) -> None:
    for column, text in enumerate(cells, start=1):
        cell = sheet.cell(row=number, column=column)
        cell.value = text
        cell.data_type = "s"  # never a formula, whatever it begins with
        cell.number_format = "@"
        cell.quotePrefix = text[:1] in "=+-@"
        cell.alignment = Alignment(wrap_text=True, vertical="top")


def _about(book: Any) -> dict[str, str]:
    if "about" not in book.sheetnames:
        return {}
    rows = book["about"].iter_rows(max_row=10, max_col=2, values_only=True)
    return {str(row[0]).strip(): str(row[1]).strip() for row in rows if len(row) > 1 and row[0] and row[1]}


def _read_sheet(sheet: Any) -> Iterator[FileRow]:
    sheet.reset_dimensions()
    rows = sheet.iter_rows(max_row=MOST_ROWS + 1)
    heads = [str(cell.value or "").strip().lower() for cell in next(rows, ())]
    if missing := [name for name in ("key", "source", "translation") if name not in heads]:
        raise TranslationFileFaulty(f"the first row has no column {' or '.join(missing)}")
    for number, row in enumerate(rows, start=2):
        cells = {name: cell for name, cell in zip(heads, row, strict=False) if name}
        key = _text(cells.get("key"))
        if key:
            yield _sheet_row(f"row {number}", key, cells)


def _sheet_row(place: str, key: str, cells: Mapping[str, Any]) -> FileRow:
    translation = cells.get("translation")
    return FileRow(
        place=place,
        key=key,
        source=_text(cells.get("source")),
        words=_text(translation) or None,
        is_reviewed=_text(cells.get("state")).lower() == REVIEWED,
        mark=_text(cells.get("mark")) or None,
        problem=_problem(translation),
    )


def _problem(cell: Any) -> str | None:
    kind, value = getattr(cell, "data_type", None), getattr(cell, "value", None)
    if kind == "f":
        return "cell_is_a_formula"
    if kind == "e":
        return "cell_is_an_error"
    return "cell_is_a_date" if isinstance(value, date | datetime | time | timedelta) else None


def _text(cell: Any) -> str:
    """Return what a cell says; a number that was typed as one is read as it was typed."""
    value = getattr(cell, "value", None)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return clean("" if value is None else str(value))


def _joined(rows: tuple[FileRow, ...], language: str) -> Iterator[FileRow]:
    """Yield the rows, those of one key that counts as one with all its forms."""
    forms: dict[str, dict[str, FileRow]] = {}
    for row in rows:
        if not (found := _CATEGORY.fullmatch(row.key)):
            yield row
        elif found[2] in forms.get(found[1], {}):
            yield replace(row, problem="repeated")
        else:
            forms.setdefault(found[1], {})[found[2]] = row
    categories = plural_categories(language)
    for key, known in forms.items():
        first = next(iter(known.values()))
        words = tuple(str(known[name].words or "") if name in known else "" for name in categories)
        sources = tuple(str(known[name].source) if name in known else "" for name in categories)
        yield replace(
            first,
            key=key,
            source=sources if len(known) == len(categories) else None,
            words=words if any(words) else None,
            is_reviewed=all(row.is_reviewed for row in known.values()),
            problem=next((row.problem for row in known.values() if row.problem), None),
        )
