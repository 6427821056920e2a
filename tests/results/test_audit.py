"""The release audit: what several printed rows tell together, and that nothing is left that tells too much."""

from collections.abc import Mapping, Sequence
from itertools import product
from random import Random

import pytest

from engage.results.audit import Audit, audit_release, rows_to_withdraw
from engage.results.audited import AuditedQuestion, Link, ModelUnsound, PrintedRow, Sheet
from engage.results.blocks import Shape, narrow, sums_of
from engage.results.bounds import HIDDEN_BOX, Box, base_box, count_box, round_count
from engage.results.hierarchy import Hierarchy, RowKey, Split
from results.attacks import attacked_waves

SOMALI, YOUNG, OLD = RowKey("community", "F", "somali"), RowKey("ages", "F", "young"), RowKey("ages", "F", "old")
AGES = Hierarchy((SOMALI, YOUNG, OLD), (Split(SOMALI, (YOUNG, OLD)),))

Counts = Mapping[RowKey, Sequence[int]]


def box_of(n: int) -> Box:
    """The raw counts behind what is printed of a count."""
    return HIDDEN_BOX if n < 8 else count_box(round_count(n))


def printed(cells: Sequence[int]) -> PrintedRow:
    """A row as it is printed."""
    return PrintedRow(round_count(sum(cells)), tuple(box_of(n) for n in cells))


def a_question(counts: Counts, hierarchy: Hierarchy = AGES, *, shown: Sequence[RowKey] = ()) -> AuditedQuestion:
    """A question of one answer, with some rows or all of them printed."""
    true = {key: (*cells, sum(cells)) for key, cells in counts.items()}
    rows = {key: printed(counts[key]) for key in shown or counts}
    shape = Shape(len(next(iter(counts.values()))))
    return AuditedQuestion("q", shape, hierarchy, (Sheet(rows, {}, true),))


def rows_found(audit: Audit) -> set[RowKey | None]:
    """The rows in which a count could be pinned."""
    return {finding.row for finding in audit.findings}


def test_two_ages_of_a_community_give_its_count_away() -> None:
    """Of a community 25 said so; of its ages 15 and 15: at least 26 did, and 27 at most."""
    question = a_question({SOMALI: (27, 20), YOUNG: (14, 11), OLD: (13, 9)})
    audit = audit_release([question])
    assert SOMALI in rows_found(audit)
    assert rows_to_withdraw([question], audit.findings) == {"q": [OLD]}


def test_without_the_smallest_row_the_others_tell_nothing() -> None:
    question = a_question({SOMALI: (27, 20), YOUNG: (14, 11), OLD: (13, 9)}, shown=(SOMALI, YOUNG))
    assert audit_release([question]).findings == ()


def test_a_ward_that_is_not_shown_cannot_be_worked_out_from_its_place() -> None:
    place, shown, hidden = RowKey("area", "place:p"), RowKey("area", "w1"), RowKey("area", "w2")
    wards = Hierarchy((place, shown, hidden), (Split(place, (shown, hidden), is_complete=True),))
    told = {place: (32, 20), shown: (31, 20), hidden: (1, 0)}
    assert audit_release([a_question(told, wards, shown=(place, shown))]).findings == ()
    # Both rows print as 10, 10, 10, 10 and 15 of 65, which leaves 10 to 12 for each of the first four.
    tight = {place: (12, 12, 12, 12, 17), shown: (12, 12, 12, 11, 17), hidden: (0, 0, 0, 1, 0)}
    audit = audit_release([a_question(tight, wards, shown=(place, shown))])
    assert audit.findings
    assert rows_to_withdraw([a_question(tight, wards, shown=(place, shown))], audit.findings) == {"q": [place]}


def test_an_answer_that_stands_alone_narrows_the_base() -> None:
    """13 or more gave no reason and 18 or more gave one: of a base printed as 30 at least 31, and 32 at most."""
    key = RowKey("area", "F")
    counts = (19, 15, 13, 32)
    rows = {key: PrintedRow(30, (count_box(20), count_box(15), count_box(15)))}
    for alone, is_pinned in (((2,), True), ((), False)):
        shape = Shape(3, multiple=True, alone=alone)
        question = AuditedQuestion("q", shape, Hierarchy((key,), ()), (Sheet(rows, {}, {key: counts}),))
        assert bool(audit_release([question]).findings) == is_pinned


def test_people_of_a_group_who_answered_are_among_those_who_said_they_are_of_it() -> None:
    """Of a base printed as 65 the row itself leaves 63 to 65; if no more than 64 are women, it was 63 or 64."""
    women, everybody = RowKey("gender", "F", "women"), RowKey("area", "F")
    opinion = a_question({women: (12, 12, 12, 11, 17)}, Hierarchy((women,), ()))
    rows = {everybody: PrintedRow(85, (Box(63, 64), count_box(20)))}
    sheet = Sheet(rows, {}, {everybody: (64, 20, 84)})
    about = AuditedQuestion("gender", Shape(2), Hierarchy((everybody,), ()), (sheet,))
    link = Link("q", "gender", ((women, -1, everybody, (0,)),))
    assert women in rows_found(audit_release([opinion, about], [link]))
    assert women not in rows_found(audit_release([opinion, about]))


def test_an_audit_that_misses_the_truth_says_so() -> None:
    key = RowKey("area", "F")
    rows = {key: printed((30, 30))}
    question = AuditedQuestion("q", Shape(2), Hierarchy((key,), ()), (Sheet(rows, {}, {key: (50, 30, 80)}),))
    with pytest.raises(ModelUnsound):
        audit_release([question])


