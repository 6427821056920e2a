"""Lists of hard words and joining words, one file a language; reviewers may add and change them."""

import re
import tomllib
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files


@dataclass(frozen=True)
class WordList:
    """What a language's reviewers say of its words."""

    #: Hard word (lower case) → easier words, empty where there are none as short.
    hard: dict[str, str] = field(default_factory=dict)
    #: Words that join one idea to the next.
    joining: frozenset[str] = frozenset()
    #: Short forms that are not read as they are written.
    short_forms: tuple[str, ...] = ()
    #: Words by which a sentence explains the word before it ("means"), and the word behind it ("called").
    explaining: tuple[str, ...] = ()
    naming: tuple[str, ...] = ()

    def explains(self, word: str, text: str) -> bool:
        """Say whether a text says what a hard word means: "To trust someone means …", "This is called hate"."""
        stem = re.escape(re.sub(r"ies$|s$", "", word).removesuffix("y"))
        means, called = ("|".join(map(re.escape, words)) for words in (self.explaining, self.naming))
        told = (rf"\b{stem}(y|ies|s)?\b(\W+\w+)?\W+({means})\b", rf"\b({called})\W+{stem}")
        return any(re.search(way, text, re.IGNORECASE) for way, has in zip(told, (means, called), strict=True) if has)


@cache
def word_list(language: str) -> WordList:
    """Return a language's list, that of its family where it has none of its own, else an empty one."""
    folder = files(__package__)
    for tag in (language, language.partition("-")[0]):
        file = folder / f"{tag}.toml"
        if file.is_file():
            found = tomllib.loads(file.read_text(encoding="utf-8"))
            lists = {name: tuple(found.get(name, ())) for name in ("short_forms", "explaining", "naming")}
            return WordList(dict(found.get("hard", {})), frozenset(found.get("joining", ())), **lists)
    return WordList()
