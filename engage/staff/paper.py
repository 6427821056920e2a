"""Printing forms: what to print, how far the printer is, and the file."""

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engage import jobs
from engage.collection import whereabouts
from engage.collection.batches import LONGEST_NAME
from engage.collection.paper import MOST_FORMS
from engage.phrases import own_name
from engage.questionnaire.model import Questionnaire
from engage.staff.access import Permission, requires
from engage.staff.area_choices import area_groups
from engage.staff.blueprint import staff_pages, the_account, the_instance
from engage.staff.scope import chosen_survey, reached_surveys, reached_waves, reaches
from engage.staff.words import JOB_STATES, STATES, STYLES
from engage.storage import areas, questionnaires, staff, waves
from engage.storage import jobs as stored_jobs
from engage.storage.database import Session

#: Jobs on the page.
_SHOWN = 10


@dataclass(frozen=True)
class _Asked:
    """What somebody asks to print, or in words what is wrong with it."""

    parameters: dict[str, Any]
    fault: str | None = None


@staff_pages.get("/staff/paper")
@requires(Permission.PRINT_FORMS)
def paper() -> ResponseReturnValue:
    """Show what can be printed, and what was printed last."""
    return _page(request.args.get("survey"))


@staff_pages.post("/staff/paper")
@requires(Permission.PRINT_FORMS)
def print_paper() -> ResponseReturnValue:
    """Ask for forms to be printed and go to the page that shows how far they are."""
    with the_instance().database.reading() as session:
        asked = _read(session)
    if asked.fault:
        return _page(asked.parameters["survey"], fault=asked.fault), 422
    job_id = uuid4()
    parameters = asked.parameters | {"job": str(job_id)}
    jobs.ask(the_instance(), "paper.print", parameters, by=the_account().email, job_id=job_id)
    return redirect(url_for("staff.job", job_id=job_id), 303)


def _page(survey: str | None, fault: str | None = None) -> str:
    with the_instance().database.reading() as session:
        known = reached_surveys(session)
        chosen = chosen_survey(known, survey)
        groups = area_groups(areas.read_tree(session), chosen) if chosen else []
        open_waves = _waves(session, chosen)
        people = [account.email for account in staff.list_all(session)]
        newest = [found for found in stored_jobs.newest(session, 50) if found.kind == "paper.print"]
        printed = [found for found in newest if reaches(session, [whereabouts.of_job(session, found)])][:_SHOWN]
    return render_template(
        "staff/paper.html",
        surveys=known,
        survey=chosen,
        groups=groups,
        waves=open_waves,
        printed=printed,
        people=people,
        most=MOST_FORMS,
        fault=fault,
        styles=STYLES,
        states=STATES,
        job_states=JOB_STATES,
        own_name=own_name,
    )


def _waves(session: Session, survey: Questionnaire | None) -> list[waves.Wave]:
    listed = reached_waves(session, survey.slug) if survey else []
    return [wave for wave in reversed(listed) if wave.state != "closed"]


def _read(session: Session) -> _Asked:
    names = ("survey", "wave", "language", "style", "area", "count", "venue", "ambassador")
    given = {name: request.form.get(name, "").strip() for name in names}
    count = int(given["count"]) if given["count"].isascii() and given["count"].isdigit() else 0
    left_out = {name: given[name] or None for name in ("area", "venue", "ambassador")}
    parameters = given | left_out | {"count": count, "by": the_account().email}
    wave = waves.get(session, given["survey"], given["wave"])
    questionnaire = questionnaires.get(session, given["survey"], wave.version) if wave else None
    if wave is None or questionnaire is None or wave.state == "closed":
        return _Asked(parameters, "Choose a wave that is not closed.")
    if given["language"] not in questionnaire.offered(in_writing=True) or given["style"] not in questionnaire.styles:
        return _Asked(parameters, "Choose a language and a style of the survey.")
    if given["area"] and given["area"] not in areas.read_tree(session):
        return _Asked(parameters, "Choose an area from the list, or none.")
    if not 0 < count <= MOST_FORMS:
        return _Asked(parameters, f"Print between 1 and {MOST_FORMS} forms at once.")
    if any(len(given[name]) > LONGEST_NAME for name in ("venue", "ambassador")):
        return _Asked(parameters, f"A venue and a name have at most {LONGEST_NAME} characters.")
    return _Asked(parameters)
