"""What somebody reads and confirms before they run a session, and what is still missing."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

from engage.collection.receive import LONDON
from engage.settings import Keys
from engage.storage import audit, training
from engage.storage.database import Session
from engage.storage.staff import Account

#: Item → what somebody says with it, in the order it is read.
ITEMS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "voluntary": (
            "Nobody has to take part",
            (
                "People can say no, skip any question and stop at any time, and nothing happens because of it. "
                "I never press anybody, and I never promise anything for an answer."
            ),
        ),
        "not_ours": (
            "I do not see the answers",
            (
                "People answer for themselves. I look away, I read no form, and I do not key a form I handed out. "
                "If somebody asks me to help, I say their words and not mine."
            ),
        ),
        "never_ask": (
            "What I never ask",
            (
                "I never ask for names, and never about gangs, knives, carrying or offences. "
                "I do not call a group of friends a gang. I do not guess what somebody has lived through."
            ),
        ),
        "promise": (
            "What I can promise, and what I cannot",
            (
                "Nobody who reads the results can tell who said what. I do not promise to keep a secret: "
                "if somebody is in danger I pass it on, and I tell them so."
            ),
        ),
        "worried": (
            "When I am worried",
            (
                "In danger now: 999. Otherwise I press “I am worried about someone” the same day, also without a "
                "network. I listen, I do not investigate, and I write nothing about it on paper."
            ),
        ),
        "safe": (
            "I come home safe",
            (
                "I check in, say when I will be done, and check out. I do not go into a home alone, I leave when "
                "it does not feel right, and I keep my own phone with me."
            ),
        ),
        "data": (
            "Forms and tablets stay with me",
            (
                "Forms are in a closed envelope, the tablet is locked, and neither is left in a car. "
                "If one is lost I say so at once."
            ),
        ),
    }
)


class UnknownItem(Exception):
    """There is no such thing to confirm."""


def confirm(session: Session, keys: Keys, account: Account, item: str, now: datetime) -> None:
    """Write down that somebody has read an item and holds to it. Raises UnknownItem."""
    if item not in ITEMS:
        raise UnknownItem(item)
    if training.confirm(session, account.id, item, now.astimezone(LONDON).date()):
        audit.append(
            session,
            keys.audit,
            at=now,
            actor=account.email,
            action="training.confirmed",
            subject=account.email,
            detail={"item": item},
        )


def missing(session: Session, account: Account) -> list[str]:
    """Return what somebody has not confirmed yet, in the order it is read."""
    known = training.of(session, account.id)
    return [item for item in ITEMS if item not in known]
