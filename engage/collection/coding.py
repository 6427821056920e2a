"""Coding what people wrote: two coders who do not see each other's codes, and a person who settles the differences."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from operator import attrgetter
from uuid import UUID

from engage.collection.words import PieceGone, ReadPiece, gather_words, may_be_read, note, read_piece
from engage.response.themes import LONGEST_ABOUT, LONGEST_LABEL, MOST_THEMES, NONE_OF_THEM, STARTER, Theme, code_of
from engage.response.themes import read_codes as codes_given
from engage.results.agreement import Agreement, agreement_on
from engage.settings import Keys
from engage.storage import audit, themes, words
from engage.storage.database import Session
from engage.storage.words import Coding, Piece

#: A coder who opened a text and left it without codes gives the seat back.
SEAT_LIFE = timedelta(minutes=30)
#: Texts that two people coded, from which on their agreement is told.
LEAST_CODED = 10


class NoDecision(Exception):
    """Codes that are no decision: none, unknown ones, or "something else" beside a theme."""


class CodebookRefused(Exception):
    """A change to the codebook that cannot be; the message says why."""


@dataclass(frozen=True)
class PairAgreement:
    """How far two coders agree on each theme, by its code."""

    coders: tuple[str, str]
    count: int
    themes: Mapping[str, Agreement]


def codebook(session: Session, survey: str) -> tuple[Theme, ...]:
    """Return a survey's themes, the starter where it has none of its own; retired ones too."""
    return themes.codebook_of(session, survey) or STARTER


def next_to_code(
    session: Session,
    survey: str,
    wave: str,
    coder: str,
    now: datetime,
    is_theirs: Callable[[Piece], bool] = lambda _: True,
) -> UUID | None:
    """Return what somebody codes next in a wave of what is theirs to read, None where nothing is left for them."""
    gather_words(session, survey, wave)
    words.free_seats(session, now - SEAT_LIFE)
    found = words.to_code(session, survey, wave, coder) if may_be_read(session, survey, wave) else ()
    return next((piece.id for piece in found if is_theirs(piece)), None)


def open_to_code(session: Session, keys: Keys, piece_id: UUID, coder: str, now: datetime) -> tuple[ReadPiece, Coding]:
    """Return a text and somebody's seat at it, never the other coder's codes. Raises PieceGone."""
    read = read_piece(session, piece_id)
    if read.piece.state != "open" or read.piece.keyed_by == coder:
        raise PieceGone(piece_id)
    coding = words.take_seat(session, piece_id, coder, now)
    if coding is None:
        raise PieceGone(piece_id)
    note(session, keys, read.piece, "text.opened", coder, now)
    return read, coding


def give_codes(session: Session, keys: Keys, piece_id: UUID, coder: str, given: Sequence[str], now: datetime) -> str:
    """Store one coder's codes and return the state of the text; with the second one it is settled, or they differ.

    Raises PieceGone or NoDecision.
    """
    piece = words.hold(session, piece_id)
    if piece is None or piece.state != "open":
        raise PieceGone(piece_id)
    seats = words.codings_of(session, piece_id)
    if coder not in [seat.coder for seat in seats]:
        raise PieceGone(piece_id)
    codes = codes_given(given, codebook(session, piece.survey))
    if codes is None:
        raise NoDecision
    words.put_codes(session, piece_id, coder, codes)
    note(session, keys, piece, "text.coded", coder, now)
    others = [seat.codes for seat in seats if seat.coder != coder and seat.codes is not None]
    if not others:
        return "open"
    if set(others[0]) == set(codes):
        words.change(session, piece_id, state="settled", settled=list(codes))
        return "settled"
    words.change(session, piece_id, state="differs")
    return "differs"


def next_to_settle(
    session: Session, survey: str, wave: str, is_theirs: Callable[[Piece], bool] = lambda _: True
) -> UUID | None:
    """Return a text of a wave on which two coders differ, of what is somebody's to read."""
    found = words.in_state(session, "differs", survey, wave)
    return next((piece.id for piece in found if is_theirs(piece)), None)


def open_to_settle(
    session: Session, keys: Keys, piece_id: UUID, by: str, now: datetime
) -> tuple[ReadPiece, list[Coding]]:
    """Return a text on which two coders differ, with what each said. Raises PieceGone."""
    read = read_piece(session, piece_id)
    if read.piece.state != "differs":
        raise PieceGone(piece_id)
    note(session, keys, read.piece, "text.opened", by, now)
    return read, words.codings_of(session, piece_id)


