"""Translations of a working copy: the same wordings, states of review and rules as those of stored surveys."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from engage.collection.authoring import Document, change, find
from engage.collection.wordings import MADE, ChangeRefused, Edit, Outcome, judge_edit
from engage.phrases import pair_hash, words_hash
from engage.questionnaire.definition import read_unfinished
from engage.questionnaire.translations import Entry, Review, Reviews, survey_entries
from engage.storage import phrases
from engage.storage.database import Session
from engage.storage.working_copies import WorkingCopy


def read_copy_entries(session: Session, copy: WorkingCopy, tag: str) -> tuple[Entry, ...]:
    """Return every wording of a working copy in a language beside its source. Raises ChangeRefused."""
    questionnaire, _ = read_unfinished(copy.document)
    language = questionnaire.language(tag)
    if language is None or tag == questionnaire.default_language:
        raise ChangeRefused(f"{tag!r} is not a translation of this survey")
    reviews = _reviews(session, copy, tag)
    is_reviewed = language.review == "reviewed" and not reviews
    return survey_entries(questionnaire, language.wording, reviews, is_reviewed=is_reviewed)


def change_copy_words(
    session: Session, copy_id: UUID, tag: str, edits: Iterable[Edit], actor: str, now: datetime
) -> tuple[Outcome, ...]:
    """Make the changes of translations that can be made and say what became of each. Raises CopyGone, ChangeRefused."""
    copy = find(session, copy_id, for_change=True)
    entries = {entry.key: entry for entry in read_copy_entries(session, copy, tag)}
    outcomes = tuple(judge_edit(edit, entries.get(edit.key), tag, is_survey=True) for edit in edits)
    made = [outcome.edit for outcome in outcomes if outcome.result in MADE]
    if made:
        said = dict(copy.reviews.get(tag, {}))
        for edit in made:
            if edit.words is not None and edit.review is not None:
                said[edit.key] = {
                    "pair": pair_hash(entries[edit.key].source, edit.words),
                    "words": words_hash(edit.words),
                    "is_reviewed": edit.review,
                    "by": actor,
                    "at": now.isoformat(),
                }
        what = f"{len(made)} {'wording' if len(made) == 1 else 'wordings'} in {tag}"
        reviews = {**copy.reviews, tag: said}
        change(session, copy_id, lambda document: _worded(document, tag, made), what, actor, now, reviews=reviews)
    return outcomes


def _worded(document: Document, tag: str, made: Iterable[Edit]) -> Document:
    entry = document["languages"][tag]
    wording = dict(entry.get("wording", {}))
    for edit in made:
        wording.pop(edit.key, None)
        if edit.words is not None:
            wording[edit.key] = str(edit.words)
    return {**document, "languages": {**document["languages"], tag: {**entry, "wording": wording}}}


def _reviews(session: Session, copy: WorkingCopy, tag: str) -> Reviews:
    """Return what was said of wordings: of the stored survey's, and then of this copy's."""
    said = dict(phrases.reviews_of(session, phrases.catalogue_of(copy.survey), tag))
    for key, review in copy.reviews.get(tag, {}).items():
        at = datetime.fromisoformat(review["at"])
        said[key, review["pair"]] = Review(review["words"], review["is_reviewed"], review["by"], at)
    return said
