"""Counts, by place, the answers that came in by open channels without any effort."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from engage.storage.responses import Response, ResponseRow

#: The effort of answers that anybody's script could have sent.
_NO_EFFORT = "none"


class Place(NamedTuple):
    """What answers can be stuffed about: one area in one wave; without an area, those that name none."""

    survey: str
    wave: str
    area: str | None


class Counted(NamedTuple):
    """How many answers came about a place, and from which place to which in the order in which they came."""

    place: Place
    number: int
    first: int
    last: int


def counted_after(
    session: Session, channels: Sequence[str], sequence: int, least: int, place: Place | None = None
) -> list[Counted]:
    """Return the places about which at least so many answers without effort came behind a point in the order."""
    by = (ResponseRow.survey, ResponseRow.wave, ResponseRow.area)
    number = func.count()
    found = select(*by, number, func.min(ResponseRow.sequence), func.max(ResponseRow.sequence))
    found = found.where(ResponseRow.sequence > sequence, *_without_effort(channels))
    if place:
        found = found.where(*_about(place))
    found = found.group_by(*by).having(number >= least).order_by(*by)
    return [Counted(Place(*row[:3]), *row[3:]) for row in session.execute(found)]


def of_days(session: Session, channels: Sequence[str], place: Place, begin: date, end: date) -> list[int]:
    """Return how many such answers came about a place on each day from one to before another on which any did."""
    found = select(func.count()).where(*_about(place), *_without_effort(channels))
    found = found.where(ResponseRow.received_on >= begin, ResponseRow.received_on < end)
    return list(session.scalars(found.group_by(ResponseRow.received_on)))


def others_between(session: Session, place: Place, after: int, last: int) -> int:
    """Return how many answers about a place came meanwhile with effort, or by channels that are not open."""
    since = (ResponseRow.sequence > after, ResponseRow.sequence <= last)
    found = select(func.count()).where(*_about(place), *since, ResponseRow.effort != _NO_EFFORT)
    return session.scalar(found) or 0


def count_between(session: Session, channels: Sequence[str], place: Place, first: int, last: int) -> int:
    """Return how many answers without effort about a place came between two points."""
    found = select(func.count()).where(*_about(place), *_without_effort(channels))
    return session.scalar(found.where(ResponseRow.sequence.between(first, last))) or 0


def between(session: Session, channels: Sequence[str], place: Place, first: int, last: int) -> list[Response]:
    """Return the answers without effort about a place that came between two points, in their order."""
    found = select(ResponseRow).where(*_about(place), *_without_effort(channels))
    found = found.where(ResponseRow.sequence.between(first, last)).order_by(ResponseRow.sequence)
    fields = tuple(Response.__dataclass_fields__)
    return [
        Response(**{name: getattr(row, name) for name in fields} | {"area_relation": tuple(row.area_relation)})
        for row in session.scalars(found)
    ]


def _without_effort(channels: Sequence[str]) -> tuple[ColumnElement[bool], ...]:
    return (
        ResponseRow.effort == _NO_EFFORT,
        ResponseRow.channel.in_(channels),
        ResponseRow.is_pilot.is_(False),
        ResponseRow.is_partial.is_(False),
    )


def _about(place: Place) -> tuple[ColumnElement[bool], ...]:
    is_there = ResponseRow.area.is_(None) if place.area is None else ResponseRow.area == place.area
    return (ResponseRow.survey == place.survey, ResponseRow.wave == place.wave, is_there)
