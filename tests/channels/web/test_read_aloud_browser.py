"""Reading aloud in a real browser: only when asked, only by a voice of that very language, and silent at once."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from channels.web.place import Place
from channels.web.respondent import Respondent, by_client
from engage.channels.web.scripts import joined
from engage.collection.clips import keep_clip
from engage.questionnaire.library import read_library_survey
from sounds import a_wav

#: Headless browsers have no voices: this one says what it was given, and when it fell silent.
VOICES = """
window.heard = [];
window.voices = [];
window.SpeechSynthesisUtterance = function (text) { this.text = text; };
const speech = {
  current: null,
  getVoices: () => window.voices.map(([lang, localService = true]) => ({ lang, localService, name: lang })),
  speak(words) {
    this.current = words;
    window.heard.push([words.text, words.lang, words.voice.lang]);
    if (!window.isSlow) setTimeout(() => this.finish(words), 5);
  },
  finish(words) {
    if (this.current !== words) return;
    this.current = null;
    words.onend();
  },
  cancel() {
    const words = this.current;
    this.current = null;
    if (words) { window.heard.push(["silence"]); words.onerror(); }
  },
};
Object.defineProperty(window, "speechSynthesis", { value: speech });
"""
SURVEY = read_library_survey("feeling-safe")


@contextmanager
def a_phone(browser: Browser, place: Place, number: int = 6, language: str = "en", **fields: Any) -> Iterator[Page]:
    """Open a phone with the page of a question as the server makes it, and the part of the script that reads it."""
    person = Respondent(by_client(place.app.test_client()))
    page_text = person.starts(language, fields.pop("style", "easy_read")).agrees("16-17").skips_to(number).text
    context = browser.new_context(base_url="http://survey.test", **fields)
    context.add_init_script(VOICES)
    context.route("**/*", lambda route: _answer(route, place, page_text))
    page = context.new_page()
    page.goto("/page")
    offering = "window.offer = () => offerReadAloud(document.querySelector('main'));"
    page.evaluate(f"(() => {{ {joined(('aloud',))} {offering} }})()")
    yield page
    context.close()


def _answer(route: Any, place: Place, page_text: str) -> None:
    path = route.request.url.removeprefix("http://survey.test")
    if path == "/page":
        route.fulfill(body=page_text, content_type="text/html; charset=utf-8")
    elif "/sound/" in path:
        sound = place.app.test_client().get(path)
        route.fulfill(body=sound.data, content_type=sound.mimetype, status=sound.status_code)
    else:
        route.abort()


def offer(page: Page, *voices: Any) -> None:
    page.evaluate("voices => { window.voices = voices; offer(); }", [v if isinstance(v, list) else [v] for v in voices])


def heard(page: Page) -> list[Any]:
    found: list[Any] = page.evaluate("heard")
    return found


def record(place: Place, key: str, seconds: float = 0.2) -> None:
    with place.instance.database.writing() as session:
        keys, now = place.instance.settings.keys, place.instance.now()
        keep_clip(session, keys, SURVEY, "en", key, a_wav(seconds), actor="test", now=now)


def test_the_question_its_hint_and_its_answers_are_read_in_order(browser: Browser, place: Place) -> None:
    with a_phone(browser, place) as page:
        offer(page, "en-GB")
        assert heard(page) == []
        page.click(".listen")
        page.wait_for_function("heard.length === 6 && !document.querySelector('.listen[data-on]')")
        assert [text for text, *_ in heard(page)] == [
            page.inner_text("h1"),
            "Safe means you feel that nobody will hurt you.",
            "Safe",
            "In between",
            "Not safe",
            "I do not know",
        ]
        assert page.locator(".said").count() == 0


def test_what_is_being_read_is_marked(browser: Browser, place: Place) -> None:
    with a_phone(browser, place) as page:
        page.evaluate("window.isSlow = true")
        offer(page, "en-GB")
        page.click(".listen")
        assert page.locator("h1.said").count() == 1


@pytest.mark.parametrize(
    ("language", "voices", "chosen"),
    [
        ("ar", ["en-GB", "ar-EG"], "ar-EG"),
        ("so", ["en-GB", "ar-EG"], None),
        ("ti", ["en-GB", "am-ET"], None),
        ("pl", ["pl_PL"], "pl_PL"),
        ("ur", ["ar-SA", "ur-IN", "ur-PK"], "ur-IN"),
        ("ar", [["ar-SA", False]], None),
        ("en", ["en-US", "en-GB"], "en-GB"),
        ("en", [], None),
    ],
)
def test_a_voice_is_of_the_very_language_and_of_the_device_itself(
    browser: Browser, place: Place, language: str, voices: list[Any], chosen: str | None
) -> None:
    if SURVEY.language(language) is None:
        pytest.skip(f"the library survey is not in {language}")
    with a_phone(browser, place, language=language, locale="en-GB") as page:
        offer(page, *voices)
        assert page.is_visible(".listen") is (chosen is not None)
        if chosen:
            page.click(".listen")
            assert heard(page)[0][1:] == [language, chosen]


@pytest.mark.parametrize(
    ("language", "voice", "fits"),
    [
        *(("zh-Hans", "zh-CN", True), ("zh-Hans", "zh-HK", False), ("pa-Arab", "pa-IN", False)),
        *(("pa-Arab", "pa-PK", True), ("pa-Guru", "pa-IN", True), ("fa-AF", "fa-IR", True), ("ckb", "ku-TR", False)),
    ],
)
def test_a_voice_of_the_same_language_in_another_script_is_a_foreign_one(
    browser: Browser, place: Place, language: str, voice: str, fits: bool
) -> None:
    with a_phone(browser, place) as page:
        page.evaluate("language => { document.documentElement.lang = language; }", language)
        offer(page, voice)
        assert page.is_visible(".listen") is fits


def test_voices_may_come_late(browser: Browser, place: Place) -> None:
    with a_phone(browser, place) as page:
        offer(page)
        assert not page.is_visible(".listen")
        page.evaluate("() => { voices = [['en-GB']]; speechSynthesis.onvoiceschanged(); }")
        assert page.is_visible(".listen")


@pytest.mark.parametrize("stop", ["Escape", "button", "leaving", "next page"])
def test_it_falls_silent_at_once(browser: Browser, place: Place, stop: str) -> None:
    with a_phone(browser, place) as page:
        page.evaluate("window.isSlow = true")
        offer(page, "en-GB")
        page.click(".listen")
        assert len(heard(page)) == 1
        if stop == "Escape":
            page.keyboard.press("Escape")
        elif stop == "button":
            page.click(".listen")
        elif stop == "leaving":
            page.evaluate("dispatchEvent(new PageTransitionEvent('pagehide'))")
        else:
            page.evaluate("offer()")
        page.wait_for_timeout(50)
        assert heard(page)[1:] == [["silence"]]
        assert page.locator(".said, .listen[data-on]").count() == 0


def test_the_warning_that_others_hear_stands_there_until_it_was_heard_once(browser: Browser, place: Place) -> None:
    with a_phone(browser, place) as page:
        page.evaluate("window.isSlow = true")
        offer(page, "en-GB")
        assert "Other people near you can hear it." in page.inner_text(".listen")
        page.click(".listen")
        assert page.inner_text(".listen").strip() == "Stop"
        page.click(".listen")
        assert page.inner_text(".listen").strip() == "Listen"


def test_a_recording_is_heard_instead_of_a_voice_and_the_rest_by_the_voice(browser: Browser, place: Place) -> None:
    record(place, "safe_day.text@easy_read")
    with a_phone(browser, place) as page:
        offer(page, "en-GB")
        assert not page.is_visible("audio")
        page.click(".listen")
        page.wait_for_function("heard.length === 5 && !document.querySelector('.listen[data-on]')")
        assert heard(page)[0][0] == "Safe means you feel that nobody will hurt you."


def test_a_recording_alone_is_enough_for_a_button(browser: Browser, place: Place) -> None:
    record(place, "safe_day.text@easy_read", seconds=0.5)
    record(place, "scale.safety.safe@easy_read", seconds=0.5)
    with a_phone(browser, place) as page:
        offer(page)
        page.click(".listen")
        page.wait_for_selector("h1.said")
        page.wait_for_selector(".choice .said")
        page.wait_for_selector(".listen:not([data-on])")
        assert heard(page) == []


def test_a_recording_stops_at_once_too(browser: Browser, place: Place) -> None:
    record(place, "safe_day.text@easy_read", seconds=20)
    with a_phone(browser, place) as page:
        offer(page)
        page.click(".listen")
        page.wait_for_selector("h1.said")
        page.keyboard.press("Escape")
        assert page.locator(".said, .listen[data-on]").count() == 0


def test_a_recording_that_does_not_come_is_read_by_the_voice(browser: Browser, place: Place) -> None:
    record(place, "safe_day.text@easy_read")
    with a_phone(browser, place) as page:
        page.evaluate("document.querySelector('main audio').src = '/s/local/sound/0123456789abcdef.wav'")
        offer(page, "en-GB")
        page.click(".listen")
        page.wait_for_function("heard.length === 6", timeout=5000)


def test_without_a_script_the_recording_has_its_own_controls(browser: Browser, place: Place) -> None:
    record(place, "safe_day.text@easy_read")
    with a_phone(browser, place) as page:
        assert page.is_visible("main audio")
        assert not page.is_visible(".listen")


def test_words_in_another_language_are_read_by_a_voice_of_that_one(browser: Browser, place: Place) -> None:
    with a_phone(browser, place, language="so") as page:
        page.evaluate("""() => {
            document.querySelector(".hint").innerHTML = '<span lang="en" dir="ltr">In English.</span>';
        }""")
        offer(page, "en-GB")
        page.click(".listen")
        assert heard(page)[0] == ["In English.", "en", "en-GB"]
