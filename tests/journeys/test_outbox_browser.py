"""What a device seals arrives, once, whatever the network and the clock do meanwhile: the script in real Chromium."""

import json
from typing import Any

import pytest
from playwright.sync_api import Browser

from builders import a_submission
from device import Place, a_phone, a_tab, finish, finish_quietly, ids, settle, until, waiting


def test_finished_answers_are_sent_at_once_and_nothing_stays(browser: Browser, place: Place) -> None:
    document = a_submission()
    with a_phone(browser, place) as phone:
        page = a_tab(phone)
        finish(page, place, document)
        settle(page)
        assert waiting(page) == []
    assert ids(document) <= place.stored().keys()


def test_without_a_network_what_waits_shows_nothing_of_the_answers(browser: Browser, place: Place) -> None:
    document = a_submission({"say_more": "the lane behind the chip shop"})
    with a_phone(browser, place) as phone:
        page = a_tab(phone)
        finish_quietly(page, place, document)
        (record,) = waiting(page)
        assert set(record) == {"id", "sealed", "token", "tries", "alone", "next", "stuck", "effort"}
        kept = json.dumps(record)
        assert not [word for word in ("lane", "safe", document["response_id"], "local") if word in kept]
        assert phone.storage_state()["origins"] == []
        settle(page)
        assert waiting(page) == []
    assert ids(document) <= place.stored().keys()


@pytest.mark.parametrize("status", [500, 502, 429, (429, ("Retry-After", "1")), (503, ("Retry-After", "1")), 413, 422])
def test_a_server_that_refuses_for_a_while_gets_everything_once(browser: Browser, place: Place, status: Any) -> None:
    documents = [a_submission() for _ in range(5)]
    with a_phone(browser, place) as phone:
        page = a_tab(phone)
        place.sky.weather = lambda _: status
        for document in documents:
            finish(page, place, document)
        settle(page, 2)
        assert len(waiting(page)) == 5
        assert not ids(*documents) & place.stored().keys()
        place.sky.weather = lambda _: None
        page.wait_for_timeout(1_100 if isinstance(status, tuple) else 5_100 if status == 429 else 0)
        settle(page)
        assert waiting(page) == []
    assert ids(*documents) <= place.stored().keys()
    assert not set(place.held()) & ids(*documents)


def test_a_server_that_asks_to_be_left_alone_is(browser: Browser, place: Place) -> None:
    with a_phone(browser, place) as phone:
        page = a_tab(phone)
        place.sky.weather = lambda _: (429, ("Retry-After", "3600"))
        finish(page, place, a_submission())
        settle(page, 5)
        assert len(place.sky.came) == 1
        (record,) = waiting(page)
        assert 3_500_000 < record["next"] - page.evaluate("Date.now()") <= 3_600_000


@pytest.mark.parametrize(
    ("said", "least", "most"),
    [("7", 7, 7), ("86400", 3600, 3600), ("soon", 5, 5), ("", 5, 5), ("Sat, 21 Nov 2026 10:00:09 GMT", 9, 9)],
)
def test_how_long_to_wait_is_read_from_the_answer(
    browser: Browser, place: Place, said: str, least: int, most: int
) -> None:
    read = """([said]) => device.restOf(new Response("", { status: 429,
      headers: { "Retry-After": said, "Date": "Sat, 21 Nov 2026 10:00:00 GMT" } }))"""
    with a_phone(browser, place) as phone:
        assert least * 1000 <= a_tab(phone).evaluate(read, [said]) <= most * 1000


def test_an_answer_that_breaks_off_in_the_middle_loses_and_doubles_nothing(browser: Browser, place: Place) -> None:
    documents = [a_submission() for _ in range(30)]
    with a_phone(browser, place) as phone:
        page = a_tab(phone)
        finish_quietly(page, place, *documents)
        place.sky.weather = lambda _: "cut"
        settle(page)
        assert len(waiting(page)) == 30
        place.sky.weather = lambda _: None
        settle(page)
        assert waiting(page) == []
    assert ids(*documents) <= place.stored().keys()
    assert not set(place.held()) & ids(*documents)


