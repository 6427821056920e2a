"""Keying a printed form: one page with every question of the sheet, made for the keyboard."""

from collections.abc import Sequence

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engage.collection import whereabouts
from engage.collection.batches import BatchRefused, may_key, spoil
from engage.collection.paper import Entry, check_form, enter_form
from engage.collection.throttle import Throttle, network_of
from engage.phrases import own_name
from engage.questionnaire.model import Questionnaire
from engage.response.problems import Problem
from engage.response.serials import read_serial, spoken
from engage.staff.access import Permission, may, open_to_all, requires, signed_in, to_sign_in
from engage.staff.blueprint import staff_pages, the_account, the_instance
from engage.staff.entry_fields import entry_fields, sheet_of
from engage.staff.keyed import read_keyed
from engage.staff.scope import reaches
from engage.staff.words import SPOILT, STYLES, problem_words
from engage.storage import forms, questionnaires
from engage.storage.database import Session
from engage.storage.forms import Form

#: Serials of no form that one network may ask for within the time: no more are mistyped.
MOST_UNKNOWN = 30
#: What a keyer is told of a form that was just sent, by what became of it.
_TOLD = {
    "entered": "Form {serial} entered.",
    "noted": "Form {serial} entered. Some ticks on it need another look: put the sheet aside for review.",
    "same": "Form {serial} was entered before, with the same answers. Nothing has changed.",
    "second": "Form {serial} was entered before, with other answers. Put the sheet aside: somebody will compare both.",
    "late": "Form {serial} came after the wave closed. It is kept, and somebody will decide whether it counts.",
    "disputed": "Form {serial} was entered before with agreement. Put the sheet aside: somebody will look at it.",
    "spoilt": "Form {serial} is marked as spoilt: nothing of it is kept.",
    "refused": "Nothing of form {serial} is kept. Destroy the sheet now.",
}


@staff_pages.get("/staff/entry")
@requires(Permission.ENTER_FORMS)
def key_a_form() -> ResponseReturnValue:
    """Ask for a serial, and say what became of the last form."""
    typed, done = request.args.get("serial", "").strip(), read_serial(request.args.get("done", ""))
    serial = read_serial(typed)
    if serial is not None and _is_known(serial):
        return redirect(url_for("staff.form", serial=serial), 303)
    told = _TOLD.get(request.args.get("as", "")) if done else None
    page = render_template(
        "staff/key_a_form.html",
        told=told.format(serial=spoken(done)) if told and done else None,
        is_refused=request.args.get("as") == "refused",
        typed=typed,
    )
    return page, 404 if typed else 200


@staff_pages.get("/f/<serial>")
@open_to_all
def form(serial: str) -> ResponseReturnValue:
    """Lead whoever scans a form to the survey online, and a signed-in keyer to the entry screen."""
    if not _may_key():
        return _online(serial)
    with the_instance().database.reading() as session:
        found, questionnaire = _form(session, serial)
        if not may_key(session, found.serial, the_account().email):
            return render_template("staff/not_yours.html", form=found), 403
        is_over = found.state in ("refused", "spoilt")
        if is_over or (found.state in ("entered", "read") and not request.args.get("again")):
            return render_template("staff/entered.html", form=found, reasons=SPOILT)
        return entry_page(session, found, questionnaire)


@staff_pages.post("/f/<serial>")
@open_to_all
def enter(serial: str) -> ResponseReturnValue:
    """Take in what was keyed; with problems beside the fields nothing of it is lost."""
    if not _may_key():
        return to_sign_in()
    instance = the_instance()
    with instance.database.writing() as session:
        found, questionnaire = _form(session, serial)
        if not may_key(session, found.serial, the_account().email):
            return render_template("staff/not_yours.html", form=found), 403
        keyed = read_keyed(session, sheet_of(session, questionnaire, found), request.form)
        send = check_form if keyed.problems else enter_form
        by, now = the_account().email, instance.now()
        done = send(session, instance.settings.keys, found, keyed.form, by=by, now=now)
        if problems := [*keyed.problems, *(done.problems if done.status == "faulty" else ())]:
            return entry_page(session, found, questionnaire, problems), 422
    return redirect(f"/staff/entry?done={found.serial}&as={_told(done)}", 303)


@staff_pages.post("/f/<serial>/spoilt")
@requires(Permission.ENTER_FORMS)
def spoil_form(serial: str) -> ResponseReturnValue:
    """Put a form aside that nobody can use."""
    instance = the_instance()
    with instance.database.writing() as session:
        found, questionnaire = _form(session, serial)
        try:
            because, by = request.form.get("because", ""), the_account().email
            spoil(session, instance.settings.keys, found, because, by, instance.now())
        except BatchRefused as refusal:
            if not may_key(session, found.serial, by):
                return render_template("staff/not_yours.html", form=found), 403
            return entry_page(session, found, questionnaire, fault=str(refusal)), 422
    return redirect(f"/staff/entry?done={found.serial}&as=spoilt", 303)


def entry_page(
    session: Session,
    found: Form,
    questionnaire: Questionnaire,
    problems: Sequence[Problem] = (),
    fault: str | None = None,
    *,
    is_practice: bool = False,
) -> str:
    """Show every field; those that what was wrong is about say so, the rest stands on top."""
    fields = entry_fields(session, questionnaire, found, request.form, problems)
    known = {field.about for field in fields}
    return render_template(
        "staff/entry.html",
        is_practice=is_practice,
        form=found,
        fields=fields,
        general=[problem_words(problem.code) for problem in problems if problem.question not in known],
        fault=fault,
        reasons=SPOILT,
        faulty=[field for field in fields if field.problems],
        language=own_name(found.language),
        style=STYLES[found.style],
    )


def _told(done: Entry) -> str:
    return "noted" if done.is_noted else done.status


def _form(session: Session, text: str) -> tuple[Form, Questionnaire]:
    """Return a printed form and what it asks, or answer that there is nothing here."""
    return _found(session, text) or abort(404)


def _found(session: Session, text: str) -> tuple[Form, Questionnaire] | None:
    serial = read_serial(text)
    found = forms.get(session, serial) if serial else None
    questionnaire = questionnaires.get(session, found.survey, found.version) if found else None
    return (found, questionnaire) if found and questionnaire else None


def _online(serial: str) -> ResponseReturnValue:
    """Lead to the survey online; whoever tries serials until one is known soon learns nothing more."""
    unknown, at = Throttle(the_instance(), MOST_UNKNOWN), f"serial|{network_of(request.remote_addr)}"
    if unknown.is_over(at):
        abort(429)
    with the_instance().database.reading() as session:
        found = _found(session, serial)
    if found is None:
        unknown.may_try(at)
        abort(404)
    form, questionnaire = found
    return redirect(f"/s/{questionnaire.code}?lang={form.language}&style={form.style}", 303)


def _is_known(serial: str) -> bool:
    with the_instance().database.reading() as session:
        return forms.get(session, serial) is not None and reaches(session, [whereabouts.of_form(session, serial)])


def _may_key() -> bool:
    account = signed_in()
    return account is not None and may(account, Permission.ENTER_FORMS)
