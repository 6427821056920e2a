"""Long work as staff follow it: one's own jobs, admins everybody's; how far each is, its file, stopping it."""

from pathlib import Path
from uuid import UUID

from flask import abort, redirect, render_template, send_file, url_for
from flask.typing import ResponseReturnValue

from engage import jobs as works
from engage.collection.scan_files import ScanUnreadable
from engage.staff import row_files
from engage.staff.access import Permission, may, requires
from engage.staff.blueprint import staff_pages, the_account, the_instance
from engage.staff.words import JOB_FINDINGS, JOB_STATES, JOBS
from engage.storage import jobs as stored_jobs
from engage.storage.jobs import Job

#: Kind of job → what somebody must be allowed to see how it goes and fetch its file.
JOB_PERMISSIONS = {
    "audit.check": Permission.READ_AUDIT,
    "paper.print": Permission.PRINT_FORMS,
    "paper.read": Permission.ENTER_FORMS,
    "past.import": Permission.BRING_IN_PAST,
    "responses.export": Permission.RAW_DATA,
    "results.export": Permission.READ_RESULTS,
    "results.publish": Permission.PUBLISH_RESULTS,
    "results.summaries": Permission.READ_RESULTS,
}
#: Jobs on the page.
_SHOWN = 50


@staff_pages.get("/staff/jobs")
@requires(*JOB_PERMISSIONS.values(), Permission.ALL_JOBS)
def list_jobs() -> ResponseReturnValue:
    """List the jobs of whoever is signed in, to admins those of everybody; the page looks again while one is open."""
    account, sees_all = the_account(), _sees_all()
    with the_instance().database.reading() as session:
        listed = stored_jobs.newest(session, _SHOWN, by=None if sees_all else account.email)
    return render_template("staff/jobs.html", jobs=listed, sees_all=sees_all, kinds=JOBS, states=JOB_STATES)


@staff_pages.get("/staff/jobs/<uuid:job_id>")
@requires(*JOB_PERMISSIONS.values(), Permission.ALL_JOBS)
def job(job_id: UUID) -> ResponseReturnValue:
    """Show how far a job is; the page asks again by itself until it is done."""
    found = _job(job_id)
    return render_template(
        "staff/job.html",
        job=found,
        kinds=JOBS,
        states=JOB_STATES,
        is_ones_own=_is_ones_own(found),
        finding=JOB_FINDINGS.get(found.kind),
        is_for_one=found.kind == row_files.KIND,
        may_fetch=_may_fetch(found),
    )


@staff_pages.get("/staff/jobs/<uuid:job_id>/file")
@requires(*JOB_PERMISSIONS.values())
def job_file(job_id: UUID) -> ResponseReturnValue:
    """Hand out the file that a job made."""
    found = _job(job_id, to_fetch=True)
    name = Path(found.file or "none").name
    path = works.files_of(the_instance()) / name
    if found.state != "done" or not found.file:
        abort(404)
    if found.kind == row_files.KIND:
        return _sealed(name)
    if not path.is_file():
        abort(404)
    return send_file(path, as_attachment=True, download_name=name, max_age=0)


@staff_pages.post("/staff/jobs/<uuid:job_id>/cancel")
@requires(*JOB_PERMISSIONS.values(), Permission.ALL_JOBS)
def cancel_job(job_id: UUID) -> ResponseReturnValue:
    """Stop a job at its next step."""
    works.cancel(the_instance(), _ones_own(job_id).id)
    return redirect(url_for("staff.job", job_id=job_id), 303)


@staff_pages.post("/staff/jobs/<uuid:job_id>/retry")
@requires(*JOB_PERMISSIONS.values(), Permission.ALL_JOBS)
def retry_job(job_id: UUID) -> ResponseReturnValue:
    """Begin a job anew that failed or was cancelled."""
    works.retry(the_instance(), _ones_own(job_id).id)
    return redirect(url_for("staff.job", job_id=job_id), 303)


def _job(job_id: UUID, *, to_fetch: bool = False) -> Job:
    """Return a job that the reader may see; a file is only for those who may make one of its kind."""
    with the_instance().database.reading() as session:
        found = stored_jobs.get(session, job_id)
    if found is None or not (_may_fetch(found) if to_fetch else _is_of_ones_kind(found) or _sees_all()):
        abort(404)
    return found


def _sealed(name: str) -> ResponseReturnValue:
    """Hand a sealed file out; it is gone after an hour."""
    try:
        content = row_files.open_rows(the_instance(), name)
    except ScanUnreadable:
        abort(404)
    return send_file(content, as_attachment=True, download_name=name, max_age=0)


def _is_of_ones_kind(found: Job) -> bool:
    """Say whether the reader may ask for work of the same kind."""
    permission = JOB_PERMISSIONS.get(found.kind)
    return permission is not None and may(the_account(), permission)


def _may_fetch(found: Job) -> bool:
    """Say whether a file is for the reader; rows are for whoever is on record for them, and nobody else."""
    return _is_of_ones_kind(found) and (found.kind != row_files.KIND or found.asked_by == the_account().email)


def _sees_all() -> bool:
    return may(the_account(), Permission.ALL_JOBS)


def _is_ones_own(found: Job) -> bool:
    return found.asked_by == the_account().email or _sees_all()


def _ones_own(job_id: UUID) -> Job:
    """Return a job that the reader asked for, an admin any."""
    found = _job(job_id)
    if not _is_ones_own(found):
        abort(403)
    return found
