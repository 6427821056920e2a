"""The published schema and the parser say the same of a definition, as far as a schema can know."""

import copy
import json
from collections.abc import Iterable, Iterator
from importlib.resources import files
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from engage.questionnaire import conditions
from engage.questionnaire.consistency import FIELD_TYPES, RESERVED_IDS
from engage.questionnaire.definition import parse_definition
from engage.questionnaire.document import to_document
from engage.questionnaire.files import parse_text
from engage.questionnaire.library import LIBRARY_SURVEYS, read_library_survey
from engage.questionnaire.model import (
    AGE_BANDS,
    ASSISTANCE,
    CHANNELS,
    CONSENT_RULES,
    DEFAULT_MAX_LENGTH,
    MOST_QUESTIONS,
    SHORT_AGE_BANDS,
    SPECIAL_CODES,
    STYLES,
    QuestionType,
)
from engage.questionnaire.reading import CODE, LANGUAGE_TAG, NAME, PUBLIC_CODE, SLUG
from engage.questionnaire.schema import definition_schema
from questionnaire.tiny import a_document, a_question, every_field, faults_of

SCHEMA = definition_schema()
VALIDATOR = Draft202012Validator(SCHEMA)
DEFINED = SCHEMA["$defs"]


def is_sound(document: object) -> tuple[bool, bool]:
    """Return whether the schema takes a definition, and whether the parser does."""
    return VALIDATOR.is_valid(document), not faults_of(document)


# The schema itself


