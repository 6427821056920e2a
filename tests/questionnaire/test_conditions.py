"""Conditions: what each kind holds for, and that whatever is missing makes it not hold."""

from typing import Any

import pytest

from engage.questionnaire.conditions import facts_in, holds, questions_in, to_document
from engage.questionnaire.definition import parse_definition
from questionnaire.tiny import a_document, a_question, faults_of, options

FACTS: dict[str, Any] = {"age_band": "13-15", "style": "standard", "area_relation": ("live", "study"), "assisted": None}
ANSWERS: dict[str, Any] = {
    "pick": "yes",
    "ticks": ["dark", "cars"],
    "count": 3,
    "half": 2.5,
    "skipped": "dk",
    "words": "",
    "none": [],
    "own": ["somali", {"other": "Oromo"}],
}

CASES = [
    ({"fact": "age_band", "is": ["13-15", "16-17"]}, True),
    ({"fact": "age_band", "is": ["16-17"]}, False),
    ({"fact": "area_relation", "is": ["live"]}, True),
    ({"fact": "area_relation", "is": ["pass_through"]}, False),
    ({"fact": "assisted", "is": ["none"]}, False),
    ({"fact": "channel", "is": ["web"]}, False),
    ({"answer": "pick", "is": ["yes"]}, True),
    ({"answer": "pick", "is": ["no", "dk"]}, False),
    ({"answer": "ticks", "is": ["cars", "noise"]}, True),
    ({"answer": "ticks", "is": ["noise"]}, False),
    ({"answer": "own", "is": ["other"]}, True),
    ({"answer": "ticks", "is": ["other"]}, False),
    ({"answer": "own", "is": ["polish"]}, False),
    ({"answer": "missing", "is": ["yes"]}, False),
    ({"answer": "count", "at_least": 3}, True),
    ({"answer": "count", "at_most": 3}, True),
    ({"answer": "count", "at_least": 4}, False),
    ({"answer": "count", "at_most": 2}, False),
    ({"answer": "half", "at_least": 2, "at_most": 3}, True),
    ({"answer": "skipped", "at_least": 0}, False),
    ({"answer": "ticks", "at_most": 9}, False),
    ({"answer": "missing", "at_most": 9}, False),
    ({"answered": "pick"}, True),
    ({"answered": "skipped"}, True),
    ({"answered": "words"}, False),
    ({"answered": "none"}, False),
    ({"answered": "missing"}, False),
    ({"all": [{"answered": "pick"}, {"answered": "count"}]}, True),
    ({"all": [{"answered": "pick"}, {"answered": "missing"}]}, False),
    ({"all": []}, True),
    ({"any": [{"answered": "missing"}, {"answered": "pick"}]}, True),
    ({"any": [{"answered": "missing"}]}, False),
    ({"any": []}, False),
    ({"not": {"answered": "missing"}}, True),
    ({"not": {"answered": "pick"}}, False),
    ({"not": {"all": [{"answered": "pick"}, {"any": [{"not": {"answered": "missing"}}]}]}}, False),
]


def condition_of(document: dict[str, Any]) -> Any:
    """Return a condition as a definition brings it, in a questionnaire that has every question it may ask."""
    earlier = [
        a_question("pick", special=["dk"]),
        a_question("ticks", "multiple_choice", options=options("dark", "cars", "noise", "other")),
        a_question("count", "number"),
        a_question("half", "number"),
        a_question("skipped", "number", special=["dk"]),
        a_question("words", "short_text"),
        a_question("none", "multiple_choice"),
        a_question("own", "community", options=options("somali", "polish")),
        a_question("missing", "single_choice"),
        a_question("area_relation", "area_relation", options=options("live", "study", "pass_through")),
    ]
    if document.get("answer") in ("ticks", "missing") and "is" not in document:
        earlier = [e | {"type": "number", "options": []} if e["id"] == document["answer"] else e for e in earlier]
    document = a_document(*earlier, a_question("last", show_when=document))
    return parse_definition(document).questions[-1].show_when


@pytest.mark.parametrize(("document", "expected"), CASES, ids=[str(document) for document, _ in CASES])
def test_a_condition_holds_as_its_kind_says(document: dict[str, Any], expected: bool) -> None:
    assert holds(condition_of(document), FACTS, ANSWERS) is expected


@pytest.mark.parametrize("document", [document for document, _ in CASES], ids=str)
def test_a_condition_is_written_as_it_was_read(document: dict[str, Any]) -> None:
    assert to_document(condition_of(document)) == document


@pytest.mark.parametrize(
    "answer", [[[["dark"]]], [["dark"]], {"a": 1}, True, float("nan"), 10**400, None, [None], [{}]]
)
def test_no_answer_however_strange_makes_a_condition_fail(answer: Any) -> None:
    for document, _ in CASES:
        assert holds(condition_of(document), {}, dict.fromkeys(ANSWERS, answer)) in (True, False), document


def test_a_list_nested_far_too_deep_is_no_tick() -> None:
    nested: Any = "dark"
    for _ in range(5000):
        nested = [nested]
    assert not holds(condition_of({"answer": "ticks", "is": ["dark"]}), {}, {"ticks": nested})


def test_truth_values_are_no_numbers() -> None:
    assert not holds(condition_of({"answer": "count", "at_least": 0}), {}, {"count": True})


def test_a_condition_says_which_questions_and_facts_it_looks_at() -> None:
    condition = condition_of(
        {
            "all": [
                {"answer": "pick", "is": ["yes"]},
                {"any": [{"answered": "count"}, {"not": {"fact": "style", "is": ["easy_read"]}}]},
                {"answer": "half", "at_most": 1},
            ]
        }
    )
    assert list(questions_in(condition)) == ["pick", "count", "half"]
    assert list(facts_in(condition)) == ["style"]
    assert list(questions_in(None)) == list(facts_in(None)) == []


@pytest.mark.parametrize("kind", ["all", "any", "not"])
def test_conditions_may_be_nested_twenty_deep_and_no_deeper(kind: str) -> None:
    def nested(depth: int) -> dict[str, Any]:
        condition: dict[str, Any] = {"answered": "pick"}
        for _ in range(depth):
            condition = {kind: condition if kind == "not" else [condition]}
        return condition

    questions = a_question("pick"), a_question("last", show_when=nested(20))
    assert faults_of(a_document(*questions)) == []
    questions = a_question("pick"), a_question("last", show_when=nested(21))
    ((path, code),) = faults_of(a_document(*questions))
    assert code == "condition_malformed"
    assert path.startswith("questions[1].show_when.")
