"""Opens the database and its transactions: SQLite in the instance folder, or PostgreSQL."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.orm import Session, sessionmaker

from engage.storage.audit_head import AuditHead

#: What every storage function takes first; named here so that SQL stays in storage.
__all__ = ["Database", "Session", "open_database"]

#: Seconds a writer waits for another one on SQLite.
BUSY_TIMEOUT = 30


class Database:
    """An engine with the two kinds of transaction; one is opened and closed per request or job."""

    def __init__(self, engine: Engine, audit_head: Path) -> None:
        self.engine = engine
        self.audit_head = AuditHead(audit_head)
        self._reading = sessionmaker(engine, expire_on_commit=False)
        self._writing = sessionmaker(engine.execution_options(engage_writes=True), expire_on_commit=False)
        #: Writers of this process queue here: SQLite's own waiting looks again after longer and longer pauses.
        self._turn = Lock() if engine.dialect.name == "sqlite" else None

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Open a transaction that is never committed."""
        with self._reading() as session:
            yield session

    @contextmanager
    def snapshot(self) -> Iterator[Session]:
        """Open a transaction in which every look sees the same moment, however many statements it takes."""
        with self._reading() as session:
            if self.engine.dialect.name == "postgresql":
                session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """Open a transaction that is committed at the end, or undone on any error."""
        with self._writing() as session:
            with self._in_turn(), session.begin():
                yield session
            self.audit_head.record(session.info.get("audit_head"))

    @contextmanager
    def _in_turn(self) -> Iterator[None]:
        """Wait until no other thread writes; after the time SQLite itself would wait, let SQLite decide."""
        has_turn = self._turn is not None and self._turn.acquire(timeout=BUSY_TIMEOUT)
        try:
            yield
        finally:
            if self._turn is not None and has_turn:
                self._turn.release()

    def upgrade(self, revision: str = "head") -> None:
        """Bring the tables up to date."""
        self._migrate(command.upgrade, revision)

    def downgrade(self, revision: str) -> None:
        """Take the tables back to an older revision."""
        self._migrate(command.downgrade, revision)

    def is_current(self) -> bool:
        """Say whether every migration has run."""
        with self.engine.connect() as connection:
            current = MigrationContext.configure(connection).get_current_heads()
        return set(current) == set(ScriptDirectory.from_config(_alembic()).get_heads())

    def close(self) -> None:
        """Give back every connection."""
        self.engine.dispose()

    def _migrate(self, step: Any, revision: str) -> None:
        config = _alembic()
        with self.engine.execution_options(engage_writes=True).connect() as connection:
            config.attributes["connection"] = connection
            step(config, revision)
            connection.commit()


def open_database(url: str, audit_head: Path) -> Database:
    """Return the database at a SQLAlchemy address (`sqlite:///…` or `postgresql+psycopg://…`)."""
    if url.startswith("sqlite"):
        engine = create_engine(url, connect_args={"timeout": BUSY_TIMEOUT}, hide_parameters=True)
        event.listen(engine, "connect", _set_up_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    else:
        engine = create_engine(url, pool_pre_ping=True, pool_size=10, hide_parameters=True)
    return Database(engine, audit_head)


def _set_up_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Any) -> None:
    """Take the write lock at once where writing is meant, so that two writers queue instead of failing."""
    writes = connection.get_execution_options().get("engage_writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _alembic() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")))
    return config
