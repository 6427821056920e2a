"""Tells a report in words and figures, once; the web page, the PDF and the Word document lay the same value out."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from engage.reporting.care import find_one_batch
from engage.reporting.exports.grids import Grid, grids_of
from engage.reporting.exports.notes import MADE_UP, release_notes
from engage.reporting.exports.taken import Taken
from engage.reporting.labels import Labels
from engage.reporting.perception_gaps import ADULTS, PRACTITIONERS, YOUNG
from engage.reporting.quotes import Quote, quotes_for
from engage.reporting.reading import Published
from engage.reporting.report.content import open_report_release, read_content
from engage.reporting.tables import draw_table, html_table
from engage.reporting.thanks import thanked
from engage.reporting.words import percent
from engage.results.published import table_from_document
from engage.storage.database import Session
from engage.storage.reports import Report

#: What a layer acts on, in the words of the report.
LAYER_WORDS = {
    "individual": "the person",
    "relationship": "families, friends and relationships",
    "organisation": "schools, clubs and services",
    "community": "the community and its places",
    "society": "society, law and policy",
}
STATE_WORDS = {
    "emergent": "emergent: first findings, not yet a draft",
    "draft": "draft",
    "comments": "draft, with invited stakeholders for comment",
    "final": "final",
}
COMMENT_WORDS = {"open": "open", "taken_up": "taken up", "answered": "answered"}
SIDES = {YOUNG: "Young people (13 to 24)", ADULTS: "Adults (25 and over)", PRACTITIONERS: "Practitioners"}
_VERDICTS = {"higher": "{who} more often", "lower": "{who} less often", "no_clear_difference": "no clear difference"}
_SHORT_SIDES = {ADULTS: "adults", PRACTITIONERS: "practitioners"}
_ITEM = "- "
_NO_DIFFERENCE = "no_clear_difference"
#: Bars of a chart that stands on one page with the words around it.
MOST_BARS = 12
#: Quotes in a report.
MOST_QUOTES = 6
#: Rows of the table of gaps.
MOST_GAPS = 24


@dataclass(frozen=True)
class Paragraph:
    """A paragraph of plain text, or a point of a list."""

    text: str
    is_item: bool = False


@dataclass(frozen=True)
class ToldSection:
    """One part of the text under its heading."""

    heading: str
    paragraphs: tuple[Paragraph, ...]


@dataclass(frozen=True)
class Evidence:
    """The published table behind a recommendation: set out as words, as HTML, and as a chart that says itself."""

    place: str
    grid: Grid
    html: str
    #: SVG; empty where there are too many bars to read, or none.
    chart: str
    alternative: str


@dataclass(frozen=True)
class ToldRecommendation:
    """A recommendation with its number, owner, layer and table."""

    number: int
    words: str
    owner: str
    layer: str
    evidence: Evidence


@dataclass(frozen=True)
class ToldComment:
    """A comment, what it is about, and what became of it."""

    by: str
    about: str
    words: str
    state: str
    answer: str | None


@dataclass(frozen=True)
class ToldReport:
    """A whole report, ready to lay out; plain text only, except for charts and tables in `Evidence`."""

    title: str
    subtitle: str
    state: str
    made_up: str | None
    sections: tuple[ToldSection, ...]
    recommendations: tuple[ToldRecommendation, ...]
    gaps: Grid | None
    comments: tuple[ToldComment, ...]
    notes: tuple[tuple[str, str], ...]
    #: Whether it is in black and white what it says for good, and by which hash.
    stamp: str
    published: Published

    def without_comments(self) -> "ToldReport":
        """Return the report as invited stakeholders read it: each sees their own comments beside it, no one else's."""
        return replace(self, comments=())

    @property
    def file_name(self) -> str:
        """Return the stem of its files' names."""
        release = self.published.release
        return f"{release.survey}-{release.wave}-report"


def tell_report(session: Session, report: Report) -> ToldReport:
    """Return a report in words; a final one from what was frozen. Raises ReportChanged."""
    content = read_content(session, report)
    published = open_report_release(session, report)
    labels = Labels(published.questionnaire, published.ground.tree)
    one_batch = find_one_batch(session, published)
    notes = dict(release_notes(Taken(published, (), labels)))
    return ToldReport(
        content["title"],
        f"{labels.title}, {report.wave}",
        STATE_WORDS[report.state],
        notes.pop(MADE_UP, None),
        (*_sections(content), *_own_words(session, published, labels), *_thanks(session, report.survey, labels)),
        tuple(
            _recommendation(
                number, made, Taken(published, (table_from_document(made["table"]),), labels, {}, one_batch)
            )
            for number, made in enumerate(content["recommendations"], start=1)
        ),
        gap_grid(content["gaps"], labels, published, published.ground.roots[0]),
        tuple(ToldComment(**one) for one in content["comments"]),
        tuple(notes.items()),
        _stamp(report),
        published,
    )


def _sections(content: dict[str, Any]) -> Iterator[ToldSection]:
    for one in content["sections"]:
        yield ToldSection(one["heading"], read_paragraphs(one["body"]))


