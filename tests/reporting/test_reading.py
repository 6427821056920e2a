"""Reading a release back: the same figures, filters and refusals for everybody."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from builders import WARD, WAVE, with_survey
from engage.reporting.ground import AreaNotInSurvey
from engage.reporting.reading import find_tables, last_release, open_release, refusal_document, release_document
from engage.results.plan import BreakdownRefused
from engage.results.published import TableUnfit
from engage.storage import releases
from engage.storage.instance import Instance
from engage.storage.releases import ReleaseTableRow
from reporting import answered
from reporting.answered import (
    DISTRICT,
    FORCE,
    PLACE,
    SURVEY,
    a_released_instance,
    publish,
    published_tables,
    safe_day,
    take_in,
    to_state,
)


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    """Return an instance with one published wave, for tests that only read it."""
    instance = a_released_instance(tmp_path_factory.mktemp("reading"), safe_day(37, 13, 11))
    yield instance
    instance.database.close()


@pytest.fixture
def changing(surveyed: Instance) -> Instance:
    """Return an instance with one published wave, for a test that changes it."""
    take_in(surveyed, safe_day(37, 13, 11))
    to_state(surveyed, "closed")
    publish(surveyed)
    return surveyed


@pytest.mark.parametrize(
    ("area", "by", "code"),
    [
        (WARD, "community", "ward_by_demographic"),
        (None, "ward,community", "ward_by_demographic"),
        (DISTRICT, "ward,gender", "ward_by_demographic"),
        (PLACE, "age", "place_by_demographic"),
        ("E10000024", "gender", "county_by_demographic"),
        (None, "gender,community", "two_demographics"),
        (DISTRICT, "community_by_age", "community_by_age_below_force"),
        (None, "age_group", "second_age_bands"),
        (None, "shoe_size", "unknown_breakdown"),
        (None, "safe_day", "unknown_breakdown"),
    ],
)
def test_what_the_plan_does_not_have_is_refused(released: Instance, area: str | None, by: str, code: str) -> None:
    with pytest.raises(BreakdownRefused) as refusal:
        published_tables(released, area=area, by=by)
    document = refusal_document(refusal.value)
    assert (document["code"], document["question"]) == (code, None)
    assert len(str(document["detail"])) > 20


def test_a_place_outside_the_survey_is_refused(released: Instance) -> None:
    for code in ("E06000016", "E05099999", "../x", "place:sneintonn"):
        with pytest.raises(AreaNotInSurvey) as refusal:
            published_tables(released, area=code)
        assert refusal_document(refusal.value)["code"] == "unknown_area"


def test_an_area_leaves_its_row_alone(released: Instance) -> None:
    _, tables = published_tables(released, area=WARD)
    assert {row.row for table in tables for row in table.rows_shown} == {WARD}
    assert "safe_day" in {table.question for table in tables}
    assert "gender" not in {table.question for table in tables}


def test_a_level_gives_the_areas_of_that_level_inside_an_area(released: Instance) -> None:
    _, tables = published_tables(released, area=DISTRICT, by="ward")
    rows = next(table for table in tables if table.question == "safe_day").rows_shown
    assert len(rows) == 20
    assert all(row.row.startswith("E050122") for row in rows)


def test_a_breakdown_without_an_area_is_of_the_whole_survey(released: Instance) -> None:
    _, tables = published_tables(released, by="age")
    assert {(table.rows, table.area) for table in tables} == {("age_band", FORCE)}
    assert published_tables(released, by="communities")[1] == published_tables(released, area=FORCE, by="community")[1]


def test_the_document_is_the_interface(released: Instance) -> None:
    published, tables = published_tables(released, area=WARD)
    document = release_document(published, tables)
    assert list(document) == ["survey", "wave", "release", "published", "synthetic", "rule", "tables"]
    assert (document["survey"], document["wave"], document["published"]) == (SURVEY, WAVE, "2026-11-21")
    assert (document["synthetic"], document["rule"]) == (False, "floor-8, base 10, rounding 5")
    day = next(table for table in document["tables"] if table["question"] == "safe_day")
    assert list(day) == ["question", "codes", "rows", "note", "rows_shown"]
    assert day["rows_shown"][0]["cells"][0] == {
        "option": "safe",
        "n": 35,
        "shown": "35",
        "share": 0.58,
        "low": 0.4,
        "high": 0.75,
    }


def test_the_newest_wave_with_a_release_is_read(changing: Instance) -> None:
    with_survey(changing, state="open", wave="2027-spring")
    with changing.database.reading() as session:
        found = last_release(session, SURVEY)
        assert found is not None
        assert found.wave == WAVE
        assert last_release(session, SURVEY, "2027-spring") is None
        assert last_release(session, "nothing") is None
    to_state(changing, "closed", wave="2027-spring")
    publish(changing, wave="2027-spring")
    publish(changing)
    with changing.database.reading() as session:
        newest = last_release(session, SURVEY)
        older = last_release(session, SURVEY, WAVE)
        assert newest is not None
        assert older is not None
        assert (newest.wave, older.wave) == ("2027-spring", WAVE)


def test_a_stored_table_that_was_tampered_with_is_not_given_out(changing: Instance) -> None:
    with changing.database.writing() as session:
        rows = session.query(ReleaseTableRow).filter_by(rows="area", question="safe_day").all()
        for row in rows:
            document = dict(row.document)
            first = dict(document["rows_shown"][0])
            first["cells"] = [{**cell, "n": 37} for cell in first["cells"]]
            row.document = {**document, "rows_shown": [first, *document["rows_shown"][1:]]}
        release = releases.last(session, SURVEY)
        assert release is not None
        session.query(releases.ReleaseRow).update({"release_hash": "f" * 64})
    with changing.database.reading() as session:
        again = last_release(session, SURVEY)
        assert again is not None
        with pytest.raises(TableUnfit):
            find_tables(session, open_release(session, again))


def test_nothing_here_depends_on_live_rows(changing: Instance) -> None:
    before = published_tables(changing)[1]
    with changing.database.writing() as session:
        known = answered.waves.get(session, SURVEY, WAVE)
        assert known is not None
        answered.waves.put(session, replace(known, state="open"))
    take_in(changing, safe_day(200, 200, 200))
    assert published_tables(changing)[1] == before
