"""Walks down the sheet `survey`: groups, what the device fills in, and the questions one after another."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from engage.questionnaire import conditions
from engage.questionnaire.conditions import Condition
from engage.questionnaire.consistency import RESERVED_IDS
from engage.questionnaire.faults import Fault
from engage.questionnaire.model import ENVELOPE_TYPES, MOST_QUESTIONS
from engage.questionnaire.reading import NAME
from engage.questionnaire.xlsform.columns import Row, Table
from engage.questionnaire.xlsform.drafts import Draft, Lists, draft_of
from engage.questionnaire.xlsform.expressions import ExpressionFaulty, parse_expression
from engage.questionnaire.xlsform.extras import FACTS_BY_NAME
from engage.questionnaire.xlsform.findings import Findings
from engage.questionnaire.xlsform.kinds import Kind, read_kind
from engage.questionnaire.xlsform.marks import flag
from engage.questionnaire.xlsform.names import id_from
from engage.questionnaire.xlsform.relevance import Asked, condition_of
from engage.questionnaire.xlsform.wordings import Said

_KEPT_IDS = RESERVED_IDS | set(ENVELOPE_TYPES)
_SKIPPED = {
    "metadata": "the device is never asked: nothing is kept about it",
    "calculate": "nothing is worked out from answers here",
}
_REPEATED = "a questionnaire here asks each question once, so nothing can be repeated"
#: The words of a follow-up to “other”, in English: a form has none.
_OTHER, _WHICH = "Other", "Please say what you mean by “other”."


@dataclass
class _Group:
    """A group or repeat that is open."""

    row: Row
    is_repeat: bool
    first: int
    condition: Condition | None = None
    #: Why nothing in it is asked, where it is left out.
    left_out: Fault | None = None
    has_note: bool = False


@dataclass
class Walk:
    """What was met so far on the way down."""

    lists: Lists
    language: str
    findings: Findings
    leave_out: bool
    drafts: list[Draft] = field(default_factory=list)
    known: dict[str, Asked] = field(default_factory=lambda: dict(FACTS_BY_NAME))
    groups: list[_Group] = field(default_factory=list)
    ids: set[str] = field(default_factory=lambda: set(_KEPT_IDS))
    kept_names: set[str] = field(default_factory=set)
    names: dict[str, str] = field(default_factory=dict)
    #: Row of a repeat → how many questions stand in it.
    repeated: dict[int, int] = field(default_factory=dict)


def walk_rows(table: Table, lists: Lists, language: str, findings: Findings, *, leave_out: bool) -> list[Draft]:
    """Return the questions of a form in order; its faults are in `findings` and in the drafts."""
    walk = Walk(lists, language, findings, leave_out)
    rows = list(table.rows())
    walk.kept_names = {row.text("name") for row in rows if NAME.fullmatch(row.text("name"))} - _KEPT_IDS
    walk.repeated = _count_repeated(rows)
    for row in rows:
        if len(walk.drafts) >= MOST_QUESTIONS:
            findings.fault(row.place("type"), "too_many_questions", f"over {MOST_QUESTIONS} questions")
            break
        _take(row, walk)
    for group in reversed(list(walk.groups)):
        findings.fault(group.row.place("type"), "group_open", "this group has no end")
        _close(walk)
    return walk.drafts


def _count_repeated(rows: list[Row]) -> dict[int, int]:
    counts: dict[int, int] = {}
    open_rows: list[int] = []
    for row in rows:
        kind = read_kind(row.text("type"))
        if kind.name in ("begin group", "begin repeat"):
            open_rows.append(row.number)
        elif kind.name.startswith("end ") and open_rows:
            open_rows.pop()
        elif row.text("type") and kind.name not in _SKIPPED:
            for number in open_rows:
                counts[number] = counts.get(number, 0) + 1
    return counts


def _take(row: Row, walk: Walk) -> None:
    for cell in (*row.cells.values(), *(cell for _, cell in row.worded)):
        if cell.is_formula and not cell.problem:
            told = "a formula: what it showed when the file was saved is taken"
            walk.findings.warn(cell.place, "formula", told)
    if flag(row.text("disabled")):
        walk.findings.warn(row.place("disabled"), "disabled", "a row that is disabled is not taken over")
        return
    kind = read_kind(row.text("type"))
    if kind.name == "refused" and not row.text("type"):
        if row.text("name") or row.worded:
            walk.findings.fault(row.place("type"), "type_missing", "a row with a name or words, but no type")
        return
    if kind.name in ("end group", "end repeat", "end loop"):
        _end(row, kind, walk)
    elif kind.name in ("begin group", "begin repeat"):
        _begin(row, kind, walk)
    elif kind.name in _SKIPPED or (row.text("calculation") and kind.name != "refused"):
        _skip(row, kind, walk)
    else:
        _ask(row, kind, walk)


def _begin(row: Row, kind: Kind, walk: Walk) -> None:
    group = _Group(row, kind.name == "begin repeat", len(walk.drafts))
    outer = walk.groups[-1] if walk.groups else None
    group.condition = outer.condition if outer else None
    group.left_out = outer.left_out if outer else None
    walk.groups.append(group)
    if group.left_out:
        return
    if group.is_repeat:
        _begin_repeat(row, group, walk)
        return
    own, fault = _condition(row, walk)
    if fault:
        group.left_out = fault if walk.leave_out else None
        (walk.findings.left_out if walk.leave_out else walk.findings.faults).append(fault)
    group.condition = _both(group.condition, own)
    has_words = any(column.key == "label" and column.language in (None, walk.language) for column, _ in row.worded)
    if not group.left_out and has_words:
        name = row.text("name") or "group"
        note = draft_of(row, Kind("note"), _new_id(name, walk), walk.lists, walk.language, walk.findings)
        _put_condition(note, group.condition)
        if _is_kept(note, walk):
            walk.drafts.append(note)
            group.has_note = True


def _begin_repeat(row: Row, group: _Group, walk: Walk) -> None:
    count = walk.repeated.get(row.number, 0)
    if not count:
        walk.findings.warn(row.place("type"), "repeat_empty", "an empty repeat is not taken over")
        return
    fault = Fault(row.place("type"), "repeat", f"{_REPEATED} ({count} inside)")
    group.left_out = fault if walk.leave_out else None
    (walk.findings.left_out if walk.leave_out else walk.findings.faults).append(fault)


def _end(row: Row, kind: Kind, walk: Walk) -> None:
    ends_repeat = kind.name != "end group"
    if not walk.groups or walk.groups[-1].is_repeat != ends_repeat:
        walk.findings.fault(row.place("type"), "group_not_open", f"“{kind.name}” ends nothing that is open here")
        return
    _close(walk)


def _close(walk: Walk) -> None:
    group = walk.groups.pop()
    inner = walk.drafts[group.first :]
    if group.has_note and len(inner) == 1:
        walk.drafts.remove(inner[0])


def _skip(row: Row, kind: Kind, walk: Walk) -> None:
    name = row.text("name")
    if name in FACTS_BY_NAME and kind.name == "calculate":
        return
    if text := row.text("calculation"):
        try:
            parse_expression(text)
        except ExpressionFaulty as faulty:
            walk.findings.fault(row.place("calculation"), "expression_malformed", str(faulty))
    what = _SKIPPED.get(kind.name, _SKIPPED["calculate"])
    walk.findings.warn(row.place("type"), "not_asked", what)
    if name:
        walk.known.setdefault(name, Asked("", left_out=f"{name} is not asked: {what}"))


def _ask(row: Row, kind: Kind, walk: Walk) -> None:
    name = row.text("name")
    if walk.groups and (out := walk.groups[-1].left_out):
        walk.known[name] = Asked("", left_out=f"left out with its group ({out.path})")
        return
    if kind.name == "refused" and kind.reason.startswith("photos") and "draw" in row.text("appearance").split():
        kind = Kind("drawing")
    told = Findings()
    draft = draft_of(row, kind, _id(row, walk, told), walk.lists, walk.language, told)
    if kind.name == "refused":
        draft.faults = [Fault(row.place("type"), "type_refused", kind.reason)]
    _check_name(draft, walk)
    own, fault = _condition(row, walk)
    draft.faults.extend([fault] if fault else [])
    group = walk.groups[-1].condition if walk.groups else None
    _put_condition(draft, _both(group, own))
    if _is_kept(draft, walk):
        walk.findings.take(told)
        walk.drafts.append(draft)
        walk.known[name] = _asked_with_parent(draft, walk.known)
        if kind.has_other and not draft.faults:
            _ask_other(draft, group, walk)
    elif name:
        walk.known[name] = Asked("", left_out="this question is left out")


def _is_kept(draft: Draft, walk: Walk) -> bool:
    """Say whether a question is asked; its faults are the form's, or tell why it is left out."""
    if not walk.leave_out:
        walk.findings.faults.extend(draft.faults + draft.limit_faults)
        return True
    walk.findings.left_out.extend(draft.faults or draft.limit_faults)
    return not draft.faults


