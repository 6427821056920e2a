"""Setting a second step up: a passkey or an authenticator app, and the recovery codes that come with the first."""

from io import BytesIO

import qrcode
from flask import redirect, render_template, request, session
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from qrcode.image.svg import SvgPathImage

from engage.collection import passkeys, second_factors
from engage.collection.numbers import SealBroken, open_secret, seal_secret
from engage.collection.second_factors import FactorRefused
from engage.staff.access import Standing, local_path, on_the_way, on_the_way_in
from engage.staff.blueprint import staff_pages, the_instance
from engage.staff.passkey_questions import question_to_make, take_challenge, the_site
from engage.staff.staff_sessions import begin_session, device_of_request
from engage.storage import factors, sessions
from engage.storage.staff import Account

#: Holds the sealed secret of an app until its first code was right.
_BEING_SET_UP = "staff_app_in_the_making"


@staff_pages.get("/staff/me/second-step")
@on_the_way_in(Standing.TO_SET_UP, is_for_all=True)
def set_up_second_step() -> ResponseReturnValue:
    """Show both ways: a passkey, or an authenticator app with its QR code."""
    return _page(local_path(request.args.get("next")))


@staff_pages.post("/staff/me/app")
@on_the_way_in(Standing.TO_SET_UP, is_for_all=True)
def add_own_app() -> ResponseReturnValue:
    """Keep the authenticator app whose first code was typed."""
    instance, account, onward = the_instance(), _person(), local_path(request.form.get("next"))
    keys, now, secret = instance.settings.keys, instance.now(), _secret()
    try:
        with instance.database.writing() as database:
            codes = second_factors.add_app(database, keys, account, secret, request.form.get("code", "")[:20], now)
    except FactorRefused as refusal:
        return _page(onward, str(refusal)), 422
    _go_on(account, "totp")
    return show_recovery_codes(codes, onward) if codes else redirect(onward, 303)


@staff_pages.post("/staff/me/passkeys")
@on_the_way_in(Standing.TO_SET_UP, is_for_all=True)
def add_own_passkey() -> ResponseReturnValue:
    """Keep the passkey that the browser has made."""
    instance, account, onward = the_instance(), _person(), local_path(request.form.get("next"))
    site, challenge, answer = the_site(), take_challenge(), request.form.get("answer", "")
    if site is None or challenge is None:
        return _page(onward, "This took too long. Try again."), 422
    keys, now, name = instance.settings.keys, instance.now(), request.form.get("name", "") or device_of_request()
    try:
        with instance.database.writing() as database:
            codes = passkeys.add_passkey(database, keys, account, site, challenge, answer, name, now)
    except FactorRefused as refusal:
        return _page(onward, str(refusal)), 422
    _go_on(account, "passkey")
    return show_recovery_codes(codes, onward) if codes else redirect(onward, 303)


def show_recovery_codes(codes: tuple[str, ...], onward: str) -> str:
    """Return the page that shows recovery codes, the only time they can be read."""
    return render_template("staff/recovery_codes.html", codes=codes, onward=onward)


def _page(onward: str, fault: str | None = None) -> str:
    instance, account = the_instance(), _person()
    with instance.database.reading() as database:
        known = factors.of(database, account.id)
    secret = _secret()
    user = on_the_way()
    return render_template(
        "staff/set_up_second_step.html",
        onward=onward,
        fault=fault,
        person=account,
        known=known,
        is_needed=user is not None and user.standing is Standing.TO_SET_UP,
        question=question_to_make(account, known.passkeys),
        secret=" ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
        qr=_drawn(second_factors.app_address(secret, account.email, instance.settings.organisation_short)),
    )


def _secret() -> str:
    """Return the secret of the app that is being set up, the same until it is; the cookie holds it sealed."""
    keys = the_instance().settings.keys
    try:
        return open_secret(keys, session[_BEING_SET_UP])
    except (KeyError, SealBroken):
        secret = second_factors.new_secret()
        session[_BEING_SET_UP] = seal_secret(keys, secret)
        return secret


def _go_on(account: Account, factor: str) -> None:
    """Begin a session that has its second factor in place of this one; those without have to show it."""
    user = on_the_way()
    with the_instance().database.writing() as database:
        if user is not None:
            sessions.end(database, account.id, user.session.id)
    begin_session(account, factor)


def _drawn(address: str) -> Markup:
    drawn = BytesIO()
    qrcode.make(address, image_factory=SvgPathImage, box_size=10, border=4).save(drawn)
    svg = drawn.getvalue().decode().partition("?>")[2]
    return Markup(svg)  # noqa: S704 - drawn here, with no text in it


def _person() -> Account:
    user = on_the_way()
    assert user is not None  # noqa: S101 - the guard has let this request through
    return user.account
