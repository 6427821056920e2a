"""The whole way on the web without JavaScript: from the start page to a stored response, and back out again."""

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from builders import DISTRICT, WARD
from channels.web.respondent import Respondent, by_client, by_http
from channels.web.tiny import number_of
from engage.questionnaire.library import read_library_survey
from engage.response.receipts import receipt_key
from engage.storage import responses
from engage.storage.instance import Instance
from engage.storage.responses import Response
from services import a_web_server

SURVEY = read_library_survey("feeling-safe")
#: What each respondent answers: question → fields posted.
ADULT: dict[str, dict[str, Any]] = {
    "area_relation": {"answer": ["study_work", "pass_through"]},
    "home_district": {"answer": "elsewhere"},
    "safe_day": {"answer": "fairly_safe"},
    "safe_dark": {"answer": "dk"},
    "unsafe_reasons": {"answer": ["dark", "traffic"]},
    "unsafe_most": {"answer": "dark"},
    "would_help": {"answer": ["lights"]},
    "safe_home": {"answer": "pns"},
    "say_more": {"answer": "More light on the footpath."},
    "ethnic_group": {"answer": "mixed"},
    "ethnic_mixed": {"answer": "white_asian"},
    "communities": {"answer": ["polish"], "other": "Allotment people"},
}
EASY_READ: dict[str, dict[str, Any]] = {
    "area_relation": {"answer": ["live"]},
    "safe_day": {"answer": "between"},
    "safe_dark": {"answer": "unsafe"},
    "unsafe_reasons": {"answer": ["threats", "dark"]},
    "trusted_person": {"answer": "yes"},
}
YOUNG: dict[str, dict[str, Any]] = {
    "area_relation": {"answer": ["live"]},
    "safe_school": {"answer": "neither"},
    "unsafe_reasons": {"answer": ["followed"]},
    "good_things_to_do": {"answer": "agree"},
}


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    """Serve the app on a free port of this machine."""
    with a_web_server(app) as port:
        yield f"http://127.0.0.1:{port}"


def test_an_adult_answers_over_a_real_connection(address: str, surveyed: Instance) -> None:
    stored = goes_all_the_way(Respondent(by_http(address)), surveyed, ADULT, age_band="35-49")
    assert stored.answers == {
        "safe_day": "fairly_safe",
        "safe_dark": "dk",
        "unsafe_reasons": ["traffic", "dark"],
        "unsafe_most": "dark",
        "would_help": ["lights"],
        "safe_home": "pns",
        "say_more": "More light on the footpath.",
        "ethnic_group": "mixed",
        "ethnic_mixed": "white_asian",
        "communities": ["polish", {"other": "Allotment people"}],
    }
    assert (stored.channel, stored.language, stored.style, stored.assisted) == ("web", "en", "standard", "none")
    assert (stored.area, stored.home_district, stored.age_band) == (WARD, "elsewhere", "35-49")
    assert set(stored.area_relation) == {"study_work", "pass_through"}
    assert stored.duration == "under 2 min"


@pytest.mark.parametrize("language", ["en", "ar", "ur", "so", "pl"])
def test_easy_read_in_every_language_gives_the_same_answers(
    client: FlaskClient, surveyed: Instance, language: str
) -> None:
    person = Respondent(by_client(client))
    stored = goes_all_the_way(person, surveyed, EASY_READ, language=language, style="easy_read", age_band="18-24")
    assert (stored.language, stored.style) == (language, "easy_read")
    assert stored.answers == {
        "safe_day": "between",
        "safe_dark": "unsafe",
        "unsafe_reasons": ["threats", "dark"],
        "trusted_person": "yes",
    }


def test_somebody_of_14_answers_in_arabic(client: FlaskClient, surveyed: Instance) -> None:
    person = Respondent(by_client(client))
    stored = goes_all_the_way(person, surveyed, YOUNG, language="ar", age_band="13-15")
    assert (stored.age_band, stored.language) == ("13-15", "ar")
    assert stored.answers["unsafe_reasons"] == ["followed"]
    assert person.page.html["dir"] == "rtl"


def test_an_ambassador_helps_and_private_questions_are_left_out(client: FlaskClient, surveyed: Instance) -> None:
    person = Respondent(by_client(client)).starts().agrees("18-24", "ambassador")
    asked = []
    while not person.is_at_check:
        asked.append(int(person.address.rsplit("/", 1)[1]))
        person.skips()
    private = {number_of(SURVEY, question.id) for question in SURVEY.questions if question.alone}
    assert private
    assert not private & set(asked)
    assert stored_of(person.sends(), surveyed).assisted == "ambassador"


def test_answers_are_taken_back_with_the_code(client: FlaskClient, surveyed: Instance) -> None:
    person = Respondent(by_client(client)).starts().agrees().skips_the_rest().sends()
    receipt = receipt_of(person)
    person.opens("/w/").presses(code=receipt.replace("-", " ").lower())
    assert person.heading == "Take back your answers"
    assert "safe" not in person.text.partition("<main")[2].lower()
    with surveyed.database.reading() as session:
        assert (
            responses.find_by_receipt(session, receipt_key(receipt, surveyed.settings.keys.receipts.current))
            is not None
        )
    person.presses()
    assert "they are gone now" in person.text
    with surveyed.database.reading() as session:
        assert responses.find_by_receipt(session, receipt_key(receipt, surveyed.settings.keys.receipts.current)) is None


def test_a_slip_of_the_pen_in_the_code_is_noticed(client: FlaskClient) -> None:
    person = Respondent(by_client(client)).opens("/w/").presses(code="7KQM-4RTX-CDF4")
    assert person.status == 422
    typed = person.page.select_one("#code")
    assert typed is not None
    assert typed["value"] == "7KQM-4RTX-CDF4"


def goes_all_the_way(
    person: Respondent,
    instance: Instance,
    answers: dict[str, dict[str, Any]],
    *,
    age_band: str,
    language: str = "en",
    style: str = "standard",
) -> Response:
    """Answer what is in `answers`, skip the rest, send, and return what was stored."""
    person.starts(language, style).agrees(age_band)
    person.presses("next", district=DISTRICT).presses("next", area=WARD)
    by_number = {number_of(SURVEY, question_id): fields for question_id, fields in answers.items()}
    while not person.is_at_check:
        assert person.page.html["lang"] == language
        fields = by_number.pop(int(person.address.rsplit("/", 1)[1]), None)
        person.skips() if fields is None else person.presses("next", **fields)
        assert person.status == 200
    assert by_number == {}
    return stored_of(person.sends(), instance)


def stored_of(person: Respondent, instance: Instance) -> Response:
    """Return the response behind the receipt on the last page."""
    with instance.database.reading() as session:
        key = receipt_key(receipt_of(person), instance.settings.keys.receipts.current)
        stored = responses.find_by_receipt(session, key)
    assert stored is not None
    return stored


def receipt_of(person: Respondent) -> str:
    """Return the code on the last page."""
    code = person.page.select_one(".receipt")
    assert code is not None
    return code.get_text(strip=True)
