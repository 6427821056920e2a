"""Migrations go up and down with rows in the tables, and build exactly the tables the code speaks of."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect

from builders import a_door, a_submission
from engage.collection.receive import receive_submission
from engage.collection.reference import prepare
from engage.storage.instance import Instance
from engage.storage.tables import METADATA


def test_the_migrations_build_the_tables_the_code_speaks_of(instance: Instance) -> None:
    with instance.database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, METADATA) == []


def test_migrations_go_down_and_up_again_with_rows(surveyed: Instance) -> None:
    with surveyed.database.writing() as session:
        receive_submission(session, a_door(surveyed), a_submission())
    surveyed.database.downgrade("base")
    assert set(inspect(surveyed.database.engine).get_table_names()) <= {"alembic_version"}
    assert not surveyed.database.is_current()
    prepare(surveyed)
    assert surveyed.database.is_current()
    assert "responses" in inspect(surveyed.database.engine).get_table_names()


def test_preparing_twice_changes_nothing(instance: Instance) -> None:
    prepare(instance)
    assert instance.database.is_current()


def test_nothing_identifying_has_a_column() -> None:
    names = {column.name for column in METADATA.tables["responses"].columns}
    forbidden = {"name", "email", "phone", "number", "postcode", "ip", "user_agent", "device", "received_at"}
    assert not names & forbidden
