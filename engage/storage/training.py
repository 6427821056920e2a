"""What each ambassador has read and confirmed before running sessions, and on which day."""

from collections import defaultdict
from datetime import date

from sqlalchemy import ForeignKey, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engage.storage.base import NAME, Base, insert_into


class TrainingRow(Base):
    """One thing that somebody has read and confirmed."""

    __tablename__ = "training_records"
    account: Mapped[int] = mapped_column(ForeignKey("staff_accounts.id"), primary_key=True)
    item: Mapped[str] = mapped_column(NAME, primary_key=True)
    #: Day in Europe/London.
    confirmed_on: Mapped[date]


def confirm(session: Session, account_id: int, item: str, on: date) -> bool:
    """Write down that somebody has read something; false where it stands there already."""
    once = insert_into(session, TrainingRow).values(account=account_id, item=item, confirmed_on=on)
    return session.execute(once.on_conflict_do_nothing().returning(TrainingRow.item)).first() is not None


def of(session: Session, account_id: int) -> dict[str, date]:
    """Return what somebody has confirmed: item → day."""
    rows = session.scalars(select(TrainingRow).where(TrainingRow.account == account_id))
    return {row.item: row.confirmed_on for row in rows}


def of_all(session: Session) -> dict[int, dict[str, date]]:
    """Return account → item → day, for everybody who confirmed anything."""
    found: dict[int, dict[str, date]] = defaultdict(dict)
    for row in session.scalars(select(TrainingRow)):
        found[row.account][row.item] = row.confirmed_on
    return dict(found)
