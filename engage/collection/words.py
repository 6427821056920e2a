"""What people wrote, gathered to be read with personal details hidden; what is not English waits for a translator.

Nothing is copied: a piece leads to the answer in its response, which is masked anew each time it is read.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from engage.areas import AreaTree
from engage.collection.flags import READER_WORRIED, reference_of_response
from engage.collection.safeguarding import Danger, raise_once
from engage.questionnaire.model import Questionnaire
from engage.response.masking import Masked, is_english, mask, mask_details
from engage.response.own_words import WORDED_TYPES, text_of
from engage.response.receipts import tombstone_of
from engage.results.bounds import LEAST_BASE
from engage.results.plan import age_group
from engage.settings import Keys
from engage.storage import areas, audit, questionnaires, quotes, responses, waves, words
from engage.storage.database import Session
from engage.storage.instance import Instance
from engage.storage.responses import Response
from engage.storage.words import Piece

ENGLISH = "en"
#: Not English, and nobody knows what else.
UNKNOWN = "und"
#: Words from which on a text of somebody who reads another language is taken for English without being asked.
ENOUGH_WORDS = 4
#: Responses read at once, and behind the last one how many are looked at again: they may have come in out of order.
_AT_ONCE, _AGAIN = 1000, 200
#: How often a page reads so many: about half a second.
_TURNS_OF_A_PAGE = 5
#: What a person hid is shown as this.
HIDDEN_BY_READER = "detail"


class PieceGone(Exception):
    """The answer was taken back or its time is over, or somebody else has done what was to be done."""


class NothingToHide(Exception):
    """The words do not stand in what may be read."""


@dataclass(frozen=True)
class ReadPiece:
    """A piece as it may be read."""

    piece: Piece
    masked: Masked


def gather_words(session: Session, survey: str, wave: str, *, turns: int = _TURNS_OF_A_PAGE) -> bool:
    """Make a piece of every answer in own words that has come in since the last time; says whether that was all.

    A page gathers what came since housekeeping did; of a wave that was just brought in, no more than it has time for.
    """
    found = waves.get(session, survey, wave)
    questionnaire = questionnaires.get(session, survey, found.version) if found else None
    if questionnaire is None or not text_questions(questionnaire):
        return True
    tree, up_to = areas.read_tree(session), words.gathered_up_to(session, survey, wave)
    after = max(0, up_to - _AGAIN)
    is_all = False
    while turns and not is_all:
        some = responses.some_of_wave(session, survey, wave, after, _AT_ONCE)
        counted = (response for _, response in some if not response.is_pilot)
        words.add(session, [piece for each in counted for piece in _pieces(each, questionnaire, tree)])
        after, is_all, turns = some[-1][0] if some else after, len(some) < _AT_ONCE, turns - 1
    if after > up_to:
        words.note_gathered(session, survey, wave, after)
    return is_all


def gather_everywhere(instance: Instance) -> None:
    """Gather of every wave, a thousand responses in a transaction: whoever answers meanwhile does not wait."""
    with instance.database.reading() as session:
        surveys = [survey.slug for survey in questionnaires.newest(session)]
        known = [(slug, wave.name) for slug in surveys for wave in waves.list_of(session, slug)]
    for survey, wave in known:
        is_all = False
        while not is_all:
            with instance.database.writing() as session:
                is_all = gather_words(session, survey, wave, turns=1)


def text_questions(questionnaire: Questionnaire) -> tuple[str, ...]:
    """Return the ids of the questions that are answered in own words."""
    return tuple(question.id for question in questionnaire.questions if question.type in WORDED_TYPES)


def may_be_read(session: Session, survey: str, wave: str) -> bool:
    """Say whether enough people of a wave wrote something for anybody to read it."""
    return sum(words.count_states(session, survey, wave).values()) >= LEAST_BASE


def read_piece(session: Session, piece_id: UUID) -> ReadPiece:
    """Return a piece with its details hidden. Raises PieceGone; so does one that waits for a translator."""
    piece = words.get(session, piece_id)
    if piece is None or piece.state == "foreign" or not may_be_read(session, piece.survey, piece.wave):
        raise PieceGone(piece_id)
    return ReadPiece(piece, mask(_text(session, piece), piece.hidden))


def read_original(session: Session, piece: Piece) -> Masked:
    """Return a text that waits for a translator, with what the rules find in any language hidden. Raises PieceGone."""
    return mask_details(_text(session, piece))


def hide(session: Session, keys: Keys, piece_id: UUID, said: str, by: str, now: datetime) -> None:
    """Hide words that the rules missed, wherever they stand in the text; quotes of it have to be proposed anew.

    Raises NothingToHide or PieceGone.
    """
    read = read_piece(session, piece_id)
    places = read.masked.places_of(said)
    if not places:
        raise NothingToHide
    hidden = [*read.piece.hidden, *((start, end, HIDDEN_BY_READER) for start, end in places)]
    words.change(session, piece_id, hidden=[list(span) for span in hidden])
    quotes.refuse_all_of(session, piece_id, by)
    note(session, keys, read.piece, "text.hidden", by, now)


def warn_duty(session: Session, keys: Keys, piece_id: UUID, by: str, now: datetime) -> bool:
    """Tell whoever is on duty that somebody who read a text is worried; false where it was said before."""
    read = read_piece(session, piece_id)
    response = responses.get(session, read.piece.response_id)
    danger = Danger(
        survey=read.piece.survey,
        channel=response.channel if response else "",
        reference=reference_of_response(read.piece.response_id),
        language=read.piece.language,
        list_code=READER_WORRIED,
        response_id=read.piece.response_id,
        question=read.piece.question,
    )
    return raise_once(session, keys, danger, by, now) is not None


def note(session: Session, keys: Keys, piece: Piece, action: str, by: str, now: datetime) -> None:
    """Write into the audit log what somebody did with a piece, by the hash that stands for its response."""
    detail = {"survey": piece.survey, "wave": piece.wave, "piece": str(piece.id)}
    subject = tombstone_of(piece.response_id)
    audit.append(session, keys.audit, at=now, actor=by, action=action, subject=subject, detail=detail)


def _text(session: Session, piece: Piece) -> str:
    if piece.translation is not None:
        return piece.translation
    response = responses.get(session, piece.response_id)
    text = text_of(response.answers.get(piece.question)) if response else None
    if text is None:
        raise PieceGone(piece.id)
    return text


def _pieces(response: Response, questionnaire: Questionnaire, tree: AreaTree) -> Iterator[Piece]:
    for question in text_questions(questionnaire):
        text = text_of(response.answers.get(question))
        if text and text.strip():
            yield _piece(response, question, _language_of(response.language, text), tree, questionnaire)


def _piece(response: Response, question: str, language: str, tree: AreaTree, questionnaire: Questionnaire) -> Piece:
    district = tree.district_of(response.area) if response.area is not None and response.area in tree else None
    permission = next((each.id for each in questionnaire.questions if each.permits_quotes), None)
    return Piece(
        id=uuid4(),
        response_id=response.response_id,
        question=question,
        survey=response.survey,
        wave=response.wave,
        language=language,
        district=district.code if district else None,
        age_group=age_group(response.age_band),
        batch=response.batch,
        keyed_by=response.keyed_by,
        may_quote=permission is not None and response.answers.get(permission) == "yes",
        state="open" if language == ENGLISH else "foreign",
    )


def _language_of(language_read: str, text: str) -> str:
    """Return the language a text waits in: English only where it surely is."""
    is_long = len(text.split()) >= ENOUGH_WORDS
    if is_english(text) and (language_read == ENGLISH or is_long):
        return ENGLISH
    return UNKNOWN if language_read == ENGLISH else language_read
