"""Who looks after what people write: owner and duty contacts of a survey, and the rule by which they work."""

from dataclasses import replace
from typing import Any

import click

from engage.cli.instance import Refused, actor, ready_instance
from engage.collection import safeguarding as duty_queue
from engage.collection.accounts import is_closed, read_email
from engage.collection.safeguarding import NobodyOnDuty, is_answerable
from engage.staff.access import Permission, may
from engage.storage import questionnaires, safeguarding, staff
from engage.storage.database import Session
from engage.storage.instance import Instance
from engage.storage.safeguarding import DutyContact
from engage.storage.staff import Account


@click.command()
@click.argument("slug")
@click.option("--email", help="Of the staff account of somebody who is on duty.")
@click.option("--name", default="", help="Who that is.")
@click.option("--remove", is_flag=True, help="Take the person off duty.")
@click.option("--owner", help="Account of whoever answers for what people write.")
@click.option("--within", type=click.IntRange(1, 7 * 24 * 60), help="Minutes in which somebody has to look.")
@click.option(
    "--keep-numbers/--no-keep-numbers",
    default=None,
    help="Keep the number with an item, sealed, so that two roles together may see it. Say so in your privacy notice.",
)
@click.option(
    "--show-words/--no-show-words",
    default=None,
    help="Let whoever is on duty read what was written, personal details masked. Say so in your privacy notice.",
)
def duty(
    slug: str,
    email: str | None,
    name: str,
    owner: str | None,
    within: int | None,
    *,
    remove: bool,
    keep_numbers: bool | None,
    show_words: bool | None,
) -> None:
    """Say who answers for a survey, who is told of possible danger and by which rule; lists them without an option."""
    instance = ready_instance()
    with instance.database.reading() as session:
        if questionnaires.get(session, slug) is None:
            raise Refused(f"there is no survey {slug!r}")
    if email:
        _change_duty(instance, slug, email, name, remove=remove)
    if owner:
        with instance.database.writing() as session:
            name_owner(session, instance, slug, owner)
    changes = {"answer_within_minutes": within, "keeps_number": keep_numbers, "shows_words": show_words}
    _change_rule(instance, slug, {key: value for key, value in changes.items() if value is not None})
    _list(instance, slug)


def make_owner(session: Session, instance: Instance, slug: str, email: str) -> None:
    """Name who answers for a survey, and put the same person on duty where nobody is. Raises Refused."""
    account = name_owner(session, instance, slug, email)
    if not safeguarding.contacts(session, slug):
        contact = DutyContact(slug, account.email, account.email, instance.now())
        duty_queue.put_on_duty(session, instance.settings.keys, contact, actor())


def find_owner(session: Session, instance: Instance, slug: str) -> str | None:
    """Name the first admin, or else coordinator, to answer for a survey; return who it is, None where nobody can be."""
    able = [each for each in staff.list_all(session) if not is_closed(each) and may(each, Permission.BE_ON_DUTY)]
    if not able:
        return None
    first = min(able, key=lambda each: each.role != "admin")
    make_owner(session, instance, slug, first.email)
    return first.email


def is_looked_after(session: Session, slug: str) -> bool:
    """Say whether somebody answers for what people write in a survey, or nobody can write what they want."""
    questionnaire = questionnaires.get(session, slug)
    return questionnaire is None or is_answerable(session, questionnaire)


def name_owner(session: Session, instance: Instance, slug: str, email: str) -> Account:
    """Name who answers for what people write in a survey. Raises Refused."""
    account = _account(session, email)
    if questionnaires.get(session, slug) is None:
        raise Refused(f"there is no survey {slug!r}")
    duty_queue.name_owner(session, instance.settings.keys, slug, account.email, actor(), instance.now())
    return account


def _list(instance: Instance, slug: str) -> None:
    with instance.database.reading() as session:
        for contact in safeguarding.contacts(session, slug):
            click.echo(f"{contact.name} <{contact.email}> since {contact.since:%Y-%m-%d}")
        rule = safeguarding.rule_of(session, slug)
    kept = "kept sealed, shown to two roles together" if rule.keeps_number else "not kept"
    shown = "shown with details masked" if rule.shows_words else "not shown"
    click.echo(f"owner: {rule.owner or 'nobody yet'}")
    click.echo(f"look within {rule.answer_within_minutes} minutes; numbers are {kept}; words are {shown}")


def _account(session: Session, email: str) -> Account:
    """Return the account of somebody who may be on duty. Raises Refused."""
    account = staff.find(session, read_email(email) or "")
    if account is None or is_closed(account):
        raise Refused(f"there is no account for {email!r}: engage staff add {email} --role coordinator")
    if not may(account, Permission.BE_ON_DUTY):
        raise Refused(f"{account.email} is {account.role}: only a coordinator or an admin can be on duty")
    return account


def _change_duty(instance: Instance, slug: str, email: str, name: str, *, remove: bool) -> None:
    keys, now = instance.settings.keys, instance.now()
    with instance.database.writing() as session:
        if remove:
            try:
                duty_queue.take_off_duty(session, keys, slug, read_email(email) or email, actor(), now)
            except NobodyOnDuty as error:
                raise Refused("nobody else is on duty: name somebody first") from error
            return
        account = _account(session, email)
        if not name.strip():
            raise Refused("say who that is: --name")
        contact = DutyContact(slug, account.email, name.strip()[:100], now)
        duty_queue.put_on_duty(session, keys, contact, actor())


def _change_rule(instance: Instance, slug: str, changes: dict[str, Any]) -> None:
    if changes:
        with instance.database.writing() as session:
            rule = replace(safeguarding.rule_of(session, slug), **changes)
            duty_queue.put_rule(session, instance.settings.keys, rule, actor(), instance.now())
