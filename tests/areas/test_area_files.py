"""Holds how files of areas are read and refused."""

import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engage.areas import Area, AreaTree, Level, ReadArea, ReferenceFileFaulty, read_area_file

SQUARE = {"type": "Polygon", "coordinates": [[[-1.1, 52.9], [-1.1, 53.0], [-1.0, 53.0], [-1.1, 52.9]]]}
DALES = {"WD25CD": "E05012280", "WD25NM": "Dales", "LAD25CD": "E06000018", "LAD25NM": "Nottingham"}


def geojson(*features: object) -> str:
    return json.dumps({"type": "FeatureCollection", "features": list(features)})


def feature(properties: object = DALES, geometry: object = SQUARE) -> dict[str, object]:
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def faults_of(text: str, suffix: str) -> list[str]:
    with pytest.raises(ReferenceFileFaulty) as refused:
        read_area_file(text, suffix)
    return [f"{fault.where} {fault.number} {fault.code}" for fault in refused.value.faults]


def areas_of(text: str, suffix: str = ".csv") -> list[Area]:
    return [read.area for read in read_area_file(text, suffix)]


def test_boundaries_of_the_statistics_office_are_read_with_their_district() -> None:
    city, dales = read_area_file(geojson(feature()), ".geojson")
    assert city == ReadArea(Area("E06000018", "Nottingham", Level.DISTRICT))
    assert dales == ReadArea(Area("E05012280", "Dales", Level.WARD, "E06000018"), SQUARE)


def test_plain_property_names_are_read_too() -> None:
    plain = {"code": "E05012280", "name": "Dales", "parent_code": "E06000018", "level": "ward", "year": 2025}
    assert areas_of(geojson(feature(plain)), ".JSON") == [Area("E05012280", "Dales", Level.WARD, "E06000018")]


def test_a_feature_without_geometry_is_an_area_without_boundary() -> None:
    *_, dales = read_area_file(geojson(feature(geometry=None)), "geojson")
    assert dales.boundary is None


def test_a_district_that_is_given_as_its_own_parent_has_none() -> None:
    itself = {"code": "E06000018", "name": "Nottingham", "parent_code": "E06000018", "level": "lad"}
    assert areas_of(geojson(feature(itself)), ".geojson") == [Area("E06000018", "Nottingham", Level.DISTRICT)]


def test_the_newest_of_several_years_counts() -> None:
    text = "WD24CD,WD24NM,WD25CD,WD25NM,LAD25CD\nE05000001,Old,E05000002,New,E06000018\n"
    assert areas_of(text) == [Area("E05000002", "New", Level.WARD, "E06000018")]


def test_a_look_up_from_ward_to_county_gives_every_area_in_it() -> None:
    text = (
        "WD25CD,WD25NM,WD25NMW,LAD25CD,LAD25NM,CTY25CD,CTY25NM,RGN25CD\n"
        "E05010673,Abbey Hill,,E07000170,Ashfield,E10000024,Nottinghamshire,E12000004\n"
        "E05012280,Dales,,E06000018,Nottingham,E99999999,,E12000004\n"
    )
    assert areas_of(text) == [
        Area("E07000170", "Ashfield", Level.DISTRICT, "E10000024"),
        Area("E10000024", "Nottinghamshire", Level.COUNTY),
        Area("E06000018", "Nottingham", Level.DISTRICT),
        Area("E05010673", "Abbey Hill", Level.WARD, "E07000170"),
        Area("E05012280", "Dales", Level.WARD, "E06000018"),
    ]


@pytest.mark.parametrize(
    "header",
    ["ward_code,ward_name,lad_code", "Ward Code,Ward Name,LAD Code", "wd25cd,wd25nm,lad25cd", "code,name,parent"],
)
def test_the_columns_of_a_ward_list_go_by_many_names(header: str) -> None:
    expected = [Area("E05012280", "Dales", Level.WARD, "E06000018")]
    assert areas_of(f"\ufeff{header}\nE05012280,Dales,E06000018\n") == expected


