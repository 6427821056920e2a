"""What a scanner makes of a page: office scanners in grey, old ones in black and white, faxes."""

import cv2
import numpy as np
from numpy.random import Generator
from paper_damage import HIGH, INCH, WIDE, File, Profile, coloured, encoded, noisy, punched, shone_through, stained
from paper_ink import PX, Image, chance


def _turned(page: Image, rng: Generator, dpi_x: float, dpi_y: float, skew: float, under: int) -> Image:
    """Return the page scanned at a resolution, askew and shifted, grey."""
    grey = cv2.cvtColor(page, cv2.COLOR_BGR2GRAY) if page.ndim == 3 else page  # noqa: PLR2004 - colour
    wide, high = round(WIDE * dpi_x / INCH), round(HIGH * dpi_y / INCH)
    least = min(dpi_x, dpi_y) / INCH / PX
    if least < 1:
        grey = cv2.GaussianBlur(grey, (0, 0), max(0.3, 0.42 / least))
    angle = np.radians(np.clip(rng.normal(0, skew), -3 * skew, 3 * skew))
    cos, sin = np.cos(angle), np.sin(angle)
    sx, sy = dpi_x / INCH / PX, dpi_y / INCH / PX
    matrix = np.array([[cos * sx, -sin * sx, 0], [sin * sy, cos * sy, 0]])
    middle = matrix[:, :2] @ (page.shape[1] / 2, page.shape[0] / 2)
    matrix[:, 2] = np.array([wide, high]) / 2 - middle + rng.normal(0, 1.2, 2) * dpi_x / INCH
    flags = cv2.INTER_LINEAR
    return cv2.warpAffine(grey, matrix, (wide, high), flags=flags, borderValue=under)


def _lit(grey: Image, rng: Generator, noise: float) -> Image:
    """Return a grey scan with its own black and white point, streaks, dust and noise."""
    black, white = rng.uniform(0, 45), rng.uniform(225, 262)
    gamma = rng.uniform(0.8, 1.25)
    steps = np.arange(256) / 255.0
    grey = cv2.LUT(grey, np.clip(black + (white - black) * steps**gamma, 0, 255).astype(np.uint8))
    if chance(rng, 0.25):
        column = int(rng.integers(0, grey.shape[1]))
        shade = int(rng.choice([60, 120, 200, 255]))
        grey[:, column : column + int(rng.integers(1, 3))] = shade
    for _ in range(rng.integers(0, 60)):
        at = (int(rng.integers(0, grey.shape[1])), int(rng.integers(0, grey.shape[0])))
        cv2.circle(grey, at, int(rng.integers(0, 3)), int(rng.integers(40, 190)), -1, cv2.LINE_AA)
    return noisy(grey, rng, noise)


