"""A translator at work in a real browser: by keyboard, on a phone, in both directions, and nothing for axe to find."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from axe import faults_on_every_screen
from browsing import a_desk
from builders import an_instance
from engage.app import create_app
from engage.channels.sms.segments import count_segments, to_gsm
from engage.collection.wordings import Edit, Part, change_words
from engage.storage import questionnaires
from engage.storage.instance import Instance
from services import a_web_server
from staffing import PASSWORD, an_email, with_person

ARABIC = "/staff/translations/ar/survey/feeling-safe"
SOMALI = "/staff/translations/so/survey/feeling-safe"


@dataclass(frozen=True)
class Served:
    """An instance and where it is served."""

    instance: Instance
    address: str

    def words(self, tag: str, key: str) -> str | None:
        """Return what the survey says in a language."""
        with self.instance.database.reading() as session:
            survey = questionnaires.get(session, "feeling-safe")
        language = survey.language(tag) if survey else None
        return language.wording.get(key) if language else None

    def change(self, tag: str, key: str, words: str) -> None:
        """Change words as somebody else does meanwhile."""
        with self.instance.database.writing() as session:
            keys, now = self.instance.settings.keys, self.instance.now()
            change_words(session, keys, Part("feeling-safe"), tag, [Edit(key, words)], "omar", now)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Serve the library survey with a translator and a coordinator."""
    instance = an_instance(tmp_path_factory.mktemp("instance"), surveyed=True)
    for role in ("translator", "coordinator"):
        with_person(instance, role, PASSWORD)
    with a_web_server(create_app(instance)) as port:
        yield Served(instance, f"http://127.0.0.1:{port}")
    instance.database.close()


@contextmanager
def a_page(browser: Browser, served: Served, role: str = "translator", **kind: Any) -> Iterator[Page]:
    """Open a browser of somebody's own, signed in by password; a fault of a script fails the test."""
    with a_desk(browser, served.address, an_email(role), **kind) as page:
        yield page


def test_words_are_found_changed_reviewed_and_saved_by_keyboard_alone(browser: Browser, served: Served) -> None:
    with a_page(browser, served) as page:
        page.get_by_role("link", name="Arabic: questions of feeling-safe").focus()
        page.keyboard.press("Enter")
        page.focus("#q")
        page.keyboard.type("survey.title")
        page.keyboard.press("Enter")
        box = page.locator("textarea[name='w:survey.title']")
        expect(box).to_have_css("direction", "rtl")
        box.focus()
        page.keyboard.press("Control+a")
        page.keyboard.type("استطلاع محلي جديد")
        expect(page.locator("#unsaved")).to_have_text("Not saved yet")
        page.keyboard.press("Tab")
        page.keyboard.press("Space")
        box.focus()
        page.keyboard.press("Control+Enter")
        expect(page.get_by_role("status").first).to_have_text("1 wording saved.")
        expect(page.locator("#w1-about")).to_contain_text("reviewed by translator@example.org")
        expect(page.locator("[name='r:survey.title']")).to_be_checked()
    assert served.words("ar", "survey.title") == "استطلاع محلي جديد"


def test_on_a_phone_without_a_script_nothing_is_missing(browser: Browser, served: Served) -> None:
    phone = {"viewport": {"width": 360, "height": 740}, "java_script_enabled": False, "has_touch": True}
    with a_page(browser, served, **phone) as page:
        page.goto(f"{SOMALI}?q=safe_day.text")
        page.locator("textarea[name='w:safe_day.text']").fill("Sidee {goob}?")
        page.get_by_role("button", name="Save").tap()
        expect(page.get_by_role("alert")).to_contain_text("1 wording was not saved")
        box = page.locator("textarea[name='w:safe_day.text']")
        expect(box).to_have_value("Sidee {goob}?")
        expect(box).to_have_attribute("aria-invalid", "true")
        box.fill("Sidee {place}?")
        page.get_by_role("button", name="Save").tap()
        expect(page.get_by_role("status").first).to_have_text("1 wording saved.")
    assert served.words("so", "safe_day.text") == "Sidee {place}?"


def test_two_people_at_one_wording_see_what_the_other_wrote(browser: Browser, served: Served) -> None:
    with a_page(browser, served) as page:
        page.goto(f"{SOMALI}?q=survey.intro")
        served.change("so", "survey.intro", "Salaan ka timid Cumar.")
        box = page.locator("textarea[name='w:survey.intro']")
        box.fill("Salaan ka timid Caasha.")
        page.keyboard.press("Control+Enter")
        expect(page.locator(".found")).to_have_text("Salaan ka timid Cumar.")
        expect(box).to_have_value("Salaan ka timid Caasha.")
        assert served.words("so", "survey.intro") == "Salaan ka timid Cumar."
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_role("status").first).to_have_text("1 wording saved.")
    assert served.words("so", "survey.intro") == "Salaan ka timid Caasha."


