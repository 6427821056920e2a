"""Drawings as far as a person has looked at them: what is drawn itself stands only with its response."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, Uuid, delete, func, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from engage.response.drawings import is_drawn
from engage.response.receipts import tombstone_of
from engage.storage.base import HASH, NAME, Base, insert_into
from engage.storage.erasure import Gone

STATES = ("waiting", "shown", "kept_back")


class DrawingRow(Base):
    """What became of one drawing; it goes with its response."""

    __tablename__ = "drawings"
    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'shown', 'kept_back')", name="known_state"),
        CheckConstraint(
            "(state = 'waiting') = (decided_by IS NULL) AND (decided_by IS NULL) = (decided_on IS NULL)",
            name="decided_by_somebody",
        ),
        CheckConstraint("(state = 'kept_back') = (reason IS NOT NULL)", name="kept_back_for_a_reason"),
        Index("ix_drawings_survey", "survey", "wave", "state"),
        Index("ix_drawings_reference", "reference"),
    )
    response_id: Mapped[UUID] = mapped_column(
        Uuid, ForeignKey("responses.response_id", ondelete="CASCADE"), primary_key=True
    )
    question: Mapped[str] = mapped_column(NAME, primary_key=True)
    #: What names the response to staff and in the audit log: its id would give its receipt away.
    reference: Mapped[str] = mapped_column(HASH)
    survey: Mapped[str] = mapped_column(NAME)
    wave: Mapped[str] = mapped_column(NAME)
    state: Mapped[str] = mapped_column(NAME)
    reason: Mapped[str | None] = mapped_column(NAME)
    decided_by: Mapped[str | None] = mapped_column(NAME)
    decided_on: Mapped[date | None] = mapped_column(Date)


@dataclass(frozen=True)
class Drawing:
    """One drawing: whose response and question it stands with, and what was decided on it."""

    response_id: UUID
    question: str
    reference: str
    survey: str
    wave: str
    state: str = "waiting"
    #: Why it is kept back.
    reason: str | None = None
    decided_by: str | None = None
    decided_on: date | None = None


def note_drawings(session: Session, response_id: UUID, survey: str, wave: str, answers: dict[str, Any]) -> None:
    """Let every drawing among the answers of a new response wait for somebody to look at it."""
    for question, answer in answers.items():
        if is_drawn(answer):
            values = vars(Drawing(response_id, question, tombstone_of(response_id), survey, wave))
            session.execute(insert_into(session, DrawingRow).values(**values).on_conflict_do_nothing())


def find(session: Session, reference: str, question: str, *, lock: bool = False) -> Drawing | None:
    """Return one drawing; with `lock` nobody else decides on it meanwhile."""
    found = select(DrawingRow).where(DrawingRow.reference == reference, DrawingRow.question == question)
    row = session.scalar(found.with_for_update() if lock else found)
    return _drawing(row) if row else None


def decide(session: Session, drawing: Drawing) -> None:
    """Keep what was decided on a drawing."""
    decided = {name: getattr(drawing, name) for name in ("state", "reason", "decided_by", "decided_on")}
    this_one = (DrawingRow.response_id == drawing.response_id, DrawingRow.question == drawing.question)
    session.execute(update(DrawingRow).where(*this_one).values(**decided))


def in_state(session: Session, survey: str, wave: str, state: str) -> list[Drawing]:
    """Return the drawings of a wave in a state, in an order that says nothing of when they came."""
    found = select(DrawingRow).where(DrawingRow.survey == survey, DrawingRow.wave == wave, DrawingRow.state == state)
    return [_drawing(row) for row in session.scalars(found.order_by(DrawingRow.reference, DrawingRow.question))]


def count_by_state(session: Session) -> dict[tuple[str, str, str], int]:
    """Return how many drawings there are by survey, wave and state (fieldwork, not answers)."""
    names = (DrawingRow.survey, DrawingRow.wave, DrawingRow.state)
    found = session.execute(select(*names, func.count()).group_by(*names))
    return {(row[0], row[1], row[2]): row[3] for row in found}


def erase(session: Session, gone: Gone) -> int:
    """Forget what was decided on the drawings of responses that go, or of which only the drawings go."""
    dropped = delete(DrawingRow).where(DrawingRow.response_id.in_(gone.response_ids))
    return len(session.execute(dropped.returning(DrawingRow.question)).all())


def _drawing(row: DrawingRow) -> Drawing:
    return Drawing(**{name: getattr(row, name) for name in Drawing.__dataclass_fields__})