def _clipped(grey: Image, rng: Generator) -> Image:
    """Return a scan whose edges the feeder has lost or blackened."""
    if chance(rng, 0.3):
        sides = [int(part) for part in rng.integers(0, max(2, grey.shape[1] // 35), 4)]
        shade = int(rng.choice([0, 40, 255]))
        grey[: sides[0]] = shade
        grey[grey.shape[0] - sides[1] :] = shade
        grey[:, : sides[2]] = shade
        grey[:, grey.shape[1] - sides[3] :] = shade
    return grey


def _upside(grey: Image, rng: Generator, any_quarter: float = 0.06) -> Image:
    """Return the scan as it was fed: sometimes upside down, seldom sideways."""
    dice = rng.random()
    if dice < any_quarter:
        return cv2.rotate(grey, int(rng.choice([cv2.ROTATE_90_CLOCKWISE, cv2.ROTATE_90_COUNTERCLOCKWISE])))
    return cv2.rotate(grey, cv2.ROTATE_180) if dice < any_quarter + 0.2 else grey


def scanned(page: Image, rng: Generator, dpi: float, noise: float = 4.0) -> Image:
    under = int(rng.choice([255, 245, 60, 10], p=[0.5, 0.2, 0.15, 0.15]))
    grey = _turned(page, rng, dpi, dpi, 0.8, under)
    if chance(rng, 0.25):
        grey = cv2.addWeighted(grey, 1.7, cv2.GaussianBlur(grey, (0, 0), 1.2), -0.7, 0)
    return _upside(_clipped(_lit(grey, rng, rng.uniform(0.5, noise)), rng), rng)


def clean200(page: Image, rng: Generator, _back: Image | None) -> File:
    """A page straight from the printer's file, at 200 dpi."""
    return encoded(_turned(page, rng, 200, 200, 0.0, 255), rng, "png")


def scan200(page: Image, rng: Generator, back: Image | None) -> File:
    """An office scanner at 200 dpi, grey."""
    page = shone_through(coloured(page, rng), back, rng)
    return encoded(scanned(page, rng, 200), rng)


def scan300(page: Image, rng: Generator, back: Image | None) -> File:
    """An office scanner at 300 dpi, grey."""
    page = shone_through(coloured(page, rng), back, rng)
    return encoded(scanned(page, rng, 300), rng)


def worn(page: Image, rng: Generator, back: Image | None) -> File:
    """Scanned at 150 to 300 dpi after filing: holes, staples, folded corners, clipped edges."""
    page = shone_through(punched(coloured(page, rng), rng, int(rng.choice([250, 20]))), back, rng)
    return encoded(_clipped(scanned(page, rng, float(rng.choice([150, 200, 300])), 7.0), rng), rng)


def scan150bw(page: Image, rng: Generator, back: Image | None) -> File:
    """An old scanner at 150 dpi, black and white only."""
    grey = scanned(shone_through(coloured(page, rng), back, rng), rng, 150)
    return encoded(_bilevel(grey, rng), rng, str(rng.choice(["tiff1", "png1", "pdf1"])))


def fax(page: Image, rng: Generator, back: Image | None) -> File:
    """A fax: 204 x 196 dots an inch (a quarter of them 204 x 98), black and white, lines lost and shifted."""
    dpi_y = 98.0 if chance(rng, 0.25) else 196.0
    grey = _turned(shone_through(coloured(page, rng), back, rng), rng, 204, dpi_y, 0.8, 255)
    grey = noisy(_lit(grey, rng, 6.0), rng, 10.0)
    if chance(rng, 0.5):
        grey = cv2.GaussianBlur(grey, (0, 0), rng.uniform(0.4, 0.9))
    bits = _bilevel(grey, rng)
    for _ in range(rng.integers(0, 6)):
        row = int(rng.integers(0, bits.shape[0] - 2))
        bits[row] = np.roll(bits[row - 1], int(rng.integers(-6, 7))) if chance(rng, 0.7) else 255
    bits = cv2.resize(bits, (bits.shape[1], round(bits.shape[0] * 204 / dpi_y)), interpolation=cv2.INTER_NEAREST)
    return encoded(_upside(bits, rng, 0.0), rng, str(rng.choice(["tiff1", "png1", "pdf1"])))


def _bilevel(grey: Image, rng: Generator) -> Image:
    """Return black and white by a level, or by the light around each dot."""
    if chance(rng, 0.65):
        white = float(np.percentile(grey[::7, ::7], 75))
        return np.where(grey < white * rng.uniform(0.55, 0.85), 0, 255).astype(np.uint8)
    around = int(rng.choice([31, 51, 81]))
    return cv2.adaptiveThreshold(grey, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY, around, rng.uniform(10, 22))


def coffee(page: Image, rng: Generator, back: Image | None) -> File:
    """Scanned at 200 dpi with coffee on it."""
    page = stained(shone_through(coloured(page, rng), back, rng), rng)
    return encoded(scanned(page, rng, 200), rng)


SCANS: dict[str, Profile] = {
    "scan200": scan200,
    "coffee": coffee,
    "scan150bw": scan150bw,
    "fax-ish": fax,
    "clean200": clean200,
    "scan300": scan300,
    "worn": worn,
}
