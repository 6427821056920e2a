"""A faulty definition says everything that is wrong with it, each fault with its place and a stable code."""

import time
from typing import Any

import pytest

from engage.questionnaire.definition import MOST_FAULTS, parse_definition
from engage.questionnaire.faults import DefinitionFaulty, Fault
from questionnaire.tiny import (
    ROUTES,
    SAFETY,
    a_document,
    a_question,
    a_routed_document,
    every_field,
    faults_of,
    options,
)

Document = dict[str, Any]


def without(document: Document, field: str) -> Document:
    """Return a document without one of its fields."""
    return {key: value for key, value in document.items() if key != field}


def a_scale(**changes: Any) -> Document:
    """Return a definition whose scale differs from the sound one."""
    changed = {key: value for key, value in (SAFETY | changes).items() if value is not None}
    return a_routed_document(scales={"safety": changed})


def a_show_when(condition: object, *earlier: Document) -> Document:
    """Return a definition whose last question is shown under a condition."""
    return a_routed_document(*earlier, a_question("last", show_when=condition))


PICK = a_question("pick", special=["dk"])
COUNT = a_question("count", "number")
RELATION = a_question("area_relation", "area_relation", options=options("live"))
SHOWN = "questions[1].show_when"

#: (definition, path, code)
FAULTS: list[tuple[object, str, str]] = [
    # the survey
    ([], "", "not_a_mapping"),
    (None, "", "not_a_mapping"),
    ({1: "format"}, "", "not_a_mapping"),
    (a_document(format="engage-questionnaire/2"), "format", "unknown_format"),
    (a_document(colour="red"), "colour", "unknown_field"),
    (without(a_document(), "title"), "title", "text_missing"),
    (a_document(title=" "), "title", "text_missing"),
    (a_document(title=7), "title", "text_missing"),
    (a_document(title="bell \x07"), "title", "text_malformed"),
    (a_document(title="half a pair \ud83d"), "title", "text_malformed"),
    (a_document(title="nul \x00"), "title", "text_malformed"),
    (a_document(title="in {place}"), "title", "unknown_placeholder"),
    (a_document(**{"title@": "Ours"}), "title@", "unknown_variant"),
    (a_document(**{"intro": "For us", "intro@kids": "For you"}), "intro@kids", "unknown_variant"),
    (without(a_document(), "slug"), "slug", "text_missing"),
    (a_document(slug="Feeling Safe"), "slug", "text_malformed"),
    (a_document(slug="tiny\n"), "slug", "text_malformed"),
    (a_document(code="a"), "code", "text_malformed"),
    (a_document(version=0), "version", "number_malformed"),
    (a_document(version=True), "version", "number_malformed"),
    (a_document(version=1.5), "version", "number_malformed"),
    (a_document(version=2**31), "version", "number_malformed"),
    (a_document(default_language="english"), "default_language", "text_malformed"),
    (a_document(styles=[]), "styles", "unknown_value"),
    (a_document(styles=["braille"]), "styles", "unknown_value"),
    (a_document(styles="standard"), "styles", "list_malformed"),
    (a_document(styles=["standard", "standard"]), "styles", "repeated"),
    (a_document(areas=[]), "areas", "no_areas"),
    (a_document(areas=[" "]), "areas[0]", "text_missing"),
    (a_document(areas=[1]), "areas", "list_malformed"),
    (a_document(questions={}), "questions", "list_malformed"),
    (a_document(questions=[]), "questions", "no_questions"),
    (a_document(*[a_question(f"q{number}") for number in range(501)]), "questions", "list_malformed"),
    # consent
    (without(a_document(), "consent"), "consent.statement", "text_missing"),
    (a_document(consent=[]), "consent", "not_a_mapping"),
    (a_document(consent={"statement": "Yes?", "rule": "nobody"}), "consent.rule", "unknown_value"),
    (a_document(consent={"statement": "Yes?", "rule": ["own"]}), "consent.rule", "unknown_value"),
    (a_document(consent={"statement": "Yes?", "version": 10**400}), "consent.version", "number_malformed"),
    (a_document(consent={"statement": "Yes?", "from": 16}), "consent.from", "unknown_field"),
    # languages
    (a_document(languages=[]), "languages", "not_a_mapping"),
    (a_document(languages={"so": {}}), "languages", "default_missing"),
    (a_document(languages={"en": {}, "Somali": {}}), "languages.Somali", "text_malformed"),
    (a_document(languages={"en": {"review": "perfect"}}), "languages.en.review", "unknown_value"),
    (a_document(languages={"en": {}, "so": {"by": "me"}}), "languages.so.by", "unknown_field"),
    (a_document(languages={"en": {}, "so": {"file": "so.yaml"}}), "languages.so.file", "file_not_joined"),
    (a_document(languages={"en": {"wording": {"q.text": "?"}}}), "languages.en.wording", "wording_twice"),
    (
        a_document(languages={"en": {}, "so": {"wording": {"q.text": ""}}}),
        "languages.so.wording.q.text",
        "text_missing",
    ),
    (
        a_document(languages={"en": {}, "so": {"wording": {"q.hi": "a"}}}),
        "languages.so.wording.q.hi",
        "unknown_wording",
    ),
    (
        a_document(languages={"en": {}, "so": {"wording": {"q.text@old": "a"}}}),
        "languages.so.wording.q.text@old",
        "unknown_variant",
    ),
    (
        a_document(languages={"en": {}, "so": {"wording": {"q.text": "{meel}"}}}),
        "languages.so.wording.q.text",
        "unknown_placeholder",
    ),
    # routes
    (a_document(routes="all"), "routes", "list_malformed"),
    (a_document(routes=[{"id": "Adult"}]), "routes[0].id", "text_malformed"),
    (a_document(routes=[{"id": "a", "then": "b"}]), "routes[0].then", "unknown_field"),
    (a_document(routes=ROUTES[:1]), "routes", "no_last_route"),
    (a_document(routes=[ROUTES[0], ROUTES[0], ROUTES[3]]), "routes", "repeated"),
    (a_document(routes=[{"id": "everyone"}, *ROUTES]), "routes[0]", "routes_behind"),
    (
        a_document(routes=[{"id": "a", "when": {"not": {"answered": "q"}}}, {"id": "b"}]),
        "routes[0].when",
        "route_on_answer",
    ),
    (
        a_document(routes=[{"id": "a", "when": {"fact": "style", "is": ["braille"]}}, {"id": "b"}]),
        "routes[0].when.is",
        "unknown_value",
    ),
    # scales
    (a_scale(options=[]), "scales.safety.options", "no_options"),
    (a_scale(short=None, short_for=None), "scales.safety.fold", "no_short_list"),
    (a_scale(short=None, fold=None), "scales.safety.short_for", "no_short_list"),
    (a_scale(fold={"very_safe": "safe"}), "scales.safety.fold", "fold_incomplete"),
    (a_scale(fold=SAFETY["fold"] | {"neither": "between"}), "scales.safety.fold", "fold_incomplete"),
    (a_scale(fold=SAFETY["fold"] | {"neither": None}), "scales.safety.fold.neither", "text_missing"),
    (a_scale(short_for=["large_print"]), "scales.safety.short_for", "unknown_route"),
    (a_scale(short=options("safe", "neither")), "scales.safety.short", "repeated"),
    (a_scale(faces="yes"), "scales.safety.faces", "flag_malformed"),
    (a_scale(colours=3), "scales.safety.colours", "unknown_field"),
    (a_scale(short=options("safe", "unsafe", group="people")), "scales.safety.short[0].group", "unknown_group"),
    (a_document(scales={"Safety": SAFETY | {"short_for": []}}), "scales.Safety", "text_malformed"),
    (a_document(scales={"safety": []}), "scales.safety", "not_a_mapping"),
    # help lines
    (a_document(help_lines=[{"id": "h", "number": "1"}]), "help_lines[0].name", "text_missing"),
    (a_document(help_lines=[{"id": "h", "number": 999, "name": "H"}]), "help_lines[0].number", "text_missing"),
    (a_document(help_lines=[{"id": "h", "number": "1", "name": "H"}] * 2), "help_lines[1].id", "repeated"),
    (
        a_document(help_lines=[{"id": "h", "number": "1", "name": "H", "for": ["kids"]}]),
        "help_lines[0].for",
        "unknown_route",
    ),
    *(
        (
            a_document(help_lines=[{"id": "h", "number": "1", "name": "H", "checked_on": day}]),
            "help_lines[0].checked_on",
            code,
        )
        for day, code in (("last week", "date_malformed"), ("2026-02-30", "date_malformed"), (20261121, "text_missing"))
    ),
    (
        a_document(help_lines=[{"id": "h", "number": "1", "name": "Ask {place}"}]),
        "help_lines[0].name",
        "unknown_placeholder",
    ),
    # questions
    (a_document("q"), "questions[0]", "not_a_mapping"),
    (a_document(a_question("Q")), "questions[0].id", "text_malformed"),
    (a_document(a_question("a" * 51)), "questions[0].id", "text_malformed"),
    (a_document(a_question("scale")), "questions[0].id", "reserved_id"),
    (a_document(a_question(), a_question()), "questions[1].id", "repeated"),
    (a_document(without(a_question(), "text")), "questions[0].text", "text_missing"),
    (a_document(a_question(text=["?"])), "questions[0].text", "text_missing"),
    (a_document(a_question(text="In {town}?")), "questions[0].text", "unknown_placeholder"),
    (a_document(a_question(text="In {place?")), "questions[0].text", "stray_brace"),
    (a_document(a_question(**{"hint@kids": "Pick"})), "questions[0].hint@kids", "unknown_variant"),
    (a_document(a_question(kind="essay")), "questions[0].type", "unknown_value"),
    (a_document(a_question(kind=None)), "questions[0].type", "unknown_value"),
    (a_document(a_question(routes=["young"])), "questions[0].routes", "unknown_route"),
    (a_document(a_question(routes=["Not A Name"])), "questions[0].routes[0]", "text_malformed"),
    (a_document(a_question(special=["maybe"])), "questions[0].special", "unknown_value"),
    (a_document(a_question(sensitive=1)), "questions[0].sensitive", "flag_malformed"),
    (a_document(a_question(picture="Night.png")), "questions[0].picture", "text_malformed"),
    (a_document(a_question(colour="red")), "questions[0].colour", "unknown_field"),
    (a_document(a_question("place", "age_band")), "questions[0].id", "envelope_id"),
    (a_document(a_question("area", "short_text")), "questions[0].id", "envelope_id"),
    (a_document(a_question("age_band", "area")), "questions[0].id", "envelope_id"),
    # what a type does not take
    (a_document(a_question("q", "note", options=options("a"))), "questions[0].options", "field_not_for_type"),
    (a_document(a_question(scale="safety")), "questions[0].scale", "field_not_for_type"),
    (a_document(a_question("age_band", "age_band", special=["pns"])), "questions[0].special", "field_not_for_type"),
    (
        a_document(a_question("area_relation", "area_relation", special=["dk"])),
        "questions[0].special",
        "field_not_for_type",
    ),
    (a_document(a_question("q", "long_text", special=["dk"])), "questions[0].special", "field_not_for_type"),
    (a_document(a_question(max_choices=2)), "questions[0].max_choices", "field_not_for_type"),
    (a_document(a_question(max_length=9)), "questions[0].max_length", "field_not_for_type"),
    (a_document(a_question(minimum=0)), "questions[0].minimum", "field_not_for_type"),
    (
        a_document(a_question("a", "multiple_choice"), a_question("b", "multiple_choice", options_from="a")),
        "questions[1].options_from",
        "field_not_for_type",
    ),
    # options
    (a_document(a_question(options=[])), "questions[0].options", "no_options"),
    (a_document(a_question("q", "area_relation", options=[])), "questions[0].options", "no_options"),
    (a_document(a_question(options=None)), "questions[0].options", "list_malformed"),
    (a_document(a_question(options=[{"label": "A"}])), "questions[0].options[0].code", "text_missing"),
    (a_document(a_question(options=[{"code": "A", "label": "A"}])), "questions[0].options[0].code", "text_malformed"),
    (a_document(a_question(options=[{"code": 1, "label": "A"}])), "questions[0].options[0].code", "text_missing"),
    (a_document(a_question(options=[{"code": "a"}])), "questions[0].options[0].label", "text_missing"),
    (
        a_document(a_question(options=options("a", label="{place}"))),
        "questions[0].options[0].label",
        "unknown_placeholder",
    ),
    (a_document(a_question(options=options("a", colour=1))), "questions[0].options[0].colour", "unknown_field"),
    (a_document(a_question(options=options("a", "a"))), "questions[0].options", "repeated"),
    (a_document(a_question(options=options("dk"))), "questions[0].options", "reserved_code"),
    (a_document(a_question(options=options("a", routes=["young"]))), "questions[0].options[0].routes", "unknown_route"),
    (a_document(a_question(options=options("a", group="people"))), "questions[0].options[0].group", "unknown_group"),
    (
        a_routed_document(a_question(options=options("a", group="people"), groups={"people@young": "People"})),
        "questions[0].options[0].group",
        "unknown_group",
    ),
    (a_document(a_question(groups={"All people": "People"})), "questions[0].groups.All people", "text_malformed"),
    (a_document(a_question(groups={"people": None})), "questions[0].groups.people", "text_missing"),
    (a_document(a_question(groups=["people"])), "questions[0].groups", "not_a_mapping"),
    (a_document(a_question(options_from="gone")), "questions[0].options_from", "unknown_question"),
    (a_document(PICK, a_question(options_from="pick")), "questions[1].options_from", "unknown_question"),
    (
        a_document(a_question(options_from="late"), a_question("late", "multiple_choice")),
        "questions[0].options_from",
        "unknown_question",
    ),
    (
        a_document(a_question("a", "multiple_choice"), a_question("b", options_from="a", options=options("c"))),
        "questions[1].options",
        "options_twice",
    ),
    # scales and bounds
    (a_document(a_question("q", "scale")), "questions[0].scale", "unknown_scale"),
    (a_document(a_question("q", "scale", scale="mood")), "questions[0].scale", "unknown_scale"),
    (a_document(a_question("q", "number", minimum="low")), "questions[0].minimum", "date_malformed"),
    (a_document(a_question("q", "number", minimum="2026-01-01")), "questions[0].minimum", "bound_malformed"),
    (a_document(a_question("q", "number", maximum=True)), "questions[0].maximum", "number_malformed"),
    (a_document(a_question("q", "number", maximum=10**400)), "questions[0].maximum", "number_malformed"),
    (a_document(a_question("q", "number", maximum=float("nan"))), "questions[0].maximum", "number_malformed"),
    (a_document(a_question("q", "number", maximum=float("inf"))), "questions[0].maximum", "number_malformed"),
    (a_document(a_question("q", "number", maximum=[9])), "questions[0].maximum", "number_malformed"),
    (a_document(a_question("q", "number", minimum=5, maximum=4.5)), "questions[0].minimum", "bounds_crossed"),
    (a_document(a_question("q", "date", minimum=2020)), "questions[0].minimum", "bound_malformed"),
    (a_document(a_question("q", "date", minimum="20200101")), "questions[0].minimum", "date_malformed"),
    (
        a_document(a_question("q", "date", minimum="2026-01-02", maximum="2026-01-01")),
        "questions[0].minimum",
        "bounds_crossed",
    ),
    (a_document(a_question("q", "long_text", max_length=0)), "questions[0].max_length", "number_malformed"),
    (a_document(a_question("q", "multiple_choice", max_choices=None)), "questions[0].max_choices", "number_malformed"),
    # conditions
    (a_show_when("always", PICK), SHOWN, "not_a_mapping"),
    (a_show_when({}, PICK), SHOWN, "condition_malformed"),
    (a_show_when({"answered": 1}, PICK), f"{SHOWN}.answered", "text_missing"),
    (a_show_when({"answer": "pick"}, PICK), SHOWN, "condition_malformed"),
    (a_show_when({"answer": "count", "at_least": "2026-01-01"}, COUNT), f"{SHOWN}.at_least", "number_malformed"),
    (a_show_when({"answer": "count", "at_least": 10**400}, COUNT), f"{SHOWN}.at_least", "number_malformed"),
    (a_show_when({"answer": "count", "at_least": None, "at_most": None}, COUNT), SHOWN, "condition_malformed"),
    (a_show_when({"answer": "pick", "is": []}, PICK), f"{SHOWN}.is", "list_malformed"),
    (a_show_when({"answer": "pick", "is": "yes"}, PICK), f"{SHOWN}.is", "list_malformed"),
    (a_show_when({"answer": "pick", "is": ["yess"]}, PICK), f"{SHOWN}.is", "unknown_value"),
    (a_show_when({"answer": "pick", "is": ["yes"], "at_least": 1}, PICK), f"{SHOWN}.at_least", "unknown_field"),
    (a_show_when({"answer": "count", "is": ["5"]}, COUNT), f"{SHOWN}.is", "unknown_value"),
    (a_show_when({"answer": "pick", "at_least": 1}, PICK), f"{SHOWN}.answer", "not_a_number"),
    (a_show_when({"answer": "last", "is": ["yes"]}, PICK), f"{SHOWN}.answer", "unknown_question"),
    (a_show_when({"answered": "gone"}, PICK), f"{SHOWN}.answered", "unknown_question"),
    (a_show_when({"answered": "area_relation"}, RELATION), f"{SHOWN}.answered", "no_answer"),
    (a_show_when({"fact": "style"}, PICK), f"{SHOWN}.is", "list_malformed"),
    (a_show_when({"fact": "mood", "is": ["good"]}, PICK), f"{SHOWN}.fact", "unknown_value"),
    (a_show_when({"fact": "age_band", "is": ["12-15"]}, PICK), f"{SHOWN}.is", "unknown_value"),
    (a_show_when({"fact": "language", "is": ["so"]}, PICK), f"{SHOWN}.is", "unknown_value"),
    (a_show_when({"fact": "area_relation", "is": ["live"]}, PICK), f"{SHOWN}.is", "unknown_value"),
    (a_show_when({"fact": "area_relation", "is": ["rent"]}, RELATION), f"{SHOWN}.is", "unknown_value"),
    (a_show_when({"all": {"answered": "pick"}}, PICK), f"{SHOWN}.all", "condition_malformed"),
    (a_show_when({"not": None}, PICK), f"{SHOWN}.not", "not_a_mapping"),
    (
        a_show_when({"all": [{"answered": "pick"}, {"any": [{"not": {"answered": "gone"}}]}]}, PICK),
        f"{SHOWN}.all[1].any[0].not.answered",
        "unknown_question",
    ),
]


