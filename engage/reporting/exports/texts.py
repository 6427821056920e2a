"""Writes published tables as texts: CSV for spreadsheets, JSON for programs, HTML to read."""

import csv
import io
import json
from html import escape

from engage.reporting.care import care_document
from engage.reporting.exports.companion_lines import COMPANION_COLUMNS, companion_lines
from engage.reporting.exports.lines import COLUMNS, table_lines, written
from engage.reporting.exports.taken import Taken
from engage.reporting.reading import release_document
from engage.reporting.tables import draw_table, html_table, table_title
from engage.results.published import PublishedTable

_STYLE = (
    "body{font:1rem/1.5 sans-serif;max-width:60rem;margin:auto;padding:1rem;color:#1d2422;background:#fff}"
    "h1,p{overflow-wrap:anywhere}svg{max-width:40rem}.wide{overflow-x:auto;margin:1rem 0}"
    "td,th{border:1px solid #777;padding:.3rem;text-align:start}table{border-collapse:collapse}"
    "caption{text-align:start;font-weight:bold;padding:.3rem 0}"
)


def write_csv(taken: Taken) -> bytes:
    """Return one line for each published cell, and one for each row that is not shown; or those of one companion."""
    text = io.StringIO(newline="")
    lines = csv.writer(text)
    lines.writerow(COMPANION_COLUMNS[taken.part] if taken.part else COLUMNS)
    for values in companion_lines(taken, taken.part) if taken.part else table_lines(taken):
        lines.writerow([written(value) for value in values])
    return text.getvalue().encode("utf-8-sig" if taken.byte_order_mark else "utf-8")


def write_json(taken: Taken) -> bytes:
    """Return the release's JSON, with what goes with the tables."""
    document = release_document(taken.published, taken.tables) | {"care": care_document(taken.tables, taken.one_batch)}
    document |= taken.companions
    return json.dumps(document, ensure_ascii=False, indent=1).encode()


def write_html(taken: Taken) -> bytes:
    """Return a page that stands alone: each table with its chart."""
    release, labels = taken.published.release, taken.labels
    banner = f"<p><strong>{escape(str(labels.phrase('web.demonstration')))}</strong></p>" if release.synthetic else ""
    title = escape(f"{release.survey}, {release.wave}")
    drawn = "".join(_section(taken, table, number) for number, table in enumerate(taken.tables, start=1))
    about = escape(f"{release.published_at.date().isoformat()} · {release.rule} · {release.release_hash}")
    return (
        f'<!DOCTYPE html><html lang="{escape(labels.language)}"><head><meta charset="utf-8"><title>{title}</title>'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><style>{_STYLE}</style></head>'
        f"<body><main>{banner}<h1>{title}</h1><p>{about}</p>{drawn}</main></body></html>"
    ).encode()


def _section(taken: Taken, table: PublishedTable, number: int) -> str:
    """Return a table's chart above it; a broad table moves in a frame, numbered as two questions may read alike."""
    labels = taken.labels
    name = escape(f"{number}. {table_title(table, labels)}")
    framed = f'<div class="wide" role="region" aria-label="{name}" tabindex="0">{html_table(table, labels)}</div>'
    return f"{draw_table(table, labels)}{framed}{_care(taken, table)}"


def _care(taken: Taken, table: PublishedTable) -> str:
    """Return a sentence for each row of a table that needs care besides a small base."""
    told = ((taken.labels.row(table.rows, row.row), taken.care(table, row)) for row in table.rows_shown)
    return "".join(f"<p>{escape(f'{name}: {care}')}.</p>" for name, care in told if care)
