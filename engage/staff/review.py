"""The review queue: what waits for a person, and the decisions on it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engage.collection.review import DecisionRefused, decide, decisions_on, is_disputed, open_item, serial_of
from engage.response.receipts import receipt_of
from engage.response.serials import spoken
from engage.staff import words
from engage.staff.access import Permission, requires
from engage.staff.answers_shown import answers_shown, question_asked
from engage.staff.blueprint import staff_pages, the_account, the_instance
from engage.storage import review as queue
from engage.storage import scans
from engage.storage.database import Session
from engage.storage.review import ReviewItem


@dataclass(frozen=True)
class ItemShown:
    """A waiting item in words; `reference` is a form's serial or else the receipt."""

    item: ReviewItem
    kind: str
    reference: str
    notes: tuple[str, ...]
    #: Two people have read the agreement on the sheet differently.
    is_disputed: bool
    decisions: Mapping[str, str]


@staff_pages.get("/staff/review")
@requires(Permission.REVIEW)
def review() -> ResponseReturnValue:
    """List what waits, without what was answered."""
    with the_instance().database.reading() as session:
        waiting = [_shown(session, item) for item in queue.waiting(session)]
        scanned = scans.count_forms(session).get("review", 0)
    done = words.DECISIONS.get(request.args.get("done", ""))
    return render_template("staff/review.html", waiting=waiting, scanned=scanned, done=done)


@staff_pages.get("/staff/review/<item_hash>")
@requires(Permission.REVIEW)
def review_item(item_hash: str) -> ResponseReturnValue:
    """Show one item with the answers it holds; that they were looked at is written down."""
    return _page(item_hash)


@staff_pages.post("/staff/review/<item_hash>")
@requires(Permission.REVIEW)
def decide_item(item_hash: str) -> ResponseReturnValue:
    """Carry a decision out."""
    instance, decision = the_instance(), request.form.get("decision", "")
    try:
        with instance.database.writing() as session:
            keys, now = instance.settings.keys, instance.now()
            decided = decide(session, keys, item_hash, decision, the_account().email, now)
    except DecisionRefused as refusal:
        return _page(item_hash, fault=str(refusal)), 409
    return redirect(url_for("staff.review", done=decided.decision), 303)


def _page(item_hash: str, fault: str | None = None) -> str:
    instance = the_instance()
    with instance.database.writing() as session:
        opened = open_item(session, instance.settings.keys, item_hash, the_account().email, instance.now())
        if opened is None:
            return _nothing_to_decide(fault)
        shown = _shown(session, opened.item)
        answers = answers_shown(session, opened.item.body, opened.stored) if opened.item.body else []
    return render_template(
        "staff/review_item.html", shown=shown, answers=answers, stored=opened.stored is not None, fault=fault
    )


def _nothing_to_decide(fault: str | None) -> str:
    if fault is None:
        abort(404)
    return render_template("staff/problem.html", title="Nothing to decide", sentence=f"{fault.capitalize()}.")


def _shown(session: Session, item: ReviewItem) -> ItemShown:
    serial = serial_of(session, item)
    return ItemShown(
        item=item,
        kind=words.DISPUTED if is_disputed(item) else words.KINDS[item.kind],
        reference=f"form {spoken(serial)}" if serial else f"receipt {receipt_of(item.response_id)}",
        notes=tuple(_note(session, item, note) for note in item.notes),
        is_disputed=is_disputed(item),
        decisions={decision: words.DECISIONS[decision] for decision in decisions_on(item)},
    )


def _note(session: Session, item: ReviewItem, note: Mapping[str, Any]) -> str:
    in_words = words.fault_words if item.kind == "faulty" else words.problem_words
    said = words.NOTES.get(note["code"]) or in_words(note["code"])
    return f"{question_asked(session, item.survey, note['question'])} {said}" if note.get("question") else said
