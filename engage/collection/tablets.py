"""Outreach: preparing a tablet for a place without a signal, taking in what it brings, revoking a lost one."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from engage.collection.places import is_covered
from engage.collection.receive import LONDON, Door, Outcome
from engage.settings import Keys
from engage.storage import areas, audit, questionnaires, tablets, waves
from engage.storage.database import Session
from engage.storage.tablets import Tablet

#: Days a tablet may be used before it has to be prepared again.
LONGEST_LIFE = 30
#: Channels a tablet may send by.
TABLET_CHANNELS = frozenset({"web", "outreach"})
_HASH = re.compile(r"[0-9a-f]{64}")
_LONGEST_NAME = 100


class TabletRefused(Exception):
    """A tablet cannot be prepared or revoked as asked; `field` is what to mend, the message says why."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(reason)
        self.field = field


@dataclass(frozen=True)
class Preparation:
    """What a tablet is prepared for; `days` counts from today."""

    survey: str
    label: str
    batch: str
    area: str | None
    languages: tuple[str, ...]
    styles: tuple[str, ...]
    days: int
    #: SHA-256 (hex) of the token that the tablet made for itself.
    token_hash: str


def prepare_tablet(session: Session, keys: Keys, wanted: Preparation, by: str, now: datetime) -> Tablet:
    """Let a tablet take answers away from the network. Raises TabletRefused naming the field."""
    _check(session, wanted)
    today = now.astimezone(LONDON).date()
    tablet = Tablet(
        id=uuid4(),
        token_hash=wanted.token_hash,
        survey=wanted.survey,
        label=wanted.label,
        batch=wanted.batch,
        area=wanted.area,
        languages=wanted.languages,
        styles=wanted.styles,
        prepared_by=by,
        prepared_on=today,
        last_day=today + timedelta(days=wanted.days),
    )
    if not tablets.add(session, tablet):
        raise TabletRefused("token_hash", "this tablet was prepared a moment ago; load the page again")
    detail = {"tablet": str(tablet.id), "label": tablet.label, "batch": tablet.batch, "days": wanted.days}
    audit.append(session, keys.audit, at=now, actor=by, action="tablet.prepared", subject=tablet.survey, detail=detail)
    return tablet


def revoke_tablet(session: Session, keys: Keys, tablet_id: UUID, by: str, now: datetime) -> Tablet:
    """Stop trusting a lost tablet; what it still brings waits for review. Raises TabletRefused."""
    tablet = tablets.get(session, tablet_id)
    if tablet is None:
        raise TabletRefused("tablet", "there is no such tablet")
    if tablets.revoke(session, tablet_id, now.astimezone(LONDON).date()):
        detail = {"tablet": str(tablet.id), "label": tablet.label}
        audit.append(
            session, keys.audit, at=now, actor=by, action="tablet.revoked", subject=tablet.survey, detail=detail
        )
    return tablet


def tablet_of(session: Session, token: str) -> Tablet | None:
    """Return the tablet that holds a token, whether it is revoked or not."""
    return tablets.find(session, hashlib.sha256(token.encode()).hexdigest())


def door_of(tablet: Tablet, keys: Keys, now: datetime) -> Door:
    """Return the door as a tablet may use it.

    Past its last day it starts nobody new, but what it has collected still comes in; of one that was revoked
    everything waits for a person to look at.
    """
    hold = "tablet_revoked" if tablet.revoked_on else None
    return Door(keys, now, f"tablet:{tablet.id}", TABLET_CHANNELS, batch=tablet.batch, hold=hold)


def note_arrivals(session: Session, tablet: Tablet, outcomes: Sequence[Outcome], now: datetime) -> None:
    """Count what a tablet brought, and write down the day."""
    new = sum(outcome.status == "stored" for outcome in outcomes)
    tablets.seen(session, tablet.id, now.astimezone(LONDON).date(), new)


def _check(session: Session, wanted: Preparation) -> None:
    questionnaire = questionnaires.get(session, wanted.survey)
    wave = waves.current(session, wanted.survey)
    if questionnaire is None or wave is None or not wave.takes_starts:
        raise TabletRefused("survey", "choose a survey that is open")
    offered = set(questionnaire.offered())
    if not wanted.languages or not offered.issuperset(wanted.languages):
        raise TabletRefused("languages", "choose at least one language of the survey")
    if not wanted.styles or not set(questionnaire.styles).issuperset(wanted.styles):
        raise TabletRefused("styles", "choose at least one style of the survey")
    for field, text in (("label", wanted.label), ("batch", wanted.batch)):
        if not text or len(text) > _LONGEST_NAME or not text.isprintable():
            raise TabletRefused(field, f"write a name of at most {_LONGEST_NAME} characters")
    if wanted.area is not None and not is_covered(areas.read_tree(session), questionnaire, wanted.area):
        raise TabletRefused("area", "choose an area of the survey")
    if not 1 <= wanted.days <= LONGEST_LIFE:
        raise TabletRefused("days", f"choose from 1 to {LONGEST_LIFE} days")
    if not _HASH.fullmatch(wanted.token_hash):
        raise TabletRefused("token_hash", "this browser cannot keep answers safely; open the page over https")
