"""Sets published tables out as headings, sentences and grids of words, as every document to read holds them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from engage.reporting.exports.lines import NOT_SHOWN
from engage.reporting.exports.taken import Taken
from engage.reporting.tables import table_options, table_title
from engage.reporting.words import percent, stand_in_saying
from engage.results.plan import AREA
from engage.results.published import PublishedCell, PublishedRow, PublishedTable

#: Columns of answers above which a page lies on its side.
MOST_UPRIGHT = 4
#: What stands over the columns where a row is set out as a list of its answers.
SINGLE_HEADS = ("Answer", "People", "Share", "Likely between")


@dataclass(frozen=True)
class Grid:
    """One question: what is said of its one row, where it has one, and a grid with its heads."""

    title: str
    about: str
    heads: Sequence[str]
    lines: Sequence[Sequence[str]]

    @property
    def is_wide(self) -> bool:
        """Say whether it is read better on a page that lies on its side."""
        return len(self.heads) > MOST_UPRIGHT + 2


def grids_of(taken: Taken) -> Iterator[Grid]:
    """Yield a grid for each table: a row for each area or group, or of one row a line for each answer."""
    for table in taken.tables:
        title = table_title(table, taken.labels)
        if len(table.rows_shown) == 1:
            row = table.rows_shown[0]
            lines = tuple(_answers(taken, table, row))
            yield Grid(title, _about(taken, table, row), SINGLE_HEADS if lines else (), lines)
            continue
        options = table_options(table)
        heads = (
            str(taken.labels.phrase("results.row")),
            "People",
            *(str(taken.labels.option(table.question, option)) for option in options),
        )
        yield Grid(title, "", heads, tuple(_row(taken, table, row, len(options)) for row in table.rows_shown))


def _about(taken: Taken, table: PublishedTable, row: PublishedRow) -> str:
    """Return whose figures a row shows and how far to trust them."""
    name = str(taken.labels.row(table.rows, row.row))
    if row.base is None:
        return f"{name}: {NOT_SHOWN}."
    saying = _stand_in(taken, table, row)
    quality = taken.labels.phrases.say(f"results.short.{row.quality}")
    care = taken.care(table, row)
    told = (f"{name}: {row.base} people ({quality}).", saying, f"{care[0].upper()}{care[1:]}." if care else "")
    return " ".join(filter(None, told))


def _stand_in(taken: Taken, table: PublishedTable, row: PublishedRow) -> str:
    names = {code: taken.labels.area(code) for code in (row.row, row.shown_for) if code}
    saying = stand_in_saying(row, names) if table.rows == AREA else None
    return saying.text(taken.labels.phrases) if saying else ""


def _answers(taken: Taken, table: PublishedTable, row: PublishedRow) -> Iterator[Sequence[str]]:
    for cell in row.cells:
        yield (str(taken.labels.option(table.question, cell.option)), cell.shown, _share(cell), _interval(cell))


def _row(taken: Taken, table: PublishedTable, row: PublishedRow, width: int) -> Sequence[str]:
    name = str(taken.labels.row(table.rows, row.row))
    if not row.cells:
        return (name, NOT_SHOWN, *[""] * width)
    saying = _stand_in(taken, table, row)
    told = (" ".join(filter(None, (cell.shown, _bracketed(cell)))) for cell in row.cells)
    head = "\n".join(filter(None, (name, saying, taken.care(table, row))))
    return (head, str(row.base), *told)


def _bracketed(cell: PublishedCell) -> str:
    return f"({_share(cell)}, {_interval(cell)})" if cell.share is not None else ""


def _share(cell: PublishedCell) -> str:
    return "" if cell.share is None else f"{percent(cell.share)} %"


def _interval(cell: PublishedCell) -> str:
    return "" if cell.low is None or cell.high is None else f"{percent(cell.low)} to {percent(cell.high)} %"
