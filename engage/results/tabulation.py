"""Counts the people who gave each answer, by area and by demographic, from columns of what everybody gave.

What comes out are raw counts: they go to `engage.results.suppression` and nowhere else.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from engage.results.columns import Column, pairs, together
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


@dataclass(frozen=True)
class People:
    """Responses in columns, as they are counted; a question or demographic without a column was given by nobody."""

    area_path: Column
    demographics: Mapping[str, Column]
    answers: Mapping[str, Column]

    @classmethod
    def of(cls, rows: Iterable[Row]) -> "People":
        """Return responses that come one by one as columns."""
        listed = list(rows)
        demographics = dict.fromkeys(name for row in listed for name in row.demographics)
        answers = dict.fromkeys(name for row in listed for name in row.answers)
        return cls(
            Column.of(row.area_path for row in listed),
            {name: Column.of(row.demographics.get(name) for row in listed) for name in demographics},
            {name: Column.of(row.answers.get(name) for row in listed) for name in answers},
        )

    def __len__(self) -> int:
        """Return how many responses there are."""
        return len(self.area_path.numbers)

    def where(self, chosen: NDArray[np.bool_]) -> "People":
        """Return some of the responses."""
        demographics = {name: column.where(chosen) for name, column in self.demographics.items()}
        answers = {name: column.where(chosen) for name, column in self.answers.items()}
        return People(self.area_path.where(chosen), demographics, answers)

    def demographic(self, name: str) -> Column:
        """Return what people said of themselves."""
        return self.demographics.get(name) or Column.silent(len(self))

    def given(self, question: TableQuestion) -> Column:
        """Return what people gave to the question whose answers a table counts."""
        return self.answers.get(question.source or question.id) or Column.silent(len(self))


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
    people: People, questions: Sequence[TableQuestion], breakdowns: Sequence[Breakdown]
) -> dict[tuple[str, str], GroupCounts]:
    """Return the raw counts by question id and breakdown name.

    A base is the people who answered that question in that group: don't know, rather not say, doesn't apply
    and skipped are left out; of a multiple choice, those who ticked at least one option. Whoever belongs to
    several communities is counted in the row of each.
    """
    crossed = [(breakdown, _Members.of(people, breakdown)) for breakdown in breakdowns]
    counted = {}
    for question in questions:
        column = people.given(question)
        counts_in = _counts_in(question, column)
        for breakdown, members in crossed:
            base, *each = members.count(column, counts_in)
            counts = dict(zip(question.columns, each, strict=True))
            counted[question.id, breakdown.name] = GroupCounts(question, breakdown.name, base, counts)
    return counted


def _counts_in(question: TableQuestion, column: Column) -> NDArray[np.int64]:
    """Return for each value whether it counts in the base (first) and in each of the question's columns."""
    codes_of = [question.codes_given(value) for value in column.values]
    rows = [[bool(codes), *(code in codes for code in question.columns)] for codes in codes_of]
    return np.array(rows, np.int64).reshape(len(rows), 1 + len(question.columns))


@dataclass(frozen=True)
class _Members:
    """Who belongs to which groups of a breakdown: people share a key where they belong to the same ones."""

    key: Column
    groups: tuple[Group, ...]
    #: Pairs of a key and a group that it belongs to, by their numbers.
    keys: NDArray[np.intp]
    groups_of_keys: NDArray[np.intp]

    @classmethod
    def of(cls, people: People, breakdown: Breakdown) -> "_Members":
        """Return who belongs to which groups of a breakdown."""
        areas = people.area_path.mapped(lambda path: _areas_counted(breakdown, path))
        key = together(areas, *(people.demographic(part) for part in breakdown.parts))
        numbers: dict[Group, int] = {}
        belongs = [
            (place, numbers.setdefault(group, len(numbers)))
            for place, membership in enumerate(key.values)
            for group in _groups_of(breakdown, *membership)
        ]
        keys, groups = np.array(belongs, np.intp).reshape(len(belongs), 2).T
        return cls(key, tuple(numbers), keys, groups)

    def count(self, column: Column, counts_in: NDArray[np.int64]) -> list[dict[Group, int]]:
        """Return, for the base and each column of a question, how many people of each group count in it."""
        keys, values, people = pairs(self.key, column)
        counted = []
        for counts in counts_in.T:
            # Whole numbers of people stay exact in floating point as far as 2**53.
            by_key = np.bincount(keys, weights=people * counts[values], minlength=len(self.key.values))
            by_group = np.bincount(self.groups_of_keys, weights=by_key[self.keys], minlength=len(self.groups))
            some = np.nonzero(by_group)[0]
            groups = map(self.groups.__getitem__, some.tolist())
            counted.append(dict(zip(groups, by_group[some].astype(int).tolist(), strict=True)))
        return counted


def _areas_counted(breakdown: Breakdown, path: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(code for code in dict.fromkeys(path) if breakdown.areas is None or code in breakdown.areas)


def _groups_of(breakdown: Breakdown, areas: tuple[str, ...], *given: Given) -> tuple[Group, ...]:
    if not breakdown.parts:
        return tuple((area, None) for area in areas)
    chosen = [(one,) if isinstance(one, str) else dict.fromkeys(one or ()) for one in given]
    return tuple((area, row_code(parts)) for area in areas for parts in product(*chosen))
