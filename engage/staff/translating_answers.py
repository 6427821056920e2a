"""Answers in other languages, for translators who are bound to keep what they read; and who is bound for which."""

from uuid import UUID

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engage.collection import whereabouts
from engage.collection.word_translations import (
    LONGEST,
    NotBound,
    NoTranslation,
    bind_translator,
    open_to_translate,
    say_english,
    say_language,
    translate,
    unbind_translator,
    waiting_for,
)
from engage.collection.words import ENGLISH, UNKNOWN, PieceGone
from engage.phrases import direction
from engage.staff.access import Permission, may, requires
from engage.staff.blueprint import staff_pages, the_account, the_instance
from engage.staff.own_words import question_of
from engage.staff.scope import reaches
from engage.staff.words import language_name
from engage.storage import questionnaires, staff, themes
from engage.storage.database import Session

_TOLD = {"kept": "Kept. It waits for the coders now.", "gone": "Somebody else has done that, or it was taken back."}


@staff_pages.get("/staff/texts-to-translate")
@requires(Permission.TRANSLATE_ANSWERS)
def texts_to_translate() -> ResponseReturnValue:
    """Show what waits for a translator, without its words."""
    with the_instance().database.reading() as session:
        own = themes.languages_of(session, the_account().email)
        found = waiting_for(session, the_account().email)
        waiting = [piece for piece in found if reaches(session, [whereabouts.of_piece(session, piece)])]
    told = _TOLD.get(request.args.get("told", ""))
    return render_template("staff/words_abroad.html", own=own, waiting=waiting, language_name=_name, told=told)


@staff_pages.get("/staff/texts-to-translate/<uuid:piece_id>")
@requires(Permission.TRANSLATE_ANSWERS)
def text_to_translate(piece_id: UUID) -> ResponseReturnValue:
    """Show one text in another language beside the place for its English version."""
    try:
        return _page(piece_id)
    except (PieceGone, NotBound):
        return redirect(url_for("staff.texts_to_translate", told="gone"), 303)


@staff_pages.post("/staff/texts-to-translate/<uuid:piece_id>")
@requires(Permission.TRANSLATE_ANSWERS)
def translate_text(piece_id: UUID) -> ResponseReturnValue:
    """Keep an English version, or say in which language the text really is."""
    form, instance, by = request.form, the_instance(), the_account().email
    keys, now = instance.settings.keys, instance.now()
    try:
        with instance.database.writing() as session:
            match form.get("act"):
                case "translate":
                    translate(session, keys, piece_id, form.get("words", ""), by, now)
                case "english":
                    say_english(session, keys, piece_id, by, now)
                case "language" if form.get("language") in _languages(session):
                    say_language(session, keys, piece_id, form["language"], by, now)
                case _:
                    abort(400)
    except (PieceGone, NotBound):
        return redirect(url_for("staff.texts_to_translate", told="gone"), 303)
    except NoTranslation:
        return _page(piece_id, f"Write it in English, in at most {LONGEST} characters."), 422
    return redirect(url_for("staff.texts_to_translate", told="kept"), 303)


@staff_pages.get("/staff/bound-translators")
@requires(Permission.MANAGE_STAFF)
def bound_translators() -> ResponseReturnValue:
    """Show who is bound to translate what people wrote, and in which languages."""
    return _bound_page()


@staff_pages.post("/staff/bound-translators")
@requires(Permission.MANAGE_STAFF)
def change_bound_translators() -> ResponseReturnValue:
    """Bind somebody for a language, or take it back."""
    form, instance, by = request.form, the_instance(), the_account().email
    keys, now = instance.settings.keys, instance.now()
    email, language = form.get("email", ""), form.get("language", "")
    act = {"bind": bind_translator, "unbind": unbind_translator}.get(form.get("act", ""))
    if act is None:
        abort(400)
    if act is bind_translator and form.get("signed") != "yes":
        return _bound_page("Somebody is bound once they have signed. Tick that they have."), 422
    try:
        with instance.database.writing() as session:
            if language not in _languages(session):
                return _bound_page("Choose a language."), 422
            act(session, keys, email, language, by, now)
    except NotBound as refusal:
        return _bound_page(str(refusal)), 422
    return redirect(url_for("staff.bound_translators", done=1), 303)


def _page(piece_id: UUID, fault: str | None = None) -> str:
    instance = the_instance()
    with instance.database.writing() as session:
        by, now = the_account().email, instance.now()
        piece, masked = open_to_translate(session, instance.settings.keys, piece_id, by, now)
        return render_template(
            "staff/words_abroad_text.html",
            piece=piece,
            parts=masked.parts,
            question=question_of(session, piece),
            language=_name(piece.language),
            direction="auto" if piece.language == UNKNOWN else direction(piece.language),
            languages=_languages(session),
            longest=LONGEST,
            fault=fault,
            typed=request.form.get("words", ""),
        )


def _bound_page(fault: str | None = None) -> str:
    with the_instance().database.reading() as session:
        bound = themes.bound_translators(session)
        people = [one.email for one in staff.list_all(session) if may(one, Permission.TRANSLATE_ANSWERS)]
        languages = _languages(session)
    return render_template(
        "staff/bound_translators.html",
        bound=bound,
        people=people,
        languages=languages,
        language_name=_name,
        fault=fault,
        done=request.args.get("done"),
    )


def _languages(session: Session) -> dict[str, str]:
    """Return the languages of all surveys but English, by tag."""
    tags = {language.tag for survey in questionnaires.newest(session) for language in survey.languages}
    return dict(sorted(((tag, language_name(tag)) for tag in tags - {ENGLISH}), key=lambda each: each[1]))


def _name(tag: str) -> str:
    return "Language not known" if tag == UNKNOWN else language_name(tag)
