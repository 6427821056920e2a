"""Writes row-level CSV of any size: a line at a time, put in order in pieces on disk, never whole in memory."""

import heapq
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import groupby, islice
from operator import attrgetter, getitem, itemgetter
from tempfile import TemporaryFile
from typing import Any, BinaryIO, TypeVar

from engage.reporting.microdata.rows import value_of
from engage.reporting.microdata.variables import Variable
from engage.spreadsheets import safe_text

#: Lines put in order at once.
PIECE = 20_000
#: Values of one question whose cells are kept ready: a community or a district comes again and again.
MOST_READY = 20_000
_LINE_END = "\r\n"

_Line = TypeVar("_Line", str, bytes)


class _Cells(dict[Any, str]):
    """What was answered → its cells, written when first asked: columns side by side follow from one value."""

    def __init__(self, variables: Iterable[Variable]) -> None:
        super().__init__()
        self.variables = tuple(variables)

    def __missing__(self, given: Any) -> str:
        if len(self) >= MOST_READY:
            self.clear()
        cells = self[given] = ",".join(_cell(value_of(given, variable)) for variable in self.variables)
        return cells


@dataclass
class LinesOfCsv:
    """The lines of one file; `alone` answers once they are written."""

    variables: tuple[Variable, ...]
    #: Questions and fields by which somebody may be the only one.
    telling: Collection[str]
    profiles: Counter[int] = field(default_factory=Counter)

    def write(self, rows: Iterable[Mapping[str, Any]]) -> tuple[BinaryIO, int]:
        """Return the file and how many rows were written into it, sorted by what stands in them."""
        file, count = TemporaryFile(), 0  # noqa: SIM115 - whoever asked for it reads and closes it
        heads = ",".join(_cell(variable.name) for variable in self.variables)
        file.write(f"{heads}{_LINE_END}".encode("utf-8-sig"))
        for some in _some_at_once(in_order(self._lines(rows))):
            file.write(b"".join(some))
            count += len(some)
        file.seek(0)
        return file, count

    @property
    def alone(self) -> int:
        """Return how many rows are the only one with their area and demographics."""
        return sum(count == 1 for count in self.profiles.values())

    def _lines(self, rows: Iterable[Mapping[str, Any]]) -> Iterator[str]:
        parts = [(source, _Cells(some)) for source, some in groupby(self.variables, key=attrgetter("source"))]
        sources, ready = [source for source, _ in parts], [cells for _, cells in parts]
        who = itemgetter(*(place for place, source in enumerate(sources) if source in self.telling))
        for values in rows:
            line = list(map(getitem, ready, map(values.get, sources)))
            self.profiles[hash(who(line))] += 1
            yield ",".join(line) + _LINE_END


def in_order(lines: Iterable[str]) -> Iterator[bytes]:
    """Yield lines in alphabetical order, which UTF-8 keeps, with no more than a piece of them in memory."""
    with ExitStack() as open_files:
        pieces = []
        for some in _some_at_once(lines):
            piece = open_files.enter_context(TemporaryFile())
            piece.write("".join(sorted(some)).encode())
            piece.seek(0)
            pieces.append(piece)
        yield from heapq.merge(*pieces)


def _some_at_once(lines: Iterable[_Line]) -> Iterator[list[_Line]]:
    remaining = iter(lines)
    while some := list(islice(remaining, PIECE)):
        yield some


def _cell(value: object) -> str:
    """Return one cell, on one line, that no spreadsheet runs."""
    if value is None:
        return ""
    text = safe_text(" ".join(value.splitlines())) if isinstance(value, str) else str(value)
    quoted = text.replace('"', '""')
    return f'"{quoted}"' if any(sign in text for sign in ',"') else text
