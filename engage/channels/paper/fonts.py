"""The fonts forms are set in: which script is set in which font files, and how a run of text is shaped."""

import io
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib import resources

import uharfbuzz as hb
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

from engage.phrases import script_of

#: Font units are turned into points by dividing by the font's own units per em.
REGULAR, BOLD = 400, 700


@dataclass(frozen=True)
class FontFile:
    """A variable font inside an installed package."""

    name: str
    package: str
    path: str
    #: Unicode ranges that reportlab may set as ordinary, selectable text.
    selectable: tuple[range, ...] = ()


_LATIN = (range(0x20, 0x300), range(0x1E00, 0x1F00), range(0x2010, 0x2070), range(0x20A0, 0x20C0))
SANS = FontFile("NotoSans", "fontpkg_noto_sans", "files/NotoSans[wdth,wght].ttf", _LATIN)
ARABIC = FontFile("NotoSansArabic", "fontpkg_noto_sans_arabic", "files/NotoSansArabic[wdth,wght].ttf")
ETHIOPIC = FontFile(
    "NotoSansEthiopic", "justmytype_intl_africa", "fonts/ofl/notosansethiopic/NotoSansEthiopic[wdth,wght].ttf"
)
GUJARATI = FontFile("NotoSansGujarati", "manimgx_fonts", "NotoSansGujarati[wght].ttf")
GURMUKHI = FontFile("NotoSansGurmukhi", "manimgx_fonts", "NotoSansGurmukhi[wght].ttf")
CHINESE = FontFile("NotoSansSC", "justmytype_intl_cjk", "fonts/ofl/notosanssc/NotoSansSC[wght].ttf")
TRADITIONAL = FontFile("NotoSansTC", "justmytype_intl_cjk", "fonts/ofl/notosanstc/NotoSansTC[wght].ttf")

#: Script (ISO 15924) to the fonts tried for each character, first the script's own. A script joins by a row.
FONTS_OF_SCRIPT = {
    "Latn": (SANS, ARABIC),
    "Arab": (ARABIC, SANS),
    "Ethi": (ETHIOPIC, SANS),
    "Gujr": (GUJARATI, SANS),
    "Guru": (GURMUKHI, SANS),
    "Hani": (CHINESE, SANS),
    "Hant": (TRADITIONAL, SANS),
}
#: Script to the distance between lines, as a multiple of the type size.
LEADING_OF_SCRIPT = {"Latn": 1.2, "Arab": 1.5, "Ethi": 1.35, "Gujr": 1.4, "Guru": 1.4, "Hani": 1.4, "Hant": 1.4}
RIGHT_TO_LEFT_SCRIPTS = frozenset({"Arab", "Hebr", "Syrc", "Thaa", "Nkoo", "Adlm"})

#: One step of an outline: "M" move, "L" line, "C" curve, "Z" close, with its coordinates in font units.
Step = tuple[str, tuple[float, ...]]


class FontMissing(Exception):
    """No installed font can set this text; `detail` names the script or the character."""

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


@dataclass(frozen=True)
class Glyph:
    """One shaped glyph: its index in the face and where it stands, in font units from the run's start."""

    index: int
    x: float
    y: float


class Typeface:
    """A font file at one weight: shapes runs of text and gives the outlines of glyphs."""

    def __init__(self, file: FontFile, weight: int, data: bytes) -> None:
        self.file = file
        self.weight = weight
        self._face = hb.Face(hb.Blob(data))
        self._font = hb.Font(self._face)
        self._font.set_variations({"wght": weight})
        self.units = float(self._face.upem)
        self.covered = frozenset(self._face.unicodes)
        self._outlines: dict[int, tuple[Step, ...]] = {}

    def shape(self, text: str, *, is_right_to_left: bool) -> tuple[tuple[Glyph, ...], float]:
        """Return the glyphs from left to right and the width, in font units, of one run in one direction."""
        buffer = hb.Buffer()
        buffer.add_str(text)
        buffer.guess_segment_properties()
        buffer.direction = "rtl" if is_right_to_left else "ltr"
        # Ordinary text is set by reportlab, which knows no kerning; what is measured must be what is set.
        hb.shape(self._font, buffer, {"kern": False, "liga": False} if self.file.selectable else {})
        glyphs, x = [], 0.0
        for info, position in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True):
            glyphs.append(Glyph(info.codepoint, x + position.x_offset, position.y_offset))
            x += position.x_advance
        return tuple(glyphs), x

    def outline(self, index: int) -> tuple[Step, ...]:
        """Return the outline of a glyph in font units."""
        if index not in self._outlines:
            self._outlines[index] = _outline(self._font, index)
        return self._outlines[index]

    def can_be_selected(self, text: str) -> bool:
        """Say whether the text may be set as ordinary PDF text: plain letters that need no shaping."""
        return all(any(ord(sign) in part for part in self.file.selectable) for sign in text)

    @property
    def pdf_name(self) -> str:
        """Return the name under which reportlab knows this face; it is registered the first time."""
        return _registered(self.file, self.weight)


