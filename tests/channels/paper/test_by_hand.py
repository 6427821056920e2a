"""What is answered by hand on paper: its own box per style, boxes for numbers, and outlines of what was drawn."""

import cv2
import numpy as np
import pytest

from by_hand import RANKED, a_layout_by_hand, a_page_by_hand, a_survey_by_hand, as_jpeg
from engage.channels.paper.crops import SCALE, pages_with, width_of
from engage.channels.paper.layout import Layout, Space
from engage.channels.paper.tracing import trace_drawing
from engage.questionnaire.model import STYLES, Facts
from engage.response.answers import check_answers
from engage.response.drawings import MOST_POINTS


def spaces_of(layout: Layout, question: str) -> list[Space]:
    return [space for page in layout.pages for space in page.spaces if space.question == question]


@pytest.mark.parametrize("style", STYLES)
def test_every_style_has_a_sheet_to_draw_on_and_a_box_for_each_number(style: str) -> None:
    layout = a_layout_by_hand(style)
    [sheet] = spaces_of(layout, "scene")
    assert sheet.w / sheet.h == pytest.approx(4 / 3, abs=0.01) and sheet.w >= 100 and sheet.lines == 0
    assert [box.option for page in layout.pages for box in page.boxes if box.question == "scene"] == ["may_show"]
    numbers = spaces_of(layout, "matters")
    assert len(numbers) == len(RANKED) and len({box.y for box in numbers}) == len(RANKED)
    assert width_of(layout, pages_with(layout, "matters")[0], "matters") > 50


def test_what_is_drawn_becomes_outlines_that_the_door_takes() -> None:
    layout = a_layout_by_hand()
    grey, number, space = a_page_by_hand(layout)
    x, y = round((space.x + 20) * SCALE), round((space.y + 20) * SCALE)
    cv2.rectangle(grey, (x, y), (x + 40 * SCALE, y + 30 * SCALE), 60, 8)
    cv2.circle(grey, (x + 60 * SCALE, y), 4 * SCALE, 60, -1)
    traced = trace_drawing(as_jpeg(grey), layout, number, "scene")
    assert traced is not None
    outer, inner, dot = sorted(traced["outlines"], key=lambda line: -(max(line[::2]) - min(line[::2])))
    assert len(outer) <= 30 and 3 < min(inner[::2]) - min(outer[::2]) < 14
    assert abs(max(dot[::2]) - min(dot[::2]) - 8 * 600 / (space.w - 4)) < 6
    checked = check_answers(a_survey_by_hand(), Facts("paper_read"), {"scene": traced}, from_paper=True)
    assert checked.answers == {"scene": traced}


def test_an_empty_sheet_is_no_drawing_and_a_shaded_one_keeps_within_the_limits() -> None:
    layout = a_layout_by_hand()
    grey, number, space = a_page_by_hand(layout)
    assert trace_drawing(as_jpeg(grey), layout, number, "scene") is None
    assert trace_drawing(b"no picture", layout, number, "scene") is None
    chance = np.random.default_rng(20261121)
    for _ in range(1500):
        start = (space.x + 4 + chance.random(2)[0] * (space.w - 8), space.y + 4 + chance.random(2)[0] * (space.h - 8))
        here = tuple(round(at * SCALE) for at in start)
        cv2.line(grey, here, tuple(np.add(here, chance.integers(-12, 12, 2)).tolist()), 70, 2)
    traced = trace_drawing(as_jpeg(grey), layout, number, "scene")
    assert traced is not None
    assert 500 < sum(map(len, traced["outlines"])) // 2 <= MOST_POINTS
