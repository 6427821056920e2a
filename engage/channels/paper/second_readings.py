"""Forms read twice: a second person reads the pictures blind, a third settles where the two differ."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from engage.channels.paper.forms_read import CHANNEL, ScannedSheets, keyed_document, read_keyed_document
from engage.channels.paper.forms_reviewed import NotOpened, answer_in, open_form, questions_printed, with_answer
from engage.collection.batches import may_key
from engage.collection.paper import KeyedForm, enter_form
from engage.collection.review import decide
from engage.questionnaire.model import QuestionType
from engage.response.problems import Problem
from engage.response.serials import response_id_of
from engage.settings import Keys
from engage.storage import audit, review, scan_reads, scans
from engage.storage.database import Session
from engage.storage.scan_reads import SecondReading


class NotSettled(Exception):
    """What a third person found cannot stand on one form; `problems` is what the door says."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__([problem.code for problem in problems])
        self.problems = problems


@dataclass(frozen=True)
class Difference:
    """A question that two people read differently, with both answers in coded values."""

    question: str
    first: Any
    second: Any


@dataclass(frozen=True)
class Compared:
    """A form opened to be compared."""

    sheets: ScannedSheets
    first: KeyedForm
    second: KeyedForm
    differences: tuple[Difference, ...]


def to_read_again(session: Session, by: str) -> list[SecondReading]:
    """Return the forms that wait for a second reading by somebody: not by who read them first, nor handed them out."""
    waiting = scan_reads.list_second(session, "first_read")
    return [one for one in waiting if one.first_by != by and _may_open(session, one, by)]


def to_compare(session: Session, by: str) -> list[SecondReading]:
    """Return the forms whose two readings differ and that somebody may settle: a third person."""
    waiting = scan_reads.list_second(session, "differs")
    return [one for one in waiting if by not in (one.first_by, one.second_by) and _may_open(session, one, by)]


def open_again(session: Session, keys: Keys, serial: str, by: str, now: datetime) -> ScannedSheets:
    """Return a form for a second reading: nothing of the first goes with it. Raises NotOpened."""
    reading = _reading(session, serial, "first_read")
    if reading.first_by == by:
        raise NotOpened("second")
    sheets = open_form(session, keys, serial, by, now, state="done", purpose="second_reading")
    return replace(sheets, read=replace(sheets.read, form=KeyedForm(consent=False, answers={}), reasons={}), reads=())


def read_again(
    session: Session, keys: Keys, sheets: ScannedSheets, keyed: KeyedForm, by: str, now: datetime
) -> SecondReading:
    """Keep a second reading and compare it with the first; where both are the same neither is kept any longer."""
    reading = _reading(session, sheets.form.serial, "first_read")
    found = differences(sheets, read_keyed_document(reading.first or {}), keyed)
    done = replace(reading, second_by=by, second_at=now, questions=len(compared_in(sheets)), differing=len(found))
    if found:
        done = replace(done, state="differs", second=keyed_document(keyed))
    else:
        done = replace(done, state="agreed", first={}, second={})
    scan_reads.mark_second(session, done)
    _let_go(session, sheets)
    counted = {"questions": done.questions, "differing": done.differing}
    _audit(session, keys, "scan.read_again", done.serial, by, now, counted)
    return done


def open_to_compare(session: Session, keys: Keys, serial: str, by: str, now: datetime) -> Compared:
    """Return a form with both readings. Raises NotOpened."""
    reading = _reading(session, serial, "differs")
    if by in (reading.first_by, reading.second_by):
        raise NotOpened("third")
    sheets = open_form(session, keys, serial, by, now, state="done", purpose="comparing")
    first, second = read_keyed_document(reading.first or {}), read_keyed_document(reading.second or {})
    return Compared(sheets, first, second, differences(sheets, first, second))


