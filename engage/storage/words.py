"""What people wrote in their own words: pieces to be read, what two coders said of each, and quotes; no copy of it.

A piece leads to the answer in its response and goes with it, and so does everything about the piece.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Index,
    Text,
    UniqueConstraint,
    Uuid,
    delete,
    func,
    select,
    update,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from engage.storage.base import DOCUMENT, NAME, Base, UtcTime, insert_into
from engage.storage.erasure import Gone

#: Waits for a bound translator; waits for coders; two coders differ; its codes stand.
STATES = ("foreign", "open", "differs", "settled")
#: Whoever codes a piece has one of two seats.
SEATS = (1, 2)


class PieceRow(Base):
    """One answer in somebody's own words, by where it stands; the words stay in the response."""

    __tablename__ = "word_pieces"
    __table_args__ = (
        CheckConstraint("state IN ('foreign', 'open', 'differs', 'settled')", name="known_state"),
        CheckConstraint("(state = 'settled') = (settled IS NOT NULL)", name="settled_has_codes"),
        CheckConstraint("(translation IS NULL) = (translated_by IS NULL)", name="translated_by_somebody"),
        UniqueConstraint("response_id", "question"),
        Index("ix_word_pieces_waiting", "survey", "wave", "state"),
    )
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    response_id: Mapped[UUID] = mapped_column(ForeignKey("responses.response_id", ondelete="CASCADE"))
    question: Mapped[str] = mapped_column(NAME)
    survey: Mapped[str] = mapped_column(NAME)
    wave: Mapped[str] = mapped_column(NAME)
    #: The language it waits in, `en` where it can be read as it is.
    language: Mapped[str] = mapped_column(NAME)
    #: Of the area told about; the finest place that a quote carries.
    district: Mapped[str | None] = mapped_column(NAME)
    age_group: Mapped[str | None] = mapped_column(NAME)
    batch: Mapped[str | None] = mapped_column(NAME)
    #: Whoever keyed the form has seen it with its words and does not code it.
    keyed_by: Mapped[str | None] = mapped_column(NAME)
    #: The person ticked that their words may be used.
    may_quote: Mapped[bool]
    state: Mapped[str] = mapped_column(NAME)
    #: What coders hid besides: beginning, end (characters of the words as they are read) and kind.
    hidden: Mapped[list[list[Any]]] = mapped_column(DOCUMENT)
    #: In English, without details, by a bound translator.
    translation: Mapped[str | None] = mapped_column(Text)
    translated_by: Mapped[str | None] = mapped_column(NAME)
    settled: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True))
    #: None where both coders agreed.
    settled_by: Mapped[str | None] = mapped_column(NAME)


class CodingRow(Base):
    """One coder's codes for a piece; none yet while the coder is reading."""

    __tablename__ = "word_codings"
    __table_args__ = (CheckConstraint("seat IN (1, 2)", name="two_coders"), UniqueConstraint("piece", "coder"))
    piece: Mapped[UUID] = mapped_column(ForeignKey("word_pieces.id", ondelete="CASCADE"), primary_key=True)
    seat: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    coder: Mapped[str] = mapped_column(NAME)
    opened_at: Mapped[datetime] = mapped_column(UtcTime)
    codes: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True))


class GatheringRow(Base):
    """Up to which response of a wave its words have been gathered."""

    __tablename__ = "word_gatherings"
    survey: Mapped[str] = mapped_column(NAME, primary_key=True)
    wave: Mapped[str] = mapped_column(NAME, primary_key=True)
    up_to: Mapped[int]


@dataclass(frozen=True)
class Piece:
    """One answer in somebody's own words, by where it stands."""

    id: UUID
    response_id: UUID
    question: str
    survey: str
    wave: str
    language: str
    district: str | None
    age_group: str | None
    batch: str | None
    keyed_by: str | None
    may_quote: bool
    state: str
    hidden: tuple[tuple[int, int, str], ...] = ()
    translation: str | None = None
    translated_by: str | None = None
    settled: tuple[str, ...] | None = None
    settled_by: str | None = None


