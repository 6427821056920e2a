"""Draws the figures of a form in black lines: the platform's pictures, faces among them, and an arrow."""

import re
from collections.abc import Callable

from reportlab.pdfgen.canvas import Canvas

from engage import pictures

#: How thick the arrow's lines are, as a share of its side.
_ARROW_LINE = 0.12
_STEPS = re.compile(r"([MLCZ])([^MLCZ]*)")


def has_figure(name: str | None) -> bool:
    """Say whether there is a drawing of this name."""
    return name == "arrow" or name in pictures.PICTURES


def draw_figure(canvas: Canvas, name: str, x: float, y: float, side: float, *, is_mirrored: bool) -> None:
    """Draw a figure in the square whose lower left corner is (x, y), all in points.

    An arrow turns with the direction of the form; pictures stay as they are.
    """
    canvas.saveState()
    canvas.setLineCap(1)
    canvas.setLineJoin(1)
    if name == "arrow":
        _draw_arrow(canvas, x, y, side, is_mirrored=is_mirrored)
    else:
        _draw_picture(canvas, name, x, y, side)
    canvas.restoreState()


def _draw_picture(canvas: Canvas, name: str, x: float, y: float, side: float) -> None:
    scale = side / pictures.VIEW_BOX
    canvas.transform(scale, 0, 0, -scale, x, y + side)
    canvas.setLineWidth(pictures.STROKE)
    for shape in pictures.picture(name).shapes:
        path = canvas.beginPath()
        draw: dict[str, Callable[..., None]] = {"M": path.moveTo, "L": path.lineTo, "C": path.curveTo, "Z": path.close}
        for kind, numbers in _STEPS.findall(shape.path):
            draw[kind](*map(float, numbers.replace("C", " ").split()))
        canvas.drawPath(path, stroke=not shape.solid, fill=shape.solid)


def _draw_arrow(canvas: Canvas, x: float, y: float, side: float, *, is_mirrored: bool) -> None:
    tail, tip = (side, 0.0) if is_mirrored else (0.0, side)
    neck = tail + 0.6 * (tip - tail)
    canvas.setLineWidth(side * _ARROW_LINE)
    for x1, y1, x2, y2 in (
        (tail, side / 2, tip, side / 2),
        (neck, 0.85 * side, tip, side / 2),
        (neck, 0.15 * side, tip, side / 2),
    ):
        canvas.line(x + x1, y + y1, x + x2, y + y2)
