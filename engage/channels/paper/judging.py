"""Judges each box of a page: empty, marked, struck out, or for a person to look at; nothing is guessed."""

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from engage.channels.paper.company import groups_of, places_of, rows_in_company
from engage.channels.paper.features import DARKEST, features_of
from engage.channels.paper.layout import Page
from engage.channels.paper.straightening import Floats, Outlines, Straight

#: An outline fainter than this share of what is usual on the page is not there: nothing can be said of its box. And
#: nothing is taken for empty whose outline is fainter than that: something may lie on it.
_LEAST_CLARITY, _EMPTY_CLARITY = 0.12, 0.4
#: Where fewer of the outlines agree on where the page lies, most are not to be seen.
_AGREED = 0.42
#: How much darker than in most boxes of the page the darkest part of the inside is, in printed lines: beyond this
#: nothing is taken for empty, and below that nothing for marked, whatever the weights say.
_NEVER_EMPTY, _NEVER_MARKED = 0.6, 0.06
_WEIGHTS = "weights.npz"


@dataclass(frozen=True)
class Sureness:
    """From how sure on a box is taken as marked or as not marked; anything between goes to a person.

    Surer must be what nobody would ever look at again: a question without any mark, a box that is struck out, a
    further mark of a question.
    """

    marked: float
    not_marked: float
    blank: float
    struck_out: float
    further: float


GREY = Sureness(0.98, 0.98, 0.985, 0.99, 0.985)
#: In a picture of pure black and white nothing is quite sure, and a person does not see more in it.
TWO_TONE = Sureness(0.95, 0.97, 0.975, 0.985, 0.97)


@dataclass(frozen=True)
class Judgement:
    """What a box is, and how likely that is right."""

    state: str
    confidence: float


UNREADABLE = Judgement("unreadable", 0.0)


@dataclass(frozen=True)
class Trees:
    """Boosted decision trees, one a row; leaves point to themselves."""

    feature: NDArray[np.int16]
    threshold: Floats
    left: NDArray[np.int16]
    right: NDArray[np.int16]
    value: Floats
    base: float
    depth: int

    def log_odds(self, rows: Floats) -> Floats:
        """Return the log odds for each row of numbers."""
        trees = np.arange(len(self.feature))
        at = np.zeros((len(rows), len(trees)), np.intp)
        row = np.arange(len(rows))[:, None]
        for _ in range(self.depth):
            goes_left = rows[row, self.feature[trees, at]] <= self.threshold[trees, at]
            at = np.where(goes_left, self.left[trees, at], self.right[trees, at])
        return np.asarray(self.value[trees, at].sum(axis=1) + self.base, np.float32)


@dataclass(frozen=True)
class Weights:
    """What was learnt from sheets whose truth is known."""

    #: Judges a box by itself, and then in the company of the others.
    alone: Trees
    together: Trees
    corrected: Trees
    #: Log odds to true odds: steepness and shift.
    calibration: tuple[float, float]


def judge(straight: Straight, outlines: Outlines, page: Page) -> list[Judgement]:
    """Return what each box of a page is, in the order of the layout."""
    weights = read_weights()
    rows = features_of(straight, outlines, page)
    alone = weights.alone.log_odds(rows)
    together = rows_in_company(rows, alone, groups_of(page.boxes), places_of(page.boxes))
    steep, shift = weights.calibration
    chosen = _share(steep * weights.together.log_odds(together) + shift)
    struck = _share(weights.corrected.log_odds(rows))
    usual = float(np.percentile(outlines.clarity, 75))
    if outlines.agreement < _AGREED:
        return [UNREADABLE] * len(page.boxes)
    darker = rows[:, DARKEST] - np.percentile(rows[:, DARKEST], 20)
    sure = TWO_TONE if straight.is_two_tone else GREY
    found = [_judgement(float(share), float(out), sure) for share, out in zip(chosen, struck, strict=True)]
    judged = [
        _seen(_checked(found[at], float(darker[at])), float(clarity / usual))
        if outlines.is_in_picture[at]
        else UNREADABLE
        for at, clarity in enumerate(outlines.clarity)
    ]
    return _struck_out_for_another(_thought_over(judged, groups_of(page.boxes), sure), page)


@cache
def read_weights() -> Weights:
    """Return the weights that ship with the platform."""
    with (files(__package__) / _WEIGHTS).open("rb") as file, np.load(file, allow_pickle=False) as kept:
        steep, shift = (float(number) for number in kept["calibration"])
        return Weights(_trees(kept, "alone"), _trees(kept, "together"), _trees(kept, "corrected"), (steep, shift))


def _trees(kept: "np.lib.npyio.NpzFile", name: str) -> Trees:
    feature, threshold, left, right, value = (
        kept[f"{name}_{part}"] for part in ("feature", "threshold", "left", "right", "value")
    )
    base, depth = kept[f"{name}_base"]
    return Trees(feature, threshold, left, right, value, float(base), int(depth))


def _struck_out_for_another(judged: list[Judgement], page: Page) -> list[Judgement]:
    """Leave a box for a person that was struck out where nothing else of its question is marked.

    It may as well have been filled in with a will: very dark never means deleted by itself.
    """
    answered = {box.question for box, found in zip(page.boxes, judged, strict=True) if found.state == "marked"}
    return [
        Judgement("doubtful", found.confidence)
        if found.state == "corrected" and box.question not in answered
        else found
        for box, found in zip(page.boxes, judged, strict=True)
    ]


def _thought_over(judged: list[Judgement], groups: NDArray[np.int32], sure: Sureness) -> list[Judgement]:
    """Leave to a person what is blank, struck out or a further mark of its question, if that is not quite sure."""
    marks: dict[int, list[float]] = {}
    for found, group in zip(judged, groups.tolist(), strict=True):
        if found.state == "marked":
            marks.setdefault(group, []).append(found.confidence)
    return [
        Judgement("doubtful", found.confidence)
        if (found.state == "empty" and group not in marks and found.confidence < sure.blank)
        or (found.state == "corrected" and found.confidence < sure.struck_out)
        or (found.state == "marked" and found.confidence < sure.further and max(marks[group]) > found.confidence)
        else found
        for found, group in zip(judged, groups.tolist(), strict=True)
    ]


def _seen(found: Judgement, clarity: float) -> Judgement:
    """Leave a box whose outline is not to be seen: `clarity` is its share of what is usual on the page."""
    least = _EMPTY_CLARITY if found.state == "empty" else _LEAST_CLARITY
    return found if clarity > least else UNREADABLE


def _checked(found: Judgement, darker: float) -> Judgement:
    """Leave to a person what the weights are sure of and the plainest measure speaks against."""
    is_odd = (found.state == "empty" and darker > _NEVER_EMPTY) or (found.state == "marked" and darker < _NEVER_MARKED)
    return Judgement("doubtful", found.confidence) if is_odd else found


def _judgement(chosen: float, struck: float, sure: Sureness) -> Judgement:
    if chosen >= sure.marked:
        return Judgement("marked", chosen)
    if 1 - chosen >= sure.not_marked:
        return Judgement("corrected" if struck > 0.5 else "empty", 1 - chosen)  # noqa: PLR2004 - more likely than not
    return Judgement("doubtful", max(chosen, 1 - chosen))


def _share(log_odds: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-log_odds.clip(-30, 30))), np.float32)
