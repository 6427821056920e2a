"""Retention: what was kept only to be of use for a while is forgotten when that while is over."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from engage.collection.drafts import purge_drafts
from engage.collection.erasure import BATCH, DRAWINGS, WORDS, Because, erase, erase_part, gone_of
from engage.collection.public_questions import forget_unanswered
from engage.collection.receive import LONDON
from engage.collection.safeguarding import NUMBER_LIFE
from engage.questionnaire.model import Questionnaire
from engage.response.kept_answers import without_drawings, without_words
from engage.response.serials import response_id_of
from engage.settings import Keys
from engage.storage import (
    audit,
    erasures,
    outbox,
    questionnaires,
    responses,
    retention_rules,
    review,
    safeguarding,
    scans,
    texts,
    waves,
)
from engage.storage.database import Session
from engage.storage.erasures import Erasure
from engage.storage.instance import Instance
from engage.storage.retention_rules import RetentionRule
from engage.storage.waves import Wave

#: Providers repeat a message within minutes; the same reply has to be at hand for so long.
REPLY_LIFE = timedelta(hours=1)
#: So long before something goes, staff are told.
SOON = timedelta(days=30)
#: How the audit log names whoever forgets by itself.
ACTOR = "retention"
#: What is left of answers of which a part goes; the reason in the record.
_LEFT: Mapping[str, tuple[str, Callable[[Mapping[str, Any], Questionnaire], dict[str, Any]]]] = {
    WORDS: ("words_over", without_words),
    DRAWINGS: ("drawings_over", without_drawings),
}


class RuleRefused(Exception):
    """A rule that cannot be kept; the message says why."""


@dataclass(frozen=True)
class Over:
    """The last days on which a wave's answers, own words and drawings are there; None is not known yet, or never."""

    wave: Wave
    answers: date | None
    words: date | None
    drawings: date | None


def forget_what_is_over(session: Session, now: datetime) -> None:
    """Delete abandoned drafts and questions never answered, and take sender, words, number and hour off older texts.

    What stays of a text is the provider's own id, so that the same message again is still no news. Conversations
    are ended by `channels.sms.upkeep`, which keeps what was answered.
    """
    purge_drafts(session, now)
    forget_unanswered(session, now)
    texts.forget_messages(session, received_before=now - REPLY_LIFE)
    outbox.forget_numbers(session, made_before=now - NUMBER_LIFE)
    outbox.forget_sent(session, before=now - REPLY_LIFE)
    safeguarding.forget_numbers(session, raised_before=now - NUMBER_LIFE)


def set_rule(session: Session, keys: Keys, rule: RetentionRule, *, actor: str, now: datetime) -> None:
    """Decide how long a survey keeps what was answered. Raises RuleRefused."""
    if questionnaires.get(session, rule.survey) is None:
        raise RuleRefused(f"there is no survey {rule.survey!r}")
    days = (rule.answers_days, rule.words_days, rule.drawings_days)
    if any(span is not None and not 0 <= span <= retention_rules.LONGEST for span in days):
        raise RuleRefused(f"days are a number from 0 to {retention_rules.LONGEST}")
    retention_rules.put(session, rule)
    detail = {"answers": rule.answers_days, "words": rule.words_days, "drawings": rule.drawings_days}
    audit.append(
        session, keys.audit, at=now, actor=actor, action="retention.decided", subject=rule.survey, detail=detail
    )


def when_over(session: Session, survey: str) -> list[Over]:
    """Return until when a survey's waves are kept, oldest first."""
    rule = retention_rules.of_survey(session, survey)
    spans = (rule.answers_days, rule.words_days, rule.drawings_days)
    return [Over(wave, *(_last_day(wave, span) for span in spans)) for wave in waves.list_of(session, survey)]


