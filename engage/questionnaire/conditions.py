"""Conditions decide whether a question or a route applies: a small tree over facts and answers."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

#: How a condition names what somebody wrote in instead of ticking.
OTHER = "other"
#: What a `fact` condition may ask.
FACTS = ("age_band", "area_relation", "assisted", "channel", "language", "style")


@dataclass(frozen=True)
class FactIs:
    """Holds when the fact is one of the codes (for a list: when any entry is)."""

    fact: str
    codes: tuple[str, ...]


@dataclass(frozen=True)
class AnswerIs:
    """Holds when the answer is one of the codes, or for several ticks when any of them is."""

    question_id: str
    codes: tuple[str, ...]


@dataclass(frozen=True)
class AnswerBetween:
    """Holds when a number lies within the bounds, both included."""

    question_id: str
    at_least: float | None = None
    at_most: float | None = None


@dataclass(frozen=True)
class Answered:
    """Holds when there is any answer."""

    question_id: str


@dataclass(frozen=True)
class AllOf:
    """Holds when every part holds; so does an empty one."""

    parts: tuple["Condition", ...]


@dataclass(frozen=True)
class AnyOf:
    """Holds when some part holds; an empty one does not."""

    parts: tuple["Condition", ...]


@dataclass(frozen=True)
class Not:
    """Holds when its part does not."""

    part: "Condition"


Condition = FactIs | AnswerIs | AnswerBetween | Answered | AllOf | AnyOf | Not


def holds(condition: Condition, facts: Mapping[str, Any], answers: Mapping[str, Any]) -> bool:
    """Say whether a condition holds; a missing fact or answer makes a leaf false, never an error."""
    match condition:
        case FactIs(fact, codes):
            return _any_of(facts.get(fact), codes)
        case AnswerIs(question_id, codes):
            return _any_of(answers.get(question_id), codes)
        case AnswerBetween(question_id, at_least, at_most):
            return _between(answers.get(question_id), at_least, at_most)
        case Answered(question_id):
            return answers.get(question_id) not in (None, "", [], ())
        case AllOf(parts):
            return all(holds(part, facts, answers) for part in parts)
        case AnyOf(parts):
            return any(holds(part, facts, answers) for part in parts)
        case Not(part):
            return not holds(part, facts, answers)


def questions_in(condition: Condition | None) -> Iterator[str]:
    """Yield the ids of the questions a condition looks at."""
    match condition:
        case AnswerIs() | AnswerBetween() | Answered():
            yield condition.question_id
        case AllOf(parts) | AnyOf(parts):
            for part in parts:
                yield from questions_in(part)
        case Not(part):
            yield from questions_in(part)
        case _:
            return


def facts_in(condition: Condition | None) -> Iterator[str]:
    """Yield the names of the facts a condition looks at."""
    match condition:
        case FactIs(fact):
            yield fact
        case AllOf(parts) | AnyOf(parts):
            for part in parts:
                yield from facts_in(part)
        case Not(part):
            yield from facts_in(part)
        case _:
            return


def to_document(condition: Condition) -> dict[str, Any]:
    """Return the condition as it is written in a definition."""
    match condition:
        case FactIs(fact, codes):
            return {"fact": fact, "is": list(codes)}
        case AnswerIs(question_id, codes):
            return {"answer": question_id, "is": list(codes)}
        case AnswerBetween(question_id, at_least, at_most):
            bounds = {"at_least": at_least, "at_most": at_most}
            return {"answer": question_id} | {k: v for k, v in bounds.items() if v is not None}
        case Answered(question_id):
            return {"answered": question_id}
        case AllOf(parts):
            return {"all": [to_document(part) for part in parts]}
        case AnyOf(parts):
            return {"any": [to_document(part) for part in parts]}
        case Not(part):
            return {"not": to_document(part)}


def _any_of(value: object, codes: tuple[str, ...]) -> bool:
    if value is None or isinstance(value, str):
        return value in codes
    entries = value if isinstance(value, list | tuple) else (value,)
    return any(_code_in(entry) in codes for entry in entries)


def _code_in(entry: object) -> str | None:
    """Return the code of one tick; a community somebody named in own words is `other`."""
    if isinstance(entry, dict) and OTHER in entry:
        return OTHER
    return entry if isinstance(entry, str) else None


def _between(value: object, at_least: float | None, at_most: float | None) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return (at_least is None or value >= at_least) and (at_most is None or value <= at_most)
