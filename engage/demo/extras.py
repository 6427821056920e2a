"""What there is to try beside the answers: accounts, forms that wait to be entered and a channel for texts."""

import secrets
from collections.abc import Mapping
from uuid import uuid4

from engage.collection.safeguarding import name_owner, put_on_duty
from engage.demo.diary import ACTOR
from engage.demo.paper import waiting_forms
from engage.demo.submissions import AMBASSADOR
from engage.response.serials import spoken
from engage.storage import audit, staff, texts
from engage.storage.database import Session
from engage.storage.instance import Instance
from engage.storage.safeguarding import DutyContact
from engage.storage.scopes import Scope
from engage.storage.texts import TextChannel

ADMIN = "admin@demo.invalid"
#: Each account with its role and the area it works in; the ambassador's is Nottingham.
ACCOUNTS: Mapping[str, tuple[str, str | None]] = {
    ADMIN: ("admin", None),
    "coordinator@demo.invalid": ("coordinator", None),
    AMBASSADOR: ("ambassador", "E06000018"),
}
#: Bytes of a text channel's secret.
SECRET_BYTES = 32


def add_accounts(session: Session, instance: Instance) -> None:
    """Add the demo's accounts where they are missing; they have no password until somebody is sent a link."""
    for email, (role, area) in ACCOUNTS.items():
        if staff.find(session, email) is None:
            staff.add(session, email, role, Scope(areas=frozenset({area} if area else ())))
            _audit(session, instance, "staff.added", email)


def add_text_channel(session: Session, instance: Instance, survey: str) -> str:
    """Add a channel of the signed JSON kind and somebody on duty, who answers for the survey; returns its secret."""
    keys, now = instance.settings.keys, instance.now()
    put_on_duty(session, keys, DutyContact(survey, ADMIN, "Demo admin", now), ACTOR)
    name_owner(session, keys, survey, ADMIN, ACTOR, now)
    channel = TextChannel(uuid4(), "json", survey, (secrets.token_hex(SECRET_BYTES),))
    texts.add_channel(session, channel)
    _audit(session, instance, "text_channel.added", str(channel.id))
    return channel.secrets[0]


def what_to_try(session: Session, survey: str, wave: str) -> list[str]:
    """Say what else can be used, a line each: forms to key, channels for texts, accounts."""
    forms = [
        f"form {spoken(form.serial)} ({form.language}, {form.style}) waits to be entered"
        for form in waiting_forms(session, survey, wave)
    ]
    channels = [
        f"text channel at /sms/{channel.provider}/{channel.id}"
        for channel in texts.list_channels(session)
        if channel.survey == survey
    ]
    return [*forms, *channels, *(f"account {email} ({role})" for email, (role, _) in ACCOUNTS.items())]


def _audit(session: Session, instance: Instance, action: str, subject: str) -> None:
    keys, now = instance.settings.keys, instance.now()
    audit.append(session, keys.audit, at=now, actor=ACTOR, action=action, subject=subject)
