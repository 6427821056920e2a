"""Straightens a page: from its marks to a flat picture in millimetres, and each box to where it really lies."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from engage.channels.paper.decoding import Grey
from engage.channels.paper.finding import PageCode, Points, carried, corners_mm, plane, rectangle
from engage.channels.paper.layout import PAGE_HEIGHT, PAGE_WIDTH, Box, Page

#: Numbers with a fraction, whatever the shape.
Floats = NDArray[np.float32]

#: Pixels a millimetre of a straightened page.
SCALE = 6
_SIZE = (round(PAGE_WIDTH * SCALE), round(PAGE_HEIGHT * SCALE))
#: Marks that make the corners of the code needless: their own corners are the finer.
_MARKS_ENOUGH = 3
#: A picture with more pixels a millimetre is made smaller first, so that none of its ink falls between two.
_FINE = 9.0
#: Paper is looked for around every point (mm): more than the largest mark of a pen.
_PAPER_AROUND = 12.0
#: The reach of the search for an outline around where it should be (mm), in pixels of the straightened page.
_REACH = round(2.0 * SCALE)
#: White looked at inside and outside an outline (pixels), where it must not be.
_RIM = 4
#: Neighbours that say how the paper bends around a box, and how far away they count (mm): ever nearer ones, pass
#: by pass.
_NEIGHBOURS, _BENDS = 15, (30.0, 20.0, 14.0, 14.0, 14.0)
#: A step so great (mm) is measured again from where it led.
_GREAT = 0.5
#: How far from the code boxes are looked for, step by step (mm), and how many are too few to learn from.
_GROWTH, _NEAREST_BOXES = (70.0, 100.0, 140.0, 190.0, 250.0, 330.0), 3
#: An outline lies where its neighbours say if it is no further off (mm), and shows at all (darkness 0 to 1).
_SAME_PLACE, _LEAST_CLARITY = 0.45, 0.06
#: How strongly a bend is believed to be none, in neighbours.
_STIFF = 0.6
#: A picture is of two tones where so many of its pixels are pure black or white, looking at one of so many each way.
_PURE, _WHITE, _SOME = 0.995, 255, 7
#: An outline of its own counts from this share of the usual clarity on, wholly so far from its neighbours' (mm),
#: and not at all at twice that.
_CLEAR, _OWN = 0.55, 0.7


@dataclass(frozen=True)
class Straight:
    """A straightened page: `grey` as photographed, `darkness` 0 (paper) to 1 against the paper around it."""

    grey: Grey
    darkness: Floats
    #: Registration marks it was straightened by, and pixels a millimetre the picture had.
    marks: int
    sharpness: float
    #: From millimetres of the page to the picture it was taken from, and how wide and high that is (pixels).
    to_picture: Points
    picture: tuple[int, int]
    #: The picture is pure black and white.
    is_two_tone: bool
    #: How far the worst of them lies from where the others have it (mm).
    misfit_mm: float = 0.0


@dataclass(frozen=True)
class Outlines:
    """Where the boxes lie on the straightened page (pixels, top left corners), and how clear their outlines are."""

    corners: Points
    #: Share of the outline that is there, about 1 for a clean print.
    clarity: Floats
    #: Share of the boxes whose own outline lies where its neighbours say.
    agreement: float
    #: Which boxes lie in the picture with their whole outline, and are not made up from its edge.
    is_in_picture: NDArray[np.bool_]
    #: How far the box that moved most lies from where the marks alone have it (mm).
    farthest_mm: float = 0.0


def straighten(grey: Grey, page: Page, code: PageCode, marks: Mapping[int, Points]) -> Straight:
    """Return the page seen from above."""
    slot = next(slot for slot in page.slots if slot.what == "page_code")
    by_number = {marker.number: corners_mm(marker) for marker in page.markers}
    numbers = [number for number in marks if number in by_number]
    known_mm = [by_number[number] for number in numbers]
    known = [marks[number] for number in numbers]
    if len(numbers) < _MARKS_ENOUGH:
        known_mm.append(rectangle(slot.x, slot.y, slot.w, slot.h))
        known.append(code.corners)
    to_picture = plane(np.vstack(known_mm), np.vstack(known))
    off = carried(np.asarray(np.linalg.inv(to_picture), np.float64), np.vstack(known)) - np.vstack(known_mm)
    return replace(_seen_from_above(grey, to_picture, len(numbers)), misfit_mm=float(np.hypot(*off.T).max()))


def grow(grey: Grey, page: Page, code: PageCode) -> Straight:
    """Return the page seen from above by its code and its boxes alone, for when too few marks are left.

    Begins beside the code, where its corners still tell the slant, and goes on as far as boxes are found.
    """
    slot = next(slot for slot in page.slots if slot.what == "page_code")
    corner_mm = rectangle(slot.x, slot.y, slot.w, slot.h)
    places = np.array([(box.x + box.w / 2, box.y + box.h / 2) for box in page.boxes], np.float64).reshape(-1, 2)
    away = np.hypot(*(places - corner_mm.mean(axis=0)).T)
    to_picture = plane(corner_mm, code.corners)
    for reach in _GROWTH:
        straight = _seen_from_above(grey, to_picture, 0)
        near = [box for box, distance in zip(page.boxes, away, strict=True) if distance < reach]
        if len(near) <= _NEAREST_BOXES:
            continue
        outlines = outlines_of(straight, near)
        expected = np.array([(box.x, box.y) for box in near]) + near[0].w / 2
        seen = carried(to_picture, outlines.corners / SCALE + near[0].w / 2)
        to_picture = plane(np.vstack([corner_mm, expected]), np.vstack([code.corners, seen]))
    return _seen_from_above(grey, to_picture, 0)


def darkness_of(flat: Grey) -> Floats:
    """Return how dark each point is against the paper around it, so that shadows and stains count for little."""
    small = cv2.resize(flat, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA)
    reach = round(_PAPER_AROUND * SCALE / 4) | 1
    paper = cv2.morphologyEx(small, cv2.MORPH_CLOSE, np.ones((reach, reach), np.uint8))
    paper = cv2.blur(paper, (5, 5)).clip(1, 255)
    full = cv2.resize(paper, (flat.shape[1], flat.shape[0]), interpolation=cv2.INTER_LINEAR)
    share = cv2.divide(flat, full, scale=255.0)
    return np.asarray(1.0 - share * np.float32(1 / 255), np.float32)


def outlines_of(straight: Straight, boxes: Sequence[Box]) -> Outlines:
    """Return where each box lies: drawn to its printed outline, in step with its neighbours."""
    if not boxes:
        agreement = float(straight.marks >= _MARKS_ENOUGH)
        return Outlines(np.zeros((0, 2)), np.zeros(0, np.float32), agreement, np.zeros(0, np.bool_))
    expected = np.array([(box.x, box.y) for box in boxes], np.float64)
    size = round(boxes[0].w * SCALE)
    shift = np.zeros_like(expected)
    off = np.zeros(len(boxes))
    for bend in _BENDS:
        found, clarity = _outline_shifts(straight.darkness, (expected + shift) * SCALE, size)
        own = shift + found / SCALE
        smooth = _in_step(expected, own, clarity, bend)
        off = np.hypot(*(own - smooth).T)
        step = np.abs(smooth - shift).max()
        # A clear outline close to where it should be is believed more than its neighbours.
        trust = (clarity > _CLEAR * np.median(clarity)) * np.clip(2.0 - off / _OWN, 0.0, 1.0)
        shift = smooth + trust[:, None] * (own - smooth)
        if step < _GREAT:
            break
    agreement = float(np.mean((off < _SAME_PLACE) & (clarity > _LEAST_CLARITY)))
    farthest = float(np.hypot(*shift.T).max())
    is_in_picture = _in_picture(straight, expected + shift, boxes[0].w)
    return Outlines((expected + shift) * SCALE, clarity, agreement, is_in_picture, farthest)


def _in_picture(straight: Straight, places: Points, side: float) -> NDArray[np.bool_]:
    inside = np.ones(len(places), np.bool_)
    for corner in rectangle(0, 0, side, side):
        at = carried(straight.to_picture, places + corner)
        inside &= ((at >= 0) & (at <= np.array(straight.picture))).all(axis=1)
    return inside


def _seen_from_above(grey: Grey, to_picture: Points, marks: int) -> Straight:
    seen = carried(to_picture, rectangle(0, 0, PAGE_WIDTH, PAGE_HEIGHT)).astype(np.float32)
    sharpness = float(np.sqrt(abs(cv2.contourArea(seen)) / (PAGE_WIDTH * PAGE_HEIGHT)))
    flat = _flat(grey, to_picture, sharpness)
    size = (grey.shape[1], grey.shape[0])
    return Straight(flat, darkness_of(flat), marks, sharpness, to_picture, size, _is_two_tone(grey))


def _is_two_tone(grey: Grey) -> bool:
    some = grey[::_SOME, ::_SOME]
    return float(np.mean((some == 0) | (some == _WHITE))) > _PURE


def _flat(grey: Grey, to_picture: Points, sharpness: float) -> Grey:
    shrink = min(1.0, (SCALE + 0.5) / sharpness) if sharpness > _FINE else 1.0
    if shrink < 1.0:
        grey = np.asarray(cv2.resize(grey, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA), np.uint8)
    # Pixel n of either picture covers n to n + 1, so its middle lies half a pixel on.
    half = np.array([[1, 0, 0.5], [0, 1, 0.5], [0, 0, 1.0]])
    back = np.linalg.inv(half) @ np.diag([shrink, shrink, 1.0]) @ to_picture @ np.diag([1 / SCALE, 1 / SCALE, 1]) @ half
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return np.asarray(cv2.warpPerspective(grey, back, _SIZE, flags=flags, borderMode=cv2.BORDER_REPLICATE), np.uint8)


def _outline_shifts(darkness: Floats, corners: Points, size: int) -> tuple[Points, Floats]:
    """Return for each box how far (pixels) its outline is from where it should be, and how clear it is."""
    pattern = _pattern(size)
    shifts, clarity = np.zeros_like(corners), np.zeros(len(corners), np.float32)
    reach, side = _REACH, size + 2 * _RIM + 2 * _REACH
    for at, corner in enumerate(corners):
        middle = corner + size / 2 - 0.5
        window = cv2.getRectSubPix(darkness, (side, side), (float(middle[0]), float(middle[1])))
        match = cv2.matchTemplate(np.minimum(window, 0.7), pattern, cv2.TM_CCORR)
        _, best, _, (x, y) = cv2.minMaxLoc(match)
        shifts[at] = (x - reach + _beyond(match[y], x), y - reach + _beyond(match[:, x], y))
        clarity[at] = best
    return shifts, clarity


def _pattern(size: int) -> Floats:
    """Return what an outline is matched with: the line counts for it, the white beside it against it."""
    whole = size + 2 * _RIM
    at = np.abs(np.arange(whole) - (whole - 1) / 2)
    away = np.maximum(at[:, None], at[None, :]) - size / 2
    line = np.abs(away) <= 1.0
    white = ~line & (np.abs(away) <= _RIM)
    return np.asarray(line / line.sum() - white / white.sum(), np.float32)


def _beyond(row: NDArray[Any], at: int) -> float:
    """Return how far the top of a curve lies from its highest point, by the two beside it."""
    if not 0 < at < len(row) - 1:
        return 0.0
    before, top, behind = (float(value) for value in row[at - 1 : at + 2])
    bend = before - 2 * top + behind
    return 0.5 * (before - behind) / bend if bend < 0 else 0.0


def _in_step(places: Points, shifts: Points, clarity: Floats, bend: float) -> Points:
    """Return the shifts smoothed: at each box the local affine motion of its neighbours, outliers left out."""
    away = np.hypot(*(places[:, None] - places[None, :]).transpose(2, 0, 1))
    near = np.argsort(away, axis=1)[:, :_NEIGHBOURS]
    rows = np.arange(len(places))[:, None]
    trust = np.maximum(clarity[near], 0.0) ** 2 * np.exp(-((away[rows, near] / bend) ** 2)) + 1e-9
    terms = np.concatenate([np.ones((*near.shape, 1)), (places[near] - places[:, None]) / bend], axis=2)
    moved = shifts[near]
    weights = trust
    fit = np.zeros((len(places), 3, 2))
    for _ in range(3):
        fit = _fitted(terms, moved, weights)
        off = np.hypot(*(moved - terms @ fit).transpose(2, 0, 1))
        weights = trust / (1.0 + (off / 0.25) ** 2)
    return np.asarray(fit[:, 0], np.float64)


def _fitted(terms: Points, moved: Points, weights: Points) -> Points:
    weighted = terms * weights[:, :, None]
    square = weighted.transpose(0, 2, 1) @ terms
    strength = weights.max(axis=1)[:, None, None]
    square += strength * np.diag([1e-6, _STIFF, _STIFF])
    return np.asarray(np.linalg.solve(square, weighted.transpose(0, 2, 1) @ moved), np.float64)
