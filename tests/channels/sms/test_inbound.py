"""Texts through the webhook: signed, answered once, kept without the number, and stored like any other answer."""

from datetime import timedelta
from uuid import uuid4

import pytest
from flask.testing import FlaskClient

from builders import WAVE
from engage.channels.sms.providers.json_webhook import sign
from engage.collection.retention import forget_what_is_over
from engage.collection.surveys import set_wave_state
from engage.storage import responses, texts
from engage.storage.instance import Instance
from engage.storage.texts import TextChannel
from phone import PHONE, SECRET, Phone


@pytest.fixture
def channel(surveyed: Instance) -> TextChannel:
    made = TextChannel(uuid4(), "json", "feeling-safe", (SECRET,))
    with surveyed.database.writing() as session:
        texts.add_channel(session, made)
    return made


@pytest.fixture
def phone(client: FlaskClient, surveyed: Instance, channel: TextChannel) -> Phone:
    return Phone(client, surveyed, channel.id)


def stored(instance: Instance) -> list[responses.Response]:
    with instance.database.reading() as session:
        return list(responses.of_wave(session, "feeling-safe", WAVE))


def dump(instance: Instance) -> str:
    with instance.database.reading() as session:
        rows = [
            str(tuple(row))
            for table in ("text_messages", "text_conversations", "text_opt_outs", "responses", "audit_lines")
            for row in session.connection().exec_driver_sql(f"SELECT * FROM {table}")
        ]
    return "\n".join(rows)


def test_a_conversation_ends_in_a_stored_response(phone: Phone, surveyed: Instance) -> None:
    last = phone.answers_everything("LOCAL", "YES", "4", "Bulwell", "5")
    assert last and "Local survey" in last
    thanks = phone.sends("C")
    assert thanks is not None
    (response,) = stored(surveyed)
    assert (response.channel, response.age_band, response.area) == ("sms", "18-24", "place:bulwell")
    assert response.answers == {"safe_dark": "very_unsafe", "would_help": ["police_patrols"]}


def test_no_number_is_kept_in_any_form(phone: Phone, surveyed: Instance) -> None:
    phone.answers_everything("LOCAL", "YES", "4", "Bulwell", "5")
    assert not any(form in dump(surveyed) for form in ("7700900123", "07700900123", "00447700900123"))


def test_the_same_message_again_gets_the_same_reply_and_changes_nothing(phone: Phone, surveyed: Instance) -> None:
    phone.sends("LOCAL", "m1")
    first = phone.sends("YES", "m2")
    assert phone.sends("YES", "m2") == first
    assert phone.sends("LOCAL", "m1") != first
    with surveyed.database.reading() as session:
        count = session.connection().exec_driver_sql("SELECT count(*) FROM text_messages").scalar()
    assert count == 2


def test_one_number_written_three_ways_is_one_conversation(
    phone: Phone, client: FlaskClient, surveyed: Instance
) -> None:
    phone.sends("LOCAL")
    for written in ("07700900123", "00447700900123"):
        other = Phone(client, surveyed, phone.channel, written)
        assert other.sends("maybe") != phone.sends("LOCAL", uuid4().hex)


@pytest.mark.parametrize(("age", "code"), [("1", None), ("2", "13-15")])
def test_under_thirteen_nothing_is_stored(phone: Phone, surveyed: Instance, age: str, code: str | None) -> None:
    reply = phone.answers_everything("LOCAL", "YES", age)
    if code is None:
        assert reply and "0800" in reply
        phone.answers_everything("Bulwell", "5", "C")
    else:
        phone.answers_everything("SKIP", "5", "C")
    assert [response.age_band for response in stored(surveyed)] == ([code] if code else [])


def test_stop_counts_even_while_no_wave_is_open(phone: Phone, surveyed: Instance) -> None:
    phone.sends("LOCAL")
    for state in ("collecting", "closed"):
        with surveyed.database.writing() as session:
            set_wave_state(
                session, surveyed.settings.keys, "feeling-safe", WAVE, state, actor="test", now=surveyed.now()
            )
    assert "not open" in (phone.sends("LOCAL") or "")
    assert "no more texts" in (phone.sends("STOP") or "")
    assert phone.sends("LOCAL") is None
    assert phone.sends("hello") is None


