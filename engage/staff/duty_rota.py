"""Who is on duty for a survey and who answers for it, and the rule by which they work."""

from dataclasses import dataclass, replace
from datetime import datetime

from flask import abort, request

from engage.collection import safeguarding as duty_queue
from engage.collection.accounts import is_closed
from engage.collection.safeguarding import NobodyOnDuty
from engage.questionnaire.model import Questionnaire
from engage.response.own_words import asks_for_own_words
from engage.staff.access import Permission, may
from engage.staff.blueprint import the_account, the_instance
from engage.storage import safeguarding, staff
from engage.storage.database import Session
from engage.storage.safeguarding import DutyContact, Rule

#: Characters of a name, and the longest time in which somebody has to look (minutes).
_LONGEST_NAME, LONGEST_WAIT = 100, 7 * 24 * 60


@dataclass(frozen=True)
class DutyOf:
    """Who is on duty for a survey, and by which rule."""

    survey: str
    contacts: list[DutyContact]
    rule: Rule
    #: People can write what they want, so it opens only with an owner and a duty contact.
    takes_words: bool


def change_rota(session: Session, survey: str) -> str | None:
    """Do what was sent about a survey's people and rule; return why not, where it cannot be done."""
    instance, form, by = the_instance(), request.form, the_account().email
    keys, now, email = instance.settings.keys, instance.now(), request.form.get("email", "")
    match form.get("act"):
        case "add":
            return _add(session, survey, email, form.get("name", "").strip(), now)
        case "owner":
            if email not in who_may(session):
                return "Choose somebody from the list."
            duty_queue.name_owner(session, keys, survey, email, by, now)
        case "remove":
            try:
                duty_queue.take_off_duty(session, keys, survey, email, by, now)
            except NobodyOnDuty:
                return "Nobody else is on duty for this survey. Name somebody first."
        case "rule":
            return _change_rule(session, survey, form.get("minutes", ""))
        case _:
            abort(400)
    return None


def duty_of(session: Session, survey: Questionnaire) -> DutyOf:
    """Return who is on duty for a survey, in the order in which they are asked."""
    return DutyOf(
        survey.slug,
        safeguarding.contacts(session, survey.slug),
        safeguarding.rule_of(session, survey.slug),
        asks_for_own_words(survey),
    )


def who_may(session: Session) -> list[str]:
    """Return who can be on duty, or answer for a survey."""
    known = staff.list_all(session)
    return [one.email for one in known if not is_closed(one) and may(one, Permission.BE_ON_DUTY)]


def _add(session: Session, survey: str, email: str, name: str, now: datetime) -> str | None:
    if email not in who_may(session):
        return "Choose somebody from the list."
    if not name or len(name) > _LONGEST_NAME or not name.isprintable():
        return f"Write a name of at most {_LONGEST_NAME} characters."
    keys, by = the_instance().settings.keys, the_account().email
    duty_queue.put_on_duty(session, keys, DutyContact(survey, email, name, now), by)
    return None


def _change_rule(session: Session, survey: str, minutes: str) -> str | None:
    if not minutes.isdecimal() or not 1 <= int(minutes[:9]) <= LONGEST_WAIT:
        return f"Choose from 1 to {LONGEST_WAIT} minutes."
    instance, form = the_instance(), request.form
    rule = replace(
        safeguarding.rule_of(session, survey),
        answer_within_minutes=int(minutes),
        keeps_number=form.get("keeps") == "yes",
        shows_words=form.get("shows") == "yes",
    )
    duty_queue.put_rule(session, instance.settings.keys, rule, the_account().email, instance.now())
    return None
