"""Summaries for staff: of an area or a community, a map of wards, and all PDFs of a level in one job."""

import zipfile
from collections.abc import Iterator
from uuid import UUID

import pypdfium2
import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient

from builders import WARD
from engage import jobs
from engage.app import create_app
from engage.storage import jobs as stored_jobs
from engage.storage.instance import Instance
from engage.worker import WORKS
from reporting.answered import DISTRICT, NEIGHBOUR, SURVEY, a_released_instance, people, safe_day
from staffing import post, signed_in

ANSWERS = {"good_here": ["clubs"], "unsafe_reasons": ["dark"], "communities": ["somali"]}


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    """Return an instance with one published wave."""
    groups = [*safe_day(37, 13, 11), people(40, ANSWERS), people(12, ANSWERS, area=NEIGHBOUR)]
    instance = a_released_instance(tmp_path_factory.mktemp("summaries"), groups)
    yield instance
    instance.database.close()


@pytest.fixture(scope="module")
def analyst(released: Instance) -> FlaskClient:
    """Return somebody who may read results."""
    return signed_in(create_app(released), "analyst")


def page(client: FlaskClient, query: str) -> BeautifulSoup:
    """Return the page with what was chosen."""
    answer = client.get(f"/staff/summaries?{query}")
    assert answer.status_code == 200
    return BeautifulSoup(answer.get_data(as_text=True), "html.parser")


def test_an_area_and_a_community_can_be_chosen(analyst: FlaskClient) -> None:
    area = page(analyst, f"area={DISTRICT}")
    assert "What people said about Nottingham" in area.main.text
    assert [heading.name for heading in area.main.find_all(["h1", "h2"])][:2] == ["h1", "h2"]
    community = page(analyst, "community=somali").main.text
    assert "feel part of this community: Somali" in community
    assert "only after people of that community have read it" in community


def test_the_map_names_each_ward_and_whom_it_is_shown_for(analyst: FlaskClient) -> None:
    drawn = page(analyst, "shading=safe_day:safe")
    assert len(drawn.select(".wide tbody tr")) == 188
    row = next(row for row in drawn.select(".wide tbody tr") if row.th.text == "Clifton West")
    assert row.find_all("td")[-1].text == "Clifton and Wilford"
    assert drawn.find("svg", {"role": "img"}).title.text.endswith("daytime? Safe")
    assert "Crown copyright" in drawn.main.text


@pytest.mark.parametrize(
    "query", ["area=E05099999", "community=atlantean", f"community=somali&area={WARD}", "area=%3Cscript%3E"]
)
def test_what_there_is_not_is_not_found(analyst: FlaskClient, query: str) -> None:
    assert analyst.get(f"/staff/summaries?{query}").status_code == 404
    assert analyst.get(f"/staff/summaries/file?{query}").status_code == 404


def test_a_summary_is_taken_away_as_a_pdf_in_a_language_and_style(analyst: FlaskClient) -> None:
    answer = analyst.get(f"/staff/summaries/file?area={WARD}&lang=en&style=large_print")
    assert answer.mimetype == "application/pdf"
    assert f"{SURVEY}-{WARD}-en-large_print.pdf" in answer.headers["Content-Disposition"]
    assert len(pypdfium2.PdfDocument(answer.data)) >= 2


@pytest.mark.parametrize("role", ["coordinator", "ambassador", "translator"])
def test_others_may_not_read_summaries(released: Instance, role: str) -> None:
    client = signed_in(create_app(released), role)
    assert client.get("/staff/summaries").status_code == 403
    assert client.get(f"/staff/summaries/file?area={WARD}").status_code == 403
    assert post(client, "/staff/summaries", {"level": "ward"}).status_code == 403


def test_the_pdfs_of_every_district_are_made_in_one_job_with_its_progress(
    released: Instance, analyst: FlaskClient
) -> None:
    asked = {"survey": SURVEY, "wave": "", "level": "district", "language": "en", "style": "standard"}
    answer = post(analyst, "/staff/summaries", asked)
    job_id = UUID(answer.headers["Location"].rpartition("/")[2])
    jobs.run(released, job_id, WORKS)
    with released.database.reading() as session:
        job = stored_jobs.get(session, job_id)
    assert job is not None
    assert (job.state, job.done, job.total) == ("done", 8, 8)
    assert "Making summaries" in analyst.get(f"/staff/jobs/{job_id}").get_data(as_text=True)
    with zipfile.ZipFile(jobs.files_of(released) / str(job.file)) as archive:
        names = archive.namelist()
        assert len(names) == 8
        assert f"Nottingham-{DISTRICT}.pdf" in names
        assert all(archive.read(name).startswith(b"%PDF-1.7") for name in names)


@pytest.mark.parametrize(
    ("wrong", "reason"), [({"language": "dv"}, "does not come in dv"), ({"survey": "other"}, "nothing is published")]
)
def test_a_job_that_cannot_be_done_says_why(
    released: Instance, analyst: FlaskClient, wrong: dict[str, str], reason: str
) -> None:
    asked = {"survey": SURVEY, "wave": "", "level": "district", "language": "en", "style": "standard"} | wrong
    job_id = UUID(post(analyst, "/staff/summaries", asked).headers["Location"].rpartition("/")[2])
    jobs.run(released, job_id, WORKS)
    assert reason in analyst.get(f"/staff/jobs/{job_id}").get_data(as_text=True)
    assert post(analyst, "/staff/summaries", asked | {"level": "street"}).status_code == 400


def test_before_the_first_release_the_page_says_so(surveyed: Instance) -> None:
    client = signed_in(create_app(surveyed), "analyst")
    assert "Nothing is published yet" in client.get("/staff/summaries").get_data(as_text=True)
    assert client.get(f"/staff/summaries/file?area={WARD}").status_code == 404
