"""Visits: what is planned, checking in and out, and how it went, in counts that a thumb can make."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypeVarTuple
from uuid import UUID

from flask import abort, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engage.areas import AreaTree
from engage.collection import visits as visiting
from engage.collection.numbers import SealBroken, open_number
from engage.collection.receive import LONDON
from engage.collection.training import ITEMS, missing
from engage.collection.visits import LONGEST_VISIT, REST_WEEKS, VisitRefused
from engage.phrases import own_name
from engage.settings import Keys
from engage.staff.access import Permission, may, requires
from engage.staff.blueprint import staff_pages, the_account, the_instance
from engage.staff.visit_plans import community_words
from engage.staff.visits_shown import NUMBERS, REASONS, lately_of, may_change, may_see, seen, shown
from engage.storage import areas, organisations, questionnaires, visits
from engage.storage.database import Session
from engage.storage.visits import Visit

#: Weeks of visits that were made in the list.
PAST_WEEKS = 8
#: Hours to choose from, and how they are read.
HOURS = [("0.5", "half an hour"), ("1", "1 hour")] + [(str(hours), f"{hours} hours") for hours in (2, 3, 4, 6, 8)]

_Told = TypeVarTuple("_Told")


@staff_pages.get("/staff/visits")
@requires(Permission.RUN_SESSIONS)
def list_visits() -> ResponseReturnValue:
    """List one's own visits; who plans them sees everybody's."""
    account, now = the_account(), the_instance().now()
    is_mine = "mine" in request.args or not may(account, Permission.PLAN_VISITS)
    today = now.astimezone(LONDON).date()
    with the_instance().database.reading() as session:
        tree = areas.read_tree(session)
        known = seen(session, account, tree, today - timedelta(weeks=PAST_WEEKS))
        late = [
            one for one in visiting.overdue(session, now) if may_see(account, tree, one) and may_change(account, one)
        ]
    mine = [one for one in known if not is_mine or one.ambassador == account.email]
    return render_template(
        "staff/visits.html",
        mine=is_mine,
        overdue=[shown(one, tree, now, account) for one in late],
        coming=[shown(one, tree, now, account) for one in mine if one.day >= today or one.is_out],
        past=[shown(one, tree, now, account) for one in reversed(mine) if one.day < today and not one.is_out],
        weeks=PAST_WEEKS,
        done=request.args.get("done"),
    )


@staff_pages.get("/staff/visits/<uuid:visit_id>")
@requires(Permission.RUN_SESSIONS)
def visit(visit_id: UUID) -> ResponseReturnValue:
    """Show one visit, and everything that is done at it."""
    return _page(visit_id)


@staff_pages.post("/staff/visits/<uuid:visit_id>/in")
@requires(Permission.RUN_SESSIONS)
def check_in_to(visit_id: UUID) -> ResponseReturnValue:
    """Write down that somebody is there and until when."""
    hours, number = request.form.get("hours", 0.0, type=float), request.form.get("number", "")
    refused = _change(visit_id, visiting.check_in, hours, number)
    return refused or redirect(url_for("staff.visit", visit_id=visit_id, done="in"), 303)


@staff_pages.post("/staff/visits/<uuid:visit_id>/out")
@requires(Permission.RUN_SESSIONS)
def check_out_of(visit_id: UUID) -> ResponseReturnValue:
    """Write down that somebody is safely away."""
    refused = _change(visit_id, visiting.check_out)
    return refused or redirect(url_for("staff.visit", visit_id=visit_id, done="out"), 303)


@staff_pages.post("/staff/visits/<uuid:visit_id>/tally")
@requires(Permission.RUN_SESSIONS)
def keep_visit_tally(visit_id: UUID) -> ResponseReturnValue:
    """Keep the counts; the page's script sends them after each tap."""
    counts = {name: _whole(request.form.get(name)) for name, _ in (*NUMBERS, *REASONS)}
    if refused := _change(visit_id, visiting.keep_tally, counts):
        return refused
    if request.accept_mimetypes.best == "application/json":
        return jsonify({"kept": True})
    return redirect(url_for("staff.visit", visit_id=visit_id, done="tally"), 303)


