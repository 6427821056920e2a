"""What happens to a filled-in page before it is scanned or photographed, and what file it ends up in.

Pages are BGR bytes at `paper_ink.PX` pixels a millimetre.
"""

import io
from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.random import Generator
from paper_ink import PX, Image, chance
from PIL import Image as Picture

#: Millimetres of the sheet, and of an inch.
WIDE, HIGH, INCH = 210.0, 297.0, 25.4


@dataclass(frozen=True)
class File:
    """The bytes of one page and what kind of file they are."""

    content: bytes
    suffix: str


#: Makes a file of a page; the last argument is the picture of its back, where it shows through.
Profile = Callable[[Image, Generator, Image | None], File]


def printed(page: Image, rng: Generator) -> Image:
    """Return print as printers leave it: grey toner, speckle, a pale band."""
    if chance(rng, 0.35):
        strength = rng.uniform(0.55, 0.97)
        page = cv2.LUT(page, np.clip(255 - (255 - np.arange(256)) * strength, 0, 255).astype(np.uint8))
    if chance(rng, 0.15):
        x, width = rng.integers(0, page.shape[1]), rng.integers(20, 200)
        band = page[:, x : x + width]
        page[:, x : x + width] = 255 - ((255 - band) * rng.uniform(0.35, 0.8)).astype(np.uint8)
    if chance(rng, 0.3):
        page = page.copy()
        for _ in range(rng.integers(10, 150)):
            at = (int(rng.integers(0, page.shape[1])), int(rng.integers(0, page.shape[0])))
            cv2.circle(page, at, int(rng.integers(1, 4)), (90, 90, 90), -1, cv2.LINE_AA)
    return page


def coloured(page: Image, rng: Generator) -> Image:
    """Return the page on paper that is not quite white, sometimes on coloured paper."""
    if chance(rng, 0.85):
        tint = np.clip(rng.normal((246, 249, 250), (6, 3, 3)), 220, 255)
    else:
        tint = np.array([(180, 235, 250), (200, 200, 248), (245, 225, 190), (195, 240, 200), (214, 222, 226)])[
            rng.integers(5)
        ]
    table = np.clip(np.arange(256)[:, None] * tint / 255.0, 0, 255).astype(np.uint8)
    return cv2.merge([cv2.LUT(page[:, :, part], table[:, part]) for part in range(3)])


def shone_through(page: Image, back: Image | None, rng: Generator) -> Image:
    """Return the page with what is printed on its back showing faintly."""
    if back is None or chance(rng, 0.5):
        return page
    mirrored = cv2.GaussianBlur(cv2.flip(back, 1), (0, 0), rng.uniform(3, 7))
    share = rng.uniform(0.02, 0.1)
    return cv2.addWeighted(page, 1.0, mirrored, share, -255 * share)


def punched(page: Image, rng: Generator, under: int) -> Image:
    """Return the page with the marks of filing: holes, a staple, a folded corner; `under` shows where paper is gone."""
    page = page.copy()
    height, width = page.shape[:2]
    if chance(rng, 0.5):
        x = rng.uniform(8, 13) * PX
        for y in (108.5, 188.5):
            cv2.circle(page, (int(x), int((y + rng.normal(0, 2)) * PX)), int(3 * PX), (under,) * 3, -1, cv2.LINE_AA)
    if chance(rng, 0.5):
        at = np.array([rng.uniform(5, 16), rng.uniform(5, 16)]) * PX
        along = rng.uniform(0, 3.1)
        end = at + np.array([np.cos(along), np.sin(along)]) * 11 * PX
        for shift, shade, thick in ((4, 150, 8), (0, int(rng.integers(60, 200)), 6)):
            first, second = (tuple(int(part) for part in point + shift) for point in (at, end))
            cv2.line(page, first, second, (shade,) * 3, thick, cv2.LINE_AA)
    if chance(rng, 0.35):
        _fold_corner(page, rng, under, height, width)
    return page


def _fold_corner(page: Image, rng: Generator, under: int, height: int, width: int) -> None:
    reach = int(rng.uniform(5, 24) * PX)
    other = int(reach * rng.uniform(0.6, 1.4))
    right, low = chance(rng, 0.5), chance(rng, 0.5)
    x, y = (width if right else 0), (height if low else 0)
    dx, dy = (-reach if right else reach), (-other if low else other)
    cv2.fillPoly(page, [np.array([(x, y), (x + dx, y), (x, y + dy)])], (under,) * 3)
    cv2.fillPoly(page, [np.array([(x + dx, y), (x, y + dy), (x + dx, y + dy)])], (228, 230, 232))


