"""Organisations that help, and whether they agreed to be named in public."""

from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engage.collection.organisations import LONGEST_NAME, OrganisationRefused, add_organisation, let_be_named
from engage.staff.access import Permission, may, requires
from engage.staff.blueprint import staff_pages, the_account, the_instance
from engage.storage import organisations


@staff_pages.get("/staff/organisations")
@requires(Permission.RUN_SESSIONS)
def list_organisations() -> ResponseReturnValue:
    """List the organisations; who plans visits says which may be named."""
    return _page()


@staff_pages.post("/staff/organisations")
@requires(Permission.RUN_SESSIONS)
def add_an_organisation() -> ResponseReturnValue:
    """Write an organisation down."""
    instance, account = the_instance(), the_account()
    agreed = request.form.get("agreed") == "yes" and may(account, Permission.PLAN_VISITS)
    try:
        with instance.database.writing() as session:
            name, keys = request.form.get("name", ""), instance.settings.keys
            add_organisation(session, keys, name, agreed=agreed, by=account.email, now=instance.now())
    except OrganisationRefused as refusal:
        return _page(str(refusal)), 422
    return redirect(url_for("staff.list_organisations", done=1), 303)


@staff_pages.post("/staff/organisations/<uuid:organisation_id>")
@requires(Permission.PLAN_VISITS)
def name_organisation(organisation_id: UUID) -> ResponseReturnValue:
    """Write down that an organisation may be named, or may no longer."""
    instance, agreed = the_instance(), request.form.get("agreed") == "yes"
    try:
        with instance.database.writing() as session:
            keys, by = instance.settings.keys, the_account().email
            let_be_named(session, keys, organisation_id, agreed=agreed, by=by, now=instance.now())
    except OrganisationRefused as refusal:
        return _page(str(refusal)), 422
    return redirect(url_for("staff.list_organisations", done=1), 303)


def _page(fault: str | None = None) -> str:
    with the_instance().database.reading() as session:
        known = organisations.list_all(session)
    return render_template(
        "staff/organisations.html",
        organisations=known,
        longest=LONGEST_NAME,
        fault=fault,
        typed=request.form.get("name", "") if fault else "",
        done=request.args.get("done"),
    )
