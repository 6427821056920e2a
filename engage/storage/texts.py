"""Text messages: channels, conversations under way, and the replies given."""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Row, Uuid, bindparam, delete, func, or_, select, update
from sqlalchemy.dialects.postgresql import Insert
from sqlalchemy.orm import Mapped, Session, mapped_column
from sqlalchemy.sql.dml import ReturningInsert

from engage.storage.base import DOCUMENT, HASH, NAME, Base, UtcTime, insert_of, table_of
from engage.storage.erasure import Gone
from engage.storage.outbox import SEALED

PROVIDERS = ("twilio", "json", "notify", "smsgate")
#: The moment of the last text is kept to this exactness, so that texts at once do not queue for one row.
RECEIVED_EVERY = timedelta(seconds=5)


class ChannelRow(Base):
    """A number or gateway that brings texts."""

    __tablename__ = "text_channels"
    __table_args__ = (CheckConstraint("provider IN ('twilio', 'json', 'notify', 'smsgate')", name="known_provider"),)
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    provider: Mapped[str] = mapped_column(NAME)
    survey: Mapped[str] = mapped_column(ForeignKey("surveys.slug"))
    #: One, or two while the secret is changed.
    secrets: Mapped[list[str]] = mapped_column(DOCUMENT)
    last_received_at: Mapped[datetime | None] = mapped_column(UtcTime)
    #: Ours, E.164.
    number: Mapped[str | None] = mapped_column(NAME)
    #: What sending takes: the provider's account, its address, its template. Secrets in it are sealed.
    account: Mapped[dict[str, Any]] = mapped_column(DOCUMENT)
    #: After so many hours without a text somebody is told; None never.
    silence_hours: Mapped[int | None]
    #: Hundredths of a penny for one part sent.
    part_price: Mapped[int | None]
    added_at: Mapped[datetime | None] = mapped_column(UtcTime)


class ConversationRow(Base):
    """A conversation under way; the number is only here as a keyed hash."""

    __tablename__ = "text_conversations"
    channel: Mapped[UUID] = mapped_column(ForeignKey("text_channels.id"), primary_key=True)
    sender_key: Mapped[str] = mapped_column(HASH, primary_key=True)
    state: Mapped[dict[str, Any]] = mapped_column(DOCUMENT)
    touched_at: Mapped[datetime] = mapped_column(UtcTime, index=True)
    #: Only where a reply or the one reminder has to be sent separately, and only while the conversation is open.
    number_sealed: Mapped[str | None] = mapped_column(SEALED)
    reminded_at: Mapped[datetime | None] = mapped_column(UtcTime)
    expires_at: Mapped[datetime] = mapped_column(UtcTime, index=True)


class MessageRow(Base):
    """A message that was taken in, with the reply it got: a repeat gets the same."""

    __tablename__ = "text_messages"
    channel: Mapped[UUID] = mapped_column(ForeignKey("text_channels.id"), primary_key=True)
    provider_id: Mapped[str] = mapped_column(NAME, primary_key=True)
    sender_key: Mapped[str] = mapped_column(HASH, index=True)
    reply: Mapped[str | None]
    #: The reply went out although the text led nowhere: a greeting, a repetition, help.
    is_automatic: Mapped[bool]
    received_at: Mapped[datetime] = mapped_column(UtcTime, index=True)


@dataclass(frozen=True)
class TextChannel:
    """A number or gateway that brings texts for one survey."""

    id: UUID
    provider: str
    survey: str
    #: One, or two while the secret is changed; sealed ones are opened with `numbers.open_secret`.
    secrets: tuple[str, ...]
    last_received_at: datetime | None = None
    number: str | None = None
    account: Mapping[str, Any] = field(default_factory=dict)
    silence_hours: int | None = None
    part_price: int | None = None
    added_at: datetime | None = None


@dataclass(frozen=True)
class Conversation:
    """A conversation as it is kept."""

    channel: UUID
    sender_key: str
    state: dict[str, Any]
    touched_at: datetime
    expires_at: datetime
    number_sealed: str | None = None
    reminded_at: datetime | None = None


