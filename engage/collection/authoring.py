"""Working copies of questionnaires: begun, changed by several authors at once, taken back, published as a version."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from engage.collection.surveys import Imported, import_questionnaire
from engage.collection.wordings import Edit, Part, change_words
from engage.phrases import pair_hash
from engage.questionnaire.definition import parse_definition, read_unfinished
from engage.questionnaire.document import canonical_json, questions_hash
from engage.questionnaire.model import Questionnaire
from engage.questionnaire.way_back import brought_back, way_back
from engage.settings import Keys
from engage.storage import audit, questionnaires, responses, working_copies
from engage.storage.database import Session
from engage.storage.working_copies import Step, WorkingCopy

Document = dict[str, Any]


class CopyGone(Exception):
    """There is no such working copy: it was published or thrown away."""


class PartChanged(Exception):
    """Somebody else changed, meanwhile, just what an author changed too; nothing of it was stored."""


class PublishRefused(Exception):
    """A working copy cannot be published; the message says why."""


@dataclass(frozen=True)
class Version:
    """A version of a survey: who brought it in and when, and whether somebody has answered it."""

    number: int
    questions: int
    by: str | None
    at: datetime | None
    is_answered: bool


@dataclass(frozen=True)
class Answered:
    """What somebody has answered in a version of a survey: these codes stay, so that figures can be compared."""

    versions: tuple[int, ...] = ()
    questions: frozenset[str] = frozenset()
    #: Question or `scale.` and its name → codes of options.
    options: Mapping[str, frozenset[str]] = field(default_factory=dict)


def begin(session: Session, keys: Keys, document: Document, begun_from: str, actor: str, now: datetime) -> WorkingCopy:
    """Store a new working copy."""
    slug = str(document["slug"])
    copy = WorkingCopy(uuid4(), slug, begun_from, actor, now, actor, now, 1, document, {})
    working_copies.add(session, copy)
    detail = {"copy": str(copy.id), "from": begun_from}
    audit.append(session, keys.audit, at=now, actor=actor, action="survey.copy_begun", subject=slug, detail=detail)
    return copy


def find(session: Session, copy_id: UUID, *, for_change: bool = False) -> WorkingCopy:
    """Return a working copy. Raises CopyGone."""
    copy = working_copies.get(session, copy_id, for_change=for_change)
    if copy is None:
        raise CopyGone(str(copy_id))
    return copy


def mark_of(part: object) -> str:
    """Return a short mark of a part of a document, by which it is known whether it is still what somebody saw."""
    return hashlib.sha256(canonical_json(part).encode()).hexdigest()[:16]


def change(
    session: Session,
    copy_id: UUID,
    edit: Callable[[Document], Document],
    what: str,
    actor: str,
    now: datetime,
    *,
    reviews: Mapping[str, Any] | None = None,
) -> WorkingCopy:
    """Make one change of a working copy, as it stands now, and keep the way back. Raises CopyGone and what `edit` does.

    An edit that must not overwrite what its author has not seen raises PartChanged.
    """
    copy = find(session, copy_id, for_change=True)
    document = edit(copy.document)
    if document == copy.document and reviews is None:
        return copy
    changed = replace(
        copy,
        survey=str(document["slug"]),
        document=document,
        reviews=copy.reviews if reviews is None else reviews,
        revision=copy.revision + 1,
        changed_by=actor,
        changed_at=now,
    )
    working_copies.put(session, changed)
    back = way_back(copy.document, document)
    if back:
        working_copies.add_step(session, copy_id, Step(changed.revision, what, actor, now, back))
    return changed


def undo(session: Session, copy_id: UUID, revision: int, actor: str, now: datetime) -> str:
    """Take the last change back, if it is the one seen, and return what it was. Raises CopyGone, PartChanged."""
    copy = find(session, copy_id, for_change=True)
    step = working_copies.last_step(session, copy_id)
    if step is None or step.revision != revision:
        raise PartChanged(str(copy_id))
    document = brought_back(copy.document, step.back)
    working_copies.remove_step(session, copy_id, step.revision)
    changed = replace(copy, document=document, survey=str(document["slug"]))
    working_copies.put(session, replace(changed, revision=copy.revision + 1, changed_by=actor, changed_at=now))
    return step.what


def discard(session: Session, keys: Keys, copy_id: UUID, actor: str, now: datetime) -> None:
    """Throw a working copy away. Raises CopyGone."""
    copy = find(session, copy_id, for_change=True)
    working_copies.remove(session, copy_id)
    detail = {"copy": str(copy_id), "revision": copy.revision}
    audit.append(
        session, keys.audit, at=now, actor=actor, action="survey.copy_thrown_away", subject=copy.survey, detail=detail
    )


def publish(
    session: Session, keys: Keys, copy_id: UUID, revision: int, actor: str, now: datetime, *, over: int | None = None
) -> Imported:
    """Make a working copy the next version of its survey; where only translations differ, the words of this one.

    `over` is a version that came out since the copy was begun and that the author has been told of. Raises CopyGone,
    PartChanged, PublishRefused and DefinitionFaulty.
    """
    copy = find(session, copy_id, for_change=True)
    if copy.revision != revision:
        raise PartChanged(str(copy_id))
    newest = questionnaires.get(session, copy.survey)
    begun_at = int(copy.document["version"])
    if newest is not None and copy.begun_from != "survey" and over != newest.version:
        raise PublishRefused(f"there is a survey {copy.survey!r} already: give this one another short name")
    if newest is not None and newest.version > begun_at and over != newest.version:
        raise PublishRefused(
            f"version {newest.version} came out since this copy was begun, and has none of its changes"
        )
    questionnaire = _next_version(copy.document, newest)
    imported = import_questionnaire(session, keys, questionnaire, actor=actor, now=now)
    said = _say_of_words(session, keys, copy, questionnaire, imported, actor, now)
    if imported.change == "unchanged" and not said:
        raise PublishRefused("nothing differs from the version that is there")
    working_copies.remove(session, copy_id)
    return imported


def answered(session: Session, survey: str) -> Answered:
    """Return what has been answered in any version of a survey."""
    versions, questions, options = [], set[str](), dict[str, frozenset[str]]()
    for version in questionnaires.versions_of(session, survey):
        known = questionnaires.get(session, survey, version)
        if known is None or not responses.version_has_answers(session, survey, version):
            continue
        versions.append(version)
        questions |= {question.id for question in known.questions}
        lists = {question.id: question.options for question in known.questions}
        lists |= {f"scale.{name}": (*scale.options, *scale.short) for name, scale in known.scales.items()}
        for name, listed in lists.items():
            options[name] = options.get(name, frozenset()) | {option.code for option in listed}
    return Answered(tuple(versions), frozenset(questions), options)


def versions_told(session: Session, survey: str) -> list[Version]:
    """Return the versions of a survey, the newest last."""
    imported = [line for line in audit.lines_about(session, survey) if line.action == "survey.imported"]
    first = {line.detail.get("version"): line for line in reversed(imported)}
    known = []
    for number in questionnaires.versions_of(session, survey):
        questionnaire, line = questionnaires.get(session, survey, number), first.get(number)
        count = len(questionnaire.questions) if questionnaire else 0
        is_answered = responses.version_has_answers(session, survey, number)
        known.append(Version(number, count, line.actor if line else None, line.at if line else None, is_answered))
    return known


def _next_version(document: Document, newest: Questionnaire | None) -> Questionnaire:
    """Return what is to be stored. Raises DefinitionFaulty."""
    if newest is None:
        return parse_definition({**document, "version": 1})
    same = parse_definition({**document, "version": newest.version})
    if questions_hash(same) == questions_hash(newest):
        return same
    return replace(same, version=newest.version + 1)


def _say_of_words(
    session: Session,
    keys: Keys,
    copy: WorkingCopy,
    questionnaire: Questionnaire,
    imported: Imported,
    actor: str,
    now: datetime,
) -> int:
    """Put the copy's own translations and reviews where staff's are kept, so that they win over older ones.

    Returns how many changed anything.
    """
    source = questionnaire.language(questionnaire.default_language)
    said = 0
    for language in questionnaire.languages:
        if language is source or source is None:
            continue
        reviews = copy.reviews.get(language.tag, {})
        edits = [
            Edit(key, words, review=reviews[key]["is_reviewed"] if is_said else None)
            for key, words in language.wording.items()
            if (is_said := _is_of(reviews.get(key), source.wording.get(key), words))
            or f"{language.tag}.{key}" in imported.kept
        ]
        part = Part(questionnaire.slug, questionnaire.version)
        outcomes = change_words(session, keys, part, language.tag, edits, actor, now)
        said += sum(outcome.result in ("changed", "state") for outcome in outcomes)
    return said


def _is_of(review: Mapping[str, Any] | None, source: str | None, words: str) -> bool:
    """Say whether something said of a wording was said of just these words."""
    return review is not None and source is not None and review["pair"] == pair_hash(source, words)


def read_copy(copy: WorkingCopy) -> Questionnaire:
    """Return the questionnaire of a working copy as far as it can be read."""
    return read_unfinished(copy.document)[0]
