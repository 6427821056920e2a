"""Writes slides as .pptx with real titles, tables and charts, which partners can go on working with."""

import io
from typing import Any

from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE
from pptx.enum.text import MSO_ANCHOR, MSO_AUTO_SIZE
from pptx.util import Pt

from engage.reporting.exports.grids import Grid
from engage.reporting.slides.deck import ABOUT_SIZE, FIRST_COLUMN, TABLE_SIZE, Deck, Slide, SlideBar, row_height
from engage.reporting.slides.measuring import HEIGHT, INSET, MARGIN, WIDTH, fitting_size, text_height

_BROAD = WIDTH - 2 * MARGIN
#: Tops and heights of title, what stands under it, and body (points).
_TITLE_TOP, _TITLE_HEIGHT, _BODY_TOP, _FOOT_TOP = 20, 72, 104, HEIGHT - 44
_TITLE_SIZES, _TEXT_SIZES, _FOOT_SIZE = (30, 26, 22, 18), (22, 20, 18, 16, 14, 13, 12, 11), 11
_INK, _BAR, _HEAD = RGBColor(0x0B, 0x2B, 0x40), RGBColor(0x1F, 0x6F, 0x8B), RGBColor(0xE8, 0xEE, 0xF0)
#: The layout of the library's own template that has a title and nothing else.
_TITLE_ONLY = 5


def deck_pptx(deck: Deck) -> bytes:
    """Return the presentation."""
    made: Any = Presentation()
    made.slide_width, made.slide_height = Pt(WIDTH), Pt(HEIGHT)
    about, at = made.core_properties, deck.published.release.published_at.replace(tzinfo=None)
    about.title, about.author, about.language, about.created, about.modified = deck.title, "engage", "en", at, at
    for number, slide in enumerate(deck.slides, start=1):
        _add(made, slide, f"{deck.foot} {number} / {len(deck.slides)}")
    file = io.BytesIO()
    made.save(file)
    return file.getvalue()


def _add(made: Any, slide: Slide, foot: str) -> None:
    page = made.slides.add_slide(made.slide_layouts[_TITLE_ONLY])
    size = fitting_size((slide.title,), _BROAD, _TITLE_HEIGHT, _TITLE_SIZES)
    _place(page.shapes.title, _TITLE_TOP, _TITLE_HEIGHT)
    _write(page.shapes.title.text_frame, (slide.title,), size, is_bold=True)
    top = float(_BODY_TOP)
    if slide.about:
        high = text_height(slide.about, ABOUT_SIZE, _BROAD) + ABOUT_SIZE / 2
        _add_text(page, (slide.about,), top, high, (ABOUT_SIZE,))
        top += high + 4
    if slide.points:
        _add_text(page, slide.points, top, _FOOT_TOP - top - 8, _TEXT_SIZES)
    if slide.grid:
        _add_grid(page, slide.grid, top)
    if slide.bars:
        _add_bars(page, slide, top)
    _add_text(page, (foot,), _FOOT_TOP, 36, (_FOOT_SIZE,))


def _place(shape: Any, top: float, height: float) -> None:
    shape.left, shape.top, shape.width, shape.height = Pt(MARGIN), Pt(top), Pt(_BROAD), Pt(height)


def _add_text(page: Any, texts: tuple[str, ...], top: float, height: float, sizes: tuple[int, ...]) -> None:
    box = page.shapes.add_textbox(Pt(MARGIN), Pt(top), Pt(_BROAD), Pt(height))
    _write(box.text_frame, texts, fitting_size(texts, _BROAD, height, sizes))


def _write(frame: Any, texts: tuple[str, ...], size: float, *, is_bold: bool = False) -> None:
    """Write paragraphs with a gap below each; a box grows no letters and has no space of its own inside."""
    frame.word_wrap, frame.auto_size, frame.vertical_anchor = True, MSO_AUTO_SIZE.NONE, MSO_ANCHOR.TOP
    frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
    for number, text in enumerate(texts):
        paragraph = frame.paragraphs[0] if number == 0 else frame.add_paragraph()
        run = paragraph.add_run()
        run.text = text
        run.font.size, run.font.bold, run.font.color.rgb = Pt(size), is_bold, _INK
        paragraph.space_after = Pt(size / 2) if len(texts) > 1 else Pt(0)
        paragraph.alignment = 1


def _add_grid(page: Any, grid: Grid, top: float) -> None:
    first = _BROAD * FIRST_COLUMN
    widths = (first, *[(_BROAD - first) / max(1, len(grid.heads) - 1)] * (len(grid.heads) - 1))
    lines = (grid.heads, *grid.lines)
    heights = [row_height(line, widths) for line in lines]
    shape = page.shapes.add_table(len(lines), len(widths), Pt(MARGIN), Pt(top), Pt(_BROAD), Pt(sum(heights)))
    shape.name = grid.title[:100] or "Table"
    _describe(shape, grid.title)
    table = shape.table
    table.horz_banding = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Pt(width)
    for number, (row, line, height) in enumerate(zip(table.rows, lines, heights, strict=True)):
        row.height = Pt(height)
        for place, (cell, text) in enumerate(zip(row.cells, line, strict=True)):
            _write_cell(cell, text, is_bold=number == 0 or place == 0, fill=_HEAD if number == 0 else None)


def _write_cell(cell: Any, text: str, *, is_bold: bool, fill: RGBColor | None) -> None:
    cell.margin_left = cell.margin_right = cell.margin_top = cell.margin_bottom = Pt(INSET)
    cell.fill.solid()
    cell.fill.fore_color.rgb = fill or RGBColor(0xFF, 0xFF, 0xFF)
    cell.text_frame.text = text
    for paragraph in cell.text_frame.paragraphs:
        paragraph.font.size, paragraph.font.bold, paragraph.font.color.rgb = Pt(TABLE_SIZE), is_bold, _INK


def _add_bars(page: Any, slide: Slide, top: float) -> None:
    """Add a chart of published shares; an answer that few gave has no bar, and its label says so."""
    data = CategoryChartData(number_format="0%")
    shown = list(reversed(slide.bars))
    data.categories = [f"{bar.label}: {bar.said}" for bar in shown]
    data.add_series("Share of the people who answered", [bar.share for bar in shown])
    frame = page.shapes.add_chart(
        XL_CHART_TYPE.BAR_CLUSTERED, Pt(MARGIN), Pt(top), Pt(_BROAD), Pt(_FOOT_TOP - top - 8), data
    )
    _describe(frame, described(slide.bars))
    chart = frame.chart
    chart.has_legend, chart.has_title = False, False
    chart.font.size, chart.font.color.rgb = Pt(14), _INK
    axis = chart.value_axis
    axis.minimum_scale, axis.maximum_scale, axis.has_major_gridlines = 0, 1, False
    axis.tick_labels.font.size = Pt(11)
    plot = chart.plots[0]
    plot.gap_width = 60
    fill = plot.series[0].format.fill
    fill.solid()
    fill.fore_color.rgb = _BAR


def described(bars: tuple[SlideBar, ...]) -> str:
    """Return what a chart shows, in words."""
    return "; ".join(f"{bar.label}: {bar.said}" for bar in bars) + "."


def _describe(shape: Any, words: str) -> None:
    """Give a table or chart the words that stand for it where it is not seen."""
    shape._element.nvGraphicFramePr.cNvPr.set("descr", words)  # noqa: SLF001 - the library has no other way to it
