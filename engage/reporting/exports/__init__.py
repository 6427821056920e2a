"""Writes published tables as files to take away; every format holds the same published cells."""

from collections.abc import Callable, Mapping, Sequence

from engage.reporting.care import find_one_batch
from engage.reporting.companions import find_companions
from engage.reporting.exports.companion_lines import COMPANION_MEANS
from engage.reporting.exports.document import write_docx
from engage.reporting.exports.geography import find_boundaries, write_geojson
from engage.reporting.exports.lines import COLUMNS, NOT_SHOWN, SYNTHETIC
from engage.reporting.exports.printed import write_pdf
from engage.reporting.exports.taken import FormatRefused, Progress, Taken, unheard
from engage.reporting.exports.texts import write_csv, write_html, write_json
from engage.reporting.exports.workbook import write_xlsx
from engage.reporting.labels import Labels
from engage.reporting.reading import Published
from engage.results.published import PublishedTable
from engage.storage.database import Session

__all__ = [
    "COLUMNS",
    "COMPANION_MEANS",
    "FORMATS",
    "MEDIA_TYPES",
    "NOT_SHOWN",
    "SYNTHETIC",
    "TEXT_FORMATS",
    "FormatRefused",
    "Taken",
    "export_tables",
    "find_boundaries",
    "takes_long",
]

#: Every format results come in.
FORMATS: Mapping[str, Callable[[Taken], bytes]] = {
    "json": write_json,
    "csv": write_csv,
    "xlsx": write_xlsx,
    "html": write_html,
    "pdf": write_pdf,
    "docx": write_docx,
    "geojson": write_geojson,
}
#: What each is called on the web (RFC 6838).
MEDIA_TYPES: Mapping[str, str] = {
    "json": "application/json",
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "html": "text/html",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "geojson": "application/geo+json",
    "pdf": "application/pdf",
}
#: Those a screen can show.
TEXT_FORMATS = frozenset({"json", "csv", "html", "geojson"})
#: Those that hold what goes with the tables.
_WITH_COMPANIONS = frozenset({"json", "csv", "xlsx"})
#: Processor seconds that a table and each of its rows take, of the formats that can take long.
_SECONDS = {"docx": (0.06, 0.0007), "pdf": (0.001, 0.0006), "xlsx": (0.001, 0.0006)}
#: Seconds that somebody waits for a file before it is better made as a job.
LONGEST_WAIT = 2.0


def takes_long(format_: str, tables: Sequence[PublishedTable]) -> bool:
    """Say whether tables take longer to be written in a format than somebody waits for a page."""
    for_table, for_row = _SECONDS.get(format_, (0.0, 0.0))
    rows = sum(len(table.rows_shown) for table in tables)
    return for_table * len(tables) + for_row * rows > LONGEST_WAIT


def export_tables(
    session: Session,
    format_: str,
    published: Published,
    tables: Sequence[PublishedTable],
    labels: Labels,
    *,
    byte_order_mark: bool = True,
    part: str = "",
    progress: Progress = unheard,
) -> bytes:
    """Return tables in a format of FORMATS; of CSV, `part` takes one of COMPANION_MEANS. Raises FormatRefused."""
    if format_ not in FORMATS:
        raise FormatRefused(f"{format_!r} is no format of results; there are {', '.join(FORMATS)}")
    if part and (part not in COMPANION_MEANS or format_ != "csv"):
        raise FormatRefused(f"{part!r} is no part of its own; in csv there are {', '.join(COMPANION_MEANS)}")
    boundaries = find_boundaries(session, published, tables) if format_ == "geojson" else {}
    one_batch = find_one_batch(session, published)
    companions = find_companions(session, published, tables) if format_ in _WITH_COMPANIONS else {}
    taken = Taken(published, tables, labels, boundaries, one_batch, byte_order_mark, companions, part, progress)
    return FORMATS[format_](taken)
