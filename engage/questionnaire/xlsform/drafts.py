"""Makes a question of one row of a form, with everything that cannot be taken noted at its cell."""

import copy
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from engage.questionnaire.faults import Fault
from engage.questionnaire.model import ENVELOPE_TYPES, MULTIPLE_TYPES, SPECIAL_CODES, QuestionType
from engage.questionnaire.xlsform.columns import Row
from engage.questionnaire.xlsform.constraints import bounds_of
from engage.questionnaire.xlsform.expressions import ExpressionFaulty, parse_expression
from engage.questionnaire.xlsform.extras import ScaleSheet
from engage.questionnaire.xlsform.findings import Findings
from engage.questionnaire.xlsform.kinds import Kind
from engage.questionnaire.xlsform.lists import ChoiceList
from engage.questionnaire.xlsform.marks import flag, names
from engage.questionnaire.xlsform.ranges import range_of
from engage.questionnaire.xlsform.relevance import Asked
from engage.questionnaire.xlsform.wordings import Said, said_in

#: Kind of row → the types it may be; the first where the form names none.
_TYPES: Mapping[str, tuple[QuestionType, ...]] = {
    "one": (QuestionType.SINGLE_CHOICE, QuestionType.SCALE, QuestionType.AGE_BAND),
    "many": (QuestionType.MULTIPLE_CHOICE, QuestionType.COMMUNITY, QuestionType.AREA_RELATION),
    "rank": (QuestionType.RANKING,),
    "text": (QuestionType.SHORT_TEXT, QuestionType.LONG_TEXT, QuestionType.AREA, QuestionType.HOME_DISTRICT),
    "contact": (QuestionType.SHORT_TEXT,),
    "integer": (QuestionType.NUMBER,),
    "decimal": (QuestionType.NUMBER,),
    "date": (QuestionType.DATE,),
    "note": (QuestionType.NOTE,),
    "acknowledge": (QuestionType.NOTE,),
    "drawing": (QuestionType.DRAWING,),
}
#: Our columns → fields of a question, and how a cell is read.
_FIELDS: Mapping[str, Callable[[str], Any]] = {
    "special": names,
    "routes": names,
    "options_from": str,
    "sensitive": flag,
    "alone": flag,
    "about_you": flag,
    "permits_quotes": flag,
    "summary": str,
    "picture": str,
}
#: Columns with words → the part of a question that they are.
_WORDS = {"label": "text", "hint": "hint", "engage_why": "why", "engage_note": "note"}
_TOLD = {
    "required": "every question can be skipped here, so “required” is not taken over",
    "default": "nothing is filled in for a person, so “default” is not taken over",
    "appearance": "how a question looks is decided here, so “appearance” is not taken over",
    "parameters": "“parameters” are not taken over",
    "constraint_message": "what a person is told is worded here, so messages are not taken over",
    "required_message": "what a person is told is worded here, so messages are not taken over",
    "media": "pictures and sounds of a form are not taken over",
    "read_only": "a question that nobody may answer is asked like any other",
    "trigger": "“trigger” is not taken over",
}
SURVEY_COLUMNS = (
    *("type", "name", "relevant", "constraint", "calculation", "choice_filter", "repeat_count", "disabled", *_TOLD),
    *("engage_type", *(f"engage_{name}" for name in _FIELDS)),
)
SURVEY_WORDS = (*_WORDS, "guidance_hint")
#: Appearances that are taken over.
_LOOKS = ("multiline", "draw")
_NO = frozenset({"", "no", "false", "false()", "0"})


@dataclass
class Draft:
    """A question made of a row: as a definition has it, its words by key, and what is wrong with it."""

    row: Row
    said_name: str
    question: dict[str, Any]
    words: dict[str, list[Said]] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    #: Faults that take away a limit, not the question.
    limit_faults: list[Fault] = field(default_factory=list)
    asked: Asked = field(default_factory=lambda: Asked(""))
    scale: dict[str, Any] | None = None
    option_places: list[str] = field(default_factory=list)

    def fault(self, key: str, code: str, detail: str) -> None:
        """Note what cannot be taken, at a column of the row."""
        self.faults.append(Fault(self.row.place(key), code, detail))