def test_a_plain_ward_column_beside_ward_code_is_the_name() -> None:
    text = "ward,ward_code,district,district_code\nDales,E05012280,Nottingham,E06000018\n"
    assert areas_of(text) == [
        Area("E06000018", "Nottingham", Level.DISTRICT),
        Area("E05012280", "Dales", Level.WARD, "E06000018"),
    ]


def test_our_own_list_says_level_wards_and_dates_below_its_comments() -> None:
    text = (
        "# Source: us\n"
        "code,name,level,parent,wards,valid_from,valid_to\n"
        '"E05000001","A, B & C",ward,E06000018,,2019-05-02,2023-05-03\n'
        "place:abc,A B C,place,E06000018,E05000001 E05000002,,\n"
    )
    assert areas_of(text) == [
        Area("E05000001", "A, B & C", Level.WARD, "E06000018", date(2019, 5, 2), date(2023, 5, 3)),
        Area("place:abc", "A B C", Level.PLACE, "E06000018", wards=("E05000001", "E05000002")),
    ]


def test_old_wards_end_with_the_year_they_were_last_seen() -> None:
    text = "ward_code,ward_name,lad_code,source_year_last_seen\nE05001823,Aspley,E06000018,2016\n"
    assert areas_of(text)[-1].valid_to == date(2016, 12, 31)


def test_an_imported_district_keeps_the_county_we_know(tree: AreaTree) -> None:
    text = "ward_code,ward_name,lad_code,lad_name\nE05000005,Mill,E07000001,Borough\n"
    assert tree.with_areas(areas_of(text)) == tree


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("E0501228,Dales,E06000018,,,", "bad_code"),
        ("E12000004,East Midlands,,,,", "bad_code"),
        ("E05012280,,E06000018,,,", "no_name"),
        ("E05012280,Da\u202eles,E06000018,,,", "bad_name"),
        ("E05012280,Dales,,,,", "no_parent"),
        ("E05012280,Dales,E10000024,,,", "bad_parent"),
        ("E05012280,Dales,Nottingham,,,", "bad_parent"),
        ("E05012280,Dales,E06000018,county,,", "bad_level"),
        ("E05012280,Dales,E06000018,ward,E05000001,", "not_a_place"),
        ("place:dales,Dales,E06000018,place,,", "no_wards"),
        ("place:dales,Dales,E06000018,place,E05000001 E05000001,", "bad_wards"),
        ("place:dales,Dales,E06000018,place,E06000018,", "bad_wards"),
        ("E05012280,Dales,E06000018,,,4 May 2023", "bad_date"),
        ("E05012280,Dales", "wrong_width"),
        ('E05012280,"Dales"x,E06000018,,,', "not_csv"),
    ],
)
def test_a_faulty_row_is_named_by_its_line(row: str, code: str) -> None:
    text = f"# comment\n\ncode,name,parent,level,wards,valid_to\nE05000001,Good,E06000018,,,\n{row}\n"
    assert faults_of(text, ".csv") == [f"line 5 {code}"]


def test_a_file_with_one_fault_is_refused_whole_and_all_faults_are_listed() -> None:
    text = "code,name,parent\nE05000001,Good,E06000018\nbad,Bad,E06000018\nE05000002,,E06000018\n"
    assert faults_of(text, ".csv") == ["line 3 bad_code", "line 4 no_name"]


def test_no_more_than_twenty_faults_are_listed() -> None:
    assert len(faults_of("code,name,parent\n" + "bad,Bad,E06000018\n" * 30, ".csv")) == 20


def test_a_fault_reads_as_a_sentence() -> None:
    with pytest.raises(ReferenceFileFaulty, match="line 2: “Dales” is not a code of a ward"):
        read_area_file("code,name,parent\nDales,Dales,E06000018\n", ".csv")


def test_an_area_that_stands_twice_is_a_fault() -> None:
    assert faults_of("code,name,parent\n" + "E05000001,Good,E06000018\n" * 2, ".csv") == ["line 3 area_twice"]


