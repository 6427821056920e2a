"""The translators' pages: words beside their source, saved key by key, and as files to take away and bring back."""

from collections.abc import Sequence
from typing import Any

from flask import Response, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engage.collection import languages
from engage.collection.translation_imports import counts_of, export_of, import_translations
from engage.collection.wordings import ChangeRefused, Outcome, Part, change_words, read_entries
from engage.phrases import SOURCE_LANGUAGE, direction, own_name
from engage.questionnaire.reading import LANGUAGE_TAG
from engage.questionnaire.translation_files import MEDIA_TYPES, WRITERS, read_translation_file
from engage.questionnaire.translation_rows import LARGEST_FILE, TranslationFileFaulty
from engage.questionnaire.translations import REASONS, Entry
from engage.staff.access import Permission, requires
from engage.staff.blueprint import staff_pages, the_account, the_instance
from engage.staff.scope import reached_surveys, scope
from engage.staff.wording_fields import read_edits, words_page
from engage.staff.words import ROW_RESULTS, language_name

#: The two parts: the words of the interface, and those of a survey.
_INTERFACE, _SURVEY = "/staff/translations/<tag>/interface", "/staff/translations/<tag>/survey/<slug>"


@staff_pages.get("/staff/translations")
@requires(Permission.TRANSLATE)
def translations() -> ResponseReturnValue:
    """List every language with how far its words are."""
    wanted = request.args.get("tag", "").strip()
    if wanted and LANGUAGE_TAG.fullmatch(wanted) and wanted != SOURCE_LANGUAGE:
        return redirect(url_for("staff.translate", tag=wanted), 303)
    with the_instance().database.reading() as session:
        surveys = reached_surveys(session)
        listed = [
            (tag, languages.progress_of(session, Part(), tag), languages.progress_by_survey(session, surveys, tag))
            for tag in languages.known_languages(session, surveys)
            if scope().has_language(tag)
        ]
    fault = f"{wanted} is not a language tag such as rom, fa-AF or zh-Hant." if wanted else None
    names = {"own_name": own_name, "language_name": language_name}
    return render_template("staff/translations.html", listed=listed, fault=fault, **names), 422 if fault else 200


@staff_pages.get(_INTERFACE, defaults={"slug": None})
@staff_pages.get(_SURVEY)
@requires(Permission.TRANSLATE)
def translate(tag: str, slug: str | None) -> ResponseReturnValue:
    """Show words beside their source."""
    return _page(tag, slug, _entries(tag, slug))


@staff_pages.post(_INTERFACE, defaults={"slug": None})
@staff_pages.post(_SURVEY)
@requires(Permission.TRANSLATE)
def save_words(tag: str, slug: str | None) -> ResponseReturnValue:
    """Save what can be saved; the rest stays in its boxes with what is wrong beside it."""
    instance, part = the_instance(), _part(slug)
    edits = read_edits(request.form, _entries(tag, slug), tag)
    with instance.database.writing() as session:
        keys, now = instance.settings.keys, instance.now()
        outcomes = change_words(session, keys, part, tag, edits, the_account().email, now)
    if any(outcome.result in ("refused", "conflict") for outcome in outcomes):
        return _page(tag, slug, _entries(tag, slug), outcomes), 422
    saved = sum(outcome.result in ("changed", "state") for outcome in outcomes)
    return redirect(_address(tag, slug, saved=saved), 303)


@staff_pages.post(f"{_INTERFACE}/reviewed", defaults={"slug": None})
@staff_pages.post(f"{_SURVEY}/reviewed")
@requires(Permission.TRANSLATE)
def sign_off(tag: str, slug: str | None) -> ResponseReturnValue:
    """Say of all words of a part that they are reviewed, or not after all."""
    instance, state = the_instance(), request.form.get("state", "")
    try:
        with instance.database.writing() as session:
            keys, actor, now = instance.settings.keys, the_account().email, instance.now()
            languages.set_language_review(session, keys, slug, tag, state, actor, now, _version())
    except ChangeRefused:
        abort(404)
    return redirect(_address(tag, slug), 303)


@staff_pages.get(f"{_INTERFACE}/words.<ending>", defaults={"slug": None})
@staff_pages.get(f"{_SURVEY}/words.<ending>")
@requires(Permission.TRANSLATE)
def export_words(tag: str, slug: str | None, ending: str) -> ResponseReturnValue:
    """Hand the words out as a file."""
    if ending not in WRITERS:
        abort(404)
    try:
        with the_instance().database.reading() as session:
            heading, entries = export_of(session, _part(slug), tag)
    except ChangeRefused:
        abort(404)
    name = f"{slug or 'interface'}.{tag}.{ending}"
    answer = Response(WRITERS[ending](heading, entries), mimetype=MEDIA_TYPES[ending])
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@staff_pages.post(f"{_INTERFACE}/file", defaults={"slug": None})
@staff_pages.post(f"{_SURVEY}/file")
@requires(Permission.TRANSLATE)
def import_words(tag: str, slug: str | None) -> ResponseReturnValue:
    """Take a file in and say what became of every row."""
    instance, sent = the_instance(), request.files.get("file")
    try:
        name, content = (sent.filename or "", sent.stream.read(LARGEST_FILE + 1)) if sent else ("", b"")
        file = read_translation_file(name, content, tag)
        with instance.database.writing() as session:
            keys, now = instance.settings.keys, instance.now()
            reports = import_translations(session, keys, _part(slug), tag, file, the_account().email, now)
    except (ChangeRefused, TranslationFileFaulty) as refusal:
        return _page(tag, slug, _entries(tag, slug), fault=f"Nothing was taken in: {refusal}."), 422
    return render_template(
        "staff/translations_taken.html",
        reports=[report for report in reports if report.result != "same"],
        counts=counts_of(reports),
        reasons=REASONS,
        results=ROW_RESULTS,
        back=_address(tag, slug),
        **_about(tag, slug),
    )


def _page(
    tag: str,
    slug: str | None,
    entries: Sequence[Entry],
    outcomes: Sequence[Outcome] = (),
    fault: str | None = None,
) -> str:
    return render_template(
        "staff/translate.html",
        saved=_number(request.args.get("saved")),
        fault=fault,
        address=lambda **changes: _address(tag, slug, **changes),
        **words_page(entries, tag, request.args, outcomes),
        **_about(tag, slug),
    )


def _about(tag: str, slug: str | None) -> dict[str, Any]:
    return {
        "tag": tag,
        "slug": slug,
        "version": _version(),
        "name": own_name(tag),
        "english_name": language_name(tag),
        "direction": direction(tag),
        "source_language": SOURCE_LANGUAGE,
    }


def _entries(tag: str, slug: str | None) -> Sequence[Entry]:
    """Return the wordings of a part; answers 404 where there is no such part."""
    try:
        with the_instance().database.reading() as session:
            return read_entries(session, _part(slug), tag)
    except ChangeRefused:
        abort(404)


def _part(slug: str | None) -> Part:
    return Part(slug, _version()) if slug else Part()


def _version() -> int | None:
    return _number(request.values.get("version")) or None


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 6 else None  # noqa: PLR2004 - digits


def _address(tag: str, slug: str | None, **changes: Any) -> str:
    """Return the address of this page with some of what it asks for changed."""
    asked = {name: request.args[name] for name in ("show", "q", "page", "version") if request.args.get(name)}
    return url_for("staff.translate", tag=tag, slug=slug, **{**asked, **changes})