def settle(
    session: Session, keys: Keys, compared: Compared, settled: Mapping[str, Any], by: str, now: datetime
) -> SecondReading:
    """Keep what a third person found to stand on the sheet, for every question in which two readings differ.

    Where that is not what is stored, the answers are stored anew by the door, as after a decision in the review.
    Raises NotSettled.
    """
    serial = compared.sheets.form.serial
    keyed = compared.first
    for difference in compared.differences:
        keyed = with_answer(keyed, difference.question, settled[difference.question])
    changed = differences(compared.sheets, compared.first, keyed)
    if changed:
        _store_anew(session, keys, compared.sheets, keyed, by, now)
    done = replace(_reading(session, serial, "differs"), state="reconciled", first={}, second={})
    done = replace(done, reconciled_by=by, reconciled_at=now)
    scan_reads.mark_second(session, done)
    if scans.get_form(session, serial) is not None:
        _let_go(session, compared.sheets)
    _audit(session, keys, "scan.reconciled", serial, by, now, {"changed": len(changed)})
    return done


def differences(sheets: ScannedSheets, first: KeyedForm, second: KeyedForm) -> tuple[Difference, ...]:
    """Return the questions that two readings answer differently, in the order printed."""
    pairs = ((question, answer_in(first, question), answer_in(second, question)) for question in compared_in(sheets))
    ordered = {one.id for one in sheets.questionnaire.questions if one.type is QuestionType.RANKING}
    return tuple(Difference(*pair) for pair in pairs if _differ(*pair[1:], is_ordered=pair[0] in ordered))


def compared_in(sheets: ScannedSheets) -> tuple[str, ...]:
    """Return the questions that are compared: every one that is printed, but those answered by drawing."""
    drawn = {one.id for one in sheets.questionnaire.questions if one.type is QuestionType.DRAWING}
    return tuple(question for question in questions_printed(sheets.layout) if question not in drawn)


def _store_anew(session: Session, keys: Keys, sheets: ScannedSheets, keyed: KeyedForm, by: str, now: datetime) -> None:
    """Put answers in the place of those that are stored; what the door holds back otherwise waits in the review."""
    entry = enter_form(session, keys, sheets.form, keyed, by=by, now=now, channel=CHANNEL)
    if entry.status == "faulty":
        raise NotSettled(entry.problems)
    response_id = response_id_of(sheets.form.serial)
    items = [item for item in review.waiting(session) if item.response_id == response_id]
    held = [item for item in items if item.kind == "second_entry" and item.body.get("answers") == dict(keyed.answers)]
    if entry.status == "second" and held:
        decide(session, keys, max(held, key=lambda item: item.at).item_hash, "use_second", by, now)


def _differ(first: Any, second: Any, *, is_ordered: bool) -> bool:
    """Say whether two answers differ."""
    return bool(first != second if is_ordered else _plain(first) != _plain(second))


def _plain(answer: Any) -> Any:
    """Return an answer so that order, spaces and capitals make no difference."""
    if isinstance(answer, (list, tuple)):
        return frozenset(_plain(one) for one in answer) or None
    if isinstance(answer, Mapping):
        return _plain(answer.get("other", ""))
    return " ".join(answer.casefold().split()) or None if isinstance(answer, str) else answer


def _reading(session: Session, serial: str, state: str) -> SecondReading:
    reading = scan_reads.get_second(session, serial)
    if reading is None or reading.state != state or not _is_there(session, reading):
        raise NotOpened("gone")
    return reading


def _may_open(session: Session, reading: SecondReading, by: str) -> bool:
    return _is_there(session, reading) and may_key(session, reading.serial, by)


def _is_there(session: Session, reading: SecondReading) -> bool:
    """Say whether the readings and the form are still kept: they go with the pictures."""
    form = scans.get_form(session, reading.serial)
    return bool(reading.first) and form is not None and form.state == "done"


def _let_go(session: Session, sheets: ScannedSheets) -> None:
    form = scans.get_form(session, sheets.form.serial)
    if form is not None:
        scans.mark_form(session, replace(form, held_by=None, held_at=None))


def _audit(
    session: Session, keys: Keys, action: str, serial: str, by: str, now: datetime, detail: Mapping[str, Any]
) -> None:
    audit.append(session, keys.audit, at=now, actor=by, action=action, subject=serial, detail=detail)
