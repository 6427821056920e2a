"""Batches of paper: printed for somebody and some place, handed out, taken back, entered or spoilt, destroyed."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from types import MappingProxyType
from uuid import UUID, uuid4

from engage.collection.receive import LONDON
from engage.collection.scan_pages import spoil_scans
from engage.response.codes import ALPHABET
from engage.settings import Keys
from engage.storage import audit, batches, forms, questionnaires, staff
from engage.storage.batches import Batch, Rules
from engage.storage.database import Session
from engage.storage.forms import SPOILT_REASONS, Form

#: Signs of a batch's code.
_CODE_LENGTH = 5
#: Characters of a venue and of a name.
LONGEST_NAME = 100
#: Per cent that are all, and the most days that paper may be kept.
WHOLE, LONGEST_KEPT = 100, 3650
#: States of a form whose answers came in.
ANSWERED = ("entered", "read")
#: States of a form that is over, whatever came of it.
OVER = (*ANSWERED, "refused", "spoilt")


class BatchRefused(Exception):
    """Something that cannot be done with a batch or a form; the message says why."""


@dataclass(frozen=True)
class PrintRun:
    """What a batch is printed of and for; `ambassador` is who is to hand it out."""

    survey: str
    version: int
    wave: str
    language: str
    style: str
    count: int
    area: str | None = None
    venue: str | None = None
    ambassador: str | None = None
    job: UUID | None = None


@dataclass(frozen=True)
class BatchCount:
    """A batch and what became of its forms, by state; fieldwork, not answers."""

    batch: Batch
    forms: Mapping[str, int]

    @property
    def answered(self) -> int:
        """Return how many forms brought answers."""
        return sum(self.forms.get(state, 0) for state in ANSWERED)

    @property
    def over(self) -> int:
        """Return how many forms are back and done with."""
        return sum(self.forms.get(state, 0) for state in OVER)

    @property
    def awaited(self) -> int:
        """Return how many forms came back and are still to be entered."""
        return max(0, (self.batch.returned_count or 0) - self.over)

    @property
    def percent_answered(self) -> int | None:
        """Return the response rate in per cent of the forms handed out, None before they are."""
        return round(100 * self.answered / self.batch.count) if self.batch.handed_out_on else None


def open_batch(session: Session, run: PrintRun, by: str, now: datetime) -> Batch:
    """Record a print run under a code that no other has; its forms are issued into it."""
    code = _new_code()
    while batches.find(session, code) is not None:
        code = _new_code()
    batch = Batch(
        id=uuid4(),
        code=code,
        survey=run.survey,
        version=run.version,
        wave=run.wave,
        language=run.language,
        style=run.style,
        area=run.area,
        venue=_name(run.venue),
        ambassador=_person(session, run.ambassador),
        count=run.count,
        printed_by=by,
        printed_at=now,
        job=run.job,
    )
    batches.add(session, batch)
    return batch


def hand_out(session: Session, keys: Keys, batch_id: UUID, who: str, by: str, now: datetime) -> Batch:
    """Write down who hands a batch out, also where somebody else was named before. Raises BatchRefused.

    Whoever hands forms out does not key them, so it cannot be somebody who has keyed some of them already.
    """
    batch = _batch(session, batch_id)
    person = _person(session, who)
    if batch.state not in ("printed", "handed_out"):
        raise BatchRefused("these forms have come back already")
    if person is None:
        raise BatchRefused("say who hands the forms out")
    if person in forms.entered_by(session, batch.id):
        raise BatchRefused(f"{person} has keyed forms of this batch, so somebody else hands them out")
    day = batch.handed_out_on or now.astimezone(LONDON).date()
    forms.move_batch(session, batch.id, "handed_out")
    changed = replace(batch, state="handed_out", handed_out_by=person, handed_out_on=day)
    return _keep(session, keys, changed, "batch.handed_out", by, now, {"handed_out_by": person})


def take_back(session: Session, keys: Keys, batch_id: UUID, count: int, by: str, now: datetime) -> Batch:
    """Write down how many forms of a batch are back, more of them later too. Raises BatchRefused.

    From now on its paper has a day by which it is destroyed.
    """
    batch = _batch(session, batch_id)
    counted = count_batch(session, batch)
    if batch.state == "destroyed":
        raise BatchRefused("this paper was destroyed")
    if not counted.over <= count <= batch.count:
        raise BatchRefused(f"between {counted.over} and {batch.count} forms can be back: {batch.count} were printed")
    if batch.handed_out_on is None:
        raise BatchRefused("say first who handed the forms out")
    day = now.astimezone(LONDON).date()
    if count == batch.count:
        forms.move_batch(session, batch.id, "returned")
    last_day = batch.destroy_by or day + timedelta(days=batches.rules_of(session, batch.survey).keep_days)
    changed = replace(batch, state="returned", returned_on=day, returned_count=count, destroy_by=last_day)
    return _keep(session, keys, changed, "batch.returned", by, now, {"count": count})


def destroy(session: Session, keys: Keys, batch_id: UUID, by: str, now: datetime) -> Batch:
    """Write down that the paper of a batch was destroyed today: what is back of it, or all where it never went out.

    Raises BatchRefused while forms are to be entered.
    """
    batch = _batch(session, batch_id)
    counted = count_batch(session, batch)
    if batch.state == "destroyed":
        raise BatchRefused("this paper was destroyed already")
    if batch.state == "handed_out":
        raise BatchRefused("say first how many forms came back")
    if counted.awaited:
        raise BatchRefused(f"{counted.awaited} of the forms that came back are not entered yet")
    day = now.astimezone(LONDON).date()
    is_out = batch.handed_out_on is not None
    forms.destroy_batch(session, batch.id, day, OVER if is_out else forms.STATES)
    changed = replace(batch, state="destroyed", destroyed_by=by, destroyed_on=day)
    return _keep(session, keys, changed, "batch.destroyed", by, now, {})


def spoil(session: Session, keys: Keys, form: Form, because: str, by: str, now: datetime) -> tuple[str, ...]:
    """Mark a form that nobody can use, by its serial, and delete what was scanned of it. Raises BatchRefused.

    Whoever handed it out may not: a form could be made to vanish that way. Returns the sealed pictures to delete
    once this is committed.
    """
    if because not in SPOILT_REASONS:
        raise BatchRefused("say why the form cannot be used")
    if not may_key(session, form.serial, by):
        raise BatchRefused("whoever handed a form out does not judge it")
    if not forms.mark(session, form.serial, state="spoilt", by=by, at=now, because=because):
        raise BatchRefused("this form was entered or set aside before")
    detail = {"because": because}
    audit.append(session, keys.audit, at=now, actor=by, action="form.spoilt", subject=form.serial, detail=detail)
    return spoil_scans(session, form.serial, now)


def unspoil(session: Session, keys: Keys, form: Form, by: str, now: datetime) -> None:
    """Take it back that a form is spoilt: it can be entered again. Raises BatchRefused."""
    batch = batches.of_form(session, form.serial)
    if form.state != "spoilt" or form.destroyed_on:
        raise BatchRefused("this form is not spoilt, or its paper was destroyed")
    forms.wait_again(session, form.serial, "handed_out" if batch and batch.handed_out_on else "printed")
    audit.append(session, keys.audit, at=now, actor=by, action="form.unspoilt", subject=form.serial, detail={})


def set_rules(session: Session, keys: Keys, survey: str, rules: Rules, by: str, now: datetime) -> None:
    """Change how a survey treats its paper. Raises BatchRefused."""
    if questionnaires.get(session, survey) is None:
        raise BatchRefused("there is no such survey")
    if not 0 <= rules.second_percent <= WHOLE:
        raise BatchRefused("a share is between 0 and 100 per cent")
    if not 0 <= rules.keep_days <= LONGEST_KEPT:
        raise BatchRefused(f"paper is kept between 0 and {LONGEST_KEPT} days")
    batches.put_rules(session, survey, rules)
    detail = {"second_percent": rules.second_percent, "keep_days": rules.keep_days}
    audit.append(session, keys.audit, at=now, actor=by, action="paper.rules", subject=survey, detail=detail)


def may_key(session: Session, serial: str, by: str) -> bool:
    """Say whether somebody may key or judge a form: not who handed it out, nor who was named to."""
    batch = batches.of_form(session, serial)
    return batch is None or by not in (batch.handed_out_by, None if batch.handed_out_by else batch.ambassador)


def count_batch(session: Session, batch: Batch) -> BatchCount:
    """Return a batch with what became of its forms."""
    return BatchCount(batch, MappingProxyType(batches.count_forms(session, [batch.id])[batch.id]))


def count_batches(session: Session, survey: str) -> list[BatchCount]:
    """Return the batches of a survey with what became of their forms, the newest first."""
    listed = batches.list_of(session, survey)
    counted = batches.count_forms(session, [batch.id for batch in listed])
    return [BatchCount(batch, MappingProxyType(counted[batch.id])) for batch in listed]


def count_own(session: Session, who: str) -> list[BatchCount]:
    """Return the batches that somebody hands out and whose paper is still there, the newest first."""
    listed = batches.handed_by(session, who)
    counted = batches.count_forms(session, [batch.id for batch in listed])
    return [BatchCount(batch, MappingProxyType(counted[batch.id])) for batch in listed]


def _batch(session: Session, batch_id: UUID) -> Batch:
    batch = batches.get(session, batch_id, lock=True)
    if batch is None:
        raise BatchRefused("there is no such batch")
    return batch


def _keep(
    session: Session, keys: Keys, batch: Batch, action: str, by: str, now: datetime, detail: Mapping[str, object]
) -> Batch:
    batches.keep(session, batch)
    audit.append(session, keys.audit, at=now, actor=by, action=action, subject=batch.code, detail=dict(detail))
    return batch


def _person(session: Session, text: str | None) -> str | None:
    """Return an account's address as it is spelt there, or the name of somebody who has none."""
    name = _name(text)
    account = staff.find(session, name.lower()) if name else None
    return account.email if account else name


def _name(text: str | None) -> str | None:
    name = " ".join((text or "").split())
    if len(name) > LONGEST_NAME:
        raise BatchRefused(f"a name has at most {LONGEST_NAME} characters")
    return name or None


def _new_code() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(_CODE_LENGTH))
