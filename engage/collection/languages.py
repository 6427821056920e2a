"""What staff may change about a survey at any time: how far a language is reviewed, when a number was tried."""

from dataclasses import replace
from datetime import datetime

from engage.collection.receive import LONDON
from engage.questionnaire.model import Questionnaire
from engage.settings import Keys
from engage.storage import audit, questionnaires
from engage.storage.database import Session

#: States staff may give a language; the one a survey was written in is its source.
REVIEW_STATES = ("machine_drafted", "reviewed")


class ChangeRefused(Exception):
    """A change that cannot be made; the message says why."""


def set_language_review(
    session: Session,
    keys: Keys,
    slug: str,
    tag: str,
    state: str,
    actor: str,
    now: datetime,
    version: int | None = None,
) -> None:
    """Say how far the wording of a language can be trusted, in the newest version or the one named.

    Raises ChangeRefused.
    """
    questionnaire = _questionnaire(session, slug, version)
    language = questionnaire.language(tag)
    if language is None or language.review == "source":
        raise ChangeRefused(f"{tag!r} is not a translation of this survey")
    if state not in REVIEW_STATES:
        raise ChangeRefused(f"{state!r} is not a state of review")
    changed = tuple(replace(known, review=state) if known.tag == tag else known for known in questionnaire.languages)
    questionnaires.put(session, replace(questionnaire, languages=changed), now)
    detail = {"version": questionnaire.version, "language": tag, "state": state}
    audit.append(session, keys.audit, at=now, actor=actor, action="language.reviewed", subject=slug, detail=detail)


def set_help_line_checked(
    session: Session, keys: Keys, slug: str, line_id: str, actor: str, now: datetime, version: int | None = None
) -> None:
    """Write down that a help line's number was tried today (Europe/London). Raises ChangeRefused."""
    questionnaire = _questionnaire(session, slug, version)
    if line_id not in {line.id for line in questionnaire.help_lines}:
        raise ChangeRefused(f"{line_id!r} is not a help line of this survey")
    today = now.astimezone(LONDON).date().isoformat()
    lines = tuple(replace(line, checked_on=today) if line.id == line_id else line for line in questionnaire.help_lines)
    questionnaires.put(session, replace(questionnaire, help_lines=lines), now)
    detail = {"version": questionnaire.version, "help_line": line_id, "checked_on": today}
    audit.append(session, keys.audit, at=now, actor=actor, action="help_line.checked", subject=slug, detail=detail)


def _questionnaire(session: Session, slug: str, version: int | None) -> Questionnaire:
    questionnaire = questionnaires.get(session, slug, version)
    if questionnaire is None:
        raise ChangeRefused(f"there is no survey {slug!r}" + (f" version {version}" if version else ""))
    return questionnaire
