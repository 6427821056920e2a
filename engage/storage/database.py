"""Opens the database and its transactions: SQLite in the instance folder, or PostgreSQL."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path
from typing import Any

from alembic.migration import MigrationContext
from sqlalchemy import Engine, PoolProxiedConnection, create_engine, event
from sqlalchemy.orm import Session, sessionmaker

from engage.storage import migrating, probing
from engage.storage.audit_head import HEADS, AuditHead
from engage.storage.column_files import FOLDER, forget_all
from engage.storage.erasure import FILES, HASHES
from engage.storage.erasure_list import ErasureList
from engage.storage.log_sync import LogSync
from engage.storage.turns import Turn

#: What every storage function takes first; named here so that SQL stays in storage.
__all__ = ["Database", "Session", "open_database"]

#: Seconds a writer waits for another one on SQLite.
BUSY_TIMEOUT = 30
#: Milliseconds that emptying SQLite's log waits for readers.
_SHRINKS_WITHIN = 500


class Database:
    """An engine with the two kinds of transaction; one is opened and closed per request or job."""

    def __init__(self, engine: Engine, writer: Engine, files: Path, audit_head: Path, erasures: Path) -> None:
        self.engine = engine
        #: The same connections, with the lock of the one writer from the first statement on.
        self._writer = writer
        #: The instance folder, from which files in rows are named.
        self.files = files
        self.audit_head = AuditHead(audit_head)
        self.erasures = ErasureList(erasures)
        known = {FOLDER: files}
        self._reading = sessionmaker(engine, expire_on_commit=False, info=known)
        self._writing = sessionmaker(writer, expire_on_commit=False, info=known)
        #: Writers queue here: SQLite's own waiting looks again after longer and longer pauses.
        self._turn = Turn(_turn_file(engine)) if engine.dialect.name == "sqlite" else None
        self._log = LogSync(Path(f"{engine.url.database}-wal")) if engine.dialect.name == "sqlite" else None

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
        """Open a transaction that is committed at the end, or undone on any error.

        What is erased is first written down outside: whoever takes an answer back is told so only when no backup can
        bring it back. Its files go once the rows are gone. At the end everything is on disk, whatever the database.
        """
        with self._writing() as session:
            with self.in_turn(), session.begin():
                yield session
                self.erasures.add(session.info.get(HASHES, ()))
            if self._log:
                self._log.wait()
            self.audit_head.record(session.info.get(HEADS, ()))
            self._leave_no_trace(session)

    def shrink(self) -> None:
        """Have SQLite write its log into the database file and empty it: what was erased stands in neither.

        Where somebody reads meanwhile it is left to the next time.
        """
        if self.engine.dialect.name == "sqlite":
            with self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.exec_driver_sql(f"PRAGMA busy_timeout={_SHRINKS_WITHIN}")
                try:
                    connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
                finally:
                    connection.exec_driver_sql(f"PRAGMA busy_timeout={BUSY_TIMEOUT * 1000}")

    def _leave_no_trace(self, session: Session) -> None:
        """Delete the files of rows that were erased. A crash leaves those to the next round of retention."""
        for name in session.info.get(FILES, ()):
            with suppress(OSError):
                (self.files / name).unlink(missing_ok=True)
        if session.info.get(HASHES):
            forget_all(self.files)
            self.shrink()

    @contextmanager
    def in_turn(self) -> Iterator[None]:
        """Wait until nobody else writes, here or in another process; after the time SQLite would wait, let it decide.

        Whoever is about to write may take the turn before: threads that get in each other's way at every look into
        SQLite take nearly twice the processor time. On PostgreSQL nobody waits here.
        """
        with self._turn.taken(BUSY_TIMEOUT) if self._turn else nullcontext():
            yield

    def upgrade(self, revision: str = "head") -> None:
        """Bring the tables up to date."""
        migrating.upgrade(self._writer, revision)

    def downgrade(self, revision: str) -> None:
        """Take the tables back to an older revision."""
        migrating.downgrade(self._writer, revision)

    def is_current(self) -> bool:
        """Say whether every migration has run, and none of a newer version."""
        return self.standing() == "current"

    def standing(self) -> str:
        """Say how the tables stand to this version: `current`, `behind`, or `ahead`."""
        return migrating.standing(self.engine)

    def why_not_writable(self) -> str | None:
        """Return in a few words why nothing can be written now, None where it can."""
        return probing.why_not_writable(self.engine, BUSY_TIMEOUT * 1000)

    def revision(self) -> str:
        """Return the step that the tables are at."""
        with self.engine.connect() as connection:
            return MigrationContext.configure(connection).get_current_revision() or "base"

    def knows(self, revision: str) -> bool:
        """Say whether a step of the tables is one of this version's."""
        return revision in migrating.known()

    def close(self) -> None:
        """Give back every connection."""
        self.engine.dispose()


def open_database(url: str, files: Path, audit_head: Path, erasures: Path) -> Database:
    """Return the database at a SQLAlchemy address (`sqlite:///…` or `postgresql+psycopg://…`)."""
    if url.startswith("sqlite"):
        engine = create_engine(url, connect_args={"timeout": BUSY_TIMEOUT}, hide_parameters=True)
        event.listen(engine, "connect", _set_up_sqlite)
        writer = create_engine(url, pool=engine.pool, hide_parameters=True)
        _begin_with(engine, "BEGIN")
        _begin_with(writer, "BEGIN IMMEDIATE")
    else:
        engine = writer = create_engine(url, pool_pre_ping=True, pool_size=10, hide_parameters=True)
    return Database(engine, writer, files, audit_head, erasures)


def _turn_file(engine: Engine) -> Path | None:
    """Return the file beside a database that processes queue at, None for one in memory."""
    return Path(f"{engine.url.database}-turn") if engine.url.database not in (None, "", ":memory:") else None


def _set_up_sqlite(connection: Any, _record: Any) -> None:
    """Leave bringing the log to disk to LogSync: `synchronous=FULL` would do it within the lock, for each one alone."""
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "secure_delete=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_with(engine: Engine, statement: str) -> None:
    """Take SQLite's write lock at once where writing is meant, so that two writers queue instead of failing.

    The dialect is told, as with a listener SQLAlchemy looks for listeners at every statement.
    """

    def do_begin(dbapi_connection: PoolProxiedConnection) -> None:
        dbapi_connection.cursor().execute(statement)

    engine.dialect.do_begin = do_begin  # type: ignore[method-assign]
