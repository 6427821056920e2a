"""Words for codes: the interface in every language, from the catalogues in `translations/` and what staff changed."""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from engage.phrases.languages import (
    SOURCE_LANGUAGE,
    direction,
    own_name,
    plural_categories,
    plural_rule,
    script_of,
)
from engage.phrases.words import PLACEHOLDER, Words, find_fault, pair_hash, words_hash

__all__ = [
    "PLACEHOLDER",
    "SHIPPED",
    "SOURCE_LANGUAGE",
    "Changed",
    "Interface",
    "Phrases",
    "Words",
    "direction",
    "find_fault",
    "folder",
    "hand_in",
    "header_of",
    "interface_in_use",
    "languages_with_phrases",
    "own_name",
    "pair_hash",
    "phrases_for",
    "plural_categories",
    "plural_rule",
    "review_state",
    "script_of",
    "source_forms",
    "source_words",
    "translated_words",
    "using",
    "words_hash",
]


@dataclass(frozen=True)
class Changed:
    """Words that staff gave a key, and the source they gave them for."""

    words: Words
    source: Words


@dataclass(frozen=True, eq=False)
class Interface:
    """The interface's words as one instance has them: those that ship, and over them what its staff changed."""

    #: Language → key → what staff changed.
    changes: Mapping[str, Mapping[str, Changed]] = field(default_factory=dict)
    #: Language → (key, hash of source and words) → whether staff say that it is reviewed.
    reviews: Mapping[str, Mapping[tuple[str, str], bool]] = field(default_factory=dict)
    #: Another after each change.
    mark: str = "shipped"
    _kept: dict[tuple[str, ...], Any] = field(default_factory=dict, repr=False)

    def words(self, language: str) -> Mapping[str, Words]:
        """Return key → words or forms; what staff changed counts while it fits the source as it is now."""
        kept: Mapping[str, Words] | None = self._kept.get(("words", language))
        if kept is None:
            source, changes = _messages(SOURCE_LANGUAGE), self.changes.get(language, {})
            fitting = {
                key: changed.words
                for key, changed in changes.items()
                if key in source and find_fault(source[key], changed.words, language) is None
            }
            kept = self._kept["words", language] = {**_messages(language), **fitting}
        return kept

    def faults(self, language: str) -> Mapping[str, str]:
        """Return key → code of what is wrong with a language's words, for those that are missing or do not fit."""
        kept: Mapping[str, str] | None = self._kept.get(("faults", language))
        if kept is None:
            words = self.words(language)
            found = (
                (key, find_fault(source, words[key], language) if key in words else "wording_missing")
                for key, source in _messages(SOURCE_LANGUAGE).items()
            )
            kept = self._kept["faults", language] = {key: code for key, code in found if code}
        return kept

    def is_reviewed(self, language: str, key: str, words: Words) -> bool:
        """Say whether a person has checked these words of a key against the source as it is now."""
        source = _messages(SOURCE_LANGUAGE).get(key)
        if source is None:
            return False
        reviews = self.reviews.get(language)
        said = reviews.get((key, pair_hash(source, words))) if reviews else None
        return said if said is not None else key in _shipped_reviewed(language) and words == _messages(language)[key]

    def review_state(self, language: str) -> str:
        """Return "source", "reviewed" where every word is, "machine_drafted", or "missing" where there are no words."""
        if language == SOURCE_LANGUAGE:
            return "source"
        if ("review", language) not in self._kept:
            words = {key: text for key, text in self.words(language).items() if key in _messages(SOURCE_LANGUAGE)}
            checked = all(self.is_reviewed(language, key, text) for key, text in words.items())
            self._kept["review", language] = "missing" if not words else "reviewed" if checked else "machine_drafted"
        return str(self._kept["review", language])

    def languages(self) -> tuple[str, ...]:
        """Return every language that ships, and each that staff worded to the last key; the source language first."""
        kept: tuple[str, ...] | None = self._kept.get(("languages",))
        if kept is None:
            whole = (tag for tag in self.changes if not _messages(SOURCE_LANGUAGE).keys() - self.words(tag).keys())
            kept = self._kept["languages",] = (SOURCE_LANGUAGE, *sorted({*_shipped_languages(), *whole}))
        return kept

    def phrases(self, language: str, style: str = "standard") -> "Phrases":
        """Return the words for a language and a style."""
        kept: Phrases | None = self._kept.get(("phrases", language, style))
        if kept is None:
            kept = self._kept["phrases", language, style] = Phrases(language, style, self)
        return kept

    def say(self, language: str, key: str, **placeholders: Any) -> str:
        """Return the words for a key in a language; raises KeyError."""
        return self.phrases(language).say(key, **placeholders)


#: The interface as it ships; what is read where nobody has handed in another.
SHIPPED = Interface()
_handed_in: ContextVar[Interface | Callable[[], Interface]] = ContextVar("interface", default=SHIPPED)


@contextmanager
def using(interface: Interface | Callable[[], Interface]) -> Iterator[None]:
    """Read an instance's own words within a request, a job or a command; they may be fetched when first needed."""
    token = _handed_in.set(interface)
    try:
        yield
    finally:
        _handed_in.reset(token)


def interface_in_use() -> Interface:
    """Return whose words are read now; its `mark` is another after each change of them."""
    handed_in = _handed_in.get()
    if not isinstance(handed_in, Interface):
        handed_in = handed_in()
        hand_in(handed_in)
    return handed_in


