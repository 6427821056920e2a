"""Holds figures weighted to the census in the only form in which they may leave: of many people, and rounded.

A weighted figure is worked out from single answers, so it is held to the same rule as a table. Its number is the
rounded count, as a table prints it, moved by what weighting changes, in steps of 5 people of the rounded base: so
where weights change nothing it says nothing more than the table, while a second rounding of almost the same
number would pin the count. Shares and intervals come from that number and from the printed effective size. What
few people said stays hidden whatever they weigh.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import InitVar, dataclass
from math import ceil, floor
from typing import Any, NamedTuple, Self

from engage.results.bounds import FLOOR, LEAST_BASE, ROUNDING, base_box, round_count
from engage.results.intervals import score_interval
from engage.results.published import HIDDEN, OVER, TableUnfit

#: Weighted figures need so many people in the base (after rounding), and so many effective ones.
LEAST_WEIGHTED_BASE = 100
LEAST_EFFECTIVE = 30
#: Above this weighting effect a few people speak for many: take care.
MOST_EFFECT = 2.0
#: Whose answers are weighted, and how that is said: of residents alone, or of everybody where so few only know
#: the place that figures with and without them would give those away.
RESIDENTS, ALL = "residents", "all"
WEIGHTED_NOTES = {
    RESIDENTS: "of the people who live here and answered, weighted to the census",
    ALL: "of the people who answered, weighted to the census",
}
#: How far a printed number may lie from the true one: 2 by rounding the count, 2 by rounding the base, half a step
#: by rounding what weighting changes (people).
REACH = 6.5

_HEAD = ("question", "codes", "area", "whose", "base", "effective", "note")
#: Above this share a weighted count that stands alone is "over 90 %", as in tables.
_NEARLY_ALL = 0.9
_SEAL = object()


class Weighed(NamedTuple):
    """One answer as it was counted: by heads, and by weight (people)."""

    option: str
    people: int
    weight: float


class WeighedBase(NamedTuple):
    """Who answered a question: by heads, by weight, and for how many of equal weight they count (people)."""

    people: int
    weight: float
    effective: float


@dataclass(frozen=True, slots=True)
class WeightedCell:
    """One answer: its weighted number out of the base (to the nearest 5) with its share, or no figure at all."""

    option: str
    n: int | None
    shown: str
    share: float | None
    low: float | None
    high: float | None

    @classmethod
    def figure(cls, option: str, n: int, base: int, effective: int) -> Self:
        """Make a cell whose interval holds whatever weighted number prints as `n`."""
        low, _ = score_interval(max(0.0, (n - REACH) / base), effective)
        _, high = score_interval(min(1.0, (n + REACH) / base), effective)
        ends = max(0.0, floor(low * 100) / 100), min(1.0, ceil(high * 100) / 100)
        return cls(option, n, str(n), round(n / base, 2), *ends)

    @classmethod
    def words(cls, option: str, shown: str) -> Self:
        """Make a cell that shows "<8" or a band."""
        return cls(option, None, shown, None, None, None)

    def to_document(self) -> dict[str, object]:
        """Return the cell as it is stored."""
        return {name: getattr(self, name) for name in ("option", "n", "shown", "share", "low", "high")}


@dataclass(frozen=True, slots=True)
class PublishedWeighted:
    """One question in one district or police force area, weighted; `base` and `effective` are rounded (people)."""

    question: str
    codes: str
    area: str
    #: RESIDENTS or ALL.
    whose: str
    base: int
    effective: int
    #: Ids of the questions whose census counts were met.
    variables: tuple[str, ...]
    cells: tuple[WeightedCell, ...]
    seal: InitVar[object]

    def __post_init__(self, seal: object) -> None:
        """Refuse figures made elsewhere, of too few people, or not rounded."""
        if seal is not _SEAL:
            raise TypeError("only publish_weighted makes weighted figures")
        base_box(self.base)
        if self.whose not in WEIGHTED_NOTES:
            raise ValueError(f"nobody knows whose figures {self.whose!r} are")
        if self.base < LEAST_WEIGHTED_BASE or self.effective < LEAST_EFFECTIVE or self.effective % ROUNDING:
            raise ValueError(f"{self.base} people, {self.effective} effective ones, carry no weighted figures")

    @property
    def note(self) -> str:
        """Return of whom the shares speak."""
        return WEIGHTED_NOTES[self.whose]

    @property
    def effect(self) -> float:
        """Return the weighting effect, from what is printed: by how much weighting widens the intervals."""
        return round(max(1.0, self.base / self.effective), 1)

    @property
    def quality(self) -> str:
        """Return "care" where a few people speak for many, else "ok"."""
        return "care" if self.effect > MOST_EFFECT else "ok"

    def to_document(self) -> dict[str, Any]:
        """Return the figures as they are stored."""
        head = {name: getattr(self, name) for name in _HEAD}
        return {**head, "variables": list(self.variables), "cells": [cell.to_document() for cell in self.cells]}


def publish_weighted(
    about: tuple[str, str, str, str], answered: WeighedBase, answers: Sequence[Weighed], variables: Iterable[str]
) -> PublishedWeighted | None:
    """Return a question's weighted figures, or None where too few people answered it.

    `about` is the question, its codes ("folded" or "long"), the area, and RESIDENTS or ALL; `variables` are the
    questions whose census counts the weights meet. The effective size is rounded down.
    """
    base = round_count(answered.people)
    size = min(base, int(answered.effective) // ROUNDING * ROUNDING)
    if base < LEAST_WEIGHTED_BASE or size < LEAST_EFFECTIVE:
        return None
    numbers = [_number(answer, base, answered) for answer in answers]
    cells = tuple(
        _cell(answer.option, n, base, size, alone=all(other is None for at, other in enumerate(numbers) if at != place))
        for place, (answer, n) in enumerate(zip(answers, numbers, strict=True))
    )
    return PublishedWeighted(*about, base, size, tuple(variables), cells, seal=_SEAL)


def weighted_from_document(document: Mapping[str, Any]) -> PublishedWeighted:
    """Return the figures a stored release holds, made anew from their rounded numbers, or raise TableUnfit."""
    try:
        base, effective = document["base"], document["effective"]
        cells = tuple(
            WeightedCell.words(cell["option"], cell["shown"])
            if cell["n"] is None
            else WeightedCell.figure(cell["option"], cell["n"], base, effective)
            for cell in document["cells"]
        )
        words = [cell.shown for cell in cells if cell.n is None]
        rounded = all(cell.n % ROUNDING == 0 and cell.n >= LEAST_BASE for cell in cells if cell.n is not None)
        about = (document["question"], document["codes"], document["area"], document["whose"])
        made = PublishedWeighted(*about, base, effective, tuple(document["variables"]), cells, seal=_SEAL)
    except (KeyError, TypeError, ValueError) as fault:
        raise TableUnfit(str(fault)) from fault
    same = json.dumps(made.to_document(), sort_keys=True) == json.dumps(document, sort_keys=True)
    if not (rounded and same and set(words) <= {HIDDEN, OVER}):
        raise TableUnfit(f"weighted figures of {made.question} are not what their numbers make")
    return made


def _number(answer: Weighed, base: int, answered: WeighedBase) -> int | None:
    """Return an answer's weighted number out of the base; None where few people or little weight gave it."""
    moved = (answer.weight / answered.weight - answer.people / answered.people) * base
    number = min(round_count(answer.people) + round(moved / ROUNDING) * ROUNDING, base)
    return None if answer.people < FLOOR or number < LEAST_BASE else number


def _cell(option: str, n: int | None, base: int, effective: int, *, alone: bool) -> WeightedCell:
    if n is None:
        return WeightedCell.words(option, HIDDEN)
    share = round(n / base, 2)
    if share >= 1 or (alone and share > _NEARLY_ALL):
        return WeightedCell.words(option, OVER)
    return WeightedCell.figure(option, n, base, effective)
