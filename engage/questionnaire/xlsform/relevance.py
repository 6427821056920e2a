"""Turns the `relevant` of a form into a condition of ours, exactly, or names the piece that we cannot ask."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from engage.questionnaire import conditions
from engage.questionnaire.conditions import AnswerBetween, Answered, AnswerIs, Condition, FactIs, Not
from engage.questionnaire.model import ENVELOPE_TYPES, QuestionType
from engage.questionnaire.xlsform.expressions import ExpressionFaulty, Part

#: The other way round: `5 < ${age}` is `${age} > 5`.
MIRRORED = {"=": "=", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
_COMPARED: Mapping[str, Callable[[float, float], bool]] = {
    "=": lambda code, number: code == number,
    "!=": lambda code, number: code != number,
    "<": lambda code, number: code < number,
    "<=": lambda code, number: code <= number,
    ">": lambda code, number: code > number,
    ">=": lambda code, number: code >= number,
}


@dataclass(frozen=True)
class Asked:
    """A question that stands before: its id, and its codes as the sheet has them → as ours are.

    `fact` names what it tells about the respondent instead of an answer; `left_out` says why it is not asked.
    """

    id: str
    type: QuestionType = QuestionType.NOTE
    codes: Mapping[str, str] | None = None
    is_whole: bool = False
    fact: str | None = None
    left_out: str | None = None


def condition_of(part: Part, known: Mapping[str, Asked]) -> Condition:
    """Return the condition that an expression says. Raises ExpressionFaulty."""
    if part.kind in ("and", "or"):
        return _chained(part, known)
    if part.is_call("not", 1):
        return Not(condition_of(part.parts[0], known))
    if part.is_call("true", 0):
        return conditions.AllOf(())
    if part.is_call("false", 0) or (part.kind == "path" and part.value == "FALSE"):
        return conditions.AnyOf(())
    if part.is_call("selected", 2) and part.parts[0].kind == "reference" and part.parts[1].kind == "text":
        return _is(_asked(part.parts[0], known), part.parts[1].value, part)
    if part.kind == "compare":
        return _compared(part, known)
    raise ExpressionFaulty(part.piece, "this cannot be asked in a condition here")


def number_of(part: Part) -> float | None:
    """Return the number that a part says, whole where it is written so; also one in quotes."""
    text = part.value.strip() if part.kind in ("number", "text") else ""
    try:
        number = float(text)
        return number if "." in text or not math.isfinite(number) or not text.lstrip("-").isdecimal() else int(text)
    except ValueError:
        return None


def _chained(part: Part, known: Mapping[str, Asked]) -> Condition:
    """Return `all` or `any` of the parts; what we say in one leaf, such as two codes of one question, becomes one.

    Brackets around a part keep it apart, and `and true()`, `or false()` keep a single one in its list: so every
    condition of ours can be written as an expression and read back as it was.
    """
    is_any = part.kind == "or"
    neutral = "false" if is_any else "true"
    kept = [inner for inner in part.parts if not (inner.is_call(neutral, 0) and not inner.in_brackets)]
    joined: list[tuple[Condition, bool]] = []
    for inner in kept:
        found = condition_of(inner, known)
        one = None
        if joined and not inner.in_brackets and not joined[-1][1]:
            one = _either_code(joined[-1][0], found) if is_any else _within(joined[-1][0], found)
        if one is None:
            joined.append((found, inner.in_brackets))
        else:
            joined[-1] = one, False
    if len(joined) == 1 and len(kept) == len(part.parts):
        return joined[0][0]
    parts = tuple(found for found, _ in joined)
    return conditions.AnyOf(parts) if is_any else conditions.AllOf(parts)


def _either_code(first: Condition, second: Condition) -> Condition | None:
    match first, second:
        case AnswerIs(one, codes), AnswerIs(other, more) if one == other:
            return AnswerIs(one, tuple(dict.fromkeys((*codes, *more))))
        case FactIs(one, codes), FactIs(other, more) if one == other:
            return FactIs(one, tuple(dict.fromkeys((*codes, *more))))
    return None


def _within(first: Condition, second: Condition) -> Condition | None:
    match first, second:
        case AnswerBetween(one, least, None), AnswerBetween(other, None, most) if one == other:
            return AnswerBetween(one, least, most)
    return None


def _compared(part: Part, known: Mapping[str, Asked]) -> Condition:
    left, right = part.parts
    sign = part.value
    if left.kind in ("text", "number"):
        left, right, sign = right, left, MIRRORED[sign]
    if _counts(left):
        return _counted(left, sign, right, part, known)
    if left.kind != "reference" or right.kind not in ("text", "number"):
        raise ExpressionFaulty(part.piece, "only an answer can be compared, and only with a number or words in quotes")
    asked = _asked(left, known)
    if right.kind == "text" and not right.value and sign in ("=", "!="):
        return _answered(asked, part, is_empty=sign == "=")
    if asked.type is QuestionType.NUMBER:
        return _number_compared(asked, sign, right, part)
    return _code_compared(asked, sign, right, part)


def _counts(part: Part) -> bool:
    inner = part.parts[0] if part.kind == "call" and len(part.parts) == 1 else None
    return inner is not None and inner.kind == "reference" and part.value in ("count-selected", "string-length")


def _counted(left: Part, sign: str, right: Part, part: Part, known: Mapping[str, Asked]) -> Condition:
    asked, number = _asked(left.parts[0], known), number_of(right)
    if (sign, number) in ((">", 0), (">=", 1), ("!=", 0)):
        return _answered(asked, part, is_empty=False)
    if (sign, number) in (("=", 0), ("<", 1), ("<=", 0)):
        return _answered(asked, part, is_empty=True)
    raise ExpressionFaulty(part.piece, "a condition can ask whether there is an answer, not how long it is")


def _asked(part: Part, known: Mapping[str, Asked]) -> Asked:
    asked = known.get(part.value)
    if asked is None:
        raise ExpressionFaulty(part.piece, "no question of this name stands before this one")
    if asked.left_out:
        raise ExpressionFaulty(part.piece, asked.left_out)
    if asked.fact is None and asked.type is QuestionType.NOTE:
        raise ExpressionFaulty(part.piece, "a note has no answer")
    if asked.fact is None and asked.type in ENVELOPE_TYPES:
        raise ExpressionFaulty(part.piece, "no condition can ask for this part of the response")
    return asked


def _answered(asked: Asked, part: Part, *, is_empty: bool) -> Condition:
    if asked.fact:
        raise ExpressionFaulty(part.piece, "this cannot be asked of a fact about the person")
    return Not(Answered(asked.id)) if is_empty else Answered(asked.id)


def _is(asked: Asked, said: str, part: Part) -> Condition:
    if asked.codes is None and not asked.fact:
        raise ExpressionFaulty(part.piece, f"{asked.id} has no options to choose")
    code = said if asked.codes is None else asked.codes.get(said)
    if code is None:
        raise ExpressionFaulty(part.piece, f"{asked.id} has no option “{said}”")
    return FactIs(asked.fact, (code,)) if asked.fact else AnswerIs(asked.id, (code,))


def _code_compared(asked: Asked, sign: str, right: Part, part: Part) -> Condition:
    if asked.codes is None and not asked.fact:
        raise ExpressionFaulty(part.piece, f"what people write or date ({asked.id}) cannot be compared in a condition")
    if asked.type in (QuestionType.MULTIPLE_CHOICE, QuestionType.COMMUNITY, QuestionType.RANKING):
        raise ExpressionFaulty(part.piece, f"{asked.id} takes several answers: write selected(…) instead")
    if sign in ("=", "!="):
        found = _is(asked, right.value, part)
        return found if sign == "=" else Not(found)
    number = number_of(right)
    codes = {code: number_of(Part("text", said)) for said, code in (asked.codes or {}).items()}
    numbers = {code: value for code, value in codes.items() if value is not None}
    if number is None or not numbers or asked.fact:
        raise ExpressionFaulty(part.piece, f"the options of {asked.id} are no numbers")
    fitting = tuple(code for code, value in numbers.items() if _COMPARED[sign](value, number))
    if not fitting:
        raise ExpressionFaulty(part.piece, f"no option of {asked.id} is such a number")
    return AnswerIs(asked.id, fitting)


def _number_compared(asked: Asked, sign: str, right: Part, part: Part) -> Condition:
    number = number_of(right)
    if number is None or not math.isfinite(number):
        raise ExpressionFaulty(part.piece, f"{asked.id} is answered with a number")
    exactly = AnswerBetween(asked.id, number, number)
    match sign:
        case "=":
            return exactly
        case "!=":
            return Not(exactly)
        case ">=":
            return AnswerBetween(asked.id, at_least=number)
        case "<=":
            return AnswerBetween(asked.id, at_most=number)
        case ">" if asked.is_whole:
            return AnswerBetween(asked.id, at_least=math.floor(number) + 1)
        case "<" if asked.is_whole:
            return AnswerBetween(asked.id, at_most=math.ceil(number) - 1)
        case ">":
            return conditions.AllOf((Answered(asked.id), Not(AnswerBetween(asked.id, at_most=number))))
        case _:
            return conditions.AllOf((Answered(asked.id), Not(AnswerBetween(asked.id, at_least=number))))
