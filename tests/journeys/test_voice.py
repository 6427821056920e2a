"""What comes back to people, from the staff's form to the public page, the summary and the wall."""

from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO

import pypdfium2
import pytest
import zxingcpp
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser

from axe import violations
from builders import WARD
from engage.app import create_app
from engage.collection.accounts import sign_in_link
from engage.collection.public_questions import ask_question
from engage.storage import actions, audit, releases
from engage.storage.instance import Instance
from reporting.answered import DISTRICT, FAR_DISTRICT, FORCE, a_released_instance, people
from services import a_web_server
from staffing import an_email, post, signed_in, text_of, with_person, with_second_step

ANSWERS = {"unsafe_reasons": ["dark"], "communities": ["somali"]}
ACTIONS = "/staff/public/actions"
COMMUNITIES = "/staff/public/communities"


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    """Return an instance with one published wave of made-up answers."""
    instance = a_released_instance(tmp_path_factory.mktemp("voice"), [people(40, ANSWERS)], is_synthetic=True)
    yield instance
    instance.database.close()


@pytest.fixture(scope="module")
def app(released: Instance) -> Flask:
    return create_app(released)


@pytest.fixture(scope="module")
def staff(app: Flask) -> FlaskClient:
    """Return an analyst."""
    return signed_in(app, "analyst")


@pytest.fixture(autouse=True)
def _nothing_done_yet(released: Instance) -> Iterator[None]:
    yield
    with released.database.writing() as session:
        for action in actions.list_of(session, "feeling-safe"):
            actions.remove(session, action.id)


def written(staff: FlaskClient, **fields: str) -> int:
    """Write an action as the form does; returns the status."""
    form = {
        "survey": "feeling-safe",
        "said": "The paths are dark.",
        "done": "Lamps were mended.",
        "owner": "Street lighting team",
        "day": "2026-11-02",
        "language": "en",
        "is_published": "1",
    }
    return post(staff, ACTIONS, {name: words for name, words in (form | fields).items() if words}).status_code


def test_what_was_done_stands_beside_the_published_figure_in_the_readers_language(
    app: Flask, staff: FlaskClient
) -> None:
    assert written(staff, area=WARD, figure="unsafe_reasons:dark") == 303
    reader = app.test_client()
    page = text_of(reader.get("/results/local/did?lang=en"))
    assert "The paths are dark." in page
    assert "Clifton East?" in page
    assert all(words in page for words in ("Lamps were mended.", "Street lighting team", "2 November 2026"))
    assert "Everything here is made up." in page
    shown = text_of(reader.get(f"/results/local/{WARD}/all?lang=en"))
    assert "Dark or empty places: over 90 in 100" in page
    assert "over 90 in 100" in shown
    arabic = reader.get("/results/local/did?lang=ar").get_data(as_text=True)
    assert '<span lang="en" dir="ltr">Lamps were mended.</span>' in arabic


def test_a_summary_tells_of_its_own_and_wider_places_and_of_no_others(app: Flask, staff: FlaskClient) -> None:
    for area, said in ((DISTRICT, "In Nottingham"), (FAR_DISTRICT, "In Ashfield"), ("", "Everywhere")):
        assert written(staff, area=area, said=said) == 303
    assert written(staff, area=WARD, said="A draft", is_published="") == 303
    reader = app.test_client()
    ward = text_of(reader.get(f"/results/local/{WARD}?lang=en"))
    assert "In Nottingham" in ward
    assert "Everywhere" in ward
    assert "In Ashfield" not in ward
    assert "In Ashfield" in text_of(reader.get(f"/results/local/{FORCE}?lang=en"))
    assert "A draft" not in ward + text_of(reader.get("/results/local/did"))
    printed = pypdfium2.PdfDocument(reader.get(f"/results/local/{WARD}/summary.pdf?lang=en").get_data())
    assert "In Nottingham" in "".join(page.get_textpage().get_text_range() for page in printed)


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"said": " "}, "Write something"),
        ({"done": "x" * 1001}, "at most 1000"),
        ({"day": "soon"}, "Give the day"),
        ({"area": "E05099999"}, "an area of the survey"),
        ({"area": WARD, "community": "somali"}, "not both"),
        ({"community": "martian"}, "a community of the survey"),
        ({"language": "fr"}, "a language of the survey"),
        ({"figure": "free_text:anything"}, "one of the published answers"),
    ],
)
def test_an_action_that_is_not_right_is_refused_and_what_was_typed_stays(
    staff: FlaskClient, released: Instance, fields: dict[str, str], says: str
) -> None:
    form = {"survey": "feeling-safe", "said": "Dark", "done": "Lamps", "owner": "Team", "day": "2026-11-02"}
    answer = post(staff, ACTIONS, form | {"language": "en"} | fields)
    assert answer.status_code == 422
    assert says in text_of(answer)
    assert 'value="Team"' in answer.get_data(as_text=True)
    with released.database.reading() as session:
        assert actions.list_of(session, "feeling-safe") == []


