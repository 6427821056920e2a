"""Accounts of staff and ambassadors: invitations, roles and scopes, links that sign in once, passwords, closing."""

import hashlib
import re
import secrets
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import cache
from unicodedata import normalize

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from engage.settings import Keys
from engage.storage import areas, audit, questionnaires, sessions, staff, waves
from engage.storage.database import Session
from engage.storage.scopes import Scope
from engage.storage.staff import ROLES, Account, Link

#: How long a link that works once may be used.
INVITATION_LIFE = timedelta(days=7)
SIGN_IN_LIFE = timedelta(days=1)
#: Characters of a password; the longest only bounds the work of hashing it.
SHORTEST_PASSWORD, LONGEST_PASSWORD = 12, 200
#: Different characters a password needs, so that it is not one key held down.
FEWEST_CHARACTERS = 5
#: Characters of an e-mail address.
LONGEST_EMAIL = 100
#: Stands in the place of a password that nobody can use any more.
CLOSED = "closed"

_LANGUAGE_TAG = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")

_hasher = PasswordHasher()


class AccountRefused(Exception):
    """An account cannot be made or used as asked; the message says why."""


def invite(session: Session, keys: Keys, email: str, role: str, scope: Scope | None, now: datetime, by: str) -> str:
    """Make an account, or change the role and scope of one, and return the token of its invitation link.

    The link lets somebody choose a password, once, within seven days; links made before work no longer.
    Raises AccountRefused.
    """
    address = read_email(email)
    if address is None:
        raise AccountRefused(f"{email!r} is not an e-mail address")
    limits = scope or Scope()
    _refuse_unknown(session, role, limits)
    before = staff.find(session, address)
    if before is not None and before.email == by and role != before.role:
        raise AccountRefused("you cannot change your own role")
    account = staff.add(session, address, role, limits)
    staff.use_up_links(session, account.id, now)
    _audit(session, keys, "staff.invited", account, now, by, role=role, scope=limits.to_document())
    return _link(session, account, "invitation", now + INVITATION_LIFE)


def change_account(session: Session, keys: Keys, changed: Account, now: datetime, by: str) -> None:
    """Give an account another role and scope; whoever is signed in with it goes on with those.

    Raises AccountRefused.
    """
    before = staff.get(session, changed.id)
    if before is None or is_closed(before):
        raise AccountRefused("there is no such account")
    if before.email == by:
        raise AccountRefused("you cannot change your own role or scope")
    _refuse_unknown(session, changed.role, changed.scope)
    staff.set_role(session, changed.id, changed.role, changed.scope)
    told = {
        name: {"role": one.role, "scope": one.scope.to_document()}
        for name, one in (("before", before), ("after", changed))
    }
    _audit(session, keys, "account.changed", before, now, by, **told)


def _refuse_unknown(session: Session, role: str, scope: Scope) -> None:
    """Raise AccountRefused for a role, area, survey or wave that there is not, or a scope that a role cannot have."""
    if role not in ROLES:
        raise AccountRefused(f"{role!r} is not a role; the roles are {', '.join(ROLES)}")
    if role == "admin" and not scope.is_everything:
        raise AccountRefused("an admin reaches everything; areas, surveys, waves and languages are for other roles")
    if scope.languages and role != "translator":
        raise AccountRefused("languages are for translators")
    fault = next(_unknown_in(session, scope), None)
    if fault is not None:
        raise AccountRefused(fault)


def _unknown_in(session: Session, scope: Scope) -> Iterator[str]:
    tree = areas.read_tree(session)
    yield from (f"no area has the code {code!r}" for code in sorted(scope.areas) if code not in tree)
    surveys = sorted(scope.surveys)
    yield from (f"no survey is called {slug!r}" for slug in surveys if questionnaires.get(session, slug) is None)
    for name in sorted(scope.waves):
        slug, _, wave = name.partition("/")
        if waves.get(session, slug, wave) is None:
            yield f"there is no wave {name!r}; it is written survey/wave"
    languages = sorted(scope.languages)
    yield from (f"{tag!r} is not a language tag, such as so" for tag in languages if not _LANGUAGE_TAG.fullmatch(tag))


def sign_in_link(session: Session, keys: Keys, email: str, now: datetime, by: str) -> str:
    """Return the token of a link that signs an account in, once, within a day. Raises AccountRefused."""
    account = staff.find(session, read_email(email) or "")
    if account is None or is_closed(account):
        raise AccountRefused(f"there is no account for {email!r}")
    _audit(session, keys, "staff.sign_in_link", account, now, by)
    return _link(session, account, "sign_in", now + SIGN_IN_LIFE)


def usable_link(session: Session, token: str, now: datetime) -> Link | None:
    """Return the link of a token as long as it still works; looking does not use it up."""
    link = staff.get_link(session, _token_hash(token))
    if link is None or link.used_at is not None or link.expires_at < now:
        return None
    return None if link.purpose == "sign_in" and is_closed(link.account) else link