def _own_words(session: Session, published: Published, labels: Labels) -> Iterator[ToldSection]:
    """Yield the quotes there are today: they are read with the report and never frozen with it."""
    found = quotes_for(session, published, published.ground.roots[0], most=MOST_QUOTES)
    if not found:
        return
    note = f"{labels.phrase('quotes.note')} They are no part of what a final report freezes: a withdrawn one is gone."
    said = (Paragraph(f"“{quote.words}” {_said_by(quote, labels)}", is_item=True) for quote in found)
    yield ToldSection(str(labels.phrase("quotes.title")), (Paragraph(note), *said))


def _thanks(session: Session, survey: str, labels: Labels) -> Iterator[ToldSection]:
    """Yield the organisations that helped and agree to be named today; none of them is frozen with the report."""
    if names := thanked(session, survey):
        items = tuple(Paragraph(name, is_item=True) for name in names)
        yield ToldSection(str(labels.phrase("voice.helped")), items)


def _said_by(quote: Quote, labels: Labels) -> str:
    place = labels.area(quote.district)
    if quote.age_group is None:
        by = labels.phrases.say("quotes.who", place=place)
    else:
        age = str(labels.phrase(f"results.age.{quote.age_group}"))
        by = labels.phrases.say("quotes.who_aged", age=age, place=place)
    return f"{by} · {labels.phrase('quotes.translated')}" if quote.is_translated else by


def read_paragraphs(body: str) -> tuple[Paragraph, ...]:
    """Return plain text as paragraphs: a blank line ends one, a line that begins with "- " is a point of a list."""
    return tuple(_paragraphs(body))


def _paragraphs(body: str) -> Iterator[Paragraph]:
    gathered: list[str] = []
    for line in (*body.split("\n"), ""):
        if gathered and (not line.strip() or line.startswith(_ITEM)):
            yield Paragraph(" ".join(gathered))
            gathered = []
        if line.startswith(_ITEM):
            yield Paragraph(line.removeprefix(_ITEM).strip(), is_item=True)
        elif line.strip():
            gathered.append(line.strip())


def _recommendation(number: int, made: dict[str, Any], taken: Taken) -> ToldRecommendation:
    table, labels = taken.tables[0], taken.labels
    grid = next(grids_of(taken))
    told = " ".join(filter(None, (grid.title, grid.about)))
    lines = "; ".join(", ".join(filter(None, line)) for line in grid.lines)
    bars = sum(len(row.cells) for row in table.rows_shown)
    chart = draw_table(table, labels) if bars <= MOST_BARS else ""
    evidence = Evidence(labels.area(made["area"]), grid, html_table(table, labels), chart, f"{told} {lines}.")
    return ToldRecommendation(number, made["words"], made["owner"], LAYER_WORDS[made["layer"]], evidence)


def gap_grid(gaps: Sequence[dict[str, Any]], labels: Labels, published: Published, area: str) -> Grid | None:
    """Return the table of gaps: every scale's first answer, and of other questions the answers that differ clearly."""
    first = {gap["question"]: gap["option"] for gap in reversed(gaps)}
    shown = [gap for gap in gaps if _is_shown(gap, first, published)]
    if not shown:
        return None
    asked = [who for who in SIDES if any(side["who"] == who for gap in shown for side in gap["sides"])]
    place = labels.area(area)
    about = (
        f"{place}. Shares of the people who answered, with the ends of the 95 % interval. A difference is named only "
        "where chance and rounding do not explain it. Of questions with many answers only those that differ are here."
    )
    lines = tuple(_gap_line(gap, labels, place, asked) for gap in shown[:MOST_GAPS])
    heads = ("Asked the same", *(SIDES[who] for who in asked), "Beside young people")
    return Grid("Where young people, adults and practitioners see it differently", about, heads, lines)


def _is_shown(gap: dict[str, Any], first: dict[str, str], published: Published) -> bool:
    question = published.questionnaire.question(gap["question"])
    if question is None or question.scale is None:
        return any(verdict != _NO_DIFFERENCE for verdict in gap["verdicts"].values())
    return first[gap["question"]] == str(gap["option"])


def _gap_line(gap: dict[str, Any], labels: Labels, place: str, asked: Sequence[str]) -> tuple[str, ...]:
    sides = {side["who"]: side for side in gap["sides"]}
    verdicts = "; ".join(_VERDICTS[verdict].format(who=_SHORT_SIDES[who]) for who, verdict in gap["verdicts"].items())
    question = labels.question(gap["question"], place)
    label = f"{question} — {labels.option(gap['question'], gap['option'])}"
    return (label, *(_side(sides.get(who)) for who in asked), verdicts[:1].upper() + verdicts[1:])


def _side(side: dict[str, Any] | None) -> str:
    if side is None:
        return "not asked, or too few"
    low, high = percent(side["low"]), percent(side["high"])
    return f"{percent(side['share'])} % ({low} to {high} %), {side['base']} people"


def _stamp(report: Report) -> str:
    if report.content_hash is None:
        return "Not final: text, recommendations and comments may still change. The figures are frozen."
    return f"Final. SHA-256 of what it says: {report.content_hash}"
