"""What the release audit is told: what was printed of each question, what is true of it, and what ties questions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from engage.results.blocks import Shape
from engage.results.bounds import Box
from engage.results.hierarchy import Hierarchy, RowKey


class ModelUnsound(Exception):
    """What the outsider is taken to know is not true of the answers: the audit would prove nothing."""


@dataclass(frozen=True)
class PrintedRow:
    """One row as it was printed: the rounded base, and between which counts each answer lies (people)."""

    base: int
    cells: tuple[Box, ...]


@dataclass(frozen=True)
class Sheet:
    """What one release said of one question.

    `printed` holds the rows whose figures are of this release; `bases` what else is known of how many people
    stand behind a row: that it was too small to show. `counts` are the true ones, cells and then the base,
    and are at hand for the newest release alone.
    """

    printed: Mapping[RowKey, PrintedRow]
    bases: Mapping[RowKey, Box] = field(default_factory=dict)
    counts: Mapping[RowKey, Sequence[int]] | None = None


@dataclass(frozen=True)
class AuditedQuestion:
    """One question in all its releases, the newest last.

    `changes` says between every two releases how many people came and how many went, at the most; `stand_ins`
    are the rows that smaller areas are shown by where they have too few answers.
    """

    id: str
    shape: Shape
    hierarchy: Hierarchy
    sheets: tuple[Sheet, ...]
    changes: tuple[tuple[int, int], ...] = ()
    stand_ins: frozenset[RowKey] = frozenset()


@dataclass(frozen=True)
class Link:
    """People of one question who are all among people of another: the figures of one bound the other's.

    `pairs` gives the rows, and the columns whose sum the one column cannot exceed; column -1 is the base.
    """

    lesser: str
    greater: str
    pairs: tuple[tuple[RowKey, int, RowKey, tuple[int, ...]], ...]