def test_a_district_described_in_two_ways_is_a_fault() -> None:
    text = "ward_code,ward_name,lad_code,lad_name\nE05000001,A,E06000018,Nottingham\nE05000002,B,E06000018,Derby\n"
    assert faults_of(text, ".csv") == ["line 3 area_differs"]


@pytest.mark.parametrize(
    ("text", "suffix", "fault"),
    [
        ("", ".csv", "file None empty"),
        ("# only a comment\n", ".csv", "file None empty"),
        ("code,name,parent\n", ".csv", "file None empty"),
        ("msoa,name\nE02000001,A\n", ".csv", "line 1 no_code_column"),
        ("code,name,code\n", ".csv", "line 1 column_twice"),
        ('code,"na"me\n', ".csv", "line 1 not_csv"),
        ("{", ".geojson", "line 1 not_json"),
        ("[" * 100_000, ".geojson", "file None not_json"),
        ('{"type": "Topology"}', ".geojson", "file None not_geojson"),
        ("[]", ".geojson", "file None not_geojson"),
        (geojson(), ".geojson", "file None empty"),
        (geojson(7), ".geojson", "feature 1 not_geojson"),
        (geojson(feature(None)), ".geojson", "feature 1 not_geojson"),
        (geojson(feature({"NAME": "Dales"})), ".geojson", "feature 1 no_code_column"),
        ("", ".shp", "file None unknown_format"),
    ],
)
def test_a_file_that_is_something_else_is_refused(text: str, suffix: str, fault: str) -> None:
    assert faults_of(text, suffix) == [fault]


@pytest.mark.parametrize(
    "geometry",
    [
        7,
        {"type": "Point", "coordinates": [-1.1, 52.9]},
        {"type": "Polygon", "coordinates": []},
        {"type": "Polygon", "coordinates": [[[-1.1, 52.9], [-1.1, 53.0], [-1.1, 52.9]]]},
        {"type": "Polygon", "coordinates": [[[0, 0], [0, 1], [1, 1], [1, 0]]]},
        {"type": "Polygon", "coordinates": [[[0, 0], [0, "1"], [1, 1], [0, 0]]]},
        {"type": "Polygon", "coordinates": [[[0, 0], [0, True], [1, 1], [0, 0]]]},
        {"type": "Polygon", "coordinates": [[[0, 0], [0], [1, 1], [0, 0]]]},
        {"type": "Polygon", "coordinates": [[[0, 0], [0, float("nan")], [1, 1], [0, 0]]]},
        {"type": "Polygon", "coordinates": [[[0, 0], [0, 10**400], [1, 1], [0, 0]]]},
        {"type": "MultiPolygon", "coordinates": [SQUARE["coordinates"], []]},
        {"type": "MultiPolygon", "coordinates": SQUARE["coordinates"]},
    ],
)
def test_a_boundary_that_cannot_be_drawn_is_a_fault(geometry: object) -> None:
    assert faults_of(geojson(feature(geometry=geometry)), ".geojson") == ["feature 1 bad_boundary"]


def test_a_boundary_in_metres_is_told_from_one_in_degrees() -> None:
    metres = {"type": "Polygon", "coordinates": [[[457000, 340000], [457001, 340000], [0, 0], [457000, 340000]]]}
    with pytest.raises(ReferenceFileFaulty, match="National Grid"):
        read_area_file(geojson(feature(geometry=metres)), ".geojson")


@given(st.text(), st.sampled_from([".csv", ".geojson"]))
def test_no_text_breaks_the_reading_of_areas(text: str, suffix: str) -> None:
    with pytest.raises(ReferenceFileFaulty):
        read_area_file(text, suffix)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)


@given(
    st.dictionaries(st.sampled_from(["code", "name", "WD25CD", "LAD25CD", "wards", "level"]), json_values),
    json_values | st.fixed_dictionaries({"type": st.just("Polygon"), "coordinates": json_values}),
)
def test_no_feature_breaks_the_reading_of_areas(properties: object, geometry: object) -> None:
    with pytest.raises(ReferenceFileFaulty):
        read_area_file(geojson(feature(properties, geometry)), ".geojson")