_CHANNEL_FIELDS = tuple(TextChannel.__dataclass_fields__)
_CONVERSATION_FIELDS = tuple(Conversation.__dataclass_fields__)
# What every text asks is made once, and on the tables themselves: making a statement takes longer than running it,
# and so does filling in the rows' classes.
_CHANNELS, _CONVERSATIONS, _MESSAGES = (table_of(row).c for row in (ChannelRow, ConversationRow, MessageRow))
_LIST_CHANNELS = select(*(_CHANNELS[name] for name in _CHANNEL_FIELDS))
_CHANNEL = _LIST_CHANNELS.where(_CHANNELS.id == bindparam("id"))
_LAST = _CHANNELS.last_received_at
_NOTE_RECEIVED = (
    update(table_of(ChannelRow))
    .where(_CHANNELS.id == bindparam("of_channel"), or_(_LAST.is_(None), bindparam("stale") > _LAST))
    .values(last_received_at=bindparam("at"))
)
_LIST_CONVERSATIONS = select(*(_CONVERSATIONS[name] for name in _CONVERSATION_FIELDS))
_CONVERSATION = _LIST_CONVERSATIONS.where(
    _CONVERSATIONS.channel == bindparam("channel"),
    _CONVERSATIONS.sender_key.in_(bindparam("sender_keys", expanding=True)),
)
_COUNT = select(func.count()).where(
    _MESSAGES.sender_key == bindparam("sender_key"), _MESSAGES.received_at >= bindparam("since")
)
_COUNT_AUTOMATIC = _COUNT.where(_MESSAGES.is_automatic)
_KEEP_REPLY = (
    update(table_of(MessageRow))
    .where(_MESSAGES.channel == bindparam("of_channel"), _MESSAGES.provider_id == bindparam("of_text"))
    .values(reply=bindparam("new_reply"), is_automatic=bindparam("automatic"))
)


def add_channel(session: Session, channel: TextChannel) -> None:
    """Store a new channel."""
    session.add(ChannelRow(**_channel_values(channel)))
    session.flush()


def put_channel(session: Session, channel: TextChannel) -> None:
    """Store what was changed of a channel; when it received its last text is left as it is."""
    values = _channel_values(channel)
    for name in ("id", "last_received_at", "added_at"):
        del values[name]
    session.execute(update(ChannelRow).where(ChannelRow.id == channel.id).values(**values))


def get_channel(session: Session, channel_id: UUID) -> TextChannel | None:
    """Return a channel by its id."""
    row = session.execute(_CHANNEL, {"id": channel_id}).first()
    return _channel(row) if row else None


def list_channels(session: Session) -> list[TextChannel]:
    """Return every channel."""
    return [_channel(row) for row in session.execute(_LIST_CHANNELS.order_by(_CHANNELS.survey, _CHANNELS.id))]


def lock_sender(session: Session, sender_key: str) -> None:
    """Let one text of a sender at a time go on, so that two at once cannot overwrite each other's answers.

    On SQLite a writer is alone anyway.
    """
    if session.get_bind().dialect.name == "postgresql":
        number = int.from_bytes(hashlib.sha256(sender_key.encode()).digest()[:8], signed=True)
        session.execute(select(func.pg_advisory_xact_lock(number)))


def take_message(session: Session, channel_id: UUID, provider_id: str, sender_key: str, at: datetime) -> bool:
    """Claim a message; false when it was taken in before. Only the winner goes on with the conversation."""
    values = {
        "channel": channel_id,
        "provider_id": provider_id,
        "sender_key": sender_key,
        "received_at": at,
        "reply": None,
        "is_automatic": False,
    }
    return session.execute(_claim_message(session.get_bind().dialect.name), values).first() is not None


def note_received(session: Session, channel_id: UUID, at: datetime) -> None:
    """Keep when a channel brought its last text, to a few seconds."""
    session.execute(_NOTE_RECEIVED, {"of_channel": channel_id, "at": at, "stale": at - RECEIVED_EVERY})


def is_known(session: Session, channel_id: UUID, provider_id: str) -> bool:
    """Say whether a message was taken in before."""
    return session.get(MessageRow, (channel_id, provider_id)) is not None


def reply_to(session: Session, channel_id: UUID, provider_id: str) -> str | None:
    """Return the reply a message got."""
    row = session.get(MessageRow, (channel_id, provider_id))
    return row.reply if row else None


def forget_sender(session: Session, sender_keys: Collection[str]) -> None:
    """Take a sender off every text, and the replies with it: nothing then leads from a phone to what was said."""
    known = update(MessageRow).where(MessageRow.sender_key.in_(sender_keys))
    session.execute(known.values(sender_key="", reply=None, is_automatic=False))
    session.execute(delete(ConversationRow).where(ConversationRow.sender_key.in_(sender_keys)))


