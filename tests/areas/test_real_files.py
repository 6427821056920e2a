"""Reads the real boundary, postcode and census files of both force areas, where they are at hand."""

import gzip
import json
import math
from collections import Counter, defaultdict
from itertools import pairwise
from pathlib import Path
from time import perf_counter

import pytest

from engage.areas import AreaTree, Level, east_midlands_tree, read_area_file, read_margins, read_postcodes

GEO = Path(__file__).parents[2].parent / "shared" / "data" / "geo"
pytestmark = pytest.mark.skipif(
    not GEO.is_dir(), reason=f"the real geography files are not at {GEO}: nothing real was read"
)
WARD_FILES = ("wards_nottinghamshire.geojson", "wards_llr.geojson")
#: metres; a shorter shared border than this is a corner and not a neighbourhood
SHORTEST_BORDER = 300


@pytest.fixture(scope="module")
def shipped() -> AreaTree:
    return east_midlands_tree()


@pytest.mark.parametrize("name", [*WARD_FILES, "wards_current.csv"])
def test_the_shipped_wards_are_those_of_the_files(shipped: AreaTree, name: str) -> None:
    read = read_area_file((GEO / name).read_text(encoding="utf-8"), Path(name).suffix)
    for area in (read_one.area for read_one in read):
        known = shipped[area.code]
        assert (known.name, known.level) == (area.name, area.level)
        assert area.level is Level.DISTRICT or known.parent == area.parent
    assert shipped.with_areas(read_one.area for read_one in read) == shipped


def test_the_district_boundaries_fit_the_shipped_districts(shipped: AreaTree) -> None:
    read = read_area_file((GEO / "lads.geojson").read_text(encoding="utf-8"), ".geojson")
    assert len([read_one for read_one in read if read_one.boundary]) == 17
    assert shipped.with_areas(read_one.area for read_one in read) == shipped


def test_old_wards_are_added_and_are_not_current(shipped: AreaTree) -> None:
    read = read_area_file((GEO / "wards_retired.csv").read_text(encoding="utf-8"), ".csv")
    tree = shipped.with_areas(read_one.area for read_one in read)
    assert len(tree.at_level(Level.WARD)) == 364 + 181
    wards = [area for area in read if area.area.level is Level.WARD]
    assert all(area.area.valid_to is not None for area in wards)


def test_every_place_is_one_piece_of_land(shipped: AreaTree) -> None:
    borders = _borders()
    for place in shipped.at_level(Level.PLACE):
        reached, to_visit = {place.wards[0]}, [place.wards[0]]
        while to_visit:
            here = to_visit.pop()
            for ward in place.wards:
                if ward not in reached and borders[here, ward] >= SHORTEST_BORDER:
                    reached.add(ward)
                    to_visit.append(ward)
        assert reached == set(place.wards), place.name


def test_all_postcodes_are_read_in_less_than_two_seconds(shipped: AreaTree) -> None:
    begun = perf_counter()
    with gzip.open(GEO / "postcode_ward_2025.csv.gz", "rt", encoding="utf-8") as lines:
        rows = list(read_postcodes(lines))
    assert perf_counter() - begun < 2
    assert len(dict(rows)) == len(rows) == 73_923
    assert {ward for _, ward in rows} <= {ward.code for ward in shipped.at_level(Level.WARD)}


@pytest.mark.parametrize(
    ("name", "variables"),
    [
        ("census2021_lad_ethnic19.csv", {"ethnic_group_19": 17 * 19}),
        ("census2021_lad_sex.csv", {"sex": 17 * 2}),
        (
            "census2021_lad_summed_from_lsoa.csv",
            {"age": 17 * 6, "ethnic_group_5": 17 * 5, "disability": 17 * 2, "religion": 17 * 9},
        ),
        (
            "census2021_ward_summed_from_lsoa.csv",
            {"age": 361 * 6, "ethnic_group_5": 361 * 5, "disability": 361 * 2, "religion": 361 * 9},
        ),
        ("mye_lad_single_year_of_age.csv", {"single_year_of_age": 17 * 91}),
    ],
)
def test_the_census_margins_are_read(shipped: AreaTree, name: str, variables: dict[str, int]) -> None:
    with (GEO / name).open(encoding="utf-8", newline="") as lines:
        margins = read_margins(lines)
    assert Counter(margin.variable for margin in margins) == variables
    assert all(margin.area in shipped for margin in margins)


def _borders() -> Counter[tuple[str, str]]:
    """Return the length of the border between each two wards in metres: the files share its points."""
    owners: defaultdict[frozenset[tuple[float, float]], set[str]] = defaultdict(set)
    for name in WARD_FILES:
        for feature in json.loads((GEO / name).read_text(encoding="utf-8"))["features"]:
            geometry = feature["geometry"]
            polygons = geometry["coordinates"]
            for polygon in [polygons] if geometry["type"] == "Polygon" else polygons:
                for ring in polygon:
                    for begin, end in pairwise(ring):
                        owners[frozenset({tuple(begin), tuple(end)})].add(feature["properties"]["code"])
    lengths: Counter[tuple[str, str]] = Counter()
    for edge, wards in owners.items():
        if len(wards) == 2 and len(edge) == 2:
            (x1, y1), (x2, y2) = edge
            metres = round(math.hypot((x1 - x2) * 67_000, (y1 - y2) * 111_200))
            one, other = sorted(wards)
            lengths[one, other] += metres
            lengths[other, one] += metres
    return lengths