def properties_in(schema: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Yield every property the schema describes, with where it is."""
    if isinstance(schema, list):
        for index, part in enumerate(schema):
            yield from properties_in(part, f"{path}[{index}]")
    elif isinstance(schema, dict):
        if "additionalProperties" in schema:
            for kind in ("properties", "patternProperties"):
                yield from ((f"{path}.{name}", inner) for name, inner in schema.get(kind, {}).items())
        for name, inner in schema.items():
            yield from properties_in(inner, f"{path}.{name}")


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert json.loads((files("engage.questionnaire") / "definition.schema.json").read_text(encoding="utf-8")) == SCHEMA


def test_every_field_is_described() -> None:
    for path, schema in properties_in(SCHEMA):
        assert schema["description"][:1].isupper() or schema["description"].startswith("`"), path
        assert schema["description"].endswith("."), path


def test_the_schema_has_the_codes_and_patterns_of_the_parser() -> None:
    question = DEFINED["question"]["properties"]
    facts = {
        part["if"]["properties"]["fact"]["const"]: set(part["then"]["properties"]["is"]["items"]["enum"])
        for part in DEFINED["condition"]["oneOf"][3]["allOf"]
    }
    assert facts == {
        "age_band": {*AGE_BANDS, *SHORT_AGE_BANDS},
        "assisted": set(ASSISTANCE),
        "channel": set(CHANNELS),
        "style": set(STYLES),
    }
    assert tuple(DEFINED["condition"]["oneOf"][3]["properties"]["fact"]["enum"]) == conditions.FACTS
    assert question["type"]["enum"] == [kind.value for kind in QuestionType]
    assert tuple(question["special"]["items"]["enum"]) == SPECIAL_CODES
    assert question["max_length"]["default"] == DEFAULT_MAX_LENGTH
    assert set(question["id"]["allOf"][1]["not"]["enum"]) == RESERVED_IDS
    assert tuple(SCHEMA["properties"]["styles"]["items"]["enum"]) == STYLES
    assert SCHEMA["properties"]["questions"]["maxItems"] == MOST_QUESTIONS
    assert tuple(DEFINED["consent"]["properties"]["rule"]["enum"]) == CONSENT_RULES
    only = {
        next(iter(part["then"]["properties"])): set(part["if"]["properties"]["type"]["not"]["enum"])
        for part in DEFINED["question"]["allOf"]
        if "not" in part["if"].get("properties", {}).get("type", {})
    }
    assert only == {field: {kind.value for kind in kinds} for field, kinds in FIELD_TYPES.items()}
    patterns = [
        (NAME, DEFINED["name"]),
        (CODE, DEFINED["code"]),
        (LANGUAGE_TAG, DEFINED["language_tag"]),
        (SLUG, SCHEMA["properties"]["slug"]),
        (PUBLIC_CODE, SCHEMA["properties"]["code"]),
    ]
    for pattern, schema in patterns:
        assert schema["pattern"] == f"^{pattern.pattern}$"


# What both take


@pytest.mark.parametrize("slug", LIBRARY_SURVEYS)
def test_both_take_the_library(slug: str) -> None:
    text = (files("engage.questionnaire.library") / f"{slug}.yaml").read_text(encoding="utf-8")
    assert list(VALIDATOR.iter_errors(parse_text(text, ""))) == []
    assert is_sound(to_document(read_library_survey(slug))) == (True, True)


@pytest.mark.parametrize("document", [a_document(), every_field()], ids=["least", "every field"])
def test_both_take_a_definition_and_what_is_written_of_it(document: dict[str, Any]) -> None:
    assert is_sound(document) == (True, True)
    assert is_sound(to_document(parse_definition(document))) == (True, True)


def test_every_field_of_the_schema_stands_in_the_definition_of_every_field() -> None:
    written = every_field()
    here = [written, written["consent"], *written["routes"], *written["scales"].values(), *written["help_lines"]]
    here += [*written["languages"].values(), *written["questions"]]
    here += [option for entry in here for kind in ("options", "short") for option in entry.get(kind, [])]
    found = {name for entry in here for name in entry}
    for defined in (
        SCHEMA,
        *(DEFINED[kind] for kind in ("consent", "route", "scale", "option", "help_line", "question")),
    ):
        assert set(defined["properties"]) <= found


names = st.from_regex(r"[a-z][a-z0-9_]{0,8}", fullmatch=True)
codes = st.from_regex(r"[a-z0-9][a-z0-9_+-]{0,8}", fullmatch=True).filter(lambda code: code not in SPECIAL_CODES)
words = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="{}\ufffe\uffff"), min_size=1).filter(
    str.strip
)
routes = st.lists(st.sampled_from(["young", "adult"]), unique=True)


@st.composite
def option_lists(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Draw options with different codes."""
    fields = {
        "label@young": words,
        "exclusive": st.booleans(),
        "picture": st.one_of(st.none(), names),
        "routes": routes,
        "alone": st.booleans(),
    }
    listed = draw(st.lists(codes, min_size=1, max_size=4, unique=True))
    return [{"code": code, **draw(st.fixed_dictionaries({"label": words}, optional=fields))} for code in listed]


@st.composite
def questions(draw: st.DrawFn, question_id: str, earlier: list[dict[str, Any]]) -> dict[str, Any]:
    """Draw a question of any type that may be shown by the questions before it."""
    kind = draw(st.sampled_from([kind for kind in QuestionType if kind.value not in [one["id"] for one in earlier]]))
    question: dict[str, Any] = {"id": question_id, "type": kind.value}
    if kind.value in ("age_band", "area", "area_relation", "home_district"):
        question["id"] = kind.value
    common = {"text@easy_read": words, "hint": words, "why@young": words, "note": words, "sensitive": st.booleans()}
    question |= draw(st.fixed_dictionaries({"text": words}, optional=common | {"routes": routes, "picture": names}))
    if kind is QuestionType.RANKING:
        listed = draw(st.lists(codes, min_size=2, max_size=9, unique=True))
        question["options"] = [{"code": code, "label": draw(words)} for code in listed]
    elif kind in FIELD_TYPES["options"]:
        question["options"] = draw(option_lists())
    if kind in FIELD_TYPES["special"]:
        question["special"] = draw(st.lists(st.sampled_from(SPECIAL_CODES), unique=True))
    if kind is QuestionType.SCALE:
        question["scale"] = "mood"
    if kind in FIELD_TYPES["max_choices"]:
        question |= draw(st.fixed_dictionaries({}, optional={"max_choices": st.integers(1, 9)}))
    if kind is QuestionType.NUMBER:
        question |= draw(
            st.fixed_dictionaries({}, optional={"minimum": st.integers(-9, 0), "maximum": st.floats(1, 9)})
        )
    if kind is QuestionType.DATE:
        question |= {"minimum": draw(st.dates()).isoformat()}
    answered = [one for one in earlier if one["id"].startswith("q") and one["type"] != "note"]
    if answered:
        question["show_when"] = draw(show_whens(answered))
    return question


def show_whens(answered: list[dict[str, Any]]) -> st.SearchStrategy[Any]:
    """Draw a condition on facts and on earlier questions."""
    leaves = [
        st.just({"fact": "style", "is": ["easy_read"]}),
        st.sampled_from([{"answered": question["id"]} for question in answered]),
        *(
            st.just({"answer": question["id"], "is": [question["options"][0]["code"]]})
            for question in answered
            if question.get("options")
        ),
        *(st.just({"answer": one["id"], "at_least": 1}) for one in answered if one["type"] == "number"),
    ]
    parts = st.recursive(
        st.one_of(leaves),
        lambda inner: st.one_of(
            st.builds(lambda part: {"not": part}, inner),
            st.builds(lambda kind, some: {kind: some}, st.sampled_from(["all", "any"]), st.lists(inner, max_size=3)),
        ),
        max_leaves=4,
    )
    return st.one_of(st.none(), parts)


@st.composite
def definitions(draw: st.DrawFn) -> dict[str, Any]:
    """Draw a sound definition."""
    asked: list[dict[str, Any]] = []
    for number in range(draw(st.integers(1, 6))):
        asked.append(draw(questions(f"q{number}", asked)))
    young = {"id": "young", "when": {"fact": "age_band", "is": ["13-15", "16-17"]}}
    return a_document(
        *asked,
        title=draw(words),
        version=draw(st.integers(1, 2**31 - 1)),
        routes=[young, {"id": "adult"}],
        scales={"mood": {"options": draw(option_lists())}},
        areas=draw(st.lists(words, min_size=1, max_size=3, unique=True)),
    )


@given(definitions())
@settings(max_examples=150, deadline=None)
def test_both_take_any_sound_definition(document: dict[str, Any]) -> None:
    assert faults_of(document) == []
    assert [error.message for error in VALIDATOR.iter_errors(document)] == []
    questionnaire = parse_definition(document)
    assert parse_definition(json.loads(json.dumps(to_document(questionnaire)))) == questionnaire
    assert VALIDATOR.is_valid(to_document(questionnaire))


# What both refuse

Path = tuple[str | int, ...]
#: Fields that take anything, that only say where this schema is, or whose keys are names.
_FREE = {("$schema",)}
#: Kinds that no field takes.
_WRONG: tuple[Any, ...] = ([[]], {"x": {"x": 1}}, 1.5)
#: Fields that may take a number with a fraction.
BOUNDS = ("at_least", "at_most", "minimum", "maximum")


def places_in(value: Any, path: Path = ()) -> Iterator[Path]:
    """Yield the path of every value in a document."""
    yield path
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in inner:
        yield from places_in(part, (*path, key))


def spelled(path: Path) -> str:
    """Return a path as a name for a test."""
    return ".".join(map(str, path)) or "survey"


def changed(document: dict[str, Any], path: Path, value: Any) -> dict[str, Any]:
    """Return the document with another value at a path; the same object is returned as a new copy."""
    document = copy.deepcopy(document)
    inner: Any = document
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = value
    return document


WHOLE = every_field()
PLACES = [path for path in places_in(WHOLE) if path and path not in _FREE]


def at(path: Path) -> Any:
    """Return what stands at a path of the whole definition."""
    value: Any = WHOLE
    for key in path:
        value = value[key]
    return value


def taken(paths: Iterable[Path], wrong: Any) -> list[str]:
    """Return the places at which the schema or the parser takes a wrong value."""
    return [spelled(path) for path in paths if is_sound(changed(WHOLE, path, wrong)) != (False, False)]


@pytest.mark.parametrize("wrong", _WRONG, ids=str)
def test_both_refuse_a_value_of_the_wrong_kind_anywhere(wrong: Any) -> None:
    fractions = [path for path in PLACES if path[-1] in BOUNDS and not isinstance(at(path), str)]
    assert taken([path for path in PLACES if not (path in fractions and isinstance(wrong, float))], wrong) == []


@pytest.mark.parametrize("name", ["Unknown Field", "title2@"])
def test_both_refuse_a_field_that_the_format_does_not_have(name: str) -> None:
    assert taken([(*path, name) for path in ((), *PLACES) if isinstance(at(path), dict)], "x") == []


NEEDED = {
    *("format", "slug", "code", "title", "areas", "consent", "questions", "statement", "id", "type", "text", "label"),
    *("number", "name", "is", "fact", "answer", "answered", "all", "any", "not", "scale", "options", "fold", "short"),
}


def test_both_refuse_a_definition_that_lacks_what_is_needed() -> None:
    for path in (path for path in PLACES if path[-1] in NEEDED):
        lacking = copy.deepcopy(WHOLE)
        inner: Any = lacking
        for key in path[:-1]:
            inner = inner[key]
        del inner[path[-1]]
        assert is_sound(lacking) == (False, False), spelled(path)


@pytest.mark.parametrize("empty", ["", " \t\n"])
def test_both_refuse_an_empty_text_anywhere(empty: str) -> None:
    assert taken([path for path in PLACES if isinstance(at(path), str)], empty) == []


PATTERNED = ("id", "code", "slug", "picture", "scale", "group", "options_from", "answer", "answered", "fact", "type")
CHOSEN = ("format", "default_language", "rule", "review", "checked_on")


@pytest.mark.parametrize("wrong", ["Not A Name", "é@young", "a" * 60])
def test_both_refuse_a_text_that_does_not_fit_its_pattern(wrong: str) -> None:
    fitting = [path for path in PLACES if path[-1] in (*PATTERNED, *CHOSEN) and isinstance(at(path), str)]
    assert taken(fitting, wrong) == []


@pytest.mark.parametrize("wrong", [2**53 + 2, float("inf"), "true", "1", -(2**60)])
def test_both_refuse_numbers_and_truth_values_out_of_place(wrong: Any) -> None:
    assert taken([path for path in PLACES if isinstance(at(path), bool | int)], wrong) == []


@pytest.mark.parametrize("field", FIELD_TYPES)
def test_both_refuse_a_field_at_a_question_of_a_type_that_has_none_of_it(field: str) -> None:
    for kind in QuestionType:
        takes = kind in FIELD_TYPES[field]
        assert is_sound(with_field(kind, field)) == (takes, takes), kind


def with_field(kind: QuestionType, field: str) -> dict[str, Any]:
    """Return a definition with a field at a question of a type."""
    values: dict[str, Any] = {
        "options": [{"code": "a", "label": "A"}, {"code": "b", "label": "B"}],
        "options_from": "ticks",
        "scale": "mood",
        "special": ["dk"],
        "max_choices": 2,
        "minimum": "2026-01-01" if kind is QuestionType.DATE else 1,
        "maximum": "2026-01-01" if kind is QuestionType.DATE else 1,
        "max_length": 10,
    }
    question_id = kind.value if kind.value in ("age_band", "area", "area_relation", "home_district") else "q"
    question = a_question(question_id, kind.value)
    if kind is QuestionType.SCALE:
        question["scale"] = "mood"
    if field == "options_from":
        question.pop("options", None)
    return a_document(
        a_question("ticks", "multiple_choice"),
        question | {field: values[field]},
        scales={"mood": {"options": [{"code": "a", "label": "A"}]}},
    )


@pytest.mark.parametrize(
    "change",
    [
        {"routes": [{"id": "a", "when": {}}, {"id": "b"}]},
        {"routes": [{"id": "a", "when": {"fact": "age_band", "is": ["12"]}}, {"id": "b"}]},
        {"routes": [{"id": "a", "when": {"fact": "channel", "is": ["fax"]}}, {"id": "b"}]},
        {"routes": [{"id": "a", "when": {"all": [], "any": []}}, {"id": "b"}]},
        {"styles": ["standard", "standard"]},
        {"styles": ["braille"]},
        {"languages": {"English": {}}},
        {"languages": {"en": {"wording": {"q.text": "{town}"}}}},
        {"title": "In {place}"},
        {"scales": {"Mood": {"options": [{"code": "a", "label": "A"}]}}},
        {"scales": {"mood": {"options": []}}},
        {"scales": {"mood": {"options": [{"code": "a", "label": "A"}], "short_for": ["everyone"]}}},
        {"scales": {"mood": {"options": [{"code": "pns", "label": "A"}]}}},
        {"questions": []},
        {"questions": [a_question(options=[])]},
        {"questions": [a_question(text="{town}")]},
        {"questions": [a_question("help")]},
        {"questions": [a_question("area", "short_text")]},
        {"questions": [a_question("where", "area")]},
        {"questions": [a_question("q", "number", minimum="2026-01-01")]},
        {"questions": [a_question("q", "date", maximum=3)]},
        {"questions": [a_question("q", "date", maximum="today")]},
        {"questions": [a_question("q", "scale")]},
        {"questions": [a_question(groups={"People": "People"})]},
        {"questions": [a_question(show_when={"answer": "q"})]},
        {"areas": []},
        {"help_lines": [{"id": "h", "number": "1", "name": "H", "checked_on": "soon"}]},
    ],
    ids=str,
)
def test_both_refuse_what_a_schema_can_know(change: dict[str, Any]) -> None:
    assert is_sound(a_document(**change)) == (False, False)
