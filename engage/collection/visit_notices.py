"""Tells whoever is on duty that somebody has not checked out of a visit in time."""

import logging
from collections.abc import Iterator
from dataclasses import replace

from engage.collection import safeguarding as duty
from engage.collection.accounts import is_closed
from engage.collection.mail import MailNotSent, send_mail
from engage.collection.visits import overdue
from engage.storage import audit, staff, visits
from engage.storage.database import Session
from engage.storage.instance import Instance
from engage.storage.visits import Visit

_SUBJECT = "Not checked out of a visit"
_TEXT = """Somebody has not checked out of a visit when they said they would: {address}

Call them now. If you cannot reach them, follow your lone-working policy; where you fear for them, call 999.
"""

_log = logging.getLogger("engage.duty")


def send_visit_notices(instance: Instance) -> bool:
    """Send word of everybody who is overdue, once: to whoever is on duty, planned the visit, or runs the survey.

    False where the mail server did not take it: it is tried again, and home shows who is overdue all the while.
    """
    now = instance.now()
    with instance.database.reading() as session:
        late = [(visit, sorted(set(_told(session, visit)))) for visit in overdue(session, now) if not visit.told_at]
    is_sent = True
    for visit, people in late:
        address = f"{instance.settings.public_url}/staff/visits/{visit.id}"
        try:
            send_mail(instance.settings, people, _SUBJECT, _TEXT.format(address=address), now)
        except MailNotSent as fault:
            _log.error("word of an overdue visit did not go out: %s", fault)
            is_sent = False
            continue
        with instance.database.writing() as session:
            if (known := visits.get(session, visit.id, lock=True)) and known.is_overdue(now):
                visits.put(session, replace(known, told_at=now))
                keys, subject = instance.settings.keys.audit, str(visit.id)
                audit.append(session, keys, at=now, actor="engage", action="visit.overdue", subject=subject, detail={})
    return is_sent


def _told(session: Session, visit: Visit) -> Iterator[str]:
    """Yield who hears of it; whoever is out themselves only where there is nobody else."""
    known = {account.email: account for account in staff.list_all(session) if not is_closed(account)}
    others = {*duty.line_of(session, visit.survey), visit.planned_by} & known.keys() - {visit.ambassador}
    yield from others or {email for email, account in known.items() if account.role == "admin"}
