"""The whole survey as a script is handed it: light, neutral, kept nowhere, and no more than is needed."""

import json
import re
from typing import Any

import html5lib
import pytest
from bs4 import BeautifulSoup

from builders import DISTRICT, WARD, with_survey
from channels.web.place import Place
from channels.web.tiny import YES_NO, a_questionnaire
from engage.channels.web.variants import Setting
from engage.channels.web.whole import _pictures_apart
from engage.collection.surveys import set_wave_state
from engage.questionnaire.library import read_library_survey
from engage.questionnaire.model import Questionnaire
from engage.storage import areas

LIBRARY = read_library_survey("feeling-safe")
KINDS = [(language, style) for language in LIBRARY.offered() for style in LIBRARY.styles_in(language)]


def document(place: Place, address: str) -> BeautifulSoup:
    response = place.app.test_client().get(address)
    assert response.status_code == 200
    return BeautifulSoup(response.get_data(as_text=True), "html.parser")


def plan_in(whole: BeautifulSoup) -> dict[str, Any]:
    found = whole.find(id="plan")
    assert found is not None
    read: dict[str, Any] = json.loads(found.string or "")
    return read


@pytest.mark.parametrize(("language", "style"), [("en", "standard"), ("ar", "easy_read"), ("ti", "large_print")])
def test_it_is_a_valid_neutral_page_that_nothing_keeps(place: Place, language: str, style: str) -> None:
    client = place.app.test_client()
    response = client.get(f"/s/local/whole?lang={language}&style={style}")
    text = response.get_data(as_text=True)
    html5lib.HTMLParser(strict=True).parse(text)
    assert response.headers["Cache-Control"] == "no-store"
    assert client.get_cookie("session") is None
    assert "csrf" not in text
    assert (
        BeautifulSoup(text, "html.parser").title
        == BeautifulSoup(client.get(f"/s/local?lang={language}").data, "html.parser").title
    )


def test_every_question_is_in_it_once_for_each_route_with_other_words(place: Place) -> None:
    whole = document(place, "/s/local/whole?lang=en&style=standard")
    asked = {question.id: question for question in LIBRARY.questions if question.id != "age_band"}
    found: dict[str, list[str]] = {}
    for template in whole.select("template[data-question]"):
        found.setdefault(str(template["data-question"]), []).extend(str(template["data-routes"]).split())
    on_screen = {"adult", "young"}
    wanted = {name: set(question.routes or on_screen) & on_screen for name, question in asked.items()}
    assert {name: set(routes) for name, routes in found.items()} == {
        name: routes for name, routes in wanted.items() if routes
    }
    assert all(len(routes) == len(set(routes)) for routes in found.values())


def test_the_plan_says_no_more_than_its_routes_need(place: Place) -> None:
    plan = plan_in(document(place, "/s/local/whole?lang=en&style=easy_read"))
    assert [route["id"] for route in plan["routes"]] == ["easy_read"]
    assert "ethnic_black" not in {question["id"] for question in plan["questions"]}
    assert all("routes" not in question for question in plan["questions"])
    (reasons,) = (question for question in plan["questions"] if question["id"] == "unsafe_reasons")
    assert "weapons" not in {option["code"] for option in reasons["options"]}
    assert "label" not in json.dumps(plan)
    assert plan_in(document(place, "/s/local/whole?lang=en"))["consent"]["problems"] == {"under-13": "too_young"}


def test_a_route_by_language_or_style_is_decided_and_one_by_age_left_open(place: Place) -> None:
    one = {"id": "one", "type": "single_choice", "text": "One?", "options": YES_NO}
    routes = [
        {"id": "sms", "when": {"fact": "channel", "is": ["sms"]}},
        {
            "id": "arabic",
            "when": {"all": [{"fact": "language", "is": ["ar"]}, {"not": {"fact": "style", "is": ["easy_read"]}}]},
        },
        {
            "id": "young",
            "when": {"any": [{"fact": "age_band", "is": ["13-15"]}, {"fact": "style", "is": ["easy_read"]}]},
        },
        {"id": "adult"},
    ]
    languages = {"en": {"review": "source"}, "ar": {"review": "machine_drafted"}}
    survey = a_questionnaire(one, routes=routes, languages=languages, help_lines=[])
    taken = {
        (language, style): Setting(survey, language, style, a_ground(place, survey), with_postcodes=False).routes()
        for language in ("en", "ar")
        for style in ("standard", "easy_read")
    }
    assert taken == {
        ("en", "standard"): ("young", "adult"),
        ("en", "easy_read"): ("young",),
        ("ar", "standard"): ("arabic",),
        ("ar", "easy_read"): ("young",),
    }


