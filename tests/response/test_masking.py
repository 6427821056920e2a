"""Personal details are hidden before anybody reads what people wrote, each shown as what it was."""

import sys
from pathlib import Path

import pytest

from engage.response.masking import is_english, mask

sys.path.append(str(Path(__file__).parents[2] / "scripts"))


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("My name is Amina Warsame, call me on 07700 900123", "My name is [name], call me on [phone]"),
        ("mohammed's mum lives at 12 holly road, NG7 4AB", "[name]'s mum lives at [address], [postcode]"),
        ("his snap is dexyboy99, reg FJ18 XYZ", "his snap is [account], reg [car]"),
        ("born on 3/4/2009. mail j.smith at gmail.com", "born on [date of birth]. mail [e-mail]"),
        ("PC Jones and Anne-Marie O'Brien and J. Smith", "PC [name] and [name] and [name]"),
        ("oh seven seven double oh nine oh oh one two three", "[phone]"),
        ("٠٧٧٠٠ ٩٠٠١٢٣ is mine, 0\u200b7700900123 too", "[phone] is mine, [phone] too"),
        ("see www.example.org/me and @queen.z", "see [link] and [account]"),
        ("I FEEL UNSAFE BECAUSE OF ABDI AND HIS FRIENDS", "I FEEL UNSAFE BECAUSE OF [name] AND HIS FRIENDS"),
    ],
)
def test_a_detail_is_shown_as_what_it_was(written: str, shown: str) -> None:
    assert mask(written).shown == shown


@pytest.mark.parametrize(
    "written",
    [
        "Will May be better? I hope so, with grace and patience.",
        "3 lads on bikes on St Ann's Well Road, 10 minutes from Sneinton, ring 999 or 0800 1111.",
        "i allways feel unsafe becuase of the dogdy peopel at nite",
    ],
)
def test_what_says_nothing_of_anybody_stays_to_be_read(written: str) -> None:
    assert mask(written).shown == written


def test_nothing_of_what_is_hidden_is_in_the_masked_text() -> None:
    masked = mask("Zbigniew Kowalczyk, ng74ab, told me on 0115 496 0999 that dex_99 did it")
    kept = repr(masked)
    assert not [word for word in ("Zbigniew", "Kowalczyk", "ng74ab", "0999", "dex_99") if word in kept]


def test_a_reader_hides_what_the_rules_missed() -> None:
    written = "The lad with the red coat and the three-legged dog did it, red coat, Amina saw"
    masked = mask(written)
    spans = [(start, end, "detail") for start, end in masked.places_of("RED coat")]
    assert mask(written, spans).shown == (
        "The lad with the [hidden] and the three-legged dog did it, [hidden], [name] saw"
    )
    assert masked.places_of("Amina") == ()


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("I dont feel safe at nite, the lights are broke", True),
        ("yes its fine", True),
        ("", True),
        ("Boję się wychodzić wieczorem, bo jest ciemno", False),
        ("Waxaan ka baqayaa inaan habeenkii baxo", False),
        ("أخاف من الخروج ليلا", False),
        ("Jestem Amina z Nottingham", False),
    ],
)
def test_what_is_not_english_is_known_not_to_be(written: str, expected: bool) -> None:
    assert is_english(written) is expected


def test_planted_details_are_found_and_few_others_hidden() -> None:
    from masking_trial import failures, measure

    measured = measure(1000, seed=7)
    assert failures(measured) == []
    recall = measured["recall"]
    assert isinstance(recall, dict)
    assert recall["name held out"] >= 0.85
    assert measured["false_alarm_sentences"] <= 0.06
