"""Reads the lines of a reference file (areas, postcodes, margins) and gathers every fault with its place."""

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import NoReturn, Protocol

#: faults; reading a file stops when it has this many
MOST_FAULTS = 20


@dataclass(frozen=True)
class ReferenceFault:
    """One thing wrong with a reference file.

    `where` is `line`, `feature` or `file`; `number` counts from 1 and is None for the file as a whole. `code`
    names the kind of fault, `detail` is a sentence for the person who brought the file.
    """

    where: str
    number: int | None
    code: str
    detail: str

    def __str__(self) -> str:
        """Put the place before the sentence: `line 12: …`."""
        return f"{self.where}{'' if self.number is None else f' {self.number}'}: {self.detail}"


class ReferenceFileFaulty(Exception):
    """A reference file has faults and none of it may be used; `faults` lists up to `MOST_FAULTS` of them."""

    def __init__(self, faults: tuple[ReferenceFault, ...]) -> None:
        super().__init__("\n".join(map(str, faults)))
        self.faults = faults


class ValueFaulty(Exception):
    """A value in one row or feature cannot be used; the reader of the file adds where it stands."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail


class FaultsFound:
    """Gathers the faults of one file and refuses it when there are too many, or at the end if there are any."""

    def __init__(self) -> None:
        self._faults: list[ReferenceFault] = []

    def add(self, where: str, number: int | None, code: str, detail: str) -> None:
        """Note a fault; raises `ReferenceFileFaulty` when it is the last one we list."""
        self._faults.append(ReferenceFault(where, number, code, detail))
        if len(self._faults) >= MOST_FAULTS:
            raise ReferenceFileFaulty(tuple(self._faults))

    def refuse(self, where: str, number: int | None, code: str, detail: str) -> NoReturn:
        """Note a fault after which the file cannot be read on, and raise `ReferenceFileFaulty`."""
        self._faults.append(ReferenceFault(where, number, code, detail))
        raise ReferenceFileFaulty(tuple(self._faults))

    def raise_if_any(self) -> None:
        """Raise `ReferenceFileFaulty` if a fault was noted."""
        if self._faults:
            raise ReferenceFileFaulty(tuple(self._faults))


class _CsvReader(Protocol):
    @property
    def line_num(self) -> int: ...
    def __next__(self) -> list[str]: ...


@dataclass(frozen=True)
class Table:
    """A CSV file under way: its headers in lower case, and its rows with the line each one ends on."""

    headers: tuple[str, ...]
    rows: Iterator[tuple[int, list[str]]]
    header_line: int


def read_table(lines: Iterable[str], faults: FaultsFound) -> Table:
    """Read the header of a CSV file, leaving the rows to be read one at a time.

    Lines that begin with # and stand before the header are comments. Empty rows are passed over. A row that is
    too long or too short is noted as a fault. Raises `ReferenceFileFaulty` when there is no usable header.
    """
    comments, header, remaining = _after_comments(lines)
    if not header:
        faults.refuse("file", None, "empty", "there is nothing in this file")
    reader = csv.reader(chain((header,), remaining), strict=True)
    try:
        headers = tuple("_".join(header.split()).lower() for header in next(reader))
    except csv.Error as error:
        faults.refuse("line", comments + 1, "not_csv", f"this line is not CSV ({error})")
    twice = sorted({header for header in headers if header and headers.count(header) > 1})
    if twice:
        faults.refuse(
            "line", comments + 1, "column_twice", f"these columns stand twice: {', '.join(map(quoted, twice))}"
        )
    rows = _rows(reader, comments=comments, width=len(headers), faults=faults)
    return Table(headers, rows, comments + reader.line_num)


def records(table: Table) -> Iterator[tuple[int, Mapping[str, str]]]:
    """Go through a table's rows as values by header, white space trimmed."""
    for line, row in table.rows:
        yield line, {header: value.strip() for header, value in zip(table.headers, row, strict=True)}


def quoted(value: str) -> str:
    """Show a value from a file inside a sentence, shortened and on one line."""
    shown = "".join(character if character.isprintable() else "?" for character in value)
    return f"“{shown[:59]}…”" if len(shown) > 60 else f"“{shown}”"  # noqa: PLR2004 - characters


def _after_comments(lines: Iterable[str]) -> tuple[int, str, Iterator[str]]:
    """Return how many lines were passed over, the first line of the table ("" if none) and the rest."""
    remaining = iter(lines)
    for passed, line in enumerate(remaining):
        first = line.removeprefix("\ufeff")
        if first.strip() and not first.startswith("#"):
            return passed, first, remaining
    return 0, "", remaining


def _rows(reader: _CsvReader, *, comments: int, width: int, faults: FaultsFound) -> Iterator[tuple[int, list[str]]]:
    while True:
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            line = comments + reader.line_num
            faults.refuse("line", line, "not_csv", f"this line is not CSV ({error})")
        if not any(row):
            continue
        line = comments + reader.line_num
        if len(row) == width:
            yield line, row
        else:
            faults.add("line", line, "wrong_width", f"this row has {len(row)} values, the header {width}")
