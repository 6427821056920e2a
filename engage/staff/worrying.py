"""“I am worried about someone”: a page that works without a network, and what it tells whoever is on duty."""

import json
from uuid import uuid4

from flask import Response, abort, current_app, jsonify, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import generate_csrf

from engage.areas import Level
from engage.collection.flags import READER_WORRIED
from engage.collection.tablets import tablet_of
from engage.collection.worries import ABOUT, MOST, Worry, surveys_to_tell, take_in, tell_duty
from engage.sealing import current_key, read_keys
from engage.staff.access import Permission, may, open_to_all, requires, signed_in
from engage.staff.blueprint import staff_pages, the_account, the_instance
from engage.staff.kept_pages import script_of, worker_behind
from engage.storage import areas, questionnaires
from engage.storage.database import Session

#: The field that says whose duty contacts are told. Not `survey`: a worry is told of whatever survey, by anybody.
SURVEY_FIELD = "asked_at"


@staff_pages.get("/staff/worried")
@open_to_all
def worried() -> ResponseReturnValue:
    """Show the page. It is the same for everybody and names nobody: devices keep it for when there is no network."""
    return _page()


@staff_pages.get("/staff/worried/worried.js")
@open_to_all
def worried_script() -> Response:
    """Return the one script of the page."""
    return Response(_script()[0], mimetype="text/javascript")


@staff_pages.get("/staff/worried/worker.js")
@open_to_all
def worried_worker() -> Response:
    """Return the script that works behind this page and no other."""
    return worker_behind(url_for("staff.worried"))


@staff_pages.get("/staff/worried/token")
@open_to_all
def worried_token() -> ResponseReturnValue:
    """Give whoever is signed in the token to send with; a device of nobody's gets none."""
    account = signed_in()
    return jsonify({"token": generate_csrf() if account and may(account, Permission.RUN_SESSIONS) else None})


@staff_pages.post("/staff/worried/told")
@open_to_all
def take_worries() -> ResponseReturnValue:
    """Take in what a device wrote down: of somebody signed in, with a token of the page, or of a prepared tablet."""
    instance = the_instance()
    with instance.database.reading() as session:
        by = _sender(session)
    if by is None:
        return jsonify({"taken": None}), 422
    sent, sealing = _sent(), read_keys(instance.settings.sealing_keys)
    try:
        with instance.database.writing() as session:
            taken = take_in(session, instance.settings.keys, sealing, sent, by, instance.now())
    except LookupError:  # there is no survey yet, so nobody is on duty; the device keeps it
        return jsonify({"taken": None}), 503
    return jsonify({"taken": taken})


@staff_pages.get("/staff/worried/form")
@requires(Permission.RUN_SESSIONS)
def worried_form() -> ResponseReturnValue:
    """Show the same for browsers without JavaScript."""
    return _page(is_plain=True, is_told="told" in request.args)


@staff_pages.post("/staff/worried/form")
@requires(Permission.RUN_SESSIONS)
def tell_worry() -> ResponseReturnValue:
    """Tell whoever is on duty."""
    instance, form, about = the_instance(), request.form, request.form.get("about", "")
    kind = about if about in ABOUT else READER_WORRIED
    worry = Worry(uuid4(), form.get(SURVEY_FIELD, ""), kind, form.get("district") or None)
    try:
        with instance.database.writing() as session:
            tell_duty(session, instance.settings.keys, worry, the_account().email, instance.now())
    except LookupError:
        abort(404)
    return redirect(url_for("staff.worried_form", told=1), 303)


def _page(*, is_plain: bool = False, is_told: bool = False) -> Response:
    instance = the_instance()
    with instance.database.reading() as session:
        surveys = surveys_to_tell(session)
        tree = areas.read_tree(session)
        roots = {root for slug in surveys if (one := questionnaires.get(session, slug)) for root in one.areas}
    districts = [one for one in tree.at_level(Level.DISTRICT) if any(tree.is_within(one.code, root) for root in roots)]
    page = render_template(
        "staff/worried.html",
        account=the_account() if is_plain else None,
        is_plain=is_plain,
        is_told=is_told,
        about=ABOUT,
        surveys=surveys,
        districts=sorted(districts, key=lambda one: one.name),
        key=current_key(instance.settings.sealing_keys),
        script=url_for("staff.worried_script", v=_script()[1]),
    )
    return make_response(page)


def _sender(session: Session) -> str | None:
    """Return who sends: a tablet by its token, also one that was lost, or whoever is signed in and runs sessions."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        tablet = tablet_of(session, token.strip())
        return f"tablet {tablet.label} of {tablet.prepared_by}" if tablet else None
    account = signed_in()
    if account is None or not may(account, Permission.RUN_SESSIONS):
        return None
    current_app.extensions["csrf"].protect()
    return account.email


def _sent() -> list[object]:
    try:
        document = json.loads(request.get_data(cache=False))
    except (ValueError, RecursionError):
        abort(400)
    sent = document.get("worries") if isinstance(document, dict) else None
    if not isinstance(sent, list) or len(sent) > MOST:
        abort(400)
    return sent


def _script() -> tuple[str, str]:
    return script_of("worried", ("page",))
