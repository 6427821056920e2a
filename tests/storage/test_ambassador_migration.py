"""The step to visits: who works here and which surveys there are go on, and it can be taken back."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import inspect
from sqlalchemy.exc import IntegrityError

from builders import NOW, WARD, WAVE
from engage.storage import organisations, staff, training, visits
from engage.storage.instance import Instance
from engage.storage.organisations import Organisation
from engage.storage.visits import Visit
from staffing import an_email, with_person

TABLES = {"visits", "organisations", "training_records"}


def a_visit(instance: Instance) -> Visit:
    """Store a visit with an organisation, and what its ambassador has read."""
    with_person(instance, "ambassador")
    club = Organisation(uuid4(), "Boxing Club", NOW.date())
    visit = Visit(uuid4(), "feeling-safe", WAVE, WARD, "Club", NOW.date(), an_email("ambassador"), "test", NOW)
    with instance.database.writing() as session:
        organisations.put(session, club)
        visits.put(session, visit)
        account = staff.find(session, an_email("ambassador"))
        assert account is not None
        training.confirm(session, account.id, "safe", NOW.date())
    return visit


def test_the_step_can_be_taken_back_and_leaves_the_people_who_work_here(surveyed: Instance) -> None:
    visit = a_visit(surveyed)
    surveyed.database.downgrade("0018")
    assert not TABLES & set(inspect(surveyed.database.engine).get_table_names())
    surveyed.database.upgrade()
    with surveyed.database.reading() as session:
        assert visits.get(session, visit.id) is None
        assert staff.find(session, an_email("ambassador")) is not None
    assert set(inspect(surveyed.database.engine).get_table_names()) >= TABLES


def test_a_number_does_not_outlast_the_visit_whatever_the_code_says(surveyed: Instance) -> None:
    visit = a_visit(surveyed)
    changed = {"checked_in_at": NOW, "back_by": NOW + timedelta(hours=1), "checked_out_at": NOW, "number_sealed": "x"}
    with pytest.raises(IntegrityError), surveyed.database.writing() as session:
        visits.put(session, Visit(**{**vars(visit), **changed}))
