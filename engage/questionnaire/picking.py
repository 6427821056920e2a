"""Conditions as somebody picks them: groups of rules, each about one question or fact, and back without a change."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from engage.questionnaire.conditions import (
    AllOf,
    AnswerBetween,
    Answered,
    AnswerIs,
    AnyOf,
    Condition,
    FactIs,
    Not,
)

#: What a rule says of its subject.
IS, BETWEEN, ANSWERED = "is", "between", "answered"


class RuleUnfinished(Exception):
    """A rule of which something has still to be picked; `place` says which, `code` what."""

    def __init__(self, place: str, code: str) -> None:
        super().__init__(f"{place}: {code}")
        self.place = place
        self.code = code


@dataclass(frozen=True)
class Rule:
    """One rule; `subject` is the id of a question, or the name of a fact where `is_fact`."""

    subject: str = ""
    is_fact: bool = False
    says: str = IS
    codes: tuple[str, ...] = ()
    at_least: float | None = None
    at_most: float | None = None
    #: How often the whole is turned into its opposite.
    negations: int = 0


@dataclass(frozen=True)
class Group:
    """Several rules of which all or any must hold; one that is `bare` is only there to be picked in."""

    joins: str = "all"
    parts: tuple["Rule | Group", ...] = field(default=(Rule(),))
    negations: int = 0
    is_bare: bool = False


def picked(condition: Condition | None) -> Group:
    """Return a condition as it is picked: a group, bare where the condition is a single rule or there is none."""
    if condition is None:
        return Group(is_bare=True)
    part = _part(condition, 0)
    return part if isinstance(part, Group) else Group("all", (part,), is_bare=True)


def condition_of(group: Group) -> Condition | None:
    """Return the condition that was picked, none where nothing was. Raises RuleUnfinished."""
    if group.is_bare and len(group.parts) == 1:
        only = group.parts[0]
        if only == Rule():
            return None
        return _condition(only, "0")
    return _condition(group, "")


def unfinished(group: Group, place: str = "") -> Iterator[RuleUnfinished]:
    """Yield every rule of which something has still to be picked."""
    for at, part in enumerate(group.parts):
        inner = f"{place}.{at}" if place else str(at)
        if isinstance(part, Group):
            yield from unfinished(part, inner)
        else:
            try:
                _rule(part, inner)
            except RuleUnfinished as missing:
                yield missing


def _part(condition: Condition, negations: int) -> "Rule | Group":
    match condition:
        case Not(inner):
            return _part(inner, negations + 1)
        case AllOf(parts):
            return Group("all", tuple(_part(part, 0) for part in parts), negations)
        case AnyOf(parts):
            return Group("any", tuple(_part(part, 0) for part in parts), negations)
        case FactIs(fact, codes):
            return Rule(fact, is_fact=True, codes=codes, negations=negations)
        case AnswerIs(question_id, codes):
            return Rule(question_id, codes=codes, negations=negations)
        case AnswerBetween(question_id, at_least, at_most):
            return Rule(question_id, says=BETWEEN, at_least=at_least, at_most=at_most, negations=negations)
        case Answered(question_id):
            return Rule(question_id, says=ANSWERED, negations=negations)


def _condition(part: "Rule | Group", place: str) -> Condition:
    condition: Condition
    if isinstance(part, Rule):
        condition = _rule(part, place)
    else:
        inner = tuple(_condition(each, f"{place}.{at}" if place else str(at)) for at, each in enumerate(part.parts))
        condition = AllOf(inner) if part.joins == "all" else AnyOf(inner)
    for _ in range(part.negations):
        condition = Not(condition)
    return condition


def _rule(rule: Rule, place: str) -> Condition:
    if not rule.subject:
        raise RuleUnfinished(place, "subject")
    if rule.says == ANSWERED and not rule.is_fact:
        return Answered(rule.subject)
    if rule.says == BETWEEN and not rule.is_fact:
        if rule.at_least is None and rule.at_most is None:
            raise RuleUnfinished(place, "bounds")
        return AnswerBetween(rule.subject, rule.at_least, rule.at_most)
    if not rule.codes:
        raise RuleUnfinished(place, "codes")
    return FactIs(rule.subject, rule.codes) if rule.is_fact else AnswerIs(rule.subject, rule.codes)
