"""Safeguarding: who is on duty for a survey, and what they are told when somebody may be in danger.

Nothing here knows what anybody wrote. Every look and every act leaves a line in the audit log.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from engage.collection.accounts import is_closed
from engage.collection.numbers import open_number
from engage.questionnaire.model import Questionnaire
from engage.response.own_words import asks_for_own_words
from engage.settings import Keys
from engage.storage import audit, safeguarding, staff
from engage.storage.database import Session
from engage.storage.safeguarding import DutyContact, Item, Rule

#: A sealed number is kept no longer than a conversation lives.
NUMBER_LIFE = timedelta(hours=72)


class NobodyOnDuty(Exception):
    """A survey without a duty contact cannot open a channel on which people write."""


class NobodyAnswers(Exception):
    """A survey in which people write opens only once somebody answers for it; the message says what is missing."""


class ItemClosed(Exception):
    """The item was closed by somebody else, or there is none of this id."""


class NumberNotShown(Exception):
    """A number is shown to two people of two roles together, where a survey keeps numbers at all."""


@dataclass(frozen=True)
class Danger:
    """What is passed on of a text or an answer: of which kind it is, never its words."""

    survey: str
    channel: str
    #: Opaque; the same for the same person in the same survey.
    reference: str
    language: str
    list_code: str
    #: Only where the survey's rule says that numbers are kept.
    number_sealed: str | None = None
    #: Where an answer is meant: of which response, to which question, about which district.
    response_id: UUID | None = None
    question: str | None = None
    area: str | None = None


def require_duty_contact(session: Session, survey: str) -> None:
    """Raise NobodyOnDuty where nobody is on duty for a survey."""
    if not safeguarding.contacts(session, survey):
        raise NobodyOnDuty(survey)


def require_answerable(session: Session, questionnaire: Questionnaire) -> None:
    """Raise NobodyAnswers where people can write what they want, and nobody is named to look after it."""
    if not asks_for_own_words(questionnaire):
        return
    survey = questionnaire.slug
    owner = safeguarding.rule_of(session, survey).owner
    account = staff.find(session, owner) if owner else None
    missing = []
    if account is None or is_closed(account):
        missing.append("an owner")
    if not safeguarding.contacts(session, survey):
        missing.append("a duty contact")
    if missing:
        named = " and ".join(missing)
        raise NobodyAnswers(
            f"{survey} lets people write in their own words, in a pilot too: name {named} first "
            f"(in the browser: Set-up, Who answers for own words; by command: engage duty {survey})"
        )


def is_answerable(session: Session, questionnaire: Questionnaire) -> bool:
    """Say whether somebody looks after what people write in a survey, or nobody can write what they want."""
    try:
        require_answerable(session, questionnaire)
    except NobodyAnswers:
        return False
    return True


def name_owner(session: Session, keys: Keys, survey: str, email: str, actor: str, now: datetime) -> None:
    """Name who answers for what people write in a survey; the caller has checked that it is somebody's account."""
    safeguarding.put_rule(session, replace(safeguarding.rule_of(session, survey), owner=email))
    _audit(session, keys, now, actor, "safeguarding.owner_named", survey, {"owner": email})


def put_on_duty(session: Session, keys: Keys, contact: DutyContact, actor: str) -> None:
    """Name somebody who is on duty for a survey."""
    safeguarding.put_contact(session, contact)
    _audit(session, keys, contact.since, actor, "safeguarding.on_duty", contact.survey)


def take_off_duty(session: Session, keys: Keys, survey: str, email: str, actor: str, now: datetime) -> None:
    """Take somebody off duty. Raises NobodyOnDuty where nobody else would be left."""
    if not [contact for contact in safeguarding.contacts(session, survey) if contact.email != email]:
        raise NobodyOnDuty(survey)
    safeguarding.remove_contact(session, survey, email)
    _audit(session, keys, now, actor, "safeguarding.off_duty", survey)


def put_rule(session: Session, keys: Keys, rule: Rule, actor: str, now: datetime) -> None:
    """Store what a survey's written policy says: how soon somebody looks, and whether numbers are kept."""
    safeguarding.put_rule(session, rule)
    _audit(session, keys, now, actor, "safeguarding.rule_changed", rule.survey)


def raise_item(session: Session, keys: Keys, danger: Danger, actor: str, now: datetime) -> Item:
    """Put an item into the duty queue; the same kind of danger to the same person is one item while it is open."""
    known = safeguarding.find_open(session, danger.survey, danger.reference, danger.list_code)
    if known is not None:
        return known
    item = _item_of(session, danger, now)
    safeguarding.add(session, item)
    _audit(session, keys, now, actor, "safeguarding.raised", str(item.id))
    return item


def raise_once(session: Session, keys: Keys, danger: Danger, actor: str, now: datetime) -> Item | None:
    """Put an item about an answer into the duty queue; None where this answer was there before, whatever came of it."""
    item = _item_of(session, danger, now)
    if not safeguarding.add_once(session, item):
        return None
    _audit(session, keys, now, actor, "safeguarding.raised", str(item.id))
    return item


def _item_of(session: Session, danger: Danger, now: datetime) -> Item:
    rule = safeguarding.rule_of(session, danger.survey)
    return Item(
        id=uuid4(),
        survey=danger.survey,
        channel=danger.channel,
        reference=danger.reference,
        language=danger.language,
        list_code=danger.list_code,
        raised_at=now,
        due_at=now + timedelta(minutes=rule.answer_within_minutes),
        number_sealed=danger.number_sealed if rule.keeps_number else None,
        response_id=danger.response_id,
        question=danger.question,
        area=danger.area,
    )


