"""Reports as staff write them: begun on a release, edited, moved on, commented, frozen, taken away."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO

from flask import abort, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from engage.collection import whereabouts
from engage.reporting.labels import Labels
from engage.reporting.planning import table_questions
from engage.reporting.reading import last_release
from engage.reporting.report import (
    MOVES,
    Desk,
    ReportChanged,
    ReportRefused,
    ToldReport,
    invite_commenter,
    move_on,
    raise_section,
    read_newest_release,
    remove_recommendation,
    remove_section,
    report_docx,
    report_file,
    report_html,
    report_pdf,
    settle_comment,
    start_report,
    tell_report,
    withdraw_invitation,
    write_head,
    write_recommendation,
    write_section,
)
from engage.staff.access import Permission, requires
from engage.staff.area_choices import area_groups
from engage.staff.asked import breakdown_choices
from engage.staff.blueprint import staff_pages, the_account, the_instance
from engage.staff.scope import reached_surveys, reaches
from engage.staff.words import COMMENT_STATES, LAYERS, REPORT_MOVES, REPORT_STATES
from engage.storage import areas, reports
from engage.storage.database import Session
from engage.storage.reports import Report

#: Every way a report is taken away: who writes it and its media type.
WRITERS: dict[str, tuple[Callable[[ToldReport], bytes], str]] = {
    "docx": (report_docx, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    "pdf": (report_pdf, "application/pdf"),
    "html": (report_file, "text/html"),
}
_FIELDS = ("words", "owner", "layer", "question", "breakdown", "area")


@staff_pages.get("/staff/reports")
@requires(Permission.READ_RESULTS)
def list_reports() -> ResponseReturnValue:
    """List every report."""
    return _list()


@staff_pages.post("/staff/reports")
@requires(Permission.WRITE_REPORTS)
def begin_report() -> ResponseReturnValue:
    """Begin a report on the last release of a survey."""
    try:
        with _desk() as desk:
            made = start_report(desk, request.form.get("survey", ""), None, request.form.get("title", ""))
    except ReportRefused as refusal:
        return _list(_fault(refusal)), 422
    return redirect(url_for("staff.report", report_id=made.id), 303)


@staff_pages.get("/staff/reports/<int:report_id>")
@requires(Permission.READ_RESULTS)
def report(report_id: int) -> ResponseReturnValue:
    """Show a report as it reads, and what may be changed."""
    return _page(report_id)


@staff_pages.get("/staff/reports/<int:report_id>/file")
@requires(Permission.READ_RESULTS)
def report_as_file(report_id: int) -> ResponseReturnValue:
    """Hand a report out as Word document, PDF or HTML."""
    form = request.args.get("format", "")
    if form not in WRITERS:
        abort(404)
    write, media_type = WRITERS[form]
    with the_instance().database.reading() as session:
        told = tell_report(session, _found(session, report_id))
    name = f"{told.file_name}-{report_id}.{form}"
    return send_file(BytesIO(write(told)), media_type, as_attachment=True, download_name=name)


@staff_pages.post("/staff/reports/<int:report_id>/head")
@requires(Permission.WRITE_REPORTS)
def write_report_head(report_id: int) -> ResponseReturnValue:
    """Change title and practitioners' release, or take every table from the newest release."""
    form = request.form
    if form.get("act") == "renew":
        return _do(report_id, lambda desk: read_newest_release(desk, report_id))
    title, others = form.get("title", ""), form.get("practitioners", "")
    return _do(report_id, lambda desk: write_head(desk, report_id, title, others))


@staff_pages.post("/staff/reports/<int:report_id>/section")
@requires(Permission.WRITE_REPORTS)
def write_report_section(report_id: int) -> ResponseReturnValue:
    """Write, raise or take out a section."""
    part, act = _part(), request.form.get("act")
    if part is not None and act in ("raise", "remove"):
        change = raise_section if act == "raise" else remove_section
        return _do(report_id, lambda desk: change(desk, report_id, part))
    heading, body = request.form.get("heading", ""), request.form.get("body", "")
    return _do(report_id, lambda desk: write_section(desk, report_id, part, heading, body))


@staff_pages.post("/staff/reports/<int:report_id>/recommendation")
@requires(Permission.WRITE_REPORTS)
def write_report_recommendation(report_id: int) -> ResponseReturnValue:
    """Write or take out a recommendation."""
    part = _part()
    if part is not None and request.form.get("act") == "remove":
        return _do(report_id, lambda desk: remove_recommendation(desk, report_id, part))
    fields = {name: request.form.get(name, "").strip() for name in _FIELDS}
    return _do(report_id, lambda desk: write_recommendation(desk, report_id, part, fields))


@staff_pages.post("/staff/reports/<int:report_id>/state")
@requires(Permission.WRITE_REPORTS)
def move_report(report_id: int) -> ResponseReturnValue:
    """Take a report to its next state, or back."""
    return _do(report_id, lambda desk: move_on(desk, report_id, request.form.get("state", "")))


