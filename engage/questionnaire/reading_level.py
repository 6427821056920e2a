"""Measures how hard words are to read: sentences, words, syllables and the Flesch-Kincaid grade."""

import re
from functools import cache

from pyphen import Pyphen

#: Ends of sentences in our scripts: Latin, Arabic, Urdu, Ethiopic, Gurmukhi and Gujarati, Chinese.
_SENTENCE_END = re.compile(r"(?<=[.!?؟۔።፧।…])[\"'”’»)]*\s+|(?<=[。！？])|\n+")
#: The same, but a question stays with the sentence behind it: "In danger now? Call 999."
_STEP_END = re.compile(r"(?<=[.!۔።।])\s+|(?<=[。！])\s*")
_PLACEHOLDER = re.compile(r"\{[a-z_]+\}")
#: A letter or a figure in any script.
_SAYS_SOMETHING = re.compile(r"[^\W_]")
_EDGES = re.compile(r"^[\W_]+|[\W_]+$")
#: Ethiopic writing may put this between words.
_WORD_SPACES = re.compile(r"[\s፡]+")
_VOWELS = re.compile(r"[aeiouy]+")
#: Written without spaces between words: counted by characters.
UNSPACED_LANGUAGES = ("zh",)


def sentences_of(text: str) -> list[str]:
    """Return the sentences of a text, each with its last sign."""
    parts = (part.strip() for part in _SENTENCE_END.split(text))
    return [part for part in parts if _SAYS_SOMETHING.search(part)]


def steps_of(text: str) -> list[str]:
    """Return a longer text step by step, for a list that is easier to read; a question stays with what follows it."""
    return [part.strip() for part in _STEP_END.split(text) if part.strip()]


def words_of(text: str) -> list[str]:
    """Return the words of a text without the signs around them; a placeholder is one word."""
    found = (_EDGES.sub("", word) for word in _WORD_SPACES.split(_PLACEHOLDER.sub(" Place ", text)))
    return [word for word in found if word]


def length_of(sentence: str, language: str) -> int:
    """Return how long a sentence is: in words, or in characters where words are not kept apart by spaces."""
    if language.partition("-")[0] in UNSPACED_LANGUAGES:
        return len(_SAYS_SOMETHING.findall(_PLACEHOLDER.sub("", sentence)))
    return len(words_of(sentence))


def reading_grade(text: str) -> float:
    """Return the Flesch-Kincaid grade (years at school in the United States) of an English text.

    0.39 words a sentence + 11.8 syllables a word - 15.59: Kincaid, Fishburne, Rogers and Chissom, "Derivation of
    New Readability Formulas for Navy Enlisted Personnel", Research Branch Report 8-75, 1975.
    """
    words, sentences = words_of(text), sentences_of(text)
    if not words or not sentences:
        return 0.0
    syllables = sum(syllables_of(word) for word in words)
    return 0.39 * len(words) / len(sentences) + 11.8 * syllables / len(words) - 15.59


@cache
def syllables_of(word: str) -> int:
    """Return about how many syllables an English word has.

    Places to hyphenate miss the short beginnings and ends of words, groups of vowels miss none but count silent
    ones: the groups count, less a silent e at the end, and never less than the places to hyphenate.
    """
    low = word.lower().replace("some", "som", 1)
    groups = len(_VOWELS.findall(low))
    is_silent = low.endswith("e") and not low.endswith(("le", "ee", "ye", "oe")) and groups > 1
    is_silent_ed = re.search(r"[^aeioutdy]ed$", low) is not None and groups > 1
    is_silent_es = re.search(r"[^aeiousxzhgc]es$", low) is not None and groups > 1
    has_two_in_one = low.endswith("ea") and groups > 1
    counted = groups + has_two_in_one - (is_silent or is_silent_ed or is_silent_es)
    return max(1, counted, len(_hyphenation().positions(low)) + 1)


@cache
def _hyphenation() -> Pyphen:
    return Pyphen(lang="en_GB")
