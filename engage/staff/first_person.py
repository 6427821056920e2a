"""The very first account: on an instance without any, a link that `engage serve` prints makes the first admin."""

import hashlib
import secrets
from hmac import compare_digest

from flask import Flask, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engage.collection import accounts
from engage.collection.accounts import AccountRefused
from engage.staff.blueprint import staff_pages, the_instance
from engage.storage import staff
from engage.storage.instance import Instance

#: Where an application keeps the hash of its token; it dies with the process, or with the first account.
_TOKEN = "engage.first_person"  # noqa: S105 - the name, not the token
_PAGES = ("staff.show_link", "staff.use_link")
#: How the audit log names whoever has no account yet.
ACTOR = "first start"


def first_link(app: Flask) -> str | None:
    """Return the path by which the first admin comes in, None where somebody has an account."""
    if _somebody_is_here(app.extensions["engage"]):
        return None
    token = secrets.token_urlsafe(32)
    app.extensions[_TOKEN] = _hashed(token)
    return f"/staff/in/{token}"


def first_known(app: Flask) -> dict[str, str]:
    """Return what other processes that answer for this one have to know of that link."""
    return {_TOKEN: app.extensions[_TOKEN]} if _TOKEN in app.extensions else {}


@staff_pages.before_request
def receive_first_person() -> ResponseReturnValue | None:
    """Ask whoever brings the first link for their address, and lead them on by an invitation of their own."""
    known = current_app.extensions.get(_TOKEN)
    token = (request.view_args or {}).get("token", "")
    if known is None or request.endpoint not in _PAGES or not compare_digest(known, _hashed(token)):
        return None
    instance, email = the_instance(), request.form.get("email", "")
    if _somebody_is_here(instance):
        return None
    if request.method != "POST":
        return render_template("staff/first_person.html")
    try:
        with instance.database.writing() as session:
            if staff.list_all(session):
                return None
            invited = accounts.invite(session, instance.settings.keys, email, "admin", None, instance.now(), ACTOR)
    except AccountRefused:
        return render_template("staff/first_person.html", fault="That is not an e-mail address.", email=email), 422
    current_app.extensions.pop(_TOKEN, None)
    return redirect(url_for("staff.show_link", token=invited), 303)


def _somebody_is_here(instance: Instance) -> bool:
    with instance.database.reading() as session:
        return bool(staff.list_all(session))


def _hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
