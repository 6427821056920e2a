"""Summaries in a real browser: nothing for axe to find, nothing cut off, nothing fetched from elsewhere."""

from collections.abc import Iterator
from threading import Thread
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser
from waitress.server import create_server

from builders import WARD
from engage.app import create_app
from engage.collection.accounts import sign_in_link
from engage.storage.instance import Instance
from reporting.answered import DISTRICT, NEIGHBOUR, a_released_instance, people, safe_day
from staffing import an_email, with_person

ANSWERS = {"good_here": ["clubs", "school"], "unsafe_reasons": ["dark"], "communities": ["somali"], "gender": "female"}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Instance, str]]:
    """Serve an instance with one published wave of made-up answers, and an analyst."""
    groups = [*safe_day(37, 13, 11), people(40, ANSWERS), people(12, ANSWERS, area=NEIGHBOUR)]
    instance = a_released_instance(tmp_path_factory.mktemp("browser"), groups, is_synthetic=True)
    with_person(instance, "analyst")
    server = create_server(create_app(instance), host="127.0.0.1", port=0)
    thread = Thread(target=server.run, daemon=True)
    thread.start()
    yield instance, f"http://127.0.0.1:{server.effective_port}"
    server.close()
    thread.join(timeout=5)
    instance.database.close()


@pytest.mark.parametrize(
    ("query", "width", "scheme"),
    [("lang=en", 320, "light"), ("lang=en&style=easy_read", 320, "dark"), ("lang=ar&style=large_print", 1280, "dark")],
)
def test_axe_finds_nothing_in_a_summary_and_nothing_is_cut_off(
    browser: Browser, served: tuple[Instance, str], query: str, width: int, scheme: Any
) -> None:
    _, address = served
    context = browser.new_context(
        base_url=address, viewport={"width": width, "height": 800}, color_scheme=scheme, bypass_csp=True
    )
    page = context.new_page()
    fetched: list[str] = []
    page.on("request", lambda request: fetched.append(request.url))
    found = []
    for path in (f"/results/local/{WARD}", f"/results/local/{DISTRICT}", f"/results/local/{DISTRICT}/all"):
        page.goto(f"{path}?{query}")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        violations = Axe().run(page).response["violations"]
        found += [(path, each["id"], [node["html"] for node in each["nodes"]]) for each in violations]
    context.close()
    assert found == []
    assert all(url.startswith((address, "data:")) for url in fetched)


@pytest.mark.parametrize("width", [360, 1280])
def test_axe_finds_nothing_in_summaries_for_staff(browser: Browser, served: tuple[Instance, str], width: int) -> None:
    instance, address = served
    with instance.database.writing() as session:
        token = sign_in_link(session, instance.settings.keys, an_email("analyst"), instance.now(), "test")
    context = browser.new_context(base_url=address, viewport={"width": width, "height": 800}, bypass_csp=True)
    page = context.new_page()
    page.goto(f"/staff/in/{token}")
    page.click("main button")
    found = []
    for query in ("", f"area={DISTRICT}", "community=somali&style=easy_read"):
        page.goto(f"/staff/summaries?{query}")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, query
        violations = Axe().run(page).response["violations"]
        found += [(query, each["id"], [node["html"] for node in each["nodes"]]) for each in violations]
    context.close()
    assert found == []
