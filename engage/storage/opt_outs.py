"""Who asked to be left alone, as keyed hashes of numbers that no survey's own hashes can be joined with."""

from collections.abc import Collection

from sqlalchemy import bindparam, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engage.storage.base import HASH, Base, insert_into, table_of


class OptOutRow(Base):
    """Somebody who said STOP; it outlives conversation, wave and survey."""

    __tablename__ = "text_opt_outs"
    sender_key: Mapped[str] = mapped_column(HASH, primary_key=True)


#: Made once and on the table itself, as every text asks.
_KEY = table_of(OptOutRow).c.sender_key
_FIND = select(_KEY).where(_KEY.in_(bindparam("keys", expanding=True))).limit(1)


def has_opted_out(session: Session, keys: Collection[str]) -> bool:
    """Say whether a sender said STOP, under any of the keys that stand for the number."""
    return session.execute(_FIND, {"keys": list(keys)}).first() is not None


def opt_out(session: Session, key: str) -> None:
    """Remember a STOP."""
    session.execute(insert_into(session, OptOutRow).values(sender_key=key).on_conflict_do_nothing())


def opt_in(session: Session, keys: Collection[str]) -> None:
    """Forget a STOP, because the person said START."""
    session.execute(delete(OptOutRow).where(OptOutRow.sender_key.in_(keys)))
