"""The step to drawings before a person: answers stay on the way down, and no decision is without its somebody."""

import pytest
from sqlalchemy import inspect, text
from sqlalchemy.exc import IntegrityError

from builders import WAVE, a_door, a_submission, with_survey
from by_hand import HOUSE, a_survey_by_hand
from engage.collection.receive import receive_submission
from engage.storage import drawings, responses
from engage.storage.instance import Instance


def test_a_drawing_stays_with_its_answer_on_the_way_down_and_up(instance: Instance) -> None:
    with_survey(instance, a_survey_by_hand())
    with instance.database.writing() as session:
        document = a_submission({"scene": {"lines": HOUSE}}, survey="hand", area_relation=[])
        outcome = receive_submission(session, a_door(instance), document)
        assert len(drawings.in_state(session, "hand", WAVE, "waiting")) == 1
    for words in ("state = 'shown'", "state = 'kept_back', decided_by = 'a', decided_on = '2026-11-21'"):
        with pytest.raises(IntegrityError), instance.database.writing() as session:
            session.execute(text(f"UPDATE drawings SET {words}"))
    instance.database.downgrade("0012")
    assert "drawings" not in inspect(instance.database.engine).get_table_names()
    instance.database.upgrade()
    assert outcome.response_id is not None
    with instance.database.reading() as session:
        kept = responses.get(session, outcome.response_id)
        assert kept is not None and kept.answers == {"scene": {"lines": HOUSE}}
        assert drawings.count_by_state(session) == {}
