"""Worries about somebody, as whoever met them passes them on: of which kind, never who and never their words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any
from uuid import UUID

from engage.areas import Level
from engage.collection.flags import READER_WORRIED
from engage.collection.sealed import open_bundles
from engage.response.submission import read_name, read_uuid
from engage.sealing import SealingKey
from engage.settings import Keys
from engage.storage import areas, audit, questionnaires, safeguarding, waves
from engage.storage.database import Session
from engage.storage.safeguarding import Item

#: What somebody may be worried about, as it is asked of them; the codes are those of the duty queue.
ABOUT: Mapping[str, str] = MappingProxyType(
    {
        "being_hurt": "Somebody hurts them, or they are afraid to go home",
        "self_harm": "They may hurt or kill themselves",
        "sexual_harm": "They may be harmed sexually, or made to marry",
        "exploitation": "They are made to do things for others",
        "weapon": "A weapon, or a threat",
        "running_away": "They ran away, or have nowhere to sleep",
        "harm_to_others": "They may hurt somebody",
        READER_WORRIED: "Something else, or I am not sure",
    }
)
#: How such an item came, as the duty queue says.
IN_PERSON = "in person"
#: Worries taken in at once.
MOST = 20
#: Characters of a reference, and minutes of waiting that are worth saying.
_LONGEST, _WORTH_SAYING = 100, 15
_HOUR = 60


@dataclass(frozen=True)
class Worry:
    """One worry; its id was made where it was written down, so that sending it twice tells of it once."""

    id: UUID
    survey: str
    about: str
    district: str | None = None
    #: Minutes that it waited for a network.
    waited: int = 0


def tell_duty(session: Session, keys: Keys, worry: Worry, by: str, now: datetime) -> bool:
    """Put a worry into the duty queue, tied to no response; false where it is there already. Raises LookupError.

    That is where there is no survey at all, whose duty contacts could be told.
    """
    if safeguarding.get(session, worry.id) is not None:
        return False
    survey = _survey(session, worry.survey)
    minutes = safeguarding.rule_of(session, survey).answer_within_minutes
    waited = f", waited {_duration(worry.waited)} for a network" if worry.waited >= _WORTH_SAYING else ""
    item = Item(
        id=worry.id,
        survey=survey,
        channel=IN_PERSON,
        reference=f"told by {by}"[: _LONGEST - len(waited)] + waited,
        language="",
        list_code=worry.about,
        raised_at=now,
        due_at=now + timedelta(minutes=minutes),
        area=_district(session, worry.district),
    )
    safeguarding.add(session, item)
    subject = str(item.id)
    audit.append(session, keys.audit, at=now, actor=by, action="safeguarding.raised", subject=subject, detail={})
    return True


def take_in(
    session: Session, keys: Keys, sealing: Sequence[SealingKey], sent: Sequence[object], by: str, now: datetime
) -> list[bool]:
    """Take in sealed worries of a device; says of each, in order, whether the device may let go of it."""
    bundles = [one.get("sealed") if isinstance(one, Mapping) else None for one in sent]
    waited = [_whole(one.get("waited")) if isinstance(one, Mapping) else 0 for one in sent]
    taken = []
    for opened, minutes in zip(open_bundles(sealing, bundles), waited, strict=True):
        worry = read_worry(opened.document, minutes) if opened.document is not None else None
        if worry is not None:
            tell_duty(session, keys, worry, by, now)
        taken.append(worry is not None)
    return taken


def read_worry(document: Mapping[str, Any], waited: int = 0) -> Worry | None:
    """Return the worry that a form or a device wrote down, None where it is none; unknown kinds are not dropped."""
    worry_id, about = read_uuid(document.get("id")), read_name(document.get("about"))
    if worry_id is None or document.get("kind") != "worry":
        return None
    return Worry(
        id=worry_id,
        survey=read_name(document.get("survey")) or "",
        about=about if about is not None and about in ABOUT else READER_WORRIED,
        district=read_name(document.get("district")),
        waited=waited,
    )


def surveys_to_tell(session: Session) -> list[str]:
    """Return the surveys whose duty contacts can be told, those that go on and have contacts first."""
    known = [one.slug for one in questionnaires.newest(session)]

    def is_behind(slug: str) -> tuple[bool, bool]:
        wave = waves.current(session, slug)
        return not safeguarding.contacts(session, slug), not (wave and wave.takes_starts)

    return sorted(known, key=is_behind)


def _survey(session: Session, wanted: str) -> str:
    known = surveys_to_tell(session)
    if not known:
        raise LookupError("no survey")
    return wanted if wanted in known else known[0]


def _district(session: Session, code: str | None) -> str | None:
    tree = areas.read_tree(session)
    return code if code and code in tree and tree.get(code) in tree.at_level(Level.DISTRICT) else None


def _whole(value: object) -> int:
    return max(0, value) if isinstance(value, int) and not isinstance(value, bool) else 0


def _duration(minutes: int) -> str:
    return (
        f"{minutes} {'minute' if minutes == 1 else 'minutes'}" if minutes < 2 * _HOUR else f"{minutes // _HOUR} hours"
    )
