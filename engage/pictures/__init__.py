"""Small pictograms in one hand, drawn on the web, on paper and in reports."""

from dataclasses import dataclass
from functools import cache

from markupsafe import Markup, escape

from engage.pictures.pen import VIEW_BOX, Shape
from engage.pictures.people import PEOPLE
from engage.pictures.places import PLACES
from engage.pictures.signs import SIGNS

__all__ = [
    "OF_HELPERS",
    "OF_SPECIAL_CODES",
    "PICTURES",
    "STROKE",
    "VIEW_BOX",
    "Picture",
    "Shape",
    "drawn",
    "picture",
    "svg",
]

#: Width of a line in units of the view box; ends and corners are round.
STROKE = 2.5


@dataclass(frozen=True)
class Picture:
    """A named pictogram; its shapes are drawn one over the other, lines STROKE wide."""

    name: str
    shapes: tuple[Shape, ...]


#: Every picture by its name.
PICTURES = {name: Picture(name, shapes) for name, shapes in (PEOPLE | PLACES | SIGNS).items()}

#: What easy read shows beside "I do not know", "I do not want to say" and "this is not about me".
OF_SPECIAL_CODES = {"dk": "question", "pns": "private", "na": "not_me"}
#: And beside who helps somebody answer.
OF_HELPERS = {
    "none": "person",
    "ambassador": "youth_worker",
    "interpreter": "talk",
    "family": "family",
    "friend": "friend",
}


def picture(name: str) -> Picture:
    """Return a picture; raises KeyError for a name that is not in PICTURES."""
    return PICTURES[name]


def drawn(name: str | None) -> Markup | None:
    """Return the picture as `svg` does, None for no name and for one that a definition made up."""
    return svg(name) if name in PICTURES else None


@cache
def svg(name: str, title: str | None = None) -> Markup:
    """Return the picture as inline SVG in the colour of the text; without a title it is hidden from readers."""
    lines = "".join(shape.path for shape in PICTURES[name].shapes if not shape.solid)
    solids = "".join(shape.path for shape in PICTURES[name].shapes if shape.solid)
    seen = f' role="img" aria-label="{escape(title)}"' if title else ' aria-hidden="true"'
    parts = f'<path d="{lines}"/>' if lines else ""
    parts += f'<path d="{solids}" fill="currentColor" stroke="none"/>' if solids else ""
    return Markup(  # noqa: S704 - our own paths and an escaped title
        f'<svg viewBox="0 0 {VIEW_BOX} {VIEW_BOX}" fill="none" stroke="currentColor" stroke-width="{STROKE}" '
        f'stroke-linecap="round" stroke-linejoin="round" focusable="false"{seen}>{parts}</svg>'
    )
