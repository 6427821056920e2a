"""The checker of easy read finds what would make a page hard, and names the question."""

from dataclasses import replace
from typing import Any

import pytest

from engage.phrases import phrases_for, source_words
from engage.pictures import PICTURES
from engage.questionnaire.aloud import asked_on, options_on
from engage.questionnaire.easy_read import EasyReadFinding, find_hard_to_read, find_in_text
from engage.questionnaire.easy_words import word_list
from engage.questionnaire.library import LIBRARY_SURVEYS, read_library_survey
from engage.questionnaire.model import Questionnaire
from questionnaire.tiny import a_question, a_questionnaire, options

EASY = {"text@easy_read": "Is it good here?", "picture": "good"}


def findings_of(*questions: dict[str, Any], **fields: Any) -> list[EasyReadFinding]:
    fields = {"styles": ["standard", "easy_read"]} | fields
    found = find_hard_to_read(a_questionnaire(*questions, **fields))
    return [finding for finding in found if finding.question not in ("survey", "consent", "help")]


def codes_of(*questions: dict[str, Any], **fields: Any) -> list[tuple[str, str]]:
    return [(finding.question, finding.code) for finding in findings_of(*questions, **fields)]


def codes_in(text: str, language: str = "en", **more: Any) -> set[str]:
    return {code for code, _ in find_in_text(text, language, **more)}


@pytest.mark.parametrize("slug", LIBRARY_SURVEYS)
def test_easy_read_of_the_library_is_easy_in_english(slug: str) -> None:
    found = find_hard_to_read(read_library_survey(slug))
    assert [str(finding) for finding in found if finding.language == "en"] == []


@pytest.mark.parametrize("slug", LIBRARY_SURVEYS)
def test_every_easy_read_question_and_answer_of_the_library_has_its_picture(slug: str) -> None:
    survey = read_library_survey(slug)
    for question in asked_on(survey, "easy_read"):
        assert question.picture in PICTURES, question.id
        if question.id != "communities":
            pictures = [option.picture for option in options_on(survey, question, "easy_read")]
            assert set(pictures) <= set(PICTURES), question.id


@pytest.mark.parametrize("slug", LIBRARY_SURVEYS)
def test_an_easy_read_scale_of_the_library_has_three_answers(slug: str) -> None:
    survey = read_library_survey(slug)
    scales = [question for question in asked_on(survey, "easy_read") if question.scale]
    assert scales
    assert {len(options_on(survey, question, "easy_read")) for question in scales} == {3}


def test_the_buttons_and_help_of_easy_read_are_easy_too() -> None:
    said = phrases_for("en", "easy_read")
    shown = {key.partition("@")[0] for key in source_words()}
    shown = {key for key in shown if key.startswith(("web.", "help.", "option.", "age_band.", "assisted.", "problem."))}
    found = [(key, *one) for key in sorted(shown) for one in find_in_text(said.say(key), "en")]
    assert [one for one in found if one[1] != "word_hard"] == []


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("This one has more words in it than anybody who reads easy read should have to hold on to.", "sentence_long"),
        ("You can skip it and stop it and leave it.", "ideas_many"),
        ("It is good; it is near.", "sign_hard"),
        ("It is good (we think).", "sign_hard"),
        ("Help from the VRU.", "short_form"),
        ("Clubs, sport, etc.", "short_form"),
        ("Tell us about your neighbourhood.", "word_hard"),
    ],
)
def test_what_is_hard_is_found(text: str, code: str) -> None:
    assert codes_in(text) == {code}


@pytest.mark.parametrize(
    "text",
    [
        "Is there an adult you trust? To trust someone means you feel safe with them.",
        "People who are cruel about who I am. This is called racism.",
        "Police see totals only. A total is the answers of many people added up.",
        "A faith group or community group. It can be a church or a mosque.",
        "Do you feel part of any of these communities? A community is a group of people.",
    ],
)
def test_a_hard_word_may_stand_where_it_is_explained(text: str) -> None:
    assert codes_in(text) == set()


def test_a_word_may_be_explained_below_the_question() -> None:
    words = {"text@easy_read": "What is your ethnic group?", "hint@easy_read": "An ethnic group is a family of people."}
    question = a_question("one", options=options("a", "b"), picture="people", **words)
    assert "word_hard" not in [code for _, code in codes_of(question)]
    del question["hint@easy_read"]
    assert ("one", "word_hard") in codes_of(question)


def test_the_name_of_a_help_line_may_stand_in_capitals() -> None:
    assert codes_in("Text the word SHOUT.", names=["Shout"]) == set()
    assert codes_in("Text the word SHOUT.") == {"short_form"}


