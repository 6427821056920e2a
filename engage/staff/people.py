"""People who may sign in: who there is, what they reach, inviting, links, lost devices, closing."""

from collections.abc import Callable

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engage.collection import accounts, second_factors
from engage.collection.accounts import AccountRefused
from engage.collection.second_factors import FactorRefused
from engage.staff.access import Permission, requires
from engage.staff.blueprint import staff_pages, the_account, the_instance
from engage.staff.me import when
from engage.staff.scope_choices import ScopeChoices, read_scope, scope_choices
from engage.staff.staff_sessions import SESSION_LIFE
from engage.staff.words import ROLE_NAMES, ROLES
from engage.storage import factors, sessions, staff
from engage.storage.database import Session
from engage.storage.staff import Account


@staff_pages.get("/staff/people")
@requires(Permission.MANAGE_STAFF)
def people() -> ResponseReturnValue:
    """List everybody who may sign in."""
    return _page()


@staff_pages.post("/staff/people")
@requires(Permission.MANAGE_STAFF)
def invite() -> ResponseReturnValue:
    """Invite somebody; the link is shown once."""
    instance = the_instance()
    email, role = (request.form.get(name, "").strip() for name in ("email", "role"))
    try:
        with instance.database.writing() as session:
            keys, now = instance.settings.keys, instance.now()
            token = accounts.invite(session, keys, email, role, read_scope(request.form), now, the_account().email)
    except AccountRefused as refusal:
        return _page(fault=str(refusal), status=422)
    return _page(link_for=email, token=token, life="7 days")


@staff_pages.get("/staff/people/<int:account_id>")
@requires(Permission.MANAGE_STAFF)
def person(account_id: int) -> ResponseReturnValue:
    """Show one person: role and scope, second step, devices."""
    return _person_page(account_id)


@staff_pages.post("/staff/people/<int:account_id>")
@requires(Permission.MANAGE_STAFF)
def change_person(account_id: int) -> ResponseReturnValue:
    """Give somebody another role and scope."""
    instance, role = the_instance(), request.form.get("role", "")
    try:
        with instance.database.writing() as session:
            known = _known(session, account_id)
            changed = Account(known.id, known.email, role, known.password_hash, read_scope(request.form))
            accounts.change_account(session, instance.settings.keys, changed, instance.now(), the_account().email)
    except AccountRefused as refusal:
        return _person_page(account_id, str(refusal)), 422
    return redirect(url_for("staff.person", account_id=account_id, done="changed"), 303)


@staff_pages.post("/staff/people/<int:account_id>/sessions")
@requires(Permission.MANAGE_STAFF)
def end_sessions_of(account_id: int) -> ResponseReturnValue:
    """Sign somebody out everywhere."""
    instance, by = the_instance(), the_account().email
    with instance.database.writing() as session:
        known, keys, now = _known(session, account_id), instance.settings.keys, instance.now()
        count = sessions.end_all(session, account_id)
        second_factors.note(session, keys, known, "account.session_ended", now, by=by, count=count)
    return redirect(url_for("staff.person", account_id=account_id, done="signed_out"), 303)


@staff_pages.post("/staff/people/<int:account_id>/second-step")
@requires(Permission.MANAGE_STAFF)
def remove_factors_of(account_id: int) -> ResponseReturnValue:
    """Take the second steps of somebody away who lost their device."""
    instance = the_instance()
    try:
        with instance.database.writing() as session:
            _known(session, account_id)
            keys, now = instance.settings.keys, instance.now()
            second_factors.remove_factors(session, keys, account_id, now, the_account().email)
    except FactorRefused as refusal:
        return _person_page(account_id, str(refusal)), 422
    return redirect(url_for("staff.person", account_id=account_id, done="factors"), 303)


@staff_pages.post("/staff/people/<int:account_id>/link")
@requires(Permission.MANAGE_STAFF)
def make_link(account_id: int) -> ResponseReturnValue:
    """Make a link with which somebody signs in once."""
    instance = the_instance()
    try:
        with instance.database.writing() as session:
            email, now = _known(session, account_id).email, instance.now()
            token = accounts.sign_in_link(session, instance.settings.keys, email, now, the_account().email)
    except AccountRefused as refusal:
        return _page(fault=str(refusal), status=422)
    return _page(link_for=email, token=token, life="1 day")


@staff_pages.post("/staff/people/<int:account_id>/close")
@requires(Permission.MANAGE_STAFF)
def close(account_id: int) -> ResponseReturnValue:
    """Close an account; whoever is signed in with it is signed out."""
    instance = the_instance()
    try:
        with instance.database.writing() as session:
            email = _known(session, account_id).email
            keys, now = instance.settings.keys, instance.now()
            accounts.close_account(session, keys, account_id, now, the_account().email)
    except AccountRefused as refusal:
        return _page(fault=str(refusal), status=422)
    return _page(closed=email)


def _page(status: int = 200, token: str | None = None, **said: str) -> ResponseReturnValue:
    instance = the_instance()
    with instance.database.reading() as session:
        known = staff.list_all(session)
        choices = scope_choices(session)
        secured = factors.with_factor(session)
    link = f"{instance.settings.public_url}/staff/in/{token}" if token else None
    page = render_template(
        "staff/people.html",
        people=known,
        is_closed=accounts.is_closed,
        secured=secured,
        roles=ROLES,
        role_names=ROLE_NAMES,
        choices=choices,
        scope_words=_words_by(choices),
        link=link,
        **said,
    )
    return page, status


def _person_page(account_id: int, fault: str | None = None) -> str:
    instance = the_instance()
    with instance.database.reading() as session:
        known = _known(session, account_id)
        choices = scope_choices(session)
        open_sessions = [
            one for one in sessions.of_account(session, account_id) if instance.now() - one.begun_at <= SESSION_LIFE
        ]
        secured = factors.of(session, account_id)
    return render_template(
        "staff/person.html",
        person=known,
        is_closed=accounts.is_closed(known),
        is_own=known.email == the_account().email,
        factors=secured,
        sessions=open_sessions,
        roles=ROLES,
        choices=choices,
        scope_words=_words_by(choices),
        when=when,
        fault=fault,
        done=request.args.get("done"),
    )


def _words_by(choices: ScopeChoices) -> Callable[[Account], str]:
    return lambda account: choices.words_of(account.scope)


def _known(session: Session, account_id: int) -> Account:
    account = staff.get(session, account_id)
    if account is None:
        abort(404)
    return account
