"""Holds the areas that come with engage to what is known of the two police force areas."""

import re
from datetime import date

import pytest

from engage.areas import ATTRIBUTION, AreaTree, Level, east_midlands_tree

NOTTINGHAMSHIRE, LEICESTERSHIRE = "E23000019", "E23000021"
#: Wards of each district in 2025.
WARDS = {
    "E06000018": ("Nottingham", 20),
    "E07000170": ("Ashfield", 23),
    "E07000171": ("Bassetlaw", 25),
    "E07000172": ("Broxtowe", 20),
    "E07000173": ("Gedling", 19),
    "E07000174": ("Mansfield", 36),
    "E07000175": ("Newark and Sherwood", 21),
    "E07000176": ("Rushcliffe", 24),
    "E06000016": ("Leicester", 21),
    "E06000017": ("Rutland", 15),
    "E07000129": ("Blaby", 17),
    "E07000130": ("Charnwood", 24),
    "E07000131": ("Harborough", 19),
    "E07000132": ("Hinckley and Bosworth", 16),
    "E07000133": ("Melton", 16),
    "E07000134": ("North West Leicestershire", 38),
    "E07000135": ("Oadby and Wigston", 10),
}


@pytest.fixture(scope="module")
def shipped() -> AreaTree:
    return east_midlands_tree()


def test_all_wards_of_both_force_areas_are_there(shipped: AreaTree) -> None:
    assert len(shipped.wards_of(NOTTINGHAMSHIRE)) == 188
    assert len(shipped.wards_of(LEICESTERSHIRE)) == 176
    assert len(shipped.at_level(Level.WARD, on_date=date(2026, 11, 1))) == 364


@pytest.mark.parametrize(("code", "name", "wards"), [(code, *rest) for code, rest in WARDS.items()])
def test_each_district_has_its_wards(shipped: AreaTree, code: str, name: str, wards: int) -> None:
    assert shipped[code].name == name
    assert len(shipped.wards_of(code)) == wards


def test_there_are_no_other_districts_counties_or_force_areas(shipped: AreaTree) -> None:
    assert {area.code for area in shipped.at_level(Level.DISTRICT)} == set(WARDS)
    assert {area.code for area in shipped.at_level(Level.COUNTY)} == {"E10000024", "E10000018"}
    assert {area.code for area in shipped.at_level(Level.FORCE_AREA)} == {NOTTINGHAMSHIRE, LEICESTERSHIRE}


@pytest.mark.parametrize(
    ("code", "parent"),
    [
        ("E06000018", NOTTINGHAMSHIRE),
        ("E06000016", LEICESTERSHIRE),
        ("E06000017", LEICESTERSHIRE),
        ("E07000170", "E10000024"),
        ("E07000135", "E10000018"),
        ("E10000024", NOTTINGHAMSHIRE),
        ("E10000018", LEICESTERSHIRE),
    ],
)
def test_unitary_authorities_are_in_no_county(shipped: AreaTree, code: str, parent: str) -> None:
    assert shipped[code].parent == parent


def test_every_ward_is_in_exactly_one_place(shipped: AreaTree) -> None:
    listed = [ward for place in shipped.at_level(Level.PLACE) for ward in place.wards]
    assert len(listed) == len(set(listed)) == 364
    assert all(shipped.place_of(ward.code) for ward in shipped.at_level(Level.WARD))


def test_a_place_is_two_to_five_wards_of_one_district(shipped: AreaTree) -> None:
    for place in shipped.at_level(Level.PLACE):
        assert 2 <= len(place.wards) <= 5, place
        assert {shipped[ward].parent for ward in place.wards} == {place.parent}, place


def test_a_place_is_called_by_the_name_its_code_is_made_of(shipped: AreaTree) -> None:
    names = [place.name for place in shipped.at_level(Level.PLACE)]
    assert len(names) == len(set(names))
    for place in shipped.at_level(Level.PLACE):
        plain = re.sub(r"[^a-z0-9]+", "-", place.name.lower().replace("'", ""))
        assert plain.startswith(place.code.removeprefix("place:")), place


@pytest.mark.parametrize(
    ("slug", "ward"),
    [
        ("sneinton", "E05012280"),
        ("st-anns", "E05012287"),
        ("hyson-green", "E05012281"),
        ("clifton", "E05012278"),
        ("clifton", "E05012279"),
        ("bulwell", "E05012275"),
        ("beeston", "E05010516"),
        ("west-bridgford", "E05014988"),
        ("arnold", "E05009696"),
        ("mansfield-woodhouse", "E05014618"),
        ("worksop", "E05006400"),
        ("newark", "E05011554"),
        ("belgrave", "E05010461"),
        ("loughborough-central", "E05014673"),
        ("hinckley", "E05005487"),
        ("oakham", "E05012643"),
    ],
)
def test_the_places_people_speak_of_hold_their_wards(shipped: AreaTree, slug: str, ward: str) -> None:
    place = shipped.place_of(ward)
    assert place is not None
    assert place.code == f"place:{slug}"


def test_names_are_fit_to_be_shown(shipped: AreaTree) -> None:
    for area in shipped:
        assert area.name == area.name.strip()
        assert area.name[0].isupper()
        assert "  " not in area.name


def test_the_source_is_named() -> None:
    assert "Office for National Statistics" in ATTRIBUTION
    assert "Open Government Licence" in ATTRIBUTION
