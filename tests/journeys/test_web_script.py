"""The survey answered in the page: in every language and style the same answers as without a script, and no trace."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.request import Request, urlopen

import pytest
from flask import Flask
from playwright.sync_api import Browser
from sqlalchemy import select

from axe import violations
from builders import DISTRICT, WARD, an_instance, with_survey
from channels.web.given import ANSWERS, MISTAKES
from channels.web.respondent import Respondent, by_client
from channels.web.scripted import PHONE, Scripted, someone
from channels.web.tiny import EVERY_TYPE, a_questionnaire, number_of
from engage.app import create_app
from engage.questionnaire.library import read_library_survey
from engage.storage import areas
from engage.storage.instance import Instance
from engage.storage.responses import ResponseRow
from services import a_web_server

LIBRARY = read_library_survey("feeling-safe")
TINY = a_questionnaire()
#: Where "leave this page" goes here: a page of this server that is no page of the survey.
ELSEWHERE = "/healthz"


@pytest.fixture(scope="module")
def instance(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    opened = an_instance(tmp_path_factory.mktemp("instance"), surveyed=True)
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
    with a_web_server(app) as port:
        yield f"http://127.0.0.1:{port}"


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


@pytest.mark.parametrize("turn", range(4))
def test_every_type_of_question_keeps_what_the_pages_without_a_script_keep(
    browser: Browser, address: str, instance: Instance, turn: int
) -> None:
    given = nth_of_each(turn)
    with someone(browser, address, "tiny") as person:
        person.starts().agrees()
        for question_id, (fields, _) in given.items():
            person.skips_to(heading_of(question_id)).answers(**fields).travels("back")
            assert stands_there_again(person, fields), question_id
            person.goes_on()
        until_sent(person.skips_the_rest().sends())
    (kept,) = stored(instance)
    assert kept["answers"] == {question_id: answer for question_id, (_, answer) in given.items()}


def nth_of_each(turn: int) -> dict[str, tuple[dict[str, Any], Any]]:
    """Return, of what is given to each question of the tiny survey, the first, the second and so on."""
    counts: Counter[str] = Counter()
    found = {}
    for question_id, fields, kept in ANSWERS:
        if counts[question_id] == turn:
            found[question_id] = (fields, kept)
        counts[question_id] += 1
    return found


def heading_of(question_id: str) -> str:
    (text,) = (question["text"] for question in EVERY_TYPE if question["id"] == question_id)
    return str(text).partition("{")[0]


def stands_there_again(person: Scripted, fields: dict[str, Any]) -> bool:
    """Say whether ticks and typed words are in the page again, as far as they were kept as they were typed."""
    ticked, page = person.ticked, person.page
    for name, value in fields.items():
        if page.locator(f'#main [name="{name}"]').first.get_attribute("type") in ("radio", "checkbox"):
            assert set(value if isinstance(value, list) else [value]) == set(ticked)
        else:
            again = page.locator(f'#main [name="{name}"]').input_value()
            assert str(again).split() == value.split() or float(again.replace(",", ".")) == float(
                value.replace(",", ".")
            )
    return True


def test_what_cannot_be_taken_is_said_in_the_same_words_and_nothing_typed_is_lost(
    browser: Browser, address: str
) -> None:
    typed = [
        entry for entry in MISTAKES if entry[0] in ("count", "short", "day", "communities") and "\x00" not in str(entry)
    ]
    ticked = [("several", {"answer": ["a", "b", "c"]}, "Choose fewer answers.")]
    with someone(browser, address, "tiny") as person:
        person.starts().agrees().skips_the_rest()
        for question_id, fields, words in typed + ticked:
            person.presses(f"dl.check a[data-change={question_id}]")
            assert person.makes_a_mistake(**fields) == words
            assert person.page.evaluate("document.activeElement.className") == "problems"
            assert person.makes_a_mistake(**fields) == words
            assert person.page.title().startswith("There is a problem – Question")
            assert person.page.locator("#problem").inner_text() == words
            for name, value in fields.items():
                if name not in ("special", "answer") or question_id == "short":
                    assert person.page.locator(f'#main [name="{name}"]').first.input_value() == value
            first = person.page.get_attribute(".problems a", "href")
            person.page.click(".problems a")
            assert "#" + person.page.evaluate("document.activeElement.id") == first
            invalid = person.page.locator("[aria-invalid=true]")
            assert invalid.count() or question_id == "several"
            person.skips()


def test_an_answer_that_stands_alone_clears_the_others_and_they_clear_it(browser: Browser, address: str) -> None:
    with someone(browser, address, "tiny") as person:
        person.starts().agrees().skips_to("Several?")
        assert person.gives(answer=["a", "b"]).gives(answer="none").ticked == ["none"]
        assert person.gives(answer="c").ticked == ["c"]
        assert person.gives(answer="dk").ticked == ["dk"]
        assert person.gives(answer="other").ticked == ["other"]


def test_a_list_has_one_order_for_a_person_and_keeps_its_ends(browser: Browser, address: str) -> None:
    orders = set()
    with someone(browser, address, "tiny") as person:
        for _ in range(5):
            person.starts().agrees().skips_to("Several?")
            shown = tuple(person.ticks)
            assert (shown[0], shown[-2:]) == ("none", ("other", "dk"))
            assert sorted(shown[1:-2]) == list("abcdefgh")
            assert tuple(person.skips().goes_back().ticks) == shown
            orders.add(shown)
    assert len(orders) > 1


def test_which_matters_most_offers_what_was_ticked_and_goes_with_it(browser: Browser, address: str) -> None:
    with someone(browser, address, "tiny") as person:
        person.starts().agrees().skips_to("Several?").answers(answer=["b", "other"])
        assert (person.heading, person.ticks) == ("Which most?", ["b", "other"])
        person.answers(answer="b").goes_back().goes_back()
        person.page.uncheck("[value=other]")
        assert person.goes_on().heading == "How is it in this area?"


def test_under_16_no_community_in_own_words(browser: Browser, address: str) -> None:
    with someone(browser, address, "tiny") as person:
        for age_band, is_offered in (("13-15", False), (None, False), ("16-17", True)):
            person.starts().agrees(age_band).skips_to("Communities?")
            assert person.sees("#main input[name=other]") == is_offered


def test_a_place_is_found_by_its_postcode_or_chosen_from_lists(browser: Browser, address: str) -> None:
    with someone(browser, address, "tiny") as person:
        person.starts().agrees()
        assert (
            person.makes_a_mistake(postcode="ng1 1zz")
            == "We do not know this postcode. Check it, or choose from the list."
        )
        assert person.page.input_value("#postcode") == "ng1 1zz"
        assert person.makes_a_mistake(postcode="LE1 1AA") == "This place is not part of the survey."
        assert person.answers(postcode="ng1 1aa").heading == "What is Clifton East to you?"
        person.goes_back()
        assert (person.ticked, person.page.input_value("#postcode")) == ([DISTRICT], "")
        person.goes_on()
        assert person.ticked == [WARD]
        assert person.ticks[0] == DISTRICT
        assert person.goes_back().ticked == [DISTRICT]
        assert person.goes_on().answers(area=DISTRICT).heading == "What is Nottingham to you?"


def test_the_name_of_a_place_stands_apart_from_words_that_run_the_other_way(browser: Browser, address: str) -> None:
    with someone(browser, address) as person:
        person.starts("ar").agrees().answers(postcode="ng1 1aa")
        assert "\u2068Clifton East\u2069" in person.heading


def test_who_is_too_young_is_thanked_and_leaves_nothing(browser: Browser, address: str, instance: Instance) -> None:
    with someone(browser, address) as person:
        person.starts().agrees("under-13")
        assert person.heading == "Thank you for looking"
        assert person.sees('a[href="tel:08001111"]')
        assert person.travels("back").sees("form[data-start]")
        person.presses("form[data-start] button")
        assert person.ticked == []
    assert stored(instance) == []


def test_nobody_comes_in_by_a_way_around_the_first_page(browser: Browser, address: str) -> None:
    with someone(browser, address) as person:
        person.starts().gives(consent="yes", age_band="under-13").travels("back").presses(".carry-on a")
        assert person.ticked == ["yes", "under-13"]
        person.gives(age_band="25-34").goes_on().travels("back")
        person.gives(age_band="under-13").travels("forward").skips()
        assert person.skips_the_rest().page.locator("dl.check dd").first.inner_text() == "25 to 34"
        assert (
            person.presses("dl.check a[data-change='']").gives(age_band="under-13").goes_on().heading
            == "Thank you for looking"
        )


def test_without_agreeing_nobody_goes_on_and_what_was_given_stays(browser: Browser, address: str) -> None:
    with someone(browser, address) as person:
        person.starts()
        said = person.makes_a_mistake(age_band="16-17", assisted="friend")
        assert said.startswith("Please tick the box if you agree")
        assert person.ticked == ["16-17", "friend"]
        person.page.click(".problems a")
        assert person.page.evaluate("document.activeElement.id") == "consent"


def test_help_comes_up_after_an_answer_from_the_bad_end_and_is_always_there(browser: Browser, address: str) -> None:
    with someone(browser, address) as person:
        person.starts().agrees("16-17").skips_to("How safe do you feel at home?")
        assert person.sees("#main details.help")
        assert not person.answers(answer="neither").sees(".help.now")
        person.goes_back().answers(answer="very_unsafe")
        assert person.sees('#main .help.now a[href="tel:08001111"]')
        assert person.skips().sees("footer details.help")


def test_who_is_helped_is_not_asked_what_is_answered_alone(browser: Browser, address: str, instance: Instance) -> None:
    with someone(browser, address) as person:
        person.starts().agrees("18-24", "ambassador")
        seen = []
        while not person.is_at_check:
            seen.append(person.heading)
            assert "someone_known" not in person.ticks
            person.skips()
        assert not any(heading.startswith("How safe do you feel at home") for heading in seen)
        until_sent(person.sends())
    assert stored(instance)[0]["assisted"] == "ambassador"


def test_private_answers_are_not_shown_where_answers_are_checked(browser: Browser, address: str) -> None:
    with someone(browser, address) as person:
        person.starts().agrees().skips_to("What, if anything, makes you feel unsafe").answers(
            answer=["someone_known", "dark"]
        )
        person.answers(answer="someone_known").skips_to("How safe do you feel at home?").answers(answer="fairly_safe")
        person.skips_the_rest()
        assert "Someone I know" not in person.page.inner_text("#main")
        assert person.page.locator("dd", has_text="You answered this. It is not shown here.").count() == 3


def test_changing_an_answer_asks_what_is_newly_asked_and_then_checks(browser: Browser, address: str) -> None:
    with someone(browser, address) as person:
        person.starts().agrees().skips_the_rest()
        person.presses("dl.check a[data-change=ethnic_group]").answers(answer="black")
        assert "african" in person.ticks
        assert person.answers(answer="african").is_at_check
        person.presses("dl.check a[data-change='']").gives(age_band="13-15").goes_on()
        assert not person.is_at_check or "13 to 15" in person.page.inner_text("dl.check")


def test_the_browsers_own_buttons_go_through_the_pages_and_lose_nothing(browser: Browser, address: str) -> None:
    with someone(browser, address, "tiny") as person:
        person.starts().agrees().skips_to("One?")
        person.gives(answer="no").travels("back")
        assert person.heading == "Now about this area."
        assert person.travels("forward").ticked == ["no"]
        person.goes_on().skips_to("More?").gives(answer="Half a")
        assert person.travels("back").travels("forward").page.input_value("#main textarea") == "Half a"
        person.skips_to("Since when?").gives(day="31", month="2").travels("back")
        assert person.travels("forward").page.input_value("[name=day]") == "31"
        assert person.page.url == f"{address}/s/tiny?lang=en&style=standard"
        assert person.page.evaluate("Object.keys(history.state)") == ["step", "page"]


def test_the_start_page_offers_to_carry_on_and_never_mixes_two_people(browser: Browser, address: str) -> None:
    with someone(browser, address, "tiny") as person:
        person.starts().agrees().skips_to("One?").gives(answer="no")
        while not person.sees("form[data-start]"):
            person.travels("back")
        assert person.presses(".carry-on a").heading == "Several?"
        assert person.goes_back().ticked == ["no"]
        while not person.sees("form[data-start]"):
            person.travels("back")
        person.presses("form[data-start] button").agrees().skips_to("One?")
        assert person.ticked == []


@pytest.mark.parametrize("way", ["link", "keys"])
def test_leaving_goes_away_at_once_and_neither_back_nor_forward_finds_anything(
    browser: Browser, address: str, way: str
) -> None:
    with someone(browser, address) as person:
        page = person.page
        page.goto("/readyz")
        person.starts().agrees().skips().skips()
        leaves(person, way)
        assert page.url == f"{address}{ELSEWHERE}"
        page.go_forward()
        page.wait_for_load_state()
        assert "survey" not in page.content().lower()
        page.go_back()
        page.go_back()
        assert page.url.endswith("/readyz")
        assert not any(name.startswith("engage-pages") for name in page.evaluate("caches.keys()"))
        person.errors.clear()


def leaves(person: Scripted, way: str) -> None:
    with person.page.expect_navigation(url=f"**{ELSEWHERE}"):
        if way == "link":
            person.page.click("a.leave")
        else:
            for _ in range(3):
                person.page.keyboard.press("Shift")


def test_shift_with_other_keys_does_not_leave(browser: Browser, address: str) -> None:
    with someone(browser, address, "tiny") as person:
        person.starts().agrees().skips_to("In a word?")
        person.page.type("#main input", "ABC")
        for key in ("Shift", "Shift", "A", "Shift"):
            person.page.keyboard.press(key)
        person.page.wait_for_timeout(600)
        assert person.heading == "In a word?"


def test_leaving_deletes_answers_that_the_server_still_has(browser: Browser, app: Flask, address: str) -> None:
    with someone(browser, address) as person:
        page = person.page
        page.route("**/survey.js*", lambda route: route.abort())
        page.goto("/s/local")
        page.click("form[data-start] button")
        page.check("#consent")
        page.click("#main button[value=next]")
        page.wait_for_selector("#main button[value=skip]")
        there = page.url
        page.unroute("**/survey.js*")
        page.reload()
        leaves(person, "keys")
        assert page.goto(there).status == 410
        person.errors.clear()


def test_another_language_is_one_tap_away_and_back_at_the_same_question(browser: Browser, address: str) -> None:
    with someone(browser, address) as person:
        person.starts("ar").agrees().answers(postcode="ng1 1aa").skips_to(words_in("ar", "safe_day.text"))
        there = person.heading
        person.gives(answer="neither").presses("footer .swap a")
        assert person.page.get_attribute("html", "dir") == "ltr"
        assert "Clifton East" in person.heading
        assert person.ticked == ["neither"]
        person.presses("footer .swap a")
        assert (person.heading, person.ticked) == (there, ["neither"])
        assert person.page.get_attribute("html", "lang") == "ar"
        person.page.click("footer details.languages summary")
        assert person.presses("footer a[hreflang=pl]").page.get_attribute("html", "lang") == "pl"
        assert person.ticked == ["neither"]


def words_in(language: str, key: str) -> str:
    """Return the survey's words up to where the name of the place stands."""
    worded = LIBRARY.language(language)
    assert worded is not None
    return worded.wording[key].partition("{")[0]


