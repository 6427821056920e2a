"""What a conversation is given from outside: the questionnaire, the words, the clock, the places."""

import operator
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from engage.channels.sms.commands import Say
from engage.questionnaire.model import Questionnaire


@dataclass(frozen=True)
class Context:
    """Everything one step of a conversation may know besides its state and the text."""

    #: The version the conversation began with, or the current one where there is none yet.
    questionnaire: Questionnaire
    say: Say
    #: What somebody typed → the code of the one area it names, or None where it is none or could be several.
    find_area: Callable[[str], str | None]
    #: With its time zone.
    now: datetime
    #: A fresh UUIDv4, taken when this text begins a conversation.
    new_response_id: UUID
    #: Who runs the survey, in few letters.
    organiser: str
    #: (area, wider area) → does the one lie in the other.
    is_within: Callable[[str, str], bool] = operator.eq
    #: Every language that has phrases (BCP 47): STOP counts in all of them.
    all_languages: tuple[str, ...] = ("en",)
    #: The language a conversation begins in; the survey's default one where there is none.
    language: str | None = None
    #: The sender is on the list of people who said STOP.
    is_opted_out: bool = False
    #: The provider took this very text as an opt-out and has answered it.
    stopped_by_provider: bool = False
    wave: str | None = None

    @property
    def first_language(self) -> str:
        """Return the language a new conversation begins in."""
        wanted = self.language
        return wanted if wanted and self.questionnaire.language(wanted) else self.questionnaire.default_language
