"""Brings the tables to a step of the migrations, one process at a time, without stopping the traffic for long."""

import logging
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path
from threading import Lock

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import OperationalError

#: Names the lock in PostgreSQL that one migrating process holds.
_LOCK = 7_036_127_411
#: Seconds that a migration waits for a table while all who come after it wait too; then it lets them by for a while.
_WAITS_FOR_A_TABLE, _PAUSE, _TRIES = 3, 1.0, 20

#: Alembic knows one migration at a time in a process.
_in_this_process = Lock()
_log = logging.getLogger("engage.database")


def upgrade(engine: Engine, revision: str) -> None:
    """Bring the tables up to a step. Tables that a newer version of engage has taken further stay as they are."""
    if revision != "head" or standing(engine) == "behind":
        _migrate(engine, command.upgrade, revision)


def downgrade(engine: Engine, revision: str) -> None:
    """Take the tables back to a step."""
    _migrate(engine, command.downgrade, revision)


def standing(engine: Engine) -> str:
    """Say how the tables stand to this version of engage: `current`, `behind`, or `ahead`.

    Every migration leaves the version before it able to work (README, decisions), so ahead is no reason to stop.
    """
    with engine.connect() as connection:
        current = set(MigrationContext.configure(connection).get_current_heads())
    if current == {_head()}:
        return "current"
    return "behind" if current <= known() else "ahead"


@cache
def known() -> frozenset[str]:
    """Return every step that this version knows."""
    return frozenset(script.revision for script in ScriptDirectory.from_config(_alembic()).walk_revisions())


@cache
def _head() -> str:
    [head] = ScriptDirectory.from_config(_alembic()).get_heads()
    return head


def _migrate(engine: Engine, step: Callable[[Config, str], None], revision: str) -> None:
    """Migrate in one transaction; where a table is in use too long, let the traffic by and begin again."""
    for tried in range(_TRIES):
        try:
            with _in_this_process, engine.connect() as connection:
                _take_turn(connection)
                config = _alembic()
                config.attributes["connection"] = connection
                step(config, revision)
                connection.commit()
        except OperationalError as error:
            if getattr(error.orig, "sqlstate", None) != "55P03" or tried == _TRIES - 1:  # lock not available
                raise
            _log.warning("a migration waits for a table in use")
            time.sleep(_PAUSE)
        else:
            return


def _take_turn(connection: Connection) -> None:
    """Wait until no other process migrates. SQLite has one writer as it is."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SET LOCAL lock_timeout = 0")
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{_WAITS_FOR_A_TABLE}s'")


def _alembic() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")))
    return config
