"""Marks drawn another way, on purpose simply: straight strokes of one width and colour, solid fills.

A reader that was taught by the marks of `paper_ink` has not seen these.
"""

import cv2
import numpy as np
from numpy.random import Generator
from paper_ink import PX, Image, Pen, Stroke, chance

#: Sixteenths of a pixel, as lines are drawn.
_SUB = 4


def draw_plain(page: Image, strokes: list[Stroke], pen: Pen, rng: Generator, pressure: float = 1.0) -> None:
    """Put strokes on the page in place as lines of one width; `pressure` is how much of the ink is there."""
    del rng
    ink = 1 - np.array(pen.colour) / 255.0
    left, top = (int(low * PX) - 40 for low in np.concatenate(strokes).min(0))
    right, bottom = (int(high * PX) + 40 for high in np.concatenate(strokes).max(0))
    left, top = max(0, left), max(0, top)
    patch = page[top:bottom, left:right]
    layer = np.zeros(patch.shape[:2], np.uint8)
    for stroke in strokes:
        points = np.round((stroke * PX - (left, top)) * 2**_SUB).astype(np.int32)
        thick = max(1, round(pen.width * PX))
        cv2.polylines(layer, [points], isClosed=False, color=255, thickness=thick, lineType=cv2.LINE_AA, shift=_SUB)
    share = (layer / 255.0 * min(1.0, pressure))[:, :, None] * ink
    page[top:bottom, left:right] = np.clip(patch * (1 - share), 0, 255).astype(np.uint8)


def _jitter(points: list[tuple[float, float]], rng: Generator, size: float = 0.15) -> Stroke:
    return np.array(points, float) + rng.normal(0, size, (len(points), 2))


def _tick(x: float, y: float, side: float, rng: Generator) -> list[Stroke]:
    scale = rng.uniform(0.7, 1.8) * side
    points = [
        (x - 0.35 * scale, y - 0.05 * scale),
        (x - 0.08 * scale, y + 0.3 * scale),
        (x + 0.5 * scale, y - 0.5 * scale),
    ]
    return [_jitter(points, rng)]


def _cross(x: float, y: float, side: float, rng: Generator) -> list[Stroke]:
    half = rng.uniform(0.3, 0.65) * side
    return [
        _jitter([(x - half, y - half), (x + half, y + half)], rng),
        _jitter([(x + half, y - half), (x - half, y + half)], rng),
    ]


def _fill(x: float, y: float, side: float, rng: Generator) -> list[Stroke]:
    half = rng.uniform(0.3, 0.5) * side
    return [_jitter([(x - half, up), (x + half, up)], rng, 0.08) for up in np.arange(y - half, y + half, 0.3)]


def _dot(x: float, y: float, side: float, rng: Generator) -> list[Stroke]:
    away = rng.uniform(-0.2, 0.2, 2) * side
    return [_ring(x + away[0], y + away[1], size) for size in np.arange(0.1, rng.uniform(0.5, 1.2), 0.2)]


def _ring(x: float, y: float, radius: float) -> Stroke:
    angles = np.linspace(0, 2 * np.pi, 24)
    return np.stack([x + radius * np.cos(angles), y + radius * np.sin(angles)], 1)


def _circle(x: float, y: float, side: float, rng: Generator) -> list[Stroke]:
    return [_ring(x + rng.normal(0, 0.2), y + rng.normal(0, 0.2), side * rng.uniform(0.3, 0.7))]


def _slash(x: float, y: float, side: float, rng: Generator) -> list[Stroke]:
    half = rng.uniform(0.35, 0.7) * side * (1 if chance(rng, 0.7) else -1)
    return [_jitter([(x - half, y + abs(half)), (x + half, y - abs(half))], rng)]


def _sloppy(x: float, y: float, side: float, rng: Generator) -> list[Stroke]:
    x, y = x + rng.normal(0, 0.25 * side), y + rng.normal(0, 0.25 * side)
    return (_tick if chance(rng, 0.6) else _cross)(x, y, side * rng.uniform(0.8, 1.5), rng)


def scribble_plain(x: float, y: float, side: float, rng: Generator) -> list[Stroke]:
    """Return a box struck out by a zigzag, or by many crossing lines."""
    half = rng.uniform(0.6, 0.9) * side
    count = int(rng.integers(7, 16))
    across = np.linspace(-half, half, count)
    zigzag = [(x + at, y + (half if number % 2 else -half)) for number, at in enumerate(across)]
    strokes = [_jitter(zigzag, rng)]
    if chance(rng, 0.6):
        strokes.append(
            _jitter([(x + (half if number % 2 else -half), y + at) for number, at in enumerate(across)], rng)
        )
    return strokes


PLAIN_MARKS = {
    "tick": _tick,
    "cross": _cross,
    "fill": _fill,
    "dot": _dot,
    "circle": _circle,
    "slash": _slash,
    "sloppy": _sloppy,
}
