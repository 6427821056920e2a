"""Lays a report out as HTML: a part of a staff page, or a file that stands alone."""

from collections.abc import Iterator
from html import escape

from engage.reporting.exports.grids import Grid
from engage.reporting.report.telling import COMMENT_WORDS, Paragraph, ToldComment, ToldRecommendation, ToldReport

_STYLE = (
    "body{font:1rem/1.5 sans-serif;max-width:52rem;margin:auto;padding:1rem;color:#1d2422;background:#fff}"
    "h1,h2,h3{line-height:1.25}table{border-collapse:collapse;margin:.5rem 0;font-size:.9rem}"
    "th,td{border:1px solid #7d8884;padding:.3rem .5rem;text-align:start;vertical-align:top}"
    "caption{text-align:start;font-weight:bold;padding:.3rem 0}svg{max-width:30rem;display:block}"
    ".wide{overflow-x:auto}.made-up{font-weight:bold;border:2px solid;padding:.5rem}.small{font-size:.85rem}"
    "pre,p{overflow-wrap:anywhere}"
)


def report_file(told: ToldReport) -> bytes:
    """Return a page that stands alone."""
    return (
        f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{escape(told.title)}</title>'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><style>{_STYLE}</style></head>'
        f"<body><main>{report_html(told)}</main></body></html>"
    ).encode()


def report_html(told: ToldReport, *, level: int = 1) -> str:
    """Return a report from its title, a heading of this level, to its stamp."""
    return "".join(_parts(told, level))


def _parts(told: ToldReport, level: int) -> Iterator[str]:
    yield f"<h{level}>{escape(told.title)}</h{level}><p>{escape(told.subtitle)}. State: {escape(told.state)}.</p>"
    if told.made_up:
        yield f'<p class="made-up">{escape(told.made_up)}</p>'
    below = level + 1
    for section in told.sections:
        yield f"<h{below}>{escape(section.heading)}</h{below}>{_text(section.paragraphs)}"
    if told.recommendations:
        yield f"<h{below}>Recommendations</h{below}>"
    for made in told.recommendations:
        yield from _recommendation(made, below + 1)
    if told.gaps:
        yield f"<h{below}>{escape(told.gaps.title)}</h{below}><p>{escape(told.gaps.about)}</p>"
        yield _table(told.gaps)
    if told.comments:
        yield f"<h{below}>Comments and what became of them</h{below}>"
        yield "".join(_comment(comment) for comment in told.comments)
    yield f"<h{below}>How to read the figures</h{below}>"
    yield "".join(
        f'<p class="small"><strong>{escape(head)}:</strong> {escape(told_)}</p>' for head, told_ in told.notes
    )
    yield f'<p class="small">{escape(told.stamp)}</p>'


def _text(paragraphs: tuple[Paragraph, ...]) -> str:
    made: list[str] = []
    for place, paragraph in enumerate(paragraphs):
        if not paragraph.is_item:
            made.append(f"<p>{escape(paragraph.text)}</p>")
            continue
        is_first = place == 0 or not paragraphs[place - 1].is_item
        is_last = place + 1 == len(paragraphs) or not paragraphs[place + 1].is_item
        made.append(f"{'<ul>' * is_first}<li>{escape(paragraph.text)}</li>{'</ul>' * is_last}")
    return "".join(made)


def _recommendation(made: ToldRecommendation, level: int) -> Iterator[str]:
    yield f'<section class="recommendation"><h{level}>Recommendation {made.number}</h{level}>'
    yield "".join(f"<p>{escape(line)}</p>" for line in made.words.split("\n") if line)
    yield f"<p>Owner: {escape(made.owner)}. Acts on: {escape(made.layer)}.</p>"
    if made.evidence.chart:
        yield f'<div class="chart">{made.evidence.chart}</div>'
    name = f"Table of recommendation {made.number}"
    yield f'<div class="wide" role="region" aria-label="{name}" tabindex="0">{made.evidence.html}</div></section>'


def _table(grid: Grid) -> str:
    heads = "".join(f'<th scope="col">{escape(head)}</th>' for head in grid.heads)
    rows = "".join(
        f'<tr><th scope="row">{escape(line[0])}</th>{"".join(f"<td>{escape(cell)}</td>" for cell in line[1:])}</tr>'
        for line in grid.lines
    )
    return (
        f'<div class="wide" role="region" aria-label="{escape(grid.title)}" tabindex="0"><table><thead><tr>{heads}'
        f"</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _comment(comment: ToldComment) -> str:
    answer = f"<p>Answer: {escape(comment.answer)}</p>" if comment.answer else ""
    head = f"{comment.by}, about {comment.about} ({COMMENT_WORDS[comment.state]})"
    return f"<section><p><strong>{escape(head)}</strong></p><p>{escape(comment.words)}</p>{answer}</section>"
