"""Texts that wait to be sent by a provider's own interface, and what became of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, Uuid, func, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from engage.storage.base import HASH, NAME, Base, UtcTime, insert_into
from engage.storage.erasure import Gone

#: Characters of a sealed number.
SEALED = String(200)
KINDS = ("reply", "reminder", "test")
#: `sending` was claimed by a sender that has not said yet what became of it.
STATES = ("waiting", "sending", "sent", "failed", "dropped")


class OutboxRow(Base):
    """One text on its way out; the number goes as soon as nobody needs it any more."""

    __tablename__ = "text_outbox"
    __table_args__ = (
        CheckConstraint("kind IN ('reply', 'reminder', 'test')", name="known_kind"),
        CheckConstraint("state IN ('waiting', 'sending', 'sent', 'failed', 'dropped')", name="known_state"),
        CheckConstraint("number_sealed IS NULL OR state IN ('waiting', 'sending')", name="number_only_while_needed"),
        UniqueConstraint("channel", "source", "kind"),
        UniqueConstraint("channel", "provider_id"),
        Index(None, "state", "due_at"),
    )
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    channel: Mapped[UUID] = mapped_column(ForeignKey("text_channels.id"))
    sender_key: Mapped[str] = mapped_column(HASH, index=True)
    number_sealed: Mapped[str | None] = mapped_column(SEALED)
    text: Mapped[str | None]
    kind: Mapped[str] = mapped_column(NAME)
    #: The message it answers, or the conversation it reminds of: one text of a kind for each, ever.
    source: Mapped[str] = mapped_column(NAME)
    #: May go to somebody who said STOP: the one goodbye, and numbers to call for somebody in danger.
    despite_stop: Mapped[bool]
    state: Mapped[str] = mapped_column(NAME)
    tries: Mapped[int]
    made_at: Mapped[datetime] = mapped_column(UtcTime)
    due_at: Mapped[datetime] = mapped_column(UtcTime)
    claimed_at: Mapped[datetime | None] = mapped_column(UtcTime)
    sent_at: Mapped[datetime | None] = mapped_column(UtcTime)
    #: The provider's own name for it.
    provider_id: Mapped[str | None] = mapped_column(NAME)
    #: Code of why it was not sent; never words of the provider, which can quote the number.
    fault: Mapped[str | None] = mapped_column(NAME)


class StatusRow(Base):
    """One status that a provider reported of one text: sent, delivered, failed."""

    __tablename__ = "text_statuses"
    channel: Mapped[UUID] = mapped_column(ForeignKey("text_channels.id"), primary_key=True)
    provider_id: Mapped[str] = mapped_column(NAME, primary_key=True)
    status: Mapped[str] = mapped_column(NAME, primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcTime)


@dataclass(frozen=True)
class OutboundText:
    """One text on its way out; `number_sealed` and `text` are gone once nobody needs them."""

    id: UUID
    channel: UUID
    sender_key: str
    number_sealed: str | None
    text: str | None
    kind: str
    source: str
    made_at: datetime
    due_at: datetime
    despite_stop: bool = False
    state: str = "waiting"
    tries: int = 0
    claimed_at: datetime | None = None
    sent_at: datetime | None = None
    provider_id: str | None = None
    fault: str | None = None


_FIELDS = tuple(OutboundText.__dataclass_fields__)


def add(session: Session, outbound: OutboundText) -> bool:
    """Store a text to be sent; false when one of its kind was made for the same source before."""
    values = {name: getattr(outbound, name) for name in _FIELDS}
    made = insert_into(session, OutboxRow).values(**values).on_conflict_do_nothing()
    return session.execute(made.returning(OutboxRow.id)).first() is not None


def get(session: Session, outbound_id: UUID) -> OutboundText | None:
    """Return a text by its id."""
    row = session.get(OutboxRow, outbound_id, populate_existing=True)
    return _outbound(row) if row else None


def due(session: Session, now: datetime, most: int) -> list[UUID]:
    """Return the ids of texts that wait and are due, the longest due first."""
    found = select(OutboxRow.id).where(OutboxRow.state == "waiting", OutboxRow.due_at <= now)
    return list(session.scalars(found.order_by(OutboxRow.due_at, OutboxRow.id).limit(most)))


def longest_due(session: Session, now: datetime) -> datetime | None:
    """Return since when the text is due that waits longest."""
    waits = select(OutboxRow.due_at).where(OutboxRow.state == "waiting", OutboxRow.due_at <= now)
    return session.scalar(waits.order_by(OutboxRow.due_at).limit(1))


def claim(session: Session, outbound_id: UUID, now: datetime) -> OutboundText | None:
    """Take a waiting text to send it; None when somebody else did, or it waits no more."""
    taken = update(OutboxRow).where(OutboxRow.id == outbound_id, OutboxRow.state == "waiting")
    taken = taken.values(state="sending", claimed_at=now, tries=OutboxRow.tries + 1)
    won = session.execute(taken.returning(OutboxRow.id)).first() is not None
    return get(session, outbound_id) if won else None


def wait_again(session: Session, outbound_id: UUID, due_at: datetime, fault: str) -> None:
    """Put a claimed text back that surely did not go out."""
    _change(session, outbound_id, "sending", state="waiting", due_at=due_at, claimed_at=None, fault=fault)


def mark_sent(session: Session, outbound_id: UUID, now: datetime, provider_id: str | None) -> None:
    """Record that the provider took a text; the number goes."""
    _change(
        session,
        outbound_id,
        "sending",
        state="sent",
        sent_at=now,
        provider_id=provider_id,
        number_sealed=None,
        fault=None,
    )


def mark_failed(session: Session, outbound_id: UUID, fault: str, *, state: str = "failed") -> None:
    """Record that a claimed text will never go out, as it `failed` or was `dropped`; number and words go."""
    _change(session, outbound_id, "sending", state=state, fault=fault, number_sealed=None, text=None)


def drop(session: Session, sender_keys: Sequence[str], fault: str) -> None:
    """Take back whatever waits for somebody: after STOP nothing more goes out."""
    waiting = update(OutboxRow).where(OutboxRow.sender_key.in_(sender_keys), OutboxRow.state == "waiting")
    session.execute(waiting.values(state="dropped", fault=fault, number_sealed=None, text=None))


def unsure(session: Session, claimed_before: datetime) -> list[OutboundText]:
    """Return texts that were claimed long ago and never heard of: sent or not, nobody knows."""
    found = select(OutboxRow).where(OutboxRow.state == "sending", OutboxRow.claimed_at < claimed_before)
    return [_outbound(row) for row in session.scalars(found.order_by(OutboxRow.claimed_at))]


def newest(session: Session, channel: UUID, most: int) -> list[OutboundText]:
    """Return the texts of a channel that were made last."""
    found = select(OutboxRow).where(OutboxRow.channel == channel).order_by(OutboxRow.made_at.desc()).limit(most)
    return [_outbound(row) for row in session.scalars(found)]


def count_by_state(session: Session, channel: UUID) -> dict[str, int]:
    """Return how many texts of a channel are in each state."""
    found = select(OutboxRow.state, func.count()).where(OutboxRow.channel == channel).group_by(OutboxRow.state)
    return {row[0]: row[1] for row in session.execute(found)}


def texts_to(session: Session, sender_key: str, since: datetime) -> list[str]:
    """Return what was sent to somebody since then, for the limits of the networks."""
    found = select(OutboxRow.text).where(OutboxRow.sender_key == sender_key, OutboxRow.sent_at >= since)
    return [text or "" for text in session.scalars(found)]


def forget_sent(session: Session, before: datetime) -> None:
    """Take sender and words off texts that came to their end before then; their ids stay."""
    over = update(OutboxRow).where(OutboxRow.state.in_(("sent", "failed", "dropped")), OutboxRow.made_at < before)
    session.execute(over.where(OutboxRow.sender_key != "").values(sender_key="", text=None))


def forget_numbers(session: Session, made_before: datetime) -> None:
    """Let go of texts that could not be sent for so long that no number may be kept for them."""
    stale = update(OutboxRow).where(OutboxRow.made_at < made_before, OutboxRow.number_sealed.is_not(None))
    session.execute(stale.values(state="failed", fault="too_late", number_sealed=None, text=None, sender_key=""))


def forget_sender(session: Session, sender_keys: Sequence[str]) -> None:
    """Take somebody off every text, and drop what waits."""
    drop(session, sender_keys, "forgotten")
    known = update(OutboxRow).where(OutboxRow.sender_key.in_(sender_keys), OutboxRow.state != "sending")
    session.execute(known.values(sender_key="", text=None))


def erase(session: Session, gone: Gone) -> int:
    """Take the words off sent texts with the receipts of responses that go; what waits still tells the person."""
    found = select(OutboxRow).where(OutboxRow.text.is_not(None), OutboxRow.state != "waiting")
    rows = [row for row in session.scalars(found) if any(receipt in (row.text or "") for receipt in gone.receipts)]
    for row in rows:
        row.text = None
    session.flush()
    return len(rows)


def note_status(session: Session, channel: UUID, provider_id: str, status: str, at: datetime) -> bool:
    """Keep a status a provider reports; false when the same one of the same text came before."""
    noted = insert_into(session, StatusRow).values(channel=channel, provider_id=provider_id, status=status, at=at)
    return session.execute(noted.on_conflict_do_nothing().returning(StatusRow.status)).first() is not None


def statuses(session: Session, channel: UUID, provider_id: str) -> dict[str, datetime]:
    """Return status → when it was reported, of one text."""
    found = select(StatusRow).where(StatusRow.channel == channel, StatusRow.provider_id == provider_id)
    return {row.status: row.at for row in session.scalars(found)}


def _change(session: Session, outbound_id: UUID, was: str, **values: object) -> None:
    session.execute(update(OutboxRow).where(OutboxRow.id == outbound_id, OutboxRow.state == was).values(**values))


def _outbound(row: OutboxRow) -> OutboundText:
    return OutboundText(**{name: getattr(row, name) for name in _FIELDS})
