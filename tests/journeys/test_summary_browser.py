"""Results in a real browser: nothing for axe to find, nothing cut off, nothing fetched from elsewhere."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from builders import WARD
from engage.app import create_app
from engage.collection.accounts import sign_in_link
from engage.collection.reference import import_indicators
from engage.demo.voice import speak_in_public
from engage.reporting.community_readings import note_reading
from engage.reporting.exports import export_tables
from engage.reporting.labels import Labels
from engage.reporting.reading import Published, find_tables, last_release, open_release
from engage.reporting.report import (
    Desk,
    invite_commenter,
    move_on,
    report_file,
    start_report,
    tell_report,
    write_recommendation,
    write_section,
)
from engage.reporting.slides import SlideOrder, deck_html, make_deck
from engage.storage import indicators, reports
from engage.storage.database import Session
from engage.storage.instance import Instance
from reporting.answered import (
    DISTRICT,
    FAR_DISTRICT,
    FAR_WARD,
    FORCE,
    NEIGHBOUR,
    SURVEY,
    a_released_instance,
    people,
    safe_day,
)
from services import a_web_server
from staffing import an_email, with_person

ANSWERS = {"good_here": ["clubs", "school"], "unsafe_reasons": ["dark"], "communities": ["somali"], "gender": "female"}
ABOUT = "Violence with injury,A police force,OGL v3.0,Offences recorded among residents"
RECORDED = [
    "area,period,indicator,source,licence,definition,value,numerator,denominator,per",
    f"{DISTRICT},2025,{ABOUT},1,300,300000,1000",
    f"{FAR_DISTRICT},2025,{ABOUT},3,300,100000,1000",
]
PHONE, DESK = 360, 1280
#: What hangs on how wide a page is, or on its colours.
IN_SIGHT = {"runOnly": ["color-contrast", "link-in-text-block", "scrollable-region-focusable", "target-size"]}
#: Where anybody reads results, and where staff read them and speak about them.
IN_PUBLIC = (
    "/results/local?lang=en&q=clifton",
    "/results/local/community/somali?lang=en",
    "/results/local/did?lang=en",
    "/results/local/ask?lang=en",
)
FOR_STAFF = (
    f"/staff/results/explore?area={DISTRICT}&question=safe_day",
    "/staff/raw-data",
    "/staff/summaries",
    f"/staff/summaries?area={DISTRICT}",
    "/staff/summaries?community=somali&style=easy_read",
    "/staff/reports",
    "/staff/beside?level=district",
    "/staff/public/",
    "/staff/public/actions",
    "/staff/public/communities",
    "/staff/public/questions",
    "/staff/public/posters",
)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Instance, str]]:
    """Serve an instance with one published wave of made-up answers, what was told in public, and an admin."""
    groups = [*safe_day(37, 13, 11), people(40, ANSWERS), people(12, ANSWERS, area=NEIGHBOUR)]
    groups += safe_day(58, 12, 11, area=FAR_WARD)
    instance = a_released_instance(tmp_path_factory.mktemp("browser"), groups, is_synthetic=True)
    with_person(instance, "admin")
    with instance.database.writing() as session:
        keys, now = instance.settings.keys, instance.now()
        import_indicators(session, keys, RECORDED, actor="test", now=now)
        speak_in_public(session, instance, SURVEY)
        note_reading(session, keys, the_release(session), "somali", "A women's group", "test", now)
    with a_web_server(create_app(instance)) as port:
        yield instance, f"http://127.0.0.1:{port}"
    instance.database.close()


def the_release(session: Session) -> Published:
    """Return the one release."""
    release = last_release(session, SURVEY)
    assert release is not None
    return open_release(session, release)


@pytest.mark.parametrize(
    ("query", "width", "scheme"),
    [
        ("lang=en", 320, "light"),
        pytest.param("lang=en&style=easy_read", 320, "dark", marks=pytest.mark.sweep),
        pytest.param("lang=ar&style=large_print", 1280, "dark", marks=pytest.mark.sweep),
    ],
)
def test_axe_finds_nothing_in_a_summary_and_nothing_is_cut_off(
    browser: Browser, served: tuple[Instance, str], query: str, width: int, scheme: Any
) -> None:
    _, address = served
    found, fetched = [], []
    with a_page(browser, address, width, scheme) as page:
        page.on("request", lambda request: fetched.append(request.url))
        for path in (f"/results/local/{WARD}", f"/results/local/{DISTRICT}", f"/results/local/{DISTRICT}/all"):
            page.goto(f"{path}?{query}")
            found += faults_of(page, path, width)
    assert found == []
    assert all(url.startswith((address, "data:")) for url in fetched)


@pytest.mark.sweep
def test_axe_finds_nothing_wherever_results_are_read_and_nothing_is_cut_off(
    browser: Browser, served: tuple[Instance, str]
) -> None:
    instance, address = served
    in_words, by_link, files = told_in_many_ways(instance)
    found = []
    with a_page(browser, address, PHONE, "light") as page:
        for path in (*IN_PUBLIC, by_link):
            page.goto(path)
            found += faults_on_both(page, path)
        sign_in(instance, page)
        for path in (*FOR_STAFF, in_words):
            page.goto(path)
            found += faults_on_both(page, path)
        for name, file in files.items():
            page.set_content(file.decode())
            found += faults_on_both(page, name)
    assert found == []


@contextmanager
def a_page(browser: Browser, address: str, width: int, scheme: Any) -> Iterator[Page]:
    """Open a page of this width; axe is put into it as a script, which our own policy would refuse."""
    size = {"width": width, "height": 800}
    context = browser.new_context(
        base_url=address, viewport=size, color_scheme=scheme, bypass_csp=True, reduced_motion="reduce"
    )
    yield context.new_page()
    context.close()


def sign_in(instance: Instance, page: Page) -> None:
    """Come in as an admin, who may see every page."""
    with instance.database.writing() as session:
        token = sign_in_link(session, instance.settings.keys, an_email("admin"), instance.now(), "test")
    page.goto(f"/staff/in/{token}")
    page.click("main button")


def faults_of(page: Page, name: str, width: int, options: Any = None) -> list[tuple[str, str, list[str]]]:
    """Return what axe finds on a page, and whether it runs over its edge."""
    found = [(name, "runs over", [])] if page.evaluate("document.documentElement.scrollWidth") > width else []
    violations = Axe().run(page, options=options).response["violations"]
    return found + [(name, each["id"], [node["html"][:200] for node in each["nodes"]]) for each in violations]


def faults_on_both(page: Page, name: str) -> list[tuple[str, str, list[str]]]:
    """Return what axe finds on a telephone, and then on a desk in the dark of what hangs on width and colours."""
    found = faults_of(page, name, PHONE)
    page.set_viewport_size({"width": DESK, "height": 800})
    page.emulate_media(color_scheme="dark")
    found += faults_of(page, f"{name} on a desk", DESK, IN_SIGHT)
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": PHONE, "height": 800})
    return found


def told_in_many_ways(instance: Instance) -> tuple[str, str, dict[str, bytes]]:
    """Return the address of a report, of a link to comment on it, and report, slides and tables as files to read."""
    with instance.database.writing() as session:
        desk = Desk(session, instance.settings.keys, an_email("admin"), instance.now())
        report = start_report(desk, SURVEY, None, "How safe it feels")
        write_section(desk, report.id, None, "What we heard", "Many spoke.\n\n- of the dark\n- of the tram stops")
        evidence = {"question": "safe_day", "breakdown": "area", "area": DISTRICT}
        made = {"words": "Light the paths.", "owner": "City Council", "layer": "community"} | evidence
        write_recommendation(desk, report.id, None, made)
        for state in ("draft", "comments"):
            move_on(desk, report.id, state)
        link = invite_commenter(desk, report.id, "Amina, youth club")
        published = the_release(session)
        (indicator,) = indicators.list_all(session)
        found = reports.get(session, report.id)
        assert found is not None
        deck = make_deck(session, published, SlideOrder(FORCE, "safe_day", indicator, "2025", "district", found))
        tables = find_tables(session, published, by="district")
        labels = Labels(published.questionnaire, published.ground.tree)
        written = {"tables": export_tables(session, "html", published, tables, labels), "slides": deck_html(deck)}
        written["report"] = report_file(tell_report(session, found))
    return f"/staff/reports/{report.id}", f"/staff/comments/{link}", written
