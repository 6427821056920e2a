"""A change between waves is told for the earlier wave's ways of answering, and only beyond what they leave open."""

import pytest

from engage.results.comparison import compare_boxes, printed_boxes
from engage.results.trend import Stratum, is_same_mix, standardised_change


def test_one_way_of_answering_alone_is_the_plain_difference() -> None:
    now, before = printed_boxes(60, 100), printed_boxes(40, 100)
    change = standardised_change([Stratum(1.0, now, before)])
    plain = compare_boxes(now, before)
    assert (change.low, change.high) == pytest.approx((plain.low, plain.high))
    assert change.p >= plain.p - 1e-9


def test_a_change_of_ways_alone_is_no_change_of_answers() -> None:
    raw = compare_boxes(printed_boxes(240, 400), printed_boxes(140, 400))
    assert raw.low > 0
    web = Stratum(0.25, printed_boxes(210, 300), printed_boxes(70, 100))
    paper = Stratum(0.75, printed_boxes(25, 100), printed_boxes(75, 300))
    change = standardised_change([web, paper])
    assert change.low < 0 < change.high
    assert change.p == 1.0


def test_a_change_in_every_way_of_answering_is_a_change() -> None:
    web = Stratum(0.5, printed_boxes(150, 200), printed_boxes(100, 200))
    paper = Stratum(0.5, printed_boxes(110, 200), printed_boxes(60, 200))
    change = standardised_change([web, paper])
    assert 0 < change.low < 0.25 < change.high
    assert change.p < 0.001


def test_boxes_on_both_sides_of_nothing_are_no_change() -> None:
    assert standardised_change([Stratum(1.0, printed_boxes(50, 100), printed_boxes(50, 100))]).p == 1.0


def test_waves_answered_alike_differ_by_few_in_every_way() -> None:
    before = {"web": 0.80, "paper": 0.20}
    assert is_same_mix({"web": 0.75, "paper": 0.22, "text": 0.03}, before)
    assert not is_same_mix({"web": 0.65, "paper": 0.35}, before)
    assert not is_same_mix({"web": 0.72, "paper": 0.15, "with_help": 0.13}, before)
