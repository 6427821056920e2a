"""Sets published tables out as lines of plain values, one for each cell, as every spreadsheet export holds them."""

from collections.abc import Iterator, Mapping

from engage.reporting.exports.taken import Taken
from engage.reporting.tables import table_title
from engage.results.published import PublishedCell, PublishedRow, PublishedTable
from engage.spreadsheets import safe_text

#: What stands in the first column of every line of made-up figures.
SYNTHETIC = "made-up answers"
#: What stands for a row with too few answers.
NOT_SHOWN = "not enough to show safely"
COLUMNS = (
    "synthetic", "survey", "wave", "release", "published", "question", "wording", "rows", "area", "row", "row_name",
    "shown_for", "base", "quality", "care", "option", "option_wording", "n", "shown", "share", "low", "high", "note",
)  # fmt: skip
#: What a cell of a spreadsheet may hold.
Value = str | int | float | None


def table_lines(taken: Taken) -> Iterator[list[Value]]:
    """Yield the values of COLUMNS for each published cell, and once for each row that is not shown."""
    for table in taken.tables:
        for row in table.rows_shown:
            for values in _lines(taken, table, row):
                yield [values.get(column) for column in COLUMNS]


def release_head(taken: Taken) -> dict[str, Value]:
    """Return which release a line is of, as every line begins."""
    release = taken.published.release
    return {
        "synthetic": SYNTHETIC if release.synthetic else None,
        "survey": release.survey,
        "wave": release.wave,
        "release": release.release_hash,
        "published": release.published_at.date().isoformat(),
    }


def written(value: Value) -> str:
    """Return a value as it is written in a CSV file: shares with two decimals, nothing for none."""
    if isinstance(value, float):
        return f"{value:.2f}"
    return safe_text("" if value is None else str(value))


def _lines(taken: Taken, table: PublishedTable, row: PublishedRow) -> Iterator[Mapping[str, Value]]:
    labels = taken.labels
    head = release_head(taken) | {
        "question": table.question,
        "wording": table_title(table, labels),
        "rows": table.rows,
        "area": table.area,
        "row": row.row,
        "row_name": str(labels.row(table.rows, row.row)),
        "shown_for": row.shown_for,
        "base": row.base,
        "quality": row.quality,
        "care": taken.care(table, row),
        "note": table.note,
    }
    if not row.cells:
        yield head | {"shown": NOT_SHOWN}
    for cell in row.cells:
        yield head | cell_figures(cell) | {"option_wording": str(labels.option(table.question, cell.option))}


def cell_figures(cell: PublishedCell) -> dict[str, Value]:
    """Return the figures of a cell by their names, just as they were published."""
    return {name: getattr(cell, name) for name in ("option", "n", "shown", "share", "low", "high")}
