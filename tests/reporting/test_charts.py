"""Charts that say what the table says, without colour and in either direction."""

from xml.etree import ElementTree as ET

import pytest

from builders import WARD
from engage.reporting.charts import STRIP_WIDTH, draw_stack, draw_strip, draw_tenths
from engage.reporting.labels import Labels
from engage.reporting.tables import draw_table, html_table
from engage.results.published import PublishedRow, PublishedTable, table_from_document

SVG = "{http://www.w3.org/2000/svg}"


def a_table(*rows: dict[str, object]) -> PublishedTable:
    """Return a published table of how safe people feel by day."""
    head = {"question": "safe_day", "codes": "folded", "rows": "area", "note": "of the people who answered"}
    return table_from_document({**head, "rows_shown": list(rows)})


def a_row(code: str = WARD, shown_for: str = WARD) -> dict[str, object]:
    """Return a row of three answers, one of them hidden."""
    cells = [
        {"option": "safe", "n": 50, "shown": "50", "share": 0.59, "low": 0.44, "high": 0.73},
        {"option": "between", "n": 30, "shown": "30", "share": 0.35, "low": 0.23, "high": 0.5},
        {"option": "unsafe", "n": None, "shown": "<8", "share": None, "low": None, "high": None},
    ]
    return {"row": code, "shown_for": shown_for, "base": 85, "quality": "ok", "cells": cells}


def row_of(table: PublishedTable) -> PublishedRow:
    """Return the only row."""
    return table.rows_shown[0]


@pytest.fixture(scope="module")
def labels() -> Labels:
    """Return the words of the library survey."""
    from engage.areas import east_midlands_tree
    from engage.questionnaire.library import read_library_survey

    return Labels(read_library_survey("feeling-safe"), east_midlands_tree())


def test_a_chart_is_an_image_that_speaks_for_itself(labels: Labels) -> None:
    image = ET.fromstring(draw_table(a_table(a_row()), labels))
    assert image.get("role") == "img"
    assert image.findtext(f"{SVG}title") == "How safe do you feel outside in Clifton East in the daytime?"
    assert (
        image.findtext(f"{SVG}desc")
        == "Safe, about 59 in 100; In between, about 35 in 100; Not safe, fewer than 8 people."
    )


def test_a_hidden_answer_has_an_empty_bar(labels: Labels) -> None:
    image = ET.fromstring(draw_table(a_table(a_row()), labels))
    tracks = [rect for rect in image.iter(f"{SVG}rect") if rect.get("class") == "track"]
    bars = [rect for rect in image.iter(f"{SVG}rect") if (rect.get("class") or "").startswith("bar")]
    assert (len(tracks), len(bars)) == (3, 2)


def test_a_bar_is_as_long_as_the_published_share_and_its_line_as_wide_as_the_interval() -> None:
    cell = row_of(a_table(a_row())).cells[0]
    image = ET.fromstring(draw_strip(cell, "ok", "Safe"))
    bar = next(rect for rect in image.iter(f"{SVG}rect") if rect.get("class") == "bar ok")
    assert int(bar.get("width") or 0) == round(0.59 * (STRIP_WIDTH - 2))
    line = next(path for path in image.iter(f"{SVG}path") if path.get("class") == "whisker").get("d") or ""
    assert line.startswith(f"M{1 + round(0.44 * (STRIP_WIDTH - 2))} ")


def test_few_answers_are_told_apart_without_colour() -> None:
    cell = row_of(a_table(a_row())).cells[0]
    drawn = {quality: draw_strip(cell, quality, "Safe") for quality in ("ok", "care", "low")}
    assert "stroke-dasharray" in drawn["low"]
    assert len(set(drawn.values())) == 3


def test_right_to_left_is_mirrored(labels: Labels) -> None:
    cell = row_of(a_table(a_row())).cells[0]
    assert "scale(-1 1)" in draw_strip(cell, "ok", "x", direction="rtl")
    assert "scale(-1 1)" in draw_tenths(6, "ok", "x", direction="rtl")
    arabic = Labels(labels.questionnaire, labels.tree, "ar")
    image = ET.fromstring(draw_table(a_table(a_row()), arabic))
    assert image.get("direction") == "rtl"


def test_ten_people_are_filled_up_to_the_tenths() -> None:
    image = ET.fromstring(draw_tenths(6, "ok", "about 6 in 10 people"))
    heads = [head.get("fill-opacity") for head in image.iter(f"{SVG}circle")]
    assert heads == ["1"] * 6 + ["0"] * 4


def test_of_several_areas_only_those_with_figures_of_their_own_are_drawn(labels: Labels) -> None:
    table = a_table(a_row(), a_row("E05012279", "place:clifton"))
    image = ET.fromstring(draw_table(table, labels))
    said = [text.text for text in image.iter(f"{SVG}text")]
    assert "Clifton East" in said
    assert "Clifton West" not in said


def test_one_area_shown_for_a_wider_one_says_so_in_chart_and_table(labels: Labels) -> None:
    table = a_table(a_row("E05012279", "place:clifton"))
    for written in (draw_table(table, labels).replace("</text>", " "), html_table(table, labels)):
        assert "not enough answers about Clifton West alone" in written
        assert "Clifton and Wilford" in written


def test_words_in_a_chart_are_escaped(labels: Labels) -> None:
    table = a_table(a_row("E05<i>&", "E05<i>&"))
    ET.fromstring(draw_table(table, labels))
    assert "<i>" not in html_table(table, labels)


def rectangles(drawn: str) -> dict[str, tuple[int, int]]:
    """Return where the parts of a bar begin and how long they are, by their class."""
    found = ET.fromstring(drawn).iter(f"{SVG}rect")
    return {str(each.get("class")): (int(each.get("x") or 0), int(each.get("width") or 0)) for each in found}


def test_a_scale_is_one_bar_whose_parts_are_told_apart_without_colour() -> None:
    cells = row_of(a_table(a_row())).cells
    drawn = draw_stack([cells[0], cells[2], cells[1]], "ok", "Safe: about 59 in 100")
    parts = rectangles(drawn)
    length = STRIP_WIDTH - 2
    assert parts["part-0"] == (1, round(length * 0.59))
    assert parts["part-1"][1] == 0
    assert parts["part-last"] == (1 + length - round(length * 0.35), round(length * 0.35))
    assert 'class="hatch"' in drawn
    assert "Safe: about 59 in 100" in drawn


def test_parts_whose_rounded_shares_are_more_than_all_stay_within_the_bar() -> None:
    cell = row_of(a_table(a_row())).cells[0]
    parts = rectangles(draw_stack([cell, cell, cell], "care", ""))
    assert parts["part-0"][0] + parts["part-0"][1] <= parts["part-last"][0]
    assert parts["part-1"][1] == 0


def test_nearly_everybody_is_drawn_as_far_as_the_band_begins() -> None:
    over = {"option": "safe", "n": None, "shown": "over 90 %", "share": None, "low": None, "high": None}
    hidden = {**over, "option": "unsafe", "shown": "<8"}
    row = {"row": WARD, "shown_for": WARD, "base": 50, "quality": "ok", "cells": [over, hidden]}
    cells = row_of(a_table(row)).cells
    for drawn in (draw_strip(cells[0], "ok", ""), draw_stack(cells, "ok", "")):
        assert rectangles(drawn)["part-0"] == (1, round((STRIP_WIDTH - 2) * 0.9))
    assert "part-0" not in rectangles(draw_strip(cells[1], "ok", ""))