def hand_in(interface: Interface) -> None:
    """Read these words from here on, until the end of `using`."""
    _handed_in.set(interface)


class Phrases:
    """The interface's words for one reader, in a language and a style."""

    def __init__(self, language: str, style: str = "standard", interface: Interface = SHIPPED) -> None:
        self.language = language
        self.style = style
        own = interface.words(language)
        self._own, self._source = _texts(own), _texts(_messages(SOURCE_LANGUAGE))
        self._forms = _forms(own, language)

    def say(self, key: str, **placeholders: Any) -> str:
        """Return the words for a key, its easy-read words where the language has any; raises KeyError."""
        styled = f"{key}@{self.style}"
        text = self._own.get(styled) or self._own.get(key) or self._source.get(styled) or self._source[key]
        for name, value in placeholders.items():
            text = text.replace(f"{{{name}}}", str(value))
        return text

    def count(self, key: str, number: int, **placeholders: Any) -> str:
        """Return the words for so many of something; `{count}` in them is the number. Raises KeyError."""
        forms = self.forms(key)
        language = self.language if key in self._forms else SOURCE_LANGUAGE
        text = forms.get(plural_rule(language)(number), forms["other"])
        for name, value in ({"count": number} | placeholders).items():
            text = text.replace(f"{{{name}}}", str(value))
        return text

    def forms(self, key: str) -> Mapping[str, str]:
        """Return category of number (Unicode CLDR: zero, one, two, few, many, other) → words; raises KeyError."""
        return self._forms.get(key) or _source_forms()[key]

    def is_translated(self, key: str) -> bool:
        """Say whether the key has words in the reader's own language."""
        return key in self._own or f"{key}@{self.style}" in self._own


def phrases_for(language: str, style: str = "standard") -> Phrases:
    """Return the words for a language and a style."""
    return interface_in_use().phrases(language, style)


def review_state(language: str) -> str:
    """Return "source", "machine_drafted", "reviewed", or "missing" where there are no words."""
    return interface_in_use().review_state(language)


def header_of(catalogue: str, name: str) -> str | None:
    """Return a header of the text of a gettext catalogue; Babel drops those that it does not know."""
    found = re.search(rf'^"{re.escape(name)}: *(.*?)\\n"', catalogue, re.MULTILINE)
    return found[1] if found else None


def source_words() -> Mapping[str, str]:
    """Return every key with its English words, of words that count the last form."""
    return _texts(_messages(SOURCE_LANGUAGE))


def source_forms() -> Mapping[str, Words]:
    """Return every key with its English words or forms."""
    return _messages(SOURCE_LANGUAGE)


def translated_words(language: str) -> Mapping[str, str]:
    """Return the keys that a language has words for, of words that count the last form."""
    return _texts(interface_in_use().words(language))


def languages_with_phrases() -> tuple[str, ...]:
    """Return every language with a catalogue, and each that staff worded whole; the source language first."""
    return interface_in_use().languages()


def folder() -> Path:
    """Return where the catalogues are: inside an installed package, or beside it in a checkout."""
    engage = Path(__file__).parents[1]
    inside = engage / "translations"
    return inside if inside.is_dir() else engage.with_name("translations")


@cache
def _shipped_languages() -> tuple[str, ...]:
    return tuple(sorted(path.parent.parent.name for path in folder().glob("*/LC_MESSAGES/engage.po")))


def _texts(messages: Mapping[str, Words]) -> Mapping[str, str]:
    """Return key → words, of words that count the last form."""
    return {key: words if isinstance(words, str) else words[-1] for key, words in messages.items()}


def _forms(messages: Mapping[str, Words], language: str) -> Mapping[str, Mapping[str, str]]:
    """Return key → category of number → words, for the words that count."""
    categories = plural_categories(language)
    return {
        key: dict(zip(categories, words, strict=False)) for key, words in messages.items() if not isinstance(words, str)
    }


@cache
def _source_forms() -> Mapping[str, Mapping[str, str]]:
    return _forms(_messages(SOURCE_LANGUAGE), SOURCE_LANGUAGE)


@cache
def _shipped_reviewed(language: str) -> frozenset[str]:
    """Return the keys whose words ship as reviewed: the catalogue's header says so, and no flag takes it back."""
    catalogue = _read(language)
    if catalogue is None or header_of(_path(language).read_text(encoding="utf-8"), "X-Review-State") != "reviewed":
        return frozenset()
    return frozenset(str(message.context) for message in catalogue if message.context and not message.fuzzy)


@cache
def _messages(language: str) -> Mapping[str, Words]:
    """Return key → words or forms; in the template they are the message ids, each under its key as context."""
    is_source = language == SOURCE_LANGUAGE
    found = {}
    for message in _read(language) or ():
        words = message.id if is_source else message.string
        if message.context and words and (isinstance(words, str) or all(words)):
            found[message.context] = words if isinstance(words, str) else tuple(words)
    return found


@cache
def _read(language: str) -> Catalog | None:
    if not _path(language).is_file():
        return None
    with _path(language).open("rb") as file:
        return read_po(file, charset="utf-8")


def _path(language: str) -> Path:
    return folder() / ("engage.pot" if language == SOURCE_LANGUAGE else f"{language}/LC_MESSAGES/engage.po")