def _asked_with_parent(draft: Draft, known: Mapping[str, Asked]) -> Asked:
    parent = known.get(draft.question.get("options_from", ""))
    if parent is None or parent.codes is None:
        return draft.asked
    own = {code: code for code in draft.question.get("special", ())}
    return Asked(draft.asked.id, draft.asked.type, {**parent.codes, **own})


def _id(row: Row, walk: Walk, told: Findings) -> str:
    name = row.text("name")
    if row.text("engage_type") in ENVELOPE_TYPES:
        return row.text("engage_type")
    if NAME.fullmatch(name) and name not in _KEPT_IDS:
        walk.ids.add(name)
        return name
    found = _new_id(name or "q", walk)
    if name:
        told.warn(row.place("name"), "name_changed", f"{name} is {found} here")
    return found


def _new_id(name: str, walk: Walk) -> str:
    found = id_from(name, walk.ids | walk.kept_names)
    walk.ids.add(found)
    return found


def _check_name(draft: Draft, walk: Walk) -> None:
    name = draft.said_name
    if not name:
        draft.fault("name", "name_missing", "a question without a name")
    elif name in walk.names:
        draft.fault("name", "repeated", f"the name {name} stands already in {walk.names[name]}")
    walk.names.setdefault(name, draft.row.place("name"))


