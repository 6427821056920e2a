"""Boundaries become short outlines that fit together, with room for a number in each."""

import json
from pathlib import Path

import pytest

from engage.areas.outlines import draw_outlines

SHARED = Path(__file__).parents[3] / "shared" / "data" / "geo" / "wards_nottinghamshire.geojson"


def square(west: float, south: float, side: float = 0.1) -> dict[str, object]:
    east, north = west + side, south + side
    return {
        "type": "Polygon",
        "coordinates": [[[west, south], [east, south], [east, north], [west, north], [west, south]]],
    }


def test_neighbours_share_one_border() -> None:
    sheet = draw_outlines({"left": square(0, 0), "right": square(0.1, 0)}, 200)
    assert (sheet.width, sheet.height) == (200, 100)
    assert sheet.outlines["left"].path == "M0 100l100 0 0 -100 -100 0z"
    assert sheet.outlines["right"].path == "M100 100l100 0 0 -100 -100 0z"
    assert sheet.outlines["left"].middle[0] == 50 and sheet.outlines["right"].middle[0] == 150


def test_the_number_of_a_bent_area_stands_inside_it() -> None:
    bent = [[0, 0], [1, 0], [1, 0.8], [3, 0.8], [3, 1], [0, 1], [0, 0]]
    x, y = draw_outlines({"bent": {"type": "Polygon", "coordinates": [bent]}}, 300).outlines["bent"].middle
    assert (0 < x < 300 and y < 20) or 0 < x < 100


def test_parts_too_small_to_see_are_left_out_and_north_is_up() -> None:
    both = {"type": "MultiPolygon", "coordinates": [square(0, 0)["coordinates"], square(0.2, 0.2, 1e-7)["coordinates"]]}
    sheet = draw_outlines({"one": both, "north": square(0, 0.3)}, 100)
    assert sheet.outlines["one"].path.count("M") == 1
    assert sheet.outlines["north"].middle[1] < sheet.outlines["one"].middle[1]


def test_nothing_to_draw_is_said() -> None:
    with pytest.raises(ValueError, match="no boundary"):
        draw_outlines({}, 100)


@pytest.mark.skipif(not SHARED.exists(), reason="needs the real boundaries of ../shared")
def test_the_wards_of_every_real_district_fit_in_few_bytes() -> None:
    districts: dict[str, dict[str, dict[str, object]]] = {}
    for feature in json.loads(SHARED.read_text(encoding="utf-8"))["features"]:
        known = feature["properties"]
        districts.setdefault(known["parent_code"], {})[known["code"]] = feature["geometry"]
    assert len(districts) == 8
    for boundaries in districts.values():
        sheet = draw_outlines(boundaries, 360)
        assert sheet.outlines.keys() == boundaries.keys()
        assert sum(len(outline.path) for outline in sheet.outlines.values()) < 12_000
