"""Reading answers out of texts: every script, and never a guess."""

import string
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engage.channels.sms.reading import (
    Choice,
    mark_of,
    read_choice,
    read_choices,
    read_date,
    read_number,
    read_order,
    read_words,
)
from engage.response.folding import fold, plain_words, word_list

SAFETY = {"very safe": 0, "fairly safe": 1, "in between": 2, "fairly unsafe": 3, "very unsafe": 4}
NUMBERS = {"one": 0, "two": 1, "three": 2, "four": 3, "five": 4}
HELPS = {"being heard": 0, "youth workers": 1, "police on foot": 2, "better lights": 3, "things to do": 4, "places": 5}
COUNTED = word_list("nights, minutes, people, out, of, or")


@pytest.mark.parametrize(
    "text",
    [
        "4",
        " 4 ",
        "4.",
        "4!",
        "(4)",
        "4)",
        "\u200f٤\u200f",
        "۴",
        "४",
        "௪",
        "４",
        "④",
        "❹",
        "፬",
        "4️⃣",
        "4 👍",
        "4👍",
        "FOUR",
        "Fairly unsafe",
        "“4”",
    ],
)
def test_four_in_many_ways(text: str) -> None:
    assert read_choice(text, 5, SAFETY | NUMBERS, COUNTED) == Choice(3)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "4 or 5",
        "4.5",
        "4,5",
        "4/5",
        "4-5",
        "4 - 5",
        "4 out of 5",
        "44",
        "0",
        "6",
        "10",
        "-4",
        "4th",
        "4pm",
        "4²",
        "²",
        "½",
        "4½",
        "五",
        "four or five",
        "4 or five",
        "4 very safe",
        "unsafe 2 nights a week",
        "2 nights a week",
        "number 4",
        "not 4",
        "l",
        "O",
        "for",
        "to",
        "too",
        "won",
        "1-10",
        "1 000",
        "4 ③",
        "£4",
        "4%",
        "a",
        "D",
        "safe",
    ],
)
def test_what_can_be_read_in_two_ways_is_not_read(text: str) -> None:
    assert read_choice(text, 5, SAFETY | NUMBERS, COUNTED) is None


@pytest.mark.parametrize(
    ("text", "comment"),
    [
        ("4 the lamps are broken", "the lamps are broken"),
        ("4, because of Main St.", "because of Main St."),
        ("٤ الإضاءة سيئة", "الإضاءة سيئة"),
        ("4: no one helps", "no one helps"),
    ],
)
def test_words_behind_a_leading_number_are_its_comment(text: str, comment: str) -> None:
    assert read_choice(text, 5, SAFETY | NUMBERS, COUNTED) == Choice(3, comment)


def test_the_label_behind_its_own_number_says_the_same() -> None:
    assert read_choice("4 fairly unsafe", 5, SAFETY, COUNTED) == Choice(3)


@pytest.mark.parametrize("text", ["c", "C", "C.", "(c)", "Ｃ", "Police on foot", "c police on foot"])
def test_a_letter_or_a_label_chooses_from_a_long_list(text: str) -> None:
    assert read_choice(text, 6, HELPS) == Choice(2)


@pytest.mark.parametrize(
    "text",
    [
        "3",
        "g",
        "a lot of lights",
        "A policeman",
        "b more police",
        "bad",
        "cab",
        "A or B",
        "С",
        "a.m.",
        "c better lights",
    ],
)
def test_words_are_not_taken_for_letters(text: str) -> None:
    assert read_choice(text, 6, HELPS) is None


def test_a_letter_with_a_full_stop_takes_a_comment() -> None:
    assert read_choice("C. near the shops", 6, HELPS) == Choice(2, "near the shops")


@pytest.mark.parametrize("text", ["A C", "a, c", "A,C.", "C and A", "A & C", "a;c", "A، C", "A C A"])
def test_several_letters_are_several_options(text: str) -> None:
    assert read_choices(text, 6, HELPS, {"and"}) == (0, 2)


@pytest.mark.parametrize("text", ["AC", "bad", "A or C", "A not C", "A C maybe", "13", ""])
def test_letters_in_words_are_not_several_options(text: str) -> None:
    assert read_choices(text, 6, HELPS, {"and"}) is None


