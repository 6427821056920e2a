"""Puts words before one reader: the survey's and the interface's, in a language and a style, fallbacks marked."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType

from markupsafe import Markup, escape

from engage.phrases import SOURCE_LANGUAGE, Phrases, direction, phrases_for, review_state
from engage.pictures import drawn
from engage.questionnaire.help_numbers import is_unchecked
from engage.questionnaire.model import Facts, HelpLine, Questionnaire
from engage.questionnaire.reading_level import steps_of
from engage.questionnaire.wording import Wording, Words

#: Numbers of five digits from here on take texts, not calls (UK short codes).
_SHORT_CODE = re.compile(r"[678][0-9]{4}")
#: Questions answered in a minute; with pictures and short sentences people take their time.
_A_MINUTE, _A_MINUTE_EASY_READ = 3, 2
#: Words of the interface that a process keeps ready for pages.
MOST_SAID = 20_000
#: Marks around a name, so that its letters do not turn the sentence around (Unicode first strong isolate).
_ISOLATE, _POP = "\u2068", "\u2069"


@dataclass(frozen=True)
class HelpEntry:
    """A place to get help as it is shown; `link` opens the telephone."""

    name: Wording | None
    what: Wording | None
    number: str
    link: str
    #: Areas whose people it is for; empty for everywhere.
    areas: tuple[str, ...] = ()


@dataclass(frozen=True)
class Reader:
    """The words one person reads; without a survey only the interface's."""

    language: str
    style: str = "standard"
    words: Words | None = None
    #: Wording key, with its variant, → the address of a recording that reads it.
    clips: Mapping[str, str] = field(default_factory=dict)
    #: The area somebody told about and all it lies in; None as long as they told of none.
    around: frozenset[str] | None = None

    @classmethod
    def for_facts(
        cls,
        questionnaire: Questionnaire,
        facts: Facts,
        clips: Mapping[str, str] = MappingProxyType({}),
        around: frozenset[str] | None = None,
    ) -> "Reader":
        """Return the reader of a survey."""
        return cls(facts.language, facts.style, Words.for_facts(questionnaire, facts), clips, around)

    @property
    def direction(self) -> str:
        """Return the value of the page's `dir`."""
        return direction(self.language)

    @property
    def is_machine_drafted(self) -> bool:
        """Say whether no native speaker has checked these words yet."""
        language = self.words.questionnaire.language(self.language) if self.words else None
        drafted = language is not None and language.review == "machine_drafted"
        return drafted or review_state(self.language) == "machine_drafted"

    def say(self, key: str, **values: object) -> Markup:
        """Return the interface's words, marked as another language where they are not yet in this one."""
        phrases = phrases_for(self.language, self.style)
        if not values:
            return _said(phrases, key)
        text = escape(phrases.say(key))
        for name, value in values.items():
            text = text.replace(f"{{{name}}}", escape(value))
        return text if _is_in(phrases, key) else _in_language(text, SOURCE_LANGUAGE)

    def plain(self, key: str, **values: object) -> str:
        """Return the interface's words without marks, for titles and labels."""
        text = self.phrase(key).text
        for name, value in values.items():
            text = text.replace(f"{{{name}}}", str(value))
        return text

    def phrase(self, key: str) -> Wording:
        """Return the interface's words as a wording."""
        phrases = phrases_for(self.language, self.style)
        if _is_in(phrases, key):
            return Wording(phrases.say(key), self.language)
        return Wording(phrases.say(key), SOURCE_LANGUAGE, is_fallback=True)

    def word(self, key: str, **values: str) -> Wording | None:
        """Return the survey's words, or None where it has none for this."""
        if self.words is None:
            return None
        return self.words.find(key, **{name: self._isolated(value) for name, value in values.items()})

    def told(self, key: str) -> tuple[tuple[Markup | None, Wording], ...]:
        """Return a longer text sentence by sentence; in easy read each has its picture, where there is one for each."""
        parts = sentences(self.word(key))
        named = _pictures_of(self.words.questionnaire, key) if self.words and self.style == "easy_read" else ()
        pictures = [drawn(name) for name in named] if len(named) == len(parts) else [None] * len(parts)
        return tuple(zip(pictures, parts, strict=True))

    def clip(self, key: str) -> str | None:
        """Return the address of a recording of just the words this reader reads under a key."""
        variant = self.words.key_of(key) if self.words else None
        keys = (variant,) if variant else (f"{key}@{self.style}", key)
        return next((self.clips[known] for known in keys if known in self.clips), None)

    def help_lines(self) -> tuple[HelpEntry, ...]:
        """Return the survey's places to get help that are meant for this reader, of wherever they told about."""
        return tuple(self._help_entry(line) for line in self.lines_for_reader())

    def has_unchecked_help(self) -> bool:
        """Say whether nobody has tried one of the numbers shown."""
        return any(map(is_unchecked, self.lines_for_reader()))

    def lines_for_reader(self) -> Iterator[HelpLine]:
        """Yield the places to get help that are shown to this reader."""
        for line in self.words.questionnaire.help_lines if self.words else ():
            is_on_route = not line.routes or (self.words is not None and self.words.route in line.routes)
            if is_on_route and (not line.areas or self.around is None or self.around.intersection(line.areas)):
                yield line

    def _help_entry(self, line: HelpLine) -> HelpEntry:
        digits = re.sub(r"[^0-9+]", "", line.number)
        scheme = "sms" if _SHORT_CODE.fullmatch(digits) else "tel"
        key = f"help.{line.id}"
        name, what = self.word(f"{key}.name"), self.word(f"{key}.what")
        return HelpEntry(name, what, line.number, f"{scheme}:{digits}", line.areas)

    def _isolated(self, value: str) -> str:
        return f"{_ISOLATE}{value}{_POP}" if self.direction == "rtl" else value


