"""Reads the parameters of a range: a scale of a few whole steps, or a number between two bounds."""

import math
import re
from dataclasses import dataclass

from engage.questionnaire.xlsform.expressions import Part
from engage.questionnaire.xlsform.relevance import number_of

#: Points that people can choose from at a glance.
MOST_POINTS = 11
#: What a form means where it does not say.
_USUAL = {"start": "1", "end": "10", "step": "1"}


@dataclass(frozen=True)
class Range:
    """The ends of a range, and its points as codes where they are few and whole."""

    start: float
    end: float
    points: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """Return the name of the scale of its points."""
        step = int(self.points[1]) - int(self.points[0]) if len(self.points) > 1 else 1
        return f"range_{self.start}_{self.end}" + (f"_by_{step}" if step != 1 else "")


def range_of(parameters: str) -> Range:
    """Return the range that a cell such as `start=1;end=5;step=1` says. Raises ValueError with the reason."""
    said = dict(_USUAL)
    for part in re.split(r"[;,\s]+(?=[A-Za-z])", parameters.strip().strip(";,")):
        name, _, value = part.partition("=")
        if name.strip() in _USUAL:
            said[name.strip()] = value.strip().strip(";,")
    found = {name: number_of(Part("number", value)) for name, value in said.items()}
    start, end, step = (found[name] for name in ("start", "end", "step"))
    if start is None or end is None or step is None or not all(map(math.isfinite, (start, end, step))):
        raise ValueError("start, end and step of a range are numbers: start=1;end=5;step=1")
    if start >= end or step <= 0:
        raise ValueError("a range goes from a lower start up to a higher end")
    is_whole = all(isinstance(value, int) for value in (start, end, step)) and start >= 0
    count = (end - start) / step + 1
    if not is_whole or count > MOST_POINTS or count != int(count):
        return Range(start, end)
    return Range(start, end, tuple(str(int(point)) for point in range(int(start), int(end) + 1, int(step))))
