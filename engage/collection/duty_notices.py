"""Tells whoever is on duty that something waits, and every admin when nobody looked in time; never what it is."""

import logging
from collections.abc import Iterable

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

It is now for every admin and whoever answers for the survey. Sign in and say that you have it.
Nothing about it is in this mail.
"""

_log = logging.getLogger("engage.duty")


def send_duty_notices(instance: Instance) -> bool:
    """Send word of what waits to the contact whose turn it is, and to every admin when no contact looked in time.

    The contacts of a survey are asked one after another, each with the time that the survey's rule gives. Word goes
    out first and is noted then: twice is better than never. False where the mail server did not take it: it is
    tried again, and the pages show what waits all the while.
    """
    now, keys = instance.now(), instance.settings.keys
    with instance.database.reading() as session:
        is_anything_late = any(duty.is_late(item, now) for item in safeguarding.open_items(session))
    if is_anything_late:
        with instance.database.writing() as session:
            duty.pass_on_late(session, keys, now)
    with instance.database.reading() as session:
        late = [item for item in safeguarding.open_items(session) if duty.is_late(item, now)]
        new = [(item, duty.whose_turn(session, item)) for item in duty.untold(session)]
        at_last = _answerable(session, late)
    is_sent = True
    for item, turn in new:
        minutes = max(1, round((item.due_at - now).total_seconds() / 60))
        if _sent(instance, [turn] if turn else at_last, _WAITS.format(address=_address(instance), minutes=minutes)):
            with instance.database.writing() as session:
                duty.mark_told(session, [item], now)
        else:
            is_sent = False
    if late and (is_sent := _sent(instance, at_last, _LATE.format(address=_address(instance))) and is_sent):
        with instance.database.writing() as session:
            duty.escalate(session, keys, late, now)
    return is_sent


def _answerable(session: Session, late: Iterable[Item]) -> set[str]:
    """Return every admin, and the owners of the surveys that items are of."""
    known = [account for account in staff.list_all(session) if not is_closed(account)]
    owners = {safeguarding.rule_of(session, item.survey).owner for item in late}
    return {account.email for account in known if account.role == "admin" or account.email in owners}


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
