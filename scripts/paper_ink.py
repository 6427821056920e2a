"""Draws what a hand puts on paper: ticks, crosses, fills, scribbles, writing, in many pens and pressures.

Everything is drawn on a page of BGR bytes at PX pixels a millimetre, so that ink lies over print as on paper.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import pairwise

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

#: Pixels a millimetre of the printed page; strokes are drawn twice as fine.
PX = 12.0
_FINE = 2
#: A stroke: its points in millimetres of the page, n x 2.
Stroke = NDArray[np.float64]
Image = NDArray[np.uint8]


@dataclass(frozen=True)
class Pen:
    """A pen: what colour its ink leaves of white light (B, G, R), how wide it writes (mm), how it skips."""

    name: str
    colour: tuple[int, int, int]
    width: float
    #: 0 to 1: how much of the ink is there, and how much of it is broken up by the grain of the paper.
    density: float = 1.0
    grain: float = 0.0
    #: Millimetres the ink spreads.
    bleed: float = 0.0


PENS = (
    Pen("ballpoint blue", (150, 62, 38), 0.42, 0.92, 0.18),
    Pen("ballpoint black", (48, 44, 46), 0.40, 0.92, 0.18),
    Pen("ballpoint red", (52, 46, 190), 0.42, 0.9, 0.2),
    Pen("ballpoint green", (70, 118, 34), 0.42, 0.88, 0.2),
    Pen("gel black", (24, 22, 22), 0.62, 1.0, 0.03, 0.03),
    Pen("gel violet", (128, 44, 96), 0.6, 0.95, 0.05, 0.03),
    Pen("rollerball blue", (128, 40, 22), 0.55, 1.0, 0.05, 0.04),
    Pen("felt-tip black", (30, 28, 30), 1.25, 0.96, 0.03, 0.12),
    Pen("felt-tip blue", (158, 70, 26), 1.1, 0.94, 0.03, 0.12),
    Pen("marker", (26, 24, 24), 2.3, 0.96, 0.02, 0.15),
    Pen("pencil", (92, 90, 90), 0.55, 0.85, 0.55),
    Pen("soft pencil", (66, 64, 64), 0.85, 0.85, 0.5),
    Pen("crayon", (60, 70, 170), 1.6, 0.75, 0.75),
)
_EVERYDAY = (0.25, 0.22, 0.04, 0.03, 0.1, 0.03, 0.08, 0.04, 0.03, 0.01, 0.1, 0.05, 0.02)
#: Grey that a light pencil leaves on white paper.
LIGHT_GREY = (120, 170)


def chance(rng: Generator, share: float) -> bool:
    """Say whether something happens that happens in such a share of cases."""
    return bool(rng.random() < share)


def pick_pen(rng: Generator) -> Pen:
    """Return a pen as they lie about, pressed as hard as its holder likes."""
    pen = PENS[rng.choice(len(PENS), p=np.array(_EVERYDAY) / sum(_EVERYDAY))]
    return replace(
        pen,
        width=pen.width * rng.uniform(0.75, 1.3),
        density=min(1.0, pen.density * rng.uniform(0.82, 1.08)),
        colour=tuple(int(np.clip(part + rng.normal(0, 8), 10, 230)) for part in pen.colour),  # type: ignore[arg-type]
    )


def light_pencil(rng: Generator) -> Pen:
    """Return a pencil held lightly."""
    grey = int(rng.integers(*LIGHT_GREY))
    return Pen("light pencil", (grey, grey, grey), rng.uniform(0.35, 0.75), 1.0, rng.uniform(0.15, 0.4))


def draw(page: Image, strokes: list[Stroke], pen: Pen, rng: Generator, pressure: float = 1.0) -> None:
    """Put strokes on the page in place; `pressure` scales width and ink."""
    points = np.concatenate(strokes)
    spare = pen.width * 2 + pen.bleed + 1.0
    left, top = np.floor((points.min(0) - spare) * PX).astype(int)
    right, bottom = np.ceil((points.max(0) + spare) * PX).astype(int)
    height, width = page.shape[:2]
    left, top, right, bottom = max(0, left), max(0, top), min(width, right), min(height, bottom)
    if right <= left or bottom <= top:
        return
    ink = np.zeros((bottom - top, right - left), np.float32)
    for stroke in strokes:
        one = _stroke_ink(stroke * PX - (left, top), ink.shape, pen.width * pressure * PX, rng)
        ink = np.maximum(ink, one) + 0.35 * np.minimum(ink, one) * (1 - np.maximum(ink, one))
    ink = _on_paper(ink, pen, rng) * min(1.0, pen.density * pressure)
    patch = page[top:bottom, left:right].astype(np.float32)
    keep = 1.0 - ink[:, :, None] * (1.0 - np.array(pen.colour, np.float32) / 255.0)
    page[top:bottom, left:right] = np.clip(patch * keep, 0, 255).astype(np.uint8)


def _stroke_ink(points: Stroke, shape: tuple[int, ...], width: float, rng: Generator) -> NDArray[np.float32]:
    """Return how much ink one stroke leaves, 0 to 1; it swells and thins as the hand presses."""
    fine = np.zeros((shape[0] * _FINE, shape[1] * _FINE), np.uint8)
    swing = _wave(len(points), rng) * rng.uniform(0.05, 0.22)
    ends = np.minimum(np.arange(len(points)), np.arange(len(points))[::-1]) / 3.0
    pressing = np.clip((1 + swing) * np.clip(0.72 + 0.28 * ends, 0, 1), 0.35, 1.3)
    at = np.round(points * _FINE * 16).astype(int)
    for start, end, force in zip(at[:-1], at[1:], pressing, strict=False):
        thick = max(1, round(width * _FINE * force))
        shade = int(255 * min(1.0, 0.8 + 0.2 * force))
        cv2.line(fine, tuple(map(int, start)), tuple(map(int, end)), shade, thick, cv2.LINE_AA, 4)
    small = cv2.resize(fine, (shape[1], shape[0]), interpolation=cv2.INTER_AREA)
    return small.astype(np.float32) / 255.0


def _on_paper(ink: NDArray[np.float32], pen: Pen, rng: Generator) -> NDArray[np.float32]:
    """Return the ink as the paper takes it: spread, and broken up by its grain."""
    if pen.bleed:
        ink = cv2.GaussianBlur(ink, (0, 0), pen.bleed * PX / 2)
    if pen.grain:
        grain = rng.random(ink.shape, np.float32)
        grain = cv2.GaussianBlur(grain, (0, 0), rng.uniform(0.8, 1.6))
        grain = (grain - grain.mean()) / (grain.std() + 1e-6)
        ink = ink * np.clip(1 - pen.grain * (0.45 + 0.55 * grain), 0, 1)
    return ink


def _wave(count: int, rng: Generator) -> NDArray[np.float64]:
    steps = np.linspace(0, rng.uniform(2, 7), max(2, count))
    return np.sin(steps + rng.uniform(0, 6.3))[:count]


def through(corners: list[tuple[float, float]], rng: Generator, shake: float = 0.1) -> Stroke:
    """Return a hand's way through corners (mm): nearly straight between them, never quite through them."""
    ends = np.array(corners, float) + rng.normal(0, shake, (len(corners), 2))
    pieces = []
    for start, end in pairwise(ends):
        steps = np.linspace(0, 1, max(4, int(np.hypot(*(end - start)) * 3)))[:, None]
        across = np.array([start[1] - end[1], end[0] - start[0]])
        pieces.append(start + (end - start) * steps + across * np.sin(steps * np.pi) * rng.normal(0, 0.06))
    return np.concatenate(pieces)


