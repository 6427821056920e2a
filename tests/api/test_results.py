"""Published results over HTTP: the release, its parts, and what is refused."""

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from builders import WARD, WAVE
from engage.app import create_app
from engage.storage.instance import Instance
from reporting.answered import DISTRICT, FORCE, a_released_instance, published_tables, safe_day

URL = "/api/v1/results/feeling-safe"


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    """Return an instance with one published wave."""
    instance = a_released_instance(tmp_path_factory.mktemp("api"), safe_day(37, 13, 11))
    yield instance
    instance.database.close()


@pytest.fixture
def reader(released: Instance) -> FlaskClient:
    """Return a program that reads the results."""
    return create_app(released).test_client()


def test_the_last_release_is_given_out_whole(reader: FlaskClient, released: Instance) -> None:
    document = reader.get(URL).json
    _, tables = published_tables(released)
    assert document["tables"] == [table.to_document() for table in tables]
    assert (document["survey"], document["wave"], document["synthetic"]) == ("feeling-safe", WAVE, False)


def test_filters_leave_a_part(reader: FlaskClient) -> None:
    one = reader.get(URL, query_string={"area": WARD}).json
    assert {row["row"] for table in one["tables"] for row in table["rows_shown"]} == {WARD}
    by = reader.get(URL, query_string={"area": DISTRICT, "by": "community"}).json
    assert {(table["rows"], table["area"]) for table in by["tables"]} == {("community", DISTRICT)}
    assert reader.get(URL, query_string={"wave": WAVE}).status_code == 200


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({"area": WARD, "by": "community"}, "ward_by_demographic"),
        ({"by": ["gender", "community"]}, "two_demographics"),
        ({"area": DISTRICT, "by": "community_by_age"}, "community_by_age_below_force"),
        ({"by": "shoe_size"}, "unknown_breakdown"),
        ({"area": "E05099999"}, "unknown_area"),
    ],
)
def test_what_the_plan_does_not_have_is_a_problem_with_its_reason(
    reader: FlaskClient, query: dict[str, object], code: str
) -> None:
    answer = reader.get(URL, query_string=query)
    assert answer.status_code == 422
    [problem] = answer.json["problems"]
    assert problem.keys() == {"code", "question", "detail"}
    assert problem["code"] == code


@pytest.mark.parametrize("path", ["/api/v1/results/nothing", f"{URL}?wave=1066-winter"])
def test_without_a_release_there_is_nothing(reader: FlaskClient, path: str) -> None:
    answer = reader.get(path)
    assert (answer.status_code, answer.json["problems"][0]["code"]) == (404, "no_release")


def test_the_same_release_is_not_sent_twice(reader: FlaskClient) -> None:
    first = reader.get(URL, query_string={"area": FORCE})
    assert first.json["release"] in first.headers["ETag"]
    again = reader.get(URL, query_string={"area": FORCE}, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
