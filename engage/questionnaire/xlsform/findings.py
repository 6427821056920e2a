"""Gathers what is wrong with a form, what was changed on the way in, and what was left out."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from engage.questionnaire.faults import Fault

#: Characters of a reason: a cell can hold a whole book.
_LONGEST = 400
#: Further cells that a warning names beside the first.
_SHOWN = 4


@dataclass(frozen=True)
class XlsformRead:
    """What a form says as a definition document, what was changed on the way in, and what was left out.

    The path of each finding is its cell: `survey!B12`.
    """

    document: dict[str, Any]
    warnings: tuple[Fault, ...] = ()
    left_out: tuple[Fault, ...] = ()


@dataclass
class Findings:
    """The faults and warnings of one form, in the order they were met."""

    faults: list[Fault] = field(default_factory=list)
    left_out: list[Fault] = field(default_factory=list)
    warned: dict[tuple[str, str], list[str]] = field(default_factory=dict)

    def fault(self, place: str, code: str, detail: str) -> None:
        """Note what cannot be taken."""
        self.faults.append(Fault(place, code, detail))

    def warn(self, place: str, code: str, detail: str) -> None:
        """Note what was changed; the same for many cells is one warning, which names the first of them."""
        places = self.warned.setdefault((code, detail), [])
        if place not in places:
            places.append(place)

    def take(self, other: "Findings") -> None:
        """Take over the warnings of a part that is kept."""
        for (code, detail), places in other.warned.items():
            for place in places:
                self.warn(place, code, detail)

    @property
    def warnings(self) -> tuple[Fault, ...]:
        """Return the warnings, one for each thing that was changed."""
        return tuple(
            plain(Fault(places[0], code, detail + _further(places[1:])))
            for (code, detail), places in self.warned.items()
        )


def plain(fault: Fault) -> Fault:
    """Return a fault whose words can be printed anywhere, and are not endless."""
    path, detail = (
        "".join(sign if sign.isprintable() else " " for sign in text) for text in (fault.path, fault.detail)
    )
    return Fault(path, fault.code, detail if len(detail) <= _LONGEST else f"{detail[:_LONGEST]}…")


def _further(places: Iterable[str]) -> str:
    cells = [place.partition("!")[2] for place in places]
    if not cells:
        return ""
    more = f" and {len(cells) - _SHOWN} more" if len(cells) > _SHOWN else ""
    return f" (also {', '.join(cells[:_SHOWN])}{more})"
