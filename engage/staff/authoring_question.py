"""The page of one question: its words, answers and rules on one side, how people will meet it on the other."""

from typing import Any
from uuid import UUID

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engage.collection.authoring import Answered, mark_of
from engage.collection.paper import districts_on_form
from engage.phrases import own_name
from engage.pictures import PICTURES, svg
from engage.questionnaire.definition import QUESTION_WORDS, read_unfinished
from engage.questionnaire.editing import NoSuchPart, OptionWritten, change_options, change_question, ids_in, question_in
from engage.questionnaire.model import (
    ENVELOPE_TYPES,
    SPECIAL_CODES,
    SUMMARY_ROLES,
    Question,
    Questionnaire,
    QuestionType,
)
from engage.questionnaire.renaming import Document
from engage.questionnaire.telling import SPECIAL_WORDS, name_of, told
from engage.staff.access import Permission, requires
from engage.staff.authoring_checks import Looked
from engage.staff.authoring_fields import acted_on, read_question, read_rows, rows_of, variants_of
from engage.staff.authoring_preview import FORMS, Preview, Wanted, routes_of, show_question
from engage.staff.authoring_saving import Saving, open_copy, page, save
from engage.staff.blueprint import staff_pages, the_instance
from engage.staff.words import QUESTION_TYPES, STYLES, SUMMARY_PLACES, language_name
from engage.storage import areas

#: Kinds of question that answers are written for one by one.
WITH_OPTIONS = frozenset(
    {
        QuestionType.SINGLE_CHOICE,
        QuestionType.MULTIPLE_CHOICE,
        QuestionType.RANKING,
        QuestionType.COMMUNITY,
        QuestionType.AREA_RELATION,
    }
)


@staff_pages.get("/staff/author/<uuid:copy_id>/question/<question_id>")
@requires(Permission.AUTHOR)
def author_question(copy_id: UUID, question_id: str) -> ResponseReturnValue:
    """Show a question to be written, beside how it is met."""
    looked, answered = open_copy(copy_id)
    return _page(looked, answered, question_id)


@staff_pages.post("/staff/author/<uuid:copy_id>/question/<question_id>")
@requires(Permission.AUTHOR)
def author_save(copy_id: UUID, question_id: str) -> ResponseReturnValue:
    """Save a question, or show it as it would be: what is posted is kept only by its Save button."""
    looked, answered = open_copy(copy_id)
    try:
        before = question_in(looked.copy.document, question_id)
    except NoSuchPart:
        before = {"id": question_id, "type": request.form.get("type", "note")}
    taken = ids_in(looked.copy.document)
    fields = read_question(request.form, before, answered, taken)
    rows = acted_on(_posted_rows(answered, before), "o", request.form.get("act", ""))
    new_id = str(fields.get("id", question_id))

    def edit(document: Document) -> Document:
        question_in(document, question_id)
        changed = change_question(document, question_id, fields)
        return change_options(changed, new_id, rows) if _has_rows(changed, new_id) else changed

    address = url_for("staff.author_question", copy_id=copy_id, question_id=new_id, **_looking())
    back = url_for("staff.author_question", copy_id=copy_id, question_id=question_id)
    name = name_of(looked.whole, question_id)
    return save(
        copy_id, Saving(f"changed “{name}”", lambda doc: question_in(doc, question_id), edit, address + _anchor(), back)
    )


@staff_pages.post("/staff/author/<uuid:copy_id>/question/<question_id>/preview")
@requires(Permission.AUTHOR)
def author_preview(copy_id: UUID, question_id: str) -> ResponseReturnValue:
    """Return the preview of a question as it stands in the boxes, before it is saved."""
    looked, answered = open_copy(copy_id)
    try:
        before = question_in(looked.copy.document, question_id)
        fields = read_question(request.form, before, answered, ids_in(looked.copy.document)) | {"id": question_id}
        document = change_question(looked.copy.document, question_id, fields)
        if _has_rows(document, question_id):
            document = change_options(document, question_id, _posted_rows(answered, before))
    except NoSuchPart:
        abort(404)
    whole, faults = read_unfinished(document)
    place = [question.id for question in whole.questions].index(question_id)
    is_faulty = any(fault.path.startswith(f"questions[{place}]") for fault in faults)
    return render_template("staff/author_preview.html", **_preview(whole, question_id, is_faulty=is_faulty))


