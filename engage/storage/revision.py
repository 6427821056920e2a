"""Marks that move with every change of what seldom changes, so that a process reads it once and again only then."""

from collections.abc import Callable, Hashable
from typing import Any, NamedTuple, TypeVar
from uuid import UUID, uuid4
from weakref import WeakKeyDictionary

from sqlalchemy import CheckConstraint, Pool, Uuid, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engage.storage.base import Base, insert_into
from engage.storage.straight import Straight

Value = TypeVar("Value")


class SurveyRevisionRow(Base):
    """Another mark after each change of surveys, their waves, the languages offered and recordings."""

    __tablename__ = "survey_revision"
    __table_args__ = (CheckConstraint("id = 1", name="one_revision"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    mark: Mapped[UUID] = mapped_column(Uuid)


class AreaRevisionRow(Base):
    """Another mark after each change of the areas."""

    __tablename__ = "area_revision"
    __table_args__ = (CheckConstraint("id = 1", name="one_revision"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    mark: Mapped[UUID] = mapped_column(Uuid)


class PhraseRevisionRow(Base):
    """Another mark after each change of the interface's words."""

    __tablename__ = "phrase_revision"
    __table_args__ = (CheckConstraint("id = 1", name="one_revision"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    mark: Mapped[UUID] = mapped_column(Uuid)


class Marks(NamedTuple):
    """The marks as they stood when a transaction first asked; None before any change."""

    surveys: UUID | None
    areas: UUID | None
    phrases: UUID | None


_ROWS: dict[str, type[SurveyRevisionRow | AreaRevisionRow | PhraseRevisionRow]] = {
    "surveys": SurveyRevisionRow,
    "areas": AreaRevisionRow,
    "phrases": PhraseRevisionRow,
}
#: Every request asks; one statement brings all three.
_MARKS = Straight(select(*(select(row.mark).scalar_subquery() for row in _ROWS.values())))
_IN_SESSION = "revision_marks"
#: For each database: name of a mark → the mark, and what was read since it stands.
_kept: WeakKeyDictionary[Pool, dict[str, tuple[UUID | None, dict[Hashable, Any]]]] = WeakKeyDictionary()


def marks_of(session: Session) -> Marks:
    """Return the marks; a transaction reads them once."""
    marks: Marks | None = session.info.get(_IN_SESSION)
    if marks is None:
        marks = session.info[_IN_SESSION] = Marks._make(_MARKS.run(session.connection()) or ())
    return marks


def remembered(session: Session, mark: str, key: Hashable, read: Callable[[], Value]) -> Value:
    """Return what was read under a key while the mark stood, else read it now; None is never remembered.

    A value stands no longer than its mark, in whichever process that moved. It must not be changed.
    """
    now: UUID | None = getattr(marks_of(session), mark)
    of_database = _kept.setdefault(session.get_bind().engine.pool, {})
    known, values = of_database.get(mark, (None, None))
    if values is None or known != now:
        values = {}
        of_database[mark] = (now, values)
    if key in values:
        found: Value = values[key]
        return found
    value = read()
    if value is not None:
        values[key] = value
    return value


def move(session: Session, mark: str) -> None:
    """Let every process read anew what stands under a mark, once this transaction is committed."""
    new = uuid4()
    statement = insert_into(session, _ROWS[mark]).values(id=1, mark=new)
    session.execute(statement.on_conflict_do_update(index_elements=["id"], set_={"mark": new}))
    forget_marks(session)


def forget_marks(session: Session) -> None:
    """Have this transaction look at the marks again: it changed something, or waited for somebody who may have."""
    session.info.pop(_IN_SESSION, None)
