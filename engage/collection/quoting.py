"""Quotes: one person proposes words of a masked text, a second one vets them; only where the writer agreed to it."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID, uuid4

from engage.collection.words import PieceGone, ReadPiece, note, read_piece
from engage.settings import Keys
from engage.storage import quotes, words
from engage.storage.database import Session
from engage.storage.quotes import StoredQuote

#: Characters of a quote.
SHORTEST, LONGEST = 15, 300


class NoQuote(Exception):
    """Words that cannot be a quote; the message says why."""


def propose_quote(session: Session, keys: Keys, piece_id: UUID, said: str, by: str, now: datetime) -> None:
    """Propose words of a text as a quote, exactly as they are shown. Raises NoQuote or PieceGone."""
    read = read_piece(session, piece_id)
    quote = " ".join(said.split())
    if not read.piece.may_quote:
        raise NoQuote("This person has not said that their words may be used.")
    if not SHORTEST <= len(quote) <= LONGEST:
        raise NoQuote(f"A quote has {SHORTEST} to {LONGEST} characters.")
    if quote not in " ".join(read.masked.shown.split()):
        raise NoQuote("These words do not stand in the text as it is shown. Copy them without a change.")
    if any(known.words == quote for known in quotes.of_piece(session, piece_id)):
        raise NoQuote("This has been proposed before.")
    quotes.add(session, uuid4(), piece_id, quote, by)
    note(session, keys, read.piece, "quote.proposed", by, now)


def open_quotes(
    session: Session, keys: Keys, by: str, now: datetime, is_theirs: Callable[[StoredQuote], bool] = lambda _: True
) -> list[tuple[StoredQuote, ReadPiece]]:
    """Return the quotes that wait for a second person and are theirs to read, each with its text; not one's own."""
    opened = []
    for quote in quotes.in_state(session, "proposed"):
        if quote.proposed_by == by or not is_theirs(quote):
            continue
        try:
            read = read_piece(session, quote.piece)
        except PieceGone:
            continue
        note(session, keys, read.piece, "quote.opened", by, now)
        opened.append((quote, read))
    return opened


def vet_quote(session: Session, keys: Keys, quote_id: UUID, by: str, now: datetime, *, is_fit: bool) -> None:
    """Say as the second person whether a quote may be used. Raises PieceGone."""
    quote = quotes.get(session, quote_id)
    piece = words.get(session, quote.piece) if quote else None
    if quote is None or piece is None or quote.state == "refused" or quote.proposed_by == by:
        raise PieceGone(quote_id)
    quotes.decide(session, quote_id, "vetted" if is_fit else "refused", by)
    note(session, keys, piece, "quote.approved" if is_fit else "quote.refused", by, now)
