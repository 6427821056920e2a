"""Carries on a survey by text: takes one text in its place and says what goes back and what is kept."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property

from engage.channels.sms.answers import answer_in, read_age
from engage.channels.sms.commands import Commands, commands_in, is_stop, language_named
from engage.channels.sms.context import Context
from engage.channels.sms.folding import plain_words
from engage.channels.sms.path import AGE, AREA, next_question
from engage.channels.sms.prompts import (
    age_labels,
    done_text,
    help_text,
    kind_of,
    open_prompt,
    prompt_again,
)
from engage.channels.sms.segments import to_gsm
from engage.channels.sms.state import ConversationState, Stage
from engage.channels.sms.submission import consent_of, submission_document
from engage.questionnaire.model import QuestionType
from engage.response.consent import consent_problem

__all__ = ["Context", "ConversationState", "Stage", "Step", "step", "submission_document"]

#: Characters of a text that are read: the longest a provider joins together.
LONGEST_TEXT = 1600
#: How often a question is asked again before it is left out.
MOST_REPROMPTS = 2
#: Characters of the name of a place; longer is a sentence.
_LONGEST_PLACE = 100


@dataclass(frozen=True)
class Step:
    """What one text leads to."""

    #: To be kept; None forgets the conversation.
    state: ConversationState | None
    #: To be sent; None is silence.
    reply: str | None
    #: The conversation has just come to its end: `submission_document(state, context)` goes through the door.
    submission_ready: bool = False
    #: True puts the sender on the opt-out list, False takes them off, None leaves it.
    opted_out: bool | None = None


@dataclass(frozen=True)
class _Turn:
    """One text in its place: the conversation it belongs to, if one is under way, and what it is given."""

    state: ConversationState | None
    text: str
    context: Context

    @property
    def language(self) -> str:
        return self.state.language if self.state else self.context.first_language

    @property
    def open_state(self) -> ConversationState | None:
        return self.state if self.state and self.state.is_open else None

    @cached_property
    def words(self) -> str:
        return plain_words(self.text)

    @cached_property
    def commands(self) -> Commands:
        default = self.context.questionnaire.default_language
        return commands_in(self.context.say, self.language, default, self.context.all_languages)

    def say(self, key: str) -> str:
        return self.context.say(self.language, key, keyword=self.context.questionnaire.code.upper())


def step(state: ConversationState | None, text: str, context: Context) -> Step:
    """Return what one text leads to; the same state, text and context always lead to the same.

    The order of reading is the provider's own opt-out, our opt-out words, silence for who opted out, help, the
    survey's keyword, a language, an answer. A conversation that was left for more than 72 hours is dropped and
    begins anew. A text is cut at 1,600 characters.
    """
    turn = _Turn(_still_held(state, context), text[:LONGEST_TEXT], context)
    taken = next(filter(None, (read(turn) for read in _READERS)), None) or _unexpected(turn, state)
    reply = to_gsm(taken.reply) if taken.reply is not None else None
    return replace(taken, state=taken.state.touched(context.now) if taken.state else None, reply=reply)


def _still_held(state: ConversationState | None, context: Context) -> ConversationState | None:
    if state is None or state.stage is Stage.OPTED_OUT or not state.has_expired(context.now):
        return state
    return None


def _provider_opt_out(turn: _Turn) -> Step | None:
    """The provider has said goodbye itself; a reply of ours would be refused."""
    return Step(_opted_out_state(turn), None, opted_out=True) if turn.context.stopped_by_provider else None


def _opt_out(turn: _Turn) -> Step | None:
    if not is_stop(turn.text, turn.commands):
        return None
    reply = None if _has_opted_out(turn) else turn.say("sms.stopped")
    return Step(_opted_out_state(turn), reply, opted_out=True)


def _opted_out(turn: _Turn) -> Step | None:
    """Nothing is sent to somebody who said STOP until they say START."""
    if not _has_opted_out(turn):
        return None
    if turn.words in turn.commands.start:
        return Step(None, turn.say("sms.back"), opted_out=False)
    return Step(turn.state, None)


def _help(turn: _Turn) -> Step | None:
    if turn.words not in turn.commands.help:
        return None
    return Step(turn.state, help_text(turn.state, turn.context))


def _keyword(turn: _Turn) -> Step | None:
    """The keyword begins the conversation, also anew; with other words behind it only where none is open."""
    keyword, _, behind = turn.words.partition(" ")
    if turn.words in turn.commands.start and not turn.open_state:
        return _sent(_begun(turn, turn.language), turn.context)
    if keyword != turn.context.questionnaire.code:
        return None
    language = language_named(behind, _offered(turn), by_tag=True)
    if behind and language is None and turn.open_state:
        return None
    return _sent(_begun(turn, language or turn.context.first_language), turn.context)


def _language(turn: _Turn) -> Step | None:
    """A language's own name changes the language, unless it is an answer to the open question."""
    language = language_named(turn.text, _offered(turn))
    if language is None:
        return None
    if turn.state is None:
        return _sent(_begun(turn, language), turn.context)
    if not turn.state.is_open or language == turn.state.language or _is_listed_answer(turn):
        return None
    state = replace(turn.state, language=language, reprompts=0)
    return _asking(state, turn.context) if state.stage is Stage.ASKING else _sent(state, turn.context)


