"""What people wrote, as coders read it: masked, one text after the other, coded by one key for each theme."""

from dataclasses import dataclass
from uuid import UUID

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engage.collection import whereabouts
from engage.collection.coding import (
    LEAST_CODED,
    NoDecision,
    PairAgreement,
    agreement_of,
    codebook,
    give_codes,
    next_to_code,
    open_to_code,
)
from engage.collection.quoting import LONGEST, NoQuote, propose_quote
from engage.collection.words import NothingToHide, PieceGone, gather_words, hide, may_be_read, warn_duty
from engage.response.themes import NONE_OF_THEM
from engage.results.bounds import LEAST_BASE
from engage.staff.access import Permission, may, requires
from engage.staff.blueprint import staff_pages, the_account, the_instance
from engage.staff.scope import reached_surveys, reached_waves, reaches, scope
from engage.storage import questionnaires, quotes, waves, words
from engage.storage.database import Session
from engage.storage.words import Piece

#: What was done, as the next page says it.
TOLD = {
    "coded": "Your codes are kept. This is the next text.",
    "nothing": "Nothing is left for you to code here.",
    "gone": "That text is no longer to be coded: two others have coded it, or its answer was taken back.",
    "hidden": "Hidden for everybody.",
    "quoted": "Proposed. A second person has to agree to it.",
    "warned": "The person on duty has been told that something waits. They see neither the words nor who wrote them.",
    "settled": "Settled.",
}


@dataclass(frozen=True)
class WaveOfWords:
    """A wave with its texts, by what they wait for."""

    survey: str
    name: str
    state: str
    counts: dict[str, int]
    is_readable: bool
    agreement: list[PairAgreement]


@staff_pages.get("/staff/words")
@requires(Permission.CODE_WORDS)
def own_words() -> ResponseReturnValue:
    """Show the waves with texts to read, and to whoever settles them how far two coders agree."""
    settles = may(the_account(), Permission.SETTLE_WORDS)
    with the_instance().database.writing() as session:
        surveys = [survey.slug for survey in reached_surveys(session)]
        found = [_wave(session, each.survey, each.name, each.state, settles=settles)
                 for slug in surveys for each in reached_waves(session, slug)]  # fmt: skip
        proposed = sum(
            reaches(session, [whereabouts.of_quote(session, quote.id)])
            for quote in quotes.in_state(session, "proposed")
        )
        themes = {survey: {theme.code: theme.label for theme in codebook(session, survey)} for survey in surveys}
    return render_template(
        "staff/words.html",
        waves=[wave for wave in found if wave.counts],
        themes=themes,
        proposed=proposed,
        settles=settles,
        least=LEAST_BASE,
        least_coded=LEAST_CODED,
        told=TOLD.get(request.args.get("told", "")),
    )


@staff_pages.get("/staff/words/<slug>/<wave>/next")
@requires(Permission.CODE_WORDS)
def next_text(slug: str, wave: str) -> ResponseReturnValue:
    """Open what somebody codes next in a wave."""
    instance = the_instance()
    with instance.database.writing() as session:
        by, now = the_account().email, instance.now()
        piece = next_to_code(session, slug, wave, by, now, lambda one: _is_reached(session, one))
    if piece is None:
        return redirect(url_for("staff.own_words", told="nothing"), 303)
    return redirect(url_for("staff.read_text", piece_id=piece, told=request.args.get("told")), 303)


@staff_pages.get("/staff/words/text/<uuid:piece_id>")
@requires(Permission.CODE_WORDS)
def read_text(piece_id: UUID) -> ResponseReturnValue:
    """Show one text with its details hidden; that somebody opened it is in the audit log."""
    try:
        return _page(piece_id)
    except PieceGone:
        return redirect(url_for("staff.own_words", told="gone"), 303)


@staff_pages.post("/staff/words/text/<uuid:piece_id>")
@requires(Permission.CODE_WORDS)
def code_text(piece_id: UUID) -> ResponseReturnValue:
    """Keep codes, hide what the rules missed, propose a quote, or tell whoever is on duty."""
    form, instance, by = request.form, the_instance(), the_account().email
    keys, now, told = instance.settings.keys, instance.now(), ""
    try:
        with instance.database.writing() as session:
            match form.get("act"):
                case "codes":
                    give_codes(session, keys, piece_id, by, form.getlist("codes"), now)
                    return _on(session, piece_id)
                case "hide":
                    hide(session, keys, piece_id, form.get("words", ""), by, now)
                    told = "hidden"
                case "quote":
                    propose_quote(session, keys, piece_id, form.get("words", ""), by, now)
                    told = "quoted"
                case "warn":
                    warn_duty(session, keys, piece_id, by, now)
                    told = "warned"
                case _:
                    abort(400)
    except PieceGone:
        return redirect(url_for("staff.own_words", told="gone"), 303)
    except NoDecision:
        return _page(piece_id, "Choose one theme or more, or “something else” alone."), 422
    except NothingToHide:
        return _page(piece_id, "These words do not stand in the text. Copy them as they are shown."), 422
    except NoQuote as refusal:
        return _page(piece_id, str(refusal)), 422
    return redirect(url_for("staff.read_text", piece_id=piece_id, told=told), 303)


def question_of(session: Session, piece: Piece) -> str:
    """Return the question that a text answers, in the survey's own words."""
    wave = waves.get(session, piece.survey, piece.wave)
    survey = questionnaires.get(session, piece.survey, wave.version if wave else None)
    source = survey.language(survey.default_language) if survey else None
    return source.wording.get(f"{piece.question}.text", piece.question) if source else piece.question


def _reached_in(session: Session, survey: str, wave: str, state: str) -> list[Piece]:
    return [piece for piece in words.in_state(session, state, survey, wave) if _is_reached(session, piece)]


def _is_reached(session: Session, piece: Piece) -> bool:
    return reaches(session, [whereabouts.of_piece(session, piece)])


def _page(piece_id: UUID, fault: str | None = None) -> str:
    instance, account = the_instance(), the_account()
    with instance.database.writing() as session:
        read, coding = open_to_code(session, instance.settings.keys, piece_id, account.email, instance.now())
        piece = read.piece
        offered = [theme for theme in codebook(session, piece.survey) if not theme.is_retired]
        return render_template(
            "staff/words_text.html",
            piece=piece,
            parts=read.masked.parts,
            question=question_of(session, piece),
            themes=offered,
            nothing=NONE_OF_THEM,
            chosen=request.form.getlist("codes") or coding.codes or (),
            proposed=quotes.of_piece(session, piece_id),
            last=words.last_coded(session, piece.survey, piece.wave, account.email),
            longest=LONGEST,
            fault=fault,
            told=TOLD.get(request.args.get("told", "")) if fault is None else None,
        )


def _on(session: Session, piece_id: UUID) -> ResponseReturnValue:
    piece = words.get(session, piece_id)
    if piece is None:
        raise PieceGone(piece_id)
    return redirect(url_for("staff.next_text", slug=piece.survey, wave=piece.wave, told="coded"), 303)


def _wave(session: Session, survey: str, name: str, state: str, *, settles: bool) -> WaveOfWords:
    gather_words(session, survey, name)
    agreement = agreement_of(session, survey, name) if settles else []
    counts = words.count_states(session, survey, name)
    if scope().areas:
        counts = {state: len(_reached_in(session, survey, name, state)) for state in counts}
    return WaveOfWords(survey, name, state, counts, may_be_read(session, survey, name), agreement)
