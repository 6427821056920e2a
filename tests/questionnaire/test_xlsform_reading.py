"""What an XLSForm says becomes the same questions here; what it says and we cannot ask is named by its cell."""

from typing import Any

import pytest

from engage.questionnaire.definition import parse_definition
from engage.questionnaire.faults import DefinitionFaulty
from engage.questionnaire.xlsform import XlsformRead, read_xlsform
from questionnaire.workbooks import a_form, a_workbook, asked

YES_NO = [("yn", "yes", "Yes"), ("yn", "no", "No")]
COLOURS = [("colours", code, code.title()) for code in ("red", "green", "none")]
NUMBERS = [("nums", code, f"N{code}") for code in (1, 2, 3)]
CHOICES = [*YES_NO, *COLOURS, *NUMBERS]


def a_row(*cells: str, kind: str = "text", name: str = "q", label: str = "Q?") -> dict[str, Any]:
    """Return the one question of a form of one row."""
    return asked(a_form((kind, name, label, *cells), choices=CHOICES))[name]


def condition(relevant: str) -> Any:
    """Return the condition of a question that stands behind one of each type."""
    before = [
        ("select_one yn", "one", "One?"),
        ("select_multiple colours", "many", "Many?"),
        ("select_one nums", "num", "Num?"),
        ("integer", "whole", "Whole?"),
        ("decimal", "part", "Part?"),
        ("text", "say", "Say?"),
        ("note", "read", "Read."),
        ("start", "begun"),
    ]
    return asked(a_form(*before, ("text", "q", "Q?", relevant), choices=CHOICES))["q"].get("show_when")


def faults(*rows: Any, choices: Any = CHOICES) -> dict[str, str]:
    """Return cell → reason of a form that is refused."""
    with pytest.raises(DefinitionFaulty) as caught:
        a_form(*rows, choices=choices)
    return {fault.path: fault.detail for fault in caught.value.faults}


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("text", "short_text"),
        ("string", "short_text"),
        ("add text prompt", "short_text"),
        ("integer", "number"),
        ("decimal", "number"),
        ("date", "date"),
        ("note", "note"),
        ("acknowledge", "note"),
        ("select_one yn", "single_choice"),
        ("select one from yn", "single_choice"),
        ("select one yn", "single_choice"),
        ("add select one prompt using yn", "single_choice"),
        ("select_multiple yn", "multiple_choice"),
        ("select all that apply from yn", "multiple_choice"),
        ("add select multiple prompt using yn", "multiple_choice"),
        ("rank yn", "ranking"),
        ("range", "scale"),
    ],
)
def test_a_type_in_its_new_and_old_spellings_is_a_type_of_ours(said: str, kind: str) -> None:
    assert a_row(kind=said)["type"] == kind


@pytest.mark.parametrize(
    ("relevant", "expected"),
    [
        ("selected(${one}, 'yes')", {"answer": "one", "is": ["yes"]}),
        ('${one} = "yes"', {"answer": "one", "is": ["yes"]}),
        ("${one} != ‘yes’", {"not": {"answer": "one", "is": ["yes"]}}),
        ("not(selected(${many}, 'red'))", {"not": {"answer": "many", "is": ["red"]}}),
        ("selected(${many},'red') or selected(${many},'green')", {"answer": "many", "is": ["red", "green"]}),
        ("${say} = ''", {"not": {"answered": "say"}}),
        ("${say} != ''", {"answered": "say"}),
        ("count-selected(${many}) > 0", {"answered": "many"}),
        ("string-length(${say}) = 0", {"not": {"answered": "say"}}),
        ("${num} > 1", {"answer": "num", "is": ["2", "3"]}),
        ("${num} = 2", {"answer": "num", "is": ["2"]}),
        ("${whole} > 4 and ${whole} < 9", {"answer": "whole", "at_least": 5, "at_most": 8}),
        ("18 <= ${whole}", {"answer": "whole", "at_least": 18}),
        ("${whole} = 4", {"answer": "whole", "at_least": 4, "at_most": 4}),
        ("${part} > -1.5", {"all": [{"answered": "part"}, {"not": {"answer": "part", "at_most": -1.5}}]}),
        (
            "${one}='yes' and (${whole}>=18 or not(${say}=''))",
            {
                "all": [
                    {"answer": "one", "is": ["yes"]},
                    {"any": [{"answer": "whole", "at_least": 18}, {"not": {"not": {"answered": "say"}}}]},
                ]
            },
        ),
    ],
)
def test_relevant_is_the_same_condition_here(relevant: str, expected: Any) -> None:
    assert condition(relevant) == expected


