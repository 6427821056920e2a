"""The audit log: who did what to whose data, as a chain in which an edit, a gap or a cut tail shows."""

import hashlib
import hmac
import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, insert, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from engage.storage.audit_head import Head
from engage.storage.base import DOCUMENT, HASH, NAME, Base, UtcTime

#: The code before the first line.
BEGINNING = "0" * 64


class AuditRow(Base):
    """One line of the log."""

    __tablename__ = "audit_lines"
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(UtcTime)
    actor: Mapped[str] = mapped_column(NAME)
    action: Mapped[str] = mapped_column(NAME)
    subject: Mapped[str | None] = mapped_column(NAME, index=True)
    detail: Mapped[dict[str, Any]] = mapped_column(DOCUMENT)
    mac: Mapped[str] = mapped_column(HASH)


class AuditHeadRow(Base):
    """The last link; its single row is what writers queue at."""

    __tablename__ = "audit_head"
    __table_args__ = (CheckConstraint("id = 1", name="one_head"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int]
    mac: Mapped[str] = mapped_column(HASH)


@dataclass(frozen=True)
class AuditLine:
    """One act; `subject` names what it was done to, `detail` never holds an answer."""

    number: int
    at: datetime
    actor: str
    action: str
    subject: str | None
    detail: Mapping[str, Any]
    mac: str


def append(
    session: Session,
    key: bytes,
    *,
    at: datetime,
    actor: str,
    action: str,
    subject: str | None = None,
    detail: Mapping[str, Any] | None = None,
) -> None:
    """Add a line to the chain, in the transaction of the act itself."""
    moved = update(AuditHeadRow).values(number=AuditHeadRow.number + 1).returning(AuditHeadRow.number, AuditHeadRow.mac)
    number, before = session.execute(moved).one()
    line = {"number": number, "actor": actor, "action": action, "subject": subject, "detail": dict(detail or {})}
    mac = _mac(key, before, at, line)
    session.execute(insert(AuditRow).values(**line, at=at, mac=mac))
    session.execute(update(AuditHeadRow).values(mac=mac))
    session.info["audit_head"] = Head(number, mac)


def find_tampering(session: Session, key: bytes, outside: Head | None) -> str | None:
    """Return what does not hold in the chain, or None. `outside` is the head kept in the instance folder."""
    found = select(AuditRow).order_by(AuditRow.number).execution_options(yield_per=1000)
    with closing(session.scalars(found)) as rows:
        return _broken_link(rows, key, outside) or _cut_tail(session, outside)


def _broken_link(rows: Iterable[AuditRow], key: bytes, outside: Head | None) -> str | None:
    before = BEGINNING
    for expected, row in enumerate(rows, start=1):
        if row.number != expected:
            return f"line {expected} is missing"
        line = {name: getattr(row, name) for name in ("number", "actor", "action", "subject", "detail")}
        if not hmac.compare_digest(_mac(key, before, row.at, line), row.mac):
            return f"line {row.number} was changed"
        if outside is not None and row.number == outside.number and row.mac != outside.mac:
            return f"line {row.number} is not the one recorded outside the database"
        before = row.mac
    return None


def _cut_tail(session: Session, outside: Head | None) -> str | None:
    last = session.execute(select(AuditRow.number, AuditRow.mac).order_by(AuditRow.number.desc()).limit(1)).first()
    number, mac = (last.number, last.mac) if last else (0, BEGINNING)
    head = session.execute(select(AuditHeadRow.number, AuditHeadRow.mac)).one()
    if (head.number, head.mac) != (number, mac) or (outside is not None and outside.number > number):
        return f"the log ends at line {number}, but more was written"
    return None


def lines_about(session: Session, subject: str) -> Iterator[AuditLine]:
    """Yield what was done to one thing, oldest first."""
    for row in session.scalars(select(AuditRow).where(AuditRow.subject == subject).order_by(AuditRow.number)):
        yield AuditLine(row.number, row.at, row.actor, row.action, row.subject, row.detail, row.mac)


def last_of(session: Session, action: str, most: int) -> list[AuditLine]:
    """Return the last lines about acts of one kind, newest first."""
    found = select(AuditRow).where(AuditRow.action == action).order_by(AuditRow.number.desc()).limit(most)
    return [
        AuditLine(row.number, row.at, row.actor, row.action, row.subject, row.detail, row.mac)
        for row in session.scalars(found)
    ]


def _mac(key: bytes, before: str, at: datetime, line: Mapping[str, Any]) -> str:
    text = json.dumps(
        {**line, "at": at.isoformat(), "before": before}, sort_keys=True, separators=(",", ":"), ensure_ascii=False
    )
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