@pytest.mark.parametrize("words", ["Haa", "Haa " * 50, "Waa “sidee” – {n}…", "سؤال" * 20, "😀" * 40, "[€]" * 60])
def test_a_text_message_is_counted_while_it_is_typed_as_the_server_counts_it(
    browser: Browser, served: Served, words: str
) -> None:
    size = count_segments(to_gsm(words.strip()))
    with a_page(browser, served) as page:
        page.goto("/staff/translations/so/interface?q=sms.not_open")
        page.locator("textarea[name='w:sms.not_open']").fill(words)
        messages = "text message" if size.parts == 1 else "text messages"
        expect(page.locator(".size").first).to_contain_text(f"{size.units} signs, {size.parts} {messages},")
        page.locator("textarea[name='w:sms.not_open']").fill("")


def test_unsaved_words_are_not_left_by_mistake(browser: Browser, served: Served) -> None:
    with a_page(browser, served) as page:
        asked: list[str] = []
        page.goto(f"{SOMALI}?q=survey.title")
        page.locator("textarea[name='w:survey.title']").fill("Hore")

        def stay(dialog: Any) -> None:
            asked.append(dialog.type)
            dialog.accept()

        page.on("dialog", stay)
        page.get_by_role("link", name="All translations").click()
        page.wait_for_url("**/staff/translations")
    assert asked == ["beforeunload"]


def test_a_file_goes_out_and_comes_back_with_a_report(browser: Browser, served: Served, tmp_path: Path) -> None:
    with a_page(browser, served) as page:
        page.goto(SOMALI)
        with page.expect_download() as fetched:
            page.get_by_role("link", name="Catalogue (PO)").click()
        file = tmp_path / fetched.value.suggested_filename
        fetched.value.save_as(file)
        old = served.words("so", "consent.statement") or ""
        file.write_text(file.read_text(encoding="utf-8").replace(old, f"{old} Mahadsanid.", 1), encoding="utf-8")
        page.set_input_files("#file", file)
        page.get_by_role("button", name="Take it in").click()
        expect(page.get_by_role("status")).to_contain_text("1 row: changed")
        expect(page.get_by_role("table")).to_contain_text("consent.statement")
    assert served.words("so", "consent.statement") == f"{old} Mahadsanid."


def test_a_coordinator_sees_what_is_missing_and_offers_or_closes_a_language(browser: Browser, served: Served) -> None:
    with a_page(browser, served, "coordinator") as page:
        page.goto("/staff/surveys/feeling-safe")
        page.get_by_role("button", name="Polish: stop offering it").click()
        polish = page.locator("#language-pl")
        expect(polish).to_contain_text("not offered")
        page.goto("/s/local")
        expect(page.locator("[hreflang=pl]")).to_have_count(0)
        page.goto("/staff/surveys/feeling-safe")
        polish.get_by_role("button", name="Polish: offer it").click()
        expect(polish).to_contain_text("offered")
        page.goto("/s/local")
        expect(page.locator("[hreflang=pl]")).not_to_have_count(0)
        page.goto("/staff/surveys/feeling-safe")
        page.fill("#tag", "rom")
        page.get_by_role("button", name="Add it").click()
        expect(page.locator("#language-rom")).to_contain_text("prepared, not offered")
        page.locator("#language-rom summary").click()
        expect(page.locator("#language-rom details")).to_contain_text("survey.title")


@pytest.mark.sweep
def test_axe_finds_nothing_and_nothing_is_cut_off(browser: Browser, served: Served) -> None:
    found: list[str] = []
    # axe is put into the page as a script, which our own policy would refuse.
    with a_page(browser, served, bypass_csp=True) as page:
        for path in _pages():
            page.goto(path)
            found += faults_on_every_screen(page, path)
        page.goto(f"{ARABIC}?q=safe_dark.text")
        page.locator("textarea[name='w:safe_dark.text']").fill("بدون مكان")
        served.change("ar", "safe_dark.text@easy_read", "{place} ؟؟")
        page.locator("textarea[name='w:safe_dark.text@easy_read']").fill("{place} ؟")
        page.get_by_role("button", name="Save").click()
        expect(page.locator(".problem").first).to_be_visible()
        found += faults_on_every_screen(page, "faults")
        page.goto(ARABIC)
        rows = 'msgctxt "survey.title"\nmsgid "Another"\nmsgstr "آخر"\n'
        page.set_input_files("#file", {"name": "a.po", "mimeType": "text/plain", "buffer": rows.encode()})
        page.get_by_role("button", name="Take it in").click()
        expect(page.get_by_role("table")).to_be_visible()
        found += faults_on_every_screen(page, "report")
    with a_page(browser, served, "coordinator", bypass_csp=True) as page:
        page.goto("/staff/surveys/feeling-safe")
        page.evaluate("document.querySelectorAll('details').forEach((part) => { part.open = true; })")
        found += faults_on_every_screen(page, "survey")
    assert found == []


def _pages() -> list[str]:
    return [
        "/staff/translations",
        ARABIC,
        f"{ARABIC}?show=missing",
        f"{ARABIC}?q=zzzzz",
        "/staff/translations/ar/interface?q=web.waiting",
        "/staff/translations/ti/interface?page=2",
        "/staff/translations/so/interface?q=sms.",
        "/staff/translations/zh-Hant/interface",
    ]
