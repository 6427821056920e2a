"""The printed layout: where everything stands on every page, in millimetres, as one frozen value.

Forms are drawn from it and read with it, so what was printed and what is looked for cannot differ.
Millimetres run from the top left corner of the page, whatever the direction of the language.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, Self

FORMAT = "engage-paper-layout/1"
#: Millimetres of an A4 page.
PAGE_WIDTH, PAGE_HEIGHT = 210.0, 297.0
#: Digits kept behind the point: a hundredth of a millimetre is finer than any printer.
_DIGITS = 2


@dataclass(frozen=True)
class Mark:
    """Anything on a page, with the rectangle it takes (mm)."""

    x: float
    y: float
    w: float
    h: float

    def moved(self, dx: float, dy: float) -> Self:
        """Return it shifted, rounded to what a layout keeps."""
        return replace(self, x=round(self.x + dx, _DIGITS), y=round(self.y + dy, _DIGITS))

    def mirrored(self) -> Self:
        """Return it where a form that runs from right to left has it."""
        return replace(self, x=round(PAGE_WIDTH - self.x - self.w, _DIGITS))


@dataclass(frozen=True)
class Box(Mark):
    """A box to tick: the answer `option` to `question`."""

    question: str
    option: str


@dataclass(frozen=True)
class Space(Mark):
    """A frame to write or draw in; `lines` is how many rules to write on it has, 0 for none."""

    question: str
    lines: int = 0


@dataclass(frozen=True)
class Text(Mark):
    """One line of text; x is its left end, y its base line, w its width, h its type size in mm."""

    text: str
    size_pt: float
    language: str
    is_bold: bool = False


@dataclass(frozen=True)
class Rule(Mark):
    """A straight line when w or h is 0, else a frame; `weight_pt` thick."""

    weight_pt: float = 0.5
    is_dashed: bool = False


@dataclass(frozen=True)
class Figure(Mark):
    """A drawing by name: a face, an arrow or a picture."""

    name: str


@dataclass(frozen=True)
class Slot(Mark):
    """A place filled per copy: `page_code`, `page_code_text`, `serial`, `online`, `receipt` and the like."""

    what: str
    size_pt: float = 0.0


@dataclass(frozen=True)
class Marker(Mark):
    """A registration mark: AprilTag 16h5 of this number, by which a page is straightened."""

    number: int


@dataclass(frozen=True)
class Page:
    """One page; `bottom_mm` is where the sheet ends once the slip is torn off."""

    number: int
    boxes: tuple[Box, ...] = ()
    spaces: tuple[Space, ...] = ()
    texts: tuple[Text, ...] = ()
    rules: tuple[Rule, ...] = ()
    figures: tuple[Figure, ...] = ()
    slots: tuple[Slot, ...] = ()
    markers: tuple[Marker, ...] = ()
    bottom_mm: float = PAGE_HEIGHT

    @classmethod
    def holding(cls, number: int, marks: Sequence[Mark], bottom_mm: float = PAGE_HEIGHT) -> "Page":
        """Return a page with the marks sorted by kind, each kind in the order given."""
        kinds = {name: tuple(mark for mark in marks if isinstance(mark, kind)) for name, kind in _KINDS.items()}
        return cls(number=number, bottom_mm=bottom_mm, **kinds)  # type: ignore[arg-type]


@dataclass(frozen=True)
class Layout:
    """One questionnaire in one language and style, laid out on A4 pages."""

    survey: str
    version: int
    language: str
    style: str
    is_right_to_left: bool
    #: Question id to the number printed beside it.
    numbers: Mapping[str, int]
    pages: tuple[Page, ...]

    def to_document(self) -> dict[str, Any]:
        """Return the layout as JSON; `from_document` gives it back unchanged."""
        return {
            "format": FORMAT,
            "survey": self.survey,
            "version": self.version,
            "language": self.language,
            "style": self.style,
            "right_to_left": self.is_right_to_left,
            "numbers": dict(self.numbers),
            "pages": [_page_document(page) for page in self.pages],
        }

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> "Layout":
        """Return the layout in a document this module wrote; raises ValueError for any other format."""
        if document.get("format") != FORMAT:
            raise ValueError(f"expected a printed layout of the format {FORMAT}")
        return cls(
            survey=document["survey"],
            version=document["version"],
            language=document["language"],
            style=document["style"],
            is_right_to_left=document["right_to_left"],
            numbers=dict(document["numbers"]),
            pages=tuple(_read_page(page) for page in document["pages"]),
        )

    @property
    def content_hash(self) -> str:
        """Return the SHA-256 (hex) of the document: equal layouts print and read alike."""
        text = json.dumps(self.to_document(), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()


def printed_document(layout: Layout, serials: Sequence[str]) -> dict[str, Any]:
    """Return where every box of a printed file is: each form's pages in the order they were printed."""
    pages: list[dict[str, Any]] = []
    for serial in serials:
        for page in layout.pages:
            document = {"serial": serial, "page": page.number, "pdf_page": len(pages) + 1}
            drawn = _page_document(page)
            pages.append(document | {key: drawn[key] for key in ("width_mm", "height_mm", "boxes", "spaces")})
    return {"pages": pages}


_KINDS: dict[str, type[Mark]] = {
    "boxes": Box,
    "spaces": Space,
    "texts": Text,
    "rules": Rule,
    "figures": Figure,
    "slots": Slot,
    "markers": Marker,
}
#: Kinds that older layouts do not have: left out where empty, so that their hash stays.
_LATER_KINDS = frozenset({"markers"})


def _page_document(page: Page) -> dict[str, Any]:
    document: dict[str, Any] = {
        "page": page.number,
        "width_mm": PAGE_WIDTH,
        "height_mm": PAGE_HEIGHT,
        "bottom_mm": page.bottom_mm,
    }
    for name in _KINDS:
        if getattr(page, name) or name not in _LATER_KINDS:
            document[name] = [_mark_document(mark) for mark in getattr(page, name)]
    return document


def _mark_document(mark: Mark) -> dict[str, Any]:
    return {field.name: getattr(mark, field.name) for field in fields(mark)}


def _read_page(document: Mapping[str, Any]) -> Page:
    marks = [kind(**mark) for name, kind in _KINDS.items() for mark in document.get(name, ())]
    return Page.holding(document["page"], marks, document["bottom_mm"])
