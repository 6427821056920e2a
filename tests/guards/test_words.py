"""Every code has words in every language, with the same placeholders, and nothing is left of what is gone."""

import re
from pathlib import Path

import pytest

from engage.phrases import (
    direction,
    folder,
    languages_with_phrases,
    own_name,
    phrases_for,
    review_state,
    source_words,
    translated_words,
)
from engage.questionnaire.library import LIBRARY_SURVEYS, read_library_survey
from engage.questionnaire.model import AGE_BANDS, ASSISTANCE, SPECIAL_CODES, STYLES
from engage.response.problems import PROBLEM_CODES

PLACEHOLDER = re.compile(r"\{[a-z_]+\}")


def placeholders(text: str) -> set[str]:
    return set(PLACEHOLDER.findall(text))


LANGUAGES = [language for language in languages_with_phrases() if language != "en"]
ENGAGE = Path(__file__).parents[2] / "engage"


def test_every_code_has_words() -> None:
    words = source_words()
    wanted = [f"problem.{code}" for code in PROBLEM_CODES]
    wanted += [f"option.{code}" for code in SPECIAL_CODES] + [f"age_band.{band}" for band in (*AGE_BANDS, "25+")]
    wanted += [f"assisted.{code}" for code in ASSISTANCE] + [f"style.{style}" for style in STYLES]
    assert [key for key in wanted if key not in words] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_phrase_is_in_every_language_with_the_same_placeholders(language: str) -> None:
    source, translated = source_words(), translated_words(language)
    assert sorted(source.keys() - translated.keys()) == []
    assert sorted(translated.keys() - source.keys()) == []
    found = {key: (placeholders(text), placeholders(translated[key])) for key, text in source.items()}
    assert [key for key, (there, here) in found.items() if there != here] == []


@pytest.mark.parametrize("slug", LIBRARY_SURVEYS)
def test_every_language_of_a_library_survey_has_the_interface_too(slug: str) -> None:
    for language in read_library_survey(slug).languages:
        assert language.tag in languages_with_phrases()
        assert own_name(language.tag) != language.tag
        assert direction(language.tag) in ("ltr", "rtl")


def test_what_a_machine_drafted_is_marked_so() -> None:
    assert {review_state(language) for language in LANGUAGES} <= {"machine_drafted", "reviewed"}
    for language in LANGUAGES:
        head = (folder() / language / "LC_MESSAGES" / "engage.po").read_text(encoding="utf-8").partition("msgid")[0]
        assert review_state(language) == "reviewed" or "to be reviewed by a native speaker" in head


def test_a_word_that_is_missing_is_read_in_english() -> None:
    assert phrases_for("xx").say("web.next") == phrases_for("en").say("web.next")


def test_every_phrase_is_used() -> None:
    """A key stands in the code in full, or is made of a known beginning and a code."""
    made = ("problem.", "option.", "age_band.", "assisted.", "style.", "sms.", "results.", "paper.")
    code = "\n".join(path.read_text(encoding="utf-8") for path in ENGAGE.rglob("*") if path.suffix in (".py", ".html"))
    keys = {key.partition("@")[0] for key in source_words() if not key.startswith(made)}
    assert sorted(key for key in keys if f'"{key}"' not in code and f"'{key}'" not in code) == []
