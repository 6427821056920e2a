"""The step to jobs that are looked after: old jobs stay as they were, and go back in the words of the step before."""

from uuid import uuid4

from sqlalchemy import text

from builders import NOW
from engage.storage import jobs
from engage.storage.instance import Instance
from engage.storage.jobs import Job


def test_jobs_from_before_stay_and_cancelled_ones_go_back_as_failed(instance: Instance) -> None:
    waits, stopped = (Job(uuid4(), "paper.print", {}, "somebody", NOW) for _ in range(2))
    with instance.database.writing() as session:
        for job in (waits, stopped):
            jobs.add(session, job)
        assert jobs.ask_to_cancel(session, stopped.id, NOW)
    instance.database.downgrade("0020")
    with instance.database.engine.connect() as connection:
        states = connection.execute(text("SELECT state, message FROM jobs ORDER BY state")).all()
    assert [tuple(row) for row in states] == [("failed", "cancelled"), ("waiting", None)]
    instance.database.upgrade()
    with instance.database.reading() as session:
        assert jobs.get(session, waits.id) == waits
        assert jobs.get(session, stopped.id) is not None
