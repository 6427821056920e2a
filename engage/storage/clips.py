"""Recorded clips: somebody reading one wording of a survey aloud in a language."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, delete, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engage.storage import revision
from engage.storage.base import HASH, NAME, WORDING_KEY, Base, UtcTime


class ClipRow(Base):
    """One recording; its key is that of the wording it reads, with the route or style the words are for."""

    __tablename__ = "clips"
    survey: Mapped[str] = mapped_column(ForeignKey("surveys.slug"), primary_key=True)
    language: Mapped[str] = mapped_column(NAME, primary_key=True)
    key: Mapped[str] = mapped_column(WORDING_KEY, primary_key=True)
    media_type: Mapped[str] = mapped_column(NAME)
    #: SHA-256 of the sound: its name in addresses, which so says nothing about the survey.
    content_hash: Mapped[str] = mapped_column(HASH, index=True)
    #: Bytes.
    size: Mapped[int]
    content: Mapped[bytes] = mapped_column(LargeBinary)
    kept_at: Mapped[datetime] = mapped_column(UtcTime)


@dataclass(frozen=True)
class Clip:
    """What a recording is, without its sound."""

    survey: str
    language: str
    key: str
    media_type: str
    content_hash: str
    #: Bytes.
    size: int
    kept_at: datetime


_FIELDS = tuple(Clip.__dataclass_fields__)
_COLUMNS = tuple(getattr(ClipRow, name) for name in _FIELDS)


def put(session: Session, clip: Clip, content: bytes) -> None:
    """Store a recording in the place of the one before."""
    session.merge(ClipRow(**{name: getattr(clip, name) for name in _FIELDS}, content=content))
    session.flush()
    revision.move(session, "surveys")


def remove(session: Session, survey: str, language: str, key: str) -> bool:
    """Delete a recording; says whether there was one."""
    kept = (ClipRow.survey == survey, ClipRow.language == language, ClipRow.key == key)
    revision.move(session, "surveys")
    return session.scalar(delete(ClipRow).where(*kept).returning(ClipRow.key)) is not None


def of_language(session: Session, survey: str, language: str) -> Mapping[str, Clip]:
    """Return wording key → recording, by key."""
    return revision.remembered(
        session, "surveys", ("clips", survey, language), lambda: _read(session, survey, language)
    )


def _read(session: Session, survey: str, language: str) -> Mapping[str, Clip]:
    found = select(*_COLUMNS).where(ClipRow.survey == survey, ClipRow.language == language).order_by(ClipRow.key)
    return {row.key: Clip(**row._mapping) for row in session.execute(found)}  # noqa: SLF001 - SQLAlchemy's own name


def counts(session: Session, survey: str) -> Mapping[str, int]:
    """Return language → how many recordings it has."""
    found = select(ClipRow.language, func.count()).where(ClipRow.survey == survey).group_by(ClipRow.language)
    return {row[0]: row[1] for row in session.execute(found)}


def sound_of(session: Session, survey: str, mark: str) -> tuple[str, bytes] | None:
    """Return the media type and the sound whose hash begins so, None where the survey has none."""
    begins = ClipRow.content_hash.startswith(mark, autoescape=True)
    found = select(ClipRow.media_type, ClipRow.content).where(ClipRow.survey == survey, begins)
    row = session.execute(found.limit(1)).first()
    return (row.media_type, row.content) if row else None
