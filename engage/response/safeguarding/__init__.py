"""Recognises words by which somebody may be telling us that they or others are in danger."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

from engage.response.folding import fold

#: What a list is about, in the order in which a text that fits several is filed.
LISTS = (
    "self_harm",
    "weapon",
    "being_hurt",
    "sexual_harm",
    "exploitation",
    "running_away",
    "harm_to_others",
)
#: Words that may stand between two words of a phrase.
MOST_BETWEEN = 2
_SUFFIX = ".txt"
#: A sign drawn out: "heeelp".
_DRAWN_OUT = re.compile(r"(.)\1{2,}")
#: Arabic "and" is written in one with the word behind it.
_JOINED_AND = ("و", "ف")
_SHORTEST_JOINED = 3
#: CJK ideographs stand for words and are written without spaces.
_IDEOGRAPHS = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")


class ListFaulty(Exception):
    """A list of phrases that cannot be used; the message names file and line."""


@dataclass(frozen=True)
class Phrase:
    """One phrase of a list: its folded words in their order."""

    list_code: str
    language: str
    #: As it stands in the file.
    text: str
    words: tuple["Word", ...]
    #: Words without which a text cannot have the phrase.
    needed: frozenset[str]


@dataclass(frozen=True)
class Word:
    """One word of a phrase."""

    text: str
    #: Only the beginning is given.
    is_start: bool = False
    #: Stands right behind the word before, as ideographs do.
    is_joined: bool = False

    def fits(self, word: str) -> bool:
        """Say whether a folded word of a text is this one."""
        return word.startswith(self.text) if self.is_start else word == self.text


@dataclass(frozen=True)
class Matcher:
    """Every phrase, found by its first word."""

    whole: dict[str, list[Phrase]] = field(default_factory=dict)
    starts: dict[str, list[Phrase]] = field(default_factory=dict)

    def add(self, phrase: Phrase) -> None:
        """Take a phrase in."""
        first = phrase.words[0]
        (self.starts if first.is_start else self.whole).setdefault(first.text, []).append(phrase)

    def beginning_with(self, word: str) -> Iterator[Phrase]:
        """Yield the phrases that a word may begin."""
        yield from self.whole.get(word, ())
        for end in range(1, len(word) + 1):
            yield from self.starts.get(word[:end], ())


def find_danger(text: str, language: str | None = None) -> str | None:
    """Return the code of the list that a text has a phrase of, whatever its language, or None.

    Words count in their order with up to two others between them; case, accents, apostrophes and letters drawn
    out do not matter. A false alarm does no harm, so lists of all languages are read: people mix them. Where
    phrases of several lists are found, one of the language somebody answers in says what it is about.
    """
    found = phrases_in(text)
    own = {phrase.list_code for phrase in found if phrase.language == language}
    codes = own or {phrase.list_code for phrase in found}
    return next((code for code in LISTS if code in codes), None)


def phrases_in(text: str) -> tuple[Phrase, ...]:
    """Return every phrase that a text holds."""
    words = split_words(text)
    found = dict.fromkeys(_found(words))
    squeezed = tuple(_DRAWN_OUT.sub(r"\1", word) for word in words)
    if squeezed != words:
        found |= dict.fromkeys(_found(squeezed))
    return tuple(found)


def split_words(text: str) -> tuple[str, ...]:
    """Return the folded words of a text; an ideograph is a word."""
    spaced = _IDEOGRAPHS.sub(r" \g<0> ", fold(text))
    parted = "".join(" " if unicodedata.category(sign)[0] in "PSZC" else sign for sign in spaced)
    return tuple(parted.split())


def languages_listed() -> tuple[str, ...]:
    """Return the names of the lists: language tags, and `text-speak` for English as it is texted."""
    names = (path.name for path in files(__package__).iterdir())
    return tuple(sorted(name.removesuffix(_SUFFIX) for name in names if name.endswith(_SUFFIX)))


@cache
def read_list(language: str) -> tuple[Phrase, ...]:
    """Return the phrases of one list. Raises ListFaulty."""
    lines = (files(__package__) / f"{language}{_SUFFIX}").read_text(encoding="utf-8").splitlines()
    section, phrases = "", []
    for number, line in enumerate(lines, 1):
        entry = line.strip()
        if not entry or entry.startswith("#"):
            continue
        if entry.startswith("["):
            section = entry.strip("[]")
            if section not in LISTS:
                raise ListFaulty(f"{language}{_SUFFIX}, line {number}: there is no list {section!r}")
            continue
        words = _words_of_phrase(entry)
        if not words or not section:
            raise ListFaulty(f"{language}{_SUFFIX}, line {number}: no phrase")
        needed = frozenset(word.text for word in words if not word.is_start)
        phrases.append(Phrase(section, language, entry, words, needed))
    return tuple(phrases)


@cache
def _matcher() -> Matcher:
    matcher = Matcher()
    for language in languages_listed():
        for phrase in read_list(language):
            matcher.add(phrase)
    return matcher


def _words_of_phrase(entry: str) -> tuple[Word, ...]:
    words: list[Word] = []
    for part in entry.split():
        pieces = split_words(part.replace("*", ""))
        for at, piece in enumerate(pieces):
            is_last = at == len(pieces) - 1
            joined = at > 0 and bool(_IDEOGRAPHS.match(piece) and _IDEOGRAPHS.match(pieces[at - 1]))
            words.append(Word(piece, is_start=is_last and part.endswith("*"), is_joined=joined))
    return tuple(words)


def _found(words: Sequence[str]) -> Iterator[Phrase]:
    matcher = _matcher()
    forms = [_forms(word) for word in words]
    there = frozenset(form for known in forms for form in known)
    for at, known in enumerate(forms):
        for form in known:
            for phrase in matcher.beginning_with(form):
                if phrase.needed <= there and _goes_on(forms, at + 1, phrase.words[1:]):
                    yield phrase


def _goes_on(forms: Sequence[tuple[str, ...]], at: int, rest: Sequence[Word]) -> bool:
    """Say whether the rest of a phrase stands from here on, in its order."""
    if not rest:
        return True
    reach = 1 if rest[0].is_joined else MOST_BETWEEN + 1
    return any(
        any(rest[0].fits(form) for form in forms[here]) and _goes_on(forms, here + 1, rest[1:])
        for here in range(at, min(at + reach, len(forms)))
    )


def _forms(word: str) -> tuple[str, ...]:
    if len(word) > _SHORTEST_JOINED and word.startswith(_JOINED_AND):
        return (word, word[1:])
    return (word,)
