"""The codebook of each survey, theme by theme, and who is bound to translate what people wrote."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ForeignKey, Text, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engage.response.themes import Theme
from engage.storage.base import NAME, Base, UtcTime


class ThemeRow(Base):
    """One theme of a survey's codebook; one that was used is retired, never deleted."""

    __tablename__ = "codebook_themes"
    survey: Mapped[str] = mapped_column(ForeignKey("surveys.slug"), primary_key=True)
    code: Mapped[str] = mapped_column(NAME, primary_key=True)
    label: Mapped[str] = mapped_column(NAME)
    about: Mapped[str] = mapped_column(Text)
    position: Mapped[int]
    is_retired: Mapped[bool]


class BoundTranslatorRow(Base):
    """Somebody who has signed to keep what they read to themselves, and may translate one language."""

    __tablename__ = "bound_translators"
    email: Mapped[str] = mapped_column(NAME, primary_key=True)
    language: Mapped[str] = mapped_column(NAME, primary_key=True)
    bound_by: Mapped[str] = mapped_column(NAME)
    bound_at: Mapped[datetime] = mapped_column(UtcTime)


@dataclass(frozen=True)
class BoundTranslator:
    """Somebody who may translate what people wrote in one language."""

    email: str
    language: str
    bound_by: str
    bound_at: datetime


def codebook_of(session: Session, survey: str) -> tuple[Theme, ...]:
    """Return the themes a survey has of its own, in order; none while it has the starter."""
    rows = session.scalars(select(ThemeRow).where(ThemeRow.survey == survey).order_by(ThemeRow.position, ThemeRow.code))
    return tuple(Theme(row.code, row.label, row.about, row.is_retired) for row in rows)


def put_codebook(session: Session, survey: str, themes: tuple[Theme, ...]) -> None:
    """Store the themes of a survey in their order."""
    for position, theme in enumerate(themes):
        session.merge(
            ThemeRow(
                survey=survey,
                code=theme.code,
                label=theme.label,
                about=theme.about,
                position=position,
                is_retired=theme.is_retired,
            )
        )
    session.flush()


def bind(session: Session, translator: BoundTranslator) -> None:
    """Store that somebody may translate a language."""
    session.merge(
        BoundTranslatorRow(
            email=translator.email,
            language=translator.language,
            bound_by=translator.bound_by,
            bound_at=translator.bound_at,
        )
    )
    session.flush()


def unbind(session: Session, email: str, language: str) -> None:
    """Take back that somebody may translate a language."""
    whose = BoundTranslatorRow.email == email, BoundTranslatorRow.language == language
    session.execute(delete(BoundTranslatorRow).where(*whose))


def bound_translators(session: Session) -> list[BoundTranslator]:
    """Return everybody who may translate what people wrote."""
    rows = session.scalars(select(BoundTranslatorRow).order_by(BoundTranslatorRow.language, BoundTranslatorRow.email))
    return [BoundTranslator(row.email, row.language, row.bound_by, row.bound_at) for row in rows]


def languages_of(session: Session, email: str) -> tuple[str, ...]:
    """Return the languages that somebody may translate."""
    return tuple(one.language for one in bound_translators(session) if one.email == email)
