"""Own words in a real browser: two coders by keyboard who see nothing of each other, and differences settled."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest
from playwright.sync_api import Browser, Page, expect

from axe import faults_on_every_screen
from browsing import a_desk
from builders import OPENED, an_instance
from engage.app import create_app
from engage.collection.accounts import hash_password, invite, take_up_invitation
from engage.collection.word_translations import bind_translator
from engage.storage.instance import Instance
from services import a_web_server
from staffing import PASSWORD, with_second_step
from wordy import MASKED, PLAIN, SURVEY, take_words, with_words

#: Who takes part, by the name before the @.
PEOPLE = {"first": "coder", "second": "coder", "boss": "analyst", "asha": "translator", "admin": "admin"}

#: The text on which the coders differ.
ODD = f"{PLAIN} 7"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve a wave with eleven texts to code and one in Somali."""
    instance = an_instance(tmp_path_factory.mktemp("instance"), surveyed=True)
    with_words(instance, others=10)
    take_words(instance, ["Waxaan ka baqayaa habeenkii, Axmed ayaa i soo raacay"], language="so")
    staff_of(instance)
    with a_web_server(create_app(instance)) as port:
        yield f"http://127.0.0.1:{port}"
    instance.database.close()


def staff_of(instance: Instance) -> None:
    keys, now, hashed = instance.settings.keys, instance.now(), hash_password(PASSWORD)
    with instance.database.writing() as session:
        for name, role in PEOPLE.items():
            token = invite(session, keys, f"{name}@example.org", role, None, now, "test")
            assert take_up_invitation(session, keys, token, hashed, now)
        bind_translator(session, keys, "asha@example.org", "so", "admin@example.org", now)


@contextmanager
def signed_in(browser: Browser, address: str, name: str) -> Iterator[Page]:
    """Open a browser of somebody's own; a fault of a script fails the test."""
    with a_desk(browser, address, f"{name}@example.org") as page:
        with_second_step(OPENED[-1], f"{name}@example.org")
        page.goto("/staff/")
        yield page


def code(page: Page, key: str) -> None:
    """Code the text on the screen with one key, and go on."""
    before = page.url
    page.keyboard.press(key)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: url != before)


def test_two_coders_code_blind_and_a_third_settles_what_differs(browser: Browser, address: str) -> None:
    with ExitStack() as stack:
        first, second, boss = (stack.enter_context(signed_in(browser, address, name)) for name in list(PEOPLE)[:3])
        for page in (first, second):
            page.get_by_role("link", name="Code the next text").click()
        for _ in range(11):
            assert "Warsame" not in first.content()
            code(first, "5" if first.get_by_text(MASKED).or_(first.get_by_text(ODD)).count() else "2")
        expect(first.get_by_role("status")).to_have_text("Nothing is left for you to code here.")
        for _ in range(11):
            expect(second.locator("#themes :checked")).to_have_count(0)
            assert "first@" not in second.content()
            code(second, "5" if second.get_by_text(MASKED).count() else "2")
        boss.goto("/staff/words")
        expect(boss.get_by_role("row", name="Young people")).to_contain_text("91 %0.62")
        boss.get_by_role("link", name="Settle differences").click()
        expect(boss.locator(".masked")).to_have_text(ODD)
        expect(boss.get_by_role("region", name="first@example.org")).to_contain_text("Partnerships")
        expect(boss.get_by_role("region", name="second@example.org")).to_contain_text("Young people")
        assert faults_on_every_screen(boss, "difference") == []
        code(boss, "5")
        expect(boss.locator("dl").first).to_contain_text("Settled11")


def test_axe_finds_nothing_on_any_page_of_own_words(browser: Browser, address: str) -> None:
    faults = []
    with signed_in(browser, address, "admin") as page:
        for path in ("words", f"words/codebook/{SURVEY}", "words/quotes", "bound-translators"):
            page.goto(f"/staff/{path}")
            faults += faults_on_every_screen(page, path)
    with signed_in(browser, address, "asha") as page:
        page.goto("/staff/texts-to-translate")
        faults += faults_on_every_screen(page, "texts to translate")
        page.get_by_role("link", name="Somali, text 1").click()
        expect(page.locator(".masked")).to_contain_text("habeenkii")
        faults += faults_on_every_screen(page, "text to translate")
        page.fill("#words", "I am afraid at night, Axmed followed me")
        page.get_by_role("button", name="Keep it").click()
        expect(page.get_by_role("status")).to_contain_text("waits for the coders")
    with signed_in(browser, address, "boss") as page:
        page.goto("/staff/words")
        page.get_by_role("link", name="Code the next text").click()
        expect(page.locator(".masked")).to_have_text("I am afraid at night, [name] followed me")
        page.locator("main summary").click()
        faults += faults_on_every_screen(page, "text")
    assert faults == []
