"""What the script decides by itself is what the server would decide: on surveys and answers drawn by chance."""

from random import Random
from typing import Any

import pytest
from playwright.sync_api import Browser, Page
from werkzeug.datastructures import MultiDict

from channels.web.answering import a_survey, some_answers, some_facts, some_fields
from engage.channels.web.order import in_order
from engage.channels.web.posted import read_posted
from engage.channels.web.scripts import joined
from engage.questionnaire.document import to_document
from engage.questionnaire.model import Facts, Option, Question, Questionnaire
from engage.questionnaire.reading import LARGEST_NUMBER
from engage.questionnaire.routing import asked_questions, options_asked, route_of
from engage.response.answers import LONGEST_WRITE_IN, NO_WRITE_IN
from engage.response.problems import Problem

#: How many surveys are drawn, and how many people answer each.
SURVEYS, PEOPLE = 600, 5
RULES = joined(("conditions", "routing", "order", "answers"))
Case = tuple[Questionnaire, Facts, dict[str, Any], dict[str, list[str]]]

DECIDE = """({ plans, cases }) => {
    RULES
    const outcome = ({ plan, facts, answers, fields }) => {
        const asked = askedQuestions(plan, facts, answers);
        return {
            route: routeOf(plan, facts),
            asked: asked.map((question) => question.id),
            options: plan.questions.map((one) => optionsAsked(plan, one, facts, answers).map(({ code }) => code)),
            read: plan.questions.filter(takesAnswer).map((one) => readFields(plan, one, facts, answers, fields)),
        };
    };
    return cases.map((one) => outcome({ ...one, plan: plans[one.plan] }));
}"""

ORDER = """({ options, count }) => {
    RULES
    const [plan, question] = [{ last_option: "other" }, { id: "q", type: "multiple_choice" }];
    const shown = (draws) => optionsShown(plan, options, question, "standard", draws).map(({ code }) => code);
    return Array.from({ length: count }, () => {
        const draws = {};
        return [shown(draws), shown(draws)];
    });
}"""


@pytest.fixture(scope="module")
def cases() -> list[Case]:
    chance = Random(20261121)
    drawn: list[Case] = []
    for _ in range(SURVEYS):
        survey = a_survey(chance)
        drawn += [
            (survey, some_facts(chance), some_answers(chance, survey), some_fields(chance)) for _ in range(PEOPLE)
        ]
    return drawn


@pytest.fixture(scope="module")
def page(browser: Browser) -> Page:
    return browser.new_page()


def test_the_script_asks_offers_and_reads_what_the_server_does(page: Page, cases: list[Case]) -> None:
    said = page.evaluate(DECIDE.replace("RULES", RULES), {"plans": plans_of(cases), "cases": numbered(cases)})
    assert len(said) == len(cases) >= 2000
    for case, outcome in zip(cases, said, strict=True):
        assert outcome == outcome_of(case), document_of(case)


def test_the_cases_reach_every_kind_of_outcome(cases: list[Case]) -> None:
    outcomes = [outcome_of(case) for case in cases]
    assert {outcome["route"] for outcome in outcomes} == {"easy_read", "young", "adult"}
    problems = {read["problem"] for outcome in outcomes for read in outcome["read"] if is_problem(read)}
    wanted = {"unknown_option", "repeated_option", "exclusive_option", "too_many_choices", "write_in_not_offered"}
    assert problems >= wanted | {"not_a_number", "not_text", "too_long", "not_a_date", "out_of_range", "not_a_drawing"}
    assert any(
        0 < len(outcome["asked"]) < len(case[0].questions) for case, outcome in zip(cases, outcomes, strict=True)
    )
    taken = [read for outcome in outcomes for read in outcome["read"] if read is not None and not is_problem(read)]
    assert {type(read) for read in taken} == {str, int, float, list, dict}


def test_options_are_put_in_order_within_their_group_and_stay_there(page: Page) -> None:
    options = (
        Option("none", exclusive=True),
        *(Option(code, group="people") for code in "abcdef"),
        *(Option(code, group="places") for code in "ghijkl"),
        Option("other", group="places"),
    )
    listed = [{"code": one.code, "exclusive": one.exclusive, "group": one.group} for one in options]
    orders = page.evaluate(ORDER.replace("RULES", RULES), {"options": listed, "count": 200})
    assert all(once == again for once, again in orders)
    for shown, _ in orders:
        assert (shown[0], shown[-1]) == ("none", "other")
        assert (set(shown[1:7]), set(shown[7:-1])) == (set("abcdef"), set("ghijkl"))
        assert kinds(shown, options) == kinds([option.code for option in in_order(options, "q", "seed")], options)
    assert len({tuple(shown) for shown, _ in orders}) > 150
    first = [shown[1] for shown, _ in orders]
    assert min(first.count(code) for code in "abcdef") > 10


def plans_of(cases: list[Case]) -> list[dict[str, Any]]:
    """Return the plan of each survey, as far as the rules read it."""
    known = {"no_write_in": [band for band in NO_WRITE_IN if band]}
    limits = {"limits": {"write_in": LONGEST_WRITE_IN, "number": LARGEST_NUMBER}}
    return [to_document(survey) | known | limits for survey, *_ in cases[::PEOPLE]]


def numbered(cases: list[Case]) -> list[dict[str, Any]]:
    return [document_of(case) | {"plan": at // PEOPLE} for at, case in enumerate(cases)]


def document_of(case: Case) -> dict[str, Any]:
    _, facts, answers, fields = case
    known = {name: getattr(facts, name) for name in ("channel", "language", "style", "assisted", "age_band")}
    return {"facts": known | {"area_relation": list(facts.area_relation)}, "answers": answers, "fields": fields}


def outcome_of(case: Case) -> dict[str, Any]:
    survey, facts, answers, fields = case
    form = MultiDict((name, value) for name, values in fields.items() for value in values)
    options = [options_asked(survey, question, facts, answers) for question in survey.questions]
    return {
        "route": route_of(survey, facts),
        "asked": [question.id for question in asked_questions(survey, facts, answers)],
        "options": [[option.code for option in offered] for offered in options],
        "read": [
            read_by_server(question, offered, facts, form)
            for question, offered in zip(survey.questions, options, strict=True)
            if question.takes_answer
        ],
    }


def read_by_server(question: Question, options: tuple[Option, ...], facts: Facts, form: MultiDict[str, str]) -> Any:
    read = read_posted(question, options, facts, form)
    return {"problem": read.code} if isinstance(read, Problem) else read


def is_problem(read: Any) -> bool:
    return isinstance(read, dict) and "problem" in read


def kinds(codes: list[str], options: tuple[Option, ...]) -> list[str | None]:
    groups = {option.code: option.group for option in options}
    return [groups[code] for code in codes]
