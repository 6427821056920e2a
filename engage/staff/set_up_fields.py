"""What an item of a survey's record is filled in with: fields, choices, and what was sent."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from engage.collection.record_items import Ground
from engage.questionnaire.model import Questionnaire
from engage.settings import Keys
from engage.storage.database import Session

#: Characters of a line and of a longer text.
LONGEST_LINE, LONGEST_TEXT = 200, 2000


class ItemRefused(Exception):
    """What was filled in cannot be kept; the message says why."""


@dataclass(frozen=True)
class Choice:
    """One thing to choose, with a plain sentence about it."""

    value: str
    words: str
    about: str = ""
    is_chosen: bool = False
    #: Shown, with the reason in its words, but cannot be chosen.
    is_barred: bool = False


@dataclass(frozen=True)
class Field:
    """One field of an item: `line`, `text`, `day`, `number`, `email`, `pick`, `one` or `some` of choices, `list`."""

    name: str
    label: str
    kind: str
    value: str = ""
    hint: str = ""
    choices: tuple[Choice, ...] = ()
    is_needed: bool = True
    most: int = LONGEST_LINE


@dataclass(frozen=True)
class Saving:
    """What an item is kept with: who does it, when, and what was sent."""

    session: Session
    keys: Keys
    ground: Ground
    #: Name of a field → everything that was sent under it.
    form: Mapping[str, Sequence[str]]
    actor: str
    now: datetime

    @property
    def questionnaire(self) -> Questionnaire:
        """Return the version whose record it is."""
        return self.ground.questionnaire

    def sent(self, name: str) -> str:
        """Return what was sent under a name, without the spaces around it."""
        return next(iter(self.form.get(name, ())), "").strip()

    def line(self, name: str, what: str, *, is_needed: bool = True) -> str:
        """Return a line of text. Raises ItemRefused."""
        text = self.sent(name)
        if is_needed and not text:
            raise ItemRefused(f"{what} is missing.")
        if len(text) > LONGEST_LINE or not text.isprintable():
            raise ItemRefused(f"{what} has at most {LONGEST_LINE} characters.")
        return text

    def one_of(self, name: str, known: Mapping[str, object], what: str) -> str:
        """Return what was chosen. Raises ItemRefused."""
        value = self.sent(name)
        if value not in known:
            raise ItemRefused(f"Choose {what}.")
        return value


@dataclass(frozen=True)
class Form:
    """How an item is filled in and kept; `save` returns what is signed, and a link to hand on where it made one."""

    fields: Callable[[Ground, Session], tuple[Field, ...]]
    save: Callable[[Saving], Mapping[str, Any]]
    button: str = "Sign and go on"
    #: What else there is to see or to do, as address (with `{slug}` or `{code}`) → words.
    links: Mapping[str, str] = field(default_factory=dict)
