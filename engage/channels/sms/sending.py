"""Sends what waits in the outbox: at most once to each person, never after STOP, again later where it failed."""

import logging
from datetime import timedelta
from uuid import UUID

from engage.channels.sms.accounts import account_of, sending_api
from engage.channels.sms.calling import CallFailed, make_call
from engage.channels.sms.outgoing import ClaimedText, claim_text
from engage.channels.sms.providers.calls import (
    Account,
    Api,
    HttpAnswer,
    HttpCall,
    NotTaken,
    Outgoing,
    Sending,
    Taken,
    Unclear,
)
from engage.collection.numbers import SealBroken, open_number
from engage.storage import outbox, questionnaires, texts
from engage.storage.database import Session
from engage.storage.instance import Instance
from engage.storage.outbox import OutboundText
from engage.storage.texts import TextChannel

#: Texts taken up in one go.
AT_ONCE = 50
#: Seconds until the first new try; each further one waits twice as long, up to an hour.
FIRST_WAIT, LONGEST_WAIT = 10, 3600
#: After so long a text is given up: a reply that comes a day late only confuses.
GIVEN_UP_AFTER = timedelta(hours=24)
#: A text that was on its way for so long is looked up at the provider.
UNSURE_AFTER = timedelta(minutes=2)
#: Networks block a number after so many texts, or so many equal ones, in an hour.
MOST_AN_HOUR, MOST_EQUAL = 100, 20
#: Goes out where a provider cannot carry the letters of the reply: no translation of it could be sent either.
OTHER_LETTERS = (
    "Local survey: this number cannot send your letters. To go on in English text ENGLISH. "
    "In your language: {address} In an emergency call 999. To talk to someone text Shout to 85258."
)

_log = logging.getLogger("engage.texts")


def send_texts(instance: Instance) -> int:
    """Send what is due; returns how many texts the providers took."""
    with instance.database.reading() as session:
        due = outbox.due(session, instance.now(), AT_ONCE)
    return sum(_send_one(instance, outbound_id) for outbound_id in due)


def settle_unsure(instance: Instance) -> None:
    """Ask the providers about texts that were on their way when something broke; what is unclear stays for staff."""
    with instance.database.reading() as session:
        unsure = outbox.unsure(session, instance.now() - UNSURE_AFTER)
    for text in unsure:
        _settle(instance, text)


def _send_one(instance: Instance, outbound_id: UUID) -> bool:
    """Send one text: claimed and committed before the call, so that a crash can never send it twice."""
    with instance.database.writing() as session:
        claimed = claim_text(session, instance.settings.keys, outbound_id, instance.now())
        text = outbox.get(session, outbound_id)
        channel = texts.get_channel(session, text.channel) if text else None
        if claimed is None or text is None or channel is None or _has_to_wait(session, instance, text):
            return False
        address = _survey_address(session, instance, channel)
    outcome = _try(instance, channel, claimed, text, address)
    with instance.database.writing() as session:
        _note(session, instance, text, outcome)
    if not isinstance(outcome, Taken):
        _log.warning("text %s on channel %s was not sent: %s", text.id, text.channel, outcome.fault)
    return isinstance(outcome, Taken)


def _has_to_wait(session: Session, instance: Instance, text: OutboundText) -> bool:
    """Put a text off where the networks would take it for a flood, and give up one that is too old."""
    now = instance.now()
    if now - text.made_at > GIVEN_UP_AFTER:
        outbox.mark_failed(session, text.id, "too_late")
        return True
    sent = outbox.texts_to(session, text.sender_key, now - timedelta(hours=1))
    if len(sent) < MOST_AN_HOUR and sent.count(text.text or "") < MOST_EQUAL:
        return False
    outbox.wait_again(session, text.id, now + timedelta(hours=1), "network_limit")
    return True


def _try(instance: Instance, channel: TextChannel, claimed: ClaimedText, text: OutboundText, address: str) -> Sending:
    api = sending_api(channel)
    if api is None:
        return NotTaken("not_set_up", again=True)
    try:
        account = account_of(instance.settings.keys, channel)
    except SealBroken:
        return NotTaken("account_sealed_elsewhere")
    outgoing = _outgoing(instance, channel, text, claimed.number, claimed.text)
    call = api.send(outgoing, account, instance.now())
    if isinstance(call, NotTaken) and call.fault == "lossy_text" and text.kind != "test":
        instead = _outgoing(instance, channel, text, claimed.number, OTHER_LETTERS.format(address=address))
        call = api.send(instead, account, instance.now())
    return _asked(api, call)


def _asked(api: Api, call: HttpCall | NotTaken) -> Sending:
    if isinstance(call, NotTaken):
        return call
    match make_call(call):
        case HttpAnswer() as answer:
            return api.read_sent(answer)
        case CallFailed(may_have_arrived=True):
            return Unclear("no_answer")
        case CallFailed():
            return NotTaken("unreachable", again=True)


def _note(session: Session, instance: Instance, text: OutboundText, outcome: Sending) -> None:
    """Keep what became of a text; one of which nobody knows stays as it is and is settled later."""
    now = instance.now()
    match outcome:
        case Taken():
            outbox.mark_sent(session, text.id, now, outcome.provider_id or str(text.id))
        case NotTaken(again=True):
            outbox.wait_again(session, text.id, now + _wait(text.tries), outcome.fault)
        case NotTaken():
            outbox.mark_failed(session, text.id, outcome.fault)
        case Unclear():
            pass


def _settle(instance: Instance, text: OutboundText) -> None:
    with instance.database.reading() as session:
        channel = texts.get_channel(session, text.channel)
        address = _survey_address(session, instance, channel) if channel else ""
    api = sending_api(channel) if channel else None
    if channel is None or api is None or text.number_sealed is None:
        return
    keys = instance.settings.keys
    try:
        account, number = account_of(keys, channel), open_number(keys, text.number_sealed)
    except SealBroken:
        return
    outcome = _looked_up(instance, api, account, channel, text, number, address)
    with instance.database.writing() as session:
        _note(session, instance, text, outcome)


def _looked_up(
    instance: Instance, api: Api, account: Account, channel: TextChannel, text: OutboundText, number: str, address: str
) -> Sending:
    """Return what the provider knows of a text, whichever of the two wordings it may have gone out in."""
    outgoing = _outgoing(instance, channel, text, number, text.text or "")
    if isinstance(api.send(outgoing, account, instance.now()), NotTaken):
        outgoing = _outgoing(instance, channel, text, number, OTHER_LETTERS.format(address=address))
    answer = make_call(api.look_up(outgoing, account, instance.now()))
    return api.read_look_up(answer, outgoing) if isinstance(answer, HttpAnswer) else Unclear("no_answer")


def _outgoing(instance: Instance, channel: TextChannel, text: OutboundText, number: str, words: str) -> Outgoing:
    status_url = f"{instance.settings.public_url}/sms/{channel.provider}/{channel.id}"
    return Outgoing(words, number, str(text.id), status_url, text.claimed_at or text.made_at)


def _survey_address(session: Session, instance: Instance, channel: TextChannel) -> str:
    questionnaire = questionnaires.get(session, channel.survey)
    return f"{instance.settings.public_url}/s/{questionnaire.code}" if questionnaire else instance.settings.public_url


def _wait(tries: int) -> timedelta:
    return timedelta(seconds=min(FIRST_WAIT * 2 ** min(tries - 1, 20), LONGEST_WAIT))