@staff_pages.post("/staff/reports/<int:report_id>/invitation")
@requires(Permission.WRITE_REPORTS)
def invite_to_report(report_id: int) -> ResponseReturnValue:
    """Invite a stakeholder, whose link is shown once; or take a link back."""
    part = _part()
    if part is not None:
        return _do(report_id, lambda desk: withdraw_invitation(desk, report_id, part))
    try:
        with _desk(report_id) as desk:
            token = invite_commenter(desk, report_id, request.form.get("name", ""))
    except ReportRefused as refusal:
        return _page(report_id, _fault(refusal)), 422
    return _page(report_id, link=f"{the_instance().settings.public_url}/staff/comments/{token}")


@staff_pages.post("/staff/reports/<int:report_id>/comment")
@requires(Permission.WRITE_REPORTS)
def settle_report_comment(report_id: int) -> ResponseReturnValue:
    """Say what became of a comment."""
    part = _part()
    if part is None:
        abort(400)
    state, answer = request.form.get("state", ""), request.form.get("answer", "")
    return _do(report_id, lambda desk: settle_comment(desk, report_id, part, state, answer))


@contextmanager
def _desk(report_id: int | None = None) -> Iterator[Desk]:
    """Open the desk of whoever is signed in, in one transaction; aborts where there is no such report."""
    instance = the_instance()
    with instance.database.writing() as session:
        if report_id is not None:
            _found(session, report_id)
        yield Desk(session, instance.settings.keys, the_account().email, instance.now())


def _do(report_id: int, act: Callable[[Desk], None]) -> ResponseReturnValue:
    try:
        with _desk(report_id) as desk:
            act(desk)
    except ReportRefused as refusal:
        return _page(report_id, _fault(refusal)), 422
    return redirect(url_for("staff.report", report_id=report_id), 303)


def _part() -> int | None:
    """Return the number of the section, recommendation, comment or invitation that a form is about."""
    text = request.form.get("part", "")
    return int(text) if text.isdecimal() and len(text) < 10 else None  # noqa: PLR2004 - digits of a number in SQL


def _found(session: Session, report_id: int) -> Report:
    found = reports.get(session, report_id)
    if found is None:
        abort(404)
    return found


def _fault(refusal: ReportRefused) -> str:
    return f"This was not done: {refusal}."


def _list(fault: str | None = None) -> str:
    with the_instance().database.reading() as session:
        known = [one for one in reports.list_all(session) if reaches(session, [whereabouts.of_report(session, one)])]
        published = [one.slug for one in reached_surveys(session) if last_release(session, one.slug)]
    return render_template("staff/reports.html", reports=known, published=published, states=REPORT_STATES, fault=fault)


def _page(report_id: int, fault: str | None = None, link: str | None = None) -> str:
    with the_instance().database.reading() as session:
        found = _found(session, report_id)
        try:
            told = tell_report(session, found)
        except ReportChanged:
            told, fault = None, "This report is not what was frozen: its text no longer makes its hash."
        choices = _choices(session, found, told) if told else {}
        parts = {
            "sections": reports.sections_of(session, report_id),
            "recommendations": reports.recommendations_of(session, report_id),
            "comments": reports.comments_of(session, report_id),
            "commenters": reports.commenters_of(session, report_id),
        }
    return render_template(
        "staff/report.html",
        report=found,
        body=Markup(report_html(told, level=2)) if told else None,  # noqa: S704 - escaped where it is written
        is_written=found.state != "final",
        moves=[(state, REPORT_MOVES[found.state, state]) for state in MOVES[found.state]],
        states=REPORT_STATES,
        comment_states=COMMENT_STATES,
        layers=LAYERS,
        formats=list(WRITERS),
        now=the_instance().now(),
        fault=fault,
        link=link,
        **parts,
        **choices,
    )


def _choices(session: Session, found: Report, told: ToldReport) -> dict[str, object]:
    """Return what may be chosen in the forms: questions, breakdowns, areas, other surveys' releases."""
    published = told.published
    labels = Labels(published.questionnaire, published.ground.tree)
    newest = last_release(session, found.survey, found.wave)
    others = [
        (f"{one.slug}:{release.release_hash}", f"{one.slug}, {release.wave}")
        for one in reached_surveys(session)
        if one.slug != found.survey and (release := last_release(session, one.slug))
    ]
    return {
        "questions": [(one.id, str(labels.question(one.id, "…"))) for one in table_questions(published.questionnaire)],
        "breakdowns": breakdown_choices(published),
        "groups": area_groups(areas.read_tree(session), published.questionnaire),
        "others": others,
        "root": published.ground.roots[0],
        "is_newest": newest is not None and newest.release_hash == found.release_hash,
    }
