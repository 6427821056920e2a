"""Finds names of people in an English text: from a list, from how a word is written, and from what stands around it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from engage.response.folding import fold
from engage.response.masking.lists import Lists, section

_WORD = re.compile(r"[^\W\d_]+(?:['-][^\W\d_]+)*")
_POSSESSIVE = re.compile(r"'s$|'$", re.IGNORECASE)
#: What stands between the words of one name: "Anne-Marie", "J. Smith".
_WITHIN_A_NAME = re.compile(r"\.?[ \t]{1,2}|-")
_TITLES = section("titles")
_RELATIONS = section("relations")
_OWN = section("own")
_CALLING = section("calling")
#: Words that may follow "called" or a title, or begin a sentence, without being a name.
_NOT_SAID_OF = section("said of people, no names")
#: Behind these a word written large and on no list is a place.
_SAID_BY_PEOPLE = section("said by people")
_BEFORE_A_PLACE = section("before a place")
_PLACE_WORDS = section("places end in")
#: Of these lower-case words none is a surname because it stands behind a first name.
_NEVER_A_SURNAME = section("never a surname")
#: What stands between sentences; what ends one; a first name by its letter.
_BETWEEN, _ENDS, _INITIAL = " \t\"'(-*•>", (".", "!", "?", "\n", ":", ";"), re.compile(r"\b[A-Z]\.$")
_MOST_LARGE = 0.7
_LONGEST_ACRONYM = 5
#: Letters of a word in lower case that is on no list, from which on it is taken for a name and not for slang.
_LONG_ENOUGH = 4
_FEW_WORDS = 10


@dataclass(frozen=True)
class Token:
    """One word of a text, and what is known of it."""

    start: int
    end: int
    text: str
    word: str
    is_large: bool
    #: Nothing but a full stop, a new line or a sign stands before it.
    is_first: bool
    is_listed: bool
    is_english: bool
    is_no_name: bool
    #: On no list, but made as English words are, or one of them with a slip in it.
    is_like_english: bool

    @property
    def is_acronym(self) -> bool:
        """Say whether it is written in capitals and short, as NHS is."""
        return self.text.isupper() and len(self.text) <= _LONGEST_ACRONYM

    @property
    def is_plain_name(self) -> bool:
        """Say whether it is a name however it is written."""
        return self.is_listed and not self.is_english and not self.is_no_name


def names_in(text: str, lists: Lists) -> Iterator[tuple[int, int]]:
    """Yield where names of people stand in a plain English text."""
    sentence = _Sentence(text, tuple(_tokens(text, lists)))
    run: list[Token] = []
    for token in sentence.names():
        if run and not _WITHIN_A_NAME.fullmatch(text[run[-1].end : token.start]):
            yield run[0].start, run[-1].end
            run = []
        run.append(token)
    if run:
        yield run[0].start, run[-1].end


@dataclass(frozen=True)
class _Sentence:
    """A text and its words; case tells little where nearly every word is written large."""

    text: str
    tokens: Sequence[Token]

    @cached_property
    def case_tells(self) -> bool:
        large = sum(token.is_large for token in self.tokens)
        return len(self.tokens) < _FEW_WORDS or large < _MOST_LARGE * len(self.tokens)

    def names(self) -> Iterator[Token]:
        found = {at for at in range(len(self.tokens)) if self._is_name(at)}
        found |= {at for at in range(len(self.tokens)) if at not in found and self._goes_with(at, found)}
        yield from (self.tokens[at] for at in sorted(found))

    def _is_name(self, at: int) -> bool:
        token = self.tokens[at]
        if len(token.word) == 1 or token.word in _TITLES | _PLACE_WORDS:
            return False
        if token.word in _NOT_SAID_OF and not token.is_large:
            return False
        if self._is_introduced(at):
            return token.is_large or not token.is_english
        if token.is_listed and self._is_place(at):
            return False
        if token.is_plain_name:
            return True
        if token.text.islower():
            return len(token.word) >= _LONG_ENOUGH and not (
                token.is_english or token.is_no_name or token.is_like_english
            )
        if not token.is_large or (token.is_no_name and not (token.is_listed and self._after(at) in _SAID_BY_PEOPLE)):
            return False
        return self._is_listed_word(at) if token.is_english or token.is_no_name else self._is_unknown(at)

    def _is_listed_word(self, at: int) -> bool:
        """Say whether an English word that is a name too is one here: Grace, Mark, Will."""
        token = self.tokens[at]
        if not token.is_listed or token.is_acronym or not self.case_tells or self._is_end_of_place(at):
            return False
        if not token.is_first:
            return True
        return token.word not in _NEVER_A_SURNAME and self._after(at) in (_NOT_SAID_OF | _SAID_BY_PEOPLE)

    def _is_unknown(self, at: int) -> bool:
        """Say whether a word that is on no list and written large is taken for a name."""
        token = self.tokens[at]
        if (token.is_acronym and self.case_tells) or (token.is_first and token.is_like_english) or self._is_place(at):
            return False
        return self._before(at) not in _BEFORE_A_PLACE and (self.case_tells or not token.text.isupper())

    def _is_introduced(self, at: int) -> bool:
        """Say whether what stands before a word says that a name comes: a title, "my friend", "is called"."""
        before, two_before = self._before(at), self._before(at - 1)
        token = self.tokens[at]
        if not before or token.is_first or (token.is_no_name and not token.is_listed):
            return False
        if before in _TITLES:
            return before not in ("sister", "brother", "miss", "coach", "officer") or token.is_large
        if before in _CALLING or (before in ("is", "was") and two_before in ("name", "names")):
            return True
        if before in ("names", "name") and two_before in _OWN:
            return not token.is_english
        return before in _RELATIONS and (two_before in _OWN or self._before(at - 2) in _OWN)

    def _goes_with(self, at: int, found: set[int]) -> bool:
        """Say whether a word belongs to the name beside it: a surname, a first name, an initial."""
        token = self.tokens[at]
        beside = [other for other in (at - 1, at + 1) if other in found and self._touch(at, other)]
        if not beside or (token.is_no_name and not token.is_listed):
            return False
        if len(token.word) == 1:
            return token.is_large and token.word not in ("i", "a")
        if at - 1 in beside:
            if token.is_large and self.case_tells:
                return not self._is_place(at) and not token.is_first
            return token.is_listed and token.word not in _NEVER_A_SURNAME
        return token.is_large and token.is_listed

    def _is_place(self, at: int) -> bool:
        """Say whether the word is the beginning of a place's name: Burford Road, Bluecoat Academy."""
        following = [at + 1, at + 2]
        words = [self.tokens[place].word for place in following if place < len(self.tokens) and self._run(at, place)]
        return bool(words) and (words[0] in _PLACE_WORDS or (len(words) > 1 and words[1] in _PLACE_WORDS))

    def _is_end_of_place(self, at: int) -> bool:
        """Say whether the word stands behind the beginning of a place's name: Hyson Green."""
        return at > 0 and self.tokens[at - 1].is_large and self.tokens[at - 1].is_no_name and self._touch(at - 1, at)

    def _run(self, first: int, last: int) -> bool:
        """Say whether the words from one to another stand in one run, all but the last written large."""
        steps = range(first, last)
        return all(self._touch(at, at + 1) for at in steps) and all(self.tokens[at].is_large for at in steps)

    def _touch(self, one: int, other: int) -> bool:
        first, second = sorted((one, other))
        return bool(_WITHIN_A_NAME.fullmatch(self.text[self.tokens[first].end : self.tokens[second].start]))

    def _before(self, at: int) -> str:
        return self.tokens[at - 1].word if 0 < at <= len(self.tokens) else ""

    def _after(self, at: int) -> str:
        return self.tokens[at + 1].word if at + 1 < len(self.tokens) else ""


def _tokens(text: str, lists: Lists) -> Iterator[Token]:
    for match in _WORD.finditer(text):
        said = _POSSESSIVE.sub("", match[0])
        word = fold(said)
        is_listed, is_english = lists.is_name(word), lists.is_english(word)
        yield Token(
            match.start(),
            match.start() + len(said),
            said,
            word,
            said[:1].isupper(),
            is_first=_begins(text[: match.start()]),
            is_listed=is_listed,
            is_english=is_english,
            is_no_name=lists.is_no_name(word),
            is_like_english=not (is_listed or is_english)
            and (lists.is_made_of_english(word) or (said.islower() and lists.is_slip(word))),
        )


def _begins(before: str) -> bool:
    """Say whether a sentence begins behind this text; an initial with its full stop ends none."""
    said = before.rstrip(_BETWEEN)
    return not said or (said.endswith(_ENDS) and not _INITIAL.search(said))
