"""Turns stored responses into rows of plain values, in an order that says nothing of who answered when."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
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
    rows = [
        [value_of(known.get(variable.question or variable.name), variable) for variable in variables]
        for known in values
    ]
    rows.sort(key=lambda row: "\x1f".join(map(str, row)))
    return RowLevel(wave, variables, tuple(rows))


def values_of(
    responses: Iterable[WithoutIds], wave: Wave, tree: AreaTree, areas: str, rows: int
) -> Iterator[Mapping[str, Any]]:
    """Yield what is known of each response, by question or field; `rows` is how many there are."""
    for response in responses:
        area = _area(response.area, tree, areas)
        known = tree.get(area) if area else None
        yield {
            **{question: _given(answer) for question, answer in response.answers.items()},
            "synthetic": int(wave.synthetic),
            "rows_in_file": rows,
            "survey": wave.survey,
            "wave": wave.name,
            "version": response.version,
            "received_on": response.received_on.isoformat(),
            "duration": response.duration,
            "channel": response.channel,
            "language": response.language,
            "style": response.style,
            "assisted": response.assisted,
            "is_partial": int(response.is_partial),
            "area": area,
            "area_name": known.name if known else None,
            "age_band": response.age_band,
            "area_relation": frozenset(response.area_relation) or None,
            "home_district": response.home_district,
        }


def _area(code: str | None, tree: AreaTree, areas: str) -> str | None:
    district = tree.district_of(code) if code and areas == "district" and code in tree else None
    return district.code if district else code


def _given(answer: Any) -> Any:
    """Return an answer as it was given, several as codes in order; of a community in own words that it is another."""
    if not isinstance(answer, list):
        return answer
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
