"""Own words as analysts settle them: codes that differ side by side, the codebook, quotes that wait for a second."""

from uuid import UUID

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engage.collection import whereabouts
from engage.collection.coding import (
    CodebookRefused,
    NoDecision,
    add_theme,
    change_theme,
    codebook,
    next_to_settle,
    open_to_settle,
    retire_theme,
    settle,
)
from engage.collection.quoting import open_quotes, vet_quote
from engage.collection.words import PieceGone
from engage.response.themes import LONGEST_ABOUT, LONGEST_LABEL, MOST_THEMES, NONE_OF_THEM
from engage.staff.access import Permission, requires
from engage.staff.blueprint import staff_pages, the_account, the_instance
from engage.staff.own_words import TOLD, question_of
from engage.staff.scope import reaches
from engage.storage import questionnaires, quotes, words
from engage.storage.database import Session
from engage.storage.quotes import StoredQuote


@staff_pages.get("/staff/words/<slug>/<wave>/differences")
@requires(Permission.SETTLE_WORDS)
def next_difference(slug: str, wave: str) -> ResponseReturnValue:
    """Open a text of a wave on which two coders differ."""
    with the_instance().database.reading() as session:
        piece = next_to_settle(session, slug, wave, lambda one: reaches(session, [whereabouts.of_piece(session, one)]))
    if piece is None:
        return redirect(url_for("staff.own_words"), 303)
    return redirect(url_for("staff.difference", piece_id=piece, told=request.args.get("told")), 303)


@staff_pages.get("/staff/words/difference/<uuid:piece_id>")
@requires(Permission.SETTLE_WORDS)
def difference(piece_id: UUID) -> ResponseReturnValue:
    """Show a text on which two coders differ, with the codes of both side by side."""
    try:
        return _difference_page(piece_id)
    except PieceGone:
        return redirect(url_for("staff.own_words", told="gone"), 303)


@staff_pages.post("/staff/words/difference/<uuid:piece_id>")
@requires(Permission.SETTLE_WORDS)
def settle_difference(piece_id: UUID) -> ResponseReturnValue:
    """Keep the codes that stand."""
    instance = the_instance()
    try:
        with instance.database.writing() as session:
            piece = words.get(session, piece_id)
            given = request.form.getlist("codes")
            settle(session, instance.settings.keys, piece_id, given, the_account().email, instance.now())
    except PieceGone:
        return redirect(url_for("staff.own_words", told="gone"), 303)
    except NoDecision:
        return _difference_page(piece_id, "Choose one theme or more, or “something else” alone."), 422
    if piece is None:
        abort(404)
    return redirect(url_for("staff.next_difference", slug=piece.survey, wave=piece.wave, told="settled"), 303)


@staff_pages.get("/staff/words/codebook/<slug>")
@requires(Permission.SETTLE_WORDS)
def themes_of(slug: str) -> ResponseReturnValue:
    """Show the themes of a survey."""
    return _codebook_page(slug)


@staff_pages.post("/staff/words/codebook/<slug>")
@requires(Permission.SETTLE_WORDS)
def change_themes(slug: str) -> ResponseReturnValue:
    """Add, change or retire a theme."""
    form, instance, by = request.form, the_instance(), the_account().email
    keys, now = instance.settings.keys, instance.now()
    label, about, code = (form.get(name, "") for name in ("label", "about", "code"))
    try:
        with instance.database.writing() as session:
            if questionnaires.get(session, slug) is None:
                abort(404)
            match form.get("act"):
                case "add":
                    add_theme(session, keys, slug, label, about, by, now)
                case "change":
                    change_theme(session, keys, slug, code, label, about, by, now)
                case "retire":
                    retire_theme(session, keys, slug, code, by, now)
                case _:
                    abort(400)
    except CodebookRefused as refusal:
        return _codebook_page(slug, str(refusal)), 422
    return redirect(url_for("staff.themes_of", slug=slug, done=1), 303)


@staff_pages.get("/staff/words/quotes")
@requires(Permission.SETTLE_WORDS)
def proposed_quotes() -> ResponseReturnValue:
    """Show the quotes that wait for a second person, each within its text."""
    instance = the_instance()
    with instance.database.writing() as session:
        keys, now, by = instance.settings.keys, instance.now(), the_account().email
        opened = open_quotes(session, keys, by, now, lambda quote: _is_reached(session, quote))
        own = sum(quote.proposed_by == by for quote in quotes.in_state(session, "proposed"))
        fit = [quote for quote in quotes.in_state(session, "vetted") if _is_reached(session, quote)]
    return render_template(
        "staff/words_quotes.html", opened=opened, own=own, fit=fit, done=request.args.get("done"), reader=the_account()
    )


@staff_pages.post("/staff/words/quotes/<uuid:quote_id>")
@requires(Permission.SETTLE_WORDS)
def decide_quote(quote_id: UUID) -> ResponseReturnValue:
    """Say as the second person whether a quote may be used."""
    decision, instance = request.form.get("decision"), the_instance()
    if decision not in ("fit", "unfit"):
        abort(400)
    try:
        with instance.database.writing() as session:
            by, now = the_account().email, instance.now()
            vet_quote(session, instance.settings.keys, quote_id, by, now, is_fit=decision == "fit")
    except PieceGone:
        abort(404)
    return redirect(url_for("staff.proposed_quotes", done=decision), 303)


def _is_reached(session: Session, quote: StoredQuote) -> bool:
    return reaches(session, [whereabouts.of_quote(session, quote.id)])


def _difference_page(piece_id: UUID, fault: str | None = None) -> str:
    instance = the_instance()
    with instance.database.writing() as session:
        by, now = the_account().email, instance.now()
        read, codings = open_to_settle(session, instance.settings.keys, piece_id, by, now)
        given = {code for coding in codings for code in coding.codes or ()}
        known = codebook(session, read.piece.survey)
        return render_template(
            "staff/words_difference.html",
            piece=read.piece,
            parts=read.masked.parts,
            question=question_of(session, read.piece),
            codings=codings,
            themes=[theme for theme in known if theme.code in given or not theme.is_retired],
            labels={theme.code: theme.label for theme in known} | {NONE_OF_THEM: "Something else"},
            nothing=NONE_OF_THEM,
            both=set.intersection(*(set(coding.codes or ()) for coding in codings)),
            chosen=request.form.getlist("codes"),
            fault=fault,
            told=TOLD.get(request.args.get("told", "")) if fault is None else None,
        )


def _codebook_page(slug: str, fault: str | None = None) -> str:
    with the_instance().database.reading() as session:
        if questionnaires.get(session, slug) is None:
            abort(404)
        known = codebook(session, slug)
    return render_template(
        "staff/words_codebook.html",
        slug=slug,
        themes=known,
        most=MOST_THEMES,
        longest_label=LONGEST_LABEL,
        longest_about=LONGEST_ABOUT,
        fault=fault,
        typed=request.form,
        done=request.args.get("done"),
    )
