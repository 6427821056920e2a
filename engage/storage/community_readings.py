"""Communities whose own people have read what is published about them, release by release; then everybody may."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ForeignKey, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engage.storage.base import NAME, Base, UtcTime


class CommunityReadingRow(Base):
    """One community that has read one release."""

    __tablename__ = "community_readings"
    release_id: Mapped[int] = mapped_column(ForeignKey("releases.id"), primary_key=True)
    community: Mapped[str] = mapped_column(NAME, primary_key=True)
    #: A group or post, not somebody's name.
    read_by: Mapped[str] = mapped_column(NAME)
    noted_by: Mapped[str] = mapped_column(NAME)
    noted_at: Mapped[datetime] = mapped_column(UtcTime)


@dataclass(frozen=True)
class CommunityReading:
    """Who of a community has read a release, and who noted it."""

    release_id: int
    community: str
    read_by: str
    noted_by: str
    noted_at: datetime


_FIELDS = tuple(CommunityReading.__dataclass_fields__)


def put(session: Session, reading: CommunityReading) -> None:
    """Note that a community has read a release."""
    session.merge(CommunityReadingRow(**{name: getattr(reading, name) for name in _FIELDS}))
    session.flush()


def of_release(session: Session, release_id: int) -> dict[str, CommunityReading]:
    """Return the communities that have read a release, by their code."""
    found = select(CommunityReadingRow).where(CommunityReadingRow.release_id == release_id)
    rows = session.scalars(found.order_by(CommunityReadingRow.community))
    return {row.community: CommunityReading(**{name: getattr(row, name) for name in _FIELDS}) for row in rows}


def remove(session: Session, release_id: int, community: str) -> None:
    """Take the note back."""
    asked = CommunityReadingRow.release_id == release_id, CommunityReadingRow.community == community
    session.execute(delete(CommunityReadingRow).where(*asked))
