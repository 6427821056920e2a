"""Writes published tables as files to take away: CSV for spreadsheets, JSON for programs, HTML to read."""

import csv
import io
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from html import escape

from engage.reporting.labels import Labels
from engage.reporting.reading import Published, release_document
from engage.reporting.tables import draw_table, html_table, table_title
from engage.results.published import PublishedCell, PublishedRow, PublishedTable

#: What stands in the first column of every line of made-up figures.
SYNTHETIC = "made-up answers"
#: What stands for a row with too few answers.
NOT_SHOWN = "not enough to show safely"
COLUMNS = (
    "synthetic", "survey", "wave", "release", "published", "question", "wording", "rows", "area", "row", "row_name",
    "shown_for", "base", "quality", "option", "option_wording", "n", "shown", "share", "low", "high", "note",
)  # fmt: skip
#: Signs at which a spreadsheet takes what follows for a formula (OWASP, CSV injection).
_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")
#: Formats that reports are made in, which this does not write.
_LATER = ("xlsx", "pdf", "docx")


class FormatRefused(Exception):
    """Results do not come in this format; the message names those they come in."""

    code = "unknown_format"


def export_tables(format_: str, published: Published, tables: Sequence[PublishedTable], labels: Labels) -> bytes:
    """Return tables in a format of FORMATS, as UTF-8. Raises FormatRefused."""
    if format_ not in FORMATS:
        why = "is not written yet" if format_ in _LATER else "is no format of results"
        raise FormatRefused(f"{format_} {why}; there are {', '.join(FORMATS)}")
    return FORMATS[format_](published, tables, labels)


def write_csv(
    published: Published, tables: Sequence[PublishedTable], labels: Labels, *, byte_order_mark: bool = True
) -> bytes:
    """Return one line for each published cell, and one for each row that is not shown.

    The byte order mark makes spreadsheets read it as UTF-8; a text that looks like a formula gets an
    apostrophe before it.
    """
    text = io.StringIO(newline="")
    lines = csv.writer(text)
    lines.writerow(COLUMNS)
    for table in tables:
        for row in table.rows_shown:
            lines.writerows(_lines(published, table, row, labels))
    return text.getvalue().encode("utf-8-sig" if byte_order_mark else "utf-8")


def write_json(published: Published, tables: Sequence[PublishedTable], _labels: Labels) -> bytes:
    """Return the release's JSON."""
    return json.dumps(release_document(published, tables), ensure_ascii=False, indent=1).encode()


def write_html(published: Published, tables: Sequence[PublishedTable], labels: Labels) -> bytes:
    """Return a page that stands alone: each table with its chart."""
    release = published.release
    banner = f"<p><strong>{escape(str(labels.phrase('web.demonstration')))}</strong></p>" if release.synthetic else ""
    title = escape(f"{release.survey}, {release.wave}")
    drawn = "".join(f"{draw_table(table, labels)}{html_table(table, labels)}" for table in tables)
    about = escape(f"{release.published_at.date().isoformat()} · {release.rule} · {release.release_hash}")
    return (
        f'<!DOCTYPE html><html lang="{escape(labels.language)}"><meta charset="utf-8"><title>{title}</title>'
        "<style>body{font-family:sans-serif;max-width:60rem;margin:auto;padding:1rem}"
        "td,th{border:1px solid #777;padding:.3rem;text-align:start}"
        "table{border-collapse:collapse;margin:1rem 0}</style>"
        f"<body><main>{banner}<h1>{title}</h1><p>{about}</p>{drawn}</main></body></html>"
    ).encode()


#: Every format results come in.
FORMATS: Mapping[str, Callable[[Published, Sequence[PublishedTable], Labels], bytes]] = {
    "json": write_json,
    "csv": write_csv,
    "html": write_html,
}


def _lines(published: Published, table: PublishedTable, row: PublishedRow, labels: Labels) -> Iterator[list[str]]:
    release = published.release
    head: dict[str, object] = {
        "synthetic": SYNTHETIC if release.synthetic else "",
        "survey": release.survey,
        "wave": release.wave,
        "release": release.release_hash,
        "published": release.published_at.date().isoformat(),
        "question": table.question,
        "wording": table_title(table, labels),
        "rows": table.rows,
        "area": table.area,
        "row": row.row,
        "row_name": str(labels.row(table.rows, row.row)),
        "shown_for": row.shown_for,
        "base": row.base,
        "quality": row.quality,
        "note": table.note,
    }
    if not row.cells:
        yield _line(head | {"shown": NOT_SHOWN})
    for cell in row.cells:
        yield _line(head | _figures(cell) | {"option_wording": str(labels.option(table.question, cell.option))})


def _figures(cell: PublishedCell) -> dict[str, object]:
    return {name: getattr(cell, name) for name in ("option", "n", "shown", "share", "low", "high")}


def _line(values: Mapping[str, object]) -> list[str]:
    return [_plain(values.get(column)) for column in COLUMNS]


def _plain(value: object) -> str:
    text = "" if value is None else f"{value:.2f}" if isinstance(value, float) else str(value)
    return f"'{text}" if text.startswith(_FORMULA_SIGNS) else text
