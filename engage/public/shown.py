"""Lays out one area's summary for a page: each answer with its words, its bar or its ten people, and its picture."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from engage import pictures
from engage.public.readers import ResultsReader
from engage.questionnaire.model import Option, Question, QuestionType
from engage.questionnaire.wording import Wording
from engage.reporting.charts import draw_strip, draw_tenths
from engage.reporting.reading import Published
from engage.reporting.summary import AreaSummary, SummaryEntry
from engage.reporting.words import interval_saying, quality_saying, share_saying, stand_in_saying, tenths_of
from engage.results.published import HIDDEN, OVER, PublishedCell, PublishedRow

_ISOLATE, _POP = "\u2068", "\u2069"
#: Answers in an order of their own; the others stand by how many gave them.
_ORDERED = (QuestionType.SCALE, QuestionType.AGE_BAND)


@dataclass(frozen=True)
class ShownAnswer:
    """One answer as it stands on the page."""

    label: Markup
    said: Markup
    drawing: Markup
    interval: Markup | None
    beside: Markup | None
    picture: Markup | None


@dataclass(frozen=True)
class ShownQuestion:
    """One question with its answers; `few` are those that fewer than 8 people gave."""

    id: str
    text: Markup
    quality: Markup
    stand_in: Markup | None
    takes_several: bool
    answers: tuple[ShownAnswer, ...]
    few: tuple[Markup, ...]


@dataclass(frozen=True)
class ShownArea:
    """One area's page."""

    summary: AreaSummary
    stand_in: Markup | None
    questions: tuple[ShownQuestion, ...]
    who: tuple[ShownQuestion, ...]
    has_more: bool


@dataclass(frozen=True)
class _Page:
    """What all questions of a page share."""

    reader: ResultsReader
    published: Published
    summary: AreaSummary

    def name(self, code: str) -> str:
        return self.reader.labels.area(code)


def show_area(reader: ResultsReader, published: Published, summary: AreaSummary) -> ShownArea:
    """Return an area's page; in easy read it has the questions that were asked in easy read."""
    page = _Page(reader, published, summary)
    entries = [entry for entry in summary.entries if not reader.is_easy or _is_easy(page, entry)]
    wider = summary.stands_in
    stand_in = reader.say("results.stand_in_all", area=summary.area.name, wider=page.name(wider)) if wider else None
    return ShownArea(
        summary,
        stand_in,
        tuple(_show_question(page, entry) for entry in entries),
        tuple(_show_question(page, entry) for entry in summary.who if not reader.is_easy or _is_easy(page, entry)),
        has_more=len(entries) < len(summary.entries),
    )


def _is_easy(page: _Page, entry: SummaryEntry) -> bool:
    question = _asked(page, entry)
    return question is not None and (not question.routes or page.reader.style in question.routes)


def _asked(page: _Page, entry: SummaryEntry) -> Question | None:
    return page.published.questionnaire.question(entry.question_id)


def _show_question(page: _Page, entry: SummaryEntry) -> ShownQuestion:
    reader, row, question = page.reader, entry.row, _asked(page, entry)
    told = [cell for cell in row.cells if cell.shown != HIDDEN]
    hidden = [cell for cell in row.cells if cell.shown == HIDDEN]
    is_ordered = question is not None and question.type in _ORDERED
    cells: Iterable[PublishedCell] = row.cells if is_ordered else _most_first(told)
    saying = stand_in_saying(row, {code: page.name(code) for code in (row.row, row.shown_for) if code})
    place = page.name(row.shown_for or row.row)
    isolated = f"{_ISOLATE}{place}{_POP}" if reader.direction == "rtl" else place
    return ShownQuestion(
        entry.question_id,
        reader.marked(reader.labels.question(entry.question_id, isolated)),
        reader.tell(quality_saying(row)),
        reader.tell(saying) if saying and not page.summary.stands_in else None,
        question is not None and question.is_multiple and bool(row.cells),
        tuple(_show_answer(page, entry, cell) for cell in cells),
        () if is_ordered else tuple(reader.marked(_label(page, entry, cell)) for cell in hidden),
    )


def _most_first(cells: Sequence[PublishedCell]) -> list[PublishedCell]:
    """Return cells by their rounded counts, equal ones in the questionnaire's order, "over 90 %" before all."""
    return sorted(cells, key=lambda cell: (cell.shown != OVER, -(cell.n or 0)))


def _show_answer(page: _Page, entry: SummaryEntry, cell: PublishedCell) -> ShownAnswer:
    reader = page.reader
    interval = interval_saying(cell) if not reader.is_easy else None
    return ShownAnswer(
        label=reader.marked(_label(page, entry, cell)),
        said=reader.tell(share_saying(cell, reader.style)),
        drawing=_drawing(reader, entry.row, cell),
        interval=reader.tell(interval) if interval else None,
        beside=_beside(page, entry, cell),
        picture=_picture(page, entry, cell) if reader.is_easy else None,
    )


def _label(page: _Page, entry: SummaryEntry, cell: PublishedCell) -> Wording:
    return page.reader.labels.option(entry.question_id, cell.option)


def _drawing(reader: ResultsReader, row: PublishedRow, cell: PublishedCell) -> Markup:
    name = reader.plain(share_saying(cell, reader.style))
    tenths = tenths_of(cell)
    if not reader.is_easy:
        return Markup(draw_strip(cell, row.quality, name, direction=reader.direction))  # noqa: S704 - escaped there
    if tenths is None:
        return Markup()
    return Markup(draw_tenths(tenths, row.quality, name, direction=reader.direction))  # noqa: S704 - escaped there


def _beside(page: _Page, entry: SummaryEntry, cell: PublishedCell) -> Markup | None:
    """Return what was said of the same answer in the district, where the page shows its own figures."""
    if entry.beside is None or entry.beside.shown_for is None or page.reader.is_easy:
        return None
    other = next((one for one in entry.beside.cells if one.option == cell.option), None)
    if other is None or other.share is None:
        return None
    area = page.name(entry.beside.shown_for)
    return page.reader.say("results.beside", area=area, share=page.reader.tell(share_saying(other)))


def _picture(page: _Page, entry: SummaryEntry, cell: PublishedCell) -> Markup | None:
    question = _asked(page, entry)
    option = next((one for one in _options(page, question) if one.code == cell.option), None) if question else None
    return pictures.svg(option.picture) if option and option.picture in pictures.PICTURES else None


def _options(page: _Page, question: Question) -> Sequence[Option]:
    scale = page.published.questionnaire.scale_of(question)
    return (*scale.short, *scale.options) if scale else question.options
