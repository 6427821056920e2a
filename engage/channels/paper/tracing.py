"""Turns what is drawn in a space of a scanned page into outlines of its ink: small whole numbers, and no picture."""

from collections.abc import Sequence
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from engage.channels.paper.crops import SCALE
from engage.channels.paper.layout import Layout
from engage.response.drawings import MOST_LINES, MOST_POINTS, OUTLINES, SHEET_HEIGHT, SHEET_WIDTH

#: Left out along the frame (mm): a page is straight to within one.
_EDGE = 2.0
#: Ink is at least so much darker than the paper around it, as a share of the paper's own lightness.
_INK = 0.16
#: Specks smaller than this (pixels) are dust.
_DUST = 14
#: The paper's lightness is looked for in a picture so much smaller, around every place so wide (pixels of it).
_SMALLER, _AROUND = 8, 41
#: How far an outline may be off (units of the sheet), finest first; coarser where it has too many points.
_TOLERANCES = (0.7, 1.1, 1.8, 3.0)

_Grey = NDArray[np.uint8]


def trace_drawing(picture: bytes, layout: Layout, number: int, question: str) -> dict[str, Any] | None:
    """Return the drawing in a question's space as outlines; None where there is no such space, or nothing in it.

    `picture` is the straightened page (grey, 6 pixels a millimetre). Where somebody shaded a lot, the finest parts go
    first, as no drawing has more than MOST_POINTS points.
    """
    inside = _inside(picture, layout, number, question)
    if inside is None:
        return None
    found, _ = cv2.findContours(_ink_in(inside), cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
    contours = sorted(found, key=cv2.contourArea, reverse=True)
    scale = np.array([SHEET_WIDTH / inside.shape[1], SHEET_HEIGHT / inside.shape[0]], np.float32)
    outlines: list[list[int]] = []
    for tolerance in _TOLERANCES:
        outlines = [line for contour in contours if (line := _outline(contour, scale, tolerance))]
        if len(outlines) <= MOST_LINES and _points_in(outlines) <= MOST_POINTS:
            break
    kept = _within_limits(outlines)
    return {OUTLINES: kept} if kept else None


def _inside(picture: bytes, layout: Layout, number: int, question: str) -> _Grey | None:
    """Return the part of a page's picture within the frame of a question's space."""
    spaces = [space for page in layout.pages if page.number == number for space in page.spaces]
    space = next((space for space in spaces if space.question == question), None)
    grey = cv2.imdecode(np.frombuffer(picture, np.uint8), cv2.IMREAD_GRAYSCALE) if space else None
    if space is None or grey is None:
        return None
    edges = (space.x + _EDGE, space.y + _EDGE, space.x + space.w - _EDGE, space.y + space.h - _EDGE)
    left, top, right, bottom = (round(edge * SCALE) for edge in edges)
    part = np.asarray(grey[top:bottom, left:right], np.uint8)
    return part if part.size else None


def _ink_in(grey: _Grey) -> _Grey:
    """Return where there is ink, without dust; shadows of a photograph are none."""
    size = (max(1, grey.shape[1] // _SMALLER), max(1, grey.shape[0] // _SMALLER))
    small = cv2.dilate(cv2.resize(grey, size, interpolation=cv2.INTER_AREA), np.ones((_AROUND, _AROUND), np.uint8))
    paper = cv2.resize(cv2.blur(small, (_AROUND, _AROUND)), (grey.shape[1], grey.shape[0]))
    ink = (grey < paper.astype(np.float32) * (1 - _INK)).astype(np.uint8)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    is_kept = stats[:, cv2.CC_STAT_AREA] >= _DUST
    is_kept[0] = False
    return np.asarray(is_kept[labels], np.uint8) if count > 1 else ink


def _outline(contour: Any, scale: NDArray[np.float32], tolerance: float) -> list[int]:
    points = cv2.approxPolyDP((contour[:, 0] * scale).astype(np.float32), tolerance, closed=True)[:, 0]
    rounded = np.clip(np.rint(points), 0, (SHEET_WIDTH, SHEET_HEIGHT)).astype(int)
    distinct = [tuple(point) for at, point in enumerate(rounded.tolist()) if point != rounded[at - 1].tolist()]
    return [at for point in distinct for at in point] if len(distinct) > 2 else []  # noqa: PLR2004 - a triangle at least


def _within_limits(outlines: Sequence[list[int]]) -> list[list[int]]:
    """Return the largest outlines, as many as one drawing may have."""
    kept: list[list[int]] = []
    for line in outlines[:MOST_LINES]:
        if _points_in(kept) + len(line) // 2 > MOST_POINTS:
            break
        kept.append(line)
    return kept


def _points_in(lines: Sequence[list[int]]) -> int:
    return sum(map(len, lines)) // 2
