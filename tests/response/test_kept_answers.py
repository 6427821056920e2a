"""What is left once own words, or drawings, are over: every coded answer, and that something of one's own was named."""

import pytest

from by_hand import HOUSE, a_survey_by_hand
from engage.questionnaire.library import read_library_survey
from engage.response.kept_answers import without_drawings, without_words

LIBRARY = read_library_survey("feeling-safe")


def test_own_words_go_and_coded_answers_stay() -> None:
    answers = {
        "safe_day": "very_safe",
        "unsafe_reasons": ["dark", "threats"],
        "say_more": "the blue gate",
        "communities": ["somali", {"other": "the blue gate"}],
        "asked_in_an_older_version": "the blue gate",
    }
    left = {
        "safe_day": "very_safe",
        "unsafe_reasons": ["dark", "threats"],
        "communities": ["somali", {"other": "…"}],
    }
    assert without_words(answers, LIBRARY) == left
    assert without_words(left, LIBRARY) == left
    assert without_drawings(answers, LIBRARY) == answers


@pytest.mark.parametrize(
    ("drawn", "wordless", "undrawn"),
    [
        ({"lines": HOUSE}, {"lines": HOUSE}, None),
        ({"words": "a house"}, None, {"words": "a house"}),
        (
            {"outlines": HOUSE, "words": "a house", "may_show": True},
            {"outlines": HOUSE, "may_show": True},
            {"words": "a house"},
        ),
    ],
)
def test_a_drawing_and_the_words_about_it_each_go_in_their_time(
    drawn: dict[str, object], wordless: object, undrawn: object
) -> None:
    survey, ranked = a_survey_by_hand(), {"matters": ["youth", "lights"]}
    answers = ranked | {"scene": drawn}
    assert without_words(answers, survey) == ranked | ({"scene": wordless} if wordless else {})
    assert without_drawings(answers, survey) == ranked | ({"scene": undrawn} if undrawn else {})
