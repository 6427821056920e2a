"""Commands for answers by text message: channels, who is on duty, missed texts, the simulator."""

import sys
from datetime import timedelta
from uuid import UUID

import click

from engage.channels.sms.backfill import BackfillFailed, backfill
from engage.channels.sms.conversation import step
from engage.channels.sms.costs import USUAL_PART_PRICE, in_pence
from engage.channels.sms.exchange import SurveyMissing, context_of, send_in
from engage.channels.sms.guides import guide_for
from engage.channels.sms.setup import (
    ChannelRefused,
    Setup,
    change_channel,
    drop_old_secret,
    open_channel,
    rotate_secret,
)
from engage.channels.sms.silence import is_silent
from engage.channels.sms.state import ConversationState
from engage.cli.duty import duty
from engage.cli.instance import Refused, actor, ready_instance
from engage.cli.text_costs import say_cost
from engage.storage import texts
from engage.storage.instance import Instance
from engage.storage.texts import PROVIDERS, TextChannel


@click.group()
def text() -> None:
    """Answers by text message."""


text.add_command(duty)


@text.group()
def channel() -> None:
    """Numbers and gateways that bring texts."""


@channel.command()
@click.argument("provider", type=click.Choice(PROVIDERS))
@click.option("--survey", required=True)
@click.option("--secret", default="", help="The provider's own signing secret (Twilio: the auth token); else made.")
@click.option("--number", default="", help="Our number, with its country code.")
@click.option("--account", multiple=True, metavar="NAME=VALUE", help="What sending takes; see the channel's page.")
@click.option("--silence-hours", type=int, help="Say so after so many hours without a text.")
def add(
    provider: str, survey: str, secret: str, number: str, account: tuple[str, ...], silence_hours: int | None
) -> None:
    """Make a channel; prints its webhook address and its secret once, and what to set up at the provider."""
    instance = ready_instance()
    wanted = Setup(number, _pairs(account), silence_hours, None)
    try:
        with instance.database.writing() as session:
            keys, now = instance.settings.keys, instance.now()
            made, plain = open_channel(session, keys, provider, survey, secret, wanted, actor(), now)
    except ChannelRefused as refusal:
        raise Refused(str(refusal)) from refusal
    click.echo(f"webhook: {instance.settings.public_url}/sms/{provider}/{made.id}")
    click.echo(f"secret:  {plain}")
    for line in guide_for(provider):
        click.echo(f"- {line}", err=True)


@channel.command("set")
@click.argument("channel_id", type=click.UUID)
@click.option("--number", help="Our number; empty takes it out.")
@click.option("--account", multiple=True, metavar="NAME=VALUE")
@click.option("--silence-hours", type=int, help="0 takes the alarm out.")
@click.option("--part-price", type=float, help="Pence for one part.")
def set_channel(
    channel_id: UUID,
    number: str | None,
    account: tuple[str, ...],
    silence_hours: int | None,
    part_price: float | None,
) -> None:
    """Change a channel; what is left out stays as it is."""
    instance = ready_instance()
    known = _channel(instance, channel_id)
    wanted = Setup(
        (known.number or "") if number is None else number,
        _pairs(account),
        known.silence_hours if silence_hours is None else silence_hours or None,
        known.part_price if part_price is None else round(part_price * 100),
    )
    try:
        with instance.database.writing() as session:
            change_channel(session, instance.settings.keys, channel_id, wanted, actor(), instance.now())
    except ChannelRefused as refusal:
        raise Refused(str(refusal)) from refusal


@channel.command()
@click.argument("channel_id", type=click.UUID)
@click.option("--secret", default="", help="The provider's new signing secret; made where left out.")
@click.option("--drop-old", is_flag=True, help="Let the secret before count no longer, instead of making a new one.")
def rotate(channel_id: UUID, secret: str, *, drop_old: bool) -> None:
    """Give a channel a new secret; the one before counts too until `--drop-old`."""
    instance = ready_instance()
    keys, now = instance.settings.keys, instance.now()
    try:
        with instance.database.writing() as session:
            if drop_old:
                drop_old_secret(session, keys, channel_id, actor(), now)
                return
            plain = rotate_secret(session, keys, channel_id, secret, actor(), now)
    except ChannelRefused as refusal:
        raise Refused(str(refusal)) from refusal
    click.echo(f"secret:  {plain}")


@channel.command("list")
def list_channels() -> None:
    """List channels; secrets are never printed again."""
    instance = ready_instance()
    with instance.database.reading() as session:
        for known in texts.list_channels(session):
            last = f"{known.last_received_at:%Y-%m-%d %H:%M} UTC" if known.last_received_at else "never"
            silent = "  SILENT" if is_silent(known, instance.now()) else ""
            path = f"/sms/{known.provider}/{known.id}"
            click.echo(f"{known.provider:<8} {known.survey:<20} {path}  last text: {last}{silent}")


@text.command("backfill")
@click.argument("channel_id", type=click.UUID)
@click.option("--days", type=click.IntRange(1, 90), default=7, show_default=True, help="How far back.")
def fetch_missed(channel_id: UUID, days: int) -> None:
    """Fetch texts that the webhook missed; those that came in before change nothing."""
    instance = ready_instance()
    try:
        fetched = backfill(instance, _channel(instance, channel_id), instance.now() - timedelta(days=days), actor())
    except BackfillFailed as failure:
        raise Refused(str(failure)) from failure
    click.echo(f"{fetched.listed} listed, {fetched.known} known, {fetched.taken} taken in")
    if fetched.elsewhere:
        click.echo(f"{fetched.elsewhere} came for another number than this channel's own and were left", err=True)
    if fetched.unread:
        click.echo(
            f"{fetched.unread} could not be read; a phone that encrypts its texts has to stop doing so", err=True
        )


@text.command()
@click.argument("slug")
@click.option("--language", help="Language to begin in (BCP 47).")
@click.option("--submit", is_flag=True, help="Send the finished conversation through the one door.")
def simulate(slug: str, language: str | None, *, submit: bool) -> None:
    """Read texts from standard input, one a line, and print each reply behind `< `; stores nothing by default.

    What each reply takes to send goes to standard error.
    """
    instance = ready_instance()
    state: ConversationState | None = None
    parts = 0
    for line in sys.stdin:
        with instance.database.writing() as session:
            try:
                context = context_of(session, instance, slug, state, language)
            except SurveyMissing as error:
                raise Refused(f"there is no survey {slug!r}") from error
            if language and context.questionnaire.language(language) is None:
                raise Refused(f"{slug} is not in the language {language!r}")
            taken = step(state, line.rstrip("\n"), context)
            state = taken.state
            if taken.reply is not None:
                click.echo("< " + " ".join(taken.reply.split()))
                parts += say_cost(taken.reply)
            if taken.submission_ready and state:
                if submit:
                    outcome = send_in(session, instance, state, context, actor())
                    click.echo(f"{outcome.status}: {outcome.response_id}", err=True)
                state = state.emptied(state.stage)
    click.echo(f"# in all {parts} parts, {in_pence(parts * USUAL_PART_PRICE)}", err=True)


def _channel(instance: Instance, channel_id: UUID) -> TextChannel:
    with instance.database.reading() as session:
        known = texts.get_channel(session, channel_id)
    if known is None:
        raise Refused(f"there is no channel {channel_id}")
    return known


def _pairs(given: tuple[str, ...]) -> dict[str, str]:
    pairs = [pair.partition("=") for pair in given]
    if faulty := [name for name, sign, _ in pairs if not sign]:
        raise click.UsageError(f"--account {faulty[0]}: write NAME=VALUE")
    return {name: value for name, _, value in pairs}
