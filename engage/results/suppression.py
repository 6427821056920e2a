"""Decides what may be said: hides small counts, rounds all others, and alone makes published tables.

The rule is FLOOR-8, after NHS Digital's for hospital statistics of September 2018 (small counts hidden, the
others to the nearest 5, percentages from rounded counts), with zeros hidden like other small counts.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache

from engage.results.bounds import (
    FLOOR,
    HIDDEN_BOX,
    LEAST_BASE,
    ROUNDING,
    Box,
    base_box,
    count_box,
    is_row_wide,
    round_count,
)
from engage.results.plan import ReleasePlan
from engage.results.published import _CONTROL_SEAL, HIDDEN, OVER, UNDER, PublishedCell, PublishedRow, PublishedTable
from engage.results.tabulation import Group, GroupCounts

#: A ward or place with a smaller base is shown for a wider area (people, after rounding). Were the raw base
#: compared, a printed 30 would stand for 30 to 32 instead of 28 to 32: the roll-up must not narrow a base.
LEAST_LOCAL_BASE = 30

_LOCAL_LEVELS = ("ward", "place")
#: Above this share of the rounded base, a count that stands alone is "over 90 %".
_NEARLY_ALL = 0.9


@dataclass(frozen=True, slots=True)
class TableArea:
    """An area to show, and the wider areas that stand in for it in turn: a ward's place, its district."""

    code: str
    level: str
    rolls_up_to: tuple["TableArea", ...] = ()


def publish_areas(
    counts: GroupCounts, areas: Sequence[TableArea], plan: ReleasePlan, withdrawn: Collection[Group] = ()
) -> PublishedTable:
    """Return the question's table by area, a row for each area in the order given.

    Rows that were withdrawn are shown for a wider area, like those with few replies.
    Raises BreakdownRefused where the plan has no such table.
    """
    for level in dict.fromkeys(area.level for area in areas):
        plan.check_breakdown(level, question=counts.question.id)
    rows = tuple(_area_row(counts, area, withdrawn) for area in areas)
    return _table(counts, None, rows)


def publish_breakdown(
    counts: GroupCounts,
    area: TableArea,
    row_codes: Sequence[str],
    plan: ReleasePlan,
    withdrawn: Collection[Group] = (),
) -> PublishedTable:
    """Return the question's table by the breakdown of `counts` within one area, rows in the order given.

    Raises BreakdownRefused where the plan has no such table.
    """
    plan.check_breakdown(area.level, [counts.breakdown], question=counts.question.id)
    rows = tuple(
        (None if (area.code, code) in withdrawn else _shown_row(counts, (area.code, code), code, code))
        or PublishedRow.empty(code, seal=_CONTROL_SEAL)
        for code in row_codes
    )
    return _table(counts, area.code, rows)


def printed_boxes(row: PublishedRow) -> tuple[Box, ...]:
    """Return the raw counts that an outsider who knows these rules can think of behind each cell of a shown row."""
    assert row.base is not None  # noqa: S101 - a row that is not shown has no cells
    small = [cell.shown == HIDDEN for cell in row.cells]
    boxes = []
    for place, cell in enumerate(row.cells):
        alone = all(small[:place] + small[place + 1 :])
        band = None if cell.shown == HIDDEN or cell.n is not None else cell.shown
        boxes.append(HIDDEN_BOX if small[place] else _box(cell.n or 0, band, row.base, alone=alone))
    return tuple(boxes)


def _table(counts: GroupCounts, area: str | None, rows: tuple[PublishedRow, ...]) -> PublishedTable:
    question = counts.question
    return PublishedTable(question.id, question.codes, counts.breakdown, area, rows, seal=_CONTROL_SEAL)


def _area_row(counts: GroupCounts, area: TableArea, withdrawn: Collection[Group]) -> PublishedRow:
    for stand_in in (area, *area.rolls_up_to):
        if (stand_in.code, None) in withdrawn:
            continue
        least = LEAST_LOCAL_BASE if stand_in.level in _LOCAL_LEVELS else LEAST_BASE
        row = _shown_row(counts, (stand_in.code, None), area.code, stand_in.code, least=least)
        if row is not None:
            return row
    return PublishedRow.empty(area.code, seal=_CONTROL_SEAL)


def _shown_row(
    counts: GroupCounts, group: Group, code: str, shown_for: str, *, least: int = LEAST_BASE
) -> PublishedRow | None:
    """Return the group's figures as the row of `code`, or None where they may not be shown."""
    people = counts.base(group)
    base = round_count(people)
    if people < LEAST_BASE or base < least:
        return None
    rounded = [None if n < FLOOR else round_count(n) for n in counts.cells(group)]
    bands = [_band(n, base, alone=_is_alone(rounded, place)) for place, n in enumerate(rounded)]
    boxes = [
        _box(n, band, base, alone=_is_alone(rounded, place))
        for place, (n, band) in enumerate(zip(rounded, bands, strict=True))
    ]
    if not is_row_wide(boxes, base_box(base), multiple=counts.question.multiple):
        return None
    columns = zip(counts.question.columns, rounded, bands, strict=True)
    cells = (_cell(option, n, band, base) for option, n, band in columns)
    return PublishedRow.shown(code, shown_for, base, cells, seal=_CONTROL_SEAL)


def _cell(option: str, n: int | None, band: str | None, base: int) -> PublishedCell:
    if n is None or band is not None:
        return PublishedCell.words(option, band or HIDDEN, seal=_CONTROL_SEAL)
    return PublishedCell.figure(option, n, base, seal=_CONTROL_SEAL)


def _is_alone(rounded: Sequence[int | None], place: int) -> bool:
    """Whether every other count of the row is hidden."""
    return all(n is None for other, n in enumerate(rounded) if other != place)


def _band(n: int | None, base: int, *, alone: bool) -> str | None:
    """Return the words that stand for a rounded count too near nobody or everybody, else None.

    That all, or as good as all, of a group gave one answer would tell it of each of them. Where every other
    count is hidden, the band says so much and no more. It goes by the rounded share, like all that is shown,
    so in a row marked "low" the raw share may lie below it: 8 of 12 people print as 10 of 10.
    """
    if n is None:
        return None
    share = round(n / base, 2)
    if share >= 1 or (alone and share > _NEARLY_ALL):
        return OVER
    return UNDER if share <= 0 else None


def _box(n: int | None, band: str | None, base: int, *, alone: bool) -> Box:
    """Return the raw counts that an outsider who knows these rules can think of behind the cell."""
    if n is None:
        return HIDDEN_BOX
    return count_box(n) if band is None else _band_box(band, base, alone=alone)


@lru_cache(maxsize=65_536)
def _band_box(band: str, base: int, *, alone: bool) -> Box:
    alike = [n for n in range(2 * ROUNDING, base + 1, ROUNDING) if _band(n, base, alone=alone) == band]
    return Box(count_box(alike[0]).low, count_box(alike[-1]).high)