def _page(looked: Looked, answered: Answered, question_id: str) -> str:
    document, whole = looked.copy.document, looked.whole
    try:
        entry = question_in(document, question_id)
    except NoSuchPart:
        abort(404)
    question = whole.question(question_id)
    assert question is not None  # noqa: S101 - it stands in the document
    place = whole.place_of(question)
    locked = answered.options.get(question_id, frozenset())
    return page(
        "author_question",
        looked,
        entry=entry,
        question=question,
        number=place + 1,
        before=whole.questions[place - 1] if place else None,
        after=whole.questions[place + 1] if place + 1 < len(whole.questions) else None,
        seen=mark_of(entry),
        is_locked=question_id in answered.questions,
        versions=answered.versions,
        rows=rows_of(entry.get("options", []), locked),
        has_options=question.type in WITH_OPTIONS and not question.options_from,
        parents=[each for each in whole.questions[:place] if each.type is QuestionType.MULTIPLE_CHOICE],
        groups=_groups(entry),
        words=[(part, _variants(entry, part, whole)) for part in QUESTION_WORDS],
        variants=variants_of(whole),
        condition=told(question.show_when, whole),
        route_pairs=[(route.id, route.id.replace("_", " ")) for route in whole.routes],
        types={kind: words for kind, words in QUESTION_TYPES.items() if kind not in ENVELOPE_TYPES},
        roles={role: SUMMARY_PLACES[role] for role in SUMMARY_ROLES},
        specials={code: SPECIAL_WORDS[code] for code in SPECIAL_CODES},
        pictures=sorted(PICTURES),
        svg=svg,
        scale=whole.scales.get(question.scale or ""),
        scale_used=sum(each.scale == question.scale for each in whole.questions),
        **_preview(whole, question_id, is_faulty=looked.faulty(question_id)),
    )


def _preview(whole: Questionnaire, question_id: str, *, is_faulty: bool) -> dict[str, Any]:
    """Return what the preview beside the question shows."""
    question = whole.question(question_id)
    wanted = _wanted(whole)
    if is_faulty or question is None:
        preview = Preview(wanted, why_not="It is shown here once what is to put right is right.")
    else:
        preview = _shown(whole, question, wanted)
    return {
        "preview": preview,
        "forms": {form: words for form, words in FORMS.items() if _comes(whole, form)},
        "routes": routes_of(whole, question) if question else (),
        "tags": [language.tag for language in whole.languages],
        "language_name": language_name,
        "own_name": own_name,
        "styles": STYLES,
    }


def _shown(whole: Questionnaire, question: Question, wanted: Wanted) -> Preview:
    with the_instance().database.reading() as session:
        tree = areas.read_tree(session)
        districts = districts_on_form(session, whole)
    return show_question(whole, question, wanted, tree, list(districts.items()))


def _wanted(whole: Questionnaire) -> Wanted:
    form, language, route = (request.values.get(name, "") for name in ("form", "lang", "route"))
    return Wanted(
        form if form in FORMS else "phone",
        language if whole.language(language) else whole.default_language,
        route if route in {each.id for each in whole.routes} else "",
    )


def _comes(whole: Questionnaire, form: str) -> bool:
    style = Wanted(form).style
    return style == "standard" or style in whole.styles


def _looking() -> dict[str, Any]:
    """Return which preview was open, so that it stays open."""
    return {name: value for name in ("form", "lang", "route") if (value := request.values.get(name, ""))}


def _anchor() -> str:
    """Return where on the page to go on: to the answers, where a button there was pressed."""
    return "#options" if request.form.get("act", "").partition(":")[2].startswith("o") else ""


def _posted_rows(answered: Answered, before: Document) -> list[OptionWritten]:
    locked = answered.options.get(before["id"], frozenset())
    return read_rows(request.form, "o", locked, before.get("options", ()))


def _has_rows(document: Document, question_id: str) -> bool:
    question = question_in(document, question_id)
    return question["type"] in WITH_OPTIONS and not question.get("options_from")


def _variants(entry: Document, part: str, whole: Questionnaire) -> list[tuple[str, str]]:
    """Return variant and words of each variant of a part that may be written."""
    return [(variant, entry.get(f"{part}@{variant}", "")) for variant in variants_of(whole)]


def _groups(entry: Document) -> list[dict[str, Any]]:
    """Return the headings over answers, each with its variants."""
    groups = entry.get("groups", {})
    names = dict.fromkeys(key.partition("@")[0] for key in groups)
    return [
        {
            "name": name,
            "heading": groups.get(name, ""),
            "variants": {key.partition("@")[2]: text for key, text in groups.items() if key.startswith(f"{name}@")},
        }
        for name in names
    ]
