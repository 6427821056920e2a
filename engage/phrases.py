"""Words for codes: the interface in every language, read from the gettext catalogues in `translations/`."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from babel import Locale, UnknownLocaleError
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from babel.plural import PluralRule

#: The language the interface is written in; whatever another language lacks is read in it.
SOURCE_LANGUAGE = "en"
_RIGHT_TO_LEFT = frozenset({"ar", "ckb", "fa", "fa-AF", "ps", "ur", "pa-Arab", "he"})
_NAMES = {
    "ckb": "کوردیی سۆرانی",
    "ku": "Kurmancî",
    "fa-AF": "دری",
    "ny": "Chichewa",
    "pa-Arab": "پنجابی",
    "pa-Guru": "ਪੰਜਾਬੀ",
    "rom": "Romani",
    "ti": "ትግርኛ",
    "zh-Hans": "简体中文",
}


class Phrases:
    """The interface's words for one reader, in a language and a style."""

    def __init__(self, language: str, style: str = "standard") -> None:
        self.language = language
        self.style = style
        self._own, self._source = _catalogue(language), _catalogue(SOURCE_LANGUAGE)

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
        language = self.language if key in _plurals(self.language) else SOURCE_LANGUAGE
        text = forms.get(plural_rule(language)(number), forms["other"])
        for name, value in ({"count": number} | placeholders).items():
            text = text.replace(f"{{{name}}}", str(value))
        return text

    def forms(self, key: str) -> Mapping[str, str]:
        """Return category of number (Unicode CLDR: zero, one, two, few, many, other) → words; raises KeyError."""
        return _plurals(self.language).get(key) or _plurals(SOURCE_LANGUAGE)[key]

    def is_translated(self, key: str) -> bool:
        """Say whether the key has words in the reader's own language."""
        return key in self._own or f"{key}@{self.style}" in self._own


@cache
def phrases_for(language: str, style: str = "standard") -> Phrases:
    """Return the words for a language and a style."""
    return Phrases(language, style)


@cache
def review_state(language: str) -> str:
    """Return "source", "machine_drafted", "reviewed", or "missing" where there is no catalogue."""
    if language == SOURCE_LANGUAGE:
        return "source"
    catalogue = _read(language)
    if catalogue is None:
        return "missing"
    return next((value for name, value in catalogue.mime_headers if name == "X-Review-State"), "machine_drafted")


def direction(language: str) -> str:
    """Return "rtl" or "ltr", for the `dir` attribute."""
    return "rtl" if language in _RIGHT_TO_LEFT else "ltr"


@cache
def own_name(language: str) -> str:
    """Return a language's name in that language."""
    if language in _NAMES:
        return _NAMES[language]
    try:
        name = Locale.parse(language, sep="-").get_display_name()
    except (UnknownLocaleError, ValueError):
        return language
    return (name or language)[:1].upper() + (name or language)[1:]


def plural_rule(language: str) -> PluralRule:
    """Return the rule (Unicode CLDR) by which a language counts; English's where none is known."""
    try:
        return Locale.parse(language, sep="-").plural_form
    except (UnknownLocaleError, ValueError):
        return Locale.parse(SOURCE_LANGUAGE).plural_form


def plural_categories(language: str) -> tuple[str, ...]:
    """Return the categories of number a language has, in the order in which its catalogue gives their words."""
    known = plural_rule(language).tags
    return (*(name for name in ("zero", "one", "two", "few", "many") if name in known), "other")


def source_words() -> Mapping[str, str]:
    """Return every key with its English words."""
    return _catalogue(SOURCE_LANGUAGE)


def translated_words(language: str) -> Mapping[str, str]:
    """Return the keys that a language has words for."""
    return _catalogue(language)


@cache
def languages_with_phrases() -> tuple[str, ...]:
    """Return every language that has a catalogue, the source language first."""
    return (SOURCE_LANGUAGE, *sorted(path.parent.parent.name for path in folder().glob("*/LC_MESSAGES/engage.po")))


def folder() -> Path:
    """Return where the catalogues are: inside an installed package, or beside it in a checkout."""
    inside = Path(__file__).with_name("translations")
    return inside if inside.is_dir() else Path(__file__).parent.with_name("translations")


@cache
def _catalogue(language: str) -> Mapping[str, str]:
    """Return key → words, of words that count the last form."""
    return {key: words if isinstance(words, str) else words[-1] for key, words in _messages(language).items()}


@cache
def _plurals(language: str) -> Mapping[str, Mapping[str, str]]:
    """Return key → category of number → words, for the words that count."""
    categories = plural_categories(language)
    messages = _messages(language).items()
    return {key: dict(zip(categories, words, strict=False)) for key, words in messages if not isinstance(words, str)}


@cache
def _messages(language: str) -> Mapping[str, str | tuple[str, ...]]:
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
    is_source = language == SOURCE_LANGUAGE
    path = folder() / "engage.pot" if is_source else folder() / language / "LC_MESSAGES" / "engage.po"
    if not path.is_file():
        return None
    with path.open("rb") as file:
        return read_po(file, charset="utf-8")
