"""The library survey asks each person what was decided, and has words for all of it in every language."""

from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest

from engage.questionnaire.completeness import find_gaps
from engage.questionnaire.document import questions_hash
from engage.questionnaire.library import LIBRARY_SURVEYS, read_library_survey
from engage.questionnaire.model import AGE_BANDS, ASSISTANCE, STYLES, Facts, Question, Questionnaire
from engage.questionnaire.routing import asked_questions, options_asked, route_of
from engage.questionnaire.wording import Words

FEELING_SAFE = read_library_survey("feeling-safe")
LANGUAGES = [language.tag for language in FEELING_SAFE.languages]
#: The column of the decided table each person is in (survey content, section 0).
PEOPLE = {
    "adult": Facts(age_band="25-34", area_relation=("live",)),
    "adult in large print": Facts(age_band="65+", style="large_print", area_relation=("live",)),
    "17": Facts(age_band="16-17", area_relation=("live",)),
    "14": Facts(age_band="13-15", area_relation=("live",)),
    "rather not say": Facts(age_band="pns", area_relation=("live",)),
    "easy read": Facts(age_band="25-34", style="easy_read", area_relation=("live",)),
    "easy read, 14": Facts(age_band="13-15", style="easy_read", area_relation=("live",)),
    "text": Facts(age_band="25+", channel="sms"),
    "text, 14": Facts(age_band="13-15", channel="sms"),
}
ADULTS, YOUNG, EASY, TEXT = ["adult", "adult in large print"], ["17", "14", "rather not say"], ["easy read"], ["text"]
EASY, TEXT = [*EASY, "easy read, 14"], [*TEXT, "text, 14"]
#: Question → who is asked before anything is answered, in the order of the survey.
ASKED_OF = {
    "age_band": [*ADULTS, *YOUNG, *EASY, *TEXT],
    "area": [*ADULTS, *YOUNG, *EASY, *TEXT],
    "area_relation": [*ADULTS, *YOUNG, *EASY],
    "safe_day": [*ADULTS, *YOUNG, *EASY],
    "safe_dark": [*ADULTS, *YOUNG, *EASY, *TEXT],
    "safe_transport": [*ADULTS, *YOUNG],
    "safe_school": [*ADULTS, *YOUNG, *EASY],
    "safe_online": [*ADULTS, *YOUNG],
    "safe_town_night": ADULTS,
    "unsafe_reasons": [*ADULTS, *YOUNG, *EASY],
    "violence_causes": [*ADULTS, "17"],
    "would_help": [*ADULTS, *YOUNG, *EASY, *TEXT],
    "good_here": [*ADULTS, *YOUNG, *EASY],
    "trust_police": ADULTS,
    "who_to_go_to": [*ADULTS, *YOUNG],
    "what_stops": ADULTS,
    "safe_home": [*ADULTS, *YOUNG],
    "trusted_person": [*ADULTS, *YOUNG, *EASY],
    "belonging": [*ADULTS, *YOUNG],
    "good_things_to_do": YOUNG,
    "say_more": [*ADULTS, *YOUNG, *EASY],
    "gender": [*ADULTS, *YOUNG],
    "ethnic_group": [*ADULTS, *YOUNG, *EASY],
    "communities": [*ADULTS, *YOUNG, *EASY],
    "condition": ADULTS,
    "support_needs": [*YOUNG, *EASY],
}
#: What is asked only of somebody who answers alone.
ALONE = {"safe_home", "trusted_person", "say_more"}


def asked(facts: Facts, answers: dict[str, Any] | None = None) -> list[str]:
    """Return the ids of the questions asked."""
    return [question.id for question in asked_questions(FEELING_SAFE, facts, answers or {})]


def every_reader(survey: Questionnaire) -> Iterator[Facts]:
    """Yield facts of every kind of reader: each age, style and helper, on the web and by text."""
    for age_band, style, assisted in product((*AGE_BANDS, None), survey.styles, ("none", "family")):
        yield Facts(age_band=age_band, style=style, assisted=assisted)
    for age_band in (*AGE_BANDS, "25+", None):
        yield Facts(channel="sms", age_band=age_band)


@pytest.mark.parametrize("person", PEOPLE)
def test_each_person_is_asked_what_was_decided(person: str) -> None:
    assert asked(PEOPLE[person]) == [question_id for question_id, people in ASKED_OF.items() if person in people]


@pytest.mark.parametrize("person", PEOPLE)
@pytest.mark.parametrize("helper", [helper for helper in ASSISTANCE if helper != "none"])
def test_nobody_is_asked_about_home_with_somebody_beside_them(person: str, helper: str) -> None:
    facts = PEOPLE[person]
    helped = Facts(facts.channel, facts.language, facts.style, helper, facts.age_band, facts.area_relation)
    assert asked(helped) == [question_id for question_id in asked(facts) if question_id not in ALONE]
    reasons = FEELING_SAFE.question("unsafe_reasons")
    assert reasons is not None
    assert "someone_known" not in {option.code for option in options_asked(FEELING_SAFE, reasons, helped, {})}


@pytest.mark.parametrize(
    ("answers", "follow_up", "after"),
    [
        ({"unsafe_reasons": ["dark", "threats"]}, "unsafe_most", "unsafe_reasons"),
        ({"would_help": ["lights", "jobs"]}, "would_help_most", "would_help"),
        ({"ethnic_group": "asian"}, "ethnic_asian", "ethnic_group"),
        ({"ethnic_group": "black"}, "ethnic_black", "ethnic_group"),
        ({"ethnic_group": "mixed"}, "ethnic_mixed", "ethnic_group"),
        ({"ethnic_group": "white"}, "ethnic_white", "ethnic_group"),
        ({"ethnic_group": "other"}, "ethnic_other", "ethnic_group"),
        ({"condition": "yes"}, "condition_reduces", "condition"),
    ],
)
def test_a_closer_question_follows_at_once(answers: dict[str, Any], follow_up: str, after: str) -> None:
    before = asked(PEOPLE["adult"])
    at = before.index(after) + 1
    assert asked(PEOPLE["adult"], answers) == [*before[:at], follow_up, *before[at:]]


