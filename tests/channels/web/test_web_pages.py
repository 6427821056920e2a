"""Every page is valid, light, neutral and in the reader's language, and nothing sent to it is a fault."""

import gzip
import re
from io import BytesIO
from pathlib import Path

import html5lib
import pytest

from builders import an_instance, with_survey
from channels.web.place import Place
from channels.web.respondent import Fetched, Respondent, by_client
from channels.web.tiny import YES_NO, a_questionnaire
from engage.app import create_app
from engage.channels.web.order import in_order
from engage.channels.web.path import Path as Way
from engage.channels.web.reader import preferred, sentences
from engage.questionnaire.library import read_library_survey
from engage.questionnaire.model import Facts, Option
from engage.questionnaire.wording import Wording
from engage.storage import waves

TOPIC_WORDS = ("safe", "violence", "crime", "police", "unsafe", "harm", "weapon", "drug")


def test_a_demonstration_says_so_on_every_page(tmp_path: Path) -> None:
    instance = an_instance(tmp_path)
    with_survey(instance, a_questionnaire())
    with instance.database.writing() as session:
        wave = waves.current(session, "tiny")
        assert wave is not None
        waves.put(session, waves.Wave(wave.survey, wave.name, 1, "open", synthetic=True))
    seen: list[Fetched] = []
    client = create_app(instance).test_client()
    Respondent(by_client(client), "tiny", seen.append).starts().agrees().skips_the_rest().sends()
    assert all("Demonstration. Everything here is made up." in fetched.text for fetched in seen)
    instance.database.close()


@pytest.mark.parametrize("style", ["standard", "easy_read", "large_print"])
@pytest.mark.parametrize("language", ["en", "ar", "pl", "so", "ur"])
def test_every_page_is_valid_neutral_and_kept_nowhere(place: Place, language: str, style: str) -> None:
    pages: list[Fetched] = []
    person = Respondent(by_client(place.app.test_client()), "local", pages.append)
    person.starts(language, style).agrees("13-15", agreed=False).agrees("16-17" if style == "standard" else "25-34")
    addresses = []
    while not person.is_at_check:
        addresses.append(person.address)
        person.skips()
    person.sends()
    for fetched in pages:
        html5lib.HTMLParser(strict=True).parse(fetched.text)
        assert fetched.headers["Cache-Control"] == "no-store"
        assert "ETag" not in fetched.headers
        assert f'<html lang="{language}" dir="{"rtl" if language in ("ar", "ur") else "ltr"}">' in fetched.text
        assert re.findall("<script[^>]*>", fetched.text) == re.findall('<script src="/survey[^>]* defer>', fetched.text)
        assert " style=" not in fetched.text
        assert 'href="/s/local/leave" rel="nofollow noreferrer"' in fetched.text
        title = fetched.text.partition("<title>")[2].partition("</title>")[0].lower()
        assert not any(word in title for word in TOPIC_WORDS)
    assert not any(word in address for address in addresses for word in TOPIC_WORDS)


def test_there_is_one_cookie_out_of_reach_of_scripts(place: Place) -> None:
    client = place.app.test_client()
    Respondent(by_client(client)).starts().agrees()
    cookie = client.get_cookie("session")
    assert cookie is not None
    assert (cookie.http_only, cookie.same_site, cookie.secure) == (True, "Lax", False)
    assert len(client._cookies) == 1


def test_the_first_page_is_light(place: Place) -> None:
    client = place.app.test_client()
    page = client.get("/s/local").get_data()
    linked = [line for line in page.decode().splitlines() if line.startswith("<link")]
    sheets = [line for line in linked if 'rel="stylesheet"' in line]
    icons = [line for line in linked if 'rel="icon"' in line]
    assert (len(sheets), len(icons)) == (1, 1)
    assert 'href="data:' in icons[0]
    sheet = client.get(sheets[0].split('href="')[1].split('"')[0])
    assert "max-age=31536000" in sheet.headers["Cache-Control"]
    weight = len(gzip.compress(page)) + len(gzip.compress(sheet.get_data()))
    assert weight < 20_000, f"{weight} bytes"


def test_the_whole_survey_can_change_its_language_on_the_way(place: Place) -> None:
    person = place.someone().starts().agrees().skips()
    here = person.address
    person.opens(f"{here}?lang=ar")
    assert (person.address, person.page.html["dir"]) == (here, "rtl")
    person.skips()
    assert person.page.html["lang"] == "ar"
    assert person.opens(f"{person.address}?lang=tlh").page.html["lang"] == "ar"


def test_a_language_the_browser_asks_for_is_met_where_the_survey_has_it(place: Place) -> None:
    client = place.app.test_client()
    assert b'<html lang="ur"' in client.get("/s/local", headers={"Accept-Language": "ur-PK,en;q=0.5"}).data
    assert b'<html lang="en"' in client.get("/s/local", headers={"Accept-Language": "fr"}).data
    assert preferred(["zh-CN", "en"], ["en", "zh-Hans"], "en") == "zh-Hans"
    assert preferred(["pa-Guru-IN"], ["pa-Arab", "pa-Guru"], "en") == "pa-Guru"


