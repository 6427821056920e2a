"""The languages in which each version of a survey is offered to respondents, as staff decided."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engage.storage import revision
from engage.storage.base import NAME, Base, UtcTime


class OfferRow(Base):
    """What was decided about one language of one version; where there is no row, nobody has decided."""

    __tablename__ = "offered_languages"
    __table_args__ = (CheckConstraint("state IN ('offered', 'fallback', 'spoken', 'closed')", name="known_state"),)
    survey: Mapped[str] = mapped_column(ForeignKey("surveys.slug"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    language: Mapped[str] = mapped_column(NAME, primary_key=True)
    state: Mapped[str] = mapped_column(NAME)
    decided_by: Mapped[str] = mapped_column(NAME)
    decided_at: Mapped[datetime] = mapped_column(UtcTime)


@dataclass(frozen=True)
class Offer:
    """A decision: `offered`, `fallback` (though words are missing), `spoken` (recordings, easy read) or `closed`."""

    state: str
    by: str
    at: datetime


def of_version(session: Session, survey: str, version: int) -> Mapping[str, Offer]:
    """Return language → what was decided about it."""
    found = select(OfferRow).where(OfferRow.survey == survey, OfferRow.version == version)
    return {row.language: Offer(row.state, row.decided_by, row.decided_at) for row in session.scalars(found)}


def put(session: Session, survey: str, version: int, language: str, offer: Offer) -> None:
    """Store a decision in the place of the one before."""
    row = OfferRow(survey=survey, version=version, language=language)
    row.state, row.decided_by, row.decided_at = offer.state, offer.by, offer.at
    session.merge(row)
    session.flush()
    revision.move(session, "surveys")


def drop(session: Session, survey: str, version: int, language: str) -> None:
    """Forget a decision."""
    kept = (OfferRow.survey == survey, OfferRow.version == version, OfferRow.language == language)
    session.execute(delete(OfferRow).where(*kept))
    revision.move(session, "surveys")
