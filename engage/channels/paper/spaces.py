"""Looks into the spaces for writing and drawing: whether there is ink, and a picture for who types it off."""

import cv2
import numpy as np

from engage.channels.paper.layout import Page, Space
from engage.channels.paper.straightening import SCALE, Outlines, Straight

#: Left out along the frame and to either side of a line to write on (mm).
_EDGE, _LINE = 1.4, 0.7
#: Kept around a frame in its picture (mm), as writing runs over.
_MARGIN = 4.0
#: Ink is at least so dark against the paper, and takes at least so many square millimetres.
_INK, _LEAST_INK = 0.16, 0.9
#: Specks smaller than this (pixels) are dust.
_DUST = 5
#: How hard pictures are squeezed, 0 to 9: little is quick, and they are kept for days only.
_SQUEEZE = 1


def has_ink(straight: Straight, page: Page, outlines: Outlines, space: Space) -> bool:
    """Say whether somebody wrote or drew in a space: in doubt yes, as a person looks at it then."""
    left, top, right, bottom = _edges(page, outlines, space, -_EDGE)
    inside = straight.darkness[top:bottom, left:right]
    if not inside.size:
        return True
    ink = (inside > _INK).astype(np.uint8)
    for line in range(1, space.lines + 1):
        at = (line * space.h / (space.lines + 1) - _EDGE) * SCALE
        ink[max(0, round(at - _LINE * SCALE)) : max(0, round(at + _LINE * SCALE))] = 0
    _, _, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    areas = stats[1:, cv2.CC_STAT_AREA]
    return float(areas[areas > _DUST].sum()) > _LEAST_INK * SCALE**2


def crop_of(straight: Straight, page: Page, outlines: Outlines, space: Space) -> bytes:
    """Return the picture of a space (grey PNG) with a margin around it."""
    left, top, right, bottom = _edges(page, outlines, space, _MARGIN)
    done, data = cv2.imencode(".png", straight.grey[top:bottom, left:right], [cv2.IMWRITE_PNG_COMPRESSION, _SQUEEZE])
    return data.tobytes() if done else b""


def _edges(page: Page, outlines: Outlines, space: Space, wider: float) -> tuple[int, int, int, int]:
    """Return left, top, right, bottom (pixels) of a space made wider (mm), shifted as the boxes nearest to it."""
    shift = np.zeros(2)
    if page.boxes:
        expected = np.array([(box.x, box.y) for box in page.boxes])
        middle = np.array([space.x + space.w / 2, space.y + space.h / 2])
        nearest = np.hypot(*(expected - middle).T).argmin()
        shift = outlines.corners[nearest] / SCALE - expected[nearest]
    x, y = space.x + shift[0], space.y + shift[1]
    edges = (x - wider, y - wider, x + space.w + wider, y + space.h + wider)
    left, top, right, bottom = (max(0, round(float(edge) * SCALE)) for edge in edges)
    return left, top, right, bottom
