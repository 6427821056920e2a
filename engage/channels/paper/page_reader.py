"""Reads one page of a printed form: which page of which form it is, and what is ticked on it."""

from dataclasses import dataclass

import cv2

from engage.channels.paper.decoding import Grey
from engage.channels.paper.judging import judge
from engage.channels.paper.layout import Space
from engage.channels.paper.locating import Flat, LayoutOf, NotReadable, lay_flat
from engage.channels.paper.sheets import Sheet
from engage.channels.paper.spaces import crop_of, has_ink

#: What a box can be found to be. Only empty, marked and corrected (struck out) are taken without a person.
STATES = ("empty", "marked", "corrected", "doubtful", "unreadable")
#: Quality of the kept picture of a page (JPEG, 0 to 100).
_KEPT_QUALITY = 80


@dataclass(frozen=True)
class BoxRead:
    """What was found in one box; `confidence` is how likely the state is right, 0 to 1."""

    question: str
    option: str
    state: str
    confidence: float


@dataclass(frozen=True)
class SpaceRead:
    """A space to write or draw in: whether there is ink in it, and then a picture of it (PNG), else nothing."""

    question: str
    has_ink: bool
    crop: bytes


@dataclass(frozen=True)
class PageRead:
    """One page as read, or `problem`: the code of what kept it from being read.

    Codes beyond those of a Sheet: blank, no_code, no_marks, unknown_form, wrong_check, two_forms. `straight` is
    the straightened page as grey JPEG, 6 pixels a millimetre, where it could be straightened.
    """

    file: str
    pdf_page: int
    serial: str | None = None
    page: int | None = None
    problem: str | None = None
    boxes: tuple[BoxRead, ...] = ()
    spaces: tuple[SpaceRead, ...] = ()
    straight: bytes | None = None
    #: Pages that its file says it has.
    pages: int = 1


def read_page(sheet: Sheet, layout_of: LayoutOf) -> PageRead:
    """Read a sheet by the layout its own form was printed from. Never raises for what is on the sheet.

    `layout_of` gives the layout of a serial, None where no such form was ever issued.
    """
    try:
        flat = lay_flat(sheet, layout_of)
    except NotReadable as reason:
        serial, page = (reason.code.serial, reason.code.page) if reason.code else (None, None)
        return PageRead(sheet.file, sheet.pdf_page, serial, page, reason.problem, pages=sheet.pages)
    return PageRead(
        file=sheet.file,
        pdf_page=sheet.pdf_page,
        serial=flat.code.serial,
        page=flat.code.page,
        boxes=_boxes(flat),
        spaces=tuple(_space(flat, space) for space in flat.page.spaces),
        straight=_kept(flat.straight.grey),
        pages=sheet.pages,
    )


def _boxes(flat: Flat) -> tuple[BoxRead, ...]:
    if not flat.page.boxes:
        return ()
    judged = judge(flat.straight, flat.outlines, flat.page)
    return tuple(
        BoxRead(box.question, box.option, found.state, round(found.confidence, 4))
        for box, found in zip(flat.page.boxes, judged, strict=True)
    )


def _space(flat: Flat, space: Space) -> SpaceRead:
    place = (flat.straight, flat.page, flat.outlines, space)
    is_written = has_ink(*place)
    return SpaceRead(space.question, is_written, crop_of(*place) if is_written else b"")


def _kept(grey: Grey) -> bytes:
    _, data = cv2.imencode(".jpg", grey, [cv2.IMWRITE_JPEG_QUALITY, _KEPT_QUALITY])
    return data.tobytes()
