"""What a process remembers of surveys stands only until somebody changes it, in whichever process."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from builders import WAVE, a_door, a_submission
from engage.collection.receive import receive_submission
from engage.collection.surveys import set_wave_state
from engage.storage import clips, offers, questionnaires, waves
from engage.storage.clips import Clip
from engage.storage.database import Session
from engage.storage.instance import Instance, open_instance
from engage.storage.offers import Offer

SURVEY = "feeling-safe"
NOW = datetime(2026, 11, 21, tzinfo=UTC)


@pytest.fixture
def neighbour(surveyed: Instance) -> Iterator[Instance]:
    """Return the same instance as another process has it open."""
    opened = open_instance(surveyed.settings)
    yield opened
    opened.database.close()


def offered(session: Session) -> tuple[str, ...]:
    questionnaire = questionnaires.get(session, SURVEY)
    assert questionnaire is not None
    return questionnaire.offered()


def test_a_wave_closed_by_another_process_takes_no_more_answers(surveyed: Instance, neighbour: Instance) -> None:
    with surveyed.database.writing() as session:
        assert receive_submission(session, a_door(surveyed), a_submission()).status == "stored"
    with neighbour.database.writing() as session:
        set_wave_state(session, neighbour.settings.keys, SURVEY, WAVE, "closed", actor="test", now=NOW)
    with surveyed.database.writing() as session:
        assert receive_submission(session, a_door(surveyed), a_submission()).status == "held"


def test_languages_and_recordings_changed_elsewhere_are_seen_by_the_next_request(
    surveyed: Instance, neighbour: Instance
) -> None:
    clip = Clip(SURVEY, "so", "survey.title", "audio/mpeg", "0" * 64, 3, NOW)
    with surveyed.database.reading() as session:
        assert "so" in offered(session)
        assert not clips.of_language(session, SURVEY, "so")
    with neighbour.database.writing() as session:
        offers.put(session, SURVEY, 1, "so", Offer("closed", "test", NOW))
        clips.put(session, clip, b"abc")
    with surveyed.database.reading() as session:
        assert "so" not in offered(session)
        assert clips.of_language(session, SURVEY, "so") == {"survey.title": clip}
    with neighbour.database.writing() as session:
        offers.drop(session, SURVEY, 1, "so")
        clips.remove(session, SURVEY, "so", "survey.title")
        assert not clips.of_language(session, SURVEY, "so")
    with surveyed.database.reading() as session:
        assert not clips.of_language(session, SURVEY, "so")


def test_what_was_undone_is_not_remembered(surveyed: Instance) -> None:
    def closed_and_broken_off() -> None:
        with surveyed.database.writing() as session:
            set_wave_state(session, surveyed.settings.keys, SURVEY, WAVE, "closed", actor="test", now=NOW)
            assert waves.list_of(session, SURVEY)[-1].state == "closed"
            raise InterruptedError

    with pytest.raises(InterruptedError):
        closed_and_broken_off()
    with surveyed.database.reading() as session:
        assert waves.list_of(session, SURVEY)[-1].state == "open"
