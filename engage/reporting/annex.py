"""Lays an annex out that is words and tables only, as an accessible PDF (PDF/UA-1) and as a Word document."""

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from docx import Document
from docx.document import Document as WordDocument
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from engage.reporting.typesetting import letters_of, listed, quoted, set_pages

_LOOKS = """
#set par(justify: false, spacing: 0.8em)
#show heading.where(level: 1): set text(size: 21pt)
#show heading.where(level: 2): set text(size: 13.5pt)
#show heading.where(level: 3): set text(size: 10.5pt)
#show heading: set block(above: 1.5em, below: 0.7em, sticky: true)
#set table(stroke: 0.5pt + rgb("#8a9aa5"), inset: (x: 4pt, y: 3.5pt), fill: (_, row) => if row == 0 { rgb("#e8eef0") })
#show table: set text(size: 8.5pt)
#show table.cell.where(y: 0): set text(weight: "bold")
#let boxed(body) = block(width: 100%, fill: rgb("#fff5d9"), inset: 0.8em, stroke: (left: 3pt + rgb("#0b2b40")), body)
"""
#: What stands before a heading among paragraphs.
_HEADING = "# "
_SMALL, _MARGIN = Pt(8.5), Mm(20)
#: Millimetres between the margins of a page.
_BETWEEN = 170


@dataclass(frozen=True)
class AnnexTable:
    """A table of words: its heads, how wide each column is beside the others, and its lines."""

    heads: Sequence[str]
    widths: Sequence[float]
    lines: Sequence[Sequence[str]]


@dataclass(frozen=True)
class AnnexSection:
    """A heading with paragraphs, items of a list and a table, whichever there are.

    A paragraph that begins with `# ` is a heading of its own.
    """

    heading: str
    paragraphs: Sequence[str] = ()
    items: Sequence[str] = ()
    table: AnnexTable | None = None


@dataclass(frozen=True)
class Annex:
    """A dated document; `warning` stands in a box at its head."""

    title: str
    subtitle: str
    at: datetime
    sections: Sequence[AnnexSection]
    warning: str = ""


def annex_pdf(annex: Annex) -> bytes:
    """Return the PDF; the same annex of one moment makes the same bytes."""
    return set_pages("".join(_document(annex)), at=annex.at)


def annex_docx(annex: Annex) -> bytes:
    """Return the Word document, to go on writing in."""
    document = Document()
    about = document.core_properties
    about.title, about.author, about.comments, about.language = annex.title, "engage", "", "en"
    about.created = about.modified = annex.at.replace(tzinfo=None)
    page = document.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.left_margin = page.right_margin = page.top_margin = page.bottom_margin = _MARGIN
    document.add_heading(annex.title, 0)
    document.add_paragraph(annex.subtitle)
    if annex.warning:
        document.add_paragraph().add_run(annex.warning).bold = True
    for section in annex.sections:
        _add(document, section)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def _document(annex: Annex) -> Iterator[str]:
    yield _LOOKS
    yield f"#set document(title: {quoted(annex.title)})\n{letters_of('en')}"
    yield '#set text(size: 10pt, fill: rgb("#0b2b40"), hyphenate: false)\n'
    yield '#set page(paper: "a4", margin: (x: 20mm, y: 18mm), numbering: "1 / 1")\n'
    yield f"#heading(level: 1, {quoted(annex.title)})\n#par({quoted(annex.subtitle)})\n"
    if annex.warning:
        yield f"#boxed({quoted(annex.warning)})\n"
    for section in annex.sections:
        yield f"#heading(level: 2, {quoted(section.heading)})\n"
        yield "".join(map(_paragraph, section.paragraphs))
        yield "".join(f"#list({quoted(text)})\n" for text in section.items)
        yield _table(section.table)


def _paragraph(text: str) -> str:
    if text.startswith(_HEADING):
        return f"#heading(level: 3, {quoted(text.removeprefix(_HEADING))})\n"
    return f"#par({quoted(text)})\n"


def _table(table: AnnexTable | None) -> str:
    if table is None:
        return ""
    widths = listed([f"{width}fr" for width in table.widths])
    heads = ", ".join(quoted(head) for head in table.heads)
    cells = ", ".join(quoted(text) for line in table.lines for text in line)
    return f"#table(columns: {widths}, table.header({heads}), {cells})\n"


def _add(document: WordDocument, section: AnnexSection) -> None:
    document.add_heading(section.heading, 1)
    for text in section.paragraphs:
        if text.startswith(_HEADING):
            document.add_heading(text.removeprefix(_HEADING), 2)
        else:
            document.add_paragraph(text)
    for text in section.items:
        document.add_paragraph(text, style="List Bullet")
    if section.table is None:
        return
    made = section.table
    table = document.add_table(rows=1 + len(made.lines), cols=len(made.heads), style="Table Grid")
    cells = iter(table._cells)  # noqa: SLF001 - asking for each row's cells anew takes minutes in long tables
    for line in (made.heads, *made.lines):
        for column, text in enumerate(line):
            cell = next(cells)
            cell.width = Mm(_BETWEEN * made.widths[column] / sum(made.widths))
            run = cell.paragraphs[0].add_run(text)
            run.font.size, run.bold = _SMALL, line is made.heads
    properties: Any = table.rows[0]._tr.get_or_add_trPr()  # noqa: SLF001 - the library has no other way to it
    mark = OxmlElement("w:tblHeader")
    mark.set(qn("w:val"), "true")
    properties.append(mark)
