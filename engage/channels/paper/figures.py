"""Draws the figures of a form as black lines: faces, arrows."""

from collections.abc import Callable

from reportlab.pdfgen.canvas import Canvas

#: How far the corners of the mouth stand above (or below) its middle, as a share of the face.
_MOUTHS = {"face_safe": 0.16, "face_between": 0.0, "face_unsafe": -0.16}


def has_figure(name: str | None) -> bool:
    """Say whether there is a drawing of this name."""
    return name in _FIGURES


def draw_figure(canvas: Canvas, name: str, x: float, y: float, side: float, *, is_mirrored: bool) -> None:
    """Draw a figure in the square whose lower left corner is (x, y), all in points."""
    canvas.saveState()
    canvas.translate(x, y)
    if is_mirrored and name == "arrow":
        canvas.translate(side, 0)
        canvas.scale(-1, 1)
    canvas.setLineCap(1)
    canvas.setLineJoin(1)
    _FIGURES[name](canvas, side)
    canvas.restoreState()


def _face(mouth: float) -> Callable[[Canvas, float], None]:
    def draw(canvas: Canvas, side: float) -> None:
        half = side / 2
        canvas.setLineWidth(side * 0.045)
        canvas.circle(half, half, half * 0.94)
        for eye in (0.33, 0.67):
            canvas.circle(eye * side, 0.62 * side, 0.055 * side, stroke=0, fill=1)
        corner, middle = 0.34 + mouth / 2, 0.34 - mouth / 2
        path = canvas.beginPath()
        path.moveTo(0.27 * side, corner * side)
        bend = (middle - corner) * 4 / 3 + corner
        path.curveTo(0.4 * side, bend * side, 0.6 * side, bend * side, 0.73 * side, corner * side)
        canvas.drawPath(path, stroke=1, fill=0)

    return draw


def _arrow(canvas: Canvas, side: float) -> None:
    canvas.setLineWidth(side * 0.12)
    path = canvas.beginPath()
    path.moveTo(0, side / 2)
    path.lineTo(side, side / 2)
    path.moveTo(0.6 * side, 0.85 * side)
    path.lineTo(side, side / 2)
    path.lineTo(0.6 * side, 0.15 * side)
    canvas.drawPath(path, stroke=1, fill=0)


_FIGURES: dict[str | None, Callable[[Canvas, float], None]] = {
    "arrow": _arrow,
    **{name: _face(mouth) for name, mouth in _MOUTHS.items()},
}