@dataclass(frozen=True)
class Lists:
    """What questions choose from: lists by name, and the scales among them."""

    lists: Mapping[str, ChoiceList]
    scales: Mapping[str, ScaleSheet]


def draft_of(row: Row, kind: Kind, question_id: str, lists: Lists, language: str, findings: Findings) -> Draft:
    """Return the question of a row; what cannot be taken is a fault of the draft."""
    draft = Draft(row, row.text("name"), {"id": question_id})
    for cell in row.cells.values():
        if cell.problem:
            draft.faults.append(Fault(cell.place, "cell_unreadable", cell.problem))
    _put_words(draft, findings)
    _put_type(draft, kind, findings)
    for name, read in _FIELDS.items():
        if value := read(row.text(f"engage_{name}")):
            draft.question[name] = value
    if kind.list_name and draft.question["type"] != QuestionType.AGE_BAND:
        _put_choices(draft, kind, lists, findings)
    draft.asked = _asked(draft, kind, lists)
    if kind.name == "range":
        _put_range(draft, findings)
    _put_bounds(draft, kind, findings)
    if row.text("choice_filter"):
        draft.fault("choice_filter", "choice_filter", "options cannot depend on an answer before: ask them all")
    if not any(said.language in (None, language) for said in draft.words.get("text", ())):
        draft.fault(
            "label", "label_missing", f"{draft.said_name or 'this row'} has no words in the form's own language"
        )
    _tell(row, kind, findings)
    return draft


def _put_words(draft: Draft, findings: Findings) -> None:
    for column, part in _WORDS.items():
        if said := said_in(draft.row, column, draft.faults):
            draft.words[part] = said
    for guidance in said_in(draft.row, "guidance_hint", draft.faults):
        findings.warn(guidance.place, "guidance_joined", "guidance stands behind the hint")
        hints = draft.words.setdefault("hint", [])
        before = next((hint for hint in hints if hint.language == guidance.language and not hint.variant), None)
        if before is None or guidance.variant:
            hints.append(guidance)
        else:
            hints[hints.index(before)] = Said(
                f"{before.text} {guidance.text}", before.language, before.variant, before.place
            )


def _put_type(draft: Draft, kind: Kind, findings: Findings) -> None:
    possible = _TYPES.get(kind.name, (QuestionType.NUMBER,))
    said = draft.row.text("engage_type")
    if said and said not in possible:
        draft.fault("engage_type", "type_unlike", f"a row of this type cannot be {said}")
    chosen = QuestionType(said) if said in possible else possible[0]
    if chosen is QuestionType.SHORT_TEXT and not said and "multiline" in draft.row.text("appearance").split():
        chosen = QuestionType.LONG_TEXT
    draft.question["type"] = chosen.value
    if kind.name == "integer":
        findings.warn(draft.row.place("type"), "whole_number", "a number here may have a decimal point")
    if kind.name == "contact":
        findings.warn(draft.row.place("type"), "contact", "answers here are anonymous: think again before asking this")
    if kind.name == "acknowledge":
        findings.warn(draft.row.place("type"), "acknowledge", "people read this as a note; nobody has to tick it")
    if kind.name == "drawing" and not said:
        findings.warn(draft.row.place("type"), "drawing", "people draw on the page, or use words; no photo is taken")


