"""Paper taken in: issues forms with serials and receipts, and sends a keyed or scanned form through the one door."""

import hmac
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Protocol

from engage.areas import Level
from engage.collection.receive import Door, Outcome, check_submission, receive_submission
from engage.collection.scan_pages import give_up_scans
from engage.questionnaire.model import Questionnaire
from engage.response import serials
from engage.response.problems import Problem
from engage.response.receipts import receipt_key, receipt_of, tombstone_of
from engage.settings import Keys
from engage.storage import areas, audit, forms, questionnaires, review, tombstones
from engage.storage.batches import Batch
from engage.storage.database import Session
from engage.storage.forms import Form
from engage.storage.review import ReviewItem

#: Forms printed at once.
MOST_FORMS = 500
#: Problems that mean the person may not take part or has not agreed: nothing is kept of such a form.
REFUSALS = ("too_young", "consent_missing", "guardian_needed", "guardian_opted_out")
#: Channel by which a form comes in → the state of the form once it is in.
STATES = {"paper_keyed": "entered", "paper_read": "read"}


class PrintedLayout(Protocol):
    """What is kept of a layout: its document and the hash that names it."""

    @property
    def content_hash(self) -> str:
        """Return the SHA-256 (hex) of the document."""

    def to_document(self) -> dict[str, Any]:
        """Return the layout as JSON."""


@dataclass(frozen=True)
class KeyedForm:
    """What stands on one form, as keyed: the envelope and the answers in coded values."""

    #: Whether the box of agreement is ticked.
    consent: bool
    answers: Mapping[str, Any]
    guardian: str | None = None
    age_band: str | None = None
    assisted: str = "none"
    area: str | None = None
    area_relation: Sequence[str] = ()
    home_district: str | None = None


@dataclass(frozen=True)
class Entry:
    """What became of a keyed form: `entered`, `same`, `second`, `late`, `refused`, `spoilt`, `disputed`, `faulty`.

    `second` are other answers than those entered before and `late` came after the wave closed: both wait for
    review. `refused` is a form whose person has not agreed or may not take part: nothing of it is kept.
    `disputed` is such a form that somebody entered before with agreement. `faulty` lists what cannot be right.
    """

    status: str
    problems: tuple[Problem, ...] = ()
    #: Answers were left out or over the limit; a person looks at the sheet again.
    is_noted: bool = False


def issue_forms(
    session: Session,
    keys: Keys,
    layout: PrintedLayout,
    questionnaire: Questionnaire,
    wave: str,
    language: str,
    style: str,
    area: str | None,
    count: int,
    now: datetime,
    by: str,
    batch: Batch | None = None,
    serials_drawn: Sequence[str] = (),
) -> list[tuple[str, str]]:
    """Record so many forms with their layout and return the (serial, receipt) of each.

    `area` is where they are handed out, not what people tell about; `serials_drawn` are those on paper already.
    """
    forms.put_layout(session, layout.content_hash, layout.to_document())
    survey, version = questionnaire.slug, questionnaire.version
    blank = Form("", survey, version, wave, language, style, area, layout.content_hash, now)
    blank = replace(blank, batch=batch.id if batch else None)
    issued = list(serials_drawn or draw_serials(session, count))
    for serial in issued:
        forms.add(session, replace(blank, serial=serial))
    session.flush()
    detail = {"wave": wave, "language": language, "style": style, "area": area, "count": count}
    detail |= {"batch": batch.code, "ambassador": batch.ambassador} if batch else {}
    audit.append(session, keys.audit, at=now, actor=by, action="forms.issued", subject=survey, detail=detail)
    return [(serial, receipt_of(serials.response_id_of(serial))) for serial in issued]


def draw_serials(session: Session, count: int) -> list[str]:
    """Return so many new serials that no form has; nothing is recorded."""
    drawn: dict[str, None] = {}
    while len(drawn) < count:
        serial = serials.make_serial(secrets.randbelow)
        if forms.get(session, serial) is None:
            drawn[serial] = None
    return list(drawn)


