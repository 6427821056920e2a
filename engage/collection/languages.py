"""What staff may change about a survey at any time: its languages, how far they are reviewed, its help lines."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from engage.collection.receive import LONDON
from engage.collection.survey_words import settle_reviews
from engage.collection.wordings import ChangeRefused, Part, read_entries, review_all
from engage.phrases import SOURCE_LANGUAGE, languages_with_phrases
from engage.questionnaire.completeness import Finding, find_gaps_in
from engage.questionnaire.model import OPEN_OFFERS, Language, Questionnaire
from engage.questionnaire.reading import LANGUAGE_TAG
from engage.settings import Keys
from engage.storage import audit, clips, offers, phrases, questionnaires
from engage.storage.database import Session
from engage.storage.offers import Offer

__all__ = ["REVIEW_STATES", "ChangeRefused", "set_help_line_checked", "set_language_review"]

#: States staff may give a language; the one a survey was written in is its source.
REVIEW_STATES = ("machine_drafted", "reviewed")
#: Decisions staff may make about a language.
DECISIONS = ("offered", "fallback", "spoken", "closed")
#: Missing words that a refusal names.
_NAMED = 3


@dataclass(frozen=True)
class Progress:
    """How far the words of a part are in a language: counts, and who reviewed last and when."""

    total: int
    missing: int
    to_review: int
    state: str
    reviewed_by: str | None
    reviewed_at: datetime | None


@dataclass(frozen=True)
class Standing:
    """How a language of a survey stands: how it is offered, by whose decision, and what it still lacks."""

    tag: str
    is_source: bool
    offer: str
    decision: Offer | None
    gaps: tuple[Finding, ...]
    survey: Progress
    interface: Progress


def set_language_review(
    session: Session,
    keys: Keys,
    slug: str | None,
    tag: str,
    state: str,
    actor: str,
    now: datetime,
    version: int | None = None,
) -> None:
    """Say of every wording of a language that it is reviewed, or not after all; of the interface for no survey.

    It is about the newest version or the one named. Raises ChangeRefused.
    """
    if state not in REVIEW_STATES:
        raise ChangeRefused(f"{state!r} is not a state of review")
    phrases.lock(session)
    detail: dict[str, object] = {"language": tag, "state": state}
    if slug is not None:
        version = _questionnaire(session, slug, version).version
        detail = {"version": version, **detail}
    review_all(session, Part(slug, version), tag, is_reviewed=state == "reviewed", actor=actor, now=now)
    subject = slug or phrases.INTERFACE
    audit.append(session, keys.audit, at=now, actor=actor, action="language.reviewed", subject=subject, detail=detail)


def set_help_line_checked(
    session: Session, keys: Keys, slug: str, line_id: str, actor: str, now: datetime, version: int | None = None
) -> None:
    """Write down that a help line's number was tried today (Europe/London). Raises ChangeRefused."""
    phrases.lock(session)
    questionnaire = _questionnaire(session, slug, version)
    if line_id not in {line.id for line in questionnaire.help_lines}:
        raise ChangeRefused(f"{line_id!r} is not a help line of this survey")
    today = now.astimezone(LONDON).date().isoformat()
    lines = tuple(replace(line, checked_on=today) if line.id == line_id else line for line in questionnaire.help_lines)
    questionnaires.put(session, replace(questionnaire, help_lines=lines), now)
    detail = {"version": questionnaire.version, "help_line": line_id, "checked_on": today}
    audit.append(session, keys.audit, at=now, actor=actor, action="help_line.checked", subject=slug, detail=detail)


def add_language(
    session: Session, keys: Keys, slug: str, tag: str, actor: str, now: datetime, version: int | None = None
) -> None:
    """Prepare a survey for one more language, without words so far. Raises ChangeRefused."""
    phrases.lock(session)
    questionnaire = _questionnaire(session, slug, version)
    if not LANGUAGE_TAG.fullmatch(tag):
        raise ChangeRefused(f"{tag!r} is not a language tag such as rom, fa-AF or zh-Hant")
    if questionnaire.language(tag) is not None:
        raise ChangeRefused(f"the survey has {tag!r} already")
    wording = {key: str(change.words) for key, change in phrases.changes_of(session, Part(slug).catalogue, tag).items()}
    known = _fitting(questionnaire, wording)
    added = (*questionnaire.languages, Language(tag, "machine_drafted", known))
    questionnaires.put(session, settle_reviews(session, replace(questionnaire, languages=added)), now)
    detail = {"version": questionnaire.version, "language": tag}
    audit.append(session, keys.audit, at=now, actor=actor, action="language.added", subject=slug, detail=detail)


def offer_language(
    session: Session, keys: Keys, slug: str, tag: str, state: str, actor: str, now: datetime, version: int | None = None
) -> None:
    """Open a language of a survey to respondents, or close it. Raises ChangeRefused.

    It opens as `offered` only where no word is missing, of the survey or of the interface; as `fallback` what is
    missing is read in the survey's own language and marked; as `spoken` it has recordings, and easy read only.
    """
    questionnaire = _questionnaire(session, slug, version)
    if state not in DECISIONS:
        raise ChangeRefused(f"{state!r} is not among {', '.join(DECISIONS)}")
    if questionnaire.language(tag) is None:
        raise ChangeRefused(f"the survey has no language {tag!r}")
    if tag == questionnaire.default_language:
        raise ChangeRefused("the language a survey is written in is always offered")
    if state == "spoken" and "easy_read" not in questionnaire.styles:
        raise ChangeRefused("a language with recordings only is offered in easy read, which this survey does not have")
    if state == "spoken" and not clips.counts(session, slug).get(tag):
        raise ChangeRefused(f"there are no recordings in {tag!r} yet")
    gaps = gaps_of(session, questionnaire, tag)
    if state == "offered" and gaps:
        raise ChangeRefused(f"{tag} cannot be opened: {told_briefly(gaps)}")
    decided = "offered" if state == "fallback" and not gaps else state
    offers.put(session, slug, questionnaire.version, tag, Offer(decided, actor, now))
    action = "language.opened" if decided in OPEN_OFFERS else "language.closed"
    detail = {"version": questionnaire.version, "language": tag, "state": decided, "missing": len(gaps)}
    audit.append(session, keys.audit, at=now, actor=actor, action=action, subject=slug, detail=detail)


