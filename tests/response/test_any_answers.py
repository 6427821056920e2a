"""Whatever is sent, it is checked without accident, and what was accepted is accepted again."""

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from engage.questionnaire.conditions import FACTS
from engage.questionnaire.library import read_library_survey
from engage.questionnaire.model import AGE_BANDS, ASSISTANCE, CHANNELS, STYLES, Facts, Questionnaire
from engage.questionnaire.references import codes_of
from engage.questionnaire.routing import asked_questions, options_asked, route_of
from engage.response.answers import check_answers, read_answer
from engage.response.problems import Problem, printable
from engage.response.submission import FIELDS, Submission, canonical_body, parse_submission
from questionnaire.tiny import a_question, a_questionnaire, options

LIBRARY = read_library_survey("feeling-safe")
#: Every type of question, and every way one may hang on another.
EVERY_TYPE = a_questionnaire(
    a_question("pick", special=["dk"]),
    a_question(
        "ticks", "multiple_choice", options=[*options("none", exclusive=True), *options("a", "b", "c")], max_choices=2
    ),
    a_question("most", options_from="ticks"),
    a_question("count", "number", minimum=0, special=["dk"]),
    a_question("day", "date", maximum="2026-12-31", show_when={"answer": "count", "at_least": 1, "at_most": 5}),
    a_question("word", "short_text", max_length=20, show_when={"answered": "most"}),
    a_question("words", "long_text", show_when={"not": {"answered": "word"}}),
    a_question("own", "community", options=options("somali", "polish"), special=["pns"]),
    a_question("closer", show_when={"answer": "own", "is": ["other", "somali"]}, alone=True),
    a_question("safe", "scale", scale="safety", routes=["adult", "easy_read"]),
    a_question("last", show_when={"any": [{"answer": "safe", "is": ["unsafe"]}, {"answer": "pick", "is": ["dk"]}]}),
)
JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.just(10**400)),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(st.text(), inner, max_size=4)),
    max_leaves=15,
)
FACTS_DRAWN = st.builds(
    Facts,
    channel=st.sampled_from(CHANNELS),
    style=st.sampled_from(STYLES),
    assisted=st.sampled_from(ASSISTANCE),
    age_band=st.sampled_from([None, *AGE_BANDS, "25+"]),
    area_relation=st.lists(st.sampled_from(["live", "spend_time"]), unique=True).map(tuple),
)
#: Drawn by name, so that a failure can be read.
SURVEYS = {"library": LIBRARY, "every type": EVERY_TYPE}
NAMES = st.sampled_from(sorted(SURVEYS))


@st.composite
def likely_answers(draw: st.DrawFn, questionnaire: Questionnaire) -> dict[str, Any]:
    """Draw answers that are often right: codes of the questionnaire, in lists or alone, and anything else."""
    taking = [question for question in questionnaire.questions if question.takes_answer]
    answers: dict[str, Any] = {}
    for question in draw(st.lists(st.sampled_from(taking), max_size=12)):
        code = st.sampled_from([*codes_of(question, questionnaire), "a", "dk", "dark"])
        own_words = st.builds(lambda words: {"other": words}, st.text(max_size=20))
        near = st.one_of(
            code, st.lists(st.one_of(code, own_words), max_size=4), st.integers(-2, 9), st.floats(), st.text()
        )
        answers[question.id] = draw(st.one_of(near, st.dates().map(str), JSON))
    return answers


def check_settled(questionnaire: Questionnaire, facts: Facts, answers: dict[str, Any], *, from_paper: bool) -> None:
    """Check that accepted answers are accepted again unchanged, also after a way through JSON."""
    checked = check_answers(questionnaire, facts, answers, from_paper=from_paper)
    reported = {problem.question for problem in (*checked.problems, *checked.notes)}
    assert {printable(question_id) for question_id in answers} == reported | set(checked.answers)
    for problem in (*checked.problems, *checked.notes):
        json.dumps(problem.to_document()).encode()
    if checked.problems:
        return
    text = json.dumps(checked.answers, allow_nan=False)
    again = check_answers(questionnaire, facts, json.loads(text), from_paper=from_paper)
    assert again.answers == checked.answers
    assert json.dumps(again.answers) == text
    assert again.problems == ()
    assert {note.code for note in again.notes} <= {"too_many_choices"}