def settle(session: Session, keys: Keys, piece_id: UUID, given: Sequence[str], by: str, now: datetime) -> None:
    """Store the codes that stand where two coders differ. Raises PieceGone or NoDecision."""
    piece = words.hold(session, piece_id)
    if piece is None or piece.state != "differs":
        raise PieceGone(piece_id)
    offered = {code for coding in words.codings_of(session, piece_id) for code in coding.codes or ()}
    known = [Theme(each.code, each.label, each.about, each.is_retired and each.code not in offered)
             for each in codebook(session, piece.survey)]  # fmt: skip
    codes = codes_given(given, known)
    if codes is None:
        raise NoDecision
    words.change(session, piece_id, state="settled", settled=list(codes), settled_by=by)
    note(session, keys, piece, "text.settled", by, now)


def agreement_of(session: Session, survey: str, wave: str) -> list[PairAgreement]:
    """Return how far each two coders agree, before any difference was settled; those who coded the most first."""
    both: dict[tuple[str, str], list[tuple[tuple[str, ...], tuple[str, ...]]]] = {}
    for _, seats in groupby(words.codings_of_wave(session, survey, wave), key=attrgetter("piece")):
        pair = sorted(seats, key=attrgetter("coder"))
        if len(pair) == 2:  # noqa: PLR2004 - two coders
            codes = pair[0].codes or (), pair[1].codes or ()
            both.setdefault((pair[0].coder, pair[1].coder), []).append(codes)
    used = [theme.code for theme in codebook(session, survey)]
    found = [_pair_agreement(coders, given, used) for coders, given in both.items() if len(given) >= LEAST_CODED]
    return sorted(found, key=lambda pair: (-pair.count, pair.coders))


def add_theme(session: Session, keys: Keys, survey: str, label: str, about: str, by: str, now: datetime) -> None:
    """Put a theme at the end of a survey's codebook. Raises CodebookRefused."""
    known = codebook(session, survey)
    label, about = _checked(label, about)
    if sum(not theme.is_retired for theme in known) >= MOST_THEMES:
        raise CodebookRefused(f"There are {MOST_THEMES} themes, one for each key. Retire one first.")
    theme = Theme(code_of(label, [each.code for each in known]), label, about)
    _put(session, keys, survey, (*known, theme), "codebook.theme_added", theme.code, by, now)


def change_theme(
    session: Session, keys: Keys, survey: str, code: str, label: str, about: str, by: str, now: datetime
) -> None:
    """Change what a theme is called and when it is used; its code stays. Raises CodebookRefused."""
    known = codebook(session, survey)
    label, about = _checked(label, about)
    changed = tuple(Theme(each.code, label, about, each.is_retired) if each.code == code else each for each in known)
    _put(session, keys, survey, changed, "codebook.theme_changed", code, by, now)


def retire_theme(session: Session, keys: Keys, survey: str, code: str, by: str, now: datetime) -> None:
    """No longer offer a theme, or offer a retired one again; codes given with it stand. Raises CodebookRefused."""
    known = codebook(session, survey)
    turned = tuple(
        Theme(each.code, each.label, each.about, not each.is_retired) if each.code == code else each for each in known
    )
    offered = sum(not theme.is_retired for theme in turned)
    if not 1 <= offered <= MOST_THEMES:
        raise CodebookRefused(f"A codebook offers 1 to {MOST_THEMES} themes.")
    _put(session, keys, survey, turned, "codebook.theme_retired", code, by, now)


def _pair_agreement(
    coders: tuple[str, str], given: list[tuple[tuple[str, ...], tuple[str, ...]]], used: Sequence[str]
) -> PairAgreement:
    codes = [code for code in (*used, NONE_OF_THEM) if any(code in (*first, *second) for first, second in given)]
    return PairAgreement(coders, len(given), {code: agreement_on(code, given) for code in codes})


def _checked(label: str, about: str) -> tuple[str, str]:
    label, about = " ".join(label.split()), " ".join(about.split())
    if not 1 <= len(label) <= LONGEST_LABEL or not label.isprintable():
        raise CodebookRefused(f"Write a name of 1 to {LONGEST_LABEL} characters.")
    if len(about) > LONGEST_ABOUT:
        raise CodebookRefused(f"Say in at most {LONGEST_ABOUT} characters when to use it.")
    return label, about


def _put(
    session: Session,
    keys: Keys,
    survey: str,
    changed: tuple[Theme, ...],
    action: str,
    code: str,
    by: str,
    now: datetime,
) -> None:
    if code not in [theme.code for theme in changed]:
        raise CodebookRefused("There is no such theme.")
    themes.put_codebook(session, survey, changed)
    audit.append(session, keys.audit, at=now, actor=by, action=action, subject=survey, detail={"theme": code})
