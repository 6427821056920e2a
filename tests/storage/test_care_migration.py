"""The step to flags on every channel and decisions that can be undone, with rows, there and back."""

from uuid import uuid4

from sqlalchemy import inspect, text

from builders import NOW, a_door, a_submission
from engage.collection.receive import receive_submission
from engage.collection.safeguarding import close, name_owner
from engage.storage import review, safeguarding
from engage.storage.instance import Instance
from engage.storage.review import ReviewItem


def test_items_go_back_in_the_words_of_the_step_before_and_what_it_does_not_know_goes(surveyed: Instance) -> None:
    keys = surveyed.settings.keys
    with surveyed.database.writing() as session:
        name_owner(session, keys, "feeling-safe", "owner@example.org", "test", NOW)
        receive_submission(session, a_door(surveyed), a_submission({"say_more": "i want to die"}))
        (item,) = safeguarding.open_items(session)
        close(session, keys, item.id, "emergency", "test", NOW)
        worried = type(item)(**item.__dict__ | {"id": uuid4(), "list_code": "reader_worried"})
        assert safeguarding.add_once(session, worried) and not safeguarding.add_once(session, worried)
        for kind in ("late", "duplicate"):
            review.add(session, ReviewItem(kind, uuid4(), "feeling-safe", kind, "", {}, [], NOW, uuid4()))
    surveyed.database.downgrade("0011")
    with surveyed.database.engine.connect() as connection:
        assert connection.execute(text("SELECT list_code, outcome FROM safeguarding_items")).all() == [
            ("self_harm", "passed_on")
        ]
        assert connection.execute(text("SELECT kind FROM review_items")).scalars().all() == ["late"]
    assert "arrival_marks" not in inspect(surveyed.database.engine).get_table_names()
    surveyed.database.upgrade()
    with surveyed.database.reading() as session:
        (kept,) = safeguarding.closed_items(session, 5)
        assert (kept.response_id, kept.question, kept.asked) == (None, None, 0)
        assert safeguarding.rule_of(session, "feeling-safe").owner is None
