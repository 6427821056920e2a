"""Maps of wards for staff: shaded where a ward has figures of its own, by outline or as tiles."""

import re
from pathlib import Path

import pytest

from builders import WARD
from engage.reporting.labels import Labels
from engage.reporting.maps import MapArea, draw_map, tone_of
from engage.reporting.ward_map import map_wards
from engage.storage.instance import Instance
from reporting.answered import NEIGHBOUR, a_released_instance, people, published_tables, safe_day

SQUARE = {"type": "Polygon", "coordinates": [[[-1.2, 52.9], [-1.1, 52.9], [-1.1, 53.0], [-1.2, 53.0], [-1.2, 52.9]]]}


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Instance:
    """Return an instance with one published wave."""
    groups = [*safe_day(37, 13, 11), people(12, {"safe_day": "neither"}, area=NEIGHBOUR)]
    return a_released_instance(tmp_path_factory.mktemp("maps"), groups)


def test_only_a_ward_with_its_own_figure_is_shaded(released: Instance) -> None:
    published, _ = published_tables(released, area=WARD)
    labels = Labels(published.questionnaire, published.ground.tree)
    with released.database.reading() as session:
        drawn = map_wards(session, published, labels, "safe_day", "safe")
        assert map_wards(session, published, labels, "safe_day", "no_such_answer") is None
        assert map_wards(session, published, labels, "gender", "female") is None
    assert drawn is not None
    assert len(drawn.wards) == 188
    wards = {ward.area.code: ward for ward in drawn.wards}
    assert wards[WARD].shown_for is None
    assert wards[NEIGHBOUR].shown_for == "Clifton and Wilford"
    figures = re.findall(r'text-anchor="middle" fill="#[0-9a-f]{6}">([^<]+)<', drawn.drawing)
    assert sorted(set(figures)) == ["58", "–"]
    assert figures.count("58") == 1


def test_outlines_are_drawn_where_they_are_known() -> None:
    wards = [MapArea("East", "Town", None, "few", SQUARE), MapArea("West & <b>", "Town", None, "few", SQUARE)]
    drawn = draw_map(wards, "Safe")
    assert drawn.count("<path") == 2
    assert "West &amp; &lt;b&gt;: few" in drawn
    assert "stroke-dasharray" in drawn
    assert draw_map([MapArea("East", "Town", None, "few")], "Safe").count("<path") == 0


def test_tones_get_darker_with_the_share_and_none_is_white() -> None:
    tones = [tone_of(share) for share in (0.05, 0.25, 0.45, 0.65, 0.85)]
    light = [sum(bytes.fromhex(tone[1:])) for tone in tones]
    assert light == sorted(light, reverse=True)
    assert len(set(tones)) == 5
    assert tone_of(None) == "#ffffff"


def test_real_outlines_of_nottinghamshire_fit_the_page() -> None:
    path = Path(__file__).resolve().parents[3] / "shared/data/geo/wards_nottinghamshire.geojson"
    if not path.is_file():
        pytest.skip("NO BOUNDARIES: nobody drew the real wards; wards_nottinghamshire.geojson is not there")
    import json

    features = json.loads(path.read_text(encoding="utf-8"))["features"]
    drawn = draw_map(
        [MapArea(str(place), "x", None, "few", each["geometry"]) for place, each in enumerate(features)], "x"
    )
    assert drawn.count("<path") == len(features) == 188
    assert len(drawn) < 250_000
    left = [int(x) for x in re.findall(r"[ML](\d+) \d+", drawn)]
    assert 0 <= min(left) < max(left) <= 720
