"""Forms whose pages were scanned: opened as one, stored where nothing is in doubt, else kept for a person."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from engage.channels.paper.answers_read import ReadForm, answers_of
from engage.channels.paper.layout import Layout
from engage.channels.paper.page_reader import BoxRead, PageRead, SpaceRead
from engage.collection.paper import Entry, KeyedForm, enter_form
from engage.collection.scan_pages import contradict, forget_scans, missing_pages, reads_of
from engage.questionnaire.model import Questionnaire
from engage.settings import Keys
from engage.storage import batches, forms, questionnaires, scan_reads, scans
from engage.storage.database import Session
from engage.storage.forms import Form
from engage.storage.scan_reads import SecondReading, StoredRead
from engage.storage.scans import ScannedForm, ScanPage

CHANNEL = "paper_read"
#: States in which something can still become of a scanned form.
_OPEN = ("collecting", "review", "done")
_HUNDRED = 100
#: Layouts by their hash, which never change; each takes some 100 kB to read.
_known: dict[str, Layout] = {}
_MOST_KNOWN = 32


@dataclass(frozen=True)
class ScannedSheets:
    """A scanned form with everything a person needs to look at it."""

    form: Form
    scanned: ScannedForm
    layout: Layout
    questionnaire: Questionnaire
    read: ReadForm
    #: Every scan that stands, by page; two of one page where they contradict each other.
    pages: tuple[ScanPage, ...]
    reads: tuple[PageRead, ...]


@dataclass(frozen=True)
class Finish:
    """What became of a form: `collecting`, `review`, or the status of its entry (collection.paper.Entry).

    `unneeded` are the sealed pictures to delete once this is committed.
    """

    status: str
    review: tuple[str, ...] = ()
    missing: tuple[int, ...] = ()
    unneeded: tuple[str, ...] = ()


def layout_of(session: Session, serial: str) -> Layout | None:
    """Return the layout that a form was printed from, None for a serial that was never printed."""
    form = forms.get(session, serial)
    if form is None:
        return None
    known = _known.get(form.layout_hash)
    document = None if known else forms.get_layout(session, form.layout_hash)
    if document:
        known = Layout.from_document(document)
        if len(_known) >= _MOST_KNOWN:
            _known.clear()
        _known[form.layout_hash] = known
    return known


def open_sheets_of(session: Session, serial: str) -> ScannedSheets | None:
    """Return a scanned form with its pages and what they say; None for one of which nothing was scanned."""
    form, scanned = forms.get(session, serial), scans.get_form(session, serial)
    layout = layout_of(session, serial)
    questionnaire = questionnaires.get(session, form.survey, form.version) if form else None
    if form is None or scanned is None or layout is None or questionnaire is None:
        return None
    stored = reads_of(session, serial)
    reads = [_merged([_as_read(serial, page, read) for page, read in stored[number]]) for number in sorted(stored)]
    read = answers_of(layout, questionnaire, reads)
    twice = {box.question for number in stored for box in _contradicting([r for _, r in stored[number]])}
    reasons = {question: "two_sheets" if question in twice else why for question, why in read.reasons.items()}
    pages = tuple(page for number in sorted(stored) for page, _ in stored[number])
    return ScannedSheets(form, scanned, layout, questionnaire, replace(read, reasons=reasons), pages, tuple(reads))


def finish_form(session: Session, keys: Keys, serial: str, *, by: str, now: datetime) -> Finish:
    """Store a form of which every page is here and nothing is in doubt, in the caller's transaction.

    What a person has to look at waits; of somebody under 13 nothing is kept. A form that is done stays so, unless
    two scans of a page contradict each other.
    """
    sheets = open_sheets_of(session, serial)
    if sheets is None or sheets.scanned.state not in _OPEN:
        return Finish(sheets.scanned.state if sheets else "collecting")
    if sheets.scanned.state == "done" and "two_sheets" not in sheets.read.reasons.values():
        return Finish("same")
    if sheets.read.is_too_young:
        return store_form(session, keys, sheets, sheets.read.form, by=by, now=now)
    if missing := missing_pages(session, serial):
        return Finish("collecting", missing=missing)
    if sheets.read.reasons:
        return _wait(session, sheets, sheets.read.review)
    return store_form(session, keys, sheets, sheets.read.form, by=by, now=now)


def store_form(
    session: Session, keys: Keys, sheets: ScannedSheets, keyed: KeyedForm, *, by: str, now: datetime
) -> Finish:
    """Send what stands on a form through the one door, and write down what became of it.

    What the door finds faulty goes back to a person, by question. Of a refused form nothing is kept.
    """
    entry = enter_form(session, keys, sheets.form, keyed, by=by, now=now, channel=CHANNEL)
    if entry.status == "faulty":
        return _wait(session, sheets, tuple(dict.fromkeys(_about(entry))))
    is_refused = entry.status in ("refused", "disputed")
    pictures = tuple(page.image for page in sheets.pages if page.image)
    if is_refused:
        forget_scans(session, sheets.form.serial)
    state = "refused" if is_refused else "done"
    done = replace(sheets.scanned, state=state, review=(), answers={}, done_at=now, held_by=None, held_at=None)
    scans.mark_form(session, done)
    if entry.status == "entered":
        _choose_for_second(session, sheets, keyed, by, now)
    return Finish(entry.status, unneeded=pictures if is_refused else ())


def keyed_document(keyed: KeyedForm) -> dict[str, Any]:
    """Return what stands on a form as JSON; `read_keyed_document` gives it back."""
    return {name: getattr(keyed, name) for name in KeyedForm.__dataclass_fields__} | {
        "answers": dict(keyed.answers),
        "area_relation": list(keyed.area_relation),
    }


def read_keyed_document(document: Mapping[str, Any]) -> KeyedForm:
    """Return the form in a document of `keyed_document`."""
    return KeyedForm(**document)


def _wait(session: Session, sheets: ScannedSheets, review: tuple[str, ...]) -> Finish:
    """Put a form before a person."""
    scans.mark_form(session, replace(sheets.scanned, state="review", review=review, done_at=None))
    return Finish("review", review=review)


def _about(entry: Entry) -> list[str]:
    """Return what the problems of an entry name; one without a question is about the agreement."""
    return [problem.question or "consent" for problem in entry.problems]


def _choose_for_second(session: Session, sheets: ScannedSheets, keyed: KeyedForm, by: str, now: datetime) -> None:
    """Choose the survey's share of forms for a second, blind reading: by their serials, so by nobody's liking."""
    share = batches.rules_of(session, sheets.form.survey).second_percent
    if int(hashlib.sha256(sheets.form.serial.encode()).hexdigest(), 16) % _HUNDRED < share:
        first = keyed_document(keyed)
        serial, survey = sheets.form.serial, sheets.form.survey
        scan_reads.choose_second(session, SecondReading(serial, survey, now, "first_read", by, first))


def _as_read(serial: str, page: ScanPage, read: StoredRead) -> PageRead:
    return PageRead(
        file=page.file.hex,
        pdf_page=page.pdf_page,
        serial=serial,
        page=page.page,
        boxes=tuple(BoxRead(**box) for box in read.boxes),
        spaces=tuple(SpaceRead(space["question"], space["has_ink"], b"") for space in read.spaces),
    )


def _merged(copies: Sequence[PageRead]) -> PageRead:
    """Return a page as one read of it; a box that two scans read differently is in doubt."""
    first, *others = copies
    states = {(box.question, box.option): box.state for other in others for box in other.boxes}
    boxes = [
        replace(box, state="doubtful") if contradict(states.get((box.question, box.option)), box.state) else box
        for box in first.boxes
    ]
    return replace(first, boxes=tuple(boxes))


def _contradicting(reads: Sequence[StoredRead]) -> list[BoxRead]:
    """Return the boxes that two scans of one page read differently."""
    first, *others = reads
    states = {(box["question"], box["option"]): box["state"] for other in others for box in other.boxes}
    return [
        BoxRead(**box) for box in first.boxes if contradict(states.get((box["question"], box["option"])), box["state"])
    ]
