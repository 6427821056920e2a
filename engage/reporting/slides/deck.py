"""What the slides of an area say: its summary, young people beside adults, and perception beside other data."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from engage.areas import ATTRIBUTION
from engage.reporting.beside import CAVEATS, Beside, BesideRow, put_beside
from engage.reporting.differences import HIGHER, LOWER, NO_DIFFERENCE
from engage.reporting.exports.grids import Grid
from engage.reporting.exports.notes import MADE_UP, release_notes
from engage.reporting.exports.taken import Taken
from engage.reporting.labels import Labels
from engage.reporting.reading import Published
from engage.reporting.report.content import gap_documents
from engage.reporting.report.telling import gap_grid, tell_report
from engage.reporting.slides.measuring import HEIGHT, INSET, MARGIN, WIDTH, text_height
from engage.reporting.summary import summarise_area
from engage.reporting.telling import tell_summary
from engage.reporting.told import ToldAnswer, ToldQuestion, ToldSummary
from engage.reporting.words import percent
from engage.storage.database import Session
from engage.storage.indicators import Indicator
from engage.storage.reports import Report

#: Answers of a scale that has a column for each.
_MOST_COLUMNS = 3
#: Bars on one slide; slides about one section.
MOST_BARS, MOST_QUESTIONS = 6, 4
#: Columns of a table that can be read from the back of a room.
MOST_HEADS = 6
#: Characters of a recommendation that can be a slide's title.
LONGEST_TITLE = 120
#: Points of type below a title.
ABOUT_SIZE = 14
#: Points of type in a table; the height left for one below the title; the part of it that its first column takes.
TABLE_SIZE, TABLE_HEIGHT, FIRST_COLUMN = 12, HEIGHT - 176, 0.4
_VERDICTS = {HIGHER: "higher than elsewhere", LOWER: "lower than elsewhere", NO_DIFFERENCE: "no clear difference"}
#: Levels that are broken down by age.
_BROKEN_DOWN = ("district", "force")
_NOT_ONE = "No place clearly."


@dataclass(frozen=True)
class SlideOrder:
    """Whose slides: the area, and what stands beside which indicator at which level, where there is one."""

    area: str
    question: str = ""
    indicator: Indicator | None = None
    period: str = ""
    level: str = "place"
    #: The report whose recommendations it ends with, where there is one.
    report: Report | None = None


@dataclass(frozen=True)
class SlideBar:
    """One answer of a chart: its label, its published share, None where it is not shown, and what is said of it."""

    label: str
    share: float | None
    said: str


@dataclass(frozen=True)
class Slide:
    """One slide: a title, and below it points, a table or bars; what stands under the title is `about`."""

    title: str
    about: str = ""
    points: tuple[str, ...] = ()
    grid: Grid | None = None
    bars: tuple[SlideBar, ...] = ()


@dataclass(frozen=True)
class Deck:
    """All slides of an area; `foot` stands at the foot of each."""

    title: str
    foot: str
    slides: tuple[Slide, ...]
    published: Published


def make_deck(session: Session, published: Published, order: SlideOrder) -> Deck:
    """Return the slides of an area, in English. Raises AreaNotInSurvey or ReportChanged."""
    labels = Labels(published.questionnaire, published.ground.tree)
    told = tell_summary(summarise_area(session, published, order.area), published, labels)
    release, notes = published.release, dict(release_notes(Taken(published, (), labels)))
    made_up = "Made-up answers. " if release.synthetic else ""
    foot = f"{made_up}{told.survey}, {release.wave}. Of the people who answered. Release {release.release_hash[:12]}."
    slides = (
        Slide(told.heading, told.level, tuple(filter(None, (notes.get(MADE_UP), told.stand_in, *told.notes)))),
        *_summary_slides(told),
        *([Slide(words.heading, words.lines[0], tuple(_quotes(told)))] if (words := told.in_own_words) else ()),
        *_gap_slides(session, published, labels, order.area),
        *(_beside_slides(session, published, order) if order.indicator else ()),
        *(_recommendation_slides(session, order.report) if order.report else ()),
        Slide(told.sure.heading, points=(*told.change.lines, *told.sure.lines)),
        Slide(told.how.heading, points=(*told.how.lines, ATTRIBUTION)),
    )
    return Deck(told.heading, foot, slides, published)


def pages_of(grid: Grid, height: float = TABLE_HEIGHT) -> Iterator[Grid]:
    """Yield a grid in parts, each of which fits this height (points) with its heads."""
    first = (WIDTH - 2 * MARGIN) * FIRST_COLUMN
    other = (WIDTH - 2 * MARGIN - first) / max(1, len(grid.heads) - 1)
    widths = (first, *[other] * (len(grid.heads) - 1))
    kept: list[Sequence[str]] = []
    used = row_height(grid.heads, widths)
    for line in grid.lines:
        high = row_height(line, widths)
        if kept and used + high > height:
            yield replace(grid, lines=tuple(kept))
            kept, used = [], row_height(grid.heads, widths)
        kept.append(line)
        used += high
    yield replace(grid, lines=tuple(kept))


def row_height(cells: Sequence[str], widths: Sequence[float]) -> float:
    """Return how high a row of a table stands (points)."""
    texts = zip(cells, widths, strict=True)
    return max(text_height(text or " ", TABLE_SIZE, width - 2 * INSET) for text, width in texts) + 2 * INSET


def _summary_slides(told: ToldSummary) -> Iterator[Slide]:
    for section in told.sections:
        slides = 0
        for run in section.runs:
            if slides >= MOST_QUESTIONS:
                break
            if run[0].is_ordered and 0 < len(run[0].answers) <= _MOST_COLUMNS:
                yield from _scale_slides(section.heading, told.heads[0], run)
                slides += 1
                continue
            for question in run[: MOST_QUESTIONS - slides]:
                if question.answers:
                    yield _bar_slide(section.heading, question)
                    slides += 1


def _quotes(told: ToldSummary) -> Iterator[str]:
    return (f"“{quote.words}” {quote.by}" for quote in told.quotes)


def _scale_slides(heading: str, told_of: str, run: Sequence[ToldQuestion]) -> Iterator[Slide]:
    heads = (told_of, *(str(answer.label) for answer in run[0].answers))
    lines = tuple(_scale_line(question) for question in run)
    for grid in pages_of(Grid(heading, "", heads, lines)):
        yield Slide(heading, grid=grid)


def _scale_line(question: ToldQuestion) -> tuple[str, ...]:
    told = " ".join(filter(None, (question.base, question.stand_in)))
    return (f"{question.text}\n{told}", *(_answer(answer) for answer in question.answers))


def _answer(answer: ToldAnswer) -> str:
    return "\n".join(filter(None, (answer.said, *answer.remarks)))


def _bar_slide(heading: str, question: ToldQuestion) -> Slide:
    bars = tuple(
        SlideBar(str(answer.label), answer.cell.share, ", ".join(filter(None, (answer.said, answer.interval))))
        for answer in question.answers[:MOST_BARS]
    )
    about = " ".join(filter(None, (str(question.text), question.base, question.stand_in, *question.notes)))
    return Slide(heading, about, bars=bars)


def _gap_slides(session: Session, published: Published, labels: Labels, area: str) -> Iterator[Slide]:
    if published.ground.level(area) not in _BROKEN_DOWN:
        return
    grid = gap_grid(list(gap_documents(session, published, area)), labels, published, area)
    for part in pages_of(grid) if grid else ():
        yield Slide("Young people beside adults", grid=part)


def _recommendation_slides(session: Session, report: Report) -> Iterator[Slide]:
    """Yield each recommendation of a report with what it rests on, which is of the report's own release."""
    told = tell_report(session, report)
    release = told.published.release
    source = f"From the report “{told.title}”: {told.state}. Wave {release.wave}, release {release.release_hash[:12]}."
    for made in told.recommendations:
        grid, title = made.evidence.grid, f"Recommendation {made.number}"
        owner = f"Owner: {made.owner}. Acts on: {made.layer}."
        rests = f"It rests on: {' '.join(filter(None, (grid.title, grid.about)))}"
        about = f"{owner} {rests} {source}"
        words = made.words.strip()
        if len(words) <= LONGEST_TITLE and "\n" not in words:
            title = f"{title}: {words}"
        else:
            yield Slide(title, source, (*filter(None, words.split("\n")), owner, rests))
        height = TABLE_HEIGHT - text_height(about, ABOUT_SIZE, WIDTH - 2 * MARGIN)
        parts = tuple(pages_of(grid, height)) if 0 < len(grid.heads) <= MOST_HEADS else ()
        for part in parts or (None,):
            yield Slide(title, about, grid=part)


