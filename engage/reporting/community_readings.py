"""Which communities everybody may read about: those whose own people have read what is published about them."""

from collections.abc import Sequence
from datetime import datetime

from engage.reporting.planning import breakdown_rows
from engage.reporting.reading import Published
from engage.results.plan import COMMUNITY
from engage.settings import Keys
from engage.storage import audit, community_readings
from engage.storage.community_readings import CommunityReading
from engage.storage.database import Session

_LONGEST = 100


class ReadingRefused(Exception):
    """It cannot be noted that a community has read a release; the message says why."""


def readable_communities(session: Session, published: Published) -> Sequence[str]:
    """Return the communities that everybody may read about, in the questionnaire's order."""
    read = community_readings.of_release(session, published.release.id)
    return [code for code in breakdown_rows(published.questionnaire, COMMUNITY) if code in read]


def note_reading(
    session: Session, keys: Keys, published: Published, community: str, read_by: str, by: str, now: datetime
) -> None:
    """Note who of a community has read what a release says of it; from then on everybody may. Raises ReadingRefused."""
    if community not in breakdown_rows(published.questionnaire, COMMUNITY):
        raise ReadingRefused("Choose a community of the survey.")
    if not 0 < len(read_by) <= _LONGEST:
        raise ReadingRefused(f"Say which group or meeting has read it, in at most {_LONGEST} characters.")
    reading = CommunityReading(published.release.id, community, read_by, by, now)
    community_readings.put(session, reading)
    _note(session, keys, published, community, by, now, "community.read")


def take_reading_back(
    session: Session, keys: Keys, published: Published, community: str, by: str, now: datetime
) -> None:
    """Take a community's page away from the public."""
    community_readings.remove(session, published.release.id, community)
    _note(session, keys, published, community, by, now, "community.taken_back")


def _note(
    session: Session, keys: Keys, published: Published, community: str, by: str, now: datetime, what: str
) -> None:
    release = published.release
    detail = {"survey": release.survey, "wave": release.wave, "release": release.release_hash}
    audit.append(session, keys.audit, at=now, actor=by, action=what, subject=community, detail=detail)
