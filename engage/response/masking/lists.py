"""The lists behind masking: names of people, English words, and words written large that are no names."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from engage.areas.east_midlands import east_midlands_tree
from engage.response.folding import fold

_LETTERS = "abcdefghijklmnopqrstuvwxyz"
#: Endings that few names have; letters of each half of a compound, such as "lockdown".
_ENGLISH_ENDING = re.compile(
    r".{4}(?:ity|ities|ments?|[ts]ions?|ness|less|ful|fully|ably|able|ible|ously|ently|antly|ically|isms?|ships?|ings?"
    r"|ised|ized|ated|ology|tively)$"
)
_HALF = 4
#: A sign drawn out: "sooo".
_DRAWN_OUT = re.compile(r"(.)\1{2,}")


@dataclass(frozen=True)
class Lists:
    """Folded words: names of people, English words, and what is written large without being a name."""

    names: frozenset[str]
    english: frozenset[str]
    no_names: frozenset[str]

    def is_name(self, word: str) -> bool:
        """Say whether a folded word is on the list of names; of a double name, whether one half is."""
        return word in self.names or any(half in self.names for half in word.split("-") if "-" in word)

    def is_english(self, word: str) -> bool:
        """Say whether a folded word is an English one, drawn out or not; of one with hyphens, whether each part is."""
        return all(self._is_english(part) for part in word.split("-"))

    def is_slip(self, word: str) -> bool:
        """Say whether a folded word is an English one but for one letter: added, left out, another, or two swapped."""
        cuts = [(word[:at], word[at:]) for at in range(len(word) + 1)]
        return any(
            start + end[1:] in self.english
            or (len(end) > 1 and start + end[1] + end[0] + end[2:] in self.english)
            or any(
                start + letter + end in self.english or start + letter + end[1:] in self.english for letter in _LETTERS
            )
            for start, end in cuts
        )

    def is_made_of_english(self, word: str) -> bool:
        """Say whether a folded word has an ending that English words have, or is two English words in one."""
        return bool(_ENGLISH_ENDING.search(word)) or any(
            word[:at] in self.english and word[at:] in self.english for at in range(_HALF, len(word) - _HALF + 1)
        )

    def is_no_name(self, word: str) -> bool:
        """Say whether a folded word is known to stand for something else than a person."""
        return word in self.no_names or word.removesuffix("s") in self.no_names

    def _is_english(self, word: str) -> bool:
        return word in self.english or any(_DRAWN_OUT.sub(less, word) in self.english for less in (r"\1", r"\1\1"))


@cache
def shipped_lists() -> Lists:
    """Return the lists that ship with engage."""
    names, english = frozenset(_entries("names.txt")), frozenset(_entries("english.txt"))
    return Lists(names, english | _told(), frozenset(_entries("no_names.txt")) | _places(names))


@cache
def section(name: str) -> frozenset[str]:
    """Return the words of a section of `around.txt`: what stands around names, and what is none."""
    return _section("around.txt", name)


def _entries(name: str) -> Iterator[str]:
    for line in (files(__package__) / name).read_text(encoding="utf-8").splitlines():
        if line and line[0] not in "#[":
            yield from (fold(word) for word in line.split())


def _places(names: frozenset[str]) -> frozenset[str]:
    """Return every word of the names of areas that ship with engage; part of a longer one only where it is no name."""
    shipped = [area.name.replace("-", " ").split() for area in east_midlands_tree()]
    words = {fold(word.strip(",()&'")): len(name) == 1 for name in shipped for word in name}
    return frozenset(word for word, is_whole in words.items() if is_whole or word not in names)


def _told() -> frozenset[str]:
    """Return words that are said and texted, and in no dictionary."""
    return _section("no_names.txt", "said, texted, misspelt")


def _section(file: str, name: str) -> frozenset[str]:
    text = (files(__package__) / file).read_text(encoding="utf-8").partition(f"[{name}]\n")[2]
    lines = text.partition("\n[")[0].splitlines()
    return frozenset(fold(word) for line in lines if not line.startswith("#") for word in line.split())
