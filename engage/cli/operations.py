"""Commands that run an instance: serve, worker, demo, jobs, audit."""

import logging
from threading import Event, Thread

import click
import waitress

from engage import jobs
from engage.app import create_app
from engage.channels.sms.rounds import start_rounds
from engage.channels.sms.upkeep import look_after_conversations
from engage.cli.instance import Refused, actor, ready_instance
from engage.collection.accounts import sign_in_link
from engage.collection.retention import forget_what_is_over
from engage.collection.scan_retention import forget_old_scans
from engage.demo import DemoRefused, fill_demo
from engage.demo.extras import ADMIN as DEMO_ADMIN
from engage.demo.submissions import AMBASSADOR as DEMO_AMBASSADOR
from engage.storage import audit
from engage.storage import jobs as stored_jobs
from engage.storage.audit_head import HeadUnreadable
from engage.storage.instance import Instance
from engage.worker import WORKS, run_worker

#: Threads that answer requests in one process.
THREADS = 8
#: Seconds between two looks at what is over.
RETENTION_EVERY = 600


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, envvar="PORT")
def serve(host: str, port: int) -> None:
    """Run the web app on the embedded default or on what the environment names."""
    instance = ready_instance()
    stop = Event()
    Thread(target=_keep_house, args=(instance, stop), name="retention", daemon=True).start()
    start_rounds(instance, stop)
    if not instance.settings.redis_url:
        jobs.start_embedded(instance, WORKS, stop)
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # a short queue is no news
    click.echo(f"Serving on {host} port {port}; Ctrl+C stops it.")
    try:
        waitress.serve(create_app(instance), host=host, port=port, threads=THREADS, ident="engage", _quiet=True)
    finally:
        stop.set()


def _keep_house(instance: Instance, stop: Event) -> None:
    """Forget what is over, again and again, as long as the web process runs."""
    while True:
        look_after_conversations(instance)
        with instance.database.writing() as session:
            forget_what_is_over(session, instance.now())
        forget_old_scans(instance)
        if stop.wait(RETENTION_EVERY):
            return


@click.group()
def retention() -> None:
    """What is kept, and for how long."""


@retention.command("run")
def run_retention() -> None:
    """Forget abandoned drafts, unanswered questions, old texts and scans now; `engage serve` does so by itself."""
    instance = ready_instance()
    look_after_conversations(instance)
    with instance.database.writing() as session:
        forget_what_is_over(session, instance.now())
    forget_old_scans(instance)


@click.command()
def worker() -> None:
    """Run jobs from the Redis queue (ENGAGE_REDIS_URL), and send texts and word of what waits."""
    instance = ready_instance()
    if not instance.settings.redis_url:
        raise Refused("ENGAGE_REDIS_URL is not set; without it `engage serve` runs the jobs itself")
    run_worker(instance.settings.redis_url)


@click.command()
@click.option("--responses", "count", default=6000, show_default=True, help="Synthetic responses to make.")
@click.option("--seed", default=1, show_default=True, help="The same seed makes the same responses.")
def demo(count: int, seed: int) -> None:
    """Fill in the demo survey with synthetic responses and print where to look; keeps what is there."""
    instance = ready_instance()
    try:
        for line in fill_demo(instance, count, seed):
            click.echo(line)
    except DemoRefused as refusal:
        raise Refused(str(refusal)) from refusal
    with instance.database.writing() as session:
        links = {
            account: sign_in_link(session, instance.settings.keys, account, instance.now(), actor())
            for account in (DEMO_ADMIN, DEMO_AMBASSADOR)
        }
    click.echo()
    for what, path in (
        ("Answer the survey", "/s/local"),
        ("… in easy read", "/s/local?style=easy_read"),
        ("… in Arabic", "/s/local?lang=ar"),
        ("What people said", "/results/local"),
        ("… what was done about it", "/results/local/did"),
        ("… and questions in public", "/results/local/ask"),
        ("Staff: an admin signs in here, once", f"/staff/in/{links[DEMO_ADMIN]}"),
        ("Staff: an ambassador, once", f"/staff/in/{links[DEMO_AMBASSADOR]}"),
        ("Print and key paper forms", "/staff/sign-in?next=/staff/paper"),
        ("Try it by text message", "/staff/sign-in?next=/staff/text"),
        ("Results for staff", "/staff/sign-in?next=/staff/results"),
        ("For programs", "/api/v1/openapi.json"),
    ):
        click.echo(f"{what:<36} {instance.settings.public_url}{path}")


@click.command("jobs")
def jobs_list() -> None:
    """List the newest jobs with their progress."""
    instance = ready_instance()
    with instance.database.reading() as session:
        for job in stored_jobs.newest(session, 50):
            click.echo(
                f"{job.id}  {job.kind:<16} {job.state:<8} {job.done}/{job.total}  {job.message or job.file or ''}"
            )


@click.group("audit")
def audit_log() -> None:
    """The audit log."""


@audit_log.command()
def verify() -> None:
    """Check the whole chain; exit 1 when something was changed, cut or taken out."""
    instance = ready_instance()
    try:
        outside = instance.database.audit_head.read()
    except HeadUnreadable as error:
        raise Refused(f"The head of the audit log cannot be read: {error}.") from error
    with instance.database.snapshot() as session:
        fault = audit.find_tampering(session, instance.settings.keys.audit, outside)
    if fault:
        raise Refused(f"The audit log was tampered with: {fault}.")
    click.echo("The audit log is whole.")
