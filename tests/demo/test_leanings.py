"""What the demo's people lean to names questions, options and areas that are there."""

from engage.areas import east_midlands_tree
from engage.demo import backgrounds, leanings
from engage.demo.people import Fieldwork
from engage.demo.places import CITY, TOWNS, TROUBLES


def test_every_leaning_is_about_a_question_and_an_option_of_the_survey(fieldwork: Fieldwork) -> None:
    questions = {question.id: question for question in fieldwork.questionnaire.questions}
    options = {option.code for question in questions.values() for option in question.options}
    for table in (leanings.QUESTION_LEANINGS, leanings.PLACE_COUNTS, leanings.OPTION_WEIGHTS):
        assert set(table) <= set(questions)
    assert {question for _, question in leanings.KIND_LEANINGS} <= set(questions)
    assert all(code in questions[question].special for question, code in leanings.MORE_SPECIAL)
    assert {option for _, option in leanings.KIND_TICKS} <= options
    assert {option for moved in leanings.TROUBLE_MOVES.values() for option in moved} <= options
    assert set(leanings.STANDS_ALONE) <= options
    for question, weights in leanings.OPTION_WEIGHTS.items():
        assert set(weights) <= {option.code for option in questions[question].options}


def test_every_background_can_be_said_in_the_survey(fieldwork: Fieldwork) -> None:
    questions = {question.id: question for question in fieldwork.questionnaire.questions}
    codes = {name: {option.code for option in question.options} for name, question in questions.items()}
    for group, boxes in backgrounds.BOXES.items():
        assert group in codes["ethnic_group"]
        assert set(boxes) == codes[f"ethnic_{group}"]
    for communities in backgrounds.COMMUNITIES.values():
        assert set(communities) <= codes["communities"]


def test_the_ground_is_that_of_the_survey(fieldwork: Fieldwork) -> None:
    tree = east_midlands_tree()
    assert set(leanings.TROUBLE_MOVES) == set(TROUBLES)
    assert set(backgrounds.GROUPS_BY_DISTRICT) == set(fieldwork.districts)
    assert all(tree.is_within(code, "E23000019") for code in (CITY, *TOWNS))