def _condition(row: Row, walk: Walk) -> tuple[Condition | None, Fault | None]:
    cell = row.cells.get("relevant")
    if cell is None or cell.problem or cell.text in ("TRUE", "yes"):
        return None, None
    if cell.text == "FALSE":
        walk.findings.warn(cell.place, "never_asked", "this is never asked, as its “relevant” is false")
    try:
        return condition_of(parse_expression(cell.text), walk.known), None
    except ExpressionFaulty as faulty:
        return None, Fault(cell.place, "relevant_refused", str(faulty))


def _both(outer: Condition | None, own: Condition | None) -> Condition | None:
    if outer is None or own is None:
        return outer or own
    before = outer.parts if isinstance(outer, conditions.AllOf) and outer.parts else (outer,)
    return conditions.AllOf((*before, own))


def _put_condition(draft: Draft, condition: Condition | None) -> None:
    if condition is not None:
        draft.question["show_when"] = conditions.to_document(condition)


def _ask_other(draft: Draft, group: Condition | None, walk: Walk) -> None:
    """Offer “other” and ask what it is, as `or_other` says."""
    place = draft.row.place("type")
    walk.findings.warn(place, "or_other", "“or other” is an option and a question for words, both in English")
    options: list[dict[str, Any]] = draft.question["options"]
    if "other" not in {option["code"] for option in options}:
        options.append({"code": "other"})
        draft.words["option.other"] = [Said(_OTHER, None, "", place)]
    codes = {**(draft.asked.codes or {}), "other": "other"}
    walk.known[draft.said_name] = draft.asked = Asked(draft.asked.id, draft.asked.type, codes)
    follow_up = Draft(draft.row, "", {"id": _new_id(f"{draft.question['id']}_other", walk), "type": "short_text"})
    follow_up.words["text"] = [Said(_WHICH, None, "", place)]
    _put_condition(follow_up, _both(group, conditions.AnswerIs(draft.asked.id, ("other",))))
    walk.drafts.append(follow_up)
