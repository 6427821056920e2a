"""Summaries as staff read them: of any area or community, a map of wards, and all PDFs of a level in one job."""

from dataclasses import dataclass
from io import BytesIO
from typing import Any
from uuid import uuid4

from flask import abort, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from engage import jobs
from engage.areas import ATTRIBUTION
from engage.phrases import own_name
from engage.reporting.ground import AreaNotInSurvey
from engage.reporting.labels import Labels
from engage.reporting.maps import TONES
from engage.reporting.pages import summary_pdf
from engage.reporting.planning import breakdown_rows
from engage.reporting.reading import Published
from engage.reporting.summary import CommunityNotInSurvey, summarise_area, summarise_community
from engage.reporting.summary_html import summary_html
from engage.reporting.telling import tell_summary
from engage.reporting.told import ToldSummary
from engage.reporting.ward_map import WardMap, map_wards
from engage.reporting.ways_told import ToldWays, tell_ways
from engage.results.plan import COMMUNITY, BreakdownRefused
from engage.staff.access import Permission, requires
from engage.staff.asked import Asked, read_asked
from engage.staff.blueprint import staff_pages, the_account, the_instance
from engage.staff.scope import scope
from engage.staff.words import STYLES
from engage.storage.database import Session

#: Levels of areas whose summaries are made together.
PRINTED_LEVELS = {"ward": "every ward", "place": "every named place", "district": "every district"}


@dataclass(frozen=True)
class _Reading:
    """Whose summary is read, and in which words."""

    asked: Asked
    language: str = "en"
    style: str = "standard"
    community: str = ""

    @property
    def address(self) -> dict[str, str]:
        """Return the arguments of this page's address."""
        chosen = {name: self.asked.chosen[name] for name in ("survey", "wave", "area")}
        return chosen | {"community": self.community, "lang": self.language, "style": self.style}


@staff_pages.get("/staff/summaries")
@requires(Permission.READ_RESULTS)
def summaries() -> ResponseReturnValue:
    """Show the summary chosen, or a map of the wards to choose from."""
    with the_instance().database.reading() as session:
        reading = _read(session)
        published = reading.asked.published
        told = _tell(session, reading, published) if published else None
        shading = request.args.get("shading", "")
        drawn = _map(session, published, shading) if published and told is None else None
        chosen = _choices(published) if published else {}
        hangs_on = _hang_on_ways(session, reading, published) if published and told else ()
    return render_template(
        "staff/summaries.html",
        reading=reading,
        asked=reading.asked,
        told=told,
        body=Markup(summary_html(told, level=2)) if told else None,  # noqa: S704 - escaped where it is written
        hangs_on=hangs_on,
        map=drawn,
        drawing=Markup(drawn.drawing) if drawn else None,  # noqa: S704 - escaped where it is drawn
        shading=shading,
        tones=TONES,
        attribution=ATTRIBUTION,
        levels=PRINTED_LEVELS,
        **chosen,
    )


@staff_pages.get("/staff/summaries/file")
@requires(Permission.READ_RESULTS)
def summary_file() -> ResponseReturnValue:
    """Hand out the summary chosen as a PDF."""
    with the_instance().database.reading() as session:
        reading = _read(session)
        published = reading.asked.published
        told = _tell(session, reading, published) if published else None
    if published is None or told is None:
        abort(404)
    subject = (reading.community or reading.asked.chosen["area"]).replace(":", "-")
    name = f"{published.release.survey}-{subject}-{reading.language}-{reading.style}.pdf"
    made = BytesIO(summary_pdf(told, at=published.release.published_at))
    return send_file(made, "application/pdf", as_attachment=True, download_name=name)


@staff_pages.post("/staff/summaries")
@requires(Permission.READ_RESULTS)
def print_summaries() -> ResponseReturnValue:
    """Ask for the PDFs of every area of a level and go to the page that shows how far they are."""
    names = ("survey", "wave", "level", "language", "style")
    parameters: dict[str, Any] = {name: request.form.get(name, "")[:100] for name in names}
    if parameters["level"] not in PRINTED_LEVELS:
        abort(400)
    job_id = uuid4()
    parameters |= {"within": sorted(scope().areas), "job": str(job_id)}
    jobs.ask(the_instance(), "results.summaries", parameters, by=the_account().email, job_id=job_id)
    return redirect(url_for("staff.job", job_id=job_id), 303)


def _read(session: Session) -> _Reading:
    asked = read_asked(session, request.args)
    if asked.published is None:
        return _Reading(asked)
    questionnaire = asked.published.questionnaire
    language, style = request.args.get("lang", ""), request.args.get("style", "")
    return _Reading(
        asked,
        language if language in questionnaire.offered(in_writing=True) else questionnaire.default_language,
        style if style in questionnaire.styles else questionnaire.styles[0],
        request.args.get("community", "")[:100],
    )


def _tell(session: Session, reading: _Reading, published: Published) -> ToldSummary | None:
    """Return the summary chosen in words; None where none is. Aborts where there is no such area or community."""
    area = reading.asked.chosen["area"]
    labels = Labels(published.questionnaire, published.ground.tree, reading.language, reading.style)
    try:
        if reading.community:
            return tell_summary(
                summarise_community(session, published, reading.community, area or None), published, labels
            )
        if area:
            address = f"{the_instance().settings.public_url}/results/{published.questionnaire.code}/{area}"
            return tell_summary(summarise_area(session, published, area), published, labels, address=address)
    except (AreaNotInSurvey, CommunityNotInSurvey, BreakdownRefused):
        abort(404)
    return None


def _hang_on_ways(session: Session, reading: _Reading, published: Published) -> tuple[ToldWays, ...]:
    """Return which answers of the summary's questions hang on the way of answering."""
    labels = Labels(published.questionnaire, published.ground.tree)
    told_of = [question.id for question in published.questionnaire.questions if question.summary]
    return tell_ways(session, published, labels, reading.asked.chosen["area"] or published.ground.roots[0], told_of)


def _map(session: Session, published: Published, shading: str) -> WardMap | None:
    """Return the map shaded by an answer, of the first question about safety where none was chosen."""
    question, _, option = shading.partition(":")
    labels = Labels(published.questionnaire, published.ground.tree)
    if not option:
        first = next((each for each in _shadings(published) if each), None)
        if first is None:
            return None
        question, option = first[0].split(":")
    return map_wards(session, published, labels, question, option)


def _choices(published: Published) -> dict[str, object]:
    questionnaire, labels = published.questionnaire, Labels(published.questionnaire, published.ground.tree)
    communities = breakdown_rows(questionnaire, COMMUNITY)
    return {
        "communities": [(code, str(labels.row(COMMUNITY, code))) for code in communities],
        "languages": [(tag, own_name(tag)) for tag in questionnaire.offered(in_writing=True)],
        "styles": [(style, STYLES[style]) for style in questionnaire.styles],
        "shadings": _shadings(published),
    }


def _shadings(published: Published) -> list[tuple[str, str]]:
    """Return the answers that a map can be shaded by: those of the questions about safety, worded."""
    questionnaire = published.questionnaire
    labels = Labels(questionnaire, published.ground.tree)
    asked = [question for question in questionnaire.questions if question.summary == "safety" and question.scale]
    return [
        (
            f"{question.id}:{option.code}",
            f"{labels.question(question.id, '…')} {labels.option(question.id, option.code)}",
        )
        for question in asked
        for option in questionnaire.scales[question.scale or ""].short
    ]
