"""Reads an XLSForm workbook into a definition document, or names every cell that cannot be taken."""

import re
from collections.abc import Mapping

from engage.questionnaire.definition import parse_definition
from engage.questionnaire.faults import DefinitionFaulty, Fault
from engage.questionnaire.xlsform.cells import Sheet, read_sheets
from engage.questionnaire.xlsform.extras import SHEETS
from engage.questionnaire.xlsform.findings import Findings, XlsformRead
from engage.questionnaire.xlsform.form import NOTHING_LEFT, Form
from engage.questionnaire.xlsform.places import cell_of, in_order

_SHEETS = frozenset({"survey", "choices", "settings", *SHEETS})
_QUESTION = re.compile(r"questions\[(\d+)\]")


def read_xlsform(content: bytes, name: str, *, leave_out: bool = False) -> XlsformRead:
    """Return what a workbook says as a definition document, which is sure to parse.

    `name` is the file's name. With `leave_out` questions that cannot be taken are left out and listed, and so are
    those that depend on them; without, and for what concerns the whole form, raises DefinitionFaulty with every
    fault at its cell.
    """
    findings = Findings()
    form = Form(_with_survey(read_sheets(content, _SHEETS), findings), name, findings, leave_out=leave_out)
    while True:
        if findings.faults:
            is_empty = any(fault.code == NOTHING_LEFT for fault in findings.faults)
            raise DefinitionFaulty(in_order(findings.faults + (findings.left_out if is_empty else [])))
        document = form.document()
        try:
            parse_definition(document)
        except DefinitionFaulty as faulty:
            at_cells = [cell_of(fault, form.drafts, form.added, form.survey.sheet.name) for fault in faulty.faults]
            numbers = {int(found[1]) for fault in faulty.faults if (found := _QUESTION.match(fault.path))}
            if not leave_out or not form.leave_out(numbers):
                raise DefinitionFaulty(in_order(at_cells)) from faulty
            findings.left_out.extend(
                at_cell for at_cell, fault in zip(at_cells, faulty.faults, strict=True) if _QUESTION.match(fault.path)
            )
        else:
            return XlsformRead(document, findings.warnings, tuple(in_order(findings.left_out)))


def _with_survey(sheets: Mapping[str, Sheet], findings: Findings) -> Mapping[str, Sheet]:
    """Return the sheets with one called `survey`; a workbook of one sheet may call it otherwise."""
    sheet = sheets.get("survey")
    if sheet is None and len(sheets) == 1:
        only = next(iter(sheets.values()))
        if {"type", "name"} <= _headings(only):
            findings.warn(f"{only.name}!A1", "sheet_name", "the only sheet is taken to be the sheet survey")
            sheet = only
    if sheet is None:
        there = ", ".join(found.name for found in sheets.values()) or "none"
        raise DefinitionFaulty([Fault("workbook", "no_survey_sheet", f"there is no sheet survey; the sheets: {there}")])
    for needed in ("type", "name"):
        if needed not in _headings(sheet):
            told = f"there is no column “{needed}” in the first row"
            findings.fault(f"{sheet.name}!A1", "column_missing", told)
    return {**sheets, "survey": sheet}


def _headings(sheet: Sheet) -> set[str]:
    return {cell.text.lower() for cell in sheet.headings.values()}
