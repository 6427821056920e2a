"""Retention: what was kept only to be of use for a while is forgotten when that while is over."""

from datetime import datetime, timedelta

from engage.collection.drafts import purge_drafts
from engage.storage import texts
from engage.storage.database import Session

#: A conversation by text that nobody went on with.
CONVERSATION_LIFE = timedelta(hours=72)
#: Providers repeat a message within minutes; the same reply has to be at hand for so long.
REPLY_LIFE = timedelta(hours=1)


def forget_what_is_over(session: Session, now: datetime) -> None:
    """Delete abandoned drafts and conversations, and take sender, reply and hour off older texts.

    What stays of a text is the provider's own id, so that the same message again is still no news.
    """
    purge_drafts(session, now)
    texts.purge_conversations(session, untouched_since=now - CONVERSATION_LIFE)
    texts.forget_messages(session, received_before=now - REPLY_LIFE)
