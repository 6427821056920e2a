"""The fields in which a condition is picked: rules and groups written as a form, and read from one again."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from werkzeug.datastructures import MultiDict

from engage.questionnaire.model import (
    AGE_BANDS,
    ASSISTANCE,
    CHANNELS,
    SHORT_AGE_BANDS,
    STYLES,
    Question,
    Questionnaire,
    QuestionType,
)
from engage.questionnaire.picking import ANSWERED, BETWEEN, IS, Group, Rule
from engage.questionnaire.references import codes_of
from engage.questionnaire.telling import FACTS, fact_label, label_of, name_of

Form = MultiDict[str, str]
Parts = tuple[Rule | Group, ...]
#: The name all fields of the outermost group begin with.
ROOT = "c"
#: Groups within groups, and parts of one, that a form may have.
MOST_DEEP, MOST_PARTS = 8, 40
#: How a group may join its parts: (all or any, turned into its opposite) → words.
JOINS = {"all": "all of these", "any": "any of these", "not_all": "not all of these", "not_any": "none of these"}
_NUMBER = re.compile(r"-?\d{1,16}(\.\d{1,20})?(e[+-]?\d{1,3})?")


@dataclass(frozen=True)
class Subject:
    """Something a rule may be about: a question asked before, or a fact; and the answers it can have."""

    value: str
    words: str
    choices: tuple[tuple[str, str], ...]
    is_number: bool = False
    is_fact: bool = False


def subjects_for(whole: Questionnaire, before: Question | None, *, facts_only: bool = False) -> tuple[Subject, ...]:
    """Return what a question's condition may be about: the questions before it, and the facts about a person."""
    place = whole.place_of(before) if before else len(whole.questions)
    asked = () if facts_only else tuple(each for each in whole.questions[:place] if each.takes_answer)
    questions = tuple(
        Subject(
            f"q:{question.id}",
            name_of(whole, question.id),
            tuple((code, label_of(whole, question, code)) for code in codes_of(question, whole)),
            is_number=question.type is QuestionType.NUMBER,
        )
        for question in asked
    )
    return questions + tuple(_fact(whole, fact) for fact in FACTS)


def read_group(form: Form, name: str = ROOT, depth: int = 0) -> Group:
    """Return the group that was posted under a name; what lies too deep is left out."""
    count = min(_whole(form.get(f"{name}:count", "0")), MOST_PARTS)
    parts: list[Rule | Group] = []
    for at in range(count):
        inner = f"{name}.{at}"
        if form.get(f"{inner}:kind") == "group":
            if depth < MOST_DEEP:
                parts.append(read_group(form, inner, depth + 1))
        else:
            parts.append(_read_rule(form, inner))
    joins, is_not = _joined(form.get(f"{name}:joins", "all"))
    negations = 2 * _whole(form.get(f"{name}:pairs", "0")) + is_not
    is_bare = f"{name}:bare" in form and not negations and joins == "all"
    return Group(joins, tuple(parts), negations, is_bare)


def acted_on(group: Group, act: str) -> Group:
    """Return the group after a button of it was pressed: a rule or group added, or one taken out."""
    verb, _, place = act.partition(":")
    path = [_whole(step) for step in place.removeprefix(ROOT).split(".") if step]
    if verb == "add":
        return _changed(group, path, lambda parts: (*parts, Rule()))
    if verb == "group":
        return _changed(group, path, lambda parts: (*parts, Group("any", (Rule(), Rule()))))
    if verb == "remove" and path:
        return _changed(group, path[:-1], lambda parts: (*parts[: path[-1]], *parts[path[-1] + 1 :]))
    return group


def join_of(group: Group) -> str:
    """Return which of JOINS a group is."""
    return f"not_{group.joins}" if group.negations % 2 else group.joins


def choices_of(rule: Rule, subjects: tuple[Subject, ...]) -> list[tuple[str, str]]:
    """Return the answers to tick for a rule: those its subject has, and any it names that are there no more."""
    subject = next((each for each in subjects if each.value == value_of(rule)), None)
    known = list(subject.choices) if subject else []
    codes = {code for code, _ in known}
    return known + [(code, f"{code} (no such answer any more)") for code in rule.codes if code not in codes]


def value_of(rule: Rule) -> str:
    """Return how a form names what a rule is about."""
    return f"{'f' if rule.is_fact else 'q'}:{rule.subject}" if rule.subject else ""


def says_of(rule: Rule) -> str:
    """Return what a rule says, with its opposite as `not_` before it."""
    return f"not_{rule.says}" if rule.negations % 2 else rule.says


def _read_rule(form: Form, name: str) -> Rule:
    kind, _, subject = form.get(f"{name}:subject", "").partition(":")
    said = form.get(f"{name}:says", IS)
    says, is_not = said.removeprefix("not_"), said.startswith("not_")
    says = says if says in (IS, BETWEEN, ANSWERED) else IS
    ticked = form.getlist(f"{name}:codes")
    # Answers keep the order they were written in: a condition that nobody touches comes back as it was.
    before = [code for code in form.get(f"{name}:was", "").split(" ") if code in ticked]
    codes = tuple(dict.fromkeys((*before, *ticked)))
    rule = Rule(subject, kind == "f", says, negations=2 * _whole(form.get(f"{name}:pairs", "0")) + is_not)
    if says == IS:
        return replace(rule, codes=codes)
    if says == BETWEEN:
        low, high = (_number(form.get(f"{name}:{end}", "")) for end in ("at_least", "at_most"))
        return replace(rule, at_least=low, at_most=high)
    return rule


def _changed(group: Group, path: list[int], change: Callable[[Parts], Parts]) -> Group:
    if not path:
        parts = change(group.parts)
        return replace(group, parts=parts, is_bare=group.is_bare and len(parts) <= 1)
    at, rest = path[0], path[1:]
    if at >= len(group.parts) or not isinstance(inner := group.parts[at], Group):
        return group
    return replace(group, parts=(*group.parts[:at], _changed(inner, rest, change), *group.parts[at + 1 :]))


def _fact(whole: Questionnaire, fact: str) -> Subject:
    relation = whole.of_type(QuestionType.AREA_RELATION)
    codes = {
        "age_band": tuple(dict.fromkeys((*AGE_BANDS, *SHORT_AGE_BANDS))),
        "area_relation": tuple(option.code for option in relation.options) if relation else (),
        "assisted": ASSISTANCE,
        "channel": CHANNELS,
        "language": tuple(language.tag for language in whole.languages),
        "style": STYLES,
    }[fact]
    return Subject(
        f"f:{fact}", FACTS[fact], tuple((code, fact_label(whole, fact, code)) for code in codes), is_fact=True
    )


def _joined(join: str) -> tuple[str, bool]:
    joins = join.removeprefix("not_")
    return (joins if joins in ("all", "any") else "all"), join.startswith("not_")


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 4 else 0  # noqa: PLR2004 - digits


def _number(text: str) -> float | None:
    text = text.strip()
    if not _NUMBER.fullmatch(text):
        return None
    return float(text) if "." in text or "e" in text else int(text)
