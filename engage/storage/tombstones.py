"""Tombstones: hashes of the ids of erased responses, so that a late retry brings nothing back."""

from sqlalchemy.orm import Mapped, Session, mapped_column

from engage.storage.base import HASH, Base


class TombstoneRow(Base):
    """What stays of an erased response."""

    __tablename__ = "tombstones"
    id_hash: Mapped[str] = mapped_column(HASH, primary_key=True)


def raise_over(session: Session, id_hash: str) -> None:
    """Remember that a response was erased."""
    session.merge(TombstoneRow(id_hash=id_hash))
    session.flush()


def stands_over(session: Session, id_hash: str) -> bool:
    """Say whether a response was erased."""
    return session.get(TombstoneRow, id_hash) is not None