@pytest.mark.parametrize("person", [*ADULTS, *YOUNG])
@pytest.mark.parametrize("relation", [(), ("study_work",), ("spend_time", "pass_through"), ("live", "study_work")])
def test_the_home_district_is_asked_of_who_does_not_live_there(person: str, relation: tuple[str, ...]) -> None:
    facts = PEOPLE[person]
    visiting = Facts(facts.channel, facts.language, facts.style, facts.assisted, facts.age_band, relation)
    assert ("home_district" in asked(visiting)) is ("live" not in relation)


@pytest.mark.parametrize("person", [*EASY, *TEXT])
def test_easy_read_and_text_are_spared_the_closer_questions(person: str) -> None:
    answers = {"unsafe_reasons": ["dark", "threats"], "would_help": ["lights", "safe_places"], "ethnic_group": "asian"}
    assert asked(PEOPLE[person], answers) == asked(PEOPLE[person])


def codes(question_id: str, person: str) -> list[str]:
    """Return what a person may tick."""
    question = FEELING_SAFE.question(question_id)
    assert question is not None
    return [option.code for option in options_asked(FEELING_SAFE, question, PEOPLE[person], {})]


def test_scales_have_their_decided_codes_and_fold() -> None:
    long = ["very_safe", "fairly_safe", "neither", "fairly_unsafe", "very_unsafe"]
    for person in (*ADULTS, *YOUNG, *TEXT):
        assert codes("safe_dark", person) == long
    for person in EASY:
        assert codes("safe_dark", person) == ["safe", "between", "unsafe"]
    assert [FEELING_SAFE.scales["safety"].fold[code] for code in long] == [
        "safe",
        "safe",
        "between",
        "unsafe",
        "unsafe",
    ]


def test_lists_are_as_long_as_was_decided() -> None:
    for person in (*ADULTS, *YOUNG, *EASY):
        assert codes("unsafe_reasons", person)[0] == "nothing"
    question = FEELING_SAFE.question("unsafe_reasons")
    assert question is not None
    for person, group in product(PEOPLE, ("people", "places")):
        shown = options_asked(FEELING_SAFE, question, PEOPLE[person], {})
        assert len([option for option in shown if option.group == group]) <= 8
    assert "followed" in codes("unsafe_reasons", "14")
    assert "followed" not in codes("unsafe_reasons", "adult")
    for question_id in ("unsafe_reasons", "would_help"):
        assert len(codes(question_id, "easy read")) == 6
    assert len(codes("would_help", "text")) == 6
    assert codes("gender", "14") == ["female", "male", "another_way"]


def test_rather_not_say_stands_on_delicate_questions_only() -> None:
    offering = [question.id for question in FEELING_SAFE.questions if "pns" in question.special]
    delicate, about_you = ["trust_police", "safe_home", "trusted_person"], offering[3:]
    assert offering[:3] == delicate
    assert about_you == [q.id for q in FEELING_SAFE.questions[-len(about_you) :]]


def test_the_path_before_any_answer_stays_the_same_whatever_was_answered_last() -> None:
    for facts in every_reader(FEELING_SAFE):
        assert asked(facts) == asked(facts, {})
        assert asked(facts, dict.fromkeys(("gone", "age_band", "area"), "x")) == asked(facts)


def shown_words(survey: Questionnaire, question: Question, words: Words, facts: Facts) -> Iterator[str]:
    """Yield every text a question puts before a reader; raises KeyError where a needed one is missing."""
    yield words.text(f"{question.id}.text", place="Sneinton").text
    for part in ("hint", "why", "note"):
        found = words.find(f"{question.id}.{part}", place="Sneinton")
        yield from (found.text,) if found else ()
    parent = survey.question(question.options_from or question.id)
    assert parent is not None
    answers = {parent.id: [option.code for option in parent.options]}
    for option in options_asked(survey, question, facts, answers):
        yield words.of_option(question, option).text
        if option.group:
            yield words.text(f"{parent.id}.group.{option.group}").text


@pytest.mark.parametrize("slug", LIBRARY_SURVEYS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_shown_has_words_in_every_language_on_every_route(slug: str, language: str) -> None:
    survey = read_library_survey(slug)
    for facts in every_reader(survey):
        words = Words(survey, language, route_of(survey, facts), facts.style)
        for key in ("survey.title", "survey.intro", "consent.statement"):
            assert words.text(key).text.strip()
        for line in survey.help_lines:
            assert words.text(f"help.{line.id}.name").text.strip()
            assert words.text(f"help.{line.id}.what").text.strip()
        for question in survey.questions:
            for text in shown_words(survey, question, words, facts):
                assert text.strip()
                assert not set("{}") & set(text)


@pytest.mark.parametrize("slug", LIBRARY_SURVEYS)
def test_a_library_survey_is_whole_in_every_language(slug: str) -> None:
    survey = read_library_survey(slug)
    assert find_gaps(survey) == []
    assert survey.slug == slug
    assert survey.styles == STYLES
    assert {language.review for language in survey.languages[1:]} <= {"machine_drafted", "reviewed"}
    assert len(questions_hash(survey)) == 64


def test_a_name_that_is_not_in_the_library_is_no_survey() -> None:
    with pytest.raises(KeyError):
        read_library_survey("../feeling-safe")