def test_several_numbers_are_several_options_of_a_short_list() -> None:
    assert read_choices("1 and 3", 5, {}, {"and"}) == (0, 2)
    assert read_choices("4.5", 5, {}, {"and"}) is None
    assert read_choices("10", 5, {}, {"and"}) is None


@settings(deadline=None)
@given(st.integers(1, 12), st.integers(0, 11))
def test_the_mark_of_an_option_is_read_back(count: int, index: int) -> None:
    if index < count:
        assert read_choice(mark_of(index, count), count, {}) == Choice(index)


DECIMALS = [chr(code) for code in range(0x110000) if unicodedata.category(chr(code)) == "Nd"]


def test_decimal_digits_of_every_script_are_read() -> None:
    for digit in DECIMALS:
        value = unicodedata.decimal(digit)
        expected = Choice(value - 1) if 1 <= value <= 5 else None
        assert read_choice(digit, 5, {}) == expected, hex(ord(digit))
        assert read_number(f"1{digit}") == 10 + value


@settings(deadline=None)
@given(st.sampled_from(string.digits), st.sampled_from(string.digits), st.text(alphabet=" ./,-–or&+and", min_size=1))
def test_two_different_numbers_are_never_one_answer(first: str, second: str, between: str) -> None:
    if first != second and second in "12345":
        assert read_choice(f"{first}{between}{second}", 5, {}) is None


@settings(deadline=None)
@given(st.text(), st.integers(1, 26))
def test_no_text_is_read_as_an_option_that_is_not_there(text: str, count: int) -> None:
    choice = read_choice(text, count, {})
    assert choice is None or 0 <= choice.index < count
    several = read_choices(text, count, {})
    assert several is None or all(0 <= index < count for index in several)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("12", 12),
        ("12 of us", 12),
        ("١٢", 12),
        ("0", 0),
        ("4.5", None),
        ("-3", None),
        ("2 or 3", None),
        ("a few", None),
    ],
)
def test_a_number_is_whole_and_alone(text: str, number: int | None) -> None:
    assert read_number(text) == number


def test_a_number_with_more_digits_than_anybody_means_is_none() -> None:
    assert read_number("9" * 10) is None


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-11-21", "2026-11-21"),
        ("21/11/2026", "2026-11-21"),
        ("21.11.2026", "2026-11-21"),
        ("٢١/١١/٢٠٢٦", "2026-11-21"),
        ("31/2/2026", None),
        ("11/21/2026", None),
        ("21/11/26", None),
        ("yesterday", None),
    ],
)
def test_a_date_is_read_as_written_in_britain(text: str, day: str | None) -> None:
    assert read_date(text) == day


def test_own_words_keep_their_script_and_lose_control_characters() -> None:
    assert read_words("  better\x00 lights\nنعم ", 100) == "better lights\nنعم"
    assert read_words("\x00 \t", 100) is None
    assert read_words("abcdef", 3) == "abc"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ŻÓŁĆ", "zolc"),
        ("don’t", "DONT"),
        ("علي", "علی"),
        ("كل", "کل"),
        ("نَعَم", "نعم"),
        ("\u202bنعم\u202c", "نعم"),
        ("Tak!", "tak"),
    ],
)
def test_keyboards_and_accents_make_no_difference(one: str, other: str) -> None:
    assert plain_words(one) == plain_words(other)


def test_vowel_signs_that_are_letters_of_a_word_stay() -> None:
    assert plain_words("ਹਾਂ ਜੀ") == "ਹਾਂ ਜੀ"
    assert plain_words("હા") != plain_words("હ")


@settings(deadline=None)
@given(st.text())
def test_folding_twice_is_folding_once(text: str) -> None:
    assert plain_words(fold(text)) == plain_words(text)


@pytest.mark.parametrize(
    ("text", "count", "order"),
    [
        ("3 1 2", 4, (2, 0, 1)),
        ("3,1,2", 4, (2, 0, 1)),
        ("312", 4, (2, 0, 1)),
        ("٣ ١", 4, (2, 0)),
        ("2", 4, (1,)),
        ("C, A and B", 7, (2, 0, 1)),
        ("CAB", 7, None),
        ("1 1", 4, None),
        ("5 1", 4, None),
        ("first the lights", 4, None),
        ("", 4, None),
    ],
)
def test_an_order_is_read_as_it_is_written_and_never_guessed(
    text: str, count: int, order: tuple[int, ...] | None
) -> None:
    assert read_order(text, count, ("and",)) == order
