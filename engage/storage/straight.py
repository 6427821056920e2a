"""Hands statements that every page runs straight to SQLite, in the words that SQLAlchemy puts them in once."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Delete, Dialect, Insert, Select, Update

Statement = Select[*tuple[Any, ...]] | Insert | Update | Delete


class Straight:
    """A statement for the driver itself: SQLAlchemy's contexts and results cost five times what SQLite's answer does.

    On PostgreSQL, where the answer itself takes longer, it goes the usual way.
    """

    def __init__(self, statement: Statement) -> None:
        self._statement = statement
        self._on_sqlite: _OnSqlite | None = None

    def run(self, connection: Connection, values: Mapping[str, Any] | None = None) -> tuple[Any, ...] | None:
        """Run it; returns the first row, None where there is none."""
        if connection.dialect.name != "sqlite":
            found = connection.execute(self._statement, values)
            return found.first() if found.returns_rows else None
        if self._on_sqlite is None:
            self._on_sqlite = _OnSqlite(self._statement, connection.dialect)
        return self._on_sqlite.run(connection, values or {})


class _OnSqlite:
    def __init__(self, statement: Any, dialect: Dialect) -> None:
        compiled = statement.compile(dialect=dialect)
        self._text = str(compiled)
        types = {name: compiled.binds[name].type.dialect_impl(dialect) for name in compiled.positiontup}
        self._binds = [(name, types[name].bind_processor(dialect)) for name in compiled.positiontup]
        columns = statement.selected_columns if statement.is_select else ()
        self._reads = [column.type.dialect_impl(dialect).result_processor(dialect, None) for column in columns]

    def run(self, connection: Connection, values: Mapping[str, Any]) -> tuple[Any, ...] | None:
        bound = [turn(values[name]) if turn else values[name] for name, turn in self._binds]
        cursor = connection.connection.cursor()
        row = cursor.execute(self._text, bound).fetchone()
        cursor.close()
        if row is None:
            return None
        return tuple([turn(value) if turn else value for value, turn in zip(row, self._reads, strict=True)])
