"""Lays a report out as an accessible PDF (PDF/UA-1) by typst."""

from collections.abc import Iterator

from engage.reporting.exports.grids import Grid
from engage.reporting.report.telling import COMMENT_WORDS, ToldRecommendation, ToldReport
from engage.reporting.typesetting import letters_of, listed, quoted, set_pages

_LOOKS = """
#set par(justify: false, spacing: 0.85em)
#show heading.where(level: 1): set text(size: 22pt)
#show heading.where(level: 2): set text(size: 14pt)
#show heading.where(level: 3): set text(size: 11.5pt)
#show heading: set block(above: 1.5em, below: 0.7em, sticky: true)
#set table(stroke: 0.5pt + rgb("#8a9aa5"), inset: (x: 4pt, y: 3.5pt), fill: (_, row) => if row == 0 { rgb("#e8eef0") })
#show table: set text(size: 8.5pt)
#show table.cell.where(y: 0): set text(weight: "bold")
#let boxed(body) = block(width: 100%, fill: rgb("#fff5d9"), inset: 0.8em, stroke: (left: 3pt + rgb("#0b2b40")), body)
#let soft(body) = text(size: 8.5pt, fill: rgb("#44606f"), body)
#let chart(svg, told) = align(center, image(bytes(svg), format: "svg", width: 9cm, alt: told))
"""
#: Characters of a picture's alternative text, beside the table that says all of it.
_LONGEST_ALTERNATIVE = 900


def report_pdf(told: ToldReport) -> bytes:
    """Return the PDF; the same report makes the same bytes."""
    return set_pages("".join(_document(told)), at=told.published.release.published_at)


def grid_source(grid: Grid) -> str:
    """Return a grid as a typst table with its heads, the first column the widest."""
    if not grid.heads:
        return ""
    widths = listed(["1.7fr", *["1fr"] * (len(grid.heads) - 1)])
    heads = ", ".join(quoted(head) for head in grid.heads)
    cells = ", ".join(quoted(text) for line in grid.lines for text in line)
    return f"#table(columns: {widths}, table.header({heads}), {cells})\n"


def _document(told: ToldReport) -> Iterator[str]:
    yield _LOOKS
    yield f"#set document(title: {quoted(told.title)})\n{letters_of('en')}"
    yield '#set text(size: 10.5pt, fill: rgb("#0b2b40"), hyphenate: false)\n'
    yield '#set page(paper: "a4", margin: (x: 22mm, y: 20mm), numbering: "1 / 1")\n'
    yield f"#heading(level: 1, {quoted(told.title)})\n#par({quoted(f'{told.subtitle}. State: {told.state}.')})\n"
    if told.made_up:
        yield f"#boxed({quoted(told.made_up)})\n"
    for section in told.sections:
        yield f"#heading(level: 2, {quoted(section.heading)})\n"
        for paragraph in section.paragraphs:
            yield f"#{'list' if paragraph.is_item else 'par'}({quoted(paragraph.text)})\n"
    if told.recommendations:
        yield '#heading(level: 2, "Recommendations")\n'
    for made in told.recommendations:
        yield from _recommendation(made)
    if told.gaps:
        yield f"#heading(level: 2, {quoted(told.gaps.title)})\n#par({quoted(told.gaps.about)})\n"
        yield grid_source(told.gaps)
    yield from _tail(told)


def _recommendation(made: ToldRecommendation) -> Iterator[str]:
    yield f"#heading(level: 3, {quoted(f'Recommendation {made.number}')})\n"
    yield "".join(f"#par(strong({quoted(line)}))\n" for line in made.words.split("\n") if line)
    yield f"#par({quoted(f'Owner: {made.owner}. Acts on: {made.layer}.')})\n"
    evidence = made.evidence
    if evidence.chart:
        yield f"#chart({quoted(evidence.chart)}, {quoted(evidence.alternative[:_LONGEST_ALTERNATIVE])})\n"
    yield f"#block(sticky: true, soft({quoted(' '.join(filter(None, (evidence.grid.title, evidence.grid.about))))}))\n"
    yield grid_source(evidence.grid)


def _tail(told: ToldReport) -> Iterator[str]:
    if told.comments:
        yield '#heading(level: 2, "Comments and what became of them")\n'
    for comment in told.comments:
        head = f"{comment.by}, about {comment.about} ({COMMENT_WORDS[comment.state]})"
        answer = f"linebreak(); soft({quoted(f'Answer: {comment.answer}')})" if comment.answer else ""
        yield f"#par({{ strong({quoted(head)}); linebreak(); {quoted(comment.words)}; {answer} }})\n"
    yield '#heading(level: 2, "How to read the figures")\n'
    yield "".join(f"#par(soft({quoted(f'{head}: {words}')}))\n" for head, words in told.notes)
    yield f"#par(soft({quoted(told.stamp)}))\n"