def test_every_second_answer_of_the_server_lost_still_brings_everything_once(browser: Browser, place: Place) -> None:
    documents = [a_submission() for _ in range(60)]
    with a_phone(browser, place) as phone:
        page = a_tab(phone)
        finish_quietly(page, place, *documents)
        place.sky.weather = lambda _: ("cut", None, 500)[len(place.sky.came) % 3]
        for _ in range(20):
            settle(page)
            if not waiting(page):
                break
        assert waiting(page) == []
    assert ids(*documents) <= place.stored().keys()
    assert not set(place.held()) & ids(*documents)


def test_what_answers_in_the_server_s_place_takes_nothing(browser: Browser, place: Place) -> None:
    with a_phone(browser, place) as phone:
        page = a_tab(phone)
        page.route("**/api/v1/**", lambda route: route.fulfill(status=200, content_type="text/html", body="Sign in"))
        finish(page, place, a_submission())
        settle(page)
        (record,) = waiting(page)
        assert (record["alone"], record["stuck"]) == (0, False)


def test_one_stuck_answer_never_blocks_the_others(browser: Browser, place: Place) -> None:
    documents = [a_submission() for _ in range(45)]
    with a_phone(browser, place) as phone:
        page = a_tab(phone)
        finish_quietly(page, place, *documents)
        bad = {waiting(page)[at]["id"] for at in (0, 1, 17)}
        place.sky.weather = lambda bundles: 500 if bad & {bundle["id"] for bundle in bundles} else None
        settle(page, 3)
        assert {record["id"] for record in waiting(page)} == bad
        place.sky.came.clear()
        late = a_submission()
        finish(page, place, late)
        page.evaluate("device.sendWaiting()")
        assert len(place.sky.came[0]) == 1
        assert {record["id"] for record in waiting(page)} == bad
        told: list[dict[str, Any]] = page.evaluate("new Promise((told) => device.onWaiting(told)).then((now) => [now])")
        assert (told[0]["waiting"], told[0]["stuck"]) == (3, 3)
        place.sky.weather = lambda _: None
        settle(page)
        assert waiting(page) == []
    assert ids(*documents, late) <= place.stored().keys()


def test_what_the_server_cannot_read_stays_and_is_said_to_be_stuck(browser: Browser, place: Place) -> None:
    unknown = {**place.plan, "sealing": {**place.plan["sealing"], "id": "0" * 16}}
    with a_phone(browser, place) as phone:
        page = a_tab(phone)
        keep = "([plan, submission]) => device.keepAnswers(plan, submission)"
        page.evaluate(keep, [unknown, a_submission()])
        finish(page, place, a_submission())
        settle(page)
        (record,) = waiting(page)
        assert (record["stuck"], record["sealed"]["key"]) == (True, "0" * 16)


def test_held_conflicting_and_refused_answers_leave_the_device(browser: Browser, place: Place) -> None:
    first = a_submission()
    documents = [
        first,
        first | {"answers": {"safe_day": "very_unsafe"}},
        a_submission({"safe_day": "no such answer"}),
        a_submission(age_band="under-13"),
    ]
    with a_phone(browser, place) as phone:
        page = a_tab(phone)
        finish_quietly(page, place, *documents)
        settle(page)
        assert waiting(page) == []
    assert ids(first) <= place.stored().keys()
    assert ids(first, documents[2]) <= set(place.held())


