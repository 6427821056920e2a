"""Says which published figures came half or more from one session or venue, so that nobody leans on them."""

from collections.abc import Iterable
from typing import Any

from engage.reporting.differences import RowName
from engage.reporting.extras import batch_rows
from engage.reporting.reading import Published
from engage.results.plan import AREA
from engage.results.published import PublishedRow, PublishedTable
from engage.storage import release_extras
from engage.storage.database import Session

#: What is said of such a row.
ONE_BATCH = "half or more of these answers came from one session or venue: take care"


def find_one_batch(session: Session, published: Published) -> frozenset[RowName]:
    """Return the rows of a release of which half or more came from one batch."""
    return batch_rows(list(release_extras.of_release(session, published.release, "batch_care")))


def care_words(table: PublishedTable, row: PublishedRow, one_batch: frozenset[RowName]) -> str | None:
    """Return what to say of a row's figures, or of those that stand in for them; None where there is nothing."""
    figures_of = row.shown_for if table.rows == AREA else row.row
    is_one = row.base is not None and (table.question, table.rows, table.area, figures_of) in one_batch
    return ONE_BATCH if is_one else None


def care_document(tables: Iterable[PublishedTable], one_batch: frozenset[RowName]) -> list[dict[str, Any]]:
    """Return the rows among these that need care, as the release's JSON lists them."""
    return [
        {"question": table.question, "rows": table.rows, "area": table.area, "row": row.row, "care": ONE_BATCH}
        for table in tables
        for row in table.rows_shown
        if care_words(table, row, one_batch)
    ]
