"""Turns the bytes of one picture into grey pixels, refusing by its declared size what would not fit in memory."""

import io
import struct
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

#: Grey pixels, 0 black to 255 white, rows from the top.
Grey = NDArray[np.uint8]

#: Pixels a picture may declare: A3 at 600 dpi has 70 million; pillow's own limit.
MOST_PIXELS = 89_478_485
#: Bytes one picture may take on disk.
MOST_BYTES = 100_000_000
#: A picture is decoded at half its size as long as its longer side keeps so many pixels (A4: 6.7 a millimetre).
ENOUGH_PIXELS = 2000
#: What a decoder may raise at pixels it cannot make sense of.
DECODER_FAULTS = (
    OSError, SyntaxError, ValueError, TypeError, KeyError, IndexError, EOFError, OverflowError, struct.error,
    MemoryError, cv2.error,
)  # fmt: skip
_JPEG, _PNG = b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"
_JPEG_SCAN, _JPEG_END, _PNG_END = b"\xff\xda", b"\xff\xd9", b"IEND"
_WIDEST_SAMPLE = 255


class Undecodable(Exception):
    """A picture gives no pixels; `problem` is the code of the reason."""

    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem


@dataclass(frozen=True)
class Decoded:
    """Grey pixels, and whether the picture holds finer ones."""

    grey: Grey
    is_reduced: bool = False


def decode_picture(data: bytes, *, at_full_size: bool = False) -> Decoded:
    """Return the pixels of a JPEG or PNG as stored, whatever its EXIF orientation says. Raises Undecodable.

    A page is found whichever way up it lies, so a wrong orientation tag can do no harm. Large pictures are
    halved while that leaves pixels enough, or, `at_full_size`, twice as many.
    """
    if len(data) > MOST_BYTES:
        raise Undecodable("too_large")
    width, height = declared_size(data)
    refuse_too_large(width, height)
    if _is_cut_off(data):
        raise Undecodable("truncated")
    enough = ENOUGH_PIXELS * (2 if at_full_size else 1)
    is_reduced = max(width, height) >= 2 * enough
    kind = cv2.IMREAD_REDUCED_GRAYSCALE_2 if is_reduced and data.startswith(_JPEG) else cv2.IMREAD_GRAYSCALE
    try:
        grey = cv2.imdecode(np.frombuffer(data, np.uint8), kind | cv2.IMREAD_IGNORE_ORIENTATION)
    except cv2.error as fault:
        raise Undecodable("unreadable_file") from fault
    if grey is None:
        raise Undecodable("unreadable_file")
    return Decoded(smaller(np.asarray(grey, np.uint8), enough), is_reduced=is_reduced)


def declared_size(data: bytes) -> tuple[int, int]:
    """Return (width, height) as the head of a picture has it. Raises Undecodable."""
    with open_picture(data) as picture:
        return picture.size


def open_picture(source: bytes | str) -> Image.Image:
    """Open a picture (its bytes or its path) without decoding any pixels. Raises Undecodable."""
    file = io.BytesIO(source) if isinstance(source, bytes) else source
    with warned_of_bombs_alone():
        try:
            return Image.open(file)
        except (Image.DecompressionBombError, Image.DecompressionBombWarning) as bomb:
            raise Undecodable("too_large") from bomb
        except UnidentifiedImageError as fault:
            raise Undecodable("not_an_image") from fault
        except DECODER_FAULTS as fault:
            raise Undecodable("unreadable_file") from fault


@contextmanager
def warned_of_bombs_alone() -> Iterator[None]:
    """Let pillow say nothing of torn tags and the like; a picture too large to be decoded is an error."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        yield


def refuse_too_large(width: int, height: int) -> None:
    """Raise Undecodable where so many pixels are more than is decoded."""
    if width * height > MOST_PIXELS:
        raise Undecodable("too_large")


def grey_of(picture: Image.Image) -> Grey:
    """Return the pixels of a picture that pillow opened. Raises Undecodable."""
    refuse_too_large(*picture.size)
    try:
        if picture.mode.startswith(("I", "F")):
            wide = np.asarray(picture, np.float32)
            most = max(float(wide.max()), 1.0)
            return np.asarray(wide * (_WIDEST_SAMPLE / (65535.0 if most > _WIDEST_SAMPLE else most)), np.uint8)
        with warned_of_bombs_alone():
            return smaller(np.asarray(picture.convert("L"), np.uint8))
    except DECODER_FAULTS as fault:
        raise Undecodable("truncated") from fault


def smaller(grey: Grey, enough: int = ENOUGH_PIXELS) -> Grey:
    """Halve a picture while that leaves so many pixels on its longer side."""
    while max(grey.shape) >= 2 * enough:
        grey = np.asarray(cv2.resize(grey, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA), np.uint8)
    return grey


def _is_cut_off(data: bytes) -> bool:
    """Say whether the end of a JPEG or PNG is missing.

    Where it is not at the end, something may have been appended (phones do), so pillow looks in earnest.
    """
    if data.startswith(_PNG):
        return _PNG_END not in data
    if not data.startswith(_JPEG) or data.rfind(_JPEG_END) > data.rfind(_JPEG_SCAN):
        return False
    try:
        with Image.open(io.BytesIO(data)) as picture:
            picture.load()
    except DECODER_FAULTS:
        return True
    return False