def test_another_style_is_read_from_the_same_question_on(browser: Browser, address: str, instance: Instance) -> None:
    with someone(browser, address) as person:
        person.starts().agrees().skips_to("How safe do you feel outside")
        person.page.click("footer details.languages summary")
        person.presses("footer a[data-style=easy_read]")
        assert person.ticks[:3] == ["safe", "between", "unsafe"]
        assert person.page.locator("#main .choice .picture svg path").count() >= 3
        until_sent(person.answers(answer="safe").skips_the_rest().sends())
    assert stored(instance)[0]["style"] == "easy_read"
    assert stored(instance)[0]["answers"] == {"safe_day": "safe"}


def test_somebody_stops_and_carries_on_with_a_code(browser: Browser, address: str, instance: Instance) -> None:
    with someone(browser, address, "tiny") as person:
        page = person.page
        person.starts().agrees("18-24").answers(postcode="ng1 1aa").skips_to("One?").answers(answer="no")
        person.gives(answer=["b"]).presses("#main button[value=save]")
        code = page.inner_text(".receipt bdi")
        page.reload()
        assert "no" not in person.ticked
        person.presses("#have-code")
        page.fill("#code", "nothing")
        page.click("#main button[value=next]")
        assert page.locator(".problems a").inner_text().startswith("This code does not open anything")
        page.fill("#code", code.lower().replace("-", " "))
        person.goes_on()
        assert person.heading == "How is it in Clifton East?"
        assert person.goes_back().ticked == ["b"]
        until_sent(person.skips_the_rest().sends())
    (kept,) = stored(instance)
    assert (kept["answers"], kept["area"], kept["age_band"]) == ({"one": "no"}, WARD, "18-24")


