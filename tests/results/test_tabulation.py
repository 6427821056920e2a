"""Counting answers by area and demographic."""

from collections import Counter
from random import Random
from time import perf_counter

import pytest

from engage.results.tabulation import Breakdown, People, Row, TableQuestion, tabulate

FOLD = {
    "very_safe": "safe",
    "fairly_safe": "safe",
    "neither": "between",
    "fairly_unsafe": "unsafe",
    "very_unsafe": "unsafe",
}
FOLDED = TableQuestion("safe_day", (*FOLD, "dk"), fold=FOLD)
LONG = TableQuestion("safe_day", (*FOLD, "dk"))
REASONS = TableQuestion("reasons", ("dark", "threats", "nothing", "pns"), multiple=True)
PATH = ("E05012278", "place:sneinton", "E06000018", "E24000000")


def reply(answer=None, path=PATH, question="safe_day", **demographics):
    return Row(path, demographics, {} if answer is None else {question: answer})


def counted(question, *rows, breakdown=None, group=("E06000018", None)):
    breakdown = breakdown or Breakdown()
    counts = tabulate(People.of(iter(rows)), [question], [breakdown])[question.id, breakdown.name]
    return counts.base(group), dict(zip(question.columns, counts.cells(group), strict=True))


def test_long_and_short_answers_meet_folded():
    rows = [reply("very_safe"), reply("fairly_safe"), reply("safe"), reply("unsafe"), reply("neither")]
    assert counted(FOLDED, *rows) == (5, {"safe": 3, "between": 1, "unsafe": 1})
    assert FOLDED.codes == "folded"


def test_a_table_of_long_codes_leaves_short_answers_out_of_its_base():
    base, cells = counted(LONG, reply("very_safe"), reply("safe"))
    assert (base, cells["very_safe"], sum(cells.values())) == (1, 1, 1)
    assert LONG.codes == "long"


@pytest.mark.parametrize("answer", ["dk", "pns", "na", None, "no_such_code", (), ("neither", "very_safe")])
def test_whoever_gave_no_one_opinion_is_not_in_the_base(answer):
    assert counted(FOLDED, reply(answer), reply("neither"))[0] == 1


def test_codes_that_are_no_opinion_are_no_columns():
    assert LONG.columns == tuple(FOLD)
    assert REASONS.columns == ("dark", "threats", "nothing")


def test_the_base_of_a_multiple_choice_is_those_who_ticked_something():
    rows = [
        reply(given, question="reasons")
        for given in (("dark", "threats"), ("dark",), "nothing", (), ("pns",), ("dark", "dk"))
    ]
    assert counted(REASONS, *rows) == (4, {"dark": 3, "threats": 1, "nothing": 1})


def test_two_long_codes_that_fold_into_one_count_a_person_once():
    question = TableQuestion("r", ("a", "b", "c"), multiple=True, fold={"a": "x", "b": "x", "c": "y"})
    assert counted(question, reply(("a", "b"), question="r")) == (1, {"x": 1, "y": 0})


def test_a_response_counts_once_in_every_area_it_belongs_to():
    rows = [reply("safe"), reply("safe", path=PATH[2:]), reply("safe", path=("E05012279", *PATH[1:], *PATH[2:]))]
    bases = tabulate(People.of(rows), [FOLDED], [Breakdown()])["safe_day", "area"]
    assert [bases.base((code, None)) for code in PATH] == [1, 2, 3, 3]
    assert bases.base(("E05012280", None)) == 0


def test_somebody_of_two_communities_is_in_both_rows():
    breakdown = Breakdown("community", ("community",), frozenset({"E06000018"}))
    rows = [
        reply("safe", community=("somali", "kurdish")),
        reply("safe", community="somali"),
        reply("safe", community=("somali", "somali")),
        reply("safe"),
        reply("safe", community=()),
    ]
    for code, base in (("somali", 3), ("kurdish", 1), ("polish", 0)):
        assert counted(FOLDED, *rows, breakdown=breakdown, group=("E06000018", code))[0] == base
    assert counted(FOLDED, *rows, breakdown=breakdown, group=("E05012278", "somali"))[0] == 0


def test_communities_cross_with_broad_age():
    breakdown = Breakdown("community_by_age", ("community", "age_group"), frozenset({"E24000000"}))
    rows = [
        reply("safe", community=("somali", "kurdish"), age_group="under_25"),
        reply("safe", community=("somali",), age_group="25_and_over"),
        reply("safe", community=("somali",)),
    ]
    counts = tabulate(People.of(rows), [FOLDED], [breakdown])["safe_day", "community_by_age"]
    assert dict(counts.bases) == {
        ("E24000000", "somali/under_25"): 1,
        ("E24000000", "kurdish/under_25"): 1,
        ("E24000000", "somali/25_and_over"): 1,
    }


def test_counts_are_those_of_counting_one_by_one():
    random = Random(11)
    rows = [
        Row(
            (f"w{random.randint(1, 9)}", f"d{random.randint(1, 3)}", "force")[random.randint(0, 1) :],
            {"gender": random.choice([None, "girl", "boy"])},
            {
                "safe_day": random.choice([*FOLD, "safe", "unsafe", "dk", None]),
                "reasons": tuple(random.sample(["dark", "threats", "nothing", "pns"], random.randint(0, 3))),
            },
        )
        for _ in range(2000)
    ]
    breakdowns = [Breakdown(), Breakdown("gender", ("gender",))]
    tables = tabulate(People.of(iter(rows)), [FOLDED, REASONS], breakdowns)
    for (question_id, name), counts in tables.items():
        bases, cells = Counter(), Counter()
        for row in rows:
            codes = counts.question.codes_given(row.answers[question_id])
            code = row.demographics["gender"] if name == "gender" else None
            for area in row.area_path if name == "area" or code else ():
                bases[area, code] += bool(codes)
                cells.update(((area, code), one) for one in codes)
        assert {group: counts.base(group) for group in bases} == dict(bases)
        for group in bases:
            assert counts.cells(group) == tuple(cells[group, code] for code in counts.question.columns)


def test_a_large_survey_is_counted_in_seconds():
    random = Random(2)
    questions = [TableQuestion(f"q{number}", tuple(FOLD), fold=FOLD) for number in range(25)]
    paths = [(f"w{n}", f"p{n // 4}", f"d{n // 20}", "county", "force") for n in range(188)]
    codes = list(FOLD)
    sheets = [{each.id: random.choice(codes) for each in questions} for _ in range(500)]
    rows = [Row(random.choice(paths), {}, random.choice(sheets)) for _ in range(20_000)]
    start = perf_counter()
    counts = tabulate(People.of(rows), questions, [Breakdown()])
    assert perf_counter() - start < 5
    assert all(counts[each.id, "area"].base(("force", None)) == 20_000 for each in questions)
