"""Asks the database whether it can be written to, quickly and without leaving anything behind."""

import errno
import sqlite3
from contextlib import closing

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError, SQLAlchemyError

#: Milliseconds that whoever asks waits for SQLite's lock or an answer of PostgreSQL.
WAITS = 2000


def is_passing(error: BaseException) -> bool:
    """Say whether a fault is one of the moment: the database away, locked or out of room, or the disk full."""
    if isinstance(error, OSError):
        return error.errno == errno.ENOSPC
    return isinstance(error, (OperationalError, InterfaceError, sqlite3.OperationalError)) or (
        isinstance(error, DBAPIError) and error.connection_invalidated
    )


def why_not_writable(engine: Engine, busy_ms: int) -> str | None:
    """Return in a few words why nothing can be written now, None where it can; `busy_ms` is the usual patience."""
    try:
        if engine.dialect.name == "sqlite":
            return _try_sqlite(engine, busy_ms)
        with engine.connect() as connection:
            connection.exec_driver_sql(f"SET LOCAL statement_timeout = {WAITS}")
            if connection.exec_driver_sql("SHOW transaction_read_only").scalar() == "on":  # so is a standby
                return "read-only"
            connection.exec_driver_sql("SELECT pg_current_xact_id()")
    except SQLAlchemyError as error:
        return type(getattr(error, "orig", None) or error).__name__
    return None


def _try_sqlite(engine: Engine, busy_ms: int) -> str | None:
    """Take and give back the lock of the one writer."""
    with closing(engine.raw_connection()) as connection, closing(connection.cursor()) as cursor:
        cursor.execute(f"PRAGMA busy_timeout={WAITS}")
        try:
            cursor.execute("BEGIN IMMEDIATE")
            cursor.execute("ROLLBACK")
        except sqlite3.OperationalError as error:
            return "locked by another program" if error.sqlite_errorname == "SQLITE_BUSY" else str(error)
        finally:
            cursor.execute(f"PRAGMA busy_timeout={busy_ms}")
    return None
