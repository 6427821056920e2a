"""How far the responses had come at a moment: kept for minutes, so that no response has a time of its own."""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engage.storage.base import Base, UtcTime, insert_into


class ArrivalMarkRow(Base):
    """At this moment the newest response had this place in the order in which they came."""

    __tablename__ = "arrival_marks"
    at: Mapped[datetime] = mapped_column(UtcTime, primary_key=True)
    sequence: Mapped[int]


def mark(session: Session, at: datetime, sequence: int) -> None:
    """Remember how far the responses have come."""
    statement = insert_into(session, ArrivalMarkRow).values(at=at, sequence=sequence)
    session.execute(statement.on_conflict_do_nothing(index_elements=["at"]))


def last_mark(session: Session) -> int | None:
    """Return how far they had come at the newest mark."""
    return session.scalar(select(ArrivalMarkRow.sequence).order_by(ArrivalMarkRow.at.desc()).limit(1))


def mark_before(session: Session, moment: datetime) -> int | None:
    """Return how far they had come at a moment, by the oldest mark that is no older."""
    found = select(ArrivalMarkRow.sequence).where(ArrivalMarkRow.at >= moment).order_by(ArrivalMarkRow.at).limit(1)
    return session.scalar(found)


def forget_marks(session: Session, before: datetime) -> None:
    """Delete marks that are older."""
    session.execute(delete(ArrivalMarkRow).where(ArrivalMarkRow.at < before))
