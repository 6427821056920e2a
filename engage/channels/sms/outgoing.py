"""Texts that a provider's own interface has to send: replies, the one reminder, and who may still get them."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from engage.collection.numbers import SealBroken, open_number, opt_out_keys, seal_number
from engage.settings import Keys
from engage.storage import opt_outs, outbox, texts
from engage.storage.database import Session
from engage.storage.outbox import OutboundText
from engage.storage.texts import TextChannel

#: Providers whose webhook takes no reply back: what we say goes out by their interface.
SENT_SEPARATELY = frozenset({"notify", "smsgate"})
#: A person who is silent for so long is reminded, once, and only between these hours.
SILENCE, WAKING = timedelta(hours=2), (time(9), time(20))
LONDON = ZoneInfo("Europe/London")


@dataclass(frozen=True)
class ClaimedText:
    """A text that this process alone may send now."""

    id: UUID
    number: str
    text: str
    kind: str
    tries: int


def replies_separately(channel: TextChannel) -> bool:
    """Say whether a reply has to be sent, as the answer to the webhook takes none back."""
    return channel.provider in SENT_SEPARATELY


def can_remind(channel: TextChannel) -> bool:
    """Say whether a text can be sent without one that came in: what the number would be kept for."""
    return replies_separately(channel) or bool(channel.account.get("reminders"))


def queue_text(
    session: Session,
    keys: Keys,
    channel: TextChannel,
    sender_key: str,
    number: str,
    text: str,
    *,
    source: str,
    now: datetime,
    kind: str = "reply",
    despite_stop: bool = False,
) -> bool:
    """Put a text into the outbox; false where one of its kind was made for the same source before."""
    outbound = OutboundText(
        id=uuid4(),
        channel=channel.id,
        sender_key=sender_key,
        number_sealed=seal_number(keys, number),
        text=text,
        kind=kind,
        source=source,
        made_at=now,
        due_at=now,
        despite_stop=despite_stop,
    )
    return outbox.add(session, outbound)


def claim_text(session: Session, keys: Keys, outbound_id: UUID, now: datetime) -> ClaimedText | None:
    """Take a text that waits, to send it once this transaction is committed; None where nobody may send it.

    Whoever said STOP meanwhile gets nothing more: the list is read in the transaction of the claim.
    """
    claimed = outbox.claim(session, outbound_id, now)
    if claimed is None:
        return None
    channel = texts.get_channel(session, claimed.channel)
    if channel is None or claimed.number_sealed is None or claimed.text is None:
        outbox.mark_failed(session, outbound_id, "number_missing")
        return None
    try:
        number = open_number(keys, claimed.number_sealed)
    except SealBroken:
        outbox.mark_failed(session, outbound_id, "number_sealed_elsewhere")
        return None
    is_out = opt_outs.has_opted_out(session, opt_out_keys(keys, channel.survey, number))
    if is_out and not claimed.despite_stop:
        outbox.mark_failed(session, outbound_id, "opted_out", state="dropped")
        return None
    return ClaimedText(claimed.id, number, claimed.text, claimed.kind, claimed.tries)


def may_be_reminded(now: datetime) -> bool:
    """Say whether people are awake: 9 to 20 in Europe/London."""
    begin, end = WAKING
    return begin <= now.astimezone(LONDON).time() < end
