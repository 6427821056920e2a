"""Reads an answer out of a text, and never guesses: what can be read in two ways is asked again."""

import re
import string
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import takewhile

from engage.response.folding import fold, plain_words, words_of

#: Options listed by number; a longer list has letters, so that "10" can never be a slip for "1".
MOST_NUMBERED = 5
#: Options that have a letter.
MOST_LISTED = len(string.ascii_uppercase)
#: Digits of a number somebody texts.
LONGEST_NUMBER = 9
#: What may stand before an answer, and between it and the words behind it.
_OPENING = '([{"“„«»‘<*. \t\r\n'
_CLOSING = re.compile(r"[.,:;!?)\]}\"”»>*…\-–—،؛؟۔।、。፡።፣፤！？）]*(?=\s|$)")
_PARTED = re.compile(r"[\s,;&+،؛、，፣፤፡]+")
_DATE = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})|(\d{1,2})[/. -](\d{1,2})[/. -](\d{4})")
#: A number word among so few words may be a second choice: "four or five".
_MOST_WORDS_OF_A_CHOICE = 2


@dataclass(frozen=True)
class Choice:
    """The option chosen, counted from 0, and the words that came behind it as they were typed."""

    index: int
    comment: str | None = None


def mark_of(index: int, count: int) -> str:
    """Return the sign an option of a list is offered under: 1 to 5, or for longer lists A to Z."""
    return str(index + 1) if count <= MOST_NUMBERED else string.ascii_uppercase[index]


def read_choice(text: str, count: int, words: Mapping[str, int], counted: Collection[str] = ()) -> Choice | None:
    """Return the one option a text clearly names, or None.

    `words` are folded words (`plain_words`) that stand for an option: its label, a number word. A sign counts
    when it is the whole text or leads it, so "4 the lights are out" is 4; "unsafe 2 nights a week", "4 or 5",
    "4.5" and "10" of five are none. `counted` are words that make a leading number an amount ("2 nights"). A
    letter followed by words needs a full stop or bracket: "a lot of lights" is not option A.
    """
    if (whole := words.get(plain_words(text))) is not None:
        return Choice(whole)
    folded = fold(text).lstrip(_OPENING)
    index = _leading_index(folded, count)
    if index is None:
        return None
    closing = _CLOSING.match(folded, 1)
    if closing is None:
        return None
    behind = words_of(folded[closing.end() :])
    if not behind:
        return Choice(index)
    if words.get(" ".join(behind)) == index:
        return Choice(index)
    is_letter = count > MOST_NUMBERED
    if (is_letter and not closing.group()) or _says_another(behind, index, count, words, counted):
        return None
    return Choice(index, _comment(text))


def read_choices(
    text: str, count: int, words: Mapping[str, int], joining: Collection[str] = (), counted: Collection[str] = ()
) -> tuple[int, ...] | None:
    """Return the options a text names one after another ("A, C", "1 and 3"), in the order of the list, or None.

    `joining` are folded words such as "and". Letters written together are not taken apart: "bad" is a word.
    """
    parts = [part for part in _PARTED.split(fold(text).strip(_OPENING + "!?)]}")) if part and part not in joining]
    signs = {mark_of(index, count).casefold(): index for index in range(min(count, MOST_LISTED))}
    if parts and all(part in signs for part in parts):
        return tuple(sorted({signs[part] for part in parts}))
    one = read_choice(text, count, words, counted)
    return None if one is None else (one.index,)


def read_order(text: str, count: int, joining: Collection[str] = ()) -> tuple[int, ...] | None:
    """Return the options a text names in the order it names them ("3 1 2", "312", "C, A"), each once, or None."""
    parts = [part for part in _PARTED.split(fold(text).strip(_OPENING + "!?)]}")) if part and part not in joining]
    signs = {mark_of(index, count).casefold(): index for index in range(min(count, MOST_LISTED))}
    if count <= MOST_NUMBERED and len(parts) == 1:
        parts = list(parts[0])
    digits = [str(unicodedata.digit(part, -1)) if len(part) == 1 and _is_digit(part) else part for part in parts]
    if not digits or any(part not in signs for part in digits) or len(set(digits)) < len(digits):
        return None
    return tuple(signs[part] for part in digits)


