"""Writing surveys in the browser: the working copies there are, where one begins, and its page with every question."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engage.collection import authoring
from engage.collection.authoring import CopyGone, PartChanged, PublishRefused
from engage.phrases import own_name
from engage.questionnaire.copying import copy_scale
from engage.questionnaire.editing import (
    OptionWritten,
    add_question,
    change_scale,
    move_question,
    place_of,
    remove_question,
)
from engage.questionnaire.faults import DefinitionFaulty
from engage.questionnaire.library import LIBRARY_SURVEYS
from engage.questionnaire.model import ENVELOPE_TYPES, QuestionType
from engage.questionnaire.renaming import Document, code_from
from engage.questionnaire.telling import name_of, told
from engage.staff.access import Permission, requires
from engage.staff.area_choices import area_groups
from engage.staff.authoring_beginning import CannotBegin, begun_document, library_survey
from engage.staff.authoring_head import languages_to_add
from engage.staff.authoring_saving import change_at_once, open_copy, page, require_copy, tell, told_before
from engage.staff.blueprint import staff_pages, the_account, the_instance
from engage.staff.scope import reached_surveys, scope
from engage.staff.words import QUESTION_TYPES, language_name
from engage.storage import areas, questionnaires, working_copies

#: Types whose answers are written with the question, one a line.
LISTED = (QuestionType.SINGLE_CHOICE, QuestionType.MULTIPLE_CHOICE, QuestionType.RANKING, QuestionType.COMMUNITY)
#: How the library's scales are named among those to choose from.
FROM_LIBRARY = "library:"


@staff_pages.get("/staff/author")
@requires(Permission.AUTHOR)
def author() -> ResponseReturnValue:
    """List the working copies, and offer to begin one."""
    return _list()


@staff_pages.post("/staff/author")
@requires(Permission.AUTHOR)
def begin_copy() -> ResponseReturnValue:
    """Begin a working copy from nothing, the library, a survey or a file."""
    instance = the_instance()
    try:
        with instance.database.writing() as session:
            begun = begun_document(session, request.form, request.files.get("file"))
            keys, actor, now = instance.settings.keys, the_account().email, instance.now()
            copy = authoring.begin(session, keys, begun.document, begun.begun_from, actor, now)
    except CannotBegin as refusal:
        return _list(fault=str(refusal)), 422
    except DefinitionFaulty as refusal:
        return _list(faults=[str(fault) for fault in refusal.faults]), 422
    if begun.warnings or begun.left_out:
        return render_template("staff/author_taken.html", copy=copy, begun=begun)
    tell("a working copy was begun")
    return redirect(url_for("staff.author_copy", copy_id=copy.id), 303)


@staff_pages.get("/staff/author/<uuid:copy_id>")
@requires(Permission.AUTHOR)
def author_copy(copy_id: UUID) -> ResponseReturnValue:
    """Show a working copy: its questions in order, what there is to look at, and what comes next."""
    return _copy(copy_id)


@staff_pages.post("/staff/author/<uuid:copy_id>/questions")
@requires(Permission.AUTHOR)
def author_add(copy_id: UUID) -> ResponseReturnValue:
    """Add a question."""
    kind, text = request.form.get("type", ""), " ".join(request.form.get("text", "").split())
    if kind not in QUESTION_TYPES or not text:
        return _copy(copy_id, fault="Choose the kind of question and write its words."), 422
    copy = require_copy(copy_id)
    options = [line.strip() for line in request.form.get("options", "").splitlines() if line.strip()]
    added: list[str] = []

    def edit(document: Document) -> Document:
        changed, question_id = _with_question(document, kind, text, options, request.form.get("scale", ""))
        added.append(question_id)
        after = request.form.get("after", "")
        return move_question(changed, question_id, place_of(changed, after) + 1) if after else changed

    edit(copy.document)
    onward = url_for("staff.author_question", copy_id=copy_id, question_id=added[0])
    return change_at_once(copy_id, f"added “{text}”", edit, onward)


@staff_pages.post("/staff/author/<uuid:copy_id>/questions/<question_id>")
@requires(Permission.AUTHOR)
def author_act(copy_id: UUID, question_id: str) -> ResponseReturnValue:
    """Move a question, remove it, or put it where it was dropped."""
    act, copy = request.form.get("act", ""), require_copy(copy_id)
    name = name_of(authoring.read_copy(copy), question_id)
    onward = url_for("staff.author_copy", copy_id=copy_id, _anchor=f"q-{question_id}")
    if act == "remove":
        without = url_for("staff.author_copy", copy_id=copy_id, _anchor="questions")
        return change_at_once(copy_id, f"removed “{name}”", lambda doc: remove_question(doc, question_id), without)
    step = {"up": -1, "down": 1}.get(act)
    to = request.form.get("to", "")
    if step is None and not (to.isascii() and to.isdigit() and len(to) < 4):  # noqa: PLR2004 - digits
        abort(400)

    def edit(document: Document) -> Document:
        place = place_of(document, question_id)
        return move_question(document, question_id, place + step if step else int(to))

    return change_at_once(copy_id, f"moved “{name}”", edit, onward)


@staff_pages.post("/staff/author/<uuid:copy_id>/undo")
@requires(Permission.AUTHOR)
def author_undo(copy_id: UUID) -> ResponseReturnValue:
    """Take the last change back."""
    require_copy(copy_id)
    instance, revision = the_instance(), request.form.get("revision", "")
    try:
        with instance.database.writing() as session:
            seen = int(revision) if revision.isascii() and revision.isdigit() else 0
            what = authoring.undo(session, copy_id, seen, the_account().email, instance.now())
    except CopyGone:
        abort(404)
    except PartChanged:
        return _copy(copy_id, fault="Somebody changed something after that: look at it before you take it back."), 409
    tell(f"taken back: {what}")
    return redirect(url_for("staff.author_copy", copy_id=copy_id), 303)


@staff_pages.post("/staff/author/<uuid:copy_id>/publish")
@requires(Permission.AUTHOR)
def author_publish(copy_id: UUID) -> ResponseReturnValue:
    """Make a working copy the next version of its survey."""
    copy, instance = require_copy(copy_id), the_instance()
    revision, over = (request.form.get(name, "") for name in ("revision", "over"))
    try:
        with instance.database.writing() as session:
            keys, actor, now = instance.settings.keys, the_account().email, instance.now()
            numbers = (int(text) if text.isascii() and text.isdigit() else 0 for text in (revision, over))
            imported = authoring.publish(session, keys, copy_id, next(numbers), actor, now, over=next(numbers))
    except CopyGone:
        abort(404)
    except PartChanged:
        return _copy(copy_id, fault="Somebody changed something since you opened this page: look at it first."), 409
    except PublishRefused as refusal:
        return _copy(copy_id, fault=f"{str(refusal)[0].upper()}{str(refusal)[1:]}."), 422
    except DefinitionFaulty as refusal:
        return _copy(copy_id, faults=[str(fault) for fault in refusal.faults]), 422
    tell(f"version {imported.version} of {copy.survey} is there: a wave can be piloted with it")
    return redirect(url_for("staff.author_versions", slug=copy.survey), 303)


@staff_pages.post("/staff/author/<uuid:copy_id>/discard")
@requires(Permission.AUTHOR)
def author_discard(copy_id: UUID) -> ResponseReturnValue:
    """Throw a working copy away."""
    copy = require_copy(copy_id)
    if not request.form.get("sure"):
        return _copy(copy_id, fault="Tick the box beside the button first: this cannot be undone."), 422
    instance = the_instance()
    with instance.database.writing() as session:
        authoring.discard(session, instance.settings.keys, copy_id, the_account().email, instance.now())
    tell(f"a working copy of {copy.survey} was thrown away")
    return redirect(url_for("staff.author"), 303)


def _with_question(
    document: Document, kind: str, text: str, options: Sequence[str], scale: str
) -> tuple[Document, str]:
    """Return the document with a question at its end, and the scale it needs where that is new here."""
    if kind != QuestionType.SCALE:
        return add_question(document, kind, text, options)
    scales = document.get("scales", {})
    if scale.startswith(FROM_LIBRARY):
        document, scale = copy_scale(document, library_survey(), scale.removeprefix(FROM_LIBRARY))
    elif scale not in scales:
        scale = code_from(text, scales, "scale")
        document = change_scale(document, scale, [OptionWritten(label) for label in options or ("Yes", "No")])
    return add_question(document, kind, text, scale=scale)


def _list(fault: str | None = None, faults: Sequence[str] = ()) -> str:
    limits = scope()
    with the_instance().database.reading() as session:
        copies = [copy for copy in working_copies.list_all(session) if limits.has_survey(copy.survey, None)]
        surveys = reached_surveys(session)
        tree = areas.read_tree(session)
        groups = [group for group in area_groups(tree) if limits.has_area(tree, group.area.code)]
    return render_template(
        "staff/author.html",
        copies=copies,
        surveys=surveys,
        library=LIBRARY_SURVEYS,
        groups=groups,
        fault=fault,
        faults=faults,
        form=request.form,
        done=told_before(),
    )


def _copy(copy_id: UUID, fault: str | None = None, faults: Sequence[str] = ()) -> str:
    looked, answered = open_copy(copy_id)
    whole = looked.whole
    with the_instance().database.reading() as session:
        newest = questionnaires.get(session, looked.copy.survey)
    here = {question.type for question in whole.questions}
    rows: list[dict[str, Any]] = [
        {
            "question": question,
            "name": name_of(whole, question.id),
            "type": QUESTION_TYPES[question.type],
            "condition": told(question.show_when, whole),
            "findings": looked.about(question.id),
            "is_faulty": looked.faulty(question.id),
            "is_answered": question.id in answered.questions,
        }
        for question in whole.questions
    ]
    return page(
        "author_copy",
        looked,
        rows=rows,
        newest=newest,
        answered=answered,
        types={kind: words for kind, words in QUESTION_TYPES.items() if kind not in ENVELOPE_TYPES & here},
        library_scales=[name for name in library_survey().scales if name not in whole.scales],
        language_name=language_name,
        own_name=own_name,
        language_tags=languages_to_add([language.tag for language in whole.languages]),
        fault=fault,
        faults=faults,
        form=request.form,
    )
