"""Pictures are one family that the web, paper and reports can all draw."""

import re

import pytest

from engage.pictures import OF_HELPERS, OF_SPECIAL_CODES, PICTURES, VIEW_BOX, drawn, picture, svg
from engage.questionnaire.library import LIBRARY_SURVEYS, read_library_survey
from engage.questionnaire.model import ASSISTANCE, SPECIAL_CODES, STYLES

PROMISED = re.findall(
    r"\w+",
    """
    day night home school work bus tram park phone people help heart police talk street lights drugs alcohol money
    fight hate alone follow threats traffic town club youth_worker family friend doctor faith online good ok bad
    face_safe face_between face_unsafe question area age language lock leave write calendar belong disability
    face_very_safe face_very_unsafe street_day street_dark shop camera listen bully hurt mind skip onward back no
    speaker stop person not_me private mixed safe_place sort_of other nothing warning total learn fair clock
    """,
)
COMMAND = re.compile(r"[MLC](?:-?\d+(?:\.\d+)? ?)+|Z")


def test_every_promised_picture_is_there() -> None:
    assert [name for name in PROMISED if not picture(name).shapes] == []


@pytest.mark.parametrize("slug", LIBRARY_SURVEYS)
def test_every_picture_a_library_survey_names_is_there(slug: str) -> None:
    survey = read_library_survey(slug)
    options = [option for question in survey.questions for option in question.options]
    scales = [option for scale in survey.scales.values() for option in (*scale.options, *scale.short)]
    named = {part.picture for part in (*survey.questions, *options, *scales) if part.picture}
    named |= {*survey.intro_pictures, *survey.consent.pictures}
    assert named - set(PICTURES) == set()


def test_what_every_survey_offers_has_its_picture_too() -> None:
    assert OF_SPECIAL_CODES.keys() == set(SPECIAL_CODES)
    assert OF_HELPERS.keys() == set(ASSISTANCE)
    assert {*OF_SPECIAL_CODES.values(), *OF_HELPERS.values(), *(f"style_{style}" for style in STYLES)} <= set(PICTURES)


def test_no_two_pictures_look_the_same() -> None:
    drawings = {tuple(picture.shapes) for picture in PICTURES.values()}
    assert len(drawings) == len(PICTURES)


def test_a_name_that_a_definition_made_up_draws_nothing() -> None:
    assert drawn("unicorn") is None
    assert drawn(None) is None
    assert drawn("home") == svg("home")


def test_a_weapon_is_never_drawn() -> None:
    assert not {"knife", "knives", "gun", "weapon"} & set(PICTURES)


def test_a_path_holds_nothing_but_absolute_lines_and_curves_within_its_square() -> None:
    for name, shape in [(name, shape) for name, found in PICTURES.items() for shape in found.shapes]:
        assert "".join(COMMAND.findall(shape.path)) == shape.path, name
        assert shape.path.startswith("M"), name
        for curve in re.findall(r"C([^MLCZ]*)", shape.path):
            assert len(curve.split()) == 6, name
        ends = [float(value) for part in re.findall(r"[ML]([^MLCZ]*)", shape.path) for value in part.split()]
        assert all(0 <= value <= VIEW_BOX for value in ends), name


def test_a_picture_without_a_title_is_passed_over_by_screen_readers() -> None:
    assert 'aria-hidden="true"' in svg("home")


def test_a_title_is_escaped() -> None:
    assert 'aria-label="&lt;b&gt;"' in svg("home", "<b>")
