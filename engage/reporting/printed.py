"""Takes published tables apart into the rows that show figures of their own, as the release audit reads them."""

from collections.abc import Iterable

from engage.results.audited import PrintedRow
from engage.results.hierarchy import RowKey
from engage.results.plan import AREA
from engage.results.published import PublishedTable
from engage.results.suppression import printed_boxes


def area_key(code: str) -> RowKey:
    """Name the row of an area."""
    return RowKey(AREA, code)


def key_of(table: PublishedTable, row: str) -> RowKey:
    """Name a row of a table."""
    return area_key(row) if table.area is None else RowKey(table.rows, table.area, row)


def own_rows(tables: Iterable[PublishedTable]) -> dict[RowKey, PrintedRow]:
    """Return the rows of a question's tables that show figures of their own."""
    return {
        key_of(table, row.row): PrintedRow(row.base, printed_boxes(row))
        for table in tables
        for row in table.rows_shown
        if row.base is not None and row.shown_for == row.row
    }
