"""Writes row-level data as files: CSV, JSON Lines, SPSS, and the codebook that goes with them."""

import csv
import io
import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO

from engage.reporting.microdata.lines import LinesOfCsv
from engage.reporting.microdata.rows import RowLevel, rows_of
from engage.reporting.microdata.spss import numbers_of, rows_in_sav, write_sav
from engage.reporting.microdata.variables import Kind, Variable
from engage.spreadsheets import safe_text
from engage.storage.waves import Wave

#: Columns of the codebook; a variable has a line for each of its codes, or one alone.
CODEBOOK_COLUMNS = ("variable", "wording", "kind", "code", "number_in_sav", "code_wording", "folds_to")
_YES_NO = (("1", "yes"), ("0", "no"))


@dataclass(frozen=True)
class Rows:
    """What a file is made from: what is known of each response, read one by one while it is written."""

    wave: Wave
    variables: tuple[Variable, ...]
    values: Iterable[Mapping[str, Any]]
    #: Questions about the person; with the area they may tell who it is.
    demographics: Collection[str]


@dataclass(frozen=True)
class Written:
    """A file, the rows counted in it, and how many of them are the only one with their area and demographics."""

    content: BinaryIO
    rows: int
    alone: int


def write_csv(rows: Rows) -> Written:
    """Return the codes as they were given; several answers stand as 1 and 0, nothing where nothing was answered."""
    lines = LinesOfCsv(rows.variables, {"area", *rows.demographics})
    content, count = lines.write(rows.values)
    return Written(content, count, lines.alone)


def write_jsonl(data: RowLevel) -> bytes:
    """Return one JSON object a line; what was not answered is left out."""
    names = [variable.name for variable in data.variables]
    lines = (
        json.dumps(
            {name: value for name, value in zip(names, row, strict=True) if value is not None}, ensure_ascii=False
        )
        for row in data.rows
    )
    return "".join(f"{line}\n" for line in lines).encode()


def write_spss(data: RowLevel) -> bytes:
    """Return the SPSS file; it says in its notes what it is."""
    made_up = ["The answers are made up, for demonstration."] if data.wave.synthetic else []
    notes = [*made_up, f"{len(data.rows)} rows, checked against the database.", "Answers in own words are left out."]
    return write_sav(data, f"{data.wave.survey}, {data.wave.name}: {len(data.rows)} rows", notes)


def write_codebook(variables: Iterable[Variable]) -> bytes:
    """Return what every variable and code of the other files means, as CSV; it holds no answer."""
    return _csv(CODEBOOK_COLUMNS, (line for variable in variables for line in _codebook_lines(variable)))


@dataclass(frozen=True)
class MicrodataFormat:
    """A format of row-level data: its name on the web, and its writer, which counts the rows it wrote."""

    media_type: str
    write: Callable[[Rows], Written]


def _at_once(write: Callable[[RowLevel], bytes], count: Callable[[bytes], int]) -> Callable[[Rows], Written]:
    """Return the writer of a format that needs every row in memory."""

    def write_at_once(rows: Rows) -> Written:
        data = rows_of(rows.values, rows.wave, rows.variables)
        body = write(data)
        return Written(io.BytesIO(body), count(body), data.alone(rows.demographics))

    return write_at_once


def _lines_in(body: bytes) -> int:
    return body.count(b"\n")


#: Every format of row-level data by its name, with which its file's name ends.
FORMATS: Mapping[str, MicrodataFormat] = {
    "csv": MicrodataFormat("text/csv", write_csv),
    "jsonl": MicrodataFormat("application/x-ndjson", _at_once(write_jsonl, _lines_in)),
    "sav": MicrodataFormat("application/x-spss-sav", _at_once(write_spss, rows_in_sav)),
}


def _csv(heads: Sequence[str], lines: Iterable[Iterable[object]]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(heads)
    writer.writerows(lines)
    return text.getvalue().encode("utf-8-sig")


def _codebook_lines(variable: Variable) -> list[list[str]]:
    head = [variable.name, variable.wording, variable.kind.value]
    if variable.kind is Kind.YES_NO:
        lines = [[*head, code, code, wording, ""] for code, wording in _YES_NO]
    elif variable.codes:
        numbers = numbers_of(variable)
        lines = [
            [*head, code.code, str(numbers[code.code]), code.wording, code.folds_to or ""] for code in variable.codes
        ]
    else:
        lines = [[*head, "", "", "", ""]]
    return [[safe_text(text) for text in line] for line in lines]
