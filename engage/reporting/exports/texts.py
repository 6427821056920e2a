"""Writes published tables as texts: CSV for spreadsheets, JSON for programs, HTML to read."""

import csv
import io
import json
from html import escape

from engage.reporting.care import care_document
from engage.reporting.exports.lines import COLUMNS, table_lines, written
from engage.reporting.exports.taken import Taken
from engage.reporting.reading import release_document
from engage.reporting.tables import draw_table, html_table
from engage.results.published import PublishedTable


def write_csv(taken: Taken) -> bytes:
    """Return one line for each published cell, and one for each row that is not shown."""
    text = io.StringIO(newline="")
    lines = csv.writer(text)
    lines.writerow(COLUMNS)
    for values in table_lines(taken):
        lines.writerow([written(value) for value in values])
    return text.getvalue().encode("utf-8-sig" if taken.byte_order_mark else "utf-8")


def write_json(taken: Taken) -> bytes:
    """Return the release's JSON."""
    document = release_document(taken.published, taken.tables) | {"care": care_document(taken.tables, taken.one_batch)}
    return json.dumps(document, ensure_ascii=False, indent=1).encode()


def write_html(taken: Taken) -> bytes:
    """Return a page that stands alone: each table with its chart."""
    release, labels = taken.published.release, taken.labels
    banner = f"<p><strong>{escape(str(labels.phrase('web.demonstration')))}</strong></p>" if release.synthetic else ""
    title = escape(f"{release.survey}, {release.wave}")
    drawn = "".join(
        f"{draw_table(table, labels)}{html_table(table, labels)}{_care(taken, table)}" for table in taken.tables
    )
    about = escape(f"{release.published_at.date().isoformat()} · {release.rule} · {release.release_hash}")
    return (
        f'<!DOCTYPE html><html lang="{escape(labels.language)}"><meta charset="utf-8"><title>{title}</title>'
        "<style>body{font-family:sans-serif;max-width:60rem;margin:auto;padding:1rem}"
        "td,th{border:1px solid #777;padding:.3rem;text-align:start}"
        "table{border-collapse:collapse;margin:1rem 0}</style>"
        f"<body><main>{banner}<h1>{title}</h1><p>{about}</p>{drawn}</main></body></html>"
    ).encode()


def _care(taken: Taken, table: PublishedTable) -> str:
    """Return a sentence for each row of a table that needs care besides a small base."""
    told = ((taken.labels.row(table.rows, row.row), taken.care(table, row)) for row in table.rows_shown)
    return "".join(f"<p>{escape(f'{name}: {care}')}.</p>" for name, care in told if care)
