"""Reads the sheets that only engage knows: the survey itself, languages, routes, scales, headings, help lines."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from engage.questionnaire import conditions
from engage.questionnaire.conditions import FACTS
from engage.questionnaire.model import NOTICE
from engage.questionnaire.xlsform.cells import Sheet
from engage.questionnaire.xlsform.columns import Row, Table, read_table
from engage.questionnaire.xlsform.expressions import ExpressionFaulty, parse_expression
from engage.questionnaire.xlsform.findings import Findings
from engage.questionnaire.xlsform.lists import ChoiceList
from engage.questionnaire.xlsform.marks import flag, names, whole
from engage.questionnaire.xlsform.relevance import Asked, condition_of
from engage.questionnaire.xlsform.said_conditions import FACT_MARK
from engage.questionnaire.xlsform.wordings import Wordings, said_in

#: Sheet → its columns, and those with words.
SHEETS: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "engage_survey": (("field", "value"), ("words",)),
    "engage_languages": (("tag", "review"), ()),
    "engage_routes": (("route", "when"), ()),
    "engage_scales": (("scale", "list", "short_list", "short_for", "faces"), ()),
    "engage_choices": (("list_name", "name"), ("label",)),
    "engage_groups": (("question", "group"), ("label",)),
    "engage_help": (("id", "number", "for", "areas", "checked_on"), ("label", "what")),
}
#: The facts that conditions may ask for, by the names that forms call them.
FACTS_BY_NAME = {FACT_MARK + fact: Asked(fact, fact=fact) for fact in FACTS}
#: Fields of the survey → where they stand in a definition, and how a cell is read.
_FIELDS: Mapping[str, tuple[tuple[str, ...], Callable[[str], Any]]] = {
    "code": (("code",), str),
    "styles": (("styles",), names),
    "areas": (("areas",), names),
    "intro_pictures": (("intro_pictures",), names),
    "consent_version": (("consent", "version"), whole),
    "consent_rule": (("consent", "rule"), str),
    "consent_pictures": (("consent", "pictures"), names),
}
_WORDED_FIELDS = {"title": "survey.title", "intro": "survey.intro", "privacy": NOTICE, "consent": "consent.statement"}


@dataclass(frozen=True)
class ScaleSheet:
    """A scale: the list of its options, its short list, and what the sheet says of them."""

    name: str
    list_name: str
    short_list: str = ""
    short_for: tuple[str, ...] = ()
    faces: bool = False
    place: str = ""


@dataclass
class Extras:
    """What engage's own sheets say."""

    tables: dict[str, Table]
    fields: dict[str, Any] = field(default_factory=dict)
    scales: dict[str, ScaleSheet] = field(default_factory=dict)

    @property
    def is_ours(self) -> bool:
        """Say whether the form says all that a survey of ours needs, such as its areas and consent."""
        return "engage_survey" in self.tables


def read_tables(sheets: Mapping[str, Sheet], findings: Findings) -> dict[str, Table]:
    """Return those of our sheets that a workbook has."""
    return {
        name: read_table(sheets[name], read, worded, findings)
        for name, (read, worded) in SHEETS.items()
        if name in sheets
    }


def read_extras(tables: dict[str, Table], wordings: Wordings, findings: Findings) -> Extras:
    """Return what our sheets say, their words kept in `wordings`."""
    extras = Extras(tables)
    for name, read in _READ.items():
        for row in tables[name].rows() if name in tables else ():
            for cell in row.cells.values():
                if cell.problem:
                    findings.fault(cell.place, "cell_unreadable", cell.problem)
            read(row, extras, wordings, findings)
    return extras


def scale_documents(
    extras: Extras, lists: Mapping[str, ChoiceList], wordings: Wordings, findings: Findings
) -> dict[str, Any]:
    """Return the scales as a definition has them."""
    found: dict[str, Any] = {}
    for scale in extras.scales.values():
        long, short = lists.get(scale.list_name), lists.get(scale.short_list)
        for name, listed in ((scale.list_name, long), (scale.short_list, short)):
            if name and listed is None:
                findings.fault(scale.place, "unknown_list", f"there is no list {name} in the sheet choices")
        document: dict[str, Any] = {"options": long.options if long else [], "faces": scale.faces}
        if short:
            document |= {"short": short.options, "fold": long.folds if long else {}}
            document["short_for"] = list(scale.short_for)
        for listed in filter(None, (long, short)):
            findings.faults.extend(listed.faults)
            for code, said in listed.words.items():
                wordings.put(f"scale.{scale.name}.{code}", said)
        found[scale.name] = {key: value for key, value in document.items() if value is not False}
    return found


def _survey(row: Row, extras: Extras, wordings: Wordings, findings: Findings) -> None:
    name = row.text("field")
    if name in _WORDED_FIELDS:
        wordings.put(_WORDED_FIELDS[name], said_in(row, "words", findings.faults))
    elif name in _FIELDS:
        (*outer, inner), read = _FIELDS[name]
        into = extras.fields
        for part in outer:
            into = into.setdefault(part, {})
        into[inner] = read(row.text("value"))
    else:
        findings.fault(row.place("field"), "unknown_field", f"there is no field “{name}” of a survey")


def _language(row: Row, extras: Extras, _wordings: Wordings, _findings: Findings) -> None:
    review = {"review": row.text("review")} if row.text("review") else {}
    extras.fields.setdefault("languages", {})[row.text("tag")] = review


def _route(row: Row, extras: Extras, _wordings: Wordings, findings: Findings) -> None:
    route: dict[str, Any] = {"id": row.text("route")}
    if text := row.text("when"):
        try:
            route["when"] = conditions.to_document(condition_of(parse_expression(text), FACTS_BY_NAME))
        except ExpressionFaulty as faulty:
            findings.fault(row.place("when"), "expression_refused", str(faulty))
    extras.fields.setdefault("routes", []).append(route)


def _scale(row: Row, extras: Extras, _wordings: Wordings, findings: Findings) -> None:
    name = row.text("scale")
    if not name or name in {scale.name for scale in extras.scales.values()}:
        findings.fault(row.place("scale"), "repeated", "each scale needs a name of its own")
        return
    extras.scales[row.text("list")] = ScaleSheet(
        name,
        row.text("list"),
        row.text("short_list"),
        tuple(names(row.text("short_for"))),
        flag(row.text("faces")),
        row.place("list"),
    )


def _group(row: Row, _extras: Extras, wordings: Wordings, findings: Findings) -> None:
    said = said_in(row, "label", findings.faults)
    wordings.put(f"{row.text('question')}.group.{row.text('group')}", said)


def _help_line(row: Row, extras: Extras, wordings: Wordings, findings: Findings) -> None:
    name = row.text("id")
    wordings.put(f"help.{name}.name", said_in(row, "label", findings.faults))
    wordings.put(f"help.{name}.what", said_in(row, "what", findings.faults))
    number = row.cells.get("number")
    line = {
        "id": name,
        "number": number.words if number else "",
        "for": names(row.text("for")),
        "areas": names(row.text("areas")),
        "checked_on": row.text("checked_on") or None,
    }
    extras.fields.setdefault("help_lines", []).append(line)


_READ: Mapping[str, Callable[[Row, Extras, Wordings, Findings], None]] = {
    "engage_survey": _survey,
    "engage_languages": _language,
    "engage_routes": _route,
    "engage_scales": _scale,
    "engage_groups": _group,
    "engage_help": _help_line,
}
