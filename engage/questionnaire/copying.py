"""Begins a definition document, and copies questions and translations into one from surveys there are."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from engage.questionnaire.definition import FORMAT, read_unfinished
from engage.questionnaire.document import to_document
from engage.questionnaire.editing import NoSuchPart, ids_in, put_question
from engage.questionnaire.model import ENVELOPE_TYPES, STYLES, Questionnaire
from engage.questionnaire.renaming import Document, code_from

#: Whom a survey is for and where they tell about: what every survey begins with, where the library has it.
_FIRST = ("age_band", "area")
_INTRO = "We want to know how things are in your area. You can skip any question and stop at any time."


def new_document(slug: str, code: str, areas: Sequence[str], library: Questionnaire) -> Document:
    """Return a survey with nothing of its own yet: consent, help lines and the first questions of the library."""
    shipped = to_document(library)
    consent, known = shipped["consent"], set(STYLES)
    document: Document = {
        "format": FORMAT,
        "slug": slug,
        "code": code,
        "version": 1,
        "default_language": library.default_language,
        "languages": {library.default_language: {"review": "source"}},
        "styles": ["standard", "large_print"],
        "areas": list(areas),
        "title": shipped["title"],
        "intro": _INTRO,
        "consent": {"version": 1, "rule": consent["rule"], "statement": consent["statement"]},
        "routes": [{"id": "everyone"}],
        "scales": {},
        "questions": [],
        "help_lines": [
            _fitted(line, known, ()) | {"for": [], "areas": []} for line in shipped["help_lines"] if not line["areas"]
        ],
    }
    for question_id in _FIRST:
        document = copy_question(document, library, question_id)[0]
    return document


def renamed_survey(questionnaire: Questionnaire, slug: str, code: str, areas: Sequence[str] = ()) -> Document:
    """Return a survey's document as another survey's first version."""
    document = to_document(questionnaire) | {"slug": slug, "code": code, "version": 1}
    if areas:
        document["areas"] = list(areas)
    return document


def copy_question(document: Document, source: Questionnaire, question_id: str) -> tuple[Document, str]:
    """Return the document with a question of another survey behind its last, and the id it has here.

    Its answers, pictures, scale and translations come along; routes and conditions only as far as they mean
    something here. Raises NoSuchPart, also where the document has this question of everybody already.
    """
    shipped = to_document(source)
    question = next((entry for entry in shipped["questions"] if entry["id"] == question_id), None)
    taken = ids_in(document)
    if question is None or (question_id in ENVELOPE_TYPES and question_id in taken):
        raise NoSuchPart(question_id)
    new_id = code_from(question["text"], taken, "question") if question_id in taken else question_id
    routes = [route["id"] for route in document["routes"]]
    fitted = _fitted(question, {*routes, *STYLES}, routes) | {"id": new_id}
    if fitted.get("options_from") not in {None, *taken}:
        parent = fitted.pop("options_from")
        listed = next(entry for entry in shipped["questions"] if entry["id"] == parent)
        fitted["options"] = [
            {key: value for key, value in option.items() if key not in ("group", "routes")}
            for option in _fitted(listed["options"], {*routes, *STYLES}, routes)
        ]
    scales, scale = _with_scale(document, shipped, question.get("scale"), routes)
    if scale:
        fitted["scale"] = scale
    keys = {f"{question_id}.": f"{new_id}."} | ({f"scale.{question['scale']}.": f"scale.{scale}."} if scale else {})
    grown = _without_loose_condition(put_question({**document, "scales": scales}, fitted))
    return _with_translations(grown, source, keys), new_id


def copy_scale(document: Document, source: Questionnaire, name: str) -> tuple[Document, str]:
    """Return the document with a scale of another survey, and the name it has here. Raises NoSuchPart."""
    if name not in source.scales:
        raise NoSuchPart(name)
    scales, here = _with_scale(document, to_document(source), name, [route["id"] for route in document["routes"]])
    return _with_translations({**document, "scales": scales}, source, {f"scale.{name}.": f"scale.{here}."}), str(here)


def add_language(document: Document, tag: str, libraries: Sequence[Questionnaire]) -> Document:
    """Return the document with one more language; words that a known survey translates are there at once."""
    if tag in document["languages"]:
        return document
    known = {text: words for library in libraries for text, words in _translated(library, tag)}
    source = _source_words(document)
    wording = {key: known[text] for key, text in source.items() if text in known}
    return {
        **document,
        "languages": {**document["languages"], tag: {"review": "machine_drafted", "wording": wording}},
    }


def _translated(library: Questionnaire, tag: str) -> Iterator[tuple[str, str]]:
    language, source = library.language(tag), library.language(library.default_language)
    if language is not None and source is not None:
        yield from ((source.wording[key], words) for key, words in language.wording.items() if key in source.wording)


def _source_words(document: Document) -> Mapping[str, str]:
    questionnaire, _ = read_unfinished(document)
    source = questionnaire.language(questionnaire.default_language)
    return source.wording if source else {}


def _fitted(part: Any, variants: Collection[str], routes: Collection[str]) -> Any:
    """Return a part of a document with only those variants and routes that are known where it goes."""
    if isinstance(part, list):
        return [_fitted(inner, variants, routes) for inner in part]
    if not isinstance(part, dict):
        return part
    fitted = {}
    for key, value in part.items():
        variant = key.partition("@")[2]
        if variant and variant not in variants:
            continue
        if key in ("routes", "short_for", "for"):
            value = [route for route in value if route in routes]  # noqa: PLW2901 - what of it is known here
            if not value:
                continue
        fitted[key] = _fitted(value, variants, routes) if key != "show_when" else value
    return fitted


def _without_loose_condition(document: Document) -> Document:
    """Return the document without the condition of its last question where that asks for what is not here."""
    place = f"questions[{len(document['questions']) - 1}].show_when"
    if not any(fault.path.startswith(place) for fault in read_unfinished(document)[1]):
        return document
    *before, last = document["questions"]
    return {**document, "questions": [*before, {key: value for key, value in last.items() if key != "show_when"}]}


def _with_scale(
    document: Document, shipped: Document, name: str | None, routes: Collection[str]
) -> tuple[Document, str | None]:
    """Return the scales with the one a question needs, and the name it has here."""
    scales: Document = dict(document.get("scales", {}))
    if name is None:
        return scales, None
    scale = _fitted(shipped["scales"][name], {*routes, *STYLES}, routes)
    here = name
    while here in scales and scales[here] != scale:
        here = f"{here}_2"
    scales[here] = scale
    return scales, here


def _with_translations(document: Document, source: Questionnaire, keys: Mapping[str, str]) -> Document:
    """Return the document with the translations of what came along; `keys` is how a key begins there → here."""
    known = set(_source_words(document))
    languages = dict(document["languages"])
    for tag, entry in languages.items():
        language = source.language(tag)
        if language is None or tag == document["default_language"]:
            continue
        brought = {
            here + key.removeprefix(there): words
            for key, words in language.wording.items()
            for there, here in keys.items()
            if key.startswith(there) and here + key.removeprefix(there) in known
        }
        languages[tag] = {**entry, "wording": {**brought, **entry.get("wording", {})}}
    return {**document, "languages": languages}
