"""The end: answers are checked, sent through the one door, and there is a code to take them back with."""

from dataclasses import dataclass
from typing import Any

from flask import redirect, request, url_for
from markupsafe import Markup
from werkzeug import Response

from engage.channels.web.question_page import is_private, plain, words_of_answer
from engage.channels.web.questions import address_of, asked_of, brings_help
from engage.channels.web.reader import marked
from engage.channels.web.rendering import render_visit
from engage.channels.web.visit import Visit, forget_draft, is_practice, open_visit, this_instance
from engage.collection.drafts import TELEPHONE, finish_draft, submission_document
from engage.collection.receive import Door, receive_submission
from engage.questionnaire.model import Question, QuestionType
from engage.response.effort import effort_of_pages
from engage.response.problems import Problem
from engage.storage.drafts import Draft

#: Where somebody goes on who has practised, under no other path.
PRACTICE_OVER = "/staff/practice?done=web"


@dataclass(frozen=True)
class CheckLine:
    """One question with what was answered, and where to change it."""

    question: Markup
    answers: tuple[Markup, ...]
    address: str


@dataclass(frozen=True)
class CheckProblem:
    """What keeps the answers from being taken, and where to mend it."""

    words: Markup
    address: str | None


def show_check(code: str) -> Response:
    """Show the answers before they are sent; of private ones only that they were given."""
    with this_instance().database.reading() as session:
        visit = open_visit(session, code)
        last = visit.path.asked[-1] if visit.in_progress() and visit.path.asked else None
    return _check(visit, brings_help=brings_help(visit, last))


def send_answers(code: str) -> Response:
    """Send the answers through the one door; what was sent is wiped here, its receipt stays for some minutes."""
    instance = this_instance()
    now = instance.now()
    with instance.database.writing() as session:
        visit = open_visit(session, code)
        draft = visit.in_progress()
        if is_practice():
            forget_draft(session)
            return redirect(PRACTICE_OVER, 303)
        document = submission_document(draft, now)
        outcome = receive_submission(session, _door(draft, document["channel"]), document)
        if outcome.receipt is None:
            problems = tuple(_problem(visit, problem) for problem in outcome.problems)
            return _check(visit, status=422, problems=problems)
        finish_draft(session, draft, outcome.receipt, now)
    return redirect(url_for("survey_pages.show_thanks", code=code), 303)


def show_thanks(code: str) -> Response:
    """Thank, and show the receipt; when that is gone, go to the start."""
    instance = this_instance()
    with instance.database.reading() as session:
        visit = open_visit(session, code)
    if visit.draft is None:
        return redirect(url_for("survey_pages.show_start", code=code), 303)
    if visit.draft.receipt is None:
        return redirect(url_for("survey_pages.show_check", code=code), 303)
    was_sent_before, address = "again" in request.args, withdrawal_link()
    return render_visit(visit, "thanks", receipt=visit.draft.receipt, address=address, was_sent_before=was_sent_before)


def withdrawal_link() -> Markup:
    """Return the address at which answers are taken back, as people copy it, with its link."""
    here = f"{this_instance().settings.public_url}/w/"
    return Markup('<a href="{}"><bdi dir="ltr">{}</bdi></a>').format(url_for("survey_pages.show_code_form"), here)


def _door(draft: Draft, channel: str) -> Door:
    instance = this_instance()
    now, actor = instance.now(), draft.envelope.get(TELEPHONE, "web")
    efforts = {draft.response_id: effort_of_pages(draft.started_at, now, len(draft.seen))}
    return Door(instance.settings.keys, now, actor, frozenset({channel}), efforts=efforts)


def _check(visit: Visit, *, status: int = 200, **context: Any) -> Response:
    action = url_for("survey_pages.send_answers", code=visit.code)
    return render_visit(visit, "check", status=status, action=action, lines=_lines(visit), **context)


def _lines(visit: Visit) -> tuple[CheckLine, ...]:
    say, facts = visit.reader.say, visit.facts
    first_page = url_for("survey_pages.show_consent", code=visit.code, change=1)
    age = CheckLine(_title(visit, "age_band.text", "web.age_title"), (say(f"age_band.{facts.age_band}"),), first_page)
    helps = CheckLine(say("web.assisted_title"), (say(f"assisted.{facts.assisted}"),), first_page)
    asked = (question for question in visit.path.asked if question.type is not QuestionType.NOTE)
    return (age, helps, *(_line(visit, question) for question in asked))


def _line(visit: Visit, question: Question) -> CheckLine:
    asked = asked_of(visit, question)
    answers = words_of_answer(asked)
    if answers and is_private(asked):
        answers = (visit.reader.say("web.answered_private"),)
    elif answers and question.type is QuestionType.AREA:
        answers = (plain(visit.place),)
    return CheckLine(marked(asked.word("text")), answers, address_of(visit, question, is_change=True))


def _title(visit: Visit, key: str, phrase: str) -> Markup:
    return marked(visit.reader.word(key)) or visit.reader.say(phrase)


def _problem(visit: Visit, problem: Problem) -> CheckProblem:
    question = visit.questionnaire.question(problem.question) if problem.question else None
    asked = question is not None and question in visit.path.asked
    address = address_of(visit, question, is_change=True) if question and asked else None
    return CheckProblem(visit.reader.say(f"problem.{problem.code}"), address)
