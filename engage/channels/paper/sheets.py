"""Takes the pages out of what a scanner or a phone saved, one in memory at a time, and says what is no page."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pillow_heif
from PIL import Image

from engage.channels.paper.decoding import (
    DECODER_FAULTS,
    MOST_BYTES,
    Grey,
    Undecodable,
    decode_picture,
    grey_of,
    open_picture,
    refuse_too_large,
    warned_of_bombs_alone,
)
from engage.channels.paper.pdf_apart import pages_apart

#: Pages read of one file; 50 people's forms of six pages are 300.
MOST_PAGES = 300
#: Endings of the files that are looked into where a folder is read.
ENDINGS = frozenset({".pdf", ".tif", ".tiff", ".jpg", ".jpeg", ".png", ".heic", ".heif"})
#: Bytes at the start of a file by which its kind is known.
_HEAD = 1024
_JPEG, _TIFF = b"\xff\xd8\xff", (b"II*\x00", b"MM\x00*")
_HEIF_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1")


@dataclass(frozen=True)
class Sheet:
    """One page of a file as grey pixels, or the code of what is wrong with it.

    Codes from here: not_an_image, unreadable_file, truncated, too_large, too_many_pages.
    """

    file: str
    #: Page or frame in the file, from 1.
    pdf_page: int
    grey: Grey | None
    problem: str | None = None
    #: Decodes the page at its full size, where `grey` is smaller. Raises Undecodable.
    finer: Callable[[], Grey] | None = field(default=None, compare=False, repr=False)
    #: Pages that the file says it has.
    pages: int = 1


def open_sheets(path: Path, *, name: str | None = None) -> Iterator[Sheet]:
    """Yield the pages of a PDF, TIFF, JPEG, PNG or HEIC, known by its content and not by its ending.

    Never raises for what is in a file: a page that cannot be had is a Sheet with a problem. `name` stands for
    the file in the sheets, its own name where left out.
    """
    shown = name or path.name
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD)
    except OSError:
        yield Sheet(shown, 1, None, "unreadable_file")
        return
    if b"%PDF-" in head and not head.startswith(_JPEG):
        yield from _pdf_sheets(path, shown)
    elif head.startswith(_TIFF):
        yield from _tiff_sheets(path, shown)
    else:
        yield _single_sheet(path, head, shown)


def _pdf_sheets(path: Path, name: str) -> Iterator[Sheet]:
    for number, page in enumerate(pages_apart(path, MOST_PAGES), 1):
        yield Sheet(name, number, page.grey, page.problem, page.finer, page.pages)


def _tiff_sheets(path: Path, name: str) -> Iterator[Sheet]:
    number = 1
    try:
        with open_picture(str(path)) as picture:
            for number in range(1, MOST_PAGES + 2):
                if not _turn_to(picture, number):
                    return
                if number > MOST_PAGES:
                    yield Sheet(name, number, None, "too_many_pages")
                else:
                    yield _frame(picture, name, number)
    except Undecodable as fault:
        yield Sheet(name, number, None, fault.problem)


def _turn_to(picture: Image.Image, number: int) -> bool:
    """Turn to a frame of a TIFF; False behind the last. Raises Undecodable where it breaks off."""
    try:
        with warned_of_bombs_alone():
            picture.seek(number - 1)
    except EOFError:
        return False
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as bomb:
        raise Undecodable("too_large") from bomb
    except DECODER_FAULTS as fault:
        raise Undecodable("truncated") from fault
    return True


def _frame(picture: Image.Image, name: str, number: int) -> Sheet:
    try:
        return Sheet(name, number, grey_of(picture))
    except Undecodable as fault:
        return Sheet(name, number, None, fault.problem)


def _single_sheet(path: Path, head: bytes, name: str) -> Sheet:
    try:
        data = _content_of(path)
        if head[4:8] == b"ftyp" and head[8:12] in _HEIF_BRANDS:
            return Sheet(name, 1, _heif_grey(data))
        decoded = decode_picture(data)
    except Undecodable as fault:
        return Sheet(name, 1, None, fault.problem)
    except OSError:
        return Sheet(name, 1, None, "unreadable_file")
    finer = (lambda: decode_picture(data, at_full_size=True).grey) if decoded.is_reduced else None
    return Sheet(name, 1, decoded.grey, finer=finer)


def _content_of(path: Path) -> bytes:
    if path.stat().st_size > MOST_BYTES:
        raise Undecodable("too_large")
    return path.read_bytes()


def _heif_grey(data: bytes) -> Grey:
    try:
        picture = pillow_heif.open_heif(data, convert_hdr_to_8bit=True)
        refuse_too_large(*picture.size)
        return grey_of(picture.to_pillow())
    except DECODER_FAULTS as fault:
        raise Undecodable("truncated" if isinstance(fault, EOFError) else "unreadable_file") from fault
