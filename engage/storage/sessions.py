"""Sessions of staff: one row for each, by the hash of what its cookie holds; never an address."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, delete, func, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from engage.storage.base import HASH, NAME, Base, UtcTime


class SessionRow(Base):
    """Somebody signed in on one device."""

    __tablename__ = "staff_sessions"
    __table_args__ = (CheckConstraint("factor IN ('passkey', 'totp', 'recovery', 'link')", name="known_factor"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(HASH, unique=True)
    account: Mapped[int] = mapped_column(ForeignKey("staff_accounts.id"), index=True)
    #: As people know it: "Firefox on Windows".
    device: Mapped[str] = mapped_column(NAME)
    begun_at: Mapped[datetime] = mapped_column(UtcTime)
    #: To the ten minutes.
    seen_at: Mapped[datetime] = mapped_column(UtcTime)
    #: What was shown beside a password or link; none where only one of them was.
    factor: Mapped[str | None] = mapped_column(NAME)


@dataclass(frozen=True)
class StaffSession:
    """Somebody signed in on one device."""

    id: int
    account: int
    device: str
    begun_at: datetime
    seen_at: datetime
    factor: str | None


def begin(session: Session, token_hash: str, begun: StaffSession) -> None:
    """Store a session that begins; its number is given here."""
    session.add(
        SessionRow(
            token_hash=token_hash,
            account=begun.account,
            device=begun.device,
            begun_at=begun.begun_at,
            seen_at=begun.seen_at,
            factor=begun.factor,
        )
    )
    session.flush()


def find(session: Session, token_hash: str) -> StaffSession | None:
    """Return the session of a cookie."""
    row = session.scalar(select(SessionRow).where(SessionRow.token_hash == token_hash))
    return _session(row) if row else None


def of_account(session: Session, account_id: int) -> list[StaffSession]:
    """Return the sessions of an account, the one seen last first."""
    found = select(SessionRow).where(SessionRow.account == account_id)
    return [_session(row) for row in session.scalars(found.order_by(SessionRow.seen_at.desc(), SessionRow.id.desc()))]


def count_all(session: Session, begun_after: datetime) -> dict[int, int]:
    """Return account → sessions that began after a moment."""
    found = select(SessionRow.account, func.count()).where(SessionRow.begun_at > begun_after)
    return {row[0]: row[1] for row in session.execute(found.group_by(SessionRow.account))}


def see(session: Session, session_id: int, at: datetime) -> None:
    """Note when a session was last used."""
    session.execute(update(SessionRow).where(SessionRow.id == session_id).values(seen_at=at))


def prove(session: Session, session_id: int, factor: str) -> None:
    """Note what was shown as the second factor of a session."""
    session.execute(update(SessionRow).where(SessionRow.id == session_id).values(factor=factor))


def end(session: Session, account_id: int, session_id: int) -> bool:
    """End one session of an account; false when it is not one of its."""
    gone = delete(SessionRow).where(SessionRow.account == account_id, SessionRow.id == session_id)
    return bool(session.connection().execute(gone).rowcount)


def end_all(session: Session, account_id: int, but: int | None = None) -> int:
    """End every session of an account, but the one named; returns how many."""
    gone = delete(SessionRow).where(SessionRow.account == account_id)
    if but is not None:
        gone = gone.where(SessionRow.id != but)
    return session.connection().execute(gone).rowcount


def end_old(session: Session, begun_before: datetime) -> None:
    """Forget every session that is over."""
    session.execute(delete(SessionRow).where(SessionRow.begun_at < begun_before))


def end_everybodys(session: Session) -> None:
    """End every session: a database that comes from a backup lets nobody in who had left meanwhile."""
    session.execute(delete(SessionRow))


def _session(row: SessionRow) -> StaffSession:
    return StaffSession(row.id, row.account, row.device, row.begun_at, row.seen_at, row.factor)
