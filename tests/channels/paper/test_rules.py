"""Who answers what on a form: plain rules where paper cannot route."""

import pytest

from channels.paper.forms import a_form, a_questionnaire, options
from engage.channels.paper.branches import branches_of
from engage.channels.paper.rules import label_of, next_after, rule_of


def rule(question_id: str, style: str = "standard") -> str | None:
    form = a_form(style=style)
    question = form.questionnaire.question(question_id)
    assert question is not None
    return rule_of(form, question)


@pytest.mark.parametrize(
    ("question_id", "words"),
    [
        ("safe_day", None),
        ("safe_town_night", "only if clause ages from 18"),
        ("violence_causes", "only if clause ages from 16"),
        ("good_things_to_do", "only if clause ages between 13 17"),
        ("home_district", "only if clause not ticked quoted I live there 4"),
        ("condition_reduces", "only if and clause ages from 18 clause ticked quoted Yes 34"),
    ],
)
def test_a_question_that_not_everyone_answers_says_for_whom_it_is(question_id: str, words: str | None) -> None:
    assert rule(question_id) == words


def test_the_easy_read_form_asks_what_its_route_asks_and_nothing_else() -> None:
    form = a_form(style="easy_read")
    asked = {question.id for question in form.questions}
    assert {"safe_day", "trusted_person", "support_needs"} <= asked
    assert not {"safe_online", "unsafe_most", "condition"} & asked
    assert all(rule_of(form, question) is None for question in form.questions)


def test_easy_read_has_the_short_scale_and_standard_the_long_one() -> None:
    for style, codes in (("easy_read", 3), ("standard", 5)):
        form = a_form(style=style)
        question = form.questionnaire.question("safe_day")
        assert question is not None
        assert len(form.options_of(question)) == codes


def test_an_option_for_some_says_for_whom() -> None:
    form = a_form()
    question = form.questionnaire.question("unsafe_reasons")
    assert question is not None
    by_code = {option.code: option for option in question.options}
    assert label_of(form, question, by_code["dark"], "Dark") == "Dark"
    assert label_of(form, question, by_code["followed"], "Followed").endswith("clause ages between 13 17")
    assert label_of(form, question, by_code["someone_known"], "Somebody") == "option alone Somebody"


def test_a_tick_that_makes_the_next_question_pointless_leads_past_it() -> None:
    form = a_form()
    question = form.questionnaire.question("condition")
    assert question is not None
    assert next_after(form, question, "yes") is None
    assert next_after(form, question, "no") == form.numbers["support_needs"]
    assert next_after(form, question, "pns") == form.numbers["support_needs"]


def test_closer_questions_stand_beside_their_option_in_small_type_only() -> None:
    for style, codes in (("standard", {"asian", "black", "mixed", "white", "other"}), ("large_print", set())):
        form = a_form(style=style)
        question = form.questionnaire.question("ethnic_group")
        assert question is not None
        assert set(branches_of(form, question)) == codes


def test_conditions_of_every_kind_are_put_into_words() -> None:
    number = {"id": "people", "type": "number", "text": "How many?"}
    choice = {"id": "way", "type": "single_choice", "text": "Which way?", "options": options("up", "down")}
    last = {
        "id": "more",
        "type": "short_text",
        "text": "More?",
        "show_when": {
            "any": [
                {"answer": "people", "at_least": 2},
                {"answer": "people", "at_most": 9},
                {"all": [{"answered": "way"}, {"not": {"answer": "way", "is": ["up", "down"]}}]},
            ]
        },
    }
    form = a_form(a_questionnaire(number, choice, last))
    assert rule_of(form, form.questions[-1]) == (
        "only if or or clause at least 2 2 clause at most 2 9"
        " and clause answered 3 clause not ticked or quoted Up quoted Down 3"
    )
