"""Quotes: masked excerpts of what people wrote, proposed by one person and vetted by a second; gone with the answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Select, Text, Uuid, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from engage.storage.base import NAME, Base
from engage.storage.words import PieceRow


class QuoteRow(Base):
    """One quote."""

    __tablename__ = "word_quotes"
    __table_args__ = (
        CheckConstraint("state IN ('proposed', 'vetted', 'refused')", name="known_state"),
        CheckConstraint("(state = 'proposed') = (vetted_by IS NULL)", name="vetted_by_somebody"),
        CheckConstraint("vetted_by IS NULL OR vetted_by <> proposed_by", name="a_second_person"),
    )
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    piece: Mapped[UUID] = mapped_column(ForeignKey("word_pieces.id", ondelete="CASCADE"), index=True)
    #: As they were masked when it was proposed.
    words: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(NAME)
    proposed_by: Mapped[str] = mapped_column(NAME)
    vetted_by: Mapped[str | None] = mapped_column(NAME)


@dataclass(frozen=True)
class StoredQuote:
    """One quote, with what may be said of whoever wrote it."""

    id: UUID
    piece: UUID
    words: str
    state: str
    proposed_by: str
    vetted_by: str | None
    survey: str
    wave: str
    district: str | None
    age_group: str | None
    is_translated: bool


def add(session: Session, quote_id: UUID, piece: UUID, words: str, proposed_by: str) -> None:
    """Store a quote that somebody proposes."""
    session.add(QuoteRow(id=quote_id, piece=piece, words=words, state="proposed", proposed_by=proposed_by))
    session.flush()


def get(session: Session, quote_id: UUID) -> StoredQuote | None:
    """Return a quote by its id."""
    row = session.execute(_found().where(QuoteRow.id == quote_id)).first()
    return _quote(*row) if row else None


def decide(session: Session, quote_id: UUID, state: str, by: str) -> None:
    """Store what the second person decided."""
    session.execute(update(QuoteRow).where(QuoteRow.id == quote_id).values(state=state, vetted_by=by))


def of_piece(session: Session, piece: UUID) -> list[StoredQuote]:
    """Return the quotes of one piece."""
    return [_quote(*row) for row in session.execute(_found().where(QuoteRow.piece == piece))]


def in_state(session: Session, state: str) -> list[StoredQuote]:
    """Return the quotes in a state, in no one's order."""
    return [_quote(*row) for row in session.execute(_found().where(QuoteRow.state == state))]


def vetted(session: Session, survey: str, wave: str, districts: Sequence[str]) -> list[StoredQuote]:
    """Return the vetted quotes about some districts of a wave, in no one's order."""
    found = _found().where(QuoteRow.state == "vetted", PieceRow.survey == survey, PieceRow.wave == wave)
    return [_quote(*row) for row in session.execute(found.where(PieceRow.district.in_(districts)))]


def refuse_all_of(session: Session, piece: UUID, because_of: str) -> None:
    """Refuse every quote of a piece that stands or waits, since something in it has been hidden since."""
    standing = update(QuoteRow).where(QuoteRow.piece == piece, QuoteRow.state != "refused")
    by_others = standing.where(QuoteRow.proposed_by != because_of)
    session.execute(by_others.values(state="refused", vetted_by=because_of))
    session.execute(standing.values(state="refused", proposed_by="engage", vetted_by=because_of))


def _found() -> Select[QuoteRow, PieceRow]:
    return select(QuoteRow, PieceRow).join(PieceRow, PieceRow.id == QuoteRow.piece).order_by(QuoteRow.id)


def _quote(row: QuoteRow, piece: PieceRow) -> StoredQuote:
    return StoredQuote(
        row.id,
        row.piece,
        row.words,
        row.state,
        row.proposed_by,
        row.vetted_by,
        piece.survey,
        piece.wave,
        piece.district,
        piece.age_group,
        piece.translation is not None,
    )
