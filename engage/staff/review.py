"""The review queue: what waits for a person, and the decisions on it."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engage.collection import whereabouts
from engage.collection.review import DecisionRefused, decide, decisions_on, is_disputed, open_item, serial_of
from engage.collection.undoing import UNDO_LIFE, CannotBeUndone, undo
from engage.response.receipts import receipt_of
from engage.response.serials import spoken
from engage.staff import words
from engage.staff.access import Permission, requires
from engage.staff.answers_shown import answers_shown, question_asked
from engage.staff.blueprint import staff_pages, the_account, the_instance
from engage.staff.rush_words import area_named, rush_words
from engage.staff.scope import reaches, scope
from engage.storage import review as queue
from engage.storage import scans
from engage.storage.database import Session
from engage.storage.decisions import decided_since
from engage.storage.review import RUSH, ReviewItem

#: Items on the page, and decisions that can be undone there.
SHOWN, UNDONE_SHOWN = 200, 20
#: Stands beside the kinds of item for scanned forms with something doubtful on them.
SCANNED = "scanned"


@dataclass(frozen=True)
class ItemShown:
    """A waiting item in words; `reference` is a form's serial or else how the receipt begins: whole, it erases."""

    item: ReviewItem
    kind: str
    reference: str
    notes: tuple[str, ...]
    #: Two people have read the agreement on the sheet differently.
    is_disputed: bool
    decisions: Mapping[str, str]


@dataclass(frozen=True)
class DecidedShown:
    """A decision that can still be undone, in words."""

    item_hash: str
    kind: str
    decision: str
    by: str


@staff_pages.get("/staff/review")
@requires(Permission.REVIEW)
def review() -> ResponseReturnValue:
    """List everything that waits for a person, without what was answered, and what can still be undone."""
    instance, kind = the_instance(), request.args.get("kind")
    with instance.database.reading() as session:
        items = waiting_items(session)
        scanned = scans.list_forms(session, "review")
        forms = [form for form in scanned if reaches(session, [whereabouts.of_form(session, form.serial)])]
        kept = [item for item in items if kind in (None, item.kind)]
        waiting = [_shown(session, item) for item in kept[:SHOWN]]
        decided = _decided(session, instance.now())
    return render_template(
        "staff/review.html",
        waiting=waiting,
        total=len(kept),
        forms=forms[:SHOWN] if kind in (None, SCANNED) else [],
        kinds=_kinds(items, len(forms)),
        kind=kind,
        decided=decided,
        told=_told(),
    )


@staff_pages.get("/staff/review/<item_hash>")
@requires(Permission.REVIEW)
def review_item(item_hash: str) -> ResponseReturnValue:
    """Show one item with the answers it holds; that they were looked at is written down."""
    return _page(item_hash)


@staff_pages.post("/staff/review/<item_hash>")
@requires(Permission.REVIEW)
def decide_item(item_hash: str) -> ResponseReturnValue:
    """Carry a decision out, and go on to the next item."""
    instance, decision = the_instance(), request.form.get("decision", "")
    try:
        with instance.database.writing() as session:
            keys, now = instance.settings.keys, instance.now()
            decided = decide(session, keys, item_hash, decision, the_account().email, now)
            following = _next(session, item_hash)
    except DecisionRefused as refusal:
        return _page(item_hash, fault=str(refusal)), 409
    page, done = "staff.review_item" if following else "staff.review", decided.decision
    return redirect(url_for(page, item_hash=following, done=done, of=item_hash), 303)


@staff_pages.post("/staff/review/<item_hash>/undo")
@requires(Permission.REVIEW)
def undo_decision(item_hash: str) -> ResponseReturnValue:
    """Take a decision back, and show its item again."""
    instance = the_instance()
    try:
        with instance.database.writing() as session:
            undo(session, instance.settings.keys, item_hash, the_account().email, instance.now())
    except CannotBeUndone as refusal:
        sentence = f"{str(refusal).capitalize()}."
        return render_template("staff/problem.html", title="Not undone", sentence=sentence), 409
    return redirect(url_for("staff.review_item", item_hash=item_hash, done="undone"), 303)


def _page(item_hash: str, fault: str | None = None) -> str:
    instance = the_instance()
    with instance.database.writing() as session:
        opened = open_item(session, instance.settings.keys, item_hash, the_account().email, instance.now())
        if opened is None:
            return _nothing_to_decide(fault)
        shown = _shown(session, opened.item)
        answers = answers_shown(session, opened.body, opened.stored) if opened.body else []
        following = _next(session, item_hash)
    return render_template(
        "staff/review_item.html",
        shown=shown,
        answers=answers,
        stored=opened.stored is not None,
        following=following,
        told=_told(),
        fault=fault,
    )


def waiting_items(session: Session) -> list[ReviewItem]:
    """Return what waits of what the reader reaches, the oldest first."""
    found = queue.waiting(session)
    return [item for item in found if reaches(session, [whereabouts.of_review_item(session, item)])]


def _next(session: Session, item_hash: str) -> str | None:
    if scope().is_everything:
        return queue.next_waiting(session, item_hash)
    return next((item.item_hash for item in waiting_items(session) if item.item_hash != item_hash), None)


def _told() -> tuple[str, str | None] | None:
    """Return what was decided before, and by which item it can be undone."""
    done = request.args.get("done", "")
    if done == "undone":
        return "Undone. It stands as it did before.", None
    return (f"Decided. {words.DECISIONS[done]}.", request.args.get("of")) if done in words.DECISIONS else None


def _kinds(items: list[ReviewItem], forms: int) -> list[tuple[str, str, int]]:
    """Return each kind of what waits with its words and how many there are."""
    counts = Counter(item.kind for item in items) + Counter({SCANNED: forms})
    named = {**words.KINDS, SCANNED: words.SCANNED}
    return [(kind, said, counts[kind]) for kind, said in named.items() if counts[kind]]


def _decided(session: Session, now: datetime) -> list[DecidedShown]:
    known = decided_since(session, now - UNDO_LIFE, UNDONE_SHOWN)
    return [
        DecidedShown(one.item.item_hash, words.KINDS[one.item.kind], words.DECISIONS[one.decision], one.by)
        for one in known
        if reaches(session, [whereabouts.of_review_item(session, one.item)])
    ]


def _nothing_to_decide(fault: str | None) -> str:
    if fault is None:
        abort(404)
    return render_template("staff/problem.html", title="Nothing to decide", sentence=f"{fault.capitalize()}.")


def _shown(session: Session, item: ReviewItem) -> ItemShown:
    serial = serial_of(session, item)
    return ItemShown(
        item=item,
        kind=words.DISPUTED if is_disputed(item) else words.KINDS[item.kind],
        reference=_reference(session, item, serial),
        notes=rush_words(item) if item.kind == RUSH else tuple(_note(session, item, note) for note in item.notes),
        is_disputed=is_disputed(item),
        decisions={decision: words.DECISIONS[decision] for decision in decisions_on(item)},
    )


def _reference(session: Session, item: ReviewItem, serial: str | None) -> str:
    if item.kind == RUSH:
        return f"about {area_named(session, item.body.get('area'))}"
    begins, _, _ = receipt_of(item.response_id).partition("-")
    return f"form {spoken(serial)}" if serial else f"receipt beginning {begins}"


def _note(session: Session, item: ReviewItem, note: Mapping[str, Any]) -> str:
    in_words = words.fault_words if item.kind == "faulty" else words.problem_words
    said = words.NOTES.get(note["code"]) or in_words(note["code"])
    return f"{question_asked(session, item.survey, note['question'])} {said}" if note.get("question") else said
