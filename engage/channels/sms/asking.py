"""Asks the questions one after another: takes the answer to the open one and says what comes next."""

from dataclasses import replace

from engage.channels.sms.answers import answer_in, read_age
from engage.channels.sms.context import Context
from engage.channels.sms.path import AGE, AREA, next_question
from engage.channels.sms.prompts import age_labels, done_text, kind_of, open_prompt, prompt_again
from engage.channels.sms.state import ConversationState, Stage
from engage.channels.sms.submission import consent_of
from engage.channels.sms.turn import Step, Turn
from engage.questionnaire.model import QuestionType
from engage.response.consent import consent_problem

#: How often a question is asked again before it is left out.
MOST_REPROMPTS = 2
#: Characters of the name of a place; longer is a sentence.
_LONGEST_PLACE = 100


def sent(state: ConversationState, context: Context) -> Step:
    """Send what the conversation waits for an answer to."""
    return Step(state, open_prompt(state, context))


def ask_next(state: ConversationState, context: Context) -> Step:
    """Ask the next question, or come to the end."""
    question_id = next_question(context.questionnaire, state)
    if question_id is None:
        done = replace(state, stage=Stage.DONE, question_id=None, reprompts=0)
        return Step(done, done_text(done, context), submission_ready=True)
    return sent(replace(state, question_id=question_id, reprompts=0), context)


def ask_again(state: ConversationState, context: Context) -> Step:
    """Send once more what is open, as after a pause."""
    return ask_next(state, context) if state.stage is Stage.ASKING else sent(state, context)


def read_consent(state: ConversationState, turn: Turn) -> Step:
    """Take a YES, a NO, or ask again; silence and everything else is no consent."""
    if turn.words in turn.commands.yes:
        return ask_next(replace(state, stage=Stage.ASKING, reprompts=0), turn.context)
    if turn.words in turn.commands.no:
        return Step(state.emptied(Stage.CLOSED), turn.say("sms.closed"))
    if state.reprompts >= MOST_REPROMPTS:
        return Step(state.emptied(Stage.CLOSED), turn.say("sms.ended"))
    again = replace(state, reprompts=state.reprompts + 1)
    return Step(again, prompt_again(again, turn.context))


def take_answer(state: ConversationState, turn: Turn) -> Step:
    """Take the answer to the open question, SKIP, or ask again, twice at most."""
    question_id = state.question_id
    if question_id is None or next_question(turn.context.questionnaire, state) != question_id:
        return ask_next(state, turn.context)
    if turn.words in turn.commands.skip:
        return _left_out(state, question_id, turn)
    answered = _answered(state, question_id, turn)
    if answered is not None:
        return _settled(answered, turn)
    if state.reprompts >= MOST_REPROMPTS:
        return _left_out(state, question_id, turn)
    again = replace(state, reprompts=state.reprompts + 1)
    return Step(again, prompt_again(again, turn.context))


def may_take_part(state: ConversationState, context: Context) -> bool:
    """Say whether the survey's rule lets somebody of this age agree by themselves."""
    return consent_problem(context.questionnaire.consent.rule, consent_of(state, context)) is None


def is_listed_answer(turn: Turn) -> bool:
    """Say whether the text is one of the options that the open question lists."""
    state = turn.open_state
    question = turn.context.questionnaire.question(state.question_id) if state and state.question_id else None
    if state is None or question is None or question.id in (AGE, AREA):
        return False
    if kind_of(state, turn.context) not in ("choice", "order"):
        return False
    return answer_in(turn.text, question, turn.context.questionnaire, state, turn.context.say) is not None


def _answered(state: ConversationState, question_id: str, turn: Turn) -> ConversationState | None:
    """Return the state with the answer in its place, or None where the text is none."""
    context = turn.context
    if question_id == AGE:
        band = read_age(turn.text, age_labels(state, context), state.language, context.say)
        return replace(state, age_band=band) if band else None
    if question_id == AREA:
        place = turn.text.strip()
        area = context.find_area(place) if 0 < len(place) <= _LONGEST_PLACE else None
        return replace(state, area=area) if area else None
    question = context.questionnaire.question(question_id)
    value = answer_in(turn.text, question, context.questionnaire, state, context.say) if question else None
    if value is None or question is None:
        return None
    if question.type is QuestionType.AREA_RELATION:
        return replace(state, area_relation=tuple(value))
    return replace(state, answers={**state.answers, question_id: value})


def _left_out(state: ConversationState, question_id: str, turn: Turn) -> Step:
    return _settled(replace(state, skipped=(*state.skipped, question_id)), turn)


def _settled(state: ConversationState, turn: Turn) -> Step:
    """Go on after a question is settled; after the age band, only if the survey's rule allows it."""
    if state.question_id == AGE and not may_take_part(state, turn.context):
        return Step(state.emptied(Stage.CLOSED), turn.say("sms.closed"))
    return ask_next(state, turn.context)
