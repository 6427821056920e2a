"""Turns stored responses into rows of plain values, in an order that says nothing of who answered when."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from engage.areas import AreaTree
from engage.reporting.microdata.variables import Kind, Variable
from engage.storage.responses import WithoutIds
from engage.storage.waves import Wave

#: One value of a row; None where nothing was answered.
Value = str | int | float | None
Row = Sequence[Value]

#: What an area told about is written as: just as it was told, or no closer than its district.
AREA_DETAILS = ("district", "ward")
#: All but the answers, which stand last.
_FIELDS = WithoutIds._fields[:-1]


@dataclass(frozen=True)
class RowLevel:
    """The rows of one wave, each with a value for every variable."""

    wave: Wave
    variables: tuple[Variable, ...]
    rows: tuple[Row, ...]

    def alone(self, questions: Collection[str]) -> int:
        """Return how many rows are the only one with their area and their answers to these questions."""
        chosen = [
            place
            for place, variable in enumerate(self.variables)
            if variable.name == "area" or variable.question in questions
        ]
        profiles = Counter(tuple(row[place] for place in chosen) for row in self.rows)
        return sum(count == 1 for count in profiles.values())


def rows_of(values: Iterable[Mapping[str, Any]], wave: Wave, variables: tuple[Variable, ...]) -> RowLevel:
    """Return a row for each response, sorted by what stands in it: the order it came in would tell more than a day."""
    rows = [[value_of(known.get(variable.source), variable) for variable in variables] for known in values]
    rows.sort(key=lambda row: "\x1f".join(map(str, row)))
    return RowLevel(wave, variables, tuple(rows))


def values_of(
    responses: Iterable[WithoutIds], wave: Wave, variables: Iterable[Variable], tree: AreaTree, areas: str, rows: int
) -> Iterator[Mapping[str, Any]]:
    """Yield what is known of each response, by question or field, several answers as codes; `rows` says how many."""
    several = {variable.source for variable in variables if variable.option is not None}
    shown = cache(lambda code: _area(code, tree, areas))
    same = {"synthetic": int(wave.synthetic), "rows_in_file": rows, "survey": wave.survey, "wave": wave.name}
    for response in responses:
        area, name = shown(response.area)
        # Made for this row alone, so what else is known of it may stand with its answers.
        known = response.answers
        for question in several:
            if (answer := known.get(question)) is not None:
                known[question] = _codes(answer)
        known.update(same)
        known.update(zip(_FIELDS, response, strict=False))
        known["received_on"] = response.received_on.isoformat()
        known["is_partial"] = int(response.is_partial)
        known["area"], known["area_name"] = area, name
        known["area_relation"] = tuple(response.area_relation) or None
        yield known


def _area(code: str | None, tree: AreaTree, areas: str) -> tuple[str | None, str | None]:
    """Return the code and the name of the area that a response is said to be about."""
    known = tree.get(code) if code else None
    if known and areas == "district":
        known = tree.district_of(known.code) or known
    return (known.code, known.name) if known else (code, None)


def _codes(answer: list[Any]) -> tuple[str, ...]:
    """Return the codes of several answers in order; of a community in own words that it is another."""
    if dict not in map(type, answer):
        return tuple(answer)
    return tuple(entry if isinstance(entry, str) else next(iter(entry)) for entry in answer)


def value_of(given: Any, variable: Variable) -> Value:
    """Return what stands in the column of a variable when this was answered."""
    if given is None:
        return None
    if variable.option is not None:
        is_among = variable.option in given
        if variable.kind is Kind.NUMBER:
            return given.index(variable.option) + 1 if is_among else None
        return int(is_among)
    return given if isinstance(given, str | int | float) else None
