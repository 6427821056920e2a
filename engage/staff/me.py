"""One's own account: where one is signed in, the password, the second step, recovery codes."""

from datetime import datetime

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engage.collection import accounts, second_factors
from engage.collection.accounts import AccountRefused
from engage.collection.receive import LONDON
from engage.collection.second_factors import NEEDED_BY, FactorRefused
from engage.staff.access import for_all_staff, on_the_way
from engage.staff.blueprint import staff_pages, the_account, the_instance
from engage.staff.passkey_questions import question_to_make
from engage.staff.second_steps import show_recovery_codes
from engage.staff.staff_sessions import begin_session
from engage.storage import factors, sessions


@staff_pages.get("/staff/me")
@for_all_staff
def me() -> ResponseReturnValue:
    """Show where one is signed in and what one signs in with."""
    return _page()


@staff_pages.post("/staff/me/sessions/<int:session_id>/end")
@for_all_staff
def end_own_session(session_id: int) -> ResponseReturnValue:
    """Sign out on one other device."""
    instance, account = the_instance(), the_account()
    with instance.database.writing() as database:
        if not sessions.end(database, account.id, session_id):
            abort(404)
        second_factors.note(database, instance.settings.keys, account, "account.session_ended", instance.now())
    return _done("one_out")


@staff_pages.post("/staff/me/sessions/end")
@for_all_staff
def end_other_sessions() -> ResponseReturnValue:
    """Sign out everywhere but here."""
    instance, account = the_instance(), the_account()
    with instance.database.writing() as database:
        count = sessions.end_all(database, account.id, but=_session_id())
        keys, now = instance.settings.keys, instance.now()
        second_factors.note(database, keys, account, "account.session_ended", now, count=count)
    return _done("others_out")


@staff_pages.post("/staff/me/password")
@for_all_staff
def change_password() -> ResponseReturnValue:
    """Choose another password; every other device is signed out."""
    instance, account, form = the_instance(), the_account(), request.form
    user = on_the_way()
    hashed = accounts.hash_password(form.get("password", "")[: accounts.LONGEST_PASSWORD + 1])
    try:
        with instance.database.writing() as database:
            given = (form.get("old_password", ""), form.get("password", ""))
            accounts.change_password(database, instance.settings.keys, account, given, hashed, instance.now())
    except AccountRefused as refusal:
        return _page(str(refusal)), 422
    begin_session(account, user.session.factor if user else None)
    return _done("password")


@staff_pages.post("/staff/me/app/remove")
@for_all_staff
def remove_own_app() -> ResponseReturnValue:
    """Take the authenticator app away."""
    instance, account = the_instance(), the_account()
    try:
        with instance.database.writing() as database:
            second_factors.remove_app(database, instance.settings.keys, account, instance.now())
    except FactorRefused as refusal:
        return _page(str(refusal)), 422
    return _done("removed")


@staff_pages.post("/staff/me/passkeys/<int:passkey_id>/remove")
@for_all_staff
def remove_own_passkey(passkey_id: int) -> ResponseReturnValue:
    """Take a passkey away."""
    instance, account = the_instance(), the_account()
    try:
        with instance.database.writing() as database:
            second_factors.remove_passkey(database, instance.settings.keys, account, passkey_id, instance.now())
    except FactorRefused as refusal:
        return _page(str(refusal)), 422
    return _done("removed")


@staff_pages.post("/staff/me/recovery-codes")
@for_all_staff
def renew_recovery_codes() -> ResponseReturnValue:
    """Show new recovery codes, once; those before no longer work."""
    instance, account = the_instance(), the_account()
    with instance.database.writing() as database:
        if not factors.of(database, account.id).are_set_up:
            return _page("Set up a second step first."), 422
        codes = second_factors.make_recovery_codes(database, instance.settings.keys, account, instance.now())
    return show_recovery_codes(codes, "/staff/me")


def when(moment: datetime) -> str:
    """Return a moment as its day and hour in London."""
    here = moment.astimezone(LONDON)
    return f"{here.day} {here:%B %Y}, {here:%H}:00"


def _page(fault: str | None = None) -> str:
    account = the_account()
    with the_instance().database.reading() as database:
        known = factors.of(database, account.id)
        open_sessions = sessions.of_account(database, account.id)
    return render_template(
        "staff/me.html",
        known=known,
        sessions=open_sessions,
        here=_session_id(),
        needs=account.role in NEEDED_BY,
        shortest=accounts.SHORTEST_PASSWORD,
        question=question_to_make(account, known.passkeys),
        when=when,
        fault=fault,
        done=request.args.get("done"),
    )


def _session_id() -> int:
    user = on_the_way()
    assert user is not None  # noqa: S101 - the guard has let this request through
    return user.session.id


def _done(what: str) -> ResponseReturnValue:
    return redirect(url_for("staff.me", done=what), 303)
