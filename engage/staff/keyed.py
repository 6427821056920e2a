"""Reads what was keyed: form fields become a KeyedForm, or the problems with what needs no door to be seen."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from werkzeug.datastructures import MultiDict

from engage.channels.paper.form import Form as Sheet
from engage.collection.paper import KeyedForm
from engage.collection.places import find_area
from engage.questionnaire.model import Question, Questionnaire, QuestionType
from engage.response.drawings import WORDS
from engage.response.problems import Problem
from engage.staff.entry_fields import AREA_WRITTEN, CONSENT, GUARDIAN, KINDS, OWN_WORDS, field_name
from engage.storage.database import Session

Given = MultiDict[str, str]
#: Stands for a box without a number where an order is keyed.
EMPTY_BOX = "-"


@dataclass(frozen=True)
class Keyed:
    """A form as keyed; with problems, what is in doubt is left out of it."""

    form: KeyedForm
    problems: tuple[Problem, ...] = ()


def read_keyed(session: Session, sheet: Sheet, given: Given) -> Keyed:
    """Return what was keyed of a sheet."""
    problems = [] if given.get(CONSENT) in ("yes", "no") else [Problem("field_missing", CONSENT)]
    area = _area(session, sheet.questionnaire, given)
    if isinstance(area, Problem):
        problems.append(area)
    answers: dict[str, Any] = {}
    for question in sheet.questions:
        answer = _READERS[KINDS[question.type]](question, given) if question.takes_answer else None
        if isinstance(answer, Problem):
            problems.append(answer)
        elif answer not in (None, "", []):
            answers[question.id] = answer
    form = KeyedForm(
        consent=given.get(CONSENT) != "no",
        guardian=given.get(GUARDIAN) or None,
        age_band=given.get("age_band") or None,
        assisted=given.get("assisted") or "none",
        area=area if isinstance(area, str) else None,
        area_relation=[code for code in given.getlist("area_relation") if code],
        home_district=given.get("home_district") or None,
        answers=answers,
    )
    return Keyed(form, tuple(problems))


def _area(session: Session, questionnaire: Questionnaire, given: Given) -> str | Problem | None:
    """Return the area chosen from the list, else the one that the words on the sheet name."""
    written, chosen = given.get(AREA_WRITTEN, "").strip(), given.get("area", "")
    if chosen or not written:
        return chosen or None
    return find_area(session, questionnaire, written) or Problem("unknown_area", "area")


def _one(question: Question, given: Given) -> str:
    return given.get(field_name(question), "")


def _several(question: Question, given: Given) -> Any:
    ticked: list[Any] = [code for code in given.getlist(field_name(question)) if code]
    own = given.get(OWN_WORDS, "").strip() if question.type is QuestionType.COMMUNITY else ""
    special = [code for code in ticked if code in question.special]
    if special and (len(ticked) > 1 or own):
        return Problem("exclusive_option", question.id)
    return special[0] if special else [*ticked, *([{"other": own}] if own else [])]


def _line(question: Question, given: Given) -> Any:
    text = given.get(field_name(question), "").strip()
    return _number(text) if question.type is QuestionType.NUMBER else text


def _order(question: Question, given: Given) -> Any:
    """Return the codes in the order of the numbers beside them, which are keyed from top to bottom."""
    text = given.get(field_name(question), "").strip()
    if not text:
        return None
    parts = text.replace(",", " ").split() if re.search(r"[\s,]", text) else list(text)
    numbered = [
        (int(part), option.code) for part, option in zip(parts, question.options, strict=False) if part.isdigit()
    ]
    if len(parts) != len(question.options) or any(part != EMPTY_BOX and not part.isdigit() for part in parts):
        return Problem("not_a_list", question.id)
    if len({number for number, _ in numbered}) < len(numbered):
        return Problem("repeated_option", question.id)
    return [code for _, code in sorted(numbered)]


def order_as_keyed(question: Question, codes: Sequence[str]) -> str:
    """Return an order as it is keyed: the number of each option from top to bottom."""
    return " ".join(str(codes.index(o.code) + 1) if o.code in codes else EMPTY_BOX for o in question.options)


def _words(question: Question, given: Given) -> Any:
    text = given.get(field_name(question), "").strip()
    return {WORDS: text} if text else None


def _number(text: str) -> int | float | str:
    """Return the number that was keyed, or the text as it is for the door to object to."""
    try:
        return int(text) if text.lstrip("-").isdigit() else float(text.replace(",", "."))
    except ValueError:
        return text


_READERS: Mapping[str | None, Callable[[Question, Given], Any]] = {
    "one": _one,
    "several": _several,
    "line": _line,
    "lines": _line,
    "order": _order,
    "words": _words,
}
