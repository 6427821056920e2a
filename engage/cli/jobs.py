"""Commands that follow long work, stop it and ask for it again."""

import sys
import time
from uuid import UUID

import click

from engage import jobs as works
from engage.cli.instance import Refused, ready_instance
from engage.cli.progress import ANEW, bar
from engage.storage import jobs as stored_jobs
from engage.storage.instance import Instance
from engage.storage.jobs import Job

#: Jobs in the list, seconds between two looks at one.
_LISTED, _LOOK_EVERY = 50, 0.5
#: Digits of an id that are enough to name a job.
_LEAST_DIGITS = 4


@click.group("jobs", invoke_without_command=True)
@click.pass_context
def jobs(context: click.Context) -> None:
    """List the newest jobs with their progress; or follow one, stop it, ask for it again."""
    if context.invoked_subcommand is None:
        instance = ready_instance()
        with instance.database.reading() as session:
            for job in stored_jobs.newest(session, _LISTED):
                ended = job.message or job.file or ""
                click.echo(f"{job.id}  {job.kind:<17} {job.state:<9} {job.done}/{job.total}  {ended}")


@jobs.command()
@click.argument("job_id", metavar="ID")
def watch(job_id: str) -> None:
    """Show how far a job is until it is over; exits with 1 where it did not work."""
    instance = ready_instance()
    job = _found(instance, job_id)
    is_terminal, last = sys.stdout.isatty(), ""
    while True:
        line = _line(job)
        if line != last:
            click.echo(f"{ANEW}{line}" if is_terminal else line, nl=not is_terminal)
            last = line
        if not job.is_open:
            break
        time.sleep(_LOOK_EVERY)
        job = _found(instance, str(job.id))
    if is_terminal:
        click.echo()
    if job.state != "done":
        raise Refused(f"The job {'was cancelled' if job.state == 'cancelled' else f'failed: {job.message}'}")


@jobs.command()
@click.argument("job_id", metavar="ID")
def cancel(job_id: str) -> None:
    """Stop a job: at once where it waits, at its next step where it runs."""
    instance = ready_instance()
    job = _found(instance, job_id)
    if not works.cancel(instance, job.id):
        raise Refused(f"The job is over: {job.state}")
    click.echo(_line(_found(instance, str(job.id))))


@jobs.command()
@click.argument("job_id", metavar="ID")
def retry(job_id: str) -> None:
    """Begin a job anew that failed or was cancelled."""
    instance = ready_instance()
    job = _found(instance, job_id)
    if not works.retry(instance, job.id):
        raise Refused(f"Only a job that failed or was cancelled is begun anew; this one is {job.state}")
    click.echo(_line(_found(instance, str(job.id))))


def _found(instance: Instance, job_id: str) -> Job:
    """Return the job with an id, or the one newest job whose id begins so."""
    with instance.database.reading() as session:
        try:
            found = [job] if (job := stored_jobs.get(session, UUID(job_id))) else []
        except ValueError:
            is_enough = len(job_id) >= _LEAST_DIGITS
            newest = stored_jobs.newest(session, _LISTED) if is_enough else []
            found = [job for job in newest if str(job.id).startswith(job_id.lower())]
    if len(found) != 1:
        raise Refused(f"There is no job {job_id}" if not found else f"More than one job begins with {job_id}")
    return found[0]


def _line(job: Job) -> str:
    """Return a job as one line with a bar."""
    state = "cancelling" if job.is_open and job.cancel_asked else job.state
    drawn = bar(job.done, job.total, is_over=job.state == "done")
    return f"{job.kind} {drawn} {state} {job.message or ''}".rstrip()
