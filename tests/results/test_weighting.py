"""Weights meet the census as published worked examples do, and never make one person speak for too many."""

import pytest

from engage.results.weighting import CAP, Margin, effective_size, rake, weigh, weighting_effect

#: Kalton and Flores-Cervantes 2003, Journal of Official Statistics 19:81-97: the sample of their example, its margins
#: in the population of 1,500, and the raking weights they print.
SAMPLE = ((20, 40, 40), (50, 140, 310), (100, 50, 50), (30, 100, 70))
POPULATION = ((175, 550, 430, 345), (365, 415, 720))
PRINTED = ((1.81, 1.45, 2.02), (1.08, 0.87, 1.21), (2.20, 1.76, 2.45), (1.83, 1.47, 2.04))

#: apiclus1 of the R package survey: schools by type (E, H, M) and by whether they met their target (No, Yes), the
#: means of api00 in them, and the margins of all 6,194 schools; svymean prints 644.17, and raked 641.23.
SCHOOLS = {("E", "No"): 12, ("E", "Yes"): 132, ("H", "No"): 3, ("H", "Yes"): 11, ("M", "No"): 8, ("M", "Yes"): 17}
API00 = {
    ("E", "No"): 596.3333, ("E", "Yes"): 653.6439, ("H", "No"): 659.3333,
    ("H", "Yes"): 607.4545, ("M", "No"): 606.3750, ("M", "Yes"): 643.2353,
}  # fmt: skip
SCHOOL_MARGINS = [
    Margin("stype", {"E": 4421, "H": 755, "M": 1018}),
    Margin("sch.wide", {"No": 1072, "Yes": 5122}),
]


def test_raking_gives_the_weights_that_kalton_and_flores_cervantes_printed() -> None:
    counts = {(f"A{row}", f"B{column}"): n for row, cells in enumerate(SAMPLE) for column, n in enumerate(cells)}
    margins = [
        Margin(name, {f"{name}{place}": people for place, people in enumerate(side)})
        for name, side in zip("AB", POPULATION, strict=True)
    ]
    weights = rake(counts, margins)
    scale = sum(POPULATION[0]) / sum(counts.values())
    for (row, column), printed in {(r, c): PRINTED[r][c] for r in range(4) for c in range(3)}.items():
        assert round(weights[f"A{row}", f"B{column}"] * scale, 2) == printed


def test_raking_gives_the_mean_that_the_r_package_survey_prints() -> None:
    def mean(weights):
        total = sum(SCHOOLS[cell] * weights[cell] for cell in SCHOOLS)
        return round(sum(SCHOOLS[cell] * weights[cell] * API00[cell] for cell in SCHOOLS) / total, 2)

    assert mean(dict.fromkeys(SCHOOLS, 1.0)) == 644.17
    assert mean(rake(SCHOOLS, SCHOOL_MARGINS)) == 641.23


def test_raked_people_meet_every_margin() -> None:
    weights = rake(SCHOOLS, SCHOOL_MARGINS)
    for place, margin in enumerate(SCHOOL_MARGINS):
        for code, people in margin.people.items():
            weighted = sum(SCHOOLS[cell] * weight for cell, weight in weights.items() if cell[place] == code)
            assert weighted / sum(SCHOOLS.values()) == pytest.approx(people / 6194, abs=1e-8)


def test_the_weighting_effect_is_that_of_kish() -> None:
    weights = {("a",): 1.0, ("b",): 3.0}
    counts = {("a",): 60, ("b",): 40}
    assert weighting_effect(counts, weights) == pytest.approx(100 * (60 + 40 * 9) / (60 + 40 * 3) ** 2)
    assert effective_size(counts, weights) == pytest.approx(180**2 / 420)
    assert weighting_effect(counts, dict.fromkeys(counts, 2.5)) == pytest.approx(1.0)


def test_those_who_would_rather_not_say_keep_their_share() -> None:
    counts = {
        ("female", "young"): 30, ("female", "old"): 10, ("male", "young"): 40, ("male", "old"): 10,
        ("-", "young"): 6, ("-", "old"): 14, ("female", "-"): 12, ("male", "-"): 8,
    }  # fmt: skip
    weights = rake(counts, [Margin("sex", {"female": 52, "male": 48}), Margin("age", {"young": 1, "old": 1})])
    weighted = {cell: counts[cell] * weight for cell, weight in weights.items()}
    by_sex = {code: sum(n for cell, n in weighted.items() if cell[0] == code) for code in ("female", "male", "-")}
    assert by_sex == pytest.approx({"female": 0.52 * 110, "male": 0.48 * 110, "-": 20})
    by_age = {code: sum(n for cell, n in weighted.items() if cell[1] == code) for code in ("young", "old", "-")}
    assert by_age == pytest.approx({"young": 55, "old": 55, "-": 20})


def test_an_age_with_few_people_joins_the_smaller_age_beside_it() -> None:
    counts = {("13-15",): 60, ("16-17",): 40, ("18-24",): 4, ("25+",): 30}
    ages = Margin("age", {"13-15": 100, "16-17": 100, "18-24": 300, "25+": 400}, is_ordered=True)
    weights = weigh(counts, [ages])
    assert weights["18-24",] == weights["25+",] == pytest.approx(700 / 900 * 134 / 34)
    assert weights["13-15",] == pytest.approx(100 / 900 * 134 / 60)


def test_groups_with_few_people_join_each_other() -> None:
    counts = {("white",): 100, ("asian",): 40, ("black",): 6, ("mixed",): 3}
    groups = Margin("ethnic_group", {"white": 60, "asian": 20, "black": 10, "mixed": 5, "other": 5})
    weights = weigh(counts, [groups])
    assert weights["black",] == weights["mixed",]
    assert weights["black",] * 9 + weights["asian",] * 40 + weights["white",] * 100 == pytest.approx(149)


def test_no_weight_is_above_the_cap() -> None:
    counts = {("young", "male"): 12, ("young", "female"): 60, ("old", "male"): 400, ("old", "female"): 500}
    margins = [Margin("age", {"young": 70, "old": 30}), Margin("sex", {"male": 60, "female": 40})]
    assert max(rake(counts, margins).values()) > CAP
    capped = weigh(counts, margins)
    assert max(capped.values()) <= CAP
    assert weighting_effect(counts, capped) < weighting_effect(counts, rake(counts, margins))
