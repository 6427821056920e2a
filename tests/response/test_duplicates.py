"""Answers that may have come in twice: what looks alike, and what is chance."""

import time
from dataclasses import replace
from uuid import UUID

import pytest

from engage.response.duplicates import Arrived, find_copies

ANSWERS = {f"q{number}": f"code{number}" for number in range(8)}


def arrived(number: int = 1, answers: dict[str, object] | None = None, **fields: object) -> Arrived:
    known = Arrived(UUID(int=number), "feeling-safe", "2026", "E05012278", "25-34", None, answers or ANSWERS)
    return replace(known, **fields)


@pytest.mark.parametrize(
    ("other", "reason"),
    [
        (arrived(2), "same_answers"),
        (arrived(2, ANSWERS | {"q3": "another"}), "same_answers"),
        (arrived(2, {key: answer for key, answer in ANSWERS.items() if key != "q7"}), "same_answers"),
        (arrived(2, ANSWERS | {"q8": ["one", "more"]}), "same_answers"),
        (arrived(2, ANSWERS | {"q3": "another", "q4": "another"}), None),
        (arrived(2, area="E05012279"), None),
        (arrived(2, age_band="16-17"), None),
        (arrived(2, wave="2027"), None),
        (arrived(2, dict.fromkeys(ANSWERS, "pns")), None),
        (arrived(2, {"q1": "x"}, words=("The LAMPS by the canal, are broken since March!",)), "same_words"),
        (arrived(2, {"q1": "x"}, words=("nothing",)), None),
    ],
)
def test_what_looks_like_a_copy(other: Arrived, reason: str | None) -> None:
    first = arrived(1, words=("the lamps by the canal are broken since march", "nothing"))
    found = find_copies([first], [other])
    assert [(copy.later, copy.earlier, copy.reason) for copy in found] == (
        [(other.response_id, first.response_id, reason)] if reason else []
    )


def test_of_one_tablet_a_short_answer_is_enough_and_elsewhere_it_is_chance() -> None:
    few: dict[str, object] = {f"q{number}": "yes" for number in range(4)}
    assert find_copies([], [arrived(1, few), arrived(2, few)]) == []
    (copy,) = find_copies([], [arrived(1, few, batch="venue"), arrived(2, few, batch="venue")])
    assert copy.reason == "same_batch"
    assert find_copies([], [arrived(1, few, batch="venue"), arrived(2, few, batch="other")]) == []


def test_two_who_would_rather_not_say_are_no_copies() -> None:
    silent: dict[str, object] = dict.fromkeys(ANSWERS, "pns")
    assert find_copies([], [arrived(1, silent), arrived(2, silent)]) == []


def test_copies_in_a_row_all_name_the_first_and_a_response_is_no_copy_of_itself() -> None:
    found = find_copies([arrived(1)], [arrived(1), arrived(2), arrived(3)])
    assert [(copy.later.int, copy.earlier.int) for copy in found] == [(2, 1), (3, 1)]


def test_ten_minutes_of_a_busy_day_are_compared_in_seconds() -> None:
    people = [arrived(number, {f"q{q}": f"{number * (q + 1) % 97}" for q in range(12)}) for number in range(1, 3000)]
    begun = time.perf_counter()
    find_copies(people[:1500], people[1500:])
    assert time.perf_counter() - begun < 5
