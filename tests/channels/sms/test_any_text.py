"""Whatever is texted, the conversation goes on, stores only valid answers, and opens every reply neutrally."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from channels.sms.texting import Person, a_context
from engage.channels.sms.prompts import NEUTRAL_START
from engage.questionnaire.library import read_library_survey
from engage.questionnaire.model import Questionnaire
from engage.response.answers import check_answers
from engage.response.submission import Submission, parse_submission

TOPIC_WORDS = (
    "safe",
    "violen",
    "crime",
    "police",
    "knife",
    "knives",
    "weapon",
    "gang",
    "drug",
    "attack",
    "abuse",
    "fear",
    "afraid",
    "threat",
    "hurt",
    "dark",
    "fight",
)
USUAL = [
    "LOCAL",
    "YES",
    "no",
    "1",
    "3",
    "4 it is bad",
    "A",
    "b c",
    "skip",
    "help",
    "stop",
    "START",
    "polski",
    "Clifton",
    "LOCAL NG7 4 C 2",
    "LOCAL Clifton 4",
    "he hit me",
    "go on",
]
LIBRARY = read_library_survey("feeling-safe")
TEXTS = st.lists(
    st.one_of(
        st.sampled_from(USUAL),
        st.text(max_size=40),
        st.text(alphabet="NG7 4C2abAB١②,.", max_size=14).map("LOCAL {}".format),
        st.text(alphabet="0123456789 .,-ABCabc١٢②½", max_size=6),
    ),
    min_size=1,
    max_size=14,
)


@settings(max_examples=150, deadline=None)
@given(texts=TEXTS, library=st.booleans())
def test_no_text_stops_the_conversation_or_opens_a_reply_with_the_topic(texts: list[str], library: bool) -> None:
    person = Person(a_context(LIBRARY if library else None))
    for text in ["LOCAL", *texts]:
        _is_neutral(person.texts(text))
        if person.last.submission_ready:
            _is_valid(person, person.context.questionnaire)


@settings(max_examples=100, deadline=None)
@given(text=st.text(max_size=200))
def test_no_single_text_stops_any_stage(text: str) -> None:
    for before in ([], ["LOCAL"], ["LOCAL", "YES"], ["LOCAL", "YES", "3"], ["LOCAL", "YES", "3", "skip", "2"]):
        person = Person()
        person.texts(*before)
        _is_neutral(person.texts(text))


def test_a_very_long_text_is_read_in_part() -> None:
    person = Person()
    person.texts("LOCAL", "YES", "4" * 65_000)
    assert person.last.reply is not None


@pytest.mark.parametrize("language", [language.tag for language in LIBRARY.languages])
def test_the_library_survey_can_be_answered_by_text_in_every_language(language: str) -> None:
    person = Person(a_context(LIBRARY, language=language))
    person.texts("LOCAL", "YES" if language != "pl" else "tak")
    for text in ("3", "Clifton", "4", "D"):
        reply = person.texts(text) or ""
        assert len(reply.partition("\n")[0]) >= NEUTRAL_START
    answers = person.submission()["answers"]
    assert answers["safe_dark"] == "fairly_unsafe"
    assert len(answers["would_help"]) == 1
    _is_valid(person, LIBRARY)


def _is_neutral(reply: str | None) -> None:
    start = (reply or "").casefold()[:NEUTRAL_START]
    assert not [word for word in TOPIC_WORDS if word in start], reply


def _is_valid(person: Person, questionnaire: Questionnaire) -> None:
    submission = parse_submission(person.submission())
    assert isinstance(submission, Submission)
    assert check_answers(questionnaire, submission.facts, submission.answers).problems == ()