@given(NAMES, FACTS_DRAWN, st.dictionaries(st.text(), JSON), st.booleans())
@settings(max_examples=300, deadline=None)
def test_any_answers_are_checked(name: str, facts: Facts, answers: dict[str, Any], from_paper: bool) -> None:
    check_settled(SURVEYS[name], facts, answers, from_paper=from_paper)


@given(st.data(), NAMES, FACTS_DRAWN, st.booleans())
@settings(max_examples=600, deadline=None)
def test_accepted_answers_stay_accepted(data: st.DataObject, name: str, facts: Facts, from_paper: bool) -> None:
    check_settled(SURVEYS[name], facts, data.draw(likely_answers(SURVEYS[name])), from_paper=from_paper)


@given(st.data(), NAMES, FACTS_DRAWN)
@settings(max_examples=300, deadline=None)
def test_one_answer_is_accepted_alone_as_in_the_whole(data: st.DataObject, name: str, facts: Facts) -> None:
    """What a page takes, the door takes: both read an answer among the options this respondent has."""
    questionnaire = SURVEYS[name]
    answers = data.draw(likely_answers(questionnaire))
    checked = check_answers(questionnaire, facts, answers)
    for question in asked_questions(questionnaire, facts, answers):
        if question.takes_answer and question.id in answers:
            offered = options_asked(questionnaire, question, facts, answers)
            alone = read_answer(question, offered, facts, answers[question.id])
            assert (question.id in checked.answers) is not isinstance(alone, Problem)
            assert question.id not in checked.answers or checked.answers[question.id] == alone


@given(NAMES, FACTS_DRAWN, st.dictionaries(st.text(), JSON))
@settings(max_examples=200, deadline=None)
def test_anybody_has_a_route_and_a_path(name: str, facts: Facts, answers: dict[str, Any]) -> None:
    questionnaire = SURVEYS[name]
    assert route_of(questionnaire, facts) in {route.id for route in questionnaire.routes}
    path = asked_questions(questionnaire, facts, answers)
    order = [question.id for question in questionnaire.questions]
    assert [order.index(question.id) for question in path] == sorted({order.index(question.id) for question in path})


FIELD_VALUES = st.one_of(
    JSON, st.uuids().map(str), st.sampled_from([*CHANNELS, *STYLES, *ASSISTANCE, *AGE_BANDS, *FACTS])
)


@given(
    st.one_of(JSON, st.fixed_dictionaries({}, optional=dict.fromkeys(FIELDS, FIELD_VALUES))),
    st.fixed_dictionaries(
        {"response_id": st.uuids().map(str), "survey": st.text(), "answers": st.dictionaries(st.text(), JSON)},
        optional={
            "started_at": st.datetimes().map(str),
            "area_relation": st.lists(st.text()),
            "version": st.integers(),
        },
    ),
    st.booleans(),
)
@settings(max_examples=600, deadline=None)
def test_any_body_is_a_submission_or_a_list_of_problems(body: Any, likely: dict[str, Any], is_likely: bool) -> None:
    given_consent = {"channel": "web", "language": "en", "consent": {"version": 1, "given": True}}
    found = parse_submission(given_consent | likely if is_likely else body)
    if isinstance(found, Submission):
        assert parse_submission(json.loads(json.dumps(found.to_document()))) is not None
        assert canonical_body(found)
    else:
        assert found
        for problem in found:
            json.dumps(problem.to_document(), ensure_ascii=False).encode()
