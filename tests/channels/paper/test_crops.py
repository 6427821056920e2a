"""What is cut out of a page for a question: its boxes, labels and spaces, and nothing of the next page."""

import cv2
import numpy as np

from channels.paper.forms import a_layout
from engage.channels.paper.crops import SCALE, cut_out, may_be_drawn_in, pages_with, width_of
from engage.channels.paper.layout import PAGE_HEIGHT, PAGE_WIDTH, Layout
from marked import library_layout, library_survey

WHITE = bytes(cv2.imencode(".jpg", np.full((round(PAGE_HEIGHT * SCALE), round(PAGE_WIDTH * SCALE)), 255, np.uint8))[1])


def size_of(layout: Layout, question: str) -> tuple[float, float]:
    """Return width and height (mm) of what is cut out for a question."""
    [number] = pages_with(layout, question)
    part = cut_out(WHITE, layout, number, question)
    assert part is not None
    image = cv2.imdecode(np.frombuffer(part, np.uint8), cv2.IMREAD_GRAYSCALE)
    assert image is not None
    return image.shape[1] / SCALE, image.shape[0] / SCALE


def test_a_row_of_boxes_is_cut_out_with_its_labels_and_little_else() -> None:
    layout = library_layout()
    width, height = size_of(layout, "safe_day")
    boxes = [box for page in layout.pages for box in page.boxes if box.question == "safe_day"]
    assert width > max(box.x for box in boxes) - min(box.x for box in boxes) + 20
    assert 12 < height < 30
    assert abs(width - width_of(layout, 2, "safe_day")) < 0.5


def test_a_form_from_right_to_left_has_its_labels_left_of_the_boxes() -> None:
    layout = a_layout("ar")
    [number] = pages_with(layout, "consent")
    assert width_of(layout, number, "consent") > 40


def test_a_page_without_the_question_gives_nothing() -> None:
    assert cut_out(WHITE, library_layout(), 1, "safe_day") is None
    assert cut_out(b"no picture", library_layout(), 2, "safe_day") is None
    assert width_of(library_layout(), 1, "safe_day") == 0


def test_only_a_space_without_lines_may_hold_a_drawing() -> None:
    easy, survey = library_layout("easy_read"), library_survey()
    assert may_be_drawn_in(easy, survey, "say_more")
    assert not may_be_drawn_in(library_layout(), survey, "say_more")
    assert not may_be_drawn_in(easy, survey, "area")
