"""Sets the monthly report of fieldwork as plain text for a mail, and as an accessible PDF (PDF/UA-1) by typst."""

from collections.abc import Iterator
from textwrap import fill

from engage.reporting.progress_report import ProgressReport, Section, Table
from engage.reporting.typesetting import letters_of, listed, quoted, set_pages

#: Characters of a line of text.
_WIDTH = 76
_MADE_UP = "Made-up answers for demonstration."
_LOOKS = """
#set par(justify: false, spacing: 0.8em)
#show heading.where(level: 1): set text(size: 19pt)
#show heading.where(level: 2): set text(size: 13pt)
#show heading: set block(above: 1.4em, below: 0.6em, sticky: true)
#set table(stroke: 0.5pt + rgb("#8a9aa5"), inset: (x: 4pt, y: 3.2pt), fill: (_, row) => if row == 0 { rgb("#e8eef0") })
#show table: set text(size: 9pt)
#show table.cell.where(y: 0): set text(weight: "bold")
#let soft(body) = text(size: 8.5pt, fill: rgb("#44606f"), body)
"""


def progress_text(report: ProgressReport) -> str:
    """Return the report as plain text, as it stands in a mail."""
    return "\n".join(_text(report)).rstrip() + "\n"


def progress_pdf(report: ProgressReport) -> bytes:
    """Return the report as a PDF; the same report makes the same bytes."""
    return set_pages("".join(_document(report)), at=report.counted_at)


def _text(report: ProgressReport) -> Iterator[str]:
    yield fill(report.title, _WIDTH)
    yield _counted(report)
    for section in report.sections:
        yield from ("", section.heading, "-" * len(section.heading))
        yield from (fill(line, _WIDTH) for line in section.lines)
        yield from (fill(item, _WIDTH, initial_indent="* ", subsequent_indent="  ") for item in section.items)
        yield from _lines(section.table) if section.table else ()
    yield from ("", fill(report.note, _WIDTH))


def _lines(table: Table) -> Iterator[str]:
    """Yield a table's rows, each as its name and then what stands in it, which any mail reader can wrap."""
    for name, *cells in table.rows:
        told = [f"{head}: {cell}" for head, cell in zip(table.heads[1:], cells, strict=True) if cell]
        yield fill(f"{name}. {'; '.join(told)}", _WIDTH, subsequent_indent="  ")


def _document(report: ProgressReport) -> Iterator[str]:
    yield _LOOKS
    yield f"#set document(title: {quoted(report.title)})\n{letters_of('en')}"
    yield '#set text(size: 10.5pt, fill: rgb("#0b2b40"), hyphenate: false)\n'
    yield '#set page(paper: "a4", margin: (x: 20mm, y: 18mm), numbering: "1 / 1")\n'
    yield f"#heading(level: 1, {quoted(report.title)})\n#par(soft({quoted(_counted(report))}))\n"
    for section in report.sections:
        yield from _section(section)
    yield f"#par(soft({quoted(report.note)}))\n"


def _section(section: Section) -> Iterator[str]:
    yield f"#heading(level: 2, {quoted(section.heading)})\n"
    yield "".join(f"#par({quoted(line)})\n" for line in section.lines)
    if section.items:
        yield f"#list({', '.join(quoted(item) for item in section.items)})\n"
    if section.table:
        heads = ", ".join(quoted(head) for head in section.table.heads)
        cells = ", ".join(quoted(cell) for row in section.table.rows for cell in row)
        yield f"#table(columns: {_widths(section.table)}, table.header({heads}), {cells})\n"


def _widths(table: Table) -> str:
    """Return the columns' widths: the first and one of sentences wide, counts narrow."""
    is_wide = [
        max((len(row[at]) for row in table.rows), default=0) > len("few or none") for at in range(len(table.heads))
    ]
    return listed([_width(at, wide=wide) for at, wide in enumerate(is_wide)])


def _width(at: int, *, wide: bool) -> str:
    """Return the width of a column in typst's parts of what is left."""
    return "1.6fr" if not at else "1.8fr" if wide else "0.7fr"


def _counted(report: ProgressReport) -> str:
    made_up = f" {_MADE_UP}" if report.is_synthetic else ""
    return f"Counted on {report.counted_at:%-d %B %Y}.{made_up}"
