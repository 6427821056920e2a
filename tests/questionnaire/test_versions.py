"""What differs between two versions, as somebody would say it."""

from engage.questionnaire.definition import parse_definition
from engage.questionnaire.document import to_document
from engage.questionnaire.editing import tidied
from engage.questionnaire.library import read_library_survey
from engage.questionnaire.versions import differences
from questionnaire.tiny import a_question, a_questionnaire, options


def said(*pair: object) -> list[str]:
    return [str(found) for found in differences(*pair)]  # type: ignore[arg-type]


def test_nothing_differs_between_a_survey_and_itself() -> None:
    library = read_library_survey("feeling-safe")
    assert differences(library, library) == ()


def test_words_options_places_and_conditions_are_told_each_by_its_question() -> None:
    old = a_questionnaire(
        a_question("a", options=options("yes", "no")), a_question("b"), a_question("c"), a_question("gone")
    )
    new = a_questionnaire(
        a_question("c"),
        a_question("a", text="Do you go there?", options=options("yes", "never"), sensitive=True),
        a_question("b", show_when={"answer": "a", "is": ["yes"]}),
        a_question("fresh", text="And why?"),
    )
    assert said(old, new) == [
        "Question 1: moved from place 3 to place 1",
        "Question 2: the words changed from “a?” to “Do you go there?”",
        "Question 2: option added: “never”",
        "Question 2: option removed: “no”",
        "Question 2: the mark “sensitive” changed from no to yes",
        "Question 3: asked when changed from: always; to: “Do you go there?” is “yes”",
        "Question 4: added: “And why?”",
        "Question 4 before: removed: “gone?”",
    ]


def test_translations_and_help_lines_are_counted_and_named() -> None:
    library = read_library_survey("feeling-safe")
    document = to_document(library)
    document["languages"]["so"]["wording"]["survey.title"] = "Kale"
    del document["languages"]["ti"]
    document["help_lines"] = document["help_lines"][1:]
    told = said(library, parse_definition(tidied(document)))
    assert told[-1] == "Languages: ti removed"
    assert told[:2] == [
        "Help lines: Emergency, 999: removed",
        "Languages: so: 5 wordings changed",
    ]
