"""A questionnaire written as a document reads as the same questionnaire, and its hash names its questions."""

import copy
import json
import time
from collections.abc import Callable
from typing import Any

import pytest
import yaml

from engage.questionnaire.definition import parse_definition
from engage.questionnaire.document import canonical_json, questions_hash, to_document
from engage.questionnaire.files import read_definition
from engage.questionnaire.library import read_library_survey
from engage.questionnaire.model import Questionnaire
from questionnaire.tiny import a_document, a_question, every_field, options

Document = dict[str, Any]


def upside_down(value: Any) -> Any:
    """Return the same value with the keys of every mapping in the other order."""
    if isinstance(value, dict):
        return {key: upside_down(inner) for key, inner in reversed(value.items())}
    return [upside_down(inner) for inner in value] if isinstance(value, list) else value


@pytest.mark.parametrize(
    "questionnaire",
    [read_library_survey("feeling-safe"), parse_definition(every_field()), parse_definition(a_document())],
    ids=["library", "every field", "least"],
)
@pytest.mark.parametrize(
    "write",
    [json.dumps, lambda document: yaml.safe_dump(document, allow_unicode=True, sort_keys=False)],
    ids=["json", "yaml"],
)
def test_a_questionnaire_written_and_read_is_the_same(
    questionnaire: Questionnaire, write: Callable[[Document], str]
) -> None:
    again = read_definition(write(to_document(questionnaire)))
    assert again == questionnaire
    assert questions_hash(again) == questions_hash(questionnaire)
    assert to_document(again) == to_document(questionnaire)


def test_the_order_of_fields_makes_no_difference() -> None:
    document = every_field()
    languages = document.pop("languages")
    turned = upside_down(document)
    turned["scales"]["safety"]["options"] = document["scales"]["safety"]["options"]
    assert questions_hash(parse_definition(turned | {"languages": languages})) == questions_hash(
        parse_definition(document | {"languages": languages})
    )


def test_canonical_json_is_the_same_for_equal_documents() -> None:
    assert canonical_json({"b": [1, {"d": "é", "c": None}], "a": True}) == '{"a":true,"b":[1,{"c":null,"d":"é"}]}'


def change_translation(document: Document) -> None:
    document["languages"]["fa-AF"]["wording"]["safe.text"] = "{place} چطور است؟"


def add_language(document: Document) -> None:
    document["languages"]["pl"] = {"review": "machine_drafted"}


def change_review(document: Document) -> None:
    document["languages"]["fa-AF"]["review"] = "reviewed"


def change_source_review(document: Document) -> None:
    document["languages"]["en"]["review"] = "reviewed"


def change_help(document: Document) -> None:
    document["help_lines"][0] |= {"number": "0800 1112", "what": "Talk free.", "checked_on": "2026-12-01"}


def drop_help(document: Document) -> None:
    document["help_lines"] = []


def change_notice(document: Document) -> None:
    document["privacy"] = "We keep answers for {years} years."


def drop_notice(document: Document) -> None:
    del document["privacy"]


@pytest.mark.parametrize(
    "change",
    [
        *(change_translation, add_language, change_review, change_source_review),
        *(change_help, drop_help, change_notice, drop_notice),
    ],
)
def test_what_may_change_after_the_first_answer_leaves_the_hash(change: Callable[[Document], None]) -> None:
    document = every_field()
    before = parse_definition(document)
    changed = copy.deepcopy(document)
    change(changed)
    after = parse_definition(changed)
    assert after != before
    assert questions_hash(after) == questions_hash(before)


