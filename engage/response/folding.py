"""Folds what people type into one plain form, whatever the script, keyboard or invisible marks."""

import unicodedata
from functools import lru_cache

#: Presentations that change what a sign says: ² is no 2, ½ is no 1 and 2.
_TELLING = ("<super>", "<sub>", "<fraction>", "<circle>")
_KEYCAP = "\u20e3"
#: Emoji and other pictures begin here; signs below, such as circled letters, are kept.
_FIRST_PICTURE = "\u2600"
_APOSTROPHES = frozenset("'\u2018\u2019\u201b\u02bc\u02bb`\u00b4")
#: Combining accents of the Latin, Greek and Cyrillic scripts; Arabic vowel marks.
_FIRST_ACCENT, _LAST_ACCENT = "\u0300", "\u036f"
_FIRST_VOWEL_MARK, _LAST_VOWEL_MARK = "\u064b", "\u0652"
#: One letter, several keyboards: Arabic, Persian, Urdu and Kurdish yeh and kaf; Polish l; tatweel is ornament.
_SAME_LETTER = str.maketrans({"ي": "ی", "ى": "ی", "ك": "ک", "ـ": "", "ł": "l", "ı": "i"})


def fold(text: str) -> str:
    """Return the text without case, accents, apostrophes and invisible marks, decimal digits as 0 to 9.

    Superscripts, fractions and circled numbers stay as they are: what they say is not what their letters say.
    """
    plain = "".join(_plain(character) for character in text)
    apart = unicodedata.normalize("NFD", plain)
    bare = "".join(character for character in apart if not _is_mark(character))
    folded = unicodedata.normalize("NFC", bare).casefold().translate(_SAME_LETTER)
    return folded.strip()


def words_of(text: str) -> tuple[str, ...]:
    """Return the folded words of a text, without punctuation and signs."""
    spaced = "".join(" " if unicodedata.category(letter)[0] in "PSZC" else letter for letter in fold(text))
    return tuple(spaced.split())


def plain_words(text: str) -> str:
    """Return the folded words of a text with one space between them."""
    return " ".join(words_of(text))


@lru_cache(maxsize=2048)
def word_list(phrase: str) -> frozenset[str]:
    """Return the entries of a list of words as it stands in the phrases, folded; commas of any script part them."""
    for comma in "،、，;؛\n":
        phrase = phrase.replace(comma, ",")
    return frozenset(filter(None, (plain_words(entry) for entry in phrase.split(","))))


@lru_cache(maxsize=4096)
def _plain(character: str) -> str:
    if character in _APOSTROPHES or character == _KEYCAP:
        return ""
    category = unicodedata.category(character)
    if category in ("So", "Sk") and character >= _FIRST_PICTURE:
        return " "
    if category in ("Cf", "Cs") or "\ufe00" <= character <= "\ufe0f":
        return ""
    decimal = unicodedata.decimal(character, None)
    if decimal is not None:
        return str(decimal)
    if unicodedata.decomposition(character).startswith(_TELLING):
        return character
    return unicodedata.normalize("NFKC", character)


def _is_mark(character: str) -> bool:
    return _FIRST_ACCENT <= character <= _LAST_ACCENT or _FIRST_VOWEL_MARK <= character <= _LAST_VOWEL_MARK
