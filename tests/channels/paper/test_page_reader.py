"""A printed form, filled in and read back, gives the same answers; what is no readable page says why."""

import cv2
import numpy as np
import pytest
from PIL import Image

from channels.paper.filled import (
    SCALE,
    SERIAL,
    Picture,
    drawn,
    issued,
    line,
    marked_in,
    read_picture,
    some_choices,
    struck_out,
    ticked,
)
from channels.paper.forms import a_layout
from engage.channels.paper.layout import Layout, Page
from engage.channels.paper.page_reader import STATES, read_page
from engage.channels.paper.sheets import Sheet
from engage.response import serials

FORMS = [("en", "standard", 3), ("ar", "standard", 4), ("ur", "easy_read", 6), ("pl", "large_print", 5)]
FORMS += [("ti", "standard", 5), ("so", "standard", 2)]


def form(language: str = "en", style: str = "standard", number: int = 2) -> tuple[Layout, Page, Picture]:
    layout = a_layout(language, style)
    return layout, layout.pages[number - 1], drawn((language, style), number)


@pytest.mark.parametrize(("language", "style", "number"), FORMS)
def test_a_form_filled_in_and_read_back_gives_the_same_answers(language: str, style: str, number: int) -> None:
    layout, page, picture = form(language, style, number)
    chosen = some_choices(page)
    read = read_picture(ticked(picture, chosen), layout)
    assert (read.serial, read.page, read.problem) == (SERIAL, number, None)
    assert marked_in(read) == {(box.question, box.option) for box in chosen}
    assert [(box.question, box.option) for box in read.boxes] == [(box.question, box.option) for box in page.boxes]
    assert {box.state for box in read.boxes} == {"marked", "empty"}
    assert all(box.confidence > 0.95 for box in read.boxes)


@pytest.mark.parametrize("quarters", [1, 2, 3])
@pytest.mark.parametrize("language", ["en", "ar"])
def test_a_page_reads_the_same_whichever_way_up_it_lies(language: str, quarters: int) -> None:
    layout, page, picture = form(language)
    chosen = some_choices(page)
    read = read_picture(np.rot90(ticked(picture, chosen), quarters), layout)
    assert marked_in(read) == {(box.question, box.option) for box in chosen}


def test_a_page_photographed_aslant_is_straightened() -> None:
    layout, page, picture = form()
    chosen = some_choices(page)
    high, wide = picture.shape
    corners = np.array([[0, 0], [wide, 0], [wide, high], [0, high]], np.float32)
    seen = corners * 0.9 + np.array([[90, 60], [-20, 130], [60, -40], [10, 50]], np.float32) + 60
    matrix = cv2.getPerspectiveTransform(corners, seen)
    photo = cv2.warpPerspective(ticked(picture, chosen), matrix, (wide, high), borderValue=90)
    read = read_picture(photo, layout)
    assert marked_in(read) == {(box.question, box.option) for box in chosen}
    assert read.straight is not None
    straight = cv2.imdecode(np.frombuffer(read.straight, np.uint8), cv2.IMREAD_GRAYSCALE)
    assert straight is not None
    assert straight.shape == (297 * 6, 210 * 6)
    as_printed = cv2.resize(ticked(picture, chosen), (210 * 6, 297 * 6), interpolation=cv2.INTER_AREA)
    assert np.corrcoef(straight.ravel()[::7], as_printed.ravel()[::7])[0, 1] > 0.8


@pytest.mark.parametrize("lost", [(0,), (3,), (0, 3), (2, 3), (0, 1, 2, 3)])
def test_a_page_reads_without_some_of_its_marks(lost: tuple[int, ...]) -> None:
    layout, page, picture = form(number=3)
    chosen = some_choices(page)
    picture = ticked(picture, chosen)
    for marker in page.markers:
        if marker.number in lost:
            x, y = (round(value * SCALE) for value in (marker.x - 1, marker.y - 1))
            picture[y : y + 80, x : x + 80] = 255
    assert marked_in(read_picture(picture, layout)) == {(box.question, box.option) for box in chosen}


def test_a_struck_out_tick_beside_another_is_not_taken_for_an_answer() -> None:
    layout, page, picture = form(number=3)
    (question, *_) = dict.fromkeys(box.question for box in page.boxes)
    first, second, *_ = [box for box in page.boxes if box.question == question]
    read = read_picture(struck_out(ticked(picture, [second]), first), layout)
    states = {box.option: box.state for box in read.boxes if box.question == question}
    assert states[second.option] == "marked"
    assert states[first.option] in {"corrected", "doubtful"}


def test_a_struck_out_tick_with_nothing_beside_it_is_left_to_a_person() -> None:
    layout, page, picture = form(number=3)
    box = some_choices(page)[0]
    read = read_picture(struck_out(picture, box), layout)
    (state,) = [found.state for found in read.boxes if (found.question, found.option) == (box.question, box.option)]
    assert state not in {"empty", "corrected"}


