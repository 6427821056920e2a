"""Fetches texts that the webhook missed and takes them in through the same door: nothing twice."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from engage.channels.sms.accounts import account_of, is_for, sending_api, under_kept_id
from engage.channels.sms.calling import CallFailed, make_call
from engage.channels.sms.exchange import answer_text
from engage.channels.sms.message import InboundMessage
from engage.channels.sms.outgoing import queue_text, replies_separately
from engage.channels.sms.providers.calls import Account, Api, Page
from engage.collection.numbers import plain_number, sender_keys
from engage.storage import audit, texts
from engage.storage.instance import Instance
from engage.storage.texts import TextChannel

#: Pages of a listing that are read at most: a provider that never ends its list ends here.
MOST_PAGES = 400
#: Longer ago nobody waits for a reply any more: the answer counts, and nothing is sent.
ANSWERED_WITHIN = timedelta(hours=12)
#: The webhook of a text that just came in may still be on its way, and brings its reply along.
STILL_ON_ITS_WAY = timedelta(minutes=2)
_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


class BackfillFailed(Exception):
    """The provider could not be asked; the message says why."""


@dataclass(frozen=True)
class Fetched:
    """What came of a backfill."""

    listed: int
    #: Known before; they changed nothing.
    known: int
    taken: int
    #: Entries that could not be read, such as texts a phone encrypts.
    unread: int
    #: Came for another number than the channel's own, and were left.
    elsewhere: int


def backfill(instance: Instance, channel: TextChannel, since: datetime, by: str) -> Fetched:
    """Take in what a provider has received since a moment, the oldest first. Raises BackfillFailed."""
    api = sending_api(channel)
    if api is None:
        raise BackfillFailed("the account of this channel is not filled in, or its provider keeps no list")
    messages, unread = _all_listed(instance, api, account_of(instance.settings.keys, channel), since)
    settled = instance.now() - STILL_ON_ITS_WAY
    ours = [
        message
        for message in messages
        if is_for(channel, message) and (message.received_at is None or message.received_at <= settled)
    ]
    ours.sort(key=lambda message: message.received_at or _BEGINNING)
    taken = sum(_take(instance, channel, message) for message in ours)
    elsewhere = sum(not is_for(channel, message) for message in messages)
    fetched = Fetched(len(ours), known=len(ours) - taken, taken=taken, unread=unread, elsewhere=elsewhere)
    with instance.database.writing() as session:
        detail = {"listed": fetched.listed, "taken": fetched.taken}
        key, now = instance.settings.keys.audit, instance.now()
        audit.append(
            session, key, at=now, actor=by, action="text_channel.backfilled", subject=str(channel.id), detail=detail
        )
    return fetched


def _all_listed(instance: Instance, api: Api, account: Account, since: datetime) -> tuple[list[InboundMessage], int]:
    messages: list[InboundMessage] = []
    unread, cursor = 0, None
    for _ in range(MOST_PAGES):
        page = _page(instance, api, account, since, cursor)
        messages += page.messages
        unread += page.unread
        cursor = page.next
        if cursor is None:
            return messages, unread
    raise BackfillFailed(f"the provider's list did not end after {MOST_PAGES} pages")


def _page(instance: Instance, api: Api, account: Account, since: datetime, cursor: str | None) -> Page:
    answer = make_call(api.list(account, since, cursor, instance.now()))
    if isinstance(answer, CallFailed):
        raise BackfillFailed("the provider did not answer")
    page = api.read_list(answer, since, cursor)
    if page is None:
        raise BackfillFailed(f"the provider answered {answer.status}, which is no list")
    return page


def _take(instance: Instance, channel: TextChannel, message: InboundMessage) -> bool:
    """Take one text in as the webhook would; say whether it was news."""
    keys, now = instance.settings.keys, instance.now()
    kept = under_kept_id(keys, channel, message)
    with instance.database.writing() as session:
        if texts.is_known(session, channel.id, kept.provider_id):
            return False
        reply = answer_text(session, instance, channel, kept)
        is_fresh = message.received_at is None or now - message.received_at <= ANSWERED_WITHIN
        if reply is not None and is_fresh and not replies_separately(channel):
            number = plain_number(message.sender)
            key = sender_keys(keys, channel.survey, number)[0]
            queue_text(session, keys, channel, key, number, reply, source=kept.provider_id, now=now)
    return True
