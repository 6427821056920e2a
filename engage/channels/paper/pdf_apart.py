"""Takes the pages out of a PDF in a process of its own: one that would never be done, or eat all memory, is ended.

A PDF can show a form that shows a form, ten times each, and so on: a few hundred bytes that nothing can draw. Files
made by scanners hold pictures and no such forms, and are read where they are.
"""

import mmap
import re
import resource
import struct
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from select import select
from typing import IO, BinaryIO

import numpy as np

from engage.channels.paper.decoding import Decoded
from engage.channels.paper.pdf_pages import PdfPage, pages_of

#: Seconds one page may take, and bytes of memory the process may ask for.
MOST_SECONDS, MOST_MEMORY = 20.0, 2_000_000_000
#: The kind of thing that a form on a page is, each letter plain or by its number, as the format allows. It stands
#: where no compression hides it.
_FORM = re.compile(rb"/(?:F|#46)(?:o|#6[fF])(?:r|#72)(?:m|#6[dD])(?![A-Za-z0-9])")
#: What stands before the pixels of a page: height, width, and how many letters its problem has.
_HEAD = struct.Struct(">IIB")


def holds_forms(path: Path) -> bool:
    """Say whether a PDF shows forms, which may show one another without end."""
    with path.open("rb") as file:
        try:
            with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
                return _FORM.search(content) is not None
        except ValueError:
            return False


def pages_apart(path: Path, most_pages: int) -> Iterator[PdfPage]:
    """Yield what `pages_of` yields, worked out by another process; `unreadable_file` where that had to be ended."""
    command = [sys.executable, "-m", __name__, str(path), str(most_pages)]
    # Unbuffered, so that `select` knows of everything that has come.
    with subprocess.Popen(command, bufsize=0, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as other:  # noqa: S603 - itself
        pages = _pages_from(other.stdout) if other.stdout else iter(())
        try:
            yield from pages
        except (EOFError, TimeoutError):
            other.kill()
        finally:
            if other.stdout:
                other.stdout.close()
        if other.wait() != 0:
            yield PdfPage(None, "unreadable_file")


def _pages_from(stream: IO[bytes]) -> Iterator[PdfPage]:
    """Yield pages as they come. Raises TimeoutError where nothing comes for too long, EOFError where it breaks off."""
    while True:
        height, width, letters = _HEAD.unpack(_taken(stream, _HEAD.size))
        if letters:
            yield PdfPage(None, _taken(stream, letters).decode())
        elif height:
            pixels = np.frombuffer(_taken(stream, height * width), np.uint8)
            yield PdfPage(Decoded(pixels.reshape(height, width)))
        else:
            return


def _taken(stream: IO[bytes], count: int) -> bytes:
    parts: list[bytes] = []
    while count:
        if not select([stream], [], [], MOST_SECONDS)[0]:
            raise TimeoutError
        part = stream.read(count)
        if not part:
            raise EOFError
        parts.append(part)
        count -= len(part)
    return b"".join(parts)


def _send_pages(path: Path, most_pages: int, out: BinaryIO) -> None:
    for page in pages_of(path, most_pages):
        grey = page.finer() if page.finer else page.decoded.grey if page.decoded else None
        problem = (page.problem or "").encode()
        height, width = grey.shape if grey is not None and not problem else (0, 0)
        out.write(_HEAD.pack(height, width, len(problem)))
        out.write(problem or (grey.tobytes() if grey is not None else b""))
        out.flush()
    out.write(_HEAD.pack(0, 0, 0))
    out.flush()


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    _send_pages(Path(sys.argv[1]), int(sys.argv[2]), sys.stdout.buffer)