def _answer(turn: _Turn) -> Step | None:
    if turn.state is None:
        return None
    if turn.state.stage is Stage.CONSENT:
        return _read_consent(turn.state, turn)
    if turn.state.stage is Stage.ASKING:
        return _read_answer(turn.state, turn)
    if turn.state.reprompts:
        return Step(turn.state, None)
    return Step(replace(turn.state, reprompts=1), turn.say("sms.after"))


def _unexpected(turn: _Turn, expired: ConversationState | None) -> Step:
    """A text that belongs to no conversation: begin an expired one anew, else say how to begin."""
    if expired is not None and expired.is_open:
        return _sent(_begun(turn, expired.language), turn.context)
    return Step(None, turn.say("sms.not_started"))


#: The order of reading; a reader that has nothing to say returns None.
_READERS: tuple[Callable[[_Turn], Step | None], ...] = (
    _provider_opt_out,
    _opt_out,
    _opted_out,
    _help,
    _keyword,
    _language,
    _answer,
)


def _read_consent(state: ConversationState, turn: _Turn) -> Step:
    if turn.words in turn.commands.yes:
        return _asking(replace(state, stage=Stage.ASKING, reprompts=0), turn.context)
    if turn.words in turn.commands.no:
        return Step(state.emptied(Stage.CLOSED), turn.say("sms.closed"))
    if state.reprompts >= MOST_REPROMPTS:
        return Step(state.emptied(Stage.CLOSED), turn.say("sms.ended"))
    again = replace(state, reprompts=state.reprompts + 1)
    return Step(again, prompt_again(again, turn.context))


def _read_answer(state: ConversationState, turn: _Turn) -> Step:
    question_id = state.question_id
    if question_id is None or next_question(turn.context.questionnaire, state) != question_id:
        return _asking(state, turn.context)
    if turn.words in turn.commands.skip:
        return _left_out(state, question_id, turn)
    answered = _answered(state, question_id, turn)
    if answered is not None:
        return _settled(answered, turn)
    if state.reprompts >= MOST_REPROMPTS:
        return _left_out(state, question_id, turn)
    again = replace(state, reprompts=state.reprompts + 1)
    return Step(again, prompt_again(again, turn.context))


def _answered(state: ConversationState, question_id: str, turn: _Turn) -> ConversationState | None:
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


def _left_out(state: ConversationState, question_id: str, turn: _Turn) -> Step:
    return _settled(replace(state, skipped=(*state.skipped, question_id)), turn)


def _settled(state: ConversationState, turn: _Turn) -> Step:
    """Go on after a question is settled; after the age band, only if the survey's rule allows it."""
    consent = turn.context.questionnaire.consent
    if state.question_id == AGE and consent_problem(consent.rule, consent_of(state, turn.context)):
        return Step(state.emptied(Stage.CLOSED), turn.say("sms.closed"))
    return _asking(state, turn.context)


def _asking(state: ConversationState, context: Context) -> Step:
    """Ask the next question, or come to the end."""
    question_id = next_question(context.questionnaire, state)
    if question_id is None:
        done = replace(state, stage=Stage.DONE, question_id=None, reprompts=0)
        return Step(done, done_text(done, context), submission_ready=True)
    return _sent(replace(state, question_id=question_id, reprompts=0), context)


def _sent(state: ConversationState, context: Context) -> Step:
    return Step(state, open_prompt(state, context))


def _begun(turn: _Turn, language: str) -> ConversationState:
    context = turn.context
    return ConversationState(
        stage=Stage.CONSENT,
        language=language,
        last_message_at=context.now,
        started_at=context.now,
        version=context.questionnaire.version,
        response_id=context.new_response_id,
    )


def _opted_out_state(turn: _Turn) -> ConversationState:
    state = turn.state or _begun(turn, turn.language)
    return state.emptied(Stage.OPTED_OUT)


def _has_opted_out(turn: _Turn) -> bool:
    return turn.context.is_opted_out or (turn.state is not None and turn.state.stage is Stage.OPTED_OUT)


def _offered(turn: _Turn) -> tuple[str, ...]:
    return tuple(language.tag for language in turn.context.questionnaire.languages)


def _is_listed_answer(turn: _Turn) -> bool:
    """Say whether the text is one of the options that the open question lists."""
    state = turn.open_state
    question = turn.context.questionnaire.question(state.question_id) if state and state.question_id else None
    if state is None or question is None or question.id in (AGE, AREA) or kind_of(state, turn.context) != "choice":
        return False
    return answer_in(turn.text, question, turn.context.questionnaire, state, turn.context.say) is not None
