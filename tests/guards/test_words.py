"""Every code has words in every language, with the same placeholders, and nothing is left of what is gone."""

import gettext
import re
import unicodedata
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace

import pytest
from babel.plural import to_gettext
from bidi import get_display

from engage.channels.paper.text import keep_numbers_together
from engage.channels.sms.prompts import _worded
from engage.phrases import (
    SHIPPED,
    direction,
    find_fault,
    folder,
    header_of,
    languages_with_phrases,
    own_name,
    phrases_for,
    plural_categories,
    plural_rule,
    review_state,
    source_forms,
    source_words,
    translated_words,
)
from engage.questionnaire.completeness import find_gaps_in
from engage.questionnaire.library import LIBRARY_SURVEYS, read_library_survey
from engage.questionnaire.model import AGE_BANDS, ASSISTANCE, SPECIAL_CODES, STYLES
from engage.response.problems import PROBLEM_CODES

PLACEHOLDER = re.compile(r"\{[a-z_]+\}")


def placeholders(text: str) -> set[str]:
    return set(PLACEHOLDER.findall(text))


#: Languages that are not written in Latin letters → the script they are written in (first word of Unicode names).
SCRIPTS = {
    **dict.fromkeys(("ar", "ckb", "fa", "fa-AF", "ps", "ur", "pa-Arab"), "ARABIC"),
    "pa-Guru": "GURMUKHI",
    "gu": "GUJARATI",
    "ti": "ETHIOPIC",
    "zh-Hans": "CJK",
}
#: Wordings that are names, and so the same in every language.
NAMES = re.compile(r"help\.[a-z_]+\.name")
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


@pytest.mark.parametrize("slug", LIBRARY_SURVEYS)
def test_every_language_of_a_library_survey_is_whole_and_so_offered(slug: str) -> None:
    survey = read_library_survey(slug)
    for language in survey.languages:
        assert [str(gap) for gap in find_gaps_in(survey, language.tag, SHIPPED.faults(language.tag))] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_that_count_have_a_form_for_each_category_of_number(language: str) -> None:
    faults = {key: find_fault(source_forms()[key], words, language) for key, words in SHIPPED.words(language).items()}
    assert {key: fault for key, fault in faults.items() if fault} == {}
    catalogue = (folder() / language / "LC_MESSAGES" / "engage.po").read_text(encoding="utf-8")
    header = header_of(catalogue, "Plural-Forms")
    assert header == to_gettext(plural_rule(language))
    place_of = gettext.c2py(header.partition("plural=")[2].rstrip(";"))  # type: ignore[attr-defined] # undocumented
    categories = plural_categories(language)
    assert len(categories) == int(header.partition("nplurals=")[2][0])
    assert [n for n in range(1000) if categories[place_of(n)] != plural_rule(language)(n)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_are_written_in_the_direction_of_their_language(language: str) -> None:
    letters = [unicodedata.bidirectional(sign) for _, text in words_of(language) for sign in text if sign.isalpha()]
    share = sum(kind in ("R", "AL") for kind in letters) / len(letters)
    assert (share > 0.9) if direction(language) == "rtl" else (share < 0.1)


@pytest.mark.parametrize("language", [language for language in LANGUAGES if direction(language) == "rtl"])
def test_telephone_numbers_keep_their_order_in_right_to_left_words(language: str) -> None:
    """A plain space turns "0800 1111" round; one that does not break, or an isolate, keeps it (Unicode UAX 9)."""
    for key, text in words_of(language):
        assert re.findall(r"\d{3,} \d{2,}|\d{2,} \d{3,}", text) == [], key
        for number in re.findall(r"\d+(?:\u00a0\d+)+", text):
            assert number in get_display(text, base_dir="R"), key
    survey, say = read_library_survey("feeling-safe"), phrases_for(language).say
    for line in survey.help_lines:
        by_text = _worded([line], language, SimpleNamespace(questionnaire=survey))  # type: ignore[arg-type] # all it reads
        on_paper = keep_numbers_together(say("paper.help_line", name=say("web.next"), number=line.number))
        for text in (by_text, on_paper):
            shown = get_display(f"{say('web.next')} {text}", base_dir="R").replace("\u00a0", " ")
            assert line.number in shown, line.id


@pytest.mark.parametrize("language", [language for language in LANGUAGES if language in SCRIPTS])
def test_nothing_is_left_in_english_where_another_script_is_written(language: str) -> None:
    left = [
        key
        for key, text in words_of(language)
        if not NAMES.fullmatch(key.partition("@")[0])
        and any(sign.isalpha() for sign in without_placeholders(text))
        and not any(script_of(sign) == SCRIPTS[language] for sign in text)
    ]
    assert left == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_word_mixes_letters_of_two_scripts(language: str) -> None:
    mixed = [
        (key, before + after)
        for key, text in words_of(language)
        for before, after in pairwise(without_placeholders(text))
        if {script_of(before), script_of(after)} > {"LATIN"} and None not in (script_of(before), script_of(after))
    ]
    assert mixed == []


def words_of(language: str) -> Iterator[tuple[str, str]]:
    """Yield key and words of the interface, form by form, and of every library survey in a language."""
    for key, words in SHIPPED.words(language).items():
        for text in (words,) if isinstance(words, str) else words:
            yield key, text
    for slug in LIBRARY_SURVEYS:
        found = read_library_survey(slug).language(language)
        yield from found.wording.items() if found else ()


def without_placeholders(text: str) -> str:
    return PLACEHOLDER.sub(" ", text)


def script_of(sign: str) -> str | None:
    """Return the first word of a letter's or a vowel sign's Unicode name, None for other signs."""
    if unicodedata.category(sign)[0] not in "LM":
        return None
    name = unicodedata.name(sign, "").partition(" ")[0].partition("-")[0]
    return None if name in ("COMBINING", "MODIFIER") else name


def test_what_a_machine_drafted_is_marked_so() -> None:
    assert {review_state(language) for language in LANGUAGES} <= {"machine_drafted", "reviewed"}
    for language in LANGUAGES:
        head = (folder() / language / "LC_MESSAGES" / "engage.po").read_text(encoding="utf-8").partition("msgid")[0]
        assert review_state(language) == "reviewed" or "to be reviewed by a native speaker" in head


def test_a_word_that_is_missing_is_read_in_english() -> None:
    assert phrases_for("xx").say("web.next") == phrases_for("en").say("web.next")


def test_every_phrase_is_used() -> None:
    """A key stands in the code in full, or is made of a known beginning and a code."""
    made = (
        "problem.",
        "option.",
        "age_band.",
        "assisted.",
        "style.",
        "sms.",
        "results.",
        "paper.",
        "summary.",
        "themes.",
    )
    code = "\n".join(path.read_text(encoding="utf-8") for path in ENGAGE.rglob("*") if path.suffix in (".py", ".html"))
    keys = {key.partition("@")[0] for key in source_words() if not key.startswith(made)}
    assert sorted(key for key in keys if f'"{key}"' not in code and f"'{key}'" not in code) == []
