"""Migrations under traffic: one process at a time, and an older version goes on beside a newer one."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from builders import a_door, a_submission
from engage.collection.receive import receive_submission
from engage.storage.instance import Instance, open_instance


def test_of_processes_that_begin_at_once_one_migrates_and_the_others_find_it_done(instance: Instance) -> None:
    instance.database.downgrade("0020")
    others = [open_instance(instance.settings) for _ in range(3)]
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(lambda other: other.database.upgrade(), others))
    assert instance.database.is_current()
    for other in others:
        other.database.close()


def test_a_newer_version_may_have_taken_the_tables_further(surveyed: Instance, client: FlaskClient) -> None:
    with surveyed.database.writing() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    surveyed.database.upgrade()
    assert surveyed.database.standing() == "ahead"
    assert client.get("/readyz").status_code == 200
    with surveyed.database.writing() as session:
        assert receive_submission(session, a_door(surveyed), a_submission()).status == "stored"


def test_a_table_in_use_holds_a_migration_up_and_the_traffic_only_for_a_moment(
    instance: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    if instance.database.engine.dialect.name != "postgresql":
        pytest.skip("SQLite has one writer, who is waited for")
    monkeypatch.setattr("engage.storage.migrating._WAITS_FOR_A_TABLE", 1)
    instance.database.downgrade("0020")
    engine, count = instance.database.engine, text("SELECT count(*) FROM jobs")
    with engine.connect() as reader, ThreadPoolExecutor(1) as pool:
        reader.execute(count)
        migrating = pool.submit(instance.database.upgrade)
        for _ in range(3):
            with engine.connect() as other:
                other.execute(text("SET statement_timeout = '5s'"))
                assert other.execute(count).scalar() == 0
            time.sleep(0.5)
        assert not migrating.done()
        reader.rollback()
        migrating.result(60)
    assert instance.database.is_current()
