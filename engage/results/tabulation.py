"""Counts the people who gave each answer, by area and by demographic, from one pass over the responses.

What comes out are raw counts: they go to `engage.results.suppression` and nowhere else.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

from engage.results.plan import AREA

#: What one person gave: a code, several codes, or nothing.
Given = str | tuple[str, ...] | None
#: Who is counted: an area's code and the code of the breakdown's row, None for everybody in the area.
Group = tuple[str, str | None]

#: Codes that are no opinion: don't know, rather not say, doesn't apply.
LEFT_OUT = frozenset({"dk", "pns", "na"})


@dataclass(frozen=True, slots=True)
class Row:
    """One response as it is counted.

    `area_path` holds the codes of every area the response belongs to, of whatever level; one that stops at
    its district simply lacks the smaller ones. `demographics` and `answers` go by breakdown name and
    question id; a tuple means several codes at once.
    """

    area_path: tuple[str, ...]
    demographics: Mapping[str, Given]
    answers: Mapping[str, Given]


@dataclass(frozen=True, slots=True)
class TableQuestion:
    """A question as it is tabulated: its codes in the order they are shown, and the fold to a short list."""

    id: str
    options: tuple[str, ...]
    multiple: bool = False
    fold: Mapping[str, str] | None = None
    left_out: frozenset[str] = LEFT_OUT
    #: The question whose answers are counted, where a question has several tables; else the one of this id.
    source: str | None = None
    #: Of codes in an order, how many of the first are counted; None counts all.
    top: int | None = None

    @property
    def codes(self) -> str:
        """Which code list the table uses: "folded" or "long"."""
        return "long" if self.fold is None else "folded"

    @property
    def columns(self) -> tuple[str, ...]:
        """The codes that are counted, in order: the short ones where there is a fold, none left out."""
        fold = self.fold or {}
        folded = dict.fromkeys(fold.get(option, option) for option in self.options)
        return tuple(code for code in folded if code not in self.left_out)

    def codes_given(self, given: Given) -> frozenset[str]:
        """Return the columns one person's answer counts in; none if they are not in the base.

        Long and short formats meet folded. A short code has no place in a table of long codes: whoever gave
        it is not in that table's base. Two codes where one was asked for are no answer.
        """
        chosen = ((given,) if isinstance(given, str) else given or ())[: self.top]
        if len(chosen) > 1 and not self.multiple:
            return frozenset()
        fold = self.fold or {}
        return frozenset(fold.get(code, code) for code in chosen).intersection(self.columns)


@dataclass(frozen=True, slots=True)
class Breakdown:
    """A cross to count: its demographics (none: areas alone), and the areas that have it (None: all)."""

    name: str = AREA
    parts: tuple[str, ...] = ()
    areas: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class GroupCounts:
    """Raw counts of people for one question and breakdown; a group nobody answered in is absent."""

    question: TableQuestion
    breakdown: str
    bases: Mapping[Group, int]
    counts: Mapping[str, Mapping[Group, int]]

    def base(self, group: Group) -> int:
        """Return how many people of the group answered the question."""
        return self.bases.get(group, 0)

    def cells(self, group: Group) -> tuple[int, ...]:
        """Return how many people of the group gave each of the question's columns."""
        return tuple(self.counts[code].get(group, 0) for code in self.question.columns)


def row_code(parts: Sequence[str]) -> str:
    """Return the code of a breakdown's row: "somali", or "somali/under_25" where two cross."""
    return "/".join(parts)


def tabulate(
    rows: Iterable[Row], questions: Sequence[TableQuestion], breakdowns: Sequence[Breakdown]
) -> dict[tuple[str, str], GroupCounts]:
    """Return the raw counts by question id and breakdown name.

    A base is the people who answered that question in that group: don't know, rather not say, doesn't apply
    and skipped are left out; of a multiple choice, those who ticked at least one option. Whoever belongs to
    several communities is counted in the row of each.
    """
    paths, demographics, answers = _columns(rows, questions, breakdowns)
    keyed = [(breakdown, *_group_keys(breakdown, paths, demographics)) for breakdown in breakdowns]
    counted = {}
    for question in questions:
        answered, places = _places_of_codes(question, answers.pop(question.id))
        for breakdown, keys, groups in keyed:
            bases = _spread(answered, keys, groups)
            counts = {code: _spread(chosen, keys, groups) for code, chosen in places.items()}
            counted[question.id, breakdown.name] = GroupCounts(question, breakdown.name, bases, counts)
    return counted


def _columns(
    rows: Iterable[Row], questions: Sequence[TableQuestion], breakdowns: Sequence[Breakdown]
) -> tuple[list[tuple[str, ...]], dict[str, list[Given]], dict[str, list[Given]]]:
    paths: list[tuple[str, ...]] = []
    demographics: dict[str, list[Given]] = {part: [] for each in breakdowns for part in each.parts}
    answers: dict[str, list[Given]] = {question.id: [] for question in questions}
    sources = {question.id: question.source or question.id for question in questions}
    for row in rows:
        paths.append(row.area_path)
        for name, column in demographics.items():
            column.append(row.demographics.get(name))
        for question_id, column in answers.items():
            column.append(row.answers.get(sources[question_id]))
    return paths, demographics, answers


def _group_keys(
    breakdown: Breakdown, paths: Sequence[tuple[str, ...]], demographics: Mapping[str, Sequence[Given]]
) -> tuple[list[int], list[tuple[Group, ...]]]:
    """Number the distinct memberships: a key for each response, and the groups each key stands for."""
    areas_of_path = {path: _areas_counted(breakdown, path) for path in set(paths)}
    areas = [areas_of_path[path] for path in paths]
    numbers: dict[tuple[Any, ...], int] = {}
    keys = [
        numbers.setdefault(membership, len(numbers))
        for membership in zip(areas, *(demographics[part] for part in breakdown.parts), strict=True)
    ]
    return keys, [_groups_of(breakdown, *membership) for membership in numbers]


def _areas_counted(breakdown: Breakdown, path: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(code for code in dict.fromkeys(path) if breakdown.areas is None or code in breakdown.areas)


def _groups_of(breakdown: Breakdown, areas: tuple[str, ...], *given: Given) -> tuple[Group, ...]:
    if not breakdown.parts:
        return tuple((area, None) for area in areas)
    chosen = [(one,) if isinstance(one, str) else dict.fromkeys(one or ()) for one in given]
    return tuple((area, row_code(parts)) for area in areas for parts in product(*chosen))


def _places_of_codes(question: TableQuestion, column: Sequence[Given]) -> tuple[list[int], dict[str, list[int]]]:
    """Return which responses are in the base, and which count in each of the question's columns."""
    answered: list[int] = []
    places: dict[str, list[int]] = {code: [] for code in question.columns}
    codes_of = {given: question.codes_given(given) for given in set(column)}
    for place, given in enumerate(column):
        codes = codes_of[given]
        if codes:
            answered.append(place)
            for code in codes:
                places[code].append(place)
    return answered, places


def _spread(places: Sequence[int], keys: Sequence[int], groups: Sequence[tuple[Group, ...]]) -> dict[Group, int]:
    """Count these responses by distinct membership, which is quick, and then for the groups of each."""
    people: dict[Group, int] = {}
    for key, number in Counter(map(keys.__getitem__, places)).items():
        for group in groups[key]:
            people[group] = people.get(group, 0) + number
    return people
