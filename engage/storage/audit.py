"""The audit log: who did what to whose data, as a chain in which an edit, a gap or a cut tail shows."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, bindparam, insert, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from engage.settings import KeyVersions
from engage.storage.audit_chain import BEGINNING, AuditLine, Check, mac_of
from engage.storage.audit_head import HEADS, Head, Outside
from engage.storage.base import DOCUMENT, HASH, NAME, Base, UtcTime, table_of

#: Says how far it is: (lines looked at, lines there are).
Progress = Callable[[int, int], None]
#: Lines between two words of how far it is.
_TOLD_EVERY = 1000


class AuditRow(Base):
    """One line of the log."""

    __tablename__ = "audit_lines"
    __table_args__ = (
        Index("ix_audit_lines_actor", "actor", "number"),
        Index("ix_audit_lines_action", "action", "number"),
    )
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(UtcTime)
    actor: Mapped[str] = mapped_column(NAME)
    action: Mapped[str] = mapped_column(NAME)
    subject: Mapped[str | None] = mapped_column(NAME, index=True)
    detail: Mapped[dict[str, Any]] = mapped_column(DOCUMENT)
    mac: Mapped[str] = mapped_column(HASH)
    #: Version of the audit key.
    key_version: Mapped[int] = mapped_column(server_default="1")


class AuditHeadRow(Base):
    """The last link; its single row is what writers queue at."""

    __tablename__ = "audit_head"
    __table_args__ = (CheckConstraint("id = 1", name="one_head"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int]
    mac: Mapped[str] = mapped_column(HASH)


# Made once and on the tables themselves, as every answer leaves a line.
_HEAD = table_of(AuditHeadRow)
_MOVE_ON = update(_HEAD).values(number=_HEAD.c.number + 1).returning(_HEAD.c.number, _HEAD.c.mac)
_ADD = insert(table_of(AuditRow))
_PUT_HEAD = update(_HEAD).values(mac=bindparam("new_mac"))


def append(
    session: Session,
    key: KeyVersions,
    *,
    at: datetime,
    actor: str,
    action: str,
    subject: str | None = None,
    detail: Mapping[str, Any] | None = None,
) -> None:
    """Add a line to the chain, in the transaction of the act itself."""
    connection = session.connection()
    number, before = connection.execute(_MOVE_ON).one()
    line = AuditLine(number, at, actor, action, subject, dict(detail or {}), "", key.newest)
    line = replace(line, mac=mac_of(key.current, before, line))
    connection.execute(_ADD, {name: getattr(line, name) for name in _FIELDS})
    connection.execute(_PUT_HEAD, {"new_mac": line.mac})
    heads = session.info.setdefault(HEADS, [Head(number - 1, before)])
    heads.append(Head(number, line.mac))


def find_tampering(
    session: Session,
    keys: KeyVersions,
    outside: Outside | None,
    progress: Progress = lambda _done, _total: None,
) -> str | None:
    """Return the first thing that does not hold in the chain, or None. `outside` is what is kept of it elsewhere."""
    known = {head.number: head.mac for head in (*outside.breaks, outside.head)} if outside else {}
    check = Check(keys, known)
    found = select(AuditRow).order_by(AuditRow.number).execution_options(yield_per=1000)
    with closing(session.scalars(found)) as rows:
        lines = _told(map(line_of, rows), head_of(session).number, progress)
        return check.fault_in(lines) or _cut_tail(session, check, outside)


def _told(lines: Iterable[AuditLine], total: int, progress: Progress) -> Iterator[AuditLine]:
    for done, line in enumerate(lines, start=1):
        if done % _TOLD_EVERY == 0 or done == total:
            progress(done, max(done, total))
        yield line


def _cut_tail(session: Session, check: Check, outside: Outside | None) -> str | None:
    head = session.execute(select(AuditHeadRow.number, AuditHeadRow.mac)).one_or_none()
    if outside and outside.breaks:
        return f"line {outside.breaks[0].number} is not the one recorded outside the database"
    is_whole = head is not None and (head.number, head.mac) == (check.number, check.mac)
    if not is_whole or (outside is not None and outside.head.number > check.number):
        return f"the log ends at line {check.number}, but more was written"
    return None


def head_of(session: Session) -> Head:
    """Return the last link, as the database has it."""
    head = session.execute(select(AuditHeadRow.number, AuditHeadRow.mac)).one_or_none()
    return Head(head.number, head.mac) if head else Head(0, BEGINNING)


def all_lines(session: Session) -> Iterator[AuditLine]:
    """Yield every line, the first first."""
    found = select(AuditRow).order_by(AuditRow.number).execution_options(yield_per=1000)
    yield from map(line_of, session.scalars(found))


def lines_about(session: Session, subject: str) -> Iterator[AuditLine]:
    """Yield what was done to one thing, oldest first."""
    found = select(AuditRow).where(AuditRow.subject == subject).order_by(AuditRow.number)
    yield from map(line_of, session.scalars(found))


def last_of(session: Session, action: str, most: int) -> list[AuditLine]:
    """Return the last lines about acts of one kind, newest first."""
    found = select(AuditRow).where(AuditRow.action == action).order_by(AuditRow.number.desc()).limit(most)
    return [line_of(row) for row in session.scalars(found)]


_FIELDS = tuple(AuditLine.__dataclass_fields__)


def line_of(row: AuditRow) -> AuditLine:
    return AuditLine(**{name: getattr(row, name) for name in _FIELDS})