def test_a_faint_pencil_is_read_or_left_to_a_person_and_never_taken_for_nothing() -> None:
    layout, page, picture = form(number=3)
    box = some_choices(page)[0]
    line(picture := picture.copy(), [(box.x + 0.8, box.y + 0.8), (box.x + 3.2, box.y + 3.2)], 0.4, grey=165)
    read = read_picture(picture, layout)
    assert next(found.state for found in read.boxes if found.option == box.option) in {"marked", "doubtful"}


def test_boxes_that_cannot_be_seen_are_unreadable_and_not_empty() -> None:
    layout, page, picture = form(number=3)
    lost = page.boxes[:12]
    picture = picture.copy()
    top, bottom = (round(value * SCALE) for value in (lost[0].y - 2, lost[-1].y + 7))
    picture[top:bottom] = 255
    states = {box.option: box.state for box in read_picture(picture, layout).boxes[:12]}
    assert "empty" not in states.values()
    assert "marked" not in states.values()


def test_states_are_those_that_others_know() -> None:
    layout, _, picture = form()
    assert {box.state for box in read_picture(picture, layout).boxes} <= set(STATES)


def test_writing_in_a_space_is_noticed_and_cut_out_for_a_person() -> None:
    layout = a_layout()
    page = next(page for page in layout.pages if any(space.question == "say_more" for space in page.spaces))
    space = next(space for space in page.spaces if space.question == "say_more")
    picture = drawn(("en", "standard"), page.number)
    clean = {found.question: found for found in read_picture(picture, layout).spaces}
    assert (clean["say_more"].has_ink, clean["say_more"].crop) == (False, b"")
    line(picture := picture.copy(), [(space.x + 5 + at, space.y + 6 + 2 * (at % 2)) for at in range(20)], 0.4)
    written = {found.question: found for found in read_picture(picture, layout).spaces}["say_more"]
    assert written.has_ink
    crop = cv2.imdecode(np.frombuffer(written.crop, np.uint8), cv2.IMREAD_GRAYSCALE)
    assert crop is not None
    assert crop.shape == pytest.approx(((space.h + 8) * 6, (space.w + 8) * 6), abs=3)


def test_every_page_of_a_copy_nobody_filled_in_is_empty() -> None:
    layout = a_layout()
    for page in layout.pages:
        read = read_picture(drawn(("en", "standard"), page.number), layout)
        assert {box.state for box in read.boxes} == {"empty"}
        assert not any(space.has_ink for space in read.spaces)


def a_photo_of_something_else() -> Picture:
    rng = np.random.default_rng(3)
    small = rng.integers(0, 255, (14, 10), np.uint8)
    return np.array(Image.fromarray(small).resize((1500, 2100), Image.Resampling.BICUBIC))


def test_what_is_no_page_of_a_form_says_so() -> None:
    layout, _, picture = form()
    assert read_picture(np.full((2339, 1654), 245, np.uint8), layout).problem == "blank"
    assert read_picture(a_photo_of_something_else(), layout).problem == "no_code"
    code = picture[: round(42 * SCALE), round(150 * SCALE) : round(190 * SCALE)]
    alone = np.full_like(picture, 255)
    alone[400 : 400 + code.shape[0], 300 : 300 + code.shape[1]] = code
    read = read_picture(alone, layout)
    assert (read.problem, read.serial, read.page, read.boxes) == ("no_marks", SERIAL, 2, ())


def test_two_forms_in_one_picture_are_given_to_nobody() -> None:
    layout, _, picture = form()
    both = np.hstack([picture, drawn(("en", "standard"), 3)])
    read = read_picture(both, layout)
    assert (read.problem, read.serial) == ("two_forms", None)


def test_a_form_that_was_never_issued_is_not_read() -> None:
    layout, _, picture = form()
    read = read_page(Sheet("page.png", 1, picture), issued(layout, serial="DG6KP7447"))
    assert (read.problem, read.serial, read.boxes) == ("unknown_form", SERIAL, ())


def test_a_forged_serial_is_found_out_by_its_check() -> None:
    layout = a_layout()
    forged = SERIAL[:-1] + ("4" if SERIAL[-1] != "4" else "5")
    assert serials.read_serial(forged) is None
    read = read_picture(drawn(("en", "standard"), 2, forged), layout)
    assert (read.problem, read.serial) == ("wrong_check", None)


def test_a_sheet_with_a_problem_keeps_it() -> None:
    read = read_page(Sheet("bomb.png", 1, None, "too_large"), issued(a_layout()))
    assert (read.file, read.pdf_page, read.problem) == ("bomb.png", 1, "too_large")
