"""The progress report in the browser: to read, to take away as text or PDF, to send, and who gets it every month."""

from datetime import date

from flask import Response, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engage.collection.mail import MailNotSent
from engage.reporting.progress_report import ProgressReport, Reader
from engage.reporting.progress_report_files import progress_pdf, progress_text
from engage.staff.access import Permission, requires
from engage.staff.blueprint import staff_pages, the_account, the_instance
from engage.staff.coverage_asked import AskedWave, asked_wave, today
from engage.staff.progress_mail import file_name, may_get, reader_of, send_now, set_recipients, write_report
from engage.staff.words import STATES
from engage.storage import progress as stored
from engage.storage.database import Session


@staff_pages.get("/staff/progress")
@requires(Permission.SEE_COVERAGE)
def progress() -> ResponseReturnValue:
    """Show the report of this month so far, and who gets it."""
    return _page()


@staff_pages.get("/staff/progress/file")
@requires(Permission.SEE_COVERAGE)
def progress_file() -> ResponseReturnValue:
    """Hand out the report as plain text or PDF."""
    with the_instance().database.reading() as session:
        asked = _asked(session)
        report = write_report(session, the_instance(), asked.wave, _month(), _reader())
    is_text = request.args.get("format") == "text"
    body = progress_text(report).encode() if is_text else progress_pdf(report)
    name = file_name(asked.wave, _month(), "txt" if is_text else "pdf")
    kind = "text/plain; charset=utf-8" if is_text else "application/pdf"
    return Response(body, mimetype=kind, headers={"Content-Disposition": f"attachment; filename={name}"})


@staff_pages.post("/staff/progress/recipients")
@requires(Permission.SET_TARGETS)
def set_progress_recipients() -> ResponseReturnValue:
    """Set who gets the report every month."""
    instance = the_instance()
    with instance.database.writing() as session:
        asked = _asked(session)
        set_recipients(session, instance, asked.wave.survey, request.form.getlist("to"), the_account().email)
    return redirect(url_for("staff.progress", survey=asked.wave.survey, wave=asked.wave.name, _anchor="who"), 303)


@staff_pages.post("/staff/progress/send")
@requires(Permission.SET_TARGETS)
def send_progress() -> ResponseReturnValue:
    """Send the report of this month so far to everybody who gets it."""
    with the_instance().database.reading() as session:
        asked = _asked(session)
    try:
        sent = send_now(the_instance(), asked.wave, the_account().email)
    except MailNotSent:
        return _page(fault="The mail server did not take it. Try again later, or take the file away."), 502
    return redirect(url_for("staff.progress", sent=sent, survey=asked.wave.survey, wave=asked.wave.name), 303)


def _page(fault: str | None = None) -> str:
    with the_instance().database.reading() as session:
        asked = _asked(session)
        report: ProgressReport = write_report(session, the_instance(), asked.wave, _month(), _reader())
        able = may_get(session, asked.wave.survey)
        chosen = stored.recipients(session, asked.wave.survey)
        went = stored.sent(session, asked.wave.survey)
    return render_template(
        "staff/progress.html",
        asked=asked,
        report=report,
        able=[(one, reader.sight.value) for one in able if (reader := reader_of(one))],
        chosen=chosen,
        went=went[:12],
        sent=request.args.get("sent", type=int),
        states=STATES,
        fault=fault,
        has_mail=the_instance().settings.smtp_url is not None,
    )


def _asked(session: Session) -> AskedWave:
    return asked_wave(session, request.values) or abort(404)


def _reader() -> Reader:
    reader = reader_of(the_account())
    if reader is None:
        abort(403)
    return reader


def _month() -> date:
    return today().replace(day=1)
