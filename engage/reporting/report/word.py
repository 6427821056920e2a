"""Lays a report out as a Word document (.docx) that can be read aloud, searched and written on."""

import io
from typing import Any

from docx import Document
from docx.document import Document as WordDocument
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from engage.reporting.exports.grids import Grid
from engage.reporting.report.telling import COMMENT_WORDS, ToldRecommendation, ToldReport
from engage.reporting.word_pictures import add_chart

_SMALL = Pt(8.5)
_MARGIN = Mm(22)


def report_docx(told: ToldReport) -> bytes:
    """Return the document."""
    document = Document()
    _describe(document, told)
    document.add_heading(told.title, 0)
    document.add_paragraph(f"{told.subtitle}. State: {told.state}.")
    if told.made_up:
        document.add_paragraph().add_run(told.made_up).bold = True
    for section in told.sections:
        document.add_heading(section.heading, 1)
        for paragraph in section.paragraphs:
            document.add_paragraph(paragraph.text, style="List Bullet" if paragraph.is_item else None)
    if told.recommendations:
        document.add_heading("Recommendations", 1)
    for made in told.recommendations:
        _add_recommendation(document, made)
    if told.gaps:
        document.add_heading(told.gaps.title, 1)
        document.add_paragraph(told.gaps.about)
        _add_grid(document, told.gaps)
    _add_tail(document, told)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def _describe(document: WordDocument, told: ToldReport) -> None:
    about, at = document.core_properties, told.published.release.published_at.replace(tzinfo=None)
    about.title, about.author, about.comments, about.language = told.title, "engage", "", "en"
    about.created = about.modified = at
    page = document.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.left_margin = page.right_margin = page.top_margin = page.bottom_margin = _MARGIN


def _add_recommendation(document: WordDocument, made: ToldRecommendation) -> None:
    document.add_heading(f"Recommendation {made.number}", 2)
    for line in filter(None, made.words.split("\n")):
        document.add_paragraph().add_run(line).bold = True
    document.add_paragraph(f"Owner: {made.owner}. Acts on: {made.layer}.")
    if made.evidence.chart:
        shown = made.evidence
        add_chart(document, shown.chart, alternative=shown.alternative, title=shown.grid.title)
    grid = made.evidence.grid
    about = document.add_paragraph().add_run(" ".join(filter(None, (grid.title, grid.about))))
    about.font.size = _SMALL
    _add_grid(document, grid)


def _add_grid(document: WordDocument, grid: Grid) -> None:
    if not grid.heads:
        return
    table = document.add_table(rows=1 + len(grid.lines), cols=len(grid.heads), style="Table Grid")
    for row, line in zip(table.rows, (grid.heads, *grid.lines), strict=True):
        for column, (cell, text) in enumerate(zip(row.cells, line, strict=True)):
            run = cell.paragraphs[0].add_run(text)
            run.font.size = _SMALL
            run.bold = line is grid.heads or column == 0
    properties: Any = table.rows[0]._tr.get_or_add_trPr()  # noqa: SLF001 - the library has no other way to it
    mark = OxmlElement("w:tblHeader")
    mark.set(qn("w:val"), "true")
    properties.append(mark)


def _add_tail(document: WordDocument, told: ToldReport) -> None:
    if told.comments:
        document.add_heading("Comments and what became of them", 1)
    for comment in told.comments:
        paragraph = document.add_paragraph()
        paragraph.add_run(f"{comment.by}, about {comment.about} ({COMMENT_WORDS[comment.state]}): ").bold = True
        paragraph.add_run(comment.words)
        if comment.answer:
            document.add_paragraph(f"Answer: {comment.answer}")
    document.add_heading("How to read the figures", 1)
    for head, words in (*told.notes, ("Report", told.stamp)):
        paragraph = document.add_paragraph()
        for text, is_bold in ((f"{head}: ", True), (words, False)):
            run = paragraph.add_run(text)
            run.bold, run.font.size = is_bold, _SMALL
