"""Works out how closely an outsider can pin the raw counts behind one published row."""

from collections.abc import Sequence
from typing import NamedTuple

#: Counts below this are hidden, zero like the others (people).
FLOOR = 8
#: Other counts and all bases are rounded to the nearest multiple of this (people).
ROUNDING = 5
#: A row with a smaller base is not shown (people, before rounding).
LEAST_BASE = 10
#: A hidden count must be left at least this many possible values.
HIDDEN_WIDTH = 4
#: A rounded count or base must be left at least this many possible values.
ROUNDED_WIDTH = 3

_REACH = ROUNDING // 2


class Box(NamedTuple):
    """The least and the greatest raw count that agree with what is printed (people)."""

    low: int
    high: int

    @property
    def width(self) -> int:
        """How many whole numbers lie in the box."""
        return self.high - self.low + 1


#: What the print of a hidden count says.
HIDDEN_BOX = Box(0, FLOOR - 1)


def round_count(count: int) -> int:
    """Return the count at the nearest multiple of 5, halves up; whole numbers have no halves of 5."""
    return (2 * count + ROUNDING) // (2 * ROUNDING) * ROUNDING


def count_box(rounded: int) -> Box:
    """Return the raw counts that print as this rounded count."""
    _check_rounded(rounded)
    return Box(max(FLOOR, rounded - _REACH), rounded + _REACH)


def base_box(rounded: int) -> Box:
    """Return the raw bases that print as this rounded base."""
    _check_rounded(rounded)
    return Box(max(LEAST_BASE, rounded - _REACH), rounded + _REACH)


def narrow_row(cells: Sequence[Box], base: Box, *, multiple: bool) -> tuple[tuple[Box, ...], Box]:
    """Return the boxes as narrow as arithmetic within the row makes them: cells, then the base.

    With one answer a person the counts add up to the base, which makes the bounds exact; with several
    answers each person gives at least one, so the counts add up to the base or more, and none exceeds it.
    """
    least, most = sum(cell.low for cell in cells), sum(cell.high for cell in cells)
    if multiple:
        top = min(base.high, most)
        narrowed = tuple(Box(max(cell.low, base.low - (most - cell.high)), min(cell.high, top)) for cell in cells)
        return narrowed, Box(max([base.low, *(cell.low for cell in cells)]), top)
    narrowed = tuple(
        Box(
            max(cell.low, base.low - (most - cell.high)),
            min(cell.high, base.high - (least - cell.low)),
        )
        for cell in cells
    )
    return narrowed, Box(max(base.low, least), min(base.high, most))


def is_row_wide(cells: Sequence[Box], base: Box, *, multiple: bool) -> bool:
    """Whether everything in the row keeps the possible values it must be left.

    Rounding alone does not see to that: four answers of 12 people each print as 10 of a base of 50, which
    only 12, 12, 12, 12 and 48 do. It reads printed boxes only, so that a row is shown tells nothing new.
    """
    narrowed, narrowed_base = narrow_row(cells, base, multiple=multiple)
    if narrowed_base.width < ROUNDED_WIDTH:
        return False
    return all(
        after.width >= (HIDDEN_WIDTH if before == HIDDEN_BOX else ROUNDED_WIDTH)
        for before, after in zip(cells, narrowed, strict=True)
    )


def _check_rounded(rounded: int) -> None:
    if rounded < LEAST_BASE or rounded % ROUNDING:
        raise ValueError(f"{rounded} is not a rounded count")
