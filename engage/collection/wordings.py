"""Changes words of the interface and of surveys key by key, so that nobody's change is lost to another's."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from engage.collection.survey_words import keep_baseline, reworded, settle_reviews
from engage.phrases import SHIPPED, Words, pair_hash, source_forms, words_hash
from engage.questionnaire.model import Language, Questionnaire
from engage.questionnaire.reading import LANGUAGE_TAG
from engage.questionnaire.translations import (
    Entry,
    Review,
    find_fault_in,
    interface_entries,
    survey_entries,
    words_mark,
)
from engage.settings import Keys
from engage.storage import audit, phrases, questionnaires
from engage.storage.database import Session
from engage.storage.phrases import Change

#: Results of edits that were made.
MADE = frozenset({"changed", "state"})


class ChangeRefused(Exception):
    """A change that cannot be made; the message says why."""


@dataclass(frozen=True)
class Part:
    """Whose words: those of a survey, in a version (the newest where none is named), or the interface's."""

    survey: str | None = None
    version: int | None = None

    @property
    def catalogue(self) -> str:
        """Return the name under which staff's changes are kept."""
        return phrases.catalogue_of(self.survey)


@dataclass(frozen=True)
class Edit:
    """What somebody wants a key to say; no words take it out.

    `was` is the mark of the words they saw, None where nobody knows; `review` says whether the words are
    reviewed now, None where nothing is said of it.
    """

    key: str
    words: Words | None
    was: str | None = None
    review: bool | None = None


@dataclass(frozen=True)
class Outcome:
    """What became of an edit: `changed`, `state` (of review only), `same`, `conflict` or `refused`.

    `code` says why not; `found` are the words that are there.
    """

    edit: Edit
    result: str
    code: str = ""
    found: Words | None = None


def read_entries(session: Session, part: Part, tag: str) -> tuple[Entry, ...]:
    """Return every wording of a part in a language beside its source. Raises ChangeRefused."""
    reviews = phrases.reviews_of(session, part.catalogue, tag)
    if part.survey is not None:
        questionnaire, language = _translated(session, part, tag)
        is_reviewed = language.review == "reviewed" and not reviews
        return survey_entries(questionnaire, language.wording, reviews, is_reviewed=is_reviewed)
    if tag == "en" or not LANGUAGE_TAG.fullmatch(tag):
        raise ChangeRefused(f"the interface is not translated into {tag!r}")
    words = phrases.read_interface(session).words(tag)
    shipped = [key for key, text in words.items() if SHIPPED.is_reviewed(tag, key, text)]
    return interface_entries(source_forms(), words, reviews, shipped)


def change_words(
    session: Session, keys: Keys, part: Part, tag: str, edits: Iterable[Edit], actor: str, now: datetime
) -> tuple[Outcome, ...]:
    """Make the changes that can be made, in one transaction, and say what became of each. Raises ChangeRefused.

    Whoever changes a wording must have seen the words that are there; otherwise both stand, and it is a conflict.
    """
    outcomes = _change(session, part, tag, edits, actor, now)
    if made := [outcome for outcome in outcomes if outcome.result in MADE]:
        _audit(session, keys, part, tag, made, actor, now)
    return outcomes


def review_all(session: Session, part: Part, tag: str, *, is_reviewed: bool, actor: str, now: datetime) -> None:
    """Say of every wording a part has in a language that it is reviewed, or that none is. Raises ChangeRefused."""
    found = [entry for entry in read_entries(session, part, tag) if entry.words is not None]
    if not found:
        raise ChangeRefused(f"{tag!r} has no words yet")
    _change(session, part, tag, [Edit(entry.key, entry.words, review=is_reviewed) for entry in found], actor, now)


