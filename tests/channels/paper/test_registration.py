"""The registration marks: the right ones, in the corners of what is left of the sheet, and drawn as they should be."""

import cv2
import pytest

from channels.paper.filled import SCALE, drawn
from channels.paper.forms import a_layout
from engage.channels.paper.composition import CORNER
from engage.channels.paper.finding import corners_mm, find_marks
from engage.channels.paper.layout import PAGE_WIDTH, Layout
from engage.channels.paper.registration import CELLS, corner_markers, dark_cells


@pytest.mark.parametrize("number", range(4))
def test_the_marks_are_those_of_the_dictionary_they_are_read_with(number: int) -> None:
    dictionary = cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_APRILTAG_16h5)
    picture = dictionary.generateImageMarker(number, CELLS, borderBits=1)
    dark = {(column, row) for row in range(CELLS) for column in range(CELLS) if picture[row, column] == 0}
    assert set(dark_cells(number)) == dark


def test_a_mark_stands_in_each_corner_and_the_lower_ones_above_the_slip() -> None:
    for page in a_layout().pages:
        assert [marker.number for marker in page.markers] == [0, 1, 2, 3]
        for marker in page.markers:
            assert min(marker.x, PAGE_WIDTH - marker.x - marker.w) >= 8
            assert min(marker.y, page.bottom_mm - marker.y - marker.h) >= 8
            assert max(marker.x, marker.y) > page.bottom_mm - CORNER or min(marker.x, marker.y) < CORNER


def test_a_form_from_right_to_left_has_the_same_marks_in_the_same_corners() -> None:
    assert a_layout("ar").pages[0].markers == a_layout("en").pages[0].markers == corner_markers(297.0)


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_printed_marks_are_found_where_the_layout_has_them(language: str) -> None:
    page = a_layout(language).pages[1]
    found = find_marks(drawn((language, "standard"), 2), 2400)
    assert set(found) == {0, 1, 2, 3}
    for marker in page.markers:
        assert abs(found[marker.number] / SCALE - corners_mm(marker)).max() < 0.15


def test_a_layout_printed_before_there_were_marks_still_loads_and_keeps_its_hash() -> None:
    document = a_layout().to_document()
    for page in document["pages"]:
        del page["markers"]
    old = Layout.from_document(document)
    assert all(page.markers == () for page in old.pages)
    assert old.to_document() == document
    assert old.content_hash != a_layout().content_hash
