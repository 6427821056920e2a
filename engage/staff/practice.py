"""Practising: the survey on a phone and a made-up sheet to key, of which nothing is kept and nothing counts."""

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engage.channels.web.practising import PATH
from engage.collection.paper import check_form
from engage.phrases import own_name
from engage.questionnaire.model import Questionnaire
from engage.staff.access import Permission, requires
from engage.staff.blueprint import staff_pages, the_account, the_instance
from engage.staff.entry import entry_page
from engage.staff.entry_fields import sheet_of
from engage.staff.keyed import read_keyed
from engage.staff.scope import chosen_survey, reached_surveys
from engage.staff.words import STYLES
from engage.storage import questionnaires, waves
from engage.storage.database import Session
from engage.storage.forms import Form

#: The serial of the sheet that does not exist; no printed form has it, as its letters are not those of serials.
MADE_UP = "PRACTICE"
_DONE = {
    "web": "You came to the end. What you answered is gone; nothing of it was kept or counted.",
    "keyed": "That form would have been entered. What you keyed is gone; nothing of it was kept or counted.",
}


@staff_pages.get("/staff/practice")
@requires(Permission.RUN_SESSIONS)
def practice() -> ResponseReturnValue:
    """Offer what can be practised."""
    with the_instance().database.reading() as session:
        surveys = [one for one in reached_surveys(session) if waves.current(session, one.slug)]
    survey = chosen_survey(surveys, request.args.get("survey"))
    return render_template(
        "staff/practice.html",
        surveys=surveys,
        survey=survey,
        languages=[(tag, own_name(tag)) for tag in survey.offered()] if survey else [],
        styles=[(style, STYLES[style]) for style in survey.styles] if survey else [],
        done=_DONE.get(request.args.get("done", "")),
    )


@staff_pages.get("/staff/practice/web")
@requires(Permission.RUN_SESSIONS)
def practise_on_a_phone() -> ResponseReturnValue:
    """Lead to the survey's pages as they are thrown away."""
    with the_instance().database.reading() as session:
        survey = questionnaires.get(session, request.args.get("survey", "")) or abort(404)
    language, style = request.args.get("language", ""), request.args.get("style", "")
    address = url_for("survey_pages.show_start", code=survey.code, lang=language, style=style)
    return redirect(PATH + address, 303)


@staff_pages.get("/staff/practice/keying/<survey>")
@requires(Permission.RUN_SESSIONS)
def practise_form(survey: str) -> ResponseReturnValue:
    """Show the entry screen for a made-up sheet."""
    with the_instance().database.reading() as session:
        form, questionnaire = _made_up(session, survey)
        return entry_page(session, form, questionnaire, is_practice=True)


@staff_pages.post("/staff/practice/keying/<survey>")
@requires(Permission.RUN_SESSIONS)
def practise_keying(survey: str) -> ResponseReturnValue:
    """Check what was keyed as the door would, store nothing, and say how it went."""
    instance = the_instance()
    with instance.database.reading() as session:
        form, questionnaire = _made_up(session, survey)
        keyed = read_keyed(session, sheet_of(session, questionnaire, form), request.form)
        by, now = the_account().email, instance.now()
        checked = check_form(session, instance.settings.keys, form, keyed.form, by=by, now=now)
        # The serial of the made-up sheet is none, which is no fault of whoever keys.
        faults = [one for one in (*keyed.problems, *checked.problems) if one.question is not None]
        if faults:
            return entry_page(session, form, questionnaire, faults, is_practice=True), 422
    return redirect(url_for("staff.practice", done="keyed"), 303)


def _made_up(session: Session, survey: str) -> tuple[Form, Questionnaire]:
    """Return a sheet that was never printed, of a survey that has a wave, or answer that there is nothing here."""
    questionnaire = questionnaires.get(session, survey) or abort(404)
    wave = waves.current(session, survey) or abort(404)
    language, now = questionnaire.default_language, the_instance().now()
    form = Form(MADE_UP, survey, questionnaire.version, wave.name, language, "standard", None, "", now)
    return form, questionnaire
