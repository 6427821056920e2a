"""Responses: what was answered, one row each, its answers as one checked JSON value."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, NamedTuple
from uuid import UUID

import orjson
from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, Row, Uuid, bindparam, delete, func, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column
from sqlalchemy.sql.dml import ReturningInsert
from sqlalchemy.types import Text

from engage.questionnaire.model import AGE_BANDS, ASSISTANCE, CHANNELS, STYLES
from engage.response.effort import EFFORTS
from engage.storage import areas, coverage
from engage.storage.base import DOCUMENT, HASH, NAME, Base, insert_into, insert_lists, insert_of, table_of
from engage.storage.drawings import note_drawings
from engage.storage.erasure import Gone


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
        _known("effort", EFFORTS),
        Index("ix_responses_of_wave", "survey", "wave", "is_pilot", "sequence"),
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
    #: How much effort came with it: looked at where many come at once, told to nobody.
    effort: Mapped[str] = mapped_column(NAME, server_default="none")


class RemovalRow(Base):
    """How often responses were taken out: whoever keeps something made of them sees that it has to look again."""

    __tablename__ = "response_removals"
    __table_args__ = (CheckConstraint("id = 1", name="one_number"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int]


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
    effort: str = "none"


class WithoutIds(NamedTuple):
    """What a response tells without anything that names it: a row of data for researchers is made of this."""

    version: int
    channel: str
    language: str
    style: str
    assisted: str
    area: str | None
    area_relation: list[str]
    home_district: str | None
    age_band: str | None
    is_partial: bool
    received_on: date
    duration: str | None
    answers: dict[str, Any]


class Reply(NamedTuple):
    """What the counters of fieldwork are made from, and its place in the order in which responses came."""

    sequence: int
    survey: str
    wave: str
    is_pilot: bool
    said: WithoutIds


_FIELDS = tuple(Response.__dataclass_fields__)
_WITHOUT_IDS = WithoutIds._fields
_IN_JSON = ("area_relation", "answers")
_OF_REPLY = (*Reply._fields[:-1], *_WITHOUT_IDS)
# What every answer asks is made once and on the table itself: making a statement takes longer than running it.
_COLUMNS = table_of(ResponseRow).c
_FIND = select(*(_COLUMNS[name] for name in _FIELDS)).where(_COLUMNS.response_id == bindparam("id"))


def add(session: Session, response: Response) -> bool:
    """Store a response; false when one with its id is there already, whoever came first."""
    connection = session.connection()
    is_new = connection.execute(_add(connection.dialect.name), _values(response)).first() is not None
    if is_new:
        note_drawings(session, response.response_id, response.survey, response.wave, response.answers)
    return is_new


def add_all(session: Session, added: Sequence[Response]) -> set[UUID]:
    """Store many responses at once; returns the ids of those that were not there already."""
    if not added:
        return set()
    connection, rows = session.connection(), [_values(response) for response in added]
    given = {name: [row[name] for row in rows] for name in _FIELDS} if connection.dialect.name == "postgresql" else rows
    found = connection.execute(_add_many(connection.dialect.name), given)
    stored = {row.response_id for row in found}
    for response in added:
        if response.response_id in stored:
            note_drawings(session, response.response_id, response.survey, response.wave, response.answers)
    return stored


def get(session: Session, response_id: UUID) -> Response | None:
    """Return a response by its id."""
    row = session.connection().execute(_FIND, {"id": response_id}).first()
    return _response(row) if row else None


def count_everywhere(session: Session) -> dict[str, int]:
    """Return how many responses of all surveys there are, by channel."""
    counted = select(ResponseRow.channel, func.count()).group_by(ResponseRow.channel)
    return {str(channel): int(count) for channel, count in session.execute(counted)}


def find_by_receipt(session: Session, *receipt_keys: str) -> Response | None:
    """Return the response whose receipt has one of these keyed hashes: one for each version of the key."""
    row = session.scalar(select(ResponseRow).where(ResponseRow.receipt_key.in_(receipt_keys)))
    return _response(row) if row else None


def erase(session: Session, gone: Gone) -> int:
    """Delete responses that go; returns how many there were."""
    _uncount(session, gone.response_ids)
    erased = delete(ResponseRow).where(ResponseRow.response_id.in_(gone.response_ids))
    count = len(session.execute(erased.returning(ResponseRow.sequence)).all())
    _note_removal(session)
    return count


def some_of_wave(
    session: Session, survey: str, wave: str, after: int, most: int, *, lock: bool = False
) -> list[tuple[int, Response]]:
    """Return responses of a wave behind a place in the table, pilot answers too, each with its place.

    With `lock` they are kept for this transaction: of two that erase at once, one waits.
    """
    found = select(ResponseRow).where(ResponseRow.survey == survey, ResponseRow.wave == wave)
    found = found.where(ResponseRow.sequence > after).order_by(ResponseRow.sequence).limit(most)
    return [(row.sequence, _response(row)) for row in session.scalars(found.with_for_update() if lock else found)]


def put_answers(session: Session, response_id: UUID, answers: Mapping[str, Any]) -> None:
    """Store what is left of a response's answers."""
    changed = update(ResponseRow).where(ResponseRow.response_id == response_id)
    session.execute(changed.values(answers=dict(answers)))