def test_a_community_is_public_once_its_own_people_have_read_it(app: Flask, staff: FlaskClient) -> None:
    reader = app.test_client()
    page = "/results/local/community/somali?lang=en"
    assert reader.get(page).status_code == 404
    assert "Somali" not in text_of(reader.get("/results/local?lang=en"))
    noted = {"survey": "feeling-safe", "community": "somali", "act": "note"}
    assert post(staff, COMMUNITIES, noted | {"read_by": ""}).status_code == 422
    assert post(staff, COMMUNITIES, noted | {"read_by": "Women's circle"}).status_code == 303
    assert "feel part of this community: Somali" in text_of(reader.get(page))
    listed = text_of(reader.get("/results/local?lang=en"))
    assert "What people said, by community Somali" in listed
    assert "Women's circle" not in listed + text_of(reader.get(page))
    assert post(staff, COMMUNITIES, noted | {"act": "take_back"}).status_code == 303
    assert reader.get(page).status_code == 404
    assert reader.get("/results/local/community/martian").status_code == 404


@pytest.mark.parametrize(("language", "style"), [("en", "standard"), ("ar", "easy_read"), ("pl", "large_print")])
def test_the_codes_of_a_poster_lead_to_the_results_and_the_survey(
    staff: FlaskClient, released: Instance, language: str, style: str
) -> None:
    asked = f"area={WARD}&language={language}&style={style}&venue=Clifton+Library"
    made = staff.get(f"/staff/public/poster?{asked}&has_survey=1")
    printed = pypdfium2.PdfDocument(BytesIO(made.get_data()))
    assert len(printed) == 1
    read = zxingcpp.read_barcodes(printed[0].render(scale=2).to_numpy())
    way, url = f"?lang={language}&style={style}", released.settings.public_url
    assert {code.text for code in read} == {f"{url}/results/local/{WARD}{way}", f"{url}/s/local{way}"}
    assert "Library" in printed[0].get_textpage().get_text_range()
    without = pypdfium2.PdfDocument(staff.get(f"/staff/public/poster?{asked}").get_data())
    assert len(zxingcpp.read_barcodes(without[0].render(scale=2).to_numpy())) == 1


@pytest.mark.parametrize("asked", ["area=E05099999&language=en&style=standard", f"area={WARD}&language=fr&style=x"])
def test_a_poster_that_nobody_could_read_is_refused(staff: FlaskClient, asked: str) -> None:
    assert staff.get(f"/staff/public/poster?{asked}").status_code == 422


@pytest.fixture(scope="module")
def address(app: Flask, released: Instance) -> Iterator[str]:
    """Serve the instance; an admin has an account."""
    with_person(released, "admin")
    with a_web_server(app) as port:
        yield f"http://127.0.0.1:{port}"


def test_axe_finds_nothing_in_the_new_pages_and_nothing_is_cut_off(
    browser: Browser, address: str, released: Instance, staff: FlaskClient
) -> None:
    assert written(staff, area=WARD, figure="unsafe_reasons:dark") == 303
    with released.database.writing() as session:
        ask_question(session, "feeling-safe", "When?", None, "ar", released.now())
        token = sign_in_link(session, released.settings.keys, an_email("admin"), released.now(), "test")
    context = browser.new_context(base_url=address, viewport={"width": 360, "height": 800}, bypass_csp=True)
    page = context.new_page()
    public = [f"/results/local/{name}?lang={way}" for name in ("did", "ask") for way in ("en", "ar&style=easy_read")]
    own = [f"/staff/public/{name}" for name in ("", "actions", "questions", "communities", "posters")]
    page.goto(f"/staff/in/{token}")
    page.click("main button")
    page.wait_for_url("**/staff/**")
    with_second_step(released, an_email("admin"))
    found = []
    for path in (*public, *own):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, path
        found += [(path, each["id"], [node["html"] for node in each["nodes"]]) for each in violations(page)]
    context.close()
    assert found == []


def test_an_action_keeps_the_figure_of_its_time(staff: FlaskClient, released: Instance) -> None:
    assert written(staff, area=WARD, figure="unsafe_reasons:dark") == 303
    with released.database.reading() as session:
        (before,) = actions.list_of(session, "feeling-safe")
        release = releases.last(session, "feeling-safe")
        assert release
    with released.database.writing() as session:
        releases.add(session, replace(release, release_hash="b" * 64), [])
    assert (
        written(staff, area=WARD, id=str(before.id), figure="unsafe_reasons:dark", done="All lamps were mended.") == 303
    )
    with released.database.reading() as session:
        (after,) = actions.list_of(session, "feeling-safe")
        acts = [line.action for line in audit.lines_about(session, str(before.id))]
    assert (after.release_id, after.done) == (before.release_id, "All lamps were mended.")
    assert acts == ["action.written", "action.changed"]