@pytest.mark.parametrize(("document", "path", "code"), FAULTS, ids=[f"{path}-{code}" for _, path, code in FAULTS])
def test_a_fault_has_its_place_and_its_code(document: object, path: str, code: str) -> None:
    assert (path, code) in faults_of(document)


@pytest.mark.parametrize(
    ("document", "path", "code"),
    [case for case in FAULTS if isinstance(case[0], dict) and "format" in case[0]],
    ids=[f"{path}-{code}" for document, path, code in FAULTS if isinstance(document, dict) and "format" in document],
)
def test_one_mistake_is_not_reported_all_over_the_definition(document: object, path: str, code: str) -> None:
    entry = ".".join(path.partition("@")[0].split(".")[:2]) if path.startswith("scales") else path.partition(".")[0]
    assert {place.partition("@")[0] for place, _ in faults_of(document) if not place.startswith(entry)} == set()


def test_every_field_of_the_format_is_taken() -> None:
    assert faults_of(every_field()) == []


def test_all_faults_come_back_together() -> None:
    document = a_document(
        a_question("a", colour="red"),
        a_question("b", show_when={"answered": "gone"}),
        a_question("c", options=options("x", "x"), hint=7),
        version="one",
        languages={"en": {}, "so": {"wording": {"nothing.text": "x"}}},
    )
    assert sorted(faults_of(document)) == [
        ("languages.so.wording.nothing.text", "unknown_wording"),
        ("questions[0].colour", "unknown_field"),
        ("questions[1].show_when.answered", "unknown_question"),
        ("questions[2].hint", "text_missing"),
        ("questions[2].options", "repeated"),
        ("version", "number_malformed"),
    ]