def is_right_to_left(language: str) -> bool:
    """Say whether a language is written from right to left."""
    return script_of(language) in RIGHT_TO_LEFT_SCRIPTS


def typefaces(script: str, weight: int) -> tuple[Typeface, ...]:
    """Return the faces a script is set in, first choice first.

    Raises FontMissing where the script's own font is not known or not installed.
    """
    files = FONTS_OF_SCRIPT.get(script)
    if files is None:
        raise FontMissing(f"no font is known for the script {script}")
    faces = [_typeface(file, weight) for file in files]
    if faces[0] is None:
        raise FontMissing(f"the font package {files[0].package} is not installed")
    return tuple(face for face in faces if face is not None)


@cache
def _typeface(file: FontFile, weight: int) -> Typeface | None:
    data = _font_data(file)
    return None if data is None else Typeface(file, weight, data)


@cache
def _font_data(file: FontFile) -> bytes | None:
    try:
        return resources.files(file.package).joinpath(file.path).read_bytes()
    except (ModuleNotFoundError, FileNotFoundError):
        return None


@cache
def _registered(file: FontFile, weight: int) -> str:
    """Cut a static font of one weight out of the variable one, the only kind reportlab can embed."""
    data = _font_data(file)
    face = hb.Face(hb.Blob(data))
    cut = hb.SubsetInput()
    cut.sets(hb.SubsetInputSets.UNICODE).update([sign for part in file.selectable for sign in part])
    for axis, value in (("wght", weight), ("wdth", 100.0)):
        cut.pin_axis_location(face, axis, value)
    for table in (b"GSUB", b"GPOS", b"GDEF"):
        cut.drop_table_tag_set.add(int.from_bytes(table, "big"))
    name = f"{file.name}-{weight}"
    font = TTFont(name, io.BytesIO(bytes(cut.subset(face).blob.data)))
    # Both weights carry the same inner name; printers that keep fonts by name would mix them up.
    font.face.name = name.encode()
    pdfmetrics.registerFont(font)
    return name


def _outline(font: hb.Font, index: int) -> tuple[Step, ...]:
    steps: list[Step] = []
    pen = (0.0, 0.0)

    def to(kind: str) -> Callable[..., None]:
        def step(*values: float) -> None:
            nonlocal pen
            points = _as_cubic(pen, values[:4]) if kind == "Q" else values[:-1]
            steps.append(("C" if kind == "Q" else kind, tuple(points)))
            pen = (points[-2], points[-1])

        return step

    draw = hb.DrawFuncs()
    draw.set_move_to_func(to("M"))
    draw.set_line_to_func(to("L"))
    draw.set_quadratic_to_func(to("Q"))
    draw.set_cubic_to_func(to("C"))
    draw.set_close_path_func(lambda _user_data: steps.append(("Z", ())))
    font.draw_glyph(index, draw, None)
    return tuple(steps)


def _as_cubic(start: tuple[float, float], quadratic: tuple[float, ...]) -> tuple[float, ...]:
    """Return the cubic curve, as PDF knows it, that equals a quadratic one."""
    (x0, y0), (cx, cy, x, y) = start, quadratic
    return (
        x0 + 2 / 3 * (cx - x0),
        y0 + 2 / 3 * (cy - y0),
        x + 2 / 3 * (cx - x),
        y + 2 / 3 * (cy - y),
        x,
        y,
    )
