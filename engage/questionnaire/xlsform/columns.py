"""Reads the headings of a sheet: which column says what, in which wording and language."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from engage.questionnaire.reading import NAME
from engage.questionnaire.xlsform.cells import Cell, Sheet
from engage.questionnaire.xlsform.findings import Findings
from engage.questionnaire.xlsform.tongues import tag_of

#: Other spellings of headings → the one used here.
_ALIASES = {
    "list name": "list_name",
    "value": "name",
    "caption": "label",
    "relevance": "relevant",
    "skippattern": "relevant",
    "requiredmsg": "required_message",
    "constraint_msg": "constraint_message",
    "constraining_message": "constraint_message",
    "readonly": "read_only",
    "count": "repeat_count",
    "repeatcount": "repeat_count",
    "title": "form_title",
    "set form title": "form_title",
    "set form id": "form_id",
    "id_string": "form_id",
    "image": "media",
    "audio": "media",
    "video": "media",
    "big-image": "media",
}
_HEADING = re.compile(r"(?P<base>[^:@]+)(?:@(?P<variant>[^:@]+))?(?:::?(?P<rest>.+))?")


@dataclass(frozen=True)
class Column:
    """A column: what it says, in which wording variant and language (none: the form's own), and where it stands."""

    key: str
    number: int
    cell: Cell
    variant: str = ""
    language: str | None = None


@dataclass(frozen=True)
class Row:
    """A row of a sheet with its cells by what they say."""

    sheet: Sheet
    number: int
    cells: Mapping[str, Cell]
    #: (column, cell) of every cell with words.
    worded: tuple[tuple[Column, Cell], ...]
    unread: tuple[tuple[Column, Cell], ...] = ()
    places: Mapping[str, str] = field(default_factory=dict)

    def text(self, key: str) -> str:
        """Return what a cell says; nothing where there is none."""
        cell = self.cells.get(key)
        return cell.text if cell else ""

    def place(self, key: str = "") -> str:
        """Return the cell of a column, filled or not; the row's first where there is no such column."""
        return self.places.get(key) or self.sheet.place(self.number)


@dataclass(frozen=True)
class Table:
    """A sheet with its headings read."""

    sheet: Sheet
    columns: tuple[Column, ...]
    worded_keys: frozenset[str]
    read_keys: frozenset[str]

    def languages(self) -> Iterator[str]:
        """Yield the tags of the languages that words stand in, in the order of the columns."""
        yield from (column.language for column in self.columns if column.language and column.key in self.worded_keys)

    def rows(self) -> Iterator[Row]:
        """Yield the rows."""
        for number, cells in self.sheet.rows.items():
            found = [(column, cells[column.number]) for column in self.columns if column.number in cells]
            worded = [pair for pair in found if pair[0].key in self.worded_keys]
            yield Row(
                self.sheet,
                number,
                {column.key: cell for column, cell in found if column.key in self.read_keys},
                tuple(worded),
                tuple(pair for pair in found if pair[0].key not in self.worded_keys | self.read_keys),
                {column.key: self.sheet.place(number, column.number) for column in reversed(self.columns)},
            )


def read_table(sheet: Sheet, read: Collection[str], worded: Collection[str], findings: Findings) -> Table:
    """Return a sheet's columns; two that say the same, and a language nobody knows, are faults."""
    columns: list[Column] = []
    seen: dict[tuple[str, str, str | None], Cell] = {}
    for number, cell in sheet.headings.items():
        column = _column(number, cell, frozenset(read), frozenset(worded), findings)
        if column is None:
            continue
        said = cell.text.lower() if column.key in _CHANGED else column.key
        name = (said, column.variant, column.language)
        if name in seen and column.key in (*read, *worded):
            findings.fault(
                cell.place, "duplicate_column", f"the column “{cell.text}” stands already in {seen[name].place}"
            )
            continue
        seen[name] = cell
        columns.append(column)
    return Table(sheet, tuple(columns), frozenset(worded), frozenset(read))


def _column(number: int, cell: Cell, read: frozenset[str], worded: frozenset[str], findings: Findings) -> Column | None:
    found = _HEADING.fullmatch(cell.text)
    if found is None:
        return Column(cell.text.lower(), number, cell)
    base = " ".join(found["base"].split()).lower()
    key = base.replace(" ", "_")
    if key not in read | worded:
        key = _ALIASES.get(base) or _ALIASES.get(base.replace("_", " "), key)
    if key not in worded:
        is_plain = found["rest"] is None and found["variant"] is None
        return Column(key if is_plain or key in _CHANGED else cell.text.lower(), number, cell)
    variant, said = (found["variant"] or "").strip(), (found["rest"] or "").strip()
    if variant and not NAME.fullmatch(variant):
        findings.fault(cell.place, "unknown_variant", f"“{variant}” is not the name of a route or style")
        return None
    tag = tag_of(said) if said else None
    if said and tag is None:
        findings.fault(
            cell.place, "unknown_language", f"which language is “{said}”? Write its tag: {base}::{said} (xx)"
        )
        return None
    return Column(key, number, cell, variant, tag)


#: Columns that say the same whatever stands behind their name.
_CHANGED = frozenset({"media", "constraint_message", "required_message"})
