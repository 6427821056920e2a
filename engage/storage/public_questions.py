"""Questions that anybody asks in public, without a name, and the answers they get."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Uuid, delete, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engage.storage.base import NAME, Base

#: Characters of a question, and of the answer to it.
LONGEST_QUESTION, LONGEST_ANSWER = 500, 2000


class PublicQuestionRow(Base):
    """One question; of who asked it there is nothing, of when only the day."""

    __tablename__ = "public_questions"
    __table_args__ = (
        CheckConstraint(
            "NOT is_published OR (answer IS NOT NULL AND owner IS NOT NULL AND answered_on IS NOT NULL)",
            name="answered_by_somebody",
        ),
        Index("ix_public_questions_survey", "survey", "asked_on"),
    )
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    survey: Mapped[str] = mapped_column(ForeignKey("surveys.slug"))
    area: Mapped[str | None] = mapped_column(NAME)
    #: The language of the page it was asked on.
    language: Mapped[str] = mapped_column(NAME)
    words: Mapped[str] = mapped_column(String(LONGEST_QUESTION))
    asked_on: Mapped[date]
    answer: Mapped[str | None] = mapped_column(String(LONGEST_ANSWER))
    owner: Mapped[str | None] = mapped_column(NAME)
    answered_on: Mapped[date | None]
    is_published: Mapped[bool]


@dataclass(frozen=True)
class PublicQuestion:
    """A question and, once somebody answered it, the answer and whose it is."""

    id: UUID
    survey: str
    words: str
    asked_on: date
    area: str | None = None
    language: str = "en"
    answer: str | None = None
    owner: str | None = None
    answered_on: date | None = None
    is_published: bool = False


_FIELDS = tuple(PublicQuestion.__dataclass_fields__)


def put(session: Session, question: PublicQuestion) -> None:
    """Store a question, new or changed."""
    session.merge(PublicQuestionRow(**{name: getattr(question, name) for name in _FIELDS}))
    session.flush()


def get(session: Session, question_id: UUID) -> PublicQuestion | None:
    """Return a question."""
    row = session.get(PublicQuestionRow, question_id)
    return _question(row) if row else None


def published(session: Session, survey: str) -> list[PublicQuestion]:
    """Return the questions that everybody may read with their answers, newest first."""
    found = select(PublicQuestionRow).where(PublicQuestionRow.survey == survey, PublicQuestionRow.is_published)
    ordered = found.order_by(PublicQuestionRow.answered_on.desc(), PublicQuestionRow.id)
    return [_question(row) for row in session.scalars(ordered)]


def waiting(session: Session, survey: str | None = None) -> list[PublicQuestion]:
    """Return the questions that are not public, those that wait longest first."""
    found = select(PublicQuestionRow).where(~PublicQuestionRow.is_published)
    if survey is not None:
        found = found.where(PublicQuestionRow.survey == survey)
    return [_question(row) for row in session.scalars(found.order_by(PublicQuestionRow.asked_on, PublicQuestionRow.id))]


def count_waiting(session: Session) -> int:
    """Return how many questions are not public."""
    found = select(func.count()).select_from(PublicQuestionRow).where(~PublicQuestionRow.is_published)
    return session.scalar(found) or 0


def count_waiting_of_day(session: Session, survey: str, day: date) -> int:
    """Return how many questions of one day wait."""
    found = select(func.count()).select_from(PublicQuestionRow)
    asked = found.where(
        PublicQuestionRow.survey == survey, PublicQuestionRow.asked_on == day, ~PublicQuestionRow.is_published
    )
    return session.scalar(asked) or 0


def remove(session: Session, question_id: UUID) -> None:
    """Take a question away for good."""
    session.execute(delete(PublicQuestionRow).where(PublicQuestionRow.id == question_id))


def forget_unanswered(session: Session, asked_before: date) -> None:
    """Take away what is not public and was asked before a day."""
    session.execute(
        delete(PublicQuestionRow).where(~PublicQuestionRow.is_published, PublicQuestionRow.asked_on < asked_before)
    )


def _question(row: PublicQuestionRow) -> PublicQuestion:
    return PublicQuestion(**{name: getattr(row, name) for name in _FIELDS})
