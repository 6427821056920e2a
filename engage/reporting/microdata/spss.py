"""Writes row-level data as an SPSS file (.sav): numbers with labels, and the codes for "don't know" set apart."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from engage.questionnaire.model import SPECIAL_CODES
from engage.reporting.microdata.rows import RowLevel, Value
from engage.reporting.microdata.variables import Kind, Variable

#: Bytes of UTF-8 that SPSS keeps of a label of a variable and of a value.
_VARIABLE_LABEL, _VALUE_LABEL = 256, 120
#: The numbers of "dk", "pns" and "na", which SPSS leaves out of percentages.
SPECIAL_VALUES = {code: 97 + place for place, code in enumerate(SPECIAL_CODES)}
_YES_NO: Mapping[int | float, str] = {0: "No", 1: "Yes"}


@dataclass(frozen=True)
class _Column:
    values: list[Value]
    labels: Mapping[int | float, str]
    missing: tuple[int, ...]


def numbers_of(variable: Variable, seen: frozenset[str] = frozenset()) -> dict[str, int]:
    """Return the number of each code of a variable: 1, 2, 3 in the codebook's order, the special ones from 97."""
    listed = [code.code for code in variable.codes if code.code not in SPECIAL_VALUES]
    listed += sorted(seen - set(listed) - SPECIAL_VALUES.keys())
    special = {code.code: SPECIAL_VALUES[code.code] for code in variable.codes if code.code in SPECIAL_VALUES}
    places = (place if place < min(SPECIAL_VALUES.values()) else place + 100 for place in range(1, len(listed) + 1))
    return dict(zip(listed, places, strict=True)) | special


def write_sav(data: RowLevel, label: str, notes: list[str]) -> bytes:
    """Return an SPSS file with labels for every variable and value."""
    # They take most of a second to load, and few commands and pages need them.
    import pandas as pd  # noqa: PLC0415
    import pyreadstat  # noqa: PLC0415

    columns = {
        variable.name: _column(variable, [row[place] for row in data.rows])
        for place, variable in enumerate(data.variables)
    }
    frame = pd.DataFrame({name: pd.Series(column.values, dtype=object) for name, column in columns.items()})
    for variable in data.variables:
        if variable.kind is not Kind.TEXT:
            frame[variable.name] = frame[variable.name].astype("float64")
    with TemporaryDirectory(prefix="engage-") as folder:
        path = Path(folder) / "rows.sav"
        pyreadstat.write_sav(
            frame,
            str(path),
            file_label=_cut(label, 64),
            column_labels={variable.name: _cut(variable.wording, _VARIABLE_LABEL) for variable in data.variables},
            note=notes,
            row_compress=True,
            variable_value_labels={name: dict(column.labels) for name, column in columns.items() if column.labels},
            missing_ranges={name: list(column.missing) for name, column in columns.items() if column.missing},
            variable_measure={variable.name: _measure(variable) for variable in data.variables},
            variable_format={variable.name: "F8.0" for variable in data.variables if variable.kind is not Kind.TEXT},
        )
        return path.read_bytes()


def rows_in_sav(body: bytes) -> int:
    """Return how many rows an SPSS file says it has."""
    import pyreadstat  # noqa: PLC0415 - as above

    with TemporaryDirectory(prefix="engage-") as folder:
        path = Path(folder) / "rows.sav"
        path.write_bytes(body)
        return pyreadstat.read_sav(str(path), metadataonly=True)[1].number_rows or 0


def _column(variable: Variable, values: list[Value]) -> _Column:
    if variable.kind is Kind.YES_NO:
        return _Column(values, _YES_NO, ())
    if variable.kind is not Kind.CODE:
        return _Column(values, {}, ())
    numbers = numbers_of(variable, frozenset(str(value) for value in values if value is not None))
    wordings = {code.code: code.wording for code in variable.codes}
    return _Column(
        [None if value is None else numbers[str(value)] for value in values],
        {number: _cut(wordings.get(code, code), _VALUE_LABEL) for code, number in numbers.items()},
        tuple(number for code, number in numbers.items() if code in SPECIAL_VALUES),
    )


def _measure(variable: Variable) -> str:
    return "scale" if variable.kind is Kind.NUMBER else "nominal"


def _cut(text: str, most: int) -> str:
    """Return as much of a text as fits in so many bytes of UTF-8."""
    return text.encode()[:most].decode(errors="ignore")
