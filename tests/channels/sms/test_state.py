"""What is kept between two texts comes back from JSON as it was."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engage.channels.sms.conversation import ConversationState, Stage

TIMES = st.datetimes(datetime(2026, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)).map(  # noqa: DTZ001 - bounds are naive
    lambda time: time.replace(microsecond=0)
)
STATES = st.builds(
    ConversationState,
    stage=st.sampled_from(Stage),
    language=st.sampled_from(["en", "pa-Arab"]),
    last_message_at=TIMES,
    started_at=TIMES,
    version=st.integers(1, 9),
    response_id=st.none() | st.uuids(),
    age_band=st.none() | st.just("16-17"),
    area=st.none() | st.just("E05012278"),
    area_relation=st.lists(st.sampled_from(["live", "study"]), unique=True).map(tuple),
    answers=st.dictionaries(st.sampled_from(["a", "b"]), st.text() | st.integers() | st.lists(st.text())),
    skipped=st.lists(st.text()).map(tuple),
    question_id=st.none() | st.text(),
    reprompts=st.integers(0, 2),
)


@settings(deadline=None)
@given(STATES)
def test_a_state_goes_through_json(state: ConversationState) -> None:
    assert ConversationState.from_document(json.loads(json.dumps(state.to_document()))) == state


def test_another_document_is_refused() -> None:
    with pytest.raises(KeyError):
        ConversationState.from_document({})