@dataclass(frozen=True)
class Coding:
    """One coder's codes for a piece."""

    piece: UUID
    seat: int
    coder: str
    opened_at: datetime
    codes: tuple[str, ...] | None


_FIELDS = tuple(Piece.__dataclass_fields__)


def add(session: Session, pieces: Sequence[Piece]) -> None:
    """Store pieces; those whose answer has one already are left as they are."""
    values = [{name: getattr(piece, name) for name in _FIELDS} for piece in pieces]
    if values:
        session.execute(insert_into(session, PieceRow).on_conflict_do_nothing(), values)


def get(session: Session, piece_id: UUID) -> Piece | None:
    """Return a piece by its id."""
    row = session.get(PieceRow, piece_id, populate_existing=True)
    return _piece(row) if row else None


def hold(session: Session, piece_id: UUID) -> Piece | None:
    """Return a piece, and let nobody else decide on it until the transaction ends."""
    row = session.scalar(select(PieceRow).where(PieceRow.id == piece_id).with_for_update())
    if row is None:
        return None
    session.refresh(row)
    return _piece(row)


def change(session: Session, piece_id: UUID, **values: Any) -> None:
    """Change fields of a piece."""
    session.execute(update(PieceRow).where(PieceRow.id == piece_id).values(**values))


def gathered_up_to(session: Session, survey: str, wave: str) -> int:
    """Return up to which response the words of a wave have been gathered."""
    row = session.get(GatheringRow, (survey, wave))
    return row.up_to if row else 0


def note_gathered(session: Session, survey: str, wave: str, up_to: int) -> None:
    """Remember up to which response the words of a wave have been gathered."""
    session.merge(GatheringRow(survey=survey, wave=wave, up_to=up_to))
    session.flush()


def to_code(session: Session, survey: str, wave: str, coder: str) -> Iterator[Piece]:
    """Yield what somebody may code next: what they have open, then what has a free seat, in no one's order."""
    own = select(CodingRow.piece).where(CodingRow.coder == coder)
    found = select(PieceRow).where(PieceRow.survey == survey, PieceRow.wave == wave, PieceRow.state == "open")
    begun = found.where(PieceRow.id.in_(own.where(CodingRow.codes.is_(None))))
    yield from map(_piece, session.scalars(begun.order_by(PieceRow.id)))
    seats = select(func.count()).where(CodingRow.piece == PieceRow.id).scalar_subquery()
    free = found.where(PieceRow.id.not_in(own), seats < len(SEATS)).where(
        (PieceRow.keyed_by.is_(None)) | (PieceRow.keyed_by != coder)
    )
    yield from map(_piece, session.scalars(free.order_by(seats.desc(), PieceRow.id)))


def in_state(session: Session, state: str, survey: str | None = None, wave: str | None = None) -> list[Piece]:
    """Return the pieces in a state, of every survey or of one wave."""
    found = select(PieceRow).where(PieceRow.state == state).order_by(PieceRow.id)
    if survey is not None:
        found = found.where(PieceRow.survey == survey, PieceRow.wave == wave)
    return [_piece(row) for row in session.scalars(found)]


def count_states(session: Session, survey: str, wave: str) -> dict[str, int]:
    """Return how many pieces of a wave are in each state (fieldwork, not answers)."""
    found = select(PieceRow.state, func.count()).where(PieceRow.survey == survey, PieceRow.wave == wave)
    return {row[0]: row[1] for row in session.execute(found.group_by(PieceRow.state))}


def writers(session: Session, survey: str, wave: str, district: str) -> list[tuple[str | None, str | None, int]]:
    """Return age group, batch and how many wrote about a district, for the rules of quotes alone."""
    people = func.count(PieceRow.response_id.distinct())
    found = select(PieceRow.age_group, PieceRow.batch, people).where(PieceRow.survey == survey, PieceRow.wave == wave)
    found = found.where(PieceRow.district == district).group_by(PieceRow.age_group, PieceRow.batch)
    return [(row[0], row[1], row[2]) for row in session.execute(found)]


