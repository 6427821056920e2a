"""Writes a questionnaire as an XLSForm workbook that reads back as exactly the same questionnaire."""

import io
from collections.abc import Iterator
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from engage.questionnaire.faults import DefinitionFaulty, Fault
from engage.questionnaire.model import Questionnaire
from engage.questionnaire.xlsform.cells import escaped
from engage.questionnaire.xlsform.lines import (
    Line,
    Names,
    choice_lines,
    group_lines,
    help_lines,
    language_lines,
    plain_choice,
    route_lines,
    scale_lines,
    settings_lines,
    survey_lines,
    survey_sheet_lines,
    varied_choice,
)
from engage.questionnaire.xlsform.tongues import heading_name

#: Characters of a cell, as spreadsheet programs hold them.
LONGEST_CELL = 32_767
#: Characters that a column is wide.
_WIDE, _NARROW = 48, 18
_BOLD = Font(bold=True)
_WRAPPED = Alignment(wrap_text=True, vertical="top")
_WORDED = frozenset({"label", "hint", "words", "what"})


def write_xlsform(questionnaire: Questionnaire) -> bytes:
    """Return the workbook. Raises DefinitionFaulty for words that no cell can hold, as they are too long."""
    names = Names(questionnaire)
    choices = list(choice_lines(questionnaire, names))
    book = Workbook()
    book.remove(book.worksheets[0])
    sheets = {
        "survey": (("type", "name", "label"), survey_lines(questionnaire, names)),
        "choices": (("list_name", "name", "label"), (plain_choice(line) for line in choices)),
        "settings": (("form_title", "form_id", "version", "default_language"), settings_lines(questionnaire)),
        "engage_survey": (("field", "value"), survey_sheet_lines(questionnaire)),
        "engage_languages": (("tag", "review"), language_lines(questionnaire)),
        "engage_routes": (("route", "when"), route_lines(questionnaire)),
        "engage_scales": (("scale", "list"), scale_lines(questionnaire, names)),
        "engage_choices": (("list_name", "name"), filter(None, map(varied_choice, choices))),
        "engage_groups": (("question", "group"), group_lines(questionnaire)),
        "engage_help": (("id", "number"), help_lines(questionnaire)),
    }
    for title, (first, lines) in sheets.items():
        found = list(lines)
        if found or title in ("choices", "engage_survey"):
            _write_sheet(book.create_sheet(title), first, found, questionnaire)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _write_sheet(sheet: Any, first: tuple[str, ...], lines: list[Line], questionnaire: Questionnaire) -> None:
    headings = list(_headings(first, lines, questionnaire))
    sheet.freeze_panes = "A2"
    for number, heading in enumerate(headings, start=1):
        _write(sheet, 1, number, heading).font = _BOLD
        is_wide = heading.partition("@")[0].partition(":")[0] in _WORDED
        sheet.column_dimensions[get_column_letter(number)].width = _WIDE if is_wide else _NARROW
    columns = {heading: number for number, heading in enumerate(headings, start=1)}
    for row, line in enumerate(lines, start=2):
        for heading, text in _cells(line).items():
            if text:
                _write(sheet, row, columns[heading], text)


def _headings(first: tuple[str, ...], lines: list[Line], questionnaire: Questionnaire) -> Iterator[str]:
    """Yield the columns that are used: the first ones, words language by language, then the others."""
    plain = dict.fromkeys(key for line in lines for key, text in line.cells.items() if text)
    tags = [language.tag for language in questionnaire.languages]
    worded = sorted({key for line in lines for key in line.words}, key=lambda key: (tags.index(key[2]), key[0], key[1]))
    labels = [_worded_heading(key) for key in worded if key[0] == "label"]
    started = [heading for heading in first if heading != "label"]
    yield from dict.fromkeys([*started, *labels, *plain, *(_worded_heading(key) for key in worded)])


def _cells(line: Line) -> dict[str, str]:
    """Return heading → text of one row."""
    return {key: text for key, text in line.cells.items() if text} | {
        _worded_heading(key): text for key, text in line.words.items()
    }


def _worded_heading(key: tuple[str, str, str]) -> str:
    column, variant, tag = key
    return f"{column}{'@' if variant else ''}{variant}::{heading_name(tag)}"


def _write(sheet: Any, row: int, column: int, text: str) -> Any:
    held = escaped(text)
    cell = sheet.cell(row=row, column=column)
    if len(held) > LONGEST_CELL:
        place = f"{sheet.title}!{cell.coordinate}"
        raise DefinitionFaulty([Fault(place, "words_too_long", f"a cell holds {LONGEST_CELL} characters")])
    cell.value = held
    cell.data_type = "s"  # never a formula, whatever it begins with
    cell.number_format = "@"
    cell.quotePrefix = held[:1] in "=+-@"
    cell.alignment = _WRAPPED
    return cell
