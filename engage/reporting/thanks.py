"""Names the organisations that helped people to take part: those that agreed, read anew each time they are shown."""

from engage.storage import organisations, visits
from engage.storage.database import Session


def thanked(session: Session, survey: str) -> list[str]:
    """Return the names of the organisations that were visited for a survey and agreed to be named, by name."""
    helped = organisations.list_all(session, visits.helpers(session, survey))
    return [one.name for one in helped if one.is_named]
