"""Serves the public results: the list of places, and what people said about one of them."""

from io import BytesIO

from flask import Response, abort, render_template, request, send_file, url_for
from markupsafe import Markup

from engage.public.blueprint import open_results, public_pages, the_instance
from engage.public.places import list_places
from engage.public.readers import ResultsReader
from engage.public.shown import show_area
from engage.reporting.community_readings import readable_communities
from engage.reporting.drawings_shown import has_drawings
from engage.reporting.ground import AreaNotInSurvey
from engage.reporting.pages import summary_pdf
from engage.reporting.reading import Published
from engage.reporting.summary import AreaSummary, summarise_area, summarise_community
from engage.reporting.summary_html import summary_html
from engage.reporting.telling import tell_summary
from engage.reporting.told import ToldSummary
from engage.results.plan import COMMUNITY
from engage.storage.database import Session

#: Characters of a name to search for.
LONGEST_NAME = 60


@public_pages.get("/results/<code>")
def places(code: str) -> str:
    """Show the places there are results for, or those whose name was asked for."""
    typed = request.args.get("q", "").strip()[:LONGEST_NAME]
    with the_instance().database.reading() as session:
        published, reader = open_results(session, code)
        if published is None:
            return render_template("public/nothing.html", reader=reader)
        base = summarise_area(session, published, published.ground.roots[0]).base
        communities = readable_communities(session, published)
    return render_template(
        "public/places.html",
        reader=reader,
        release=published.release,
        base=base,
        listed=list_places(published.ground, typed),
        typed=typed,
        communities=[(community, reader.labels.row(COMMUNITY, community)) for community in communities],
    )


@public_pages.get("/results/<code>/<area>")
def place(code: str, area: str) -> str:
    """Show in two minutes what people said about one place."""
    with the_instance().database.reading() as session:
        published, reader = open_results(session, code)
        if published is None:
            return render_template("public/nothing.html", reader=reader)
        summary = _summary(session, published, area)
        told = tell_summary(summary, published, reader.labels)
        drawn = has_drawings(session, published, area)
    body = Markup(summary_html(told))  # noqa: S704 - escaped where it is written
    return render_template(
        "public/summary.html",
        drawn=drawn,
        reader=reader,
        release=published.release,
        area=summary.area,
        above=summary.above,
        summary=body,
    )


@public_pages.get("/results/<code>/community/<community>")
def community(code: str, community: str) -> str:
    """Show what people of one community said, once people of that community have read it."""
    with the_instance().database.reading() as session:
        published, reader = open_results(session, code)
        if published is None or community not in readable_communities(session, published):
            abort(404)
        told = tell_summary(summarise_community(session, published, community), published, reader.labels)
    body = Markup(summary_html(told))  # noqa: S704 - escaped where it is written
    return render_template(
        "public/community.html", reader=reader, release=published.release, summary=body, heading=told.heading
    )


@public_pages.get("/results/<code>/community/<community>/summary.pdf")
def community_pdf(code: str, community: str) -> Response:
    """Hand out what people of one community said to print, once people of that community have read it."""
    with the_instance().database.reading() as session:
        published, reader = open_results(session, code)
        if published is None or community not in readable_communities(session, published):
            abort(404)
        at = url_for("public_pages.community", code=code, community=community)
        address = f"{the_instance().settings.public_url}{at}"
        summary = summarise_community(session, published, community)
        told = tell_summary(summary, published, reader.labels, address=address)
    return _printed(told, published, reader, community)


@public_pages.get("/results/<code>/<area>/all")
def place_in_full(code: str, area: str) -> str:
    """Show every question and answer about one place."""
    with the_instance().database.reading() as session:
        published, reader = open_results(session, code)
        if published is None:
            return render_template("public/nothing.html", reader=reader)
        shown = show_area(reader, published, _summary(session, published, area))
        drawn = has_drawings(session, published, area)
        return render_template("public/place.html", reader=reader, release=published.release, shown=shown, drawn=drawn)


@public_pages.get("/results/<code>/<area>/summary.pdf")
def place_pdf(code: str, area: str) -> Response:
    """Hand out the summary of one place to print, in the language and style asked for."""
    with the_instance().database.reading() as session:
        published, reader = open_results(session, code)
        if published is None:
            abort(404)
        summary = _summary(session, published, area)
        address = f"{the_instance().settings.public_url}{url_for('public_pages.place', code=code, area=area)}"
        told = tell_summary(summary, published, reader.labels, address=address)
    return _printed(told, published, reader, area)


def _printed(told: ToldSummary, published: Published, reader: ResultsReader, subject: str) -> Response:
    """Return a summary as a PDF, named for whom it is about and how it is to be read."""
    made = BytesIO(summary_pdf(told, at=published.release.published_at))
    name = f"{published.release.survey}-{subject.replace(':', '-')}-{reader.language}-{reader.style}.pdf"
    return send_file(made, "application/pdf", download_name=name)


def _summary(session: Session, published: Published, area: str) -> AreaSummary:
    try:
        return summarise_area(session, published, area)
    except AreaNotInSurvey:
        abort(404)
