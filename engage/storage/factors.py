"""Second factors of staff: passkeys, the secret of an authenticator app (sealed), recovery codes (hashed)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Text, delete, func, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from engage.storage.base import HASH, NAME, Base, UtcTime


class PasskeyRow(Base):
    """One passkey; only its public half is here."""

    __tablename__ = "staff_passkeys"
    id: Mapped[int] = mapped_column(primary_key=True)
    account: Mapped[int] = mapped_column(ForeignKey("staff_accounts.id"), index=True)
    #: The credential's id in base64url.
    credential: Mapped[str] = mapped_column(Text, unique=True)
    public_key: Mapped[bytes]
    sign_count: Mapped[int] = mapped_column(BigInteger)
    name: Mapped[str] = mapped_column(NAME)
    added_at: Mapped[datetime] = mapped_column(UtcTime)


class TotpRow(Base):
    """The authenticator app of an account."""

    __tablename__ = "staff_totp"
    account: Mapped[int] = mapped_column(ForeignKey("staff_accounts.id"), primary_key=True)
    secret_sealed: Mapped[str] = mapped_column(Text)
    #: The half minute of the last code that was used, since 1970: no code of it or before works again.
    last_step: Mapped[int] = mapped_column(BigInteger)
    added_at: Mapped[datetime] = mapped_column(UtcTime)


class RecoveryCodeRow(Base):
    """A code for whoever has lost phone and keys; works once."""

    __tablename__ = "staff_recovery_codes"
    code_hash: Mapped[str] = mapped_column(HASH, primary_key=True)
    account: Mapped[int] = mapped_column(ForeignKey("staff_accounts.id"), index=True)
    used_at: Mapped[datetime | None] = mapped_column(UtcTime)


@dataclass(frozen=True)
class Passkey:
    """One passkey of an account; its number is given when it is stored."""

    account: int
    credential: str
    public_key: bytes
    sign_count: int
    name: str
    added_at: datetime
    id: int = 0


@dataclass(frozen=True)
class Totp:
    """The authenticator app of an account."""

    account: int
    secret_sealed: str
    last_step: int
    added_at: datetime


@dataclass(frozen=True)
class Factors:
    """Which second factors an account has."""

    passkeys: tuple[Passkey, ...] = ()
    totp: Totp | None = None
    #: Recovery codes that still work.
    recovery_codes: int = 0

    @property
    def are_set_up(self) -> bool:
        """Say whether there is one to ask for."""
        return bool(self.passkeys) or self.totp is not None


def of(session: Session, account_id: int) -> Factors:
    """Return the second factors of an account."""
    keys = session.scalars(select(PasskeyRow).where(PasskeyRow.account == account_id).order_by(PasskeyRow.id))
    row = session.get(TotpRow, account_id)
    totp = Totp(row.account, row.secret_sealed, row.last_step, row.added_at) if row else None
    unused = select(func.count()).where(RecoveryCodeRow.account == account_id, RecoveryCodeRow.used_at.is_(None))
    return Factors(tuple(map(_passkey, keys)), totp, session.scalar(unused) or 0)


def with_factor(session: Session) -> frozenset[int]:
    """Return the accounts that have a passkey or an authenticator app."""
    return frozenset((*session.scalars(select(PasskeyRow.account)), *session.scalars(select(TotpRow.account))))


def add_passkey(session: Session, passkey: Passkey) -> bool:
    """Store a passkey; false when it is known already."""
    if find_passkey(session, passkey.credential):
        return False
    fields = {name: value for name, value in vars(passkey).items() if name != "id"}
    session.add(PasskeyRow(**fields))
    session.flush()
    return True


def find_passkey(session: Session, credential: str) -> Passkey | None:
    """Return the passkey with this credential id."""
    row = session.scalar(select(PasskeyRow).where(PasskeyRow.credential == credential))
    return _passkey(row) if row else None


def use_passkey(session: Session, passkey: Passkey, sign_count: int) -> bool:
    """Store a passkey's new count; false when somebody else has used it meanwhile."""
    same = update(PasskeyRow).where(PasskeyRow.id == passkey.id, PasskeyRow.sign_count == passkey.sign_count)
    return bool(session.connection().execute(same.values(sign_count=sign_count)).rowcount)


def remove_passkey(session: Session, account_id: int, passkey_id: int) -> bool:
    """Forget a passkey of an account; false when it has none such."""
    gone = delete(PasskeyRow).where(PasskeyRow.account == account_id, PasskeyRow.id == passkey_id)
    return bool(session.connection().execute(gone).rowcount)


def put_totp(session: Session, totp: Totp) -> None:
    """Store an account's authenticator app in place of the one before."""
    session.merge(TotpRow(**vars(totp)))
    session.flush()


def use_step(session: Session, account_id: int, step: int) -> bool:
    """Use up the codes until a half minute; false when they are used up already."""
    later = update(TotpRow).where(TotpRow.account == account_id, TotpRow.last_step < step)
    return bool(session.connection().execute(later.values(last_step=step)).rowcount)


def remove_totp(session: Session, account_id: int) -> bool:
    """Forget an account's authenticator app; false when it has none."""
    return bool(session.connection().execute(delete(TotpRow).where(TotpRow.account == account_id)).rowcount)


def put_recovery_codes(session: Session, account_id: int, hashes: Iterable[str]) -> None:
    """Store an account's recovery codes in place of those before."""
    session.execute(delete(RecoveryCodeRow).where(RecoveryCodeRow.account == account_id))
    session.add_all(RecoveryCodeRow(code_hash=code_hash, account=account_id) for code_hash in hashes)
    session.flush()


def use_recovery_code(session: Session, account_id: int, code_hash: str, at: datetime) -> bool:
    """Use a recovery code up; false when it is not one of the account's or was used."""
    unused = update(RecoveryCodeRow).where(
        RecoveryCodeRow.account == account_id,
        RecoveryCodeRow.code_hash == code_hash,
        RecoveryCodeRow.used_at.is_(None),
    )
    return bool(session.connection().execute(unused.values(used_at=at)).rowcount)


def remove_all(session: Session, account_id: int) -> None:
    """Forget every second factor of an account."""
    for row in (PasskeyRow, TotpRow, RecoveryCodeRow):
        session.execute(delete(row).where(row.account == account_id))


def _passkey(row: PasskeyRow) -> Passkey:
    return Passkey(row.account, row.credential, row.public_key, row.sign_count, row.name, row.added_at, row.id)
