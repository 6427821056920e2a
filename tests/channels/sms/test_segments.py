"""Segments: what a phone network bills."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engage.channels.sms.segments import GSM_BASIC, GSM_EXTENSION, Segments, count_segments, is_gsm, to_gsm


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", Segments("gsm7", 0, 1)),
        ("a" * 160, Segments("gsm7", 160, 1)),
        ("a" * 161, Segments("gsm7", 161, 2)),
        ("a" * 306, Segments("gsm7", 306, 2)),
        ("a" * 307, Segments("gsm7", 307, 3)),
        ("€" * 80, Segments("gsm7", 160, 1)),
        ("€" * 81, Segments("gsm7", 162, 2)),
        # 153 is odd: a pair does not fit its last place, so each part holds 76 euro signs.
        ("€" * 152, Segments("gsm7", 304, 2)),
        ("€" * 153, Segments("gsm7", 306, 3)),
        ("a" * 152 + "€" + "a" * 152, Segments("gsm7", 306, 3)),
        ("ż" * 70, Segments("ucs2", 70, 1)),
        ("ż" * 71, Segments("ucs2", 71, 2)),
        ("ż" * 134, Segments("ucs2", 134, 2)),
        ("ż" * 135, Segments("ucs2", 135, 3)),
        ("😀" * 35, Segments("ucs2", 70, 1)),
        ("😀" * 66, Segments("ucs2", 132, 2)),
        ("😀" * 67, Segments("ucs2", 134, 3)),
    ],
)
def test_parts_are_counted_as_they_are_sent(text: str, expected: Segments) -> None:
    assert count_segments(text) == expected


def test_the_tables_are_those_of_the_standard() -> None:
    assert len(GSM_BASIC) == 127  # 128 with the escape itself
    assert len(GSM_EXTENSION) == 10
    assert not GSM_BASIC & GSM_EXTENSION
    assert "`" not in GSM_BASIC
    assert "ç" not in GSM_BASIC


def test_curly_punctuation_gets_its_gsm_form() -> None:
    assert to_gsm("It’s “here” – now… ok?") == 'It\'s "here" - now... ok?'
    assert count_segments(to_gsm("It’s" + "a" * 150)).parts == 1


def test_a_text_that_cannot_be_gsm_keeps_its_punctuation() -> None:
    assert to_gsm("„Żółw…”") == "„Żółw…”"
    assert to_gsm("می\u200cخواهم…") == "می\u200cخواهم…"


@settings(deadline=None)
@given(st.text())
def test_the_gsm_form_is_never_dearer(text: str) -> None:
    plain = to_gsm(text)
    assert plain == text or is_gsm(plain)
    assert count_segments(plain).parts <= count_segments(text).parts or is_gsm(plain)


@settings(deadline=None)
@given(st.text(alphabet=st.sampled_from("aé€{ż😀\n")))
def test_parts_hold_the_units_and_no_more(text: str) -> None:
    counted = count_segments(text)
    most = {"gsm7": (160, 153), "ucs2": (70, 67)}[counted.encoding]
    assert counted.units <= (most[0] if counted.parts == 1 else counted.parts * most[1])
    assert counted.units == (
        len(text.encode("utf-16-le")) // 2 if counted.encoding == "ucs2" else len(text) + sum(c in "€{" for c in text)
    )