def going_soon(session: Session, today: date) -> list[tuple[Wave, str, date]]:
    """Return what goes within a month: the wave, `answers`, `words` or `drawings`, and the last day it is there."""
    known = [
        over for questionnaire in questionnaires.newest(session) for over in when_over(session, questionnaire.slug)
    ]
    return [
        (over.wave, part, last)
        for over in known
        for part, last in (("answers", over.answers), (WORDS, over.words), (DRAWINGS, over.drawings))
        if last and today <= last < today + SOON
    ]


def forget_waves(instance: Instance) -> int:
    """Erase what waves were answered longer ago than their surveys keep it; returns how many responses changed.

    A transaction never holds more than some hundred responses, so people go on answering meanwhile.
    """
    today = instance.now().astimezone(LONDON).date()
    with instance.database.reading() as session:
        slugs = [questionnaire.slug for questionnaire in questionnaires.newest(session)]
        known = [over for slug in slugs for over in when_over(session, slug)]
    changed = 0
    for over in known:
        if over.answers and over.answers < today:
            changed += sum(_repeat(instance, over.wave, _erase_some))
            continue
        for part, last in ((WORDS, over.words), (DRAWINGS, over.drawings)):
            if last and last < today:
                changed += sum(_repeat(instance, over.wave, _Part(part)))
    if changed:
        instance.database.shrink()
    return changed


def _last_day(wave: Wave, days: int | None) -> date | None:
    return wave.closed_on + timedelta(days=days) if wave.closed_on is not None and days is not None else None


#: Erases some responses of a wave, or a part of them, in one transaction; None when there is nothing more.
_Step = Callable[[Session, Keys, Wave, datetime], int | None]


def _repeat(instance: Instance, wave: Wave, step: _Step) -> Iterator[int]:
    while True:
        with instance.database.writing() as session:
            count = step(session, instance.settings.keys, wave, instance.now())
        if count is None:
            return
        yield count


def _erase_some(session: Session, keys: Keys, wave: Wave, now: datetime) -> int | None:
    ids = [
        response.response_id
        for _, response in responses.some_of_wave(session, wave.survey, wave.name, 0, BATCH, lock=True)
    ]
    if not ids:  # what was never stored goes last: held answers, and forms that were only scanned
        ids = review.held_of_wave(session, wave.survey, wave.name)[:BATCH]
    if not ids:
        ids = [response_id_of(serial) for serial in scans.serials_of_wave(session, wave.survey, wave.name)[:BATCH]]
    if not ids:
        return None
    erase(session, keys, gone_of(session, keys, ids), Because("answers_over", ACTOR, now, wave.survey, wave.name))
    return len(ids)


@dataclass(frozen=True)
class _Part:
    """Takes own words or drawings out of responses of which the coded answers stay."""

    part: str

    def __call__(self, session: Session, keys: Keys, wave: Wave, now: datetime) -> int | None:
        reason, left_of = _LEFT[self.part]
        questionnaire = questionnaires.get(session, wave.survey, wave.version)
        if questionnaire is None:
            return None
        review.change_held(session, wave.survey, wave.name, lambda answers: left_of(answers, questionnaire))
        after = erasures.looked_at_up_to(session, wave.survey, wave.name, reason)
        some = responses.some_of_wave(session, wave.survey, wave.name, after, BATCH, lock=True)
        if not some:
            return None
        changed = []
        for _, response in some:
            left = left_of(response.answers, questionnaire)
            if left != response.answers:
                responses.put_answers(session, response.response_id, left)
                changed.append(response.response_id)
        gone = gone_of(session, keys, [response.response_id for _, response in some])
        traces = erase_part(session, self.part, gone)
        record = Erasure(now, wave.survey, wave.name, reason, ACTOR, len(changed), traces, up_to=some[-1][0])
        erasures.add(session, record)
        detail = {"wave": wave.name, "responses": len(changed), "reason": reason}
        audit.append(
            session,
            keys.audit,
            at=now,
            actor=ACTOR,
            action=f"{self.part}.erased",
            subject=wave.survey,
            detail=detail,
        )
        return len(changed)
