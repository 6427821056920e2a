"""Joins the words of a survey's definition with what staff changed and reviewed on the screen."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from engage.phrases import Words, pair_hash, words_hash
from engage.questionnaire.model import NOTICE, Language, Questionnaire
from engage.questionnaire.translations import Entry, Review, review_of, survey_entries
from engage.storage import audit, phrases, questionnaires
from engage.storage.database import Session
from engage.storage.phrases import Change

#: Who reviewed words of which only the definition says that they are reviewed.
BY_DEFINITION = "the definition"


def settle_reviews(session: Session, questionnaire: Questionnaire) -> Questionnaire:
    """Return the questionnaire with the state of each language that its wordings' reviews come to."""
    said = phrases.all_reviews(session, phrases.catalogue_of(questionnaire.slug))
    languages = (
        replace(language, review=review_of(questionnaire, language.tag, said[language.tag]))
        if language.tag in said and language.tag != questionnaire.default_language
        else language
        for language in questionnaire.languages
    )
    return replace(questionnaire, languages=tuple(languages))


def join_staff_words(
    session: Session, questionnaire: Questionnaire, actor: str, now: datetime
) -> tuple[Questionnaire, tuple[str, ...]]:
    """Return a definition that comes in with what staff changed and reviewed, and where it says otherwise.

    What staff changed on the screen stays while its source is the same; a language that only staff added stays
    too. Words that the definition calls reviewed are reviewed by whoever brings it in.
    """
    phrases.lock(session)
    catalogue, newest = phrases.catalogue_of(questionnaire.slug), questionnaires.get(session, questionnaire.slug)
    same = questionnaires.get(session, questionnaire.slug, questionnaire.version)
    questionnaire = _with_notice(questionnaire, newest)
    for known in (each for each in (newest, same) if each is not None):
        for language in known.languages:
            keep_baseline(session, known, language, now)
    added = [tag for tag in phrases.languages_changed(session, catalogue) if not questionnaire.language(tag)]
    own = tuple(Language(tag, "machine_drafted") for tag in added if newest and newest.language(tag))
    kept: list[str] = []
    joined = []
    for language in (*questionnaire.languages, *own):
        changes = phrases.changes_of(session, catalogue, language.tag)
        joined.append(_with_changes(questionnaire, language, changes, kept))
    whole = replace(questionnaire, languages=tuple(joined))
    for language in whole.languages:
        if language.review == "reviewed":
            _store_baseline(session, whole, language, actor, now, kept)
    return settle_reviews(session, whole), tuple(kept)


def _with_notice(questionnaire: Questionnaire, newest: Questionnaire | None) -> Questionnaire:
    """Return a definition that comes in without a privacy notice with the one that staff wrote on the screen."""
    source = questionnaire.language(questionnaire.default_language)
    before = newest.language(questionnaire.default_language) if newest else None
    if source is None or before is None or any(is_of_notice(key) for key in source.wording):
        return questionnaire
    fitting = {*(route.id for route in questionnaire.routes), *questionnaire.styles, ""}
    notice = {key: text for key, text in before.wording.items() if is_of_notice(key)}
    kept = {key: text for key, text in notice.items() if key.partition("@")[2] in fitting}
    worded = replace(source, wording={**source.wording, **kept})
    languages = (worded if known is source else known for known in questionnaire.languages)
    return replace(questionnaire, languages=tuple(languages))


def is_of_notice(key: str) -> bool:
    """Say whether a wording is the privacy notice, in whatever variant."""
    return key.partition("@")[0] == NOTICE


def reworded(
    questionnaire: Questionnaire, tag: str, changed: Mapping[str, tuple[Entry, Words | None]]
) -> Questionnaire:
    """Return a version with the changes that are meant for it: those of words it has, for the source it has."""
    language = questionnaire.language(tag)
    if language is None:
        return questionnaire
    wording = dict(language.wording)
    for key, (entry, words) in changed.items():
        is_meant = wording.get(key) == entry.words and source_of(questionnaire, key) == entry.source
        if is_meant and _takes(questionnaire, language, key):
            wording.pop(key, None)
            if words is not None:
                wording[key] = str(words)
    changes = (replace(known, wording=wording) if known.tag == tag else known for known in questionnaire.languages)
    return replace(questionnaire, languages=tuple(changes))


def keep_baseline(session: Session, questionnaire: Questionnaire, language: Language, now: datetime) -> None:
    """Write down wording by wording what so far only the definition says: that all of a language is reviewed."""
    catalogue = phrases.catalogue_of(questionnaire.slug)
    if language.review != "reviewed" or phrases.reviews_of(session, catalogue, language.tag):
        return
    said = [line for line in audit.lines_about(session, questionnaire.slug) if line.action == "language.reviewed"]
    last = next((line for line in reversed(said) if line.detail.get("language") == language.tag), None)
    by, at = (last.actor, last.at) if last else (BY_DEFINITION, now)
    _store_baseline(session, questionnaire, language, by, at)


def _with_changes(
    questionnaire: Questionnaire, language: Language, changes: Mapping[str, Change], kept: list[str]
) -> Language:
    wording = dict(language.wording)
    for key, change in changes.items():
        if _takes(questionnaire, language, key) and source_of(questionnaire, key) == change.source:
            if wording.get(key, change.words) != change.words:
                kept.append(f"{language.tag}.{key}")
            wording[key] = str(change.words)
    return replace(language, wording=wording)


def _store_baseline(
    session: Session,
    questionnaire: Questionnaire,
    language: Language,
    by: str,
    at: datetime,
    but: Iterable[str] = (),
) -> None:
    """Store that the words of a language are reviewed, but for some and for those somebody has said something of."""
    catalogue = phrases.catalogue_of(questionnaire.slug)
    said, without = phrases.reviews_of(session, catalogue, language.tag), frozenset(but)
    for entry in survey_entries(questionnaire, language.wording, {}):
        if entry.words is None or f"{language.tag}.{entry.key}" in without:
            continue
        pair = pair_hash(entry.source, entry.words)
        if (entry.key, pair) not in said:
            review = Review(words_hash(entry.words), is_reviewed=True, by=by, at=at)
            phrases.put_review(session, catalogue, language.tag, entry.key, pair, review)
    session.flush()


def _takes(questionnaire: Questionnaire, language: Language, key: str) -> bool:
    """Say whether a translation may have words for a key: the source has them, or it has its own variant already."""
    default = questionnaire.language(questionnaire.default_language)
    return default is not None and language.tag != default.tag and (key in default.wording or key in language.wording)


def source_of(questionnaire: Questionnaire, key: str) -> str | None:
    """Return the source of a wording, of a variant that only a translation has that of the plain wording."""
    default = questionnaire.language(questionnaire.default_language)
    wording = default.wording if default else {}
    return wording.get(key, wording.get(key.partition("@")[0]))
