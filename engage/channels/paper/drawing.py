"""Draws a layout as PDF: what is the same in every copy once, and per copy its serial, codes and receipt."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from qrcode.constants import ERROR_CORRECT_M, ERROR_CORRECT_Q
from qrcode.main import QRCode
from reportlab import rl_config
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from engage.channels.paper.figures import draw_figure
from engage.channels.paper.layout import PAGE_HEIGHT, PAGE_WIDTH, Layout, Marker, Page, Slot
from engage.channels.paper.registration import CELLS, dark_cells
from engage.channels.paper.text import draw_text, text_width
from engage.response import serials

# Streams of plain bytes: smaller, and nothing reads these files as text.
rl_config.useA85 = 0

#: Thickness of the outline of a box, and of a frame to write in (points).
BOX_LINE, SPACE_LINE = 0.7, 0.7
#: Grey of the lines to write on: visible on paper, light enough not to be taken for handwriting.
_LIGHT = 0.6
#: Millimetres from line to line in a ruled space, as the layout counts its lines.
_DASHES = (1.5 * mm, 1.2 * mm)


@dataclass(frozen=True)
class PrintedForm:
    """One copy: its serial, and the receipt printed on the slip to keep."""

    serial: str
    receipt: str


def print_forms(
    layout: Layout,
    forms: Sequence[PrintedForm],
    public_url: str,
    out: BinaryIO,
    progress: Callable[[int, int], None] | None = None,
) -> None:
    """Write one PDF with every copy of the form, one after the other.

    `public_url` is the address people reach the app at, without a slash at its end. `progress` is told how
    many copies of how many are done. Equal arguments give equal bytes.
    """
    canvas = Canvas(
        out, pagesize=(PAGE_WIDTH * mm, PAGE_HEIGHT * mm), invariant=1, lang=layout.language, pageCompression=1
    )
    canvas.setTitle("Form")
    canvas.setCreator("engage")
    for page in layout.pages:
        canvas.beginForm(_form_name(page))
        _draw_fixed(canvas, layout, page)
        canvas.endForm()
    for done, form in enumerate(forms, 1):
        for page in layout.pages:
            canvas.doForm(_form_name(page))
            for slot in page.slots:
                copy = _Copy(form, page.number, public_url, layout.is_right_to_left)
                _FILLED[slot.what](canvas, slot, copy)
            canvas.showPage()
        if progress:
            progress(done, len(forms))
    canvas.save()


@dataclass(frozen=True)
class _Copy:
    form: PrintedForm
    page: int
    public_url: str
    is_right_to_left: bool


def _form_name(page: Page) -> str:
    return f"page{page.number}"


def _draw_fixed(canvas: Canvas, layout: Layout, page: Page) -> None:
    for text in page.texts:
        draw_text(
            canvas,
            text.text,
            text.x * mm,
            _up(text.y),
            language=text.language,
            size_pt=text.size_pt,
            is_bold=text.is_bold,
        )
    for figure in page.figures:
        x, y = figure.x * mm, _up(figure.y + figure.h)
        draw_figure(canvas, figure.name, x, y, figure.w * mm, is_mirrored=layout.is_right_to_left)
    _draw_frames(canvas, page)
    for marker in page.markers:
        _draw_marker(canvas, marker)


def _draw_marker(canvas: Canvas, marker: Marker) -> None:
    """Draw a registration mark as one path, so that no hairline shows between its cells."""
    cell = marker.w * mm / CELLS
    path = canvas.beginPath()
    for column, row in dark_cells(marker.number):
        path.rect(marker.x * mm + column * cell, _up(marker.y) - (row + 1) * cell, cell, cell)
    canvas.drawPath(path, stroke=0, fill=1)


def _draw_frames(canvas: Canvas, page: Page) -> None:
    canvas.setLineWidth(BOX_LINE)
    for box in page.boxes:
        canvas.rect(box.x * mm, _up(box.y + box.h), box.w * mm, box.h * mm)
    for space in page.spaces:
        canvas.setLineWidth(SPACE_LINE)
        canvas.rect(space.x * mm, _up(space.y + space.h), space.w * mm, space.h * mm)
        canvas.setStrokeGray(_LIGHT)
        canvas.setLineWidth(SPACE_LINE / 2)
        for line in range(1, space.lines + 1):
            y = _up(space.y + line * space.h / (space.lines + 1))
            canvas.line((space.x + 2) * mm, y, (space.x + space.w - 2) * mm, y)
        canvas.setStrokeGray(0)
    for rule in page.rules:
        canvas.setLineWidth(rule.weight_pt)
        canvas.setDash(*(_DASHES if rule.is_dashed else ()))
        canvas.rect(rule.x * mm, _up(rule.y + rule.h), rule.w * mm, rule.h * mm)
    canvas.setDash()


def _page_code(canvas: Canvas, slot: Slot, copy: _Copy) -> None:
    _draw_code(canvas, slot, serials.page_code(copy.form.serial, copy.page), ERROR_CORRECT_Q)


def _online(canvas: Canvas, slot: Slot, copy: _Copy) -> None:
    _draw_code(canvas, slot, f"{copy.public_url}/f/{copy.form.serial}", ERROR_CORRECT_M)


def _page_code_text(canvas: Canvas, slot: Slot, copy: _Copy) -> None:
    _draw_centred(canvas, slot, serials.page_code(copy.form.serial, copy.page))


def _serial(canvas: Canvas, slot: Slot, copy: _Copy) -> None:
    _draw_at_start(canvas, slot, copy, serials.spoken(copy.form.serial), is_bold=True)


def _online_address(canvas: Canvas, slot: Slot, copy: _Copy) -> None:
    _draw_at_start(canvas, slot, copy, f"{copy.public_url}/f/{copy.form.serial}")


def _receipt(canvas: Canvas, slot: Slot, copy: _Copy) -> None:
    _draw_at_start(canvas, slot, copy, copy.form.receipt, is_bold=True)


def _receipt_address(canvas: Canvas, slot: Slot, copy: _Copy) -> None:
    _draw_at_start(canvas, slot, copy, f"{copy.public_url}/w/{copy.form.receipt}")


_FILLED: dict[str, Callable[[Canvas, Slot, _Copy], None]] = {
    "page_code": _page_code,
    "page_code_text": _page_code_text,
    "serial": _serial,
    "online": _online,
    "online_address": _online_address,
    "receipt": _receipt,
    "receipt_address": _receipt_address,
}


def _draw_centred(canvas: Canvas, slot: Slot, text: str, *, is_bold: bool = False) -> None:
    width = text_width(text, language="en", size_pt=slot.size_pt, is_bold=is_bold)
    _draw_line(canvas, slot, text, slot.x + (slot.w - width) / 2, is_bold=is_bold)


def _draw_at_start(canvas: Canvas, slot: Slot, copy: _Copy, text: str, *, is_bold: bool = False) -> None:
    """Draw where the slot begins in the form's direction: on its right for a form from right to left."""
    width = text_width(text, language="en", size_pt=slot.size_pt, is_bold=is_bold)
    x = slot.x + slot.w - width if copy.is_right_to_left else slot.x
    _draw_line(canvas, slot, text, x, is_bold=is_bold)


