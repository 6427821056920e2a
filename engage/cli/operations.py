"""Commands that run an instance: serve, worker, demo."""

import os

import click

from engage.app import create_app
from engage.cli.instance import Refused, actor, ready_instance
from engage.collection.accounts import sign_in_link
from engage.demo import DemoRefused, fill_demo
from engage.demo.extras import ADMIN as DEMO_ADMIN
from engage.demo.submissions import AMBASSADOR as DEMO_AMBASSADOR
from engage.serving import PortTaken, processes_here
from engage.serving import serve as run_server
from engage.staff.first_person import first_known, first_link
from engage.worker import run_worker

#: Hosts that stand for every address of the machine.
EVERYWHERE = ("0.0.0.0", "::", "")  # noqa: S104 - compared with, never listened on by itself


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, envvar="PORT")
@click.option("--processes", type=click.IntRange(1, 64), help="Default: one for each core, at most 4.")
@click.option("--drain", type=click.FloatRange(0, 300), default=0.0, help="Seconds to answer on when asked to end.")
def serve(host: str, port: int, processes: int | None, drain: float) -> None:
    """Run the web app on the embedded default or on what the environment names."""
    # Where nobody says how people reach it, links lead to where it serves.
    os.environ.setdefault("ENGAGE_PUBLIC_URL", f"http://{'127.0.0.1' if host in EVERYWHERE else host}:{port}")
    instance = ready_instance()
    app = create_app(instance)
    if link := first_link(app):
        click.echo(f"Nobody can sign in yet. The first admin comes in here, once: {instance.settings.public_url}{link}")
    instance.database.close()  # each process opens its own
    click.echo(f"Serving on {host} port {port}; Ctrl+C stops it.")
    try:
        run_server(host, port, processes or processes_here(), first_known(app), drain)
    except PortTaken as taken:
        raise Refused(str(taken)) from taken


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