def read_number(text: str) -> int | None:
    """Return the whole number a text is or begins with, or None where there are more or other numbers."""
    folded = fold(text).lstrip(_OPENING)
    digits = _digits(folded)
    closing = _CLOSING.match(folded, len(digits))
    if not 0 < len(digits) <= LONGEST_NUMBER or closing is None:
        return None
    if any(_is_digit(character) for character in folded[closing.end() :]):
        return None
    return int(digits)


def read_date(text: str) -> str | None:
    """Return a day as ISO 8601, from 2026-11-21 or, as written in Britain, 21/11/2026; else None."""
    match = _DATE.fullmatch(fold(text).strip(_OPENING))
    if match is None:
        return None
    year, month, day = match.group(1, 2, 3) if match.group(1) else match.group(6, 5, 4)
    try:
        return date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return None


def read_words(text: str, longest: int) -> str | None:
    """Return what somebody wrote without control characters, cut at `longest` characters, or None for nothing."""
    kept = "".join(letter for letter in text if letter == "\n" or unicodedata.category(letter) not in ("Cc", "Cs"))
    return kept.strip()[:longest].strip() or None


def _leading_index(folded: str, count: int) -> int | None:
    if count > MOST_NUMBERED:
        index = string.ascii_lowercase.find(folded[:1]) if folded else -1
        return index if 0 <= index < count else None
    digits = _digits(folded)
    number = int(digits) if len(digits) == 1 else 0
    return number - 1 if 1 <= number <= count else None


def _digits(folded: str) -> str:
    """Return the digits a text begins with as 0 to 9; a sign such as ② or ፪ counts when it stands alone."""
    run = "".join(takewhile(_is_digit, folded))
    if run.isascii():
        return run
    return str(unicodedata.digit(run)) if len(run) == 1 and _stands_for_digit(run) else ""


def _is_digit(character: str) -> bool:
    return unicodedata.numeric(character, None) is not None


def _stands_for_digit(character: str) -> bool:
    raised = unicodedata.decomposition(character).startswith(("<super>", "<sub>"))
    return not raised and unicodedata.digit(character, None) is not None


def _says_another(
    behind: tuple[str, ...], index: int, count: int, words: Mapping[str, int], counted: Collection[str]
) -> bool:
    """Say whether the words behind a sign name another option, go on counting, or make it an amount."""
    if _is_digit(behind[0][0]) or behind[0] in counted:
        return True
    is_short = len(behind) <= _MOST_WORDS_OF_A_CHOICE
    if any(_names_another(word, index, count) for word in behind if is_short or word != "a"):
        return True
    rest = f" {' '.join(behind)} "
    return any(f" {label} " in rest for label, other in words.items() if other != index and (" " in label or is_short))


def _names_another(word: str, index: int, count: int) -> bool:
    """Say whether a word is the sign of another option, or has a single digit in it that is."""
    if count > MOST_NUMBERED:
        others = [string.ascii_lowercase.find(word)] if len(word) == 1 else []
    else:
        runs = "".join(letter if _is_digit(letter) else " " for letter in word).split()
        others = [unicodedata.digit(run, 0) - 1 for run in runs if len(run) == 1]
    return any(0 <= other < count and other != index for other in others)


def _comment(text: str) -> str | None:
    """Return what stands behind the first letter or digit of a text."""
    at = next((at for at, letter in enumerate(text) if unicodedata.category(letter)[0] in "LN"), len(text))
    behind = text[at + 1 :]
    start = next((at for at, letter in enumerate(behind) if unicodedata.category(letter)[0] in "LN"), len(behind))
    return behind[start:].strip() or None
