"""Sessions of staff: begun with a cookie that holds a random id, read at every request, over after a time."""

import hashlib
import secrets
from dataclasses import replace
from datetime import datetime, timedelta

from flask import Flask, Response, request, session
from flask_login import LoginManager, login_user, logout_user

from engage.collection import accounts
from engage.collection.second_factors import IDLE, LONGEST_IDLE, NEEDED_BY
from engage.staff.access import StaffUser, Standing, to_sign_in
from engage.staff.blueprint import the_instance
from engage.staff.devices import device_name
from engage.storage import factors, sessions, staff
from engage.storage.database import Session
from engage.storage.sessions import StaffSession
from engage.storage.staff import Account

#: How long somebody stays signed in, however busy: a working day.
SESSION_LIFE = timedelta(hours=12)
#: Minutes to which it is noted when a session was last used.
_SEEN_EVERY = 10


class _StaffLogin(LoginManager):
    """Flask-Login without its remember-me cookie and its redirects."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.session_protection = "strong"
        # The address of a phone changes on the way; its browser does not.
        self._session_identifier_generator = _browser
        self.user_loader(_load)  # type: ignore[no-untyped-call]
        self.unauthorized_handler(to_sign_in)  # type: ignore[no-untyped-call]

    def _load_user_from_remember_cookie(self, _cookie: str) -> None:
        return None

    def _update_remember_cookie(self, response: Response) -> Response:
        return response


def init_sessions(app: Flask) -> None:
    """Have an application know who is signed in."""
    _StaffLogin().init_app(app, add_context_processor=False)  # type: ignore[no-untyped-call]


def begin_session(account: Account, factor: str | None = None) -> None:
    """Begin a session with nothing in it of the one before; sessions of anybody that are over are forgotten."""
    session.clear()
    token, instance = secrets.token_urlsafe(32), the_instance()
    now = instance.now()
    device = device_of_request()
    begun = StaffSession(0, account.id, device, now, _rounded(now), factor)
    with instance.database.writing() as database:
        sessions.end_old(database, now - SESSION_LIFE)
        sessions.begin(database, _hash(token), begun)
        known = sessions.find(database, _hash(token))
        assert known is not None  # noqa: S101 - it has just been stored
        standing = _standing(database, account, known)
    login_user(StaffUser(account, token, known, standing))


def leave_session() -> None:
    """Leave nothing of the session in the browser."""
    logout_user()
    session.clear()


def device_of_request() -> str:
    """Return the device that asks, as its owner knows it."""
    return device_name(request.headers.get("User-Agent", ""))


def _load(token: str) -> StaffUser | None:
    """Return whose session it is, None once it is over, was ended, or the account was closed."""
    instance = the_instance()
    now = instance.now()
    with instance.database.reading() as database:
        known = sessions.find(database, _hash(token))
        account = staff.get(database, known.account) if known else None
        if known is None or account is None or accounts.is_closed(account) or _is_over(known, account, now):
            return None
        standing = _standing(database, account, known)
    if now - known.seen_at >= timedelta(minutes=_SEEN_EVERY):
        with instance.database.writing() as database:
            sessions.see(database, known.id, _rounded(now))
        known = replace(known, seen_at=_rounded(now))
    return StaffUser(account, token, known, standing)


def _is_over(known: StaffSession, account: Account, now: datetime) -> bool:
    idle = IDLE.get(account.role, LONGEST_IDLE) + timedelta(minutes=_SEEN_EVERY)
    return now - known.begun_at > SESSION_LIFE or now - known.seen_at > idle


def _standing(database: Session, account: Account, known: StaffSession) -> Standing:
    """Say whether a session is whole, or what it still lacks."""
    if known.factor is not None:
        return Standing.WHOLE
    if factors.of(database, account.id).are_set_up:
        return Standing.TO_PROVE
    return Standing.TO_SET_UP if account.role in NEEDED_BY else Standing.WHOLE


def _rounded(moment: datetime) -> datetime:
    return moment.replace(minute=moment.minute // _SEEN_EVERY * _SEEN_EVERY, second=0, microsecond=0)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _browser() -> str:
    return hashlib.sha256(request.headers.get("User-Agent", "").encode()).hexdigest()