@lru_cache(maxsize=MOST_SAID)
def _said(phrases: Phrases, key: str) -> Markup:
    """Return words without places to fill; the next change of the interface's words brings other phrases."""
    text = escape(phrases.say(key))
    return text if _is_in(phrases, key) else _in_language(text, SOURCE_LANGUAGE)


def _is_in(phrases: Phrases, key: str) -> bool:
    return phrases.language == SOURCE_LANGUAGE or phrases.is_translated(key)


def marked(wording: Wording | None) -> Markup:
    """Return a wording for a page, with its own language where that is not the page's."""
    if wording is None:
        return Markup()
    text = escape(wording.text)
    return _in_language(text, wording.language) if wording.is_fallback else text


def sentences(wording: Wording | None) -> tuple[Wording, ...]:
    """Return a longer text sentence by sentence, for a list that is easier to read."""
    if wording is None:
        return ()
    return tuple(Wording(part, wording.language, wording.is_fallback) for part in steps_of(wording.text))


def preferred(accepted: Iterable[str], offered: Sequence[str], otherwise: str) -> str:
    """Return the language that a browser asks for first and that is offered, by its family where not exactly."""
    for tag in accepted:
        wanted = tag.replace("_", "-").lower()
        alike = [offer for offer in offered if offer.partition("-")[0].lower() == wanted.partition("-")[0]]
        if alike:
            return next((offer for offer in alike if wanted.startswith(offer.lower())), alike[0])
    return otherwise


def minutes_for(questions: int, style: str) -> int:
    """Return about how many minutes so many questions take, with the pages before and after: two at the least."""
    return max(2, round(questions / (_A_MINUTE_EASY_READ if style == "easy_read" else _A_MINUTE)))


def _pictures_of(questionnaire: Questionnaire, key: str) -> tuple[str, ...]:
    told = {"survey.intro": questionnaire.intro_pictures, "consent.statement": questionnaire.consent.pictures}
    return told.get(key, ())


def _in_language(text: Markup, language: str) -> Markup:
    return Markup('<span lang="{}" dir="{}">{}</span>').format(language, direction(language), text)
