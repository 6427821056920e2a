"""Writes published tables as an accessible PDF: each question with its table, then how to read the figures."""

from collections.abc import Iterator

from engage.reporting.exports.grids import Grid, grids_of
from engage.reporting.exports.notes import MADE_UP, release_notes
from engage.reporting.exports.taken import Taken
from engage.reporting.typesetting import letters_of, listed, quoted, set_pages

_LOOKS = """#show heading.where(level: 1): set text(size: 18pt)
#show heading.where(level: 2): set text(size: 11.5pt)
#show heading: set block(above: 1.6em, below: 0.7em, sticky: true)
#set table(stroke: 0.5pt + rgb("#8a9aa5"), inset: (x: 4pt, y: 3.5pt), fill: (_, row) => if row == 0 { rgb("#e8eef0") })
#show table: set text(size: 8.5pt)
#show table.cell.where(y: 0): set text(weight: "bold")
#show table: set par(justify: false)
"""
#: Of the first column beside the others.
_FIRST = "1.6fr"


def write_pdf(taken: Taken) -> bytes:
    """Return the PDF; equal tables of one release are equal to the byte."""
    made = set_pages("".join(_document(taken)), at=taken.published.release.published_at)
    taken.progress(len(taken.tables), len(taken.tables))
    return made


def _document(taken: Taken) -> Iterator[str]:
    grids, notes = _set_out(taken), dict(release_notes(taken))
    title = f"{taken.labels.title}, {taken.published.release.wave}"
    side = "true" if any(grid.is_wide for grid in grids) else "false"
    yield _LOOKS
    yield f"#set document(title: {quoted(title)})\n"
    yield letters_of(taken.labels.language)
    yield "#set text(size: 10pt, hyphenate: false)\n"
    yield f'#set page(paper: "a4", flipped: {side}, margin: 16mm, numbering: "1 / 1")\n'
    yield f"#heading(level: 1, {quoted(title)})\n"
    if MADE_UP in notes:
        yield f"#par(strong({quoted(notes[MADE_UP])}))\n"
    for grid in grids:
        yield from _grid(grid)
    yield '#heading(level: 2, "How to read these figures")\n'
    for head, sentence in notes.items():
        yield f"#par(strong({quoted(f'{head}: ')}) + {quoted(sentence)})\n"


def _set_out(taken: Taken) -> tuple[Grid, ...]:
    """Return every table as a grid; the setting of the pages, all at once behind them, is as much work again."""
    grids = []
    for done, grid in enumerate(grids_of(taken), start=1):
        taken.progress(done // 2, len(taken.tables))
        grids.append(grid)
    return tuple(grids)


def _grid(grid: Grid) -> Iterator[str]:
    yield f"#heading(level: 2, {quoted(grid.title)})\n"
    if grid.about:
        yield f"#par({quoted(grid.about)})\n"
    if not grid.heads:
        return
    widths = listed([_FIRST, *["1fr"] * (len(grid.heads) - 1)])
    heads = ", ".join(quoted(head) for head in grid.heads)
    cells = ", ".join(quoted(text) for line in grid.lines for text in line)
    yield f"#table(columns: {widths}, table.header({heads}), {cells})\n"