def stained(page: Image, rng: Generator) -> Image:
    """Return the page with coffee on it: rings, blots and splashes, darker at their edge."""
    height, width = page.shape[0] // 4, page.shape[1] // 4
    stain = np.zeros((height, width), np.float32)
    for _ in range(rng.integers(1, 4)):
        layer = np.zeros_like(stain)
        at = (int(rng.integers(0, width)), int(rng.integers(0, height)))
        axes = tuple(int(side) for side in rng.uniform(25, 45, 2) * PX / 4)
        full = chance(rng, 0.4)
        cv2.ellipse(layer, at, axes, rng.uniform(0, 180), 0, int(rng.uniform(200, 360)), 1.0, -1 if full else 8)
        edge = cv2.morphologyEx(layer, cv2.MORPH_GRADIENT, np.ones((9, 9)))
        stain += rng.uniform(0.15, 0.42) * cv2.GaussianBlur(layer * 0.6 + edge * 0.7, (0, 0), 3)
    for _ in range(rng.integers(0, 25)):
        at = (int(rng.integers(0, width)), int(rng.integers(0, height)))
        cv2.circle(stain, at, int(rng.integers(1, 9)), float(rng.uniform(0.1, 0.45)), -1, cv2.LINE_AA)
    rough = cv2.resize(rng.random((40, 28), np.float32), (width, height), interpolation=cv2.INTER_CUBIC)
    stain = cv2.resize(np.clip(stain * (0.7 + 0.6 * rough), 0, 0.75), page.shape[1::-1])
    brown = 1 - np.array([0.95, 0.62, 0.42], np.float32)
    return (page * (1 - stain[:, :, None] * (1 - brown))).astype(np.uint8)


def warped(page: Image, rng: Generator, most_mm: float) -> Image:
    """Return the page as crumpled paper lies: smoothly shifted by up to so many mm, with light on its creases."""
    height, width = page.shape[:2]
    rows, columns = int(rng.integers(4, 9)), int(rng.integers(3, 7))
    shifts = [
        cv2.resize(rng.normal(0, 1, (rows, columns)).astype(np.float32), (width, height), interpolation=cv2.INTER_CUBIC)
        for _ in range(2)
    ]
    size = most_mm * PX / max(1e-6, *(float(np.abs(shift).max()) for shift in shifts))
    across, down = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    page = cv2.remap(
        page, across + shifts[0] * size, down + shifts[1] * size, cv2.INTER_LINEAR, borderValue=(235, 238, 240)
    )
    light = cv2.Sobel(cv2.resize(shifts[0], (width // 8, height // 8)), cv2.CV_32F, 1, 1)
    light = cv2.resize(light / (np.abs(light).max() + 1e-6), (width, height)) * rng.uniform(0.05, 0.22)
    page = np.clip(page * (1 - np.abs(light[:, :, None])), 0, 255).astype(np.uint8)
    for _ in range(rng.integers(0, 7)):
        ends = rng.uniform(0, 1, (2, 2)) * (width, height)
        first, second = (tuple(int(part) for part in end) for end in ends)
        crease = np.zeros(page.shape[:2], np.uint8)
        cv2.line(crease, first, second, int(rng.integers(15, 70)), int(rng.integers(3, 12)), cv2.LINE_AA)
        page = cv2.subtract(page, cv2.merge([crease] * 3))
    return page


def noisy(image: Image, rng: Generator, size: float) -> Image:
    """Return the image with noise of so many steps of grey."""
    noise = np.empty(image.shape, np.int8)
    cv2.setRNGSeed(int(rng.integers(2**31)))
    cv2.randn(noise, 0, size)
    return cv2.add(image, noise, dtype=cv2.CV_8U)


def encoded(grey: Image, rng: Generator, kind: str | None = None) -> File:
    """Return the page as a file: JPEG, PNG, TIFF, or any of them inside a PDF."""
    kind = kind or str(rng.choice(["jpg", "png", "tiff", "pdf"], p=[0.5, 0.1, 0.15, 0.25]))
    if kind == "jpg":
        return jpeg(grey, int(rng.integers(60, 93)), None)
    picture = Picture.fromarray(grey)
    if kind.endswith("1"):
        picture = picture.convert("1", dither=Picture.Dither.NONE)
    out, name = io.BytesIO(), kind.rstrip("1")
    dots = grey.shape[1] / WIDE * INCH
    if name == "tiff":
        picture.save(out, "TIFF", compression="group4" if kind == "tiff1" else "tiff_lzw", dpi=(dots, dots))
    elif name == "pdf":
        quality = {} if kind == "pdf1" else {"quality": int(rng.integers(60, 93))}
        picture.save(out, "PDF", resolution=dots, **quality)
    else:
        picture.save(out, "PNG")
    return File(out.getvalue(), f".{name}")


def jpeg(image: Image, quality: int, tag: int | None) -> File:
    colours = cv2.cvtColor(image, cv2.COLOR_BGR2RGB) if image.ndim == 3 else image  # noqa: PLR2004 - colour
    out = io.BytesIO()
    exif = Picture.Exif()
    if tag:
        exif[0x0112] = tag
    Picture.fromarray(colours).save(out, "JPEG", quality=quality, exif=exif)
    return File(out.getvalue(), ".jpg")
