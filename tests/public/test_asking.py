"""Asking in public: anybody may, nobody is asked for a name, and nothing shows before staff have answered it."""

import re
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from builders import NOW
from engage.collection.public_questions import MOST_PER_DAY, QUESTION_LIFE, ask_question
from engage.collection.retention import forget_what_is_over
from engage.storage import audit, public_questions
from engage.storage.instance import Instance
from engage.storage.public_questions import PublicQuestion
from staffing import an_email, post, signed_in, text_of

ASK = "/results/local/ask"
QUESTION = "When will the path behind Omar's house be lit?"
EDITED = "When will the path behind the shops be lit?"


def ask(client: FlaskClient, question: str = QUESTION, **fields: str) -> TestResponse:
    """Send a question as the page would."""
    page = client.get(f"{ASK}?lang=en").get_data(as_text=True)
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token
    return client.post(f"{ASK}?lang=en", data={"csrf_token": token[1], "question": question, **fields})


def waiting(instance: Instance) -> list[PublicQuestion]:
    with instance.database.reading() as session:
        return public_questions.waiting(session)


def decide(staff: FlaskClient, question: UUID, decision: str, **fields: str) -> TestResponse:
    written = {"words": EDITED, "answer": "In March.", "owner": "Street lighting team", "decision": decision}
    path = f"/staff/public/questions/{question}"
    return post(staff, path, written | fields)


def acts_on(instance: Instance, question: UUID) -> list[tuple[str, str]]:
    with instance.database.reading() as session:
        return [(line.actor, line.action) for line in audit.lines_about(session, str(question))]


def test_the_page_warns_against_names_and_has_help_at_hand(client: FlaskClient) -> None:
    words = text_of(client.get(f"{ASK}?lang=en"))
    for said in ("Do not write names", "Nobody can help you at once here", "call 999", "0800 1111"):
        assert said in words
    easy = text_of(client.get(f"{ASK}?lang=en&style=easy_read"))
    assert "Do not write any names. Do not write private things." in easy


def test_a_question_is_kept_with_its_day_and_nothing_of_who_asked(client: FlaskClient, surveyed: Instance) -> None:
    sent = ask(client, f"  {QUESTION}\0\n", area="E06000018")
    assert sent.status_code == 303
    assert "Your question has been sent" in text_of(client.get(sent.headers["Location"]))
    (kept,) = waiting(surveyed)
    assert kept == PublicQuestion(kept.id, "feeling-safe", QUESTION, NOW.date(), "E06000018", "en")
    assert QUESTION not in text_of(client.get(ASK))


def test_a_ward_is_more_than_is_asked_for(client: FlaskClient, surveyed: Instance) -> None:
    assert 'value="E06000018"' in client.get(ASK).get_data(as_text=True)
    assert 'value="E05012278"' not in client.get(ASK).get_data(as_text=True)
    ask(client, area="E05012278")
    assert [question.area for question in waiting(surveyed)] == [None]


def test_programs_that_fill_every_field_leave_nothing_behind(client: FlaskClient, surveyed: Instance) -> None:
    assert ask(client, website="https://spam.example").status_code == 303
    assert waiting(surveyed) == []


@pytest.mark.parametrize(("question", "says"), [("  \n", "write your question first"), ("x" * 501, "too long")])
def test_what_cannot_be_taken_is_said_and_stays_to_be_mended(
    client: FlaskClient, surveyed: Instance, question: str, says: str
) -> None:
    answer = ask(client, question)
    assert answer.status_code == 422
    assert says in text_of(answer)
    assert question.strip() in answer.get_data(as_text=True)
    assert waiting(surveyed) == []


def test_a_form_of_another_site_is_refused(client: FlaskClient, surveyed: Instance) -> None:
    assert client.post(ASK, data={"question": QUESTION}).status_code == 400
    assert waiting(surveyed) == []


def test_a_flood_of_questions_ends_for_the_day(client: FlaskClient, surveyed: Instance) -> None:
    with surveyed.database.writing() as session:
        for number in range(MOST_PER_DAY):
            ask_question(session, "feeling-safe", f"Question {number}", None, "en", NOW)
    assert ask(client).status_code == 429
    with surveyed.database.writing() as session:
        ask_question(session, "feeling-safe", QUESTION, None, "en", NOW + timedelta(days=1))
    assert len(waiting(surveyed)) == MOST_PER_DAY + 1


def test_staff_edit_answer_and_show_a_question_and_each_act_is_in_the_log(app: Flask, surveyed: Instance) -> None:
    reader, staff = app.test_client(), signed_in(app, "coordinator")
    ask(reader)
    (kept,) = waiting(surveyed)
    assert "1 question waits for an answer" in text_of(staff.get("/staff/"))
    assert decide(staff, kept.id, "publish", owner="").status_code == 422
    assert "In March." not in text_of(reader.get(ASK))
    assert decide(staff, kept.id, "publish").status_code == 303
    shown = text_of(reader.get(f"{ASK}?lang=en"))
    assert EDITED in shown
    assert "In March. Street lighting team" in shown
    assert "Omar" not in shown
    arabic = reader.get(f"{ASK}?lang=ar").get_data(as_text=True)
    assert f'<span lang="en" dir="ltr">{EDITED}</span>' in arabic
    decide(staff, kept.id, "save")
    assert EDITED not in text_of(reader.get(ASK))
    decide(staff, kept.id, "drop")
    assert waiting(surveyed) == []
    acts = ("question.published", "question.taken_back", "question.dropped")
    assert acts_on(surveyed, kept.id) == [(an_email("coordinator"), act) for act in acts]


def test_what_nobody_answers_is_forgotten_and_what_is_public_stays(app: Flask, surveyed: Instance) -> None:
    staff = signed_in(app, "analyst")
    for question in ("First?", "Second?"):
        ask(app.test_client(), question)
    shown = waiting(surveyed)[0]
    decide(staff, shown.id, "publish", words=shown.words)
    with surveyed.database.writing() as session:
        forget_what_is_over(session, NOW + timedelta(days=QUESTION_LIFE))
    assert len(waiting(surveyed)) == 1
    with surveyed.database.writing() as session:
        forget_what_is_over(session, NOW + timedelta(days=QUESTION_LIFE + 1))
        assert [one.words for one in public_questions.published(session, "feeling-safe")] == [shown.words]
    assert waiting(surveyed) == []
