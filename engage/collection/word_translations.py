"""Texts in other languages: a translator bound to keep what they read puts them into English, without the details."""

from datetime import datetime
from uuid import UUID

from engage.collection.words import ENGLISH, UNKNOWN, PieceGone, note, read_original
from engage.response.masking import Masked, mask
from engage.settings import Keys
from engage.storage import audit, staff, themes, words
from engage.storage.database import Session
from engage.storage.themes import BoundTranslator
from engage.storage.words import Piece

#: Characters of a translation.
LONGEST = 4000


class NotBound(Exception):
    """Somebody is not bound for the language, or cannot be; the message says why."""


class NoTranslation(Exception):
    """Nothing was written, or too much."""


def bind_translator(session: Session, keys: Keys, email: str, language: str, by: str, now: datetime) -> None:
    """Record that somebody has signed to keep what they read to themselves, for one language. Raises NotBound."""
    if staff.find(session, email) is None or language == ENGLISH:
        raise NotBound("Choose somebody with an account, and a language other than English.")
    themes.bind(session, BoundTranslator(email, language, by, now))
    _audit(session, keys, "translator.bound", email, language, by, now)


def unbind_translator(session: Session, keys: Keys, email: str, language: str, by: str, now: datetime) -> None:
    """Take back that somebody may translate a language."""
    themes.unbind(session, email, language)
    _audit(session, keys, "translator.unbound", email, language, by, now)


def waiting_for(session: Session, email: str) -> list[Piece]:
    """Return the texts that wait for somebody: in their languages, and where nobody knows the language."""
    languages = themes.languages_of(session, email)
    known = (*languages, UNKNOWN) if languages else ()
    return [piece for piece in words.in_state(session, "foreign") if piece.language in known]


def open_to_translate(session: Session, keys: Keys, piece_id: UUID, by: str, now: datetime) -> tuple[Piece, Masked]:
    """Return a text in another language for somebody bound for it. Raises NotBound or PieceGone."""
    piece = _of(session, piece_id, by)
    masked = read_original(session, piece)
    note(session, keys, piece, "text.opened", by, now)
    return piece, masked


def translate(session: Session, keys: Keys, piece_id: UUID, said: str, by: str, now: datetime) -> None:
    """Keep an English version; what the rules find in it is hidden before it is stored.

    Raises NotBound, PieceGone or NoTranslation.
    """
    piece = _of(session, piece_id, by)
    if not said.strip() or len(said) > LONGEST:
        raise NoTranslation
    words.change(session, piece_id, state="open", translation=mask(said.strip()).shown, translated_by=by)
    note(session, keys, piece, "text.translated", by, now)


def say_english(session: Session, keys: Keys, piece_id: UUID, by: str, now: datetime) -> None:
    """Say that a text is English after all. Raises NotBound or PieceGone."""
    piece = _of(session, piece_id, by)
    words.change(session, piece_id, state="open", language=ENGLISH)
    note(session, keys, piece, "text.found_english", by, now)


def say_language(session: Session, keys: Keys, piece_id: UUID, language: str, by: str, now: datetime) -> None:
    """Say in which language a text really is, so that it waits for somebody who reads it. Raises as `translate`."""
    piece = _of(session, piece_id, by)
    words.change(session, piece_id, language=language)
    note(session, keys, piece, "text.language_found", by, now)


def _of(session: Session, piece_id: UUID, by: str) -> Piece:
    piece = words.get(session, piece_id)
    if piece is None or piece.state != "foreign":
        raise PieceGone(piece_id)
    languages = themes.languages_of(session, by)
    if not languages or piece.language not in (*languages, UNKNOWN):
        raise NotBound("You are not bound for this language.")
    return piece


def _audit(session: Session, keys: Keys, action: str, email: str, language: str, by: str, now: datetime) -> None:
    detail = {"language": language}
    audit.append(session, keys.audit, at=now, actor=by, action=action, subject=email, detail=detail)
