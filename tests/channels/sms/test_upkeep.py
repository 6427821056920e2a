"""Conversations that fell silent: one reminder by day, an end after three days, and nothing kept of the number."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from builders import WAVE
from channels.sms.gateway import Gateway
from engage.channels.sms.outgoing import claim_text, may_be_reminded
from engage.collection.surveys import set_wave_state
from engage.storage import outbox, responses, review, texts
from engage.storage.instance import Instance
from phone import PHONE

FORMS = ("7700900123", "7700 900123", "07700900123", "00447700900123")


@pytest.fixture
def gateway(surveyed: Instance) -> Gateway:
    return Gateway(surveyed, "notify")


def stored(gateway: Gateway) -> list[responses.Response]:
    with gateway.instance.database.reading() as session:
        return list(responses.of_wave(session, "feeling-safe", WAVE))


def reminders(gateway: Gateway) -> list[dict[str, object]]:
    return [row for row in gateway.rows("text_outbox") if row["kind"] == "reminder"]


def close_the_wave(gateway: Gateway) -> None:
    for state in ("collecting", "closed"):
        with gateway.instance.database.writing() as session:
            keys = gateway.instance.settings.keys
            set_wave_state(session, keys, "feeling-safe", WAVE, state, actor="test", now=gateway.time)


def test_somebody_silent_for_two_hours_is_reminded_once(gateway: Gateway) -> None:
    gateway.brings("LOCAL", "YES", "4")
    gateway.waits(minutes=119).keeps_house()
    assert reminders(gateway) == []
    gateway.waits(minutes=2).keeps_house()
    gateway.waits(hours=3).keeps_house()
    (reminder,) = reminders(gateway)
    assert "remind you once" in str(reminder["text"])
    assert [row["number_sealed"] for row in gateway.rows("text_conversations")] == [None]


def test_who_goes_on_after_the_reminder_is_not_reminded_again(gateway: Gateway) -> None:
    gateway.brings("LOCAL", "YES", "4")
    gateway.waits(hours=3).keeps_house()
    gateway.brings("Bulwell")
    gateway.waits(hours=3).keeps_house()
    assert len(reminders(gateway)) == 1


def test_a_conversation_that_begins_anew_has_a_reminder_of_its_own(gateway: Gateway) -> None:
    for _ in range(2):
        gateway.brings("LOCAL", "YES", "4")
        gateway.waits(hours=3).keeps_house()
    assert len(reminders(gateway)) == 2


def test_nobody_is_woken(gateway: Gateway) -> None:
    gateway.waits(hours=9).brings("LOCAL", "YES", "4")
    gateway.waits(hours=3).keeps_house()
    gateway.waits(hours=10).keeps_house()
    assert reminders(gateway) == []
    gateway.waits(hours=1).keeps_house()
    assert len(reminders(gateway)) == 1


@pytest.mark.parametrize(
    ("moment", "awake"),
    [
        (datetime(2026, 11, 23, 8, 59, tzinfo=UTC), False),
        (datetime(2026, 11, 23, 9, 0, tzinfo=UTC), True),
        (datetime(2026, 11, 23, 19, 59, tzinfo=UTC), True),
        (datetime(2026, 11, 23, 20, 0, tzinfo=UTC), False),
        (datetime(2026, 7, 1, 8, 0, tzinfo=UTC), True),
        (datetime(2026, 7, 1, 19, 0, tzinfo=UTC), False),
    ],
)
def test_waking_hours_are_those_of_london(moment: datetime, awake: bool) -> None:
    assert may_be_reminded(moment) is awake


@pytest.mark.parametrize("said", [("LOCAL",), ("LOCAL", "YES", "4", "he hit me"), ("LOCAL", "NO"), ("LOCAL", "STOP")])
def test_only_who_agreed_and_waits_for_the_next_question_is_reminded(gateway: Gateway, said: tuple[str, ...]) -> None:
    gateway.brings(*said)
    assert [row["number_sealed"] for row in gateway.rows("text_conversations")] in ([None], [])
    gateway.waits(hours=3).keeps_house()
    assert reminders(gateway) == []


def test_where_nothing_can_be_sent_nobody_is_reminded(surveyed: Instance) -> None:
    gateway = Gateway(surveyed, "twilio")
    gateway.brings("LOCAL", "YES", "4")
    gateway.waits(hours=3).keeps_house()
    assert reminders(gateway) == []


def test_with_an_account_that_sends_twilio_reminds_too(surveyed: Instance) -> None:
    gateway = Gateway(surveyed, "twilio", account={"reminders": True})
    gateway.brings("LOCAL", "YES", "4")
    gateway.waits(hours=3).keeps_house()
    assert len(reminders(gateway)) == 1


def test_a_closed_wave_reminds_nobody(gateway: Gateway) -> None:
    gateway.brings("LOCAL", "YES", "4")
    close_the_wave(gateway)
    gateway.waits(hours=3).keeps_house()
    assert reminders(gateway) == []


def test_what_was_answered_in_three_days_is_kept_as_partial(gateway: Gateway) -> None:
    gateway.brings("LOCAL", "YES", "4", "Bulwell", "5")
    gateway.waits(hours=71).keeps_house()
    assert stored(gateway) == []
    gateway.waits(hours=2).keeps_house()
    (response,) = stored(gateway)
    assert (response.is_partial, response.duration, response.age_band) == (True, None, "18-24")
    assert response.answers == {"safe_dark": "very_unsafe"}
    gateway.keeps_house()
    assert "is over" in (gateway.brings("C") or "")
    assert len(stored(gateway)) == 1


def test_a_text_that_comes_before_the_house_is_kept_ends_the_conversation_itself(gateway: Gateway) -> None:
    gateway.brings("LOCAL", "YES", "4", "Bulwell", "5")
    gateway.waits(hours=73)
    assert "is over" in (gateway.brings("C") or "")
    (response,) = stored(gateway)
    assert response.is_partial
    gateway.keeps_house()
    assert len(stored(gateway)) == 1


@pytest.mark.parametrize("said", [(), ("YES",), ("YES", "4"), ("YES", "1"), ("YES", "SKIP")])
def test_without_an_answer_nothing_is_kept(gateway: Gateway, said: tuple[str, ...]) -> None:
    gateway.brings("LOCAL", *said)
    gateway.waits(hours=73).keeps_house()
    assert stored(gateway) == []


def test_a_form_without_a_yes_is_not_kept(gateway: Gateway) -> None:
    gateway.brings("LOCAL Bulwell 4 C 2")
    gateway.waits(hours=73).keeps_house()
    assert stored(gateway) == []


def test_what_was_answered_before_a_survey_waited_is_kept(gateway: Gateway) -> None:
    gateway.brings("LOCAL", "YES", "4", "Bulwell", "5", "i want to die")
    gateway.waits(hours=73).keeps_house()
    (response,) = stored(gateway)
    assert response.answers == {"safe_dark": "very_unsafe"}


def test_what_expires_after_the_wave_closed_waits_for_a_person(gateway: Gateway) -> None:
    gateway.brings("LOCAL", "YES", "4", "Bulwell")
    close_the_wave(gateway)
    gateway.waits(hours=73).keeps_house()
    assert stored(gateway) == []
    with gateway.instance.database.reading() as session:
        (item,) = review.waiting(session)
    assert item.kind == "late"


def test_one_conversation_that_cannot_be_read_does_not_keep_the_others_waiting(gateway: Gateway) -> None:
    gateway.brings("LOCAL", "YES", "4", "Bulwell", number="+447700900124")
    gateway.brings("LOCAL", "YES", "4", "Bulwell", "5")
    with gateway.instance.database.writing() as session:
        broken = texts.expired_conversations(session, gateway.time + timedelta(days=9), 1)[0]
        texts.keep_conversation(session, replace(broken, state={"stage": "of a later version"}))
    gateway.waits(hours=73).keeps_house()
    (response,) = stored(gateway)
    assert response.answers == {"safe_dark": "very_unsafe"}


def test_three_days_after_its_end_a_conversation_is_forgotten(gateway: Gateway) -> None:
    gateway.brings("LOCAL", "YES", "4")
    gateway.waits(hours=73).keeps_house()
    assert len(gateway.rows("text_conversations")) == 1
    gateway.waits(hours=73).keeps_house()
    assert gateway.rows("text_conversations") == []
    assert "text LOCAL" in (gateway.brings("C") or "")


@pytest.mark.parametrize(
    "said",
    [
        ("LOCAL", "YES", "4", "Bulwell", "5", "C"),
        ("LOCAL", "YES", "4", "STOP"),
        ("LOCAL", "YES", "4", "he hit me"),
        ("LOCAL", "YES", "4", "Bulwell"),
    ],
)
def test_after_its_time_no_number_is_kept_in_any_form_sealed_or_not(gateway: Gateway, said: tuple[str, ...]) -> None:
    gateway.brings(*said)
    assert not any(form in gateway.dump() for form in FORMS)
    gateway.waits(hours=73).keeps_house()
    assert not any(form in gateway.dump() for form in FORMS)
    assert "sealed-" not in gateway.dump()


def test_a_text_is_claimed_by_one_sender_and_never_after_stop(gateway: Gateway) -> None:
    gateway.brings("LOCAL", "YES")
    keys, database = gateway.instance.settings.keys, gateway.instance.database
    with database.writing() as session:
        first, second = outbox.due(session, gateway.time, 10)
        claimed = claim_text(session, keys, first, gateway.time)
        assert claimed is not None
        assert (claimed.number, claimed.kind, claimed.tries) == (PHONE, "reply", 1)
        assert claim_text(session, keys, first, gateway.time) is None
    gateway.brings("STOP")
    with database.writing() as session:
        outbox.wait_again(session, first, gateway.time, "provider_busy")
        assert claim_text(session, keys, first, gateway.time) is None
        assert claim_text(session, keys, second, gateway.time) is None
        goodbye = outbox.due(session, gateway.time, 10)
        assert len(goodbye) == 1
        sent = claim_text(session, keys, goodbye[0], gateway.time)
        assert sent is not None
        assert "no more texts" in sent.text
        outbox.mark_sent(session, sent.id, gateway.time, "provider-1")
    with database.reading() as session:
        assert [row.state for row in outbox.newest(session, gateway.channel.id, 10)] == ["sent", "dropped", "dropped"]
        assert texts.get_channel(session, gateway.channel.id) is not None
    assert "sealed-" not in gateway.dump()