def round_about(x: float, y: float, wide: float, high: float, rng: Generator, turns: float = 1.0) -> Stroke:
    """Return a loop around a point (mm) that does not quite close."""
    start, turned = rng.uniform(0, 6.3), turns * 2 * np.pi * rng.uniform(0.92, 1.12)
    angles = np.linspace(start, start + turned * rng.choice([-1, 1]), int(18 * max(1, turns)))
    size = 1 + 0.1 * _wave(len(angles), rng) + np.linspace(0, rng.normal(0, 0.08), len(angles))
    return np.stack([x + wide / 2 * np.cos(angles) * size, y + high / 2 * np.sin(angles) * size], 1)


def to_and_fro(x: float, y: float, wide: float, high: float, gap: float, rng: Generator) -> Stroke:
    """Return shading over a rectangle around a point (mm), its lines so far apart, at any slope."""
    rows = max(3, int(high / gap))
    ups = np.linspace(-high / 2, high / 2, rows) + rng.normal(0, gap / 4, rows)
    corners = []
    for at, up in enumerate(ups):
        ends = (-wide / 2, wide / 2) if at % 2 else (wide / 2, -wide / 2)
        corners += [(end * rng.uniform(0.75, 1.1), up + rng.normal(0, gap / 5)) for end in ends]
    slope = rng.uniform(0, np.pi)
    turn = np.array([[np.cos(slope), np.sin(slope)], [-np.sin(slope), np.cos(slope)]])
    return through([tuple(corner) for corner in np.array(corners) @ turn + (x, y)], rng, 0.08)


def tick(x: float, y: float, side: float, rng: Generator) -> list[Stroke]:
    """Return a tick whose foot is in the box (its centre given): small and neat, or leaving it far at the top."""
    size = side * rng.choice([rng.uniform(0.5, 0.9), rng.uniform(0.9, 1.5), rng.uniform(1.5, 2.4)], p=[0.35, 0.45, 0.2])
    foot = (x + rng.normal(-0.1, 0.4), y + rng.uniform(0.05, 0.4) * side)
    start = (foot[0] - size * rng.uniform(0.2, 0.45), foot[1] - size * rng.uniform(0.2, 0.5))
    end = (foot[0] + size * rng.uniform(0.45, 0.95), foot[1] - size * rng.uniform(0.6, 1.05))
    if chance(rng, 0.06):
        start, end = (2 * foot[0] - start[0], start[1]), (2 * foot[0] - end[0], end[1])
    return [through([start, foot, end], rng, 0.07)]


