"""An ambassador photographs a filled form, with a network and without: every page is judged, sent once and read."""

import os
from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from playwright.sync_api import Browser, BrowserContext, Error, Page, expect, sync_playwright

from axe import violations
from builders import with_survey
from conftest import BROWSER_ARGUMENTS, chromium
from device import Place, until
from engage.collection.accounts import sign_in_link
from engage.questionnaire.definition import parse_definition
from engage.response.serials import response_id_of, spoken
from engage.staff import camera as camera_page
from engage.storage import responses, scans
from questionnaire.tiny import a_document, a_question, options
from scanner import as_jpeg, print_forms_of, scanned_pages
from scanning import pictures
from staffing import an_email, with_person
from weather import WSGI

Grey = NDArray[np.uint8]
_SCRIPTS = Path(camera_page.__file__).with_name("static") / "camera"
_JUDGING = "\n".join((_SCRIPTS / f"{name}.js").read_text(encoding="utf-8") for name in ("marks", "judging", "drawing"))
#: Makes the judgement reachable from a test, as it is shipped.
JUDGE = f"""(() => {{ "use strict";
{_JUDGING}
window.judged = async (picture) => {{
  const image = new Image();
  image.src = "data:image/jpeg;base64," + picture;
  await image.decode();
  return judge(image.naturalWidth, image.naturalHeight, drawer(image)).problem;
}};
}})()"""
Camera = Callable[[Grey], None]
#: What the camera gives (pixels), and the table below the sheet (grey).
WIDTH, HEIGHT, TABLE = 1200, 1600, 90
#: Questions that fill two pages of large print.
ASKED = 4
#: How long a loaded machine may take (ms).
PATIENCE = 15_000
BLURRED = "The picture is blurred. Hold the camera still and let it focus."


def seen_by_camera(page: Grey, size: float = 0.88, turned: float = 2, aside: float = 0, table: int = TABLE) -> Grey:
    """Return a page as it lies on a table, a little turned."""
    high, wide = page.shape
    turn = cv2.getRotationMatrix2D((wide / 2, high / 2), turned, size * HEIGHT / high)
    turn[:, 2] += ((0.5 + aside) * WIDTH - wide / 2, HEIGHT / 2 - high / 2)
    picture = cv2.warpAffine(np.clip(page, 0, 235), turn, (WIDTH, HEIGHT), flags=cv2.INTER_AREA, borderValue=table)
    return np.asarray(picture, dtype=np.uint8)


def blurred(picture: Grey) -> Grey:
    return np.asarray(cv2.GaussianBlur(picture, (0, 0), 3), dtype=np.uint8)


def shaken(picture: Grey) -> Grey:
    """Return a picture for which a hand moved sideways."""
    return np.asarray(cv2.blur(picture, (11, 1)), dtype=np.uint8)


def glared(picture: Grey) -> Grey:
    """Return a picture with the light of a lamp on the sheet."""
    spot = cv2.circle(np.zeros_like(picture, dtype=np.float32), (500, 800), 170, 200, -1)
    return np.clip(picture + cv2.GaussianBlur(spot, (0, 0), 40), 0, 255).astype(np.uint8)


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("film") / "sheet.mjpeg"


@pytest.fixture
def camera(film: Path) -> Camera:
    """Return what lays a sheet under the camera; a page sees it once it opens the camera."""

    def lay(sheet: Grey) -> None:
        draft = film.with_suffix(".draft")
        draft.write_bytes(as_jpeg(sheet) * 2)
        draft.replace(film)

    lay(np.full((HEIGHT, WIDTH), TABLE, np.uint8))
    return lay


@pytest.fixture(scope="module")
def small_survey(served_place: Place) -> None:
    """Open a survey that takes two pages."""
    questions = [a_question("age_band", "age_band")]
    questions += [a_question(f"about_{at}", options=options("a_lot", "a_bit", "not", "never")) for at in range(ASKED)]
    with_survey(served_place.instance, parse_definition(a_document(*questions, slug="small", code="small")))


@pytest.fixture(scope="module")
def browser(film: Path) -> Iterator[Browser]:
    """Return a Chromium whose camera sees what lies on the table."""
    lens = ["--use-fake-device-for-media-stream", f"--use-file-for-fake-video-capture={film}"]
    with sync_playwright() as playwright:
        try:
            opened = playwright.chromium.launch(executable_path=chromium(), args=[*BROWSER_ARGUMENTS, *lens])
        except Error:
            pytest.skip("NO BROWSER: nobody looked at the pages; install chromium")
        yield opened
        opened.close()


