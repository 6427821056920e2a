"""Batches of paper: which were printed, who hands them out, what came back, and what has still to be destroyed."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from uuid import UUID

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engage.collection import batches as paper
from engage.collection import whereabouts
from engage.collection.batches import BatchCount, BatchRefused
from engage.collection.receive import LONDON
from engage.phrases import own_name
from engage.response.serials import read_serial
from engage.settings import Keys
from engage.staff.access import Permission, requires
from engage.staff.blueprint import staff_pages, the_account, the_instance
from engage.staff.scope import chosen_survey, reached_surveys, reaches
from engage.staff.words import BATCH_STATES, FORM_STATES, SPOILT, STYLES
from engage.storage import areas, batches, forms, jobs, staff
from engage.storage.batches import Batch, Rules
from engage.storage.database import Session

#: Does one act with a batch as the page's form asks for it.
_Act = Callable[[Session, Keys, UUID, Mapping[str, str]], Batch]


@staff_pages.get("/staff/paper/batches")
@requires(Permission.PRINT_FORMS)
def list_batches() -> ResponseReturnValue:
    """List the batches of a survey with their response rates."""
    return _list(request.args.get("survey"))


@staff_pages.post("/staff/paper/rules")
@requires(Permission.PRINT_FORMS)
def set_paper_rules() -> ResponseReturnValue:
    """Change how long paper is kept and how many scanned forms are read twice."""
    instance, survey = the_instance(), request.form.get("survey", "")
    second, keep = _whole(request.form.get("second_percent")), _whole(request.form.get("keep_days"))
    try:
        with instance.database.writing() as session:
            keys, by, now = instance.settings.keys, the_account().email, instance.now()
            paper.set_rules(session, keys, survey, Rules(second, keep), by, now)
    except BatchRefused as refusal:
        return _list(survey, str(refusal)), 422
    return redirect(url_for("staff.list_batches", survey=survey, saved=1), 303)


@staff_pages.get("/staff/paper/batches/<uuid:batch_id>")
@requires(Permission.PRINT_FORMS)
def batch(batch_id: UUID) -> ResponseReturnValue:
    """Show a batch, what became of its forms and what can be done with it next."""
    return _page(batch_id)


@staff_pages.post("/staff/paper/batches/<uuid:batch_id>/<any('hand-out','take-back','destroy'):act>")
@requires(Permission.PRINT_FORMS)
def act_on_batch(batch_id: UUID, act: str) -> ResponseReturnValue:
    """Hand a batch out, take it back or say that it is destroyed."""
    instance = the_instance()
    try:
        with instance.database.writing() as session:
            _ACTS[act](session, instance.settings.keys, batch_id, request.form)
    except BatchRefused as refusal:
        return _page(batch_id, str(refusal)), 422
    return redirect(url_for("staff.batch", batch_id=batch_id, done=act), 303)


@staff_pages.post("/staff/paper/forms/<serial>/unspoil")
@requires(Permission.PRINT_FORMS)
def unspoil_form(serial: str) -> ResponseReturnValue:
    """Take it back that a form is spoilt."""
    instance, known = the_instance(), read_serial(serial)
    with instance.database.writing() as session:
        form = forms.get(session, known) if known else None
        if form is None or form.batch is None:
            abort(404)
        try:
            paper.unspoil(session, instance.settings.keys, form, the_account().email, instance.now())
        except BatchRefused as refusal:
            return _page(form.batch, str(refusal)), 422
    return redirect(url_for("staff.batch", batch_id=form.batch), 303)


def _list(survey: str | None, fault: str | None = None) -> str:
    with the_instance().database.reading() as session:
        known = reached_surveys(session)
        chosen = chosen_survey(known, survey)
        counted = paper.count_batches(session, chosen.slug) if chosen else []
        counted = [one for one in counted if reaches(session, [whereabouts.of_batch(one.batch)])]
        rules = batches.rules_of(session, chosen.slug) if chosen else Rules()
        names = _area_names(session, counted)
    return render_template(
        "staff/batches.html",
        surveys=known,
        survey=chosen,
        counted=counted,
        rules=rules,
        names=names,
        today=_today(),
        fault=fault,
        states=BATCH_STATES,
        styles=STYLES,
        own_name=own_name,
    )


def _page(batch_id: UUID, fault: str | None = None) -> str:
    with the_instance().database.reading() as session:
        found = batches.get(session, batch_id)
        if found is None:
            abort(404)
        counted = paper.count_batch(session, found)
        spoilt = [forms.get(session, serial) for serial in batches.serials_of(session, batch_id, "spoilt")]
        job = jobs.get(session, found.job) if found.job else None
        people = [account.email for account in staff.list_all(session)]
        names = _area_names(session, [counted])
    return render_template(
        "staff/batch.html",
        counted=counted,
        batch=found,
        spoilt=spoilt,
        job=job,
        people=people,
        names=names,
        today=_today(),
        fault=fault,
        states=BATCH_STATES,
        form_states=FORM_STATES,
        reasons=SPOILT,
        styles=STYLES,
        own_name=own_name,
    )


def _area_names(session: Session, counted: list[BatchCount]) -> dict[str, str]:
    tree = areas.read_tree(session)
    codes = {one.batch.area for one in counted if one.batch.area}
    return {code: area.name for code in codes if (area := tree.get(code))}


def _hand_out(session: Session, keys: Keys, batch_id: UUID, given: Mapping[str, str]) -> Batch:
    return paper.hand_out(session, keys, batch_id, given.get("who", ""), the_account().email, the_instance().now())


def _take_back(session: Session, keys: Keys, batch_id: UUID, given: Mapping[str, str]) -> Batch:
    count, by = _whole(given.get("count")), the_account().email
    return paper.take_back(session, keys, batch_id, count, by, the_instance().now())


def _destroy(session: Session, keys: Keys, batch_id: UUID, given: Mapping[str, str]) -> Batch:
    if given.get("sure") != "yes":
        raise BatchRefused("tick that every sheet is shredded")
    return paper.destroy(session, keys, batch_id, the_account().email, the_instance().now())


_ACTS: Mapping[str, _Act] = {"hand-out": _hand_out, "take-back": _take_back, "destroy": _destroy}


def _whole(text: str | None) -> int:
    """Return the whole number that was typed, or one that is never right."""
    found = re.fullmatch(r"\s*([0-9]{1,5})\s*", text or "")
    return int(found[1]) if found else -1


def _today() -> date:
    return the_instance().now().astimezone(LONDON).date()
