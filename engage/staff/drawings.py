"""Drawings before a person: the written protocol, one drawing at a time, and a decision that can be taken back."""

from dataclasses import dataclass

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from engage.collection import whereabouts
from engage.collection.drawings import (
    NOT_AGREED,
    REASONS,
    DrawingGone,
    DrawingSeen,
    NotAllowed,
    find_drawing,
    keep_back,
    look_at,
    show,
    take_back,
)
from engage.response.drawings import drawing_svg
from engage.staff.access import Permission, requires
from engage.staff.answers_shown import question_asked
from engage.staff.blueprint import staff_pages, the_account, the_instance
from engage.staff.scope import reaches, scope
from engage.staff.words import CHANNELS
from engage.storage import drawings
from engage.storage.database import Session
from engage.storage.drawings import Drawing

#: What the page says became of the drawing before.
_DONE = {
    "shown": "The drawing may be shown.",
    "kept_back": "The drawing is kept back.",
    "danger": "The drawing is kept back, and whoever is on duty is told now.",
    "waiting": "The drawing waits again.",
    "gone": "The drawing is gone: its owner has taken it back, or its time is over.",
}
#: Why a drawing is kept back, in words.
_WHY = {**REASONS, NOT_AGREED: "Its owner did not agree to show it"}
#: States in words, in the order listed.
STATES = {"waiting": "Waiting", "shown": "May be shown", "kept_back": "Kept back"}


@dataclass(frozen=True)
class WaveDrawings:
    """The drawings of one wave, by state; what waits has no link of its own: one is taken after the other."""

    survey: str
    wave: str
    counts: dict[str, int]
    decided: tuple[Drawing, ...]


@staff_pages.get("/staff/drawings")
@requires(Permission.REVIEW)
def list_drawings() -> ResponseReturnValue:
    """Say what to look for, how many drawings wait, and what was decided on the others."""
    with the_instance().database.reading() as session:
        waves = _waves(session)
        following = _next(session)
    done = _DONE.get(request.args.get("done", ""))
    return render_template("staff/drawings.html", waves=waves, following=following, why=_WHY, states=STATES, done=done)


@staff_pages.get("/staff/drawings/<reference>/<question>")
@requires(Permission.REVIEW)
def review_drawing(reference: str, question: str) -> ResponseReturnValue:
    """Show what a drawing answers; the drawing itself only where somebody asks to see it, which is written down."""
    instance, is_seen = the_instance(), "look" in request.args
    try:
        with instance.database.writing() as session:
            keys, by = instance.settings.keys, the_account().email
            seen = (
                look_at(session, keys, reference, question, by, instance.now())
                if is_seen
                else find_drawing(session, reference, question)
            )
            asked = question_asked(session, seen.drawing.survey, question)
    except DrawingGone:
        abort(404)
    return render_template("staff/drawing.html", **_shown(seen, asked, is_seen=is_seen))


@staff_pages.post("/staff/drawings/<reference>/<question>")
@requires(Permission.REVIEW)
def decide_drawing(reference: str, question: str) -> ResponseReturnValue:
    """Carry a decision out and go on to the next drawing."""
    instance, decision = the_instance(), request.form.get("decision", "")
    if decision not in ("shown", "waiting", *_WHY):
        abort(400)
    try:
        with instance.database.writing() as session:
            about = (session, instance.settings.keys, reference, question)
            by, now = the_account().email, instance.now()
            if decision == "shown":
                show(*about, by, now)
            elif decision == "waiting":
                take_back(*about, by, now)
            else:
                keep_back(*about, decision, by, now)
            following = _next(session, besides=reference)
    except DrawingGone:
        return redirect(url_for("staff.list_drawings", done="gone"), 303)
    except NotAllowed:
        abort(409)
    done = decision if decision in _DONE else "kept_back"
    if following is None or decision in ("waiting", "danger"):
        return redirect(url_for("staff.list_drawings", done=done), 303)
    address = url_for("staff.review_drawing", reference=following.reference, question=following.question)
    return redirect(f"{address}?done={done}", 303)


def _shown(seen: DrawingSeen, asked: str, *, is_seen: bool) -> dict[str, object]:
    label = f"Drawing in answer to: {asked}"
    return {
        "seen": seen,
        "asked": asked,
        "picture": Markup(drawing_svg(seen.answer, str(Markup.escape(label)))) if is_seen else None,  # noqa: S704
        "channel": CHANNELS[seen.channel],
        "reasons": REASONS,
        "why": _WHY,
        "states": STATES,
        "done": _DONE.get(request.args.get("done", "")),
    }


def _waves(session: Session) -> list[WaveDrawings]:
    counted = drawings.count_by_state(session)
    limits = scope()
    waves = sorted({(survey, wave) for survey, wave, _ in counted if limits.has_survey(survey, wave)})
    return [
        WaveDrawings(
            survey,
            wave,
            {state: _count(session, survey, wave, state, counted) for state in STATES},
            tuple(one for state in ("shown", "kept_back") for one in _reached(session, survey, wave, state)),
        )
        for survey, wave in waves
    ]


def count_waiting(session: Session) -> int:
    """Return how many drawings wait, of what the reader reaches."""
    return sum(wave.counts["waiting"] for wave in _waves(session))


def _next(session: Session, besides: str = "") -> Drawing | None:
    """Return a drawing that waits, of whatever survey."""
    waiting = ((survey, wave) for survey, wave, state in drawings.count_by_state(session) if state == "waiting")
    found = (one for survey, wave in waiting for one in _reached(session, survey, wave, "waiting"))
    return next((one for one in found if one.reference != besides), None)


def _reached(session: Session, survey: str, wave: str, state: str) -> list[Drawing]:
    found = drawings.in_state(session, survey, wave, state)
    return [one for one in found if reaches(session, [whereabouts.of_response(session, one.response_id)])]


def _count(session: Session, survey: str, wave: str, state: str, counted: dict[tuple[str, str, str], int]) -> int:
    if scope().areas:
        return len(_reached(session, survey, wave, state))
    return counted.get((survey, wave, state), 0)