def test_what_may_only_follow_from_an_unread_part_is_not_reported() -> None:
    document = a_document(a_question(kind="multiple"), a_question("two", options="none"), styles=7, areas=7)
    assert [code for _, code in faults_of(document)] == [
        "list_malformed",
        "list_malformed",
        "unknown_value",
        "list_malformed",
    ]


def test_a_fault_says_in_words_where_and_what() -> None:
    with pytest.raises(DefinitionFaulty, match="title: expected a text, in quotes") as caught:
        parse_definition(a_document(title=7))
    assert caught.value.faults == (Fault("title", "text_missing", "expected a text, in quotes"),)
    assert str(Fault("", "not_a_mapping", "expected named fields here")).startswith("definition: ")


def test_a_fault_can_be_printed_whatever_stood_there() -> None:
    document = a_document(a_question(picture="\ud800" * 1000), **{"\x1b[31m\ud800": 1})
    with pytest.raises(DefinitionFaulty) as caught:
        parse_definition(document)
    assert str(caught.value).replace("\n", "").isprintable()
    assert len(str(caught.value)) < 1000


def test_a_value_nested_far_too_deep_is_a_fault_like_any_other() -> None:
    deep: Any = []
    for _ in range(100_000):
        deep = [deep]
    for field in ("format", "title", "version", "styles", "consent", "routes", "questions", "help_lines"):
        assert field in {path.partition("[")[0] for path, _ in faults_of(a_document(x=1) | {field: deep})}


def test_a_definition_of_nothing_but_faults_ends_early() -> None:
    started = time.monotonic()
    broken = a_document(*[a_question(options=options(*["a"] * 300, routes=["gone"])) for _ in range(400)])
    assert len(faults_of(broken)) == MOST_FAULTS
    assert time.monotonic() - started < 20


def test_a_ranking_orders_a_few_options_that_everybody_is_offered_alike() -> None:
    assert faults_of(a_document(a_question("r", "ranking", options=options("a", "b")))) == []
    assert faults_of(a_document(a_question("r", "ranking", options=options("a")))) == [
        ("questions[0].options", "not_to_rank")
    ]
    many = options(*(f"o{number}" for number in range(10)))
    assert faults_of(a_document(a_question("r", "ranking", options=many))) == [("questions[0].options", "not_to_rank")]
    for field in ("exclusive", "alone"):
        odd = [*options("a"), *options("b", **{field: True})]
        found = faults_of(a_document(a_question("r", "ranking", options=odd)))
        assert found == [(f"questions[0].options[1].{field}", "field_not_for_type")]
    drawn = a_question("d", "drawing", special=["dk"])
    assert faults_of(a_document(drawn)) == [("questions[0].special", "field_not_for_type")]
