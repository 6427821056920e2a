"""The step to texts that are sent: channels and conversations that were there go on, and it can be taken back."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

from sqlalchemy import inspect

from builders import NOW
from engage.storage import texts
from engage.storage.instance import Instance
from engage.storage.texts import Conversation, TextChannel

KEY = "a" * 64


def a_channel(instance: Instance, provider: str) -> TextChannel:
    channel = TextChannel(uuid4(), provider, "feeling-safe", ("secret",), number="+447700900999", part_price=240)
    with instance.database.writing() as session:
        texts.add_channel(session, channel)
        texts.keep_conversation(
            session,
            Conversation(channel.id, KEY, {"stage": "asking"}, NOW, NOW + timedelta(hours=72), "sealed-1.x", NOW),
        )
        texts.take_message(session, channel.id, "m1", KEY, NOW)
    return channel


def test_a_conversation_from_before_expires_three_days_after_its_last_text(surveyed: Instance) -> None:
    channel = a_channel(surveyed, "json")
    surveyed.database.downgrade("0005")
    surveyed.database.upgrade()
    with surveyed.database.reading() as session:
        kept = texts.conversation(session, channel.id, [KEY])
        known = texts.get_channel(session, channel.id)
    assert kept is not None
    assert (kept.touched_at, kept.expires_at) == (NOW, NOW + timedelta(hours=72))
    assert (kept.number_sealed, kept.reminded_at) == (None, None)
    assert known == TextChannel(channel.id, "json", "feeling-safe", ("secret",))


def test_the_step_back_takes_channels_it_does_not_know_with_their_texts(surveyed: Instance) -> None:
    kept, gone = a_channel(surveyed, "twilio"), a_channel(surveyed, "notify")
    surveyed.database.downgrade("0005")
    tables = set(inspect(surveyed.database.engine).get_table_names())
    assert not tables & {"text_outbox", "text_statuses", "duty_contacts", "safeguarding_rules", "safeguarding_items"}
    with surveyed.database.engine.connect() as connection:
        for table in ("text_messages", "text_conversations"):
            assert len(connection.exec_driver_sql(f"SELECT channel FROM {table}").all()) == 1
    surveyed.database.upgrade()
    with surveyed.database.reading() as session:
        assert texts.get_channel(session, kept.id) is not None
        assert texts.get_channel(session, gone.id) is None


def test_when_a_channel_received_its_last_text_is_kept_to_some_seconds(surveyed: Instance) -> None:
    channel, later = a_channel(surveyed, "json"), datetime(2026, 11, 22, tzinfo=UTC)
    for moment, known in ((later, later), (later + timedelta(seconds=4), later), (later + timedelta(hours=1),) * 2):
        with surveyed.database.writing() as session:
            texts.note_received(session, channel.id, moment)
        with surveyed.database.reading() as session:
            assert texts.get_channel(session, channel.id).last_received_at == known
