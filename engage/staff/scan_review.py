"""Scans before a person: the queue, one question after another beside its picture, and the form stored at the end."""

from typing import Any, NamedTuple
from uuid import UUID

from flask import Response, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engage.channels.paper.crops import cut_out
from engage.channels.paper.forms_read import Finish, ScannedSheets, layout_of
from engage.channels.paper.forms_reviewed import (
    NotOpened,
    decide_question,
    has_open,
    next_form,
    open_form,
    open_questions,
    put_back,
    questions_printed,
    questions_to_review,
    store_reviewed,
    undo_last,
    with_decisions,
    would_be_refused,
)
from engage.collection.batches import BatchRefused, spoil
from engage.collection.scan_files import ScanUnreadable, open_scan, remove_scan
from engage.response.serials import read_serial, spoken
from engage.staff.access import Permission, requires
from engage.staff.blueprint import staff_pages, the_account, the_instance
from engage.staff.keyed import Given
from engage.staff.scan_drawn import is_ticked_to_show, keep_drawn
from engage.staff.scan_questions import asks_for_drawing, decision_on, pictures_of, question_shown
from engage.staff.scan_queue import queue_shown
from engage.staff.scan_words import NOT_OPENED, REVIEWED, STANDING
from engage.staff.words import SPOILT
from engage.storage import scan_reads, scans
from engage.storage.database import Session
from engage.storage.scan_reads import ScanDecision

#: What a button of the screen says was decided.
_ACTS = {"save": "chosen", "drawn": "chosen", "empty": "empty", "illegible": "illegible"}


class Refused(NamedTuple):
    """What was sent about a question, and why it cannot be taken."""

    given: Given
    problems: tuple[str, ...]


@staff_pages.get("/staff/scans/review")
@requires(Permission.REVIEW)
def scan_review() -> ResponseReturnValue:
    """List the forms that wait for a person, for a second reading or to be compared."""
    instance = the_instance()
    with instance.database.reading() as session:
        queue = queue_shown(session, the_account().email, instance.now())
    return render_template("staff/scan_review.html", queue=queue, told=told())


@staff_pages.get("/staff/scans/review/<serial>")
@requires(Permission.REVIEW)
def review_scan(serial: str) -> ResponseReturnValue:
    """Show one question of a form beside its picture; that the form was opened is written down."""
    instance = the_instance()
    with instance.database.writing() as session:
        sheets = open_form(session, instance.settings.keys, _serial(serial), the_account().email, instance.now())
        return _screen(session, sheets)


@staff_pages.post("/staff/scans/review/<serial>")
@requires(Permission.REVIEW)
def decide_scan(serial: str) -> ResponseReturnValue:
    """Keep a decision on a question; with the last one the form is stored, and the next one opens."""
    instance, question = the_instance(), request.form.get("question", "")
    with instance.database.writing() as session:
        keys, by, now = instance.settings.keys, the_account().email, instance.now()
        sheets = open_form(session, keys, _serial(serial), by, now)
        if question not in questions_printed(sheets.layout) or request.form.get("act") not in _ACTS:
            abort(400)
        wanted = ScanDecision(sheets.form.serial, question, _ACTS[request.form["act"]], None, by, now)
        if request.form["act"] == "drawn" and asks_for_drawing(sheets.questionnaire, question):
            decision = keep_drawn(session, instance.settings, sheets, wanted, request.form)
        else:
            decision = decision_on(session, keys, sheets, wanted, request.form)
        if not isinstance(decision, ScanDecision):
            return _screen(session, sheets, question, Refused(request.form, decision)), 422
        decided = decide_question(session, keys, sheets, decision)
        if open_questions(sheets, decided) or _is_refused(sheets, decided):
            return _to_screen(sheets.form.serial)
        finish = store_reviewed(session, keys, sheets, decided, by, now)
    return _finished(sheets.form.serial, finish)


@staff_pages.post("/staff/scans/review/<serial>/store")
@requires(Permission.REVIEW)
def store_scan(serial: str) -> ResponseReturnValue:
    """Store a form of which nothing is kept, once somebody has said so a second time."""
    instance = the_instance()
    with instance.database.writing() as session:
        keys, by, now = instance.settings.keys, the_account().email, instance.now()
        sheets = open_form(session, keys, _serial(serial), by, now)
        decided = scan_reads.decisions_of(session, sheets.form.serial)
        if open_questions(sheets, decided) and not _is_refused(sheets, decided):
            return _to_screen(sheets.form.serial)
        finish = store_reviewed(session, keys, sheets, decided, by, now)
    return _finished(sheets.form.serial, finish)


@staff_pages.post("/staff/scans/review/<serial>/undo")
@requires(Permission.REVIEW)
def undo_scan(serial: str) -> ResponseReturnValue:
    """Take the newest decision on a form back, and show its question again."""
    instance = the_instance()
    with instance.database.writing() as session:
        keys, by, now = instance.settings.keys, the_account().email, instance.now()
        sheets = open_form(session, keys, _serial(serial), by, now)
        question = undo_last(session, keys, sheets.form.serial, by, now)
    return _to_screen(sheets.form.serial, question)


@staff_pages.post("/staff/scans/review/<serial>/back")
@requires(Permission.REVIEW)
def put_scan_back(serial: str) -> ResponseReturnValue:
    """Give a form back to the queue."""
    instance = the_instance()
    with instance.database.writing() as session:
        put_back(session, instance.settings.keys, _serial(serial), the_account().email, instance.now())
    return redirect(f"{url_for('staff.scan_review')}?done={_serial(serial)}&as=put_back", 303)


