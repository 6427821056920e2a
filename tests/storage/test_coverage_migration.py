"""The step to the counters of fieldwork: what came in before is counted later, and the way back leaves no trace."""

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import inspect

from builders import NOW, WARD, WAVE, a_door, a_submission
from engage.collection.receive import receive_submissions
from engage.reporting.coverage_counting import count_replies
from engage.storage import coverage, responses
from engage.storage.instance import Instance

TABLES = {
    *("fieldwork_counting", "heard_counts", "question_counts", "fieldwork_targets"),
    *("progress_recipients", "progress_sent"),
}


def heard(instance: Instance) -> list[tuple[str, str, str, int]]:
    for minutes in (0, 2):
        count_replies(replace(instance, now=lambda at=minutes: NOW + timedelta(minutes=at)))
    with instance.database.reading() as session:
        return list(coverage.heard(session, "feeling-safe", WAVE, ("replies",)))


def test_answers_from_before_are_counted_and_the_step_back_keeps_them(surveyed: Instance) -> None:
    with surveyed.database.writing() as session:
        receive_submissions(session, a_door(surveyed), [a_submission() for _ in range(3)])
        coverage.put_targets(session, "feeling-safe", WAVE, {("area", WARD): 40})
    assert heard(surveyed) == [(WARD, "replies", "", 3)]
    surveyed.database.downgrade("0019")
    assert not TABLES & set(inspect(surveyed.database.engine).get_table_names())
    surveyed.database.upgrade()
    assert heard(surveyed) == [(WARD, "replies", "", 3)]
    with surveyed.database.reading() as session:
        assert coverage.targets(session, "feeling-safe", WAVE) == {}
        assert len(list(responses.of_wave(session, "feeling-safe", WAVE))) == 3
