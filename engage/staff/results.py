"""Results as staff read them: one question by area or by who people are, as table, chart and file; publishing."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from io import BytesIO

from flask import Response, abort, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from engage import jobs
from engage.questionnaire.model import Questionnaire
from engage.reporting.exports import FORMATS, FormatRefused, export_tables
from engage.reporting.ground import AreaNotInSurvey
from engage.reporting.holding import LEAST_CHANGE
from engage.reporting.labels import Labels
from engage.reporting.planning import release_plan
from engage.reporting.reading import Published, find_tables, last_release, open_release, refusal_reason
from engage.reporting.releasing import PUBLISHABLE
from engage.reporting.tables import draw_table, html_table
from engage.results.plan import AREA, LEVELS, BreakdownRefused
from engage.results.published import PublishedTable
from engage.staff.access import Permission, requires
from engage.staff.area_choices import AreaGroup, area_groups
from engage.staff.blueprint import staff_pages, the_account, the_instance
from engage.staff.words import STATES
from engage.storage import areas, questionnaires, waves
from engage.storage.database import Session
from engage.storage.releases import Release
from engage.storage.waves import Wave

#: What may be chosen on the page.
_CHOICES = ("survey", "wave", "area", "by", "question")
_TYPES = {"json": "application/json", "csv": "text/csv", "html": "text/html"}
#: What a level of areas is called in the list of breakdowns.
_LEVEL_WORDS = {"district": "its districts", "place": "its named places", "ward": "its wards"}


@dataclass(frozen=True)
class _Asked:
    """What was chosen, the survey and wave it means, and what was published of them."""

    chosen: dict[str, str]
    survey: Questionnaire | None = None
    wave: Wave | None = None
    published: Published | None = None
    surveys: Sequence[Questionnaire] = ()
    waves: Sequence[Wave] = ()
    groups: Sequence[AreaGroup] = field(default=())


@dataclass(frozen=True)
class _Shown:
    """The tables of the page, what they may be of, and why there are none where they are refused."""

    tables: tuple[PublishedTable, ...] = ()
    questions: tuple[tuple[str, str], ...] = ()
    breakdowns: tuple[tuple[str, str], ...] = ()
    labels: Labels | None = None
    fault: str | None = None

    def drawn(self, table: PublishedTable) -> Markup:
        """Return a table's chart."""
        assert self.labels is not None  # noqa: S101 - there is no table without its words
        return Markup(draw_table(table, self.labels))  # noqa: S704 - escaped where it is drawn

    def written(self, table: PublishedTable) -> Markup:
        """Return a table in HTML."""
        assert self.labels is not None  # noqa: S101 - there is no table without its words
        return Markup(html_table(table, self.labels))  # noqa: S704 - escaped where it is written


@staff_pages.get("/staff/results")
@requires(Permission.READ_RESULTS)
def results() -> ResponseReturnValue:
    """Show what is published of a wave, and what may be published."""
    return _page()


@staff_pages.get("/staff/results/file")
@requires(Permission.READ_RESULTS)
def results_file() -> ResponseReturnValue:
    """Hand out what the page shows as a file."""
    form = request.args.get("format", "")
    with the_instance().database.reading() as session:
        asked = _read(session)
        shown = _show(session, asked, is_whole=True)
    if asked.published is None or shown.labels is None:
        abort(404)
    try:
        body = export_tables(form, asked.published, shown.tables, shown.labels)
    except FormatRefused as refusal:
        return _page(str(refusal)), 422
    return (_page(), 422) if shown.fault else _attached(body, asked.published.release, form)


@staff_pages.post("/staff/results/publish")
@requires(Permission.PUBLISH_RESULTS)
def publish_results() -> ResponseReturnValue:
    """Ask for a wave to be published and go to the page that shows how far it is."""
    with the_instance().database.reading() as session:
        wave = waves.get(session, request.form.get("survey", ""), request.form.get("wave", ""))
    if wave is None or wave.state not in PUBLISHABLE:
        return _page("Only a wave that takes no new starts, or is closed, can be published."), 422
    parameters = {"survey": wave.survey, "wave": wave.name, "by": the_account().email}
    job = jobs.ask(the_instance(), "results.publish", parameters, by=the_account().email)
    return redirect(url_for("staff.job", job_id=job), 303)


def _attached(body: bytes, release: Release, form: str) -> Response:
    """Return a file to keep, named for its survey and wave."""
    name = f"{release.survey}-{release.wave}.{form}"
    return send_file(BytesIO(body), _TYPES[form], as_attachment=True, download_name=name)


def _page(fault: str | None = None) -> str:
    with the_instance().database.reading() as session:
        asked = _read(session)
        shown = _show(session, asked)
    return render_template(
        "staff/results.html",
        asked=asked,
        shown=shown,
        fault=fault or shown.fault,
        states=STATES,
        publishable=PUBLISHABLE,
        least_change=LEAST_CHANGE,
        formats=list(FORMATS),
    )


def _read(session: Session) -> _Asked:
    chosen = {name: request.values.get(name, "").strip()[:100] for name in _CHOICES}
    known = list(questionnaires.newest(session))
    survey = next((one for one in known if one.slug == chosen["survey"]), known[0] if known else None)
    if survey is None:
        return _Asked(chosen)
    listed = list(reversed(waves.list_of(session, survey.slug)))
    newest = last_release(session, survey.slug, chosen["wave"] or None)
    name = newest.wave if newest else chosen["wave"]
    wave = next((one for one in listed if one.name == name), listed[0] if listed else None)
    groups = area_groups(areas.read_tree(session), survey)
    published = open_release(session, newest) if newest else None
    return _Asked(chosen, survey, wave, published, known, listed, groups)


def _show(session: Session, asked: _Asked, *, is_whole: bool = False) -> _Shown:
    """Return the tables chosen; of a breakdown the page has one question at a time, a file all of them."""
    published = asked.published
    if published is None:
        return _Shown()
    labels = Labels(published.questionnaire, published.ground.tree)
    breakdowns = tuple(_breakdowns(published))
    area, by = asked.chosen["area"] or published.ground.roots[0], asked.chosen["by"]
    try:
        tables = find_tables(session, published, area=area, by=by or None)
    except (BreakdownRefused, AreaNotInSurvey) as refusal:
        return _Shown(breakdowns=breakdowns, labels=labels, fault=f"This is not shown: {refusal_reason(refusal)}.")
    questions = tuple((table.question, str(labels.question(table.question, "…"))) for table in tables)
    shown = tuple(table for table in tables if table.question == asked.chosen["question"])
    return _Shown(shown or (tables if is_whole or not by else tables[:1]), questions, breakdowns, labels)


def _breakdowns(published: Published) -> list[tuple[str, str]]:
    """Return every breakdown of the plan, those that the chosen area does not have too, with its words."""
    plan = release_plan(published.questionnaire)
    names = dict.fromkeys(name for level in LEVELS for name in plan.breakdowns(level))
    levels = [(level, words) for level, words in _LEVEL_WORDS.items() if published.ground.at_levels({level})]
    return [(AREA, "the area itself"), *levels, *((name, name.replace("_", " ")) for name in names)]
