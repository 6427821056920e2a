"""Sets pages of every script as accessible PDF (PDF/UA-1): words go in as typst strings, never as its markup."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, lru_cache
from importlib.resources import files
from threading import Lock
from typing import Final

import typst
import uharfbuzz as hb

from engage.phrases import direction, script_of

#: What PDFs keep to: tagged, with titles, languages and text in place of pictures (ISO 14289-1).
STANDARD: Final = "ua-1"


@dataclass(frozen=True)
class Face:
    """A family of letters: its name, and the package, folder and file it comes in."""

    family: str
    package: str
    folder: str
    file: str


_LATIN = Face("Noto Sans", "fontpkg_noto_sans", "files", "NotoSans[wdth,wght].ttf")
#: Letters with their dots in one piece, so that text copied out of a PDF has each letter once.
_ARABIC = Face("IBM Plex Sans Arabic", "fontpkg_ibm_plex_sans_arabic", "files", "IBMPlexSansArabic-Regular.ttf")
_OTHERS = "manimgx_fonts"
_CJK = "justmytype_intl_cjk"
#: Script (ISO 15924) to its letters; Latin ones stand by for names and numbers.
FACES = {
    "Latn": _LATIN,
    "Arab": _ARABIC,
    "Ethi": Face(
        "Noto Sans Ethiopic", "justmytype_intl_africa", "fonts/ofl/notosansethiopic", "NotoSansEthiopic[wdth,wght].ttf"
    ),
    "Gujr": Face("Noto Sans Gujarati", _OTHERS, ".", "NotoSansGujarati[wght].ttf"),
    "Guru": Face("Noto Sans Gurmukhi", _OTHERS, ".", "NotoSansGurmukhi[wght].ttf"),
    "Hani": Face("Noto Sans SC", _CJK, "fonts/ofl/notosanssc", "NotoSansSC[wght].ttf"),
    "Hant": Face("Noto Sans TC", _CJK, "fonts/ofl/notosanstc", "NotoSansTC[wght].ttf"),
}
#: Signs that staff may put in their words; they stand by after all letters.
_SIGNS = (
    Face("Noto Sans Symbols", _OTHERS, ".", "NotoSansSymbols[wght].ttf"),
    Face("Noto Emoji", _OTHERS, ".", "NotoEmoji[wght].ttf"),
)
#: What is shown for a sign that no font has, which PDF/UA forbids.
_UNKNOWN = "?"
#: Space between lines, in ems, where a script is taller than Latin.
_LEADING = {"Arab": 0.95, "Gujr": 0.8, "Guru": 0.8, "Ethi": 0.75, "Hani": 0.75, "Hant": 0.75}
_LATIN_LEADING = 0.62
#: Features that put one sign for several letters: readers of a PDF get such letters out in the wrong order.
_NO_LIGATURES = "(liga: 0, clig: 0, dlig: 0, rlig: 0)"
#: Marks that steer letters and draw nothing.
_UNSEEN = frozenset("\u00a0\u00ad\u200b\u200c\u200d\u200e\u200f\u2066\u2067\u2068\u2069")
_ALL = (*FACES.values(), *_SIGNS)
#: Drawings kept at hand, about 60 kB each: the same charts stand in several documents.
MOST_DRAWN = 64
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}


class ScriptUnknown(Exception):
    """No letters are known for a language's script."""


def quoted(text: str) -> str:
    """Return text as a typst string: whatever it says, it is shown and never run."""
    return '"' + "".join(_ESCAPES.get(sign) or _plain(sign) for sign in text) + '"'


def listed(items: Sequence[str]) -> str:
    """Return pieces of typst code as a typst array."""
    return "(" + "".join(f"{item}, " for item in items) + ")"


def set_pages(source: str, *, at: datetime) -> bytes:
    """Return the PDF of a typst document; equal documents of one moment are equal to the byte.

    `at` stands in the PDF as the moment it was made. The document reads no files and no addresses.
    """
    lock, compiler = _compiler()
    with lock:
        made = compiler.compile(
            input=source.encode(), format="pdf", pdf_standards=[STANDARD], timestamp=int(at.timestamp())
        )
    assert isinstance(made, bytes)  # noqa: S101 - a PDF is one file
    return made


@lru_cache(maxsize=MOST_DRAWN)
def draw_picture(svg: str, *, dots_per_inch: int = 200) -> bytes:
    """Return an SVG drawing as PNG, for documents that hold no SVG; the last few are kept at hand."""
    source = (
        f"#set page(width: auto, height: auto, margin: 0pt)\n{letters_of('en')}"
        f'#image(bytes({quoted(svg)}), format: "svg", width: 11cm)'
    )
    lock, compiler = _compiler()
    with lock:
        made = compiler.compile(input=source.encode(), format="png", ppi=dots_per_inch)
    assert isinstance(made, bytes)  # noqa: S101 - one drawing is one page
    return made


def letters_of(language: str) -> str:
    """Return the typst rule that sets text in a language: its letters, direction and lines. Raises ScriptUnknown."""
    script = script_of(language)
    if script not in FACES:
        raise ScriptUnknown(f"no letters are known for the script {script}")
    families = dict.fromkeys(face.family for face in (FACES[script], *_ALL))
    features = f", features: {_NO_LIGATURES}" if script == "Arab" else ""
    code, region = _language_of(language)
    return (
        f"#set text(font: {listed([quoted(family) for family in families])}, fallback: false, "
        f"lang: {quoted(code)}, script: {quoted(script.lower())}, dir: {direction(language)}{features}{region})\n"
        f"#set par(leading: {_LEADING.get(script, _LATIN_LEADING)}em)\n"
    )


def _language_of(language: str) -> tuple[str, str]:
    """Return a tag's language as typst takes it, and its region as a further argument."""
    parts = language.split("-")
    region = next((part for part in parts[1:] if len(part) == len("AF") and part.isupper()), None)
    return parts[0], f", region: {quoted(region)}" if region else ""


def _plain(sign: str) -> str:
    """Return a sign as it stands in a typst string; control characters and what no font has become a question mark."""
    return sign if sign in _UNSEEN or ord(sign) in _covered() else _UNKNOWN


@cache
def _covered() -> frozenset[int]:
    """Return every character that one of the fonts has."""
    paths = (str(files(face.package).joinpath(face.folder).joinpath(face.file)) for face in _ALL)
    return frozenset().union(*(hb.Face(hb.Blob.from_file_path(path)).unicodes for path in paths))


@cache
def _compiler() -> tuple[Lock, typst.Compiler]:
    """Return the one compiler of this process, which knows every font, and what keeps it to one thread at a time."""
    folders = sorted({str(files(face.package).joinpath(face.folder)) for face in _ALL})
    return Lock(), typst.Compiler(font_paths=folders, ignore_system_fonts=True)
