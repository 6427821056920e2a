"""A wording beside its source: how far it is reviewed, where it stands, what is wrong with new words."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from engage.phrases import pair_hash, words_hash
from engage.questionnaire.model import Questionnaire
from engage.questionnaire.translations import (
    LONGEST,
    Entry,
    Review,
    Reviews,
    find_fault_in,
    interface_entries,
    interface_place,
    review_of,
    survey_entries,
    survey_place,
)
from questionnaire.tiny import a_question, a_questionnaire

WHEN = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
SOMALI = {"q.text": "Maxay?", "q.option.yes": "Haa", "q.option.no": "Maya"}


def a_survey(text: str = "What?", **somali: str) -> Questionnaire:
    return a_questionnaire(
        a_question("q", text=text), languages={"en": {}, "so": {"wording": {**SOMALI, **somali}}}, scales={}
    )


def reviewed(key: str, source: str, words: str, *, is_reviewed: bool = True) -> Reviews:
    """Return what somebody said of one pair."""
    return {(key, pair_hash(source, words)): Review(words_hash(words), is_reviewed, "asha", WHEN)}


def entry_of(questionnaire: Questionnaire, key: str, reviews: Reviews) -> Entry:
    language = questionnaire.language("so")
    assert language is not None
    return next(entry for entry in survey_entries(questionnaire, language.wording, reviews) if entry.key == key)


def test_a_draft_is_never_shown_as_reviewed() -> None:
    assert entry_of(a_survey(), "q.text", {}).state == "machine_drafted"
    assert entry_of(a_survey(), "survey.title", {}).state == "missing"


def test_a_review_says_who_and_when() -> None:
    entry = entry_of(a_survey(), "q.text", reviewed("q.text", "What?", "Maxay?"))
    assert (entry.state, entry.review) == (
        "reviewed",
        Review(words_hash("Maxay?"), is_reviewed=True, by="asha", at=WHEN),
    )


def test_a_review_lapses_when_the_source_changes() -> None:
    said = reviewed("q.text", "What?", "Maxay?")
    assert entry_of(a_survey("What is it?"), "q.text", said).state == "source_changed"


def test_a_review_lapses_when_the_words_change_and_stands_again_when_they_come_back() -> None:
    said = reviewed("q.text", "What?", "Maxay?")
    assert entry_of(a_survey(**{"q.text": "Waa maxay?"}), "q.text", said).state == "words_changed"
    assert entry_of(a_survey(**{"q.text": "Maxay?"}), "q.text", said).state == "reviewed"


def test_a_review_that_was_taken_back_is_none() -> None:
    said = reviewed("q.text", "What?", "Maxay?", is_reviewed=False)
    assert entry_of(a_survey(), "q.text", said).state == "machine_drafted"


def test_a_review_of_one_key_says_nothing_of_another_with_the_same_words() -> None:
    survey = a_survey(**{"q.option.yes": "Maxay?"})
    assert entry_of(survey, "q.option.yes", reviewed("q.text", "What?", "Maxay?")).state == "machine_drafted"


def test_a_language_is_reviewed_once_all_it_has_is() -> None:
    survey = a_survey()
    source = {"q.text": "What?", "q.option.yes": "Yes", "q.option.no": "No"}
    every = {pair: said for key, text in source.items() for pair, said in reviewed(key, text, SOMALI[key]).items()}
    assert review_of(survey, "so", every) == "reviewed"
    assert review_of(survey, "so", dict(list(every.items())[1:])) == "machine_drafted"
    assert review_of(survey, "en", every) == "source"
    bare = replace(survey, languages=tuple(replace(each, wording={}) for each in survey.languages))
    assert review_of(bare, "so", every) == "machine_drafted"


def test_a_variant_that_only_the_translation_has_stands_behind_its_wording() -> None:
    survey = a_survey(**{"q.text@easy_read": "Maxay?"})
    language = survey.language("so")
    assert language is not None
    keys = [entry.key for entry in survey_entries(survey, language.wording, {})]
    assert keys[keys.index("q.text") + 1] == "q.text@easy_read"
    entry = entry_of(survey, "q.text@easy_read", {})
    assert (entry.source, entry.base, entry.variant) == ("What?", "q.text", "easy_read")


def test_words_that_ship_as_reviewed_are_reviewed() -> None:
    found = interface_entries({"a": "A", "b": "B"}, {"a": "1", "b": "2"}, {}, {"a"})
    assert [entry.state for entry in found] == ["reviewed", "machine_drafted"]


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        ("Waa sidee {place}?", None),
        ("Waa sidee?", "placeholder_differs"),
        ("Waa sidee {meel}?", "placeholder_differs"),
        ("Waa sidee {place}}?", "stray_brace"),
        ("Waa {sidee {place}?", "stray_brace"),
        ("Waa sidee {place}\x00", "text_malformed"),
        ("{place}" + "a" * LONGEST, "too_long"),
    ],
)
def test_what_is_wrong_with_new_words_of_a_survey_is_named(words: str, fault: str | None) -> None:
    assert find_fault_in("How is {place}?", words, "so", of_survey=True) == fault


def test_a_survey_has_no_placeholder_but_the_place() -> None:
    assert find_fault_in("{count}", "{count}", "so", of_survey=True) == "placeholder_differs"
    assert find_fault_in("{count}", "{count}", "so", of_survey=False) is None


def test_a_translator_is_told_where_words_stand() -> None:
    survey = a_survey()
    assert survey_place(survey, "q.text") == "Question"
    assert survey_place(survey, "q.option.yes@easy_read") == "Answer, in easy read"
    assert survey_place(survey, "q.hint@young") == "Hint below a question, for the route young"
    assert survey_place(survey, "survey.title") == "Title of the survey"
    assert survey_place(survey, "consent.statement") == "What people agree to"
    assert survey_place(survey, "help.childline.name") == "Help line: its name"
    assert survey_place(survey, "scale.safety.very_safe") == "Answer on a scale"
    assert interface_place("sms.words.stop") == "Words that people text, with commas between"
    assert interface_place("web.next@easy_read") == "Survey pages, in easy read"
