"""Answers from marks: what is certain comes out as keyed, what is in doubt names its question and stores nothing."""

from collections.abc import Mapping, Sequence

import pytest

from engage.channels.paper.answers_read import ReadForm, answers_of, read_marks
from marked import AGREED, library_layout, library_survey, seen


def read(ticks: Mapping[str, Sequence[str]], style: str = "standard", **more: object) -> ReadForm:
    layout = library_layout(style)
    return answers_of(layout, library_survey(), seen(layout, {**AGREED, **ticks}, **more))  # type: ignore[arg-type]


def test_ticks_become_coded_answers_and_the_fields_of_the_keyed_entry() -> None:
    form = read(
        {
            "safe_day": ["neither"],
            "unsafe_reasons": ["threats", "dark"],
            "unsafe_most": ["dark"],
            "area_relation": ["live", "study_work"],
            "area": ["E06000018"],
            "home_district": [],
        }
    )
    assert form.review == ()
    assert form.answers == {"safe_day": "neither", "unsafe_reasons": ["threats", "dark"], "unsafe_most": "dark"}
    keyed = form.form
    assert (keyed.consent, keyed.age_band, keyed.assisted, keyed.area) == (True, "25-34", "none", "E06000018")
    assert keyed.area_relation == ("live", "study_work")


def test_nobody_ticked_as_helping_is_nobody_helping() -> None:
    assert read({"assisted": []}).form.assisted == "none"


@pytest.mark.parametrize("state", ["doubtful", "unreadable"])
def test_a_question_with_a_box_in_doubt_goes_to_a_person_and_stores_nothing(state: str) -> None:
    form = read({"safe_day": ["neither"], "trust_police": ["a_lot"]}, states={("safe_day", "fairly_safe"): state})
    assert form.reasons == {"safe_day": "doubtful"}
    assert "safe_day" not in form.answers


def test_two_ticks_where_one_is_asked_for_go_to_a_person() -> None:
    form = read({"safe_day": ["neither", "fairly_safe"]})
    assert (dict(form.reasons), dict(form.answers)) == ({"safe_day": "two_marks"}, {})


def test_a_tick_struck_out_beside_another_one_is_the_other_one() -> None:
    form = read({"safe_day": ["neither"]}, states={("safe_day", "fairly_safe"): "corrected"})
    assert (form.review, form.answers["safe_day"]) == ((), "neither")


def test_a_tick_struck_out_with_nothing_in_its_place_goes_to_a_person() -> None:
    assert read({}, states={("safe_day", "fairly_safe"): "corrected"}).reasons == {"safe_day": "corrected"}


def test_whatever_is_written_or_drawn_goes_to_a_person() -> None:
    form = read({"area": ["E06000018"]}, written=["area", "say_more"])
    assert form.reasons == {"area": "writing", "say_more": "writing"}
    assert form.form.area is None


def test_dont_know_beside_other_answers_goes_to_a_person() -> None:
    assert read({"unsafe_reasons": ["dk", "dark"]}).reasons == {"unsafe_reasons": "exclusive_option"}
    assert read({"unsafe_reasons": ["dk"]}).answers == {"unsafe_reasons": "dk"}


def test_more_ticks_than_the_question_allows_go_to_a_person() -> None:
    form = read({"unsafe_reasons": ["threats", "drugs", "dark", "hate"]})
    assert form.reasons["unsafe_reasons"] == "too_many_choices"


def test_what_matters_most_without_its_own_tick_goes_to_a_person() -> None:
    form = read({"unsafe_reasons": ["threats", "dark"], "unsafe_most": ["drugs"]})
    assert form.reasons == {"unsafe_most": "unknown_option"}


def test_the_only_tick_ticked_again_as_what_matters_most_says_nothing_new() -> None:
    form = read({"unsafe_reasons": ["dark"], "unsafe_most": ["dark"]})
    assert (form.review, dict(form.answers)) == ((), {"unsafe_reasons": ["dark"]})


def test_an_answer_that_the_skip_rules_contradict_goes_to_a_person() -> None:
    form = read({"age_band": ["13-15"], "trust_police": ["a_lot"]})
    assert form.reasons == {"trust_police": "question_not_asked"}


def test_while_the_age_is_in_doubt_no_answer_contradicts_it() -> None:
    form = read({"age_band": [], "trust_police": ["a_lot"]}, states={("age_band", "13-15"): "doubtful"})
    assert form.review == ("age_band",)
    assert form.form.age_band is None


def test_without_a_tick_of_agreement_a_person_looks_before_the_form_is_given_up() -> None:
    assert read({"consent": []}).reasons == {"consent": "not_agreed"}


def test_of_somebody_under_thirteen_nothing_goes_to_anybody() -> None:
    form = read({"age_band": ["under-13"], "safe_day": ["neither"]}, written=["say_more"])
    assert (form.is_too_young, form.review) == (True, ())


def test_questions_to_look_at_come_in_the_order_printed() -> None:
    form = read({"age_band": []}, states={("age_band", "pns"): "doubtful", ("safe_day", "fairly_safe"): "doubtful"})
    assert form.review == ("age_band", "safe_day")


def test_a_page_alone_says_what_is_ticked_on_it() -> None:
    layout = library_layout()
    pages = seen(layout, {**AGREED, "safe_day": ["fairly_safe"]}, states={("age_band", "pns"): "doubtful"})
    marks = read_marks(library_survey(), pages[:1])
    assert marks.answers["consent"] == "yes"
    assert marks.reasons == {"age_band": "doubtful"}
