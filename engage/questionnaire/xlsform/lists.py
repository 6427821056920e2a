"""Reads the sheet `choices`: the lists that questions choose from, with codes that engage takes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from engage.questionnaire.faults import Fault
from engage.questionnaire.model import SPECIAL_CODES
from engage.questionnaire.reading import CODE
from engage.questionnaire.xlsform.columns import Row, Table
from engage.questionnaire.xlsform.findings import Findings
from engage.questionnaire.xlsform.marks import flag, names
from engage.questionnaire.xlsform.names import code_from
from engage.questionnaire.xlsform.wordings import Said, said_in

#: The columns of the sheet besides the words.
CHOICE_COLUMNS = (
    *("list_name", "name", "media"),
    *("engage_exclusive", "engage_picture", "engage_group", "engage_routes", "engage_alone", "engage_fold"),
)
CHOICE_WORDS = ("label",)
#: Choices of one list: more than anybody reads.
MOST_CHOICES = 500


@dataclass
class ChoiceList:
    """A list: its options as in a definition, their words by code, and its codes as the sheet has them → as ours."""

    name: str
    place: str
    options: list[dict[str, Any]] = field(default_factory=list)
    places: list[str] = field(default_factory=list)
    words: dict[str, list[Said]] = field(default_factory=dict)
    codes: dict[str, str] = field(default_factory=dict)
    folds: dict[str, str] = field(default_factory=dict)
    #: What cannot be taken; a fault of the form where a question uses the list.
    faults: list[Fault] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    is_full: bool = False

    def special(self) -> list[str]:
        """Return those of its codes that every questionnaire here words by itself, such as `dk`."""
        return [option["code"] for option in self.options if option["code"] in SPECIAL_CODES]

    def own(self) -> list[dict[str, Any]]:
        """Return its options without those."""
        return [option for option in self.options if option["code"] not in SPECIAL_CODES]


def read_lists(table: Table | None, language: str, findings: Findings) -> dict[str, ChoiceList]:
    """Return the lists by name; what is wrong within a list stays with it until a question uses it."""
    lists: dict[str, ChoiceList] = {}
    for row in table.rows() if table else ():
        name = row.text("list_name")
        if not name:
            if row.text("name") or row.worded:
                findings.fault(row.place("list_name"), "list_missing", "a choice without the name of its list")
            continue
        found = lists.setdefault(name, ChoiceList(name, row.place("list_name")))
        _choice(row, found, language, findings)
    return lists


def add_variants(table: Table | None, lists: Mapping[str, ChoiceList], findings: Findings) -> None:
    """Give options their words in other styles and routes, which stand in a sheet of ours.

    Other tools cannot read a form with such columns in `choices`.
    """
    for row in table.rows() if table else ():
        found = lists.get(row.text("list_name"))
        code = found.codes.get(row.text("name")) if found else None
        if found is None or code is None:
            findings.fault(row.place("name"), "unknown_choice", "there is no such choice in the sheet choices")
        else:
            found.words[code] = [*found.words[code], *said_in(row, "label", findings.faults)]


def _choice(row: Row, found: ChoiceList, language: str, findings: Findings) -> None:
    if len(found.options) >= MOST_CHOICES:
        if not found.is_full:
            found.faults.append(Fault(row.place("name"), "too_many_choices", f"over {MOST_CHOICES} in {found.name}"))
        found.is_full = True
        return
    cell = row.cells.get("name")
    problem = cell.problem if cell else "a choice without a name, which is its code"
    if cell is None or problem:
        found.faults.append(Fault(row.place("name"), "name_missing", str(problem)))
        return
    if cell.text in found.codes:
        found.faults.append(Fault(cell.place, "repeated", f"the choice “{cell.text}” stands twice in {found.name}"))
        return
    code = cell.text if CODE.fullmatch(cell.text) else code_from(cell.text, found.codes.values())
    code = code if code not in found.codes.values() else code_from(code, found.codes.values())
    if code != cell.text:
        found.changed.append(f"{cell.text} is {code}")
    found.codes[cell.text] = code
    found.places.append(cell.place)
    said = said_in(row, "label", found.faults)
    if not any(words.language in (None, language) for words in said) and code not in SPECIAL_CODES:
        found.faults.append(Fault(row.place("label"), "label_missing", f"the choice {cell.text} has no label"))
    found.words[code] = said
    if row.text("media"):
        findings.warn(row.cells["media"].place, "media", "pictures and sounds of a form are not taken over")
    found.options.append({"code": code} | _marks(row))
    if row.text("engage_fold"):
        found.folds[code] = row.text("engage_fold")


def _marks(row: Row) -> dict[str, Any]:
    marks: dict[str, Any] = {
        "exclusive": flag(row.text("engage_exclusive")),
        "picture": row.text("engage_picture"),
        "group": row.text("engage_group"),
        "routes": names(row.text("engage_routes")),
        "alone": flag(row.text("engage_alone")),
    }
    return {key: value for key, value in marks.items() if value}
