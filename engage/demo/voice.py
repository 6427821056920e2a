"""What the demo tells in public beside its results: two things done and one answered question, all made up."""

from datetime import timedelta

from engage.collection.public_questions import WrittenAnswer, answer_question, ask_question
from engage.demo.diary import ACTOR
from engage.reporting.actions import WrittenAction, published_answers, write_action
from engage.storage import actions, public_questions
from engage.storage.database import Session
from engage.storage.instance import Instance

OWNER = "Demo coordinator (made up)"
#: Nottingham.
_CITY = "E06000018"
_QUESTION = "What will you do with our answers, and when do we hear from you?"
_ANSWER = (
    "We publish what people said, and on this site we write down what is done about it. In this demonstration "
    "everything is made up, this answer too."
)


def speak_in_public(session: Session, instance: Instance, survey: str) -> None:
    """Write what was done and answer one question, where nothing is there yet."""
    if actions.list_of(session, survey) or public_questions.published(session, survey):
        return
    known = {code for code, _, _ in published_answers(session, survey)}
    today = instance.now().date()
    dark = WrittenAction(
        survey,
        said="Dark streets and paths make us feel unsafe.",
        done="We walked the routes that were named with young people, and 14 lamps on them were mended.",
        owner=OWNER,
        day=today - timedelta(days=21),
        area=_CITY,
        figure="unsafe_reasons:dark" if "unsafe_reasons:dark" in known else "",
        is_published=True,
    )
    clubs = WrittenAction(
        survey,
        said="We want places to go in the evening.",
        done="Two youth clubs now stay open until nine on Fridays. In spring we ask again whether that helps.",
        owner=OWNER,
        day=today - timedelta(days=7),
        is_published=True,
    )
    keys, now = instance.settings.keys, instance.now()
    for written in (dark, clubs):
        write_action(session, keys, written, ACTOR, now)
    question = ask_question(session, survey, _QUESTION, None, "en", now)
    answered = WrittenAnswer(_QUESTION, _ANSWER, OWNER, is_published=True)
    answer_question(session, keys, question.id, answered, ACTOR, now)
