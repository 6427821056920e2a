"""Long work as staff follow it: one's own jobs, admins everybody's; how far each is, its file, stopping it."""

from pathlib import Path
from uuid import UUID

from flask import abort, redirect, render_template, send_file, url_for
from flask.typing import ResponseReturnValue

from engage import jobs as works
from engage.staff.access import Permission, may, requires
from engage.staff.blueprint import staff_pages, the_account, the_instance
from engage.staff.words import JOB_STATES, JOBS
from engage.storage import jobs as stored_jobs
from engage.storage.jobs import Job

#: Kind of job → what somebody must be allowed to see how it goes and fetch its file.
JOB_PERMISSIONS = {
    "paper.print": Permission.PRINT_FORMS,
    "paper.read": Permission.ENTER_FORMS,
    "past.import": Permission.BRING_IN_PAST,
    "results.publish": Permission.PUBLISH_RESULTS,
    "results.summaries": Permission.READ_RESULTS,
}
#: Jobs on the page.
_SHOWN = 50


@staff_pages.get("/staff/jobs")
@requires(*JOB_PERMISSIONS.values(), Permission.ALL_JOBS)
def list_jobs() -> ResponseReturnValue:
    """List the jobs of whoever is signed in, to admins those of everybody; the page looks again while one is open."""
    account = the_account()
    sees_all = may(account, Permission.ALL_JOBS)
    with the_instance().database.reading() as session:
        listed = stored_jobs.newest(session, _SHOWN, by=None if sees_all else account.email)
    return render_template("staff/jobs.html", jobs=listed, sees_all=sees_all, kinds=JOBS, states=JOB_STATES)


@staff_pages.get("/staff/jobs/<uuid:job_id>")
@requires(*JOB_PERMISSIONS.values(), Permission.ALL_JOBS)
def job(job_id: UUID) -> ResponseReturnValue:
    """Show how far a job is; the page asks again by itself until it is done."""
    found = _job(job_id)
    return render_template("staff/job.html", job=found, kinds=JOBS, states=JOB_STATES, is_ones_own=_is_ones_own(found))


@staff_pages.get("/staff/jobs/<uuid:job_id>/file")
@requires(*JOB_PERMISSIONS.values())
def job_file(job_id: UUID) -> ResponseReturnValue:
    """Hand out the file that a job made."""
    found = _job(job_id, to_fetch=True)
    path = works.files_of(the_instance()) / Path(found.file or "none").name
    if found.state != "done" or not found.file or not path.is_file():
        abort(404)
    return send_file(path, as_attachment=True, download_name=path.name, max_age=0)


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
    account = the_account()
    with the_instance().database.reading() as session:
        found = stored_jobs.get(session, job_id)
    permission = JOB_PERMISSIONS.get(found.kind) if found else None
    is_of_kind = permission is not None and may(account, permission)
    if found is None or not (is_of_kind or (may(account, Permission.ALL_JOBS) and not to_fetch)):
        abort(404)
    return found


def _is_ones_own(found: Job) -> bool:
    return found.asked_by == the_account().email or may(the_account(), Permission.ALL_JOBS)


def _ones_own(job_id: UUID) -> Job:
    """Return a job that the reader asked for, an admin any."""
    found = _job(job_id)
    if not _is_ones_own(found):
        abort(403)
    return found