@pytest.mark.parametrize("days", [2, -2, 400, -400])
def test_a_clock_that_jumps_puts_nothing_off_for_days(browser: Browser, place: Place, days: int) -> None:
    document = a_submission()
    clock = "const now = Date.now; let jump = 0; Date.now = () => now() + jump; window.jump = (by) => { jump = by; };"
    with a_phone(browser, place, clock) as phone:
        page = a_tab(phone)
        finish_quietly(page, place, document)
        (record,) = waiting(page)
        assert not page.evaluate("(record) => device.isDue(record)", record)
        page.evaluate("jump", days * 86_400_000)
        assert page.evaluate("(record) => device.isDue(record)", record)
        page.evaluate("device.sendWaiting()")
        assert waiting(page) == []
    assert ids(document) <= place.stored().keys()


def test_waits_grow_differ_and_end_at_an_hour(browser: Browser, place: Place) -> None:
    with a_phone(browser, place) as phone:
        page = a_tab(phone)
        finish_quietly(page, place, *(a_submission() for _ in range(8)))
        page.context.set_offline(True)
        waits = []
        for _ in range(14):
            settle(page)
            now = page.evaluate("Date.now()")
            waits.append(sorted(record["next"] - now for record in waiting(page)))
        assert waits[0][0] > 5_000
        assert waits[3][0] > 2 * waits[0][0]
        assert 1_700_000 < waits[-1][0] <= waits[-1][-1] <= 3_600_000
        assert len({round(wait) for wait in waits[-1]}) > 1


def test_two_tabs_that_finish_at_once_are_two_responses_each_sent_once(browser: Browser, place: Place) -> None:
    first, second = a_submission(), a_submission()
    with a_phone(browser, place) as phone:
        one, other = a_tab(phone), a_tab(phone)
        for page, document in ((one, first), (other, second)):
            page.evaluate("([plan, submission]) => { device.keepAnswers(plan, submission); }", [place.plan, document])
        settle(one)
        settle(other)
        settle(one)
        assert waiting(one) == waiting(other) == []
    assert ids(first, second) <= place.stored().keys()
    sent = [bundle for request in place.sky.came for bundle in request]
    assert len(sent) == len(set(sent)) == 2


def test_ten_tabs_send_three_hundred_answers_once_each(browser: Browser, place: Place) -> None:
    documents = [a_submission() for _ in range(300)]
    keep = "([plan, some]) => Promise.all(some.map((submission) => device.keepAnswers(plan, submission)))"
    with a_phone(browser, place) as phone:
        tabs = [a_tab(phone) for _ in range(10)]
        phone.set_offline(True)
        tabs[0].evaluate(keep, [place.plan, documents])
        settle(tabs[0])
        phone.set_offline(False)
        for tab in tabs:
            tab.evaluate("() => { device.sendWaiting(true); }")
        for tab in tabs:
            settle(tab)
        assert waiting(tabs[3]) == []
    assert ids(*documents) <= place.stored().keys()
    sent = [bundle for request in place.sky.came for bundle in request]
    assert len(sent) == len(set(sent)) == 300
    assert len(place.sky.came) == 15


def test_a_tab_hears_what_another_one_sends(browser: Browser, place: Place) -> None:
    with a_phone(browser, place) as phone:
        one, other = a_tab(phone), a_tab(phone)
        finish_quietly(one, place, a_submission())
        other.evaluate("() => { device.startSending(); window.told = []; device.onWaiting((now) => told.push(now)); }")
        until(other, "told.length && told[told.length - 1].waiting === 0")


def test_coming_back_online_sends_without_being_asked(browser: Browser, place: Place) -> None:
    document = a_submission()
    with a_phone(browser, place) as phone:
        page = a_tab(phone)
        page.evaluate("device.startSending()")
        page.context.set_offline(True)
        finish(page, place, document)
        page.evaluate("device.sendWaiting()")
        assert len(waiting(page)) == 1
        page.context.set_offline(False)
        until(page, "device.allIn('outbox').then((records) => !records.length)")
    assert ids(document) <= place.stored().keys()


