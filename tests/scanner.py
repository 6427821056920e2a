"""A scanner in tests: ticks forms that were printed by the app, and scans them into files."""

import io
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pypdfium2
from numpy.typing import NDArray
from PIL import Image

from engage.channels.paper.layout import Layout
from engage.jobs import files_of
from engage.staff.printing import PrintOrder, print_order
from engage.storage.instance import Instance

Grey = NDArray[np.uint8]
#: Dots per inch of the scanner.
DPI = 150
_MM = DPI / 25.4


def print_forms_of(
    instance: Instance, survey: str, copies: int, style: str = "standard"
) -> tuple[Layout, tuple[str, ...], Path]:
    """Print forms through the app; returns the layout, the serials in order and the PDF."""
    path = files_of(instance) / f"{survey}.pdf"
    order = PrintOrder(survey, "en", style, None, copies, "coordinator@example.org")
    with path.open("wb") as file:
        printed = print_order(instance, order, file, lambda _done, _total: None)
    return printed.layout, printed.serials, path


def scanned_pages(pdf: Path, layout: Layout, ticks: Sequence[Mapping[str, Collection[str]]]) -> list[list[Grey]]:
    """Return the pages of every form in grey, ticked with a cross where `ticks` of its person say so."""
    pages = _drawn(pdf)
    forms = []
    for person in ticks:
        form = [next(pages) for _ in layout.pages]
        for image, page in zip(form, layout.pages, strict=True):
            for box in page.boxes:
                if box.option in person.get(box.question, ()):
                    _cross(image, box.x, box.y, box.w)
        forms.append(form)
    return forms


def as_pdf(pages: Sequence[Grey]) -> bytes:
    """Return pages as a scanner's PDF."""
    return _saved(pages, "PDF", resolution=DPI)


def as_tiff(pages: Sequence[Grey]) -> bytes:
    """Return pages as a multi-page TIFF."""
    return _saved(pages, "TIFF", compression="jpeg")


def as_jpeg(page: Grey) -> bytes:
    """Return a page as a JPEG."""
    return bytes(cv2.imencode(".jpg", page)[1])


def _drawn(pdf: Path) -> Iterator[Grey]:
    document = pypdfium2.PdfDocument(pdf)
    for page in document:
        bitmap = page.render(scale=DPI / 72, grayscale=True)
        yield np.array(bitmap.to_numpy()).reshape(bitmap.height, bitmap.width).copy()
        page.close()
    document.close()


def _cross(image: Grey, x: float, y: float, side: float) -> None:
    near, far = 0.12 * side, 0.88 * side
    for start, end in (((near, near), (far, far)), ((far, near), (near, far))):
        first, last = ((round((x + dx) * _MM), round((y + dy) * _MM)) for dx, dy in (start, end))
        cv2.line(image, first, last, 40, 3, cv2.LINE_AA)


def _saved(pages: Sequence[Grey], kind: str, **how: Any) -> bytes:
    first, *others = [Image.fromarray(page) for page in pages]
    out = io.BytesIO()
    first.save(out, kind, save_all=True, append_images=others, **how)
    return out.getvalue()
