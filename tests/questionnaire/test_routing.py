"""Which questions are asked, of whom, in what order, with which options."""

from typing import Any

import pytest

from engage.questionnaire.definition import parse_definition
from engage.questionnaire.library import read_library_survey
from engage.questionnaire.model import Facts, Questionnaire
from engage.questionnaire.routing import asked_questions, options_asked, route_of
from questionnaire.tiny import SAFETY, a_document, a_question, a_questionnaire, options

TICKS = a_question(
    "reasons",
    "multiple_choice",
    options=[*options("nothing", exclusive=True), *options("dark", "cars", "dogs"), *options("someone", alone=True)],
    special=["dk"],
)
MOST = a_question("most", options_from="reasons")


def asked(questionnaire: Questionnaire, answers: dict[str, Any] | None = None, **facts: Any) -> list[str]:
    """Return the ids of the questions asked."""
    adult = Facts(**({"age_band": "25-34"} | facts))
    return [question.id for question in asked_questions(questionnaire, adult, answers or {})]


def offered(
    questionnaire: Questionnaire, question_id: str, answers: dict[str, Any] | None = None, **facts: Any
) -> list[str]:
    """Return the codes offered at a question."""
    question = questionnaire.question(question_id)
    assert question is not None
    adult = Facts(**({"age_band": "25-34"} | facts))
    return [option.code for option in options_asked(questionnaire, question, adult, answers or {})]


@pytest.mark.parametrize(
    ("facts", "route"),
    [
        ({"age_band": "25-34"}, "adult"),
        ({"age_band": "25+"}, "adult"),
        ({"age_band": "13-15"}, "young"),
        ({"age_band": "pns"}, "young"),
        ({"age_band": None}, "young"),
        ({"age_band": "13-15", "style": "large_print"}, "young"),
        ({"age_band": "13-15", "style": "easy_read"}, "easy_read"),
        ({"age_band": "13-15", "style": "easy_read", "channel": "sms"}, "sms"),
    ],
)
def test_the_first_route_that_fits_is_taken(facts: dict[str, Any], route: str) -> None:
    assert route_of(a_questionnaire(), Facts(**facts)) == route


def test_who_skips_the_age_is_treated_as_one_who_would_rather_not_say() -> None:
    questionnaire = a_questionnaire(a_question("q", show_when={"fact": "age_band", "is": ["pns"]}))
    assert asked(questionnaire, age_band=None) == asked(questionnaire, age_band="pns") == ["q"]


def test_a_survey_may_put_the_young_before_easy_read() -> None:
    young_first = parse_definition(
        a_document(
            a_question("safe", "scale", scale="safety"),
            routes=[
                {"id": "young", "when": {"fact": "age_band", "is": ["13-15"]}},
                {"id": "easy_read", "when": {"fact": "style", "is": ["easy_read"]}},
                {"id": "adult"},
            ],
            scales={"safety": SAFETY},
        )
    )
    assert offered(young_first, "safe", age_band="13-15", style="easy_read") == ["very_safe", "neither", "very_unsafe"]
    assert offered(young_first, "safe", age_band="18-24", style="easy_read") == ["safe", "unsafe"]


def test_the_short_list_goes_by_route_so_large_print_reads_the_long_one() -> None:
    questionnaire = a_questionnaire(a_question("safe", "scale", scale="safety"))
    assert offered(questionnaire, "safe", style="large_print") == ["very_safe", "neither", "very_unsafe"]
    assert offered(questionnaire, "safe", style="easy_read") == ["safe", "unsafe"]
    large = [{"id": "large", "when": {"fact": "style", "is": ["large_print"]}}, {"id": "others"}]
    short = a_questionnaire(
        a_question("safe", "scale", scale="safety"), routes=large, scales={"safety": SAFETY | {"short_for": ["large"]}}
    )
    assert offered(short, "safe", style="large_print") == ["safe", "unsafe"]


def test_a_question_is_asked_on_its_routes_only() -> None:
    questionnaire = a_questionnaire(a_question("a"), a_question("b", routes=["young"]), a_question("c", routes=[]))
    assert asked(questionnaire) == ["a", "c"]
    assert asked(questionnaire, age_band="16-17") == ["a", "b", "c"]


def test_an_option_is_offered_on_its_routes_only_on_scales_too() -> None:
    listed = [*options("x"), *options("y", routes=["young"]), *options("z", alone=True)]
    questionnaire = a_questionnaire(
        a_question("pick", options=listed),
        a_question("rate", "scale", scale="mood"),
        scales={"mood": {"options": listed}},
    )
    for question_id in ("pick", "rate"):
        assert offered(questionnaire, question_id) == ["x", "z"]
        assert offered(questionnaire, question_id, age_band="13-15") == ["x", "y", "z"]
        assert offered(questionnaire, question_id, assisted="family") == ["x"]


