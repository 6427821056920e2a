"""A batch of forms on its way: printed, handed out, taken back, entered or spoilt, destroyed."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from builders import NOW, WAVE
from engage import jobs
from engage.collection.batches import count_batch
from engage.collection.paper import KeyedForm, enter_form
from engage.jobs import files_of
from engage.questionnaire.model import Questionnaire
from engage.response.serials import response_id_of
from engage.staff.words import BATCH_STATES, FORM_STATES, SPOILT
from engage.storage import audit, batches, forms, questionnaires, responses
from engage.storage import jobs as stored_jobs
from engage.storage.batches import Batch
from engage.storage.instance import Instance
from engage.worker import WORKS
from staffing import a_batch, an_email, post, signed_in, text_of

SURVEY = "feeling-safe"
ORDER = {"survey": SURVEY, "wave": WAVE, "language": "en", "style": "standard", "area": "E05012278", "count": "3"}
SHREDDED = {"sure": "yes"}
SHEET = {"consent": "yes", "age_band": "16-17", "q.safe_day": "safe"}


@pytest.fixture
def survey(surveyed: Instance) -> Questionnaire:
    with surveyed.database.reading() as session:
        return questionnaires.get(session, SURVEY)


@pytest.fixture
def coordinator(app: Flask) -> FlaskClient:
    return signed_in(app, "coordinator")


def keyed(instance: Instance, serial: str, by: str = "keyer@example.org", *, consent: bool = True) -> None:
    with instance.database.writing() as session:
        form = forms.get(session, serial)
        answers = KeyedForm(consent=consent, answers={"safe_day": "fairly_safe"}, age_band="16-17")
        enter_form(session, instance.settings.keys, form, answers, by=by, now=instance.now())


def at(batch: Batch, act: str = "") -> str:
    return f"/staff/paper/batches/{batch.id}" + (f"/{act}" if act else "")


def now_is(instance: Instance, batch: Batch) -> Batch:
    with instance.database.reading() as session:
        return batches.get(session, batch.id)


def test_a_print_run_becomes_a_batch_with_its_file(surveyed: Instance, coordinator: FlaskClient) -> None:
    asked = {"venue": " Base 51 ", "ambassador": "AMBASSADOR@example.org"}
    sent = post(coordinator, "/staff/paper", ORDER | asked)
    job = UUID(sent.headers["Location"].rpartition("/")[2])
    jobs.run(surveyed, job, WORKS)
    with surveyed.database.reading() as session:
        [batch] = batches.list_of(session, SURVEY)
        counted = count_batch(session, batch)
        lines = list(audit.lines_about(session, SURVEY))
    assert (batch.venue, batch.area, batch.count, batch.job) == ("Base 51", "E05012278", 3, job)
    assert (batch.printed_by, batch.state) == (an_email("coordinator"), "printed")
    assert counted.forms == {"printed": 3}
    assert lines[-1].detail["batch"] == batch.code
    listed = text_of(coordinator.get("/staff/paper/batches"))
    assert f"{batch.code}: 3 forms, English, standard" in listed
    assert "Base 51, Clifton East, AMBASSADOR@example.org" in listed
    assert f'href="/staff/jobs/{job}/file"' in coordinator.get(at(batch)).get_data(as_text=True)


def test_a_print_run_that_is_cut_short_leaves_no_batch_and_no_file(
    surveyed: Instance, coordinator: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = post(coordinator, "/staff/paper", ORDER).headers["Location"]

    def out_of_paper(*_arguments: object) -> None:
        raise OSError("no space left on device")

    with monkeypatch.context() as broken:
        broken.setattr("engage.staff.printing.print_forms", out_of_paper)
        with pytest.raises(OSError, match="no space"):
            jobs.run(surveyed, UUID(page.rpartition("/")[2]), WORKS)
    with surveyed.database.reading() as session:
        assert batches.list_of(session, SURVEY) == []
        assert forms.newest(session, SURVEY, 5) == []
        assert stored_jobs.newest(session, 1)[0].state == "failed"
    assert list(files_of(surveyed).iterdir()) == []


def test_a_batch_goes_out_comes_back_and_is_destroyed(
    surveyed: Instance, survey: Questionnaire, coordinator: FlaskClient
) -> None:
    batch, serials = a_batch(surveyed, survey, venue="Base 51")
    assert post(coordinator, at(batch, "take-back"), {"count": "1"}).status_code == 422
    assert post(coordinator, at(batch, "hand-out"), {"who": "Mr Khan"}).status_code == 303
    keyed(surveyed, serials[0])
    assert "say first how many forms came back" in text_of(post(coordinator, at(batch, "destroy"), SHREDDED))
    assert post(coordinator, at(batch, "take-back"), {"count": "3"}).status_code == 303
    refused = post(coordinator, at(batch, "destroy"), SHREDDED)
    assert refused.status_code == 422
    assert "2 of the forms that came back are not entered yet" in text_of(refused)
    keyed(surveyed, serials[1])
    keyed(surveyed, serials[2], consent=False)
    page = text_of(coordinator.get(at(batch)))
    assert "Keyed 2 Nothing kept 1 Response rate 50 %" in page
    assert "Handed out by Mr Khan" in page
    assert "tick that every sheet is shredded" in text_of(post(coordinator, at(batch, "destroy")))
    assert post(coordinator, at(batch, "destroy"), SHREDDED).status_code == 303
    after = now_is(surveyed, batch)
    assert (after.state, after.destroyed_by, after.destroyed_on) == ("destroyed", an_email("coordinator"), NOW.date())
    assert after.destroy_by == NOW.date() + timedelta(days=90)
    with surveyed.database.reading() as session:
        gone = [forms.get(session, serial).destroyed_on for serial in serials]
        acts = [line.action for line in audit.lines_about(session, batch.code)]
    assert gone == [NOW.date()] * 3 + [None]
    assert acts == ["batch.handed_out", "batch.returned", "batch.destroyed"]
    for act, given in (("hand-out", {"who": "x"}), ("take-back", {"count": "4"}), ("destroy", SHREDDED)):
        assert post(coordinator, at(batch, act), given).status_code == 422


def test_no_more_come_back_than_went_out(surveyed: Instance, survey: Questionnaire, coordinator: FlaskClient) -> None:
    batch, _ = a_batch(surveyed, survey)
    post(coordinator, at(batch, "hand-out"), {"who": "Mr Khan"})
    for count in ("", "-1", "5", "many", "99999"):
        page = post(coordinator, at(batch, "take-back"), {"count": count})
        assert page.status_code == 422
        assert "between 0 and 4 forms can be back" in text_of(page)
    assert now_is(surveyed, batch).state == "handed_out"


def test_a_batch_that_never_went_out_can_be_destroyed(
    surveyed: Instance, survey: Questionnaire, coordinator: FlaskClient
) -> None:
    batch, serials = a_batch(surveyed, survey)
    assert post(coordinator, at(batch, "destroy"), SHREDDED).status_code == 303
    with surveyed.database.reading() as session:
        assert {forms.get(session, serial).destroyed_on for serial in serials} == {NOW.date()}


def test_forms_are_known_to_be_back_when_all_of_a_batch_are(
    surveyed: Instance, survey: Questionnaire, coordinator: FlaskClient
) -> None:
    batch, serials = a_batch(surveyed, survey)
    post(coordinator, at(batch, "hand-out"), {"who": "Mr Khan"})
    keyed(surveyed, serials[0])
    post(coordinator, at(batch, "take-back"), {"count": "4"})
    with surveyed.database.reading() as session:
        assert count_batch(session, batch).forms == {"entered": 1, "returned": 3}


def test_whoever_hands_forms_out_cannot_key_them(
    app: Flask, surveyed: Instance, survey: Questionnaire, coordinator: FlaskClient
) -> None:
    ambassador, admin = signed_in(app, "ambassador"), signed_in(app, "admin")
    batch, serials = a_batch(surveyed, survey, ambassador=an_email("ambassador").upper())
    for _ in ("named", "handed out"):
        for answer in (
            ambassador.get(f"/f/{serials[0]}"),
            post(ambassador, f"/f/{serials[0]}", SHEET),
            post(ambassador, f"/f/{serials[0]}/spoilt", {"because": "torn"}),
        ):
            assert answer.status_code == 403
            assert "You handed this form out, so somebody else keys it." in text_of(answer)
        assert post(coordinator, at(batch, "hand-out"), {"who": an_email("ambassador")}).status_code == 303
    with surveyed.database.reading() as session:
        assert forms.get(session, serials[0]).state == "handed_out"
        assert responses.get(session, response_id_of(serials[0])) is None
    assert admin.get(f"/f/{serials[0]}").status_code == 200


def test_whoever_has_keyed_forms_of_a_batch_cannot_hand_it_out(
    surveyed: Instance, survey: Questionnaire, coordinator: FlaskClient
) -> None:
    batch, serials = a_batch(surveyed, survey)
    keyed(surveyed, serials[0], by=an_email("ambassador"))
    page = post(coordinator, at(batch, "hand-out"), {"who": an_email("ambassador")})
    assert page.status_code == 422
    assert "has keyed forms of this batch, so somebody else hands them out" in text_of(page)
    assert now_is(surveyed, batch).handed_out_by is None


def test_answers_tell_where_their_form_was_handed_out(surveyed: Instance, survey: Questionnaire) -> None:
    for fields in ({"venue": "Base 51"}, {}):
        batch, serials = a_batch(surveyed, survey, **fields)
        keyed(surveyed, serials[0])
        with surveyed.database.reading() as session:
            stored = responses.get(session, response_id_of(serials[0]))
        assert stored.batch == fields.get("venue", f"paper {batch.code}")


def test_a_spoilt_form_is_set_aside_by_its_serial_and_can_come_back(
    app: Flask, surveyed: Instance, survey: Questionnaire, coordinator: FlaskClient
) -> None:
    ambassador = signed_in(app, "ambassador")
    batch, serials = a_batch(surveyed, survey)
    serial = serials[0]
    assert post(ambassador, f"/f/{serial}/spoilt", {"because": ""}).status_code == 422
    told = post(ambassador, f"/f/{serial}/spoilt", {"because": "torn"})
    assert "is marked as spoilt" in text_of(ambassador.get(told.headers["Location"]))
    assert "marked this form as spoilt" in text_of(ambassador.get(f"/f/{serial}"))
    keyed(surveyed, serial)
    with surveyed.database.reading() as session:
        assert forms.get(session, serial).state == "spoilt"
        assert responses.get(session, response_id_of(serial)) is None
    assert "Torn or pages missing" in text_of(coordinator.get(at(batch)))
    back = f"/staff/paper/forms/{serial}/unspoil"
    assert post(ambassador, back).status_code == 403
    assert post(coordinator, back).status_code == 303
    with surveyed.database.reading() as session:
        assert (forms.get(session, serial).state, forms.get(session, serial).spoilt_because) == ("printed", None)
        acts = [line.action for line in audit.lines_about(session, serial)]
    assert acts == ["form.spoilt", "form.unspoilt"]
    keyed(surveyed, serial)
    assert post(coordinator, back).status_code == 422


def test_how_long_paper_is_kept_is_set_for_a_survey(
    surveyed: Instance, survey: Questionnaire, coordinator: FlaskClient
) -> None:
    rules = {"survey": SURVEY, "keep_days": "0", "second_percent": "10"}
    for wrong in ({"keep_days": "4000"}, {"second_percent": "101"}, {"keep_days": "soon"}, {"survey": "none"}):
        assert post(coordinator, "/staff/paper/rules", rules | wrong).status_code == 422
    assert post(coordinator, "/staff/paper/rules", rules).status_code == 303
    batch, _ = a_batch(surveyed, survey)
    post(coordinator, at(batch, "hand-out"), {"who": "Mr Khan"})
    post(coordinator, at(batch, "take-back"), {"count": "0"})
    with surveyed.database.reading() as session:
        assert batches.rules_of(session, SURVEY).second_percent == 10
        assert [late.code for late in batches.overdue(session, date(2026, 11, 22))] == [batch.code]


def test_only_those_who_print_see_batches(app: Flask, surveyed: Instance, survey: Questionnaire) -> None:
    batch, _ = a_batch(surveyed, survey)
    for role in ("ambassador", "analyst", "translator"):
        client = signed_in(app, role)
        assert client.get("/staff/paper/batches").status_code == 403
        assert client.get(at(batch)).status_code == 403


def test_every_state_and_reason_has_words() -> None:
    assert set(BATCH_STATES) == set(batches.STATES)
    assert set(FORM_STATES) == set(forms.STATES)
    assert set(SPOILT) == set(forms.SPOILT_REASONS)
