"""What every page of the editor does: opens a working copy, saves one change, and loses nothing where two meet."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import abort, redirect, render_template, request, session
from flask.typing import ResponseReturnValue

from engage.collection import authoring
from engage.collection.authoring import Answered, CopyGone, Document, PartChanged, mark_of
from engage.questionnaire.editing import NoSuchPart
from engage.staff.authoring_checks import Looked, look_through
from engage.staff.blueprint import the_account, the_instance
from engage.staff.scope import require_survey
from engage.storage.database import Session
from engage.storage.working_copies import WorkingCopy, last_step

#: Where what was just done is kept until the next page says it.
_DONE = "author_done"
#: Fields of a form that are not what its author wrote.
_OWN_FIELDS = frozenset({"csrf_token", "seen", "act"})


@dataclass(frozen=True)
class Saving:
    """One change: what it is called, the part it is about, how it is made, and the page that comes next."""

    what: str
    #: Returns the part of a document that the form showed.
    part: Callable[[Document], object]
    edit: Callable[[Document], Document]
    #: The page to go on to, and the one the form stood on.
    onward: str
    back: str


def open_copy(copy_id: UUID) -> tuple[Looked, Answered]:
    """Return a working copy looked through, and what of its survey was answered; answers 404 where there is none."""
    with the_instance().database.reading() as database:
        copy = _copy(database, copy_id)
        return look_through(database, copy), authoring.answered(database, copy.survey)


def require_copy(copy_id: UUID) -> WorkingCopy:
    """Return a working copy; answers 404 where there is none, or it is not of a survey of whoever asks."""
    with the_instance().database.reading() as database:
        return _copy(database, copy_id)


def save(copy_id: UUID, saving: Saving) -> ResponseReturnValue:
    """Make a change that was posted and go on; where somebody else changed the same meanwhile, show both."""
    require_copy(copy_id)
    instance, seen = the_instance(), request.form.get("seen", "")

    def edit(document: Document) -> Document:
        if mark_of(saving.part(document)) != seen:
            raise PartChanged(str(copy_id))
        return saving.edit(document)

    try:
        with instance.database.writing() as database:
            authoring.change(database, copy_id, edit, saving.what, the_account().email, instance.now())
    except (PartChanged, NoSuchPart):
        return _both_shown(copy_id, saving), 409
    except CopyGone:
        abort(404)
    tell(saving.what)
    return redirect(saving.onward, 303)


def change_at_once(copy_id: UUID, what: str, edit: Callable[[Document], Document], onward: str) -> ResponseReturnValue:
    """Make a change that depends on nothing its author saw, such as a move, and go on."""
    require_copy(copy_id)
    instance = the_instance()
    try:
        with instance.database.writing() as database:
            authoring.change(database, copy_id, edit, what, the_account().email, instance.now())
    except (CopyGone, NoSuchPart):
        abort(404)
    tell(what)
    return redirect(onward, 303)


def tell(what: str) -> None:
    """Have the next page say what was done."""
    session[_DONE] = what


def told_before() -> str | None:
    """Return what was just done, once."""
    done: str | None = session.pop(_DONE, None)
    return done


def page(template: str, looked: Looked, **context: Any) -> str:
    """Return a page of the editor."""
    with the_instance().database.reading() as database:
        step = last_step(database, looked.copy.id)
    around = {
        "copy": looked.copy,
        "whole": looked.whole,
        "looked": looked,
        "last": step,
        "done": told_before(),
    }
    return render_template(f"staff/{template}.html", **(around | context))


def _copy(database: Session, copy_id: UUID) -> WorkingCopy:
    try:
        copy = authoring.find(database, copy_id)
    except CopyGone:
        abort(404)
    require_survey(copy.survey)
    return copy


def _both_shown(copy_id: UUID, saving: Saving) -> str:
    """Return the page on which somebody sees that another was quicker; all that they typed is on it."""
    copy = require_copy(copy_id)
    try:
        now = saving.part(copy.document)
        mine = saving.part(saving.edit(copy.document))
    except NoSuchPart:
        now, mine = None, None
    posted = [(name, value) for name, values in request.form.lists() for value in values if name not in _OWN_FIELDS]
    return render_template(
        "staff/author_both.html",
        copy=copy,
        saving=saving,
        posted=posted,
        act=request.form.get("act", "save"),
        seen=mark_of(now),
        is_gone=now is None,
        differing=list(_differing(now, mine, "")),
        typed=[(name, value) for name, value in posted if value.strip()],
    )


def _differing(now: Any, mine: Any, place: str) -> Iterator[tuple[str, Any, Any]]:
    """Yield place, what stands there now and what would, of everything that differs."""
    if now == mine:
        return
    if isinstance(now, dict) and isinstance(mine, dict):
        for key in dict.fromkeys((*now, *mine)):
            yield from _differing(now.get(key), mine.get(key), f"{place}, {key}" if place else str(key))
    elif isinstance(now, list) and isinstance(mine, list):
        for at in range(max(len(now), len(mine))):
            theirs, own = (listed[at] if at < len(listed) else None for listed in (now, mine))
            yield from _differing(theirs, own, f"{place} {at + 1}")
    else:
        yield place.replace("_", " "), "" if now is None else now, "" if mine is None else mine
