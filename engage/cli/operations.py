"""Commands that run an instance: serve, worker, demo, jobs."""

import logging
from threading import Event

import click
import waitress

from engage import jobs
from engage.app import create_app
from engage.channels.sms.rounds import start_rounds
from engage.cli.instance import Refused, actor, ready_instance
from engage.collection.accounts import sign_in_link
from engage.demo import DemoRefused, fill_demo
from engage.demo.extras import ADMIN as DEMO_ADMIN
from engage.demo.submissions import AMBASSADOR as DEMO_AMBASSADOR
from engage.housekeeping import start_housekeeping
from engage.storage import jobs as stored_jobs
from engage.worker import WORKS, run_worker

#: Threads that answer requests in one process.
THREADS = 8


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, envvar="PORT")
def serve(host: str, port: int) -> None:
    """Run the web app on the embedded default or on what the environment names."""
    instance = ready_instance()
    stop = Event()
    start_housekeeping(instance, stop)
    start_rounds(instance, stop)
    if not instance.settings.redis_url:
        jobs.start_embedded(instance, WORKS, stop)
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # a short queue is no news
    click.echo(f"Serving on {host} port {port}; Ctrl+C stops it.")
    try:
        waitress.serve(create_app(instance), host=host, port=port, threads=THREADS, ident="engage", _quiet=True)
    finally:
        stop.set()


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
