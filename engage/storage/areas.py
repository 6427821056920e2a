"""Areas, their boundaries, postcodes and census margins, as imported or shipped."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import Text, cast, delete, func, insert, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engage.areas import Area, AreaTree, Level
from engage.storage import revision
from engage.storage.base import DOCUMENT, NAME, Base, insert_into

#: Rows inserted at once.
BATCH = 5000

_Row = TypeVar("_Row")


class AreaRow(Base):
    """One area; boundaries are GeoJSON geometries in WGS84 degrees."""

    __tablename__ = "areas"
    code: Mapped[str] = mapped_column(NAME, primary_key=True)
    name: Mapped[str] = mapped_column(NAME)
    level: Mapped[str] = mapped_column(NAME)
    parent: Mapped[str | None] = mapped_column(NAME)
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    #: Codes of a named place's wards.
    wards: Mapped[list[str]] = mapped_column(DOCUMENT)
    boundary: Mapped[dict[str, Any] | None] = mapped_column(DOCUMENT)
    position: Mapped[int]


class PostcodeRow(Base):
    """The ward of a full postcode; looked up, never stored with an answer."""

    __tablename__ = "postcodes"
    postcode: Mapped[str] = mapped_column(NAME, primary_key=True)
    ward: Mapped[str] = mapped_column(NAME)


class MarginRow(Base):
    """A census count: so many people of a category live in an area."""

    __tablename__ = "margins"
    area: Mapped[str] = mapped_column(NAME, primary_key=True)
    variable: Mapped[str] = mapped_column(NAME, primary_key=True)
    category: Mapped[str] = mapped_column(NAME, primary_key=True)
    count: Mapped[int]


@dataclass(frozen=True)
class StoredArea:
    """An area with its boundary, where one was imported."""

    area: Area
    boundary: dict[str, Any] | None


def read_tree(session: Session) -> AreaTree:
    """Return every known area; read again only after a change."""
    return revision.remembered(session, "areas", "tree", lambda: _read(session))


def put(session: Session, stored: Iterable[StoredArea]) -> None:
    """Store areas, replacing those with the same codes; a boundary stays where none is given."""
    position = session.scalar(select(func.count()).select_from(AreaRow)) or 0
    for entry in stored:
        row = session.get(AreaRow, entry.area.code)
        if row is None:
            position += 1
            row = AreaRow(code=entry.area.code, position=position)
            session.add(row)
        row.name, row.level, row.parent = entry.area.name, entry.area.level.value, entry.area.parent
        row.valid_from, row.valid_to = entry.area.valid_from, entry.area.valid_to
        row.wards = list(entry.area.wards)
        row.boundary = entry.boundary or row.boundary
    session.flush()
    revision.move(session, "areas")


def put_postcodes(session: Session, pairs: Iterable[tuple[str, str]]) -> int:
    """Store (postcode, ward) pairs, replacing what was known of these postcodes; returns how many."""
    statement = insert_into(session, PostcodeRow)
    statement = statement.on_conflict_do_update(index_elements=["postcode"], set_={"ward": statement.excluded.ward})
    count = 0
    for some in _in_batches(pairs):
        session.execute(statement, [{"postcode": postcode, "ward": ward} for postcode, ward in some])
        count += len(some)
    revision.move(session, "areas")
    return count


def has_postcodes(session: Session) -> bool:
    """Say whether postcodes were imported."""
    found = select(PostcodeRow.postcode).limit(1)
    return revision.remembered(session, "areas", "has_postcodes", lambda: session.execute(found).first() is not None)


def ward_of_postcode(session: Session, postcode: str) -> str | None:
    """Return the ward of a full postcode, written as `NG72AB`."""
    return session.scalar(select(PostcodeRow.ward).where(PostcodeRow.postcode == postcode))


def wards_of_postcode_district(session: Session, district: str) -> list[str]:
    """Return the wards in which postcodes of a district, such as `NG7`, lie."""
    found = select(PostcodeRow.ward).distinct().where(PostcodeRow.postcode.like(f"{district}___"))
    found = found.where(PostcodeRow.postcode.between(f"{district}0", f"{district}9ZZ"))
    return sorted(session.scalars(found))


def put_margins(session: Session, margins: Iterable[tuple[str, str, str, int]]) -> int:
    """Store (area, variable, category, count), replacing what was known of each area and variable."""
    rows = [dict(zip(("area", "variable", "category", "count"), margin, strict=True)) for margin in margins]
    for area, variable in {(row["area"], row["variable"]) for row in rows}:
        session.execute(delete(MarginRow).where(MarginRow.area == area, MarginRow.variable == variable))
    for some in _in_batches(rows):
        session.execute(insert(MarginRow), list(some))
    return len(rows)


def margins_of(session: Session, area: str, variable: str) -> dict[str, int]:
    """Return category → people of a census variable in an area."""
    found = select(MarginRow.category, MarginRow.count).where(MarginRow.area == area, MarginRow.variable == variable)
    return {row[0]: row[1] for row in session.execute(found)}


def margins_by(session: Session, variables: Sequence[str]) -> Iterator[tuple[str, str, str, int]]:
    """Yield area, variable, category and people of some census variables, wherever they are known."""
    columns = (MarginRow.area, MarginRow.variable, MarginRow.category, MarginRow.count)
    found = select(*columns).where(MarginRow.variable.in_(variables))
    yield from ((area, variable, category, people) for area, variable, category, people in session.execute(found))


def with_boundaries(session: Session) -> frozenset[str]:
    """Return the codes of the areas whose boundary was imported."""
    found = select(AreaRow.code).where(AreaRow.boundary.is_not(None), cast(AreaRow.boundary, Text) != "null")
    return revision.remembered(session, "areas", "with_boundaries", lambda: frozenset(session.scalars(found)))


def boundaries_of(session: Session, codes: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Return code → GeoJSON geometry, for those of the areas whose boundary was imported."""
    found = select(AreaRow.code, AreaRow.boundary).where(AreaRow.code.in_(codes))
    return {code: boundary for code, boundary in session.execute(found) if boundary is not None}


def _read(session: Session) -> AreaTree:
    columns = (AreaRow.code, AreaRow.name, AreaRow.level, AreaRow.parent, AreaRow.valid_from, AreaRow.valid_to)
    rows = session.execute(select(*columns, AreaRow.wards).order_by(AreaRow.position))
    return AreaTree(
        tuple(
            Area(code, name, Level(level), parent, valid_from, valid_to, tuple(wards))
            for code, name, level, parent, valid_from, valid_to, wards in rows
        )
    )


def _in_batches(rows: Iterable[_Row]) -> Iterator[list[_Row]]:
    remaining = iter(rows)
    while some := list(islice(remaining, BATCH)):
        yield some
