"""The table of recordings comes and goes with rows in it, and leaves everything else as it was."""

from datetime import UTC, datetime

from sqlalchemy import inspect, text

from engage.storage import clips, questionnaires
from engage.storage.clips import Clip
from engage.storage.instance import Instance


def test_recordings_go_with_their_table_and_the_survey_stays(surveyed: Instance) -> None:
    clip = Clip("feeling-safe", "so", "safe_day.text", "audio/wav", "0" * 64, 4, datetime(2026, 11, 21, tzinfo=UTC))
    with surveyed.database.writing() as session:
        clips.put(session, clip, b"RIFF")
    with surveyed.database.reading() as session:
        assert clips.sound_of(session, "feeling-safe", "0" * 16) == ("audio/wav", b"RIFF")
        before = questionnaires.get(session, "feeling-safe")
    surveyed.database.downgrade("0003")
    assert "clips" not in inspect(surveyed.database.engine).get_table_names()
    surveyed.database.upgrade()
    assert surveyed.database.is_current()
    with surveyed.database.reading() as session:
        assert session.scalar(text("SELECT count(*) FROM clips")) == 0
        assert questionnaires.get(session, "feeling-safe") == before
