"""Measures text before it is put on a slide, so that nothing runs over the edge of its box."""

from functools import cache
from importlib.resources import files

from PIL import ImageFont

#: A slide of 16 to 9, in points.
WIDTH, HEIGHT = 960, 540
#: Space from the edge of a slide, and inside a cell of a table (points).
MARGIN, INSET = 40, 6
#: Points from line to line, per point of type.
LEADING = 1.25
#: Slides are shown in letters a little wider or narrower than ours: text may fill this much of a line.
_FILLED = 0.94


def text_height(text: str, size: float, width: float) -> float:
    """Return how high text of some size stands in a box of some width (points), wrapped between words."""
    return lines_of(text, size, width) * size * LEADING


def lines_of(text: str, size: float, width: float) -> int:
    """Return how many lines text takes."""
    return sum(_lines(paragraph, size, width * _FILLED) for paragraph in text.split("\n")) if text else 0


def fitting_size(texts: tuple[str, ...], width: float, height: float, sizes: tuple[int, ...]) -> int:
    """Return the largest of some sizes in which paragraphs fit a box with a gap below each, else the smallest."""
    for size in sizes:
        if sum(text_height(text, size, width) + size / 2 for text in texts) <= height:
            return size
    return sizes[-1]


def _lines(paragraph: str, size: float, width: float) -> int:
    count, used = 1, 0.0
    space = _width(" ", size)
    for word in paragraph.split(" "):
        wide = _width(word, size)
        if used and used + space + wide > width:
            count, used = count + 1, wide
        else:
            used += wide + (space if used else 0)
    return count


def _width(text: str, size: float) -> float:
    return _font().getlength(text) * size / 100


@cache
def _font() -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(files("fontpkg_noto_sans").joinpath("files/NotoSans[wdth,wght].ttf")), 100)
