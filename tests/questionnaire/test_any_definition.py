"""Whatever is handed in as a definition, it is a questionnaire or a list of faults, never an accident."""

import copy
import json
from collections.abc import Callable
from functools import partial
from typing import Any

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from engage.questionnaire.definition import parse_definition
from engage.questionnaire.document import questions_hash, to_document
from engage.questionnaire.faults import DefinitionFaulty
from engage.questionnaire.files import read_definition
from engage.questionnaire.model import Questionnaire
from engage.questionnaire.wording import Words
from questionnaire.tiny import every_field

WHOLE = every_field()
#: Words of the format, so that what is drawn looks like a definition now and then.
KEYS = st.sampled_from(
    [
        *sorted({name for entry in (WHOLE, *WHOLE["questions"], *WHOLE["help_lines"]) for name in entry}),
        *(
            "all",
            "any",
            "not",
            "fact",
            "is",
            "answer",
            "answered",
            "when",
            "options",
            "short",
            "fold",
            "wording",
            "file",
        ),
    ]
)
TEXTS = st.one_of(st.text(), KEYS, st.sampled_from(["scale", "number", "en", "so", "dk", "a.b", "q@young", "{place}"]))
SCALARS = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), TEXTS, st.just(10**400))
ANYTHING = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(st.one_of(KEYS, st.text(), st.text().map("text@{}".format)), inner)
    ),
    max_leaves=20,
)


def check_whole(questionnaire: Questionnaire) -> None:
    """Check that a questionnaire that was taken can be written, named and worded."""
    document = to_document(questionnaire)
    assert parse_definition(json.loads(json.dumps(document))) == questionnaire
    assert len(questions_hash(questionnaire)) == 64
    for question in questionnaire.questions:
        for route in questionnaire.routes:
            words = Words(questionnaire, "en", route.id)
            assert words.text(f"{question.id}.text")
            assert all(words.of_option(question, option) for option in question.options)


def check_taken_or_faulty(read: Callable[[], Questionnaire]) -> None:
    """Check that reading gives a sound questionnaire, or faults in words that can be printed."""
    try:
        questionnaire = read()
    except DefinitionFaulty as faulty:
        str(faulty).encode()
    else:
        check_whole(questionnaire)


@given(ANYTHING)
@settings(max_examples=500, deadline=None)
def test_any_document_is_taken_or_faulty(document: object) -> None:
    check_taken_or_faulty(lambda: parse_definition(document))


@given(st.fixed_dictionaries({}, optional=dict.fromkeys(WHOLE, ANYTHING)))
@settings(max_examples=150, deadline=None)
def test_any_parts_of_a_definition_are_taken_or_faulty(parts: dict[str, Any]) -> None:
    check_taken_or_faulty(lambda: parse_definition(WHOLE | parts))


@given(st.data())
@settings(max_examples=500, deadline=None)
def test_a_definition_with_anything_anywhere_is_taken_or_faulty(data: st.DataObject) -> None:
    document = copy.deepcopy(WHOLE)
    inner: Any = document
    while True:
        key = data.draw(st.sampled_from(sorted(inner) if isinstance(inner, dict) else list(range(len(inner)))))
        if not isinstance(inner[key], dict | list) or not inner[key] or data.draw(st.booleans()):
            break
        inner = inner[key]
    match data.draw(st.sampled_from(["change", "remove", "add"])):
        case "change":
            inner[key] = data.draw(ANYTHING)
        case "remove":
            del inner[key]
        case "add" if isinstance(inner, dict):
            inner[data.draw(TEXTS)] = data.draw(ANYTHING)
    check_taken_or_faulty(lambda: parse_definition(document))


@given(st.one_of(st.text(), ANYTHING.map(lambda value: json.dumps(value) if value != 10**400 else "{")))
@settings(max_examples=500, deadline=None)
def test_any_text_is_taken_or_faulty(text: str) -> None:
    for written in (text, "{" + text, "a: " + text, "languages: {so: {file: " + text):
        check_taken_or_faulty(partial(read_definition, written, lambda name: name))


@given(st.data())
@settings(max_examples=200, deadline=None)
def test_a_damaged_file_is_taken_or_faulty(data: st.DataObject) -> None:
    text = data.draw(st.sampled_from([json.dumps(WHOLE), yaml.safe_dump(WHOLE, sort_keys=False)]))
    at = data.draw(st.integers(0, len(text) - 1))
    damaged = text[:at] + data.draw(st.text(max_size=3)) + text[at + data.draw(st.integers(0, 20)) :]
    check_taken_or_faulty(lambda: read_definition(damaged))
