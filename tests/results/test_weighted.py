"""Weighted figures leave only rounded, of many people, and with what few people said hidden."""

from random import Random

import pytest

from engage.results.bounds import round_count
from engage.results.intervals import score_interval
from engage.results.published import TableUnfit
from engage.results.weighted import (
    RESIDENTS,
    PublishedWeighted,
    Weighed,
    WeighedBase,
    WeightedCell,
    publish_weighted,
    weighted_from_document,
)

ABOUT = ("safe_day", "folded", "E06000018", RESIDENTS)


def weighed(*answers: tuple[str, int, float], effective: float = 300.0) -> PublishedWeighted | None:
    people = sum(people for _, people, _ in answers)
    base = WeighedBase(people, sum(weight for *_, weight in answers), effective)
    return publish_weighted(ABOUT, base, [Weighed(*one) for one in answers], ["gender"])


def test_a_number_is_the_printed_count_moved_by_what_weighting_changes() -> None:
    figures = weighed(("safe", 251, 221.0), ("between", 42, 47.3), ("unsafe", 50, 74.7))
    assert (figures.base, figures.effective, figures.effect, figures.quality) == (345, 300, 1.1, "ok")
    assert [(cell.option, cell.n, cell.share) for cell in figures.cells] == [
        ("safe", 220, 0.64),
        ("between", 45, 0.13),
        ("unsafe", 75, 0.22),
    ]


def test_where_weights_change_nothing_the_figures_say_no_more_than_the_table() -> None:
    for people in range(98, 133):
        for safe in range(8, people - 8):
            figures = weighed(("safe", safe, safe * 1.0), ("unsafe", people - safe, (people - safe) * 1.0))
            printed = [cell.n for cell in figures.cells if cell.n is not None]
            counts = [round_count(safe), round_count(people - safe)]
            assert printed in (counts, [n for n in counts if n <= 0.9 * figures.base])


def test_the_interval_holds_the_weighted_share_whatever_rounding_took_off() -> None:
    rng = Random(1)
    for _ in range(400):
        people = rng.randint(98, 400)
        safe = rng.randint(30, people - 30)
        weight = min(safe * rng.uniform(0.5, 1.5), people - 1.0)
        figures = weighed(("safe", safe, weight), ("unsafe", people - safe, people - weight), effective=200.0)
        low, high = score_interval(weight / people, figures.effective)
        cell = figures.cells[0]
        assert cell.n is None or cell.low <= low < high <= cell.high


def test_what_few_people_said_is_hidden_whatever_they_weigh() -> None:
    figures = weighed(("safe", 200, 150.0), ("between", 7, 35.0), ("unsafe", 40, 5.0))
    assert [cell.shown for cell in figures.cells] == ["195", "<8", "<8"]


def test_that_nearly_all_say_one_thing_is_said_in_words() -> None:
    figures = weighed(("safe", 240, 240.0), ("between", 3, 3.0), ("unsafe", 2, 2.0))
    assert [cell.shown for cell in figures.cells] == ["over 90 %", "<8", "<8"]


@pytest.mark.parametrize(("people", "effective"), [(97, 90.0), (400, 29.9)])
def test_too_few_people_or_effective_ones_have_no_weighted_figures(people: int, effective: float) -> None:
    assert weighed(("safe", people - 30, people - 30.0), ("unsafe", 30, 30.0), effective=effective) is None


def test_where_a_few_speak_for_many_care_is_asked_for() -> None:
    assert weighed(("safe", 200, 150.0), ("unsafe", 100, 150.0), effective=140.0).quality == "care"


def test_stored_figures_come_back_as_they_were() -> None:
    figures = weighed(("safe", 251, 221.0), ("between", 4, 5.0), ("unsafe", 88, 117.0))
    assert weighted_from_document(figures.to_document()) == figures


def test_a_document_with_a_figure_that_is_not_rounded_is_refused() -> None:
    document = weighed(("safe", 251, 221.0), ("unsafe", 92, 122.0)).to_document()
    for change in ({"n": 221}, {"share": 0.641}, {"low": 0.63}, {"shown": "221"}):
        first = {**document["cells"][0], **change}
        with pytest.raises(TableUnfit):
            weighted_from_document({**document, "cells": [first, *document["cells"][1:]]})
    for change in ({"base": 343}, {"base": 95}, {"effective": 299}, {"people": 343}, {"whose": "men"}):
        with pytest.raises(TableUnfit):
            weighted_from_document({**document, **change})


def test_nobody_else_makes_weighted_figures() -> None:
    cells = (WeightedCell.words("safe", "<8"),)
    with pytest.raises(TypeError, match="publish_weighted"):
        PublishedWeighted(*ABOUT, 100, 50, (), cells, seal=object())
