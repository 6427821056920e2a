"""Writes published tables as an XLSX workbook: what to know first, the figures, the codebook; no cell is a formula."""

import io
from collections.abc import Iterable, Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from engage.phrases import direction
from engage.reporting import codebook
from engage.reporting.exports.companion_lines import COMPANION_COLUMNS, COMPANION_MEANS, companion_lines
from engage.reporting.exports.lines import COLUMNS, Value, table_lines
from engage.reporting.exports.notes import release_notes
from engage.reporting.exports.taken import Progress, Taken, unheard
from engage.spreadsheets import safe_text

#: Widths of the figures' columns that are not narrow, in characters.
_WIDTHS = {
    "release": 12,
    "wording": 40,
    "row_name": 24,
    "area_name": 24,
    "mode_wording": 24,
    "variables": 20,
    "verdict": 18,
    "option_wording": 34,
    "shown": 12,
    "note": 26,
    "care": 26,
    "synthetic": 16,
}
_CODEBOOK_WIDTHS = (18, 44, 16, 8, 22, 30, 20, 20, 40, 14)
_NOTES_WIDTHS = (24, 100)
_NARROW = 11
#: Lines between two words of how far it is.
_TOLD_EVERY = 500


def write_xlsx(taken: Taken) -> bytes:
    """Return a workbook: notes, results (a line for each published cell), what goes with them, codebook."""
    book = Workbook(write_only=True)
    release = taken.published.release
    book.properties.creator = "engage"
    book.properties.title = safe_text(f"{release.survey}, {release.wave}")
    book.properties.created = book.properties.modified = release.published_at.replace(tzinfo=None)
    file = io.BytesIO()
    try:
        _fill(book, taken)
    finally:
        book.save(file)  # where the writing was cut short too: this deletes what the library keeps of it on disk
    return file.getvalue()


def _fill(book: Workbook, taken: Taken) -> None:
    _write_notes(_sheet(book, taken, "notes", _NOTES_WIDTHS), (*release_notes(taken), *_companion_notes(taken)))
    widths = [_WIDTHS.get(column, _NARROW) for column in COLUMNS]
    _write_lines(_sheet(book, taken, "results", widths), COLUMNS, list(table_lines(taken)), taken.progress)
    for kind in _kinds(taken):
        columns = COMPANION_COLUMNS[kind]
        sheet = _sheet(book, taken, kind, [_WIDTHS.get(column, _NARROW) for column in columns])
        _write_lines(sheet, columns, list(companion_lines(taken, kind)))
    asked = {table.question for table in taken.tables}
    codes = list(codebook.codebook_lines(taken.labels, asked))
    _write_lines(_sheet(book, taken, "codebook", _CODEBOOK_WIDTHS), codebook.COLUMNS, codes)


def _kinds(taken: Taken) -> list[str]:
    """Return what goes with these tables and has a sheet of its own."""
    return [kind for kind in COMPANION_COLUMNS if taken.companions.get(kind)]


def _companion_notes(taken: Taken) -> Iterable[tuple[str, str]]:
    return ((f"sheet {kind}", COMPANION_MEANS[kind]) for kind in _kinds(taken))


def _sheet(book: Workbook, taken: Taken, title: str, widths: Sequence[int]) -> Any:
    sheet = book.create_sheet(title)
    sheet.sheet_view.rightToLeft = direction(taken.labels.language) == "rtl"
    for column, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(column)].width = width
    return sheet


def _write_notes(sheet: Any, notes: Iterable[tuple[str, str]]) -> None:
    for head, sentence in notes:
        told = WriteOnlyCell(sheet, safe_text(sentence))
        told.alignment = Alignment(wrap_text=True, vertical="top")
        sheet.append([_bold(sheet, head), told])


def _write_lines(
    sheet: Any, heads: Sequence[str], lines: Sequence[Sequence[Value]], progress: Progress = unheard
) -> None:
    """Write lines below their heads, which stay in sight and filter; no text begins like a formula."""
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(heads))}{len(lines) + 1}"
    sheet.append([_bold(sheet, head) for head in heads])
    for done, line in enumerate(lines):
        if done % _TOLD_EVERY == 0:
            progress(done, len(lines))
        sheet.append([safe_text(value) if isinstance(value, str) else value for value in line])
    progress(len(lines), len(lines))


def _bold(sheet: Any, text: str) -> Any:
    cell = WriteOnlyCell(sheet, safe_text(text))
    cell.font = Font(bold=True)
    cell.alignment = Alignment(vertical="top")
    return cell
