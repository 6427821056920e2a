"""Takes one text in: claims it, goes on with its conversation and keeps the reply, in one transaction."""

from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import uuid4

from engage.channels.sms.context import Context
from engage.channels.sms.conversation import Step, step, step_limited
from engage.channels.sms.floods import FloodGauge
from engage.channels.sms.message import InboundMessage
from engage.channels.sms.outgoing import can_remind, queue_text, replies_separately
from engage.channels.sms.state import SESSION_LIFE, ConversationState, Stage
from engage.channels.sms.submission import partial_document, submission_document
from engage.collection.numbers import opt_out_keys, plain_number, reference_of, seal_number, sender_keys
from engage.collection.places import find_area_or_part
from engage.collection.receive import Door, Outcome, receive_submission
from engage.collection.safeguarding import Danger, raise_item
from engage.response.problems import Problem
from engage.storage import areas, audit, opt_outs, outbox, phrases, questionnaires, texts, waves
from engage.storage.database import Session
from engage.storage.instance import Instance
from engage.storage.texts import Conversation, TextChannel

#: By which the one door knows this channel.
CHANNEL = frozenset({"sms"})
#: At most so many replies to texts that lead nowhere in this time, so that two machines never talk for long.
MOST_AUTOMATIC, REPLY_WINDOW = 5, timedelta(minutes=10)
#: At most so many texts of one sender are read in this time.
MOST_OF_SENDER, SENDER_WINDOW = 10, timedelta(minutes=1)
#: More than any conversation takes.
MOST_STEPS = 1000
#: Digits; shorter senders are short codes.
SHORTEST_NUMBER = 7
#: While a channel is flooded, conversations under way go on, and none begins.
FLOODS = FloodGauge()


class SurveyMissing(LookupError):
    """There is no survey of this name."""