@pytest.mark.parametrize(
    ("relevant", "piece"),
    [
        ("regex(${say}, '[0-9]+')", "regex("),
        ("${one} = 'perhaps'", "perhaps"),
        ("${many} = 'red'", "selected(…)"),
        ("${say} = 'abc'", "say"),
        ("${later} = 'x'", "${later}"),
        ("${begun} != ''", "begun is not asked"),
        ("${read} != ''", "a note has no answer"),
        ("count-selected(${many}) > 1", "count-selected(${many}) > 1"),
        ("${whole} > ${part}", "${whole} > ${part}"),
        ("${one} = 'yes' and today() > '2026-01-01'", "today() > '2026-01-01'"),
        ("${one} = 'yes", "'yes"),
        ("${one} 'yes'", "'yes'"),
        ("selected(${one}", "expected"),
        ("((((${one} = 'yes')", "expected )"),
    ],
)
def test_a_relevant_that_cannot_be_asked_names_its_cell_and_piece(relevant: str, piece: str) -> None:
    with pytest.raises(DefinitionFaulty) as caught:
        condition(relevant)
    (fault,) = caught.value.faults
    assert fault.path == "survey!D10" and piece in fault.detail


@pytest.mark.parametrize(
    ("kind", "constraint", "fields"),
    [
        ("integer", ". >= 0 and . < 120", {"minimum": 0, "maximum": 119}),
        ("decimal", ".>=0.5 and (10 >= .)", {"minimum": 0.5, "maximum": 10}),
        ("decimal", ". > 0", {"minimum": 0}),
        ("date", ". >= date('2020-01-01') and . <= '2026-12-31'", {"minimum": "2020-01-01", "maximum": "2026-12-31"}),
        ("text", "string-length(.) <= 160", {"max_length": 160}),
        ("text", "string-length(.) > 0", {}),
        ("select_multiple colours", "count-selected(.) <= 3", {"max_choices": 3}),
        ("select_multiple colours", "count-selected(.) < 3 and . != ''", {"max_choices": 2}),
    ],
)
def test_a_constraint_is_the_bounds_of_a_question(kind: str, constraint: str, fields: dict[str, Any]) -> None:
    question = a_row("", constraint, kind=kind)
    assert {key: value for key, value in question.items() if key[:3] in ("min", "max")} == fields


def test_an_option_that_cannot_stand_beside_others_excludes_them() -> None:
    said = "not(selected(., 'none') and count-selected(.) > 1)"
    question = a_row("", said, kind="select_multiple colours")
    assert [option["code"] for option in question["options"] if option.get("exclusive")] == ["none"]


@pytest.mark.parametrize(
    ("kind", "constraint"),
    [
        ("decimal", "(. >= 2 and . <= 54) or . = 999"),
        ("decimal", ". <= ${other}"),
        ("text", "regex(., '[a-z]')"),
        ("date", ". <= today()"),
        ("select_multiple colours", "not(selected(., 'red') and selected(., 'green'))"),
        ("select_one yn", ". = 'yes'"),
    ],
)
def test_a_constraint_that_cannot_be_held_is_refused_and_can_be_left_out_alone(kind: str, constraint: str) -> None:
    row = (kind, "q", "Q?", "", constraint)
    assert list(faults(row)) == ["survey!E2"]
    read = a_form(row, choices=CHOICES, leave_out=True)
    assert list(asked(read)) == ["q"] and [fault.path for fault in read.left_out] == ["survey!E2"]


def test_groups_give_their_condition_to_each_question_and_their_label_to_a_note() -> None:
    read = a_form(
        ("select_one yn", "one", "One?"),
        ("begin group", "Outer", "About you", "${one} = 'yes'"),
        ("begin_group", "inner", "", "${one} != 'no'"),
        ("text", "deep", "Deep?", "${one} != ''"),
        ("end_group",),
        ("text", "flat", "Flat?"),
        ("end group",),
        ("begin group", "empty", "Nothing follows"),
        ("end group",),
        ("text", "last", "Last?"),
        choices=CHOICES,
    )
    questions = asked(read)
    assert list(questions) == ["one", "outer", "deep", "flat", "last"]
    yes, not_no = {"answer": "one", "is": ["yes"]}, {"not": {"answer": "one", "is": ["no"]}}
    assert questions["outer"] == {"id": "outer", "type": "note", "text": "About you", "show_when": yes}
    assert questions["deep"]["show_when"] == {"all": [yes, not_no, {"answered": "one"}]}
    assert questions["flat"]["show_when"] == yes and "show_when" not in questions["last"]


def test_or_other_is_an_option_and_a_question_for_words() -> None:
    questions = asked(a_form(("select_one yn or_other", "one", "One?"), choices=CHOICES))
    assert [option["code"] for option in questions["one"]["options"]] == ["yes", "no", "other"]
    assert questions["one_other"]["show_when"] == {"answer": "one", "is": ["other"]}