def test_machine_drafted_words_say_so(place: Place) -> None:
    assert place.someone().opens("/s/local?lang=en").page.select_one(".drafted") is None
    assert place.someone().opens("/s/local?lang=ar").page.select_one(".drafted") is not None


def test_words_missing_in_a_language_are_marked_as_another(place: Place) -> None:
    languages = {
        "en": {"review": "source"},
        "ar": {"review": "machine_drafted", "wording": {"one.text": "هل هذا؟", "survey.title": "استطلاع"}},
    }
    one = {"id": "one", "type": "single_choice", "text": "One?", "options": YES_NO}
    with_survey(place.instance, a_questionnaire(one, languages=languages))
    person = place.someone("tiny").starts("ar").agrees()
    assert person.heading == "هل هذا؟"
    label = person.page.select_one('.choice span[lang="en"][dir="ltr"]')
    assert label is not None
    assert label.get_text() == "Yes"


@pytest.mark.parametrize(
    ("address", "status"),
    [("/s/nowhere", 404), ("/s/local/9999", 410), ("/s/local/0", 410), ("/s/local/x", 404), ("/w/nonsense", 404)],
)
def test_what_is_not_there_is_answered_in_our_own_voice(place: Place, address: str, status: int) -> None:
    response = place.app.test_client().get(address)
    assert response.status_code == status
    assert b"Traceback" not in response.data
    assert b"<main" in response.data
    html5lib.HTMLParser(strict=True).parse(response.data)


def test_a_question_beyond_the_last_is_not_found(place: Place) -> None:
    assert place.someone().starts().agrees().opens("/s/local/9999").status == 404


@pytest.mark.parametrize(
    "body",
    [
        b"answer=" + b"x" * 1_000_000,
        b"answer[]=1&action=next&action=skip",
        b"action=explode&answer=%ED%A0%80%FF",
        b"answer=%00&action=next&change=%00&in=%00",
        b"&&&===%%%",
        b"area=E05012278&area=E05012279&district=&postcode=" + b"N" * 5000,
    ],
)
def test_a_body_nobody_meant_is_no_fault(place: Place, body: bytes) -> None:
    client = place.app.test_client()
    person = Respondent(by_client(client)).starts().agrees()
    token = person.page.select_one("input[name=csrf_token]")
    assert token is not None
    signed = f"csrf_token={token['value']}&".encode() + body
    for number in (1, 3, 4, 6, 12, 25, 33):
        response = client.post(f"/s/local/{number}", data=signed, content_type="application/x-www-form-urlencoded")
        assert response.status_code in (303, 413, 422)
    upload = {"csrf_token": token["value"], "answer": (BytesIO(b"\xff\xd8"), "a.jpg")}
    assert client.post("/s/local/6", data=upload, content_type="multipart/form-data").status_code == 303


def test_a_form_from_elsewhere_is_refused_in_our_own_voice(place: Place) -> None:
    client = place.app.test_client()
    Respondent(by_client(client)).starts().agrees()
    response = client.post("/s/local/check", data={})
    assert response.status_code == 400
    assert b"We lost your place" in response.data
    assert place.stored() == 0


def test_things_that_stand_alone_stay_where_they_are() -> None:
    options = (Option("none", exclusive=True), *map(Option, "abcdef"), Option("other"), Option("x", exclusive=True))
    orders = {tuple(option.code for option in in_order(options, "q", str(seed))) for seed in range(40)}
    assert {(order[0], order[-2:]) for order in orders} == {("none", ("other", "x"))}
    assert len(orders) > 20
    assert len({order[1] for order in orders}) == 6


def test_an_option_stays_in_its_group() -> None:
    options = tuple(Option(f"{group}{at}", group=group) for group in "pq" for at in range(5))
    for seed in range(10):
        assert [option.group for option in in_order(options, "q", str(seed))] == ["p"] * 5 + ["q"] * 5


def test_page_numbers_stay_the_same_on_every_route() -> None:
    survey = read_library_survey("feeling-safe")
    for age_band in ("13-15", "35-49"):
        way = Way.of(survey, Facts(age_band=age_band), {})
        assert [way.at(way.number_of(question)) for question in way.asked] == list(way.asked)
        assert min(way.number_of(question) for question in way.asked) > 1


def test_a_question_stays_with_what_follows_it() -> None:
    parts = sentences(Wording("We look. In danger now? Call 999.", "en"))
    assert [part.text for part in parts] == ["We look.", "In danger now? Call 999."]


def test_the_script_behind_the_pages_is_sent_again_only_when_it_changed(place: Place) -> None:
    client = place.app.test_client()
    first = client.get("/s/worker.js")
    again = client.get("/s/worker.js", headers={"If-None-Match": first.headers["ETag"]})
    assert (first.status_code, first.headers["Cache-Control"]) == (200, "no-cache")
    assert (again.status_code, again.data) == (304, b"")
    assert client.get("/s/worker.js", headers={"If-None-Match": 'W/"another"'}).status_code == 200