def _put_choices(draft: Draft, kind: Kind, lists: Lists, findings: Findings) -> None:
    found = lists.lists.get(kind.list_name)
    if found is None:
        draft.fault("type", "unknown_list", f"there is no list “{kind.list_name}” in the sheet choices")
        return
    if draft.question["type"] == QuestionType.SCALE:
        _put_scale(draft, found, lists)
        return
    if "options_from" in draft.question:
        return
    draft.faults.extend(found.faults)
    if found.changed:
        findings.warn(found.place, "code_changed", f"codes of {found.name}: {_some(found.changed)}")
    takes_special = draft.question["type"] in (QuestionType.SINGLE_CHOICE, *MULTIPLE_TYPES)
    if takes_special and (special := found.special()):
        draft.question["special"] = [*draft.question.get("special", ()), *special]
        findings.warn(found.place, "special", f"{', '.join(special)} of {found.name}: offered in our own words")
    draft.question["options"] = copy.deepcopy(found.own() if takes_special else found.options)
    draft.option_places = [
        place
        for place, option in zip(found.places, found.options, strict=True)
        if not (takes_special and option["code"] in SPECIAL_CODES)
    ]
    own = {option["code"] for option in draft.question["options"]}
    draft.words |= {f"option.{code}": said for code, said in found.words.items() if code in own}


def _put_scale(draft: Draft, found: ChoiceList, lists: Lists) -> None:
    known = lists.scales.get(found.name)
    if known is None:
        draft.fault("engage_type", "unknown_scale", f"the sheet engage_scales has no scale with the list {found.name}")
    else:
        draft.question["scale"] = known.name


def _some(changed: list[str]) -> str:
    shown = 3
    return ", ".join(changed[:shown]) + (f" and {len(changed) - shown} more" if len(changed) > shown else "")


def _asked(draft: Draft, kind: Kind, lists: Lists) -> Asked:
    question_type = QuestionType(draft.question["type"])
    codes: dict[str, str] | None = None
    if kind.list_name and kind.list_name in lists.lists:
        codes = dict(lists.lists[kind.list_name].codes)
        if scale := lists.scales.get(kind.list_name):
            short = lists.lists.get(scale.short_list)
            codes |= short.codes if short else {}
        codes |= {"other": "other"} if question_type is QuestionType.COMMUNITY else {}
    if special := draft.question.get("special"):
        codes = (codes or {}) | {code: code for code in special}
    fact = question_type.value if question_type in (QuestionType.AGE_BAND, QuestionType.AREA_RELATION) else None
    if question_type in ENVELOPE_TYPES:
        codes = None
    return Asked(draft.question["id"], question_type, codes, kind.name == "integer", fact)


def _put_range(draft: Draft, findings: Findings) -> None:
    try:
        found = range_of(draft.row.text("parameters"))
    except ValueError as error:
        draft.fault("parameters", "range_malformed", str(error))
        return
    if not found.points:
        draft.question |= {"minimum": found.start, "maximum": found.end}
        findings.warn(
            draft.row.place("type"), "range", "a range with many steps is asked as a number within its bounds"
        )
        return
    draft.question |= {"type": QuestionType.SCALE.value, "scale": found.name}
    draft.scale = {"options": [{"code": point} for point in found.points]}
    draft.asked = Asked(draft.asked.id, QuestionType.SCALE, {point: point for point in found.points})


def _put_bounds(draft: Draft, kind: Kind, findings: Findings) -> None:
    cell = draft.row.cells.get("constraint")
    if cell is None or cell.problem:
        return
    try:
        bounds = bounds_of(
            parse_expression(cell.text),
            QuestionType(draft.question["type"]),
            draft.asked.codes,
            is_whole=kind.name == "integer",
        )
    except ExpressionFaulty as faulty:
        draft.limit_faults.append(Fault(cell.place, "constraint_refused", str(faulty)))
        return
    draft.question |= bounds.fields
    for note in bounds.notes:
        findings.warn(cell.place, "bound_itself", note)
    for option in draft.question.get("options", ()):
        if option["code"] in bounds.exclusive:
            option["exclusive"] = True


def _tell(row: Row, kind: Kind, findings: Findings) -> None:
    """Warn of what a row says that nothing here does."""
    for key, told in _TOLD.items():
        text = row.text(key)
        is_used = (key == "parameters" and kind.name == "range") or (key == "appearance" and text in _LOOKS)
        says_no = key in ("required", "read_only") and text.lower() in _NO
        if text and not is_used and not says_no:
            findings.warn(row.place(key), key, told)
    for column, cell in row.unread:
        findings.warn(cell.place, "column_unread", f"the column “{column.cell.text}” is not read here")
