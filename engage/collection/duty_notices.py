"""Tells whoever is on duty that something waits, and every admin when nobody looked in time; never what it is."""

import logging
from collections.abc import Iterable
from datetime import datetime

from engage.collection import safeguarding as duty
from engage.collection.accounts import is_closed
from engage.collection.mail import MailNotSent, send_mail
from engage.storage import safeguarding, staff
from engage.storage.database import Session
from engage.storage.instance import Instance
from engage.storage.safeguarding import Item

_SUBJECT = "Somebody has to look at engage"
_WAITS = """Something waits for you: {address}

Sign in and say that you have it, within {minutes} minutes. Nothing about it is in this mail.
"""
_LATE = """Something waits that nobody has looked at in time: {address}

It is now for every admin. Sign in and say that you have it. Nothing about it is in this mail.
"""

_log = logging.getLogger("engage.duty")


def send_duty_notices(instance: Instance) -> bool:
    """Send word of new items to whoever is on duty, and of late ones to every admin.

    False where the mail server did not take it: it is tried again, and the pages show what waits all the while.
    Word goes out first and is noted then: twice is better than never.
    """
    now = instance.now()
    with instance.database.reading() as session:
        new, late = duty.untold(session), [item for item in safeguarding.open_items(session) if is_late(item, now)]
        on_duty = {item.id: _who(session, item) for item in new}
        known = staff.list_all(session)
    admins = [account.email for account in known if account.role == "admin" and not is_closed(account)]
    is_sent = True
    for item in new:
        minutes = max(1, round((item.due_at - now).total_seconds() / 60))
        if _sent(instance, on_duty[item.id], _WAITS.format(address=_address(instance), minutes=minutes)):
            with instance.database.writing() as session:
                duty.mark_told(session, [item], now)
        else:
            is_sent = False
    if late and (is_sent := _sent(instance, admins, _LATE.format(address=_address(instance))) and is_sent):
        with instance.database.writing() as session:
            duty.escalate(session, instance.settings.keys, now)
    return is_sent


def is_late(item: Item, now: datetime) -> bool:
    """Say whether nobody took an item up in time, and the admins have not been told."""
    return item.acknowledged_at is None and item.escalated_at is None and item.due_at <= now


def _who(session: Session, item: Item) -> list[str]:
    if item.handed_to:
        return [item.handed_to]
    contacts = [contact.email for contact in safeguarding.contacts(session, item.survey)]
    known = {account.email for account in staff.list_all(session) if not is_closed(account)}
    return [email for email in contacts if email in known] or contacts


def _sent(instance: Instance, to: Iterable[str], text: str) -> bool:
    addresses = sorted(set(to))
    if instance.settings.smtp_url is None:
        _log.warning("something waits in the duty queue and no mail server is set; see the folder `mail`")
    try:
        send_mail(instance.settings, addresses, _SUBJECT, text, instance.now())
    except MailNotSent as fault:
        _log.error("word of something in the duty queue did not go out: %s", fault)
        return False
    return True


def _address(instance: Instance) -> str:
    return f"{instance.settings.public_url}/staff/duty"