def test_one_known_newcomer_between_two_releases_pins_a_count() -> None:
    """Rule 5 left out: a count went from 10 to 15 when one person came, so it was 12 and is 13."""
    key = RowKey("area", "F")
    one = Hierarchy((key,), ())
    sheets = (Sheet({key: printed((12, 30))}), Sheet({key: printed((13, 30))}, {}, {key: (13, 30, 43)}))
    assert audit_release([AuditedQuestion("q", Shape(2), one, sheets, ((1, 0),))]).findings
    far = (sheets[0], Sheet({key: printed((20, 40))}, {}, {key: (20, 40, 60)}))
    assert audit_release([AuditedQuestion("q", Shape(2), one, far, ((40, 0),))]).findings == ()


def test_small_counts_printed_as_they_are_are_found() -> None:
    """Rule 2 left out."""
    key = RowKey("area", "F")
    rows = {key: PrintedRow(35, (count_box(30), Box(4, 4)))}
    question = AuditedQuestion("q", Shape(2), Hierarchy((key,), ()), (Sheet(rows, {}, {key: (30, 4, 34)}),))
    assert audit_release([question]).findings


def test_shares_of_raw_counts_are_found() -> None:
    """Rule 3 left out: 12 of 34 print as 35 %, which only 12 of 34 do near 10 of 35."""
    key = RowKey("area", "F")
    share = round(12 / 34, 2)
    alike = [n for n in range(8, 13) if any(round(n / base, 2) == share for base in range(33, 38))]
    rows = {key: PrintedRow(35, (Box(min(alike), max(alike)), count_box(20)))}
    question = AuditedQuestion("q", Shape(2), Hierarchy((key,), ()), (Sheet(rows, {}, {key: (12, 22, 34)}),))
    assert audit_release([question]).findings


@pytest.mark.parametrize("seed", range(4))
def test_no_released_count_is_pinned_by_an_outsider_with_a_model_of_their_own(seed: int) -> None:
    for wave in attacked_waves(seed):
        assert wave.left.hidden >= 4
        assert wave.left.rounded >= 3


def test_the_same_outsider_pins_counts_where_there_is_no_audit() -> None:
    left = [wave.left_unaudited for wave in attacked_waves(0)]
    assert any(each.hidden < 4 or each.rounded < 3 for each in left)


@pytest.mark.parametrize("seed", range(4))
def test_the_bounds_of_three_rows_of_three_are_those_of_every_table_there_can_be(seed: int) -> None:
    rng = Random(seed)
    whole, parts = RowKey("area", "D"), tuple(RowKey("area", ward) for ward in "abc")
    hierarchy = Hierarchy((whole, *parts), (Split(whole, parts, is_complete=True),))
    counts = {part: tuple(rng.choice((4, 9, 12, 14)) for _ in range(3)) for part in parts}
    counts[whole] = tuple(map(sum, zip(*counts.values(), strict=True)))
    question = a_question(counts, hierarchy)
    every = every_table(question.sheets[0].printed, whole, parts)
    pinned = {
        key
        for key in (whole, *parts)
        for column in range(4)
        if len({table[key][column] for table in every}) < least_of(question.sheets[0].printed[key], column)
    }
    assert rows_found(audit_release([question])) == pinned


def least_of(row: PrintedRow, column: int) -> int:
    """How many values a figure has to be left; the last column is the base."""
    return 4 if column < len(row.cells) and row.cells[column] == HIDDEN_BOX else 3


def every_table(
    rows: Mapping[RowKey, PrintedRow], whole: RowKey, parts: Sequence[RowKey]
) -> list[dict[RowKey, tuple[int, ...]]]:
    """Every table of three rows that prints as these, thinned to one of each row beside each sum of the others."""
    alike = {key: ways(row) for key, row in rows.items()}
    tables = []
    for first in range(3):
        one, two, three = parts[first], *(part for part in parts if part != parts[first])
        sums = {add(left, right): (left, right) for left, right in product(alike[two], alike[three])}
        for row, (total, (left, right)) in product(alike[one], sums.items()):
            if add(row, total) in alike[whole]:
                tables.append({one: row, two: left, three: right, whole: add(row, total)})
    return tables


def ways(row: PrintedRow) -> set[tuple[int, ...]]:
    """Every row of counts, with its base, that prints as this one."""
    base = base_box(row.base)
    cells = product(*(range(box.low, box.high + 1) for box in row.cells))
    return {(*counts, sum(counts)) for counts in cells if base.low <= sum(counts) <= base.high}


def add(one: tuple[int, ...], other: tuple[int, ...]) -> tuple[int, ...]:
    """Add two rows."""
    return tuple(a + b for a, b in zip(one, other, strict=True))


def test_narrowing_reaches_what_the_sums_alone_say() -> None:
    key = RowKey("area", "F")
    low, high = narrow(
        sums_of(Hierarchy((key,), ()), Shape(4)),
        *(map_to_array(side) for side in zip(*((8, 12),) * 4, (48, 52), strict=True)),
    )
    assert list(low) == list(high) == [12, 12, 12, 12, 48]


def map_to_array(side: Sequence[int]):
    """Whole numbers as the bounds are kept."""
    import numpy as np

    return np.array(side, dtype=np.int64)
