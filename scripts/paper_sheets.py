"""Prints forms through the app, fills them in by hand-like marks and damages them: sheets with their truth.

    paper_sheets.py --profile scan200 --sheets 20 --seed 1 --out FOLDER [--forms dense en ar/easy_read] [--whole]

writes the files and `truth.json`. Equal arguments give equal sheets. `marked_sheets` gives the same in Python.
"""

import argparse
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from io import BytesIO
from pathlib import Path

import cv2
import numpy as np
import pypdfium2
from numpy.random import Generator, default_rng
from paper_damage import File, printed
from paper_dense import dense_layout, dense_questionnaire
from paper_filling import Hand, Truth, fill_in, write_in
from paper_ink import PX, Image, chance
from paper_photos import PHOTOS
from paper_scans import SCANS

from engage.channels.paper.composition import make_layout
from engage.channels.paper.drawing import PrintedForm, print_forms
from engage.channels.paper.layout import Layout, Page
from engage.phrases import phrases_for
from engage.questionnaire.library import read_library_survey
from engage.questionnaire.model import Questionnaire
from engage.response import serials
from engage.response.receipts import receipt_of

_DISTRICTS = {"E06000018": "Nottingham", "E07000170": "Ashfield", "E07000175": "Newark and Sherwood"}
#: Profile by name; the table of the benchmark has them in its own order.
PROFILES = SCANS | PHOTOS
#: What is filled in where nothing else is asked for: half of the sheets the dense one, half real forms.
FORMS = (
    "dense",
    "en",
    "dense",
    "so/easy_read",
    "dense",
    "ar",
    "dense",
    "pl/large_print",
    "dense",
    "ur/easy_read",
    "dense",
    "ti",
)


@dataclass(frozen=True)
class Asked:
    """A form to fill in: what it asks and how it is laid out."""

    name: str
    layout: Layout
    questionnaire: Questionnaire


@dataclass(frozen=True)
class MarkedSheet:
    """One side of one filled-in form as a file, and what is on it."""

    file: File
    form: str
    layout: Layout
    questionnaire: Questionnaire
    serial: str
    page: int
    boxes: dict[tuple[str, str], Truth]
    #: Questions whose space has writing in it.
    written: frozenset[str]
    #: The page as it was printed, at PX pixels a millimetre.
    blank: Image = field(repr=False)

    @property
    def multiple(self) -> frozenset[str]:
        """Return the questions that take several ticks."""
        return frozenset(question.id for question in self.questionnaire.questions if question.is_multiple)

    def chosen(self, question: str) -> frozenset[str]:
        """Return the options the person meant to choose."""
        return frozenset(
            code for (asked, code), truth in self.boxes.items() if asked == question and truth.state == "marked"
        )

    @property
    def questions(self) -> tuple[str, ...]:
        """Return the questions with boxes on this page."""
        return tuple(dict.fromkeys(question for question, _ in self.boxes))


