"""Tables as lines of JSON, the same from SQLite and PostgreSQL, and one checksum for each."""

import hashlib
import json
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import Any
from uuid import UUID

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    Double,
    Integer,
    LargeBinary,
    MetaData,
    Numeric,
    String,
    Table,
    Uuid,
    delete,
    func,
    insert,
    literal_column,
    select,
    text,
)
from sqlalchemy.orm import Session
from sqlalchemy.types import TypeEngine

from engage.storage.base import UtcTime

#: Rows that are read or written at once.
_AT_ONCE = 500
#: A table's checksum is a sum over its rows, so that no order matters; it is kept below this.
_MODULUS = 1 << 256
#: Kind of column → its type here, how a value of it is written, and how it is read.
_KINDS: Mapping[str, tuple[type[TypeEngine[Any]], Callable[[Any], Any], Callable[[Any], Any]]] = MappingProxyType(
    {
        "time": (UtcTime, datetime.isoformat, datetime.fromisoformat),
        "uuid": (Uuid, str, UUID),
        "json": (JSON, lambda value: value, lambda value: value),
        "bytes": (LargeBinary, lambda value: b64encode(value).decode(), b64decode),
        "truth": (Boolean, bool, bool),
        "day": (Date, date.isoformat, date.fromisoformat),
        "whole": (Integer, int, int),
        "number": (Double, float, float),
        "text": (String, str, str),
    }
)


@dataclass(frozen=True)
class ColumnKept:
    """A column: its name, one of the kinds, and whether it may be empty."""

    name: str
    kind: str
    nullable: bool


@dataclass(frozen=True)
class TableKept:
    """A table as a backup describes it."""

    name: str
    columns: tuple[ColumnKept, ...]

    def to_document(self) -> dict[str, Any]:
        """Return the description as JSON."""
        return {"name": self.name, "columns": [vars(column) for column in self.columns]}

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> "TableKept":
        """Return a description that was written. Raises KeyError or TypeError for anything else."""
        columns = [ColumnKept(entry["name"], entry["kind"], entry["nullable"]) for entry in document["columns"]]
        return cls(document["name"], tuple(columns))


@dataclass(frozen=True)
class Checksum:
    """How many rows a table has, and the sum (hex) of the SHA-256 of each."""

    rows: int
    sum: str


def described(metadata: MetaData) -> list[TableKept]:
    """Return every table, those before that others lead to."""
    return [
        TableKept(
            table.name,
            tuple(ColumnKept(column.name, _kind_of(column), bool(column.nullable)) for column in table.columns),
        )
        for table in metadata.sorted_tables
    ]


def lines_of(session: Session, kept: TableKept) -> Iterator[bytes]:
    """Yield every row of a table as a line of JSON: its values in the order of the columns."""
    rows = session.execute(select(_table(kept)).execution_options(yield_per=_AT_ONCE))
    writers = [_KINDS[column.kind][1] for column in kept.columns]
    for row in rows:
        values = [None if value is None else write(value) for write, value in zip(writers, row, strict=True)]
        yield json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def checksum_of(lines: Iterable[bytes]) -> Checksum:
    """Return the checksum over lines of a table, whatever order they come in."""
    count = total = 0
    for line in lines:
        count += 1
        total = (total + int.from_bytes(hashlib.sha256(line).digest())) % _MODULUS
    return Checksum(count, f"{total:064x}")


def put_lines(session: Session, kept: TableKept, lines: Sequence[bytes]) -> None:
    """Store rows that were read as lines. Raises ValueError or TypeError for what is none."""
    readers = [_KINDS[column.kind][2] for column in kept.columns]
    names = [column.name for column in kept.columns]
    table = _table(kept)
    for begin in range(0, len(lines), _AT_ONCE):
        rows = [
            {
                name: None if value is None else read(value)
                for name, read, value in zip(names, readers, json.loads(line), strict=True)
            }
            for line in lines[begin : begin + _AT_ONCE]
        ]
        session.execute(insert(table), rows)


def empty(session: Session, tables: Sequence[TableKept]) -> None:
    """Delete every row, of tables that lead to others first."""
    for kept in reversed(tables):
        session.execute(delete(_table(kept)))


def count_rows(session: Session, kept: TableKept) -> int:
    """Return how many rows a table has."""
    return session.scalar(select(func.count()).select_from(_table(kept))) or 0


def go_on_counting(session: Session, tables: Sequence[TableKept]) -> None:
    """Have PostgreSQL number new rows behind the restored ones; SQLite does so anyway."""
    if session.get_bind().dialect.name != "postgresql":
        return
    for kept in tables:
        for column in kept.columns:
            place = {"table": kept.name, "column": column.name}
            sequence = session.scalar(text("SELECT pg_get_serial_sequence(:table, :column)"), place)
            if column.kind == "whole" and sequence:
                highest = session.scalar(select(func.max(literal_column(column.name))).select_from(_table(kept)))
                session.execute(select(func.setval(sequence, (highest or 0) + 1, False)))  # noqa: FBT003 - setval's own


def _kind_of(column: Column[Any]) -> str:
    if isinstance(column.type, Numeric):
        return "number"
    return next(kind for kind, (known, _, _) in _KINDS.items() if isinstance(column.type, known))


def _table(kept: TableKept) -> Table:
    """Return a table as a backup describes it: the code of this version may know other columns."""
    columns = [
        Column(
            column.name,
            JSON(none_as_null=column.nullable) if column.kind == "json" else _KINDS[column.kind][0](),
            nullable=column.nullable,
        )
        for column in kept.columns
    ]
    return Table(kept.name, MetaData(), *columns)
