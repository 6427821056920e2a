"""Commands for people and systems that may come in."""

import hashlib
import secrets

import click

from engage.cli.instance import Refused, actor, ready_instance
from engage.collection.accounts import AccountRefused, invite
from engage.storage import audit, tokens
from engage.storage.staff import ROLES


@click.group()
def staff() -> None:
    """Staff and ambassadors."""


@staff.command()
@click.argument("email")
@click.option("--role", type=click.Choice(ROLES), required=True)
@click.option("--area", help="Code of the area the person works in.")
def add(email: str, role: str, area: str | None) -> None:
    """Invite somebody; prints a link that works once."""
    instance = ready_instance()
    try:
        with instance.database.writing() as session:
            token = invite(session, instance.settings.keys, email, role, area, now=instance.now(), by=actor())
    except AccountRefused as refusal:
        raise Refused(str(refusal)) from refusal
    click.echo(f"{instance.settings.public_url}/staff/in/{token}")


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
