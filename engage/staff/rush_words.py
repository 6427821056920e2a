"""Says in plain words what a rush is: how many answers, about where, since when, and what is usual there."""

from datetime import timedelta

from engage.collection.receive import LONDON
from engage.storage import areas
from engage.storage.database import Session
from engage.storage.review import ReviewItem


def area_named(session: Session, code: str | None) -> str:
    """Return the name of the place that answers are about."""
    area = areas.read_tree(session).get(code) if code else None
    return area.name if area else "no place in particular"


def rush_words(item: ReviewItem) -> tuple[str, ...]:
    """Return the sentences about a rush that waits."""
    body = item.body
    began = (item.at - timedelta(minutes=body["minutes"])).astimezone(LONDON)
    since = f"{began:%H:%M} on {began:%-d %B}"
    usual = f"On a usual day {body['usual']:,} such answers come in about this place."
    return (
        f"{body['count']:,} answers since {since}, none with a sign that somebody took the time.",
        usual if body["usual"] else "Usually none like these come in about this place.",
        f"{body['others']:,} other answers about this place came meanwhile; whatever you decide, they count.",
    )