def enter_form(
    session: Session,
    keys: Keys,
    form: Form,
    keyed: KeyedForm,
    *,
    by: str,
    now: datetime,
    channel: str = "paper_keyed",
) -> Entry:
    """Send a keyed or scanned form through the one door and write down what became of it.

    The same form again is `same`, other answers wait for review: nothing that was entered is ever replaced.
    A form that was refused or spoilt stays so.
    """
    if form.state in ("refused", "spoilt"):
        return Entry(form.state)
    response_id = serials.response_id_of(form.serial)
    door = Door(keys, now, by, frozenset({channel}))
    outcome = receive_submission(session, door, _document(session, form, keyed, by, channel))
    status = _status(outcome)
    if status == "refused":
        status = _refuse(session, keys, form, outcome, by, now)
    elif status != "faulty":
        forms.mark(session, form.serial, state=STATES[channel], by=by, at=now)
    return Entry(status, outcome.problems, is_noted=status == "entered" and review.holds(session, response_id))


def check_form(
    session: Session,
    keys: Keys,
    form: Form,
    keyed: KeyedForm,
    *,
    by: str,
    now: datetime,
    channel: str = "paper_keyed",
) -> Entry:
    """Check a form as the door would, storing nothing; whether the person agreed is not looked at."""
    door = Door(keys, now, by, frozenset({channel}))
    checked = check_submission(session, door, _document(session, form, keyed, by, channel))
    problems = checked if isinstance(checked, tuple) else ()
    return Entry("faulty", tuple(problem for problem in problems if problem.code not in REFUSALS))


def districts_on_form(session: Session, questionnaire: Questionnaire) -> dict[str, str]:
    """Return code → name of the districts of a survey, in the order they are printed."""
    tree = areas.read_tree(session)
    return {
        area.code: area.name
        for area in tree.at_level(Level.DISTRICT)
        if any(tree.is_within(area.code, root) for root in questionnaire.areas)
    }


def _document(session: Session, form: Form, keyed: KeyedForm, by: str, channel: str) -> dict[str, Any]:
    questionnaire = questionnaires.get(session, form.survey, form.version)
    consent = {
        "version": questionnaire.consent.version if questionnaire else 1,
        "given": keyed.consent,
        "age_band": keyed.age_band,
        "guardian": keyed.guardian,
    }
    return {
        "response_id": str(serials.response_id_of(form.serial)),
        "survey": form.survey,
        "version": form.version,
        "wave": form.wave,
        "channel": channel,
        "language": form.language,
        "style": form.style,
        "assisted": keyed.assisted,
        "area": keyed.area,
        "area_relation": list(keyed.area_relation),
        "home_district": keyed.home_district,
        "consent": consent,
        "serial": form.serial,
        "keyed_by": by if channel == "paper_keyed" else None,
        "answers": dict(keyed.answers),
    }


def _status(outcome: Outcome) -> str:
    codes = {problem.code for problem in outcome.problems}
    if outcome.status == "refused":
        return "refused" if codes & set(REFUSALS) else "faulty"
    if outcome.status == "held":
        return "late" if "wave_closed" in codes else "second"
    return "same" if outcome.status == "same" else "entered"


def _refuse(session: Session, keys: Keys, form: Form, outcome: Outcome, by: str, now: datetime) -> str:
    """Mark a form as refused; where somebody had entered it with agreement, a person has to look at the sheet.

    The audit line does not say why: that somebody under 13 filled this form in is nothing to keep.
    """
    forms.mark(session, form.serial, state="refused", by=by, at=now)
    is_erased = tombstones.stands_over(session, tombstone_of(serials.response_id_of(form.serial)))
    is_disputed = form.state in STATES.values() and not is_erased
    if is_disputed:
        review.add(session, _dispute(keys, form, outcome, now))
    else:
        give_up_scans(session, form.serial, now)
    detail = {"was": form.state}
    audit.append(session, keys.audit, at=now, actor=by, action="form.refused", subject=form.serial, detail=detail)
    return "disputed" if is_disputed else "refused"


def _dispute(keys: Keys, form: Form, outcome: Outcome, now: datetime) -> ReviewItem:
    """Return the item that says two people read a sheet's agreement differently; it holds no answers.

    Its hash is keyed: the row stays when it is decided, and must not tell what was read on the sheet.
    """
    response_id = serials.response_id_of(form.serial)
    reason = outcome.problems[0]
    return ReviewItem(
        kind="paper_notes",
        response_id=response_id,
        survey=form.survey,
        item_hash=hmac.digest(keys.receipts.current, f"{form.serial} {reason.code}".encode(), "sha256").hex(),
        receipt_key=receipt_key(receipt_of(response_id), keys.receipts.current),
        body={},
        notes=[reason.to_document()],
        at=now,
    )
