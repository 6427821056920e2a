"""Nobody is told that something is stored before it is on disk, and one call to the disk serves all who wait."""

import os
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from sqlalchemy import text

from builders import a_door, a_submission
from engage.collection.receive import receive_submission
from engage.storage import log_sync
from engage.storage.instance import Instance

sqlite_alone = pytest.mark.skipif(os.environ.get("TEST_DATABASE") == "postgresql", reason="PostgreSQL has its own log")


def one_more(instance: Instance) -> None:
    with instance.database.writing() as session:
        receive_submission(session, a_door(instance), a_submission())


@sqlite_alone
def test_whoever_cannot_be_brought_to_disk_is_not_told_that_it_was(
    surveyed: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_file: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(log_sync, "_to_disk", full)
    with pytest.raises(OSError, match="No space left"):
        one_more(surveyed)
    monkeypatch.undo()
    one_more(surveyed)


@sqlite_alone
def test_one_call_to_the_disk_begun_after_the_commit_serves_all_who_wait(
    surveyed: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    first_is_there, calls = Event(), []
    bring = log_sync._to_disk

    def slowly(log: int) -> None:
        calls.append(os.fstat(log).st_size)
        if len(calls) == 1:
            first_is_there.wait(10)
        bring(log)

    monkeypatch.setattr(log_sync, "_to_disk", slowly)
    with ThreadPoolExecutor(6) as pool:
        waiting = [pool.submit(one_more, surveyed) for _ in range(6)]
        while counted(surveyed) < len(waiting):
            assert not any(done.done() for done in waiting)
        first_is_there.set()
        for done in waiting:
            done.result(30)
    assert 2 <= len(calls) <= 3
    assert calls[-1] >= calls[0]


def counted(instance: Instance) -> int:
    with instance.database.reading() as session:
        return session.scalar(text("SELECT count(*) FROM responses")) or 0