class ConversationRefused(Exception):
    """The door refused what a finished conversation sent: a fault of ours, as every answer was checked before."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__(", ".join(problem.code for problem in problems))


@dataclass(frozen=True)
class Sender:
    """Who sent a text: the number for as long as this takes, and the keys that stand for it."""

    number: str
    #: Under each version of the pepper, the one in use first.
    keys: tuple[str, ...]
    opt_out_keys: tuple[str, ...]

    @property
    def key(self) -> str:
        """Return the key that everything new is kept under."""
        return self.keys[0]


def answer_text(session: Session, instance: Instance, channel: TextChannel, message: InboundMessage) -> str | None:
    """Return the reply to a text, None for silence; it waits in the outbox too where the webhook takes none back.

    The same message again, however often and however close together, gets the same reply and changes nothing.
    """
    sender = _sender(instance, channel, message)
    now = instance.now()
    if not texts.take_message(session, channel.id, message.provider_id, sender.key, now):
        return texts.reply_to(session, channel.id, message.provider_id)
    if channel.last_received_at is None or now - channel.last_received_at > texts.RECEIVED_EVERY:
        texts.note_received(session, channel.id, now)
    if not _is_a_person(message, channel):
        return None
    texts.lock_sender(session, sender.key)
    taken, is_automatic = _exchange(session, instance, channel, sender, message)
    reply = taken.reply
    if is_automatic and reply is not None and _is_too_much(session, instance, sender):
        reply = None
    is_counted = is_automatic and reply is not None
    texts.keep_reply(session, channel.id, message.provider_id, reply, is_automatic=is_counted)
    if reply is not None and replies_separately(channel):
        _queue(session, instance, channel, sender, message.provider_id, replace(taken, reply=reply))
    return reply


def context_of(
    session: Session, instance: Instance, survey: str, state: ConversationState | None, language: str | None = None
) -> Context:
    """Return what a conversation is given from outside; one under way stays on the version it began with."""
    wave = waves.current(session, survey)
    version = state.version if state and state.is_under_way else wave.version if wave else None
    questionnaire = questionnaires.get(session, survey, version)
    if questionnaire is None:
        raise SurveyMissing(survey)
    interface = phrases.read_interface(session)
    return Context(
        questionnaire=questionnaire,
        say=interface.say,
        find_area=lambda text: find_area_or_part(session, questionnaire, text),
        is_within=lambda area, wider: areas.read_tree(session).is_within(area, wider),
        now=instance.now(),
        new_response_id=uuid4(),
        organiser=instance.settings.organisation_short,
        all_languages=interface.languages(),
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


def keep_partial(session: Session, instance: Instance, channel: TextChannel, state: ConversationState) -> None:
    """Send what was answered before the person fell silent through the one door, marked as broken off.

    Only what somebody said after YES counts, and only if the survey's rule lets a person of this age agree. What
    the door refuses, as the wave is long over, is left behind, with a line in the audit log.
    """
    if not (state.has_agreed and state.holds_answers):
        return
    context = context_of(session, instance, channel.survey, state)
    keys, actor = instance.settings.keys, _actor(channel)
    door = Door(keys, instance.now(), actor, CHANNEL, is_partial=True)
    outcome = receive_submission(session, door, partial_document(state, context))
    if outcome.status == "refused":
        codes = sorted({problem.code for problem in outcome.problems})
        action = "text.partial_refused"
        audit.append(session, keys.audit, at=instance.now(), actor=actor, action=action, detail={"problems": codes})


def _exchange(
    session: Session, instance: Instance, channel: TextChannel, sender: Sender, message: InboundMessage
) -> tuple[Step, bool]:
    """Take one text in its conversation; return what it leads to, and whether it led nowhere."""
    now = instance.now()
    kept = texts.conversation(session, channel.id, sender.keys)
    state = ConversationState.from_document(kept.state) if kept else None
    if state and state.is_under_way and state.has_expired(now):
        keep_partial(session, instance, channel, state)
        state = state.emptied(Stage.EXPIRED)
    taken, context = _step(session, instance, channel, sender, message, state)
    _obey(session, instance, channel, sender, taken)
    if taken.submission_ready and taken.state:
        send_in(session, instance, taken.state, context, _actor(channel))
    after = taken.state.emptied(taken.state.stage) if taken.state and taken.submission_ready else taken.state
    if after and after.stage is Stage.CLOSED:
        texts.forget_sender(session, sender.keys)
        outbox.forget_sender(session, sender.keys)
        after = None
    _keep(session, instance, channel, sender, kept, after)
    leads_on = taken.opted_out is not None or taken.danger is not None or _settled(taken.state) > _settled(state)
    return taken, not leads_on


def _step(
    session: Session,
    instance: Instance,
    channel: TextChannel,
    sender: Sender,
    message: InboundMessage,
    state: ConversationState | None,
) -> tuple[Step, Context]:
    """Return what a text leads to. While the survey asks nothing, STOP, START, help and danger still count."""
    now = instance.now()
    context = context_of(session, instance, channel.survey, state)
    is_out = opt_outs.has_opted_out(session, sender.opt_out_keys)
    context = replace(context, is_opted_out=is_out, stopped_by_provider=message.opted_out)
    is_flooded = FLOODS.count(channel.id, now)
    if texts.count_messages(session, sender.key, now - SENDER_WINDOW) > MOST_OF_SENDER:
        return step_limited(state, message.text, context), context
    taken = step(state, message.text, context)
    if taken.always:
        return taken, context
    if not _goes_on(session, channel.survey, state):
        return Step(state, context.say(context.first_language, "sms.not_open")), context
    if is_flooded and not (state and state.is_under_way):
        return Step(state, None), context
    return taken, context


def _obey(session: Session, instance: Instance, channel: TextChannel, sender: Sender, taken: Step) -> None:
    """Do what a text asks for beside the conversation: leave the person alone, or tell whoever is on duty."""
    keys, now = instance.settings.keys, instance.now()
    if taken.opted_out:
        opt_outs.opt_out(session, sender.opt_out_keys[0])
        outbox.drop(session, sender.keys, "opted_out")
    elif taken.opted_out is False:
        opt_outs.opt_in(session, sender.opt_out_keys)
    if taken.danger:
        danger = Danger(
            survey=channel.survey,
            channel="sms",
            reference=reference_of(sender.key),
            language=taken.state.language if taken.state else "",
            list_code=taken.danger,
            number_sealed=seal_number(keys, sender.number),
        )
        raise_item(session, keys, danger, _actor(channel), now)


def _keep(
    session: Session,
    instance: Instance,
    channel: TextChannel,
    sender: Sender,
    kept: Conversation | None,
    after: ConversationState | None,
) -> None:
    """Keep the conversation as it stands now; the number only while there is somebody to remind."""
    if after is None or (kept and kept.sender_key != sender.key):
        texts.forget_conversation(session, channel.id, sender.keys)
    if after is None:
        return
    document = after.to_document()
    is_same = kept is not None and kept.state.get("response_id") == document["response_id"]
    sealed = kept.number_sealed if kept else None
    if after.stage is not Stage.ASKING or not can_remind(channel):
        sealed = None
    elif sealed is None:
        sealed = seal_number(instance.settings.keys, sender.number)
    now = instance.now()
    conversation = Conversation(
        channel=channel.id,
        sender_key=sender.key,
        state=document,
        touched_at=now,
        expires_at=now + SESSION_LIFE,
        number_sealed=sealed,
        reminded_at=kept.reminded_at if kept and is_same else None,
    )
    texts.keep_conversation(session, conversation)


def _queue(
    session: Session, instance: Instance, channel: TextChannel, sender: Sender, source: str, taken: Step
) -> None:
    """Put the reply into the outbox; a goodbye and numbers to call go out also to somebody who said STOP."""
    queue_text(
        session,
        instance.settings.keys,
        channel,
        sender.key,
        sender.number,
        taken.reply or "",
        source=source,
        now=instance.now(),
        despite_stop=taken.opted_out is True or taken.danger is not None,
    )


def _settled(state: ConversationState | None) -> int:
    """Return how far a conversation is: a text that takes it further is an answer, whatever comes back."""
    if state is None or state.stage is Stage.CONSENT:
        return 0
    if not state.is_open:
        return MOST_STEPS
    return 1 + len(state.answers) + len(state.skipped) + bool(state.age_band) + bool(state.area)


def _sender(instance: Instance, channel: TextChannel, message: InboundMessage) -> Sender:
    keys, survey, number = instance.settings.keys, channel.survey, message.sender
    return Sender(number, sender_keys(keys, survey, number), opt_out_keys(keys, survey, number))


def _is_a_person(message: InboundMessage, channel: TextChannel) -> bool:
    """Say whether a sender can be somebody's phone: names, short codes and our own numbers get no answer."""
    digits = message.sender.strip().lstrip("+").replace(" ", "")
    if not digits.isdigit() or len(digits) < SHORTEST_NUMBER:
        return False
    ours = [plain_number(number) for number in (channel.number, message.recipient) if number]
    return plain_number(message.sender) not in ours


def _is_too_much(session: Session, instance: Instance, sender: Sender) -> bool:
    since = instance.now() - REPLY_WINDOW
    return texts.count_messages(session, sender.key, since, automatic=True) >= MOST_AUTOMATIC


def _goes_on(session: Session, survey: str, state: ConversationState | None) -> bool:
    """Say whether a conversation may start, or go on: one under way may be finished until the wave closes."""
    wave = waves.current(session, survey)
    if wave is None:
        return False
    return wave.takes_starts or (wave.state == "collecting" and state is not None and state.is_under_way)


def _actor(channel: TextChannel) -> str:
    return f"text channel {channel.id}"
