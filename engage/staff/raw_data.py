"""Row-level data for the few who may take it: by reason, on record; and who took some before."""

from dataclasses import asdict
from uuid import uuid4

from flask import Response, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue

from engage import jobs
from engage.questionnaire.model import Questionnaire
from engage.reporting.microdata import (
    AREA_DETAILS,
    FORMATS,
    HANDED_OUT,
    SHORTEST_REASON,
    Handout,
    MicrodataFile,
    MicrodataRefused,
    check_handout,
    hand_out,
    hand_out_codebook,
)
from engage.staff.access import Permission, requires
from engage.staff.blueprint import staff_pages, the_account, the_instance
from engage.staff.row_files import KIND
from engage.staff.words import STATES
from engage.storage import audit, questionnaires, waves
from engage.storage.database import Session
from engage.storage.waves import Wave

#: Hand-outs that the page lists, newest first.
MOST_LISTED = 20
#: The format that is written as fast as it is sent, however many rows there are; a job writes the others.
SENT_AT_ONCE = "csv"
#: What each format is for.
FORMAT_WORDS = {
    "csv": "CSV: codes, one column for each answer",
    "jsonl": "JSON Lines: codes, for programs",
    "sav": "SPSS (.sav): numbers with labels",
}
AREA_WORDS = {"district": "By district", "ward": "As they were told: wards and named places too"}


@staff_pages.get("/staff/raw-data")
@requires(Permission.RAW_DATA)
def raw_data() -> ResponseReturnValue:
    """Show what may be taken, and who took some."""
    return _page()


@staff_pages.post("/staff/raw-data")
@requires(Permission.RAW_DATA)
def take_raw_data() -> ResponseReturnValue:
    """Hand a file of rows out, once it is on record who took it and what for; or go to the job that writes it."""
    survey, _, wave = request.form.get("wave", "").partition("/")
    given = {name: request.form.get(name, "") for name in ("form", "reason", "areas")}
    asked = Handout(survey, wave, **given)
    try:
        if asked.form == SENT_AT_ONCE:
            return _attached(hand_out(the_instance(), asked, by=the_account().email))
        with the_instance().database.reading() as session:
            check_handout(session, asked)
    except MicrodataRefused as refusal:
        return _page(f"Not handed out: {refusal}."), 422
    by, job_id = the_account().email, uuid4()
    jobs.ask(the_instance(), KIND, asdict(asked) | {"job": str(job_id), "by": by}, by=by, job_id=job_id)
    return redirect(url_for("staff.job", job_id=job_id), 303)


@staff_pages.get("/staff/raw-data/codebook")
@requires(Permission.RAW_DATA)
def raw_data_codebook() -> ResponseReturnValue:
    """Hand out what the variables mean; there is no answer in it."""
    survey, _, wave = request.args.get("wave", "").partition("/")
    try:
        with the_instance().database.reading() as session:
            return _attached(hand_out_codebook(session, survey, wave))
    except MicrodataRefused as refusal:
        return _page(f"There is no codebook: {refusal}."), 404


def _page(fault: str | None = None) -> str:
    with the_instance().database.reading() as session:
        surveys = list(questionnaires.newest(session))
        listed = [wave for survey in surveys for wave in _waves(session, survey)]
        taken = audit.last_of(session, HANDED_OUT, MOST_LISTED)
    return render_template(
        "staff/raw_data.html",
        fault=fault,
        waves=listed,
        states=STATES,
        given=request.form,
        formats={form: FORMAT_WORDS[form] for form in FORMATS},
        areas={detail: AREA_WORDS[detail] for detail in AREA_DETAILS},
        shortest_reason=SHORTEST_REASON,
        taken=taken,
    )


def _waves(session: Session, survey: Questionnaire) -> list[Wave]:
    return [wave for wave in reversed(waves.list_of(session, survey.slug)) if wave.state not in ("draft", "pilot")]


def _attached(file: MicrodataFile) -> Response:
    return send_file(file.content, file.media_type, as_attachment=True, download_name=file.name)
