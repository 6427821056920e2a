"""The public pages as one blueprint, and what each of them starts from: the instance, the release and its reader."""

from typing import Any

from flask import Blueprint, abort, current_app, request, url_for

from engage.channels.web.rendering import stylesheet
from engage.public.readers import ResultsReader, choose_reader
from engage.reporting.reading import Published, last_release, open_release
from engage.reporting.thanks import thanked
from engage.storage import areas, questionnaires
from engage.storage.database import Session
from engage.storage.instance import Instance

public_pages = Blueprint(
    "public_pages", __name__, template_folder="templates", static_folder="static", static_url_path="/public"
)


def the_instance() -> Instance:
    """Return the instance that this process works on."""
    instance: Instance = current_app.extensions["engage"]
    return instance


def open_results(session: Session, code: str) -> tuple[Published | None, ResultsReader]:
    """Return the last release of the survey with this public code, and how it is read; 404 without a survey."""
    slug = questionnaires.find_slug(session, code)
    questionnaire = questionnaires.get(session, slug) if slug else None
    if slug is None or questionnaire is None:
        abort(404)
    release = last_release(session, slug)
    published = open_release(session, release) if release else None
    asked = published.questionnaire if published else questionnaire
    return published, choose_reader(asked, areas.read_tree(session), request)


@public_pages.context_processor
def _for_every_page() -> dict[str, Any]:
    """Return the address of the survey's stylesheet, which these pages share, and who is thanked under them."""
    return {"survey_style": url_for("survey_pages.stylesheet", v=stylesheet()[1]), "thanked": _thanked}


def _thanked(survey: str) -> list[str]:
    with the_instance().database.reading() as session:
        return thanked(session, survey)
