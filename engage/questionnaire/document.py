"""Writes a questionnaire as a definition document, and names its questions by their content."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from engage.questionnaire import conditions
from engage.questionnaire.definition import FORMAT, QUESTION_WORDS
from engage.questionnaire.model import DEFAULT_MAX_LENGTH, NOTICE, Option, Question, Questionnaire, Scale

Document = dict[str, Any]
#: Fields that say how questions and results are shown, not what is asked.
_SHOWN = frozenset({"picture", "pictures", "intro_pictures", "summary"})


def to_document(questionnaire: Questionnaire) -> Document:
    """Return the definition document; parsing it gives an equal questionnaire."""
    source = questionnaire.language(questionnaire.default_language)
    words: Mapping[str, str] = source.wording if source else {}
    return {
        "format": FORMAT,
        "slug": questionnaire.slug,
        "code": questionnaire.code,
        "version": questionnaire.version,
        "default_language": questionnaire.default_language,
        "languages": {
            language.tag: {"review": language.review}
            | ({} if language is source else {"wording": dict(sorted(language.wording.items()))})
            for language in questionnaire.languages
        },
        "styles": list(questionnaire.styles),
        "areas": list(questionnaire.areas),
        **_words("title", "survey.title", words),
        **_words("intro", "survey.intro", words),
        **_words("privacy", "survey.privacy", words),
        **_given(intro_pictures=list(questionnaire.intro_pictures)),
        "consent": {
            "version": questionnaire.consent.version,
            "rule": questionnaire.consent.rule,
            **_words("statement", "consent.statement", words),
            **_given(pictures=list(questionnaire.consent.pictures)),
        },
        "routes": [
            {"id": route.id} | ({"when": conditions.to_document(route.when)} if route.when else {})
            for route in questionnaire.routes
        ],
        "scales": {name: _scale(scale, words) for name, scale in questionnaire.scales.items()},
        "questions": [_question(question, words) for question in questionnaire.questions],
        "help_lines": [
            {
                "id": line.id,
                "number": line.number,
                "for": list(line.routes),
                "areas": list(line.areas),
                "checked_on": line.checked_on,
                **_words("name", f"help.{line.id}.name", words),
                **_words("what", f"help.{line.id}.what", words),
            }
            for line in questionnaire.help_lines
        ],
    }


def questions_hash(questionnaire: Questionnaire) -> str:
    """Return the SHA-256 (hex) of what is asked: structure and source wording.

    Translations, their review states, help lines, the privacy notice, pictures and places in the summary are left
    out: these may change after the first answer.
    """
    source = questionnaire.language(questionnaire.default_language)
    languages = (replace(source, review="source", wording=without_notice(source.wording)),) if source else ()
    document = to_document(replace(questionnaire, languages=languages, help_lines=()))
    return hashlib.sha256(canonical_json(_without_showing(document)).encode()).hexdigest()


def without_notice(wording: Mapping[str, str]) -> Mapping[str, str]:
    """Return wordings without those of the privacy notice."""
    return {key: text for key, text in wording.items() if key.partition("@")[0] != NOTICE}


def _without_showing(part: Any) -> Any:
    if isinstance(part, dict):
        return {key: _without_showing(inner) for key, inner in part.items() if key not in _SHOWN}
    return [_without_showing(inner) for inner in part] if isinstance(part, list) else part


def canonical_json(document: object) -> str:
    """Return JSON with sorted keys and no spaces: equal documents give equal text."""
    return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def _words(field: str, key: str, words: Mapping[str, str]) -> Document:
    return {
        field + found[len(key) :]: text for found, text in words.items() if found == key or found.startswith(f"{key}@")
    }


def _scale(scale: Scale, words: Mapping[str, str]) -> Document:
    prefix = f"scale.{scale.name}."
    document: Document = {"options": [_option(option, prefix, words) for option in scale.options]}
    if scale.short:
        document["short"] = [_option(option, prefix, words) for option in scale.short]
        document["fold"] = dict(scale.fold)
        document["short_for"] = list(scale.short_for)
    if scale.faces:
        document["faces"] = True
    return document


def _option(option: Option, prefix: str, words: Mapping[str, str]) -> Document:
    return (
        {"code": option.code}
        | _words("label", prefix + option.code, words)
        | _given(
            exclusive=option.exclusive,
            picture=option.picture,
            group=option.group,
            routes=list(option.routes),
            alone=option.alone,
        )
    )


def _question(question: Question, words: Mapping[str, str]) -> Document:
    document: Document = {"id": question.id, "type": question.type.value}
    for part in QUESTION_WORDS:
        document |= _words(part, f"{question.id}.{part}", words)
    prefix = f"{question.id}.group."
    groups = {key.removeprefix(prefix): text for key, text in words.items() if key.startswith(prefix)}
    document |= _given(
        options=[_option(option, f"{question.id}.option.", words) for option in question.options],
        groups=groups,
        scale=question.scale,
        special=list(question.special),
        routes=list(question.routes),
        show_when=conditions.to_document(question.show_when) if question.show_when else None,
        options_from=question.options_from,
        max_choices=question.max_choices,
        sensitive=question.sensitive,
        alone=question.alone,
        about_you=question.about_you,
        permits_quotes=question.permits_quotes,
        summary=question.summary,
        picture=question.picture,
    )
    bounds = {"minimum": question.minimum, "maximum": question.maximum}
    document |= {key: value for key, value in bounds.items() if value is not None}
    return document | ({"max_length": question.max_length} if question.max_length != DEFAULT_MAX_LENGTH else {})


def _given(**fields: Any) -> Document:
    """Return the fields that say something: not None, not false, not empty."""
    return {key: value for key, value in fields.items() if value}
