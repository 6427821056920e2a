"""Chance that repeats itself: the same seed draws the same people, places and answers."""

from collections.abc import Mapping
from random import Random
from typing import TypeVar

T = TypeVar("T")


def seeded(seed: int, what: str) -> Random:
    """Return a source of chance of its own for one matter, so that another matter never shifts its draws."""
    return Random(f"{seed} {what}")  # noqa: S311 - it draws made-up people, no secret


def one_of(rng: Random, weights: Mapping[T, float]) -> T:
    """Draw one by weight."""
    return rng.choices(list(weights), list(weights.values()))[0]


def some_of(rng: Random, weights: Mapping[T, float], count: int) -> list[T]:
    """Draw several different ones by weight, the heavier ones more often (Efraimidis and Spirakis, 2006)."""
    drawn = sorted(weights, key=lambda one: -(rng.random() ** (1 / weights[one])))
    return drawn[:count]