CHANGES: dict[str, Callable[[Document], object]] = {
    "title": lambda d: d.update(title="Another"),
    "variant of the title": lambda d: d.update({"title@easy_read": "Another"}),
    "intro": lambda d: d.update(intro="Another"),
    "version": lambda d: d.update(version=4),
    "consent rule": lambda d: d["consent"].update(rule="own"),
    "consent words": lambda d: d["consent"].update(statement="All right?"),
    "areas": lambda d: d.update(areas=["E06000016"]),
    "styles": lambda d: d.update(styles=["standard"]),
    "a route": lambda d: d["routes"][2]["when"].update({"is": ["13-15"]}),
    "a scale's label": lambda d: d["scales"]["safety"]["options"][0].update(label="Safest"),
    "a scale's order": lambda d: d["scales"]["safety"]["options"].reverse(),
    "a scale's fold": lambda d: d["scales"]["safety"]["fold"].update(neither="safe"),
    "who sees the short list": lambda d: d["scales"]["safety"].update(short_for=["sms"]),
    "faces": lambda d: d["scales"]["safety"].update(faces=False),
    "order": lambda d: d["questions"].reverse() or d["questions"].sort(key=lambda q: q["id"] != "thanks"),
    "text": lambda d: d["questions"][4].update(text="How?"),
    "hint": lambda d: d["questions"][5].update(hint="Up to 3."),
    "note": lambda d: d["questions"][5].update(note="Mind."),
    "why": lambda d: d["questions"][0].update(why="Because."),
    "variant": lambda d: d["questions"][5].update({"text@sms": "Tell."}),
    "special": lambda d: d["questions"][4].update(special=["dk"]),
    "routes": lambda d: d["questions"][5].update(routes=["adult"]),
    "condition": lambda d: d["questions"][10]["show_when"]["all"][0].update(at_least=2),
    "label": lambda d: d["questions"][5]["options"][0].update(label="None"),
    "exclusive": lambda d: d["questions"][5]["options"][0].update(exclusive=False),
    "group": lambda d: d["questions"][5]["options"][1].pop("group"),
    "heading": lambda d: d["questions"][5]["groups"].update(places="Where"),
    "limit of choices": lambda d: d["questions"][5].update(max_choices=3),
    "alone": lambda d: d["questions"][7].update(alone=False),
    "about you": lambda d: d["questions"][12].update(about_you=False),
    "permits quotes": lambda d: d["questions"][7].update(permits_quotes=False),
    "sensitive": lambda d: d["questions"][5].update(sensitive=False),
    "minimum": lambda d: d["questions"][8].update(minimum=1),
    "maximum": lambda d: d["questions"][9].pop("maximum"),
    "length": lambda d: d["questions"][11].update(max_length=501),
    "one option more": lambda d: d["questions"][12]["options"].extend(options("roma")),
    "one question more": lambda d: d["questions"].append(a_question("new")),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_any_change_of_what_is_asked_changes_the_hash(change: Callable[[Document], object]) -> None:
    document = every_field()
    if change is CHANGES["order"]:
        document["questions"] = [a_question("a"), a_question("b"), a_question("thanks", "note")]
        document["languages"] = {"en": {}}
        changed = document | {"questions": document["questions"][::-1]}
    else:
        changed = copy.deepcopy(document)
        change(changed)
    assert questions_hash(parse_definition(changed)) != questions_hash(parse_definition(document))


def test_where_the_summary_tells_of_a_question_is_no_part_of_what_is_asked() -> None:
    document = every_field()
    moved = copy.deepcopy(document)
    moved["questions"][4].update(summary="unsafe")
    left_out = copy.deepcopy(document)
    del left_out["questions"][4]["summary"]
    hashes = {questions_hash(parse_definition(each)) for each in (document, moved, left_out)}
    assert len(hashes) == 1
    assert parse_definition(left_out).questions[4].summary is None
    assert "summary" not in to_document(parse_definition(left_out))["questions"][4]


def test_a_translation_without_a_review_state_counts_as_a_machines() -> None:
    questionnaire = parse_definition(a_document(languages={"en": {}, "so": {}}))
    assert [language.review for language in questionnaire.languages] == ["source", "machine_drafted"]


def test_a_definition_may_leave_out_all_that_has_a_usual_value() -> None:
    document = a_document()
    del document["styles"]
    questionnaire = parse_definition(document)
    assert (questionnaire.version, questionnaire.default_language, questionnaire.styles) == (1, "en", ("standard",))
    assert [route.id for route in questionnaire.routes] == ["everyone"]
    assert questionnaire.consent.rule == "own"
    assert questionnaire.language("en") is not None
    assert questionnaire.language("fr") is None
    assert questionnaire.question("gone") is None


def test_the_library_survey_is_read_from_its_document_at_once() -> None:
    document = to_document(read_library_survey("feeling-safe"))
    took = []
    for _ in range(5):
        started = time.process_time()
        parse_definition(document)
        took.append(time.process_time() - started)
    assert min(took) < 0.03, "seconds; about 0.006 on the slowest machine we build on"
