"""Signing in and out: by password, throttled, or by a link that works once."""

import hashlib
from datetime import datetime, timedelta

from flask import Flask, Response, abort, current_app, redirect, render_template, request, session
from flask.typing import ResponseReturnValue
from flask_login import LoginManager, login_user, logout_user

from engage.collection import accounts
from engage.staff.access import StaffUser, for_all_staff, local_path, open_to_all, signed_in, to_sign_in
from engage.staff.blueprint import staff_pages, the_account, the_instance
from engage.staff.throttle import Throttle
from engage.storage import staff
from engage.storage.staff import Account, Link

#: How long somebody stays signed in, however busy: a working day.
SESSION_LIFE = timedelta(hours=12)
_SINCE = "staff_since"

_THROTTLE = "engage.sign_in_throttle"
#: What to say, by status.
_FAULTS = {
    401: "This e-mail address and password do not go together.",
    429: "Too many wrong tries. Wait 15 minutes, or ask for a sign-in link.",
}


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


def init_sign_in(app: Flask) -> None:
    """Set signing in up for an application."""
    app.extensions[_THROTTLE] = Throttle()
    _StaffLogin().init_app(app, add_context_processor=False)  # type: ignore[no-untyped-call]


@staff_pages.get("/staff/sign-in")
@open_to_all
def sign_in() -> ResponseReturnValue:
    """Show the form; who is signed in already goes on."""
    onward = local_path(request.args.get("next"))
    if signed_in() is not None:
        return redirect(onward, 303)
    return render_template("staff/sign_in.html", onward=onward)


@staff_pages.post("/staff/sign-in")
@open_to_all
def sign_in_with_password() -> ResponseReturnValue:
    """Sign somebody in, or say that address and password do not go together."""
    email, onward = request.form.get("email", ""), local_path(request.form.get("next"))
    account = _checked(email, request.form.get("password", ""))
    if isinstance(account, int):
        return render_template("staff/sign_in.html", onward=onward, email=email, fault=_FAULTS[account]), account
    instance = the_instance()
    with instance.database.writing() as database:
        accounts.record_sign_in(database, instance.settings.keys, account, instance.now())
    _begin_session(account)
    return redirect(onward, 303)


@staff_pages.post("/staff/sign-out")
@for_all_staff
def sign_out() -> ResponseReturnValue:
    """Sign out; nothing of the session stays, and no copy of it works."""
    instance = the_instance()
    with instance.database.writing() as database:
        accounts.sign_out(database, instance.settings.keys, the_account(), instance.now())
    logout_user()
    session.clear()
    return redirect("/staff/sign-in", 303)


@staff_pages.get("/staff/in/<token>")
@open_to_all
def show_link(token: str) -> ResponseReturnValue:
    """Show what a link is for; only sending the form uses it up."""
    link = _link(token)
    if link is None:
        return render_template("staff/link_gone.html"), 410
    return render_template("staff/link.html", link=link, token=token, shortest=accounts.SHORTEST_PASSWORD)


@staff_pages.post("/staff/in/<token>")
@open_to_all
def use_link(token: str) -> ResponseReturnValue:
    """Use a link up: sign in, or choose the password that the invitation is for."""
    link = _link(token)
    if link is None:
        return render_template("staff/link_gone.html"), 410
    password = request.form.get("password", "")
    fault = accounts.password_fault(link.account.email, password) if link.purpose == "invitation" else None
    if fault:
        page = render_template(
            "staff/link.html", link=link, token=token, shortest=accounts.SHORTEST_PASSWORD, fault=fault
        )
        return page, 422
    _begin_session(_used(link, token, password))
    return redirect("/staff/", 303)


def _used(link: Link, token: str, password: str) -> Account:
    """Use a link up and return whose it was; of two at once only one comes in."""
    instance = the_instance()
    hashed = accounts.hash_password(password) if link.purpose == "invitation" else None
    with instance.database.writing() as database:
        keys, now = instance.settings.keys, instance.now()
        if hashed:
            account = accounts.take_up_invitation(database, keys, token, hashed, now)
        else:
            account = accounts.sign_in_by_link(database, keys, token, now)
    if account is None:
        abort(404)
    return account


def _checked(email: str, password: str) -> Account | int:
    """Return whose address and password these are, or the status to answer with."""
    instance, attempt = the_instance(), _attempt(email)
    throttle: Throttle = current_app.extensions[_THROTTLE]
    if throttle.is_full(attempt, instance.now()):
        return 429
    with instance.database.reading() as database:
        account = staff.find(database, accounts.read_email(email) or "")
    if not accounts.is_password_of(account, password) or account is None:
        throttle.count(attempt, instance.now())
        return 401
    throttle.forget(attempt)
    return account


def _attempt(email: str) -> str:
    """Return what wrong tries are counted by: the account and where they come from, as a hash."""
    named = f"{accounts.read_email(email)}|{request.remote_addr}"
    return hashlib.sha256(named.encode()).hexdigest()


def _begin_session(account: Account) -> None:
    """Begin a session with nothing in it of the one before."""
    session.clear()
    login_user(StaffUser(account, _session_id(account)))
    session[_SINCE] = the_instance().now().isoformat()


def _session_id(account: Account) -> str:
    """Return what a session remembers: the account, its session number, and a mark that changes with its password.

    The mark is for a database that was restored or begun anew, in which the numbers start again.
    """
    mark = hashlib.sha256((account.password_hash or "").encode()).hexdigest()[:16]
    return f"{account.id}.{account.session_number}.{mark}"


def _load(session_id: str) -> StaffUser | None:
    """Return whose session it is, None once it is too old or the account was signed out, closed or given a password."""
    number = session_id.partition(".")[0]
    since = session.get(_SINCE)
    if not number.isdecimal() or since is None:
        return None
    instance = the_instance()
    if instance.now() - datetime.fromisoformat(since) > SESSION_LIFE:
        return None
    with instance.database.reading() as database:
        account = staff.get(database, int(number))
    if account is None or accounts.is_closed(account) or _session_id(account) != session_id:
        return None
    return StaffUser(account, session_id)


def _link(token: str) -> Link | None:
    instance = the_instance()
    with instance.database.reading() as database:
        return accounts.usable_link(database, token, instance.now())


def _browser() -> str:
    return hashlib.sha256(request.headers.get("User-Agent", "").encode()).hexdigest()
