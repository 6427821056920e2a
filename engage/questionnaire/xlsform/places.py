"""Finds the cell that a fault of the finished document comes from."""

import re
from collections.abc import Iterable, Sequence

from engage.questionnaire.definition import MOST_FAULTS
from engage.questionnaire.faults import Fault
from engage.questionnaire.xlsform.drafts import Draft
from engage.questionnaire.xlsform.findings import plain

_QUESTION = re.compile(r"questions\[(\d+)\](?:\.options\[(\d+)\])?\.?(\w*)")
_IN_LIST = re.compile(r"(routes|help_lines)\[(\d+)\]")
_WORDING = re.compile(r"languages\.([^.]+)\.wording\.(.+)")
_CELL = re.compile(r"(.+)!([A-Z]+)(\d+)")
#: Field of a question → the column it was read from.
_COLUMNS = {
    "id": "name",
    "type": "type",
    "text": "label",
    "hint": "hint",
    "why": "engage_why",
    "note": "engage_note",
    "options": "type",
    "show_when": "relevant",
    "minimum": "constraint",
    "maximum": "constraint",
    "max_length": "constraint",
    "max_choices": "constraint",
}
_SHEETS = {"routes": "engage_routes", "help_lines": "engage_help"}
_ORDER = ("workbook", "settings", "survey", "choices")


def cell_of(fault: Fault, drafts: Sequence[Draft], added: int, sheet: str) -> Fault:
    """Return a fault with the cell as its place; `added` questions stand before those of the form."""
    return Fault(_place(fault.path, drafts, added, sheet), fault.code, f"{fault.path}: {fault.detail}")


def in_order(faults: Iterable[Fault]) -> list[Fault]:
    """Return faults in the order of sheets, rows and columns, each once, and no more than anybody reads."""
    return sorted(dict.fromkeys(map(plain, faults)), key=_key)[:MOST_FAULTS]


def _place(path: str, drafts: Sequence[Draft], added: int, sheet: str) -> str:
    if found := _QUESTION.match(path):
        number = int(found[1]) - added
        if not 0 <= number < len(drafts):
            return f"{sheet}!A1"
        draft = drafts[number]
        if found[2] and int(found[2]) < len(draft.option_places):
            return draft.option_places[int(found[2])]
        field = found[3] or "type"
        return draft.row.place(_COLUMNS.get(field, f"engage_{field}"))
    if found := _IN_LIST.match(path):
        return f"{_SHEETS[found[1]]}!A{int(found[2]) + 2}"
    if found := _WORDING.match(path):
        return _place_of_words(found[1], found[2], drafts) or f"{sheet}!A1"
    if path.startswith("scales"):
        return "engage_scales!A1"
    if path in ("slug", "title", "version", "default_language"):
        return "settings!A2"
    return "engage_survey!A1" if path.partition(".")[0] in ("consent", "areas", "styles", "code") else f"{sheet}!A1"


def _place_of_words(tag: str, key: str, drafts: Sequence[Draft]) -> str | None:
    base, _, variant = key.partition("@")
    name, _, part = base.partition(".")
    said = next((draft.words.get(part, []) for draft in drafts if draft.question["id"] == name), [])
    return next((words.place for words in said if words.language == tag and words.variant == variant), None)


def _key(fault: Fault) -> tuple[int, str, int, int, str]:
    found = _CELL.fullmatch(fault.path)
    sheet, column, row = (found[1], found[2], int(found[3])) if found else (fault.path, "", 0)
    order = _ORDER.index(sheet.lower()) if sheet.lower() in _ORDER else len(_ORDER)
    return order, sheet, row, len(column), column
