"""The survey answered in the page: in every language and style the same answers as without a script, and no trace."""

from collections.abc import Iterator
from dataclasses import replace
from threading import Thread
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser
from sqlalchemy import select
from waitress.server import create_server

from builders import DISTRICT, WARD, an_instance, with_survey
from channels.web.respondent import Respondent, by_client
from channels.web.scripted import Scripted, someone
from channels.web.tiny import a_questionnaire, number_of
from engage.app import create_app
from engage.questionnaire.library import read_library_survey
from engage.storage import areas
from engage.storage.instance import Instance
from engage.storage.responses import ResponseRow

LIBRARY = read_library_survey("feeling-safe")
TINY = a_questionnaire()
#: Where "leave this page" goes here: a page of this server that is no page of the survey.
ELSEWHERE = "/healthz"


@pytest.fixture(scope="module")
def instance(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    opened = an_instance(tmp_path_factory.mktemp("instance"))
    with_survey(opened)
    with_survey(opened, TINY)
    with opened.database.writing() as session:
        areas.put_postcodes(session, [("NG11AA", WARD), ("LE11AA", "E05010458")])
    yield replace(opened, settings=replace(opened.settings, leave_url=ELSEWHERE))
    opened.database.close()


@pytest.fixture(scope="module")
def app(instance: Instance) -> Flask:
    return create_app(instance)


@pytest.fixture(scope="module")
def address(app: Flask) -> Iterator[str]:
    server = create_server(app, host="127.0.0.1", port=0)
    thread = Thread(target=server.run, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.effective_port}"
    server.close()
    thread.join(timeout=5)


@pytest.fixture(autouse=True)
def nobody_yet(instance: Instance) -> None:
    with instance.database.writing() as session:
        for row in session.scalars(select(ResponseRow)):
            session.delete(row)


def stored(instance: Instance) -> list[dict[str, Any]]:
    """Return what is kept of every response, but for ids and times."""
    names = ("survey", "version", "wave", "channel", "language", "style", "assisted", "area", "area_relation")
    names += ("home_district", "consent_version", "age_band", "answers", "duration")
    with instance.database.reading() as session:
        rows = session.scalars(select(ResponseRow)).all()
        return [{name: getattr(row, name) for name in names} for row in rows]


def until_sent(person: Scripted) -> None:
    person.page.wait_for_selector("[data-when=sent]:not([hidden])")


#: Language, style, age, and what is answered: question → fields.
PEOPLE: list[tuple[str, str, str, dict[str, dict[str, Any]]]] = [
    (
        *("en", "standard", "35-49"),
        {
            "area_relation": {"answer": ["study_work", "pass_through"]},
            "home_district": {"answer": "elsewhere"},
            "safe_day": {"answer": "fairly_safe"},
            "safe_dark": {"answer": "dk"},
            "unsafe_reasons": {"answer": ["dark", "traffic"]},
            "unsafe_most": {"answer": "dark"},
            "would_help": {"answer": ["lights"]},
            "safe_home": {"answer": "pns"},
            "say_more": {"answer": "More light on\nthe footpath. <b>"},
            "ethnic_group": {"answer": "mixed"},
            "ethnic_mixed": {"answer": "white_asian"},
            "communities": {"answer": ["polish"], "other": "Allotment people"},
        },
    ),
    (
        *("ar", "standard", "13-15"),
        {
            "area_relation": {"answer": ["live"]},
            "safe_school": {"answer": "neither"},
            "unsafe_reasons": {"answer": ["followed"]},
            "good_things_to_do": {"answer": "agree"},
        },
    ),
    (
        *("en", "easy_read", "18-24"),
        {
            "area_relation": {"answer": ["live"]},
            "safe_day": {"answer": "between"},
            "safe_dark": {"answer": "unsafe"},
            "unsafe_reasons": {"answer": ["threats", "dark"]},
            "trusted_person": {"answer": "yes"},
        },
    ),
]


@pytest.mark.parametrize(("language", "style", "age_band", "given"), PEOPLE)
def test_answers_are_those_that_the_pages_without_a_script_store(
    browser: Browser,
    app: Flask,
    address: str,
    instance: Instance,
    language: str,
    style: str,
    age_band: str,
    given: dict[str, dict[str, Any]],
) -> None:
    headings = without_a_script(app, language, style, age_band, given)
    (expected,) = stored(instance)
    with someone(browser, address) as person:
        person.starts(language, style).agrees(age_band)
        person.answers(district=DISTRICT).answers(area=WARD)
        seen = []
        by_heading = {heading: given[name] for name, heading in headings.items() if name in given}
        while not person.is_at_check:
            seen.append(person.heading)
            fields = by_heading.pop(person.heading, None)
            person.skips() if fields is None else person.answers(**fields)
        assert by_heading == {}
        assert seen == list(headings.values())
        until_sent(person.sends())
    assert stored(instance) == [expected, expected]


def without_a_script(
    app: Flask, language: str, style: str, age_band: str, given: dict[str, dict[str, Any]]
) -> dict[str, str]:
    """Answer page by page; returns the headings of the questions asked, but for the area's."""
    person = Respondent(by_client(app.test_client())).starts(language, style).agrees(age_band)
    person.presses("next", district=DISTRICT).presses("next", area=WARD)
    names = {number_of(LIBRARY, question.id): question.id for question in LIBRARY.questions}
    headings = {}
    while not person.is_at_check:
        name = names[int(person.address.rsplit("/", 1)[1])]
        headings[name] = person.heading
        person.presses("next", **given[name]) if name in given else person.skips()
    person.sends()
    return headings