def test_a_page_left_open_tries_again_by_itself(browser: Browser, place: Place) -> None:
    document = a_submission()
    with a_phone(browser, place) as phone:
        page = a_tab(phone)
        place.sky.weather = lambda _: 500
        finish(page, place, document)
        page.evaluate("device.sendWaiting()")
        place.sky.weather = lambda _: None
        until(page, "device.allIn('outbox').then((records) => !records.length)")
    assert ids(document) <= place.stored().keys()


def test_a_rescue_file_holds_every_bundle_and_no_answer(browser: Browser, place: Place) -> None:
    documents = [a_submission({"say_more": "the lane"}) for _ in range(3)]
    with a_phone(browser, place) as phone:
        page = a_tab(phone)
        finish_quietly(page, place, *documents)
        with page.expect_download() as downloading:
            page.evaluate("device.saveRescueFile()")
        download = downloading.value
        text = download.path().read_text(encoding="utf-8")
        assert (json.loads(text)["format"], len(json.loads(text)["sealed"])) == ("engage-rescue/1", 3)
        assert "lane" not in text
        assert "safe" not in download.suggested_filename
        assert len(waiting(page)) == 3


def test_a_browser_that_can_keep_nothing_says_so_or_sends_at_once(browser: Browser, place: Place) -> None:
    document, lost = a_submission(), a_submission()
    closed = "indexedDB.open = () => { throw new DOMException('closed', 'InvalidStateError'); };"
    keep = "([plan, submission]) => device.keepAnswers(plan, submission).then(() => 'done', () => 'not done')"
    with a_phone(browser, place, closed) as phone:
        page = a_tab(phone)
        assert page.evaluate(keep, [place.plan, document]) == "done"
        phone.set_offline(True)
        assert page.evaluate(keep, [place.plan, lost]) == "not done"
    assert ids(document) <= place.stored().keys()


def test_keeping_for_good_is_asked_for_once_something_waits_and_the_truth_is_told(
    browser: Browser, place: Place
) -> None:
    stand_in = """let asked = 0; window.asked = () => asked;
      navigator.storage.persist = async () => { asked += 1; return false; };"""
    with a_phone(browser, place, stand_in) as phone:
        page = a_tab(phone)
        finish(page, place, a_submission())
        settle(page)
        assert page.evaluate("asked()") == 0
        finish_quietly(page, place, a_submission())
        until(page, "asked() === 1")
        told = page.evaluate("new Promise((told) => device.onWaiting(told))")
        assert told == {"waiting": 1, "stuck": 0, "persisted": False}


def test_a_browser_without_locks_sends_from_two_tabs_and_nothing_is_doubled(browser: Browser, place: Place) -> None:
    documents = [a_submission() for _ in range(30)]
    older = "Object.defineProperty(navigator, 'locks', { value: undefined }); delete self.BroadcastChannel;"
    with a_phone(browser, place, older) as phone:
        one, other = a_tab(phone), a_tab(phone)
        finish_quietly(one, place, *documents)
        for page in (one, other):
            page.evaluate("() => { device.sendWaiting(true); }")
        settle(one, 2)
        settle(other, 2)
        assert waiting(one) == []
    assert ids(*documents) <= place.stored().keys()
    assert not set(place.held()) & ids(*documents)


def test_a_browser_killed_while_it_sends_goes_on_where_it_was(browser: Browser, place: Place) -> None:
    documents = [a_submission() for _ in range(120)]
    with a_phone(browser, place) as phone:
        page = a_tab(phone)
        finish_quietly(page, place, *documents)
        page.evaluate("() => { device.sendWaiting(true); }")
        until(page, "device.allIn('outbox').then((records) => records.length < 100)")
        page.close()
        page = a_tab(phone)
        settle(page)
        until(page, "device.sendWaiting(true).then(() => device.allIn('outbox')).then((records) => !records.length)")
    assert ids(*documents) <= place.stored().keys()
    assert not set(place.held()) & ids(*documents)
