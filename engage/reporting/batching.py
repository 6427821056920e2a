"""Finds the published rows of which half or more came from one batch: one session, one venue speaks for them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

import numpy as np

from engage.reporting.auditing import Counted
from engage.reporting.differences import RowName
from engage.results.bounds import round_count
from engage.results.plan import AREA
from engage.results.published import PublishedTable
from engage.results.tabulation import Breakdown, People, TableQuestion, tabulate
from engage.storage.release_extras import ReleaseExtra

#: What a response's batch goes by among what is known of people; no table ever has it in its rows.
BATCH = "batch"


def batch_counts(people: People, questions: Sequence[TableQuestion], breakdowns: Iterable[Breakdown]) -> Counted:
    """Return how many of each row came from each batch, for responses that came in one."""
    crossed = [replace(each, parts=(*each.parts, BATCH)) for each in breakdowns]
    batch = people.demographic(BATCH)
    came_in_one = np.array([value is not None for value in batch.values], bool)[batch.numbers]
    return tabulate(people.where(came_in_one), questions, crossed)


def rows_from_one_batch(tables: Iterable[PublishedTable], batches: Counted) -> Iterator[RowName]:
    """Yield the rows of which half or more came from one batch, both rounded: the mark tells no count."""
    for table in tables:
        largest = _largest_batches(table, batches)
        for row in table.rows_shown:
            people = largest.get((table.area or row.row, None if table.rows == AREA else row.row), 0)
            if row.base is not None and row.shown_for == row.row and 2 * round_count(people) >= row.base:
                yield table.question, table.rows, table.area, row.row


def batch_care(names: Iterable[RowName]) -> ReleaseExtra:
    """Return these rows as they are kept with a release."""
    rows = [
        {"question": question, "rows": rows, **({"area": area} if area else {}), "row": row}
        for question, rows, area, row in names
    ]
    return ReleaseExtra("batch_care", {"rows": rows})


def _largest_batches(table: PublishedTable, batches: Counted) -> dict[tuple[str, str | None], int]:
    largest: dict[tuple[str, str | None], int] = {}
    for (area, code), people in batches[table.question, table.rows].bases.items():
        group = area, None if table.rows == AREA else (code or "").rpartition("/")[0]
        largest[group] = max(people, largest.get(group, 0))
    return largest
