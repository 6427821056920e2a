"""Finds which page of which form a sheet shows, and lays it flat so that every box is where the layout has it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from engage.channels.paper.decoding import Grey, Undecodable
from engage.channels.paper.finding import (
    Codes,
    PageCode,
    Points,
    find_codes,
    find_codes_by_marks,
    find_codes_harder,
    find_marks,
    find_marks_near,
    is_blank,
    rectangle,
)
from engage.channels.paper.layout import Layout, Page
from engage.channels.paper.sheets import Sheet
from engage.channels.paper.straightening import Outlines, Straight, grow, outlines_of, straighten

#: Gives the layout a form was printed from, by its serial; None for serials that were never issued.
LayoutOf = Callable[[str], Layout | None]

#: Longest sides of the picture in which all marks are looked for, where they are not found beside the code.
_WHOLE_SIDES = (1200, 2400)
#: Marks there are, and the fewest to straighten by, with the corners of the code.
_ALL_MARKS, _FEWEST_MARKS = 4, 2
#: How far from where the marks have it a box may be found (mm): boxes stand 8 mm apart, and where marks are
#: missing nothing else tells one row from the next.
_FARTHEST, _FARTHEST_UNSURE = 5.5, 3.5
#: How far four marks may be from where they fit each other (mm), when nothing else tells how the page lies.
_MISFIT = 2.0
#: Share of the boxes whose outlines must agree on where the page lies, and the fewest that say so by themselves.
_AGREED, _FEWEST_BOXES = 0.42, 8


@dataclass(frozen=True)
class Flat:
    """A page found and straightened: ready to be judged."""

    code: PageCode
    page: Page
    straight: Straight
    outlines: Outlines


class NotReadable(Exception):
    """A picture is not read as a page; `problem` is the code of the reason, `code` what page it is, if known."""

    def __init__(self, problem: str, code: PageCode | None = None) -> None:
        super().__init__(problem)
        self.problem = problem
        self.code = code


def lay_flat(sheet: Sheet, layout_of: LayoutOf) -> Flat:
    """Find the page of a sheet and straighten it. Raises NotReadable.

    Where that fails on a picture decoded at half its size, the whole one is tried.
    """
    if sheet.grey is None:
        raise NotReadable(sheet.problem or "unreadable_file")
    try:
        return _laid_flat(sheet.grey, layout_of)
    except NotReadable as reason:
        if sheet.finer is None or reason.problem not in {"no_code", "no_marks"}:
            raise
        try:
            finer = sheet.finer()
        except Undecodable:
            raise reason from None
        return _laid_flat(finer, layout_of)


def _laid_flat(grey: Grey, layout_of: LayoutOf) -> Flat:
    code = _only_code(grey)
    layout = layout_of(code.serial)
    page = next((page for page in layout.pages if page.number == code.page), None) if layout else None
    if page is None:
        raise NotReadable("unknown_form", code)
    tried: list[Flat] = []
    for straight in _straightened(grey, code, page):
        flat = Flat(code, page, straight, outlines_of(straight, page.boxes))
        if _is_in_place(flat):
            return flat
        tried.append(flat)
    for flat in tried:
        # Where the print is too pale for outlines, four marks that fit each other still say where the page lies.
        if flat.straight.marks == _ALL_MARKS and flat.straight.misfit_mm < _MISFIT:
            return replace(flat, outlines=replace(flat.outlines, agreement=0.0))
    raise NotReadable("no_marks", code)


def _is_in_place(flat: Flat) -> bool:
    """Say whether the boxes were found where they must be, and not one row further on."""
    marks = flat.straight.marks
    farthest = _FARTHEST if marks == _ALL_MARKS else _FARTHEST_UNSURE
    has_witnesses = marks > 0 or len(flat.page.boxes) >= _FEWEST_BOXES
    return flat.outlines.agreement >= _AGREED and flat.outlines.farthest_mm <= farthest and has_witnesses


def _straightened(grey: Grey, code: PageCode, page: Page) -> Iterator[Straight]:
    """Yield the page straightened by its marks, in several ways, and at last without them."""
    for marks in _marks_tried(grey, code, page):
        yield straighten(grey, page, code, marks)
    yield grow(grey, page, code)


def _only_code(grey: Grey) -> PageCode:
    codes = find_codes(grey)
    if not codes.pages:
        if is_blank(grey):
            raise NotReadable("blank")
        for find in (find_codes_by_marks, find_codes_harder):
            more = find(grey)
            codes = Codes(more.pages, codes.has_forged or more.has_forged)
            if codes.pages:
                break
    if len(codes.pages) > 1:
        raise NotReadable("two_forms")
    if not codes.pages:
        raise NotReadable("wrong_check" if codes.has_forged else "no_code")
    return codes.pages[0]


def _marks_tried(grey: Grey, code: PageCode, page: Page) -> Iterator[Mapping[int, Points]]:
    """Yield registration marks to straighten by: those beside the code, then more from the whole picture."""
    slot = next(slot for slot in page.slots if slot.what == "page_code")
    marks = find_marks_near(grey, code, rectangle(slot.x, slot.y, slot.w, slot.h), page.markers)
    if len(marks) >= _FEWEST_MARKS:
        yield marks
    if len(marks) == _ALL_MARKS:
        return
    for longest in _WHOLE_SIDES:
        more = {**find_marks(grey, longest), **marks}
        if len(more) > len(marks) and len(more) >= _FEWEST_MARKS:
            yield more
