"""Follows the ink that touches a box over the page: a tick belongs to its box, a line passing through does not."""

from collections.abc import Iterator, Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from engage.channels.paper.layout import Mark, Page, Text
from engage.channels.paper.straightening import SCALE, Floats, Outlines, Straight

#: The page is looked at in half its pixels.
_HALF = 2
_PX = SCALE / _HALF
#: Ink from so many times the darkness of a printed line.
_INK = 0.35
#: What is printed is taken out with so much around it (mm).
_PRINT_EDGE = 0.35
#: Half the thickness of the outline that is taken out of a stroke (pixels).
_RING = 1
#: How far above and below the base line letters reach, in type sizes.
_ABOVE, _BELOW = 1.0, 0.4
#: Numbers for each box.
COUNT = 10


def strokes_of(straight: Straight, outlines: Outlines, page: Page, line: float) -> Floats:
    """Return for each box how far the stroke in it reaches, and where its middle is (mm from the box's own)."""
    small = cv2.resize(straight.darkness, None, fx=1 / _HALF, fy=1 / _HALF, interpolation=cv2.INTER_AREA)
    ink = (small > _INK * line).astype(np.uint8)
    _take_out_print(ink, page, outlines)
    side = round(page.boxes[0].w * _PX)
    corners = np.round(outlines.corners / _HALF).astype(int)
    _take_out_outlines(ink, corners, side)
    joined = cv2.dilate(ink, np.ones((2 * _RING + 3, 2 * _RING + 3), np.uint8))
    _, labels, stats, middles = cv2.connectedComponentsWithStats(joined, connectivity=8)
    parts = np.asarray(labels, np.int32), np.asarray(stats, np.int32), np.asarray(middles, np.float64)
    rows = [_stroke(ink, *parts, x, y, side) for x, y in corners]
    return np.array(rows, np.float32).reshape(len(rows), COUNT)


def _stroke(
    ink: NDArray[np.uint8],
    labels: NDArray[np.int32],
    stats: NDArray[np.int32],
    middles: NDArray[np.float64],
    x: int,
    y: int,
    side: int,
) -> list[float]:
    inner = slice(max(y + _RING, 0), y + side - _RING), slice(max(x + _RING, 0), x + side - _RING)
    inside, names = ink[inner], labels[inner]
    own = names[inside > 0]
    if not own.size:
        return [0.0] * COUNT
    name = int(np.bincount(own).argmax())
    left, top, width, height, area = (int(number) for number in stats[name])
    around = labels[max(y - 3, 0) : y + side + 3, max(x - 3, 0) : x + side + 3]
    middle_x, middle_y = middles[name] - (x + side / 2, y + side / 2)
    beyond = (x - left, left + width - x - side, y - top, top + height - y - side)
    return [
        own.size / (side * side),
        float(np.mean(own == name)),
        min(width / _PX, 60.0),
        min(height / _PX, 60.0),
        float(np.mean(around == name)),
        float((around == name).sum() / max(area, 1)),
        float(np.clip(middle_x / _PX, -30, 30)),
        float(np.clip(middle_y / _PX, -30, 30)),
        max(beyond) / _PX,
        area / _PX**2 / max(float(np.hypot(width, height)) / _PX, 1.0),
    ]


def _take_out_print(ink: NDArray[np.uint8], page: Page, outlines: Outlines) -> None:
    """Clear what is printed beside the boxes, each piece shifted as the box nearest to it."""
    expected = np.array([(box.x, box.y) for box in page.boxes])
    shifts = outlines.corners / SCALE - expected
    rectangles = np.array(list(_printed(page)), np.float64).reshape(-1, 4)
    middles = (rectangles[:, :2] + rectangles[:, 2:]) / 2
    nearest = np.hypot(*(middles[:, None] - expected[None, :]).transpose(2, 0, 1)).argmin(axis=1)
    moved = rectangles + np.tile(shifts[nearest], 2) + (-_PRINT_EDGE, -_PRINT_EDGE, _PRINT_EDGE, _PRINT_EDGE)
    for left, top, right, bottom in np.round(moved * _PX).clip(0).astype(int):
        ink[top:bottom, left:right] = 0


def _printed(page: Page) -> Iterator[tuple[float, float, float, float]]:
    """Yield left, top, right, bottom (mm) of all print but the boxes."""
    for text in page.texts:
        yield text.x, text.y - _ABOVE * text.h, text.x + text.w, text.y + _BELOW * text.h
    kinds: tuple[Sequence[Mark], ...] = (page.spaces, page.figures, page.slots, page.markers)
    for mark in (mark for kind in kinds for mark in kind if not isinstance(mark, Text)):
        yield mark.x, mark.y, mark.x + mark.w, mark.y + mark.h
    for rule in page.rules:
        left, top, right, bottom = rule.x, rule.y, rule.x + rule.w, rule.y + rule.h
        yield from ((left, top, right, top), (left, bottom, right, bottom))
        yield from ((left, top, left, bottom), (right, top, right, bottom))


def _take_out_outlines(ink: NDArray[np.uint8], corners: NDArray[np.int_], side: int) -> None:
    for x, y in corners:
        inner = slice(max(y + _RING, 0), y + side - _RING), slice(max(x + _RING, 0), x + side - _RING)
        kept = ink[inner].copy()
        ink[max(y - _RING, 0) : y + side + _RING, max(x - _RING, 0) : x + side + _RING] = 0
        ink[inner] = kept
