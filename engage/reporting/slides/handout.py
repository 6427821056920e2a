"""Writes the same slides as an accessible PDF, one page a slide, and as a web page that stands alone."""

from collections.abc import Iterator
from html import escape

from engage.reporting.report.pages import grid_source
from engage.reporting.slides.deck import Deck, Slide, SlideBar
from engage.reporting.slides.measuring import HEIGHT, MARGIN, WIDTH
from engage.reporting.typesetting import letters_of, quoted, set_pages

_LOOKS = """
#set par(justify: false, spacing: 0.8em)
#show heading.where(level: 1): set text(size: 26pt)
#show heading: set block(below: 0.9em)
#set table(stroke: 0.5pt + rgb("#8a9aa5"), inset: 6pt, fill: (_, row) => if row == 0 { rgb("#e8eef0") })
#show table: set text(size: 12pt)
#show table.cell.where(y: 0): set text(weight: "bold")
#let soft(body) = text(size: 13pt, fill: rgb("#44606f"), body)
#let bar(label, share, said) = grid(columns: (34%, 1fr, 34%), column-gutter: 1em, align: horizon, label,
  pdf.artifact(box(width: 100%, height: 1.1em, stroke: 0.6pt + rgb("#8a9aa5"),
    place(rect(width: share, height: 100%, fill: rgb("#1f6f8b"))))), strong(said))
"""
_STYLE = (
    "body{font:1.1rem/1.5 sans-serif;max-width:60rem;margin:auto;padding:1rem;color:#0b2b40;background:#fff}"
    "section{border-top:3px solid #0b2b40;padding:1rem 0;break-after:page}h1,h2{line-height:1.2}"
    "table{border-collapse:collapse;font-size:.95rem}th,td{border:1px solid #7d8884;padding:.4rem;text-align:start;"
    "vertical-align:top;white-space:pre-line}.wide{overflow-x:auto}.foot{font-size:.85rem}"
    ".bars svg{width:100%;max-width:16rem;height:1.1rem}.bars td,.bars th{border:0}"
)


def deck_pdf(deck: Deck) -> bytes:
    """Return the PDF; the same slides make the same bytes."""
    return set_pages("".join(_document(deck)), at=deck.published.release.published_at)


def deck_html(deck: Deck) -> bytes:
    """Return a page that stands alone, with a part for each slide."""
    return (
        f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{escape(deck.title)}</title>'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><style>{_STYLE}</style></head>'
        f"<body><main>{''.join(_part(slide, number) for number, slide in enumerate(deck.slides))}"
        f'<p class="foot">{escape(deck.foot)}</p></main></body></html>'
    ).encode()


def _document(deck: Deck) -> Iterator[str]:
    yield _LOOKS
    yield f"#set document(title: {quoted(deck.title)})\n{letters_of('en')}"
    yield '#set text(size: 16pt, fill: rgb("#0b2b40"), hyphenate: false)\n'
    foot = f"context text(size: 10pt, {quoted(deck.foot)} + h(1fr) + str(counter(page).get().first()))"
    yield f"#set page(width: {WIDTH}pt, height: {HEIGHT}pt, margin: (x: {MARGIN}pt, y: 36pt), footer: {foot})\n"
    for number, slide in enumerate(deck.slides):
        yield "#pagebreak(weak: true)\n" if number else ""
        yield f"#heading(level: 1, {quoted(slide.title)})\n"
        if slide.about:
            yield f"#par(soft({quoted(slide.about)}))\n"
        yield "".join(f"#par({quoted(point)})\n" for point in slide.points)
        yield grid_source(slide.grid) if slide.grid else ""
        yield "".join(_bar(bar) for bar in slide.bars)


def _bar(bar: SlideBar) -> str:
    share = f"{round((bar.share or 0) * 100)}%"
    return f"#bar({quoted(bar.label)}, {share}, {quoted(bar.said)})\n"


def _part(slide: Slide, number: int) -> str:
    tag = "h1" if number == 0 else "h2"
    about = f"<p>{escape(slide.about)}</p>" if slide.about else ""
    points = "".join(f"<p>{escape(point)}</p>" for point in slide.points)
    return f"<section><{tag}>{escape(slide.title)}</{tag}>{about}{points}{_grid(slide)}{_bars(slide)}</section>"


def _grid(slide: Slide) -> str:
    if slide.grid is None:
        return ""
    heads = "".join(f'<th scope="col">{escape(head)}</th>' for head in slide.grid.heads)
    rows = "".join(
        f'<tr><th scope="row">{escape(line[0])}</th>{"".join(f"<td>{escape(cell)}</td>" for cell in line[1:])}</tr>'
        for line in slide.grid.lines
    )
    name = escape(slide.title)
    return (
        f'<div class="wide" role="region" aria-label="{name}" tabindex="0"><table><thead><tr>{heads}</tr></thead>'
        f"<tbody>{rows}</tbody></table></div>"
    )


def _bars(slide: Slide) -> str:
    rows = "".join(
        f'<tr><th scope="row">{escape(bar.label)}</th><td><svg viewBox="0 0 100 10" preserveAspectRatio="none" '
        f'aria-hidden="true"><rect width="100" height="10" fill="#fff" stroke="#8a9aa5"/>'
        f'<rect width="{round((bar.share or 0) * 100)}" height="10" fill="#1f6f8b"/></svg></td>'
        f"<td>{escape(bar.said)}</td></tr>"
        for bar in slide.bars
    )
    return f'<table class="bars"><tbody>{rows}</tbody></table>' if rows else ""
