"""What every table shares: names of constraints, times in UTC, JSON that is kept as it was given."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import cast

from sqlalchemy import (
    ARRAY,
    JSON,
    DateTime,
    FromClause,
    MetaData,
    String,
    Table,
    TypeDecorator,
    bindparam,
    func,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Session

#: Characters of codes, slugs, ids and names in columns.
NAME = String(100)
HASH = String(64)
#: Characters of the key of a wording: a question, an option and a variant.
WORDING_KEY = String(200)
#: JSON as text on both databases: the order of languages and scales in a definition has a meaning.
DOCUMENT = JSON()


class Base(DeclarativeBase):
    """The base of every table."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


def insert_into(session: Session, table: type[Base]) -> postgresql.Insert:
    """Return the insert of the session's database that can say what happens on a conflict.

    SQLite's and PostgreSQL's offer the same methods, so callers read alike.
    """
    return insert_of(session.get_bind().dialect.name, table)


def table_of(row: type[Base]) -> Table:
    """Return the table behind a class of rows, for statements that are run often: they skip the class's machinery."""
    return cast("Table", row.__table__)


def insert_of(dialect: str, table: type[Base] | FromClause) -> postgresql.Insert:
    """Return the insert of a database by its name, for a statement that is made once."""
    if dialect == "postgresql":
        return postgresql.insert(table)  # type: ignore[arg-type]  # __table__ is typed wider than it is
    return cast("postgresql.Insert", sqlite.insert(table))  # type: ignore[arg-type]


def insert_lists(table: Table, names: Sequence[str]) -> postgresql.Insert:
    """Return PostgreSQL's insert of many rows, which takes a list for each column.

    Of a value for each cell its driver reads the name of every one, which takes longer than to store them.
    """
    lists = [bindparam(name, type_=ARRAY(table.c[name].type, dimensions=1)) for name in names]
    rows = func.unnest(*lists).table_valued(*names).render_derived()
    return postgresql.insert(table).from_select(names, select(*rows.c))


class UtcTime(TypeDecorator[datetime]):
    """A moment in UTC; SQLite has no zone, so it is put back when read."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        """Turn a moment into UTC before it is stored."""
        if value is not None and value.tzinfo is None:
            raise ValueError("a stored time needs a zone")
        return value.astimezone(UTC) if value is not None else None

    def process_result_value(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        """Give a stored moment its zone back; PostgreSQL tells it in the server's."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
