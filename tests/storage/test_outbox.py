"""Texts on their way out: one for each source, claimed by one sender, and without a number once they are gone."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest

from builders import NOW
from engage.storage import outbox, texts
from engage.storage.instance import Instance
from engage.storage.outbox import OutboundText
from engage.storage.texts import TextChannel

KEY = "a" * 64


@pytest.fixture
def waiting(surveyed: Instance) -> OutboundText:
    channel = TextChannel(uuid4(), "notify", "feeling-safe", ("secret",))
    made = OutboundText(uuid4(), channel.id, KEY, "sealed-1.x", "Hello", "reply", "m1", NOW, NOW)
    with surveyed.database.writing() as session:
        texts.add_channel(session, channel)
        assert outbox.add(session, made)
    return made


def test_one_source_is_answered_once_and_may_be_reminded_once(surveyed: Instance, waiting: OutboundText) -> None:
    with surveyed.database.writing() as session:
        assert not outbox.add(session, replace(waiting, id=uuid4(), text="again"))
        assert outbox.add(session, replace(waiting, id=uuid4(), kind="reminder"))
        assert outbox.add(session, replace(waiting, id=uuid4(), source="m2"))


def test_what_is_due_later_waits(surveyed: Instance, waiting: OutboundText) -> None:
    with surveyed.database.writing() as session:
        assert outbox.due(session, NOW - timedelta(seconds=1), 10) == []
        assert outbox.due(session, NOW, 10) == [waiting.id]


def test_a_claimed_text_is_nobody_elses_and_its_number_goes_when_it_is_sent(
    surveyed: Instance, waiting: OutboundText
) -> None:
    with surveyed.database.writing() as session:
        claimed = outbox.claim(session, waiting.id, NOW)
        assert claimed is not None
        assert (claimed.state, claimed.tries) == ("sending", 1)
        assert outbox.claim(session, waiting.id, NOW) is None
        assert outbox.due(session, NOW, 10) == []
        outbox.mark_sent(session, waiting.id, NOW, "provider-1")
        sent = outbox.get(session, waiting.id)
        assert sent is not None
        assert (sent.state, sent.number_sealed, sent.provider_id, sent.text) == ("sent", None, "provider-1", "Hello")
        assert outbox.texts_to(session, KEY, NOW) == ["Hello"]
        outbox.forget_sent(session, NOW + timedelta(seconds=1))
        forgotten = outbox.get(session, waiting.id)
        assert forgotten is not None
        assert (forgotten.text, forgotten.sender_key, forgotten.provider_id) == (None, "", "provider-1")


def test_a_text_that_surely_did_not_go_out_is_tried_again_later(surveyed: Instance, waiting: OutboundText) -> None:
    later = NOW + timedelta(minutes=5)
    with surveyed.database.writing() as session:
        outbox.claim(session, waiting.id, NOW)
        outbox.wait_again(session, waiting.id, later, "busy")
        assert outbox.due(session, NOW, 10) == []
        again = outbox.claim(session, waiting.id, later)
    assert again is not None
    assert (again.tries, again.number_sealed, again.fault) == (2, "sealed-1.x", "busy")


def test_what_nobody_knows_about_is_listed_and_not_sent_again(surveyed: Instance, waiting: OutboundText) -> None:
    with surveyed.database.writing() as session:
        outbox.claim(session, waiting.id, NOW)
        assert outbox.unsure(session, NOW) == []
        (stuck,) = outbox.unsure(session, NOW + timedelta(minutes=5))
        assert stuck.id == waiting.id
        assert outbox.due(session, NOW + timedelta(days=1), 10) == []


def test_only_what_still_waits_is_taken_back(surveyed: Instance, waiting: OutboundText) -> None:
    with surveyed.database.writing() as session:
        other = replace(waiting, id=uuid4(), source="m2")
        outbox.add(session, other)
        outbox.claim(session, other.id, NOW)
        outbox.drop(session, [KEY], "opted_out")
        states = [outbox.get(session, known).state for known in (waiting.id, other.id)]
        assert states == ["dropped", "sending"]
        assert outbox.count_by_state(session, waiting.channel) == {"dropped": 1, "sending": 1}


def test_no_number_waits_for_ever(surveyed: Instance, waiting: OutboundText) -> None:
    with surveyed.database.writing() as session:
        outbox.forget_numbers(session, NOW)
        assert outbox.get(session, waiting.id).number_sealed == "sealed-1.x"
        outbox.forget_numbers(session, NOW + timedelta(seconds=1))
        gone = outbox.get(session, waiting.id)
        assert (gone.state, gone.fault, gone.number_sealed) == ("failed", "too_late", None)


def test_a_status_is_news_once_and_each_status_of_a_text_is(surveyed: Instance, waiting: OutboundText) -> None:
    with surveyed.database.writing() as session:
        assert outbox.note_status(session, waiting.channel, "SM1", "sent", NOW)
        assert outbox.note_status(session, waiting.channel, "SM1", "delivered", NOW)
        assert not outbox.note_status(session, waiting.channel, "SM1", "sent", NOW)
        assert set(outbox.statuses(session, waiting.channel, "SM1")) == {"sent", "delivered"}
