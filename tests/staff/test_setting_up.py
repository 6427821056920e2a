"""Setting a survey up: no survey opens in the browser with a gap, everything signed is on record and can be read."""

import io
from dataclasses import replace
from datetime import timedelta

import pytest
from docx import Document
from flask import Flask
from flask.testing import FlaskClient
from pypdfium2 import PdfDocument

from builders import a_door, a_submission, an_instance
from engage.app import create_app
from engage.collection import setting_up
from engage.collection.accounts import invite
from engage.collection.languages import offer_language
from engage.collection.notices import notice_keys, notice_of, starter
from engage.collection.receive import receive_submission
from engage.collection.safeguarding import name_owner, put_on_duty
from engage.collection.surveys import WaveStateRefused, change_wave, import_questionnaire
from engage.questionnaire.easy_read import find_in_text
from engage.questionnaire.library import read_library_survey
from engage.questionnaire.reading_level import reading_grade
from engage.staff.first_person import first_link
from engage.storage import audit, questionnaires, waves
from engage.storage.instance import Instance
from engage.storage.safeguarding import DutyContact
from ready import with_record
from staffing import post, signed_in, text_of

PAGE = "/staff/set-up/feeling-safe"


@pytest.fixture
def drafted(instance: Instance) -> Instance:
    """Return an instance with the library survey and no wave."""
    with instance.database.writing() as session:
        survey = read_library_survey("feeling-safe")
        import_questionnaire(session, instance.settings.keys, survey, actor="test", now=instance.now())
    return instance


def gaps(instance: Instance, wave: str | None = None) -> set[str]:
    with instance.database.reading() as session:
        return {gap.item for gap in setting_up.gaps_of(session, "feeling-safe", instance.now(), wave)}


def test_a_survey_with_a_gap_does_not_open_in_the_browser_but_its_pilot_starts(drafted: Instance) -> None:
    coordinator = signed_in(create_app(drafted), "coordinator")
    with_record(drafted)
    with drafted.database.writing() as session:
        late = drafted.now() + timedelta(days=91)
        with pytest.raises(
            WaveStateRefused,
            match="Help lines: check 0800 1111, 85258, 116 123 and 5 more: ring it or check it on its own website",
        ):
            change_wave(session, drafted.settings.keys, "feeling-safe", "2026-autumn", "open", actor="a", now=late)
        setting_up.sign(session, drafted.settings.keys, "feeling-safe", "purpose", {}, actor="a", now=drafted.now())
    for page in (PAGE, "/staff/surveys/feeling-safe/waves"):
        refused = post(coordinator, page, {"state": "open", "wave": "2026-autumn"})
        assert refused.status_code == 422
        assert "ay what the survey is for" in text_of(refused)
    listed = coordinator.get(PAGE).get_data(as_text=True)
    assert listed.count('feeling-safe/purpose"') == 1
    assert '<button name="state" value="open" class="quiet">' in listed
    assert post(coordinator, PAGE, {"state": "pilot"}).status_code == 303
    with drafted.database.writing() as session:
        (wave,) = waves.list_of(session, "feeling-safe")
        assert wave.state == "pilot"
        receive_submission(session, a_door(drafted), a_submission())
    assert post(coordinator, f"{PAGE}/purpose", {"text": "To hear people."}).status_code == 303
    assert '<button name="state" value="open">' in coordinator.get(PAGE).get_data(as_text=True)
    assert post(coordinator, PAGE, {"state": "open"}).status_code == 303
    opened = text_of(coordinator.get(PAGE))
    assert "What was signed: 13 of 13 items" in opened and "Open the survey" not in opened
    with drafted.database.reading() as session:
        signed = [line for line in audit.lines_about(session, "feeling-safe") if line.action == setting_up.SIGNED]
    assert (signed[-1].actor, signed[-1].detail) == ("coordinator@example.org", {"item": "purpose", "fields": ["text"]})


def test_nobody_has_to_test_call_an_emergency_number(drafted: Instance) -> None:
    coordinator = signed_in(create_app(drafted), "coordinator")
    with_record(drafted)
    page = text_of(coordinator.get(f"{PAGE}/help_lines"))
    assert "Nobody test-calls these, so they count as checked: 999, 101, 18001." in page
    assert "Samaritans: 116 123" in page and "Emergency: 999" not in page