@pytest.mark.parametrize("helper", ["ambassador", "interpreter", "family", "friend"])
def test_what_is_asked_alone_is_left_out_when_somebody_helps(helper: str) -> None:
    questionnaire = a_questionnaire(a_question("a"), a_question("home", alone=True))
    assert asked(questionnaire) == ["a", "home"]
    assert asked(questionnaire, assisted=helper) == ["a"]


def test_a_question_follows_an_earlier_answer() -> None:
    questionnaire = a_questionnaire(a_question("a"), a_question("b", show_when={"answer": "a", "is": ["yes"]}))
    assert asked(questionnaire) == ["a"]
    assert asked(questionnaire, {"a": "no"}) == ["a"]
    assert asked(questionnaire, {"a": "yes"}) == ["a", "b"]


def test_a_question_follows_a_fact() -> None:
    questionnaire = a_questionnaire(
        a_question("area_relation", "area_relation", options=options("live", "visit")),
        a_question("home_district", "home_district", show_when={"not": {"fact": "area_relation", "is": ["live"]}}),
    )
    assert asked(questionnaire, area_relation=("live", "visit")) == ["area_relation"]
    assert asked(questionnaire, area_relation=("visit",)) == ["area_relation", "home_district"]
    assert asked(questionnaire) == ["area_relation", "home_district"]


def test_an_answer_off_the_path_counts_as_absent() -> None:
    questionnaire = a_questionnaire(
        a_question("a"),
        a_question("b", show_when={"answer": "a", "is": ["yes"]}),
        a_question("c", show_when={"answer": "b", "is": ["yes"]}),
        a_question("d", show_when={"not": {"answered": "b"}}),
    )
    assert asked(questionnaire, {"a": "yes", "b": "yes"}) == ["a", "b", "c"]
    assert asked(questionnaire, {"a": "no", "b": "yes", "c": "yes"}) == ["a", "d"]


def test_an_answer_on_another_route_counts_as_absent() -> None:
    questionnaire = a_questionnaire(
        a_question("adults", routes=["adult"]), a_question("then", show_when={"answered": "adults"})
    )
    assert asked(questionnaire, {"adults": "yes"}) == ["adults", "then"]
    assert asked(questionnaire, {"adults": "yes"}, age_band="13-15") == []


@pytest.mark.parametrize(
    ("ticked", "codes"),
    [
        (None, []),
        ([], []),
        (["dark"], []),
        (["nothing"], []),
        ("dk", []),
        ("dark", []),
        (["dark", "gone"], []),
        (["nothing", "dark"], []),
        (["cars", "dark"], ["dark", "cars"]),
        (("dogs", "cars"), ["cars", "dogs"]),
        (["dark", "cars", "dogs"], ["dark", "cars", "dogs"]),
        ([{"other": "x"}, ["dark"], None, "dark", "cars"], ["dark", "cars"]),
        ({"dark": 1, "cars": 1}, []),
    ],
)
def test_which_matters_most_is_asked_from_two_ticks_on_and_offers_those(ticked: Any, codes: list[str]) -> None:
    questionnaire = a_questionnaire(TICKS, MOST)
    answers = {"reasons": ticked}
    assert asked(questionnaire, answers) == (["reasons", "most"] if codes else ["reasons"])
    if codes:
        assert offered(questionnaire, "most", answers) == codes


def test_what_may_not_be_ticked_is_not_offered_again() -> None:
    questionnaire = a_questionnaire(TICKS, MOST)
    answers = {"reasons": ["dark", "someone"]}
    assert offered(questionnaire, "most", answers) == ["dark", "someone"]
    assert asked(questionnaire, answers, assisted="friend") == ["reasons"]


def test_ticks_off_the_path_are_not_offered() -> None:
    questionnaire = a_questionnaire(a_question("a"), TICKS | {"show_when": {"answered": "a"}}, MOST)
    answers = {"reasons": ["dark", "cars"]}
    assert asked(questionnaire, answers) == ["a"]
    assert asked(questionnaire, answers | {"a": "no"}) == ["a", "reasons", "most"]


def test_a_route_already_known_gives_the_same_options() -> None:
    questionnaire = a_questionnaire(a_question("safe", "scale", scale="safety"))
    (question,) = questionnaire.questions
    facts = Facts(style="easy_read")
    assert options_asked(questionnaire, question, facts, {}, "easy_read") == options_asked(
        questionnaire, question, facts, {}
    )


def test_what_is_asked_hangs_on_no_answer_but_those_that_steer() -> None:
    library = read_library_survey("feeling-safe")
    assert library.steering == {"condition", "ethnic_group", "say_more", "unsafe_reasons", "would_help"}
    others = dict.fromkeys(library.answerable - library.steering, "dk")
    assert asked(library) == asked(library, others)