@pytest.fixture
def phone(place: Place, browser: Browser) -> Iterator[BrowserContext]:
    """Open a phone with a camera."""
    screen = {"width": 360, "height": 740}
    context = browser.new_context(base_url=place.address, viewport=screen, permissions=["camera"])
    context.set_default_timeout(PATIENCE)
    yield context
    context.close()


def filled_form(place: Place) -> tuple[str, list[Grey]]:
    """Print a form of two pages, and return its serial and its pages as somebody ticked them."""
    layout, [serial], pdf = print_forms_of(place.instance, "small", 1, "large_print")
    ticks = {"consent": ["yes"], "age_band": ["25-34"], "assisted": ["none"]}
    [pages] = scanned_pages(pdf, layout, [ticks | {f"about_{at}": ["a_bit"] for at in range(ASKED)}])
    return serial, pages


def signed_in(phone: BrowserContext, place: Place) -> Page:
    """Sign an ambassador in by a link and go to the camera."""
    instance = place.instance
    with_person(instance, "ambassador")
    with instance.database.writing() as session:
        keys, now = instance.settings.keys, instance.now()
        token = sign_in_link(session, keys, an_email("ambassador"), now, "test")
    page = phone.new_page()
    page.goto(f"/staff/in/{token}")
    page.locator("main button").click()
    page.goto("/staff/scans/camera")
    return page


def sent_to(place: Place) -> list[str]:
    """Return the ids of the sheets that the server has."""
    with place.instance.database.reading() as session:
        return [str(file.id) for file in scans.newest_files(session, 10)]


def losing_answers(app: WSGI) -> WSGI:
    """Let the server do its work on each sheet, and lose its answer."""

    def lose(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] != "POST":
            return app(environ, start)
        b"".join(app(environ, lambda *_: None))
        start("502 Bad Gateway", [("Content-Length", "0")])
        return [b""]

    return lose


def photograph(page: Page) -> None:
    expect(page.get_by_text("All 4 corners are in view.")).to_be_visible(timeout=PATIENCE)
    page.get_by_role("button", name="Take the picture").click()


def kept_on(page: Page) -> list[dict[str, Any]]:
    """Return what waits on the device, bytes as their characters."""
    kept: list[dict[str, Any]] = page.evaluate(
        """() => new Promise((resolve) => {
          const opening = indexedDB.open("camera");
          opening.onsuccess = () => {
            const asked = opening.result.transaction("sheets").objectStore("sheets").getAll();
            asked.onsuccess = () => {
              opening.result.close();
              const text = new TextDecoder("latin1");
              resolve(asked.result.map((sheet) => ({ ...sheet, sealed: text.decode(sheet.sealed) })));
            };
          };
        })"""
    )
    return kept


def at_work(page: Page) -> None:
    """Wait until the page is kept for when there is no network."""
    page.evaluate("navigator.serviceWorker.ready.then(() => null)")
    until(page, "caches.match('/staff/scans/camera').then(Boolean)")


def look_at(page: Page, name: str) -> None:
    """Check what is on the screen with axe; keep pictures of it where somebody asks for them."""
    for width in (360, 1280):
        page.set_viewport_size({"width": width, "height": 740})
        if folder := os.environ.get("SCREENSHOTS"):
            page.screenshot(path=f"{folder}/{name}-{width}.png", full_page=True)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert violations(page) == []
    page.set_viewport_size({"width": 360, "height": 740})


@pytest.mark.usefixtures("small_survey")
def test_both_pages_of_a_form_are_read_once_though_the_network_goes_and_the_page_is_loaded_again(
    place: Place, phone: BrowserContext, camera: Camera
) -> None:
    serial, [first, second] = filled_form(place)
    camera(seen_by_camera(first))
    page = signed_in(phone, place)
    photograph(page)
    sheets, forms = page.locator("#sheets li"), page.locator("#forms li")
    expect(sheets).to_contain_text([f"{spoken(serial)}, page 1"], timeout=PATIENCE)
    expect(forms).to_contain_text(["1 page missing: 2"], timeout=PATIENCE)
    look_at(page, "camera-first")
    at_work(page)

    camera(seen_by_camera(second))
    phone.set_offline(True)
    page.reload()
    photograph(page)
    expect(sheets).to_contain_text(["Waits here to be sent"])
    page.reload()
    expect(page.locator("#counts")).to_contain_text("1 waits here")
    look_at(page, "camera-offline")
    [waiting] = kept_on(page)
    assert "JFIF" not in waiting["sealed"]
    assert len(waiting["sealed"]) > 50_000

    phone.set_offline(False)
    for number in (1, 2):
        expect(sheets.filter(has_text=f"{spoken(serial)}, page {number}")).to_contain_text("Read.", timeout=PATIENCE)
    expect(forms).to_have_count(0)
    look_at(page, "camera-read")
    assert kept_on(page) == []
    with place.instance.database.reading() as session:
        stored = responses.get(session, response_id_of(serial))
        found = [found.state for found in scans.pages_of_form(session, serial)]
    assert stored is not None
    assert stored.answers == {f"about_{at}": "a_bit" for at in range(ASKED)}
    assert found == ["read", "read"]
    assert sent_to(place).count(waiting["id"]) == 1
    assert len(sent_to(place)) == 2
    assert len(pictures(place.instance)) == 2


