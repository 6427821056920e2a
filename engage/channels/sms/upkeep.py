"""Looks after conversations nobody goes on with: one reminder, and an end after three days."""

import hashlib
import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from engage.channels.sms.exchange import context_of, keep_partial
from engage.channels.sms.outgoing import SILENCE, can_remind, may_be_reminded, queue_text
from engage.channels.sms.prompts import reminder_text
from engage.channels.sms.segments import to_gsm
from engage.channels.sms.state import ConversationState, Stage
from engage.collection.numbers import SealBroken, open_number, opt_out_keys
from engage.jobs import where_it_failed
from engage.phrases import using
from engage.storage import opt_outs, phrases, texts, waves
from engage.storage.database import Session
from engage.storage.instance import Instance
from engage.storage.texts import Conversation, TextChannel

#: Conversations that are looked at in one go.
AT_ONCE = 500
#: For so long somebody whose conversation ended by itself is told so when they text again.
EXPIRED_KEPT = timedelta(hours=72)

_log = logging.getLogger("engage.texts")


def look_after_conversations(instance: Instance) -> None:
    """End what is over, with what was answered kept as broken off, and remind who fell silent."""
    now = instance.now()
    with instance.database.reading() as session:
        over = texts.expired_conversations(session, now, AT_ONCE)
        quiet = texts.quiet_conversations(session, now - SILENCE, now, AT_ONCE) if may_be_reminded(now) else []
        interface = phrases.read_interface(session)
    with using(interface):
        for conversation in over:
            _one(instance, _end, conversation, now)
        for conversation in quiet:
            _one(instance, _remind, conversation, now)


def _one(
    instance: Instance,
    act: Callable[[Session, Instance, Conversation, datetime], None],
    conversation: Conversation,
    now: datetime,
) -> None:
    """Look after one conversation; a fault in it does not keep the others waiting, and it is tried again."""
    try:
        with instance.database.writing() as session:
            act(session, instance, conversation, now)
    except Exception as error:  # noqa: BLE001 - undone and tried again; the log says where it failed
        _log.error("a conversation was left: %s\n%s", type(error).__name__, where_it_failed(error))


def _end(session: Session, instance: Instance, seen: Conversation, now: datetime) -> None:
    """End one conversation, unless the person has gone on with it meanwhile."""
    texts.lock_sender(session, seen.sender_key)
    kept = texts.conversation(session, seen.channel, [seen.sender_key])
    if kept is None or kept.expires_at > now:
        return
    state, channel = ConversationState.from_document(kept.state), texts.get_channel(session, kept.channel)
    if not state.is_under_way or channel is None:
        texts.forget_conversation(session, kept.channel, [kept.sender_key])
        return
    keep_partial(session, instance, channel, state)
    ended = state.emptied(Stage.EXPIRED).to_document()
    texts.keep_conversation(
        session, replace(kept, state=ended, number_sealed=None, reminded_at=None, expires_at=now + EXPIRED_KEPT)
    )


def _remind(session: Session, instance: Instance, seen: Conversation, now: datetime) -> None:
    """Put the one reminder of a conversation into the outbox, if it may still be sent."""
    texts.lock_sender(session, seen.sender_key)
    kept = texts.conversation(session, seen.channel, [seen.sender_key])
    if kept is None or kept.touched_at != seen.touched_at or kept.reminded_at or kept.number_sealed is None:
        return
    state, channel = ConversationState.from_document(kept.state), texts.get_channel(session, kept.channel)
    number = _number(instance, kept.number_sealed)
    if channel is None or number is None or not _may_remind(session, instance, channel, number, state):
        texts.keep_conversation(session, replace(kept, number_sealed=None))
        return
    text = to_gsm(reminder_text(state, context_of(session, instance, channel.survey, state)))
    queue_text(
        session,
        instance.settings.keys,
        channel,
        kept.sender_key,
        number,
        text,
        source=hashlib.sha256(f"reminder|{state.response_id}".encode()).hexdigest(),
        now=now,
        kind="reminder",
    )
    texts.keep_conversation(session, replace(kept, reminded_at=now, number_sealed=None))


def _may_remind(
    session: Session, instance: Instance, channel: TextChannel, number: str, state: ConversationState
) -> bool:
    if state.stage is not Stage.ASKING or not can_remind(channel):
        return False
    wave = waves.current(session, channel.survey)
    is_out = opt_outs.has_opted_out(session, opt_out_keys(instance.settings.keys, channel.survey, number))
    return not is_out and wave is not None and wave.state in ("pilot", "open", "collecting")


def _number(instance: Instance, sealed: str) -> str | None:
    try:
        return open_number(instance.settings.keys, sealed)
    except SealBroken:
        return None
