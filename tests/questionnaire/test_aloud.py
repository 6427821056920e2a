"""What is read aloud has the keys of the very words that are read."""

from engage.questionnaire.aloud import heard_in, keys_to_record, routes_in
from engage.questionnaire.library import read_library_survey

LIBRARY = read_library_survey("feeling-safe")


def test_a_style_is_read_on_the_routes_that_its_readers_take() -> None:
    assert routes_in(LIBRARY, "easy_read") == ("easy_read",)
    assert set(routes_in(LIBRARY, "standard")) == {"young", "adult"}


def test_easy_read_is_recorded_in_its_own_words() -> None:
    heard = heard_in(LIBRARY, "so", "easy_read")
    assert heard["safe_day"][0] == "safe_day.text@easy_read"
    assert "scale.safety.safe@easy_read" in heard["safe_day"]
    assert "scale.safety.very_safe" not in heard["safe_day"]
    assert heard["consent"] == ("consent.statement@easy_read",)
    assert heard["every question"] == ("option.dk@easy_read", "option.pns@easy_read", "option.na@easy_read")
    assert "trust_police" not in heard


def test_standard_has_the_words_of_the_young_beside_those_of_adults() -> None:
    heard = heard_in(LIBRARY, "en", "standard")
    assert {"belonging.text", "belonging.text@young"} <= set(heard["belonging"])
    assert heard["every question"][0] == "option.dk"


def test_everything_to_be_heard_may_be_recorded_and_telephone_numbers_may_not() -> None:
    may = keys_to_record(LIBRARY)
    for style in LIBRARY.styles:
        for keys in heard_in(LIBRARY, "en", style).values():
            assert set(keys) <= may
    assert not any(key.startswith("help.") for key in may)