def a_ground(place: Place, survey: Questionnaire) -> Any:
    from engage.channels.web.ground import Ground

    with place.instance.database.reading() as session:
        return Ground(areas.read_tree(session), survey.areas, place.clock.time.date())


def test_page_style_script_and_whole_survey_are_light_in_every_language_and_style(place: Place) -> None:
    client = place.app.test_client()

    def weight(address: str) -> int:
        response = client.get(address, headers={"Accept-Encoding": "gzip"})
        assert response.headers["Content-Encoding"] == "gzip"
        return len(response.data)

    style, script = weight("/survey.css"), weight("/survey.js")
    for language, kind in KINDS:
        asked = f"?lang={language}&style={kind}"
        page = weight(f"/s/local{asked}") + style
        assert page <= 20_000, asked
        assert page + script + weight(f"/s/local/whole{asked}") <= 30_000, asked


def test_the_rest_has_every_picture_that_the_whole_survey_names(place: Place) -> None:
    client = place.app.test_client()
    for style in ("standard", "easy_read"):
        whole = client.get(f"/s/local/whole?lang=en&style={style}").get_data(as_text=True)
        rest = client.get(f"/s/local/rest?lang=en&style={style}").json["pages"]
        named = set(re.findall('data-picture="([^"]+)"', whole))
        assert len(named) > 10
        assert named <= set(re.findall('<b id="([^"]+)"><svg[^>]*><path', rest))


def test_two_pictures_never_share_a_name() -> None:
    drawn = [f'<svg viewBox="0 0 48 48"><path d="M{at} 0"/></svg>' for at in range(6000)]
    pages, pictures = _pictures_apart("".join(drawn))
    assert sorted(pictures.values()) == sorted(drawn)
    assert pages.count("data-picture=") == len(drawn)


def test_the_rest_has_the_places_of_every_district(place: Place) -> None:
    districts = place.app.test_client().get("/s/local/rest?lang=en").json["districts"]
    is_whole, places, wards = districts[DISTRICT]
    assert is_whole
    assert [WARD, "Clifton East"] in wards
    assert ["place:clifton", "Clifton and Wilford"] in places


def test_words_missing_in_a_language_are_marked_as_another(place: Place) -> None:
    languages = {
        "en": {"review": "source"},
        "ar": {"review": "machine_drafted", "wording": {"one.text": "هل هذا؟", "survey.title": "استطلاع"}},
    }
    one = {"id": "one", "type": "single_choice", "text": "One?", "options": YES_NO}
    with_survey(place.instance, a_questionnaire(one, languages=languages))
    whole = place.app.test_client().get("/s/tiny/whole?lang=ar").get_data(as_text=True)
    page = whole.partition('<template data-question="one"')[2].partition("</template>")[0]
    assert '<span lang="en" dir="ltr">Yes</span>' in page
    assert '<span id="text">هل هذا؟</span>' in page
    assert '<p class="small">' in page


def test_only_an_open_survey_is_handed_out(place: Place) -> None:
    client, keys = place.app.test_client(), place.instance.settings.keys
    assert client.get("/s/nowhere/whole").status_code == 404
    for state, status in (("collecting", 200), ("closed", 404)):
        with place.instance.database.writing() as session:
            set_wave_state(session, keys, "feeling-safe", None, state, actor="test", now=place.clock.time)
        assert client.get("/s/local/whole").status_code == status
        assert client.get("/s/local/rest").status_code == status


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ({"postcode": "ng1 1aa"}, {"area": WARD, "name": "Clifton East"}),
        ({"postcode": "ng1 1zz"}, {"problem": "area_not_found"}),
        ({"postcode": "LE1 1AA"}, {"problem": "unknown_area"}),
        ({"postcode": ""}, {"problem": "area_not_found"}),
        ({"postcode": ["NG1 1AA"]}, {"problem": "area_not_found"}),
        (["NG1 1AA"], {"problem": "area_not_found"}),
        ("\x00", {"problem": "area_not_found"}),
    ],
)
def test_of_a_postcode_a_script_is_told_the_ward(
    place: Place, caplog: pytest.LogCaptureFixture, body: Any, found: dict[str, str]
) -> None:
    with place.instance.database.writing() as session:
        areas.put_postcodes(session, [("NG11AA", WARD), ("LE11AA", "E05010458")])
    client = place.app.test_client()
    response = client.post("/s/local/place", json=body)
    assert (response.status_code, response.json) == (200, found)
    assert response.headers["Cache-Control"] == "no-store"
    assert client.get_cookie("session") is None
    assert place.drafts() == []
    assert caplog.text == ""


def test_a_body_that_is_no_json_is_no_postcode(place: Place) -> None:
    response = place.app.test_client().post("/s/local/place", data=b"\xff{", content_type="application/json")
    assert response.json == {"problem": "area_not_found"}
