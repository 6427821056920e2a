"""A district on a simple map: tapping a ward ticks it in the list; nobody is asked where they are."""

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient

from builders import DISTRICT, WARD
from channels.web.respondent import Respondent, by_client
from engage.areas import Level
from engage.storage import areas
from engage.storage.areas import StoredArea
from engage.storage.instance import Instance


def with_boundaries(instance: Instance, *, but: str | None = None) -> None:
    """Give every ward of the district a square of its own."""
    with instance.database.writing() as session:
        wards = areas.read_tree(session).children(DISTRICT, level=Level.WARD)
        squares = [StoredArea(ward, square(at)) for at, ward in enumerate(wards) if ward.code != but]
        areas.put(session, squares)


def square(at: int) -> dict[str, object]:
    west, south = -1.2 + 0.01 * (at % 5), 52.9 + 0.01 * (at // 5)
    ring = [[west, south], [west + 0.01, south], [west + 0.01, south + 0.01], [west, south + 0.01], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def page_of(client: FlaskClient, address: str) -> BeautifulSoup:
    return BeautifulSoup(client.get(address).get_data(as_text=True), "html5lib")


def test_a_ward_tapped_on_the_map_is_ticked_in_the_list(surveyed: Instance, client: FlaskClient) -> None:
    with_boundaries(surveyed)
    drawn = page_of(client, f"/s/local/map/{DISTRICT}")
    (ward,) = [link for link in drawn.select("a") if link["data-area"] == WARD]
    assert "Clifton" in ward["aria-label"] and ward.select("path")[0]["d"].startswith("M")
    assert len(drawn.select("a")) == 20
    assert client.get("/s/local/rest?lang=en").get_json()["maps"] == [DISTRICT]


def test_without_every_boundary_there_is_no_map(surveyed: Instance, client: FlaskClient) -> None:
    with_boundaries(surveyed, but=WARD)
    assert client.get(f"/s/local/map/{DISTRICT}").status_code == 404
    assert client.get("/s/local/rest?lang=en").get_json()["maps"] == []


@pytest.mark.parametrize("code", ["E12000001", "E05012278", "nowhere"])
def test_what_is_no_district_of_the_survey_has_no_map(surveyed: Instance, client: FlaskClient, code: str) -> None:
    with_boundaries(surveyed)
    assert client.get(f"/s/local/map/{code}").status_code == 404


def test_without_a_script_the_map_stands_in_the_page_and_a_tap_ticks(surveyed: Instance, client: FlaskClient) -> None:
    with_boundaries(surveyed)
    person = Respondent(by_client(client)).starts().agrees().presses("next", district=DISTRICT)
    assert person.page.select("a[data-map]")
    person.opens(person.address + "?map=1")
    assert len(person.page.select("svg.map a")) == 20
    person.opens(person.address.partition("?")[0] + person.page.select(f"svg.map a[data-area={WARD}]")[0]["href"])
    (ticked,) = person.page.select("input[name=area]:checked")
    assert ticked["value"] == WARD
    person.presses("next", area=WARD)
    assert "Clifton" in person.page.get_text()
