"""Holds what the tree of areas says about wards, places, districts and time."""

from datetime import date

import pytest

from engage.areas import Area, AreasFaulty, AreaTree, Level, UnknownArea, level_of_code

FORCE, COUNTY, CITY, BOROUGH = "E23000001", "E10000001", "E06000001", "E07000001"


def codes(areas: tuple[Area, ...]) -> list[str]:
    return [area.code for area in areas]


def test_a_unitary_authority_lies_directly_in_its_force_area(tree: AreaTree) -> None:
    assert codes(tree.ancestors("E05000001")) == [CITY, FORCE]
    assert codes(tree.ancestors("E05000004")) == [BOROUGH, COUNTY, FORCE]
    assert tree.ancestors(FORCE) == ()


def test_every_area_in_a_district_knows_the_district(tree: AreaTree) -> None:
    for code in ("E05000001", "place:centre", CITY):
        assert tree.district_of(code) == tree[CITY]
    assert tree.district_of(COUNTY) is None
    assert tree.district_of(FORCE) is None


def test_a_ward_knows_its_place_and_a_place_its_wards(tree: AreaTree) -> None:
    assert tree.place_of("E05000002") == tree["place:centre"]
    assert tree.place_of("E05000004") is None
    assert tree.place_of(CITY) is None
    assert codes(tree.wards_of("place:centre")) == ["E05000001", "E05000002"]


def test_wards_are_found_below_every_kind_of_area(tree: AreaTree) -> None:
    assert codes(tree.wards_of("E05000001")) == ["E05000001"]
    assert codes(tree.wards_of(CITY)) == ["E05000001", "E05000002", "E05000003"]
    assert codes(tree.wards_of(COUNTY)) == ["E05000004", "E05000005"]
    assert len(tree.wards_of(FORCE)) == 5


def test_children_leave_places_out_unless_asked_for(tree: AreaTree) -> None:
    assert codes(tree.children(CITY)) == ["E05000001", "E05000002", "E05000003"]
    assert codes(tree.children(CITY, level=Level.PLACE)) == ["place:centre"]
    assert codes(tree.children(FORCE)) == [COUNTY, CITY]
    assert codes(tree.children(FORCE, level=Level.DISTRICT)) == [CITY]
    assert codes(tree.children("place:centre")) == ["E05000001", "E05000002"]


def test_a_retired_ward_is_known_but_not_current(tree: AreaTree) -> None:
    today = date(2026, 11, 1)
    assert "E05000003" in tree
    assert "E05000003" not in codes(tree.current(today))
    assert codes(tree.wards_of(CITY, on_date=today)) == ["E05000001", "E05000002"]
    assert len(tree.at_level(Level.WARD)) == 5
    assert len(tree.at_level(Level.WARD, on_date=today)) == 4


@pytest.mark.parametrize(("day", "old", "new"), [(date(2023, 5, 3), True, False), (date(2023, 5, 4), False, True)])
def test_a_ward_is_current_from_its_first_to_its_last_day(tree: AreaTree, day: date, old: bool, new: bool) -> None:
    assert tree["E05000003"].is_current(day) is old
    assert tree["E05000004"].is_current(day) is new
    assert tree["E05000005"].is_current(day)


def test_an_area_lies_within_itself_its_place_and_everything_above(tree: AreaTree) -> None:
    for root in ("E05000001", "place:centre", CITY, FORCE):
        assert tree.is_within("E05000001", root)
    assert tree.is_within("place:centre", CITY)
    for code, root in (
        ("E05000001", BOROUGH),
        ("E05000001", COUNTY),
        ("E05000003", "place:centre"),
        (CITY, "E05000001"),
        (CITY, "place:centre"),
    ):
        assert not tree.is_within(code, root)


def test_an_unknown_area_lies_nowhere_and_has_nothing_above(tree: AreaTree) -> None:
    assert tree.get("E05999999") is None
    assert not tree.is_within("E05999999", FORCE)
    assert not tree.is_within("E05000001", "E05999999")
    assert not tree.is_within("E05999999", "E05999999")
    for question in (tree.ancestors, tree.children, tree.district_of, tree.place_of, tree.wards_of):
        with pytest.raises(UnknownArea):
            question("E05999999")


def test_newer_areas_keep_what_they_leave_open(tree: AreaTree) -> None:
    newer = tree.with_areas(
        (Area(BOROUGH, "New Borough", Level.DISTRICT), Area("E05000006", "Dale", Level.WARD, BOROUGH))
    )
    assert newer[BOROUGH] == Area(BOROUGH, "New Borough", Level.DISTRICT, COUNTY)
    assert newer.district_of("E05000006") == newer[BOROUGH]
    assert "E05000006" not in tree


@pytest.mark.parametrize(
    ("area", "fault"),
    [
        (Area("E05000001", "Castle", Level.WARD, CITY), "E05000001 stands 2 times"),
        (Area("E05000009", "Lost", Level.WARD), "without a district"),
        (Area("E05000009", "Lost", Level.WARD, "E07000099"), "unknown parent E07000099"),
        (Area("E05000009", "Lost", Level.WARD, FORCE), "cannot lie directly in the force_area"),
        (Area("E05000009", "Lost", Level.WARD, CITY, wards=("E05000001",)), "cannot list wards"),
        (Area("place:none", "None", Level.PLACE, CITY), "has no wards"),
        (Area("place:more", "More", Level.PLACE, CITY, wards=("E05000002",)), "E05000002 is in 2 places"),
        (Area("place:far", "Far", Level.PLACE, CITY, wards=("E05000004",)), "not in its district"),
        (Area("place:odd", "Odd", Level.PLACE, CITY, wards=(CITY,)), "not a known ward"),
    ],
)
def test_areas_that_do_not_fit_together_are_refused(tree: AreaTree, area: Area, fault: str) -> None:
    with pytest.raises(AreasFaulty, match=fault):
        AreaTree((*tree.areas, area))


def test_all_faults_of_a_tree_come_back_together(tree: AreaTree) -> None:
    lost = (Area("E05000008", "A", Level.WARD), Area("E05000009", "B", Level.WARD))
    with pytest.raises(AreasFaulty) as refused:
        tree.with_areas(lost)
    assert len(refused.value.faults) == 2


@pytest.mark.parametrize(
    ("code", "level"),
    [
        ("E05012280", Level.WARD),
        ("E06000018", Level.DISTRICT),
        ("E07000176", Level.DISTRICT),
        ("E10000024", Level.COUNTY),
        ("E23000019", Level.FORCE_AREA),
        ("place:st-anns", Level.PLACE),
        ("E12000004", None),
        ("E0501228", None),
        ("E05012280\n", None),
        ("E0501228٠", None),
        ("e05012280", None),
        ("place:", None),
        ("place:St-Anns", None),
        ("place:st--anns", None),
        ("place:" + "a" * 80, None),
        ("", None),
    ],
)
def test_a_code_tells_its_level(code: str, level: Level | None) -> None:
    assert level_of_code(code) is level