@pytest.mark.parametrize(
    ("parameters", "fields"),
    [
        ("start=1;end=5;step=1", {"scale": "range_1_5"}),
        ("start=0 end=10 step=5", {"scale": "range_0_10_by_5"}),
        ("start=0;end=100", {"minimum": 0, "maximum": 100}),
        ("start=1.5;end=5.5;step=0.5", {"minimum": 1.5, "maximum": 5.5}),
    ],
)
def test_a_range_of_few_whole_steps_is_a_scale_and_any_other_a_number(parameters: str, fields: dict[str, Any]) -> None:
    survey = [("type", "name", "label", "parameters"), ("range", "q", "Q?", parameters)]
    question = asked(read_xlsform(a_workbook(survey), "f.xlsx"))["q"]
    assert {key: question[key] for key in question if key in ("scale", "minimum", "maximum")} == fields


def test_what_the_device_knows_and_what_is_worked_out_is_skipped_and_said() -> None:
    read = a_form(("start", "s"), ("deviceid", "d"), ("calculate", "c"), ("text", "q", "Q?"))
    assert list(asked(read)) == ["q"]
    said = [warning for warning in read.warnings if warning.code == "not_asked"]
    assert [warning.path for warning in said] == ["survey!A2", "survey!A4"] and "A3" in said[0].detail


@pytest.mark.parametrize(
    "kind",
    ["geopoint", "image", "audio", "video", "file", "barcode", "time", "dateTime", "select_one_from_file a.csv", "?"],
)
def test_a_type_that_is_not_asked_is_refused_at_its_cell_or_left_out(kind: str) -> None:
    rows = ((kind, "bad", "Bad?"), ("text", "hangs", "Hangs?", "${bad} != ''"), ("text", "q", "Q?"))
    assert "survey!A2" in faults(*rows)
    read = a_form(*rows, leave_out=True)
    assert list(asked(read)) == ["q"]
    assert [fault.path for fault in read.left_out] == ["survey!A2", "survey!D3"]


def test_a_repeat_is_refused_with_all_that_stands_in_it_unless_it_is_empty() -> None:
    rows = (("begin repeat", "r", "R"), ("text", "inner", "Inner?"), ("end repeat",), ("text", "q", "Q?"))
    assert list(faults(*rows)) == ["survey!A2"]
    assert list(asked(a_form(*rows, leave_out=True))) == ["q"]
    assert list(asked(a_form(("begin repeat", "r"), ("end repeat",), ("text", "q", "Q?")))) == ["q"]


def test_every_fault_of_a_form_comes_back_with_its_cell() -> None:
    found = faults(
        ("text", "", "No name?"),
        ("text", "same", "Same?"),
        ("text", "same", "Same again?"),
        ("text", "silent", ""),
        ("", "typeless", "No type?"),
        ("select_one nowhere", "lost", "Lost?"),
        ("select_one broken", "hurt", "Hurt?"),
        ("note", "told", "You said ${same}"),
        ("end group",),
        ("begin group", "open"),
        choices=[
            ("broken", "", "No code"),
            ("broken", "a", ""),
            ("broken", "b", "B"),
            ("broken", "b", "B"),
            ("", "z", "Z"),
        ],
    )
    assert list(found) == [
        *("survey!B2", "survey!B4", "survey!C5", "survey!A6", "survey!A7", "survey!C9", "survey!A10", "survey!A11"),
        *("choices!B2", "choices!C3", "choices!B5", "choices!A6"),
    ]


def test_where_nothing_is_left_to_ask_the_refusal_says_why() -> None:
    with pytest.raises(DefinitionFaulty) as caught:
        a_form(("geopoint", "home", "Where?"), leave_out=True)
    assert [fault.path for fault in caught.value.faults] == ["survey!A1", "survey!A2"]


def test_a_row_that_is_disabled_is_no_question() -> None:
    survey = [("type", "name", "label", "disabled"), ("text", "q", "Q?", ""), ("geopoint", "r", "R?", "yes")]
    read = read_xlsform(a_workbook(survey), "f.xlsx")
    assert list(asked(read)) == ["q"] and "disabled" in {warning.code for warning in read.warnings}


def test_what_a_list_offers_beside_an_answer_is_asked_in_our_own_words() -> None:
    choices = [("l", "yes", "Yes"), ("l", "no", "No"), ("l", "dk", "Don't know"), ("l", "na", "N/A")]
    questions = asked(a_form(("select_one l", "q", "Q?"), ("text", "why", "Why?", "${q} = 'dk'"), choices=choices))
    assert [option["code"] for option in questions["q"]["options"]] == ["yes", "no"]
    assert questions["q"]["special"] == ["dk", "na"]
    assert questions["why"]["show_when"] == {"answer": "q", "is": ["dk"]}