def marked_sheets(
    seed: int,
    count: int,
    profile: str = "scan200",
    forms: Sequence[str] = FORMS,
    *,
    whole: bool = False,
    is_plain: bool = False,
) -> Iterator[MarkedSheet]:
    """Yield so many sheets of a profile, taking the forms in turn.

    A form is named `dense` or by language and style (`en`, `ar/easy_read`). With `whole`, every page of every
    form comes, else one page of each; with `is_plain` the marks are those of `paper_plain`.
    """
    rng = default_rng([seed, *profile.encode()])
    prints = {name: _prints(name, seed, -(-count // forms.count(name))) for name in dict.fromkeys(forms)}
    given = 0
    while given < count:
        asked, serial, pages = next(prints[forms[given % len(forms)]])
        hand = Hand.of_somebody(rng, is_plain=is_plain)
        able = [page for page in asked.layout.pages if page.boxes]
        chosen = able if whole else [able[rng.integers(len(able))]]
        for page in chosen:
            yield _sheet(asked, serial, page, pages, hand, profile, rng)
        given += 1


@cache
def asked_form(name: str) -> Asked:
    """Return a form by its name: `dense`, or language and style of the library's survey."""
    if name == "dense":
        dense = dense_questionnaire()
        return Asked(name, dense_layout(dense, phrases_for("en", "standard").say, _DISTRICTS), dense)
    language, _, style = name.partition("/")
    style = style or "standard"
    questionnaire, say = read_library_survey("feeling-safe"), phrases_for(language, style).say
    return Asked(name, make_layout(questionnaire, language, style, say=say, districts=_DISTRICTS), questionnaire)


def _prints(name: str, seed: int, copies: int) -> Iterator[tuple[Asked, str, Callable[[int], Image]]]:
    """Yield printed copies of a form: its serial, and what gives the picture of a page."""
    rng = default_rng([seed, *name.encode(), 7])
    asked = asked_form(name)
    while True:
        issued = [serials.make_serial(lambda below: int(rng.integers(below))) for _ in range(min(copies, 24))]
        out = BytesIO()
        print_forms(asked.layout, [_copy(serial) for serial in issued], "https://survey.example", out)
        document = pypdfium2.PdfDocument(out.getvalue())
        for at, serial in enumerate(issued):
            yield asked, serial, _pages(document, at * len(asked.layout.pages))


def _copy(serial: str) -> PrintedForm:
    return PrintedForm(serial, receipt_of(serials.response_id_of(serial)))


def _pages(document: pypdfium2.PdfDocument, first: int) -> Callable[[int], Image]:
    def picture(number: int) -> Image:
        """Return the page of a number as it was printed, grey."""
        drawn = document[first + number - 1].render(scale=PX * 25.4 / 72, grayscale=True)
        return np.ascontiguousarray(drawn.to_numpy().reshape(drawn.height, drawn.width))

    return picture


def _sheet(
    asked: Asked,
    serial: str,
    page: Page,
    pages: Callable[[int], Image],
    hand: Hand,
    profile: str,
    rng: Generator,
) -> MarkedSheet:
    blank = pages(page.number)
    paper = cv2.cvtColor(blank, cv2.COLOR_GRAY2BGR)
    if profile != "clean200":
        paper = printed(paper, rng)
    boxes = fill_in(paper, page, asked.questionnaire, hand, rng)
    written = write_in(paper, page, hand, rng)
    back = page.number + (1 if page.number % 2 else -1)
    behind = pages(back) if 1 <= back <= len(asked.layout.pages) and chance(rng, 0.5) else None
    reverse = cv2.cvtColor(behind, cv2.COLOR_GRAY2BGR) if behind is not None else None
    file = PROFILES[profile](paper, rng, reverse)
    return MarkedSheet(file, asked.name, asked.layout, asked.questionnaire, serial, page.number, boxes, written, blank)


def _truth_document(sheet: MarkedSheet, name: str) -> dict[str, object]:
    return {
        "file": name,
        "form": sheet.form,
        "serial": sheet.serial,
        "page": sheet.page,
        "boxes": [
            {"question": question, "option": option, "state": truth.state, "kind": truth.kind}
            for (question, option), truth in sheet.boxes.items()
        ],
        "written": sorted(sheet.written),
    }


def main() -> None:
    """Write sheets into a folder."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--profile", choices=tuple(PROFILES), default="scan200")
    parser.add_argument("--sheets", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--forms", nargs="+", default=FORMS)
    parser.add_argument("--plain", action="store_true", help="marks drawn simply, as a reader was not taught")
    parser.add_argument("--whole", action="store_true", help="every page of every form")
    parser.add_argument("--out", type=Path, required=True)
    asked = parser.parse_args()
    asked.out.mkdir(parents=True, exist_ok=True)
    truth = []
    made = marked_sheets(asked.seed, asked.sheets, asked.profile, asked.forms, whole=asked.whole, is_plain=asked.plain)
    for at, sheet in enumerate(made, 1):
        name = f"{asked.profile}-{at:04d}{sheet.file.suffix}"
        (asked.out / name).write_bytes(sheet.file.content)
        truth.append(_truth_document(sheet, name))
    (asked.out / "truth.json").write_text(json.dumps(truth, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
