"""Somebody stuffs the survey about one ward: a person sees it, decides, and nobody honest loses an answer."""

import hashlib
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Browser

from builders import NOW, WAVE, a_door, a_submission, an_instance
from channels.web.scripted import someone
from device import Place
from engage.app import create_app
from engage.collection.copies import look_for_copies
from engage.collection.receive import Door, receive_submissions
from engage.collection.rushes import look_for_rushes
from engage.collection.undoing import UNDO_LIFE, CannotBeUndone, settle_decisions, undo
from engage.response.effort import HEADER, effort_of_pages, is_worked
from engage.storage import responses, review
from staffing import post, signed_in

ROOT = Path(__file__).parents[2]


class Town:
    """An instance on a clock that goes on by a minute with each round."""

    def __init__(self, folder: Path) -> None:
        self.now = NOW
        self.instance = an_instance(folder, now=lambda: self.now, surveyed=True)
        self.app = create_app(self.instance)
        self.client = self.app.test_client()
        self.goes_round()

    def goes_round(self) -> int:
        """Look for rushes and copies, as the process does each minute."""
        self.now += timedelta(minutes=1)
        found = look_for_rushes(self.instance)
        look_for_copies(self.instance)
        return found

    def stuffs(self, how_many: int, **fields: Any) -> None:
        """Post answers as a script does, some hundred at once."""
        sent = [_an_answer(number, **fields) for number in range(how_many)]
        for at in range(0, how_many, 100):
            reply = self.client.post("/api/v1/submissions", json={"submissions": sent[at : at + 100]})
            assert {result["status"] for result in reply.get_json()["results"]} == {"stored"}

    def answers_honestly(self, how_many: int, channel: str = "web") -> None:
        """Take in answers of people whose pages took their time, or that somebody known brings in."""
        sent = [_an_answer(number, channel=channel) for number in range(how_many)]
        door = a_door(self.instance)
        if channel == "web":
            slowly = {UUID(one["response_id"]): "slowly" for one in sent}
            door = Door(self.instance.settings.keys, self.now, "web", frozenset({"web"}), efforts=slowly)
        with self.instance.database.writing() as session:
            assert {outcome.status for outcome in receive_submissions(session, door, sent)} == {"stored"}

    @property
    def counted(self) -> int:
        """Return how many answers count in the wave."""
        with self.instance.database.reading() as session:
            return sum(1 for _ in responses.of_wave(session, "feeling-safe", WAVE))

    @property
    def rushes(self) -> list[review.ReviewItem]:
        """Return the rushes that wait."""
        with self.instance.database.reading() as session:
            return [item for item in review.waiting(session) if item.kind == "rush"]