def look_at_queue(session: Session, keys: Keys, by: str, now: datetime) -> list[Item]:
    """Return what waits, the soonest due first; that somebody looked is in the log."""
    items = safeguarding.open_items(session)
    _audit(session, keys, now, by, "safeguarding.looked", None)
    return items


def acknowledge(session: Session, keys: Keys, item_id: UUID, by: str, now: datetime) -> None:
    """Say that somebody looks after an item. Raises ItemClosed."""
    _change(session, item_id, acknowledged_at=now, acknowledged_by=by)
    _audit(session, keys, now, by, "safeguarding.acknowledged", str(item_id))


def hand_over(session: Session, keys: Keys, item_id: UUID, to: str, by: str, now: datetime) -> None:
    """Hand an item to somebody else, who has to take it up anew. Raises ItemClosed."""
    _change(session, item_id, handed_to=to, acknowledged_at=None, acknowledged_by=None, notified_at=None)
    _audit(session, keys, now, by, "safeguarding.handed_over", str(item_id))


def close(session: Session, keys: Keys, item_id: UUID, outcome: str, by: str, now: datetime) -> None:
    """Close an item with what became of it; a number kept with it goes. Raises ItemClosed."""
    if outcome not in safeguarding.OUTCOMES:
        raise ValueError(outcome)
    _change(session, item_id, closed_at=now, closed_by=by, outcome=outcome, number_sealed=None)
    _audit(session, keys, now, by, "safeguarding.closed", str(item_id))


def line_of(session: Session, survey: str) -> list[str]:
    """Return who is asked about a survey, in this order: contacts with an account, all where none has one."""
    contacts = [contact.email for contact in safeguarding.contacts(session, survey)]
    known = {account.email for account in staff.list_all(session) if not is_closed(account)}
    return [email for email in contacts if email in known] or contacts


def whose_turn(session: Session, item: Item) -> str | None:
    """Return who is asked to look at an item now; None where nobody is on duty."""
    line = line_of(session, item.survey)
    return item.handed_to or (line[min(item.asked, len(line) - 1)] if line else None)


def pass_on_late(session: Session, keys: Keys, now: datetime) -> list[Item]:
    """Ask the next contact about what nobody looked at in time; return what nobody is left to be asked about."""
    left = []
    for item in safeguarding.open_items(session):
        if not is_late(item, now):
            continue
        if item.handed_to or item.asked + 1 >= len(line_of(session, item.survey)):
            left.append(item)
            continue
        minutes = safeguarding.rule_of(session, item.survey).answer_within_minutes
        if safeguarding.pass_on(session, item, now + timedelta(minutes=minutes)):
            _audit(session, keys, now, "engage", "safeguarding.passed_on", str(item.id))
    return left


def is_late(item: Item, now: datetime) -> bool:
    """Say whether nobody took an item up in time, and the admins have not been told."""
    return item.acknowledged_at is None and item.escalated_at is None and item.due_at <= now


def escalate(session: Session, keys: Keys, late: Iterable[Item], now: datetime) -> None:
    """Record that every admin, and whoever answers for the survey, was told of items that nobody looked at."""
    for item in late:
        safeguarding.change(session, item.id, escalated_at=now)
        _audit(session, keys, now, "engage", "safeguarding.escalated", str(item.id))


def untold(session: Session) -> list[Item]:
    """Return open items of which nobody was sent word yet."""
    return [item for item in safeguarding.open_items(session) if item.notified_at is None]


def mark_told(session: Session, items: Iterable[Item], now: datetime) -> None:
    """Record that word of items was sent."""
    for item in items:
        safeguarding.change(session, item.id, notified_at=now)


def ask_for_number(session: Session, keys: Keys, item_id: UUID, by: str, now: datetime) -> None:
    """Ask for the number of an item; somebody of another role has to agree. Raises NumberNotShown, ItemClosed."""
    if _open(session, item_id).number_sealed is None:
        raise NumberNotShown
    _change(session, item_id, number_asked_by=by, number_asked_at=now)
    _audit(session, keys, now, by, "safeguarding.number_asked", str(item_id))


def show_number(session: Session, keys: Keys, item_id: UUID, by: str, now: datetime) -> str:
    """Return the number that somebody of another role asked for. Raises NumberNotShown, ItemClosed."""
    item = _open(session, item_id)
    asked_by = item.number_asked_by
    if item.number_sealed is None or asked_by is None or _role(session, asked_by) in (None, _role(session, by)):
        raise NumberNotShown
    _change(session, item_id, number_shown_by=by, number_shown_at=now)
    _audit(session, keys, now, by, "safeguarding.number_shown", str(item_id), {"asked_by": asked_by})
    return open_number(keys, item.number_sealed)


def _role(session: Session, email: str) -> str | None:
    account = staff.find(session, email)
    return account.role if account else None


def _open(session: Session, item_id: UUID) -> Item:
    item = safeguarding.get(session, item_id)
    if item is None or not item.is_open:
        raise ItemClosed
    return item


def _change(session: Session, item_id: UUID, **values: object) -> None:
    if not safeguarding.change(session, item_id, **values):
        raise ItemClosed


def _audit(
    session: Session,
    keys: Keys,
    now: datetime,
    actor: str,
    action: str,
    subject: str | None,
    detail: dict[str, str] | None = None,
) -> None:
    audit.append(session, keys.audit, at=now, actor=actor, action=action, subject=subject, detail=detail or {})
