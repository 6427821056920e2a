"""What a phone makes of a page: photos with care and in a hurry, large ones, scanning apps, crumpled sheets."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray
from paper_damage import HIGH, WIDE, File, Profile, coloured, encoded, jpeg, noisy, shone_through, warped
from paper_ink import Image, chance
from paper_scans import scanned


@dataclass(frozen=True)
class _Camera:
    """How badly a photo is taken; degrees, shares of the page, and steps of grey."""

    tilt: float
    wide: tuple[int, int]
    quality: tuple[int, int]
    uneven: float
    shadow: float
    blur: tuple[float, float]
    noise: float
    cast: float
    turns: bool
    cut: float
    glare: float = 0.0


_GOOD = _Camera(12, (1600, 1601), (80, 92), 0.28, 0.0, (0.3, 0.7), 5.0, 0.04, turns=False, cut=0.0)
_POOR = _Camera(20, (1500, 1800), (50, 75), 0.45, 0.8, (0.6, 1.5), 9.0, 0.1, turns=True, cut=0.02, glare=0.25)
_LARGE = _Camera(15, (3000, 3025), (75, 92), 0.35, 0.4, (0.8, 2.0), 7.0, 0.08, turns=True, cut=0.0, glare=0.1)


def crumpled(page: Image, rng: Generator, back: Image | None) -> File:
    """Crumpled up and smoothed out again; half scanned, half photographed."""
    page = warped(shone_through(coloured(page, rng), back, rng), rng, rng.uniform(1.2, 3.2))
    if chance(rng, 0.5):
        return encoded(scanned(page, rng, 200), rng)
    return _photo(page, rng, _GOOD)


def photo_good(page: Image, rng: Generator, back: Image | None) -> File:
    """A phone's photo taken with care: seen from up to 12 degrees, uneven light, 1600 pixels wide."""
    return _photo(shone_through(coloured(page, rng), back, rng), rng, _GOOD)


def photo_poor(page: Image, rng: Generator, back: Image | None) -> File:
    """A phone's photo taken in a hurry: up to 20 degrees, shadow, blur, colour cast, any quarter turn, the table."""
    return _photo(shone_through(coloured(page, rng), back, rng), rng, _POOR)


def photo_large(page: Image, rng: Generator, back: Image | None) -> File:
    """A phone's photo of twelve million pixels."""
    return _photo(shone_through(coloured(page, rng), back, rng), rng, _LARGE)


def photo_app(page: Image, rng: Generator, back: Image | None) -> File:
    """A photo that a scanning app has flattened: straightened roughly, shadows taken out, sharpened hard."""
    seen = _seen(shone_through(coloured(page, rng), back, rng), rng, _GOOD)
    grey = cv2.cvtColor(seen, cv2.COLOR_BGR2GRAY)
    ground = cv2.medianBlur(cv2.resize(grey, None, fx=0.125, fy=0.125), 21)
    ground = cv2.GaussianBlur(cv2.resize(ground, grey.shape[::-1]), (0, 0), 9)
    flat = np.clip(grey.astype(np.float32) / np.maximum(ground, 30) * rng.uniform(235, 290), 0, 255).astype(np.uint8)
    flat = cv2.addWeighted(flat, 2.2, cv2.GaussianBlur(flat, (0, 0), 1.5), -1.2, 0)
    return encoded(flat, rng, "jpg" if chance(rng, 0.5) else "pdf")


def _photo(page: Image, rng: Generator, camera: _Camera) -> File:
    seen = _seen(page, rng, camera)
    turn = int(rng.integers(0, 4)) if camera.turns else 0
    seen = np.ascontiguousarray(np.rot90(seen, turn))
    # A third carry the tag that says which way is up; of those some lie about it.
    tag = [1, 6, 3, 8][turn] if camera.turns and chance(rng, 1 / 3) else None
    if tag and chance(rng, 0.1):
        tag = int(rng.choice([1, 3, 6, 8]))
    return jpeg(seen, int(rng.integers(*camera.quality)), tag)


