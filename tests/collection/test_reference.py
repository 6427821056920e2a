"""The real ward lists, boundaries, postcodes and census margins, where they are at hand."""

import gzip
import time
from pathlib import Path

import pytest

from builders import a_door, a_submission, with_survey
from engage.areas import AreasFaulty, ReferenceFileFaulty
from engage.collection.places import find_area, find_area_or_part
from engage.collection.receive import receive_submission
from engage.collection.reference import import_areas, import_margins, import_postcodes
from engage.storage import areas, responses
from engage.storage.instance import Instance

GEO = Path(__file__).parents[2].parent / "shared" / "data" / "geo"
needs_real_files = pytest.mark.skipif(not GEO.is_dir(), reason="REAL FILES ABSENT: no ../shared/data/geo here")


def bring_in(instance: Instance, step: object, *arguments: object) -> int:
    with instance.database.writing() as session:
        return step(session, instance.settings.keys, *arguments, actor="test", now=instance.now())


@needs_real_files
def test_the_real_files_come_in_under_a_minute_and_a_postcode_finds_its_ward(instance: Instance) -> None:
    started = time.monotonic()
    for name in ("wards_nottinghamshire.geojson", "wards_llr.geojson", "lads.geojson", "wards_current.csv"):
        bring_in(instance, import_areas, (GEO / name).read_text(encoding="utf-8"), Path(name).suffix)
    with gzip.open(GEO / "postcode_ward_2025.csv.gz", "rt", encoding="utf-8") as lines:
        assert bring_in(instance, import_postcodes, lines) == 73_923
    for name in (
        "census2021_lad_ethnic19.csv",
        "census2021_lad_sex.csv",
        "census2021_lad_summed_from_lsoa.csv",
        "census2021_ward_summed_from_lsoa.csv",
        "mye_lad_single_year_of_age.csv",
    ):
        with (GEO / name).open(encoding="utf-8", newline="") as lines:
            assert bring_in(instance, import_margins, lines) > 0
    assert time.monotonic() - started < 60
    questionnaire = with_survey(instance)
    with instance.database.reading() as session:
        tree = areas.read_tree(session)
        ward = find_area(session, questionnaire, "ng1 5dt")
        assert ward
        assert tree.district_of(ward).name == "Nottingham"
        assert areas.boundaries_of(session, [ward])[ward]["type"] in ("Polygon", "MultiPolygon")
        assert areas.margins_of(session, "E06000018", "sex").keys() == {"female", "male"}
        assert find_area(session, questionnaire, "LE1 5WW") is None  # Leicester is not part of this survey
    with instance.database.writing() as session:
        receive_submission(session, a_door(instance), a_submission(area=ward))
    with instance.database.reading() as session:
        (response,) = responses.of_wave(session, "feeling-safe", "2026-autumn")
    assert response.area == ward


@needs_real_files
def test_bringing_a_file_in_twice_changes_nothing(instance: Instance) -> None:
    text = (GEO / "wards_nottinghamshire.geojson").read_text(encoding="utf-8")
    bring_in(instance, import_areas, text, ".geojson")
    with instance.database.reading() as session:
        before = areas.read_tree(session)
    bring_in(instance, import_areas, text, ".geojson")
    with instance.database.reading() as session:
        assert areas.read_tree(session).areas == before.areas


def test_a_faulty_file_is_refused_whole(instance: Instance) -> None:
    with pytest.raises(ReferenceFileFaulty, match="line 3"):
        bring_in(instance, import_postcodes, ["postcode,ward\n", "NG1 5DT,E05012277\n", "nonsense,E05012277\n"])
    with pytest.raises((AreasFaulty, ReferenceFileFaulty)):
        bring_in(instance, import_areas, "code,name,level,parent\nE05000001,Nowhere,ward,E06999999\n", ".csv")
    with instance.database.reading() as session:
        assert not areas.has_postcodes(session)
        assert "E05000001" not in areas.read_tree(session)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Bulwell", "place:bulwell"),
        ("  BULWELL ", "place:bulwell"),
        ("clifton east", "E05012278"),
        ("Nottingham", "E06000018"),
        ("hyson green and arboretum", "E05012281"),
        ("Castle", None),
        ("Leicester", None),
        ("the moon", None),
        ("", None),
    ],
)
def test_a_name_finds_the_one_area_it_can_mean(instance: Instance, text: str, code: str | None) -> None:
    questionnaire = with_survey(instance)
    with instance.database.reading() as session:
        assert find_area(session, questionnaire, text) == code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("NG9", "E05012278"),
        ("ng 8", "E06000018"),
        ("NG7", None),
        ("NG10", None),
        ("LE1", None),
        ("Bulwell", "place:bulwell"),
    ],
)
def test_half_a_postcode_names_the_narrowest_area_that_all_of_it_lies_in(
    instance: Instance, text: str, code: str | None
) -> None:
    questionnaire = with_survey(instance)
    pairs = [
        ("NG91AA", "E05012278"),
        ("NG101AA", "E05012281"),
        ("NG81AA", "E05012278"),
        ("NG81AB", "E05012281"),
        ("NG102AA", "E05005467"),
    ]
    with instance.database.writing() as session:
        areas.put_postcodes(session, pairs)
        areas.put_postcodes(
            session, [("NG102AB", next(ward.code for ward in areas.read_tree(session).wards_of("E06000016")))]
        )
        assert find_area_or_part(session, questionnaire, text) == code
