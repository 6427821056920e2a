"""Scanned forms before a person: opened by one at a time, decided question by question, then stored."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from engage.channels.paper.answers_read import FRONT
from engage.channels.paper.crops import asked_on
from engage.channels.paper.forms_read import Finish, ScannedSheets, open_sheets_of, store_form
from engage.channels.paper.layout import Layout
from engage.collection.batches import may_key
from engage.collection.paper import KeyedForm
from engage.questionnaire.model import QuestionType
from engage.response.consent import Given, consent_problem
from engage.settings import Keys
from engage.storage import audit, scan_reads, scans
from engage.storage.database import Session
from engage.storage.scan_reads import ScanDecision
from engage.storage.scans import ScannedForm

#: How long a form stays with whoever opened it and did nothing since.
HELD_FOR = timedelta(minutes=20)
#: Fields of a keyed form beside its answers.
ENVELOPE = (*FRONT, "age_band", "area", "area_relation", "home_district")
#: Decisions that leave a question without an answer.
UNANSWERED = ("empty", "illegible")
#: Reasons for which the reader has no view that somebody could accept.
_NO_VIEW = frozenset({"not_agreed", "guardian_needed", "two_marks", "two_sheets", "exclusive_option"})
_SEEN = ("marked", "doubtful")


class NotOpened(Exception):
    """A form that this person cannot have on the screen now: `gone`, `not_yours` or `held`."""


@dataclass(frozen=True)
class Proposal:
    """What the reader takes to stand on the sheet: an answer in coded values, or that there is none."""

    answer: Any = None
    is_empty: bool = False


def open_form(
    session: Session, keys: Keys, serial: str, by: str, now: datetime, *, state: str = "review", purpose: str = "review"
) -> ScannedSheets:
    """Return a form in a state for somebody to look at, and keep others off it. Raises NotOpened.

    That it was opened is written down once, as long as it stays with the same person.
    """
    scanned = scans.get_form(session, serial, lock=True)
    if scanned is None or scanned.state != state:
        raise NotOpened("gone")
    if not may_key(session, serial, by):
        raise NotOpened("not_yours")
    if is_held(scanned, by, now):
        raise NotOpened("held")
    scans.mark_form(session, replace(scanned, held_by=by, held_at=now))
    if not has_open(scanned, by, now):
        detail = {"purpose": purpose}
        audit.append(session, keys.audit, at=now, actor=by, action="scan.opened", subject=serial, detail=detail)
    sheets = open_sheets_of(session, serial)
    if sheets is None:
        raise NotOpened("gone")
    return sheets


def is_held(form: ScannedForm, by: str, now: datetime) -> bool:
    """Say whether somebody else has a form on the screen."""
    return form.held_by not in (None, by) and form.held_at is not None and now - form.held_at < HELD_FOR


def has_open(form: ScannedForm, by: str, now: datetime) -> bool:
    """Say whether somebody has a form on the screen: only then they are shown pictures of it."""
    return form.held_by == by and form.held_at is not None and now - form.held_at < HELD_FOR


def put_back(session: Session, keys: Keys, serial: str, by: str, now: datetime) -> None:
    """Give a form back for others to open; what was decided on it stays."""
    form = scans.get_form(session, serial, lock=True)
    if form is not None and form.held_by == by:
        scans.mark_form(session, replace(form, held_by=None, held_at=None))
        audit.append(session, keys.audit, at=now, actor=by, action="scan.put_back", subject=serial)


def next_form(session: Session, by: str, now: datetime, besides: str = "") -> str | None:
    """Return the serial of the form that has waited longest and that somebody may open."""
    waiting = scans.list_forms(session, "review")
    free = (form.serial for form in waiting if form.serial != besides and not is_held(form, by, now))
    return next((serial for serial in free if may_key(session, serial, by)), None)


def questions_to_review(sheets: ScannedSheets, decided: Sequence[ScanDecision]) -> tuple[str, ...]:
    """Return the questions of a form that needed or still need a person, in the order printed."""
    named = {*sheets.read.reasons, *sheets.scanned.review, *(decision.question for decision in decided)}
    order = {question: at for at, question in enumerate(questions_printed(sheets.layout))}
    return tuple(sorted(named, key=lambda question: (order.get(question, len(order)), question)))


def questions_printed(layout: Layout) -> tuple[str, ...]:
    """Return every question with boxes or spaces in the order printed."""
    places = [(mark.question, page.number, mark.y) for page in layout.pages for mark in asked_on(page)]
    ordered = sorted(places, key=lambda place: place[1:])
    return tuple(dict.fromkeys(question for question, _, _ in ordered))


def proposal_of(sheets: ScannedSheets, question: str) -> Proposal:
    """Return what the reader takes to stand on the sheet: certain, or its best guess where that is worth a look."""
    reason = sheets.read.reasons.get(question)
    certain = answer_in(sheets.read.form, question)
    if reason in _NO_VIEW or (question == "consent" and not sheets.read.form.consent):
        return Proposal()
    if certain not in (None, "", [], ()):
        return Proposal(certain)
    asked = sheets.questionnaire.question(question)
    if asked is not None and asked.type is QuestionType.DRAWING:
        return Proposal()
    boxes = [box for page in sheets.reads for box in page.boxes if box.question == question]
    seen = list(dict.fromkeys(box.option for box in boxes if box.state in _SEEN))
    if reason == "corrected":
        return Proposal(is_empty=not seen)
    if asked is not None and asked.is_multiple:
        return Proposal(seen or None)
    return Proposal(seen[0] if len(seen) == 1 and reason != "writing" else None)


def decide_question(
    session: Session, keys: Keys, sheets: ScannedSheets, decision: ScanDecision
) -> tuple[ScanDecision, ...]:
    """Keep a decision with its line in the log, and return all that stand."""
    scan_reads.decide(session, decision)
    detail = {"question": decision.question, "kind": decision.kind}
    _audit(session, keys, "scan.decided", sheets.form.serial, decision.by, decision.at, detail)
    return tuple(scan_reads.decisions_of(session, sheets.form.serial))


def undo_last(session: Session, keys: Keys, serial: str, by: str, now: datetime) -> str | None:
    """Take the newest decision on a form back and return its question; None when there is none."""
    standing = scan_reads.decisions_of(session, serial)
    return _undo(session, keys, serial, standing[-1].question, by, now) if standing else None


def open_questions(sheets: ScannedSheets, decided: Sequence[ScanDecision]) -> tuple[str, ...]:
    """Return the questions on which nobody has decided yet."""
    done = {decision.question for decision in decided}
    return tuple(question for question in questions_to_review(sheets, decided) if question not in done)


def with_decisions(form: KeyedForm, decided: Sequence[ScanDecision]) -> KeyedForm:
    """Return a form with every decision put in."""
    for decision in decided:
        answer = None if decision.kind in UNANSWERED else decision.answer
        form = with_answer(form, decision.question, answer)
    return form


def with_answer(form: KeyedForm, question: str, answer: Any) -> KeyedForm:
    """Return a form with another answer to one question, None for none."""
    if question not in ENVELOPE:
        others = {key: value for key, value in form.answers.items() if key != question}
        return replace(form, answers=others if answer is None else {**others, question: answer})
    values: Mapping[str, Any] = {
        "consent": answer == "yes",
        "assisted": answer or "none",
        "area_relation": tuple(answer) if isinstance(answer, (list, tuple)) else (),
    }
    return replace(form, **{question: values.get(question, answer)})


def answer_in(form: KeyedForm, question: str) -> Any:
    """Return the answer to one question, None for none; that a form is agreed to is "yes"."""
    if question not in ENVELOPE:
        return form.answers.get(question)
    value = getattr(form, question)
    if question == "consent":
        return "yes" if value else "no"
    return list(value) or None if question == "area_relation" else value


def would_be_refused(sheets: ScannedSheets, form: KeyedForm) -> bool:
    """Say whether nothing of a form would be kept: not agreed to, or by somebody under 13."""
    rule = sheets.questionnaire.consent
    given = Given(rule.version, form.consent, form.age_band, form.guardian)
    return consent_problem(rule.rule, given) is not None


def store_reviewed(
    session: Session, keys: Keys, sheets: ScannedSheets, decided: Sequence[ScanDecision], by: str, now: datetime
) -> Finish:
    """Store a form with what was decided; what the door finds faulty is open again, and its decisions are undone."""
    finish = store_form(session, keys, sheets, with_decisions(sheets.read.form, decided), by=by, now=now)
    for question in finish.review:
        _undo(session, keys, sheets.form.serial, question, by, now)
    return finish


def _undo(session: Session, keys: Keys, serial: str, question: str, by: str, now: datetime) -> str | None:
    if scan_reads.undo(session, serial, question, now):
        _audit(session, keys, "scan.undone", serial, by, now, {"question": question})
        return question
    return None


def _audit(
    session: Session, keys: Keys, action: str, serial: str, by: str, now: datetime, detail: Mapping[str, Any]
) -> None:
    audit.append(session, keys.audit, at=now, actor=by, action=action, subject=serial, detail=detail)
