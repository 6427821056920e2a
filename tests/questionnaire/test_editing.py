"""Editing a definition: codes follow wherever they are named, and every change can be taken back."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from engage.questionnaire.copying import add_language, copy_question, copy_scale, new_document
from engage.questionnaire.definition import parse_definition, read_unfinished
from engage.questionnaire.document import to_document
from engage.questionnaire.editing import (
    OptionWritten,
    add_question,
    change_options,
    change_question,
    change_scale,
    move_question,
    read_options,
    remove_question,
)
from engage.questionnaire.library import read_library_survey
from engage.questionnaire.renaming import code_from
from engage.questionnaire.way_back import brought_back, way_back
from questionnaire.tiny import a_document, a_question, options

LIBRARY = read_library_survey("feeling-safe")
ARABIC = {
    "en": {"review": "source"},
    "ar": {"review": "machine_drafted", "wording": {"a.option.yes": "نعم", "a.text": "أ"}},
}


def a_survey() -> dict[str, Any]:
    asked = {"all": [{"answer": "a", "is": ["yes"]}, {"not": {"answered": "a"}}]}
    follows = a_question("b", "single_choice", options_from="a", options=[], show_when=asked)
    first = a_question("a", "multiple_choice", options=options("yes", "no", "maybe"))
    return a_document(first, follows, a_question("c", "long_text"), languages=ARABIC)


def test_another_code_goes_wherever_the_question_and_its_answers_are_named() -> None:
    document = change_question(a_survey(), "a", {"id": "park"})
    rows = read_options(document["questions"][0]["options"])
    rows[0] = OptionWritten("Yes!", code="y", was="yes")
    changed = parse_definition(change_options(document, "park", [*rows, OptionWritten("At the weekend")]))
    arabic = changed.language("ar")
    assert arabic is not None and arabic.wording == {"park.option.y": "نعم", "park.text": "أ"}
    assert [option.code for option in changed.questions[0].options] == ["y", "no", "maybe", "at_weekend"]
    assert to_document(changed)["questions"][1]["show_when"]["all"][0] == {"answer": "park", "is": ["y"]}
    assert changed.questions[1].options_from == "park"


def test_what_another_kind_of_question_does_not_have_is_dropped_with_its_translations() -> None:
    changed = change_question(a_survey(), "a", {"type": "number", "minimum": 0})
    assert changed["questions"][0] == {"id": "a", "type": "number", "text": "a?", "minimum": 0}
    assert changed["languages"]["ar"]["wording"] == {"a.text": "أ"}


def test_a_question_that_others_ask_about_can_go_and_the_fault_is_told() -> None:
    without = remove_question(a_survey(), "a")
    _, faults = read_unfinished(without)
    assert {fault.path for fault in faults} >= {"questions[0].show_when.all[0].answer"}


def test_codes_are_made_from_words_and_are_never_taken_twice() -> None:
    assert code_from("Do you use the park near your home?", (), "question") == "use_park_near_home"
    assert code_from("Yes", ("yes",), "answer") == "yes_2"
    assert code_from("سؤال", (), "question") == "question"
    assert code_from("dk", (), "answer") == "dk_2"


def test_a_scale_keeps_its_fold_when_its_codes_change() -> None:
    document = to_document(LIBRARY)
    long = read_options(document["scales"]["safety"]["options"])
    long[0] = OptionWritten("Very safe", code="entirely", was="very_safe")
    short = read_options(document["scales"]["safety"]["short"])
    fold = document["scales"]["safety"]["fold"]
    changed = change_scale(document, "safety", long, short, fold, faces=True, short_for=["easy_read"])
    parsed = parse_definition(changed)
    assert parsed.scales["safety"].fold["entirely"] == "safe"
    somali = parsed.language("so")
    assert somali is not None and "scale.safety.entirely" in somali.wording


def test_a_new_survey_reads_without_fault_and_borrows_from_the_library_word_for_word() -> None:
    document = new_document("parks", "parks", ["E06000018"], LIBRARY)
    document, _ = add_question(document, "short_text", "What is it called?")
    document = add_language(copy_scale(document, LIBRARY, "trust")[0], "ar", [LIBRARY])
    borrowed = (
        "safe_dark",
        "unsafe_reasons",
        "unsafe_most",
        "would_help_most",
        "safe_home",
        "may_quote",
        "home_district",
    )
    for question_id in borrowed:
        document, _ = copy_question(document, LIBRARY, question_id)
    survey, arabic = parse_definition(document), LIBRARY.language("ar")
    assert len(survey.questions) == 3 + len(borrowed)
    assert [option.code for option in survey.questions[-4].options][:2] == ["nothing_needed", "adult_listens"]
    here = survey.language("ar")
    assert arabic is not None and here is not None
    assert here.wording["safe_dark.text"] == arabic.wording["safe_dark.text"]


Steps = st.lists(
    st.tuples(st.sampled_from(["move", "remove", "add", "change", "rename"]), st.integers(0, 40)), max_size=8
)


@settings(max_examples=40, deadline=None)
@given(Steps)
def test_every_change_is_taken_back_to_the_letter(steps: list[tuple[str, int]]) -> None:
    document, ways, seen = a_survey(), [], []
    for kind, number in steps:
        ids = [question["id"] for question in document["questions"]]
        at = ids[number % len(ids)] if ids else None
        match kind:
            case "add":
                changed, _ = add_question(document, "number", f"How many {number}?", at=number % (len(ids) + 1))
            case _ if at is None:
                continue
            case "move":
                changed = move_question(document, at, number)
            case "remove":
                changed = remove_question(document, at)
            case "rename":
                changed = change_question(document, at, {"id": f"r{number}_{len(ways)}"})
            case _:
                changed = change_question(document, at, {"text": f"New {number}", "sensitive": bool(number % 2)})
        ways.append(way_back(document, changed))
        seen.append(document)
        document = changed
    for way, before in zip(reversed(ways), reversed(seen), strict=True):
        document = brought_back(document, way)
        assert document == before
        assert list(document["languages"]) == list(before["languages"])
