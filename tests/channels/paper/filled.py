"""Printed pages as pictures, ticked with a drawn pen, for the tests of reading."""

import io
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path

import cv2
import numpy as np
import pypdfium2
from numpy.typing import NDArray

from channels.paper.forms import a_layout
from engage.channels.paper.drawing import PrintedForm, print_forms
from engage.channels.paper.layout import Box, Layout, Page
from engage.channels.paper.page_reader import PageRead, read_page
from engage.channels.paper.sheets import Sheet
from engage.response import receipts, serials

#: Pixels a millimetre of the pictures: 200 dpi, an office scanner.
SCALE = 200 / 25.4
SERIAL = "7KQM4RTX9"
Picture = NDArray[np.uint8]


@cache
def drawn(layout_key: tuple[str, str], number: int, serial: str = SERIAL) -> Picture:
    """Return a page of the library survey as it comes out of the printer."""
    layout = a_layout(*layout_key)
    out = io.BytesIO()
    receipt = receipts.receipt_of(serials.response_id_of(SERIAL))
    print_forms(layout, [PrintedForm(serial, receipt)], "https://survey.example.org", out)
    page = pypdfium2.PdfDocument(out.getvalue())[number - 1]
    return np.array(page.render(scale=SCALE * 25.4 / 72, grayscale=True).to_pil())


def ticked(picture: Picture, boxes: Iterable[Box]) -> Picture:
    """Return the picture with a tick in each of the boxes."""
    picture = picture.copy()
    for box in boxes:
        corners = [(box.x + 0.6, box.y + 2.2), (box.x + 1.7, box.y + 3.5), (box.x + 4.4, box.y - 0.4)]
        line(picture, corners, 0.5)
    return picture


def struck_out(picture: Picture, box: Box) -> Picture:
    """Return the picture with a ticked box scribbled over."""
    picture = ticked(picture, [box])
    steps = range(13)
    line(picture, [(box.x - 1 + at * 0.5, box.y + (-1.0 if at % 2 else 5.0)) for at in steps], 0.5)
    return picture


def line(picture: Picture, corners: list[tuple[float, float]], width_mm: float, grey: int = 40) -> None:
    """Draw a pen's line through points on the page (mm)."""
    points = np.array(corners) * SCALE * 16
    cv2.polylines(picture, [points.astype(np.int32)], False, grey, round(width_mm * SCALE), cv2.LINE_AA, 4)


def some_choices(page: Page) -> list[Box]:
    """Return one box of every question, never the same place in the list."""
    questions = dict.fromkeys(box.question for box in page.boxes)
    lists = [[box for box in page.boxes if box.question == question] for question in questions]
    return [boxes[at % len(boxes)] for at, boxes in enumerate(lists)]


def issued(layout: Layout, serial: str = SERIAL) -> Callable[[str], Layout | None]:
    """Return what knows the layout of the one form that was ever printed."""
    return {serial: layout}.get


def read_picture(picture: Picture, layout: Layout) -> PageRead:
    """Read a picture as a page."""
    return read_page(Sheet("page.png", 1, np.ascontiguousarray(picture)), issued(layout))


def marked_in(read: PageRead) -> set[tuple[str, str]]:
    """Return the boxes found marked."""
    return {(box.question, box.option) for box in read.boxes if box.state == "marked"}


def saved(path: Path, picture: Picture, *parameters: int) -> Path:
    """Write a picture in the kind of file its ending says."""
    assert cv2.imwrite(str(path), picture, list(parameters))
    return path
