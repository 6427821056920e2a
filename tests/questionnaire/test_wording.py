"""Which words a reader gets: route before style before plain, own language before the default one, openly."""

import pytest

from engage.questionnaire.model import Facts, Questionnaire
from engage.questionnaire.wording import Wording, Words, fill, option_key
from questionnaire.tiny import SAFETY, a_question, a_questionnaire, options

VARIANTS = {"text": "plain", "text@young": "young", "text@large_print": "large"}


def worded(somali: dict[str, str] | None = None) -> Questionnaire:
    """Return a questionnaire in English and Somali."""
    return a_questionnaire(
        a_question("q", **VARIANTS), languages={"en": {}, "so": {"review": "reviewed", "wording": somali or {}}}
    )


@pytest.mark.parametrize(
    ("route", "style", "text"),
    [
        ("adult", "standard", "plain"),
        ("young", "standard", "young"),
        ("adult", "large_print", "large"),
        ("young", "large_print", "young"),
        ("young", "easy_read", "young"),
        ("easy_read", "easy_read", "plain"),
    ],
)
def test_a_variant_for_the_route_comes_before_one_for_the_style(route: str, style: str, text: str) -> None:
    assert Words(worded(), "en", route, style).text("q.text") == Wording(text, "en", is_fallback=False)


@pytest.mark.parametrize(
    ("somali", "text", "language"),
    [
        ({"q.text": "so plain", "q.text@young": "so young", "q.text@large_print": "so large"}, "so young", "so"),
        ({"q.text": "so plain", "q.text@large_print": "so large"}, "so large", "so"),
        ({"q.text": "so plain"}, "so plain", "so"),
        ({}, "young", "en"),
    ],
)
def test_plain_words_in_ones_own_language_come_before_a_variant_in_another(
    somali: dict[str, str], text: str, language: str
) -> None:
    wording = Words(worded(somali), "so", "young", "large_print").text("q.text")
    assert wording == Wording(text, language, is_fallback=language == "en")
    assert str(wording) == text


def test_a_language_the_survey_does_not_have_falls_back_openly() -> None:
    assert Words(worded(), "fr", "adult").text("q.text") == Wording("plain", "en", is_fallback=True)


def test_words_the_definition_does_not_have_are_no_words() -> None:
    words = Words(worded(), "en", "adult")
    assert words.find("q.hint") is None
    with pytest.raises(KeyError, match=r"q\.hint"):
        words.text("q.hint")


def test_the_reader_of_some_facts_is_on_their_route() -> None:
    words = Words.for_facts(worded(), Facts(age_band="13-15", language="so", style="large_print"))
    assert (words.route, words.language, words.style) == ("young", "so", "large_print")


def test_labels_stand_where_the_question_has_its_options_from() -> None:
    questionnaire = a_questionnaire(
        a_question(
            "ticks", "multiple_choice", options=[{"code": "a", "label": "A", "label@young": "a!"}, *options("b")]
        ),
        a_question("most", options_from="ticks"),
        a_question("safe", "scale", scale="safety"),
    )
    words = Words(questionnaire, "en", "young")
    ticks, most, safe = questionnaire.questions
    assert str(words.of_option(ticks, ticks.options[0])) == "a!"
    assert str(words.of_option(most, ticks.options[0])) == "a!"
    assert str(words.of_option(safe, questionnaire.scales["safety"].short[0])) == SAFETY["short"][0]["label"]
    assert [option_key(question, "x") for question in questionnaire.questions] == [
        "ticks.option.x",
        "ticks.option.x",
        "scale.safety.x",
    ]


def test_a_place_is_filled_in_once_whatever_it_is_called() -> None:
    assert fill("{place} and {place}", {"place": "St Ann's"}) == "St Ann's and St Ann's"
    assert fill("{place} {town}", {"place": "{town}", "town": "{place}"}) == "{town} {place}"
    assert fill("{place} {0} {} {unknown}", {"place": r"\1"}) == r"\1 {0} {} {unknown}"
    questionnaire = a_questionnaire(a_question("q", text="How is {place}?"))
    assert str(Words(questionnaire, "en", "adult").text("q.text", place="Sneinton")) == "How is Sneinton?"
