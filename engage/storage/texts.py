"""Text messages: channels, conversations under way, replies given, and who asked to be left alone."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Uuid, delete, func, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from engage.storage.base import DOCUMENT, HASH, NAME, Base, UtcTime, insert_into

PROVIDERS = ("twilio", "json")


class ChannelRow(Base):
    """A number or gateway that brings texts."""

    __tablename__ = "text_channels"
    __table_args__ = (CheckConstraint("provider IN ('twilio', 'json')", name="known_provider"),)
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    provider: Mapped[str] = mapped_column(NAME)
    survey: Mapped[str] = mapped_column(ForeignKey("surveys.slug"))
    #: One, or two while the secret is changed.
    secrets: Mapped[list[str]] = mapped_column(DOCUMENT)
    last_received_at: Mapped[datetime | None] = mapped_column(UtcTime)


class ConversationRow(Base):
    """A conversation under way; the number is only here as a keyed hash."""

    __tablename__ = "text_conversations"
    channel: Mapped[UUID] = mapped_column(ForeignKey("text_channels.id"), primary_key=True)
    sender_key: Mapped[str] = mapped_column(HASH, primary_key=True)
    state: Mapped[dict[str, Any]] = mapped_column(DOCUMENT)
    touched_at: Mapped[datetime] = mapped_column(UtcTime, index=True)


class MessageRow(Base):
    """A message that was taken in, with the reply it got: a repeat gets the same."""

    __tablename__ = "text_messages"
    channel: Mapped[UUID] = mapped_column(ForeignKey("text_channels.id"), primary_key=True)
    provider_id: Mapped[str] = mapped_column(NAME, primary_key=True)
    sender_key: Mapped[str] = mapped_column(HASH, index=True)
    reply: Mapped[str | None]
    #: The reply went out although the text led nowhere: a greeting, a repetition, help.
    is_automatic: Mapped[bool]
    received_at: Mapped[datetime] = mapped_column(UtcTime)


class OptOutRow(Base):
    """Somebody who said STOP, as a keyed hash of the number."""

    __tablename__ = "text_opt_outs"
    sender_key: Mapped[str] = mapped_column(HASH, primary_key=True)


@dataclass(frozen=True)
class TextChannel:
    """A number or gateway that brings texts for one survey."""

    id: UUID
    provider: str
    survey: str
    secrets: tuple[str, ...]
    last_received_at: datetime | None = None


def add_channel(session: Session, channel: TextChannel) -> None:
    """Store a new channel."""
    session.add(
        ChannelRow(id=channel.id, provider=channel.provider, survey=channel.survey, secrets=list(channel.secrets))
    )
    session.flush()


def get_channel(session: Session, channel_id: UUID) -> TextChannel | None:
    """Return a channel by its id."""
    row = session.get(ChannelRow, channel_id)
    return _channel(row) if row else None


def list_channels(session: Session) -> list[TextChannel]:
    """Return every channel."""
    return [_channel(row) for row in session.scalars(select(ChannelRow).order_by(ChannelRow.survey, ChannelRow.id))]


def take_message(session: Session, channel_id: UUID, provider_id: str, sender_key: str, at: datetime) -> bool:
    """Claim a message; false when it was taken in before. Only the winner goes on with the conversation."""
    claim = insert_into(session, MessageRow).values(
        channel=channel_id,
        provider_id=provider_id,
        sender_key=sender_key,
        received_at=at,
        reply=None,
        is_automatic=False,
    )
    claim = claim.on_conflict_do_nothing()
    won = session.execute(claim.returning(MessageRow.provider_id)).first() is not None
    channel = session.get(ChannelRow, channel_id)
    if won and channel is not None:
        channel.last_received_at = at
        session.flush()
    return won


def reply_to(session: Session, channel_id: UUID, provider_id: str) -> str | None:
    """Return the reply a message got."""
    row = session.get(MessageRow, (channel_id, provider_id))
    return row.reply if row else None


def forget_sender(session: Session, sender_key: str) -> None:
    """Take a sender off every text, and the replies with it: nothing then leads from a phone to what was said."""
    known = update(MessageRow).where(MessageRow.sender_key == sender_key)
    session.execute(known.values(sender_key="", reply=None, is_automatic=False))
    session.execute(delete(ConversationRow).where(ConversationRow.sender_key == sender_key))


def forget_messages(session: Session, received_before: datetime) -> None:
    """Take sender, reply and hour off texts that are older; their ids stay."""
    old = update(MessageRow).where(MessageRow.received_at < received_before, MessageRow.sender_key != "")
    session.execute(old.values(sender_key="", reply=None, is_automatic=False, received_at=_day(received_before)))


def count_automatic(session: Session, sender_key: str, since: datetime) -> int:
    """Return how many automatic replies a sender got since then."""
    found = select(func.count()).where(MessageRow.sender_key == sender_key, MessageRow.received_at >= since)
    return session.scalar(found.where(MessageRow.is_automatic)) or 0


def keep_reply(session: Session, channel_id: UUID, provider_id: str, reply: str | None, *, is_automatic: bool) -> None:
    """Store the reply to a message."""
    row = session.get(MessageRow, (channel_id, provider_id))
    if row is not None:
        row.reply, row.is_automatic = reply, is_automatic
        session.flush()


def conversation(session: Session, channel_id: UUID, sender_key: str) -> dict[str, Any] | None:
    """Return the state of a conversation."""
    row = session.get(ConversationRow, (channel_id, sender_key))
    return row.state if row else None


def keep_conversation(
    session: Session, channel_id: UUID, sender_key: str, state: dict[str, Any] | None, at: datetime
) -> None:
    """Store the state of a conversation, or forget it where there is none."""
    if state is None:
        gone = delete(ConversationRow).where(ConversationRow.channel == channel_id)
        session.execute(gone.where(ConversationRow.sender_key == sender_key))
        return
    session.merge(ConversationRow(channel=channel_id, sender_key=sender_key, state=state, touched_at=at))
    session.flush()


def purge_conversations(session: Session, untouched_since: datetime) -> None:
    """Forget conversations nobody went on with."""
    session.execute(delete(ConversationRow).where(ConversationRow.touched_at < untouched_since))


def has_opted_out(session: Session, sender_key: str) -> bool:
    """Say whether a sender said STOP."""
    return session.get(OptOutRow, sender_key) is not None


def set_opted_out(session: Session, sender_key: str, *, out: bool) -> None:
    """Remember a STOP, or a START after it."""
    if out:
        session.merge(OptOutRow(sender_key=sender_key))
    else:
        session.execute(delete(OptOutRow).where(OptOutRow.sender_key == sender_key))
    session.flush()


def _day(moment: datetime) -> datetime:
    return moment.replace(hour=0, minute=0, second=0, microsecond=0)


def _channel(row: ChannelRow) -> TextChannel:
    return TextChannel(row.id, row.provider, row.survey, tuple(row.secrets), row.last_received_at)
