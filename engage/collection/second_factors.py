"""Second factors: codes of an authenticator app, recovery codes, and taking them away from who lost them."""

import hashlib
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta

import pyotp

from engage.collection.numbers import open_secret, seal_secret
from engage.settings import Keys
from engage.storage import audit, factors, sessions, staff
from engage.storage.database import Session
from engage.storage.factors import Totp
from engage.storage.staff import Account

#: Who does nothing before a second factor is set up: they see what must not be lost with one password.
NEEDED_BY = frozenset({"admin", "analyst"})
#: Seconds that a code of an authenticator app stands for (RFC 6238).
STEP = 30
#: Steps before and after the present one whose code is taken, for clocks that go wrong.
_AROUND = (0, -1, 1)
#: Recovery codes made at once, and the characters of one: 60 bits, no letter that looks like a digit.
RECOVERY_CODES = 8
_SIGNS, _CODE_LENGTH = "abcdefghjkmnpqrstuvwxyz23456789", 12
#: How long a session may go unused, by role; everybody signs in anew after twelve hours in any case.
IDLE: Mapping[str, timedelta] = {role: timedelta(hours=2) for role in NEEDED_BY}
LONGEST_IDLE = timedelta(hours=12)


class FactorRefused(Exception):
    """A second factor cannot be set up or taken away as asked; the message says why."""


def new_secret() -> str:
    """Return the secret of an authenticator app, in base32."""
    return pyotp.random_base32()


def app_address(secret: str, email: str, organisation: str) -> str:
    """Return what the QR code says that an authenticator app reads."""
    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=organisation)


def add_app(session: Session, keys: Keys, account: Account, secret: str, typed: str, now: datetime) -> tuple[str, ...]:
    """Set an authenticator app up, in place of the one before, once its first code is right.

    Returns the recovery codes to show where it is the first second factor. Raises FactorRefused.
    """
    step = _step_of(secret, typed, now)
    if step is None:
        raise FactorRefused("This code does not fit. Wait for the next one, and check the time of the phone.")
    is_first = not factors.of(session, account.id).are_set_up
    factors.put_totp(session, Totp(account.id, seal_secret(keys, secret), step, now))
    note(session, keys, account, "account.app_added", now)
    return make_recovery_codes(session, keys, account, now) if is_first else ()


def remove_app(session: Session, keys: Keys, account: Account, now: datetime) -> None:
    """Take the authenticator app away. Raises FactorRefused where it is the last factor of who needs one."""
    known = factors.of(session, account.id)
    _keep_one(account, len(known.passkeys))
    if factors.remove_totp(session, account.id):
        note(session, keys, account, "account.app_removed", now)
    if not known.passkeys:
        factors.remove_all(session, account.id)


def remove_passkey(session: Session, keys: Keys, account: Account, passkey_id: int, now: datetime) -> None:
    """Take a passkey away. Raises FactorRefused where it is the last factor of who needs one, or none of theirs."""
    known = factors.of(session, account.id)
    left = len(known.passkeys) - 1 + (known.totp is not None)
    _keep_one(account, left)
    if not factors.remove_passkey(session, account.id, passkey_id):
        raise FactorRefused("There is no such passkey.")
    if not left:
        factors.remove_all(session, account.id)
    note(session, keys, account, "account.passkey_removed", now)


def show_code(session: Session, keys: Keys, account: Account, typed: str, now: datetime) -> str | None:
    """Use up a code that somebody typed; returns which factor it was, None where it is wrong or was used."""
    known = factors.of(session, account.id)
    step = _step_of(open_secret(keys, known.totp.secret_sealed), typed, now) if known.totp else None
    if step is not None and factors.use_step(session, account.id, step):
        shown = "totp"
    elif factors.use_recovery_code(session, account.id, _code_hash(typed), now):
        shown = "recovery"
    else:
        note(session, keys, account, "account.code_refused", now)
        return None
    note(session, keys, account, "account.factor_shown", now, factor=shown)
    return shown


def make_recovery_codes(session: Session, keys: Keys, account: Account, now: datetime) -> tuple[str, ...]:
    """Return new recovery codes, to be shown once; those before no longer work."""
    codes = tuple("".join(secrets.choice(_SIGNS) for _ in range(_CODE_LENGTH)) for _ in range(RECOVERY_CODES))
    factors.put_recovery_codes(session, account.id, map(_code_hash, codes))
    note(session, keys, account, "account.recovery_codes_made", now)
    return tuple("-".join((code[:4], code[4:8], code[8:])) for code in codes)


def remove_factors(session: Session, keys: Keys, account_id: int, now: datetime, by: str) -> None:
    """Take every second factor of a person away who lost their device; nobody stays signed in with the account.

    Raises FactorRefused for one's own.
    """
    account = staff.get(session, account_id)
    if account is None or account.email == by:
        raise FactorRefused("you cannot remove your own here; ask another admin")
    factors.remove_all(session, account_id)
    sessions.end_all(session, account_id)
    note(session, keys, account, "account.factors_removed", now, by=by)


def note(
    session: Session, keys: Keys, account: Account, action: str, now: datetime, by: str | None = None, **detail: object
) -> None:
    """Write an act with an account down."""
    actor = by or account.email
    audit.append(session, keys.audit, at=now, actor=actor, action=action, subject=account.email, detail=detail)


def _keep_one(account: Account, left: int) -> None:
    if not left and account.role in NEEDED_BY:
        raise FactorRefused("This is your last second step, and your role needs one. Add another one first.")


def _step_of(secret: str, typed: str, now: datetime) -> int | None:
    """Return the half minute whose code was typed, the present one or one beside it."""
    code, present = "".join(typed.split()), int(now.timestamp()) // STEP
    totp = pyotp.TOTP(secret)
    steps = (present + beside for beside in _AROUND)
    return next((step for step in steps if secrets.compare_digest(totp.at(step * STEP).encode(), code.encode())), None)


def _code_hash(typed: str) -> str:
    plain = "".join(sign for sign in typed.lower() if sign.isalnum())
    return hashlib.sha256(plain.encode()).hexdigest()
