"""Turns the `constraint` of a form into the bounds that our questions have, or names the piece that we cannot hold."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from engage.questionnaire.model import TEXT_TYPES, QuestionType
from engage.questionnaire.reading import is_day
from engage.questionnaire.xlsform.expressions import ExpressionFaulty, Part
from engage.questionnaire.xlsform.relevance import MIRRORED, number_of

_COUNTED_TYPES = (QuestionType.MULTIPLE_CHOICE, QuestionType.RANKING)


@dataclass
class Bounds:
    """What a constraint says: fields of our question, options that exclude the others, and what was rounded."""

    fields: dict[str, Any] = field(default_factory=dict)
    exclusive: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def bounds_of(part: Part, kind: QuestionType, codes: Mapping[str, str] | None, *, is_whole: bool) -> Bounds:
    """Return the bounds of a question of a type. Raises ExpressionFaulty."""
    bounds = Bounds()
    for leaf in _leaves(part):
        if code := _excluding(leaf):
            if kind not in (QuestionType.MULTIPLE_CHOICE, QuestionType.COMMUNITY) or code not in (codes or {}):
                raise ExpressionFaulty(leaf.piece, f"there is no option “{code}” to tick beside others")
            bounds.exclusive.append((codes or {})[code])
        elif not _asks_for_any(leaf):
            _bound(leaf, kind, bounds, is_whole=is_whole)
    return bounds


def _leaves(part: Part) -> list[Part]:
    return [leaf for inner in part.parts for leaf in _leaves(inner)] if part.kind == "and" else [part]


def _excluding(part: Part) -> str | None:
    """Return the option of `not(selected(., 'none') and count-selected(.) > 1)`."""
    if not part.is_call("not", 1) or part.parts[0].kind != "and" or len(part.parts[0].parts) != 2:  # noqa: PLR2004
        return None
    one, other = sorted(part.parts[0].parts, key=lambda inner: inner.kind != "call")
    counts_several = (
        other.kind == "compare"
        and other.parts[0].is_call("count-selected", 1)
        and (other.value, number_of(other.parts[1])) in ((">", 1), (">=", 2), ("!=", 1))
    )
    is_ticked = one.is_call("selected", 2) and one.parts[0].kind == "self" and one.parts[1].kind == "text"
    return one.parts[1].value if is_ticked and counts_several else None


def _asks_for_any(part: Part) -> bool:
    """Say whether a constraint asks no more than that there is an answer: here every question can be skipped."""
    if part.kind != "compare":
        return False
    left, right = part.parts
    if left.kind == "self" and part.value == "!=" and right.kind == "text" and not right.value:
        return True
    counts = left.is_call("count-selected", 1) or left.is_call("string-length", 1)
    return counts and (part.value, number_of(right)) in ((">", 0), (">=", 1), ("!=", 0))


def _bound(leaf: Part, kind: QuestionType, bounds: Bounds, *, is_whole: bool) -> None:
    if leaf.kind != "compare" or leaf.value == "!=":
        raise ExpressionFaulty(leaf.piece, "an answer can have a least and a most, and no other constraint here")
    left, right = leaf.parts
    sign = leaf.value
    if left.kind in ("text", "number") or left.is_call("date", 1):
        left, right, sign = right, left, MIRRORED[sign]
    if left.kind == "self" and kind is QuestionType.NUMBER:
        _number(leaf, sign, right, bounds, is_whole=is_whole)
    elif left.kind == "self" and kind is QuestionType.DATE:
        _day(leaf, sign, right, bounds)
    elif _counts(left, "string-length") and kind in TEXT_TYPES:
        _most(leaf, sign, right, bounds, "max_length")
    elif _counts(left, "count-selected") and kind in _COUNTED_TYPES:
        _most(leaf, sign, right, bounds, "max_choices")
    else:
        raise ExpressionFaulty(leaf.piece, "an answer can have a least and a most, and no other constraint here")


def _counts(part: Part, name: str) -> bool:
    return part.is_call(name, 1) and part.parts[0].kind == "self"


def _number(leaf: Part, sign: str, right: Part, bounds: Bounds, *, is_whole: bool) -> None:
    number = number_of(right)
    if number is None or not math.isfinite(number):
        raise ExpressionFaulty(leaf.piece, "only a number can be the bound of a number")
    if sign in (">", "<") and is_whole:
        number = math.floor(number) + 1 if sign == ">" else math.ceil(number) - 1
    elif sign in (">", "<"):
        bounds.notes.append(f"“{leaf.piece}”: {right.piece} itself is taken too")
    _hold(sign, number, bounds.fields)


def _day(leaf: Part, sign: str, right: Part, bounds: Bounds) -> None:
    said = right.parts[0] if right.is_call("date", 1) else right
    if said.kind != "text" or not is_day(said.value):
        raise ExpressionFaulty(leaf.piece, "only a date such as date('2026-11-21') can be the bound of a date")
    if sign in (">", "<"):
        bounds.notes.append(f"“{leaf.piece}”: that day itself is taken too")
    _hold(sign, said.value, bounds.fields)


def _hold(sign: str, bound: Any, fields: dict[str, Any]) -> None:
    """Keep a bound, the narrower one where there are two."""
    if sign in (">", ">=", "="):
        fields["minimum"] = max(fields.get("minimum", bound), bound)
    if sign in ("<", "<=", "="):
        fields["maximum"] = min(fields.get("maximum", bound), bound)


def _most(leaf: Part, sign: str, right: Part, bounds: Bounds, name: str) -> None:
    number = number_of(right)
    if sign not in ("<", "<=") or not isinstance(number, int) or number - (sign == "<") < 1:
        raise ExpressionFaulty(leaf.piece, "here only a most can be set, a whole number from 1 on")
    bounds.fields[name] = min(bounds.fields.get(name, number), number - (sign == "<"))