@pytest.mark.usefixtures("small_survey")
def test_a_blurred_sheet_is_said_to_be_so_and_may_be_taken_again_or_used(
    place: Place, phone: BrowserContext, camera: Camera
) -> None:
    _, [first, *_] = filled_form(place)
    camera(blurred(seen_by_camera(first)))
    before = sent_to(place)
    page = signed_in(phone, place)
    page.get_by_role("button", name="Take the picture").click()
    expect(page.locator("#verdict")).to_have_text(BLURRED, timeout=PATIENCE)
    look_at(page, "camera-blurred")
    page.get_by_role("button", name="Take it again").click()
    assert kept_on(page) == []
    page.get_by_role("button", name="Take the picture").click()
    page.get_by_role("button", name="Use it anyway").click()
    expect(page.locator("#done")).to_have_text("Kept. Next sheet.")
    expect(page.locator("#sheets li")).to_have_count(len(before) + 1)
    expect(page.get_by_text("Waits here to be sent")).to_have_count(0)
    assert len(sent_to(place)) == len(before) + 1


@pytest.mark.usefixtures("small_survey")
def test_a_sheet_whose_answer_broke_off_and_whose_sender_was_signed_out_waits_and_is_sent_once(
    place: Place, phone: BrowserContext, camera: Camera, monkeypatch: pytest.MonkeyPatch
) -> None:
    serial, [first, *_] = filled_form(place)
    camera(seen_by_camera(first))
    before = sent_to(place)
    page = signed_in(phone, place)
    monkeypatch.setattr(place.sky, "app", losing_answers(place.sky.app))
    photograph(page)
    expect(page.get_by_text("Waits here to be sent")).to_be_visible()
    while len(sent_to(place)) == len(before):
        page.wait_for_timeout(50)
    monkeypatch.undo()
    session = phone.cookies()
    phone.clear_cookies()
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.get_by_text("You are signed out. Nothing is lost")).to_be_visible()
    assert len(kept_on(page)) == 1
    phone.add_cookies([{name: cookie[name] for name in ("name", "value", "domain", "path")} for cookie in session])
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.locator("#sheets li").filter(has_text=spoken(serial))).to_contain_text("Read.", timeout=PATIENCE)
    expect(page.get_by_text("You are signed out.")).to_be_hidden()
    assert kept_on(page) == []
    assert len(sent_to(place)) == len(before) + 1


@pytest.mark.usefixtures("small_survey")
def test_a_picture_is_judged_by_what_is_wrong_with_it(place: Place, phone: BrowserContext) -> None:
    _, [sheet, *_] = filled_form(place)
    lying = seen_by_camera(sheet)
    judged = {
        "as it should be": (lying, None),
        "upside down": (seen_by_camera(sheet, turned=180), None),
        "on a white table": (seen_by_camera(sheet, table=225), None),
        "in evening light": ((lying * 0.5).astype(np.uint8), None),
        "in the dark": ((lying * 0.2).astype(np.uint8), "dark"),
        "out of focus": (blurred(lying), "blurred"),
        "by a hand that shakes": (shaken(lying), "blurred"),
        "under a lamp": (glared(lying), "glare"),
        "half of it": (seen_by_camera(sheet, aside=0.3), "cut"),
        "from far away": (seen_by_camera(sheet, size=0.5), "far"),
        "only the table": (np.full_like(lying, TABLE), "no_form"),
    }
    page = phone.new_page()
    page.goto("/healthz")
    page.evaluate(JUDGE)
    found = {
        name: page.evaluate("(picture) => judged(picture)", b64encode(as_jpeg(picture)).decode())
        for name, (picture, _) in judged.items()
    }
    assert found == {name: problem for name, (_, problem) in judged.items()}
