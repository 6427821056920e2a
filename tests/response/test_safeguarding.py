"""The lists of phrases: whole, heard in every spelling, and quiet at what people answer every day."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engage.phrases import SHIPPED
from engage.questionnaire.library import read_library_survey
from engage.response.safeguarding import (
    LISTS,
    MOST_BETWEEN,
    Phrase,
    find_danger,
    languages_listed,
    phrases_in,
    read_list,
    split_words,
)
from engage.storage.safeguarding import ItemRow

FEWEST = 40
LIBRARY = read_library_survey("feeling-safe")


def said(phrase: Phrase) -> str:
    return phrase.text.replace("*", "")


@pytest.mark.parametrize("language", languages_listed())
def test_every_list_has_every_section_and_enough_phrases(language: str) -> None:
    phrases = read_list(language)
    assert len(phrases) >= FEWEST
    assert {phrase.list_code for phrase in phrases} == set(LISTS)


def test_there_is_a_list_for_every_language_of_the_library_survey() -> None:
    assert {language.tag for language in LIBRARY.languages} <= set(languages_listed())


def test_the_duty_queue_knows_every_kind_of_danger() -> None:
    (check,) = [
        check for check in ItemRow.__table__.constraints if check.name == "ck_safeguarding_items_known_list_code"
    ]
    assert all(f"'{code}'" in str(check.sqltext) for code in LISTS)


@pytest.mark.parametrize("language", languages_listed())
def test_a_phrase_is_heard_in_capitals_with_words_between_and_before(language: str) -> None:
    for phrase in read_list(language):
        assert phrase in phrases_in(said(phrase).upper())
        assert phrase in phrases_in(f"4, {said(phrase)}!!")
        spread = [word.text if word.is_joined else f" so  so {word.text}" for word in phrase.words]
        assert phrase in phrases_in("".join(spread))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("He HIT me again", "being_hurt"),
        ("he really hit me", "being_hurt"),
        ("i dont want to be here anymore", "self_harm"),
        ("i don\u2019t want to live", "self_harm"),
        ("im suicidal", "self_harm"),
        ("I caaaan't goooo onnn", "self_harm"),
        ("someone has got a gun outside", "weapon"),
        ("4 and they made me sell stuff", "exploitation"),
        ("kms fr", "self_harm"),
        ("the bus stop is not safe", None),
        ("my brother was hit by a car in the street near me", None),
        ("4 it is too dark and there are no lights", None),
        ("going to the park is fun", None),
        ("", None),
    ],
)
def test_what_people_text_is_heard_or_left_alone(text: str, code: str | None) -> None:
    assert find_danger(text) == code


def test_words_further_apart_are_no_phrase() -> None:
    between = " ".join(["word"] * MOST_BETWEEN)
    assert find_danger(f"kill {between} myself") == "self_harm"
    assert find_danger(f"kill {between} word myself") is None


def test_the_first_list_of_their_order_names_a_text_that_fits_several() -> None:
    assert find_danger("he hit me and i want to die") == "self_harm"
    assert len({phrase.list_code for phrase in phrases_in("he hit me and i want to die")}) == 2


def test_ideographs_are_words_and_arabic_and_is_parted_from_its_word() -> None:
    assert split_words("我想死 ok") == ("我", "想", "死", "ok")
    assert split_words("ｈｅ hit—me") == ("he", "hit", "me")


@pytest.mark.parametrize("language", [language.tag for language in LIBRARY.languages])
def test_no_words_of_the_survey_itself_are_taken_for_a_disclosure(language: str) -> None:
    """What somebody may send back: labels of options, and the words that steer a conversation."""
    wording = LIBRARY.language(language).wording
    sent_back = [text for key, text in wording.items() if ".option." in key or key.startswith("scale.")]
    phrases = SHIPPED.phrases(language, "standard")
    sent_back += [
        word
        for name in ("yes", "no", "stop", "help", "skip", "start", "go_on", "numbers", "dk", "pns", "na")
        for word in phrases.say(f"sms.words.{name}").replace("،", ",").replace("、", ",").replace("，", ",").split(",")
    ]
    alarms = {text: [(phrase.language, phrase.text) for phrase in phrases_in(text)] for text in sent_back}
    assert {text: found for text, found in alarms.items() if found} == {}


@given(st.text(max_size=300))
def test_no_text_stops_the_search(text: str) -> None:
    assert find_danger(text) in (*LISTS, None)