def forget_messages(session: Session, received_before: datetime) -> None:
    """Take sender, reply and hour off texts that are older; their ids stay."""
    old = update(MessageRow).where(MessageRow.received_at < received_before, MessageRow.sender_key != "")
    session.execute(old.values(sender_key="", reply=None, is_automatic=False, received_at=_day(received_before)))


def erase(session: Session, gone: Gone) -> int:
    """Take back replies with the receipts of responses that go; a conversation lets go of what it stored itself."""
    said = select(MessageRow).where(MessageRow.reply.is_not(None))
    rows = [row for row in session.scalars(said) if any(receipt in (row.reply or "") for receipt in gone.receipts)]
    for row in rows:
        row.reply = None
    session.flush()
    return len(rows)


def count_messages(session: Session, sender_key: str, since: datetime, *, automatic: bool = False) -> int:
    """Return how many texts a sender sent since then, or only those that got an automatic reply."""
    found = _COUNT_AUTOMATIC if automatic else _COUNT
    return session.scalar(found, {"sender_key": sender_key, "since": since}) or 0


def keep_reply(session: Session, channel_id: UUID, provider_id: str, reply: str | None, *, is_automatic: bool) -> None:
    """Store the reply to a message."""
    values = {"new_reply": reply, "automatic": is_automatic, "of_channel": channel_id, "of_text": provider_id}
    session.execute(_KEEP_REPLY, values)


def conversation(session: Session, channel_id: UUID, sender_keys: Sequence[str]) -> Conversation | None:
    """Return a sender's conversation, under whichever of the keys that stand for the number."""
    rows = session.execute(_CONVERSATION, {"channel": channel_id, "sender_keys": list(sender_keys)})
    return max((Conversation(*row) for row in rows), key=lambda kept: kept.touched_at, default=None)


def keep_conversation(session: Session, kept: Conversation) -> None:
    """Store a conversation as it stands now."""
    values = {name: getattr(kept, name) for name in _CONVERSATION_FIELDS}
    session.execute(_put_conversation(session.get_bind().dialect.name), values)


def forget_conversation(session: Session, channel_id: UUID, sender_keys: Collection[str]) -> None:
    """Forget a conversation."""
    gone = delete(ConversationRow).where(ConversationRow.channel == channel_id)
    session.execute(gone.where(ConversationRow.sender_key.in_(sender_keys)))


def expired_conversations(session: Session, now: datetime, most: int) -> list[Conversation]:
    """Return conversations whose time is over, the longest over first."""
    found = _LIST_CONVERSATIONS.where(_CONVERSATIONS.expires_at <= now).order_by(_CONVERSATIONS.expires_at)
    return [Conversation(*row) for row in session.execute(found.limit(most))]


def quiet_conversations(session: Session, untouched_since: datetime, now: datetime, most: int) -> list[Conversation]:
    """Return conversations nobody was reminded of, silent since then, whose number is at hand."""
    found = _LIST_CONVERSATIONS.where(
        _CONVERSATIONS.touched_at <= untouched_since,
        _CONVERSATIONS.reminded_at.is_(None),
        _CONVERSATIONS.number_sealed.is_not(None),
        _CONVERSATIONS.expires_at > now,
    )
    return [Conversation(*row) for row in session.execute(found.order_by(_CONVERSATIONS.touched_at).limit(most))]


@cache
def _claim_message(dialect: str) -> ReturningInsert[tuple[str]]:
    return insert_of(dialect, table_of(MessageRow)).on_conflict_do_nothing().returning(_MESSAGES.provider_id)


@cache
def _put_conversation(dialect: str) -> Insert:
    statement = insert_of(dialect, table_of(ConversationRow))
    changed = {name: statement.excluded[name] for name in _CONVERSATION_FIELDS if name not in ("channel", "sender_key")}
    return statement.on_conflict_do_update(index_elements=["channel", "sender_key"], set_=changed)


def _day(moment: datetime) -> datetime:
    return moment.replace(hour=0, minute=0, second=0, microsecond=0)


def _channel_values(channel: TextChannel) -> dict[str, Any]:
    values = {name: getattr(channel, name) for name in _CHANNEL_FIELDS}
    return values | {"secrets": list(channel.secrets), "account": dict(channel.account)}


def _channel(row: Row[Any]) -> TextChannel:
    values = dict(zip(_CHANNEL_FIELDS, row, strict=True))
    return TextChannel(**values | {"secrets": tuple(values["secrets"])})
