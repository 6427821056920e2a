"""Results as staff read them: one question by area or by who people are, as table, chart and file; publishing."""

from dataclasses import asdict, dataclass
from io import BytesIO
from typing import Any
from uuid import uuid4

from flask import Response, abort, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from engage import jobs
from engage.reporting.exports import FORMATS, MEDIA_TYPES, FormatRefused, export_tables, takes_long
from engage.reporting.ground import AreaNotInSurvey
from engage.reporting.holding import LEAST_CHANGE
from engage.reporting.labels import Labels
from engage.reporting.reading import find_tables, refusal_reason
from engage.reporting.releasing import PUBLISHABLE
from engage.reporting.tables import draw_table, html_table
from engage.results.plan import BreakdownRefused
from engage.results.published import PublishedTable
from engage.staff.access import Permission, may, requires
from engage.staff.asked import Asked, breakdown_choices, read_asked
from engage.staff.blueprint import staff_pages, the_account, the_instance
from engage.staff.exporting import KIND, ExportOrder
from engage.staff.scope import scope
from engage.staff.words import COMPANIONS, STATES
from engage.storage import erasures, waves
from engage.storage.database import Session
from engage.storage.releases import Release


@dataclass(frozen=True)
class _Shown:
    """The tables of the page, what they may be of, and why there are none where they are refused."""

    tables: tuple[PublishedTable, ...] = ()
    questions: tuple[tuple[str, str], ...] = ()
    breakdowns: tuple[tuple[str, str], ...] = ()
    labels: Labels | None = None
    fault: str | None = None
    #: Formats in which all of this takes so long that a job writes it.
    long: tuple[str, ...] = ()

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
    """Hand out what the page shows as a file; what takes long is asked for on the page."""
    form = request.args.get("format", "")
    with the_instance().database.reading() as session:
        asked = read_asked(session, request.values)
        shown = _show(session, asked, is_whole=True)
        if asked.published is None or shown.labels is None:
            abort(404)
        if shown.fault:
            return _page(), 422
        if form in shown.long:
            choices: dict[str, Any] = {**asked.chosen}
            return redirect(url_for("staff.results", **choices), 303)
        marked, part = request.args.get("bom") != "no", request.args.get("part", "")
        try:
            body = export_tables(
                session, form, asked.published, shown.tables, shown.labels, byte_order_mark=marked, part=part
            )
        except FormatRefused as refusal:
            return _page(f"This is not written: {refusal}."), 422
    return _attached(body, asked.published.release, form, part)


@staff_pages.post("/staff/results/file")
@requires(Permission.READ_RESULTS)
def make_results_file() -> ResponseReturnValue:
    """Ask for what the page shows as a file and go to the page that shows how far it is."""
    form, job_id = request.form.get("format", ""), uuid4()
    with the_instance().database.reading() as session:
        asked = read_asked(session, request.form)
        shown = _show(session, asked, is_whole=True)
    if asked.published is None or form not in FORMATS:
        abort(404)
    if shown.fault:
        return _page(), 422
    published, chosen = asked.published, asked.chosen
    area = chosen["area"] or published.ground.roots[0]
    question = shown.tables[0].question if len(shown.tables) == 1 else ""
    release = published.release
    order = ExportOrder(release.survey, release.wave, area, chosen["by"], question, form, str(job_id))
    jobs.ask(the_instance(), KIND, asdict(order), by=the_account().email, job_id=job_id)
    return redirect(url_for("staff.job", job_id=job_id), 303)


@staff_pages.post("/staff/results/publish")
@requires(Permission.PUBLISH_RESULTS)
def publish_results() -> ResponseReturnValue:
    """Ask for a wave to be published and go to the page that shows how far it is."""
    with the_instance().database.reading() as session:
        wave = waves.get(session, request.form.get("survey", ""), request.form.get("wave", ""))
    if scope().areas:  # a release is of the whole survey
        abort(404)
    if wave is None or wave.state not in PUBLISHABLE:
        return _page("Only a wave that takes no new starts, or is closed, can be published."), 422
    parameters = {"survey": wave.survey, "wave": wave.name, "by": the_account().email}
    job = jobs.ask(the_instance(), "results.publish", parameters, by=the_account().email)
    return redirect(url_for("staff.job", job_id=job), 303)


def _attached(body: bytes, release: Release, form: str, part: str) -> Response:
    """Return a file to keep, named for its survey and wave."""
    name = f"{release.survey}-{release.wave}{f'-{part}' if part else ''}.{form}"
    return send_file(BytesIO(body), MEDIA_TYPES[form], as_attachment=True, download_name=name)


def _page(fault: str | None = None) -> str:
    with the_instance().database.reading() as session:
        asked = read_asked(session, request.values)
        shown = _show(session, asked)
        release = asked.published.release if asked.published else None
        erased = erasures.count_since(session, release.survey, release.wave, release.published_at) if release else 0
    return render_template(
        "staff/results.html",
        asked=asked,
        erased=erased,
        shown=shown,
        fault=fault or shown.fault,
        states=STATES,
        publishable=PUBLISHABLE,
        publishes=may(the_account(), Permission.PUBLISH_RESULTS) and not scope().areas,
        least_change=LEAST_CHANGE,
        formats=list(FORMATS),
        parts=COMPANIONS,
    )


def _show(session: Session, asked: Asked, *, is_whole: bool = False) -> _Shown:
    """Return the tables chosen; of a breakdown the page has one question at a time, a file all of them."""
    published = asked.published
    if published is None:
        return _Shown()
    labels = Labels(published.questionnaire, published.ground.tree)
    breakdowns = breakdown_choices(published)
    area, by = asked.chosen["area"] or published.ground.roots[0], asked.chosen["by"]
    try:
        tables = find_tables(session, published, area=area, by=by or None)
    except (BreakdownRefused, AreaNotInSurvey) as refusal:
        return _Shown(breakdowns=breakdowns, labels=labels, fault=f"This is not shown: {refusal_reason(refusal)}.")
    questions = tuple((table.question, str(labels.question(table.question, "…"))) for table in tables)
    whole = tuple(table for table in tables if table.question == asked.chosen["question"]) or tables
    long = tuple(form for form in FORMATS if takes_long(form, whole))
    shown = tables[:1] if by and whole is tables and not is_whole else whole
    return _Shown(shown, questions, breakdowns, labels, long=long)
