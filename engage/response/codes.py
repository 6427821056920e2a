"""Codes people copy by hand: letters without look-alikes and a check character against slips."""

import re
from collections.abc import Sequence

#: 23 signs, a prime number: no 0 O, 1 I L, 5 S, 8 B, 2 Z pair, no U and no vowels, so no words either.
ALPHABET = "234679CDFGHJKMNPQRTVWXY"
#: What people and telephones put between groups: spaces, hyphens and the dashes a keyboard makes of them, full
#: stops, and the unseen marks that keep a code upright in a sentence from right to left.
_BETWEEN = re.compile(r"[\s.\u002d\u2010-\u2015\u2212\u200e\u200f\u2066-\u2069]")


def check_character(body: str) -> str:
    """Return the check character: finds every single slip and every swap of neighbours up to 22 signs."""
    return ALPHABET[sum((at + 1) * ALPHABET.index(sign) for at, sign in enumerate(body)) % len(ALPHABET)]


def with_check(body: str) -> str:
    """Return the body with its check character behind it."""
    return body + check_character(body)


def from_digits(digits: Sequence[int]) -> str:
    """Return the signs of numbers below 23."""
    return "".join(ALPHABET[digit] for digit in digits)


def from_number(number: int, length: int) -> str:
    """Return the last `length` signs of a number written in base 23."""
    digits = []
    for _ in range(length):
        number, digit = divmod(number, len(ALPHABET))
        digits.append(digit)
    return from_digits(digits)


def read_code(text: str, length: int) -> str | None:
    """Return the code a person typed, without spaces and hyphens, or None where it cannot be right."""
    code = _BETWEEN.sub("", text).upper()
    if len(code) != length or any(sign not in ALPHABET for sign in code):
        return None
    return code if check_character(code[:-1]) == code[-1] else None


def grouped(code: str, size: int) -> str:
    """Return the code in groups, as it is printed."""
    return "-".join(code[at : at + size] for at in range(0, len(code), size))
