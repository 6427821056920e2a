"""Keeps what is drawn on a scanned form: as outlines of its ink, with the words that somebody typed off beside it."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from engage.channels.paper.crops import pages_with
from engage.channels.paper.forms_read import ScannedSheets
from engage.channels.paper.forms_reviewed import with_answer
from engage.channels.paper.tracing import trace_drawing
from engage.collection.paper import check_form
from engage.collection.scan_files import ScanUnreadable, open_scan
from engage.response.drawings import MAY_SHOW, WORDS
from engage.settings import Settings
from engage.staff.entry_fields import ANSWER
from engage.staff.keyed import Given
from engage.staff.words import problem_words
from engage.storage.database import Session
from engage.storage.scan_reads import ScanDecision

_NOTHING = "Nothing drawn was found in the box. Type the words in it, or say that it is empty or illegible."
_NO_PICTURE = "The picture of this page is gone, so that nothing can be kept of it."


def keep_drawn(
    session: Session, settings: Settings, sheets: ScannedSheets, form: ScanDecision, given: Given
) -> ScanDecision | tuple[str, ...]:
    """Return the decision with the drawing in it, or in words why there is none; `form` says who, when and on what."""
    pages = [page for page in sheets.pages if page.page in pages_with(sheets.layout, form.question) and page.image]
    try:
        pictures = [(page.page or 0, open_scan(settings, page.image or "")) for page in pages]
    except ScanUnreadable:
        pictures = []
    if not pictures:
        return (_NO_PICTURE,)
    traced = (trace_drawing(picture, sheets.layout, number, form.question) for number, picture in pictures)
    drawn = next(filter(None, traced), None)
    if drawn is None:
        return (_NOTHING,)
    answer = {**drawn, **_beside(form.question, given)}
    whole = with_answer(sheets.read.form, form.question, answer)
    checked = check_form(session, settings.keys, sheets.form, whole, by=form.by, now=form.at, channel="paper_read")
    faults = [problem for problem in checked.problems if problem.question == form.question]
    if faults:
        return tuple(dict.fromkeys(problem_words(problem.code) for problem in faults))
    return replace(form, kind="chosen", answer=answer)


def is_ticked_to_show(sheets: ScannedSheets, question: str) -> bool:
    """Say whether the box which allows to show a drawing is ticked for certain."""
    boxes = [box for page in sheets.reads for box in page.boxes if (box.question, box.option) == (question, MAY_SHOW)]
    return bool(boxes) and all(box.state == "marked" for box in boxes)


def _beside(question: str, given: Given) -> Mapping[str, Any]:
    """Return the words typed off, and what somebody saw of the box which allows to show the drawing."""
    words = given.get(ANSWER + question, "").strip()
    return ({WORDS: words} if words else {}) | ({MAY_SHOW: True} if given.get(MAY_SHOW) else {})