def offer_whole_languages(
    session: Session, questionnaire: Questionnaire, actor: str, now: datetime, *, is_replaced: bool = False
) -> list[str]:
    """Offer the languages of a version that nobody has decided about and that lack nothing; returns their tags.

    What staff closed in the version before stays closed. Where other questions took the place of the version's
    own, languages that were whole are judged again.
    """
    slug, version = questionnaire.slug, questionnaire.version
    decided = offers.of_version(session, slug, version)
    before = [number for number in questionnaires.versions_of(session, slug) if number < version]
    earlier = offers.of_version(session, slug, before[-1]) if before else {}
    opened = []
    for language in questionnaire.languages:
        if language.tag == questionnaire.default_language:
            continue
        if language.tag in decided:
            was_whole = is_replaced and decided[language.tag].state == "offered"
            if was_whole and gaps_of(session, questionnaire, language.tag):
                offers.drop(session, slug, version, language.tag)
            continue
        last = earlier.get(language.tag)
        if last is not None and last.state == "closed":
            offers.put(session, slug, version, language.tag, last)
        elif not gaps_of(session, questionnaire, language.tag):
            offers.put(session, slug, version, language.tag, Offer("offered", actor, now))
            opened.append(language.tag)
    return opened


def gaps_of(session: Session, questionnaire: Questionnaire, tag: str) -> list[Finding]:
    """Return what a language still lacks before respondents may be offered it whole."""
    return find_gaps_in(questionnaire, tag, phrases.read_interface(session).faults(tag))


def known_languages(session: Session, surveys: Iterable[Questionnaire]) -> list[str]:
    """Return the languages that anything is translated into, by tag."""
    found = {language.tag for survey in surveys for language in survey.languages}
    found |= {*languages_with_phrases(), *phrases.languages_changed(session, phrases.INTERFACE)}
    return sorted(found - {SOURCE_LANGUAGE})


def progress_by_survey(
    session: Session, surveys: Iterable[Questionnaire], tag: str
) -> list[tuple[Questionnaire, Progress]]:
    """Return the surveys that are translated into a language, with how far they are."""
    return [
        (survey, progress_of(session, Part(survey.slug, survey.version), tag, survey))
        for survey in surveys
        if survey.language(tag) is not None and tag != survey.default_language
    ]


def told_briefly(gaps: list[Finding]) -> str:
    """Say how many words are missing or wrong, and name the first."""
    named = ", ".join(gap.key for gap in gaps[:_NAMED])
    more = f" and {len(gaps) - _NAMED} more" if len(gaps) > _NAMED else ""
    return f"{len(gaps)} {'word is' if len(gaps) == 1 else 'words are'} missing or wrong: {named}{more}"


def standings(session: Session, questionnaire: Questionnaire) -> list[Standing]:
    """Return how each language of a version stands, in the order of the definition."""
    decided = offers.of_version(session, questionnaire.slug, questionnaire.version)
    return [
        Standing(
            tag=language.tag,
            is_source=language.tag == questionnaire.default_language,
            offer="offered" if language.tag == questionnaire.default_language else language.offer,
            decision=decided.get(language.tag),
            gaps=tuple(gaps_of(session, questionnaire, language.tag)),
            survey=progress_of(session, Part(questionnaire.slug, questionnaire.version), language.tag, questionnaire),
            interface=progress_of(session, Part(), language.tag),
        )
        for language in questionnaire.languages
    ]


def progress_of(session: Session, part: Part, tag: str, questionnaire: Questionnaire | None = None) -> Progress:
    """Return how far the words of a part are in a language."""
    if tag == (questionnaire.default_language if questionnaire else SOURCE_LANGUAGE):
        return Progress(0, 0, 0, "source", None, None)
    entries = read_entries(session, part, tag)
    worded = [entry for entry in entries if entry.words is not None]
    to_review = sum(entry.state != "reviewed" for entry in worded)
    state = "missing" if not worded else "machine_drafted" if to_review else "reviewed"
    said = [entry.review for entry in entries if entry.review is not None and entry.review.is_reviewed]
    last = max(said, key=lambda review: review.at, default=None)
    by, at = (last.by, last.at) if last else (None, None)
    return Progress(len(entries), len(entries) - len(worded), to_review, state, by, at)


def _fitting(questionnaire: Questionnaire, wording: Mapping[str, str]) -> dict[str, str]:
    """Return the words for keys that a questionnaire has."""
    source = questionnaire.language(questionnaire.default_language)
    return {key: text for key, text in wording.items() if source and key in source.wording}


def _questionnaire(session: Session, slug: str, version: int | None) -> Questionnaire:
    questionnaire = questionnaires.get(session, slug, version)
    if questionnaire is None:
        raise ChangeRefused(f"there is no survey {slug!r}" + (f" version {version}" if version else ""))
    return questionnaire
