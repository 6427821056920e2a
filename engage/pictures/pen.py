"""Draws the parts that pictures are put together from: lines, bows, boxes, persons and faces."""

from collections.abc import Iterator
from dataclasses import dataclass

#: Side of the square every picture is drawn in; one unit is one pixel where it is shown at 48 px.
VIEW_BOX = 48
#: How far the handles of four curves stand out to make a circle, as a share of its radius.
_ROUND = 0.5523


@dataclass(frozen=True)
class Shape:
    """One path: absolute M, L, C and Z only, so that every drawer can follow; `solid` is filled, else a line."""

    path: str
    solid: bool = False


def _at(*numbers: float) -> str:
    return " ".join(f"{number:.2f}".rstrip("0").rstrip(".") for number in numbers)


def line(*points: float, closed: bool = False, solid: bool = False) -> Shape:
    """Draw straight from point to point."""
    pairs = [_at(*points[index : index + 2]) for index in range(0, len(points), 2)]
    return Shape(f"M{'L'.join(pairs)}{'Z' if closed or solid else ''}", solid)


def curve(*points: float, closed: bool = False, solid: bool = False) -> Shape:
    """Draw a start and any number of curves, each two handles and an end."""
    curves = "".join(f"C{_at(*points[index : index + 6])}" for index in range(2, len(points), 6))
    return Shape(f"M{_at(*points[:2])}{curves}{'Z' if closed or solid else ''}", solid)


def oval(x: float, y: float, rx: float, ry: float, *, solid: bool = False) -> Shape:
    """Draw an oval with its middle at (x, y)."""
    kx, ky = rx * _ROUND, ry * _ROUND
    return curve(
        *(x - rx, y, x - rx, y - ky, x - kx, y - ry, x, y - ry, x + kx, y - ry, x + rx, y - ky, x + rx, y),
        *(x + rx, y + ky, x + kx, y + ry, x, y + ry, x - kx, y + ry, x - rx, y + ky, x - rx, y),
        closed=True,
        solid=solid,
    )


def circle(x: float, y: float, r: float) -> Shape:
    """Draw a circle."""
    return oval(x, y, r, r)


def dot(x: float, y: float, r: float = 2) -> Shape:
    """Draw a filled circle."""
    return oval(x, y, r, r, solid=True)


def box(x: float, y: float, w: float, h: float, r: float = 2) -> Shape:
    """Draw a box with round corners, (x, y) its top left."""
    k, right, low = r * (1 - _ROUND), x + w, y + h
    corners = (
        f"M{_at(x + r, y)}L{_at(right - r, y)}C{_at(right - k, y, right, y + k, right, y + r)}"
        f"L{_at(right, low - r)}C{_at(right, low - k, right - k, low, right - r, low)}"
        f"L{_at(x + r, low)}C{_at(x + k, low, x, low - k, x, low - r)}"
        f"L{_at(x, y + r)}C{_at(x, y + k, x + k, y, x + r, y)}Z"
    )
    return Shape(corners)


def bow(x1: float, y1: float, x2: float, y2: float, rise: float) -> Shape:
    """Draw a bow from one point to the other that rises so far over the middle (down where negative)."""
    lift = rise * 4 / 3
    return curve(x1, y1, x1, y1 - lift, x2, y2 - lift, x2, y2)


def person(x: float, top: float, tall: float) -> tuple[Shape, ...]:
    """Draw a head and shoulders, `tall` units high."""
    head, foot = tall * 0.23, top + tall
    wide, neck = tall * 0.36, top + tall * 0.6
    shoulders = curve(
        *(x - wide, foot, x - wide, foot, x - wide, neck + wide * 0.4, x - wide, neck + wide * 0.4),
        *(x - wide, neck - wide * 0.25, x + wide, neck - wide * 0.25, x + wide, neck + wide * 0.4),
        *(x + wide, foot, x + wide, foot, x + wide, foot),
    )
    return (circle(x, top + head, head), shoulders)


def heart(x: float, y: float, size: float) -> Shape:
    """Draw a heart with its dip at (x, y)."""
    s = size / 10
    return curve(
        *(x, y + 16 * s, x - 4 * s, y + 12 * s, x - 10 * s, y + 8 * s, x - 10 * s, y + 1 * s),
        *(x - 10 * s, y - 6 * s, x - 2 * s, y - 6 * s, x, y),
        *(x + 2 * s, y - 6 * s, x + 10 * s, y - 6 * s, x + 10 * s, y + 1 * s),
        *(x + 10 * s, y + 8 * s, x + 4 * s, y + 12 * s, x, y + 16 * s),
        closed=True,
    )


def face(*mouth: Shape) -> tuple[Shape, ...]:
    """Draw a face with this mouth."""
    return (circle(24, 24, 19), dot(17, 19.5, 2.4), dot(31, 19.5, 2.4), *mouth)


def bubble(x: float, y: float, w: float, h: float, tail: float) -> Shape:
    """Draw a speech bubble; `tail` is where on its lower edge the tail begins."""
    low = y + h
    return line(
        *(x + 3, y, x + w - 3, y, x + w, y + 3, x + w, low - 3, x + w - 3, low),
        *(tail + 7, low, tail, low + 6, tail, low, x + 3, low, x, low - 3, x, y + 3),
        closed=True,
    )


def rays(x: float, y: float, inner: float, outer: float) -> Iterator[Shape]:
    """Draw eight rays around (x, y)."""
    slant = 0.7071
    for dx, dy in (
        (0, -1),
        (slant, -slant),
        (1, 0),
        (slant, slant),
        (0, 1),
        (-slant, slant),
        (-1, 0),
        (-slant, -slant),
    ):
        yield line(x + dx * inner, y + dy * inner, x + dx * outer, y + dy * outer)


def thumb(*, up: bool) -> tuple[Shape, ...]:
    """Draw a hand with its thumb up or down."""
    points: tuple[float, ...] = (16, 22, 23, 7, 28, 8, 28, 18, 39, 18, 41, 21, 38, 38, 35, 40, 16, 40)
    cuff: tuple[float, ...] = (6, 21, 12, 21, 12, 41, 6, 41)
    if not up:
        points, cuff = _upside_down(points), _upside_down(cuff)
    return (line(*points, closed=True), line(*cuff, closed=True))


def _upside_down(points: tuple[float, ...]) -> tuple[float, ...]:
    return tuple(VIEW_BOX - value if index % 2 else value for index, value in enumerate(points))