def test_machines_get_no_answer_and_nobody_more_than_five_in_ten_minutes(
    phone: Phone, client: FlaskClient, surveyed: Instance
) -> None:
    assert Phone(client, surveyed, phone.channel, "BANK").sends("hello") is None
    assert Phone(client, surveyed, phone.channel, "60777").sends("hello") is None
    replies = [phone.sends("hello") for _ in range(8)]
    assert [reply is not None for reply in replies] == [True] * 5 + [False] * 3
    assert phone.sends("STOP") is not None


def test_an_unsigned_or_changed_message_is_refused(phone: Phone, client: FlaskClient, surveyed: Instance) -> None:
    with pytest.raises(AssertionError):
        phone.sends("LOCAL", secret="wrong")
    body = b'{"id":"1","from":"+447700900123","to":"8","text":"LOCAL","received_at":"2026-11-21T10:00:00Z"}'
    now = int(surveyed.now().timestamp())
    for headers in (
        {},
        {"X-Engage-Timestamp": str(now), "X-Engage-Signature": sign(body + b" ", str(now), SECRET)},
        {"X-Engage-Timestamp": str(now - 301), "X-Engage-Signature": sign(body, str(now - 301), SECRET)},
        {"X-Engage-Timestamp": "x", "X-Engage-Signature": "é"},
    ):
        answer = client.post(f"/sms/json/{phone.channel}", data=body, headers=headers, content_type="application/json")
        assert answer.status_code == 403
    assert client.post(f"/sms/json/{uuid4()}", data=body).status_code == 404
    assert client.post(f"/sms/json/{phone.channel}", data=b"x" * 70_000).status_code == 413


def test_twilio_is_answered_in_its_own_words(client: FlaskClient, surveyed: Instance) -> None:
    from twilio.request_validator import RequestValidator

    made = TextChannel(uuid4(), "twilio", "feeling-safe", (SECRET,))
    with surveyed.database.writing() as session:
        texts.add_channel(session, made)
    path = f"/sms/twilio/{made.id}?tag=a%20b"
    form = {"MessageSid": "SM1", "From": PHONE, "To": "+447700900999", "Body": "LOCAL", "NumMedia": "0", "City": ""}
    url = surveyed.settings.public_url + path
    signature = RequestValidator(SECRET).compute_signature(url, form)
    answer = client.post(path, data=form, headers={"X-Twilio-Signature": signature})
    assert answer.status_code == 200
    assert answer.get_data(as_text=True).startswith('<?xml version="1.0" encoding="UTF-8"?><Response><Message>')
    assert client.post(path, data=form | {"Body": "STOP"}, headers={"X-Twilio-Signature": signature}).status_code == 403


def test_a_child_leaves_nothing_that_leads_to_a_phone(phone: Phone, surveyed: Instance) -> None:
    phone.answers_everything("LOCAL", "YES", "1")
    with surveyed.database.reading() as session:
        rows = list(session.connection().exec_driver_sql("SELECT sender_key FROM text_messages"))
        conversations = session.connection().exec_driver_sql("SELECT count(*) FROM text_conversations").scalar()
    assert {row[0] for row in rows} == {""}
    assert conversations == 0


def test_after_an_hour_no_text_leads_from_a_phone_to_an_answer(phone: Phone, surveyed: Instance) -> None:
    phone.answers_everything("LOCAL", "YES", "4", "Bulwell", "5", "C")
    with surveyed.database.writing() as session:
        forget_what_is_over(session, surveyed.now() + timedelta(hours=2))
        rows = list(session.connection().exec_driver_sql("SELECT sender_key, reply FROM text_messages"))
    assert len(rows) == 6
    assert {tuple(row) for row in rows} == {("", None)}
