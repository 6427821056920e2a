"""Responses: what was answered, one row each, its answers as one checked JSON value."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Uuid, delete, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engage.questionnaire.model import AGE_BANDS, ASSISTANCE, CHANNELS, STYLES
from engage.storage.base import DOCUMENT, HASH, NAME, Base, insert_into


def _known(column: str, values: Sequence[str]) -> CheckConstraint:
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=f"known_{column}")


class ResponseRow(Base):
    """One person's response; nothing in it names the person."""

    __tablename__ = "responses"
    __table_args__ = (
        ForeignKeyConstraint(["survey", "wave"], ["waves.survey", "waves.name"]),
        _known("channel", CHANNELS),
        _known("style", STYLES),
        _known("assisted", ASSISTANCE),
        _known("age_band", [band for band in (*AGE_BANDS, "25+") if band != "under-13"]),
    )
    sequence: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    response_id: Mapped[UUID] = mapped_column(Uuid, unique=True)
    survey: Mapped[str] = mapped_column(NAME)
    version: Mapped[int]
    wave: Mapped[str] = mapped_column(NAME)
    is_pilot: Mapped[bool]
    channel: Mapped[str] = mapped_column(NAME)
    language: Mapped[str] = mapped_column(NAME)
    style: Mapped[str] = mapped_column(NAME)
    assisted: Mapped[str] = mapped_column(NAME)
    #: The area told about; where the person lives is `home_district`.
    area: Mapped[str | None] = mapped_column(NAME)
    area_relation: Mapped[list[str]] = mapped_column(DOCUMENT)
    home_district: Mapped[str | None] = mapped_column(NAME)
    consent_version: Mapped[int]
    age_band: Mapped[str | None] = mapped_column(NAME)
    guardian: Mapped[str | None] = mapped_column(NAME)
    serial: Mapped[str | None] = mapped_column(NAME, unique=True)
    keyed_by: Mapped[str | None] = mapped_column(NAME)
    #: The session or venue it came from, where a tablet brought it.
    batch: Mapped[str | None] = mapped_column(NAME)
    #: The person stopped on the way: what is here is what was answered until then.
    is_partial: Mapped[bool]
    answers: Mapped[dict[str, Any]] = mapped_column(DOCUMENT)
    #: Europe/London.
    received_on: Mapped[date]
    duration: Mapped[str | None] = mapped_column(NAME)
    body_hash: Mapped[str] = mapped_column(HASH)
    receipt_key: Mapped[str] = mapped_column(HASH, unique=True)


@dataclass(frozen=True)
class Response:
    """A stored response."""

    response_id: UUID
    survey: str
    version: int
    wave: str
    is_pilot: bool
    channel: str
    language: str
    style: str
    assisted: str
    area: str | None
    area_relation: tuple[str, ...]
    home_district: str | None
    consent_version: int
    age_band: str | None
    guardian: str | None
    serial: str | None
    keyed_by: str | None
    batch: str | None
    answers: dict[str, Any]
    received_on: date
    duration: str | None
    body_hash: str
    receipt_key: str
    is_partial: bool = False


_FIELDS = tuple(Response.__dataclass_fields__)


def add(session: Session, response: Response) -> bool:
    """Store a response; false when one with its id is there already, whoever came first."""
    values = {name: getattr(response, name) for name in _FIELDS} | {"area_relation": list(response.area_relation)}
    statement = (
        insert_into(session, ResponseRow).values(**values).on_conflict_do_nothing(index_elements=["response_id"])
    )
    return bool(session.execute(statement.returning(ResponseRow.sequence)).first())


def get(session: Session, response_id: UUID) -> Response | None:
    """Return a response by its id."""
    row = session.scalar(select(ResponseRow).where(ResponseRow.response_id == response_id))
    return _response(row) if row else None


def find_by_receipt(session: Session, receipt_key: str) -> Response | None:
    """Return the response whose receipt has this keyed hash."""
    row = session.scalar(select(ResponseRow).where(ResponseRow.receipt_key == receipt_key))
    return _response(row) if row else None


def remove(session: Session, response_id: UUID) -> None:
    """Delete a response."""
    session.execute(delete(ResponseRow).where(ResponseRow.response_id == response_id))


def of_wave(session: Session, survey: str, wave: str) -> Iterator[Response]:
    """Yield the responses that count in a wave: pilot answers never do."""
    found = select(ResponseRow).where(ResponseRow.survey == survey, ResponseRow.wave == wave)
    found = found.where(ResponseRow.is_pilot.is_(False)).order_by(ResponseRow.sequence)
    for row in session.scalars(found.execution_options(yield_per=2000)):
        yield _response(row)


def count_by_channel(session: Session, survey: str, wave: str) -> dict[str, int]:
    """Return how many responses came in by each channel (fieldwork, not answers)."""
    found = select(ResponseRow.channel, func.count()).where(ResponseRow.survey == survey, ResponseRow.wave == wave)
    found = found.where(ResponseRow.is_pilot.is_(False)).group_by(ResponseRow.channel)
    return {row[0]: row[1] for row in session.execute(found)}


def count_since(session: Session, survey: str, wave: str, day: date) -> int:
    """Return how many responses that count in a wave came in on a day or after it (fieldwork, not answers)."""
    found = select(func.count()).where(ResponseRow.survey == survey, ResponseRow.wave == wave)
    return session.scalar(found.where(ResponseRow.is_pilot.is_(False), ResponseRow.received_on >= day)) or 0


def version_has_answers(session: Session, survey: str, version: int) -> bool:
    """Say whether anybody has answered this version."""
    found = select(ResponseRow.sequence).where(ResponseRow.survey == survey, ResponseRow.version == version)
    return session.execute(found.limit(1)).first() is not None


def _response(row: ResponseRow) -> Response:
    values = {name: getattr(row, name) for name in _FIELDS}
    return Response(**values | {"area_relation": tuple(row.area_relation)})
