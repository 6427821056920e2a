"""Carries on a survey by text: takes one text in its place and says what goes back and what is kept."""

from collections.abc import Callable
from dataclasses import replace

from engage.channels.sms.asking import ask_again, is_listed_answer, may_take_part, read_consent, sent, take_answer
from engage.channels.sms.commands import is_stop, language_named
from engage.channels.sms.context import Context
from engage.channels.sms.form import read_form
from engage.channels.sms.prompts import danger_text, first_text, help_text, paused_text
from engage.channels.sms.segments import to_gsm
from engage.channels.sms.state import ConversationState, Stage
from engage.channels.sms.submission import submission_document
from engage.channels.sms.turn import Step, Turn
from engage.response.safeguarding import find_danger

__all__ = ["Context", "ConversationState", "Stage", "Step", "expired", "step", "submission_document"]

#: Characters of a text that are read: the longest a provider joins together.
LONGEST_TEXT = 1600


def step(state: ConversationState | None, text: str, context: Context) -> Step:
    """Return what one text leads to; the same state, text and context always lead to the same.

    The order of reading is the provider's own opt-out, our opt-out words, words of somebody in danger, silence
    for who opted out, help, a survey that waits, the survey's keyword, a language, an answer. A conversation
    that was left for more than 72 hours is over, and the person is told so. A text is cut at 1,600 characters.
    """
    turn = Turn(expired(state, context), text[:LONGEST_TEXT], context)
    taken = next(filter(None, (read(turn) for read in _READERS)), None) or Step(None, turn.say("sms.not_started"))
    reply = to_gsm(taken.reply) if taken.reply is not None else None
    return replace(taken, state=taken.state.touched(context.now) if taken.state else None, reply=reply)


def step_limited(state: ConversationState | None, text: str, context: Context) -> Step:
    """Return what a text leads to from somebody who sends far too many: only STOP and danger are read."""
    turn = Turn(expired(state, context), text[:LONGEST_TEXT], context)
    taken = _provider_opt_out(turn) or _opt_out(turn) or _danger(turn)
    return replace(taken, reply=to_gsm(taken.reply) if taken.reply else None) if taken else Step(turn.state, None)


def expired(state: ConversationState | None, context: Context) -> ConversationState | None:
    """Return the state as its age makes it: what was under way is over, and nothing of what ended stays."""
    if state is None or state.stage is Stage.OPTED_OUT or not state.has_expired(context.now):
        return state
    return state.emptied(Stage.EXPIRED) if state.is_under_way or state.stage is Stage.EXPIRED else None


def _provider_opt_out(turn: Turn) -> Step | None:
    """The provider has said goodbye itself; a reply of ours would be refused."""
    return Step(_opted_out_state(turn), None, opted_out=True) if turn.context.stopped_by_provider else None


def _opt_out(turn: Turn) -> Step | None:
    if not is_stop(turn.text, turn.commands):
        return None
    reply = None if turn.has_opted_out else turn.say("sms.stopped")
    return Step(_opted_out_state(turn), reply, opted_out=True, always=True)


def _danger(turn: Turn) -> Step | None:
    """The words are not kept, the survey waits, and the numbers to call go out at once; also after STOP."""
    code = find_danger(turn.text)
    if code is None:
        return None
    state = turn.state
    if not turn.has_opted_out and (state is None or state.is_under_way or state.stage is Stage.EXPIRED):
        state = (state or turn.begun(turn.language).emptied(Stage.EXPIRED)).handed_over()
    return Step(state, danger_text(state, turn.language, turn.context), danger=code, always=True)


def _opted_out(turn: Turn) -> Step | None:
    """Nothing is sent to somebody who said STOP until they say START."""
    if not turn.has_opted_out:
        return None
    if turn.words in turn.commands.start:
        return Step(None, turn.say("sms.back"), opted_out=False, always=True)
    return Step(turn.state, None, always=True)