def test_answers_given_without_a_network_wait_and_are_sent(browser: Browser, address: str, instance: Instance) -> None:
    with someone(browser, address, "tiny") as person:
        person.starts().agrees().skips_to("One?").answers(answer="yes")
        person.page.wait_for_function("navigator.serviceWorker.controller || navigator.serviceWorker.ready")
        person.page.context.set_offline(True)
        person.skips_the_rest().sends()
        assert person.page.locator(".waiting [role=status]").inner_text() == "1 answer is waiting to be sent"
        assert not person.page.is_visible("[data-when=sent]")
        assert stored(instance) == []
        assert person.page.is_visible(".waiting [data-do=send]")
        person.page.context.set_offline(False)
        until_sent(person)
        assert not person.sees(".waiting")
        person.errors.clear()
    assert [kept["answers"] for kept in stored(instance)] == [{"one": "yes"}]


def test_nothing_is_left_on_the_phone_after_finishing(browser: Browser, address: str) -> None:
    with someone(browser, address) as person:
        page = person.page
        person.starts().agrees().answers(postcode="ng1 1aa").skips_to("Would you like to say more?")
        until_sent(person.answers(answer="Under the old bridge").skips_the_rest().sends())
        page.wait_for_function("async () => (await caches.keys()).every((name) => !name.startsWith('engage-pages'))")
        assert page.evaluate("[localStorage.length, sessionStorage.length]") == [0, 0]
        assert page.evaluate("Object.keys(history.state)") == ["step", "page"]
        assert {cookie["name"] for cookie in page.context.cookies()} <= {"session"}
        assert person.travels("back").sees("form[data-start]")
        assert "bridge" not in page.content()
        assert person.presses("form[data-start] button").ticked == []


