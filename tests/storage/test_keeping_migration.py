"""The step to retention: waves closed before begin to count on that day, and old audit lines still hold."""

from sqlalchemy import text

from builders import NOW, WAVE, a_door, a_submission
from engage.collection.receive import receive_submission
from engage.collection.surveys import set_wave_state
from engage.storage import audit, waves
from engage.storage.instance import Instance


def test_a_wave_closed_before_counts_from_the_step_and_the_log_holds(surveyed: Instance) -> None:
    with surveyed.database.writing() as session:
        receive_submission(session, a_door(surveyed), a_submission())
        set_wave_state(session, surveyed.settings.keys, "feeling-safe", WAVE, "closed", actor="test", now=NOW)
    surveyed.database.downgrade("0013")
    surveyed.database.upgrade()
    with surveyed.database.snapshot() as session:
        wave = waves.get(session, "feeling-safe", WAVE)
        today = session.scalar(text("SELECT CAST(CURRENT_DATE AS TEXT)"))
        assert wave is not None
        assert str(wave.closed_on) == today
        outside = surveyed.database.audit_head.read()
        assert audit.find_tampering(session, surveyed.settings.keys.audit, outside) is None