def test_nobody_answers_for_own_words_who_was_not_chosen_or_never_signed_in(drafted: Instance) -> None:
    coordinator, keys = signed_in(create_app(drafted), "coordinator"), drafted.settings.keys
    with drafted.database.writing() as session:
        invite(session, keys, "absent@example.org", "admin", None, drafted.now(), "test")
    refused = post(coordinator, PAGE, {"state": "pilot"})
    assert refused.status_code == 422
    assert "cannot start yet, for people may write that they are in danger" in text_of(refused)
    assert f'{PAGE}/duty">Who answers for own words' in refused.get_data(as_text=True)
    page = coordinator.get(f"{PAGE}/duty")
    assert "selected" not in page.get_data(as_text=True)
    assert "absent@example.org (has not signed in yet)" in text_of(page)
    assert "nobody is sent word until ENGAGE_SMTP_URL is set" in text_of(page)
    sent = {"owner": "absent@example.org", "email": "coordinator@example.org", "name": "Cora"}
    assert post(coordinator, f"{PAGE}/duty", sent).status_code == 422
    with drafted.database.writing() as session:
        name_owner(session, keys, "feeling-safe", "absent@example.org", "test", drafted.now())
        put_on_duty(session, keys, DutyContact("feeling-safe", "absent@example.org", "A", drafted.now()), "test")
    assert "Name somebody who has signed in: absent@example.org has not yet" in text_of(coordinator.get(PAGE))
    sent["owner"] = "coordinator@example.org"
    assert post(coordinator, f"{PAGE}/duty", sent).status_code == 303
    assert "duty" not in gaps(drafted)


def test_an_item_that_is_signed_and_still_faulty_is_shown_again_with_what_is_missing(drafted: Instance) -> None:
    coordinator = signed_in(create_app(drafted), "coordinator")
    sent = {"article_6": "public_task", "article_9": "none"}
    again = post(coordinator, f"{PAGE}/basis", sent, follow_redirects=True)
    assert again.request.path == f"{PAGE}/basis"
    box = again.get_data(as_text=True).partition('<div class="fault" role="alert">')[2].partition("</div>")[0]
    assert "the survey asks about the person: choose a condition for special categories" in box
    onward = post(coordinator, f"{PAGE}/basis", sent | {"article_9": "equality"}, follow_redirects=True)
    assert onward.request.path == f"{PAGE}/ethics"
    assert "Lawful basis: signed." in text_of(onward)


def test_what_changes_after_it_was_signed_is_a_gap_again(drafted: Instance) -> None:
    signed_in(create_app(drafted), "coordinator")
    with_record(drafted)
    assert gaps(drafted, "2026-autumn") == set()
    assert gaps(drafted, "2027-spring") == {"wave"}
    with drafted.database.writing() as session:
        keys, now = drafted.settings.keys, drafted.now()
        known = questionnaires.get(session, "feeling-safe")
        assert known is not None
        state = "closed" if "pl" in known.offered() else "fallback"
        offer_language(session, keys, "feeling-safe", "pl", state, "test", now)
        import_questionnaire(session, keys, replace(known, areas=("E06000018",)), actor="test", now=now)
    assert gaps(drafted, "2026-autumn") == {"languages", "areas"}


def test_places_and_the_rule_for_under_16s_are_chosen_here_until_somebody_has_answered(
    client: FlaskClient, app: Flask, surveyed: Instance
) -> None:
    coordinator = signed_in(app, "coordinator")
    assert post(coordinator, f"{PAGE}/areas", {"codes": ["E06000018"]}).status_code == 303
    assert post(coordinator, f"{PAGE}/consent", {"rule": "parent_opt_in"}).status_code == 303
    with surveyed.database.writing() as session:
        known = questionnaires.get(session, "feeling-safe")
        assert known is not None
        assert (known.areas, known.consent.rule) == (("E06000018",), "parent_opt_in")
        receive_submission(session, a_door(surveyed), a_submission())
    refused = post(coordinator, f"{PAGE}/areas", {"codes": ["E23000019"]})
    assert refused.status_code == 422
    assert "version 1 has answers and is locked" in text_of(refused)


