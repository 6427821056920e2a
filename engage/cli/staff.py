"""Commands for people and systems that may come in."""

import hashlib
import secrets

import click

from engage.cli.instance import Refused, actor, ready_instance
from engage.collection.accounts import AccountRefused, invite, read_email
from engage.collection.second_factors import remove_factors
from engage.storage import audit, tokens
from engage.storage import staff as accounts
from engage.storage.scopes import Scope
from engage.storage.staff import ROLES


@click.group()
def staff() -> None:
    """Staff and ambassadors."""


@staff.command()
@click.argument("email")
@click.option("--role", type=click.Choice(ROLES), required=True)
@click.option("--area", "areas", multiple=True, help="Code of an area the person works in; may stand several times.")
@click.option("--survey", "surveys", multiple=True, help="A survey the person works on; may stand several times.")
@click.option("--wave", "waves", multiple=True, help="A wave, as survey/wave; may stand several times.")
@click.option("--language", "languages", multiple=True, help="For translators; may stand several times.")
def add(email: str, role: str, **limits: tuple[str, ...]) -> None:
    """Invite somebody; prints a link that works once. Without limits they reach everything their role may."""
    instance = ready_instance()
    scope = Scope(**{kind: frozenset(codes) for kind, codes in limits.items()})
    try:
        with instance.database.writing() as session:
            token = invite(session, instance.settings.keys, email, role, scope, now=instance.now(), by=actor())
    except AccountRefused as refusal:
        raise Refused(str(refusal)) from refusal
    click.echo(f"{instance.settings.public_url}/staff/in/{token}")


@staff.command("remove-second-step")
@click.argument("email")
def remove_second_step(email: str) -> None:
    """Take the second steps of somebody away who lost their device; they are signed out and set a new one up."""
    instance = ready_instance()
    with instance.database.writing() as session:
        account = accounts.find(session, read_email(email) or "")
        if account is None:
            raise Refused(f"there is no account for {email!r}")
        remove_factors(session, instance.settings.keys, account.id, now=instance.now(), by=actor())
    click.echo(f"The second step of {account.email} is removed.")


@click.group("api-token")
def api_token() -> None:
    """Tokens for systems that send answers through the API."""


@api_token.command("add")
@click.argument("name")
def add_token(name: str) -> None:
    """Make a token for a system; it is printed once."""
    instance = ready_instance()
    token = secrets.token_urlsafe(32)
    with instance.database.writing() as session:
        if not tokens.add(session, hashlib.sha256(token.encode()).hexdigest(), name):
            raise Refused(f"there is a token {name!r} already")
        keys, now = instance.settings.keys, instance.now()
        audit.append(session, keys.audit, at=now, actor=actor(), action="token.added", subject=name)
    click.echo(token)
