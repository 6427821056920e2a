"""Writes published tables as a Word document (.docx) that anybody can go on writing in."""

import io
from collections.abc import Sequence
from typing import Any

from docx import Document
from docx.document import Document as WordDocument
from docx.enum.section import WD_ORIENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.table import Table

from engage.reporting.exports.grids import Grid, grids_of
from engage.reporting.exports.notes import MADE_UP, release_notes
from engage.reporting.exports.taken import Taken
from engage.reporting.tables import bar_groups, describe, draw_table
from engage.reporting.word_pictures import add_chart
from engage.results.published import PublishedTable

_SMALL = Pt(8.5)
#: A4, the shorter side first.
_A4 = (Mm(210), Mm(297))
_MARGIN = Mm(18)
#: Bars of a chart that can be read on a page.
MOST_BARS = 40


def write_docx(taken: Taken) -> bytes:
    """Return a document: each question with its chart and its table, then how to read the figures."""
    document = Document()
    grids, notes = tuple(grids_of(taken)), dict(release_notes(taken))
    title = f"{taken.labels.title}, {taken.published.release.wave}"
    _describe(document, taken, title)
    _lay(document, on_side=any(grid.is_wide for grid in grids))
    document.add_heading(title, 0)
    if MADE_UP in notes:
        document.add_paragraph().add_run(notes[MADE_UP]).bold = True
    for done, (table, grid) in enumerate(zip(taken.tables, grids, strict=True), start=1):
        _add(document, taken, table, grid)
        taken.progress(done, len(grids))
    document.add_heading("How to read these figures", 1)
    for head, sentence in notes.items():
        paragraph = document.add_paragraph()
        paragraph.add_run(f"{head}: ").bold = True
        paragraph.add_run(sentence)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def _describe(document: WordDocument, taken: Taken, title: str) -> None:
    about, at = document.core_properties, taken.published.release.published_at.replace(tzinfo=None)
    about.title, about.author, about.comments, about.language = title, "engage", "", taken.labels.language
    about.created = about.modified = at


def _lay(document: WordDocument, *, on_side: bool) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = reversed(_A4) if on_side else _A4
    section.orientation = WD_ORIENT.LANDSCAPE if on_side else WD_ORIENT.PORTRAIT
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = _MARGIN


def _add(document: WordDocument, taken: Taken, published: PublishedTable, grid: Grid) -> None:
    document.add_heading(grid.title, 1)
    if grid.about:
        document.add_paragraph(grid.about)
    groups = bar_groups(published, taken.labels)
    if 0 < sum(len(group.bars) for group in groups) <= MOST_BARS:
        chart = draw_table(published, taken.labels)
        add_chart(document, chart, alternative=describe(groups), title=grid.title)
    if not grid.heads:
        return
    table = document.add_table(rows=1 + len(grid.lines), cols=len(grid.heads), style="Table Grid")
    cells = iter(table._cells)  # noqa: SLF001 - asking for each row's cells anew takes minutes in long tables
    for number, line in enumerate((grid.heads, *grid.lines)):
        _fill([next(cells) for _ in line], line, is_head=number == 0)
    _repeat_on_every_page(table)


def _fill(cells: Sequence[Any], texts: Sequence[str], *, is_head: bool) -> None:
    for column, (cell, text) in enumerate(zip(cells, texts, strict=True)):
        run = cell.paragraphs[0].add_run(text)
        run.font.size = _SMALL
        run.bold = is_head or column == 0


def _repeat_on_every_page(table: Table) -> None:
    """Mark the first row as heads, for screen readers and for every page the table goes on over."""
    properties: Any = table.rows[0]._tr.get_or_add_trPr()  # noqa: SLF001 - the library has no other way to it
    mark = OxmlElement("w:tblHeader")
    mark.set(qn("w:val"), "true")
    properties.append(mark)