def test_keys_alone_lead_through_the_survey(browser: Browser, address: str, instance: Instance) -> None:
    with someone(browser, address, "tiny") as person:
        page = person.page
        page.goto("/s/tiny?lang=en")
        press_key_at(person, "form[data-start] button", "Enter")
        press_key_at(person, "#consent", "Space")
        press_key_at(person, "[id='age_band-under-13']", "ArrowDown", "ArrowDown", "ArrowDown")
        press_key_at(person, "#main button[value=next]", "Enter")
        assert page.evaluate("document.activeElement.tagName") == "H1"
        while person.heading != "One?":
            press_key_at(person, "#main button[value=skip], #main button[value=next]:only-of-type", "Enter")
        press_key_at(person, "#answer-yes", "Space")
        press_key_at(person, "#main button[value=next]", "Enter")
        while not person.is_at_check:
            press_key_at(person, "#main button[value=skip]", "Enter")
        press_key_at(person, "#main form button", "Enter")
        until_sent(person)
    assert stored(instance)[0]["answers"] == {"one": "yes"}
    assert stored(instance)[0]["age_band"] == "18-24"


def press_key_at(person: Scripted, selector: str, *keys: str) -> None:
    """Tab to an element and press keys there; where they bring another page, wait for it."""
    page = person.page
    for _ in range(120):
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            break
        page.keyboard.press("Tab")
    else:
        raise AssertionError(f"{selector} is out of reach of the keyboard")
    heading = page.query_selector("#main h1")
    for key in keys:
        page.keyboard.press(key)
    if keys == ("Enter",):
        page.wait_for_function("old => !old.isConnected && document.querySelector('#main h1')", arg=heading)


