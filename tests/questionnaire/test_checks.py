"""What an author hears before people do: support, length, answers nobody gets, questions nobody is asked."""

import pytest

from engage.questionnaire.checks import can_be_asked, find_checks
from engage.questionnaire.definition import parse_definition
from engage.questionnaire.library import read_library_survey
from questionnaire.tiny import a_question, a_questionnaire, a_routed_document, options


def codes(*questions: dict[str, object]) -> list[tuple[str, str]]:
    return [(check.question, check.code) for check in find_checks(a_questionnaire(*questions)) if check.question]


def test_everybody_the_library_survey_names_can_be_asked() -> None:
    library = read_library_survey("feeling-safe")
    assert all(can_be_asked(library, question) for question in library.questions)
    assert not [check for check in find_checks(library) if check.code != "question_long"]


def test_a_sensitive_question_wants_a_note_and_a_long_one_wants_fewer_words() -> None:
    long = " ".join(["word"] * 26)
    assert codes(a_question("a", sensitive=True), a_question("b", text=long)) == [
        ("a", "support_missing"),
        ("b", "question_long"),
    ]
    assert codes(a_question("a", sensitive=True, note="You can skip it.")) == []


YES, NO = {"answer": "a", "is": ["yes"]}, {"answer": "a", "is": ["no"]}


@pytest.mark.parametrize(
    ("condition", "is_asked"),
    [
        ({"all": [YES, NO]}, False),
        ({"any": [YES, NO]}, True),
        ({"all": [YES, {"not": YES}]}, False),
        ({"all": [{"answered": "a"}, {"not": YES}, {"not": NO}]}, False),
        ({"all": [{"answer": "n", "at_least": 5}, {"answer": "n", "at_most": 4}]}, False),
        ({"all": [{"answer": "n", "at_least": 5}, {"answer": "n", "at_most": 5}]}, True),
        ({"answer": "n", "at_least": 11}, False),
        ({"all": [{"answer": "m", "is": ["x"]}, {"answer": "m", "is": ["y"]}]}, True),
        ({"all": [{"answer": "m", "is": ["x"]}, {"answer": "m", "is": ["none"]}]}, False),
        ({"all": [YES, {"answered": "after_no"}]}, False),
        ({"all": [{"fact": "age_band", "is": ["13-15"]}, {"fact": "age_band", "is": ["65+"]}]}, False),
        ({"all": []}, True),
        ({"any": []}, False),
    ],
)
def test_a_condition_that_contradicts_itself_or_what_leads_to_it_is_found(condition: object, is_asked: object) -> None:
    ticks = [*options("x", "y"), {"code": "none", "label": "None", "exclusive": True}]
    whole = a_questionnaire(
        a_question("a"),
        a_question("n", "number", minimum=0, maximum=10),
        a_question("m", "multiple_choice", options=ticks),
        a_question("after_no", show_when=NO),
        a_question("last", show_when=condition),
    )
    assert can_be_asked(whole, whole.questions[-1]) is is_asked


def test_an_answer_on_routes_of_its_own_is_told_and_so_is_an_empty_route() -> None:
    listed = [*options("yes"), *options("no", routes=["sms"])]
    document = a_routed_document(
        a_question("a", options=listed, routes=["adult"]),
        a_question("b", routes=["young"], show_when={"fact": "age_band", "is": ["65+"]}),
    )
    found = [(check.question, check.code) for check in find_checks(parse_definition(document))]
    assert found == [("a", "option_unused"), ("b", "never_asked"), ("", "scale_unused")]
