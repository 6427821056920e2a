"""Reads the fields of a posted page as an answer: a coded value, None where nothing was given, or a problem."""

import json
import re
from collections.abc import Callable
from typing import Any

from werkzeug.datastructures import MultiDict

from engage.questionnaire.model import HOME_ELSEWHERE, TEXT_TYPES, Facts, Option, Question, QuestionType
from engage.response.answers import read_answer
from engage.response.drawings import LINES, MAY_SHOW, WORDS
from engage.response.problems import Problem

Form = MultiDict[str, str]
#: The names of fields; neutral, like everything in the page that software may keep.
ANSWER, OTHER, SPECIAL, DATE_PARTS = "answer", "other", "special", ("day", "month", "year")
#: Where a script puts what was drawn, the tick that others may see it, and what an option's number is named by.
DRAWN, SHOWS, RANK = "drawing", "may_show", "rank-"
_WHOLE = re.compile(r"[+-]?\d{1,18}")
_DECIMAL = re.compile(r"[+-]?\d{0,18}[.,٫]\d{1,18}")
_PLACE = re.compile(r"\d{1,3}")
_DATE = re.compile(r"\d{1,4}")


def read_posted(
    question: Question, options: tuple[Option, ...], facts: Facts, form: Form, districts: tuple[str, ...] = ()
) -> Any:
    """Return the answer in a posted page; `districts` are the codes a home district may be chosen from."""
    if question.type is QuestionType.AREA_RELATION:
        return _relations(question, options, form)
    if question.type is QuestionType.HOME_DISTRICT:
        return _home(question, districts, form)
    raw = _raw(question, form)
    if raw is None or isinstance(raw, Problem):
        return raw
    return read_answer(question, options, facts, raw)


def _raw(question: Question, form: Form) -> Any:
    """Return the answer uncoded; beside a typed field, "I don't know" and the like are ticked apart."""
    raw = _RAW[question.type](question, form)
    special = form.get(SPECIAL)
    if special not in question.special:
        return raw
    return special if raw is None else Problem("exclusive_option", question.id)


def _one(_question: Question, form: Form) -> Any:
    given = form.getlist(ANSWER)
    return (given[0] if len(given) == 1 else given) if given else None


def _several(question: Question, form: Form) -> Any:
    given = form.getlist(ANSWER)
    specials = [code for code in given if code in question.special]
    if len(specials) == 1 and len(given) == 1:
        return specials[0]
    return Problem("exclusive_option", question.id) if specials else given or None


def _communities(question: Question, form: Form) -> Any:
    own = form.get(OTHER, "").strip()
    given = _several(question, form)
    if not own or isinstance(given, Problem):
        return given
    if isinstance(given, str):
        return Problem("exclusive_option", question.id)
    return [*(given or ()), {"other": own}]


def _number(_question: Question, form: Form) -> Any:
    text = form.get(ANSWER, "").strip()
    if _WHOLE.fullmatch(text):
        return int(text)
    if _DECIMAL.fullmatch(text):
        return float(text.replace(",", ".").replace("٫", "."))
    return text or None


def _date(_question: Question, form: Form) -> Any:
    parts = [form.get(name, "").strip() for name in DATE_PARTS]
    if not any(parts):
        return None
    if not all(_DATE.fullmatch(part) for part in parts):
        return "-".join(parts)
    day, month, year = (int(part) for part in parts)
    return f"{year:04d}-{month:02d}-{day:02d}"


def _text(_question: Question, form: Form) -> Any:
    text = form.get(ANSWER, "")
    return text if text.strip() else None


def _ranks(question: Question, form: Form) -> Any:
    """Return the codes in the order of their numbers; which numbers are left out says nothing."""
    given = [(form.get(RANK + option.code, "").strip(), option.code) for option in question.options]
    written = [(number, code) for number, code in given if number]
    if not all(_PLACE.fullmatch(number) and int(number) for number, _ in written):
        return Problem("not_a_number", question.id)
    codes = {int(number): code for number, code in written}
    if len(codes) < len(written):
        return Problem("repeated_option", question.id)
    return [code for _, code in sorted(codes.items())] or None


def _drawing(question: Question, form: Form) -> Any:
    """Return what was drawn, the words beside it or both."""
    drawn, words = form.get(DRAWN, "").strip(), form.get(ANSWER, "")
    given: dict[str, Any] = {WORDS: words} if words.strip() else {}
    if drawn:
        try:
            given[LINES] = json.loads(drawn)
        except (ValueError, RecursionError):
            return Problem("not_a_drawing", question.id)
        given |= {MAY_SHOW: True} if form.get(SHOWS) else {}
    return given or None


def _nothing(_question: Question, _form: Form) -> Any:
    return None


def _relations(question: Question, options: tuple[Option, ...], form: Form) -> Any:
    given = form.getlist(ANSWER)
    offered = [option.code for option in options]
    if set(given) - set(offered):
        return Problem("unknown_option", question.id)
    return [code for code in offered if code in given] or None


def _home(question: Question, districts: tuple[str, ...], form: Form) -> Any:
    given = form.getlist(ANSWER)
    if given and (len(given) > 1 or given[0] not in (*districts, HOME_ELSEWHERE)):
        return Problem("unknown_option", question.id)
    return given[0] if given else None


_RAW: dict[QuestionType, Callable[[Question, Form], Any]] = {
    QuestionType.SINGLE_CHOICE: _one,
    QuestionType.SCALE: _one,
    QuestionType.MULTIPLE_CHOICE: _several,
    QuestionType.COMMUNITY: _communities,
    QuestionType.RANKING: _ranks,
    QuestionType.DRAWING: _drawing,
    QuestionType.NUMBER: _number,
    QuestionType.DATE: _date,
    **dict.fromkeys(TEXT_TYPES, _text),
    **dict.fromkeys((QuestionType.NOTE, QuestionType.AGE_BAND, QuestionType.AREA), _nothing),
}
