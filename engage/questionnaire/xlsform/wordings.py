"""Gathers the words of a form by language and by the key under which a definition has them."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from engage.questionnaire.faults import Fault
from engage.questionnaire.xlsform.columns import Row

#: An answer, or a thing that the device knows, put into the words of a question.
_ANSWER_IN_WORDS = re.compile(r"\$\{[^}]*\}")


@dataclass(frozen=True)
class Said:
    """Words in one cell: their language (none: the form's own), the variant such as `easy_read`, and the cell."""

    text: str
    language: str | None
    variant: str
    place: str


@dataclass
class Wordings:
    """The words of a form: language → key → words, and where each stands."""

    default: str
    by_language: dict[str, dict[str, str]] = field(default_factory=dict)
    #: Of the form's own language: key without variant → the keys with their variants.
    variants: dict[str, dict[str, None]] = field(default_factory=dict)
    places: dict[tuple[str, str], str] = field(default_factory=dict)

    def put(self, key: str, said: Iterable[Said]) -> None:
        """Keep words under a key; variants have a key of their own."""
        for words in said:
            tag = words.language or self.default
            whole = f"{key}@{words.variant}" if words.variant else key
            self.by_language.setdefault(tag, {})[whole] = words.text
            if tag == self.default:
                self.variants.setdefault(key, {})[whole] = None
            self.places[tag, whole] = words.place

    def without(self, is_gone: Callable[[str], bool]) -> "Wordings":
        """Return the words without those whose key is gone; more can be added to them."""
        by_language = {
            tag: {key: text for key, text in words.items() if not is_gone(key)}
            for tag, words in self.by_language.items()
        }
        variants = {key: dict(wholes) for key, wholes in self.variants.items() if not is_gone(key)}
        return Wordings(self.default, by_language, variants, dict(self.places))

    def headings(self) -> dict[str, dict[str, str]]:
        """Return question → name of a group of options (with its variant) → the words over it."""
        found: dict[str, dict[str, str]] = {}
        for key, text in self.by_language.get(self.default, {}).items():
            question, mark, group = key.partition(".group.")
            if mark:
                found.setdefault(question, {})[group] = text
        return found

    def fields(self, field_name: str, key: str) -> dict[str, str]:
        """Return the words of the form's own language as fields of a definition: `text`, `text@easy_read`."""
        found = self.by_language.get(self.default, {})
        return {field_name + whole[len(key) :]: found[whole] for whole in self.variants.get(key, ())}


def said_in(row: Row, key: str, faults: list[Fault]) -> list[Said]:
    """Return what a row's cells say under a key; words that cannot be said here are faults."""
    return [words for words in _said(row, key) if not _faulty(words, row, faults)]


def _said(row: Row, key: str) -> Iterator[Said]:
    for column, cell in row.worded:
        if column.key == key:
            yield Said(cell.words, column.language, column.variant, cell.place)


def _faulty(words: Said, row: Row, faults: list[Fault]) -> bool:
    cell = next(cell for _, cell in row.worded if cell.place == words.place)
    if cell.problem:
        faults.append(Fault(cell.place, "cell_unreadable", cell.problem))
        return True
    if found := _ANSWER_IN_WORDS.search(words.text):
        reason = f"“{found[0]}”: an answer cannot be put into words; here nothing repeats what a person said"
        faults.append(Fault(cell.place, "answer_in_words", reason))
    return False


def said_by(words: Mapping[str, Mapping[str, str]], key: str, place: str, known: Iterable[str]) -> list[Said]:
    """Return the words of a definition under a key in every language as if a form had said them."""
    variants = set(known)
    return [
        Said(text, tag, whole.partition("@")[2], place)
        for tag, found in words.items()
        for whole, text in found.items()
        if whole.partition("@")[0] == key and (whole.partition("@")[2] or "") in {"", *variants}
    ]
