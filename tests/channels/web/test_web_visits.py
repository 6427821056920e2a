"""A visit keeps to one person, and forgets what it should."""

from datetime import timedelta
from uuid import uuid4

import pytest

from builders import DISTRICT, NOW, WARD, with_survey
from channels.web.place import Place
from channels.web.respondent import Respondent, by_client
from channels.web.tiny import EVERY_TYPE, a_questionnaire, number_of
from engage.app import create_app
from engage.channels.web.withdrawal import MOST_CODES
from engage.collection.drafts import LIFETIME, LIFETIME_SENT
from engage.collection.surveys import import_questionnaire, set_wave_state
from engage.questionnaire.library import read_library_survey
from engage.response.receipts import receipt_of
from engage.storage import waves
from engage.storage.instance import Instance


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
    place.someone().starts().agrees()
    assert [draft.touched_at for draft in place.drafts()] == [place.clock.time]


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


def test_abandoned_drafts_are_purged_by_whoever_begins_or_sends(place: Place) -> None:
    place.someone().starts().agrees()
    place.clock.time += LIFETIME - timedelta(minutes=1)
    place.someone().starts().agrees()
    assert len(place.drafts()) == 2
    place.clock.time += timedelta(minutes=2)
    place.someone().starts().agrees()
    assert [draft.touched_at > place.clock.time - LIFETIME for draft in place.drafts()] == [True, True]
    place.clock.time += LIFETIME - timedelta(minutes=1)
    other = place.someone().starts().agrees().skips_the_rest()
    place.clock.time += timedelta(minutes=2)
    other.sends()
    (left,) = place.drafts()
    assert left.receipt is not None


def test_after_sending_only_the_last_page_is_left_for_ten_minutes(place: Place) -> None:
    person = place.someone().starts().agrees()
    before = place.drafts()[0]
    place.clock.time += timedelta(minutes=5)
    person.skips_the_rest().sends()
    (left,) = place.drafts()
    assert left.response_id != before.response_id
    assert (left.started_at, left.touched_at) == (place.clock.time, place.clock.time)
    assert set(left.envelope) == {"language", "style", "age_band", "assisted"}
    place.clock.time += LIFETIME_SENT
    assert person.opens("/s/local/thanks?lang=pl").page.select_one(".receipt") is not None
    place.clock.time += timedelta(seconds=1)
    assert person.opens("/s/local/thanks").address == "/s/local"
    place.someone().starts().agrees().skips()
    assert [draft.receipt for draft in place.drafts()] == [None]


@pytest.mark.parametrize("way", ["leave", "start", "withdraw"])
def test_what_is_left_after_sending_goes_at_once(place: Place, way: str) -> None:
    person = place.someone().starts().agrees().skips_the_rest().sends()
    receipt = person.page.select_one(".receipt")
    assert receipt is not None
    match way:
        case "leave":
            person.opens("/s/local/leave")
        case "start":
            person.opens("/s/local").presses()
        case "withdraw":
            person.opens(f"/w/{receipt.get_text(strip=True)}").presses()
    assert place.drafts() == []
    assert person.opens("/s/local/thanks").address == "/s/local"


def test_codes_cannot_be_tried_until_one_is_somebodys(place: Place) -> None:
    person = place.someone().starts().agrees().skips_the_rest().sends()
    receipt = person.page.select_one(".receipt")
    assert receipt is not None
    for _ in range(MOST_CODES):
        assert person.opens(f"/w/{receipt_of(uuid4())}").presses().status == 200
    page = person.opens(f"/w/{receipt.get_text(strip=True)}").presses()
    assert (page.status, place.stored()) == (429, 1)
    place.clock.goes_on(minutes=15)
    person.opens(f"/w/{receipt.get_text(strip=True)}").presses()
    assert place.stored() == 0


def test_after_sending_the_answers_are_wiped_and_the_next_person_starts_afresh(place: Place) -> None:
    person = place.someone().starts().agrees()
    person.presses("next", district=DISTRICT).presses("next", area=DISTRICT).skips_the_rest().sends()
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


def test_the_check_does_not_show_private_answers(place: Place) -> None:
    survey = read_library_survey("feeling-safe")
    given: dict[str, dict[str, object]] = {
        "safe_day": {"answer": "very_safe"},
        "unsafe_reasons": {"answer": ["someone_known", "dark"]},
        "unsafe_most": {"answer": "someone_known"},
        "safe_home": {"answer": "fairly_safe"},
        "say_more": {"answer": "Nobody listens."},
    }
    person = place.someone().starts().agrees()
    for question_id, fields in given.items():
        person.skips_to(number_of(survey, question_id)).presses("next", **fields)
    person.skips_the_rest()
    lines = {}
    for line in person.page.select("dl.check > div"):
        change = line.select_one(".change a")
        assert change is not None
        lines[str(change["href"]).partition("?")[0]] = [entry.get_text(strip=True) for entry in line.select("dd")][:-1]
    shown = {name: lines[f"/s/local/{number_of(survey, name)}"] for name in (*given, "trusted_person")}
    private = ["You answered this. It is not shown here."]
    assert shown.pop("safe_day") == ["Very safe"]
    assert shown.pop("trusted_person") == ["Not answered"]
    assert shown == dict.fromkeys(shown, private)
    assert "Someone I know" not in person.text
    link = person.page.select_one(f'a[href="/s/local/{number_of(survey, "safe_home")}?change=1"]')
    assert link is not None


def test_an_option_for_those_alone_hides_the_answer_only_where_it_is_ticked(place: Place) -> None:
    survey = read_library_survey("feeling-safe")
    person = place.someone().starts().agrees()
    person.skips_to(number_of(survey, "unsafe_reasons")).presses("next", answer=["drugs"]).skips_the_rest()
    assert "It is not shown here." not in person.text


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


def test_a_local_help_line_is_shown_to_people_of_its_area_once_they_named_a_place(instance: Instance) -> None:
    there = {"id": "there", "number": "0300 1", "name": "Help over there", "areas": ["E07000170"]}
    here = {"id": "here", "number": "0300 2", "name": "Help here", "areas": [DISTRICT]}
    with_survey(
        instance, a_questionnaire(*EVERY_TYPE[:2], EVERY_TYPE[5], areas=["E23000019"], help_lines=[there, here])
    )
    person = Respondent(by_client(create_app(instance).test_client()), "tiny").starts().agrees()
    assert "Help over there" in person.text and "Help here" in person.text
    person.presses("next", district=DISTRICT).presses("next", area=WARD)
    assert "Help over there" not in person.text and "Help here" in person.text
