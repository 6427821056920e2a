"""Retention: what was kept only to be of use for a while is forgotten when that while is over."""

from datetime import datetime, timedelta

from engage.collection.drafts import purge_drafts
from engage.collection.public_questions import forget_unanswered
from engage.collection.safeguarding import NUMBER_LIFE
from engage.storage import outbox, safeguarding, texts
from engage.storage.database import Session

#: Providers repeat a message within minutes; the same reply has to be at hand for so long.
REPLY_LIFE = timedelta(hours=1)


def forget_what_is_over(session: Session, now: datetime) -> None:
    """Delete abandoned drafts and questions never answered, and take sender, words, number and hour off older texts.

    What stays of a text is the provider's own id, so that the same message again is still no news. Conversations
    are ended by `channels.sms.upkeep`, which keeps what was answered.
    """
    purge_drafts(session, now)
    forget_unanswered(session, now)
    texts.forget_messages(session, received_before=now - REPLY_LIFE)
    outbox.forget_numbers(session, made_before=now - NUMBER_LIFE)
    outbox.forget_sent(session, before=now - REPLY_LIFE)
    safeguarding.forget_numbers(session, raised_before=now - NUMBER_LIFE)
