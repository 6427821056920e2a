"""Puts what was found in a box beside what was found in the others: of its question, of its row, of the page."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from engage.channels.paper.layout import Box
from engage.channels.paper.straightening import Floats

#: Log odds from which a box shows how this person marks boxes.
_CLEAR = 3.0
#: Neighbours looked at, and the log odds and distance (mm) beyond which they are all the same.
_NEAREST, _MOST_ODDS, _MOST_AWAY = 3, 12.0, 30.0
#: The measures by which a mark is compared with the person's other marks: how many of the first in a row.
_COMPARED = 16


def groups_of(boxes: Sequence[Box]) -> NDArray[np.int32]:
    """Return a number for each box, the same for the boxes of one question."""
    names = {question: at for at, question in enumerate(dict.fromkeys(box.question for box in boxes))}
    return np.array([names[box.question] for box in boxes], np.int32)


def places_of(boxes: Sequence[Box]) -> Floats:
    """Return where the boxes are printed (mm)."""
    return np.array([(box.x, box.y) for box in boxes], np.float32)


def rows_in_company(rows: Floats, alone: Floats, groups: NDArray[np.int32], places: Floats) -> Floats:
    """Return the measures of each box with those that the boxes around it add.

    `alone` are the log odds that a box is marked, judged by itself.
    """
    odds = alone.clip(-_MOST_ODDS, _MOST_ODDS)
    return np.hstack(
        [rows, odds[:, None], _of_question(odds, groups), _of_neighbours(odds, places), _of_page(rows, odds)]
    ).astype(np.float32)


def _of_question(odds: Floats, groups: NDArray[np.int32]) -> Floats:
    """Return the clearest of the question's other boxes, how many are marked there, and how many there are."""
    same = groups[:, None] == groups[None, :]
    np.fill_diagonal(same, val=False)
    clearest = np.where(same, odds[None, :], -_MOST_ODDS).max(axis=1)
    marked = (same * (1 / (1 + np.exp(-odds)))[None, :]).sum(axis=1)
    return np.stack([clearest, marked, same.sum(axis=1)], axis=1).astype(np.float32)


def _of_neighbours(odds: Floats, places: Floats) -> Floats:
    """Return the log odds of the nearest boxes and how far they are, as a tick may reach into the next box."""
    away = np.hypot(*(places[:, None] - places[None, :]).transpose(2, 0, 1))
    np.fill_diagonal(away, np.inf)
    wide = np.hstack([away, np.full((len(odds), _NEAREST), np.inf)])
    padded = np.append(odds, np.full(_NEAREST, -_MOST_ODDS, np.float32))
    near = np.argsort(wide, axis=1)[:, :_NEAREST]
    distance = np.minimum(np.take_along_axis(wide, near, axis=1), _MOST_AWAY)
    near = np.where(near < len(odds), near, len(odds))
    return np.hstack([padded[near], distance]).astype(np.float32)


def _of_page(rows: Floats, odds: Floats) -> Floats:
    """Return how the box differs from the boxes this person has clearly marked, and how many those are."""
    compared = rows[:, :_COMPARED]
    clear = odds > _CLEAR
    usual = np.median(compared[clear], axis=0) if clear.any() else np.median(compared, axis=0) * 0
    count = np.full((len(odds), 1), clear.sum(), np.float32)
    return np.hstack([compared - usual, count, count / len(odds)]).astype(np.float32)
