"""Tombstones: hashes of the ids of erased responses, so that a late retry brings nothing back."""

from collections.abc import Iterator, Sequence

from sqlalchemy import bindparam, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engage.storage.base import HASH, Base, insert_into, table_of


class TombstoneRow(Base):
    """What stays of an erased response."""

    __tablename__ = "tombstones"
    id_hash: Mapped[str] = mapped_column(HASH, primary_key=True)


#: Made once and on the table itself, as every answer asks, twice.
_TOMBSTONES = table_of(TombstoneRow).c
_FIND = select(_TOMBSTONES.id_hash).where(_TOMBSTONES.id_hash == bindparam("id_hash"))


def raise_over(session: Session, id_hashes: Sequence[str]) -> None:
    """Remember that responses were erased."""
    rows = [{"id_hash": id_hash} for id_hash in id_hashes]
    if rows:
        session.execute(insert_into(session, TombstoneRow).on_conflict_do_nothing(), rows)


def missing_among(session: Session, id_hashes: Sequence[str]) -> list[str]:
    """Return those hashes over which no tombstone stands."""
    standing = set(session.scalars(select(TombstoneRow.id_hash).where(TombstoneRow.id_hash.in_(id_hashes))))
    return [id_hash for id_hash in id_hashes if id_hash not in standing]


def stands_over(session: Session, id_hash: str) -> bool:
    """Say whether a response was erased."""
    return session.connection().execute(_FIND, {"id_hash": id_hash}).first() is not None


def all_hashes(session: Session) -> Iterator[str]:
    """Yield the hash of every erased response."""
    yield from session.scalars(select(TombstoneRow.id_hash).execution_options(yield_per=5000))


def lift(session: Session, id_hash: str) -> None:
    """Take a tombstone away again: a decision to set answers aside was undone, before they were erased."""
    session.execute(delete(TombstoneRow).where(TombstoneRow.id_hash == id_hash))
