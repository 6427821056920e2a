"""What an invited stakeholder sees: one report, a form for comments, and what became of theirs; no account."""

from flask import render_template, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from engage.reporting.report import (
    Desk,
    ReportRefused,
    add_comment,
    finish_commenting,
    report_html,
    tell_report,
    usable_commenter,
)
from engage.staff.access import open_to_all
from engage.staff.blueprint import staff_pages, the_instance
from engage.staff.words import COMMENT_STATES
from engage.storage import reports

#: What a comment is about where it is about no part of the report.
WHOLE = "The whole report"


@staff_pages.get("/staff/comments/<token>")
@open_to_all
def read_for_comments(token: str) -> ResponseReturnValue:
    """Show the report that a link opens."""
    return _page(token)


@staff_pages.post("/staff/comments/<token>")
@open_to_all
def send_comment(token: str) -> ResponseReturnValue:
    """Take a comment in, or end the link."""
    instance, form = the_instance(), request.form
    is_done = form.get("act") == "done"
    try:
        with instance.database.writing() as session:
            desk = Desk(session, instance.settings.keys, "a commenter", instance.now())
            if is_done:
                finish_commenting(desk, token)
            else:
                add_comment(desk, token, form.get("about", "") or WHOLE, form.get("words", ""))
    except ReportRefused as refusal:
        return _page(token, fault=f"This was not done: {refusal}.", status=422)
    if is_done:
        return render_template("staff/commenting_done.html")
    return _page(token, is_taken=True)


def _page(token: str, *, fault: str | None = None, is_taken: bool = False, status: int = 200) -> ResponseReturnValue:
    instance = the_instance()
    with instance.database.reading() as session:
        found = usable_commenter(session, token, instance.now())
        if found is None:
            return render_template("staff/link_gone.html"), 404
        commenter, report = found
        told = tell_report(session, report)
        own = reports.comments_of(session, report.id, commenter.id)
    headings = [section.heading for section in told.sections]
    numbered = [f"Recommendation {made.number}" for made in told.recommendations]
    page = render_template(
        "staff/commenting.html",
        token=token,
        commenter=commenter,
        report=report,
        body=Markup(report_html(told.without_comments(), level=2)),  # noqa: S704 - escaped where it is written
        about=[WHOLE, *headings, *numbered],
        comments=own,
        states=COMMENT_STATES,
        fault=fault,
        is_taken=is_taken,
    )
    return page, status
