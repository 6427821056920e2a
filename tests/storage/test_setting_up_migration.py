"""The step to records of surveys: waves from before are not imported ones, and keep everything they have."""

from sqlalchemy import text

from builders import NOW, WAVE, a_door, a_submission
from engage.collection.receive import receive_submission
from engage.storage import responses, setting_up, waves
from engage.storage.instance import Instance
from engage.storage.setting_up import Signed


def test_waves_from_before_stay_as_they_are_and_a_record_can_begin(surveyed: Instance) -> None:
    with surveyed.database.writing() as session:
        receive_submission(session, a_door(surveyed), a_submission())
        setting_up.put(session, "feeling-safe", "purpose", Signed({"text": "to know"}, "ann", NOW))
    surveyed.database.downgrade("0016")
    with surveyed.database.engine.connect() as connection:
        kept = connection.execute(text("SELECT name, state FROM waves")).all()
    assert [tuple(row) for row in kept] == [(WAVE, "open")]
    surveyed.database.upgrade()
    with surveyed.database.writing() as session:
        (wave,) = waves.list_of(session, "feeling-safe")
        assert (wave.name, wave.state, wave.imported) == (WAVE, "open", False)
        assert len(list(responses.of_wave(session, "feeling-safe", WAVE))) == 1
        assert setting_up.of_survey(session, "feeling-safe") == {}
        setting_up.put(session, "feeling-safe", "purpose", Signed({"text": "to know"}, "ann", NOW))
        assert setting_up.of_survey(session, "feeling-safe")["purpose"].signed_at == NOW