@staff_pages.post("/staff/scans/review/<serial>/spoilt")
@requires(Permission.REVIEW)
def spoil_scan(serial: str) -> ResponseReturnValue:
    """Put a scanned form aside that nobody can use; nothing of it is kept."""
    instance = the_instance()
    try:
        with instance.database.writing() as session:
            keys, by, now = instance.settings.keys, the_account().email, instance.now()
            sheets = open_form(session, keys, _serial(serial), by, now)
            names = spoil(session, keys, sheets.form, request.form.get("because", ""), by, now)
        return _finished(sheets.form.serial, Finish("spoilt", unneeded=names))
    except BatchRefused as fault:
        return render_template("staff/problem.html", title="Not spoilt", sentence=f"{str(fault).capitalize()}."), 422


@staff_pages.get("/staff/scans/review/<serial>/<uuid:page>")
@requires(Permission.REVIEW)
def scan_picture(serial: str, page: UUID) -> ResponseReturnValue:
    """Show a page, or what stands on it for one question, to whoever has the form on the screen."""
    instance, question = the_instance(), request.args.get("q")
    with instance.database.reading() as session:
        form, found = scans.get_form(session, _serial(serial)), scans.get_page(session, page)
        layout = layout_of(session, _serial(serial))
    is_open = form is not None and has_open(form, the_account().email, instance.now())
    if not is_open or found is None or found.serial != _serial(serial) or not found.image or layout is None:
        abort(404)
    try:
        picture: bytes | None = open_scan(instance.settings, found.image)
    except ScanUnreadable:
        abort(404)
    if question is not None:
        picture = cut_out(picture, layout, found.page or 0, question) if picture else None
    return Response(picture, mimetype="image/jpeg") if picture else abort(404)


@staff_pages.errorhandler(NotOpened)
def say_why_not_opened(refusal: NotOpened) -> ResponseReturnValue:
    """Say why a form cannot be opened; whatever the view had begun is undone by then."""
    why = str(refusal)
    page = render_template("staff/scan_not_opened.html", sentence=NOT_OPENED[why])
    return page, {"gone": 404, "held": 409}.get(why, 403)


def told() -> str | None:
    """Return what became of the form before."""
    words, serial = REVIEWED.get(request.args.get("as", "")), read_serial(request.args.get("done", ""))
    return words.format(serial=spoken(serial)) if words and serial else None


def _screen(session: Session, sheets: ScannedSheets, asked: str | None = None, refused: Refused | None = None) -> str:
    """Return the screen with the question asked for, else the first that is open."""
    decided = scan_reads.decisions_of(session, sheets.form.serial)
    listed, still_open = questions_to_review(sheets, decided), open_questions(sheets, decided)
    wanted = asked or request.args.get("q")
    is_refused = _is_refused(sheets, decided)
    question = wanted if wanted in questions_printed(sheets.layout) else None
    if question is None and not is_refused:
        question = next(iter(still_open or listed), None)
    shown = question_shown(session, sheets, question, decided, *(refused or ())) if question else None
    return render_template(
        "staff/scan_question.html",
        form=sheets.form,
        shown=shown,
        listed=listed,
        printed=questions_printed(sheets.layout),
        numbers=sheets.layout.numbers,
        still_open=still_open,
        is_decided_on=bool(decided),
        pages=pictures_of(sheets),
        is_whole="whole" in request.args,
        is_drawing_shown="drawing" in request.args,
        is_to_show=bool(question) and is_ticked_to_show(sheets, question or ""),
        reasons=SPOILT,
        standing=STANDING,
        told=told(),
        **_neighbours(listed, question),
    )


def _neighbours(listed: tuple[str, ...], question: str | None) -> dict[str, Any]:
    at = listed.index(question) if question in listed else None
    return {
        "at": at,
        "before": listed[at - 1] if at else None,
        "after": listed[at + 1] if at is not None and at + 1 < len(listed) else None,
    }


def _is_refused(sheets: ScannedSheets, decided: list[ScanDecision] | tuple[ScanDecision, ...]) -> bool:
    """Say whether what was decided means that nothing of the form is kept: that is asked a second time.

    As long as agreement or age are open nothing is refused.
    """
    still_open = {"consent", "guardian", "age_band"}.intersection(open_questions(sheets, decided))
    form = with_decisions(sheets.read.form, decided)
    is_too_young = form.age_band == "under-13"
    is_declined = "consent" not in still_open and not form.consent
    return is_too_young or is_declined or (not still_open and would_be_refused(sheets, form))


def _finished(serial: str, finish: Finish) -> ResponseReturnValue:
    """Delete the pictures that nobody needs any more and go on to the next form."""
    instance = the_instance()
    for name in finish.unneeded:
        remove_scan(instance.settings, name)
    if finish.status == "review":
        return _to_screen(serial)
    with instance.database.reading() as session:
        following = next_form(session, the_account().email, instance.now(), besides=serial)
    address = url_for("staff.review_scan", serial=following) if following else url_for("staff.scan_review")
    return redirect(f"{address}?done={serial}&as={finish.status}", 303)


def _to_screen(serial: str, question: str | None = None) -> ResponseReturnValue:
    return redirect(url_for("staff.review_scan", serial=serial, q=question), 303)


def _serial(text: str) -> str:
    return read_serial(text) or abort(404)
