"""The step to effort: answers from before stay with none, and rushes go with the way back."""

from uuid import uuid4

from sqlalchemy import inspect, text

from builders import NOW, a_door, a_submission
from engage.collection.receive import receive_submission
from engage.storage import review
from engage.storage.instance import Instance
from engage.storage.review import ReviewItem


def test_answers_stay_and_rushes_go_with_the_step_back(surveyed: Instance) -> None:
    with surveyed.database.writing() as session:
        receive_submission(session, a_door(surveyed), a_submission())
        for kind in ("late", "rush"):
            review.add(session, ReviewItem(kind, uuid4(), "feeling-safe", kind, "", {}, [], NOW))
    surveyed.database.downgrade("0022")
    assert "effort" not in {column["name"] for column in inspect(surveyed.database.engine).get_columns("responses")}
    surveyed.database.upgrade()
    with surveyed.database.engine.connect() as connection:
        assert connection.execute(text("SELECT effort FROM responses")).scalars().all() == ["none"]
        assert connection.execute(text("SELECT kind FROM review_items")).scalars().all() == ["late"]
