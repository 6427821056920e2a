"""One area summed up: good things first, and whom each figure was shown for."""

from collections.abc import Iterator
from math import ceil, floor

import pytest

from builders import WARD
from engage.phrases import phrases_for
from engage.reporting.summary import AreaSummary, summarise_area
from engage.reporting.words import interval_saying, percent, quality_saying, share_saying, stand_in_saying, tenths_of
from engage.results.intervals import widest_interval
from engage.results.published import PublishedCell, table_from_document
from engage.storage.instance import Instance
from reporting.answered import (
    DISTRICT,
    FORCE,
    NEIGHBOUR,
    PLACE,
    a_released_instance,
    people,
    published_tables,
    safe_day,
)

EVERYDAY = {"good_here": ["clubs"], "unsafe_reasons": ["dark"], "would_help": ["lights"], "safe_dark": "neither"}


def summary_of(instance: Instance, code: str) -> AreaSummary:
    """Return the summary of an area as last published."""
    published, _ = published_tables(instance, area=code)
    with instance.database.reading() as session:
        return summarise_area(session, published, code)


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    """Return an instance with one published wave."""
    groups = [*safe_day(37, 13, 11), people(33, EVERYDAY), people(12, EVERYDAY, area=NEIGHBOUR)]
    instance = a_released_instance(tmp_path_factory.mktemp("summary"), groups)
    yield instance
    instance.database.close()


def test_good_things_come_first_and_who_answered_last(released: Instance) -> None:
    asked = [entry.question_id for entry in summary_of(released, WARD).entries]
    assert asked[:3] == ["good_here", "safe_day", "safe_dark"]
    assert asked[-1] == "area_relation"
    order = [
        asked.index(each) for each in ("safe_home", "unsafe_reasons", "violence_causes", "would_help", "trust_police")
    ]
    assert order == sorted(order)


def test_a_ward_has_no_questions_about_the_person_and_a_district_has(released: Instance) -> None:
    assert summary_of(released, WARD).who == ()
    assert {"age_band", "gender", "ethnic_group"} <= {entry.question_id for entry in summary_of(released, DISTRICT).who}


def test_a_ward_of_its_own_is_shown_beside_its_district(released: Instance) -> None:
    summary = summary_of(released, WARD)
    day = next(entry for entry in summary.entries if entry.question_id == "safe_day")
    assert day.row.shown_for == WARD
    assert day.beside is not None
    assert day.beside.row == DISTRICT
    assert summary.stands_in is None
    assert summary.base == 95


def test_a_ward_all_of_whose_figures_are_its_places_says_so_once(released: Instance) -> None:
    summary = summary_of(released, NEIGHBOUR)
    assert summary.base is None
    assert {entry.row.shown_for for entry in summary.entries} <= {PLACE, DISTRICT, None}
    assert [area.code for area in summary.above] == [PLACE, DISTRICT, FORCE]


def a_cell(n: int, base: int) -> PublishedCell:
    """Return a published cell with a share."""
    low, high = widest_interval(n, base)
    cell = {"option": "safe", "n": n, "shown": str(n), "share": round(n / base, 2)}
    cell |= {"low": floor(low * 100) / 100, "high": ceil(high * 100) / 100}
    quality = "ok" if base >= 50 else "care" if base >= 30 else "low"
    row = {"row": "x", "shown_for": "x", "base": base, "quality": quality, "cells": [cell]}
    head = {"question": "q", "codes": "long", "rows": "area", "note": "of the people who answered"}
    return table_from_document({**head, "rows_shown": [row]}).rows_shown[0].cells[0]


@pytest.mark.parametrize(
    ("n", "base", "standard", "easy"),
    [
        (70, 100, "about 70 in 100", "about 7 in 10 people"),
        (65, 100, "about 65 in 100", "about 7 in 10 people"),
        (10, 500, "about 2 in 100", "less than 1 in 10 people"),
        (95, 100, "about 95 in 100", "nearly everyone"),
    ],
)
def test_shares_are_said_of_a_hundred_and_in_easy_read_of_ten(n: int, base: int, standard: str, easy: str) -> None:
    cell = a_cell(n, base)
    assert share_saying(cell).text(phrases_for("en")) == standard
    assert share_saying(cell, "easy_read").text(phrases_for("en", "easy_read")) == easy


def test_tenths_come_from_the_printed_hundredths() -> None:
    assert [tenths_of(a_cell(n, 100)) for n in (10, 15, 25, 40)] == [1, 2, 3, 4]
    assert percent(0.29) == 29


def test_an_interval_is_said_in_words() -> None:
    saying = interval_saying(a_cell(50, 85))
    assert saying is not None
    assert saying.text(phrases_for("en")) == "likely between 44 and 73"


def test_quality_and_stand_ins_are_said_in_words(released: Instance) -> None:
    english = phrases_for("en")
    entry = next(entry for entry in summary_of(released, NEIGHBOUR).entries if entry.question_id == "safe_dark")
    assert quality_saying(entry.row).text(english).startswith("About 45 people answered this. Take care")
    names = {NEIGHBOUR: "Clifton West", PLACE: "Clifton and Wilford"}
    saying = stand_in_saying(entry.row, names)
    assert saying is not None
    assert "Clifton West alone" in saying.text(english)
    own = next(entry for entry in summary_of(released, WARD).entries if entry.question_id == "safe_day")
    assert stand_in_saying(own.row, names) is None
