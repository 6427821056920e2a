"""Takes the pages out of a PDF, as a program of its own: a page that is one JPEG as it is, any other as grey pixels.

`pdf_apart` starts it and reads what it writes. Whatever a PDF does to pdfium happens here, so it imports nothing that
is long to load and decodes no JPEG.
"""

import resource
import signal
import struct
import sys
from dataclasses import dataclass
from enum import IntEnum
from typing import BinaryIO

import pypdfium2
from pypdfium2 import raw

#: Dots per inch a page is drawn at, and the pixels it may take: A3 has 7.7 million.
DRAWN_DPI, MOST_DRAWN_PIXELS = 200, 12_000_000
#: What stands before what is told: its kind, and two numbers, whose product is how many bytes follow.
HEAD = struct.Struct(">BII")
#: Share of the page, side by side, that a picture takes to be the whole page.
_WHOLE_PAGE = 0.85
#: Things on a page that are looked at before it is drawn anyway.
_MOST_OBJECTS = 2000
_POINTS_PER_INCH = 72


class Kind(IntEnum):
    """What is told: how many pages there are, then of each page one of the others."""

    COUNT = 0
    PROBLEM = 1
    JPEG = 2
    #: Pixels of a picture that is the whole page, and of a page that was drawn: height, width.
    PICTURE = 3
    DRAWN = 4


@dataclass(frozen=True)
class Told:
    """One thing told; what are no pixels is one row of bytes."""

    kind: Kind
    height: int
    width: int
    content: bytes


class _TooLarge(Exception):
    """A picture on a page has more pixels than are decoded."""


def tell_pages(path: str, most_pages: int, most_pixels: int, seconds: float, out: BinaryIO) -> None:
    """Write how many pages a PDF has, then what its first ones show; ends the process at a page that takes too long.

    `seconds` are of processor time: other work on the machine takes nothing from them.
    """
    signal.setitimer(signal.ITIMER_PROF, seconds)
    document = pypdfium2.PdfDocument(path)
    out.write(HEAD.pack(Kind.COUNT, len(document), 0))
    out.flush()
    for at in range(min(len(document), most_pages)):
        signal.setitimer(signal.ITIMER_PROF, seconds)
        told = _told(document, at, most_pixels)
        out.write(HEAD.pack(told.kind, told.height, told.width))
        out.write(told.content)
        out.flush()


def _told(document: pypdfium2.PdfDocument, at: int, most_pixels: int) -> Told:
    try:
        page = document[at]
        try:
            return _shown(page, most_pixels)
        finally:
            page.close()
    except _TooLarge:
        return _row(Kind.PROBLEM, b"too_large")
    except (pypdfium2.PdfiumError, MemoryError, ValueError):
        return _row(Kind.PROBLEM, b"unreadable_file")


def _shown(page: pypdfium2.PdfPage, most_pixels: int) -> Told:
    """Return the picture that is the whole page: bit by bit what was scanned. Any other page is drawn."""
    pictures, has_more = _pictures_on(page)
    for width, height in (picture.get_px_size() for picture in pictures):
        if width * height > most_pixels:
            raise _TooLarge
    if len(pictures) != 1 or has_more or not _fills(page, pictures[0]):
        return _pixels(Kind.DRAWN, _drawn(page))
    if pictures[0].get_filters() == ["DCTDecode"]:
        return _row(Kind.JPEG, bytes(pictures[0].get_data()))
    return _pixels(Kind.PICTURE, pictures[0].get_bitmap())


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


def _drawn(page: pypdfium2.PdfPage) -> pypdfium2.PdfBitmap:
    width, height = page.get_size()
    square_inches = max(width * height, 1.0) / _POINTS_PER_INCH**2
    dpi = min(DRAWN_DPI, (MOST_DRAWN_PIXELS / square_inches) ** 0.5)
    return page.render(scale=dpi / _POINTS_PER_INCH, grayscale=True, may_draw_forms=False)


def _pixels(kind: Kind, bitmap: pypdfium2.PdfBitmap) -> Told:
    return Told(kind, bitmap.height, bitmap.width, bitmap.to_pil().convert("L").tobytes())


def _row(kind: Kind, content: bytes) -> Told:
    return Told(kind, 1, len(content), content)


def main() -> None:
    """Tell of the PDF whose path and limits are the arguments, within as much memory as they allow."""
    path, most_pages, most_pixels, seconds, memory = sys.argv[1:]
    resource.setrlimit(resource.RLIMIT_AS, (int(memory), int(memory)))
    tell_pages(path, int(most_pages), int(most_pixels), float(seconds), sys.stdout.buffer)


if __name__ == "__main__":
    main()
