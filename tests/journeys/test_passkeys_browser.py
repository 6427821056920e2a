"""Second steps in a real browser: a passkey made and used, an authenticator app, one's own page; nothing for axe."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pyotp
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from builders import an_instance
from engage.app import create_app
from engage.storage.instance import Instance
from services import a_web_server
from staffing import PASSWORD, an_email, with_person, with_second_step

#: A device with a fingerprint reader, which says that the right finger was shown.
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Instance, str]]:
    """Serve an empty instance at a name, as passkeys need one."""
    instance = an_instance(tmp_path_factory.mktemp("instance"))
    with a_web_server(create_app(instance)) as port:
        yield instance, f"http://localhost:{port}"
    instance.database.close()


@pytest.fixture
def page(browser: Browser, served: tuple[Instance, str]) -> Iterator[Page]:
    """Open a browser on a device with a fingerprint reader; a fault of a script fails the test."""
    context = browser.new_context(base_url=served[1], bypass_csp=True)
    context.set_default_timeout(20_000)
    opened, faults = context.new_page(), []
    opened.on("pageerror", lambda error: faults.append(str(error)))
    device = context.new_cdp_session(opened)
    device.send("WebAuthn.enable")
    device.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    yield opened
    assert faults == []
    context.close()


def sign_in(page: Page, role: str) -> None:
    page.goto("/staff/sign-in")
    page.fill("#email", an_email(role))
    page.fill("#password", PASSWORD)
    page.get_by_role("button", name="Sign in").click()


def test_a_passkey_is_made_and_then_signs_in_without_a_password(page: Page, served: tuple[Instance, str]) -> None:
    with_person(served[0], "admin", PASSWORD)
    sign_in(page, "admin")
    expect(page.get_by_role("heading", name="Set up a second step")).to_be_visible()
    page.fill("#passkey-name", "My laptop")
    page.get_by_role("button", name="Make a passkey").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    page.get_by_role("link", name="I have kept them").click()
    page.goto("/staff/me")
    expect(page.get_by_text("My laptop")).to_be_visible()
    page.get_by_role("button", name="Sign out", exact=True).click()
    page.wait_for_url("**/staff/sign-in")
    page.goto("/staff/people")
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("heading", name="People")).to_be_visible()
    page.get_by_role("button", name="Sign out", exact=True).click()
    sign_in(page, "admin")
    expect(page.get_by_role("heading", name="Second step")).to_be_visible()
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url("**/staff/")


def test_an_authenticator_app_is_set_up_from_its_page_and_its_code_signs_in(
    page: Page, served: tuple[Instance, str]
) -> None:
    instance, _ = served
    with_person(instance, "analyst", PASSWORD)
    sign_in(page, "analyst")
    totp = pyotp.TOTP(page.locator("code.key").inner_text().replace(" ", ""))
    page.locator("#code").fill(totp.at(instance.now()))
    page.get_by_role("button", name="Use this app").click()
    expect(page.locator(".codes code")).to_have_count(8)
    page.get_by_role("link", name="I have kept them").click()
    page.get_by_role("button", name="Sign out", exact=True).click()
    sign_in(page, "analyst")
    page.locator("#code").fill(totp.at(instance.now() + timedelta(seconds=30)))
    page.get_by_role("button", name="Go on").click()
    page.wait_for_url("**/staff/")


@pytest.mark.parametrize("width", [360, 1280])
def test_axe_finds_nothing_and_nothing_runs_over_the_edge(page: Page, served: tuple[Instance, str], width: int) -> None:
    instance, _ = served
    with_person(instance, "admin", PASSWORD)
    with_person(instance, "coordinator", PASSWORD)
    page.set_viewport_size({"width": width, "height": 800})
    sign_in(page, "admin")
    page.wait_for_url(re.compile("second"))
    found = [faults_of(page, width)]
    with_second_step(instance, an_email("admin"))
    for address in ("/staff/me", "/staff/me/second-step", "/staff/people", "/staff/people/2"):
        page.goto(address)
        found.append(faults_of(page, width))
    assert [fault for faults in found for fault in faults] == []


def faults_of(page: Page, width: int) -> list[str]:
    over = page.evaluate("document.documentElement.scrollWidth") > width
    violations = Axe().run(page).response["violations"]
    told = [f"{one['id']} {[node['html'] for node in one['nodes']]}" for one in violations]
    return [f"{page.url}: {fault}" for fault in (*told, *(["runs over"] if over else []))]
