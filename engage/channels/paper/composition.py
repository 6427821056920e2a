"""Makes the layout of a form: blocks flow over A4 pages, each page with its code, number and free corners."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, partial

from reportlab.lib.units import mm

from engage.channels.paper import front
from engage.channels.paper.branches import branches_of
from engage.channels.paper.form import Form, Say
from engage.channels.paper.layout import PAGE_HEIGHT, PAGE_WIDTH, Layout, Mark, Page
from engage.channels.paper.questions import assisted_block, question_block
from engage.channels.paper.registration import corner_markers
from engage.channels.paper.sketch import TYPOGRAPHY, Block, Room, Sketch, line_height_of
from engage.questionnaire.model import Questionnaire, QuestionType

#: Millimetres from the left and top edge: what is printed stays inside. The four squares of 17.5 mm at the
#: corners hold the registration marks and nothing else.
LEFT, RIGHT, TOP, BOTTOM = 15.0, 195.0, 18.5, 279.5
CORNER = 17.5
#: Nothing is printed nearer to the edge (mm); most office printers need 5.
MARGIN = 10.0
#: The page code: 25 mm, version 1 (21 modules), so 4 modules of white around it are 4.8 mm.
CODE_SIDE, CODE_QUIET = 25.0, 4.8
CODE_X, CODE_Y = 159.0, 10.5
#: Type sizes in points of what is for whoever handles the form: its serial and the code's own text.
SERIAL_PT, CODE_TEXT_PT = 11.0, 8.0
#: The line at the head of the page: where it starts, its height, and the width of a serial in it (mm).
_HEAD_START, _HEAD_HEIGHT, _SERIAL_WIDTH = CORNER + 2.0, 6.0, 27.0
_CODE_TEXT_Y = CODE_Y + CODE_SIDE + CODE_QUIET
#: Where text runs over the full width again, below the code and what is printed under it.
CODE_END = _CODE_TEXT_Y + 4.5
#: From the end of the page up to the base line of its last line (mm).
_FOOT = 11.0
#: White between the code and the text beside it.
_CODE_START = CODE_X - CODE_QUIET - 1.0
#: What a gap between two blocks may grow by, so that a page ends where its neighbours do.
_MOST_STRETCH = 6.0
_MOST_PAGES = 60
#: Share of the gap between blocks that is left where a sheet can be saved.
_TIGHT = 0.5
#: The block that stands on the page with the slip, whatever else does.
_CLOSING = "closing"

BlockMaker = Callable[[Room], Block]


class QuestionTooLong(Exception):
    """A question does not fit on a page of its own in this style; `question_id` says which."""

    def __init__(self, question_id: str) -> None:
        super().__init__(question_id)
        self.question_id = question_id


@dataclass
class _Sheet:
    """A page being filled: its blocks with where each begins, and how far down it may go."""

    bottom: float
    placed: list[tuple[float, Block]] = field(default_factory=list)
    y: float = TOP


def make_layout(
    questionnaire: Questionnaire,
    language: str,
    style: str,
    *,
    say: Say,
    districts: Mapping[str, str],
    place: str | None = None,
    is_synthetic: bool = False,
) -> Layout:
    """Lay a questionnaire out for printing in a language and a style.

    `districts` maps codes to names in the order printed; `place` is what the questions call the place told
    about, without it they say "this place". Raises QuestionTooLong, FontMissing.
    """
    form = Form(
        questionnaire=questionnaire,
        language=language,
        style=style,
        say=say,
        districts=districts,
        place=place or say("paper.this_place"),
        is_synthetic=is_synthetic,
    )
    makers = tuple((name, cache(make)) for name, make in _block_makers(form))
    slip = front.slip_block(form, Room(RIGHT - LEFT))
    sheets = _fill(form, makers, slip)
    pages = [_page(form, sheet, number, sheets, slip) for number, sheet in enumerate(sheets, 1)]
    return Layout(
        survey=questionnaire.slug,
        version=questionnaire.version,
        language=language,
        style=style,
        is_right_to_left=form.is_right_to_left,
        numbers=dict(form.numbers),
        pages=tuple(pages),
    )


def _block_makers(form: Form) -> Iterator[tuple[str, BlockMaker]]:
    yield "title", partial(front.title_block, form)
    if TYPOGRAPHY[form.style].is_large:
        yield "online", partial(front.online_block, form)
        yield "consent", partial(front.consent_block, form)
    else:
        yield "consent", partial(front.online_and_consent_block, form)
    beside = {closer.id for question in form.questions for closer in branches_of(form, question).values()}
    questions = [asked for asked in form.questions if not asked.options_from and asked.id not in beside]
    for question in questions:
        if question.type is QuestionType.AGE_BAND:
            yield question.id, partial(question_block, form, question)
    for lines in front.help_pages(form):
        yield "help", partial(front.help_block, form, lines)
    yield "assisted", partial(assisted_block, form)
    for question in questions:
        if question.type is not QuestionType.AGE_BAND:
            yield question.id, partial(question_block, form, question)
    yield _CLOSING, partial(front.closing_block, form)


def _fill(form: Form, makers: Sequence[tuple[str, BlockMaker]], slip: Block) -> list[_Sheet]:
    """Return the pages; blocks move closer together where that saves a sheet of paper."""
    gap = TYPOGRAPHY[form.style].gap
    loose, tight = (_fewest_pages(makers, slip, gap * share) for share in (1.0, _TIGHT))
    return tight if (len(tight) + 1) // 2 < (len(loose) + 1) // 2 else loose


def _fewest_pages(makers: Sequence[tuple[str, BlockMaker]], slip: Block, gap: float) -> list[_Sheet]:
    """Return the fewest pages that hold everything and leave room for the slip.

    The slip stands on the last page; where that is the back of a sheet, the front loses the same strip when
    the slip is torn off, so nothing is printed there.
    """
    strip = slip.height + MARGIN
    for count in range(1, _MOST_PAGES):
        torn = {count, count - 1} if count % 2 == 0 else {count}
        sheets = [_Sheet(BOTTOM - (strip if number in torn else 0.0)) for number in range(1, count + 1)]
        if _flow(sheets, makers, gap):
            return sheets
    raise QuestionTooLong("")


def _flow(sheets: Sequence[_Sheet], makers: Sequence[tuple[str, BlockMaker]], gap: float) -> bool:
    """Set every block on the pages; False where they do not suffice."""
    at = 0
    for name, make in makers:
        if name == _CLOSING:
            at = len(sheets) - 1
        while not _place(sheets[at], make, gap):
            if not sheets[at].placed and sheets[at].bottom == BOTTOM:
                raise QuestionTooLong(name)
            at += 1
            if at == len(sheets):
                return False
    return True


def _place(sheet: _Sheet, make: BlockMaker, gap: float) -> bool:
    """Set a block below the last one, beside the page code where it would reach into it."""
    top = sheet.y + gap if sheet.placed else sheet.y
    block = make(Room(RIGHT - LEFT, _CODE_START - LEFT, max(0.0, CODE_END - top)))
    if top + block.height > sheet.bottom and top < CODE_END:
        top, block = CODE_END, make(Room(RIGHT - LEFT))
    if top + block.height > sheet.bottom:
        return False
    sheet.placed.append((top, block))
    sheet.y = top + block.height
    return True


def _page(form: Form, sheet: _Sheet, number: int, sheets: Sequence[_Sheet], slip: Block) -> Page:
    marks: list[Mark] = []
    for top, block in _stretched(sheet, is_last=number == len(sheets)):
        marks.extend(mark.moved(LEFT, top) for mark in block.marks)
    bottom = PAGE_HEIGHT - (BOTTOM - sheet.bottom)
    marks += [mark.moved(0, 0) for mark in _furniture(form, number, len(sheets), bottom)]
    if number == len(sheets):
        marks += [mark.moved(LEFT, bottom) for mark in slip.marks]
    if form.is_right_to_left:
        marks = [mark.mirrored() for mark in marks]
    return Page.holding(number, [*marks, *corner_markers(bottom)], bottom)


def _stretched(sheet: _Sheet, *, is_last: bool) -> list[tuple[float, Block]]:
    """Share out what is left of the page between the blocks, so that it is not all white at the end."""
    gaps = len(sheet.placed) - 1
    if is_last or gaps < 1:
        return sheet.placed
    more = min((sheet.bottom - sheet.y) / gaps, _MOST_STRETCH)
    beside = [top for top, _ in sheet.placed if top < CODE_END]
    still = len(beside)
    return [
        (top + more * max(0, at - still + 1) if at >= still else top, block)
        for at, (top, block) in enumerate(sheet.placed)
    ]


def _furniture(form: Form, number: int, count: int, bottom: float) -> list[Mark]:
    """Return what stands on every page: its code, its serial, its number and the words for the demonstration."""
    sketch = Sketch(form, Room(PAGE_WIDTH))
    sketch.slot("page_code", CODE_SIDE, CODE_SIDE, x=CODE_X, y=CODE_Y)
    x, width = CODE_X - CODE_QUIET, CODE_SIDE + 2 * CODE_QUIET
    height = line_height_of(CODE_TEXT_PT, "en")
    sketch.slot("page_code_text", width, height, x=x, y=_CODE_TEXT_Y, size_pt=CODE_TEXT_PT)
    sketch.slot("serial", _SERIAL_WIDTH, _HEAD_HEIGHT, x=_HEAD_START, y=MARGIN, size_pt=SERIAL_PT)
    if form.is_synthetic:
        words = form.say("paper.demonstration")
        baseline = MARGIN + (_HEAD_HEIGHT + 0.714 * SERIAL_PT / mm) / 2
        x = _HEAD_START + _SERIAL_WIDTH + 4.0
        sketch.line(words, form.language_of(words), SERIAL_PT, x=x, baseline=baseline, is_bold=True)
    words = form.say("paper.page_of", page=str(number), pages=str(count))
    size = max(9.0, TYPOGRAPHY[form.style].small_pt * 0.75)
    sketch.line(words, form.language_of(words), size, x=CORNER + 4, baseline=bottom - _FOOT)
    if number < count:
        words = form.say("paper.turn_over" if number % 2 else "paper.carry_on")
        _at_end(form, sketch, words, size, bottom - _FOOT)
    return sketch.marks


def _at_end(form: Form, sketch: Sketch, words: str, size: float, baseline: float) -> None:
    """Set a line that ends where the corner begins."""
    probe = Sketch(form, Room(PAGE_WIDTH))
    width = probe.line(words, form.language_of(words), size, x=0, baseline=baseline)
    x = PAGE_WIDTH - CORNER - 4 - width
    sketch.line(words, form.language_of(words), size, x=x, baseline=baseline)
