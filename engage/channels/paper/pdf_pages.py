"""Takes the pages out of a PDF: the scanned picture itself where a page is one picture, else the page as drawn."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

import numpy as np
import pypdfium2
from pypdfium2 import raw

from engage.channels.paper.decoding import Decoded, Grey, Undecodable, decode_picture, refuse_too_large, smaller

#: Dots per inch a page is drawn at, and the pixels it may take: A3 has 7.7 million.
DRAWN_DPI, MOST_DRAWN_PIXELS = 200, 12_000_000
#: Share of the page, side by side, that a picture takes to be the whole page.
_WHOLE_PAGE = 0.85
#: Things on a page that are looked at before it is drawn anyway.
_MOST_OBJECTS = 2000
_POINTS_PER_INCH = 72
#: pdfium works for one thread at a time.
ONE_AT_A_TIME = Lock()


@dataclass(frozen=True)
class PdfPage:
    """The pixels of one page, or the code of what is wrong with it; `finer` decodes it at full size."""

    decoded: Decoded | None
    problem: str | None = None
    finer: Callable[[], Grey] | None = None


def pages_of(path: Path, most_pages: int) -> Iterator[PdfPage]:
    """Yield the pages of a PDF one by one, and one `too_many_pages` behind the last that is looked at."""
    try:
        with ONE_AT_A_TIME:
            document = pypdfium2.PdfDocument(path)
            count = len(document)
    except (pypdfium2.PdfiumError, OSError):
        yield PdfPage(None, "unreadable_file")
        return
    try:
        for at in range(min(count, most_pages)):
            yield _page(document, at)
        if count > most_pages:
            yield PdfPage(None, "too_many_pages")
    finally:
        with ONE_AT_A_TIME:
            document.close()


def count_pages(path: Path) -> int | None:
    """Return how many pages a PDF has, None for any other file."""
    with ONE_AT_A_TIME:
        try:
            document = pypdfium2.PdfDocument(path)
        except (pypdfium2.PdfiumError, OSError):
            return None
        try:
            return len(document)
        finally:
            document.close()


def _page(document: pypdfium2.PdfDocument, at: int) -> PdfPage:
    try:
        with ONE_AT_A_TIME:
            page = document[at]
            try:
                return _pixels(page)
            finally:
                page.close()
    except Undecodable as fault:
        return PdfPage(None, fault.problem)
    except (pypdfium2.PdfiumError, MemoryError, ValueError):
        return PdfPage(None, "unreadable_file")


def _pixels(page: pypdfium2.PdfPage) -> PdfPage:
    pictures, has_more = _pictures_on(page)
    for picture in pictures:
        refuse_too_large(*picture.get_px_size())
    if len(pictures) == 1 and not has_more and _fills(page, pictures[0]):
        return _embedded(pictures[0])
    return PdfPage(Decoded(_drawn(page)))


def _pictures_on(page: pypdfium2.PdfPage) -> tuple[list[pypdfium2.PdfImage], bool]:
    """Return the pictures on a page, and whether there is anything else to be seen.

    Scanners lay text they recognised invisibly over the picture: that is nothing to be seen.
    """
    pictures: list[pypdfium2.PdfImage] = []
    has_more = False
    for number, found in enumerate(page.get_objects(max_depth=4)):
        if isinstance(found, pypdfium2.PdfImage):
            pictures.append(found)
        elif found.type == raw.FPDF_PAGEOBJ_TEXT:
            hidden = raw.FPDFTextObj_GetTextRenderMode(found.raw) == raw.FPDF_TEXTRENDERMODE_INVISIBLE
            has_more = has_more or not hidden
        elif found.type != raw.FPDF_PAGEOBJ_FORM:
            has_more = True
        if number > _MOST_OBJECTS:
            return pictures, True
    return pictures, has_more


def _fills(page: pypdfium2.PdfPage, picture: pypdfium2.PdfImage) -> bool:
    left, bottom, right, top = picture.get_bounds()
    crop = page.get_cropbox()
    wide, high = crop[2] - crop[0], crop[3] - crop[1]
    return bool(right - left >= _WHOLE_PAGE * wide and top - bottom >= _WHOLE_PAGE * high)


def _embedded(picture: pypdfium2.PdfImage) -> PdfPage:
    """Return the picture's own pixels: bit by bit what was scanned, and three times as fast as drawing it."""
    if picture.get_filters() == ["DCTDecode"]:
        data = bytes(picture.get_data())
        decoded = decode_picture(data)
        finer = (lambda: decode_picture(data, at_full_size=True).grey) if decoded.is_reduced else None
        return PdfPage(decoded, finer=finer)
    return PdfPage(Decoded(smaller(_grey(picture.get_bitmap()))))


def _drawn(page: pypdfium2.PdfPage) -> Grey:
    width, height = page.get_size()
    square_inches = max(width * height, 1.0) / _POINTS_PER_INCH**2
    dpi = min(DRAWN_DPI, (MOST_DRAWN_PIXELS / square_inches) ** 0.5)
    return _grey(page.render(scale=dpi / _POINTS_PER_INCH, grayscale=True, may_draw_forms=False))


def _grey(bitmap: pypdfium2.PdfBitmap) -> Grey:
    pixels = np.asarray(bitmap.to_pil().convert("L"), np.uint8) if bitmap.n_channels > 1 else bitmap.to_numpy()
    return np.array(pixels, np.uint8).reshape(bitmap.height, bitmap.width)
