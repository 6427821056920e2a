"""Pages for what stands around the questions: title, consent, areas, ways of reading, languages, scales."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import abort, request, url_for
from flask.typing import ResponseReturnValue

from engage.collection.authoring import Answered, mark_of
from engage.phrases import languages_with_phrases
from engage.pictures import PICTURES, svg
from engage.questionnaire.copying import add_language
from engage.questionnaire.editing import NoSuchPart, change_scale, tidied
from engage.questionnaire.model import CONSENT_RULES, STYLES
from engage.questionnaire.reading import LANGUAGE_TAG, PUBLIC_CODE, SLUG
from engage.questionnaire.reading_level import steps_of
from engage.questionnaire.renaming import Document
from engage.staff.access import Permission, requires
from engage.staff.area_choices import area_groups
from engage.staff.authoring_beginning import library_survey
from engage.staff.authoring_fields import acted_on, in_order, read_rows, rows_of, variants_of
from engage.staff.authoring_saving import Saving, change_at_once, open_copy, page, save
from engage.staff.blueprint import staff_pages, the_instance
from engage.staff.words import CONSENT_WORDS
from engage.staff.words import STYLES as STYLE_WORDS
from engage.storage import areas

#: Parts of the head that hold words, as they stand in a document: where, and which field.
_WORDS = {"title": "Title", "intro": "First words", "statement": "What people agree to"}
_HEAD = ("title", "intro", "areas", "styles", "slug", "code", "consent", "intro_pictures")


@staff_pages.get("/staff/author/<uuid:copy_id>/head")
@requires(Permission.AUTHOR)
def author_head(copy_id: UUID) -> ResponseReturnValue:
    """Show what stands before the questions."""
    looked, answered = open_copy(copy_id)
    document = looked.copy.document
    words = {"title": document, "intro": document, "statement": document["consent"]}
    with the_instance().database.reading() as session:
        groups = area_groups(areas.read_tree(session))
    return page(
        "author_head",
        looked,
        document=document,
        seen=mark_of(_head(document)),
        is_new=looked.copy.begun_from != "survey" and not answered.versions,
        words=[(part, name, words[part]) for part, name in _WORDS.items()],
        variants=variants_of(looked.whole),
        styles=[(style, STYLE_WORDS[style]) for style in STYLES],
        rules=[(rule, CONSENT_WORDS[rule]) for rule in CONSENT_RULES],
        groups=groups,
        pictures=sorted(PICTURES),
        told=[
            ("intro_pictures", "Pictures of the first words", document.get("intro_pictures", []), _easy(document)),
            ("pictures", "Pictures of what people agree to", document["consent"].get("pictures", []),
             _easy(document["consent"], "statement")),
        ],
    )  # fmt: skip


@staff_pages.post("/staff/author/<uuid:copy_id>/head")
@requires(Permission.AUTHOR)
def author_save_head(copy_id: UUID) -> ResponseReturnValue:
    """Save what stands before the questions."""
    looked, answered = open_copy(copy_id)
    is_new = looked.copy.begun_from != "survey" and not answered.versions
    here = url_for("staff.author_head", copy_id=copy_id)
    saving = Saving(
        "changed the head of the survey", _head, lambda document: _headed(document, is_new=is_new), here, here
    )
    return save(copy_id, saving)


@staff_pages.post("/staff/author/<uuid:copy_id>/languages")
@requires(Permission.AUTHOR)
def author_language(copy_id: UUID) -> ResponseReturnValue:
    """Add a language; words that the library translates are there at once."""
    tag = request.form.get("tag", "").strip()
    if not LANGUAGE_TAG.fullmatch(tag):
        abort(400)
    onward = url_for("staff.author_words", copy_id=copy_id, tag=tag)
    return change_at_once(copy_id, f"added {tag}", lambda doc: add_language(doc, tag, [library_survey()]), onward)


@staff_pages.get("/staff/author/<uuid:copy_id>/scale/<name>")
@requires(Permission.AUTHOR)
def author_scale(copy_id: UUID, name: str) -> ResponseReturnValue:
    """Show a scale: its answers from one end to the other, a short list, and how the one folds into the other."""
    looked, answered = open_copy(copy_id)
    scale = looked.copy.document.get("scales", {}).get(name)
    if scale is None:
        abort(404)
    locked = _locked(answered, name)
    return page(
        "author_scale",
        looked,
        name=name,
        scale=scale,
        seen=mark_of(scale),
        rows=rows_of(scale["options"], locked),
        short=rows_of(scale.get("short", []), locked),
        fold=scale.get("fold", {}),
        variants=variants_of(looked.whole),
        route_pairs=[(route.id, route.id.replace("_", " ")) for route in looked.whole.routes],
        used=[question for question in looked.whole.questions if question.scale == name],
        pictures=sorted(PICTURES),
        svg=svg,
    )


@staff_pages.post("/staff/author/<uuid:copy_id>/scale/<name>")
@requires(Permission.AUTHOR)
def author_save_scale(copy_id: UUID, name: str) -> ResponseReturnValue:
    """Save a scale, or remove one that no question uses."""
    looked, answered = open_copy(copy_id)
    before = looked.copy.document.get("scales", {}).get(name, {})
    locked, act = _locked(answered, name), request.form.get("act", "save")
    options = acted_on(read_rows(request.form, "l", locked), "l", act)
    short = acted_on(read_rows(request.form, "s", locked), "s", act)
    fold = {option.was: request.form.get(f"fold:{option.was}", "") for option in options if option.was}
    fields = {
        "faces": "faces" in request.form,
        "short_for": in_order(request.form.getlist("short_for"), before.get("short_for", ())),
    }
    here = url_for("staff.author_scale", copy_id=copy_id, name=name)
    if act == "remove":
        away = url_for("staff.author_copy", copy_id=copy_id)
        return save(
            copy_id,
            Saving(f"removed the scale {name}", lambda d: _scale(d, name), lambda d: _without(d, name), away, here),
        )

    def edit(document: Document) -> Document:
        return change_scale(document, name, options, short, fold, **fields)

    return save(copy_id, Saving(f"changed the scale {name}", lambda doc: _scale(doc, name), edit, here, here))


def _head(document: Document) -> Document:
    return {name: document.get(name) for name in _HEAD}


def _headed(document: Document, *, is_new: bool) -> Document:
    """Return the document with what was posted of its head."""
    form = request.form
    consent = _with_words(document["consent"], ("statement",), form)
    consent["rule"] = form.get("rule", consent["rule"])
    consent["pictures"] = form.getlist("pictures")
    changed = _with_words(document, ("title", "intro"), form) | {
        "areas": [code for code in form.getlist("area") if code],
        "styles": [style for style in STYLES if style in form.getlist("styles")],
        "intro_pictures": form.getlist("intro_pictures"),
    }
    changed["consent"] = {key: value for key, value in consent.items() if value}
    changed = {key: value for key, value in changed.items() if key != "intro_pictures" or value}
    if is_new:
        slug, code = form.get("slug", "").strip(), form.get("code", "").strip()
        changed |= {"slug": slug} if SLUG.fullmatch(slug) else {}
        changed |= {"code": code} if PUBLIC_CODE.fullmatch(code) else {}
    return tidied(changed)


def _with_words(part: Document, fields: tuple[str, ...], form: Mapping[str, str]) -> Document:
    posted = {key[2:]: " ".join(text.split()) for key, text in form.items() if key.startswith("w:")}
    mine = {key: text for key, text in posted.items() if key.partition("@")[0] in fields}
    return {key: value for key, value in (part | mine).items() if key not in mine or value}


def _easy(part: Document, field: str = "intro") -> list[str]:
    """Return the sentences that easy-read pictures stand beside."""
    return list(steps_of(part.get(f"{field}@easy_read") or part.get(field, "")))


def _locked(answered: Answered, name: str) -> frozenset[str]:
    return answered.options.get(f"scale.{name}", frozenset())


def _scale(document: Document, name: str) -> Any:
    scales = document.get("scales", {})
    if name not in scales:
        raise NoSuchPart(name)
    return scales[name]


def _without(document: Document, name: str) -> Document:
    scales = {known: scale for known, scale in document.get("scales", {}).items() if known != name}
    return tidied({**document, "scales": scales})


def languages_to_add(here: list[str]) -> list[str]:
    """Return the languages whose interface is there, and that a survey does not have yet."""
    return [tag for tag in languages_with_phrases() if tag not in here]
