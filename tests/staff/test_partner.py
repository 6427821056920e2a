"""A partner reads what is published of their own area, in every form it comes in, and nothing else."""

import csv
import io
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from engage.app import create_app
from engage.storage import jobs
from engage.storage.scopes import Scope
from reached import limit
from reporting.answered import (
    DISTRICT,
    FAR_DISTRICT,
    FAR_WARD,
    FORCE,
    SURVEY,
    WARD,
    WAVE,
    Group,
    a_released_instance,
    safe_day,
)
from staffing import post, signed_in, text_of

ASKED = f"survey={SURVEY}&wave={WAVE}"
GROUPS: list[Group] = [
    *safe_day(30, 20, 15, area=WARD, home_district=DISTRICT),
    *safe_day(40, 30, 20, area=FAR_WARD, home_district=FAR_DISTRICT),
]


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    instance = a_released_instance(tmp_path_factory.mktemp("partner"), GROUPS)
    yield create_app(instance)
    instance.database.close()


@pytest.fixture(scope="module")
def partner(app: Flask) -> FlaskClient:
    client = signed_in(app, "partner")
    limit(app.extensions["engage"], "partner", Scope(areas=frozenset({DISTRICT}), surveys=frozenset({SURVEY})))
    return client


@pytest.mark.parametrize(
    "page", ["results?", "results/file?format=csv&", "results/explore?", "summaries?", "slides?format=html&"]
)
def test_a_partner_reads_their_district_where_none_is_named_and_no_other(partner: FlaskClient, page: str) -> None:
    own = partner.get(f"/staff/{page}{ASKED}")
    assert own.status_code == 200
    said = own.get_data(as_text=True)
    assert "Nottingham" in said or DISTRICT in said
    assert not any(code in said for code in ("Ashfield", FAR_DISTRICT, FAR_WARD))
    for area in (FAR_DISTRICT, FAR_WARD, FORCE):
        assert partner.get(f"/staff/{page}{ASKED}&area={area}").status_code == 404
    assert partner.get(f"/staff/{page}{ASKED}&area={WARD}").status_code == 200


def test_no_file_holds_a_row_of_another_area(partner: FlaskClient) -> None:
    by_ward = partner.get(f"/staff/results/file?{ASKED}&by=ward&format=csv&bom=no").get_data(as_text=True)
    rows = list(csv.DictReader(io.StringIO(by_ward)))
    assert rows and WARD in by_ward
    assert FAR_WARD not in by_ward and FAR_DISTRICT not in by_ward
    for part in ("weighted", "who_answered", "compared", "changed", "ways"):
        told = partner.get(f"/staff/results/file?{ASKED}&format=csv&part={part}").get_data(as_text=True)
        assert not any(code in told for code in (FAR_WARD, FAR_DISTRICT)), part


def test_summaries_made_together_are_of_their_own_areas(app: Flask, partner: FlaskClient) -> None:
    form = {"survey": SURVEY, "wave": WAVE, "level": "ward", "language": "en", "style": "standard"}
    own = post(partner, "/staff/summaries", form).headers["Location"]
    with app.extensions["engage"].database.reading() as session:
        (asked,) = jobs.newest(session, 1)
    assert asked.parameters["within"] == [DISTRICT] and own.endswith(str(asked.id))
    assert partner.get(own).status_code == 200
    everything = post(signed_in(app, "analyst"), "/staff/summaries", form).headers["Location"]
    assert partner.get(everything).status_code == 404


def test_a_partner_sees_no_count_of_what_comes_in(partner: FlaskClient) -> None:
    home = text_of(partner.get("/staff/"))
    assert "Replies" not in home and "Forms printed" not in home
    for page in ("coverage", "raw-data", "review", "words", "paper/batches", "people", "audit"):
        assert partner.get(f"/staff/{page}").status_code == 403, page
    publish = post(partner, "/staff/results/publish", {"survey": SURVEY, "wave": WAVE})
    assert publish.status_code == 403


def test_an_analyst_of_one_area_does_not_publish_for_all(app: Flask) -> None:
    analyst = signed_in(app, "analyst")
    limit(app.extensions["engage"], "analyst", Scope(areas=frozenset({DISTRICT})))
    assert "Publish" not in text_of(analyst.get(f"/staff/results?{ASKED}")).replace("Published", "")
    assert post(analyst, "/staff/results/publish", {"survey": SURVEY, "wave": WAVE}).status_code == 404