def test_a_heading_over_options_of_no_question_is_a_fault() -> None:
    survey = [("type", "name", "label"), ("text", "q", "Q?")]
    groups = [("question", "group", "label"), ("r", "people", "People")]
    with pytest.raises(DefinitionFaulty) as caught:
        read_xlsform(a_workbook(survey, engage_groups=groups), "f.xlsx")
    assert [fault.path for fault in caught.value.faults] == ["engage_groups!A2"]


def test_names_and_codes_that_engage_does_not_take_get_others_and_conditions_follow() -> None:
    read = a_form(
        ("select_one Yes-No", "Full Name", "One?"),
        ("text", "full_name", "Two?", "${fullName} = 'YES'"),
        ("select_one Yes-No", "fullName", "Three?"),
        choices=[("Yes-No", "YES", "Yes"), ("Yes-No", "Thatta&Shah", "T")],
        leave_out=True,
    )
    questions = asked(read)
    assert list(questions) == ["full_name_2", "full_name_3"]
    assert [option["code"] for option in questions["full_name_2"]["options"]] == ["yes", "thatta_shah"]
    assert [fault.path for fault in read.left_out] == ["survey!D3"]
    ok = asked(a_form(("integer", "areaSize", "A?"), ("text", "area", "B?", "${areaSize} > 1")))
    assert ok["area_2"]["show_when"] == {"answer": "area_size", "at_least": 2}


def a_worded(settings: Any = (), *headings: str) -> XlsformRead:
    survey = [("type", "name", *headings), ("text", "q", *(f"words {number}" for number in range(len(headings))))]
    return read_xlsform(a_workbook(survey, settings=settings), "f.xlsx")


@pytest.mark.parametrize(
    ("headings", "languages"),
    [
        (("label::English (en)", "label::Somali (so)"), ["en", "so"]),
        (("label:english", "label:polish"), ["en", "pl"]),
        (("label", "label::chinese"), ["en", "zh-Hans"]),
        (("Label::Polski (pl)", "LABEL::English"), ["pl", "en"]),
    ],
)
def test_a_label_column_names_its_language_by_tag_or_name(headings: tuple[str, ...], languages: list[str]) -> None:
    read = a_worded((), *headings)
    assert list(read.document["languages"]) == languages and read.document["default_language"] == languages[0]
    assert read.document["languages"][languages[1]]["wording"]["q.text"] == "words 1"


def test_the_default_language_of_the_settings_is_the_forms_own() -> None:
    read = a_worded([("default_language",), ("Somali (so)",)], "label::English (en)", "label::Somali (so)", "hint")
    assert read.document["default_language"] == "so"
    assert asked(read)["q"] | {"text": "words 1", "hint": "words 2"} == asked(read)["q"]


@pytest.mark.parametrize("headings", [("label", "Label"), ("label", "label::English (en)"), ("label::xx?", "label")])
def test_two_columns_that_say_the_same_and_an_unknown_language_are_faults(headings: tuple[str, ...]) -> None:
    with pytest.raises(DefinitionFaulty) as caught:
        a_worded((), *headings)
    assert caught.value.faults[0].path in ("survey!C1", "survey!D1")


def test_easy_read_words_and_guidance_stand_in_columns_of_their_own() -> None:
    read = a_worded((), "label", "label@easy_read", "hint", "guidance_hint", "engage_why")
    assert asked(read)["q"] == {
        "id": "q",
        "type": "short_text",
        "text": "words 0",
        "text@easy_read": "words 1",
        "hint": "words 2 words 3",
        "why": "words 4",
    }
    assert read.document["styles"] == ["standard", "easy_read", "large_print"]


def test_a_form_gets_the_consent_and_the_questions_about_the_person_in_its_languages() -> None:
    read = a_worded((), "label::English (en)", "label::Somali (so)")
    document = read.document
    assert [question["id"] for question in document["questions"]] == [
        *("age_band", "area", "area_relation", "home_district", "q")
    ]
    assert document["consent"]["statement"] and document["areas"] == ["E23000019"]
    assert "area.text" in document["languages"]["so"]["wording"]
    assert "envelope" in {warning.code for warning in read.warnings}
    assert parse_definition(document).question("q")


def test_what_a_form_says_and_nothing_here_does_is_told_once_with_its_cells() -> None:
    columns = ("required", "appearance", "default", "constraint_message", "read_only", "media::image", "bind::x")
    rows = [("text", name, "Q?", "yes", "w1", "x", "No!", "yes", "a.jpg", "y") for name in ("a", "b")]
    read = read_xlsform(a_workbook([("type", "name", "label", *columns), *rows]), "f.xlsx")
    told = {warning.code: warning for warning in read.warnings}
    expected = {"required", "appearance", "default", "constraint_message", "read_only", "media", "column_unread"}
    assert expected <= set(told)
    assert told["required"].path == "survey!D2" and "also D3" in told["required"].detail
