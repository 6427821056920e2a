"""Versions of a survey and what differs between them; questions borrowed from elsewhere; working copies as files."""

import json
from typing import Any
from uuid import UUID

from flask import Response, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engage.collection.authoring import versions_told
from engage.questionnaire.copying import copy_question
from engage.questionnaire.definition import parse_definition
from engage.questionnaire.faults import DefinitionFaulty
from engage.questionnaire.library import LIBRARY_SURVEYS, read_library_survey
from engage.questionnaire.model import ENVELOPE_TYPES, Questionnaire
from engage.questionnaire.renaming import Document
from engage.questionnaire.telling import name_of
from engage.questionnaire.versions import differences
from engage.questionnaire.xlsform import write_xlsform
from engage.staff.access import Permission, requires
from engage.staff.authoring_saving import change_at_once, open_copy, page, require_copy, told_before
from engage.staff.blueprint import staff_pages, the_instance
from engage.staff.scope import reached_surveys, require_survey
from engage.staff.words import QUESTION_TYPES
from engage.storage import questionnaires, waves, working_copies
from engage.storage.database import Session

#: What a file of a working copy is.
_MEDIA_TYPES = {
    "json": "application/json",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@staff_pages.get("/staff/author/versions/<slug>")
@requires(Permission.AUTHOR)
def author_versions(slug: str) -> ResponseReturnValue:
    """List the versions of a survey with who brought each in, and show what differs between two."""
    require_survey(slug)
    with the_instance().database.reading() as session:
        known = versions_told(session, slug)
        if not known:
            abort(404)
        numbers = [version.number for version in known]
        new = _number("to", numbers) or numbers[-1]
        earlier = [number for number in numbers if number < new]
        old = _number("from", numbers) or (earlier[-1] if earlier else new)
        before, after = (questionnaires.get(session, slug, number) for number in (old, new))
        copies = working_copies.of_survey(session, slug)
        used = {wave.version: wave for wave in waves.list_of(session, slug)}
    found = differences(before, after) if before and after and old != new else ()
    return render_template(
        "staff/author_versions.html",
        slug=slug,
        versions=known,
        old=old,
        new=new,
        differences=found,
        copies=copies,
        used=used,
        done=told_before(),
    )


@staff_pages.get("/staff/author/<uuid:copy_id>/compare")
@requires(Permission.AUTHOR)
def author_compare(copy_id: UUID) -> ResponseReturnValue:
    """Show what a working copy changes of the newest version."""
    looked, _ = open_copy(copy_id)
    with the_instance().database.reading() as session:
        newest = questionnaires.get(session, looked.copy.survey)
    found = differences(newest, looked.whole) if newest else ()
    return page("author_compare", looked, newest=newest, differences=found)


@staff_pages.get("/staff/author/<uuid:copy_id>/borrow")
@requires(Permission.AUTHOR)
def author_borrow(copy_id: UUID) -> ResponseReturnValue:
    """Show the questions of the library or of another survey, to be copied one by one."""
    looked, _ = open_copy(copy_id)
    with the_instance().database.reading() as session:
        source = _source(session, request.args.get("from", f"library:{LIBRARY_SURVEYS[0]}"))
        surveys = reached_surveys(session)
    here = {question.id for question in looked.whole.questions}
    offered = [
        (question, name_of(source, question.id), QUESTION_TYPES[question.type])
        for question in source.questions
        if not (question.type in ENVELOPE_TYPES and question.id in here)
    ]
    return page(
        "author_borrow",
        looked,
        source=request.args.get("from", f"library:{LIBRARY_SURVEYS[0]}"),
        sources=[(f"library:{slug}", f"{slug}, of the library") for slug in LIBRARY_SURVEYS]
        + [(f"survey:{known.slug}", f"{known.slug}, version {known.version}") for known in surveys],
        offered=offered,
        here=here,
    )


@staff_pages.post("/staff/author/<uuid:copy_id>/borrow")
@requires(Permission.AUTHOR)
def author_copy_question(copy_id: UUID) -> ResponseReturnValue:
    """Copy one question with its answers, scale and translations."""
    require_copy(copy_id)
    wanted = request.form.get("question", "")
    with the_instance().database.reading() as session:
        source = _source(session, request.form.get("from", ""))
    if source.question(wanted) is None:
        abort(404)

    def edit(document: Document) -> Document:
        return copy_question(document, source, wanted)[0]

    named: dict[str, Any] = {"from": request.form.get("from", "")}
    onward = url_for("staff.author_borrow", copy_id=copy_id, **named)
    return change_at_once(copy_id, f"copied “{name_of(source, wanted)}”", edit, onward)


@staff_pages.get("/staff/author/<uuid:copy_id>/file.<ending>")
@requires(Permission.AUTHOR)
def author_file(copy_id: UUID, ending: str) -> ResponseReturnValue:
    """Hand a working copy out as a file."""
    copy = require_copy(copy_id)
    if ending not in _MEDIA_TYPES:
        abort(404)
    try:
        content = _written(copy.document, ending)
    except DefinitionFaulty as refusal:
        looked, _ = open_copy(copy_id)
        return page("author_not_written", looked, faults=[str(fault) for fault in refusal.faults]), 422
    answer = Response(content, mimetype=_MEDIA_TYPES[ending])
    answer.headers["Content-Disposition"] = f'attachment; filename="{copy.survey}.{ending}"'
    return answer


def _written(document: Document, ending: str) -> bytes:
    """Return a working copy as a file. Raises DefinitionFaulty where an XLSForm cannot be made of it as it stands."""
    if ending == "xlsx":
        return write_xlsform(parse_definition(document))
    return json.dumps(document, ensure_ascii=False, indent=1).encode()


def _source(session: Session, named: str) -> Questionnaire:
    kind, _, slug = named.partition(":")
    if kind == "library" and slug in LIBRARY_SURVEYS:
        return read_library_survey(slug)
    require_survey(slug)
    found = questionnaires.get(session, slug) if kind == "survey" else None
    if found is None:
        abort(404)
    return found


def _number(name: str, known: list[int]) -> int | None:
    text = request.args.get(name, "")
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0  # noqa: PLR2004 - digits
    return number if number in known else None
