"""Reads PDFs by a process of its own: one that would never be done with a page, or eat all memory, is ended.

A few hundred bytes can ask for a drawing that nothing finishes: lines by the million, a form that shows a form ten
times, and so on. Scans lose nothing by it: their JPEGs come over as they are and are decoded here.
"""

import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import numpy as np

from engage.channels.paper import pdf_pages
from engage.channels.paper.decoding import MOST_PIXELS, Grey, Undecodable, decode_picture, smaller
from engage.channels.paper.pdf_pages import HEAD, Kind

#: Seconds of processor time one page may take, and bytes of memory the process may ask for.
MOST_SECONDS, MOST_MEMORY = 20.0, 2_000_000_000


@dataclass(frozen=True)
class PdfPage:
    """The pixels of one page, or the code of what is wrong with it; `finer` decodes it at full size.

    `pages` is how many the file has.
    """

    pages: int
    grey: Grey | None = None
    problem: str | None = None
    finer: Callable[[], Grey] | None = None


def pages_apart(path: Path, most_pages: int) -> Iterator[PdfPage]:
    """Yield the pages of a PDF one by one, and one `too_many_pages` behind the last that is looked at.

    From the page at which the other process had to be ended, every page is `unreadable_file`. Whoever asks for no
    more pages ends it too.
    """
    limits = (most_pages, MOST_PIXELS, MOST_SECONDS, MOST_MEMORY)
    command = [sys.executable, "-m", pdf_pages.__name__, str(path), *map(str, limits)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as other:  # noqa: S603 - our own
        try:
            if other.stdout:
                yield from _pages_from(other.stdout, most_pages)
        finally:
            other.kill()


def _pages_from(stream: IO[bytes], most_pages: int) -> Iterator[PdfPage]:
    """Yield pages as they come; a file of which nothing comes is one page that cannot be read."""
    pages, read = 1, 0
    try:
        _, pages, _ = _head(stream)
        for _ in range(min(pages, most_pages)):
            yield _page(stream, pages)
            read += 1
    except EOFError:
        yield from [PdfPage(pages, problem="unreadable_file")] * (min(pages, most_pages) - read)
    if pages > most_pages:
        yield PdfPage(pages, problem="too_many_pages")


def _page(stream: IO[bytes], pages: int) -> PdfPage:
    kind, height, width = _head(stream)
    content = _taken(stream, height * width)
    match kind:
        case Kind.JPEG:
            return _jpeg(content, pages)
        case Kind.PICTURE:
            return PdfPage(pages, smaller(_grey(content, height, width)))
        case Kind.DRAWN:
            return PdfPage(pages, _grey(content, height, width))
        case _:
            return PdfPage(pages, problem=content.decode())


def _jpeg(data: bytes, pages: int) -> PdfPage:
    try:
        decoded = decode_picture(data)
    except Undecodable as fault:
        return PdfPage(pages, problem=fault.problem)
    finer = (lambda: decode_picture(data, at_full_size=True).grey) if decoded.is_reduced else None
    return PdfPage(pages, decoded.grey, finer=finer)


def _grey(content: bytes, height: int, width: int) -> Grey:
    return np.frombuffer(content, np.uint8).reshape(height, width)


def _head(stream: IO[bytes]) -> tuple[int, int, int]:
    kind, height, width = HEAD.unpack(_taken(stream, HEAD.size))
    return kind, height, width


def _taken(stream: IO[bytes], count: int) -> bytes:
    """Return so many bytes. Raises EOFError where there are not as many."""
    content = stream.read(count)
    if len(content) < count:
        raise EOFError
    return content
