"""Commands for answers by text message: channels and the simulator."""

import secrets
import sys
from uuid import uuid4

import click

from engage.channels.sms.conversation import step
from engage.channels.sms.exchange import SurveyMissing, context_of, send_in
from engage.channels.sms.state import ConversationState
from engage.cli.instance import Refused, actor, ready_instance
from engage.storage import audit, questionnaires, texts
from engage.storage.texts import PROVIDERS, TextChannel


@click.group()
def text() -> None:
    """Answers by text message."""


@text.group()
def channel() -> None:
    """Numbers and gateways that bring texts."""


@channel.command()
@click.argument("provider", type=click.Choice(PROVIDERS))
@click.option("--survey", required=True)
@click.option("--secret", help="The provider's own signing secret (Twilio: the auth token); made where left out.")
def add(provider: str, survey: str, secret: str | None) -> None:
    """Make a channel; prints its webhook address and its secret once."""
    instance = ready_instance()
    made = TextChannel(uuid4(), provider, survey, (secret or secrets.token_urlsafe(32),))
    with instance.database.writing() as session:
        if questionnaires.get(session, survey) is None:
            raise Refused(f"there is no survey {survey!r}")
        texts.add_channel(session, made)
        audit.append(
            session,
            instance.settings.keys.audit,
            at=instance.now(),
            actor=actor(),
            action="text_channel.added",
            subject=str(made.id),
            detail={"provider": provider, "survey": survey},
        )
    click.echo(f"webhook: {instance.settings.public_url}/sms/{provider}/{made.id}")
    click.echo(f"secret:  {made.secrets[0]}")


@channel.command("list")
def list_channels() -> None:
    """List channels; secrets are never printed again."""
    instance = ready_instance()
    with instance.database.reading() as session:
        for known in texts.list_channels(session):
            last = f"{known.last_received_at:%Y-%m-%d %H:%M} UTC" if known.last_received_at else "never"
            click.echo(f"{known.provider:<8} {known.survey:<20} /sms/{known.provider}/{known.id}  last text: {last}")


@text.command()
@click.argument("slug")
@click.option("--language", help="Language to begin in (BCP 47).")
@click.option("--submit", is_flag=True, help="Send the finished conversation through the one door.")
def simulate(slug: str, language: str | None, *, submit: bool) -> None:
    """Read texts from standard input, one a line, and print each reply behind `< `; stores nothing by default."""
    instance = ready_instance()
    state: ConversationState | None = None
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
            if taken.submission_ready and state:
                if submit:
                    outcome = send_in(session, instance, state, context, actor())
                    click.echo(f"{outcome.status}: {outcome.response_id}", err=True)
                state = state.emptied(state.stage)
