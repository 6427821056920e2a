"""Counts the people who gave each answer, by area and by demographic, from columns of what everybody gave.

What comes out are raw counts: they go to `engage.results.suppression` and nowhere else.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain, compress, islice, product

import numpy as np
from numpy.typing import NDArray

from engage.results.columns import Column, Numbers, count_in, together
from engage.results.plan import AREA

#: What one person gave: a code, several codes, or nothing.
Given = str | tuple[str, ...] | None
#: Who is counted: an area's code and the code of the breakdown's row, None for everybody in the area.
Group = tuple[str, str | None]

#: Questions are counted side by side while their answers make few numbers; where keys are many, one by one.
FEW_NUMBERS, FEW_KEYS = 64, 5_000
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
        return self.codes_told(given).intersection(self.columns)

    def codes_told(self, given: Given) -> frozenset[str]:
        """Return the codes one person's answer comes to, whether they are counted or not."""
        chosen = ((given,) if isinstance(given, str) else given or ())[: self.top]
        if len(chosen) > 1 and not self.multiple:
            return frozenset()
        fold = self.fold or {}
        return frozenset(fold.get(code, code) for code in chosen)


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
    asked = [_Asked.of(question, people.given(question)) for question in questions]
    side_by_side = _side_by_side(asked)
    counted = {}
    for breakdown in breakdowns:
        members = _Members.of(people, breakdown)
        for some in side_by_side if len(members.key.values) <= FEW_KEYS else asked:
            for question, by_column in some.apart(members.count(some)):
                base, *each = by_column
                counts = dict(zip(question.columns, each, strict=True))
                counted[question.id, breakdown.name] = GroupCounts(question, breakdown.name, base, counts)
    return {
        (question.id, breakdown.name): counted[question.id, breakdown.name]
        for question in questions
        for breakdown in breakdowns
    }


@dataclass(frozen=True)
class _Asked:
    """Questions that are counted in one go: what each person gave to all of them, as one number."""

    questions: tuple[TableQuestion, ...]
    numbers: Numbers
    #: Whether whoever gave a number counts in the base of a question and in each of its columns, question by question.
    #: Shape (columns, numbers).
    counts_in: NDArray[np.bool_]

    @classmethod
    def of(cls, question: TableQuestion, column: Column) -> "_Asked":
        """Return one question alone."""
        told = [question.codes_told(value) for value in column.values]
        counts_in = np.array([[code in codes for codes in told] for code in question.columns], np.bool_)
        counts_in = counts_in.reshape(len(question.columns), len(told))
        return cls((question,), column.numbers, np.vstack([counts_in.any(axis=0), counts_in]))

    def beside(self, other: "_Asked") -> "_Asked":
        """Return the questions of both."""
        mine, theirs = self.counts_in.shape[1], other.counts_in.shape[1]
        # Columns of few values are in numbers of one byte, and FEW_NUMBERS fit into one.
        numbers = self.numbers * theirs + other.numbers
        counts_in = np.vstack([np.repeat(self.counts_in, theirs, axis=1), np.tile(other.counts_in, mine)])
        return _Asked((*self.questions, *other.questions), numbers, counts_in)

    def apart(
        self, counted: Sequence[Mapping[Group, int]]
    ) -> Iterator[tuple[TableQuestion, list[Mapping[Group, int]]]]:
        """Yield each question with what was counted of it."""
        remaining = iter(counted)
        for question in self.questions:
            yield question, list(islice(remaining, 1 + len(question.columns)))


def _side_by_side(asked: Iterable[_Asked]) -> list[_Asked]:
    """Return the questions in fewer goes: those with few answers together, as long as few numbers come of it."""
    goes: list[_Asked] = []
    for one in sorted(asked, key=lambda one: one.counts_in.shape[1]):
        if goes and goes[-1].counts_in.shape[1] * one.counts_in.shape[1] <= FEW_NUMBERS:
            goes[-1] = goes[-1].beside(one)
        else:
            goes.append(one)
    return goes


@dataclass(frozen=True)
class _Members:
    """Who belongs to which groups of a breakdown: people share a key where they belong to the same ones."""

    key: Column
    groups: tuple[Group, ...]
    #: The keys of each group, group by group, and where those of each begin.
    keys: NDArray[np.intp]
    begins: NDArray[np.intp]

    @classmethod
    def of(cls, people: People, breakdown: Breakdown) -> "_Members":
        """Return who belongs to which groups of a breakdown."""
        areas = people.area_path.mapped(lambda path: _areas_counted(breakdown, path))
        key = together(areas, *(people.demographic(part) for part in breakdown.parts))
        rows_of = cache(_rows_of)
        keys_of: defaultdict[Group, list[int]] = defaultdict(list)
        for place, (among, *given) in enumerate(key.values):
            for group in product(among, rows_of(*given)):
                keys_of[group].append(place)
        begins = np.cumsum([0, *(len(keys) for keys in keys_of.values())], dtype=np.intp)[:-1]
        return cls(key, tuple(keys_of), np.array([*chain(*keys_of.values())], np.intp), begins)

    def count(self, asked: _Asked) -> list[dict[Group, int]]:
        """Return, for the base and each column of the questions, how many people of each group count in it."""
        by_key = count_in(self.key, asked.numbers, asked.counts_in)
        by_group = np.add.reduceat(by_key[:, self.keys], self.begins, axis=1)
        columns: list[list[int]] = by_group.tolist()
        return [dict(zip(compress(self.groups, column), filter(None, column), strict=True)) for column in columns]


def _areas_counted(breakdown: Breakdown, path: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(code for code in dict.fromkeys(path) if breakdown.areas is None or code in breakdown.areas)


def _rows_of(*given: Given) -> tuple[str | None, ...]:
    """Return the rows of a breakdown in which whoever gave this counts; in a breakdown by area alone there is one."""
    if not given:
        return (None,)
    chosen = [(one,) if isinstance(one, str) else dict.fromkeys(one or ()) for one in given]
    return tuple(row_code(parts) for parts in product(*chosen))
