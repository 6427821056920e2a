"""Looks a whole file over before it is mapped: how full each column is, and which different values stand in it."""

from collections import Counter
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from engage.collection.past_waves.files import column_name, read_heads, read_rows

#: Different values of a column that are told apart; a column with more is text, numbers or days.
MOST_VALUES = 60
#: Cells that cannot be read of which the places are kept.
MOST_PROBLEMS = 500


@dataclass
class ColumnSeen:
    """What stands in a column: how many cells are filled, and its values with how often each stands there."""

    head: str
    letters: str
    filled: int = 0
    values: Counter[str] = field(default_factory=Counter)
    #: There are more values than are told apart.
    is_open: bool = False

    @property
    def commonest(self) -> list[str]:
        """Return the values, those that stand most often first."""
        return [value for value, _ in self.values.most_common(MOST_VALUES)]

    @classmethod
    def noted(cls, head: str, letters: str, filled: int, values: dict[str, int], is_open: bool) -> "ColumnSeen":  # noqa: FBT001 - in the order of the fields
        """Return a column as it was noted before."""
        return cls(head, letters, filled, Counter(values), is_open)

    def see(self, cell: str) -> None:
        """Take one cell in."""
        if not cell:
            return
        self.filled += 1
        if cell in self.values or len(self.values) < MOST_VALUES:
            self.values[cell] += 1
        else:
            self.is_open = True


@dataclass(frozen=True)
class Overview:
    """A file looked over: its rows, its columns, and the cells that could not be read, by place."""

    rows: int
    columns: tuple[ColumnSeen, ...]
    problems: tuple[tuple[int, str, str], ...]
    #: Every row was looked at.
    is_whole: bool = True


def look_over(path: Path, sheet: str | None = None, *, most: int | None = None) -> Overview:
    """Return what stands in a file, in its first rows where there are more than `most`. Raises FileFaulty."""
    columns = [ColumnSeen(head, column_name(at)) for at, head in enumerate(read_heads(path, sheet))]
    count, problems = 0, []
    rows = read_rows(path, sheet)
    for row in islice(rows, most):
        count += 1
        problems += [(row.number, column_name(at), words) for at, words in row.problems.items()]
        for column, cell in zip(columns, row.cells, strict=True):
            column.see(cell)
    is_whole = most is None or next(rows, None) is None
    return Overview(count, tuple(columns), tuple(problems[:MOST_PROBLEMS]), is_whole)