def serials_of(session: Session, response_ids: Sequence[UUID]) -> list[str]:
    """Return the serials of those responses that were answered on paper."""
    found = select(ResponseRow.serial).where(ResponseRow.response_id.in_(response_ids))
    return [serial for serial in session.scalars(found) if serial is not None]


def all_ids(session: Session) -> Iterator[UUID]:
    """Yield the id of every response."""
    yield from session.scalars(select(ResponseRow.response_id).execution_options(yield_per=5000))


def remove(session: Session, response_id: UUID) -> None:
    """Delete a response."""
    _uncount(session, [response_id])
    session.execute(delete(ResponseRow).where(ResponseRow.response_id == response_id))
    _note_removal(session)


def of_wave(session: Session, survey: str, wave: str) -> Iterator[Response]:
    """Yield the responses that count in a wave: pilot answers never do."""
    found = select(ResponseRow).where(ResponseRow.survey == survey, ResponseRow.wave == wave)
    found = found.where(ResponseRow.is_pilot.is_(False)).order_by(ResponseRow.sequence)
    for row in session.scalars(found.execution_options(yield_per=2000)):
        yield _response(row)


def without_ids(session: Session, survey: str, wave: str) -> Iterator[WithoutIds]:
    """Yield the responses that count in a wave, in no promised order, without anything that names one of them."""
    # Of many rows, what is in JSON is read faster as the text that it is.
    columns = [_COLUMNS[name].cast(Text) if name in _IN_JSON else _COLUMNS[name] for name in _WITHOUT_IDS]
    found = select(*columns).where(_COLUMNS.survey == survey, _COLUMNS.wave == wave)
    found = found.where(_COLUMNS.is_pilot.is_(False)).execution_options(yield_per=2000)
    relation_at, relation_of = _WITHOUT_IDS.index("area_relation"), cache(orjson.loads)
    for row in session.connection().execute(found):
        said = list(row)
        said[relation_at], said[-1] = relation_of(said[relation_at]), orjson.loads(said[-1])
        yield WithoutIds(*said)


def newest_sequence(session: Session) -> int:
    """Return the place of the newest response in the order in which they came, 0 where there is none."""
    return session.scalar(select(func.max(ResponseRow.sequence))) or 0


def arrived_after(session: Session, sequence: int, most: int) -> list[tuple[int, Response]]:
    """Return the newest responses behind a place, each with its own, in the order in which they came."""
    found = select(ResponseRow).where(ResponseRow.sequence > sequence).order_by(ResponseRow.sequence.desc())
    return [(row.sequence, _response(row)) for row in reversed(list(session.scalars(found.limit(most))))]


