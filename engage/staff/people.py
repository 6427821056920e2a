"""People who may sign in: who there is, inviting, links for those who forgot, closing."""

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue

from engage.collection import accounts
from engage.collection.accounts import AccountRefused
from engage.staff.access import Permission, requires
from engage.staff.area_choices import AreaGroup, area_groups
from engage.staff.blueprint import staff_pages, the_account, the_instance
from engage.staff.words import ROLES
from engage.storage import areas, staff
from engage.storage.database import Session


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
    email, role, area = (request.form.get(name, "").strip() for name in ("email", "role", "area"))
    try:
        with instance.database.writing() as session:
            keys, now = instance.settings.keys, instance.now()
            token = accounts.invite(session, keys, email, role, area or None, now, the_account().email)
    except AccountRefused as refusal:
        return _page(fault=str(refusal), status=422)
    return _page(link_for=email, token=token, life="7 days")


@staff_pages.post("/staff/people/<int:account_id>/link")
@requires(Permission.MANAGE_STAFF)
def make_link(account_id: int) -> ResponseReturnValue:
    """Make a link with which somebody signs in once."""
    instance = the_instance()
    try:
        with instance.database.writing() as session:
            email, now = _email(session, account_id), instance.now()
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
            email = _email(session, account_id)
            keys, now = instance.settings.keys, instance.now()
            accounts.close_account(session, keys, account_id, now, the_account().email)
    except AccountRefused as refusal:
        return _page(fault=str(refusal), status=422)
    return _page(closed=email)


def _page(status: int = 200, token: str | None = None, **said: str) -> ResponseReturnValue:
    instance = the_instance()
    with instance.database.reading() as session:
        known = staff.list_all(session)
        tree = areas.read_tree(session)
    groups: list[AreaGroup] = area_groups(tree)
    names = {account.area: tree[account.area].name for account in known if account.area in tree and account.area}
    link = f"{instance.settings.public_url}/staff/in/{token}" if token else None
    page = render_template(
        "staff/people.html",
        people=known,
        is_closed=accounts.is_closed,
        roles=ROLES,
        groups=groups,
        names=names,
        link=link,
        **said,
    )
    return page, status


def _email(session: Session, account_id: int) -> str:
    account = staff.get(session, account_id)
    if account is None:
        abort(404)
    return account.email