def take_up_invitation(session: Session, keys: Keys, token: str, hashed_password: str, now: datetime) -> Account | None:
    """Use an invitation up and keep the password's hash; None where the link does not work any more.

    No other link of the account works afterwards and nobody stays signed in with it.
    """
    link = usable_link(session, token, now)
    if link is None or link.purpose != "invitation" or not staff.use_link(session, _token_hash(token), now):
        return None
    staff.use_up_links(session, link.account.id, now)
    staff.set_password(session, link.account.id, hashed_password)
    _audit(session, keys, "staff.password_chosen", link.account, now, link.account.email)
    return staff.get(session, link.account.id)


def change_password(
    session: Session, keys: Keys, account: Account, given: tuple[str, str], hashed: str, now: datetime
) -> None:
    """Keep the hash of another password; `given` is the old one, where there is one, and the new one.

    Nobody stays signed in with the account. Raises AccountRefused.
    """
    old, new = given
    if account.password_hash is not None and not is_password_of(account, old):
        raise AccountRefused("The old password is not right.")
    fault = password_fault(account.email, new)
    if fault:
        raise AccountRefused(fault)
    staff.set_password(session, account.id, hashed)
    _audit(session, keys, "account.password_changed", account, now, account.email)


def sign_in_by_link(session: Session, keys: Keys, token: str, now: datetime) -> Account | None:
    """Use a sign-in link up and return whose it was; None where it does not work any more."""
    link = usable_link(session, token, now)
    if link is None or link.purpose != "sign_in" or not staff.use_link(session, _token_hash(token), now):
        return None
    record_sign_in(session, keys, link.account, now, "link")
    return link.account


def record_sign_in(session: Session, keys: Keys, account: Account, now: datetime, how: str = "password") -> None:
    """Write down that somebody has signed in, by password, link or passkey."""
    _audit(session, keys, "staff.signed_in", account, now, account.email, how=how)


def sign_out(session: Session, keys: Keys, account: Account, session_id: int, now: datetime) -> None:
    """End a session, with whoever holds a copy of its cookie; those on other devices go on."""
    sessions.end(session, account.id, session_id)
    _audit(session, keys, "staff.signed_out", account, now, account.email)


def close_account(session: Session, keys: Keys, account_id: int, now: datetime, by: str) -> None:
    """Close an account: its password and links no longer work and nobody stays signed in with it.

    An invitation opens it again. Raises AccountRefused.
    """
    account = staff.get(session, account_id)
    if account is None:
        raise AccountRefused("there is no such account")
    if account.email == by:
        raise AccountRefused("you cannot close your own account")
    staff.use_up_links(session, account.id, now)
    staff.set_password(session, account.id, CLOSED)
    _audit(session, keys, "staff.closed", account, now, by)


def is_closed(account: Account) -> bool:
    """Say whether an account was closed."""
    return account.password_hash == CLOSED


def has_signed_in(account: Account) -> bool:
    """Say whether somebody has taken up the invitation and may still sign in."""
    return account.password_hash is not None and not is_closed(account)


def read_email(text: str) -> str | None:
    """Return an e-mail address as it is kept, in lower case, or None where it cannot be one."""
    address = text.strip().lower()
    name, at, host = address.rpartition("@")
    is_address = bool(name and at and host) and "@" not in name and address.isprintable() and " " not in address
    return address if is_address and len(address) <= LONGEST_EMAIL else None


def password_fault(email: str, password: str) -> str | None:
    """Return what is wrong with a password somebody chose, in words, or None."""
    if len(password) < SHORTEST_PASSWORD:
        return f"Use at least {SHORTEST_PASSWORD} characters. Three or four words that do not belong together are good."
    if len(password) > LONGEST_PASSWORD:
        return f"Use at most {LONGEST_PASSWORD} characters."
    if len(set(password)) < FEWEST_CHARACTERS or email.casefold() in password.casefold():
        return "This would be easy to guess. Three or four words that do not belong together are good."
    return None


def hash_password(password: str) -> str:
    """Return what is kept of a password (Argon2id; takes about a tenth of a second on purpose)."""
    return _hasher.hash(_plain(password))


def is_password_of(account: Account | None, password: str) -> bool:
    """Say whether this is the account's password; takes as long for an address that nobody has."""
    stored = account.password_hash if account else None
    has_one = stored is not None and stored != CLOSED
    try:
        _hasher.verify(stored if has_one and stored else _nobodys_hash(), _plain(password[: LONGEST_PASSWORD + 1]))
    except (VerificationError, InvalidHashError):
        return False
    return has_one


@cache
def _nobodys_hash() -> str:
    return _hasher.hash(secrets.token_urlsafe(32))


def _plain(password: str) -> str:
    return normalize("NFKC", password)


def _link(session: Session, account: Account, purpose: str, expires_at: datetime) -> str:
    token = secrets.token_urlsafe(32)
    staff.add_link(session, _token_hash(token), account.id, purpose, expires_at)
    return token


def _token_hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _audit(
    session: Session, keys: Keys, action: str, account: Account, at: datetime, by: str, **detail: object
) -> None:
    audit.append(session, keys.audit, at=at, actor=by, action=action, subject=account.email, detail=detail)
