"""Words that staff changed and reviewed, of the interface and of surveys, and the interface's words as they stand."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engage.phrases import SHIPPED, Changed, Interface, Words
from engage.questionnaire.translations import Review, Reviews
from engage.storage import revision
from engage.storage.base import DOCUMENT, HASH, NAME, WORDING_KEY, Base, UtcTime, insert_into
from engage.storage.revision import PhraseRevisionRow

#: The catalogue of the interface; a survey's is its slug behind `survey:`.
INTERFACE = "interface"


class ChangeRow(Base):
    """Words that staff gave a key in a language, and the source they gave them for."""

    __tablename__ = "changed_wordings"
    catalogue: Mapped[str] = mapped_column(NAME, primary_key=True)
    language: Mapped[str] = mapped_column(NAME, primary_key=True)
    key: Mapped[str] = mapped_column(WORDING_KEY, primary_key=True)
    #: A text, or a list of forms in the order of the language's categories of number.
    words: Mapped[Any] = mapped_column(DOCUMENT)
    source: Mapped[Any] = mapped_column(DOCUMENT)
    changed_by: Mapped[str] = mapped_column(NAME)
    changed_at: Mapped[datetime] = mapped_column(UtcTime)


class ReviewRow(Base):
    """What somebody said of words for a source: of just this pair, so that it lapses when either changes."""

    __tablename__ = "wording_reviews"
    catalogue: Mapped[str] = mapped_column(NAME, primary_key=True)
    language: Mapped[str] = mapped_column(NAME, primary_key=True)
    key: Mapped[str] = mapped_column(WORDING_KEY, primary_key=True)
    pair_hash: Mapped[str] = mapped_column(HASH, primary_key=True)
    words_hash: Mapped[str] = mapped_column(HASH)
    is_reviewed: Mapped[bool]
    decided_by: Mapped[str] = mapped_column(NAME)
    decided_at: Mapped[datetime] = mapped_column(UtcTime)


@dataclass(frozen=True)
class Change:
    """Words that staff gave, for which source, and who did when."""

    words: Words
    source: Words
    by: str
    at: datetime


def catalogue_of(survey: str | None) -> str:
    """Return the name under which a survey's words are kept, the interface's for none."""
    return INTERFACE if survey is None else f"survey:{survey}"


def read_interface(session: Session) -> Interface:
    """Return the interface with what staff changed; read again only after a change."""
    mark = revision.marks_of(session).phrases
    return revision.remembered(session, "phrases", "interface", lambda: _read(session, str(mark)) if mark else SHIPPED)


def changes_of(session: Session, catalogue: str, language: str) -> Mapping[str, Change]:
    """Return key → what staff changed in a language."""
    found = select(ChangeRow).where(ChangeRow.catalogue == catalogue, ChangeRow.language == language)
    return {
        row.key: Change(_words(row.words), _words(row.source), row.changed_by, row.changed_at)
        for row in session.scalars(found)
    }


def languages_changed(session: Session, catalogue: str) -> list[str]:
    """Return every language in which staff changed words."""
    found = select(ChangeRow.language).where(ChangeRow.catalogue == catalogue).distinct().order_by(ChangeRow.language)
    return list(session.scalars(found))


def reviews_of(session: Session, catalogue: str, language: str) -> Reviews:
    """Return what was said of every pair of source and words in a language."""
    return all_reviews(session, catalogue, language).get(language, {})


def all_reviews(session: Session, catalogue: str, language: str | None = None) -> Mapping[str, Reviews]:
    """Return language → what was said of every pair of source and words; of one language where it is named."""
    row = ReviewRow
    found = select(
        row.language, row.key, row.pair_hash, row.words_hash, row.is_reviewed, row.decided_by, row.decided_at
    ).where(row.catalogue == catalogue)
    if language is not None:
        found = found.where(row.language == language)
    said: dict[str, dict[tuple[str, str], Review]] = {}
    for tag, key, pair, words, is_reviewed, by, at in session.execute(found):
        said.setdefault(tag, {})[key, pair] = Review(words, is_reviewed, by, at)
    return said


def put_change(session: Session, catalogue: str, language: str, key: str, change: Change) -> None:
    """Store the words staff gave a key, in the place of those before."""
    row = ChangeRow(catalogue=catalogue, language=language, key=key)
    row.words, row.source = _stored(change.words), _stored(change.source)
    row.changed_by, row.changed_at = change.by, change.at
    session.merge(row)
    session.flush()


def drop_change(session: Session, catalogue: str, language: str, key: str) -> None:
    """Forget the words staff gave a key, so that those that came with it are read again."""
    kept = (ChangeRow.catalogue == catalogue, ChangeRow.language == language, ChangeRow.key == key)
    session.execute(delete(ChangeRow).where(*kept))


def put_review(session: Session, catalogue: str, language: str, key: str, pair: str, review: Review) -> None:
    """Store what was said of a pair of source and words, in the place of what was said before."""
    row = ReviewRow(catalogue=catalogue, language=language, key=key, pair_hash=pair)
    row.words_hash, row.is_reviewed = review.words_hash, review.is_reviewed
    row.decided_by, row.decided_at = review.by, review.at
    session.merge(row)


def lock(session: Session) -> None:
    """Let nobody else change words, of the interface or of a survey, until this transaction ends.

    What was read before is read again, as whoever had the lock left it.
    """
    session.execute(insert_into(session, PhraseRevisionRow).values(id=1, mark=uuid4()).on_conflict_do_nothing())
    session.execute(select(PhraseRevisionRow.mark).with_for_update())
    session.expire_all()
    revision.forget_marks(session)


def mark_changed(session: Session) -> None:
    """Let every process read the interface again."""
    revision.move(session, "phrases")


def _read(session: Session, mark: str) -> Interface:
    changes: dict[str, dict[str, Changed]] = {}
    for row in session.scalars(select(ChangeRow).where(ChangeRow.catalogue == INTERFACE)):
        changes.setdefault(row.language, {})[row.key] = Changed(_words(row.words), _words(row.source))
    said = select(ReviewRow.language, ReviewRow.key, ReviewRow.pair_hash, ReviewRow.is_reviewed)
    reviews: dict[str, dict[tuple[str, str], bool]] = {}
    for tag, key, pair, is_reviewed in session.execute(said.where(ReviewRow.catalogue == INTERFACE)):
        reviews.setdefault(tag, {})[key, pair] = is_reviewed
    return Interface(changes, reviews, mark)


def _words(stored: Any) -> Words:
    return stored if isinstance(stored, str) else tuple(stored)


def _stored(words: Words) -> Any:
    return words if isinstance(words, str) else list(words)
