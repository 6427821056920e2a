"""Conditions are picked, not typed: whatever a definition may say opens in the form and comes back unchanged."""

from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st
from jinja2 import Environment, FileSystemLoader

import engage.staff
from engage.questionnaire.conditions import AllOf, AnswerBetween, Answered, AnswerIs, AnyOf, Condition, FactIs, Not
from engage.questionnaire.library import read_library_survey
from engage.questionnaire.picking import Group, condition_of, picked
from engage.staff.authoring_conditions import rule_words
from engage.staff.condition_fields import JOINS, ROOT, acted_on, read_group, subjects_for
from staff.authored import Author, fields_of
from staffing import signed_in

LIBRARY = read_library_survey("feeling-safe")
LAST = LIBRARY.questions[-1]
LEAVES = st.one_of(
    st.builds(FactIs, st.sampled_from(["age_band", "style"]), st.permutations(["13-15", "65+", "gone"]).map(tuple)),
    st.builds(AnswerIs, st.just("safe_day"), st.permutations(["neither", "very_safe", "dk"]).map(tuple)),
    st.builds(AnswerIs, st.just("not_there"), st.just(("x",))),
    st.builds(AnswerBetween, st.just("safe_day"), st.integers(-9, 9), st.none() | st.floats(0, 1e9)),
    st.builds(AnswerBetween, st.just("safe_day"), st.none(), st.floats(-1, 1)),
    st.builds(Answered, st.just("say_more")),
)


def grown(parts: st.SearchStrategy[Condition]) -> st.SearchStrategy[Condition]:
    several = st.lists(parts, max_size=3).map(tuple)
    return st.one_of(st.builds(AllOf, several), st.builds(AnyOf, several), st.builds(Not, parts))


ONE = LEAVES | grown(LEAVES)
TREES = LEAVES | grown(ONE | grown(ONE))


@pytest.fixture(scope="module")
def templates() -> Environment:
    """Return the templates of the staff pages, without an application."""
    folder = Path(engage.staff.__file__).parent / "templates"
    return Environment(loader=FileSystemLoader(folder), autoescape=True, trim_blocks=True, lstrip_blocks=True)


def form_of(templates: Environment, group: Group) -> str:
    subjects = subjects_for(LIBRARY, LAST)
    context = {"subjects": subjects, "missing": {}, "joins": JOINS, "route": "", **rule_words(subjects)}
    boxes: Any = templates.get_template("staff/author_picks.html").make_module(context)
    return f'<form id="condition">{boxes.group_box(group, ROOT, 0)}</form>'


@settings(max_examples=60, deadline=None)
@given(TREES)
def test_every_condition_comes_back_unchanged(templates: Environment, condition: Condition) -> None:
    html = form_of(templates, picked(condition))
    assert condition_of(read_group(fields_of(html, "condition"))) == condition


def test_every_condition_of_the_library_survey_opens_and_comes_back_unchanged(templates: Environment) -> None:
    conditions = [question.show_when for question in LIBRARY.questions] + [route.when for route in LIBRARY.routes]
    assert sum(condition is not None for condition in conditions) > 10
    for condition in conditions:
        html = form_of(templates, picked(condition))
        assert condition_of(read_group(fields_of(html, "condition"))) == condition


def test_rules_and_groups_are_added_by_buttons_and_an_unfinished_one_is_named(app: Flask) -> None:
    author = Author(signed_in(app, "analyst"))
    author.begins()
    first = author.adds("single_choice", "Do you use the park?", "Yes", "No")
    second = author.adds("long_text", "What would you change?")
    address = f"{author.copy}/question/{second}/condition"

    def press(form: object, act: str) -> tuple[int, str]:
        form["act"] = act  # type: ignore[index]
        answer = author.client.post(address, data=form)
        return answer.status_code, answer.get_data(as_text=True)

    form = author.opens(f"/question/{second}/condition", "condition")
    status, page = press(form, "group:c")
    form = fields_of(page, "condition")
    form["c.0:subject"] = f"q:{first}"
    status, page = press(form, "show")
    assert 'value="yes"' in page
    form = fields_of(page, "condition")
    form.setlist("c.0:codes", ["yes"])
    status, page = press(form, "save")
    assert status == 422
    assert "Choose what it is about" in page
    form = fields_of(page, "condition")
    assert form.getlist("c.0:codes") == ["yes"]
    for name, value in {"c.1.0:subject": "f:age_band", "c.1.0:codes": "13-15", "c.1.1:subject": f"q:{first}"}.items():
        form[name] = value
    form["c.1.1:says"] = "not_answered"
    status, _ = press(form, "save")
    assert status == 303
    page = author.client.get(f"{author.copy}/question/{second}").get_data(as_text=True)
    park = "“Do you use the park?”"
    assert f"Asked when {park} is “Yes” and (age is 13-15 or {park} was not answered)" in page


def test_taking_a_rule_out_leaves_the_others() -> None:
    group = picked(AllOf((Answered("a"), AnyOf((Answered("b"), Answered("c"))))))
    assert condition_of(acted_on(group, "remove:c.1.0")) == AllOf((Answered("a"), AnyOf((Answered("c"),))))
