"""Measures the ink in and around each box of a straightened page: the numbers it is judged by."""

import cv2
import numpy as np

from engage.channels.paper.layout import Page
from engage.channels.paper.straightening import Floats, Outlines, Straight
from engage.channels.paper.strokes import strokes_of

#: Side of a box and of the white looked at around it (pixels of the straightened page: 4 mm and 2 mm). Nothing
#: else is printed within 2 mm of a box.
SIDE, AROUND = 24, 12
_PATCH = SIDE + 2 * AROUND
#: Beside the line of the outline (pixels), where its blur still shows.
_LINE = 3
_INSIDE = slice(AROUND + _LINE, AROUND + SIDE - _LINE)
_CORE = slice(AROUND + 7, AROUND + SIDE - 7)
_CELL = 4
_CELLS = _PATCH // _CELL
#: Printed lines are never taken for paler than this (darkness 0 to 1), however poor the picture.
_PALEST_LINE = 0.12
#: The darkest share of the inside, which a thin mark does not fill: the best single number there is, and its column.
_DARKEST_SHARE, DARKEST = 0.12, 3
#: Ink from so many times the darkness of a printed line.
_INK = (0.25, 0.5, 0.8)
#: So far from half dark, a point is pure black or pure white, as all of them are in a picture of one bit.
_PURE = 0.49


def features_of(straight: Straight, outlines: Outlines, page: Page) -> Floats:
    """Return one row of numbers for each box of a page."""
    patches = _patches(straight.darkness, outlines)
    line = _line_darkness(patches)
    ink = np.minimum(patches / line, 2.0)
    own = np.hstack([_inner(patches, ink), _sides(ink), _crossings(ink), outlines.clarity[:, None] / line])
    strokes = strokes_of(straight, outlines, page, line)
    usual = np.median(own, axis=0)
    spread = np.median(np.abs(own - usual), axis=0) + 0.02
    whole = np.array([line, float(np.median(outlines.clarity)), straight.sharpness, *_paper(patches)], np.float32)
    everywhere = np.broadcast_to(whole, (len(patches), len(whole)))
    parts = [own, strokes, own - usual, (own - usual) / spread, _grid(ink), everywhere]
    return np.hstack(parts).astype(np.float32)


def _patches(darkness: Floats, outlines: Outlines) -> Floats:
    """Return the surroundings of each box, the box in the middle."""
    patches = np.empty((len(outlines.corners), _PATCH, _PATCH), np.float32)
    for at, corner in enumerate(outlines.corners):
        middle = corner + SIDE / 2 - 0.5
        cv2.getRectSubPix(darkness, (_PATCH, _PATCH), (float(middle[0]), float(middle[1])), patches[at])
    return patches


def _line_darkness(patches: Floats) -> float:
    """Return how dark the outlines of the page's boxes are, most of them being free of ink."""
    near = slice(AROUND - 2, AROUND + 2)
    far = slice(AROUND + SIDE - 2, AROUND + SIDE + 2)
    along = slice(AROUND + 3, AROUND + SIDE - 3)
    sides = [patches[:, near, along].max(axis=1), patches[:, far, along].max(axis=1)]
    sides += [patches[:, along, near].max(axis=2), patches[:, along, far].max(axis=2)]
    return max(_PALEST_LINE, float(np.median(np.concatenate(sides, axis=1))))


def _darkest(ink: Floats) -> Floats:
    inside = ink[:, _INSIDE, _INSIDE].reshape(len(ink), -1)
    count = round(inside.shape[1] * _DARKEST_SHARE)
    return np.asarray(np.partition(inside, inside.shape[1] - count, axis=1)[:, -count:].mean(axis=1), np.float32)


def _inner(patches: Floats, ink: Floats) -> Floats:
    """Return how dark the inside is in several ways."""
    inside, core = ink[:, _INSIDE, _INSIDE], ink[:, _CORE, _CORE]
    flat = (1, 2)
    numbers = [inside.mean(axis=flat), core.mean(axis=flat), inside.std(axis=flat), _darkest(ink), _darkest(patches)]
    numbers += [(inside > share).mean(axis=flat) for share in _INK]
    return np.stack(numbers, axis=1)


def _sides(ink: Floats) -> Floats:
    """Return the ink beyond each side and its spread, and how dark each side of the outline is."""
    out, end = slice(0, AROUND - 2), slice(_PATCH - AROUND + 2, _PATCH)
    row, mid = slice(AROUND - 2, AROUND + 2), slice(AROUND, AROUND + SIDE)
    low = slice(AROUND + SIDE - 2, AROUND + SIDE + 2)
    strips = [ink[:, out, :], ink[:, end, :], ink[:, :, out], ink[:, :, end]]
    beyond = np.stack([(strip > _INK[0]).mean(axis=(1, 2)) for strip in strips], axis=1)
    lines = np.stack(
        [part.mean(axis=(1, 2)) for part in (ink[:, row, mid], ink[:, low, mid], ink[:, mid, row], ink[:, mid, low])],
        axis=1,
    )
    return np.hstack([np.sort(beyond, axis=1), beyond.sum(axis=1, keepdims=True), np.sort(lines, axis=1)])


def _crossings(ink: Floats) -> Floats:
    """Return how often rows and columns change between ink and paper, and how far the ink reaches."""
    dark = ink > _INK[1]
    inner = dark[:, _INSIDE, _INSIDE]
    across = (inner[:, :, 1:] != inner[:, :, :-1]).mean(axis=(1, 2))
    down = (inner[:, 1:] != inner[:, :-1]).mean(axis=(1, 2))
    rows, columns = inner.any(axis=2).mean(axis=1), inner.any(axis=1).mean(axis=1)
    whole_across = (dark[:, :, 1:] != dark[:, :, :-1]).mean(axis=(1, 2))
    whole_down = (dark[:, 1:] != dark[:, :-1]).mean(axis=(1, 2))
    covered = dark.mean(axis=(1, 2))
    return np.stack(
        [np.minimum(across, down), np.maximum(across, down), rows, columns, whole_across, whole_down, covered], axis=1
    )


def _grid(ink: Floats) -> Floats:
    """Return the patch in coarse cells, row by row."""
    cells = ink.reshape(len(ink), _CELLS, _CELL, _CELLS, _CELL).mean(axis=(2, 4))
    return np.asarray(cells.reshape(len(ink), -1), np.float32)


def _paper(patches: Floats) -> tuple[float, float]:
    """Return how rough the paper looks, and what share of it is pure black or white."""
    inside = patches[:, _INSIDE, _INSIDE]
    rough = float(np.median(inside.std(axis=(1, 2))))
    pure = float(np.mean(np.abs(inside - 0.5) > _PURE))
    return rough, pure
