"""A visit keeps to one person, forgets what it should and never says what the survey is about."""

import gzip
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path

import html5lib
import pytest
from flask import Flask
from sqlalchemy import func, select

from builders import DISTRICT, NOW, WARD, an_instance, with_survey
from channels.web.respondent import Fetched, Respondent, by_client
from channels.web.tiny import YES_NO, a_questionnaire, number_of
from engage.app import create_app
from engage.channels.web.order import in_order
from engage.channels.web.path import Path as Way
from engage.channels.web.reader import preferred, sentences
from engage.collection.drafts import LIFETIME
from engage.collection.surveys import import_questionnaire, set_wave_state
from engage.questionnaire.library import read_library_survey
from engage.questionnaire.model import Facts, Option
from engage.questionnaire.wording import Wording
from engage.storage import drafts, responses, waves
from engage.storage.instance import Instance

TOPIC_WORDS = ("safe", "violence", "crime", "police", "unsafe", "harm", "weapon", "drug")


@dataclass
class Clock:
    """A clock that tests turn forward."""

    time: datetime = NOW

    def __call__(self) -> datetime:
        return self.time


@dataclass
class Place:
    """An app on its instance, with a clock to turn."""

    app: Flask
    instance: Instance
    clock: Clock = field(default_factory=Clock)

    def someone(self, code: str = "local") -> Respondent:
        return Respondent(by_client(self.app.test_client()), code)

    def drafts(self) -> list[drafts.DraftRow]:
        with self.instance.database.reading() as session:
            return list(session.scalars(select(drafts.DraftRow)))

    def stored(self) -> int:
        with self.instance.database.reading() as session:
            return session.scalar(select(func.count()).select_from(responses.ResponseRow)) or 0


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    clock = Clock()
    instance = an_instance(tmp_path, now=clock)
    with_survey(instance)
    yield Place(create_app(instance), instance, clock)
    instance.database.close()


@pytest.mark.parametrize(
    ("rule", "age_band", "comes_in"),
    [
        ("own", "under-13", False),
        ("own", "13-15", True),
        ("own", "16-17", True),
        ("own", None, True),
        ("school_opt_out", "under-13", False),
        ("school_opt_out", "13-15", True),
        ("school_opt_out", "16-17", True),
        ("parent_opt_in", "under-13", False),
        ("parent_opt_in", "13-15", False),
        ("parent_opt_in", None, False),
        ("parent_opt_in", "pns", False),
        ("parent_opt_in", "16-17", True),
    ],
)
def test_one_rule_decides_who_comes_in(place: Place, rule: str, age_band: str | None, comes_in: bool) -> None:
    consent = {"version": 1, "rule": rule, "statement": "It is your choice."}
    with_survey(place.instance, a_questionnaire(consent=consent))
    person = place.someone("tiny").starts().agrees(age_band)
    assert len(place.drafts()) == (1 if comes_in else 0)
    assert (person.page.select_one('a[href="tel:08001111"]') is not None) or comes_in
    if not comes_in:
        assert "We have not kept anything." in person.text


def test_without_consent_nothing_is_kept_and_the_form_stays_filled_in(place: Place) -> None:
    person = place.someone().starts().agrees("16-17", "friend", agreed=False)
    assert person.status == 422
    assert person.page.select_one("#consent-problem, #problem") is not None
    assert person.page.select_one("#age_band-16-17[checked]") is not None
    assert person.page.select_one("#assisted-friend[checked]") is not None
    assert place.drafts() == []


def test_who_turns_out_to_be_under_13_leaves_nothing_behind(place: Place) -> None:
    person = place.someone().starts().agrees("16-17").skips()
    assert len(place.drafts()) == 1
    person.opens("/s/local/1").agrees("under-13")
    assert place.drafts() == []
    assert person.opens("/s/local/4").status == 410


def test_an_age_that_is_passed_over_counts_as_not_said(place: Place) -> None:
    place.someone().starts().agrees(None)
    assert place.drafts()[0].envelope["age_band"] == "pns"


def test_two_people_on_one_phone_are_never_mixed(place: Place) -> None:
    person = place.someone().starts().agrees()
    person.presses("next", district=DISTRICT).presses("next", area=WARD)
    first = place.drafts()[0]
    person.opens("/s/local")
    assert "Clifton" not in person.text
    assert person.page.find("a", string="Carry on") is not None
    person.presses().agrees("16-17").skips_the_rest()
    (second,) = place.drafts()
    assert (second.response_id, second.token_hash) != (first.response_id, first.token_hash)
    assert second.envelope.get("area") is None
    assert "Clifton" not in person.text


def test_carrying_on_is_offered_and_goes_where_somebody_was(place: Place) -> None:
    person = place.someone().starts().agrees().skips()
    there = person.address
    link = person.opens("/s/local").page.find("a", string="Carry on")
    assert link is not None
    assert link["href"] == there


def test_leaving_wipes_the_draft_and_the_cookie(place: Place) -> None:
    client = place.app.test_client()
    person = Respondent(by_client(client)).starts().agrees()
    response = client.get("/s/local/leave")
    assert (response.status_code, response.headers["Location"]) == (303, place.instance.settings.leave_url)
    assert place.drafts() == []
    assert client.get_cookie("session") is None
    assert person.opens("/s/local/4").status == 410


def test_leaving_works_from_any_page_and_any_address(place: Place) -> None:
    assert place.app.test_client().get("/s/nowhere/leave").status_code == 303


