"""One text in its place: the conversation it belongs to, the words that steer it, and what it leads to."""

from dataclasses import dataclass
from functools import cached_property

from engage.channels.sms.commands import Commands, commands_in
from engage.channels.sms.context import Context
from engage.channels.sms.state import ConversationState, Stage
from engage.response.folding import plain_words


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
    #: Code of the list of phrases by which somebody may be in danger; whoever is on duty is told.
    danger: str | None = None
    #: The reply goes out whatever the survey's wave is doing: goodbye, help, numbers to call.
    always: bool = False


@dataclass(frozen=True)
class Turn:
    """One text in its place, and everything its step is given."""

    state: ConversationState | None
    text: str
    context: Context

    @property
    def language(self) -> str:
        """Return the language of the reply."""
        return self.state.language if self.state else self.context.first_language

    @property
    def open_state(self) -> ConversationState | None:
        """Return the conversation if the text can be an answer in it."""
        return self.state if self.state and self.state.is_open else None

    @property
    def has_opted_out(self) -> bool:
        """Say whether the sender said STOP before."""
        return self.context.is_opted_out or (self.state is not None and self.state.stage is Stage.OPTED_OUT)

    @cached_property
    def words(self) -> str:
        """Return the folded words of the text."""
        return plain_words(self.text)

    @cached_property
    def commands(self) -> Commands:
        """Return the words that steer this conversation."""
        default = self.context.questionnaire.default_language
        return commands_in(self.context.say, self.language, default, self.context.all_languages)

    def say(self, key: str) -> str:
        """Return words of the interface in the language of the reply."""
        return self.context.say(self.language, key, keyword=self.context.questionnaire.code.upper())

    def offered(self) -> tuple[str, ...]:
        """Return the languages the survey can be answered in by text."""
        return self.context.questionnaire.offered(in_writing=True)

    def begun(self, language: str) -> ConversationState:
        """Return a conversation that this text begins."""
        return ConversationState(
            stage=Stage.CONSENT,
            language=language,
            last_message_at=self.context.now,
            started_at=self.context.now,
            version=self.context.questionnaire.version,
            response_id=self.context.new_response_id,
        )