def _seen(page: Image, rng: Generator, camera: _Camera) -> Image:
    """Return what the camera sees, the right way up."""
    wide = int(rng.integers(*camera.wide))
    high = round(wide * 4 / 3) if chance(rng, 0.7) else round(wide * rng.uniform(1.38, 1.6))
    matrix = _view(page, rng, camera, wide, high)
    share = float(np.sqrt(abs(np.linalg.det(matrix[:2, :2]))))
    if share < 1:
        page = cv2.GaussianBlur(page, (0, 0), max(0.3, 0.4 / share))
    table = _table(rng, wide, high)
    sheet = cv2.warpPerspective(page, matrix, (wide, high), flags=cv2.INTER_LINEAR)
    over = cv2.warpPerspective(np.full(page.shape[:2], 255, np.uint8), matrix, (wide, high))
    share_of = (over.astype(np.float32) / 255)[:, :, None]
    seen = sheet.astype(np.float32) + table * (1 - share_of)
    seen *= _light(rng, wide, high, camera)[:, :, None]
    seen *= np.clip(rng.normal(1, camera.cast, 3), 0.6, 1.3).astype(np.float32)
    if chance(rng, camera.glare):
        seen += _glare(rng, wide, high)[:, :, None]
    seen = _blurred(np.clip(seen, 0, 255).astype(np.uint8), rng, camera, wide / 1600)
    return noisy(_bent(seen, rng), rng, rng.uniform(1.0, camera.noise))


def _view(page: Image, rng: Generator, camera: _Camera, wide: int, high: int) -> NDArray[np.float64]:
    """Return the homography of a pinhole camera that looks at the sheet from so many degrees off."""
    tilt_x, tilt_y = np.radians(rng.uniform(-camera.tilt, camera.tilt, 2) / np.sqrt(2))
    roll = np.radians(rng.normal(0, 2.0 + camera.tilt / 10))
    turn = cv2.Rodrigues(np.array([tilt_x, 0.0, 0.0]))[0] @ cv2.Rodrigues(np.array([0.0, tilt_y, 0.0]))[0]
    turn = turn @ cv2.Rodrigues(np.array([0.0, 0.0, roll]))[0]
    corners = np.array([(-WIDE / 2, -HIGH / 2), (WIDE / 2, -HIGH / 2), (WIDE / 2, HIGH / 2), (-WIDE / 2, HIGH / 2)])
    points = np.c_[corners, np.zeros(4)] @ turn.T + (0, 0, rng.uniform(330, 480))
    flat = points[:, :2] / points[:, 2:]
    low, top = flat.min(0), flat.max(0)
    room = np.array([wide, high]) * rng.uniform(0.86, 0.985) * (1 + (chance(rng, camera.cut)) * 0.03)
    size = float((room / (top - low)).min())
    slack = np.array([wide, high]) - (top - low) * size
    seen = (flat - low) * size + slack * rng.uniform(0.15, 0.85, 2)
    height, width = page.shape[:2]
    source = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32)
    return cv2.getPerspectiveTransform(source, seen.astype(np.float32))


def _table(rng: Generator, wide: int, high: int) -> NDArray[np.float32]:
    """Return what the sheet lies on: wood, cloth, a dark or a white table."""
    small = rng.random((int(rng.choice([12, 60, 200])), int(rng.choice([8, 30, 200])), 1), np.float32)
    rough = cv2.resize(small, (wide, high), interpolation=cv2.INTER_CUBIC)[:, :, None]
    tints = [(60, 95, 140), (40, 40, 44), (120, 128, 130), (222, 226, 228), (110, 80, 60)]
    tint = np.array(tints[rng.integers(len(tints))], np.float32)
    return np.clip(tint * (0.75 + 0.5 * rough), 0, 255)