@staff_pages.post("/staff/visits/<uuid:visit_id>/call-off")
@requires(Permission.RUN_SESSIONS)
def call_visit_off(visit_id: UUID) -> ResponseReturnValue:
    """Call a visit off that nobody has gone to."""
    refused = _change(visit_id, visiting.call_off)
    return refused or redirect(url_for("staff.list_visits", done="called_off"), 303)


def visit_within_reach(session: Session, visit_id: UUID) -> tuple[Visit, AreaTree]:
    """Return a visit that whoever is signed in may see, or answer that there is nothing here."""
    found, tree = visits.get(session, visit_id), areas.read_tree(session)
    if found is None or not may_see(the_account(), tree, found):
        abort(404)
    return found, tree


def _change(
    visit_id: UUID, act: Callable[[Session, Keys, Visit, *_Told, str, datetime], object], *told: *_Told
) -> tuple[str, int] | None:
    """Do something to a visit, with what is told of it; where that is refused, return the page that says why."""
    instance = the_instance()
    try:
        with instance.database.writing() as session:
            known = _theirs(session, visit_id)
            act(session, instance.settings.keys, known, *told, the_account().email, instance.now())
    except VisitRefused as refusal:
        return _page(visit_id, str(refusal)), 422
    return None


def _theirs(session: Session, visit_id: UUID) -> Visit:
    """Return a visit to change, locked, or answer that it is somebody else's."""
    found, _ = visit_within_reach(session, visit_id)
    if not may_change(the_account(), found):
        abort(403)
    return visits.get(session, visit_id, lock=True) or abort(404)


def _page(visit_id: UUID, fault: str | None = None) -> str:
    instance, account = the_instance(), the_account()
    with instance.database.reading() as session:
        found, tree = visit_within_reach(session, visit_id)
        questionnaire = questionnaires.get(session, found.survey)
        organisation = organisations.get(session, found.organisation) if found.organisation else None
        untrained = missing(session, account) if found.ambassador == account.email else []
        lately = [] if found.checked_out_at else lately_of(session, tree, found)
    asked = questionnaire.offered(in_writing=True) if questionnaire else ()
    tags = [tag for tag in found.languages or ("en",) if tag in asked]
    tally = found.tally
    counts = {"asked": tally.asked, "took_part": tally.took_part, "needed_help": tally.needed_help}
    return render_template(
        "staff/visit.html",
        shown=shown(found, tree, instance.now(), account),
        is_past=found.day < instance.now().astimezone(LONDON).date() - timedelta(days=1),
        is_overdue=found.is_overdue(instance.now()),
        may_change=may_change(account, found),
        organisation=organisation,
        community=dict(community_words(questionnaire)).get(found.community or ""),
        number=_number(found) if may(account, Permission.PLAN_VISITS) else None,
        untrained=len(untrained),
        items=len(ITEMS),
        lately=lately,
        weeks=REST_WEEKS,
        hours=[one for one in HOURS if float(one[0]) <= LONGEST_VISIT],
        numbers=NUMBERS,
        reasons=REASONS,
        counts=counts | {reason: tally.declined.get(reason, 0) for reason, _ in REASONS},
        poster_languages=[(tag, own_name(tag)) for tag in tags],
        has_mail=instance.settings.smtp_url is not None,
        fault=fault,
        done=request.args.get("done"),
    )


def _number(found: Visit) -> str | None:
    """Return where whoever is out can be called."""
    if not found.number_sealed:
        return None
    try:
        return open_number(the_instance().settings.keys, found.number_sealed)
    except SealBroken:
        return None


def _whole(text: str | None) -> int:
    """Return the whole number that was typed, none where nothing was, or one that is never right."""
    plain = (text or "").strip() or "0"
    return int(plain) if re.fullmatch("[0-9]{1,6}", plain) else -1