def test_a_missing_picture_is_named_by_question_and_answer() -> None:
    ticks = [{"code": "yes", "label": "Yes", "label@easy_read": "Yes", "picture": "ok"}, {"code": "no", "label": "No"}]
    ticks[1]["label@easy_read"] = "No"
    found = findings_of(a_question("one", options=ticks, **{"text@easy_read": "Is it?"}))
    assert [(one.question, one.key, one.code) for one in found] == [
        ("one", "one", "picture_missing"),
        ("one", "one.option.no", "picture_missing"),
    ]
    assert "one" in str(found[0])


def test_a_picture_nobody_drew_is_found() -> None:
    question = a_question("one", "note", **{"text@easy_read": "Look.", "picture": "unicorn"})
    assert codes_of(question) == [("one", "picture_unknown")]


def test_the_names_of_communities_need_no_picture() -> None:
    question = a_question("communities", "community", options=options("somali"), **EASY)
    assert codes_of(question) == []


def test_a_long_scale_is_found_and_a_short_list_mends_it() -> None:
    named = [{"code": code, "label": code, "label@easy_read": code, "picture": "ok"} for code in "abcde"]
    question = a_question("one", "scale", scale="long", **EASY)
    assert ("one", "scale_long") in codes_of(question, scales={"long": {"options": named}})
    short = [{"code": code, "label": code, "label@easy_read": code, "picture": "ok"} for code in "xyz"]
    folded = {"options": named, "short": short, "fold": dict(zip("abcde", "xxyzz", strict=True))}
    assert codes_of(question, scales={"long": folded | {"short_for": ["easy_read"]}}) == []


def test_standard_words_in_easy_read_are_found() -> None:
    assert codes_of(a_question("one", "note", text="Look here.", picture="ok")) == [("one", "wording_standard")]


def test_a_question_that_easy_read_does_not_ask_is_left_alone() -> None:
    question = a_question("one", "note", text="Notwithstanding; (e.g.) the VRU.", routes=["adult"])
    assert codes_of(question) == []


def test_hard_english_is_graded() -> None:
    hard = "Nottinghamshire universities celebrate extraordinary international celebrations every September."
    assert ("one", "grade_high") in codes_of(a_question("one", "note", **{"text@easy_read": hard, "picture": "ok"}))


def test_each_language_is_read_by_its_own_rules() -> None:
    texts = {"zh-Hans": "好" * 31 + "。", "ti": "ሰላም " * 16 + "።", "so": "Halkan ma fiican yahay?", "ps": "سلام؛ سلام."}
    languages: dict[str, Any] = {"en": {"review": "source"}}
    for tag, text in texts.items():
        languages[tag] = {"review": "machine_drafted", "wording": {"one.text@easy_read": text}}
    found = findings_of(a_question("one", "note", **EASY), languages=languages)
    codes = [(finding.language, finding.code) for finding in found]
    assert codes == [("zh-Hans", "sentence_long"), ("ti", "sentence_long"), ("ps", "sign_hard")]


def test_words_a_language_lacks_are_a_gap_and_no_finding() -> None:
    languages = {"en": {"review": "source"}, "pl": {"review": "machine_drafted"}}
    question = a_question("one", "note", **{"text@easy_read": "Look; here.", "picture": "ok"})
    assert [finding.language for finding in findings_of(question, languages=languages)] == ["en"]


def test_a_survey_without_easy_read_is_not_checked() -> None:
    assert find_hard_to_read(a_questionnaire(a_question("one", "note"), styles=["standard"])) == []


def told(survey: Questionnaire) -> list[tuple[str, str, str]]:
    return [(one.language, one.question, one.code) for one in find_hard_to_read(survey) if one.code.startswith("pic")]


def test_a_longer_text_has_one_picture_for_each_of_its_sentences() -> None:
    survey = read_library_survey("feeling-safe")
    assert ("en", "consent", "pictures_uneven") not in told(survey)
    shorter = replace(survey, consent=replace(survey.consent, pictures=survey.consent.pictures[1:]))
    assert ("en", "consent", "pictures_uneven") in told(shorter)
    other = replace(survey, intro_pictures=("unicorn", *survey.intro_pictures[1:]))
    assert ("en", "survey", "picture_unknown") in told(other)


def test_a_language_without_a_list_of_its_own_has_an_empty_one() -> None:
    assert word_list("en-GB").hard == word_list("en").hard
    assert word_list("ti").hard == {}


def test_what_is_said_instead_of_a_hard_word_is_not_hard_itself() -> None:
    words = word_list("en")
    hard = {
        word: [part for part in easier.lower().replace(",", " ").split() if part in words.hard]
        for word, easier in words.hard.items()
    }
    assert {word: parts for word, parts in hard.items() if parts} == {}
