"""Scans: the page to send them from, and the pages that say what became of every sheet."""

from uuid import UUID

from flask import abort, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engage.collection import whereabouts
from engage.staff.access import Permission, may, requires
from engage.staff.blueprint import staff_pages, the_account, the_instance
from engage.staff.scan_words import FILES, PROBLEMS
from engage.staff.scanning import (
    MOST_FILES,
    NothingSent,
    Sending,
    find_sending,
    forms_shown,
    pages_shown,
    send_files,
    sendings,
    unfinished,
)
from engage.staff.scope import reaches
from engage.storage import scans as stored
from engage.storage.database import Session

#: Bytes sent at once: everything a scanner makes of an afternoon's forms.
LARGEST_SENDING = 600_000_000


@staff_pages.get("/staff/scans")
@requires(Permission.ENTER_FORMS)
def scans() -> ResponseReturnValue:
    """Show where to send scans, what was sent last and which forms lack pages."""
    return _page()


@staff_pages.post("/staff/scans")
@requires(Permission.ENTER_FORMS)
def send_scans() -> ResponseReturnValue:
    """Take scans in and go to the page that shows how far they are read."""
    request.max_content_length = LARGEST_SENDING
    current_app.extensions["csrf"].protect()  # only now, as it reads what was sent
    files = [(file.filename or "scan", file.stream) for file in request.files.getlist("files") if file.filename]
    try:
        job = send_files(the_instance(), files, source="upload", by=the_account().email)
    except NothingSent as fault:
        return _page(str(fault)), 422
    return redirect(url_for("staff.sending", job=job), 303)


@staff_pages.get("/staff/scans/<uuid:job>")
@requires(Permission.ENTER_FORMS)
def sending(job: UUID) -> ResponseReturnValue:
    """Show page by page what became of what was sent together; the page looks again until all is read."""
    with the_instance().database.reading() as session:
        found = find_sending(session, job)
        if found is None or not _may_see(found.files[0].sent_by):
            abort(404)
        pages = {file.id: pages_shown(session, file) for file in found.files}
        forms = forms_shown(session, found.files)
    return render_template(
        "staff/sending.html", sending=found, pages=pages, forms=forms, problems=PROBLEMS, states=FILES
    )


def _page(fault: str | None = None) -> str:
    account = the_account()
    sees_all = may(account, Permission.REVIEW)
    with the_instance().database.reading() as session:
        sent = sendings(session, None if sees_all else account.email)
        sent = [one for one in sent if _is_reached(session, one)]
        lacking = [one for one in unfinished(session) if reaches(session, [whereabouts.of_form(session, one.serial)])]
        waiting = stored.list_forms(session, "review")
        counted = sum(reaches(session, [whereabouts.of_form(session, form.serial)]) for form in waiting)
    return render_template(
        "staff/scans.html",
        fault=fault,
        sent=sent,
        lacking=lacking,
        waiting=counted,
        most=MOST_FILES,
        megabytes=LARGEST_SENDING // 1_000_000,
    )


def _is_reached(session: Session, sent: Sending) -> bool:
    return sent.files[0].sent_by == the_account().email or reaches(session, whereabouts.of_sending(session, sent.job))


def _may_see(sender: str) -> bool:
    return sender == the_account().email or may(the_account(), Permission.REVIEW)
