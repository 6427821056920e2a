"""Puts published figures into words: shares, intervals, how far to trust them, and whom they were shown for."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from engage.phrases import Phrases
from engage.results.published import HIDDEN, OVER, UNDER, PublishedRow

#: The style in which shares are told as so many people in 10.
EASY_READ = "easy_read"

_BANDS = {HIDDEN: "results.few", UNDER: "results.under", OVER: "results.over"}
_TENTHS = 10


class Figure(Protocol):
    """What can be said and drawn of one answer: a published cell, a weighted one, or one beside the census."""

    @property
    def option(self) -> str:
        """Return the code of the answer."""

    @property
    def shown(self) -> str:
        """Return the count as it is printed, or what stands for it."""

    @property
    def share(self) -> float | None:
        """Return the printed share, which has two decimals."""

    @property
    def low(self) -> float | None:
        """Return the lower end of its interval."""

    @property
    def high(self) -> float | None:
        """Return the upper end of its interval."""


@dataclass(frozen=True)
class Saying:
    """Something to say: the key of a phrase and what stands in it."""

    key: str
    values: Mapping[str, str | int] = field(default_factory=dict)

    def text(self, phrases: Phrases) -> str:
        """Return the words in a reader's language and style."""
        return phrases.say(self.key, **self.values)


@dataclass(frozen=True)
class Counted:
    """A figure of which chance is no part: who answered was counted, not estimated."""

    option: str
    shown: str
    share: float | None
    low: None = None
    high: None = None

    @classmethod
    def of(cls, figure: Figure) -> "Counted":
        """Return a figure without the ends of its interval."""
        return cls(figure.option, figure.shown, figure.share)


def share_saying(cell: Figure, style: str = "standard") -> Saying:
    """Say how many gave an answer: of 100, in easy read of 10, or that it is too few or too near all to say."""
    if cell.share is None:
        return Saying(_BANDS[cell.shown])
    tenths = tenths_of(cell)
    if style != EASY_READ or tenths is None:
        return Saying("results.share", {"share": percent(cell.share)})
    if tenths == 0:
        return Saying("results.tenths_low")
    return Saying("results.tenths_high") if tenths == _TENTHS else Saying("results.tenths", {"tenths": tenths})


def tenths_of(cell: Figure) -> int | None:
    """Return the published share as people in 10, halves up; None where there is no share."""
    return None if cell.share is None else (percent(cell.share) + _TENTHS // 2) // _TENTHS


def interval_saying(cell: Figure) -> Saying | None:
    """Say between which shares the truth is likely to lie; None where there is no figure."""
    if cell.low is None or cell.high is None:
        return None
    return Saying("results.interval", {"low": percent(cell.low), "high": percent(cell.high)})


def quality_saying(row: PublishedRow) -> Saying:
    """Say about how many people answered and how far that can be relied on."""
    values: dict[str, str | int] = {} if row.base is None else {"base": row.base}
    return Saying(f"results.quality.{row.quality}", values)


def stand_in_saying(row: PublishedRow, names: Mapping[str, str]) -> Saying | None:
    """Say that a row shows a wider area's figures; None where it shows its own or none."""
    if row.shown_for is None or row.shown_for == row.row:
        return None
    return Saying("results.stand_in", {"area": names[row.row], "wider": names[row.shown_for]})


def percent(share: float) -> int:
    """Return a published share, which has two decimals, as a whole number of 100."""
    return round(share * 100)