def _draw_line(canvas: Canvas, slot: Slot, text: str, x: float, *, is_bold: bool) -> None:
    baseline = slot.y + (slot.h + 0.714 * slot.size_pt / mm) / 2
    draw_text(canvas, text, x * mm, _up(baseline), language="en", size_pt=slot.size_pt, is_bold=is_bold)


def _draw_code(canvas: Canvas, slot: Slot, text: str, error_correction: int) -> None:
    """Draw a QR code as black rectangles, a run of dark modules each, filling the slot from edge to edge."""
    code = QRCode(error_correction=error_correction, border=0)
    code.add_data(text)
    code.make(fit=True)
    rows = code.get_matrix()
    module = slot.w * mm / len(rows)
    path = canvas.beginPath()
    for down, row in enumerate(rows):
        for start, end in _dark_runs(row):
            y = _up(slot.y) - (down + 1) * module
            path.rect(slot.x * mm + start * module, y, (end - start) * module, module)
    canvas.drawPath(path, stroke=0, fill=1)


def _dark_runs(row: Sequence[bool]) -> list[tuple[int, int]]:
    runs: list[tuple[int, int]] = []
    for at, is_dark in enumerate(row):
        if is_dark and runs and runs[-1][1] == at:
            runs[-1] = (runs[-1][0], at + 1)
        elif is_dark:
            runs.append((at, at + 1))
    return runs


def _up(y: float) -> float:
    """Return a height in points from the bottom, as PDF counts it."""
    return (PAGE_HEIGHT - y) * mm
