"""Posters to hang up where people were asked: the way back to what they said there, and to the survey."""

from io import BytesIO

from flask import abort, render_template, request, send_file
from flask.typing import ResponseReturnValue

from engage.phrases import own_name
from engage.questionnaire.model import Questionnaire
from engage.reporting.labels import Labels
from engage.reporting.posters import LONGEST_VENUE, Poster, PosterRefused, poster_pdf
from engage.staff.access import Permission, requires
from engage.staff.area_choices import area_groups
from engage.staff.blueprint import staff_pages, the_instance
from engage.staff.scope import chosen_survey, reached_surveys
from engage.staff.words import STYLES
from engage.storage import areas, waves
from engage.storage.database import Session


@staff_pages.get("/staff/public/posters")
@requires(Permission.SPEAK_IN_PUBLIC, Permission.RUN_SESSIONS)
def posters() -> ResponseReturnValue:
    """Ask for what place and in what language a poster is wanted."""
    return _page()


@staff_pages.get("/staff/public/poster")
@requires(Permission.SPEAK_IN_PUBLIC, Permission.RUN_SESSIONS)
def poster() -> ResponseReturnValue:
    """Hand out one poster as a PDF."""
    instance, asked = the_instance(), request.args
    with instance.database.reading() as session:
        survey = _survey(session, asked.get("survey", ""))
        if survey is None:
            abort(404)
        labels = Labels(survey, areas.read_tree(session), asked.get("language", ""), asked.get("style", ""))
        is_synthetic = any(wave.synthetic for wave in waves.list_of(session, survey.slug))
    wanted = Poster(asked.get("area", ""), asked.get("venue", "").strip(), "has_survey" in asked, is_synthetic)
    try:
        made = poster_pdf(wanted, labels, instance.settings.public_url, at=instance.now())
    except PosterRefused as refusal:
        return _page(str(refusal)), 422
    name = f"poster-{survey.slug}-{wanted.area.replace(':', '-')}-{labels.language}-{labels.style}.pdf"
    return send_file(BytesIO(made), "application/pdf", as_attachment=True, download_name=name)


def _page(fault: str | None = None) -> str:
    with the_instance().database.reading() as session:
        surveys = reached_surveys(session)
        survey = _survey(session, request.args.get("survey", ""))
        groups = area_groups(areas.read_tree(session), survey) if survey else []
    return render_template(
        "staff/posters.html",
        survey_choices=[(one.slug, one.slug) for one in surveys],
        survey=survey,
        groups=groups,
        languages=[(tag, own_name(tag)) for tag in survey.offered(in_writing=True)] if survey else [],
        styles=[(style, STYLES[style]) for style in survey.styles] if survey else [],
        fault=fault,
        longest_venue=LONGEST_VENUE,
    )


def _survey(session: Session, slug: str) -> Questionnaire | None:
    return chosen_survey(reached_surveys(session), slug)
