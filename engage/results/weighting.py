"""Weights people so that their ages, sexes and ethnic groups stand as in the census, and says what that costs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

#: One combination of categories, one for each margin in order.
Cell = tuple[str, ...]
#: A category with fewer people joins another first (people).
LEAST_CATEGORY = 10
#: No weight is more than so many times the mean weight.
CAP = 5.0
#: Rounds of raking, and rounds of capping and raking again.
_ROUNDS = 500
_CAPPINGS = 25
#: Raking ends when every margin is as near as this to its target (share of all people).
_NEAR = 1e-9


@dataclass(frozen=True)
class Margin:
    """A variable's census counts by category; `is_ordered` where neighbours are alike, as with ages."""

    variable: str
    people: Mapping[str, float]
    is_ordered: bool = False


def rake(counts: Mapping[Cell, float], margins: Sequence[Margin]) -> dict[Cell, float]:
    """Return the weight of a person in each cell, so that the weighted counts meet every margin; mean 1.

    Iterative proportional fitting (Deming and Stephan 1940; raking in Kalton and Flores-Cervantes 2003). A
    category that a margin does not know, such as "rather not say", keeps the share it has among the answers.
    """
    return _raked(counts, margins, dict.fromkeys(counts, 1.0))


def weigh(counts: Mapping[Cell, int], margins: Sequence[Margin]) -> dict[Cell, float]:
    """Return the weight of a person in each cell: small categories joined, raked, no weight above the cap.

    Where a weight is cut it is raked again, until none is above the cap; then margins may be missed a little.
    """
    joined = [_join(margin, _category_counts(counts, place)) for place, margin in enumerate(margins)]
    names = [names for names, _ in joined]
    cell_of = {cell: tuple(name.get(code, code) for name, code in zip(names, cell, strict=True)) for cell in counts}
    fewer: dict[Cell, float] = {}
    for cell, people in counts.items():
        fewer[cell_of[cell]] = fewer.get(cell_of[cell], 0) + people
    weights = _capped(fewer, [margin for _, margin in joined])
    return {cell: weights[cell_of[cell]] for cell in counts}


def weighting_effect(counts: Mapping[Cell, float], weights: Mapping[Cell, float]) -> float:
    """Return by how much the weights widen what chance leaves open: 1 + the squared variation of the weights.

    Kish 1965: n times the sum of squared weights, by the square of their sum. It is not the full design effect.
    """
    people = sum(counts.values())
    total = sum(counts[cell] * weights[cell] for cell in counts)
    return people * sum(counts[cell] * weights[cell] ** 2 for cell in counts) / total**2


def effective_size(counts: Mapping[Cell, float], weights: Mapping[Cell, float]) -> float:
    """Return how many people of equal weight would tell as much (people)."""
    return sum(counts.values()) / weighting_effect(counts, weights)


def _capped(counts: Mapping[Cell, float], margins: Sequence[Margin]) -> dict[Cell, float]:
    weights = rake(counts, margins)
    for _ in range(_CAPPINGS):
        if max(weights.values()) <= CAP * (1 + _NEAR):
            break
        weights = _raked(counts, margins, {cell: min(weight, CAP) for cell, weight in weights.items()})
    return {cell: min(weight, CAP) for cell, weight in weights.items()}


def _raked(counts: Mapping[Cell, float], margins: Sequence[Margin], start: Mapping[Cell, float]) -> dict[Cell, float]:
    total = sum(counts.values())
    weighted = {cell: counts[cell] * start[cell] for cell in counts}
    targets = [_targets(margin, _category_counts(counts, place)) for place, margin in enumerate(margins)]
    for _ in range(_ROUNDS):
        furthest = 0.0
        for place, target in enumerate(targets):
            now = _category_counts(weighted, place)
            furthest = max([furthest, *(abs(target[code] - now[code]) for code in now)])
            weighted = {cell: people * target[cell[place]] / now[cell[place]] for cell, people in weighted.items()}
        if furthest <= _NEAR * total:
            break
    return {cell: weighted[cell] / counts[cell] for cell in counts}


def _targets(margin: Margin, answered: Mapping[str, float]) -> dict[str, float]:
    """Return how many weighted people each category should have; only those somebody answered can have any."""
    known = {code: people for code, people in margin.people.items() if code in answered and people > 0}
    to_share = sum(answered[code] for code in known)
    in_census = sum(known.values())
    return {code: known[code] * to_share / in_census if code in known else answered[code] for code in answered}


def _category_counts(counts: Mapping[Cell, float], place: int) -> dict[str, float]:
    found: dict[str, float] = {}
    for cell, people in counts.items():
        found[cell[place]] = found.get(cell[place], 0) + people
    return found


def _join(margin: Margin, answered: Mapping[str, float]) -> tuple[dict[str, str], Margin]:
    """Return what each category is called after small ones joined, and the margin of those.

    Ages join a neighbour, the smaller one; of other variables the two smallest join.
    """
    groups = [[code] for code in margin.people]
    while len(groups) > 1:
        sizes = [sum(answered.get(code, 0) for code in group) for group in groups]
        smallest = min(range(len(groups)), key=sizes.__getitem__)
        if sizes[smallest] >= LEAST_CATEGORY:
            break
        near = (smallest - 1, smallest + 1) if margin.is_ordered else range(len(groups))
        others = [place for place in near if 0 <= place < len(groups) and place != smallest]
        into = min(others, key=sizes.__getitem__)
        first, second = sorted((smallest, into))
        groups[first] += groups.pop(second)
    names = {code: "+".join(group) for group in groups for code in group}
    people = {"+".join(group): sum(margin.people[code] for code in group) for group in groups}
    return names, Margin(margin.variable, people, margin.is_ordered)
