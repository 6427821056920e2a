"""Holds how a typed postcode is read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engage.areas import parse_postcode, parse_postcode_district

LOOK_ALIKES = {"O": "0", "0": "O", "I": "1", "1": "I"}

two_letters = st.sampled_from(["NG", "LE", "DE", "CV", "PE", "OX", "SO", "PO", "CO", "OL", "IP", "IG", "YO"])
outward = st.one_of(
    st.builds("{}{}".format, two_letters, st.integers(0, 99)),
    st.builds("{}{}".format, st.sampled_from("BEGLMNSW"), st.integers(1, 99)),
    st.builds("{}{}".format, st.sampled_from(["E1", "N1", "W1"]), st.sampled_from("ABCDEFGHJKPSTUW")),
    st.builds("{}{}".format, st.sampled_from(["EC1", "SW1", "WC2"]), st.sampled_from("ABEHMNPRVWXY")),
)
unit = st.sampled_from("ABDEFGHJLNPQRSTUWXYZ")
postcodes = st.builds("{}{}{}{}".format, outward, st.integers(0, 9), unit, unit)


@pytest.mark.parametrize(
    "typed",
    [
        "NG7 2AB",
        "ng72ab",
        "  Ng7  2aB ",
        "N G 7 2 A B",
        "NG7\u00a02AB",
        "\u200fNG7 2AB\u200e",
        "ＮＧ７　２ＡＢ",
        "NG٧ ٢AB",
        "NG७ २AB",
    ],
)
def test_a_postcode_is_read_however_it_is_typed(typed: str) -> None:
    assert parse_postcode(typed) == "NG72AB"


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("NG1O 1AA", "NG101AA"),
        ("NGI OAA", "NG10AA"),
        ("LEI 2AB", "LE12AB"),
        ("LE1 OAB", "LE10AB"),
        ("0X1 1AA", "OX11AA"),
        ("1P1 1AA", "IP11AA"),
        ("P01 1AA", "PO11AA"),
        ("SO14 OAA", "SO140AA"),
        ("NI 1AA", "N11AA"),
    ],
)
def test_o_and_zero_i_and_one_are_told_apart_by_where_they_stand(typed: str, read: str) -> None:
    assert parse_postcode(typed) == read


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "   ",
        "NG7",
        "NG7 2",
        "NG7 2A",
        "LE10",
        "Sneinton",
        "NG7 2ABC",
        "NG7-2AB",
        "NG7 2OB",
        "NG7 2A8",
        "NG7 2CI",
        "NG07 2AB",
        "NG123 2AB",
        "N0 1AA",
        "QX1 1AA",
        "12345",
        "NG7 2AB, please",
        "NG" + " " * 50 + "7 2AB",
    ],
)
def test_what_is_not_a_full_postcode_is_not_read_as_one(typed: str) -> None:
    assert parse_postcode(typed) is None


@given(st.text())
def test_no_text_breaks_the_reading_of_postcodes(typed: str) -> None:
    read = parse_postcode(typed)
    assert read is None or (read.isascii() and read.isalnum() and 5 <= len(read) <= 7)


@given(st.text(alphabet="NGLE0127OIAB \u3000ＮＧ７", max_size=9))
def test_what_was_read_reads_the_same_again(typed: str) -> None:
    read = parse_postcode(typed)
    assert read is None or parse_postcode(read) == read


@given(postcodes, st.data())
def test_every_postcode_survives_case_spaces_and_look_alikes(postcode: str, data: st.DataObject) -> None:
    typed = ""
    for character in postcode:
        swapped = data.draw(st.booleans())
        typed += LOOK_ALIKES.get(character, character) if swapped else character
        typed += data.draw(st.sampled_from(["", " "]))
    assert parse_postcode(data.draw(st.sampled_from([typed, typed.lower()]))) == postcode


@given(outward)
def test_the_first_half_of_a_postcode_is_not_a_postcode(half: str) -> None:
    assert parse_postcode(half) is None


@given(outward, st.integers(0, 9))
def test_a_sector_is_not_a_postcode(half: str, sector: int) -> None:
    assert parse_postcode(f"{half} {sector}") is None


@pytest.mark.parametrize(
    ("typed", "district"),
    [
        ("ng7", "NG7"),
        (" NG 11 ", "NG11"),
        ("EC1A", "EC1A"),
        ("NG1 1", None),
        ("NG7 2AB", None),
        ("NG", None),
        ("7", None),
        ("NG07", None),
    ],
)
def test_the_first_half_of_a_postcode_is_read_only_where_it_stands_alone(typed: str, district: str | None) -> None:
    assert parse_postcode_district(typed) == district
