"""Draws a poster for a place or a venue: where to read what people said there, and where to take part, by QR code."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO

from pypdfium2 import PdfDocument
from qrcode.constants import ERROR_CORRECT_M
from qrcode.image.svg import SvgPathImage
from qrcode.main import QRCode

from engage import pictures
from engage.phrases import script_of
from engage.reporting.labels import Labels
from engage.reporting.saying import Sayer
from engage.reporting.typesetting import FACES, letters_of, quoted, set_pages

#: Characters of the name of a venue.
LONGEST_VENUE = 100
#: Size of type by style (points).
_SIZES = {"standard": 17.0, "easy_read": 19.0, "large_print": 20.0}
#: Sides of the code that leads to the results, and of the one that leads to the survey (millimetres).
_LARGE, _SMALL = 74, 52
#: How far everything shrinks, step by step, until long words fit on one page.
_SCALES = (1.0, 0.9, 0.8)
_LOOKS = """
#set block(spacing: 0.75em)
#set heading(numbering: none)
#show heading.where(level: 1): set text(size: 1.7em)
#show heading.where(level: 2): set text(size: 1.3em)
#show heading: set block(above: 0.5em, below: 0.5em)
#let soft(body) = text(size: 0.75em, fill: rgb("#44606f"), body)
#let address(words) = text(lang: "en", dir: ltr, size: 0.85em, weight: "bold", words)
#let code(svg, alt, side, body) = grid(columns: (side, 1fr), column-gutter: 1.2em, align: horizon,
  image(bytes(svg), format: "svg", width: side, alt: alt), body)
#let headed(svg, words) = if svg == none { words } else {
  grid(columns: (2.2em, 1fr), column-gutter: 0.5em, align: horizon,
    pdf.artifact(image(bytes(svg), format: "svg", width: 2.2em)), words) }
"""


class PosterRefused(Exception):
    """A poster cannot be made as ordered; the message says why."""


@dataclass(frozen=True)
class Poster:
    """A poster to make: about an area, perhaps for a venue, with or without the way to the survey itself."""

    area: str
    venue: str = ""
    has_survey: bool = True
    is_synthetic: bool = False


def poster_pdf(poster: Poster, labels: Labels, public_url: str, *, at: datetime) -> bytes:
    """Return a poster as an accessible PDF in the language and style of `labels`. Raises PosterRefused.

    `public_url` is the address people reach the app at, without a slash at its end; `at` stands in the PDF as
    the moment it was made.
    """
    asked = labels.questionnaire
    if labels.language not in asked.offered(in_writing=True) or labels.style not in asked.styles:
        raise PosterRefused(f"the survey does not come in {labels.language}, {labels.style}")
    if script_of(labels.language) not in FACES:
        raise PosterRefused(f"no letters are known for the language {labels.language}")
    tree = labels.tree
    if poster.area not in tree or not any(tree.is_within(poster.area, root) for root in asked.areas):
        raise PosterRefused(f"no area of this survey has the code {poster.area[:100]!r}")
    if len(poster.venue) > LONGEST_VENUE:
        raise PosterRefused(f"the name of a venue has at most {LONGEST_VENUE} characters")
    made = b""
    for scale in _SCALES:
        made = set_pages("".join(_document(poster, labels, public_url, scale)), at=at)
        if len(PdfDocument(made)) == 1:
            break
    return made


def _document(poster: Poster, labels: Labels, public_url: str, scale: float) -> Iterator[str]:
    sayer = Sayer(labels)
    heading = sayer.say("results.about_area", area=labels.area(poster.area))
    yield _LOOKS
    yield f"#set document(title: {quoted(heading)})\n"
    yield letters_of(labels.language)
    yield f'#set text(size: {_SIZES[labels.style] * scale:.1f}pt, fill: rgb("#0b2b40"), hyphenate: false)\n'
    yield '#set page(paper: "a4", margin: (x: 18mm, y: 16mm))\n'
    yield f"#soft({quoted(str(labels.title))})\n"
    yield f"#heading(level: 1, headed({_picture(sayer, 'talk')}, {quoted(heading)}))\n"
    results = f"{public_url}/results/{labels.questionnaire.code}/{poster.area}"
    yield from _way(sayer, results, sayer.say("voice.poster_more"), _LARGE * scale)
    if poster.has_survey:
        yield '#v(0.5em)\n#line(length: 100%, stroke: 1.5pt + rgb("#0b2b40"))\n#v(0.2em)\n'
        invited = quoted(sayer.say("voice.poster_survey"))
        yield f"#heading(level: 2, headed({_picture(sayer, 'question')}, {invited}))\n"
        survey = f"{public_url}/s/{labels.questionnaire.code}"
        yield from _way(sayer, survey, sayer.say("voice.poster_choice"), _SMALL * scale)
    yield "#v(1fr)\n"
    yield from _foot(poster, sayer)


def _picture(sayer: Sayer, name: str) -> str:
    return quoted(pictures.svg(name)) if sayer.is_easy else "none"


def _way(sayer: Sayer, address: str, more: str, side: float) -> Iterator[str]:
    """Yield a code with its address beside it; the code brings the reader's language and style along."""
    labels = sayer.labels
    full = f"{address}?lang={labels.language}&style={labels.style}"
    scan = quoted(sayer.say("voice.poster_scan"))
    words = f"{{ par({scan}); par(address({quoted(_breakable(address))})); par({quoted(more)}) }}"
    yield f"#code({quoted(draw_code(full))}, {quoted(address)}, {side:.1f}mm, {words})\n"


def _foot(poster: Poster, sayer: Sayer) -> Iterator[str]:
    if poster.venue:
        yield f"#par(strong({quoted(poster.venue)}))\n"
    if poster.is_synthetic:
        yield f"#par(soft({quoted(sayer.say('web.demonstration'))}))\n"
    if sayer.is_drafted:
        yield f"#par(soft({quoted(sayer.say('web.machine_drafted'))}))\n"


def _breakable(address: str) -> str:
    """Return an address that may be broken after each of its parts (zero width space)."""
    return address.rsplit("://", maxsplit=1)[-1].replace("/", "/\u200b")


def draw_code(address: str) -> str:
    """Return the QR code of an address as SVG."""
    code = QRCode(error_correction=ERROR_CORRECT_M, border=4)
    code.add_data(address)
    drawn = BytesIO()
    code.make_image(image_factory=SvgPathImage).save(drawn)
    return drawn.getvalue().decode()
