"""Every type of question can be keyed, and what was keyed becomes coded values."""

from dataclasses import replace
from typing import Any

import pytest
from werkzeug.datastructures import MultiDict

from builders import with_survey
from engage.channels.paper.form import Form as Sheet
from engage.phrases import phrases_for
from engage.questionnaire.definition import parse_definition
from engage.questionnaire.model import Questionnaire, QuestionType
from engage.response.problems import Problem
from engage.staff.entry_fields import KEYS, KINDS, entry_fields
from engage.staff.keyed import read_keyed
from engage.storage import forms
from engage.storage.instance import Instance
from staffing import printed_forms

EVERY_TYPE: dict[str, Any] = {
    "format": "engage-questionnaire/1",
    "slug": "every-type",
    "code": "every",
    "version": 1,
    "default_language": "en",
    "languages": {"en": {"review": "source"}},
    "styles": ["standard"],
    "areas": ["E06000018"],
    "title": "Local survey",
    "intro": "A survey.",
    "consent": {"version": 1, "rule": "own", "statement": "It is your choice."},
    "routes": [{"id": "adult"}],
    "scales": {"trust": {"options": [{"code": "a_lot", "label": "A lot"}, {"code": "none", "label": "None"}]}},
    "help_lines": [],
    "questions": [
        {"id": "age_band", "type": "age_band", "text": "How old are you?"},
        {"id": "one", "type": "single_choice", "text": "One?", "special": ["dk"], "options": [
            {"code": "x", "label": "X"}]},
        {"id": "trust", "type": "scale", "scale": "trust", "text": "Trust?"},
        {"id": "many", "type": "multiple_choice", "text": "Many?", "options": [
            {"code": f"o{number}", "label": f"Option {number}"} for number in range(40)]},
        {"id": "years", "type": "number", "text": "Years?", "minimum": 0, "maximum": 100},
        {"id": "word", "type": "short_text", "text": "A word?"},
        {"id": "words", "type": "long_text", "text": "Words?"},
        {"id": "day", "type": "date", "text": "Which day?"},
        {"id": "order", "type": "ranking", "text": "Which first?", "options": [
            {"code": code, "label": code.upper()} for code in ("x", "y", "z")]},
        {"id": "sketch", "type": "drawing", "text": "Draw?"},
        {"id": "reading", "type": "note", "text": "Only to read."},
    ],
}  # fmt: skip


@pytest.fixture
def survey() -> Questionnaire:
    return parse_definition(EVERY_TYPE)


@pytest.fixture
def sheet(survey: Questionnaire) -> Sheet:
    say = phrases_for("en").say
    return Sheet(survey, "en", "standard", say, {}, say("paper.this_place"))


def keyed(instance: Instance, sheet: Sheet, **given: Any) -> Any:
    named = {name.replace("__", "."): value for name, value in given.items()}
    with instance.database.reading() as session:
        return read_keyed(session, sheet, MultiDict({"consent": "yes"} | named))


def test_every_type_of_question_has_a_way_to_be_keyed() -> None:
    assert set(KINDS) == set(QuestionType)


@pytest.mark.parametrize(
    ("given", "answers"),
    [
        ({"a__one": "x"}, {"one": "x"}),
        ({"a__one": ""}, {}),
        ({"a__trust": "none"}, {"trust": "none"}),
        ({"a__many": ["o2", "o1"]}, {"many": ["o2", "o1"]}),
        ({"a__years": " 12 "}, {"years": 12}),
        ({"a__years": "-3"}, {"years": -3}),
        ({"a__years": "2,5"}, {"years": 2.5}),
        ({"a__years": "twelve"}, {"years": "twelve"}),
        ({"a__word": "  lights "}, {"word": "lights"}),
        ({"a__words": "   "}, {}),
        ({"a__day": "2026-11-21"}, {"day": "2026-11-21"}),
        ({"a__order": "2 - 1"}, {"order": ["z", "x"]}),
        ({"a__order": "3,1,2"}, {"order": ["y", "z", "x"]}),
        ({"a__order": "-1-"}, {"order": ["y"]}),
        ({"a__order": "- - -"}, {}),
        ({"a__sketch": " By the canal "}, {"sketch": {"words": "By the canal"}}),
        ({"a__reading": "x"}, {}),
        ({"a__unheard_of": "x"}, {}),
    ],
)
def test_what_was_keyed_becomes_coded_values(
    instance: Instance, sheet: Sheet, given: dict[str, Any], answers: dict[str, Any]
) -> None:
    read = keyed(instance, sheet, **given)
    assert (dict(read.form.answers), read.problems) == (answers, ())


def test_numbers_that_are_no_order_are_a_problem_of_the_sheet(instance: Instance, sheet: Sheet) -> None:
    for numbers, code in (("1 2", "not_a_list"), ("1 1 2", "repeated_option"), ("1 x 2", "not_a_list")):
        assert keyed(instance, sheet, a__order=numbers).problems == (Problem(code, "order"),)


def test_an_i_dont_know_ticked_with_others_is_a_problem_of_the_sheet(instance: Instance, sheet: Sheet) -> None:
    questions = tuple(
        replace(question, special=("dk",)) if question.id == "many" else question
        for question in sheet.questionnaire.questions
    )
    with_dk = replace(sheet, questionnaire=replace(sheet.questionnaire, questions=questions))
    assert keyed(instance, with_dk, a__many=["dk"]).form.answers == {"many": "dk"}
    assert keyed(instance, with_dk, a__many=["dk", "o1"]).problems == (Problem("exclusive_option", "many"),)


def test_a_form_that_says_nothing_of_agreement_is_not_taken_for_either(instance: Instance, sheet: Sheet) -> None:
    assert keyed(instance, sheet, consent="").problems == (Problem("field_missing", "consent"),)


def test_a_question_with_more_answers_than_keys_can_still_be_walked_through(
    instance: Instance, survey: Questionnaire
) -> None:
    with_survey(instance, survey)
    serial = printed_forms(instance, survey)[0]
    with instance.database.reading() as session:
        form = forms.get(session, serial)
        assert form is not None
        fields = {field.about: field for field in entry_fields(session, survey, form, MultiDict())}
    assert "reading" not in fields
    assert {name: field.kind for name, field in fields.items() if name in ("years", "word", "words", "day")} == {
        "years": "line",
        "word": "line",
        "words": "lines",
        "day": "line",
    }
    choices = fields["many"].choices
    assert len(choices) == 40
    assert [choice.key for choice in choices if choice.key] == list(KEYS)
