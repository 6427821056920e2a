"""Adds what every survey here needs and no XLSForm has: consent, the questions about the person, and help lines."""

from collections.abc import Collection, Iterable
from dataclasses import replace
from typing import Any

from engage.questionnaire.definition import QUESTION_WORDS
from engage.questionnaire.document import to_document
from engage.questionnaire.library import LIBRARY_SURVEYS, read_library_survey
from engage.questionnaire.model import ENVELOPE_TYPES, Questionnaire
from engage.questionnaire.xlsform.wordings import Wordings, said_by

#: Wording keys of the survey itself that come with the envelope.
_KEYS = ("consent.statement",)


def add_envelope(document: dict[str, Any], wordings: Wordings, styles: Collection[str]) -> None:
    """Put the consent, area and age questions and help lines of the library's survey into a document.

    Their words come in the form's languages, and in English where the library lacks the form's own.
    """
    library = read_library_survey(LIBRARY_SURVEYS[0])
    asked = tuple(replace(question, routes=()) for question in library.questions if question.type in ENVELOPE_TYPES)
    taken = {question["id"] for question in document["questions"]}
    asked = tuple(question for question in asked if question.id not in taken)
    whole = to_document(replace(library, questions=asked, languages=(), help_lines=()))  # without any words
    document["questions"] = whole["questions"] + document["questions"]
    document.setdefault("areas", whole["areas"])
    consent = document.setdefault("consent", {})
    consent |= {"version": 1, "rule": library.consent.rule} | consent
    known = {route["id"] for route in document.get("routes", ())}
    lines = [line for line in library.help_lines if not line.routes or known & set(line.routes)]
    document["help_lines"] = [
        {"id": line.id, "number": line.number, "areas": list(line.areas), "checked_on": line.checked_on}
        for line in lines
    ]
    keys = [*_KEYS, *(f"help.{line.id}.{part}" for line in lines for part in ("name", "what"))]
    for question in asked:
        keys += (f"{question.id}.{part}" for part in QUESTION_WORDS)
        keys += (f"{question.id}.option.{option.code}" for option in question.options)
    _put_words(library, keys, wordings, styles)


def _put_words(library: Questionnaire, keys: Iterable[str], wordings: Wordings, styles: Collection[str]) -> None:
    by_language = {language.tag: language.wording for language in library.languages}
    own = wordings.default
    wanted = {tag: by_language[tag] for tag in wordings.by_language if tag in by_language}
    base = by_language.get(own, {})
    english = by_language[library.default_language]
    wanted[own] = {key: text for key, text in english.items() if key.partition("@")[0] not in base} | dict(base)
    for key in keys:
        wordings.put(key, said_by(wanted, key, "engage_survey!A1", styles))
