"""Serves the public results: the list of places, and what people said about one of them."""

from flask import Blueprint, abort, current_app, render_template, request, url_for

from engage.channels.web.rendering import stylesheet
from engage.public.places import list_places
from engage.public.readers import ResultsReader, choose_reader
from engage.public.shown import show_area
from engage.reporting.ground import AreaNotInSurvey
from engage.reporting.reading import Published, last_release, open_release
from engage.reporting.summary import summarise_area
from engage.storage import areas, questionnaires
from engage.storage.database import Session
from engage.storage.instance import Instance

#: Characters of a name to search for.
LONGEST_NAME = 60

public_pages = Blueprint(
    "public_pages", __name__, template_folder="templates", static_folder="static", static_url_path="/public"
)


@public_pages.get("/results/<code>")
def places(code: str) -> str:
    """Show the places there are results for, or those whose name was asked for."""
    typed = request.args.get("q", "").strip()[:LONGEST_NAME]
    with _instance().database.reading() as session:
        published, reader = _open(session, code)
        if published is None:
            return render_template("public/nothing.html", reader=reader)
        base = summarise_area(session, published, published.ground.roots[0]).base
    listed = list_places(published.ground, typed)
    return render_template(
        "public/places.html", reader=reader, release=published.release, base=base, listed=listed, typed=typed
    )


@public_pages.get("/results/<code>/<area>")
def place(code: str, area: str) -> str:
    """Show what people said about one place."""
    with _instance().database.reading() as session:
        published, reader = _open(session, code)
        if published is None:
            return render_template("public/nothing.html", reader=reader)
        try:
            summary = summarise_area(session, published, area)
        except AreaNotInSurvey:
            abort(404)
        shown = show_area(reader, published, summary)
        return render_template("public/place.html", reader=reader, release=published.release, shown=shown)


@public_pages.context_processor
def _survey_style() -> dict[str, str]:
    """Return the address of the survey's stylesheet, which these pages share."""
    return {"survey_style": url_for("survey_pages.stylesheet", v=stylesheet()[1])}


def _open(session: Session, code: str) -> tuple[Published | None, ResultsReader]:
    """Return the last release of the survey with this public code, and how it is read; 404 without a survey."""
    slug = questionnaires.find_slug(session, code)
    questionnaire = questionnaires.get(session, slug) if slug else None
    if slug is None or questionnaire is None:
        abort(404)
    release = last_release(session, slug)
    published = open_release(session, release) if release else None
    asked = published.questionnaire if published else questionnaire
    return published, choose_reader(asked, areas.read_tree(session), request)


def _instance() -> Instance:
    instance: Instance = current_app.extensions["engage"]
    return instance
