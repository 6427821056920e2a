"""Signing in and out: by password and second step, by passkey, or by a link that works once; all throttled."""

from flask import abort, redirect, render_template, request
from flask.typing import ResponseReturnValue

from engage.collection import accounts, passkeys, second_factors
from engage.collection.throttle import Throttle, network_of
from engage.staff.access import Standing, local_path, on_the_way, on_the_way_in, open_to_all, signed_in
from engage.staff.blueprint import staff_pages, the_instance
from engage.staff.passkey_questions import question_to_sign_in, take_challenge, the_site
from engage.staff.staff_sessions import begin_session, leave_session
from engage.storage import factors, sessions, staff, waves
from engage.storage.staff import Account, Link

#: Wrong tries for one account from one address within the time, after which not even the right password counts.
MOST_WRONG = 5
_TOO_MANY = "Too many wrong tries. Wait 15 minutes, or ask for a sign-in link."
#: What to say, by status.
_FAULTS = {401: "This e-mail address and password do not go together.", 429: _TOO_MANY}
_NO_PASSKEY = "This passkey is not known here. Sign in with your password instead."


@staff_pages.get("/staff/sign-in")
@open_to_all
def sign_in() -> ResponseReturnValue:
    """Show the form; who is signed in already goes on."""
    onward = local_path(request.args.get("next"))
    if signed_in() is not None:
        return redirect(onward, 303)
    return _form(onward)


@staff_pages.post("/staff/sign-in")
@open_to_all
def sign_in_with_password() -> ResponseReturnValue:
    """Sign somebody in, or say that address and password do not go together."""
    email, onward = request.form.get("email", ""), local_path(request.form.get("next"))
    account = _checked(email, request.form.get("password", ""))
    if isinstance(account, int):
        return _form(onward, _FAULTS[account], email), account
    instance = the_instance()
    with instance.database.writing() as database:
        accounts.record_sign_in(database, instance.settings.keys, account, instance.now())
    begin_session(account)
    return redirect(onward, 303)


@staff_pages.post("/staff/sign-in/passkey")
@open_to_all
def sign_in_with_passkey() -> ResponseReturnValue:
    """Sign somebody in with a passkey, which is enough: it is a device and its owner's finger, face or number."""
    instance, onward = the_instance(), local_path(request.form.get("next"))
    site, challenge, attempt = the_site(), take_challenge(), _attempt("passkey")
    if site is None or challenge is None:
        return _form(onward, "This took too long. Try again."), 401
    if not _throttle().may_try(attempt):
        return _form(onward, _TOO_MANY), 429
    keys, now, answer = instance.settings.keys, instance.now(), request.form.get("answer", "")
    with instance.database.writing() as database:
        account = passkeys.show_passkey(database, keys, site, challenge, answer, now)
        if account is not None and not accounts.is_closed(account):
            accounts.record_sign_in(database, keys, account, now, "passkey")
    if account is None or accounts.is_closed(account):
        return _form(onward, _NO_PASSKEY), 401
    _throttle().forget(attempt)
    _begin_anew(account, "passkey")
    return redirect(onward, 303)


@staff_pages.get("/staff/sign-in/second")
@on_the_way_in(Standing.TO_PROVE, is_for_all=True)
def second_step() -> ResponseReturnValue:
    """Ask for a code or a passkey, once the password was right; who is signed in already goes on."""
    onward = local_path(request.args.get("next"))
    return redirect(onward, 303) if signed_in() is not None else _second_form(onward)


@staff_pages.post("/staff/sign-in/second")
@on_the_way_in(Standing.TO_PROVE)
def show_second_step() -> ResponseReturnValue:
    """Take a code of an authenticator app or a recovery code; each works once."""
    instance, account, onward = the_instance(), _person(), local_path(request.form.get("next"))
    attempt, now = f"second|{account.id}", instance.now()
    if not _throttle().may_try(attempt):
        return _second_form(onward, _TOO_MANY), 429
    with instance.database.writing() as database:
        typed = request.form.get("code", "")[:100]
        factor = second_factors.show_code(database, instance.settings.keys, account, typed, now)
    if factor is None:
        return _second_form(onward, "This code is not right, or was used before."), 401
    _throttle().forget(attempt)
    _begin_anew(account, factor)
    return redirect(onward, 303)


@staff_pages.post("/staff/sign-out")
@on_the_way_in(Standing.TO_PROVE, Standing.TO_SET_UP, is_for_all=True)
def sign_out() -> ResponseReturnValue:
    """Sign out; nothing of the session stays, and no copy of it works."""
    instance, user = the_instance(), on_the_way()
    with instance.database.writing() as database:
        assert user is not None  # noqa: S101 - the guard has let this request through
        accounts.sign_out(database, instance.settings.keys, user.account, user.session.id, instance.now())
    leave_session()
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
    account = _used(link, token, password)
    with the_instance().database.reading() as database:
        is_enough = waves.any_synthetic(database)  # a stranger looks at a demonstration with nothing but its link
    begin_session(account, "link" if is_enough else None)
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


def _begin_anew(account: Account, factor: str) -> None:
    """Begin a whole session in place of the one that led to it."""
    user = on_the_way()
    if user is not None:
        with the_instance().database.writing() as database:
            sessions.end(database, user.account.id, user.session.id)
    begin_session(account, factor)


def _form(onward: str, fault: str | None = None, email: str = "") -> str:
    return render_template(
        "staff/sign_in.html", onward=onward, email=email, fault=fault, question=question_to_sign_in()
    )


def _second_form(onward: str, fault: str | None = None) -> str:
    account = _person()
    with the_instance().database.reading() as database:
        known = factors.of(database, account.id)
    question = question_to_sign_in() if known.passkeys else None
    return render_template(
        "staff/second_step.html", onward=onward, fault=fault, person=account, known=known, question=question
    )


def _person() -> Account:
    user = on_the_way()
    assert user is not None  # noqa: S101 - the guard has let this request through
    return user.account


def _checked(email: str, password: str) -> Account | int:
    """Return whose address and password these are, or the status to answer with."""
    instance, attempt = the_instance(), _attempt(email)
    if not _throttle().may_try(attempt):
        return 429
    with instance.database.reading() as database:
        account = staff.find(database, accounts.read_email(email) or "")
    if not accounts.is_password_of(account, password) or account is None:
        return 401
    _throttle().forget(attempt)
    return account


def _throttle() -> Throttle:
    return Throttle(the_instance(), MOST_WRONG)


def _attempt(email: str) -> str:
    """Return what wrong tries are counted by: the account and where they come from."""
    return f"{accounts.read_email(email) or email}|{network_of(request.remote_addr)}"


def _link(token: str) -> Link | None:
    instance = the_instance()
    with instance.database.reading() as database:
        return accounts.usable_link(database, token, instance.now())
