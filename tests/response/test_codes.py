"""Codes that people copy: every single slip and every swap of neighbours is noticed."""

import random
from itertools import product

import pytest

from engage.response.codes import ALPHABET, check_character, from_digits, from_number, grouped, read_code, with_check

#: Bodies of the lengths in use (serials 8, pages and receipts 11), the extremes, and some at random.
BODIES = [
    *(sign * length for length in (8, 11) for sign in ALPHABET),
    *("".join(random.Random(seed).choices(ALPHABET, k=8 if seed % 2 else 11)) for seed in range(60)),
]


def test_the_alphabet_has_no_look_alikes_no_vowels_and_a_prime_number_of_signs() -> None:
    assert len(set(ALPHABET)) == len(ALPHABET) == 23
    assert not set(ALPHABET) & set("0O1IL5S8BZU") - {"2"}
    assert not set(ALPHABET) & set("AEIOU")
    assert ALPHABET.isascii()
    assert ALPHABET.upper() == ALPHABET


def test_every_single_slip_is_noticed() -> None:
    for code in map(with_check, BODIES):
        assert read_code(code, len(code)) == code
        for (at, sign), other in product(enumerate(code), ALPHABET):
            slipped = code[:at] + other + code[at + 1 :]
            assert (read_code(slipped, len(code)) is not None) is (other == sign), (code, slipped)


def test_every_swap_of_neighbours_is_noticed() -> None:
    for code in map(with_check, BODIES):
        for at in range(len(code) - 1):
            swapped = code[:at] + code[at + 1] + code[at] + code[at + 2 :]
            assert (read_code(swapped, len(code)) is not None) is (swapped == code), (code, swapped)


def test_the_check_holds_for_bodies_up_to_21_signs() -> None:
    for length in range(1, 22):
        code = with_check("".join(random.Random(length).choices(ALPHABET, k=length)))
        for at in range(length):
            swapped = code[:at] + code[at + 1] + code[at] + code[at + 2 :]
            assert swapped == code or check_character(swapped[:-1]) != swapped[-1]


@pytest.mark.parametrize(
    "typed",
    [
        "234-679-{}",
        "234679{}",
        " 2 3 4 6 7 9 {} ",
        "234 679 {}\n",
        "234–679–{}",
        "234‑679‑{}",
        "234−679−{}",
        "234.679.{}.",
        "\u2067234-679-{}\u2069",
        "234\u00a0679\u202f{}",
    ],
)
def test_what_stands_between_the_groups_does_not_matter(typed: str) -> None:
    code = with_check("234679CD")
    assert read_code(typed.format(code[6:]), 9) == code
    assert read_code(typed.format(code[6:].lower()), 9) == code


@pytest.mark.parametrize("typed", ["", "-", "234", "234679CDF2X", "O34679CDF", "²34679CDF", "234679CD", "\x00"])
def test_what_cannot_be_a_code_is_none(typed: str) -> None:
    assert read_code(typed, 9) is None


def test_numbers_and_digits_are_written_in_the_alphabet() -> None:
    assert from_digits(range(23)) == ALPHABET
    assert from_number(0, 3) == "222"
    assert len(from_number(2**256 - 1, 11)) == 11
    assert from_number(22, 1) == "Y"
    assert from_number(23 + 1, 2) == from_digits([1, 1])
    assert grouped("234679CDFGHJ", 4) == "2346-79CD-FGHJ"
    assert grouped("234679CDF", 4) == "2346-79CD-F"