def test_every_text_to_start_from_is_plain_and_fits_where_it_is_written(drafted: Instance) -> None:
    with drafted.database.reading() as session:
        asked = questionnaires.get(session, "feeling-safe")
    assert asked is not None
    texts = {kind: starter(kind, 1095) for kind in notice_keys(asked).values()}
    assert all("{years} years" in text and "{organisation}" in text for text in texts.values())
    standard, young, easy = texts.values()
    body = "\n".join(line for line in easy.splitlines() if not line.startswith("#"))
    assert list(find_in_text(body, "en")) == []
    assert reading_grade(easy) < reading_grade(young) < reading_grade(standard)
    assert reading_grade(young) < 6


def test_a_notice_is_read_in_every_style_stays_through_an_import_and_goes_to_translators(
    client: FlaskClient, app: Flask, surveyed: Instance
) -> None:
    assert client.get("/s/local/privacy").status_code == 404
    assert "/s/local/privacy" not in client.get("/s/local").get_data(as_text=True)
    with_record(surveyed)
    assert 'href="/s/local/privacy?lang=en&amp;style=standard"' in client.get("/s/local").get_data(as_text=True)
    assert "/s/local/privacy" in client.get("/s/local/1").get_data(as_text=True)
    adult, young = client.get("/s/local/privacy"), client.get("/s/local/privacy?for=young")
    assert "run by Nottinghamshire VRU" in text_of(adult)
    assert "erased 3 years after" in text_of(adult)
    assert "grown-up you trust, can write to dpo@example.org" in text_of(young)
    easy = client.get("/s/local/privacy?style=easy_read")
    assert "We do not ask your name." in text_of(easy)
    arabic = client.get("/s/local/privacy?lang=ar").get_data(as_text=True)
    assert 'lang="en" dir="ltr">' in arabic
    with surveyed.database.writing() as session:
        shipped = read_library_survey("feeling-safe")
        import_questionnaire(session, surveyed.settings.keys, shipped, actor="test", now=surveyed.now())
        known = questionnaires.get(session, "feeling-safe")
    assert known is not None
    assert len(notice_of(known)) == 3
    page = signed_in(app, "translator").get("/staff/translations/so/survey/feeling-safe?state=all")
    assert "Privacy notice" in text_of(page)


def test_the_annex_names_every_question_and_signature_and_what_is_missing(app: Flask, surveyed: Instance) -> None:
    coordinator = signed_in(app, "coordinator")
    with_record(surveyed)
    pdf = coordinator.get(f"{PAGE}/annex.pdf")
    text = " ".join(page.get_textpage().get_text_range() for page in PdfDocument(pdf.data)).replace("\r\n", " ")
    asked = read_library_survey("feeling-safe").questions
    assert all(question.id in text for question in asked if question.type != "note")
    assert "Article 6(1)(e), public task" in text
    assert "21 November 2026" in text
    assert "Not complete" not in text
    with surveyed.database.writing() as session:
        setting_up.sign(session, surveyed.settings.keys, "feeling-safe", "ethics", {}, actor="a", now=surveyed.now())
    document = Document(io.BytesIO(coordinator.get(f"{PAGE}/annex.docx").data))
    assert "Not complete on this day. Missing: Ethics." in "\n".join(part.text for part in document.paragraphs)
    assert coordinator.get(f"{PAGE}/annex.txt").status_code == 404


def test_the_first_admin_comes_in_by_the_link_that_is_printed_and_nobody_after(tmp_path: object) -> None:
    app = create_app(an_instance(tmp_path))  # type: ignore[arg-type]
    client = app.test_client()
    link = first_link(app)
    assert link is not None
    assert "Your e-mail address" in text_of(client.get(link))
    assert post(client, link, {"email": "nobody"}).status_code == 422
    invited = post(client, link, {"email": "ann@example.org"})
    assert invited.status_code == 303
    assert "Choose a password" in text_of(client.get(invited.headers["Location"]))
    assert client.get(link).status_code == 410
    assert first_link(app) is None
