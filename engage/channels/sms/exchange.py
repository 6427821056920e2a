"""Takes one text in: claims it, goes on with its conversation and keeps the reply, in one transaction."""

import hashlib
import hmac
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

from engage.channels.sms.context import Context
from engage.channels.sms.conversation import Step, step
from engage.channels.sms.message import InboundMessage
from engage.channels.sms.state import ConversationState, Stage
from engage.channels.sms.submission import submission_document
from engage.collection.places import find_area
from engage.collection.receive import Door, Outcome, receive_submission
from engage.phrases import languages_with_phrases, phrases_for
from engage.response.problems import Problem
from engage.storage import questionnaires, texts, waves
from engage.storage.database import Session
from engage.storage.instance import Instance
from engage.storage.texts import TextChannel

#: By which the one door knows this channel.
CHANNEL = frozenset({"sms"})


#: At most so many replies to texts that lead nowhere in this time, so that two machines never talk for long.
MOST_AUTOMATIC, REPLY_WINDOW = 5, timedelta(minutes=10)
#: More than any conversation takes.
MOST_STEPS = 1000
#: Digits; shorter senders are short codes.
SHORTEST_NUMBER = 7


class SurveyMissing(LookupError):
    """There is no survey of this name."""


class ConversationRefused(Exception):
    """The door refused what a finished conversation sent: a fault of ours, as every answer was checked before."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__(", ".join(problem.code for problem in problems))


def answer_text(session: Session, instance: Instance, channel: TextChannel, message: InboundMessage) -> str | None:
    """Return the reply to a text, None for silence.

    The same message again, however often and however close together, gets the same reply and changes nothing.
    """
    key = sender_key(instance.settings.keys.phone_numbers, channel.survey, message.sender)
    now = instance.now()
    if not texts.take_message(session, channel.id, message.provider_id, key, now):
        return texts.reply_to(session, channel.id, message.provider_id)
    if not _is_a_person(message.sender):
        return None
    reply, is_automatic = _reply(session, instance, channel, key, message)
    if is_automatic and texts.count_automatic(session, key, now - REPLY_WINDOW) >= MOST_AUTOMATIC:
        reply = None
    is_counted = is_automatic and reply is not None
    texts.keep_reply(session, channel.id, message.provider_id, reply, is_automatic=is_counted)
    return reply


def sender_key(pepper: bytes, survey: str, number: str) -> str:
    """Return what is kept of a telephone number: HMAC-SHA256 under a key outside the database, by survey."""
    digits = "".join(sign for sign in number if sign.isdigit())
    digits = digits.removeprefix("00")
    if digits.startswith("0"):
        digits = "44" + digits[1:]
    return hmac.new(pepper, f"{survey}|{digits or number}".encode(), hashlib.sha256).hexdigest()


def context_of(
    session: Session, instance: Instance, survey: str, state: ConversationState | None, language: str | None = None
) -> Context:
    """Return what a conversation is given from outside; one under way stays on the version it began with."""
    wave = waves.current(session, survey)
    under_way = state is not None and state.is_open and not state.has_expired(instance.now())
    version = state.version if state and under_way else wave.version if wave else None
    questionnaire = questionnaires.get(session, survey, version)
    if questionnaire is None:
        raise SurveyMissing(survey)
    return Context(
        questionnaire=questionnaire,
        say=lambda language, key, **placeholders: phrases_for(language).say(key, **placeholders),
        find_area=lambda text: find_area(session, questionnaire, text),
        now=instance.now(),
        new_response_id=uuid4(),
        organiser=instance.settings.organisation,
        all_languages=languages_with_phrases(),
        language=language,
        wave=wave.name if wave else None,
    )


def send_in(session: Session, instance: Instance, state: ConversationState, context: Context, actor: str) -> Outcome:
    """Send a finished conversation through the one door."""
    door = Door(instance.settings.keys, instance.now(), actor, CHANNEL)
    outcome = receive_submission(session, door, submission_document(state, context))
    if outcome.status == "refused":
        raise ConversationRefused(outcome.problems)
    return outcome


def _reply(
    session: Session, instance: Instance, channel: TextChannel, key: str, message: InboundMessage
) -> tuple[str | None, bool]:
    """Take one text in its conversation; return the reply, and whether the text led nowhere.

    Where the survey asks nothing now, STOP and START still count.
    """
    kept = texts.conversation(session, channel.id, key)
    state = ConversationState.from_document(kept) if kept else None
    context = context_of(session, instance, channel.survey, state)
    is_out = texts.has_opted_out(session, key)
    context = replace(context, is_opted_out=is_out, stopped_by_provider=message.opted_out)
    taken = step(state, message.text, context)
    if not _goes_on(session, channel.survey, state) and taken.opted_out is None and not is_out:
        taken = Step(state, context.say(context.first_language, "sms.not_open"))
    if taken.opted_out is not None:
        texts.set_opted_out(session, key, out=taken.opted_out)
    if taken.submission_ready and taken.state:
        send_in(session, instance, taken.state, context, f"text channel {channel.id}")
    after = taken.state.emptied(taken.state.stage) if taken.state and taken.submission_ready else taken.state
    if after and after.stage is Stage.CLOSED:
        texts.forget_sender(session, key)
        after = None
    texts.keep_conversation(session, channel.id, key, after.to_document() if after else None, instance.now())
    leads_on = taken.opted_out is not None or _settled(taken.state) > _settled(state)
    return taken.reply, not leads_on


def _settled(state: ConversationState | None) -> int:
    """Return how far a conversation is: a text that takes it further is an answer, whatever comes back."""
    if state is None or state.stage is Stage.CONSENT:
        return 0
    if not state.is_open:
        return MOST_STEPS
    return 1 + len(state.answers) + len(state.skipped) + bool(state.age_band) + bool(state.area)


def _is_a_person(sender: str) -> bool:
    """Say whether a sender can be somebody's phone: names and short codes are machines and get no answer."""
    digits = sender.strip().lstrip("+").replace(" ", "")
    return digits.isdigit() and len(digits) >= SHORTEST_NUMBER


def _goes_on(session: Session, survey: str, state: ConversationState | None) -> bool:
    """Say whether a conversation may start, or go on: one under way may be finished until the wave closes."""
    wave = waves.current(session, survey)
    if wave is None:
        return False
    return wave.takes_starts or (wave.state == "collecting" and state is not None and state.is_open)
