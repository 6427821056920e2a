"""The step to what comes back to people: surveys and releases that were there stay, with and without it."""

from dataclasses import replace
from uuid import uuid4

import pytest
from sqlalchemy import inspect
from sqlalchemy.exc import IntegrityError

from builders import NOW, WAVE
from engage.storage import actions, community_readings, public_questions, releases
from engage.storage.actions import Action
from engage.storage.community_readings import CommunityReading
from engage.storage.instance import Instance
from engage.storage.public_questions import PublicQuestion
from engage.storage.releases import Release

TODAY = NOW.date()
ACTION = Action(uuid4(), "feeling-safe", "It is dark", "Lamps were mended", "The council", TODAY, "test", NOW)
QUESTION = PublicQuestion(uuid4(), "feeling-safe", "When do we hear from you?", TODAY)
TABLES = {"actions", "public_questions", "community_readings"}


def filled(instance: Instance) -> Release:
    head = Release(0, "feeling-safe", WAVE, "a" * 64, "rule", synthetic=False, published_at=NOW, published_by="test")
    with instance.database.writing() as session:
        release = releases.add(session, head, [])
        actions.put(session, replace(ACTION, release_id=release.id, question="safe_day", option="safe"))
        public_questions.put(session, QUESTION)
        community_readings.put(session, CommunityReading(release.id, "somali", "Elders' lunch", "test", NOW))
    return release


def test_releases_stay_on_the_way_down_and_up(surveyed: Instance) -> None:
    release = filled(surveyed)
    surveyed.database.downgrade("0008")
    assert TABLES.isdisjoint(inspect(surveyed.database.engine).get_table_names())
    surveyed.database.upgrade()
    with surveyed.database.reading() as session:
        assert releases.get(session, release.id) == release
        assert actions.list_of(session, "feeling-safe") == []
        assert public_questions.waiting(session) == []
        assert community_readings.of_release(session, release.id) == {}


def test_what_was_written_is_read_back(surveyed: Instance) -> None:
    release = filled(surveyed)
    with surveyed.database.reading() as session:
        assert actions.get(session, ACTION.id) == replace(
            ACTION, release_id=release.id, question="safe_day", option="safe"
        )
        assert public_questions.waiting(session, "feeling-safe") == [QUESTION]
        assert list(community_readings.of_release(session, release.id)) == ["somali"]


@pytest.mark.parametrize(
    "faulty",
    [
        replace(ACTION, area="E06000018", community="somali"),
        replace(ACTION, question="safe_day", option="safe"),
    ],
)
def test_an_action_has_one_subject_and_a_whole_figure(surveyed: Instance, faulty: Action) -> None:
    with pytest.raises(IntegrityError), surveyed.database.writing() as session:
        actions.put(session, faulty)


@pytest.mark.parametrize("said", [{}, {"answer": "In spring"}, {"answer": "In spring", "owner": "The team"}])
def test_nothing_is_public_before_somebody_has_answered_it(surveyed: Instance, said: dict[str, str]) -> None:
    with pytest.raises(IntegrityError), surveyed.database.writing() as session:
        public_questions.put(session, replace(QUESTION, is_published=True, **said))
