"""The record of what was erased: when, why, how much and of which wave, never what it was."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import CheckConstraint, Index, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engage.storage.base import DOCUMENT, NAME, Base, UtcTime

#: The person asked for it; a reviewer decided so; the time to keep answers, own words or drawings was over; it was
#: erased before and a backup or a copied file had brought it back.
REASONS = ("withdrawn", "review", "answers_over", "words_over", "drawings_over", "restored")


class ErasureRow(Base):
    """One act of erasing, of one response or of several."""

    __tablename__ = "erasures"
    __table_args__ = (
        CheckConstraint(f"reason IN ({', '.join(repr(reason) for reason in REASONS)})", name="known_reason"),
        Index("ix_erasures_wave", "survey", "wave", "reason"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcTime)
    survey: Mapped[str | None] = mapped_column(NAME)
    wave: Mapped[str | None] = mapped_column(NAME)
    reason: Mapped[str] = mapped_column(NAME)
    actor: Mapped[str] = mapped_column(NAME)
    #: How many responses went, or lost their own words or drawings.
    responses: Mapped[int]
    #: Where own words or drawings went: the last response, by its place in the table, that was looked at.
    up_to: Mapped[int | None]
    #: What held something of them → how many rows went.
    traces: Mapped[dict[str, int]] = mapped_column(DOCUMENT)


@dataclass(frozen=True)
class Erasure:
    """One act of erasing; `traces` counts the rows that went, by what they were."""

    at: datetime
    survey: str | None
    wave: str | None
    reason: str
    actor: str
    responses: int
    traces: Mapping[str, int]
    up_to: int | None = None


_FIELDS = tuple(Erasure.__dataclass_fields__)


def add(session: Session, erasure: Erasure) -> None:
    """Record an act of erasing."""
    values = {name: getattr(erasure, name) for name in _FIELDS}
    session.add(ErasureRow(**values | {"traces": dict(erasure.traces)}))
    session.flush()


def newest(session: Session, most: int) -> list[Erasure]:
    """Return what was erased last, newest first."""
    found = select(ErasureRow).order_by(ErasureRow.id.desc()).limit(most)
    return [Erasure(**{name: getattr(row, name) for name in _FIELDS}) for row in session.scalars(found)]


def looked_at_up_to(session: Session, survey: str, wave: str, reason: str) -> int:
    """Return up to which response own words or drawings of a wave were erased, 0 where none were."""
    found = select(func.max(ErasureRow.up_to)).where(ErasureRow.survey == survey, ErasureRow.wave == wave)
    return session.scalar(found.where(ErasureRow.reason == reason)) or 0


def has_ended(session: Session, survey: str, wave: str) -> bool:
    """Say whether the answers of a wave were erased because their time was over."""
    found = select(ErasureRow.id).where(ErasureRow.survey == survey, ErasureRow.wave == wave)
    return session.execute(found.where(ErasureRow.reason == "answers_over").limit(1)).first() is not None


def count_since(session: Session, survey: str, wave: str, moment: datetime) -> int:
    """Return how many whole responses of a wave were erased since then, whatever for (fieldwork, not answers)."""
    found = select(func.sum(ErasureRow.responses)).where(ErasureRow.survey == survey, ErasureRow.wave == wave)
    whole = found.where(ErasureRow.up_to.is_(None), ErasureRow.at >= moment)
    return session.scalar(whole) or 0
