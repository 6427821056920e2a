"""The fields of the question editor: what was posted of a question and its answers, as a document has it."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from werkzeug.datastructures import MultiDict

from engage.collection.authoring import Answered
from engage.questionnaire.definition import QUESTION_WORDS
from engage.questionnaire.editing import FLAGS, OptionWritten, read_options
from engage.questionnaire.model import DEFAULT_MAX_LENGTH, STYLES, Questionnaire
from engage.questionnaire.renaming import Document, code_from

Form = MultiDict[str, str]
#: Rows of answers one question may have.
MOST_ROWS = 60
_ROW = re.compile(r"([a-z]+)(\d+):label")


def variants_of(whole: Questionnaire) -> list[str]:
    """Return the routes and styles that words may be written for."""
    return list(dict.fromkeys((*(style for style in STYLES if style != "standard"), *(r.id for r in whole.routes))))


def read_question(form: Form, before: Document, answered: Answered, taken: Collection[str]) -> dict[str, Any]:
    """Return the fields of a question as they were posted; what was answered keeps its code and its kind."""
    question_id = str(before["id"])
    is_locked = question_id in answered.questions
    wanted = form.get("id", "").strip()
    fields: dict[str, Any] = _words_in(form, before)
    if not is_locked:
        fields["type"] = form.get("type", before["type"])
        if wanted and wanted != question_id:
            fields["id"] = code_from(wanted, set(taken) - {question_id}, "question")
    for name in ("scale", "options_from", "summary", "picture"):
        fields[name] = form.get(name, "").strip() or None
    for name in ("special", "routes"):
        fields[name] = in_order(form.getlist(name), before.get(name, ()))
    for name in FLAGS:
        fields[name] = name in form
    fields["max_choices"] = _whole(form.get("max_choices", ""))
    fields["max_length"] = length if (length := _whole(form.get("max_length", ""))) != DEFAULT_MAX_LENGTH else None
    for name in ("minimum", "maximum"):
        fields[name] = _bound(form.get(name, ""))
    fields["groups"] = _groups(form)
    return fields


def read_rows(
    form: Form, prefix: str, locked: Collection[str] = (), before: Iterable[Document] = ()
) -> list[OptionWritten]:
    """Return the rows of answers that were posted, those added in the box behind them last; `before` as they were."""
    known = {str(entry.get("code")): entry for entry in before}
    numbers = sorted({int(found[2]) for name in form if (found := _ROW.fullmatch(name)) and found[1] == prefix})
    rows = [_row(form, f"{prefix}{number}:", locked, known) for number in numbers[:MOST_ROWS]]
    more = [line.strip() for line in form.get(f"more-{prefix}", "").splitlines() if line.strip()]
    return [*rows, *(OptionWritten(label) for label in more)][:MOST_ROWS]


def acted_on(rows: Sequence[OptionWritten], prefix: str, act: str) -> list[OptionWritten]:
    """Return the rows after one of them was moved or taken out, where the button said so."""
    found = re.fullmatch(rf"(up|down|remove):{prefix}(\d+)", act)
    listed = list(rows)
    if found is None or int(found[2]) >= len(listed):
        return listed
    at = int(found[2])
    row = listed.pop(at)
    if found[1] != "remove":
        listed.insert(max(at - 1, 0) if found[1] == "up" else at + 1, row)
    return listed


def rows_of(entries: Iterable[Document], locked: Collection[str] = ()) -> list[dict[str, Any]]:
    """Return the answers of a document as the rows of a form."""
    return [{"option": option, "is_locked": option.code in locked} for option in read_options(entries)]


def in_order(ticked: Sequence[str], before: Sequence[str]) -> list[str]:
    """Return what is ticked, in the order it had before: saving what nobody touched changes nothing."""
    return [*(code for code in before if code in ticked), *(code for code in ticked if code not in before)]


def _row(form: Form, start: str, locked: Collection[str], known: Mapping[str, Document]) -> OptionWritten:
    was, code = form.get(f"{start}was", ""), form.get(f"{start}code", "").strip()
    if was in locked:
        code = was
    elif code and code != was:
        code = code_from(code, (), "answer")
    start_of_variant = f"{start}label@"
    return OptionWritten(
        label=_line(form.get(f"{start}label", "")),
        code=code,
        was=was,
        variants={
            name.removeprefix(start_of_variant): _line(text)
            for name, text in form.items()
            if name.startswith(start_of_variant) and text.strip()
        },
        exclusive=f"{start}exclusive" in form,
        picture=form.get(f"{start}picture") or None,
        group=form.get(f"{start}group") or None,
        routes=tuple(in_order(form.getlist(f"{start}routes"), known.get(was, {}).get("routes", ()))),
        alone=f"{start}alone" in form,
    )


def _words_in(form: Form, before: Document) -> dict[str, Any]:
    """Return the wordings posted; those a form did not show stay, those emptied go."""
    known = [key for key in before if key.partition("@")[0] in QUESTION_WORDS]
    words: dict[str, Any] = {key: before[key] for key in known if f"w:{key}" not in form}
    for name, text in form.items():
        if name.startswith("w:") and name[2:].partition("@")[0] in QUESTION_WORDS:
            words[name[2:]] = _line(text) or None
    return words


def _groups(form: Form) -> Mapping[str, str]:
    groups: dict[str, str] = {}
    for name in form:
        if found := re.fullmatch(r"g(\d+):name", name):
            code, start = form[name], f"g{found[1]}:w"
            groups |= {
                code + key.removeprefix(start): _line(text) for key, text in form.items() if key.startswith(start)
            }
    for heading in form.get("more-g", "").splitlines():
        if heading.strip():
            groups[code_from(heading, groups, "group")] = _line(heading)
    return {code: text for code, text in groups.items() if text}


def _line(text: str) -> str:
    """Return words as one line: a line break in a form stands for a space."""
    return " ".join(text.split())


def _whole(text: str) -> int | str | None:
    text = text.strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else text or None  # noqa: PLR2004 - digits


def _bound(text: str) -> float | str | None:
    """Return a bound as a number where it is one; a date, and what is neither, stays as it was typed."""
    text = text.strip()
    if re.fullmatch(r"-?\d{1,15}", text):
        return int(text)
    return float(text) if re.fullmatch(r"-?\d{1,15}\.\d{1,6}", text) else text or None