def come_after(session: Session, sequence: int, most: int, *, up_to: int | None = None) -> list[Reply]:
    """Return the next responses behind a place, up to another, of every wave, as the counters take them."""
    found = select(*(_COLUMNS[name] for name in _OF_REPLY)).where(_COLUMNS.sequence > sequence)
    if up_to is not None:
        found = found.where(_COLUMNS.sequence <= up_to)
    return [_reply(row) for row in session.connection().execute(found.order_by(_COLUMNS.sequence).limit(most))]


def count_between(session: Session, after: int, up_to: int) -> int:
    """Return how many responses there are between two places."""
    found = select(func.count()).where(ResponseRow.sequence > after, ResponseRow.sequence <= up_to)
    return session.scalar(found) or 0


def count_by_channel(session: Session, survey: str, wave: str) -> dict[str, int]:
    """Return how many responses came in by each channel (fieldwork, not answers)."""
    found = select(ResponseRow.channel, func.count()).where(ResponseRow.survey == survey, ResponseRow.wave == wave)
    found = found.where(ResponseRow.is_pilot.is_(False)).group_by(ResponseRow.channel)
    return {row[0]: row[1] for row in session.execute(found)}


def count_pilot(session: Session, survey: str, wave: str) -> int:
    """Return how many pilot responses of a wave are stored; they never count (fieldwork, not answers)."""
    found = select(func.count()).where(ResponseRow.survey == survey, ResponseRow.wave == wave)
    return session.scalar(found.where(ResponseRow.is_pilot.is_(True))) or 0


def count_since(session: Session, survey: str, wave: str, day: date) -> int:
    """Return how many responses that count in a wave came in on a day or after it (fieldwork, not answers)."""
    found = select(func.count()).where(ResponseRow.survey == survey, ResponseRow.wave == wave)
    return session.scalar(found.where(ResponseRow.is_pilot.is_(False), ResponseRow.received_on >= day)) or 0


def version_has_answers(session: Session, survey: str, version: int) -> bool:
    """Say whether anybody has answered this version."""
    found = select(ResponseRow.sequence).where(ResponseRow.survey == survey, ResponseRow.version == version)
    return session.execute(found.limit(1)).first() is not None


def _uncount(session: Session, response_ids: Sequence[UUID]) -> None:
    """Take responses that go off the counters of fieldwork they are in already."""
    counted = coverage.counting(session, lock=True).counted
    found = select(*(_COLUMNS[name] for name in _OF_REPLY)).where(_COLUMNS.response_id.in_(response_ids))
    going = [_reply(row) for row in session.execute(found.where(_COLUMNS.sequence <= counted))]
    if going:
        coverage.take_off(session, areas.read_tree(session), going)


def _note_removal(session: Session) -> None:
    statement = insert_into(session, RemovalRow).values(id=1, number=1)
    session.execute(statement.on_conflict_do_update(index_elements=["id"], set_={"number": RemovalRow.number + 1}))


@cache
def _add(dialect: str) -> ReturningInsert[tuple[int]]:
    statement = insert_of(dialect, table_of(ResponseRow)).on_conflict_do_nothing(index_elements=["response_id"])
    return statement.returning(_COLUMNS.sequence)


@cache
def _add_many(dialect: str) -> ReturningInsert[tuple[UUID]]:
    table = table_of(ResponseRow)
    statement = insert_lists(table, _FIELDS) if dialect == "postgresql" else insert_of(dialect, table)
    return statement.on_conflict_do_nothing(index_elements=["response_id"]).returning(_COLUMNS.response_id)


def _values(response: Response) -> dict[str, Any]:
    return {name: getattr(response, name) for name in _FIELDS} | {"area_relation": list(response.area_relation)}


def _response(row: ResponseRow | Row[Any]) -> Response:
    values = {name: getattr(row, name) for name in _FIELDS}
    return Response(**values | {"area_relation": tuple(row.area_relation)})


def _reply(row: Sequence[Any]) -> Reply:
    sequence, survey, wave, is_pilot, *said = row
    return Reply(sequence, survey, wave, is_pilot, WithoutIds(*said))
