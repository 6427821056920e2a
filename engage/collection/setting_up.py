"""Setting a survey up: how far its record is, what keeps it from opening, and signing items one by one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engage.collection.notices import notice_of, spans_of
from engage.collection.receive import LONDON
from engage.collection.record_items import ITEMS, Ground, Judged
from engage.questionnaire.model import Questionnaire
from engage.settings import Keys
from engage.storage import areas, audit, questionnaires, retention_rules, safeguarding, setting_up, staff, waves
from engage.storage.database import Session
from engage.storage.setting_up import Signed

#: How the audit log names the signing of an item.
SIGNED = "record.signed"


class SurveyHasGaps(Exception):
    """A survey cannot open in the browser as long as its record has gaps."""

    def __init__(self, gaps: tuple["Gap", ...]) -> None:
        super().__init__(told(gaps))
        self.gaps = gaps


@dataclass(frozen=True)
class Gap:
    """What is missing of an item."""

    item: str
    words: str

    def __str__(self) -> str:
        return f"{ITEMS[self.item].title}: {self.words}"


@dataclass(frozen=True)
class Shown:
    """An item as the checklist shows it."""

    id: str
    title: str
    why: str
    said: str
    gap: str | None
    signed_by: str | None
    signed_at: datetime | None


def ground_of(session: Session, questionnaire: Questionnaire, now: datetime, wave: str | None = None) -> Ground:
    """Return everything that says how far a survey is set up."""
    slug = questionnaire.slug
    return Ground(
        questionnaire=questionnaire,
        record=setting_up.of_survey(session, slug),
        retention=retention_rules.of_survey(session, slug),
        owner=safeguarding.rule_of(session, slug).owner,
        contacts=tuple(safeguarding.contacts(session, slug)),
        accounts=tuple(staff.list_all(session)),
        tree=areas.read_tree(session),
        today=now.astimezone(LONDON).date(),
        wave=wave,
        is_made_up=any(known.synthetic for known in waves.list_of(session, slug)),
    )


def checklist(ground: Ground) -> tuple[Shown, ...]:
    """Return every item with how it stands, in the order of the work."""
    return tuple(_shown(ground, item, ITEMS[item].judge(ground)) for item in ITEMS)


def gaps_in(ground: Ground) -> tuple[Gap, ...]:
    """Return what is missing, in the order of the work."""
    judged = ((item, ITEMS[item].judge(ground)) for item in ITEMS)
    return tuple(Gap(item, found.gap) for item, found in judged if found.gap)


def gaps_of(session: Session, slug: str, now: datetime, wave: str | None = None) -> tuple[Gap, ...]:
    """Return what is missing before a wave of a survey may open, the one that answers belong to where none is named.

    A survey that is not there has no gaps: whoever opens it is told so.
    """
    named = waves.get(session, slug, wave) if wave else waves.current(session, slug)
    version = named.version if named is not None and named.state != "draft" else None
    questionnaire = questionnaires.get(session, slug, version)
    if questionnaire is None:
        return ()
    return gaps_in(ground_of(session, questionnaire, now, wave or (named.name if named else None)))


def require_no_gaps(session: Session, slug: str, now: datetime, wave: str | None = None) -> None:
    """Raise SurveyHasGaps where something is missing."""
    if gaps := gaps_of(session, slug, now, wave):
        raise SurveyHasGaps(gaps)


def sign(
    session: Session, keys: Keys, slug: str, item: str, document: Mapping[str, Any], *, actor: str, now: datetime
) -> None:
    """Store what somebody decided about an item, under their name and the moment."""
    setting_up.put(session, slug, item, Signed(document, actor, now))
    detail = {"item": item, "fields": sorted(document)}
    audit.append(session, keys.audit, at=now, actor=actor, action=SIGNED, subject=slug, detail=detail)


def told(gaps: tuple[Gap, ...]) -> str:
    """Say in one sentence what is missing."""
    count = f"{len(gaps)} {'item is' if len(gaps) == 1 else 'items are'} missing"
    return f"{count}: {'; '.join(map(str, gaps))}"


def filled_into_notice(session: Session, questionnaire: Questionnaire) -> dict[str, str]:
    """Return what the record fills into the privacy notice; what nobody has said yet is a dash."""
    controller = setting_up.of_survey(session, questionnaire.slug).get("controller")
    signed = controller.document if controller else {}
    days = retention_rules.of_survey(session, questionnaire.slug).answers_days
    return {
        "organisation": str(signed.get("organisation") or "–"),
        "contact": str(signed.get("contact") or "–"),
        **spans_of(days),
    }


def organisation_of(session: Session, slug: str) -> str | None:
    """Return the organisation that decides about a survey, None as long as nobody has signed it."""
    controller = setting_up.of_survey(session, slug).get("controller")
    return str(controller.document.get("organisation") or "") or None if controller else None


def has_notice(questionnaire: Questionnaire) -> bool:
    """Say whether a survey has a privacy notice to read."""
    return bool(notice_of(questionnaire))


def _shown(ground: Ground, item: str, judged: Judged) -> Shown:
    signed, about = ground.record.get(item), ITEMS[item]
    by, at = (signed.signed_by, signed.signed_at) if signed else (None, None)
    return Shown(item, about.title, about.why, judged.said, judged.gap, by, at)
