"""The mapping screen in detail: what may be chosen for a column and a value, and what was chosen."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from engage.areas import AreaTree
from engage.collection.past_waves.guessing import area_names, codes_of, guess_values, is_yes, plain
from engage.collection.past_waves.mapping import FIELDS, FIXED, UNASKED, Column, Mapped, targets_of
from engage.collection.past_waves.overview import ColumnSeen
from engage.collection.past_waves.rows import RowRead
from engage.phrases import source_words
from engage.questionnaire.model import ASSISTANCE, Question, Questionnaire
from engage.questionnaire.wording import Words, option_key
from engage.staff.past_drafts import PastDraft
from engage.staff.words import CHANNELS, language_name

#: Signs that may part several answers in one cell.
SPLITS = {"": "one answer in a cell", ";": "parted by ;", ",": "parted by ,", "|": "parted by |"}
GUARDIANS = {"": "not asked", "agreed": "agreed, of everybody in the file", "opted_out": "opted out"}
_UNASKED = {
    "refuse": "Refuse the row",
    "leave_out": "Leave those answers out and keep the row",
}
#: Example values beside a column, and areas to choose from for names that nobody knows.
_EXAMPLES, MOST_UNKNOWN = 4, 40


@dataclass(frozen=True)
class ValueShown:
    """A value of a column, how often it stands there, and the code that is chosen for it."""

    field: str
    value: str
    count: int
    chosen: str


@dataclass(frozen=True)
class ValuesShown:
    """The values of one column, with the codes to choose from as code → words."""

    head: str
    told: str
    values: tuple[ValueShown, ...]
    codes: Mapping[str, str]
    is_open: bool


def columns_shown(draft: PastDraft, questionnaire: Questionnaire) -> dict[str, Any]:
    """Return what the page of columns lists: columns, targets, ticks, and what holds for every row."""
    return {
        "columns": [
            {
                "seen": seen,
                "at": at,
                "examples": seen.commonest[:_EXAMPLES],
                "chosen": _chosen(draft.mapped.columns.get(seen.head)),
                "split": draft.mapped.columns[seen.head].split if seen.head in draft.mapped.columns else "",
                "takes_ticks": _looks_ticked(seen),
            }
            for at, seen in enumerate(draft.seen.columns)
        ],
        "fields": FIELDS,
        "questions": {name: f"{name}: {_asked(questionnaire, name)}" for name in targets_of(questionnaire)},
        "ticks": _ticks(questionnaire),
        "splits": SPLITS,
        "fixed": {**FIXED, **draft.mapped.fixed},
        "channels": CHANNELS,
        "languages": {language.tag: language_name(language.tag) for language in questionnaire.languages},
        "helpers": ASSISTANCE,
        "guardians": GUARDIANS,
        "unasked": _UNASKED,
    }


def mapped_columns(draft: PastDraft, questionnaire: Questionnaire, tree: AreaTree, form: Mapping[str, str]) -> Mapped:
    """Return the mapping with what was chosen for its columns; values are guessed anew where a column changed."""
    columns: dict[str, Column] = {}
    for at, seen in enumerate(draft.seen.columns):
        kind, _, rest = form.get(f"to-{at}", "").partition(":")
        split = form.get(f"split-{at}", "")
        before = draft.mapped.columns.get(seen.head)
        if kind == "tick":
            question, _, code = rest.partition(":")
            columns[seen.head] = Column(question, before.values if before and before.tick == code else {}, "", code)
        elif kind in ("field", "question") and rest:
            is_same = before is not None and before.to == rest and before.split == split and not before.tick
            pieces = list(_pieces(seen, split))
            values = before.values if before and is_same else guess_values(questionnaire, rest, pieces, tree)
            columns[seen.head] = Column(rest, values, split if split in SPLITS else "")
    fixed = {name: form.get(f"fixed-{name}", FIXED[name]).strip() for name in FIXED}
    unasked = form.get("unasked", "")
    return replace(
        draft.mapped,
        wave=form.get("wave", "").strip(),
        agreed=" ".join(form.get("agreed", "").split()),
        unasked=unasked if unasked in UNASKED else UNASKED[0],
        fixed=fixed,
        columns=columns,
    )


def values_shown(draft: PastDraft, questionnaire: Questionnaire, tree: AreaTree) -> list[ValuesShown]:
    """Return the columns whose values stand for codes, each value with what is chosen for it."""
    shown = []
    for at, seen in enumerate(draft.seen.columns):
        column = draft.mapped.columns.get(seen.head)
        codes = _codes(column, questionnaire, tree) if column else {}
        if column is None or not codes:
            continue
        pieces = _pieces(seen, column.split)
        if column.to in ("area", "home_district") and not column.tick:
            names = {plain(name) for name in area_names(questionnaire, tree, column.to)}
            unknown = {
                value: count for value, count in pieces.items() if value not in tree and plain(value) not in names
            }
            pieces = Counter(dict(list(unknown.items())[:MOST_UNKNOWN]))
        listed = tuple(
            ValueShown(f"value-{at}-{number}", value, count, _code_for(column, codes, value))
            for number, (value, count) in enumerate(pieces.most_common())
        )
        if listed:
            told = f"{column.to}: {column.tick}" if column.tick else FIELDS.get(column.to, column.to)
            shown.append(ValuesShown(seen.head, told, listed, codes, seen.is_open))
    return shown


def mapped_values(draft: PastDraft, questionnaire: Questionnaire, tree: AreaTree, form: Mapping[str, str]) -> Mapped:
    """Return the mapping with the codes that were chosen for its values."""
    columns = dict(draft.mapped.columns)
    for shown in values_shown(draft, questionnaire, tree):
        values = dict(columns[shown.head].values)
        for value in shown.values:
            sent = form.get(value.field, "")
            if sent == "leave":
                values[value.value] = ""
            elif sent.startswith("code:") and sent[5:] in shown.codes:
                values[value.value] = sent[5:]
            else:
                values.pop(value.value, None)
        columns[shown.head] = replace(columns[shown.head], values=values)
    return replace(draft.mapped, columns=columns)


def row_shown(read: RowRead, questionnaire: Questionnaire, tree: AreaTree) -> dict[str, Any]:
    """Return a row as it would be stored, in words as far as there are any."""
    document = read.document or {}
    area = tree.get(document.get("area") or "")
    return {
        "number": read.number,
        "area": area.name if area else document.get("area") or "none",
        "day": read.day.isoformat() if read.day else "the day it is brought in",
        "age_band": document["consent"]["age_band"],
        "way": f"{document['channel']}, {document['language']}, {document['style']}",
        "answers": {name: _said(questionnaire, name, value) for name, value in document["answers"].items()},
        "left_out": ", ".join(problem.column for problem in read.left_out),
    }


def _codes(column: Column, questionnaire: Questionnaire, tree: AreaTree) -> dict[str, str]:
    if column.tick:
        return {"yes": "yes, ticked", "no": "no"}
    if column.to in ("area", "home_district"):
        return {code: name for name, code in sorted(area_names(questionnaire, tree, column.to).items())}
    question = targets_of(questionnaire).get(column.to) or questionnaire.question(column.to)
    return {code: _label(questionnaire, question, column.to, code) for code in codes_of(questionnaire, column.to)}


def _code_for(column: Column, codes: Mapping[str, str], value: str) -> str:
    """Return what is chosen for a value: `code:…`, `leave`, or nothing where nobody has chosen."""
    if value in column.values:
        return f"code:{column.values[value]}" if column.values[value] else "leave"
    if column.tick:
        answer = is_yes(value)
        return "" if answer is None else "code:yes" if answer else "code:no"
    return f"code:{value}" if value in codes else ""


def _pieces(seen: ColumnSeen, split: str) -> Counter[str]:
    if not split:
        return seen.values
    pieces: Counter[str] = Counter()
    for value, count in seen.values.items():
        for piece in filter(None, map(str.strip, value.split(split))):
            pieces[piece] += count
    return pieces


def _chosen(column: Column | None) -> str:
    if column is None:
        return ""
    if column.tick:
        return f"tick:{column.to}:{column.tick}"
    return f"{'field' if column.to in FIELDS else 'question'}:{column.to}"


def _looks_ticked(seen: ColumnSeen) -> bool:
    return bool(seen.values) and not seen.is_open and all(is_yes(value) is not None for value in seen.values)


def _ticks(questionnaire: Questionnaire) -> dict[str, str]:
    asked = [question for question in questionnaire.questions if question.is_multiple]
    listed = [(question, option.code) for question in asked for option in question.options]
    return {
        f"tick:{question.id}:{code}": f"{question.id}: {_label(questionnaire, question, question.id, code)}"
        for question, code in listed
    }


def _asked(questionnaire: Questionnaire, question_id: str) -> str:
    found = _words(questionnaire).find(f"{question_id}.text", place="this area")
    return str(found or "")[:70]


def _label(questionnaire: Questionnaire, question: Question | None, target: str, code: str) -> str:
    found = _words(questionnaire).find(option_key(question, code)) if question else None
    named = source_words()
    return str(found or named.get(f"option.{code}") or named.get(f"{target}.{code}") or CHANNELS.get(code) or code)


def _said(questionnaire: Questionnaire, name: str, value: Any) -> str:
    question = questionnaire.question(name)
    if isinstance(value, list):
        return ", ".join(_said(questionnaire, name, piece) for piece in value)
    if isinstance(value, dict):
        return str(value.get("other", ""))
    is_coded = isinstance(value, str) and value in codes_of(questionnaire, name)
    return _label(questionnaire, question, name, value) if is_coded else str(value)


def _words(questionnaire: Questionnaire) -> Words:
    return Words(questionnaire, questionnaire.default_language, questionnaire.routes[-1].id)
