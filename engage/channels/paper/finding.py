"""Finds on a scan or a photo what a page is known by: its QR code and its registration marks, any way up."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache

import cv2
import numpy as np
import zxingcpp
from numpy.typing import NDArray

from engage.channels.paper.composition import CODE_QUIET, CODE_SIDE, CODE_X, CODE_Y
from engage.channels.paper.decoding import Grey
from engage.channels.paper.layout import PAGE_HEIGHT, PAGE_WIDTH, Marker
from engage.channels.paper.registration import corner_markers
from engage.response import serials

#: Points in a picture or on a page, one a row (x, y).
Points = NDArray[np.float64]

#: How page codes begin and how many signs they have: what looks like one and is none was tampered with.
_CODE_START, _CODE_SIGNS = "E1", 14
#: Pixels a millimetre at which registration marks are looked for.
_MARK_SCALE = 6.0
#: Around the place where a mark should be, so far is looked: millimetres, and more per millimetre of distance
#: from what is known already.
_NEAR, _NEAR_PER_MM = 9.0, 0.10
#: Longest side of a picture in which the upper two marks are looked for to find the code by them.
_WHOLE_SIDE = 2400
_UPPER = (0, 1)
#: Pixels a millimetre at which the code is cut out.
_CODE_SCALE = 12.0
#: A picture wider than this is not enlarged to find its code.
_MOST_ENLARGED = 2700
_CORNERS = 4
_QR = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
#: A share of dark pixels below which a page has nothing on it, and how dark that is (of 1).
_BLANK_SHARE, _BLANK_DARK = 0.0012, 0.25


@dataclass(frozen=True)
class PageCode:
    """The code of a page, with its corners in the picture: top left as printed, then clockwise."""

    serial: str
    page: int
    corners: Points


@dataclass(frozen=True)
class Codes:
    """The page codes in a picture; `has_forged` where something poses as one with a wrong check."""

    pages: tuple[PageCode, ...] = ()
    has_forged: bool = False


def find_codes(grey: Grey) -> Codes:
    """Return the page codes in a picture as it is; codes of anything else are passed over."""
    pages: dict[tuple[str, int], PageCode] = {}
    has_forged = False
    for found in zxingcpp.read_barcodes(grey, formats=_QR, try_invert=False):
        read = serials.read_page_code(found.text)
        if read:
            pages.setdefault(read, PageCode(*read, _corners_of(found.position)))
        else:
            has_forged = has_forged or (found.text.startswith(_CODE_START) and len(found.text) == _CODE_SIGNS)
    return Codes(tuple(pages.values()), has_forged)


def find_codes_by_marks(grey: Grey) -> Codes:
    """Return the page code cut out and enlarged where the two upper marks say it is, on either side of the page."""
    marks = find_marks(grey, _WHOLE_SIDE)
    upper = [marker for marker in corner_markers(PAGE_HEIGHT)[:2] if marker.number in marks]
    if len(upper) < len(_UPPER):
        return Codes()
    to_picture = plane(np.vstack([corners_mm(marker) for marker in upper]), np.vstack([marks[at] for at in _UPPER]))
    has_forged = False
    for x in (CODE_X, PAGE_WIDTH - CODE_X - CODE_SIDE):
        corner = np.array([[1 / _CODE_SCALE, 0, x - CODE_QUIET], [0, 1 / _CODE_SCALE, CODE_Y - CODE_QUIET], [0, 0, 1]])
        side = round((CODE_SIDE + 2 * CODE_QUIET) * _CODE_SCALE)
        matrix = to_picture @ corner
        flags = cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP
        cut = np.asarray(cv2.warpPerspective(grey, matrix, (side, side), flags=flags), np.uint8)
        for picture, scale in [(cut, 1.0), *_variants(cut)]:
            codes = find_codes(picture)
            if codes.pages:
                back = [replace(code, corners=carried(matrix, code.corners / scale)) for code in codes.pages]
                return Codes(tuple(back), codes.has_forged)
            has_forged = has_forged or codes.has_forged
    return Codes((), has_forged)


def find_codes_harder(grey: Grey) -> Codes:
    """Return the page codes of a poor picture: its variants are tried until one gives a code."""
    forged = False
    for picture, scale in _variants(grey):
        codes = find_codes(picture)
        if codes.pages:
            moved = [replace(code, corners=code.corners / scale) for code in codes.pages]
            return Codes(tuple(moved), codes.has_forged)
        forged = forged or codes.has_forged
    return Codes((), forged)


def find_marks_near(grey: Grey, code: PageCode, code_mm: Points, markers: Sequence[Marker]) -> dict[int, Points]:
    """Return the corners of the registration marks by number, looking where the code says they must be.

    Starts beside the code and learns the page's slant from every mark it finds.
    """
    known_mm, known = [code_mm], [code.corners]
    found: dict[int, Points] = {}
    middle = code_mm.mean(axis=0)
    for marker in sorted(markers, key=lambda marker: float(np.hypot(*(corners_mm(marker).mean(axis=0) - middle)))):
        where_mm = corners_mm(marker)
        away = min(float(np.hypot(*(where_mm.mean(axis=0) - corners.mean(axis=0)))) for corners in known_mm)
        to_picture = plane(np.vstack(known_mm), np.vstack(known))
        corners = _look(grey, marker, to_picture, _NEAR + _NEAR_PER_MM * away)
        if corners is not None:
            found[marker.number] = corners
            known_mm.append(where_mm)
            known.append(corners)
    return found


def find_marks(grey: Grey, longest: int) -> dict[int, Points]:
    """Return the marks found anywhere in the picture made so small; none of a number that is found twice."""
    scale = min(1.0, longest / max(grey.shape))
    seen: dict[int, list[Points]] = {}
    for number, corners in _marks_in(_resized(grey, scale)):
        seen.setdefault(number, []).append(corners / scale)
    return {number: places[0] for number, places in seen.items() if len(places) == 1}


def is_blank(grey: Grey) -> bool:
    """Say whether there is next to nothing on a page: the back of a sheet, perhaps with holes and dust."""
    size = (max(1, grey.shape[1] // 4), max(1, grey.shape[0] // 4))
    small = cv2.resize(grey, size, interpolation=cv2.INTER_AREA)
    paper = cv2.blur(cv2.dilate(small, np.ones((9, 9), np.uint8)), (15, 15))
    inner = tuple(slice(side // 30, side - side // 30) for side in small.shape)
    dark = small[inner] < (1 - _BLANK_DARK) * paper[inner].astype(np.float32)
    return float(np.mean(dark)) < _BLANK_SHARE


def corners_mm(marker: Marker) -> Points:
    """Return the corners of a mark on the page, top left first, clockwise."""
    return rectangle(marker.x, marker.y, marker.w, marker.h)


def rectangle(x: float, y: float, w: float, h: float) -> Points:
    """Return the corners of a rectangle, top left first, clockwise."""
    return np.array([[x, y], [x + w, y], [x + w, y + h], [x, y + h]], np.float64)


def plane(source: Points, target: Points) -> Points:
    """Return the 3 by 3 matrix that takes points on one plane to those on another.

    Four points close together say little about perspective: the matrix is then affine.
    """
    if len(source) > _CORNERS:
        matrix, _ = cv2.findHomography(source, target, 0)
        if matrix is not None:
            return np.asarray(matrix, np.float64)
    ones = np.hstack([source, np.ones((len(source), 1))])
    affine, *_ = np.linalg.lstsq(ones, target, rcond=None)
    return np.vstack([affine.T, [0.0, 0.0, 1.0]])


def carried(matrix: Points, points: Points) -> Points:
    """Return points taken along by a matrix of `plane`."""
    return np.asarray(cv2.perspectiveTransform(points.reshape(-1, 1, 2), matrix), np.float64).reshape(-1, 2)


def _corners_of(position: zxingcpp.Position) -> Points:
    corners = (position.top_left, position.top_right, position.bottom_right, position.bottom_left)
    return np.array([(corner.x, corner.y) for corner in corners], np.float64)


def _variants(grey: Grey) -> Iterator[tuple[Grey, float]]:
    """Yield the picture enlarged, reduced and softened, with the scale of each; the likeliest to help first."""
    if max(grey.shape) <= _MOST_ENLARGED:
        large = _resized(grey, 2.0)
        yield large, 2.0
        soft = cv2.GaussianBlur(large, (0, 0), 3)
        yield np.asarray(cv2.addWeighted(large, 2.5, soft, -1.5, 0), np.uint8), 2.0
    yield np.asarray(cv2.GaussianBlur(grey, (0, 0), 1.2), np.uint8), 1.0
    yield _resized(grey, 0.5), 0.5
    yield np.asarray(cv2.medianBlur(grey, 5), np.uint8), 1.0


def _look(grey: Grey, marker: Marker, to_picture: Points, around: float) -> Points | None:
    """Return the corners of one mark, looked for so many millimetres around its place."""
    x, y = marker.x + marker.w / 2, marker.y + marker.h / 2
    side = marker.w / 2 + around
    window = carried(to_picture, rectangle(x - side, y - side, 2 * side, 2 * side))
    mark = carried(to_picture, corners_mm(marker))
    pixels = float(np.sqrt(abs(cv2.contourArea(mark.astype(np.float32)))) / marker.w)
    left, top = np.floor(window.min(axis=0)).clip(0).astype(int)
    right, bottom = np.ceil(window.max(axis=0)).clip(0).astype(int)
    cut = grey[top:bottom, left:right]
    if min(cut.shape) < _CORNERS * _MARK_SCALE or not np.isfinite(pixels) or pixels <= 0:
        return None
    scale = min(1.0, _MARK_SCALE / pixels)
    places = [corners for number, corners in _marks_in(_resized(cut, scale)) if number == marker.number]
    return places[0] / scale + (left, top) if len(places) == 1 else None


def _marks_in(grey: Grey) -> list[tuple[int, Points]]:
    """Return (number, corners) of the marks in a picture; the middle of a pixel counts as its place."""
    corners, numbers, _ = _detector().detectMarkers(grey)
    if numbers is None:
        return []
    found = zip(np.ravel(numbers), corners, strict=True)
    return [
        (int(number), np.asarray(places, np.float64).reshape(_CORNERS, 2) + 0.5)
        for number, places in found
        if number < _CORNERS
    ]


@cache
def _detector() -> cv2.aruco.ArucoDetector:
    parameters = cv2.aruco.DetectorParameters()
    parameters.adaptiveThreshWinSizeMin = 13
    parameters.adaptiveThreshWinSizeMax = 33
    parameters.adaptiveThreshWinSizeStep = 20
    parameters.minMarkerPerimeterRate = 0.03
    parameters.cornerRefinementMethod = cv2.aruco.CORNER_REFINE_SUBPIX
    parameters.cornerRefinementWinSize = 3
    return cv2.aruco.ArucoDetector(cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_APRILTAG_16h5), parameters)


def _resized(grey: Grey, scale: float) -> Grey:
    if scale == 1.0:
        return grey
    kind = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(grey, None, fx=scale, fy=scale, interpolation=kind), np.uint8)