def test_a_draft_is_gone_after_two_hours(place: Place) -> None:
    person = place.someone().starts().agrees()
    place.clock.time += LIFETIME + timedelta(seconds=1)
    assert person.opens("/s/local/4").status == 410
    assert "We lost your place" in person.text
    assert person.opens("/s/local").page.find("a", string="Carry on") is None
    place.someone().starts()
    assert place.drafts() == []


def test_sending_twice_sends_nothing_twice(place: Place) -> None:
    client = place.app.test_client()
    person = Respondent(by_client(client)).starts().agrees().skips_the_rest()
    before = person.text
    receipt = person.sends().page.select_one(".receipt")
    again = Respondent(by_client(client))
    again.text, again.address = before, "/s/local/check"
    again.sends()
    assert "Nothing was sent twice." in again.text
    assert receipt is not None
    assert receipt.get_text() in again.text
    assert place.stored() == 1


def test_after_sending_the_answers_are_wiped_and_the_next_person_starts_afresh(place: Place) -> None:
    person = place.someone().starts().agrees()
    person.presses("next", district=DISTRICT).presses("next").skips_the_rest().sends()
    (draft,) = place.drafts()
    assert (draft.answers, draft.seen, draft.envelope.get("area")) == ({}, [], None)
    assert person.opens("/s/local").page.find("a", string="Carry on") is None
    person.presses().agrees().skips_the_rest().sends()
    assert place.stored() == 2


def test_answers_that_no_longer_stand_are_dropped_with_what_hung_on_them(place: Place) -> None:
    survey = read_library_survey("feeling-safe")
    page = {question.id: number_of(survey, question.id) for question in survey.questions}
    person = place.someone().starts().agrees("18-24")
    person.skips_to(page["unsafe_reasons"]).presses("next", answer=["dark", "drugs"]).presses("next", answer="dark")
    person.skips_to(page["ethnic_group"]).presses("next", answer="asian").presses("next", answer="indian")
    person.opens(f"/s/local/{page['unsafe_reasons']}").presses("next", answer=["drugs"])
    person.opens(f"/s/local/{page['ethnic_group']}").presses("next", answer="white")
    assert place.drafts()[0].answers == {"unsafe_reasons": ["drugs"], "ethnic_group": "white"}
    assert person.skips_the_rest().sends().heading == "Thank you"


def test_somebody_who_gets_company_takes_the_private_answers_out(place: Place) -> None:
    survey = read_library_survey("feeling-safe")
    person = place.someone().starts().agrees("18-24")
    person.skips_to(number_of(survey, "safe_home")).presses("next", answer="very_unsafe")
    person.opens("/s/local/1").agrees("18-24", "family")
    assert place.drafts()[0].answers == {}


def test_changing_one_answer_leads_back_to_the_check(place: Place) -> None:
    person = place.someone().starts().agrees().skips_the_rest()
    link = person.page.select_one("dl.check > div:nth-child(6) .change a")
    assert link is not None
    person.opens(str(link["href"])).presses("next", answer="very_safe")
    assert person.is_at_check
    assert "Very safe" in person.text


def test_changing_an_answer_asks_what_is_newly_asked_and_then_checks(place: Place) -> None:
    survey = read_library_survey("feeling-safe")
    person = place.someone().starts().agrees().skips_the_rest()
    person.opens(f"/s/local/{number_of(survey, 'ethnic_group')}?change=1").presses("next", answer="black")
    assert person.address.startswith(f"/s/local/{number_of(survey, 'ethnic_black')}")
    assert person.presses("next", answer="african").is_at_check


def test_a_page_that_is_not_asked_leads_on(place: Place) -> None:
    survey = read_library_survey("feeling-safe")
    person = place.someone().starts().agrees("13-15")
    person.opens(f"/s/local/{number_of(survey, 'safe_town_night')}")
    assert person.address == f"/s/local/{number_of(survey, 'unsafe_reasons')}"


def test_the_door_says_what_keeps_answers_out_and_where_to_mend_it(place: Place) -> None:
    person = place.someone().starts().agrees().skips_the_rest()
    survey = read_library_survey("feeling-safe")
    with place.instance.database.writing() as session:
        newer = a_questionnaire(slug=survey.slug, code="local", version=2)
        import_questionnaire(session, place.instance.settings.keys, newer, actor="test", now=NOW)
        wave = waves.current(session, survey.slug)
        assert wave is not None
        waves.put(session, waves.Wave(wave.survey, wave.name, 2, wave.state, wave.synthetic))
    person.sends()
    assert person.status == 422
    assert "This version of the survey is not the one in use." in person.text
    assert place.stored() == 0


def test_a_survey_that_takes_no_starts_shows_the_results(place: Place) -> None:
    person = place.someone().starts().agrees().skips_the_rest()
    with place.instance.database.writing() as session:
        keys = place.instance.settings.keys
        set_wave_state(session, keys, "feeling-safe", None, "collecting", actor="test", now=NOW)
    other = place.someone().opens("/s/local")
    assert other.page.select_one('a[href="/results/local"]') is not None
    assert other.page.select_one("form") is None
    assert other.opens("/s/local/1").heading == "This survey is not open"
    assert person.opens("/s/local").page.find("a", string="Carry on") is not None
    assert person.opens("/s/local/check").sends().heading == "Thank you"


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
        assert "<script" not in fetched.text
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
