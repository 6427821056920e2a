"""What somebody reaches, by request: every role at every staff page, at things inside and outside their limits."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from builders import an_instance
from engage.app import create_app
from engage.staff.scope_guard import ABOUT_NOTHING, FINDERS
from engage.storage import audit
from engage.storage.instance import Instance
from reached import ELSEWHERE, FAR_WARD, HERE, fill, limit
from staff.test_access import ALLOWED, KEYERS, VALUES
from staffing import ROLES, csrf_token, signed_in

#: Arguments that lead to one thing, with how its address looks where there is no such thing.
THINGS = frozenset({*FINDERS, "reference", "job"}) - {"tag", "area", "survey", "slug"}
#: Views whose thing answers 404 although it is reached: as made here it is not scanned, or an empty form names nothing.
NOTHING_TO_SHOW = {
    *("staff.review_scan", "staff.decide_scan", "staff.store_scan", "staff.undo_scan", "staff.put_scan_back"),
    *("staff.spoil_scan", "staff.scan_picture", "staff.second_reading", "staff.take_second_reading"),
    *("staff.compare_readings", "staff.settle_readings", "staff.worry_about_scan", "staff.settle_text"),
    *("staff.job", "staff.job_file", "staff.read_text", "staff.text_to_translate"),
    *("staff.report", "staff.report_as_file"),
}
#: Views that name an area, or a survey, for somebody else, or as what somebody answered.
FREE = {"staff.form", "staff.enter", "staff.decide_scan", "staff.take_second_reading", "staff.settle_readings"}
#: What no two pages have alike: the token of a form, and where in the menu they stand.
_DIFFERS = re.compile(r' (?:value="[^"]+"|aria-current="page"|open)(?=[ >])|<nav class="beside".*?</nav>\s*', re.DOTALL)
#: Limited to no area by itself: an admin reaches everything.
LIMITED = tuple(role for role in ROLES if role != "admin")


@dataclass(frozen=True)
class Town:
    """An application with everything in it twice, and a person of every role signed in."""

    app: Flask
    inside: dict[str, Any]
    outside: dict[str, Any]
    people: dict[str, FlaskClient]

    @property
    def instance(self) -> Instance:
        instance: Instance = self.app.extensions["engage"]
        return instance

    def routes(self, role: str) -> Iterator[tuple[Rule, str]]:
        """Yield the rules and methods that a role may use, those that end something last."""
        rules = [rule for rule in self.app.url_map.iter_rules() if rule.endpoint.startswith("staff.")]
        found = [(rule, method) for rule in rules for method in ("GET", "POST") if method in (rule.methods or ())]
        found = [(rule, method) for rule, method in found if role in ALLOWED[rule.endpoint, method]]
        return iter(
            sorted(found, key=lambda one: (one[1], bool(re.search("sign_out|end_|remove|drop", one[0].endpoint))))
        )

    def address(self, rule: Rule, values: dict[str, Any], method: str = "GET") -> str:
        given = {name: values.get(name, VALUES.get(name, uuid4())) for name in rule.arguments}
        if "copy_id" in given and "question_id" in given:
            given["question_id"] = "safe_day"
        with self.app.test_request_context():
            return self.app.url_map.bind("localhost").build(rule.endpoint, given, method=method)


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    instance = an_instance(tmp_path_factory.mktemp("reach"), surveyed=True)
    app = create_app(instance)
    inside, outside = fill(instance)
    people = {role: signed_in(app, role) for role in ROLES}
    for role in LIMITED:
        limit(instance, role)
    yield Town(app, inside, outside, people)
    instance.database.close()


def ask(client: FlaskClient, address: str, method: str, token: str, **fields: str) -> tuple[int, str]:
    """Ask for a page, or send its form; returns the status and what it says, without what differs each time."""
    data = {"csrf_token": token, **fields} if method == "POST" else None
    query = fields if method == "GET" else None
    answer = client.open(address, method=method, data=data, query_string=query)
    said = _DIFFERS.sub("", answer.get_data(as_text=True)) if answer.status_code == 404 else ""
    answer.close()
    return answer.status_code, said


def nowhere(client: FlaskClient) -> str:
    return ask(client, "/staff/there-is-no-such-page", "GET", "")[1]


def test_every_argument_of_an_address_is_judged_or_said_to_name_nothing(town: Town) -> None:
    rules = [rule for rule in town.app.url_map.iter_rules() if rule.endpoint.startswith("staff.")]
    named = {name for rule in rules for name in rule.arguments}
    assert named <= FINDERS.keys() | ABOUT_NOTHING
    assert THINGS & named <= town.inside.keys() and town.inside.keys() == town.outside.keys()


@pytest.mark.parametrize("role", LIMITED)
def test_what_lies_outside_is_as_if_it_were_not_there(town: Town, role: str) -> None:
    client = town.people[role]
    token, unknown = csrf_token(client), nowhere(client)
    with town.instance.database.reading() as session:
        before = audit.head_of(session)
    seen = 0
    for rule, method in town.routes(role):
        about = {name for name in rule.arguments if name in THINGS or name in {"slug", "survey"}}
        is_language = role == "translator" and "tag" in rule.arguments
        is_for_everybody = rule.endpoint == "staff.form" and role not in KEYERS
        if is_for_everybody or not (about or is_language):
            continue
        address = town.address(rule, town.outside, method)
        assert ask(client, address, method, token) == (404, unknown), (method, address)
        seen += 1
    assert seen > 0 or role == "partner"
    with town.instance.database.reading() as session:
        assert audit.head_of(session) == before


def test_a_serial_outside_is_answered_as_one_that_was_never_printed(town: Town) -> None:
    ambassador = town.people["ambassador"]
    asked = {"never": VALUES["serial"], "outside": town.outside["serial"], "inside": town.inside["serial"]}
    told = {name: ask(ambassador, "/staff/entry", "GET", "", serial=serial) for name, serial in asked.items()}
    assert told["outside"] == told["never"] and told["never"][0] == 404
    assert told["inside"][0] == 303


@pytest.mark.parametrize("role", LIMITED)
def test_an_area_or_survey_outside_cannot_be_named_in_an_address_or_a_form(town: Town, role: str) -> None:
    client = town.people[role]
    token, unknown = csrf_token(client), nowhere(client)
    for rule, method in town.routes(role):
        if rule.endpoint in {"staff.static", "staff.sign_out"} | FREE or rule.endpoint.startswith("staff.sign_in"):
            continue
        address = town.address(rule, town.inside, method)
        is_file = rule.endpoint in ("staff.send_scans", "staff.take_sheet")
        for fields in ({"area": FAR_WARD}, {"survey": "other"}):
            if not is_file:
                assert ask(client, address, method, token, **fields) == (404, unknown), (method, address, fields)


@pytest.mark.parametrize("role", LIMITED)
def test_what_lies_inside_is_there_and_no_list_tells_of_what_lies_outside(town: Town, role: str) -> None:
    client = town.people[role]
    token, unknown = csrf_token(client), nowhere(client)
    shown = ""
    for rule, method in town.routes(role):
        if method == "GET" and not rule.arguments:
            page = client.get(rule.rule)
            assert page.status_code < 500, rule.rule
            shown += page.get_data(as_text=True) if (page.mimetype or "").startswith("text/") else ""
            page.close()
    outside = [str(value) for name, value in town.outside.items() if name in THINGS and isinstance(value, UUID)]
    for told in (ELSEWHERE, FAR_WARD, town.outside["serial"], town.outside["item_hash"], *outside):
        assert told not in shown, (told, role)
    if role in ("coordinator", "analyst"):
        assert HERE in shown and town.inside["item_hash"] in shown
    for rule, method in town.routes(role):
        is_shown = rule.endpoint not in NOTHING_TO_SHOW and "copy_id" not in rule.arguments
        if method == "GET" and rule.arguments & THINGS and is_shown:
            status, said = ask(client, town.address(rule, town.inside), method, token)
            assert status < 500 and (status, said) != (404, unknown), rule.rule
