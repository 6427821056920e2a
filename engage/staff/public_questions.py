"""The queue of questions that people ask in public: edited for names, answered by a named owner, shown or dropped."""

from uuid import UUID

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engage.collection.public_questions import (
    QUESTION_LIFE,
    AnswerRefused,
    WrittenAnswer,
    answer_question,
    drop_question,
)
from engage.collection.whereabouts import Whereabouts
from engage.phrases import direction
from engage.staff.access import Permission, requires
from engage.staff.blueprint import staff_pages, the_account, the_instance
from engage.staff.scope import reached_surveys, reaches
from engage.staff.words import language_name
from engage.storage import areas, public_questions
from engage.storage.database import Session
from engage.storage.public_questions import LONGEST_ANSWER, LONGEST_QUESTION, PublicQuestion

#: What was decided, and what the page then says.
DECISIONS = {
    "publish": "Everybody can read the question and its answer now.",
    "save": "Kept for staff only.",
    "drop": "Dropped. The question is gone.",
}


@staff_pages.get("/staff/public/questions")
@requires(Permission.SPEAK_IN_PUBLIC)
def questions() -> ResponseReturnValue:
    """Show the questions that wait, longest first, and those that are public."""
    return _page()


@staff_pages.post("/staff/public/questions/<uuid:question_id>")
@requires(Permission.SPEAK_IN_PUBLIC)
def decide_question(question_id: UUID) -> ResponseReturnValue:
    """Keep what was written and show it to everybody or nobody, or drop the question."""
    instance, form = the_instance(), request.form
    decision = form.get("decision", "")
    if decision not in DECISIONS:
        abort(400)
    keys, by, now = instance.settings.keys, the_account().email, instance.now()
    words, answer, owner = (form.get(name, "").strip() for name in ("words", "answer", "owner"))
    try:
        with instance.database.writing() as session:
            if decision == "drop":
                is_there = drop_question(session, keys, question_id, by, now)
            else:
                written = WrittenAnswer(words, answer, owner, is_published=decision == "publish")
                is_there = answer_question(session, keys, question_id, written, by, now) is not None
    except AnswerRefused as refusal:
        return _page(fault=str(refusal), at=question_id), 422
    if not is_there:
        abort(404)
    return redirect(url_for("staff.questions", done=decision), 303)


def waiting_questions(session: Session) -> list[PublicQuestion]:
    """Return the questions that wait, of what the reader reaches."""
    return [one for one in public_questions.waiting(session) if _is_reached(session, one)]


def _is_reached(session: Session, question: PublicQuestion) -> bool:
    return reaches(session, [Whereabouts(question.survey, areas=(question.area,) if question.area else ())])


def _page(fault: str | None = None, at: UUID | None = None) -> str:
    with the_instance().database.reading() as session:
        surveys = reached_surveys(session)
        return render_template(
            "staff/questions.html",
            waiting=waiting_questions(session),
            answered=[
                one
                for survey in surveys
                for one in public_questions.published(session, survey.slug)
                if _is_reached(session, one)
            ],
            codes={survey.slug: survey.code for survey in surveys},
            tree=areas.read_tree(session),
            fault=fault,
            at=at,
            typed=request.form if fault else {},
            done=DECISIONS.get(request.args.get("done", "")),
            direction=direction,
            language_name=language_name,
            longest_question=LONGEST_QUESTION,
            longest_answer=LONGEST_ANSWER,
            days=QUESTION_LIFE,
        )
