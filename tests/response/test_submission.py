"""A submission is read field by field; every wrong kind is a problem, and equal bodies are equal texts."""

import json
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest

from engage.questionnaire.model import AGE_BANDS, ASSISTANCE, CHANNELS, MOST_QUESTIONS, STYLES, Facts
from engage.response.consent import GUARDIAN_WORDS, Given
from engage.response.problems import Problem
from engage.response.submission import FIELDS, Submission, canonical_body, parse_submission

NAN, INFINITY = float("nan"), float("inf")
LEAST: dict[str, Any] = {
    "response_id": "6a6ad1d9-3b7c-4c26-9a55-4d4f2d1a7f10",
    "survey": "feeling-safe",
    "channel": "web",
    "language": "en",
    "consent": {"version": 1, "given": True},
    "answers": {},
}
WHOLE: dict[str, Any] = LEAST | {
    "version": 1,
    "wave": "2026-autumn",
    "language": "so",
    "style": "easy_read",
    "assisted": "friend",
    "area": "E05012278",
    "area_relation": ["study_work", "live"],
    "home_district": "E06000018",
    "consent": {"version": 1, "given": True, "age_band": "13-15", "guardian": "agreed"},
    "started_at": "2026-11-21T10:00:00Z",
    "finished_at": "2026-11-21T11:03:10.5+01:00",
    "serial": "234679CDF",
    "keyed_by": "amb-7",
    "answers": {"safe_day": "between", "communities": ["somali", {"other": "Oromo"}]},
}


def parsed(**changes: Any) -> Submission:
    """Return the submission of the least document with changes."""
    submission = parse_submission(LEAST | changes)
    assert isinstance(submission, Submission)
    return submission


def problems_of(document: object) -> list[tuple[str, str | None]]:
    """Return (code, detail) of every problem."""
    problems = parse_submission(document)
    assert isinstance(problems, list)
    return [(problem.code, problem.detail) for problem in problems]


def test_a_whole_submission_becomes_typed_values() -> None:
    assert set(WHOLE) == FIELDS
    assert parse_submission(WHOLE) == Submission(
        response_id=UUID("6a6ad1d9-3b7c-4c26-9a55-4d4f2d1a7f10"),
        survey="feeling-safe",
        channel="web",
        language="so",
        consent=Given(1, given=True, age_band="13-15", guardian="agreed"),
        answers={"safe_day": "between", "communities": ["somali", {"other": "Oromo"}]},
        version=1,
        wave="2026-autumn",
        style="easy_read",
        assisted="friend",
        area="E05012278",
        area_relation=("study_work", "live"),
        home_district="E06000018",
        started_at=datetime(2026, 11, 21, 10, 0, tzinfo=UTC),
        finished_at=datetime(2026, 11, 21, 10, 3, 10, 500_000, tzinfo=UTC),
        serial="234679CDF",
        keyed_by="amb-7",
    )


def test_what_is_left_out_or_null_has_its_usual_value() -> None:
    left_out = parsed()
    assert left_out == parsed(**dict.fromkeys(FIELDS - set(LEAST)))
    assert (left_out.style, left_out.assisted, left_out.area_relation, left_out.version) == (
        "standard",
        "none",
        (),
        None,
    )
    assert left_out.consent.age_band is None


def test_routing_may_ask_for_these_facts() -> None:
    submission = parse_submission(WHOLE)
    assert isinstance(submission, Submission)
    assert submission.facts == Facts("web", "so", "easy_read", "friend", "13-15", ("study_work", "live"))


