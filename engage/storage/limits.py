"""Limits that every process shares: how often something was tried lately, by a key that names nobody."""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engage.storage.base import HASH, Base, UtcTime, insert_into


class TryRow(Base):
    """One kind of try by somebody: how often since a moment."""

    __tablename__ = "tries"
    key: Mapped[str] = mapped_column(HASH, primary_key=True)
    count: Mapped[int]
    since: Mapped[datetime] = mapped_column(UtcTime)


def count(session: Session, key: str, now: datetime, begun_after: datetime) -> None:
    """Count a try; those that began longer ago are forgotten, this one's and everybody's."""
    session.execute(delete(TryRow).where(TryRow.since <= begun_after))
    statement = insert_into(session, TryRow).values(key=key, count=1, since=now)
    session.execute(statement.on_conflict_do_update(index_elements=["key"], set_={"count": TryRow.count + 1}))


def how_often(session: Session, key: str, begun_after: datetime) -> int:
    """Return how often it was tried since, no longer ago than a moment."""
    found = select(TryRow.count).where(TryRow.key == key, TryRow.since > begun_after)
    return session.scalar(found) or 0


def forget(session: Session, key: str) -> None:
    """Begin again."""
    session.execute(delete(TryRow).where(TryRow.key == key))
