"""Takes questions that anybody asks, without a name, and what staff make of them: answered in public, or dropped."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from engage.collection.receive import LONDON
from engage.settings import Keys
from engage.storage import audit, public_questions
from engage.storage.database import Session
from engage.storage.public_questions import LONGEST_ANSWER, LONGEST_QUESTION, PublicQuestion

#: Days that a question is kept which nobody has answered in public.
QUESTION_LIFE = 90
#: Questions of one survey that may come in on one day and wait; a flood then costs staff no more than this.
MOST_PER_DAY = 100
_LONGEST_OWNER = 100


class QuestionRefused(Exception):
    """A question was not taken in; `code` is one of ask_empty, too_long, ask_full."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class AnswerRefused(Exception):
    """An answer cannot be kept as written; the message says why."""


@dataclass(frozen=True)
class WrittenAnswer:
    """A question as staff edited it, with its answer and who answers for it."""

    words: str
    answer: str
    owner: str
    is_published: bool


def ask_question(
    session: Session, survey: str, words: str, area: str | None, language: str, now: datetime
) -> PublicQuestion:
    """Keep a question for staff to answer. Raises QuestionRefused.

    Of who asked nothing is kept, and of when only the day.
    """
    words = " ".join(words.split())
    if not words:
        raise QuestionRefused("ask_empty")
    if len(words) > LONGEST_QUESTION:
        raise QuestionRefused("too_long")
    today = now.astimezone(LONDON).date()
    if public_questions.count_waiting_of_day(session, survey, today) >= MOST_PER_DAY:
        raise QuestionRefused("ask_full")
    question = PublicQuestion(uuid4(), survey, words, today, area, language)
    public_questions.put(session, question)
    return question


def answer_question(
    session: Session, keys: Keys, question_id: UUID, written: WrittenAnswer, by: str, now: datetime
) -> PublicQuestion | None:
    """Keep words, answer and owner, and show them to everybody or to nobody; None where the question is gone.

    Raises AnswerRefused. The log says what was done, never the words.
    """
    question = public_questions.get(session, question_id)
    if question is None:
        return None
    _check(written)
    today = now.astimezone(LONDON).date()
    is_first = question.answered_on is None and bool(written.answer)
    changed = replace(
        question,
        words=written.words,
        answer=written.answer or None,
        owner=written.owner or None,
        answered_on=today if is_first else question.answered_on,
        is_published=written.is_published,
    )
    public_questions.put(session, changed)
    detail = {"survey": question.survey, "edited": changed.words != question.words, "published": changed.is_published}
    action = "question.published" if changed.is_published else "question.saved"
    if question.is_published and not changed.is_published:
        action = "question.taken_back"
    audit.append(session, keys.audit, at=now, actor=by, action=action, subject=str(question_id), detail=detail)
    return changed


def drop_question(session: Session, keys: Keys, question_id: UUID, by: str, now: datetime) -> bool:
    """Take a question away for good; false where it is gone already."""
    question = public_questions.get(session, question_id)
    if question is None:
        return False
    public_questions.remove(session, question_id)
    detail = {"survey": question.survey}
    audit.append(
        session, keys.audit, at=now, actor=by, action="question.dropped", subject=str(question_id), detail=detail
    )
    return True


def forget_unanswered(session: Session, now: datetime) -> None:
    """Take away the questions that nobody has answered in public within their time."""
    public_questions.forget_unanswered(session, now.astimezone(LONDON).date() - timedelta(days=QUESTION_LIFE))


def _check(written: WrittenAnswer) -> None:
    if not 0 < len(written.words) <= LONGEST_QUESTION:
        raise AnswerRefused(f"A question has from 1 to {LONGEST_QUESTION} characters.")
    if len(written.answer) > LONGEST_ANSWER or len(written.owner) > _LONGEST_OWNER:
        raise AnswerRefused(f"An answer has at most {LONGEST_ANSWER} characters, its owner {_LONGEST_OWNER}.")
    if written.is_published and not (written.answer and written.owner):
        raise AnswerRefused("Before everybody can read it, it needs an answer and the name of who answers for it.")
