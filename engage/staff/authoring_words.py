"""Translations of a working copy, side by side: the same rows, boxes and states as those of a stored survey."""

from collections.abc import Sequence
from uuid import UUID

from flask import abort, redirect, request, url_for
from flask.typing import ResponseReturnValue

from engage.collection.copy_words import change_copy_words, read_copy_entries
from engage.collection.wordings import ChangeRefused, Outcome
from engage.phrases import direction, own_name
from engage.staff.access import Permission, requires
from engage.staff.authoring_checks import Looked
from engage.staff.authoring_saving import open_copy, page, tell
from engage.staff.blueprint import staff_pages, the_account, the_instance
from engage.staff.scope import require_language
from engage.staff.wording_fields import read_edits, words_page
from engage.staff.words import language_name


@staff_pages.get("/staff/author/<uuid:copy_id>/words/<tag>")
@requires(Permission.AUTHOR)
def author_words(copy_id: UUID, tag: str) -> ResponseReturnValue:
    """Show the words of a working copy beside those of a language."""
    require_language(tag)
    return _page(open_copy(copy_id)[0], tag)


@staff_pages.post("/staff/author/<uuid:copy_id>/words/<tag>")
@requires(Permission.AUTHOR)
def author_save_words(copy_id: UUID, tag: str) -> ResponseReturnValue:
    """Save what can be saved; the rest stays in its boxes with what is wrong beside it."""
    require_language(tag)
    looked, instance = open_copy(copy_id)[0], the_instance()
    try:
        with instance.database.writing() as session:
            entries = read_copy_entries(session, looked.copy, tag)
            edits = read_edits(request.form, entries, tag)
            outcomes = change_copy_words(session, copy_id, tag, edits, the_account().email, instance.now())
    except ChangeRefused:
        abort(404)
    if any(outcome.result in ("refused", "conflict") for outcome in outcomes):
        return _page(open_copy(copy_id)[0], tag, outcomes), 422
    saved = sum(outcome.result in ("changed", "state") for outcome in outcomes)
    tell(f"{saved} {'wording' if saved == 1 else 'wordings'} saved" if saved else "nothing was changed")
    asked = {name: request.args[name] for name in ("show", "q", "page") if request.args.get(name)}
    return redirect(url_for("staff.author_words", copy_id=copy_id, tag=tag, **asked), 303)  # type: ignore[arg-type]


def _page(looked: Looked, tag: str, outcomes: Sequence[Outcome] = ()) -> str:
    try:
        with the_instance().database.reading() as session:
            entries = read_copy_entries(session, looked.copy, tag)
    except ChangeRefused:
        abort(404)
    return page(
        "author_words",
        looked,
        tag=tag,
        address=lambda **changes: _address(looked, tag, **changes),
        name=own_name(tag),
        english_name=language_name(tag),
        direction=direction(tag),
        source_language=looked.whole.default_language,
        **words_page(entries, tag, request.args, outcomes),
    )


def _address(looked: Looked, tag: str, **changes: str | int) -> str:
    asked = {name: request.args[name] for name in ("show", "q", "page") if request.args.get(name)}
    return url_for("staff.author_words", copy_id=looked.copy.id, tag=tag, **{**asked, **changes})  # type: ignore[arg-type]