def settled_codes(session: Session, survey: str, wave: str) -> dict[UUID, tuple[str, ...]]:
    """Return the codes that stand by response; several texts of one person together."""
    found = select(PieceRow.response_id, PieceRow.settled).where(PieceRow.survey == survey, PieceRow.wave == wave)
    codes: dict[UUID, tuple[str, ...]] = {}
    for response_id, settled in session.execute(found.where(PieceRow.state == "settled")):
        codes[response_id] = tuple(dict.fromkeys((*codes.get(response_id, ()), *(settled or ()))))
    return codes


def take_seat(session: Session, piece_id: UUID, coder: str, at: datetime) -> Coding | None:
    """Give somebody one of a piece's two seats, or the one they have; None where both are taken."""
    if own := next((coding for coding in codings_of(session, piece_id) if coding.coder == coder), None):
        return own
    for seat in SEATS:
        seated = {"piece": piece_id, "seat": seat, "coder": coder, "opened_at": at}
        taken = insert_into(session, CodingRow).values(**seated).on_conflict_do_nothing().returning(CodingRow.seat)
        if session.execute(taken).first() is not None:
            return Coding(piece_id, seat, coder, at, None)
    return None


def put_codes(session: Session, piece_id: UUID, coder: str, codes: Sequence[str]) -> None:
    """Store what a coder says of a piece; only on a seat they have."""
    seat = update(CodingRow).where(CodingRow.piece == piece_id, CodingRow.coder == coder)
    session.execute(seat.values(codes=list(codes)))


def free_seats(session: Session, opened_before: datetime) -> None:
    """Free the seats of coders who opened a piece and left it without codes."""
    session.execute(delete(CodingRow).where(CodingRow.codes.is_(None), CodingRow.opened_at < opened_before))


def drop_codings(session: Session, piece_id: UUID) -> None:
    """Forget what coders said of a piece, since its words have changed."""
    session.execute(delete(CodingRow).where(CodingRow.piece == piece_id))


def codings_of(session: Session, piece_id: UUID) -> list[Coding]:
    """Return the codings of a piece by seat."""
    rows = session.scalars(select(CodingRow).where(CodingRow.piece == piece_id).order_by(CodingRow.seat))
    return [_coding(row) for row in rows.all()]


def codings_of_wave(session: Session, survey: str, wave: str) -> list[Coding]:
    """Return what coders said of the pieces of a wave, by piece and seat, those that are still open left out."""
    found = select(CodingRow).join(PieceRow, PieceRow.id == CodingRow.piece)
    found = found.where(PieceRow.survey == survey, PieceRow.wave == wave, CodingRow.codes.is_not(None))
    return [_coding(row) for row in session.scalars(found.order_by(CodingRow.piece, CodingRow.seat))]


def last_coded(session: Session, survey: str, wave: str, coder: str) -> UUID | None:
    """Return the piece somebody coded last and may still change: nobody else has coded it."""
    others = select(CodingRow.piece).where(CodingRow.coder != coder, CodingRow.codes.is_not(None))
    found = select(CodingRow.piece).join(PieceRow, PieceRow.id == CodingRow.piece)
    found = found.where(PieceRow.survey == survey, PieceRow.wave == wave, PieceRow.state == "open")
    found = found.where(CodingRow.coder == coder, CodingRow.codes.is_not(None), CodingRow.piece.not_in(others))
    return session.scalar(found.order_by(CodingRow.opened_at.desc(), CodingRow.piece).limit(1))


def erase(session: Session, gone: Gone) -> int:
    """Delete the pieces of responses that go, with the codes and quotes on them; returns how many."""
    removed = delete(PieceRow).where(PieceRow.response_id.in_(gone.response_ids)).returning(PieceRow.id)
    return len(session.execute(removed).all())


def _piece(row: PieceRow) -> Piece:
    values = {name: getattr(row, name) for name in _FIELDS}
    settled = None if row.settled is None else tuple(row.settled)
    return Piece(
        **values | {"hidden": tuple((start, end, kind) for start, end, kind in row.hidden), "settled": settled}
    )


def _coding(row: CodingRow) -> Coding:
    return Coding(row.piece, row.seat, row.coder, row.opened_at, None if row.codes is None else tuple(row.codes))