def test_where_answers_cannot_be_sealed_the_ordinary_pages_serve_and_say_so(browser: Browser, address: str) -> None:
    with someone(browser, address) as person:
        person.page.add_init_script("Object.defineProperty(window, 'isSecureContext', { value: false })")
        person.page.goto("/s/local?lang=en")
        assert person.page.is_visible("[data-unsealed]")
        person.page.click("form[data-start] button")
        person.page.wait_for_url("**/s/local/1?*")


def test_without_the_whole_survey_the_ordinary_pages_serve(browser: Browser, address: str) -> None:
    with someone(browser, address) as person:
        person.page.route("**/whole?*", lambda route: route.abort())
        person.page.goto("/s/local?lang=en")
        person.page.click("form[data-start] button")
        person.page.wait_for_url("**/s/local/1?*")
        person.errors.clear()


@pytest.mark.parametrize("language", ["en", "ar", "ti"])
@pytest.mark.parametrize("style", ["standard", "easy_read"])
def test_axe_finds_nothing_and_nothing_is_cut_off(browser: Browser, address: str, language: str, style: str) -> None:
    found = []
    with someone(browser, address, bypass_csp=True, reduced_motion="reduce", color_scheme="dark") as person:

        def look() -> None:
            assert person.page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], person.heading
            faults = violations(person.page)
            found.extend((person.heading, entry["id"], [node["html"] for node in entry["nodes"]]) for entry in faults)

        person.starts(language, style)
        look()
        person.page.click("#main button[value=next]")
        look()
        person.agrees("16-17")
        person.makes_a_mistake(postcode="NG1")
        look()
        person.gives(postcode="", district=DISTRICT).goes_on()
        look()
        person.answers(area=WARD)
        for _ in range(9):
            look()
            person.skips()
        person.skips_the_rest()
        look()
        person.sends()
        look()
    assert found == []


def test_until_the_first_question_is_there_little_goes_over_the_wire(browser: Browser, address: str) -> None:
    with someone(browser, address) as person:
        asked: list[str] = []
        person.page.on("request", lambda request: asked.append(request.url.removeprefix(address)))
        person.starts().agrees()
        assert person.heading == "Which area do you want to tell us about?"
        fetched_later = ("data:", "/survey-more", "/s/local/rest")
        needed = [path for path in dict.fromkeys(asked) if not path.startswith(fetched_later)]
        assert len(needed) == 4
        weights = {path: weight_of(address + path) for path in needed}
    assert sum(weights.values()) <= 30_000, weights
    assert weights[needed[0]] + weights[needed[1]] <= 20_000


def weight_of(url: str) -> int:
    """Return the bytes of a body as they go over the wire."""
    with urlopen(Request(url, headers={"Accept-Encoding": "gzip"})) as answer:
        assert answer.headers["Content-Encoding"] == "gzip"
        return len(answer.read())