#: Wrong for every field but `answers`, `consent` and the lists of their own kind.
ODD = [
    True,
    False,
    1.5,
    NAN,
    INFINITY,
    -1,
    0,
    10**400,
    "",
    " \n",
    "\x00",
    "\ud800",
    "x" * 101,
    {},
    {"a": 1},
    [[]],
    [None],
]
NAMES = ("survey", "wave", "language", "area", "home_district", "serial", "keyed_by")
WRONG: dict[str, list[Any]] = {
    **{name: [*ODD, 7, ["x"], "two\nlines", "\u202e"] for name in NAMES},
    "response_id": [
        *ODD,
        5,
        "6a6ad1d93b7c4c269a554d4f2d1a7f10",
        "{6a6ad1d9-3b7c-4c26-9a55-4d4f2d1a7f1}",
        "6a6ad1d93-b7c-4c26-9a55-4d4f2d1a7f10",
        "6a6ad1d9-3b7c-4c26-9a55-4d4f2d1a7f1g",
        "6a6ad1d9-3b7c-4c26-9a55-4d4f2d1a7f1_",
        "٦a6ad1d9-3b7c-4c26-9a55-4d4f2d1a7f10",
        "6a6ad1d9-3b7c-4c26-9a55-4d4f2d1a7f10\n",
    ],
    "version": [*ODD, "1", [1], 2**31],
    "channel": [*ODD, "Web", "fax", ["web"]],
    "style": [*ODD, "easy", ["standard"]],
    "assisted": [*ODD, "nobody", ["none"]],
    "area_relation": [
        *ODD,
        "live",
        {"live": 1},
        ["live", "live"],
        [1],
        [""],
        ["x" * 101],
        [["live"]],
        list("abcdefghijk"),
    ],
    "consent": [
        *ODD,
        [],
        {"version": 1},
        {"given": True},
        {"version": 1, "given": "yes"},
        {"version": 1, "given": 1},
        {"version": "1", "given": True},
        {"version": 0, "given": True},
        {"version": True, "given": True},
        {"version": 1, "given": True, "age_band": "14"},
        {"version": 1, "given": True, "age_band": ["13-15"]},
        {"version": 1, "given": True, "age_band": {"13-15": 1}},
        {"version": 1, "given": True, "guardian": "maybe"},
        {"version": 1, "given": True, "guardian": True},
        {"version": 1, "given": True, "name": "x"},
    ],
    "started_at": [*ODD, "2026-11-21", "2026-11-21T10:00:00", "10:00Z", "soon", 1_795_000_000, "2026-02-30T10:00:00Z"],
    "finished_at": [*ODD, "2026-11-21T10:00:00", "2026-11-21T25:00:00Z", "9999-12-31T23:59:60Z"],
    "answers": [
        *[odd for odd in ODD if not isinstance(odd, dict)],
        [],
        "safe_day",
        dict.fromkeys(map(str, range(501))),
    ],
}


@pytest.mark.parametrize("field", sorted(FIELDS))
def test_a_field_of_the_wrong_kind_is_a_problem(field: str) -> None:
    for value in WRONG[field]:
        if field in NAMES and isinstance(value, str) and value.isprintable() and 0 < len(value) <= 100:
            continue
        assert problems_of(WHOLE | {field: value}) == [("field_malformed", field)], value


@pytest.mark.parametrize("field", ["response_id", "survey", "channel", "language", "consent", "answers"])
def test_what_every_submission_needs_is_missed(field: str) -> None:
    assert problems_of(WHOLE | {field: None}) == [("field_missing", field)]
    assert problems_of({name: value for name, value in WHOLE.items() if name != field}) == [("field_missing", field)]


@pytest.mark.parametrize("document", [None, [], "x", 5, True, [LEAST], NAN])
def test_what_is_no_object_is_no_submission(document: object) -> None:
    assert problems_of(document) == [("not_an_object", None)]


def test_unknown_fields_are_problems_in_words_that_can_be_printed() -> None:
    assert problems_of(LEAST | {"name": "Amina", "\x1b[31m": 1}) == [
        ("unknown_field", "name"),
        ("unknown_field", "?[31m"),
    ]
    assert len(problems_of(LEAST | dict.fromkeys(map(str, range(5000)), 1))) == 20
    assert problems_of({5: 1} | LEAST) == [("unknown_field", "5")]