def cross(x: float, y: float, side: float, rng: Generator) -> list[Stroke]:
    """Return two strokes that cross in the box; they may leave it."""
    x, y = x + rng.normal(0, 0.3), y + rng.normal(0, 0.3)
    wide, high = side * rng.uniform(0.32, 0.8), side * rng.uniform(0.32, 0.8)
    lean = rng.normal(0, 0.2, 4)
    first = through([(x - wide, y - high + lean[0]), (x + wide, y + high + lean[1])], rng)
    second = through([(x + wide, y - high + lean[2]), (x - wide, y + high + lean[3])], rng)
    if chance(rng, 0.15):
        return [np.concatenate([first, second])]
    return [first, second]


def fill(x: float, y: float, side: float, rng: Generator) -> list[Stroke]:
    """Return a box filled in: shaded from edge to edge, or gone round and round."""
    wide, high = side * rng.uniform(0.75, 1.15), side * rng.uniform(0.75, 1.15)
    if chance(rng, 0.3):
        return [round_about(x, y, wide * size, high * size, rng, 2) for size in (0.25, 0.55, 0.9)]
    shading = to_and_fro(x, y, wide, high, rng.uniform(0.22, 0.6), rng)
    return [shading, to_and_fro(x, y, wide, high, 0.5, rng)] if chance(rng, 0.4) else [shading]


def dot(x: float, y: float, side: float, rng: Generator) -> list[Stroke]:
    """Return a dot well inside the box."""
    size = side * rng.uniform(0.12, 0.4)
    x, y = x + rng.normal(0, 0.35), y + rng.normal(0, 0.35)
    return [round_about(x, y, size, size, rng, 2.5), round_about(x, y, size / 2, size / 2, rng, 1.5)]


def circle(x: float, y: float, side: float, rng: Generator) -> list[Stroke]:
    """Return a circle in the box, or one around it."""
    share = rng.uniform(0.4, 0.9) if chance(rng, 0.6) else rng.uniform(1.0, 1.7)
    return [round_about(x + rng.normal(0, 0.2), y + rng.normal(0, 0.2), side * share, side * share, rng)]


def slash(x: float, y: float, side: float, rng: Generator) -> list[Stroke]:
    """Return one stroke through the box, most often leaning."""
    angle = rng.choice([rng.uniform(0.4, 1.2), rng.uniform(1.9, 2.7), rng.uniform(0, 3.1)], p=[0.6, 0.25, 0.15])
    reach = side * rng.uniform(0.35, 0.95)
    dx, dy = reach * np.cos(angle), -reach * np.sin(angle)
    x, y = x + rng.normal(0, 0.3), y + rng.normal(0, 0.3)
    return [through([(x - dx, y - dy), (x + dx, y + dy)], rng)]


def sloppy(x: float, y: float, side: float, rng: Generator) -> list[Stroke]:
    """Return a mark made in a hurry: off the middle, big, or only just in the box."""
    away, angle = rng.uniform(0.6, 2.0), rng.uniform(0, 6.3)
    x, y = x + away * np.cos(angle), y + away * np.sin(angle)
    return [tick, cross, slash, fill][rng.choice(4, p=[0.45, 0.3, 0.15, 0.1])](x, y, side * rng.uniform(0.8, 1.5), rng)


def scribble(x: float, y: float, side: float, rng: Generator) -> list[Stroke]:
    """Return a box scribbled out: dense, and over its edges."""
    wide, high = side * rng.uniform(1.15, 2.0), side * rng.uniform(1.0, 1.8)
    strokes = [to_and_fro(x + rng.normal(0, 0.3), y + rng.normal(0, 0.3), wide, high, rng.uniform(0.3, 0.8), rng)]
    if chance(rng, 0.5):
        strokes.append(to_and_fro(x, y, wide, high, rng.uniform(0.4, 0.9), rng))
    if chance(rng, 0.3):
        strokes.append(round_about(x, y, wide, high, rng, 2))
    return strokes


def writing(x: float, y: float, wide: float, high: float, rng: Generator) -> list[Stroke]:
    """Return a word or two of joined writing that begins at x on the base line y (mm)."""
    strokes, at, end = [], x, x + wide
    while at < end:
        word = min(end - at, rng.uniform(6, 24))
        steps = np.linspace(0, word, max(8, int(word * 6)))
        heights = high * (
            0.35 + 0.3 * np.sin(steps * rng.uniform(2.2, 3.4)) + 0.22 * np.sin(steps * 1.3 + rng.random())
        )
        lean = 0.25 * heights + 0.4 * np.sin(steps * rng.uniform(2.5, 4.0))
        strokes.append(np.stack([at + steps + lean, y - heights + rng.normal(0, 0.04, len(steps))], 1))
        at += word + rng.uniform(1.5, 4)
    return strokes


#: Kind of mark to how it is drawn.
MARKS: dict[str, Callable[[float, float, float, Generator], list[Stroke]]] = {
    "tick": tick,
    "cross": cross,
    "fill": fill,
    "dot": dot,
    "circle": circle,
    "slash": slash,
    "sloppy": sloppy,
}
