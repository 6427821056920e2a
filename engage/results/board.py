"""Holds all figures of one question between the bounds that an outsider can put on them."""

from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from engage.results.audited import AuditedQuestion, Link, ModelUnsound
from engage.results.blocks import MOST, Shape, Sums, narrow, sums_of
from engage.results.bounds import HIDDEN_BOX, HIDDEN_WIDTH, ROUNDED_WIDTH, base_box
from engage.results.hierarchy import RowKey, Whole
from engage.results.programs import Figures


class Board:
    """All figures of one question as one row of whole numbers, with their bounds."""

    def __init__(self, question: AuditedQuestion) -> None:
        self.question = question
        self.newest = len(question.sheets) - 1
        self.low, self.high, self.least_values = _bounds(question)
        self.shape = question.shape
        self.counts = self._true_counts()
        if self.counts is not None and not self._row_sums_hold(self.shape):
            self.shape = replace(self.shape, alone=(), most_answers=None)
        self.narrow()

    @cached_property
    def size(self) -> int:
        """Count the figures of one release."""
        return self.question.hierarchy.size * self.question.shape.width

    @property
    def sums(self) -> Sums:
        """Give the sums between the figures."""
        return sums_of(self.question.hierarchy, self.shape, self.question.changes)

    def place(self, key: RowKey, column: int) -> int:
        """Return the place of a figure of the newest release; column -1 is the base."""
        row = self.question.hierarchy.number[key]
        return self.newest * self.size + row * self.shape.width + column % self.shape.width

    def narrow(self) -> None:
        """Narrow the bounds as far as sums alone make them. Raises ModelUnsound."""
        self.low, self.high = narrow(self.sums, self.low, self.high)
        self.check()

    def check(self) -> None:
        """Raise ModelUnsound unless the true counts lie within the bounds."""
        if (self.low > self.high).any():
            raise ModelUnsound(f"no counts agree with what is printed of {self.question.id}")
        if self.counts is None:
            return
        newest = slice(self.newest * self.size, None)
        if ((self.counts < self.low[newest]) | (self.counts > self.high[newest])).any():
            raise ModelUnsound(f"the true counts of {self.question.id} do not lie where they should")

    def pinned(self) -> NDArray[np.bool_]:
        """Say which figures the bounds leave too few values."""
        return self.high - self.low + 1 < self.least_values

    def figures(self) -> Figures:
        """Return everything as the linear programs take it."""
        return Figures(self.shape, self.sums, self.low, self.high, self.least_values)

    def _true_counts(self) -> Whole | None:
        told = self.question.sheets[-1].counts
        if told is None:
            return None
        hierarchy, width = self.question.hierarchy, self.question.shape.width
        counts = np.zeros((hierarchy.size, width), dtype=np.int64)
        for key, row in told.items():
            if key in hierarchy.number:
                counts[hierarchy.number[key]] = row
        for whole, parts in hierarchy.sums:
            if parts[-1] >= len(hierarchy.keys):
                counts[parts[-1]] = counts[whole] - counts[list(parts[:-1])].sum(axis=0)
        return counts.ravel()

    def _row_sums_hold(self, shape: Shape) -> bool:
        assert self.counts is not None  # noqa: S101 - asked only where they are
        return bool(sums_of(self.question.hierarchy, shape).hold(self.counts).all())


class Joint:
    """One link between two boards, by the places of its figures."""

    def __init__(self, lesser: Board, greater: Board, link: Link) -> None:
        self.lesser, self.greater = lesser, greater
        self.names = {link.lesser, link.greater}
        most = max((len(columns) for *_, columns in link.pairs), default=1)
        self.small = np.array([lesser.place(row, column) for row, column, _, _ in link.pairs], dtype=np.int64)
        self.large = np.full((len(link.pairs), most), -1, dtype=np.int64)
        for line, (_, _, row, columns) in enumerate(link.pairs):
            self.large[line, : len(columns)] = [greater.place(row, column) for column in columns]
        if lesser.counts is not None and greater.counts is not None:
            self._keep_true(lesser.counts, greater.counts)

    def _keep_true(self, lesser: Whole, greater: Whole) -> None:
        """Forget what the answers themselves break: a paper form may answer what it was not asked."""
        small = lesser[self.small - self.lesser.newest * self.lesser.size]
        large = np.where(self.large < 0, 0, greater[self.large - self.greater.newest * self.greater.size])
        true = small <= large.sum(axis=1)
        self.small, self.large = self.small[true], self.large[true]

    def meet(self) -> Iterator[str]:
        """Narrow both sides by each other; yields the names of those that got narrower."""
        is_figure = self.large >= 0
        tops = np.where(is_figure, self.greater.high[self.large], 0)
        total = tops.sum(axis=1)
        high = self.lesser.high.copy()
        np.minimum.at(high, self.small, total)
        floors = self.lesser.low[self.small][:, None] - (total[:, None] - tops)
        low = self.greater.low.copy()
        np.maximum.at(low, self.large[is_figure], floors[is_figure])
        if (high < self.lesser.high).any():
            self.lesser.high = high
            yield self.lesser.question.id
        if (low > self.greater.low).any():
            self.greater.low = low
            yield self.greater.question.id


def _bounds(question: AuditedQuestion) -> tuple[Whole, Whole, Whole]:
    """Return between which counts each figure lies by itself, and how many values it has to be left."""
    hierarchy, width = question.hierarchy, question.shape.width
    size = (len(question.sheets), hierarchy.size, width)
    low, high = np.zeros(size, dtype=np.int64), np.full(size, MOST)
    least_values = np.full(size, HIDDEN_WIDTH)
    for time, sheet in enumerate(question.sheets):
        for key, box in sheet.bases.items():
            row = hierarchy.number[key]
            low[time, row, -1], high[time, row] = box.low, box.high
        for key, printed in sheet.printed.items():
            row = hierarchy.number[key]
            boxes = (*printed.cells, base_box(printed.base))
            low[time, row] = [box.low for box in boxes]
            high[time, row] = [box.high for box in boxes]
            least_values[time, row] = [HIDDEN_WIDTH if box == HIDDEN_BOX else ROUNDED_WIDTH for box in boxes]
        # Whoever is elsewhere has no row that anybody could look for.
        least_values[time, len(hierarchy.keys) :] = 0
        if time < len(question.sheets) - 1:
            unprinted = [row for key, row in hierarchy.number.items() if key not in sheet.printed]
            least_values[time, unprinted] = 0
    return low.ravel(), high.ravel(), least_values.ravel()
