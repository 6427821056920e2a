"""Writes row-level data as files: CSV, JSON Lines, SPSS, and the codebook that goes with them."""

import csv
import io
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from engage.reporting.microdata.rows import RowLevel
from engage.reporting.microdata.spss import numbers_of, rows_in_sav, write_sav
from engage.reporting.microdata.variables import Kind, Variable
from engage.reporting.spreadsheets import safe_text

#: Columns of the codebook; a variable has a line for each of its codes, or one alone.
CODEBOOK_COLUMNS = ("variable", "wording", "kind", "code", "number_in_sav", "code_wording", "folds_to")
_YES_NO = (("1", "yes"), ("0", "no"))


def write_csv(data: RowLevel) -> bytes:
    """Return the codes as they were given; several answers stand as 1 and 0, nothing where nothing was answered."""
    heads = [variable.name for variable in data.variables]
    return _csv(heads, ([_written(value) for value in row] for row in data.rows))


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
    """A format of row-level data: its name on the web, its writer, and who counts the rows in what was written."""

    media_type: str
    write: Callable[[RowLevel], bytes]
    count: Callable[[bytes], int]


def _lines_in(body: bytes) -> int:
    return body.count(b"\n")


def _lines_below_heads(body: bytes) -> int:
    return sum(1 for _ in csv.reader(io.StringIO(body.decode("utf-8-sig"), newline=""))) - 1


#: Every format of row-level data by its name, with which its file's name ends.
FORMATS: Mapping[str, MicrodataFormat] = {
    "csv": MicrodataFormat("text/csv", write_csv, _lines_below_heads),
    "jsonl": MicrodataFormat("application/x-ndjson", write_jsonl, _lines_in),
    "sav": MicrodataFormat("application/x-spss-sav", write_spss, rows_in_sav),
}


def _csv(heads: Sequence[str], lines: Iterable[Iterable[object]]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(heads)
    writer.writerows(lines)
    return text.getvalue().encode("utf-8-sig")


def _written(value: object) -> object:
    return safe_text(value) if isinstance(value, str) else value


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
