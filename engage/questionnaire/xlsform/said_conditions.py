"""Writes our conditions and bounds as XLSForm expressions that read back as exactly the same."""

from collections.abc import Collection, Iterator
from decimal import Decimal

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
from engage.questionnaire.model import DEFAULT_MAX_LENGTH, TEXT_TYPES, Question, QuestionType

#: Before the name of a fact that no question of the form tells.
FACT_MARK = "engage_"


def relevant_of(condition: Condition, told: Collection[str] = ()) -> str:
    """Return the expression of a condition; `told` are the facts that a question before this one tells."""
    match condition:
        case AllOf(parts):
            return _chain("and", "true()", parts, told)
        case AnyOf(parts):
            return _chain("or", "false()", parts, told)
        case Not(part):
            return f"not({relevant_of(part, told)})"
        case Answered(name):
            return f"${{{name}}} != ''"
        case AnswerIs(name, codes):
            return " or ".join(f"selected(${{{name}}}, '{code}')" for code in codes)
        case FactIs(fact, codes):
            name = fact if fact in told else FACT_MARK + fact
            return " or ".join(f"selected(${{{name}}}, '{code}')" for code in codes)
        case AnswerBetween(name, least, most):
            bounds = ((">=", least), ("<=", most))
            return " and ".join(f"${{{name}}} {sign} {number(bound)}" for sign, bound in bounds if bound is not None)


def constraint_of(question: Question, exclusive: Collection[str]) -> str:
    """Return the expression that holds a question's bounds; nothing where it has none."""
    bounds = [(">=", question.minimum), ("<=", question.maximum)]
    said = [f". {sign} {_bound(bound)}" for sign, bound in bounds if bound is not None]
    if question.type in TEXT_TYPES and question.max_length != DEFAULT_MAX_LENGTH:
        said.append(f"string-length(.) <= {question.max_length}")
    if question.max_choices is not None:
        said.append(f"count-selected(.) <= {question.max_choices}")
    if question.type in (QuestionType.MULTIPLE_CHOICE, QuestionType.COMMUNITY):
        said += [f"not(selected(., '{code}') and count-selected(.) > 1)" for code in exclusive]
    return " and ".join(said)


def number(value: float) -> str:
    """Return a number as XPath writes it: never with an exponent, and with its point only where it has one."""
    return str(value) if isinstance(value, int) else format(Decimal(repr(value)), "f")


def _bound(bound: float | str) -> str:
    return f"date('{bound}')" if isinstance(bound, str) else number(bound)


def _chain(word: str, neutral: str, parts: tuple[Condition, ...], told: Collection[str]) -> str:
    said = list(_apart(parts, told))
    said += [neutral] * (2 - len(said)) if parts else [neutral]
    return f" {word} ".join(said)


def _apart(parts: tuple[Condition, ...], told: Collection[str]) -> Iterator[str]:
    """Yield each part, in brackets where it would otherwise become one with what stands beside it."""
    subjects = [_subject(part) for part in parts]
    for part, subject in zip(parts, subjects, strict=True):
        text = relevant_of(part, told)
        is_plain = isinstance(part, Not | Answered) or (subject is not None and subjects.count(subject) == 1)
        yield text if is_plain else f"({text})"


def _subject(condition: Condition) -> tuple[str, str] | None:
    """Return what a condition that is written without `and` and `or` asks for."""
    match condition:
        case AnswerIs(name, (_,)):
            return "answer", name
        case FactIs(fact, (_,)):
            return "fact", fact
        case AnswerBetween(name, None, _) | AnswerBetween(name, _, None):
            return "number", name
    return None
