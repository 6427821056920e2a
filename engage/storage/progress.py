"""Who gets a survey's progress report by mail, and which month's went out to whom."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engage.storage.base import NAME, Base, UtcTime, insert_into


class ProgressRecipientRow(Base):
    """Somebody with an account who gets a survey's progress report every month."""

    __tablename__ = "progress_recipients"
    survey: Mapped[str] = mapped_column(NAME, primary_key=True)
    email: Mapped[str] = mapped_column(NAME, primary_key=True)


class ProgressSentRow(Base):
    """The report of a month went out to somebody."""

    __tablename__ = "progress_sent"
    survey: Mapped[str] = mapped_column(NAME, primary_key=True)
    wave: Mapped[str] = mapped_column(NAME, primary_key=True)
    #: Such as 2026-11.
    month: Mapped[str] = mapped_column(NAME, primary_key=True)
    email: Mapped[str] = mapped_column(NAME, primary_key=True)
    sent_at: Mapped[datetime] = mapped_column(UtcTime)


def recipients(session: Session, survey: str) -> list[str]:
    """Return who gets a survey's report, in order."""
    found = select(ProgressRecipientRow.email).where(ProgressRecipientRow.survey == survey)
    return list(session.scalars(found.order_by(ProgressRecipientRow.email)))


def put_recipients(session: Session, survey: str, emails: Collection[str]) -> None:
    """Set who gets a survey's report, in place of those before."""
    session.execute(delete(ProgressRecipientRow).where(ProgressRecipientRow.survey == survey))
    if emails:
        session.execute(
            insert(ProgressRecipientRow), [{"survey": survey, "email": email} for email in sorted(set(emails))]
        )


def claim(session: Session, survey: str, wave: str, month: str, email: str, at: datetime) -> bool:
    """Write down that a month's report goes out to somebody; false where it did already, whoever sent it."""
    statement = insert_into(session, ProgressSentRow)
    statement = statement.values(survey=survey, wave=wave, month=month, email=email, sent_at=at)
    claimed = statement.on_conflict_do_nothing(index_elements=["survey", "wave", "month", "email"])
    return session.execute(claimed.returning(ProgressSentRow.email)).first() is not None


def release(session: Session, survey: str, wave: str, month: str, email: str) -> None:
    """Take back that a month's report went out: the mail server did not take it."""
    key = {"survey": survey, "wave": wave, "month": month, "email": email}
    session.execute(delete(ProgressSentRow).filter_by(**key))


def sent(session: Session, survey: str) -> list[tuple[str, str, str, datetime]]:
    """Return wave, month, recipient and moment of what went out, newest first."""
    columns = (ProgressSentRow.wave, ProgressSentRow.month, ProgressSentRow.email, ProgressSentRow.sent_at)
    found = select(*columns).where(ProgressSentRow.survey == survey).order_by(ProgressSentRow.sent_at.desc())
    return [(wave, month, email, at) for wave, month, email, at in session.execute(found)]
