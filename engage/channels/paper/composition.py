"""Makes the layout of a form: blocks flow over A4 pages, each page with its code, number and free corners."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from reportlab.lib.units import mm

from engage.channels.paper import front
from engage.channels.paper.form import Form, Say
from engage.channels.paper.layout import PAGE_HEIGHT, PAGE_WIDTH, Layout, Mark, Page, Slot
from engage.channels.paper.questions import assisted_block, question_block
from engage.channels.paper.sketch import TYPOGRAPHY, Block, Sketch, line_height_of
from engage.questionnaire.model import Questionnaire, QuestionType

#: Millimetres from the left and top edge: what is printed stays inside. The four squares of 20 mm at the
#: corners stay white for the registration marks.
LEFT, RIGHT, TOP, BOTTOM = 15.0, 195.0, 21.0, 278.0
CORNER = 20.0
#: The page code: 25 mm, version 1 (21 modules), so 4 modules of white around it are 4.8 mm.
CODE_SIDE, CODE_QUIET = 25.0, 4.8
CODE_X, CODE_Y = 159.0, 12.0
#: Type sizes in points of what is for whoever handles the form: its serial and the code's own text.
SERIAL_PT, CODE_TEXT_PT = 11.0, 8.0
_CODE_TEXT_Y = CODE_Y + CODE_SIDE + CODE_QUIET
#: Where text runs over the full width again, below the code and what is printed under it.
CODE_END = _CODE_TEXT_Y + 10.5
#: White between the code and the text beside it.
_CODE_START = CODE_X - CODE_QUIET - 1.0
#: What a gap between two blocks may grow by, so that a page ends where its neighbours do.
_MOST_STRETCH = 6.0
_MOST_PAGES = 60

BlockMaker = Callable[[float], Block]


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
    makers = tuple(_block_makers(form))
    slip = front.slip_block(form, RIGHT - LEFT)
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
    yield "title", lambda width: front.title_block(form, width)
    yield "online", lambda width: front.online_block(form, width)
    yield "consent", lambda width: front.consent_block(form, width)
    questions = [question for question in form.questions if not question.options_from]
    for question in questions:
        if question.type is QuestionType.AGE_BAND:
            yield question.id, lambda width, asked=question: question_block(form, asked, width)
    if front.help_block(form, RIGHT - LEFT):
        yield "help", lambda width: front.help_block(form, width) or Block((), 0.0)
    yield "assisted", lambda width: assisted_block(form, width)
    for question in questions:
        if question.type is not QuestionType.AGE_BAND:
            yield question.id, lambda width, asked=question: question_block(form, asked, width)
    yield "closing", lambda width: front.closing_block(form, width)


def _fill(form: Form, makers: Sequence[tuple[str, BlockMaker]], slip: Block) -> list[_Sheet]:
    """Return the fewest pages that hold everything and leave room for the slip.

    The slip stands on the last page; where that is the back of a sheet, the front loses the same strip when
    the slip is torn off, so nothing is printed there.
    """
    for count in range(1, _MOST_PAGES):
        torn = {count, count - 1} if count % 2 == 0 else {count}
        bottoms = [BOTTOM - (front.SLIP[form.style] if number in torn else 0.0) for number in range(1, count + 1)]
        sheets = _flow(form, makers, bottoms)
        if sheets is not None:
            return sheets
    raise QuestionTooLong("")


def _flow(form: Form, makers: Sequence[tuple[str, BlockMaker]], bottoms: Sequence[float]) -> list[_Sheet] | None:
    """Set every block on pages that end at `bottoms`; None where they do not suffice."""
    sheets = [_Sheet(bottom) for bottom in bottoms]
    at = 0
    gap = TYPOGRAPHY[form.style].gap
    for name, make in makers:
        while not _place(sheets[at], make, gap):
            if not sheets[at].placed and sheets[at].bottom == BOTTOM:
                raise QuestionTooLong(name)
            at += 1
            if at == len(sheets):
                return None
    return sheets


def _place(sheet: _Sheet, make: BlockMaker, gap: float) -> bool:
    """Set a block below the last one, beside the page code where it would reach into it."""
    top = sheet.y + gap if sheet.placed else sheet.y
    block = make((RIGHT if top >= CODE_END else _CODE_START) - LEFT)
    if top + block.height > sheet.bottom and top < CODE_END:
        top, block = CODE_END, make(RIGHT - LEFT)
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
    return Page.holding(number, marks, bottom)


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
    sketch = Sketch(form, PAGE_WIDTH)
    sketch.slot("page_code", CODE_SIDE, CODE_SIDE, x=CODE_X, y=CODE_Y)
    width = CODE_SIDE + 2 * CODE_QUIET
    x = CODE_X - CODE_QUIET
    sketch.put(Slot(x, _CODE_TEXT_Y, width, line_height_of(SERIAL_PT, "en"), "serial", SERIAL_PT))
    text_y = _CODE_TEXT_Y + line_height_of(SERIAL_PT, "en")
    sketch.put(Slot(x, text_y, width, line_height_of(CODE_TEXT_PT, "en"), "page_code_text", CODE_TEXT_PT))
    if form.is_synthetic:
        words = form.say("paper.demonstration")
        sketch.line(words, form.language_of(words), 12.0, x=CORNER + 2, baseline=17.0, is_bold=True)
    words = form.say("paper.page_of", page=str(number), pages=str(count))
    size = max(9.0, TYPOGRAPHY[form.style].small_pt * 0.75)
    sketch.line(words, form.language_of(words), size, x=CORNER + 4, baseline=bottom - 11.0)
    sketch.slot("serial_below", 40.0, size / mm, x=PAGE_WIDTH / 2 - 20, y=bottom - 11.0 - size / mm, size_pt=size)
    if number < count:
        words = form.say("paper.turn_over" if number % 2 else "paper.carry_on")
        _at_end(form, sketch, words, size, bottom - 11.0)
    return sketch.marks


def _at_end(form: Form, sketch: Sketch, words: str, size: float, baseline: float) -> None:
    """Set a line that ends where the corner begins."""
    probe = Sketch(form, PAGE_WIDTH)
    width = probe.line(words, form.language_of(words), size, x=0, baseline=baseline)
    x = PAGE_WIDTH - CORNER - 4 - width
    sketch.line(words, form.language_of(words), size, x=x, baseline=baseline)
