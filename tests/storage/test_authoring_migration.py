"""The step to working copies: surveys that were there stay on the way down and up, and a copy goes with its steps."""

from uuid import uuid4

from sqlalchemy import inspect

from builders import NOW
from engage.storage import questionnaires, working_copies
from engage.storage.instance import Instance
from engage.storage.working_copies import MOST_STEPS, Step, WorkingCopy

TABLES = {"working_copies", "working_steps"}


def a_copy(instance: Instance) -> WorkingCopy:
    document = {"slug": "parks", "questions": [], "languages": {"en": {"review": "source"}}}
    copy = WorkingCopy(uuid4(), "parks", "nothing", "a", NOW, "a", NOW, 1, document, {})
    with instance.database.writing() as session:
        working_copies.add(session, copy)
        for revision in range(2, MOST_STEPS + 5):
            working_copies.add_step(session, copy.id, Step(revision, "moved", "a", NOW, [[["questions", 0], None]]))
    return copy


def test_surveys_stay_on_the_way_down_and_up(surveyed: Instance) -> None:
    a_copy(surveyed)
    surveyed.database.downgrade("0017")
    assert TABLES.isdisjoint(inspect(surveyed.database.engine).get_table_names())
    surveyed.database.upgrade()
    with surveyed.database.reading() as session:
        assert working_copies.list_all(session) == []
        assert questionnaires.get(session, "feeling-safe") is not None


def test_a_copy_is_read_back_with_its_last_step_and_goes_with_all_of_them(instance: Instance) -> None:
    copy = a_copy(instance)
    with instance.database.writing() as session:
        assert working_copies.get(session, copy.id) == copy
        assert working_copies.of_survey(session, "parks") == [copy]
        step = working_copies.last_step(session, copy.id)
        assert step is not None and step.revision == MOST_STEPS + 4
        working_copies.remove(session, copy.id)
        assert working_copies.get(session, copy.id) is None
        assert working_copies.last_step(session, copy.id) is None
