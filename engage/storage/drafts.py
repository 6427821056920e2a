"""Drafts: answers in progress on the web without JavaScript, under a random token, purged by age."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Insert, Uuid, and_, bindparam, delete, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engage.storage.base import DOCUMENT, HASH, NAME, Base, UtcTime, insert_of, table_of
from engage.storage.erasure import Gone
from engage.storage.straight import Straight


class DraftRow(Base):
    """One draft; the token itself is only in the person's cookie."""

    __tablename__ = "drafts"
    token_hash: Mapped[str] = mapped_column(HASH, primary_key=True)
    response_id: Mapped[UUID] = mapped_column(Uuid)
    survey: Mapped[str] = mapped_column(NAME)
    version: Mapped[int]
    wave: Mapped[str] = mapped_column(NAME)
    envelope: Mapped[dict[str, Any]] = mapped_column(DOCUMENT)
    answers: Mapped[dict[str, Any]] = mapped_column(DOCUMENT)
    seen: Mapped[list[str]] = mapped_column(DOCUMENT)
    receipt: Mapped[str | None] = mapped_column(NAME)
    started_at: Mapped[datetime] = mapped_column(UtcTime)
    touched_at: Mapped[datetime] = mapped_column(UtcTime, index=True)


@dataclass(frozen=True)
class Draft:
    """Answers in progress; `envelope` holds the fields of the submission that are not answers."""

    token_hash: str
    response_id: UUID
    survey: str
    version: int
    wave: str
    started_at: datetime
    touched_at: datetime
    envelope: dict[str, Any] = field(default_factory=dict)
    answers: dict[str, Any] = field(default_factory=dict)
    #: Ids of the questions that were put before the person, answered or skipped.
    seen: tuple[str, ...] = ()
    #: Set once the answers were sent; the answers are then gone from here, and both times are when that was.
    receipt: str | None = None


_FIELDS = tuple(Draft.__dataclass_fields__)
_TABLE = table_of(DraftRow)


def _put_in(dialect: str) -> Insert:
    statement = insert_of(dialect, _TABLE)
    replaced = {name: statement.excluded[name] for name in _FIELDS if name != "token_hash"}
    return statement.on_conflict_do_update(index_elements=["token_hash"], set_=replaced)


#: Made once, as every page asks or writes.
_FIND = Straight(select(*(_TABLE.c[name] for name in _FIELDS)).where(_TABLE.c.token_hash == bindparam("sought")))
_PURGE = (
    delete(_TABLE)
    .where(
        or_(
            _TABLE.c.touched_at < bindparam("untouched_since"),
            and_(_TABLE.c.receipt.is_not(None), _TABLE.c.touched_at < bindparam("sent_since")),
        )
    )
    .returning(*(_TABLE.c[name] for name in _FIELDS))
)
_PUT = {dialect: Straight(_put_in(dialect)) for dialect in ("sqlite", "postgresql")}


def put(session: Session, draft: Draft) -> None:
    """Store a draft as it now is."""
    connection = session.connection()
    values = {name: getattr(draft, name) for name in _FIELDS} | {"seen": list(draft.seen)}
    _PUT[connection.dialect.name].run(connection, values)


def get(session: Session, token_hash: str) -> Draft | None:
    """Return a draft by the hash of its token."""
    row = _FIND.run(session.connection(), {"sought": token_hash})
    return _draft(row) if row else None


def remove(session: Session, token_hash: str) -> Draft | None:
    """Delete a draft; returns what it was."""
    gone = delete(_TABLE).where(_TABLE.c.token_hash == token_hash).returning(*(_TABLE.c[name] for name in _FIELDS))
    row = session.connection().execute(gone).first()
    return _draft(row) if row else None


def erase(session: Session, gone: Gone) -> int:
    """Delete drafts of responses that go, and what is left of those that became such; returns how many."""
    is_theirs = or_(DraftRow.receipt.in_(gone.receipts), DraftRow.response_id.in_(gone.response_ids))
    return len(session.execute(delete(DraftRow).where(is_theirs).returning(DraftRow.token_hash)).all())


def all_ids(session: Session) -> Iterator[UUID]:
    """Yield the id of every response that is being given."""
    yield from session.scalars(select(DraftRow.response_id))


def purge(session: Session, *, untouched_since: datetime, sent_since: datetime) -> list[Draft]:
    """Delete drafts nobody touched since the one time, and those sent before the other; returns what they were."""
    times = {"untouched_since": untouched_since, "sent_since": sent_since}
    return [_draft(row) for row in session.connection().execute(_PURGE, times)]


def _draft(row: Sequence[Any]) -> Draft:
    known = dict(zip(_FIELDS, row, strict=True))
    return Draft(**known | {"seen": tuple(known["seen"])})
