"""Staff accounts, what each reaches, invitations and one-off sign-in links."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from engage.storage import scopes, sessions
from engage.storage.base import HASH, NAME, Base, UtcTime
from engage.storage.scopes import Scope

ROLES = ("admin", "analyst", "coordinator", "ambassador", "translator", "coder", "partner")


class AccountRow(Base):
    """One member of staff or one ambassador."""

    __tablename__ = "staff_accounts"
    __table_args__ = (
        CheckConstraint(
            "role IN ('admin', 'analyst', 'coordinator', 'ambassador', 'translator', 'coder', 'partner')",
            name="known_role",
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(NAME, unique=True)
    role: Mapped[str] = mapped_column(NAME)
    #: Argon2; none until the invitation was taken up.
    password_hash: Mapped[str | None]


class LinkRow(Base):
    """A link that works once: an invitation to set a password, or a sign-in."""

    __tablename__ = "staff_links"
    __table_args__ = (CheckConstraint("purpose IN ('invitation', 'sign_in')", name="known_purpose"),)
    token_hash: Mapped[str] = mapped_column(HASH, primary_key=True)
    account: Mapped[int] = mapped_column(ForeignKey("staff_accounts.id"))
    purpose: Mapped[str] = mapped_column(NAME)
    expires_at: Mapped[datetime] = mapped_column(UtcTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcTime)


@dataclass(frozen=True)
class Account:
    """One member of staff or one ambassador."""

    id: int
    email: str
    role: str
    password_hash: str | None
    scope: Scope = field(default=Scope())


@dataclass(frozen=True)
class Link:
    """A link that works once, and whose it is."""

    purpose: str
    account: Account
    expires_at: datetime
    used_at: datetime | None


def add(session: Session, email: str, role: str, scope: Scope | None = None) -> Account:
    """Store a new account, or change the role and scope of one with this address."""
    row = session.scalar(select(AccountRow).where(AccountRow.email == email))
    if row is None:
        row = AccountRow(email=email)
        session.add(row)
    row.role = role
    session.flush()
    scopes.put(session, row.id, scope or Scope())
    return _account(row, scope or Scope())


def get(session: Session, account_id: int) -> Account | None:
    """Return an account by its number."""
    row = session.get(AccountRow, account_id)
    return _account(row, scopes.of(session, row.id)) if row else None


def find(session: Session, email: str) -> Account | None:
    """Return the account with this e-mail address."""
    row = session.scalar(select(AccountRow).where(AccountRow.email == email))
    return _account(row, scopes.of(session, row.id)) if row else None


def list_all(session: Session) -> list[Account]:
    """Return every account, by address."""
    limits = scopes.of_all(session)
    rows = session.scalars(select(AccountRow).order_by(AccountRow.email))
    return [_account(row, limits.get(row.id, Scope())) for row in rows]


def set_password(session: Session, account_id: int, password_hash: str) -> None:
    """Store a new password hash and end every session of the account."""
    row = session.get_one(AccountRow, account_id)
    row.password_hash = password_hash
    session.flush()
    sessions.end_all(session, account_id)


def set_role(session: Session, account_id: int, role: str, scope: Scope) -> None:
    """Store another role and scope of an account."""
    session.get_one(AccountRow, account_id).role = role
    session.flush()
    scopes.put(session, account_id, scope)


def add_link(session: Session, token_hash: str, account_id: int, purpose: str, expires_at: datetime) -> None:
    """Store a link that works once."""
    session.add(LinkRow(token_hash=token_hash, account=account_id, purpose=purpose, expires_at=expires_at))
    session.flush()


def get_link(session: Session, token_hash: str) -> Link | None:
    """Return a link and whose it is."""
    row = session.get(LinkRow, token_hash)
    account = get(session, row.account) if row else None
    return Link(row.purpose, account, row.expires_at, row.used_at) if row and account else None


def use_link(session: Session, token_hash: str, at: datetime) -> bool:
    """Use a link up; false when it is unknown, used or expired."""
    row = session.get(LinkRow, token_hash, with_for_update=True)
    if row is None or row.used_at is not None or row.expires_at < at:
        return False
    row.used_at = at
    session.flush()
    return True


def use_up_links(session: Session, account_id: int, at: datetime) -> None:
    """Use up every link of an account that still waits, so that none of them works any more."""
    waiting = update(LinkRow).where(LinkRow.account == account_id, LinkRow.used_at.is_(None))
    session.execute(waiting.values(used_at=at))


def _account(row: AccountRow, scope: Scope) -> Account:
    return Account(row.id, row.email, row.role, row.password_hash, scope)
