"""Texts taken in: once each, one at a time for each sender, answered by the webhook or by way of the outbox."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from builders import NOW, WAVE
from channels.sms.gateway import OURS, Gateway
from engage.channels.sms.floods import FloodGauge
from engage.collection.numbers import open_number, opt_out_keys, sender_keys
from engage.collection.surveys import set_wave_state
from engage.settings import KeyVersions
from engage.storage import opt_outs, responses, texts
from engage.storage.instance import Instance
from phone import PHONE


@pytest.fixture
def gateway(surveyed: Instance) -> Gateway:
    return Gateway(surveyed)


def stored(gateway: Gateway) -> list[responses.Response]:
    with gateway.instance.database.reading() as session:
        return list(responses.of_wave(session, "feeling-safe", WAVE))


def test_copies_of_one_message_at_the_same_moment_are_one_step(gateway: Gateway) -> None:
    gateway.brings("LOCAL", "YES", "4")
    with ThreadPoolExecutor(8) as copies:
        replies = set(copies.map(lambda _: gateway.brings("SKIP", message_id="same"), range(8)))
    assert len(replies) == 1
    assert "3 of 4" in (replies.pop() or "")
    assert len(gateway.rows("text_messages")) == 4


def test_two_texts_of_one_sender_at_the_same_moment_are_two_steps(gateway: Gateway) -> None:
    gateway.brings("LOCAL", "YES", "4", "SKIP")
    with ThreadPoolExecutor(2) as both:
        list(both.map(lambda _: gateway.brings("5"), range(2)))
    with gateway.instance.database.reading() as session:
        key = sender_keys(gateway.instance.settings.keys, "feeling-safe", PHONE)
        kept = texts.conversation(session, gateway.channel.id, key)
    assert kept is not None
    assert (kept.state["answers"], kept.state["reprompts"]) == ({"safe_dark": "very_unsafe"}, 1)


def test_a_reply_that_has_to_be_sent_waits_in_the_outbox_once(surveyed: Instance) -> None:
    gateway = Gateway(surveyed, "notify")
    reply = gateway.brings("LOCAL", message_id="n1")
    assert gateway.brings("LOCAL", message_id="n1") == reply
    (waiting,) = gateway.rows("text_outbox")
    assert (waiting["kind"], waiting["state"], waiting["source"], waiting["text"]) == ("reply", "waiting", "n1", reply)
    assert open_number(surveyed.settings.keys, str(waiting["number_sealed"])) == PHONE


SAID = st.sampled_from(["LOCAL", "YES", "4", "Bulwell", "C", "what", "help", "stop", "START", "he hit me", "go on"])


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(brought=st.lists(st.tuples(st.integers(1, 6), SAID), max_size=16))
def test_however_often_a_message_comes_it_is_answered_once(surveyed: Instance, brought: list[tuple[int, str]]) -> None:
    """A repeat gets the same reply, or silence once a conversation that came to nothing was forgotten."""
    gateway, replies, texts_of = Gateway(surveyed, "notify"), {}, {}
    phone = f"+447700{uuid4().int % 10**6:06}"
    for name, said in brought:
        text = texts_of.setdefault(name, said)
        reply = gateway.brings(text, message_id=f"m{name}", number=phone)
        assert reply in (replies.setdefault(name, reply), None)
    sources = [row["source"] for row in gateway.rows("text_outbox") if row["channel"] == _stored(gateway)]
    assert sorted(sources) == sorted(f"m{name}" for name, reply in replies.items() if reply is not None)


def _stored(gateway: Gateway) -> object:
    """Return the id of the channel as this database keeps it."""
    is_text = gateway.instance.database.engine.dialect.name == "sqlite"
    return gateway.channel.id.hex if is_text else gateway.channel.id


def test_where_the_webhook_takes_the_reply_no_number_is_kept_at_all(gateway: Gateway) -> None:
    gateway.brings("LOCAL", "YES", "4", "Bulwell", "5")
    (conversation,) = gateway.rows("text_conversations")
    assert conversation["number_sealed"] is None
    assert gateway.rows("text_outbox") == []


def test_after_stop_nothing_that_waits_goes_out_but_the_goodbye(surveyed: Instance) -> None:
    gateway = Gateway(surveyed, "smsgate")
    gateway.brings("LOCAL", "YES", "4")
    assert "no more texts" in (gateway.brings("STOP") or "")
    states = [(row["state"], row["number_sealed"] is not None) for row in gateway.rows("text_outbox")]
    assert states == [("dropped", False)] * 3 + [("waiting", True)]
    assert [bool(row["despite_stop"]) for row in gateway.rows("text_outbox")] == [False, False, False, True]
    assert [row["number_sealed"] for row in gateway.rows("text_conversations")] == [None]


def test_stop_in_one_survey_is_stop_in_every_survey_and_outlives_the_conversation(gateway: Gateway) -> None:
    gateway.brings("LOCAL", "STOP")
    gateway.waits(days=8).keeps_house()
    assert gateway.rows("text_conversations") == []
    assert gateway.brings("LOCAL") is None
    keys = gateway.instance.settings.keys
    (row,) = gateway.rows("text_opt_outs")
    assert row["sender_key"] == opt_out_keys(keys, "another", PHONE)[0]
    assert row["sender_key"] not in sender_keys(keys, "feeling-safe", PHONE)


def test_a_stop_from_before_there_was_a_list_of_its_own_still_counts(gateway: Gateway) -> None:
    with gateway.instance.database.writing() as session:
        opt_outs.opt_out(session, sender_keys(gateway.instance.settings.keys, "feeling-safe", PHONE)[0])
    assert gateway.brings("LOCAL") is None
    assert "again" in (gateway.brings("START") or "")
    assert gateway.rows("text_opt_outs") == []


def test_what_the_provider_took_as_stop_is_kept_and_not_answered(surveyed: Instance) -> None:
    gateway = Gateway(surveyed, "twilio")
    gateway.brings("LOCAL", "YES")
    assert gateway.brings("STOP", opted_out=True) is None
    assert gateway.brings("LOCAL") is None
    assert gateway.brings("4") is None
    assert "again" in (gateway.brings("START") or "")
    assert "Reply YES" in (gateway.brings("LOCAL") or "")


def test_a_conversation_goes_on_under_a_new_pepper(gateway: Gateway) -> None:
    gateway.brings("LOCAL", "YES", "4")
    keys = gateway.instance.settings.keys
    newer = replace(keys, phone_numbers=KeyVersions({**keys.phone_numbers.versions, 2: b"n" * 32}))
    gateway.instance = replace(gateway.instance, settings=replace(gateway.instance.settings, keys=newer))
    assert "3 of 4" in (gateway.brings("Bulwell") or "")
    (row,) = gateway.rows("text_conversations")
    assert row["sender_key"] == sender_keys(newer, "feeling-safe", PHONE)[0]


def test_machines_short_codes_and_our_own_numbers_get_no_answer(gateway: Gateway) -> None:
    for number in ("BANK", "60777", "", "+44 60777x", OURS, "07700900999"):
        assert gateway.brings("LOCAL", number=number) is None
    assert gateway.rows("text_conversations") == []


def test_of_more_than_ten_texts_a_minute_only_stop_and_danger_are_read(gateway: Gateway) -> None:
    gateway.brings("LOCAL", "YES", "4")
    start = gateway.time
    for _ in range(12):
        gateway.brings("what")
        gateway.time = start
    assert gateway.brings("Bulwell") is None
    gateway.time = start
    assert "85258" in (gateway.brings("he hit me") or "")
    gateway.time = start
    assert "no more texts" in (gateway.brings("STOP") or "")
    assert len(gateway.rows("safeguarding_items")) == 1


def test_numbers_to_call_are_given_however_many_replies_went_before(gateway: Gateway) -> None:
    for _ in range(7):
        gateway.brings("hello")
    assert gateway.brings("hello") is None
    assert "85258" in (gateway.brings("I want to die") or "")


def test_a_flooded_channel_begins_nothing_new_and_goes_on_with_what_is_under_way(
    gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    gateway.brings("LOCAL", "YES")
    monkeypatch.setattr("engage.channels.sms.exchange.FLOODS", FloodGauge(most=0))
    assert gateway.brings("LOCAL", number="+447700900124") is None
    assert "2 of 4" in (gateway.brings("4") or "")
    assert "85258" in (gateway.brings("he hit me", number="+447700900124") or "")


def test_a_flood_is_over_a_minute_later() -> None:
    gauge = FloodGauge(most=2)
    assert [gauge.count("channel", NOW) for _ in range(4)] == [False, False, True, True]
    assert not gauge.count("another", NOW)
    assert not gauge.count("channel", NOW + timedelta(minutes=1))


@pytest.mark.parametrize("state", ["collecting", "closed"])
def test_a_disclosure_and_help_are_answered_when_no_survey_is_open(gateway: Gateway, state: str) -> None:
    for step in ("collecting", state):
        with gateway.instance.database.writing() as session:
            keys = gateway.instance.settings.keys
            set_wave_state(session, keys, "feeling-safe", WAVE, step, actor="test", now=gateway.time)
    assert "not open" in (gateway.brings("LOCAL") or "")
    assert "0800 1111" in (gateway.brings("help") or "")
    assert "85258" in (gateway.brings("i want to die") or "")


def test_the_words_of_a_disclosure_are_nowhere_and_one_item_waits(gateway: Gateway) -> None:
    gateway.brings(
        "LOCAL", "YES", "4", "Bulwell", "5 my stepdad xylophone beats me up", "go on", "he xylophone hits me"
    )
    assert "xylophone" not in gateway.dump()
    (item,) = gateway.rows("safeguarding_items")
    assert (item["list_code"], item["language"], item["channel"]) == ("being_hurt", "en", "sms")
    assert item["number_sealed"] is None
    assert item["reference"] not in str(gateway.rows("text_conversations"))


def test_a_form_in_one_message_and_a_yes_are_a_response(gateway: Gateway) -> None:
    assert "Reply YES" in (gateway.brings("LOCAL Bulwell 4 C 2") or "")
    assert stored(gateway) == []
    gateway.brings("YES")
    (response,) = stored(gateway)
    assert (response.area, response.age_band, response.is_partial) == ("place:bulwell", "13-15", False)
    assert response.answers == {"safe_dark": "fairly_unsafe", "would_help": ["police_patrols"]}
