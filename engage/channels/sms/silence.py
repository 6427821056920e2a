"""Notices a channel that has brought no text for longer than it should: a gateway that fell silent says nothing."""

import logging
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from uuid import UUID

from engage.collection.accounts import is_closed
from engage.collection.mail import MailNotSent, send_mail
from engage.storage import safeguarding, staff, texts, waves
from engage.storage.instance import Instance
from engage.storage.texts import TextChannel

_SUBJECT = "No texts have come in for a while"
_TEXT = """A channel for texts has brought none since {since}: {address}

If people should be texting, send a text to its number yourself and look whether it arrives.
"""

_log = logging.getLogger("engage.texts")


def is_silent(channel: TextChannel, now: datetime) -> bool:
    """Say whether a channel has brought nothing for longer than it was set up to."""
    last = channel.last_received_at or channel.added_at
    return bool(channel.silence_hours and last and now - last > timedelta(hours=channel.silence_hours))


def silent_channels(instance: Instance) -> list[TextChannel]:
    """Return the channels that are silent while their survey takes answers."""
    with instance.database.reading() as session:
        silent = [channel for channel in texts.list_channels(session) if is_silent(channel, instance.now())]
        return [one for one in silent if (wave := waves.current(session, one.survey)) and wave.takes_starts]


def tell_of_silence(
    instance: Instance, silent: Iterable[TextChannel], told: Mapping[UUID, datetime]
) -> dict[UUID, datetime]:
    """Send word of each silent channel once for each silence; returns channel → since when, of those told."""
    news: dict[UUID, datetime] = {}
    for channel in silent:
        since = channel.last_received_at or channel.added_at
        if since is None or told.get(channel.id) == since:
            continue
        with instance.database.reading() as session:
            on_duty = [contact.email for contact in safeguarding.contacts(session, channel.survey)]
            known = staff.list_all(session)
        admins = [account.email for account in known if account.role == "admin" and not is_closed(account)]
        address = f"{instance.settings.public_url}/staff/channels/{channel.id}"
        text = _TEXT.format(since=f"{since:%-d %B %Y, %H:%M} UTC", address=address)
        _log.warning("channel %s has brought no text since %s", channel.id, since)
        try:
            send_mail(instance.settings, sorted({*on_duty, *admins}), _SUBJECT, text, instance.now())
        except MailNotSent as fault:
            _log.error("word of silent channel %s did not go out: %s", channel.id, fault)
            continue
        news[channel.id] = since
    return news
