"""What a conversation costs: every text of it, counted in every language, and what is too long about a survey."""

from dataclasses import replace

import pytest

from channels.sms.texting import TINY, Person, a_context, a_questionnaire
from channels.sms.texting import say as say_here
from engage.channels.sms.costs import (
    MOST_PARTS,
    USUAL_PART_PRICE,
    in_pence,
    price_conversation,
    price_survey,
    question_limit,
)
from engage.channels.sms.segments import count_segments
from engage.phrases import phrases_for
from engage.questionnaire.library import read_library_survey
from engage.questionnaire.model import Questionnaire

LIBRARY = read_library_survey("feeling-safe")
LANGUAGES = [language.tag for language in LIBRARY.languages]
ORGANISER = "Notts VRU"
#: Of the first text: the words that law and fairness ask for do not go into less.
MOST_PARTS_FIRST = {"gsm7": 2, "ucs2": 3}
#: Of the numbers to call, which nobody wants cut.
MOST_PARTS_DANGER = {"gsm7": 3, "ucs2": 6}
#: Of one question.
MOST_PARTS_QUESTION = 2


def say(language: str, key: str, **placeholders: str) -> str:
    return phrases_for(language).say(key, **placeholders)


def with_questions(count: int) -> Questionnaire:
    """Return a survey that asks so many questions by text, the age band among them."""
    asked = [{"id": f"q{n}", "type": "number", "text": f"How many, {n}?"} for n in range(count - 1)]
    return a_questionnaire(questions=asked)


def test_the_texts_counted_are_those_a_person_gets() -> None:
    person = Person(a_context(organiser=ORGANISER))
    got = [person.texts(text) for text in ("LOCAL", "YES", "3", "SKIP", "4", "A")]
    cost = price_conversation(person.context.questionnaire, "en", say_here, ORGANISER)
    assert [text.what for text in cost.texts] == ["first", "age_band", "area", "safe_dark", "would_help", "done"]
    assert [text.segments for text in cost.texts[:-1]] == [count_segments(text or "") for text in got[:-1]]
    assert cost.parts == sum(count_segments(text or "").parts for text in got)


def test_the_price_of_an_answer_is_its_parts_times_the_price_of_one() -> None:
    cost = price_conversation(LIBRARY, "en", say, ORGANISER)
    assert cost.price(USUAL_PART_PRICE) == cost.parts * USUAL_PART_PRICE
    assert in_pence(cost.price(USUAL_PART_PRICE)) == "16.8p"


@pytest.mark.parametrize(
    ("price", "written"), [(240, "2.4p"), (2400, "24p"), (10_560, "£1.06"), (0, "0p"), (5, "0.1p")]
)
def test_a_price_is_written_as_people_write_it(price: int, written: str) -> None:
    assert in_pence(price) == written


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_library_survey_is_short_enough_in_every_language(language: str) -> None:
    cost = price_conversation(LIBRARY, language, say, ORGANISER)
    first, *questions, done = cost.texts
    assert first.segments.parts <= MOST_PARTS_FIRST[first.segments.encoding], first.text
    assert [text.what for text in questions if text.segments.parts > MOST_PARTS_QUESTION] == []
    assert done.segments.parts <= MOST_PARTS[done.segments.encoding], done.text
    assert cost.danger.segments.parts <= MOST_PARTS_DANGER[cost.danger.segments.encoding], cost.danger.text


def test_only_languages_offered_in_writing_are_priced() -> None:
    offered = replace(LIBRARY, languages=tuple(replace(known, offer="offered") for known in LIBRARY.languages))
    assert [cost.language for cost in price_survey(offered, say, ORGANISER)] == LANGUAGES


@pytest.mark.parametrize(
    ("count", "found"),
    [
        (5, []),
        (6, [("many_questions", False)]),
        (10, [("many_questions", False)]),
        (11, [("too_many_questions", True)]),
    ],
)
def test_more_than_five_questions_are_warned_of_and_more_than_ten_refused(
    count: int, found: list[tuple[str, bool]]
) -> None:
    findings = question_limit(with_questions(count))
    assert [(finding.code, finding.refused) for finding in findings] == found
    assert all(finding.count == count and str(count) in str(finding) for finding in findings)


def test_a_question_of_too_many_parts_is_named_with_its_language() -> None:
    questions = [*TINY["questions"][:2], {"id": "long", "type": "number", "text": "How many? " * 20}]
    questionnaire = a_questionnaire(questions=questions, languages={"en": {"review": "source"}})
    findings = question_limit(questionnaire, price_survey(questionnaire, say, ORGANISER))
    assert [(finding.code, finding.language, finding.question_id, finding.count) for finding in findings] == [
        ("long_prompt", "en", "long", 2)
    ]
    assert "en: question long takes 2 parts" in str(findings[0])