def _help(turn: Turn) -> Step | None:
    if turn.words not in turn.commands.help:
        return None
    return Step(turn.state, help_text(turn.state, turn.context), always=True)


def _waiting(turn: Turn) -> Step | None:
    """A survey that waits goes on when the person says so, and with no other text."""
    state = turn.state
    if state is None or state.stage is not Stage.HANDED_OVER:
        return None
    keyword = turn.context.questionnaire.code
    if turn.words != keyword and turn.words not in turn.commands.go_on | turn.commands.start:
        return Step(state, paused_text(state.language, turn.context))
    if state.waits_at is None:
        return sent(turn.begun(state.language), turn.context)
    return ask_again(state.taken_up(), turn.context)


def _keyword(turn: Turn) -> Step | None:
    """The keyword begins the conversation, also anew; with other words behind it only where none is open."""
    keyword, _, behind = turn.words.partition(" ")
    if turn.words in turn.commands.start and not turn.open_state:
        return sent(turn.begun(turn.language), turn.context)
    if keyword != turn.context.questionnaire.code:
        return None
    language, words_of_language = _language_first(behind, turn)
    rest = " ".join(turn.text.split()[1 + words_of_language :]) if behind else ""
    begun = turn.begun(language or turn.context.first_language)
    form = read_form(rest, begun, turn.context) if rest else None
    if turn.open_state and rest and not (form and form.is_whole):
        return None
    if form:
        return _form_sent(form.state, turn)
    is_unclear = any(sign.isdecimal() for sign in rest)
    lead = turn.context.say(begun.language, "sms.again") if is_unclear else None
    return Step(begun, first_text(begun, turn.context, lead))


def _form_sent(state: ConversationState, turn: Turn) -> Step:
    """What was told in one text is kept until the person says YES; of a child nothing is."""
    if state.age_band and not may_take_part(state, turn.context):
        return Step(state.emptied(Stage.CLOSED), turn.context.say(state.language, "sms.closed"))
    return Step(state, first_text(state, turn.context, turn.context.say(state.language, "sms.form_lead")))


def _language_first(behind: str, turn: Turn) -> tuple[str | None, int]:
    """Return the language that the words behind the keyword name, all of them or the first, and how many do."""
    words = behind.split()
    for count in (len(words), 1):
        language = language_named(" ".join(words[:count]), turn.offered(), by_tag=True)
        if language:
            return language, count
    return None, 0


def _language(turn: Turn) -> Step | None:
    """A language's own name changes the language, unless it is an answer to the open question."""
    language = language_named(turn.text, turn.offered())
    if language is None:
        return None
    if turn.state is None or turn.state.stage is Stage.EXPIRED:
        return sent(turn.begun(language), turn.context)
    if not turn.state.is_open or language == turn.state.language or is_listed_answer(turn):
        return None
    return ask_again(replace(turn.state, language=language, reprompts=0), turn.context)


def _answer(turn: Turn) -> Step | None:
    if turn.state is None:
        return None
    if turn.state.stage is Stage.CONSENT:
        return read_consent(turn.state, turn)
    if turn.state.stage is Stage.ASKING:
        return take_answer(turn.state, turn)
    if turn.state.stage is Stage.EXPIRED:
        return Step(None, turn.say("sms.expired"))
    if turn.state.reprompts:
        return Step(turn.state, None)
    return Step(replace(turn.state, reprompts=1), turn.say("sms.after"))


#: The order of reading; a reader that has nothing to say returns None.
_READERS: tuple[Callable[[Turn], Step | None], ...] = (
    _provider_opt_out,
    _opt_out,
    _danger,
    _opted_out,
    _help,
    _waiting,
    _keyword,
    _language,
    _answer,
)


def _opted_out_state(turn: Turn) -> ConversationState:
    state = turn.state or turn.begun(turn.language)
    return state.emptied(Stage.OPTED_OUT)