def _light(rng: Generator, wide: int, high: int, camera: _Camera) -> NDArray[np.float32]:
    """Return the light on each pixel: a slope, corners falling off, perhaps a shadow with a soft edge."""
    down, across = np.mgrid[0:60, 0:45].astype(np.float32)
    down, across = down / 59 - 0.5, across / 44 - 0.5
    angle = rng.uniform(0, 6.3)
    light = 1 + camera.uneven * rng.uniform(0.3, 1) * (np.cos(angle) * across + np.sin(angle) * down)
    light -= rng.uniform(0, 0.25) * (across**2 + down**2)
    light = cv2.resize(light, (wide, high)) * rng.uniform(0.72, 1.0)
    if chance(rng, camera.shadow):
        shade = np.zeros((high // 4, wide // 4), np.float32)
        corners = rng.uniform(-0.3, 1.3, (int(rng.integers(3, 6)), 2)) * (wide / 4, high / 4)
        cv2.fillPoly(shade, [cv2.convexHull(corners.astype(np.int32))], float(rng.uniform(0.2, 0.6)))
        light *= 1 - cv2.resize(cv2.GaussianBlur(shade, (0, 0), rng.uniform(2, 30)), (wide, high))
    return light.astype(np.float32)


def _glare(rng: Generator, wide: int, high: int) -> NDArray[np.float32]:
    spot = np.zeros((high // 8, wide // 8), np.float32)
    at = (int(rng.integers(0, wide // 8)), int(rng.integers(0, high // 8)))
    cv2.circle(spot, at, int(rng.integers(8, 25)), float(rng.uniform(60, 200)), -1)
    return cv2.resize(cv2.GaussianBlur(spot, (0, 0), 9), (wide, high))


def _blurred(seen: Image, rng: Generator, camera: _Camera, scale: float) -> Image:
    size = rng.uniform(*camera.blur) * max(1.0, scale * 0.6)
    if camera.turns and chance(rng, 0.3):
        length = int(rng.integers(2, 5) * scale)
        kernel = np.zeros((2 * length + 1, 2 * length + 1), np.float32)
        angle = rng.uniform(0, 3.1)
        reach = length / 2 * np.array([np.cos(angle), np.sin(angle)])
        first, second = (tuple(round(length + sign * part) for part in reach) for sign in (-1, 1))
        cv2.line(kernel, first, second, 1.0)
        seen = cv2.filter2D(seen, -1, kernel / kernel.sum())
        size *= 0.6
    seen = cv2.GaussianBlur(seen, (0, 0), size)
    if chance(rng, 0.5):
        seen = cv2.addWeighted(seen, 1.6, cv2.GaussianBlur(seen, (0, 0), 1.6), -0.6, 0)
    return seen


def _bent(seen: Image, rng: Generator) -> Image:
    """Return the image as a lens bends it, and half of the time as a curled sheet does."""
    height, width = seen.shape[:2]
    down, across = np.mgrid[0:33, 0:25].astype(np.float32)
    u, v = across / 12 - 1, down / 16 - 1
    bend = rng.normal(0, 0.006) * (u**2 + v**2 - 1)
    curl = rng.normal(0, 0.003) * np.cos(v * rng.uniform(0.5, 2)) if chance(rng, 0.5) else np.zeros_like(u)
    at_x = (u * (1 + bend) + 1) / 2 * (width - 1)
    at_y = (v * (1 + bend) + curl * u + 1) / 2 * (height - 1)
    grown = [
        cv2.resize(part.astype(np.float32), (width, height), interpolation=cv2.INTER_LINEAR) for part in (at_x, at_y)
    ]
    return cv2.remap(seen, *grown, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)


PHOTOS: dict[str, Profile] = {
    "photo-good": photo_good,
    "photo-poor": photo_poor,
    "crumpled": crumpled,
    "photo-large": photo_large,
    "photo-app": photo_app,
}
