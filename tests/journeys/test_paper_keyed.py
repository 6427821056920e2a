"""A printed form on its way: scanned by its QR code, keyed by an ambassador, stored once, or not at all."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from builders import DISTRICT, WARD, WAVE, with_survey
from engage.app import create_app
from engage.channels.paper.composition import make_layout
from engage.collection.paper import districts_on_form
from engage.collection.surveys import set_wave_state
from engage.collection.undoing import settle_decisions
from engage.collection.withdrawal import erase_response
from engage.phrases import phrases_for
from engage.questionnaire.library import read_library_survey
from engage.questionnaire.model import STYLES, Consent, Questionnaire
from engage.response.codes import from_number, with_check
from engage.response.receipts import receipt_of, tombstone_of
from engage.response.serials import response_id_of, spoken
from engage.staff.entry import MOST_UNKNOWN
from engage.staff.entry_fields import entry_fields
from engage.storage import audit, forms, responses, review, tombstones
from engage.storage.instance import Instance
from engage.storage.responses import Response
from staffing import an_email, post, printed_forms, signed_in, text_of

GROWN_UP = {"consent": "yes", "age_band": "25-34", "area": WARD, "area_relation": ["live"]}


@pytest.fixture
def survey(surveyed: Instance) -> Questionnaire:
    """Return the survey that is open."""
    return read_library_survey("feeling-safe")


@pytest.fixture
def serial(surveyed: Instance, survey: Questionnaire) -> str:
    """Return the serial of a printed form."""
    return printed_forms(surveyed, survey)[0]


class Ambassador:
    """Somebody who keys forms."""

    def __init__(self, app: Flask, role: str = "ambassador") -> None:
        self.client: FlaskClient = signed_in(app, role)

    def opens(self, serial: str) -> TestResponse:
        """Open the entry screen of a form."""
        return self.client.get(f"/f/{serial}")

    def keys(self, serial: str, answers: Mapping[str, Any] | None = None, **envelope: Any) -> TestResponse:
        """Key a form: answers by question, the rest by its field, and return the page that follows."""
        data = GROWN_UP | envelope | {f"a.{question}": answer for question, answer in (answers or {}).items()}
        return post(self.client, f"/f/{serial}", data, follow_redirects=True)


@pytest.fixture
def ambassador(app: Flask) -> Ambassador:
    return Ambassador(app)


def stored(instance: Instance, serial: str) -> Response | None:
    with instance.database.reading() as session:
        return responses.get(session, response_id_of(serial))


def state_of(instance: Instance, serial: str) -> str:
    with instance.database.reading() as session:
        return forms.get(session, serial).state


def waiting(instance: Instance) -> list[str]:
    with instance.database.reading() as session:
        return [item.kind for item in review.waiting(session)]


@pytest.mark.parametrize(("language", "style"), [("en", "standard"), ("so", "easy_read"), ("ar", "large_print")])
def test_whoever_scans_a_form_can_answer_online_in_its_language_and_style(
    app: Flask, surveyed: Instance, survey: Questionnaire, language: str, style: str
) -> None:
    serial = printed_forms(surveyed, survey, language=language, style=style)[0]
    client = app.test_client()
    sent = client.get(f"/f/{spoken(serial).lower()}")
    assert (sent.status_code, sent.headers["Location"]) == (303, f"/s/local?lang={language}&style={style}")
    page = client.get(sent.headers["Location"], follow_redirects=True)
    assert page.status_code == 200
    assert f'lang="{language}"' in page.get_data(as_text=True)


@pytest.mark.parametrize("wrong", ["7KQM4RTXX", "hello", "0" * 9, "7KQ-M4R-TXC"])
def test_a_serial_that_was_never_printed_leads_nowhere_and_says_nothing(app: Flask, wrong: str) -> None:
    for client in (app.test_client(), Ambassador(app).client):
        page = client.get(f"/f/{wrong}")
        assert page.status_code == 404
        assert "serial" not in text_of(page).lower()


def test_serials_cannot_be_tried_until_one_is_known(app: Flask, serial: str) -> None:
    anybody = app.test_client()
    unknown = [
        anybody.get(f"/f/{with_check(from_number(number, 8))}").status_code for number in range(MOST_UNKNOWN + 1)
    ]
    assert unknown == [404] * MOST_UNKNOWN + [429]
    assert anybody.get(f"/f/{serial}").status_code == 429
    assert Ambassador(app).client.get(f"/f/{serial}").status_code == 200


def test_an_analyst_who_scans_a_form_is_anybody(app: Flask, serial: str) -> None:
    assert signed_in(app, "analyst").get(f"/f/{serial}").headers["Location"].startswith("/s/local")


def test_a_keyed_form_is_stored_as_it_was_filled_in(surveyed: Instance, ambassador: Ambassador, serial: str) -> None:
    assert ambassador.opens(serial).status_code == 200
    answers = {
        "safe_day": "fairly_safe",
        "safe_dark": "dk",
        "safe_transport": "na",
        "unsafe_reasons": ["dark", "threats"],
        "unsafe_most": "dark",
        "say_more": "  The lights on the path\r\nare out.  ",
        "ethnic_group": "black",
        "ethnic_black": "african",
        "communities": ["somali"],
    }
    page = ambassador.keys(
        serial, answers, own_words="Bravanese", assisted="none", area_relation=["study_work"], home_district=DISTRICT
    )
    assert f"Form {spoken(serial)} entered. Next serial:" in text_of(page)
    kept = stored(surveyed, serial)
    assert kept is not None
    assert (kept.channel, kept.keyed_by, kept.serial) == ("paper_keyed", an_email("ambassador"), serial)
    assert (kept.language, kept.style, kept.wave, kept.version) == ("en", "standard", WAVE, 1)
    assert (kept.area, kept.area_relation, kept.home_district) == (WARD, ("study_work",), DISTRICT)
    assert (kept.age_band, kept.assisted) == ("25-34", "none")
    assert kept.answers == answers | {
        "unsafe_reasons": ["threats", "dark"],
        "say_more": "The lights on the path\nare out.",
        "communities": ["somali", {"other": "Bravanese"}],
    }
    assert state_of(surveyed, serial) == "entered"


def test_an_empty_sheet_with_the_agreement_ticked_is_an_answer(
    surveyed: Instance, ambassador: Ambassador, serial: str
) -> None:
    post(ambassador.client, f"/f/{serial}", {"consent": "yes"})
    kept = stored(surveyed, serial)
    assert kept is not None
    assert (kept.age_band, kept.area, kept.assisted, kept.answers) == (None, None, "none", {})


def test_the_area_is_taken_as_it_was_written(surveyed: Instance, ambassador: Ambassador, serial: str) -> None:
    ambassador.keys(serial, area="", area_written="  clifton EAST ")
    kept = stored(surveyed, serial)
    assert kept is not None
    assert kept.area == WARD


def test_with_a_problem_beside_its_field_nothing_keyed_is_lost(
    surveyed: Instance, ambassador: Ambassador, serial: str
) -> None:
    keyed = {
        "safe_day": "neither",
        "unsafe_reasons": ["nothing", "dark"],
        "would_help": ["lights", "dk"],
        "say_more": "Lights & paths",
    }
    page = ambassador.keys(serial, keyed, consent="", area="", area_written="Atlantis", own_words="Bravanese")
    assert page.status_code == 422
    assert (stored(surveyed, serial), state_of(surveyed, serial)) == (None, "printed")
    soup = BeautifulSoup(page.get_data(as_text=True), "html.parser")
    faulty = {field["id"] for field in soup.select("fieldset.faulty")}
    assert faulty == {"f-consent", "f-area", "f-would_help"}
    for field in soup.select("fieldset.faulty"):
        assert soup.find(id=field["aria-describedby"]).text.strip()
        assert soup.select(f'a[href="#{field["id"]}"]')
    ticked = {(box["name"], box["value"]) for box in soup.select("input[checked]") if box["value"]}
    assert ticked == {
        ("age_band", "25-34"),
        ("area_relation", "live"),
        ("a.safe_day", "neither"),
        ("a.unsafe_reasons", "nothing"),
        ("a.unsafe_reasons", "dark"),
        ("a.would_help", "lights"),
        ("a.would_help", "dk"),
    }
    assert soup.find(id="area_written")["value"] == "Atlantis"
    assert soup.find(id="own_words")["value"] == "Bravanese"
    assert soup.find("textarea", {"name": "a.say_more"}).text == "Lights & paths"


@pytest.mark.parametrize("refusal", [{"consent": "no"}, {"age_band": "under-13"}])
def test_nothing_is_kept_of_somebody_who_has_not_agreed_or_is_too_young(
    surveyed: Instance, ambassador: Ambassador, serial: str, refusal: dict[str, str]
) -> None:
    page = ambassador.keys(serial, {"safe_day": "neither", "say_more": "my very own words"}, **refusal)
    assert "Destroy the sheet" in text_of(page)
    assert (stored(surveyed, serial), state_of(surveyed, serial), waiting(surveyed)) == (None, "refused", [])
    kept = b"".join(path.read_bytes() for path in surveyed.settings.instance.glob("engage.sqlite*"))
    assert b"my very own words" not in kept
    with surveyed.database.reading() as session:
        assert [(line.action, line.detail) for line in audit.lines_about(session, serial)] == [
            ("form.refused", {"was": "printed"})
        ]
    again = ambassador.keys(serial, {"safe_day": "neither"})
    assert "Destroy the sheet" in text_of(again)
    assert "Destroy the sheet" in text_of(ambassador.opens(serial))
    assert stored(surveyed, serial) is None


def test_where_parents_must_agree_a_child_counts_only_with_their_box_ticked(instance: Instance) -> None:
    survey = replace(read_library_survey("feeling-safe"), consent=Consent(1, "parent_opt_in"))
    with_survey(instance, survey)
    keyer = Ambassador(create_app(instance))
    without, with_it, unknown, older = printed_forms(instance, survey, 4)
    keyer.keys(without, age_band="13-15")
    keyer.keys(with_it, age_band="13-15", guardian="agreed")
    keyer.keys(unknown, age_band="")
    keyer.keys(older, age_band="16-17")
    assert [state_of(instance, serial) for serial in (without, with_it, unknown, older)] == [
        "refused",
        "entered",
        "refused",
        "entered",
    ]
    kept = stored(instance, with_it)
    assert kept is not None
    assert kept.guardian == "agreed"


def test_opening_a_form_again_tells_who_entered_it_and_when(app: Flask, ambassador: Ambassador, serial: str) -> None:
    ambassador.keys(serial, {"safe_day": "neither"})
    page = Ambassador(app, "coordinator").opens(serial)
    assert f"{an_email('ambassador')} entered this form on 21 November 2026." in text_of(page)
    assert "safe_day" not in page.get_data(as_text=True)


def test_the_same_form_keyed_twice_changes_nothing(
    app: Flask, surveyed: Instance, ambassador: Ambassador, serial: str
) -> None:
    ambassador.keys(serial, {"safe_day": "neither"})
    page = Ambassador(app, "coordinator").keys(serial, {"safe_day": "neither"})
    assert "entered before, with the same answers" in text_of(page)
    kept = stored(surveyed, serial)
    assert kept is not None
    assert kept.keyed_by == an_email("ambassador")
    assert waiting(surveyed) == []


def test_other_answers_for_the_same_form_wait_for_review(
    app: Flask, surveyed: Instance, ambassador: Ambassador, serial: str
) -> None:
    ambassador.keys(serial, {"safe_day": "neither"})
    again = Ambassador(app, "coordinator").client.get(f"/f/{serial}?again=1")
    assert "How safe do you feel" in text_of(again)
    page = Ambassador(app, "coordinator").keys(serial, {"safe_day": "very_safe"})
    assert "entered before, with other answers" in text_of(page)
    kept = stored(surveyed, serial)
    assert kept is not None
    assert kept.answers == {"safe_day": "neither"}
    assert waiting(surveyed) == ["second_entry"]


def test_where_two_read_the_agreement_differently_a_person_looks_at_the_sheet(
    app: Flask, surveyed: Instance, ambassador: Ambassador, serial: str
) -> None:
    ambassador.keys(serial, {"safe_day": "neither"})
    coordinator = Ambassador(app, "coordinator")
    page = coordinator.keys(serial, {"safe_day": "neither"}, consent="no")
    assert "was entered before with agreement" in text_of(page)
    assert (state_of(surveyed, serial), waiting(surveyed)) == ("entered", ["paper_notes"])
    with surveyed.database.reading() as session:
        [item] = review.waiting(session)
    said = text_of(coordinator.client.get(f"/staff/review/{item.item_hash}"))
    assert "The person has not agreed to take part." in said
    assert "Keep what was entered first" in said
    assert "Erase what was entered first" in said
    assert "Looked at" not in said


@pytest.mark.parametrize(
    ("refusal", "reason"), [({"age_band": "under-13"}, "too_young"), ({"consent": "no"}, "consent_missing")]
)
@pytest.mark.parametrize("decision", ["keep_entry", "erase"])
def test_a_disputed_form_is_kept_or_erased_and_nothing_says_why(
    app: Flask,
    surveyed: Instance,
    ambassador: Ambassador,
    serial: str,
    refusal: dict[str, str],
    reason: str,
    decision: str,
) -> None:
    ambassador.keys(serial, {"safe_day": "neither"})
    coordinator = Ambassador(app, "coordinator")
    coordinator.keys(serial, {"safe_day": "neither"}, **refusal)
    with surveyed.database.reading() as session:
        [item] = review.waiting(session)
    page = f"/staff/review/{item.item_hash}"
    assert post(coordinator.client, page, {"decision": "seen"}).status_code == 409
    assert post(coordinator.client, page, {"decision": decision}).status_code == 303
    assert ((stored(surveyed, serial) is None), waiting(surveyed)) == (decision == "erase", [])
    with surveyed.database.reading() as session:
        subject = tombstone_of(response_id_of(serial))
        lines = [*audit.lines_about(session, serial), *audit.lines_about(session, subject)]
        assert tombstones.stands_over(session, subject) == (decision == "erase")
    assert [line.action for line in lines] == ["form.refused", "response.stored", f"review.{decision}"]
    with surveyed.database.writing() as session:
        settle_decisions(session, surveyed.settings.keys, surveyed.now() + timedelta(hours=25))
        after = [line.action for line in audit.lines_about(session, subject)]
    assert (after[-1] == "response.erased") == (decision == "erase")
    assert not any(reason in str(line.detail) for line in lines)
    with surveyed.database.engine.connect() as connection:
        notes = connection.exec_driver_sql("SELECT CAST(notes AS TEXT) FROM review_items").scalars().all()
    assert notes == ([] if decision == "erase" else ["[]"])


def test_a_form_erased_after_a_dispute_stays_erased_whoever_keys_it(
    app: Flask, surveyed: Instance, ambassador: Ambassador, serial: str
) -> None:
    ambassador.keys(serial, {"safe_day": "neither"})
    coordinator = Ambassador(app, "coordinator")
    coordinator.keys(serial, consent="no")
    with surveyed.database.reading() as session:
        [item] = review.waiting(session)
    page = f"/staff/review/{item.item_hash}"
    post(coordinator.client, page, {"decision": "erase"})
    assert post(coordinator.client, f"{page}/undo").status_code == 303
    assert stored(surveyed, serial) is not None
    post(coordinator.client, page, {"decision": "erase"})
    ambassador.keys(serial, {"safe_day": "very_safe"})
    assert "Destroy the sheet" in text_of(ambassador.keys(serial, consent="no"))
    assert (stored(surveyed, serial), waiting(surveyed)) == (None, [])


def test_more_ticks_than_allowed_are_kept_and_looked_at_again(
    surveyed: Instance, ambassador: Ambassador, serial: str
) -> None:
    page = ambassador.keys(serial, {"unsafe_reasons": ["threats", "drugs", "dark", "hate"]})
    assert "put the sheet aside for review" in text_of(page)
    kept = stored(surveyed, serial)
    assert kept is not None
    assert len(kept.answers["unsafe_reasons"]) == 4
    assert waiting(surveyed) == ["paper_notes"]


def test_what_is_not_asked_of_a_child_is_left_out_though_it_was_filled_in(
    surveyed: Instance, ambassador: Ambassador, serial: str
) -> None:
    ambassador.keys(serial, {"safe_day": "neither", "trust_police": "a_lot"}, age_band="13-15")
    kept = stored(surveyed, serial)
    assert kept is not None
    assert kept.answers == {"safe_day": "neither"}
    assert waiting(surveyed) == ["paper_notes"]


def test_with_help_what_is_to_be_answered_alone_is_left_out(
    surveyed: Instance, ambassador: Ambassador, serial: str
) -> None:
    ambassador.keys(serial, {"safe_day": "neither", "safe_home": "very_unsafe"}, assisted="family")
    kept = stored(surveyed, serial)
    assert kept is not None
    assert "safe_home" not in kept.answers


def test_a_form_that_comes_back_after_the_wave_closed_waits_for_a_decision(
    surveyed: Instance, ambassador: Ambassador, serial: str
) -> None:
    with surveyed.database.writing() as session:
        set_wave_state(
            session, surveyed.settings.keys, "feeling-safe", WAVE, "closed", actor="test", now=surveyed.now()
        )
    page = ambassador.keys(serial, {"safe_day": "neither"})
    assert "came after the wave closed" in text_of(page)
    assert (stored(surveyed, serial), waiting(surveyed), state_of(surveyed, serial)) == (None, ["late"], "entered")


def test_a_form_taken_back_with_its_slip_cannot_be_keyed_in_again(
    surveyed: Instance, ambassador: Ambassador, serial: str
) -> None:
    ambassador.keys(serial, {"safe_day": "neither"})
    with surveyed.database.writing() as session:
        receipt = receipt_of(response_id_of(serial))
        assert erase_response(session, surveyed.settings.keys, receipt, actor="test", now=surveyed.now())
    ambassador.keys(serial, {"safe_day": "very_safe"})
    assert (stored(surveyed, serial), waiting(surveyed)) == (None, [])


def test_a_serial_leads_to_its_form_however_it_was_typed(ambassador: Ambassador, serial: str) -> None:
    typed = ambassador.client.get("/staff/entry", query_string={"serial": f" {spoken(serial).lower()} "})
    assert typed.headers["Location"] == f"/f/{serial}"
    wrong = ambassador.client.get("/staff/entry?serial=7KQM4RTXX")
    assert wrong.status_code == 404
    assert "No form has this serial" in text_of(wrong)


def test_an_ambassador_whose_session_ended_comes_back_to_the_form(app: Flask, serial: str) -> None:
    sent = post(app.test_client(), f"/f/{serial}", {"consent": "yes"})
    assert (sent.status_code, sent.headers["Location"]) == (303, f"/staff/sign-in?next=/f/{serial}")


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_entry_screen_has_every_box_of_the_sheet_and_no_other(
    surveyed: Instance, survey: Questionnaire, language: str, style: str
) -> None:
    serial = printed_forms(surveyed, survey, language=language, style=style)[0]
    with surveyed.database.reading() as session:
        say, districts = phrases_for(language, style).say, districts_on_form(session, survey)
        layout = make_layout(survey, language, style, say=say, districts=districts)
        fields = entry_fields(session, survey, forms.get(session, serial), MultiDict())
    printed = [(box.question, box.option) for page in layout.pages for box in page.boxes]
    keyed = [(field.about, choice.code) for field in fields for choice in field.choices]
    keyed.remove(("consent", "no"))
    areas = {code for field in fields for group in field.groups for code in [group.area.code]}
    assert {box for box in printed if box[0] != "area"} == set(keyed)
    assert {option for question, option in printed if question == "area"} <= areas
    first_boxes = list(dict.fromkeys(question for question, _ in printed if question != "area"))
    following = {question.id for question in survey.questions if question.options_from}
    assert [q for q in first_boxes if q not in following] == [
        field.about for field in fields if field.choices and field.about not in following
    ]
    assert {field.about: field.number for field in fields if field.number} == layout.numbers
    keys = [[choice.key for choice in field.choices] for field in fields]
    assert all(len(set(row)) == len(row) and "" not in row and "s" not in row for row in keys)


def test_the_area_a_form_was_printed_for_is_on_no_screen(app: Flask, surveyed: Instance, survey: Questionnaire) -> None:
    from engage.collection.paper import issue_forms
    from staffing import ALayout

    with surveyed.database.writing() as session:
        keys, now = surveyed.settings.keys, surveyed.now()
        [(serial, _)] = issue_forms(
            session, keys, ALayout(), survey, WAVE, "en", "standard", "E05012281", 1, now, "test"
        )
    page = Ambassador(app).opens(serial).get_data(as_text=True)
    assert not re.search(r'value="E05012281" selected|checked[^>]*E05012281', page)