def _an_answer(number: int, **fields: Any) -> dict[str, Any]:
    says = ["very_safe", "fairly_safe", "neither", "very_unsafe"][number % 4]
    return a_submission({"safe_day": says}, **{"age_band": ["18-24", "25-34"][number // 4 % 2], **fields})


@pytest.fixture
def town(tmp_path: Path) -> Town:
    return Town(tmp_path)


def test_a_rush_is_one_item_that_a_person_sets_aside_and_takes_back(town: Town) -> None:
    town.answers_honestly(36)
    town.stuffs(200)
    for _ in range(4):
        _answers_with_effort(town)
    assert town.goes_round() == 1
    town.stuffs(100)
    assert town.goes_round() == 0, "the same rush goes on"
    assert town.counted == 340, "nothing is left out by itself"
    (rush,) = town.rushes
    staff = signed_in(town.app, "admin")
    page = staff.get(f"/staff/review/{rush.item_hash}").text
    assert "300 answers since 09:52 on 21 November" in page
    assert "Clifton East" in page
    assert "40 other answers about this place" in page
    _decide(staff, rush.item_hash, "set_aside_rush")
    assert (town.counted, town.goes_round(), town.rushes) == (40, 0, [])
    assert staff.get("/staff/review").text.count("<strong>Set these answers aside") == 1, (
        "one decision, not three hundred"
    )
    assert _undo(staff, rush.item_hash) == 303
    assert town.counted == 340
    assert town.goes_round() == 0
    assert [item.item_hash for item in town.rushes] == [rush.item_hash]
    _decide(staff, rush.item_hash, "set_aside_rush")
    town.now += UNDO_LIFE + timedelta(minutes=1)
    with town.instance.database.writing() as session:
        settle_decisions(session, town.instance.settings.keys, town.now)
        assert list(review.all_ids(session)) == [rush.response_id]
        with pytest.raises(CannotBeUndone):
            undo(session, town.instance.settings.keys, rush.item_hash, "somebody", town.now)
    assert town.counted == 40


def test_answers_that_are_counted_after_all_are_not_asked_about_again(town: Town) -> None:
    town.stuffs(60)
    assert town.goes_round() == 1
    _decide(signed_in(town.app, "admin"), town.rushes[0].item_hash, "count_rush")
    assert (town.counted, town.goes_round()) == (60, 0)
    town.stuffs(50)
    assert town.goes_round() == 0, "no more than was found to be in order"
    town.stuffs(20)
    assert town.goes_round() == 1


def test_a_tablet_a_class_and_a_place_that_always_answers_much_are_no_rush(town: Town) -> None:
    town.answers_honestly(20, channel="outreach")
    town.answers_honestly(30)
    town.stuffs(19)
    assert town.goes_round() == 0
    for _ in range(3):
        town.now += timedelta(days=1)
        town.stuffs(40, area="E05012289")
    town.now += timedelta(days=1)
    town.goes_round()
    before = len(town.rushes)
    town.stuffs(39, area="E05012289")
    assert town.goes_round() == 0
    assert len(town.rushes) == before


def test_effort_is_bound_to_one_answer_and_never_asked_for(town: Town) -> None:
    one, other = uuid4(), uuid4()
    number = _found(one)
    assert is_worked(one, number)
    assert not is_worked(other, number)
    assert not any(is_worked(one, bad) for bad in ("", "x", "-1", "٣", "9" * 40))
    began = datetime(2026, 11, 21, 10, 0, tzinfo=NOW.tzinfo)
    assert effort_of_pages(began, began + timedelta(seconds=60), 20) == "slowly"
    assert effort_of_pages(began, began + timedelta(seconds=5), 2) == "none"
    assert town.client.post("/api/v1/submissions", json=a_submission()).status_code == 201


def test_the_page_finds_the_number_that_the_server_looks_for(browser: Browser) -> None:
    response_id = uuid4()
    source = (ROOT / "engage/channels/web/static/script/effort.js").read_text(encoding="utf-8")
    page = browser.new_page()
    found = page.evaluate(
        """async ([source, id]) => {
            const lookFor = new Function(source + "; return lookFor;")();
            const person = { response_id: id };
            lookFor(person, 0);
            while (!person.effort) await new Promise((resolve) => setTimeout(resolve, 50));
            return person.effort;
        }""",
        [source, str(response_id)],
    )
    page.close()
    assert is_worked(response_id, found)


def test_what_a_page_found_goes_beside_the_answers_of_the_person_who_answered(place: Place, browser: Browser) -> None:
    with someone(browser, place.address) as person:
        person.starts().agrees().skips_the_rest()
        person.page.wait_for_timeout(1500)
        with person.page.expect_request("**/api/v1/sealed") as sent:
            person.sends()
        person.page.wait_for_selector("[data-when=sent]:not([hidden])")
        number = sent.value.headers[HEADER.lower()]
    with place.instance.database.reading() as session:
        (stored,) = responses.of_wave(session, "feeling-safe", WAVE)
    assert stored.effort == ("worked" if number else "none")
    assert not number or is_worked(stored.response_id, number)


def _answers_with_effort(town: Town) -> None:
    answer = _an_answer(0)
    headers = {HEADER: _found(UUID(str(answer["response_id"])))}
    assert town.client.post("/api/v1/submissions", json=answer, headers=headers).status_code == 201


def _found(response_id: UUID) -> str:
    """Return a number as the page's script looks for it."""
    front = hashlib.sha256(f"{response_id} ".encode())
    for number in map(str, count()):
        tried = front.copy()
        tried.update(number.encode())
        if tried.digest()[:2] == b"\0\0":
            return number
    raise AssertionError


def _decide(staff: FlaskClient, item: str, decision: str) -> None:
    assert post(staff, f"/staff/review/{item}", {"decision": decision}).status_code == 303


def _undo(staff: FlaskClient, item: str) -> int:
    return post(staff, f"/staff/review/{item}/undo").status_code