def _change(
    session: Session, part: Part, tag: str, edits: Iterable[Edit], actor: str, now: datetime
) -> tuple[Outcome, ...]:
    phrases.lock(session)
    entries = {entry.key: entry for entry in read_entries(session, part, tag)}
    outcomes = tuple(judge_edit(edit, entries.get(edit.key), tag, is_survey=part.survey is not None) for edit in edits)
    made = [(entries[outcome.edit.key], outcome) for outcome in outcomes if outcome.result in MADE]
    if made:
        if part.survey is not None:
            keep_baseline(session, *_translated(session, part, tag), now)
        _store_reviews(session, part, tag, [(entry, outcome.edit) for entry, outcome in made], actor, now)
        changed = {entry.key: (entry, outcome.edit.words) for entry, outcome in made if outcome.result == "changed"}
        _store_words(session, part, tag, changed, actor, now)
    return outcomes


def judge_edit(edit: Edit, entry: Entry | None, tag: str, *, is_survey: bool) -> Outcome:
    """Say what is to become of an edit of the wording that stands there; None where there is none."""
    if entry is None:
        return Outcome(edit, "refused", "unknown_wording")
    seen = edit.was is None or edit.was == words_mark(entry.words)
    if edit.words == entry.words:
        is_said = edit.review is not None and entry.words is not None
        return Outcome(edit, "state" if is_said and edit.review != (entry.state == "reviewed") else "same")
    if not seen:
        untouched = edit.was == words_mark(edit.words) and not edit.review
        return Outcome(edit, "same" if untouched else "conflict", "" if untouched else "changed_meanwhile", entry.words)
    if edit.words is not None:
        code = find_fault_in(entry.source, edit.words, tag, of_survey=is_survey)
        if code:
            return Outcome(edit, "refused", code, entry.words)
    return Outcome(edit, "changed", found=entry.words)


def _store_words(
    session: Session,
    part: Part,
    tag: str,
    changed: Mapping[str, tuple[Entry, Words | None]],
    actor: str,
    now: datetime,
) -> None:
    shipped = SHIPPED.words(tag) if part.survey is None else {}
    for key, (entry, words) in changed.items():
        if words is None or shipped.get(key) == words:
            phrases.drop_change(session, part.catalogue, tag, key)
        else:
            phrases.put_change(session, part.catalogue, tag, key, Change(words, entry.source, actor, now))
    if part.survey is None:
        phrases.mark_changed(session)
        return
    for version in questionnaires.versions_of(session, part.survey):
        questionnaire = questionnaires.get(session, part.survey, version)
        if questionnaire is not None:
            settled = settle_reviews(session, reworded(questionnaire, tag, changed))
            if settled != questionnaire:
                questionnaires.put(session, settled, now)


def _store_reviews(
    session: Session, part: Part, tag: str, made: Iterable[tuple[Entry, Edit]], actor: str, now: datetime
) -> None:
    for entry, edit in made:
        if edit.words is not None and edit.review is not None:
            review = Review(words_hash(edit.words), edit.review, actor, now)
            pair = pair_hash(entry.source, edit.words)
            phrases.put_review(session, part.catalogue, tag, entry.key, pair, review)
    session.flush()


def _translated(session: Session, part: Part, tag: str) -> tuple[Questionnaire, Language]:
    questionnaire = questionnaires.get(session, str(part.survey), part.version)
    if questionnaire is None:
        version = f" version {part.version}" if part.version else ""
        raise ChangeRefused(f"there is no survey {part.survey!r}{version}")
    language = questionnaire.language(tag)
    if language is None or tag == questionnaire.default_language:
        raise ChangeRefused(f"{tag!r} is not a translation of this survey")
    return questionnaire, language


def _audit(session: Session, keys: Keys, part: Part, tag: str, made: list[Outcome], actor: str, now: datetime) -> None:
    detail: dict[str, object] = {"language": tag}
    if part.version is not None:
        detail["version"] = part.version
    for name, wanted in (("changed", None), ("reviewed", True), ("not_reviewed", False)):
        found = [
            outcome.edit.key
            for outcome in made
            if (outcome.result == "changed" if wanted is None else outcome.edit.review is wanted)
        ]
        if found:
            detail[name] = found
    subject = part.survey or phrases.INTERFACE
    audit.append(session, keys.audit, at=now, actor=actor, action="words.changed", subject=subject, detail=detail)
