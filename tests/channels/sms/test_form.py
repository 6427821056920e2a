"""The form of one message: read only where it can be read in one way, and kept only after YES."""

import pytest

from channels.sms.texting import RESPONSE_ID, Person, a_context, a_questionnaire
from engage.channels.sms.conversation import Stage

PLACES = {
    "ng7": "E06000018",
    "clifton": "E05012278",
    "st ann's": "place:st-anns",
    "ng11 8aa": "E05012278",
}
KNOWN = {"find_area": lambda text: PLACES.get(text.lower())}


def a_person(**fields: object) -> Person:
    return Person(a_context(**KNOWN | fields))


@pytest.mark.parametrize(
    ("form", "area"),
    [
        ("LOCAL NG7 4 C 2", "E06000018"),
        ("local ng7, 4, c, 2.", "E06000018"),
        ("Local NG7 4 C 2 the lamps are broken", "E06000018"),
        ("LOCAL Clifton ٤ c 2", "E05012278"),
        ("LOCAL St Ann's 4 C 2", "place:st-anns"),
        ("LOCAL NG11 8AA 4 C 2", "E05012278"),
        ("LOCAL EN NG7 4 C 2", "E06000018"),
    ],
)
def test_a_whole_form_needs_only_a_yes(form: str, area: str) -> None:
    person = a_person()
    assert "Reply YES" in (person.texts(form) or "")
    assert "999" in (person.last.reply or "")
    assert not person.last.submission_ready
    person.texts("YES")
    submission = person.submission()
    assert submission["area"] == area
    assert submission["consent"]["age_band"] == "13-15"
    assert submission["answers"] == {"safe_dark": "fairly_unsafe", "would_help": ["patrols"]}
    assert submission["response_id"] == str(RESPONSE_ID)


def test_without_a_yes_nothing_of_a_form_is_kept() -> None:
    person = a_person()
    person.texts("LOCAL NG7 4 C 2", "no")
    assert person.state is not None
    assert (person.state.stage, person.state.answers, person.state.area) == (Stage.CLOSED, {}, None)


@pytest.mark.parametrize(
    "form",
    [
        "LOCAL NG7 4 2 1",
        "LOCAL NG7 4 2 C 2",
        "LOCAL NG7 4 4 C 2",
        "LOCAL NG7 4",
        "LOCAL NG7 4 2",
        "LOCAL NG7 4 C 2 3",
        "LOCAL NG7 4 or 5",
        "LOCAL NG7 9 C 2",
        "LOCAL NG7 4 X 2",
        "LOCAL 10",
        "LOCAL Nowhere 4",
    ],
)
def test_what_can_be_read_in_two_ways_or_none_is_asked(form: str) -> None:
    person = a_person()
    reply = person.texts(form) or ""
    assert "not clear" in reply
    assert "Reply YES" in reply
    assert person.state is not None
    assert (person.state.area, person.state.age_band, person.state.answers) == (None, None, {})


@pytest.mark.parametrize(
    ("form", "next_question"),
    [
        ("LOCAL NG7 4 C", "How old are you?"),
        ("LOCAL Clifton 4", "How old are you?"),
        ("LOCAL Clifton", "How old are you?"),
        ("LOCAL NG7", "How old are you?"),
        ("LOCAL 4 C 2", "Which area"),
        ("LOCAL Somewhere 4 C 2", "Which area"),
        ("LOCAL LE1 4 C 2", "Which area"),
    ],
)
def test_what_is_there_is_kept_and_the_rest_asked(form: str, next_question: str) -> None:
    person = a_person()
    person.texts(form)
    assert next_question in (person.texts("YES") or "")


def test_a_form_that_lacks_the_age_goes_on_to_what_lacks() -> None:
    person = a_person()
    person.texts("LOCAL Clifton 4", "YES")
    assert "What would help most?" in (person.texts("3") or "")
    person.texts("B")
    assert person.submission()["answers"] == {"safe_dark": "fairly_unsafe", "would_help": ["youth_workers"]}


def test_of_a_child_nothing_is_kept() -> None:
    person = a_person()
    assert "0800 1111" in (person.texts("LOCAL NG7 4 C 1") or "")
    assert person.state is not None
    assert (person.state.stage, person.state.answers, person.state.age_band) == (Stage.CLOSED, {}, None)


def test_where_a_parent_must_agree_a_form_of_13_to_15_ends_there() -> None:
    consent = {"version": 1, "rule": "parent_opt_in", "statement": "You choose."}
    person = a_person(questionnaire=a_questionnaire(consent=consent))
    assert "0800 1111" in (person.texts("LOCAL NG7 4 C 2") or "")


def test_a_form_begins_anew_where_a_survey_is_open_but_words_do_not() -> None:
    person = a_person()
    person.texts("LOCAL", "YES", "3")
    assert "not clear" in (person.texts("local shops are shut") or "")
    assert person.state is not None
    assert person.state.stage is Stage.ASKING
    person.texts("LOCAL NG7 4 C 2")
    assert person.state.stage is Stage.CONSENT
    person.texts("yes")
    assert person.submission()["area"] == "E06000018"


def test_polite_words_behind_the_keyword_are_no_form() -> None:
    assert "4 short questions" in (a_person().texts("LOCAL please") or "")