def _beside_slides(session: Session, published: Published, order: SlideOrder) -> Iterator[Slide]:
    assert order.indicator is not None  # noqa: S101 - asked by the caller
    both = put_beside(session, published, order.question, order.indicator, order.period, order.level)
    if both is None:
        return
    tree, small = published.ground.tree, dict(both.small_print)
    rows = [row for row in both.rows if tree.is_within(row.area.code, order.area) or row.area.code == order.area]
    yield Slide("What people feel, beside other data: read this first", points=CAVEATS)
    yield Slide("What the other figures are", points=tuple(f"{head}: {words}" for head, words in small.items()))
    yield Slide("Where the two differ", points=tuple(_lists(both, {row.area.name for row in rows})))
    heads = ("Place", f"Share “{both.answer}”", "Beside the rest", small["Indicator"], "Beside the others")
    grid = Grid(both.question, "", heads, tuple(_both(row) for row in rows))
    for part in pages_of(grid) if rows else ():
        yield Slide("Both, side by side", f"{both.question} Answered “{both.answer}”.", grid=part)


def _lists(both: Beside, here: set[str]) -> Iterator[str]:
    felt = [name for name in both.felt_not_recorded if name in here]
    recorded = [name for name in both.recorded_not_felt if name in here]
    yield f"“{both.answer}” is said more than elsewhere, and less than elsewhere is recorded:"
    yield ", ".join(felt) or _NOT_ONE
    yield f"“{both.answer}” is said less than elsewhere, and more than elsewhere is recorded:"
    yield ", ".join(recorded) or _NOT_ONE


def _both(row: BesideRow) -> tuple[str, ...]:
    cell, figure = row.cell, row.figure
    share = cell.shown
    if cell.share is not None and cell.low is not None and cell.high is not None:
        share = f"{percent(cell.share)} % ({percent(cell.low)} to {percent(cell.high)} %), {row.base} people"
    value = "" if figure.value is None else f"{figure.value:.1f}"
    told = (_VERDICTS.get(verdict or "", "not compared") for verdict in (row.felt, row.recorded))
    felt, recorded = told
    return row.area.name, share, felt, value, recorded
