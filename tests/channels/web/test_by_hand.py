"""What is answered by hand on the web: an order and a drawing, without a script too."""

import json

import pytest

from builders import with_survey
from by_hand import HOUSE, a_survey_by_hand
from channels.web.place import Place
from channels.web.respondent import Respondent
from channels.web.tiny import number_of
from engage.app import create_app
from engage.response.drawings import MOST_POINTS
from engage.storage import responses
from engage.storage.instance import Instance
from engage.storage.responses import ResponseRow

SURVEY = a_survey_by_hand()


@pytest.fixture
def place(instance: Instance) -> Place:
    with_survey(instance, SURVEY)
    return Place(create_app(instance), instance)


@pytest.fixture
def person(place: Place) -> Respondent:
    return place.someone("hand").starts().agrees()


def kept(place: Place) -> dict[str, object]:
    with place.instance.database.reading() as session:
        row = session.query(ResponseRow).one()
        stored = responses.get(session, row.response_id)
    assert stored is not None
    return stored.answers


def test_an_order_is_given_by_numbers_and_kept_as_a_list(place: Place, person: Respondent) -> None:
    person.skips_to(number_of(SURVEY, "matters"))
    numbers = [option["value"] for option in person.page.select("#rank-lights option")]
    assert numbers == ["", "1", "2", "3", "4"]
    person.presses("next", **{"rank-police": "1", "rank-lights": "3"}).skips_the_rest()
    assert [line.get_text() for line in person.page.select("dd bdi")][2:] == [
        "1. More police on foot",
        "2. Better street lights",
    ]
    person.sends()
    assert kept(place) == {"matters": ["police", "lights"]}


def test_numbers_that_are_no_order_are_asked_again_and_stay(person: Respondent) -> None:
    person.skips_to(number_of(SURVEY, "matters"))
    for number in ("first", "0", "1000"):
        person.presses("next", **{"rank-police": number})
        assert "Write a number, such as 12." in person.text
    person.presses("next", **{"rank-police": "1", "rank-lights": "1"})
    assert "The same answer was given twice." in person.text
    assert person.page.select_one('#rank-lights option[value="1"][selected]')


def test_without_a_script_a_drawing_is_told_in_words(place: Place, person: Respondent) -> None:
    person.skips_to(number_of(SURVEY, "scene"))
    sheet = person.page.select_one(".sheet")
    assert sheet is not None and sheet.has_attr("hidden")
    assert person.page.select_one("input[type=file]") is None
    person.presses("next", answer="My aunt's kitchen").skips_the_rest().sends()
    assert kept(place) == {"scene": {"words": "My aunt's kitchen"}}


def test_a_drawing_is_kept_as_lines_with_the_words_beside_it(place: Place, person: Respondent) -> None:
    drawn = {"drawing": json.dumps(HOUSE), "may_show": "yes", "answer": "Home"}
    person.skips_to(number_of(SURVEY, "scene")).presses("next", **drawn)
    assert [line.get_text() for line in person.page.select("dd bdi")][-2:] == ["A drawing", "Home"]
    person.presses("back") if not person.is_at_check else person.opens(f"/s/hand/{number_of(SURVEY, 'scene')}")
    field = person.page.select_one("input[name=drawing]")
    assert field is not None and json.loads(str(field["value"])) == HOUSE
    assert person.page.select_one("#may_show[checked]")
    person.presses("next").sends()
    assert kept(place) == {"scene": {"lines": HOUSE, "may_show": True, "words": "Home"}}


def test_what_is_no_drawing_is_refused(place: Place, person: Respondent) -> None:
    person.skips_to(number_of(SURVEY, "scene"))
    for drawn in ("<svg onload=alert(1)>", "[[1,2,3]]", '[["a","b"]]', "[[1,9999]]", "[" * 5000, "{}"):
        person.presses("next", drawing=drawn)
        assert "We could not read the drawing." in person.text
    assert place.drafts()[0].answers == {}


def test_only_pages_with_something_to_do_by_hand_fetch_its_script(place: Place, person: Respondent) -> None:
    assert "survey-by-hand" not in person.text
    person.skips_to(number_of(SURVEY, "scene"))
    script = person.page.select_one("script[data-by-hand]")
    assert script is not None
    answered = place.app.test_client().get(str(script["src"]))
    assert answered.status_code == 200 and len(answered.data) < 6000
    assert "survey-by-hand" in place.app.test_client().get("/s/hand/whole").text


def test_the_fullest_drawing_passes_through_a_page(place: Place, person: Respondent) -> None:
    full = [[600, 450] * MOST_POINTS]
    person.skips_to(number_of(SURVEY, "scene")).presses("next", drawing=json.dumps(full)).skips_the_rest().sends()
    assert kept(place) == {"scene": {"lines": full}}