def test_all_problems_come_back_together() -> None:
    document = WHOLE | {"x": 1, "survey": None, "channel": "fax", "consent": []}
    assert problems_of(document) == [
        ("unknown_field", "x"),
        ("field_missing", "survey"),
        ("field_malformed", "channel"),
        ("field_malformed", "consent"),
    ]
    assert all(Problem(*problem).code for problem in problems_of(document))


def test_every_listed_value_is_taken() -> None:
    for channel in CHANNELS:
        assert parsed(channel=channel).channel == channel
    for style in STYLES:
        assert parsed(style=style).style == style
    for helper in ASSISTANCE:
        assert parsed(assisted=helper).assisted == helper
    for band in (*AGE_BANDS, "25+", None):
        assert parsed(consent={"version": 1, "given": True, "age_band": band}).consent.age_band == band
    for word in (*GUARDIAN_WORDS, None):
        assert parsed(consent={"version": 1, "given": False, "guardian": word}).consent.guardian == word
    assert parsed(version=2**31 - 1).version == 2**31 - 1
    assert len(parsed(answers=dict.fromkeys(map(str, range(MOST_QUESTIONS)))).answers) == MOST_QUESTIONS


def test_times_of_any_zone_and_any_year_are_taken() -> None:
    earliest, latest = parsed(started_at="0001-01-01T00:00:00+14:00"), parsed(started_at="9999-12-31T23:59:59-12:00")
    assert earliest.started_at is not None
    assert latest.started_at is not None
    assert (latest.started_at - earliest.started_at).days > 3_000_000


# The body that makes two submissions the same


@pytest.mark.parametrize(
    "change",
    [
        {"started_at": None, "finished_at": None},
        {"finished_at": "2027-01-01T00:00:00Z"},
        {"keyed_by": "amb-8"},
        {"area_relation": ["live", "study_work"]},
        {"answers": dict(reversed(WHOLE["answers"].items()))},
        {"response_id": WHOLE["response_id"].upper()},
    ],
    ids=str,
)
def test_a_body_is_the_same_whenever_and_by_whomever_it_is_sent(change: dict[str, Any]) -> None:
    first, second = parse_submission(WHOLE), parse_submission(dict(reversed((WHOLE | change).items())))
    assert isinstance(first, Submission)
    assert isinstance(second, Submission)
    assert canonical_body(first) == canonical_body(second)


@pytest.mark.parametrize(
    "change",
    [
        {"response_id": str(uuid4())},
        {"survey": "other"},
        {"version": 2},
        {"wave": "2027-spring"},
        {"channel": "api"},
        {"language": "en"},
        {"style": "standard"},
        {"assisted": "none"},
        {"area": None},
        {"area_relation": ["live"]},
        {"home_district": None},
        {"consent": WHOLE["consent"] | {"version": 2}},
        {"consent": WHOLE["consent"] | {"given": False}},
        {"consent": WHOLE["consent"] | {"age_band": "16-17"}},
        {"consent": WHOLE["consent"] | {"guardian": None}},
        {"serial": None},
        {"answers": WHOLE["answers"] | {"safe_day": "safe"}},
        {"answers": {"safe_day": "between"}},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_body_is_another_when_anything_said_is_different(change: dict[str, Any]) -> None:
    first, second = parse_submission(WHOLE), parse_submission(WHOLE | change)
    assert isinstance(first, Submission)
    assert isinstance(second, Submission)
    assert canonical_body(first) != canonical_body(second)


def test_a_submission_written_is_read_as_the_same_body() -> None:
    submission = parse_submission(WHOLE)
    assert isinstance(submission, Submission)
    again = parse_submission(json.loads(json.dumps(submission.to_document())))
    assert isinstance(again, Submission)
    assert canonical_body(again) == canonical_body(submission)
